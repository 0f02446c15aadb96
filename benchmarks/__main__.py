"""Measure jobsim and its peers: python -m benchmarks [--help]."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from benchmarks.agreement import Agreement, agreement, require_equal_work
from benchmarks.case import Case
from benchmarks.cases import all_cases, quick
from benchmarks.measure import measured
from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import installed
from benchmarks.picture import draw
from benchmarks.report import (
    EXPLANATION,
    HEADER,
    agreement_line,
    line,
    machine,
    row_of,
    unmeasured,
    with_ratios,
)

DISAGREES, FAILED = "disagrees with the reference, not timed", "failed"
_QUICK_SHARE = 0.05


def main() -> None:
    """Check that peers agree, measure, print the table, write JSON and picture."""
    chosen = _arguments()
    with tempfile.TemporaryDirectory(prefix="jobsim-benchmarks-") as cache:
        cases = all_cases(cache)
        if chosen.quick:
            cases = quick(cases)
        if chosen.only:
            cases = [case for case in cases if case.name.startswith(tuple(chosen.only))]
        agreements = _agreements(cases, _QUICK_SHARE if chosen.quick else 1.0)
        rows = with_ratios([_row(case, agreements) for case in cases])
    require_equal_work(rows)
    _print(rows, list(agreements.values()))
    _write(chosen.out, rows, list(agreements.values()))
    sys.exit(any(row["status"] in (DISAGREES, FAILED) for row in rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smoke run: no figure to rely on")
    parser.add_argument("--only", nargs="+", metavar="CASE", help="cases that begin like this")
    parser.add_argument("--out", type=Path, default=Path("jobsim-out/benchmarks"))
    return parser.parse_args()


def _agreements(cases: list[Case], share: float) -> dict[tuple[str, str], Agreement]:
    """Compare every installed player of the meeting-queue model with the reference."""
    found = {}
    for case in cases:
        if case.family == "peers" and installed(case.player):
            queue = MeetingQueue(**case.model["queue"])
            with suppress(CalledProcessError):  # will fail again, and be reported, below
                found[case.work, case.player] = agreement(case.player, queue, share=share)
                print(agreement_line(found[case.work, case.player]), file=sys.stderr)
    return found


def _row(case: Case, agreements: dict[tuple[str, str], Agreement]) -> dict[str, Any]:
    """Measure a case, or say why not."""
    found = agreements.get((case.work, case.player))
    if not installed(case.player):
        row = unmeasured(case, "not installed")
    elif found is not None and not found.agrees:
        row = unmeasured(case, DISAGREES)
    else:
        try:
            row = row_of(case, measured(case))
        except CalledProcessError:
            row = unmeasured(case, FAILED)
    print(line({"ratios": {}} | row), file=sys.stderr)
    return row


def _print(rows: list[dict[str, Any]], agreements: list[Agreement]) -> None:
    about = machine()
    print(f"\n{about['machine']}, {about['system']}, Python {about['python']}")
    print("One core unless said otherwise, draws and roster included, medians.")
    print(EXPLANATION)
    for found in agreements:
        print(agreement_line(found))
    print(HEADER)
    for row in rows:
        print(line(row))


def _write(folder: Path, rows: list[dict[str, Any]], agreements: list[Agreement]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    document = {**machine(), "agreement": [found.to_dict() for found in agreements], "cases": rows}
    (folder / "benchmarks.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    draw(rows, folder / "benchmarks.png", machine()["machine"])
    print(f"\nwritten: {folder / 'benchmarks.json'}, {folder / 'benchmarks.png'}")


if __name__ == "__main__":
    main()
