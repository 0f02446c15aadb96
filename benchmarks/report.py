"""The table and the JSON file; may import nothing of jobsim."""

from __future__ import annotations

import os
import platform
from typing import Any

from benchmarks.agreement import Agreement
from benchmarks.case import Case
from benchmarks.peers import JOBSIM

__all__ = [
    "EXPLANATION",
    "HEADER",
    "agreement_line",
    "figure",
    "line",
    "machine",
    "row_of",
    "unmeasured",
    "with_ratios",
]

Row = dict[str, Any]

HEADER = (
    f"{'case':<44}{'reps':>8}{'ms per replication (min to max)':>33}{'ns/pw':>9}"
    f"{'Mpw/s':>9}{'Mbw/s':>9}{'first s':>9}{'MiB':>7}  how many times faster than"
)
EXPLANATION = """\
pw: person-week, one person of the roster times one week; bw: week on benefit; M: million.
first s: imports, compilation and one replication, in a fresh process; MiB: most memory held.
"""

_YARDSTICKS = {
    "presets": (f"{JOBSIM}simpy", f"{JOBSIM}numpy"),
    "peers": ("simpy", "starsim", "starsim_plain", "c_arrays", "c_cohorts"),
}
"""Players whose time is divided by that of the others, by family."""
_PRINTED = ("simpy", "starsim", "c_arrays", f"{JOBSIM}simpy", f"{JOBSIM}numpy")
"""Yardsticks in the table; the others are in the file."""
_BASES = {
    "people": "1,300",
    "weeks": "104",
    "interval_weeks": "4",
    "load": "0.8",
    "replications": "100",
    "cores": "1",
}
"""Case of each dimension with which the others are compared."""


def machine() -> dict[str, Any]:
    """What the figures were measured on, without naming the machine."""
    return {
        "machine": f"{os.cpu_count()}-core {platform.machine().replace('_', '-')}",
        "system": platform.system(),
        "python": platform.python_version(),
    }


def row_of(case: Case, result: Row) -> Row:
    """Everything known about a measured case."""
    weeks, median = result["person_weeks"], result["median_s"]
    benefit = result["benefit_weeks"]
    return {
        "name": case.name,
        "family": case.family,
        "work": case.work,
        "player": case.player,
        "status": "measured",
        **result,
        "ns_per_person_week": median / weeks * 1e9,
        "ms_per_replication": median / result["replications"] * 1e3,
        "million_person_weeks_per_s": weeks / median / 1e6,
        "million_benefit_weeks_per_s": None if benefit is None else benefit / median / 1e6,
    }


def unmeasured(case: Case, status: str) -> Row:
    """Row of a case that was not timed, and why."""
    return {
        "name": case.name,
        "family": case.family,
        "work": case.work,
        "player": case.player,
        "status": status,
        "ratios": {},
    }


def with_ratios(rows: list[Row]) -> list[Row]:
    """Add to every row how it compares with others of this run.

    A ratio says how many times faster a person-week is than that of another player, or than that
    of the same player at the base of the dimension.
    """
    known = {row["name"]: row for row in rows if row["status"] == "measured"}
    return [row | {"ratios": _ratios(row, known)} for row in rows]


def _ratios(row: Row, known: dict[str, Row]) -> dict[str, float]:
    if row["name"] not in known:
        return {}
    cost, family = row["ns_per_person_week"], row["family"]
    if family in _BASES:
        base = known.get(f"{family}/{_BASES[family]}/{row['player']}")
        if base is None:
            return {}
        return {_BASES[family]: base["ns_per_person_week"] / cost}
    found = {}
    for other in _YARDSTICKS.get(family, ()):
        yardstick = known.get(f"{family}/{row['work']}/{other}")
        if yardstick is not None and other != row["player"]:
            found[other] = yardstick["ns_per_person_week"] / cost
    return found


def line(row: Row) -> str:
    """One line of the table."""
    if row["status"] != "measured":
        return f"{row['name']:<44}  {row['status']}"
    per_rep = [row[name] / row["replications"] * 1e3 for name in ("median_s", "min_s", "max_s")]
    time = f"{figure(per_rep[0])} ({figure(per_rep[1])} to {figure(per_rep[2])})"
    shown = (*_PRINTED, _BASES.get(row["family"], ""))
    ratios = [f"{name} {figure(x)}" for name, x in row["ratios"].items() if name in shown]
    return (
        f"{row['name']:<44}{row['replications']:>8,}{time:>33}"
        f"{figure(row['ns_per_person_week']):>9}{figure(row['million_person_weeks_per_s']):>9}"
        f"{figure(row['million_benefit_weeks_per_s']):>9}{row['first_call_s']:>9.2f}"
        f"{figure(row['peak_memory_mib']):>7}  {', '.join(ratios)}"
    )


def figure(value: float | None) -> str:
    """Write a number with three digits, or all of a whole number above 100; nothing for None."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def agreement_line(found: Agreement) -> str:
    """One line about how far a player is from the reference."""
    verdict = "agrees" if found.agrees else "DISAGREES, not timed"
    return (
        f"{found.player:<16} every {found.interval_weeks:>2} weeks, {found.replications:>5,} "
        f"replications: {found.means['exits']:7.1f} exits ({found.errors['exits']:+.1f} SE), "
        f"{found.means['meetings']:9.1f} meetings ({found.errors['meetings']:+.1f} SE), "
        f"wrong hazard {found.control:.0f} SE: {verdict}"
    )
