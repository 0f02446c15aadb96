"""What `compare` prints, cell by cell, against plain arithmetic written as it is to be written."""

from __future__ import annotations

import math

import pytest

from tests.printed import plain_money as money
from tests.printed.cases import CASES, SEED, Data, played
from tests.printed.pairs import expected, pair
from tests.printed.plain_claims import claimed, verdict
from tests.printed.plain_numbers import Number, mean, quantile
from tests.printed.plainly import PRINTED, PURSES, VOLUMES
from tests.printed.writing import (
    Cells,
    Spellings,
    Written,
    around,
    ends,
    kroner,
    millions,
    of_unit,
    per_cent,
    persons,
    same_cells,
    spelt,
    tables,
)

OWN = "municipality"
LABELS = {
    "placements": "Placements",
    "placements_per_month": "Placements per month",
    "small_job_starts": "Small jobs started",
    "returns": "Returns to benefit",
    "recipients": "Recipients at the end",
    "employed_weeks": "Weeks in work",
    "benefit_weeks": "Benefit-weeks",
    "share_over_52_weeks": "Share on benefit over 52 weeks",
    "meetings": "Meetings held",
    "weeks_between_meetings": "Weeks between meetings",
    "meetings_on_time": "Share of meetings on time",
    "caseload": "Recipients per caseworker",
}
BUDGET = {
    "programme_cost": "Staff and grants (cost)",
    "gross_saving": "Saved before staff and grants",
    "net_saving": "Net saving",
}
PURSE_LABELS = {
    "municipality": "Municipality",
    "state": "State",
    "recipient": "Recipients",
    "employer": "Employers",
    "public": "Public purse (municipality + state)",
    "society": "Society (all four)",
}

all_cases = pytest.mark.parametrize("case", CASES)


def number(case: str, measure: str, year: int | None = None, payer: str | None = None) -> Number:
    """A number of a case."""
    return expected(case)[measure, year, None, payer][0]


def years(case: str) -> list[int]:
    """Calendar years of a case."""
    return sorted({day.year for day in pair(case).ours.months})


def of_difference(one: Number, written: Written, *, sign: bool = True) -> list[Spellings]:
    """Cells of a difference, its interval and its range."""
    least, most = (written(end, sign=sign) for end in (one.range_low, one.range_high))
    return [written(one.difference, sign=sign), around(one, written, sign=sign), ends(least, most)]


def agree(printed: list[list[str]], right: list[list[Spellings | str]]) -> None:
    """Hold printed rows against plain ones."""
    assert len(printed) == len(right)
    for row, cells in zip(printed, right, strict=True):
        same_cells(row, cells)


def table(case: str, title: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a printed table."""
    header, *rows = tables(repr(played(case)))[title]
    return header, rows


@all_cases
def test_the_heading_says_what_is_compared(case):
    ours, theirs, times = CASES[case].scenario, CASES[case].baseline, CASES[case].replications
    first, second, third, fourth, *_ = repr(played(case)).splitlines()
    alone = ", ".join(sorted(ours["groups"].keys() ^ theirs["groups"].keys()))
    note = f"; {alone}: in one of them only, whose people count as a difference" if alone else ""
    assert first == f"{ours['name']} against {theirs['name']}{note}"
    assert second == ours["title"]
    weeks, start = ours["horizon"]["weeks"], ours["horizon"]["start"]
    prices = CASES[case].prices["name"]
    run = f"{weeks} weeks from {start}", f"{times} replications", f"seed {SEED}", f"prices {prices}"
    assert third == " · ".join(run)
    assert fourth.startswith("Differences are scenario − baseline, paired by key.")


@all_cases
def test_what_happens(case):
    header, rows = table(case, "What happens")
    assert header == ["year", "scenario", "baseline", "difference", "ci", "range"]
    right = []
    for measure in PRINTED:
        unit = VOLUMES[measure][1]
        whole, written = number(case, measure), of_unit(unit)
        if not any(level for level in (whole.scenario, whole.baseline) if not math.isnan(level)):
            continue
        for year in years(case):
            one = number(case, measure, year)
            label = [LABELS[measure]] if year == years(case)[0] else []
            levels = [written(one.scenario), written(one.baseline)]
            right.append([*label, str(year), *levels, *of_difference(one, written)])
    agree(rows, right)


@all_cases
def test_the_municipality_by_budget_year(case):
    header, rows = table(case, "The municipality's table by budget year, million DKK nominal")
    assert header == [*map(str, years(case)), "whole run"]
    right = []
    for measure, label in BUDGET.items():
        numbers = [number(case, measure, year, OWN) for year in (*years(case), None)]
        cells = [of_difference(one, millions) for one in numbers]
        right += [[label, *(one[0] for one in cells)], ["95 % range", *(one[2] for one in cells)]]
    agree(rows, right)


@all_cases
def test_who_gains_and_who_pays(case):
    header, rows = table(case, "Who gains and who pays over the whole run, million DKK")
    assert header == ["gain", "ci", "range", "after displacement"]
    value = f"Social net present value ({CASES[case].prices['price_year']} prices)"
    right = []
    for label, measure, payer in (
        *((PURSE_LABELS[payer], "net_saving", payer) for payer in PURSES),
        (value, "net_present_value", "society"),
    ):
        gain = number(case, measure, None, payer)
        after = number(case, f"{measure}_after_displacement", None, payer)
        right.append([label, *of_difference(gain, millions), millions(after.difference, sign=True)])
    agree(rows, right)


@all_cases
def test_does_it_pay(case):
    header, rows = table(case, "Does it pay for the municipality?")
    assert header == ["estimate", "ci", "range"]
    saves = number(case, "programme_cost", None, OWN).difference < 0
    cost = "Saved per placement lost, DKK" if saves else "Cost per extra placement, DKK"
    year = "Saved per job-year lost, DKK" if saves else "Cost per job-year gained, DKK"
    krone = "Lost again per krone saved" if saves else "Saved per krone spent"

    def ratio(value: float, *, sign: bool) -> Spellings:
        return spelt(value, 2, sign=sign)

    def month(value: float, *, sign: bool) -> Spellings:
        if math.isfinite(value):
            return {f"{pair(case).ours.months[int(value) - 1]:%Y-%m}"}
        return {"–" if math.isnan(value) else "never in the run"}

    right = [
        [label, *of_difference(number(case, measure, None, payer), written, sign=sign)]
        for label, measure, payer, written, sign in (
            (cost, "cost_per_extra_placement", OWN, kroner, False),
            (year, "cost_per_job_year", OWN, kroner, False),
            (krone, "benefit_cost_ratio", OWN, ratio, False),
            ("Breaks even", "break_even_month", OWN, month, False),
            ("Probability of gaining (chance alone)", "probability_of_gain", OWN, per_cent, False),
            (
                "At the end: difference in recipients",
                "stock_difference_at_end",
                None,
                persons,
                True,
            ),
            ("At the end: net saving per month, DKK", "monthly_saving_at_end", OWN, kroner, True),
        )
    ]
    agree(rows, right)


def unit_of(claim: Data) -> str:
    """Unit of a claimed measure."""
    return VOLUMES[claim["measure"]][1] if claim["measure"] in VOLUMES else "DKK"


@pytest.mark.parametrize("case", [name for name, one in CASES.items() if "claims" in one.scenario])
def test_claims_beside_the_model(case):
    header, rows = table(case, "Claims beside the model")
    assert header == ["claimed", "model", "range", "verdict"]
    right = []
    for claim in CASES[case].scenario["claims"].values():
        values, written = claimed(pair(case), claim), of_unit(unit_of(claim))
        low, high = quantile(values, 0.025), quantile(values, 0.975)
        model = written(mean(values)), ends(written(low), written(high))
        right.append([claim["label"], written(claim["value"]), *model, verdict(claim, low, high)])
    agree(rows, right)


def test_without_claims_there_is_no_table_of_them():
    assert "claims" not in CASES["town-2026-cut"].scenario
    assert "Claims" not in repr(played("town-2026-cut"))


def used_up(case: str, rate: str) -> list[str]:
    """For each month, what does not fit: the level at which benefit ends, and the ramp's last."""
    one, found = CASES[case], []
    levels = money.ramp(one.scenario)[1:]
    last, most = len(levels), levels[-1]
    for day in pair(case).ours.months:
        left = [money.benefit_of_rate(one.prices, rate, hours, day) for hours in levels]
        left[-1] = money.benefit_of_rate(one.prices, rate, most, day, "job")
        first = next((n for n, benefit in enumerate(left, 1) if benefit <= 0), None)
        if first is None:
            what = f"at level {last} ({most:g} hours a week) some benefit is still due"
        elif first < last:
            what = f"benefit is used up from level {first} ({levels[first - 1]:g} hours a week)"
        else:
            what = ""
        found.append(what)
    return found


@all_cases
def test_notes_say_where_the_ramp_does_not_end_the_benefit(case):
    notes = repr(played(case)).split("Ranges and probabilities")[1].replace("\n  ", " ")
    one = CASES[case]
    taking = [group for group in one.scenario["groups"].values() if "small_jobs" in group]
    rates = sorted({rate for group in taking for rate in group["benefit_rates"]})
    months = [f"{day:%Y-%m}" for day in pair(case).ours.months]
    right = []
    for rate in rates:
        what = used_up(case, rate)
        begins = [n for n in range(len(what)) if n == 0 or what[n] != what[n - 1]]
        for begin, end in zip(begins, [*begins[1:], len(what)], strict=True):
            if what[begin]:
                right.append(f"{rate}, {months[begin]} to {months[end - 1]}: {what[begin]}")
    assert [line in notes for line in right] == [True] * len(right)
    assert sum(": at level" in line or ": benefit is" in line for line in notes.splitlines()) == (
        len(right)
    )


@all_cases
def test_notes_say_what_equalisation_leaves_and_where_prices_end(case):
    notes = repr(played(case)).split("Ranges and probabilities")[1]
    prices = CASES[case].prices
    kept = prices["equalisation"]["kept_share"]
    assert f"Municipal tax: {100 * kept:.0f}% of extra municipal tax is kept" in notes
    known = [step["from"].year for step in prices["consumer_prices"]["index"]]
    beyond = years(case)[0] < min(known) or years(case)[-1] > max(known)
    assert (f"Prices: known for {min(known)} to {max(known)}, kept" in notes) == beyond


@all_cases
def test_a_notebook_shows_the_same_cells(case):
    assert Cells(played(case)._repr_html_()).found == tables(repr(played(case)))
