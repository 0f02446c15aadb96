"""Players: what is shared is simulated once, prices simulate nothing, threads may share them."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from jobsim.analysis.playing.options import run_options
from jobsim.analysis.playing.player import Plan, Player, plan_of
from jobsim.analysis.setting.case import case_of
from jobsim.engines import simulate
from jobsim.errors import InputError
from tests.factory import small_town

GAIN = "groups.job_ready.meeting_gain"
BUDGET = "programmes.intensive.budget_per_year"
PLAN = Plan(replications=3, seed=5, engine="numpy", threads=None)


@pytest.fixture
def simulated(monkeypatch):
    """Names and changes of everything simulated, in order."""
    found = []

    def noted(scenario, **how):
        found.append((scenario.name, scenario.changed))
        return simulate(scenario, **how)

    monkeypatch.setattr(sys.modules["jobsim.analysis.playing.player"], "simulate", noted)
    return found


@pytest.fixture
def case():
    return case_of(small_town(horizon__weeks=12))


def test_a_shared_baseline_is_simulated_once(simulated, case):
    player = Player(PLAN)
    for budget in range(1, 8):
        player.paired(case.with_({BUDGET: float(budget)}, move="scenario"))
    assert simulated.count(("small-town without programmes", ())) == 1
    assert len(simulated) == player.simulated == 8


def test_a_baseline_that_follows_is_simulated_each_time(simulated, case):
    """Negative control of the count."""
    player = Player(PLAN)
    for gain in (0.1, 0.3, 0.5):
        player.paired(case.with_({GAIN: gain}, move="both"))
    assert len(simulated) == 6


def test_a_change_of_prices_simulates_nothing(simulated, case):
    player = Player(PLAN)
    before = player.paired(case)
    assert len(simulated) == 2
    dearer = case.with_({"prices.wages.job_per_hour.scale": 2}, move="both")
    after = player.paired(dearer)
    assert len(simulated) == 2
    np.testing.assert_array_equal(after.played.volumes.placements, before.played.volumes.placements)
    assert (after.flows["recipient"].net_saving != before.flows["recipient"].net_saving).any()


def test_words_and_claims_are_not_played(simulated, case):
    player = Player(PLAN)
    player.played(case.scenario)
    player.played(case.scenario.with_({"title": "Another", "name": "other"}))
    assert len(simulated) == 1
    player.played(case.scenario.with_({GAIN: 0.21}))
    assert len(simulated) == 2


def test_what_it_plays_is_what_simulate_plays(case):
    played = Player(PLAN).paired(case)
    wanted = simulate(case.scenario, replications=3, seed=5, engine="simpy")
    np.testing.assert_array_equal(played.played.volumes.benefit_weeks, wanted.benefit_weeks)


def test_threads_share_one_baseline(simulated, case):
    player, gate = Player(PLAN), threading.Barrier(6)

    def play(budget):
        gate.wait()
        return player.paired(case.with_({BUDGET: float(budget)}, move="scenario")).replications

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(play, range(6))) == [3] * 6
    assert simulated.count(("small-town without programmes", ())) == 1
    assert len(simulated) == 7


def test_an_error_is_not_remembered(monkeypatch, case):
    def fail(*_, **__):
        raise MemoryError("for once")

    player = Player(PLAN)
    with monkeypatch.context() as broken:
        broken.setattr(sys.modules["jobsim.analysis.playing.player"], "simulate", fail)
        with pytest.raises(MemoryError, match="for once"):
            player.paired(case)
    assert player.paired(case).replications == 3


def test_a_plan_tells_how_many_and_with_how_many_threads():
    town = small_town()
    assert plan_of(town, run_options({"engine": "numpy"}), plays=1) == Plan(200, 1, "numpy", None)
    assert plan_of(town, run_options({"replications": range(3)}), plays=1).replications == 3
    listed = plan_of(town, run_options({"replications": [4, 2]}), plays=1)
    assert (listed.replications, listed.count) == ((4, 2), 2)
    assert plan_of(town, run_options({"n_jobs": 2}), plays=1).threads == 1
    assert plan_of(town, run_options({"n_jobs": 2, "threads": 3}), plays=1).threads == 3
    with ThreadPoolExecutor(1) as pool:
        assert plan_of(town, run_options({"executor": pool}), plays=1).threads == 1


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"replications": 0}, "replications: must be 1 to"),
        ({"replications": "auto"}, "replications: must be a number for this question"),
        ({"seed": -1}, "seed: must be a whole number from 0"),
        ({"engine": "numbat"}, r'did you mean "numba"\?'),
        ({"threads": 0}, "threads: must be a whole number from 1"),
        ({"replication": 3}, r'there is no argument "replication"; did you mean "replications"\?'),
    ],
)
def test_a_wrong_argument_is_refused(how, message):
    with pytest.raises(InputError, match=message):
        plan_of(small_town(), run_options(how), plays=1)
