"""What registers say of the model's own outcomes is what the model gives.

Some numbers are derived from an outcome (29 % in work after three years), some entries tell what
comes of them (7 % with a job within a year). Each is simulated here and compared with the words of
the entry, so that a number which no longer gives what its entry says is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from jobsim.analysis.setting.steady_state import steady_state
from jobsim.engines import simulate
from jobsim.scenario import Scenario
from tests.presets.outcomes import (
    JOB_FINDING,
    WEIGHTS,
    before_tuning,
    calls_per_week,
    entries_per_week,
    in_work_after,
    neutral,
    placed_after_small_job,
    share_in_small_jobs,
    stock_of_april_2016,
    with_a_job_within,
)

PER_CENT = 0.005 + 0.007
"""Whole per cents, and two standard errors."""
INTEGRATION = "groups.integration.job_finding_hazard_per_week"
ACTIVITY_READY = "groups.activity_ready.job_finding_hazard_per_week"
JOB_READY = "groups.job_ready.job_finding_hazard_per_week"
OTHER_EXIT = "groups.job_ready.other_exit_hazard_per_week"
OPENINGS = "small_jobs.ordinary_openings_per_week"


@dataclass(frozen=True)
class Stated:
    """An outcome that an entry states: in which words, and what the model has to give."""

    preset: str
    path: str
    words: str
    value: float
    within: float
    outcome: Callable[[], float]

    def __str__(self) -> str:
        return f"{self.preset}: {self.path}: {self.words}"


def kolding(
    path: str, words: str, value: float, within: float, outcome: Callable[[], float]
) -> Stated:
    return Stated("kolding-2018", path, words, value, within, outcome)


def integration_in_work(weeks: int, hazard: float | None = None) -> float:
    scenario = before_tuning("kolding-2018")
    if hazard is not None:
        scenario = scenario.with_({INTEGRATION: hazard})
    return in_work_after(scenario, "integration", weeks)


def april_2016(
    weights: int, state: str = "employed_weeks", factor: float = 1.0, **hazards: float
) -> float:
    turned = {code: hazard * factor for code, hazard in JOB_FINDING.items()} | hazards
    return stock_of_april_2016(WEIGHTS[weights], tuple(turned.items()))[state]


def at_rest(name: str) -> Scenario:
    return neutral(Scenario.load(name))


def upper_ends() -> Scenario:
    """Kolding with as many ordinary openings as its register holds plausible."""
    scenario = Scenario.load("kolding-2018")
    highest = {
        path: scenario.assumptions[path].high
        for path in (f"groups.{code}.{OPENINGS}" for code in scenario.groups)
    }
    return neutral(scenario.with_(highest))


STATED = (
    kolding(INTEGRATION, "29 % of those who enter in work three", 0.29, 0.01,
            lambda: integration_in_work(156)),
    kolding(INTEGRATION, "20 and 26 %", 0.20, PER_CENT, lambda: integration_in_work(52)),
    kolding(INTEGRATION, "20 and 26 %", 0.26, PER_CENT, lambda: integration_in_work(104)),
    kolding(INTEGRATION, "0.0041, 0.0099", 0.20, 0.01, lambda: integration_in_work(156, 0.0041)),
    kolding(INTEGRATION, "0.0041, 0.0099", 0.36, 0.01, lambda: integration_in_work(156, 0.0099)),
    kolding(INTEGRATION, "0.0136 to 0.0147", 0.43, 0.01, lambda: integration_in_work(156, 0.0136)),
    kolding(INTEGRATION, "0.0136 to 0.0147", 0.45, 0.01, lambda: integration_in_work(156, 0.0147)),
    kolding(ACTIVITY_READY, "7 % of those who enter have had a job within a year", 0.07, PER_CENT,
            lambda: with_a_job_within(before_tuning("kolding-2018"), "activity_ready", 52)),
    *(
        kolding(ACTIVITY_READY, "4, 6 and 6 %", share, PER_CENT,
                lambda weeks=weeks: in_work_after(
                    before_tuning("kolding-2018"), "activity_ready", weeks))
        for weeks, share in ((52, 0.045), (104, 0.06), (208, 0.06))
    ),
    # nine to ten, over both weights
    *(kolding(JOB_READY, "9 to 10 % of it in work", 0.095, PER_CENT, lambda w=w: april_2016(w))
      for w in (0, 1)),
    Stated("esbjerg-2018-evidence", JOB_READY, "9 to 10 % of it in work", 0.095, PER_CENT,
           lambda: april_2016(0, integration=0.00582)),
    kolding(JOB_READY, "1.35 to 1.5 times", 0.1245, 0.01, lambda: april_2016(0, factor=1.35)),
    kolding(JOB_READY, "1.35 to 1.5 times", 0.1245, 0.01, lambda: april_2016(1, factor=1.5)),
    kolding(JOB_READY, "0.015 to 0.022", 0.1245, 0.01, lambda: april_2016(0, job_ready=0.015)),
    kolding(JOB_READY, "0.015 to 0.022", 0.1245, 0.01, lambda: april_2016(1, job_ready=0.022)),
    *(kolding(OTHER_EXIT, "28 % of such a stock have left", 0.28, PER_CENT,
              lambda w=w: april_2016(w, "left_weeks")) for w in (0, 1)),
    kolding("regular_service.fte", "about 170 calls a week", 170, 3,
            lambda: calls_per_week(at_rest("kolding-2018"))),
    *(Stated(name, "regular_service.fte", "68 to 76 calls a week", calls, 2,
             lambda name=name: calls_per_week(at_rest(name)))
      for name, calls in (("esbjerg-2018-evidence", 68), ("esbjerg-2018", 76))),
    *(Stated(name, "regular_service.fte", "6 to 12 entries a week", entries, 0.6,
             lambda name=name: entries_per_week(at_rest(name)))
      for name, entries in (("esbjerg-2018-evidence", 6), ("esbjerg-2018", 12))),
    *(kolding(f"groups.{code or 'job_ready'}.small_jobs.start_level_shares", words, share, 0.003,
              lambda code=code: share_in_small_jobs(at_rest("kolding-2018"), code))
      for code, words, share in (
          (None, "1.0 % of all in the third year", 0.010),
          ("job_ready", "2.3 % of the job-ready", 0.0235),
          ("integration", "1.0 % of integration citizens", 0.010),
          ("activity_ready", "0.4 % of the activity-ready", 0.004),
      )),
    kolding(f"groups.job_ready.{OPENINGS}", "keep 4.4 % in a small job", 0.044, 0.003,
            lambda: share_in_small_jobs(upper_ends())),
    kolding("groups.job_ready.small_jobs.climb_probabilities", "(42 % in the model)", 0.42, 0.03,
            lambda: placed_after_small_job(at_rest("kolding-2018"), "job_ready", 78)),
    kolding("groups.activity_ready.small_jobs.climb_probabilities", "(22 % in the model)", 0.22,
            0.025, lambda: placed_after_small_job(at_rest("kolding-2018"), "activity_ready", 78)),
)  # fmt: skip


@pytest.mark.parametrize("stated", STATED, ids=str)
def test_the_model_gives_what_the_entry_says(stated: Stated) -> None:
    entry = Scenario.load(stated.preset).assumptions[stated.path]
    assert stated.words in " ".join(f"{entry.formula or ''} {entry.reason or ''}".split())
    assert abs(stated.outcome() - stated.value) <= stated.within


def test_the_hazard_that_forgot_other_exits_gives_far_fewer_in_work() -> None:
    """Negative control: 0.0060 with meetings, less without, was once said to give 29 %."""
    assert integration_in_work(156, 0.0054) < 0.29 - 0.03


def test_what_is_before_tuning_is_in_the_preset_tuned() -> None:
    scenario = Scenario.load("kolding-2018")
    for code, hazard in JOB_FINDING.items():
        stated = scenario.assumptions[f"groups.{code}.job_finding_hazard_per_week"]
        assert f"{hazard:g} × 0.988" in " ".join((stated.formula or "").split())


def test_the_same_hazard_is_told_alike_in_every_file() -> None:
    told = {
        tuple(place.assumptions[path].reason for path in (JOB_READY, OTHER_EXIT))
        for name, place in PLACES.items()
        if not name.endswith("2018")
    }
    assert len(told) == 1


PLACES = {
    **{name: Scenario.load(name) for name in ("esbjerg-2018", "esbjerg-2018-evidence")},
    **{name: Scenario.load(name) for name in ("kolding-2018", "town-2026", "town-2026-cut")},
    "my-town": Scenario.template(),
}


@pytest.mark.parametrize("name", PLACES)
def test_stocks_and_durations_are_those_at_rest_under_the_files_own_hazards(name: str) -> None:
    place = PLACES[name]
    stated = place.to_dict()["groups"]
    for code, group in place.groups.items():
        state = steady_state(place, code)
        assert group.employed_pool == state.employed_pool
        assert list(stated[code]["elapsed_weeks"]) == state.elapsed_weeks
        assert list(stated[code]["tenure_weeks"]) == state.tenure_weeks
        assert list(stated[code]["ladder_weeks"]["stock"]) == state.ladder_stock
        assert list(stated[code]["ladder_weeks"]["pool"]) == state.ladder_pool
        if not name.startswith("town"):  # at rest with their programme: test_town_2026
            # the closed form knows neither queue nor caseload
            assert group.inflow_per_week.values[0] == pytest.approx(state.inflow_per_week, rel=0.08)


@pytest.mark.parametrize("name", [name for name in PLACES if name != "town-2026-cut"])
def test_each_group_and_its_pool_in_work_stay_at_rest(name: str) -> None:
    place = PLACES[name] if name == "town-2026" else neutral(PLACES[name])
    volumes = simulate(place, replications=40, seed=1, progress=False)
    in_work = volumes.employed_weeks.sum("route").isel(month=slice(0, 12)).sum("month")
    for code, group in place.groups.items():
        recipients = volumes.recipients.sel(group=code)
        change = (recipients.isel(month=-1) - recipients.isel(month=0)).values / group.stock
        assert abs(change.mean()) < 0.02 + 3 * change.std() / 40**0.5
        weeks = float(in_work.sel(group=code).mean()) / 52
        assert weeks == pytest.approx(group.employed_pool, rel=0.05)
