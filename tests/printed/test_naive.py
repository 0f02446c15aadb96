"""What `naive` works out of the same volumes, and prints, against plain arithmetic."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

import jobsim as js
from jobsim.questions.naive import Naive
from tests.printed import plain_money as money
from tests.printed.cases import CASES, Case, Data
from tests.printed.pairs import FEW, pair_of
from tests.printed.plain_numbers import of_mean
from tests.printed.plainly import Pair, gross_saving, of_year, placements, recipients
from tests.printed.writing import around, millions, persons, same_cells, tables

TARGET = 900.0
TWO = {
    "kolding-2018": replace(
        CASES["kolding-2018"],
        scenario=CASES["kolding-2018"].scenario
        | {"horizon": {"start": dt.date(2017, 1, 1), "weeks": 104}},
    ),
    "town": CASES["town"],
}
"""Two years of Kolding's small jobs, and a town that has programmes, too."""
GROUPS = {"kolding-2018": ("job_ready", "activity_ready"), "town": ()}
"""Cases whose naive readings are worked out again, each with the groups that they are about."""
YEAR = {"kolding-2018": 2018, "town": 2025}
CREAM = "most_employable_first"
PUBLISHED = "Published before − after"
"""Of the ends of October, as Kolding's article has it."""


@lru_cache
def read(name: str) -> Naive:
    """Naive readings as the program has them."""
    case = TWO[name]
    return js.naive(
        js.Scenario.from_dict(case.scenario),
        None if case.against is None else js.Scenario.from_dict(case.against),
        year=YEAR[name],
        target=TARGET,
        groups=GROUPS[name],
        prices=js.Prices.from_dict(case.prices),
        **FEW,
    )


@lru_cache
def naive_pair(name: str, *, cream: bool = False) -> Pair:
    """Both sides of a case, the most employable admitted first where that is asked for."""
    case = TWO[name]
    if not cream:
        return pair_of(case)
    data = copy.deepcopy(case.scenario)
    for programme in data["programmes"].values():
        programme["admission"] = CREAM
    return pair_of(Case(data, case.baseline, case.prices))


def placed_inside(
    town: Data, begins: set[str], stops: set[str], groups: Sequence[str], year: int
) -> list[float]:
    """Placements in a year of those who were inside when placed, event by event."""
    events = js.histories(
        js.Scenario.from_dict(town), replications=4, seed=FEW["seed"], engine=FEW["engine"]
    ).itertuples()
    weeks, codes = money.weeks_of(town), list(town["groups"])
    inside, counts = set(), [0.0] * 4
    for one in events:
        person = one.replication, one.number
        if one.event in begins:
            inside.add(person)
        elif one.event in stops | {"start", "enter", "return"}:
            inside.discard(person)
        elif one.event == "placed" and weeks[one.week].year == year:
            counts[one.replication] += person in inside and codes[one.group] in groups
    return counts


def beside_others(pair: Pair, name: str, groups, weeks, begins, stops) -> list[float]:
    """Placements of those inside, less what they would be at the rate of the others."""
    side, months = pair.ours, of_year(pair.ours.months, YEAR[name])
    here = placed_inside(side.town, begins, stops, groups, YEAR[name])
    within = weeks[:, months].sum(axis=1)
    others = side.added("benefit_weeks", months, groups) - within
    there = side.added("placements", months, groups) - here
    return (np.array(here) - within * there / others).tolist()


def truth(pair: Pair, name: str, *, fewer: bool, month: int = 12) -> list[float]:
    """Extra placements, or fewer recipients at the end of a month, else of the year."""
    months, groups = of_year(pair.ours.months, YEAR[name]), GROUPS[name] or None
    months = [one for one in months if pair.ours.months[one].month <= month]
    measure = recipients if fewer else placements
    ours, theirs = (measure(side, months, groups) for side in (pair.ours, pair.theirs))
    return (theirs - ours if fewer else ours - theirs).tolist()


def worth(pair: Pair, name: str) -> list[float]:
    """What one recipient costs the municipality in a year: benefit, tax, pension, activation."""
    months = of_year(pair.ours.months, YEAR[name])
    lines = ("benefit", "benefit_tax", "pension_contribution", "activation")
    paid = -sum(pair.ours.amounts[line, "municipality"] for line in lines)
    weeks = pair.ours.added("benefit_weeks", months)
    return (paid[:, months].sum(axis=1) / weeks * 365.25 / 7).tolist()


@lru_cache
def readings(name: str) -> dict[str, tuple[Pair, list[float], bool]]:
    """Each reading with the scenario it looks at, its persons, and whether they are recipients."""
    pair, case, year, groups = naive_pair(name), TWO[name], YEAR[name], GROUPS[name] or None
    months = {one: of_year(pair.ours.months, one) for one in (year - 1, year)}
    placed = placements(pair.ours, months[year], groups)
    found = {"Outcome − target": (pair, (placed - TARGET).tolist(), False)}
    after = recipients(pair.ours, months[year], groups)
    if months[year - 1]:
        before = recipients(pair.ours, months[year - 1], groups)
        published = [one["value"] for one in case.scenario["observed"]["recipients"]["values"]]
        fall = [published[0] - published[1]] * 4
        found[PUBLISHED] = pair, fall, True
        rise = placed - placements(pair.ours, months[year - 1], groups)
        found["Placements after − before"] = pair, rise.tolist(), False
    else:
        before = sum(case.scenario["groups"][code]["stock"] for code in case.scenario["groups"])
    found["Recipients before − after"] = pair, (before - after).tolist(), True
    if case.scenario["programmes"]:
        listed = ["job_ready", "activity_ready"]
        ends_stay = {"programme_end"}
        for label, one in (
            ("Participants − others", pair),
            ("The same, most employable first", naive_pair(name, cream=True)),
        ):
            weeks = one.ours.volumes["participant_weeks"].values.sum(axis=2)
            values = beside_others(one, name, listed, weeks, {"admitted"}, ends_stay)
            found[label] = one, values, False
    codes = list(case.scenario["groups"])
    places = [place for place, code in enumerate(codes) if code in (groups or codes)]
    weeks = pair.ours.volumes["benefit_weeks"].values[:, :, places]
    on_level = weeks[..., 1:].sum(axis=(2, 3, 4))
    starts = {"small_job", "start_small_job"}
    small = beside_others(pair, name, groups or codes, on_level, starts, {"drop"})
    return found | {"In small jobs − others": (pair, small, False)}


both_cases = pytest.mark.parametrize("name", GROUPS)


def close(value: float):
    """A number as exactly as sums of money allow."""
    return pytest.approx(value, rel=1e-9, abs=1e-6)


@both_cases
def test_every_reading_is_there(name):
    assert {one.label for one in read(name).readings} == set(readings(name))


def money_of(name: str, label: str) -> tuple[list[float], list[float]]:
    """What a reading says is saved in the year, and what is."""
    pair, people, _ = readings(name)[label]
    months = of_year(pair.ours.months, YEAR[name])
    saved = gross_saving(pair, "municipality")[:, months].sum(axis=1).tolist()
    return [a * b for a, b in zip(people, worth(pair, name), strict=True)], saved


def people_of(name: str, label: str) -> tuple[list[float], list[float]]:
    """Persons of a reading, and in truth."""
    pair, people, fewer = readings(name)[label]
    return people, truth(pair, name, fewer=fewer, month=10 if label == PUBLISHED else 12)


def unit_of(name: str, label: str) -> str:
    """What the persons of a reading are."""
    return "fewer recipients" if readings(name)[label][2] else "extra placements"


@both_cases
def test_persons_and_money(name):
    frame = read(name).to_frame()
    for label in readings(name):
        rows = frame[frame.reading == label]
        assert rows.unit.tolist() == [unit_of(name, label), "DKK"]
        for row, (naive_, true) in zip(
            rows.to_dict("records"), (people_of(name, label), money_of(name, label)), strict=True
        ):
            bias = of_mean(naive_, true)
            columns = ("naive_mean", "truth_mean", "bias_mean", "bias_se", "bias_ci_low")
            wanted = bias.scenario, bias.baseline, bias.difference, bias.se, bias.ci_low
            found = [row[column] for column in (*columns, "bias_range_high")]
            assert found == [close(one) for one in (*wanted, bias.range_high)], label


@both_cases
def test_what_is_printed(name):
    found = next(iter(tables(repr(read(name))).values()))
    rows = {row[0]: row[1:] for row in found[1:]}
    for label in readings(name):
        right = []
        for both, written in ((people_of(name, label), persons), (money_of(name, label), millions)):
            bias = of_mean(*both)
            means = (bias.scenario, bias.baseline, bias.difference)
            first, second, third = (written(one, sign=True) for one in means)
            right += [first, second, {f"{a} ({b})" for a in third for b in around(bias, written)}]
        same_cells(rows[f"{label} ({unit_of(name, label)})"], right)


def test_weeks_in_programmes_are_not_known_by_group():
    scenario = js.Scenario.from_dict(TWO["town"].scenario)
    found = js.naive(scenario, year=2025, groups=["job_ready"], **FEW | {"replications": 1})
    assert "participants − others (programmes admit other groups, too)" in found.left_out
    assert "Participants − others" not in {one.label for one in found.readings}


def test_a_published_figure_stands_beside_the_truth_of_its_own_groups():
    scenario = js.Scenario.from_dict(TWO["kolding-2018"].scenario)
    assert scenario.observed["recipients"].groups == GROUPS["kolding-2018"]
    found = js.naive(scenario, year=2018, **FEW)  # all three groups
    right = truth(naive_pair("kolding-2018"), "kolding-2018", fewer=True, month=10)
    assert found.reading(PUBLISHED).truth.tolist() == right
    assert found.reading(PUBLISHED).compared.startswith(
        "ends of 2017-10 and 2018-10, job_ready, activity_ready; what is truly saved is that of all"
    )
    assert found.reading("Recipients before − after").truth.tolist() != right
