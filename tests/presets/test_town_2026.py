"""A cut: the town of 2026 whose meetings every two weeks go on, or end with 2026."""

from __future__ import annotations

import numpy as np
import pytest

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.engines import simulate
from jobsim.questions.compare import compare
from jobsim.scenario import Scenario

BUDGET = "programmes.intensive.budget_per_year"
AFTER = (2027, 2028, 2029)
EFFECTS = [
    f"groups.job_ready.{name}"
    for name in ("meeting_gain", "lasting_gain", "meeting_exit_probability")
]


@pytest.fixture(scope="module")
def town() -> Scenario:
    return Scenario.load("town-2026")


@pytest.fixture(scope="module")
def cut() -> Scenario:
    return Scenario.load("town-2026-cut")


@pytest.fixture(scope="module")
def result(cut: Scenario, town: Scenario) -> Comparison:
    return compare(cut, town, replications=200, seed=1, progress=False)


def of(result: Comparison, measure: str, **which: object) -> float:
    return result.row(measure, **which).difference


def test_the_two_differ_in_the_budget_alone(town: Scenario, cut: Scenario) -> None:
    told = town.difference(cut).changes
    assert set(told) - {"assumptions.programmes.intensive.budget_per_year.reason"} == {BUDGET}


def test_the_town_is_that_of_the_template(town: Scenario) -> None:
    template = Scenario.template()
    other = {
        path
        for path in template.difference(town).changes
        if path.startswith(("groups.job_ready", "meetings", "programmes", "regular", "labour"))
    }
    # at rest with the programme instead of without; staff for one group instead of two
    assert other == {"groups.job_ready.inflow_per_week", "regular_service.fte"}


def test_the_stock_stays_at_rest_while_the_meetings_go_on(town: Scenario) -> None:
    recipients = simulate(town, replications=400, seed=1, progress=False).recipients.sum("group")
    change = (recipients.isel(month=-1) - recipients.isel(month=0)).values
    drift, error = change.mean() / 160, change.std(ddof=1) / np.sqrt(len(change)) / 160
    assert abs(drift) + 3 * error < 0.02


def test_until_the_cut_nothing_differs(result: Comparison) -> None:
    for measure in ("placements", "recipients", "benefit_weeks", "meetings"):
        row = result.row(measure, year=2026)
        assert (row.range_low, row.range_high) == (0, 0)
    assert of(result, "net_saving", year=2026, payer="municipality") == 0


def test_meetings_go_back_to_the_statutory_ones(cut: Scenario, town: Scenario) -> None:
    inside, held = programme_after_2026(town)
    assert inside / held == pytest.approx(2 + 0.15 / 0.85, abs=0.05)
    assert programme_after_2026(cut) == (0, 0)


def programme_after_2026(scenario: Scenario) -> tuple[int, int]:
    """Weeks of participants and meetings held with them, 20 replications."""
    volumes = simulate(scenario, replications=20, seed=1, progress=False)
    late = volumes.sel(month=volumes.month.dt.year >= 2027)
    return int(late.participant_weeks.sum()), int(late.meetings.sel(track="intensive").sum())


def test_the_staff_is_saved_and_some_of_it_lost_again(result: Comparison) -> None:
    for year in AFTER:
        saved = -of(result, "programme_cost", year=year, payer="municipality")
        assert saved == pytest.approx(1_150_000)
        lost = result.row("gross_saving", year=year, payer="municipality")
        assert -saved < lost.difference + 3 * lost.se < 0
    gain = result.row("net_saving", payer="municipality")
    assert gain.difference - 3 * gain.se > 0
    for payer in ("state", "recipient"):
        row = result.row("net_saving", payer=payer)
        assert row.difference + 3 * row.se < 0


def test_recipients_become_more_and_placements_fewer(result: Comparison) -> None:
    stock = result.row("recipients", year=2029)
    assert stock.difference - 3 * stock.se > 0
    placed = result.row("placements", year=2028)
    assert placed.difference + 3 * placed.se < 0


def test_the_other_way_round_every_sign_turns(
    result: Comparison, cut: Scenario, town: Scenario
) -> None:
    back = compare(town, cut, replications=200, seed=1, progress=False)
    for payer in ("municipality", "state", "recipient", "society"):
        there = of(result, "net_saving", payer=payer)
        assert of(back, "net_saving", payer=payer) == pytest.approx(-there)


def test_without_an_effect_of_meetings_the_saving_is_the_budget(
    cut: Scenario, town: Scenario
) -> None:
    none = dict.fromkeys(EFFECTS, 0.0)
    result = compare(cut.with_(none), town.with_(none), replications=5, seed=1, progress=False)
    assert of(result, "net_saving", payer="municipality") == pytest.approx(3 * 1_150_000)
    assert of(result, "recipients", year=2029) == 0


def test_the_table_speaks_of_a_cut(result: Comparison, cut: Scenario) -> None:
    assert "Saved per placement lost" in repr(result)
    assert "Lost again per krone saved" in repr(result)
    assert "Cost per extra placement" not in repr(result)
    invested = repr(compare(cut, replications=2, seed=1, progress=False))
    assert "Cost per extra placement" in invested
    assert "placement lost" not in invested
