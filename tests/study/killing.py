"""Kill a study again and again: `python -m tests.study.killing FOLDER SIGNAL...`.

jobsim is loaded once; each life of the study is a fork of this process, so that dozens of them take
seconds. A life writes down what it begins to simulate; after each, what is in the folder is
compared with what was there before. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import RLock

from tqdm import tqdm

from jobsim.analysis.playing.volume_store import key_of
from jobsim.engines import simulate
from jobsim.study.playing import missing
from tests.study.quick import content, run

_STUDY = {"count": 8, "replications": 6}
_RAISED = 3
"""Exit code of a life that ended by an error of its own."""


def main(folder: Path, signals: Sequence[signal.Signals]) -> dict[str, int]:
    """Kill a life by each signal, at moments that a fixed generator draws; then let one live."""
    luck, log = random.Random(7), folder.with_suffix(".log")
    run(folder.with_name("whole"), **_STUDY)
    found = {
        "lives": 0,
        "killed": 0,
        "finished": 0,
        "errors": 0,
        "lost": 0,
        "recomputed": 0,
        "left": 0,
    }
    longest = _seconds_of_a_life(folder, log)
    known = _emptied(folder, log)
    while found["killed"] < len(signals):
        which = signals[found["killed"]]
        status = _lived(folder, log, luck.uniform(0, longest / 2), which)
        found["lives"] += 1
        found["killed"] += status != 0
        found["errors"] += os.WIFEXITED(status) and os.WEXITSTATUS(status) == _RAISED
        now, begun = content(folder) if _is_begun(folder) else {}, _begun(log)
        found["lost"] += len(_cells(known) - _cells(now))
        found["recomputed"] += len(_volumes(known) & begun)
        known = now
        if status == 0:
            found["finished"] += 1
            known = _emptied(folder, log)
    _lived(folder, log)
    found["left"] = int(content(folder) != content(folder.with_name("whole")))
    return found


def _seconds_of_a_life(folder: Path, log: Path) -> float:
    begun = time.perf_counter()
    if _lived(folder, log) != 0:
        raise SystemExit("an undisturbed life failed")
    return time.perf_counter() - begun


def _is_begun(folder: Path) -> bool:
    """Whether the first life came as far as to make tables, which it does all at once."""
    if not (folder / "cells.sqlite").exists():
        return False
    with closing(sqlite3.connect(folder / "cells.sqlite")) as reading:
        return bool(reading.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _emptied(folder: Path, log: Path) -> dict[str, list[tuple]]:
    shutil.rmtree(folder, ignore_errors=True)
    log.unlink(missing_ok=True)
    return {}


def _lived(
    folder: Path, log: Path, seconds: float | None = None, which: signal.Signals = signal.SIGKILL
) -> int:
    """Let a fork run the study, for so long if it is to be killed; its wait status."""
    log.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        _live(folder, log)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, which)
    return os.waitpid(child, 0)[1]


def _live(folder: Path, log: Path) -> None:
    tqdm.set_lock(RLock())  # forks share the lock of progress bars, which a kill leaves locked

    def noted(scenario, *, replications, **how):
        key = key_of(scenario, how["seed"]).hex()
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{key} {replications.start}\n")
        return simulate(scenario, replications=replications, **how)

    missing.simulate = noted
    try:
        run(folder, **_STUDY)
    except KeyboardInterrupt:
        os._exit(1)
    except BaseException:
        traceback.print_exc()
        os._exit(_RAISED)
    os._exit(0)


def _begun(log: Path) -> set[tuple[str, int]]:
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return {(line.split()[0], int(line.split()[1])) for line in lines if line.count(" ") == 1}


def _cells(held: dict[str, list[tuple]]) -> set[tuple]:
    """Cells and volumes, bytes included: one that changed is one that was lost."""
    return {*held.get("cells", []), *held.get("volumes", [])}


def _volumes(held: dict[str, list[tuple]]) -> set[tuple[str, int]]:
    return {(key.hex(), first) for key, first, *_ in held.get("volumes", [])}


if __name__ == "__main__":
    told = main(Path(sys.argv[1]), [signal.Signals(int(one)) for one in sys.argv[2:]])
    sys.stdout.write(json.dumps(told))
