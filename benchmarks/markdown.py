"""Tables for the documentation: python -m benchmarks.markdown FILE.json [FILE.json …].

Of several runs a figure is the median of the runs' medians, and a ratio the median of the ratios
within each run, with the least and the greatest in brackets. May import the report.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.peers import players
from benchmarks.report import figure

__all__: list[str] = []

Row = dict[str, Any]
Column = tuple[str, Callable[[list[Row]], str]]

_SLOWER = ("simpy", "starsim", "starsim_plain")
_LIMITS = ("c_arrays", "c_cohorts")
_GROWTH = ("people", "weeks", "replications", "interval_weeks", "load")


def main() -> None:
    """Print the tables."""
    documents = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    cases: dict[str, list[Row]] = {}
    for document in documents:
        for row in document["cases"]:
            cases.setdefault(row["name"], []).append(row)
    for title, families, columns in _tables():
        chosen = [rows for rows in cases.values() if rows[0]["family"] in families]
        if chosen:
            print(f"## {title}\n\n{_table(chosen, columns)}\n")


def _tables() -> list[tuple[str, tuple[str, ...], list[Column]]]:
    cost = ("ns per person-week", _value("ns_per_person_week"))
    speed = ("million person-weeks/s", _value("million_person_weeks_per_s"))
    benefit = ("million benefit-weeks/s", _value("million_benefit_weeks_per_s"))
    per_replication = ("ms per replication", _value("ms_per_replication"))
    memory = ("peak MiB", _value("peak_memory_mib"))
    engines = [(f"× {name}", _ratio(f"jobsim-{name}")) for name in ("simpy", "numpy")]
    peers = [(f"× {name}", _ratio(name)) for name in _SLOWER]
    peers += [(f"time, {name} = 1", _ratio(name, inverse=True)) for name in _LIMITS]
    first = ("first call, s", _value("first_call_s"))
    return [
        ("Presets", ("presets",), [per_replication, cost, speed, benefit, *engines, memory]),
        ("Growth", _GROWTH, [("replications", _value("replications")), cost, benefit, memory]),
        ("Cores and size", ("cores", "large"), [per_replication, cost, speed, memory]),
        ("First call", ("first-call",), [first, memory]),
        ("Peers", ("peers",), [per_replication, *peers, memory]),
    ]


def _table(cases: list[list[Row]], columns: list[Column]) -> str:
    lines = [["case", "played by", *(name for name, _ in columns)]]
    lines.append(["---", "---", *("--:" for _ in columns)])
    labels = players()
    for rows in cases:
        first = rows[0]
        known = [row for row in rows if row["status"] == "measured"]
        cells = [write(known) for _, write in columns] if known else [first["status"]]
        case = str(first["work"])
        if first["family"] in (*_GROWTH, "cores", "large"):
            case = f"{first['family'].replace('_', ' ')} {case}"
        lines.append([case, labels[first["player"]], *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _value(name: str) -> Callable[[list[Row]], str]:
    def write(rows: list[Row]) -> str:
        values = [row[name] for row in rows if row[name] is not None]
        return figure(median(values)) if values else "–"

    return write


def _ratio(name: str, *, inverse: bool = False) -> Callable[[list[Row]], str]:
    power = -1 if inverse else 1

    def write(rows: list[Row]) -> str:
        values = [row["ratios"][name] ** power for row in rows if name in row["ratios"]]
        if not values:
            return "–"
        between = f" ({figure(min(values))}–{figure(max(values))})" if len(values) > 1 else ""
        return figure(median(values)) + between

    return write


if __name__ == "__main__":
    main()
