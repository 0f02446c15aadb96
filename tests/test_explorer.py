"""Sliders change what they say they change, and the numbers are those of a comparison."""

import matplotlib as mpl

mpl.use("Agg")

import pytest

import jobsim as js
from jobsim.errors import InputError
from jobsim.explorer import Explorer, explore

TOWN = js.Scenario.load("esbjerg-2018").with_({"horizon.weeks": 60})


@pytest.fixture(scope="module")
def explorer():
    return Explorer(TOWN, replications=4)


def test_untouched_sliders_give_the_comparison_itself(explorer):
    expected = js.compare(TOWN, replications=4, progress=False)
    found = explorer.compare()
    for payer in ("municipality", "state"):
        ours, theirs = (one.row("net_saving", payer=payer) for one in (found, expected))
        assert ours.difference == theirs.difference


def test_sliders_change_the_programme(explorer):
    moved = explorer.compare(budget_scale=2.0, interval_weeks=5, caseload_limit=11.0)
    programme = moved.played.scenario.programmes["intensive"]
    present = TOWN.programmes["intensive"]
    assert programme.budget_per_year == present.budget_per_year.scaled(2.0)
    assert set(programme.interval_weeks.values()) == {(5,)}
    assert programme.caseload_limit == 11.0


def test_a_change_of_prices_simulates_nothing(explorer):
    explorer.compare(budget_scale=0.5)
    before = explorer._player.simulated
    explorer.compare(budget_scale=0.5, regime="rules of 2026")
    assert explorer._player.simulated == before


def test_the_table_names_mean_and_interval(explorer):
    text = explorer.table(explorer.compare()).text()
    assert "extra placements" in text
    assert "95 % ci" in text


def test_a_moved_slider_redraws():
    box = explore(TOWN, replications=2)
    budget = box.children[0]
    first = len(box.children[-1].outputs)
    budget.value = 3.0
    assert budget.value == 3.0
    assert len(box.children[-1].outputs) == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"regime": "rules of 2062"}, "rules of 2026"),
        ({"caseload_limit": -3.0}, "must be at least 0"),
        ({"interval_weeks": -2}, "interval_weeks"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(explorer, arguments, message):
    with pytest.raises(InputError, match=message):
        explorer.compare(**arguments)


def test_an_unknown_programme_is_named():
    with pytest.raises(InputError, match='did you mean "intensive"'):
        Explorer(TOWN, programme="intensiv")
