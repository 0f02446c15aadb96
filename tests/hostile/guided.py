"""Files whose bytes atheris chooses, guided by the lines of jobsim that they reach.

Each target has a process of its own, since libFuzzer ends the one that it runs in; what it found
and how much it tried is read from what it prints. Needs ``pip install atheris`` (version 3.0.0 was
used, under Python 3.11 on Linux), which no test does.
"""

from __future__ import annotations

import re
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

from tests.processes import SECONDS, ended

__all__ = ["IN_MEMORY", "guide"]

IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Folder of files that need no disk, so that no commit waits for one."""
FILES = ("scenario", "prices", "run record", "table of months", "store", "bends of a store")
_INSTRUMENTED = ["jobsim", "tomllib"]
_SLOWER = 5.0
"""Times that what is instrumented may take longer."""
_FLAGS = ("-rss_limit_mb=3072", "-timeout=60", "-max_len=120000", "-print_final_stats=1")
_FINDING = re.compile(r"(?m)^FINDING .*$")
_STATISTIC = re.compile(r"(?m)^stat::(\w+):\s+(\d+)$")
_COVERED = re.compile(r"cov: (\d+)")


def guide(seconds: float, only: str | None) -> int:
    """Give every target its share of the time; print what was tried; return the findings."""
    if find_spec("atheris") is None:
        raise SystemExit("fuzz: atheris is not installed; pip install atheris")
    if only not in (None, *FILES):
        raise SystemExit(f"fuzz: with --atheris, --only takes one of {', '.join(FILES)}")
    findings = inputs = 0
    names = [only] if only else list(FILES)
    for name in names:
        found, tried, line = _tried(name, max(1, round(seconds / len(names))))
        findings, inputs = findings + len(found), inputs + tried
        sys.stdout.write("".join(f"{one}\n" for one in (*found, line)))
        sys.stdout.flush()
    sys.stdout.write(f"{inputs:,} inputs in {seconds:.0f} s, {findings} findings\n")
    return findings


def _tried(name: str, seconds: int) -> tuple[list[str], int, str]:
    """Findings, inputs and a line about a target that was run in a process of its own."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        done = ended(
            *("-m", "tests.hostile.guided", name, seconds, folder),
            seconds=seconds + SECONDS,
            errors="replace",
        )
    found = _FINDING.findall(done.stderr)
    numbers = dict(_STATISTIC.findall(done.stderr))
    if done.returncode or not numbers:  # not an error of Python: a hang, a crash, no memory
        found.append(f"FINDING {name}: ended with {done.returncode}: {done.stderr[-2000:]!r}")
    covered = _COVERED.findall(done.stderr) or ["0"]
    tried = int(numbers.get("number_of_executed_units", 0))
    line = (
        f"{tried:>10,}  {name}: {seconds} s, {len(found)} findings, {covered[0]} branches at "
        f"first, {covered[-1]} at last, at most {numbers.get('peak_rss_mb', '?')} MiB"
    )
    return found, tried, line


class Choices(Random):
    """Chance that is read from bytes, so that a small change of them is a small change of it."""

    def __init__(self, data: bytes) -> None:
        self._bits = int.from_bytes(data, "little")
        super().__init__(0)

    def getrandbits(self, k: int, /) -> int:
        """The next bits; zeros after the end."""
        found = self._bits & ((1 << k) - 1)
        self._bits >>= k
        return found

    def random(self) -> float:
        """A number from 0 to 1, of the next 16 bits."""
        return self.getrandbits(16) / 2**16


def _target(name: str, folder: Path) -> tuple[Callable[[bytes], object], list[bytes]]:
    """What is given bytes, and bytes to begin with."""
    from jobsim.analysis.outcomes.record import read_record
    from jobsim.ledger import Prices
    from jobsim.scenario import Scenario, read_observed
    from tests.factory import small_town
    from tests.hostile import properties, store_properties

    most = _SLOWER * store_properties.LONGEST_SECONDS
    if name == "store":
        sound = store_properties.sound_bytes()
        return lambda data: store_properties.play_bytes(data, folder, most), [sound]
    if name == "bends of a store":
        seeds = [Random(seed).randbytes(40) for seed in range(20)]
        return lambda data: store_properties.play_store(Choices(data), folder, most), seeds
    town, prices = small_town(), Prices.load("denmark")
    loads: dict[str, tuple[Callable[[Path], Any], str]] = {
        "scenario": (lambda file: properties.used(Scenario.load(file)), town.to_toml()),
        "prices": (lambda file: properties.used(Prices.load(file)), prices.to_toml()),
        "run record": (read_record, properties.record_text()),
        "table of months": (lambda file: read_observed(file, measure="recipients"), _TABLE),
    }
    load, text = loads[name]
    file = folder / "guided.toml"

    def one_input(data: bytes) -> None:
        file.write_bytes(data)
        properties.one_clean_line(lambda: load(file), _SLOWER * properties.LONGEST_SECONDS)

    return one_input, [text.encode()]


_TABLE = "month;recipients\n2026-01;1.043\n2026-02;998\n"


def _run(name: str, seconds: int, folder: Path) -> None:
    """Run one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=_INSTRUMENTED):
        target, seeds = _target(name, folder)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
    warnings.simplefilter("error")
    kept = Path(tempfile.gettempdir()) / "finding-"
    flags = ("fuzz", f"-max_total_time={seconds}", f"-artifact_prefix={kept}", *_FLAGS)
    atheris.Setup([*flags, str(corpus)], _told_once(name, target))
    atheris.Fuzz()


def _told_once(name: str, target: Callable[[bytes], object]) -> Callable[[bytes], None]:
    """Tell each kind of finding once, and go on."""
    known: set[str] = set()

    def one_input(data: bytes) -> None:
        try:
            target(data)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} {place.filename}:{place.lineno}"
            if kind not in known:
                known.add(kind)
                kept = Path(tempfile.mkdtemp(prefix="finding-")) / "input"
                kept.write_bytes(data)
                sys.stderr.write(f"FINDING {name}: {kind}: {str(error)[:300]!r}, {kept}\n")
                sys.stderr.flush()

    return one_input


if __name__ == "__main__":
    _run(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
