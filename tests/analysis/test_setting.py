"""Settings: scenario, baseline and prices changed together by path."""

import pytest

from jobsim.analysis.setting.case import case_of
from jobsim.errors import InputError, PriceError, ScenarioError
from jobsim.ledger import Prices
from jobsim.scenario.paths import value_at
from tests.factory import small_town

GAIN = "groups.job_ready.meeting_gain"
BUDGET = "programmes.intensive.budget_per_year"
KEPT = "prices.equalisation.kept_share"


@pytest.fixture(scope="module")
def case():
    return case_of(small_town())


def gains(case):
    return [value_at(one, GAIN) for one in (case.scenario, case.baseline)]


def test_the_baseline_is_without_programmes_and_prices_are_danish(case):
    assert case.baseline == small_town().without_programmes()
    assert case.prices == Prices.load("denmark")
    own = case_of(small_town(), small_town(), Prices.load("denmark").with_({KEPT[7:]: 0.5}))
    assert own.baseline == own.scenario
    assert own.value_at(KEPT) == 0.5


def test_a_policy_changes_the_scenario_alone(case):
    assert gains(case.with_({GAIN: 0.9}, both=False)) == [0.9, 0.2]


def test_what_is_not_known_of_the_world_changes_both(case):
    assert gains(case.with_({GAIN: 0.9}, both=True)) == [0.9, 0.9]
    assert gains(case.with_({f"{GAIN}.scale": 0.5}, both=True)) == [0.1, 0.1]


def test_the_baseline_follows_only_where_it_has_the_path(case):
    changed = case.with_({BUDGET: 1.0, GAIN: 0.9}, both=True)
    assert changed.baseline == small_town().without_programmes().with_({GAIN: 0.9})
    assert changed.scenario == small_town().with_({BUDGET: 1.0, GAIN: 0.9})


@pytest.mark.parametrize("both", [True, False])
def test_prices_change_nothing_that_is_simulated(case, both):
    changed = case.with_({KEPT: 0.4, "prices.wages.job_per_hour.scale": 2}, both=both)
    assert changed.scenario is case.scenario
    assert changed.baseline is case.baseline
    assert changed.value_at(KEPT) == 0.4
    assert changed.prices.changed == ("equalisation.kept_share", "wages.job_per_hour")


def test_no_change_is_the_same_setting(case):
    assert case.with_({}, both=True) == case


def test_values_are_found_by_the_same_paths(case):
    assert case.value_at(GAIN) == case.value_at(f"{GAIN}.scale") == 0.2
    assert case.value_at(KEPT) == case.prices.equalisation.kept_share


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("groups.job_redy.stock", r'did you mean "job_ready"\?'),
        ("prices.equalisaton.kept_share", r'did you mean "equalisation"\?'),
        ("price.equalisation.kept_share", 'there is no "price"'),
        (f"{GAIN}.scal", 'there is no "scal"'),
    ],
)
def test_an_unknown_path_names_the_nearest(case, path, message):
    with pytest.raises(ScenarioError, match=message):
        case.value_at(path)


def test_a_value_that_is_not_allowed_is_refused(case):
    with pytest.raises(ScenarioError, match="no_show_probability: must be at most 1"):
        case.with_({"groups.job_ready.no_show_probability": 1.4}, both=False)
    with pytest.raises(PriceError, match="kept_share"):
        case.with_({KEPT: 1.4}, both=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("esbjerg-2018",), "scenario: must be a Scenario, got str"),
        ((small_town(), "nothing"), "baseline: must be a Scenario, got str"),
        ((small_town(), None, {}), "prices: must be Prices, got dict"),
        ((small_town(), small_town(horizon__weeks=10)), "must cover the same weeks"),
    ],
)
def test_a_wrong_argument_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        case_of(*arguments)


def test_the_horizon_is_changed_for_both():
    case = case_of(small_town())
    shorter = case.with_({"horizon.weeks": 9}, both=False)
    assert shorter.scenario.weeks.count == shorter.baseline.weeks.count == 9
