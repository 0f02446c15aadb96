"""Speed and memory of one engine on one preset: python -m benchmarks.throughput [--help].

The short way to a few cases of the common harness; `python -m benchmarks` measures all of them.
"""

from __future__ import annotations

import argparse

from benchmarks.case import Case
from benchmarks.measure import measured
from benchmarks.peers import JOBSIM
from benchmarks.report import EXPLANATION, HEADER, line, machine, row_of

__all__: list[str] = []


def main() -> None:
    """Print one line per number of replications."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__)
    parser.add_argument("--preset", default="esbjerg-2018")
    parser.add_argument("--engine", default="numpy")
    parser.add_argument("--replications", type=int, nargs="+", default=[200])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--cores", type=int, default=1)
    chosen = parser.parse_args()
    print(f"{machine()['machine']}, {chosen.cores} in use, draws and roster included, medians")
    print(f"{EXPLANATION}\n{HEADER}")
    for replications in chosen.replications:
        case = Case(
            family="throughput",
            work=chosen.preset,
            player=JOBSIM + chosen.engine,
            model={"preset": chosen.preset},
            replications=replications,
            runs=chosen.repeats,
            cores=chosen.cores,
        )
        print(line(row_of(case, measured(case)) | {"ratios": {}}), flush=True)


if __name__ == "__main__":
    main()
