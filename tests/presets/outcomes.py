"""What the model makes of a preset's numbers: the outcomes that its register speaks of.

Everything is played without programme, at the reference tightness, with as many caseworkers as
there is work for and a caseload without effect, so that only the numbers of the group count.
"""

from __future__ import annotations

import datetime as dt
import sys
from functools import lru_cache
from pathlib import Path

import xarray as xr

import jobsim as js
from jobsim.analysis.setting.steady_state import steady_state
from jobsim.calendar import Schedule
from jobsim.engines import simulate
from jobsim.scenario import Scenario

# examples are scripts, not a package
sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

from steady_state import neutral
from tune_kolding_2018 import JOB_FINDING, OTHER_EXIT

REPLICATIONS = 10
PERSONS = 2000
"""Who enter in week 0, or are there: a share has a standard error of at most 0.35 points."""
NOV_2017 = 83
"""The week after the 82.6 that lie between April 2016 and November 2017."""
WEIGHTS = ((0.25, 0.55, 0.20), (0.20, 0.60, 0.20))
"""Shares of job-ready, activity-ready and integration in the stock of April 2016, by judgement."""


def before_tuning(name: str) -> Scenario:
    """The preset at rest; Kolding with its hazards as they were before they were tuned."""
    scenario = neutral(Scenario.load(name))
    if name != "kolding-2018":
        return scenario
    plain = {
        f"groups.{code}.job_finding_hazard_per_week": JOB_FINDING[code] for code in JOB_FINDING
    }
    other = {f"groups.{code}.other_exit_hazard_per_week": OTHER_EXIT[code] for code in OTHER_EXIT}
    return scenario.with_({**plain, **other})


def in_work_after(scenario: Scenario, code: str, weeks: int) -> float:
    """Share of those who enter benefit at once that are in work in that week of theirs."""
    cohort = _cohort(scenario, code)
    arrived = float(_played(cohort, 1).arrivals.sum())
    return _in_week(cohort, weeks, "employed_weeks") / arrived


def with_a_job_within(scenario: Scenario, code: str, weeks: int) -> float:
    """Share of those who enter benefit at once that have had a job by then: nobody has two."""
    cohort = _cohort(scenario.with_({f"groups.{code}.return_share": 0.0}), code)
    played = _played(cohort, weeks)
    return float(played.placements.sum() / played.arrivals.sum())


@lru_cache
def stock_of_april_2016(
    weights: tuple[float, ...], hazards: tuple[tuple[str, float], ...]
) -> dict[str, float]:
    """Where a stock at rest is in November 2017: shares in work, gone otherwise, still there."""
    hazard = {f"groups.{code}.job_finding_hazard_per_week": value for code, value in hazards}
    stock = {
        f"groups.{code}.stock": round(PERSONS * weight)
        for code, weight in zip(JOB_FINDING, weights, strict=True)
    }
    scenario = _alone(before_tuning("kolding-2018")).with_(hazard | stock)
    paths = [(code, f"groups.{code}.elapsed_weeks") for code in JOB_FINDING]
    place = scenario.with_({p: steady_state(scenario, code).changes[p] for code, p in paths})
    names = ("employed_weeks", "left_weeks", "benefit_weeks")
    everybody = PERSONS * REPLICATIONS
    return {name: _in_week(place, NOV_2017, name) / everybody for name in names}


def calls_per_week(scenario: Scenario) -> float:
    """Meetings called in a week at rest, those included to which nobody came."""
    volumes = simulate(scenario, replications=REPLICATIONS, seed=1, progress=False)
    called = float(volumes.meetings.sum() + volumes.no_shows.sum())
    return called / REPLICATIONS / scenario.horizon.weeks


def entries_per_week(scenario: Scenario) -> float:
    """Arrivals and returns in a week at rest."""
    volumes = simulate(scenario, replications=REPLICATIONS, seed=1, progress=False)
    entered = float(volumes.arrivals.sum() + volumes.returns.sum())
    return entered / REPLICATIONS / scenario.horizon.weeks


def share_in_small_jobs(scenario: Scenario, code: str | None = None) -> float:
    """Share of the weeks on benefit of the last year that are spent beside a small job."""
    volumes = simulate(scenario, replications=REPLICATIONS, seed=1, progress=False)
    weeks = volumes.benefit_weeks.isel(month=slice(-12, None))
    weeks = weeks.sel(group=[code] if code else list(scenario.groups))
    return float(weeks.isel(level=slice(1, None)).sum() / weeks.sum())


def placed_after_small_job(scenario: Scenario, code: str, weeks: int) -> float:
    """Share of the stock's small jobs that have led to a placement, by whatever route, by then."""
    more = {f"groups.{one}.small_jobs.ordinary_openings_per_week": 0.0 for one in scenario.groups}
    more[f"groups.{code}.small_jobs.ordinary_openings_per_week"] = 3.0
    events = js.histories(scenario.with_(more), replications=list(range(10)), seed=1)
    person = ["replication", "number"]
    started = events[events.event == "small_job"].groupby(person).week.min()
    started = started[started < scenario.horizon.weeks - weeks]
    placed = events[events.event == "placed"].set_index(person).week
    after = placed.to_frame("placed").join(started.rename("started"), how="inner")
    after = after[(after.placed >= after.started) & (after.placed <= after.started + weeks)]
    return len(after.index.unique()) / len(started)


def _alone(scenario: Scenario) -> Scenario:
    """Nobody in sight, no small jobs, staff without limit: what is to be looked at is put in."""
    changes: dict[str, object] = {
        "meetings.caseload_elasticity": 0.0,
        "regular_service.fte": float(PERSONS),
    }
    for code, group in scenario.groups.items():
        changes[f"groups.{code}.stock"] = changes[f"groups.{code}.employed_pool"] = 0
        changes[f"groups.{code}.inflow_per_week"] = 0.0
        if group.small_jobs:
            changes[f"groups.{code}.small_jobs.ordinary_openings_per_week"] = 0.0
            changes[f"groups.{code}.small_jobs.start_level_shares"] = [1.0]
    return scenario.with_(changes)


def _cohort(scenario: Scenario, code: str) -> Scenario:
    """Some two thousand who enter in week 0, nobody before and nobody after."""
    first = scenario.horizon.start
    days = (first, first + dt.timedelta(days=7))
    inflow = Schedule(days, (float(PERSONS), 0.0))
    return _alone(scenario).with_({f"groups.{code}.inflow_per_week": inflow})


def _in_week(scenario: Scenario, week: int, name: str) -> float:
    """Persons in a state in one week, all replications: all weeks until then less those before."""
    until, before = (float(_played(scenario, w)[name].sum()) for w in (week + 1, week))
    return until - before


def _played(scenario: Scenario, weeks: int) -> xr.Dataset:
    run = scenario.with_({"horizon.weeks": weeks})
    return simulate(run, replications=REPLICATIONS, seed=1, progress=False)
