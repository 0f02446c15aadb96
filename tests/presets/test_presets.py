"""The presets: every number has its source, targets are met, stocks at rest stay at rest."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from jobsim.analysis.setting.steady_state import steady_state
from jobsim.engines import simulate
from jobsim.scenario import Scenario
from jobsim.scenario.files import preset_names
from jobsim.scenario.number_register import register
from jobsim.scenario.paths import value_at
from jobsim.trial.pooled import PooledEffects

# examples are scripts, not a package
sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

from steady_state import hazard_without_meetings, mean_boost, neutral, weeks_between_meetings
from tune_kolding_2018 import JOB_FINDING, OTHER_EXIT

BEFORE_AN_INVESTMENT = ("esbjerg-2018", "esbjerg-2018-evidence", "kolding-2018")
"""At rest without a programme; the towns of 2026 are at rest with one, see test_town_2026."""
NAMES = (*BEFORE_AN_INVESTMENT, "town-2026", "town-2026-cut")
MIRRORS = ("docplayer", "9pdf", "scribd", "1library", "vdocuments", "slideshare", "spotidoc")
CASH_BENEFIT = ["job_ready", "activity_ready"]


@pytest.fixture(scope="module", params=NAMES)
def preset(request: pytest.FixtureRequest) -> Scenario:
    return Scenario.load(request.param)


@pytest.fixture(scope="module", params=BEFORE_AN_INVESTMENT)
def at_rest(request: pytest.FixtureRequest) -> Scenario:
    return neutral(Scenario.load(request.param))


@pytest.fixture(scope="module")
def kolding_years() -> xr.Dataset:
    """Kolding from 2017 to 2018, 100 replications."""
    scenario = Scenario.load("kolding-2018").with_({"horizon.weeks": 105})
    return simulate(scenario, replications=100, seed=1, progress=False)


def placements_per_month_of_2018(scenario: Scenario, replications: int) -> tuple[float, float]:
    """Mean over replications and its standard error."""
    year = scenario.with_({"horizon.weeks": 52})
    volumes = simulate(year, replications=replications, seed=1, progress=False)
    monthly = volumes.placements.sum(("month", "group", "route")).values / 12.0
    return float(monthly.mean()), float(monthly.std(ddof=1) / np.sqrt(replications))


def drift_of(scenario: Scenario, replications: int) -> tuple[float, float]:
    """Relative change of all recipients from first month to last, and its standard error."""
    recipients = simulate(scenario, replications=replications, seed=1, progress=False).recipients
    total = recipients.sum("group")
    change = (total.isel(month=-1) - total.isel(month=0)).values / float(total.isel(month=0).mean())
    return float(change.mean()), float(change.std(ddof=1) / np.sqrt(replications))


def test_the_presets_are_those_listed_here() -> None:
    assert preset_names() == sorted(NAMES)


def test_every_number_has_a_source(preset: Scenario) -> None:
    assert [row.path for row in register(preset).unsourced] == []
    assert len(register(preset).rows) > 30


def test_a_number_without_a_source_is_found() -> None:
    changed = Scenario.load("esbjerg-2018").with_({"meetings.max_boost": 0.6})
    assert [row.path for row in register(changed).unsourced] == ["meetings.max_boost"]


def test_every_assumption_covers_a_number_of_the_file(preset: Scenario) -> None:
    used = {id(row.assumption) for row in register(preset).rows}
    assert [path for path, a in preset.assumptions.items() if id(a) not in used] == []


def test_sources_are_official_pages_and_all_are_used(preset: Scenario) -> None:
    cited = {code for a in preset.assumptions.values() for code in a.sources}
    cited |= {claim.source for claim in preset.claims.values()}
    assert set(preset.sources) == cited
    for source in preset.sources.values():
        assert source.doi or source.url
        host = (source.url or "https://doi.org/").split("/")[2]
        assert not any(mirror in host for mirror in MIRRORS)
        assert not host.replace(".", "").isdigit()


def test_every_distribution_contains_its_number(preset: Scenario) -> None:
    for row in register(preset).rows:
        stated = row.assumption
        if stated is None or stated.distribution is None or not isinstance(row.value, (int, float)):
            continue
        low, high = stated.distribution.frozen().ppf([0.001, 1.0])
        assert low <= row.value <= high, row.path


def test_what_left_its_plausible_range_is_what_was_tuned_hard() -> None:
    left = {
        name: {row.path for row in register(Scenario.load(name)).outside_range} for name in NAMES
    }
    assert left["esbjerg-2018-evidence"] == left["town-2026"] == left["town-2026-cut"] == set()
    assert left["esbjerg-2018"] == {"groups.job_ready.job_finding_hazard_per_week"}
    groups = ("job_ready", "activity_ready", "integration")
    assert left["kolding-2018"] == {f"groups.{code}.inflow_per_week" for code in groups}


def test_claims_of_the_evidence_preset_are_held_out_and_those_tuned_to_are_fitted() -> None:
    evidence = Scenario.load("esbjerg-2018-evidence")
    assert {claim.role for claim in evidence.claims.values()} == {"held_out"}
    tuned = {code: claim.role for code, claim in Scenario.load("esbjerg-2018").claims.items()}
    assert tuned == {
        "placements_2018": "fitted",
        "gross_saving_2018": "held_out",
        "net_saving_2018": "held_out",
    }
    assert {claim.role for claim in Scenario.load("kolding-2018").claims.values()} == {"fitted"}


def test_tuning_touched_no_effect_of_the_programme() -> None:
    difference = Scenario.load("esbjerg-2018-evidence").difference(Scenario.load("esbjerg-2018"))
    numbers = {
        line.strip()
        for line in str(difference).splitlines()
        if line.startswith(("groups.", "meetings.", "programmes.", "supports.", "regular_service."))
    }
    allowed = {"job_finding_hazard_per_week", "inflow_per_week", "employed_pool"}
    allowed |= {"elapsed_weeks", "tenure_weeks", "stock", "pool"}
    assert numbers
    assert {path.rsplit(".", 1)[-1] for path in numbers} <= allowed


def test_esbjerg_shows_43_placements_a_month_in_2018() -> None:
    mean, error = placements_per_month_of_2018(Scenario.load("esbjerg-2018"), 200)
    assert abs(mean - 43.0) + 3 * error < 2.0


def test_esbjerg_from_evidence_shows_far_fewer() -> None:
    mean, error = placements_per_month_of_2018(Scenario.load("esbjerg-2018-evidence"), 100)
    assert mean + 3 * error < 43.0 - 2.0


def test_esbjerg_regular_service_can_hold_its_meetings() -> None:
    for name in ("esbjerg-2018", "esbjerg-2018-evidence"):
        volumes = simulate(Scenario.load(name), replications=20, seed=1, progress=False)
        late = volumes.unmet.sum("month")
        held = volumes.meetings.sum(("month", "group"))
        share = (late.mean("replication") / held.mean("replication")).sel(track="regular")
        assert float(share) < 0.01, name


@pytest.mark.parametrize(("year", "aim", "tolerance"), [(2017, 125, 8), (2018, 200, 12)])
def test_kolding_starts_small_jobs(
    kolding_years: xr.Dataset, year: int, aim: float, tolerance: float
) -> None:
    starts = kolding_years.small_job_starts
    yearly = starts.sel(month=starts.month.dt.year == year).sum(("month", "group")).values
    error = yearly.std(ddof=1) / np.sqrt(len(yearly))
    assert abs(yearly.mean() - aim) + 3 * error < tolerance


def test_two_thirds_of_koldings_small_jobs_go_to_the_job_ready(kolding_years: xr.Dataset) -> None:
    starts = kolding_years.small_job_starts.sum(("replication", "month"))
    share = float(starts.sel(group="job_ready") / starts.sum())
    error = float(np.sqrt(share * (1 - share) / starts.sum()))
    assert abs(share - 2 / 3) < 4 * error + 0.01


@pytest.mark.parametrize(("month", "aim"), [("2017-10-01", 1316), ("2018-10-01", 1091)])
def test_kolding_has_the_articles_recipients(
    kolding_years: xr.Dataset, month: str, aim: float
) -> None:
    at_end = kolding_years.recipients.sel(month=month, group=CASH_BENEFIT).sum("group").values
    error = at_end.std(ddof=1) / np.sqrt(len(at_end))
    assert abs(at_end.mean() - aim) + 3 * error < 40


def test_kolding_without_its_fall_in_inflow_keeps_more_recipients() -> None:
    scenario = Scenario.load("kolding-2018")
    constant = {
        f"groups.{code}.inflow_per_week": group.inflow_per_week.values[0]
        for code, group in scenario.groups.items()
    }
    volumes = simulate(
        scenario.with_({**constant, "horizon.weeks": 96}), replications=30, seed=1, progress=False
    )
    at_end = volumes.recipients.sel(month="2018-10-01", group=CASH_BENEFIT).sum("group")
    assert float(at_end.mean()) > 1091 + 40


def test_the_neutral_stock_stays_at_rest(at_rest: Scenario) -> None:
    drift, error = drift_of(at_rest, 100)
    assert abs(drift) + 3 * error < 0.02


def test_without_the_pool_in_work_the_stock_drifts(at_rest: Scenario) -> None:
    empty = {f"groups.{code}.employed_pool": 0 for code in at_rest.groups}
    drift, error = drift_of(at_rest.with_(empty), 30)
    assert drift + 3 * error < -0.05


@pytest.mark.parametrize("interval", [4, 13])
def test_mean_boost_is_that_of_the_models_weeks(interval: int) -> None:
    evidence = Scenario.load("esbjerg-2018-evidence")
    group, meetings = evidence.groups["job_ready"], evidence.meetings
    total, cycles = 0.0, 10_000
    for gain, half_life in (
        (group.meeting_gain, meetings.half_life_weeks),
        (group.lasting_gain, meetings.lasting_half_life_weeks),
    ):
        boost = 0.0
        for week in range(cycles * interval):
            boost += gain * (week % interval == 0)
            total += boost
            boost *= 0.5 ** (1 / half_life)
    everybody_comes = evidence.with_({"groups.job_ready.no_show_probability": 0.0})
    expected = mean_boost(everybody_comes, "job_ready", interval)
    assert total / (cycles * interval) == pytest.approx(expected, 2e-3)


@pytest.mark.parametrize(
    ("code", "with_meetings", "other_exits"),
    [
        ("job_ready", 0.0090, 0.0045),
        ("activity_ready", 0.0020, 0.0045),
        ("integration", 0.0079, 0.0030),
    ],
)
def test_hazards_beside_meetings_are_converted_as_the_register_says(
    code: str, with_meetings: float, other_exits: float
) -> None:
    kolding = Scenario.load("kolding-2018")
    boost = mean_boost(kolding, code, 13)
    assert JOB_FINDING[code] == pytest.approx(hazard_without_meetings(with_meetings, boost), 3e-3)
    settled = kolding.groups[code].meeting_exit_probability / weeks_between_meetings(
        kolding, code, 13
    )
    assert OTHER_EXIT[code] == pytest.approx(other_exits - settled, abs=5e-5)


@pytest.mark.parametrize("name", NAMES)
def test_what_meetings_do_is_what_trials_together_say(name: str) -> None:
    place, pooled = Scenario.load(name), PooledEffects.load("pooled")
    taken = {
        path: value
        for path, value in pooled.values.items()
        if path.startswith("meetings.") or path.split(".")[1] in place.groups
    }
    assert len(taken) == 6 + 3 * len(place.groups)
    for path, value in taken.items():
        assert value_at(place, path) == value
        stated, estimated = place.assumptions[path], pooled.assumptions[path]
        assert (stated.kind, stated.distribution) == ("estimated", estimated.distribution)
        assert (stated.low, stated.high) == (estimated.low, estimated.high)
    known = [one for one in pooled.correlations if set(one.of) <= set(taken)]
    assert [(one.of, one.rank_correlation) for one in place.correlations] == [
        (one.of, one.rank_correlation) for one in known
    ]


def test_the_evidence_preset_is_the_steady_state_of_its_own_numbers() -> None:
    scenario = Scenario.load("esbjerg-2018-evidence")
    group, state = scenario.groups["job_ready"], steady_state(scenario, "job_ready")
    assert group.employed_pool == state.employed_pool
    assert group.inflow_per_week.values[0] == pytest.approx(state.inflow_per_week, rel=0.03)
    assert [band.share for band in group.elapsed_weeks] == [b["share"] for b in state.elapsed_weeks]
