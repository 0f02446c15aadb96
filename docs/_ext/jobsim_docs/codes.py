"""The codes used in files, results and JSON: measures, payers, ledger lines, volumes."""

from __future__ import annotations

from functools import cache

import jobsim
from jobsim.analysis.comparing.samples import Row
from jobsim.analysis.outcomes.measures import MEASURES
from jobsim.engines.volumes import VOLUMES
from jobsim.ledger import LINES, NOT_PRICED, POLICY_LINES, TRANSFERS
from jobsim.scenario import PAYERS, SUMS
from jobsim_docs.pages import table

__all__ = ["ledger_lines", "measures", "money_measures", "not_priced", "payers", "volumes"]

_MEANING = {
    "programme_cost": "staff and grants; positive is a cost",
    "gross_saving": "everything gained before staff and grants",
    "net_saving": "everything gained",
    "net_saving_after_displacement": "the same, less what those pushed aside lose",
    "cost_per_extra_placement": "programme cost over extra placements, with Fieller's interval",
    "benefit_cost_ratio": "gross saving over programme cost, with Fieller's interval",
    "net_present_value": "of society, discounted, by the finance ministry's guidance",
    "net_present_value_after_displacement": "the same, after displacement",
    "probability_of_gain": "share of futures in which the net saving of the run is above 0",
    "break_even_month": "from which the net saving so far is never below 0 again",
    "monthly_saving_at_end": "mean net saving of the last three months",
    "stock_difference_at_end": "recipients in the last month, scenario − baseline",
}


def _code(text: str) -> str:
    return f"`{text}`"


def measures() -> str:
    """Measures of volumes, from the table that computes them."""
    rows = [
        (_code(code), m.label, m.unit, "yes" if m.by_group else "no")
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
        meaning = _MEANING.get(code, code.replace("_", " "))
        whose = [payer for payer in (*PAYERS, *SUMS) if any(row.payer == payer for row in mine)]
        payers = "all" if len(whose) == len(PAYERS) + len(SUMS) else ", ".join(whose)
        period = "year, run" if any(row.year for row in mine) else "run"
        rows.append((_code(code), meaning, mine[0].unit, payers, period))
    return table(("code", "what", "unit", "payers", "period"), rows)


def payers() -> str:
    """Payers and their sums."""
    meaning = {
        "municipality": "the municipality whose purse is meant",
        "state": "the state",
        "recipient": "recipients, former recipients included",
        "employer": "employers",
        "public": "municipality and state",
        "society": "all four",
    }
    rows = [(_code(p), meaning[p], "payer" if p in PAYERS else "sum") for p in (*PAYERS, *SUMS)]
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
        (_code(name), meaning, unit, ", ".join(dims))
        for name, (dims, unit, meaning) in VOLUMES.items()
    ]
    return table(("variable", "what", "unit", "dimensions after replication, month"), rows)


def not_priced() -> str:
    """What no price list of jobsim prices."""
    return "\n".join(f"- {phrase}" for phrase in NOT_PRICED)
