"""The codes used in files, results and JSON: measures, payers, ledger lines, volumes."""

from __future__ import annotations

from functools import cache

import jobsim
from jobsim.analysis.comparing.row import Row
from jobsim.analysis.outcomes.measures import MEASURES
from jobsim.engines.elements import VOLUMES
from jobsim.vocabulary import (
    LINES,
    MEASURE_WORDS,
    PAYERS,
    POLICY_LINES,
    PURSE_MEANINGS,
    PURSES,
    TRANSFERS,
)
from jobsim_docs.pages import table

__all__ = ["ledger_lines", "measures", "money_measures", "not_priced", "payers", "volumes"]


def _code(text: str) -> str:
    return f"`{text}`"


def _told(code: str) -> str:
    words = MEASURE_WORDS[code]
    return f"{words.label}: {words.meaning}" if words.meaning else words.label


def measures() -> str:
    """Measures of volumes, from the table that computes them."""
    rows = [
        (_code(code), _told(code), m.unit, "yes" if m.by_group else "no")
        for code, m in MEASURES.items()
    ]
    return table(("code", "what", "unit", "by group"), rows)


@cache
def _rows_of_a_comparison() -> tuple[Row, ...]:
    scenario = jobsim.Scenario.load("esbjerg-2018")
    return jobsim.compare(scenario, replications=2, engine="numpy", progress=False).rows


def money_measures() -> str:
    """Measures that need prices or both scenarios, from the rows of a comparison."""
    found: dict[str, list[Row]] = {}
    for row in _rows_of_a_comparison():
        if row.measure not in MEASURES:
            found.setdefault(row.measure, []).append(row)
    rows = []
    for code, mine in found.items():
        meaning = MEASURE_WORDS[code].meaning
        whose = [payer for payer in PURSES if any(row.payer == payer for row in mine)]
        payers = "all" if len(whose) == len(PURSES) else ", ".join(whose)
        period = "year, run" if any(row.year for row in mine) else "run"
        rows.append((_code(code), meaning, mine[0].unit, payers, period))
    return table(("code", "what", "unit", "payers", "period"), rows)


def payers() -> str:
    """Payers and their sums."""
    rows = [(_code(p), PURSE_MEANINGS[p], "payer" if p in PAYERS else "sum") for p in PURSES]
    return table(("code", "who", "kind"), rows)


def ledger_lines() -> str:
    """Ledger lines and their kind."""
    rows = []
    for line in LINES:
        kind = "transfer: sums to zero over payers" if line in TRANSFERS else "real"
        part = "programme cost" if line in POLICY_LINES else "gross saving"
        rows.append((_code(line), kind, part))
    return table(("code", "kind", "counts as"), rows)


def volumes() -> str:
    """What an engine returns."""
    rows = [
        (_code(name), one.meaning, one.unit, ", ".join(one.dims)) for name, one in VOLUMES.items()
    ]
    return table(("variable", "what", "unit", "dimensions after replication, month"), rows)


def not_priced() -> str:
    """What the Danish price list leaves out."""
    return "\n".join(f"- {phrase}" for phrase in jobsim.Prices.load("denmark").not_priced)
