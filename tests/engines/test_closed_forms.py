"""Simulated frequencies against theory: tolerance in standard errors, each with a false theory.

Fixed seeds; `TOLERANCE` standard errors are allowed at every point compared, and a theory that is
wrong by a stated little must miss by more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from jobsim.engines import simulate
from jobsim.engines.roster import STOCK
from jobsim.engines.vector.batch import EMPLOYED, LEFT, ON_BENEFIT
from jobsim.engines.vector.engine import Play
from jobsim.scenario import Scenario
from tests.draws.statistics import TOLERANCE
from tests.engines.scene import CERTAIN, bands, bare_town, by_week, ready, share_on_benefit

Floats = npt.NDArray[np.float64]
N = 40_000
WEEKS = 30
AFTER = np.arange(1, WEEKS + 1)
"""Weeks that have passed after weeks 0, 1, … of the run."""


def town(weeks: int = WEEKS, **changes: Any) -> Scenario:
    """`N` persons on benefit, new to it."""
    return bare_town(**{"groups__people__stock": N, "horizon__weeks": weeks, **changes})


def misses(shares: Floats, theory: Floats, n: int = N) -> float:
    """Greatest distance of shares of `n` from their expected values, in standard errors."""
    error = np.sqrt(np.maximum(theory * (1 - theory), 1e-12) / n)
    return float(np.max(np.abs(shares - theory) / error))


def moment_misses(counts: npt.NDArray[np.int64], rate: float) -> float:
    """Distance of mean and variance from those of a Poisson distribution, in standard errors.

    The fourth central moment is rate (1 + 3 rate), so the variance of the sample variance is
    (rate + 2 rate**2) / n.
    """
    n = counts.size
    mean = abs(counts.mean() - rate) / math.sqrt(rate / n)
    spread = abs(counts.var(ddof=1) - rate) / math.sqrt((rate + 2 * rate**2) / n)
    return max(float(mean), float(spread))


SURVIVAL: dict[str, tuple[dict[str, Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "constant hazard: exp(-λt)": (
        {"groups__people__job_finding_hazard_per_week": 0.2},
        lambda t: np.exp(-0.2 * t),
        lambda t: (1 - 0.2) ** t,  # a probability taken for a hazard
    ),
    "other exit: exp(-μt)": (
        {"groups__people__other_exit_hazard_per_week": 0.05},
        lambda t: np.exp(-0.05 * t),
        lambda t: np.exp(-0.05 * (t - 1)),  # the first chance comes in the first week, not after it
    ),
    "both: exp(-(λ+μ)t)": (
        {
            "groups__people__job_finding_hazard_per_week": 0.03,
            "groups__people__other_exit_hazard_per_week": 0.02,
        },
        lambda t: np.exp(-0.05 * t),
        lambda t: np.exp(-0.03 * t),
    ),
    "gamma frailty: (1+θλt)^(-1/θ)": (
        {
            "groups__people__job_finding_hazard_per_week": 0.05,
            "groups__people__frailty_variance": 0.6,
        },
        lambda t: (1 + 0.6 * 0.05 * t) ** (-1 / 0.6),
        lambda t: np.exp(-0.05 * t),
    ),
    "Weibull spell: exp(-λ t^a)": (
        {"groups__people__job_finding_hazard_per_week": 0.05, "groups__people__weibull_shape": 0.8},
        lambda t: np.exp(-0.05 * t**0.8),
        lambda t: np.exp(-0.05 * t),
    ),
    "survivors of an entry cohort: S(40+t)/S(40)": (
        {
            "groups__people__job_finding_hazard_per_week": 0.05,
            "groups__people__frailty_variance": 0.6,
            "groups__people__weibull_shape": 0.9,
            "groups__people__elapsed_weeks": bands((40, 41, 1.0)),
        },
        lambda t: ((1 + 0.03 * (40 + t) ** 0.9) / (1 + 0.03 * 40**0.9)) ** (-1 / 0.6),
        # frailty as if they were new
        lambda t: (1 + 0.03 * ((40 + t) ** 0.9 - 40**0.9)) ** (-1 / 0.6),
    ),
    "tightness: exp(-λ (x/ref)^e t)": (
        {
            "groups__people__job_finding_hazard_per_week": 0.05,
            "groups__people__tightness_elasticity": 0.5,
            "labour_market": {"tightness": 1.69, "reference_tightness": 1.0},
        },
        lambda t: np.exp(-0.05 * 1.3 * t),
        lambda t: np.exp(-0.05 * t),
    ),
}


@pytest.mark.parametrize("name", SURVIVAL)
def test_survival_on_benefit(name: str) -> None:
    changes, theory, false_theory = SURVIVAL[name]
    shares = share_on_benefit(town(**changes))
    assert misses(shares, theory(AFTER)) < TOLERANCE
    assert misses(shares, false_theory(AFTER)) > 2 * TOLERANCE


def test_competing_risks_are_a_job_first_then_another_exit() -> None:
    """Within a week the job comes first: Σ exp(-(λ+μ)w)(1 - exp(-λ)) are placed."""
    job, other, weeks = 0.3, 0.3, 4
    play = played(
        town(
            weeks,
            groups__people__job_finding_hazard_per_week=job,
            groups__people__other_exit_hazard_per_week=other,
        )
    )
    reached = sum(math.exp(-(job + other) * w) for w in range(weeks))
    placed = reached * (1 - math.exp(-job))
    left = reached * math.exp(-job) * (1 - math.exp(-other))
    shares = np.array([np.mean(play.status == EMPLOYED), np.mean(play.status == LEFT)])
    assert misses(shares, np.array([placed, left])) < TOLERANCE
    even = (1 - math.exp(-(job + other) * weeks)) / 2  # both at once, in continuous time
    assert misses(shares, np.array([even, even])) > 2 * TOLERANCE


def played(scenario: Scenario, **options: Any) -> Play:
    play = ready(scenario, **options)
    for t in range(play.tables.weeks):
        play.week(t)
    return play


PROGRAMME: dict[str, Any] = {
    "label": "Room for everybody, one meeting each",
    "groups": ["people"],
    "budget_per_year": 40 * 500_000.0,
    "cost_per_fte_year": 500_000.0,
    "meetings_per_fte_week": 1000.0,
    "caseload_limit": 1000.0,
    "interval_weeks": [5000],
}


@pytest.mark.parametrize(("gain", "quality"), [(0.8, 1.0), (0.4, 2.0)])
def test_one_meeting_raises_the_hazard_by_its_gain_which_fades(gain: float, quality: float) -> None:
    """One meeting in week 0: exp(-λ (t + gain q Σ decay^w)), q = caseload factor."""
    hazard, half_life, weeks = 0.05, 2.0, 12
    scenario = town(
        weeks,
        programmes__all=PROGRAMME,
        groups__people__job_finding_hazard_per_week=hazard,
        groups__people__meeting_gain=gain,
        meetings={
            "half_life_weeks": half_life,
            "reference_caseload": quality * N / 40,
            "caseload_elasticity": 1.0,
            "quality_max": 3.0,
        },
    )
    shares, t = share_on_benefit(scenario), np.arange(1, weeks + 1)
    boost = np.cumsum(gain * quality * 0.5 ** (np.arange(weeks) / half_life))
    assert misses(shares, np.exp(-hazard * (t + boost))) < TOLERANCE
    assert misses(shares, np.exp(-hazard * t)) > 2 * TOLERANCE
    late = np.cumsum(gain * quality * 0.5 ** (np.arange(1, weeks + 1) / half_life))
    assert misses(shares, np.exp(-hazard * (t + late))) > TOLERANCE  # faded before it worked


@pytest.mark.parametrize("multiplier", [1.0, 0.5])
def test_job_length_follows_the_cumulative_hazard_of_job_loss(multiplier: float) -> None:
    """A job lasts more than d weeks with probability exp(-m Σ hazard of d weeks)."""
    scenario = town(
        WEEKS + 1,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__job_loss_hazard_per_week=by_week((0, 0.1), (5, 0.02), (12, 0.05)),
        regular_service__job_loss_multiplier=multiplier,
    )
    play = ready(scenario)
    play.week(0)
    assert np.all(play.status == EMPLOYED)
    worked = play.return_week - 1  # job weeks 1 … D, return in week D + 1
    shares = np.array([np.mean(worked > d) for d in AFTER])
    hazard = np.select([AFTER <= 5, AFTER <= 12], [0.1, 0.02], 0.05)
    assert misses(shares, np.exp(-multiplier * np.cumsum(hazard))) < TOLERANCE
    late = np.cumsum(np.append(0.0, hazard[:-1]))  # no job lost in its first week
    assert misses(shares, np.exp(-multiplier * late)) > 2 * TOLERANCE


def test_the_pools_jobs_go_on_as_jobs_of_that_tenure_do() -> None:
    """With tenure e a job lasts d weeks more with probability exp(-(cumloss[e+d] - cumloss[e]))."""
    scenario = town(
        WEEKS,
        groups__people__stock=0,
        groups__people__employed_pool=N,
        groups__people__tenure_weeks=bands((10, 11, 1.0)),
        groups__people__job_loss_hazard_per_week=by_week((0, 0.2), (12, 0.04)),
    )
    play = ready(scenario)
    shares = np.array([np.mean(play.roster.return_week > d) for d in AFTER])
    hazard = np.where(AFTER <= 2, 0.2, 0.04)
    assert misses(shares, np.exp(-np.cumsum(hazard))) < TOLERANCE
    as_new = np.where(AFTER <= 12, 0.2, 0.04)
    assert misses(shares, np.exp(-np.cumsum(as_new))) > 2 * TOLERANCE


def test_return_share() -> None:
    scenario = town(
        3,
        groups__people__job_finding_hazard_per_week=CERTAIN,
        groups__people__job_loss_hazard_per_week=by_week((0, CERTAIN)),
        groups__people__return_share=0.7,
    )
    play = ready(scenario)
    for t in range(3):  # placed in week 0, at work in week 1, back or gone in week 2
        play.week(t)
    shares = np.array([np.mean(play.status == LEFT), play.volumes["returns"].sum() / N])
    assert misses(shares, np.array([0.3, 0.7])) < TOLERANCE
    assert misses(shares, np.array([0.28, 0.72])) > TOLERANCE


@pytest.mark.parametrize("share", [0.0, 0.15, 1.0])
def test_no_shows_are_a_share_of_calls(share: float) -> None:
    scenario = town(1, regular_service__fte=N, groups__people__no_show_probability=share)
    play = played(scenario)
    shares = np.array([play.volumes["no_shows"].sum(), N - play.volumes["meetings"].sum()]) / N
    assert misses(shares, np.array([share, share])) < TOLERANCE
    assert misses(shares, np.abs(np.array([share, share]) - 0.02)) > TOLERANCE


@pytest.mark.parametrize("rate", [0.4, 3.7, 40.0])
def test_arrivals_are_poisson(rate: float) -> None:
    """Mean and variance over 300 replications of 20 weeks."""
    scenario = bare_town(horizon__weeks=20, groups__people__inflow_per_week=rate)
    play = ready(scenario, replications=300)
    counts = np.zeros((300, 20), dtype=np.int64)
    np.add.at(counts, (play.rep, play.roster.entry_week), 1)
    assert moment_misses(counts, rate) < TOLERANCE
    assert moment_misses(counts, rate * 1.1) > TOLERANCE
    assert moment_misses(counts * 2, rate * 2) > 2 * TOLERANCE  # right mean, wrong variance


SMALL_JOBS: dict[str, Any] = {
    "small_jobs": {"hours_per_week": [5.0, 15.0, 25.0, 37.0], "step_weeks": 3, "cool_weeks": 4},
    "groups__people__small_jobs": {
        "cap_shares": [0.0, 0.0, 0.0, 0.0, 1.0],
        "drop_probabilities": [0.0],
        "climb_probabilities": [0.0],
    },
}


def test_openings_are_poisson_and_rise_with_tightness() -> None:
    """Mean and variance of openings: (ordinary + consultants) x tightness ratio ** elasticity."""
    consultants = {
        "budget_per_year": 1_000_000.0,
        "cost_per_fte_year": 500_000.0,
        "openings_per_fte_week": 1.5,
    }
    scenario = bare_town(
        horizon__weeks=20,
        **SMALL_JOBS,
        small_jobs__consultants=consultants,
        small_jobs__openings_elasticity=0.5,
        groups__people__small_jobs__ordinary_openings_per_week=2.0,
        groups__people__small_jobs__consultant_share=1.0,
        labour_market={"tightness": 1.44, "reference_tightness": 1.0},
    )
    play = ready(scenario, replications=300)
    lost = []
    for t in range(20):
        play.week(t)
        lost.append(play.volumes["openings_lost"].sum(axis=(1, 2)))
    by_week_lost = np.diff(np.array(lost), axis=0, prepend=0)  # nobody is there to take them
    rate = (2.0 + 2.0 * 1.5) * 1.2
    assert moment_misses(by_week_lost, rate) < TOLERANCE
    assert moment_misses(by_week_lost, 5.0) > 2 * TOLERANCE


def test_reviews_of_small_jobs_drop_and_climb_with_their_probabilities() -> None:
    scenario = town(
        4,
        **SMALL_JOBS,
        groups__people__small_jobs__ordinary_openings_per_week=2.0 * N,
        groups__people__small_jobs__drop_probabilities=[0.15],
        groups__people__small_jobs__climb_probabilities=[0.35],
    )
    play = played(scenario)  # everybody starts in week 0 and is reviewed in week 3
    shares = np.array([np.mean(play.level == level) for level in (0, 1, 2)])
    assert misses(shares, np.array([0.15, 0.5, 0.35])) < TOLERANCE
    given_stay = np.array([0.15, 0.85 - 0.85 * 0.35, 0.85 * 0.35])  # climbing only of those left
    assert misses(shares, given_stay) > 2 * TOLERANCE


def test_start_levels_caps_and_needs_have_their_shares() -> None:
    licence = {
        "key": 3,
        "label": "Licence",
        "groups": ["people"],
        "need_share": {"people": 0.3},
        "budget_per_year": 0.0,
        "unit_cost": 1.0,
    }
    scenario = town(
        1,
        **SMALL_JOBS,
        supports__licence=licence,
        groups__people__small_jobs__cap_shares=[0.2, 0.3, 0.0, 0.1, 0.4],
        groups__people__small_jobs__start_level_shares=[0.5, 0.0, 0.5],
        groups__people__elapsed_weeks=bands((0, 10, 0.25), (20, 60, 0.75)),
    )
    roster = ready(scenario).roster
    shares = np.array(
        [
            *(np.mean(roster.cap == level) for level in range(5)),
            *(np.mean(roster.level == level) for level in (1, 2)),
            np.mean(roster.needs[0]),
            *(np.mean(roster.elapsed < week) for week in (5, 10, 20, 40)),
        ]
    )
    by_hand = [0.2, 0.3, 0.0, 0.1, 0.4, 0.5 * 0.3, 0.5 * 0.5, 0.3, 0.125, 0.25, 0.25, 0.625]
    assert misses(shares, np.array(by_hand)) < TOLERANCE
    assert misses(shares[6:7], np.array([0.5])) > 2 * TOLERANCE  # as if health set no limit


ADMISSION = {
    "longest_first": lambda play: play.roster.elapsed,
    "newest_first": lambda play: -play.roster.elapsed,
    "most_employable_first": lambda play: play.roster.frailty,
    "least_employable_first": lambda play: -play.roster.frailty,
    "random": lambda play: -play.roster.lottery,
}


@pytest.mark.parametrize("order", ADMISSION)
def test_admission_takes_the_first_in_its_order(order: str) -> None:
    scenario = town(
        1,
        groups__people__stock=500,
        groups__people__elapsed_weeks=bands((0, 100, 1.0)),
        groups__people__frailty_variance=0.5,
        programmes__all={**PROGRAMME, "caseload_limit": 5.0, "admission": order},
        programmes__empty={**PROGRAMME, "budget_per_year": 0.0, "admission": "random"},
    )
    play = played(scenario)
    inside = play.track == 1
    assert inside.sum() == 40 * 5
    for other, score_of in ADMISSION.items():
        score = score_of(play)
        is_first = score[inside].min() >= score[~inside].max()
        assert is_first == (other == order)


def test_random_admission_is_blind() -> None:
    """Mean elapsed weeks and frailty of the admitted are those of everybody."""
    scenario = town(
        1,
        groups__people__elapsed_weeks=bands((0, 100, 1.0)),
        groups__people__job_finding_hazard_per_week=0.01,
        groups__people__frailty_variance=0.5,
        programmes__all={**PROGRAMME, "caseload_limit": 500.0, "admission": "random"},
    )
    play = played(scenario)
    inside = play.track == 1
    assert inside.sum() == N / 2
    for trait in (play.roster.elapsed, play.roster.frailty, play.roster.queue):
        error = trait.std() * math.sqrt(2 / N + 2 / N)  # difference of two means of N / 2 each
        difference = trait[inside].mean() - trait[~inside].mean()
        assert abs(difference) / error < TOLERANCE
    frailty = play.roster.frailty  # negative control: who stayed longest are the frail
    old = play.roster.elapsed > 50
    error = frailty.std() * math.sqrt(2 / N + 2 / N)
    assert abs(frailty[old].mean() - frailty[~old].mean()) / error > 2 * TOLERANCE


@pytest.mark.parametrize(("fte", "by_week_called"), [(5.0, [5, 5, 5, 5]), (2.5, [2, 3, 2, 3])])
def test_an_overloaded_desk_serves_its_capacity_first_come_first_served(
    fte: float, by_week_called: list[int]
) -> None:
    """Thirty come due in every week; those called are always the first by (due, number)."""
    scenario = bare_town(
        horizon__weeks=4,
        groups__people__stock=120,
        regular_service__fte=fte,
        regular_service__interval_weeks=[4],
    )
    play = ready(scenario)
    for t, capacity in enumerate(by_week_called):
        due, calls = play.due.copy(), play.calls.copy()
        if t == 0:
            due = play.roster.first_due.copy()
        play.week(t)
        called = set(np.flatnonzero(play.calls > calls).tolist())
        line = sorted(np.flatnonzero(due <= t).tolist(), key=lambda i: (due[i], i))
        assert len(line) > capacity
        assert called == set(line[:capacity])


def test_everybody_stays_on_benefit_where_nothing_can_happen() -> None:
    play = played(town(3))
    assert np.all(play.status == ON_BENEFIT)
    assert np.all(play.roster.origin == STOCK)
    volumes = simulate(town(3), replications=1, progress=False)
    assert int(volumes.benefit_weeks.sum()) == 3 * N
