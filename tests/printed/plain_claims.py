"""What the model says of a claim, and the municipality's accounts, again in plain lines."""

from __future__ import annotations

import datetime as dt

from tests.printed import plain_money as money
from tests.printed.plain_money import Data
from tests.printed.plain_numbers import mean
from tests.printed.plainly import SAVINGS, Pair, of_year, programme_cost


def claimed(pair: Pair, claim: Data) -> list[float]:
    """What the model says of a claim in each future: a year, or the month it is about."""
    year, months = claim["year"], pair.ours.months
    if claim["measure"] in ("programme_cost", *SAVINGS):
        purse = claim.get("payer", "municipality")
        plain = SAVINGS.get(claim["measure"], lambda pair, who: programme_cost(pair.gained, who))
        return plain(pair, purse)[:, of_year(months, year)].sum(axis=1).tolist()
    of_month = [months.index(dt.date(year, claim["month"], 1))] if "month" in claim else []
    ours, theirs = pair.numbers(
        of_month or of_year(months, year), claim.get("groups"), claim["measure"]
    )
    return (ours - theirs if claim.get("of") == "difference" else ours).tolist()


def verdict(claim: Data, low: float, high: float) -> str:
    """A claim is judged by the range of futures, and not at all where it was used to tune."""
    if claim["role"] == "fitted":
        return "fitted: no evidence"
    where = "below" if claim["value"] < low else "above" if claim["value"] > high else "within"
    return f"{where} the model's range"


def municipal(pair: Pair) -> dict[str, list[float]]:
    """The municipality's mean gain by line: each year, and the whole run; last the total."""
    years = (*sorted({day.year for day in pair.ours.months}), None)
    table = {}
    for line in LINES:
        gained = pair.gained.get((line, "municipality"), money.nothing(pair.ours.volumes))
        months = [of_year(pair.ours.months, year) for year in years]
        table[line] = [mean(gained[:, places].sum(axis=1).tolist()) for places in months]
    return table | {"net saving": [sum(column) for column in zip(*table.values(), strict=True)]}


LINES = (
    "benefit",
    "benefit_tax",
    "wage",
    "wage_tax",
    "other_benefit",
    "unemployment_insurance",
    "pension_contribution",
    "employer_contribution",
    "expenditure_need",
    *money.STAFF_AND_GRANTS,
    "activation",
    "output",
    "leisure",
)
"""Lines of the ledger, in the order of tables."""
