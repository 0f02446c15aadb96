"""The table of decision 0019: python -m benchmarks.findings [--replications N].

What each finding about prices moves: one thing is put back as it was, the rest stays. Volumes are
priced again, and simulated again only where the number of caseworkers changes.
"""

from __future__ import annotations

import argparse
import datetime as dt

import jobsim as js

__all__: list[str] = []

_TOWNS = {"Esbjerg": "esbjerg-2018", "Kolding": "kolding-2018", "town of 2026": "town-2026"}
_PAY_OF_2023 = 533_000
_CONSULTANTS = 2
_SINGLES = {dt.date(2025, 7, 1): 12_498, dt.date(2026, 1, 1): 13_060}
"""Rate of a single without children before its supplement was found, by date."""
_ADULTS = ("adult_without_children", "adult_cohabiting", "adult_with_children")
_YOUNG = ("young_single", "integration_adult", "integration_single_parent")
_FREE = {**dict.fromkeys(_ADULTS, 2_500), **dict.fromkeys(_YOUNG, 5_000)}
"""Free amounts a month from July 2025, not indexed, by rate."""

Changes = dict[str, object]


def _without_supplement() -> Changes:
    single = "benefits.adult_without_children.per_month"
    rate = js.Prices.load("denmark").benefits["adult_without_children"].per_month
    now = dict(zip(rate.dates, rate.values, strict=True)) | _SINGLES
    none = {dt.date(2016, 1, 1): 0.0}
    free = {
        f"benefits.{name}.free_amount_per_month": _steps(none | {min(_SINGLES): amount})
        for name, amount in _FREE.items()
    }
    return {single: _steps(now), **free}


def _steps(values: dict[dt.date, float]) -> list[dict[str, object]]:
    return [{"from": day, "value": value} for day, value in values.items()]


_BACK: dict[str, Changes] = {
    "tax on wages without the employment allowance": {"taxes.employment_allowance_share": 0.0},
    "destinations 0.35 and 0.25 by guess": {
        "destinations.other_benefit.share": 0.35,
        "destinations.education.share": 0.25,
    },
    "other benefits at 15,000 a month in 2018": {
        "destinations.other_benefit.per_month.scale": 15_000 / 16_100
    },
    "nobody insured among the displaced": {"displacement.insured_share": 0.0},
    "no supplement for singles, free amounts not indexed": _without_supplement(),
    "no contribution to ATP": {
        f"benefits.{rate}.pension_contribution_per_month": 0.0 for rate in _ADULTS
    },
}
"""Findings and what puts each back as it was."""
_NOT_THE_DEFAULT: dict[str, Changes] = {
    "*not the default:* jobs of 25 hours": {"wages.job_hours_per_week": 25.0},
    "*not the default:* equalisation takes 240 DKK a week at once": {
        "equalisation.expenditure_need_per_week": 240.0,
        "equalisation.expenditure_need_after_months": 0,
    },
}


def _with_the_pay_of_2023(scenario: js.Scenario) -> js.Scenario | None:
    """The same place, where a caseworker costs what one does in 2023; none where it is later."""
    if scenario.horizon.start.year > 2023:
        return None
    staff = [f"programmes.{code}" for code in scenario.programmes]
    changes: Changes = {}
    if scenario.small_jobs is not None and scenario.small_jobs.consultants is not None:
        staff.append("small_jobs.consultants")
        changes["small_jobs.consultants.budget_per_year"] = _CONSULTANTS * _PAY_OF_2023
    for part in ("regular_service", *staff):
        changes[f"{part}.cost_per_fte_year"] = _PAY_OF_2023
    return scenario.with_(changes)


def _cells(result: js.Comparison) -> tuple[str, str]:
    """Net saving of municipality, in brackets after displacement, and of the state."""

    def millions(measure: str, payer: str) -> str:
        found = result.row(measure, payer=payer).difference / 1e6
        return f"{found:+.2f}".replace("-", "−")

    after = millions("net_saving_after_displacement", "municipality")
    return f"{millions('net_saving', 'municipality')} ({after})", millions("net_saving", "state")


def _column(name: str, replications: int) -> dict[str, tuple[str, str]]:
    """Cells of one place by row."""
    scenario, prices = js.Scenario.load(name), js.Prices.load("denmark")
    now = js.compare(scenario, replications=replications, progress=False)
    paid = _with_the_pay_of_2023(scenario)
    then = now if paid is None else js.compare(paid, replications=replications, progress=False)
    before = {path: value for one in _BACK.values() for path, value in one.items()}
    rows = {
        "**As prices were**": _cells(then.reprice(prices.with_(before))),
        "**As they are**": _cells(now),
        "pay of 2023 in every year (533,000)": ("–", "–") if paid is None else _cells(then),
    }
    priced = _BACK | _NOT_THE_DEFAULT
    return rows | {row: _cells(now.reprice(prices.with_(new))) for row, new in priced.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.findings", description=__doc__)
    parser.add_argument("--replications", type=int, default=200)
    replications = parser.parse_args().replications
    columns = {town: _column(name, replications) for town, name in _TOWNS.items()}
    print(f"| what is put back | {' | '.join(f'{town} | state' for town in columns)} |")
    print(f"|---|{'--:|' * 2 * len(columns)}")
    for row in next(iter(columns.values())):
        print(f"| {row} | {' | '.join(cell for one in columns.values() for cell in one[row])} |")


if __name__ == "__main__":
    main()
