"""Fuzz the loaders for as long as asked: ``python -m tests.hostile.fuzz --minutes 10``.

Inputs come from a seed, so that a finding is played again with ``--only TARGET --seed N``. With
``--atheris`` the seeds come from atheris, guided by what they reach; it has to be installed.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from tests.hostile.properties import TARGETS, play

_MEMORY_BYTES = 3 * 2**30
"""Address space of the whole process: an input that takes more is a finding."""


def fuzz(seconds: float, first: int, names: list[str], most: int) -> tuple[Counter[str], int]:
    """Play every loader in turn; return inputs by loader and outcome, and the findings."""
    counts: Counter[str] = Counter()
    found: set[str] = set()
    slowest, slowest_seconds = "", 0.0
    ends, seed = time.monotonic() + seconds, first
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < ends and seed < first + most:
            for name in names:
                began = time.process_time()
                try:
                    line = play(name, Random(seed), Path(folder))
                    counts[f"{name}: {'loaded' if line is None else 'refused'}"] += 1
                except Exception as error:
                    counts[f"{name}: FINDING"] += 1
                    place = traceback.extract_tb(error.__traceback__)[-1]
                    kind = f"{name} {type(error).__name__} {place.filename}:{place.lineno}"
                    if kind not in found:
                        found.add(kind)
                        say(f"FINDING {kind}: --only {name!r} --seed {seed}: {str(error)[:300]!r}")
                spent = time.process_time() - began
                if spent > slowest_seconds:
                    slowest, slowest_seconds = f"{name}, seed {seed}", spent
            seed += 1
    say(f"slowest input: {slowest_seconds:.2f} s ({slowest})")
    return counts, len(found)


def guided(name: str) -> None:
    """Let atheris choose the bytes; runs until it is stopped or finds something."""
    try:
        import atheris
    except ImportError:
        raise SystemExit("fuzz: atheris is not installed; pip install atheris") from None
    folder = Path(tempfile.mkdtemp())

    def one_input(data: bytes) -> None:
        play(name, Random(data), folder)

    atheris.instrument_all()
    atheris.Setup(sys.argv[:1], one_input)
    atheris.Fuzz()


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the arguments, fuzz, and print what was tried; exit code 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=10**9, help="most inputs of each loader")
    parser.add_argument("--only", choices=list(TARGETS))
    parser.add_argument("--atheris", action="store_true")
    given = parser.parse_args()
    names = [given.only] if given.only else list(TARGETS)
    if given.atheris:
        guided(names[0])
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
