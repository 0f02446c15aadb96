"""Fuzz loaders and stores for as long as asked: ``python -m tests.hostile.fuzz --minutes 10``.

Inputs come from a seed, so that a finding is played again with ``--only TARGET --seed N --inputs
1``. With ``--atheris``, atheris chooses the bytes of files, guided by the lines of jobsim that they
reach; see `tests.hostile.guided`.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import resource
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.hostile.guided import IN_MEMORY, guide

__all__ = ["kind_of", "say"]

_MEMORY_BYTES = 3 * 2**30
"""Address space of the whole process: an input that takes more is a finding."""
_LONGEST_SECONDS = 120.0
"""Of the clock, after which an input is given up, and with it the process."""
STORE = "store of a study"


def fuzz(seconds: float, first: int, names: list[str], most: int) -> tuple[Counter[str], int]:
    """Play every target in turn; return inputs by target and outcome, and the findings."""
    counts: Counter[str] = Counter()
    found: set[str] = set()
    slowest: dict[str, tuple[float, int]] = {}
    ends, seed = time.monotonic() + seconds, first
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        while time.monotonic() < ends and seed < first + most:
            for name in names:
                began = time.process_time()
                try:
                    with ended_after(_LONGEST_SECONDS, f"{name}, seed {seed}"):
                        line = one_input(name, Random(seed), Path(folder))
                    counts[f"{name}: {'loaded' if line is None else 'refused'}"] += 1
                except Exception as error:
                    counts[f"{name}: FINDING"] += 1
                    kind = f"{name} {kind_of(error)}"
                    if kind not in found:
                        found.add(kind)
                        say(f"FINDING {kind}: --only {name!r} --seed {seed}: {told(error)}")
                spent = time.process_time() - began
                slowest[name] = max(slowest.get(name, (0.0, 0)), (spent, seed))
            seed += 1
    for name, (spent, which) in slowest.items():
        say(f"slowest {name}: {spent:.2f} s (seed {which})")
    return counts, len(found)


def one_input(name: str, random: Random, folder: Path) -> str | None:
    """Give one input to a loader, or one store to every command."""
    from tests.hostile.properties import play
    from tests.hostile.store_properties import play_store

    return play_store(random, folder) if name == STORE else play(name, random, folder)


def target_names() -> list[str]:
    """Everything that can be fuzzed."""
    from tests.hostile.properties import TARGETS

    return [*TARGETS, STORE]


@contextmanager
def ended_after(seconds: float, name: str) -> Iterator[None]:
    """End this process, and tell where it was, if something goes on for longer."""

    def end() -> None:
        say(f"FINDING {name}: did not end within {seconds:.0f} s")
        faulthandler.dump_traceback(all_threads=True)
        os._exit(1)

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def kind_of(error: Exception) -> str:
    """What is the same of two findings: the error, and the line where it was raised."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {place.filename}:{place.lineno}"


def told(error: Exception) -> str:
    """Error and notes, as text that a terminal may show."""
    return repr(" ".join([str(error)[:300], *getattr(error, "__notes__", [])]))


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the arguments, fuzz, and print what was tried; exit code 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=10**9, help="most inputs of each target")
    parser.add_argument("--only", metavar="TARGET", help="one target; without it, all in turn")
    parser.add_argument("--atheris", action="store_true")
    given = parser.parse_args()
    if given.atheris:
        raise SystemExit(1 if guide(given.minutes * 60, given.only) else 0)
    names = [given.only] if given.only else target_names()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    began = time.monotonic()
    counts, findings = fuzz(given.minutes * 60, given.seed, names, given.inputs)
    for outcome in sorted(counts):
        say(f"{counts[outcome]:>10,}  {outcome}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(
        f"{sum(counts.values()):,} inputs in {time.monotonic() - began:.0f} s, "
        f"{findings} findings, at most {peak:.0f} MiB"
    )
    raise SystemExit(1 if findings else 0)


if __name__ == "__main__":
    main()
