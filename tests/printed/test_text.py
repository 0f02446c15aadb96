"""What `compare` prints, cell by cell, against plain arithmetic written as it is to be written."""

from __future__ import annotations

import math

import pytest

from tests.printed import plain_money as money
from tests.printed import plainly
from tests.printed.cases import CASES, SEED, Data, played
from tests.printed.pairs import expected, marked, pair
from tests.printed.plain_claims import claimed, verdict
from tests.printed.plain_numbers import Number, mean, quantile
from tests.printed.plainly import AFTER, LEAVING, PRINTED, PURSES, VOLUMES
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
    "job_years": "Job-years",
    "placements": "Placements",
    "placements_per_month": "Placements per month",
    "small_job_starts": "Small jobs started",
    "returns": "Returns to benefit",
    "recipients": "Recipients at the end",
    "employed_weeks": "Weeks in work",
    "benefit_weeks": "Benefit-weeks",
    "share_over_52_weeks": "Share on benefit over 52 weeks",
    "other_exits": "Exits without work",
    "meeting_exits": "Exits without work settled at meetings",
    "weeks_without_work": "Weeks of those who left without work",
    "meeting_left_weeks": "Weeks of those who left after a meeting",
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

OF_WEEKS = "Of weeks off benefit gained: people who left without work"

all_cases = pytest.mark.parametrize("case", CASES)


def number(case: str, measure: str, year: int | None = None, payer: str | None = None) -> Number:
    """A number of a case."""
    return expected(case)[measure, year, None, payer][0]


def years(case: str) -> list[int]:
    """Calendar years of a case."""
    return sorted({day.year for day in pair(case).ours.months})


def leaves(case: str) -> bool:
    """Whether a meeting settles that somebody leaves without work."""
    return plainly.leaving([side.volumes for side in (pair(case).ours, pair(case).theirs)])


def parted(case: str) -> bool:
    """Whether weeks off benefit are told by where they go: not of two places of other people."""
    return (
        leaves(case)
        and CASES[case].scenario["groups"].keys() == CASES[case].baseline["groups"].keys()
    )


def foot(case: str) -> str:
    """What the marks mean."""
    town = CASES[case].scenario
    days = money.weeks_of(town)
    parts = [
        f"{sum(day.year == year for day in days)} of {money.weeks_in_year(town, year)} weeks of "
        f"{year}"
        for year in years(case)
        if marked(case, year).endswith("*")
    ]
    return f"* {', '.join(parts)} played" if parts else ""


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
    first, second, third, *_ = repr(played(case)).splitlines()
    alone = ", ".join(sorted(ours["groups"].keys() ^ theirs["groups"].keys()))
    note = f"; {alone}: in one of them only, whose people count as a difference" if alone else ""
    assert first == f"{ours['name']} against {theirs['name']}{note}"
    assert second == ours["title"]
    weeks, start = ours["horizon"]["weeks"], ours["horizon"]["start"]
    prices = CASES[case].prices["name"]
    run = f"{weeks} weeks from {start}", f"{times} replications", f"seed {SEED}", f"prices {prices}"
    assert third == " · ".join(run)
    assert "\nDifferences are scenario − baseline, paired by key;" in repr(played(case))


@all_cases
def test_what_happens(case):
    header, rows = table(case, "What happens")
    assert header == ["year", "scenario", "baseline", "difference", "ci", "range"]
    right = []
    shown = [one for one in VOLUMES if one in PRINTED or (leaves(case) and one in LEAVING)]
    for measure in shown:
        unit = VOLUMES[measure][1]
        whole, written = number(case, measure), of_unit(unit)
        if not any(level for level in (whole.scenario, whole.baseline) if not math.isnan(level)):
            continue
        for year in years(case):
            one = number(case, measure, year)
            label = [LABELS[measure]] if year == years(case)[0] else []
            levels = [written(one.scenario), written(one.baseline)]
            right.append([*label, marked(case, year), *levels, *of_difference(one, written)])
    agree(rows, right)
    assert foot(case) in repr(played(case))


@all_cases
def test_the_municipality_by_budget_year(case):
    header, rows = table(case, "The municipality's table by budget year, million DKK nominal")
    assert header == [*(marked(case, year) for year in years(case)), "whole run"]
    right = []
    for measure, label in BUDGET.items():
        numbers = [number(case, measure, year, OWN) for year in (*years(case), None)]
        cells = [of_difference(one, millions, sign="(cost)" not in label) for one in numbers]
        right += [[label, *(one[0] for one in cells)], ["95 % range", *(one[2] for one in cells)]]
    agree(rows, right)


@all_cases
def test_who_gains_and_who_pays(case):
    header, rows = table(case, "Who gains and who pays over the whole run, million DKK")
    assert header == ["gain", "ci", "range"]
    year = CASES[case].prices.get("price_year", years(case)[0])
    value = f"Social net present value ({year} prices)"
    right = []
    for label, measure, payer in (
        *((PURSE_LABELS[payer], "net_saving", payer) for payer in PURSES),
        (value, "net_present_value", "society"),
    ):
        gain = number(case, measure, None, payer)
        after = number(case, f"{measure}_after_displacement", None, payer)
        right.append([label, *of_difference(gain, millions)])
        right.append(["after displacement", *of_difference(after, millions)])
    agree(rows, right)


def paid(one: Number, written: Written, word: str, *, sign: bool) -> list[Spellings] | list[str]:
    """Cells of a figure; a word for a cost for each where one of the two is lost."""
    if written is kroner and not sign and one.difference < 0:
        return [word, "–", "–"]
    return of_difference(one, written, sign=sign)


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
        last = pair(case).ours.months[-1]
        return {"–" if math.isnan(value) else f"not by {last:%Y-%m}"}

    right = []
    for label, measure, payer, written, sign in (
        (year, "cost_per_job_year", OWN, kroner, False),
        (cost, "cost_per_extra_placement", OWN, kroner, False),
        (krone, "benefit_cost_ratio", OWN, ratio, False),
        ("Placements that would have come without it", "placements_without", None, per_cent, False),
        ("Small jobs that would have come without it", "small_jobs_without", None, per_cent, False),
        (OF_WEEKS, "share_without_work", None, per_cent, False),
        (FIXED, "consultants_fixed_openings", OWN, kroner, True),
        ("Probability of gaining (chance alone)", "probability_of_gain", OWN, per_cent, False),
        ("Breaks even", "break_even_month", OWN, month, False),
        ("At the end: net saving per month, DKK", "monthly_saving_at_end", OWN, kroner, True),
        ("At the end: difference in recipients", "stock_difference_at_end", None, persons, True),
    ):
        found = number(case, measure, None, payer)
        if measure.endswith("_without") and (saves or math.isnan(found.difference)):
            continue
        if measure == "share_without_work" and not parted(case):
            continue
        if label == FIXED and not found.difference:
            continue
        word = "dominant" if saves else "dominated"
        right.append([label, *paid(found, written, word, sign=sign)])
        if payer is not None and label != FIXED:
            after = number(case, f"{measure}{AFTER}", None, payer)
            right.append(["after displacement", *paid(after, written, word, sign=sign)])
    agree(rows, right)


FIXED = "Consultants' gain if openings are fixed, DKK"


def flat(case: str) -> str:
    """What a case says first, in one line."""
    return repr(played(case)).split("\n\n")[1].replace("\n  ", " ")


def amount(value: float) -> str:
    """One of the spellings of a sum in million kroner, without its sign."""
    (found,) = millions(abs(value))
    return found


def whole(value: float) -> str:
    """The spelling of a sum in kroner, without its sign."""
    (found,) = kroner(abs(value))
    return found


@all_cases
def test_the_verdict_says_who_gains_and_who_loses(case):
    told = flat(case)
    for name, purse, verbs in (
        ("he municipality", OWN, ("gains", "loses")),
        ("the state", "state", ("gains", "loses")),
        ("recipients", "recipient", ("gain", "lose")),
        ("society", "society", ("gains", "loses")),
    ):
        gain = number(case, "net_saving", None, purse)
        does = verbs[gain.difference < 0]
        assert f"{name} {does} {amount(gain.difference)}" in told
        after = number(case, f"net_saving{AFTER}", None, purse)
        assert f"{amount(after.difference)} after displacement" in told
        least, most = gain.range_low, gain.range_high
        around = f"{amount(least)} to {amount(most)}"
        if least < 0 < most:
            around = f"from a loss of {amount(least)} to a gain of {amount(most)}"
        assert f"{around})" in told
    assert "million DKK over the run (95 % of futures:" in told


@all_cases
def test_a_sign_that_chance_can_turn_is_told(case):
    told = flat(case)
    gains = [number(case, "net_saving", None, purse) for purse in (*money.PAYERS, "society")]
    can = any(
        one.range_low <= 0 <= one.range_high or one.ci_low <= 0 <= one.ci_high
        for one in gains
        if one.difference
    )
    assert ("Chance alone can turn the sign for" in told) == can
    same = all(one.range_low == one.range_high for one in gains)
    assert ("futures agree on these signs." in told) == same
    assert ("Chance alone turns none of these signs." in told) == (not can and not same)
    assert "jobsim psa tells whether they can turn a sign." in told


@all_cases
def test_the_end_of_the_run_and_the_tax_treatments_are_told(case):
    told = flat(case)
    spent = (plainly.programme_cost(pair(case).gained, OWN) != 0).any(axis=0).tolist()
    behind = spent[::-1].index(True)
    saves = number(case, "programme_cost", None, OWN).difference < 0
    word = "saved" if saves else "spent"
    assert (f"Money is {word} until the run ends" in told) == (behind == 0)
    assert (f"The run ends {behind} months after the last money is {word}" in told) == (behind > 0)
    end = number(case, "monthly_saving_at_end", None, OWN)
    a_month, *ends = map(whole, (end.difference, end.ci_low, end.ci_high))
    around = " to ".join(ends)
    if end.ci_low < 0 < end.ci_high:
        around = f"from a loss of {ends[0]} to a gain of {ends[1]}"
    does = "loses" if end.difference < 0 else "saves"
    assert f"the municipality {does} {a_month} DKK a month ({around}), which goes on" in told
    for measure, words in (
        ("net_saving_guarantee", "under the state's guarantee"),
        ("net_saving_self_budgeting", "when self-budgeting"),
        ("net_saving_all_municipal_tax", "where all of it counts"),
    ):
        (saved,) = millions(number(case, measure, None, OWN).difference, sign=True)
        assert f"{saved} {words}" in told
    years = number(case, "job_years").difference
    (gained,) = persons(abs(years))
    assert f"{'Lost' if years < 0 else 'Extra'} work: {gained} job-years" in told


@all_cases
def test_people_who_leave_without_work_are_never_hidden(case):
    assert leaves(case) == (case != "pause")
    assert parted(case) == (case not in ("pause", "town"))
    told = flat(case)
    assert ("Weeks off benefit:" in told) == parted(case)
    if not parted(case):
        return
    off, work, without = (
        number(case, measure).difference
        for measure in ("weeks_off_benefit", "employed_weeks", "weeks_without_work")
    )
    share = number(case, "share_without_work")
    assert off == pytest.approx(-number(case, "benefit_weeks").difference)
    assert share.difference == pytest.approx(without / off)
    cells = (persons(one, sign=True) for one in (off, work, without, off - work - without))
    gained, in_work, left, after = (next(iter(one)) for one in cells)
    part, low, high = (
        next(iter(per_cent(one))) for one in (share.difference, share.ci_low, share.ci_high)
    )
    assert (
        f"Weeks off benefit: {gained}; in work {in_work}, of people who left without work {left} "
        f"({part} of the weeks; 95 % interval {low} to {high}), of people who left after a job "
        f"{after}."
    ) in told
    settled = number(case, "meeting_exits")
    ours, theirs = (next(iter(persons(one))) for one in (settled.scenario, settled.baseline))
    assert f"Meetings settled {ours} exits without work, {theirs} in the baseline." in told
    drawn = -pair(case).gained["other_benefit", OWN].sum(axis=1).mean()
    more = "more" if drawn > 0 else "less"
    assert f"draw elsewhere costs the municipality {amount(drawn)} million DKK {more}" in told


def test_a_tuned_scenario_says_that_it_proves_nothing():
    assert "town" in CASES  # which has a fitted claim
    assert [case for case in CASES if "prove nothing" in flat(case)] == ["kolding-2018", "town"]


@all_cases
def test_what_lies_outside_its_range_is_told_in_words(case):
    notes = repr(played(case)).replace("\n  ", " ")
    outside = [line for line in notes.splitlines() if line.startswith("Outside their plausible")]
    assert not any("groups." in line for line in outside)
    if case == "kolding-2018":
        assert "Job-ready: inflow per week 0.601 (persons per week), plausible 1.232 to" in notes


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
    guaranteed = "the municipality has chosen the state's guarantee and keeps none of the extra tax"
    stays = f"{100 * kept:.0f}% of extra tax stays in the municipality" if kept else guaranteed
    assert f"Municipal tax: {stays}" in notes
    known = [step["from"].year for step in prices["consumer_prices"]["index"]]
    before, after = years(case)[0] < min(known), years(case)[-1] > max(known)
    assert (f"Prices: known for {min(known)} to {max(known)}; " in notes) == (before or after)
    assert (f"prices after {max(known)}: grown by 0 % a year" in notes) == after


@all_cases
def test_a_notebook_shows_the_same_cells(case):
    assert Cells(played(case)._repr_html_()).found == tables(repr(played(case)))
