"""Play many numbered scenarios in all engines and in the oracle, and say how many were equal.

`python -m tests.oracle 100 2000 equal.csv` plays scenarios 100 to 2099 (the suite plays the first
hundred), writes a line for each, with its seed and replications, and stops where two players part.
Volumes and histories are held against each other to the last number.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jobsim.engines.progress import counted_off
from tests.oracle.agreement import assert_as_foretold
from tests.oracle.test_oracle import keys_of
from tests.parity.scenarios import numbered


def main(first: int, count: int, log: Path) -> int:
    """Write which scenarios were equal; return how many were, before the first that was not."""
    numbers = range(first, first + count)
    with log.open("w", encoding="utf-8") as lines:
        lines.write("scenario,seed,replications,persons,events\n")
        for number in counted_off(numbers, "equal", show=True, unit="scenario"):
            seed, replications = keys_of(number)
            try:
                (_, rows), _ = assert_as_foretold(numbered(number), seed, replications)
            except AssertionError as error:
                print(f"numbered({number}), seed {seed}, replications {replications}: {error}")  # noqa: T201 : asked for
                return number - first
            persons = len(rows[["replication", "number"]].drop_duplicates())
            told = " ".join(map(str, replications))
            print(number, seed, told, persons, len(rows), sep=",", file=lines, flush=True)
    return count


if __name__ == "__main__":
    asked = int(sys.argv[2])
    equal = main(int(sys.argv[1]), asked, Path(sys.argv[3]))
    print(f"{equal:,} of {asked:,} equal")  # noqa: T201 : asked for
    sys.exit(equal < asked)
