"""Settings: scenario, baseline and prices changed together by path."""

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.claims import lean
from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.setting.case import case_of, is_world, move_where
from jobsim.analysis.setting.tuning import tuned_numbers
from jobsim.analysis.uncertainty.parameter_draws import adjusted
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import build_roster
from jobsim.errors import InputError, PriceError, ScenarioError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.files import preset_names
from jobsim.scenario.past import past_of
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


def test_facts_of_the_world_move_both_and_policy_the_scenario_alone(case):
    both = case_of(small_town(), small_town())
    changed = both.with_({GAIN: 0.9, BUDGET: 1.0})
    assert changed.scenario == small_town().with_({GAIN: 0.9, BUDGET: 1.0})
    assert changed.baseline == small_town().with_({GAIN: 0.9})
    assert gains(case.with_({f"{GAIN}.scale": 0.5})) == [0.1, 0.1]


def test_one_word_moves_everything_in_both_or_in_the_scenario_alone():
    both = case_of(small_town(), small_town())
    follows = both.with_({GAIN: 0.9, BUDGET: 1.0}, move="both")
    assert follows.baseline == follows.scenario
    assert both.with_({GAIN: 0.9, BUDGET: 1.0}, move="scenario").baseline == both.baseline


def test_the_baseline_follows_only_where_it_has_the_path(case):
    changed = case.with_({BUDGET: 1.0, GAIN: 0.9}, move="both")
    assert changed.baseline == small_town().without_programmes().with_({GAIN: 0.9})
    assert changed.scenario == small_town().with_({BUDGET: 1.0, GAIN: 0.9})


PAST, EVERY = "regular_service.before", "regular_service.interval_weeks"


class TestOnePast:
    """People are compared with themselves, so that both arms have the baseline's past."""

    def test_the_stock_begins_alike_whatever_the_policy(self, pastless):
        often = pastless.with_({EVERY: [2], "regular_service.first_meeting_weeks": 0})
        case = case_of(often, pastless)
        ours, theirs = (tables_of(one) for one in (case.scenario, case.baseline))
        assert (ours.people.past == theirs.people.past).all()
        assert ours.people.past.any()
        assert (tables_of(often).people.past != ours.people.past).any()
        people = [vars(build_roster(one, 1, np.arange(2))) for one in (ours, theirs)]
        for name, mine in people[0].items():
            np.testing.assert_array_equal(mine, people[1][name], err_msg=name)

    def test_it_is_written_into_what_is_played_and_into_the_record(self, pastless):
        found = js.compare(
            pastless.with_({EVERY: [2]}), baseline=pastless, replications=2, progress=False
        )
        record = found.record
        assert past_of(record.scenario) == past_of(record.baseline) == past_of(pastless)
        assert record.scenario.regular_service.before.interval_weeks is not None
        again = js.compare(
            record.scenario, baseline=record.baseline, replications=2, progress=False
        )
        assert again.played.volumes.equals(found.played.volumes)
        assert again.record.scenario == record.scenario

    def test_nothing_is_written_where_both_have_it_anyway(self, case):
        assert case.scenario is case.given
        assert case.with_({BUDGET: 1.0}).scenario == small_town().with_({BUDGET: 1.0})

    def test_without_lasting_gains_it_decides_when_the_stock_is_met_next_and_nothing_else(self):
        town = small_town(regular_service__before=None, horizon__weeks=13)
        later = {"regular_service.first_meeting_weeks": 0, EVERY: [7, 13]}
        case = case_of(town.with_(later), town)
        assert case.scenario is not case.given
        ours, alone = (
            js.simulate(one, replications=2, progress=False) for one in (case.scenario, case.given)
        )
        assert ours.equals(alone)

    @pytest.mark.parametrize("move", ["auto", "both", "scenario"])
    def test_it_moves_in_both(self, pastless, move):
        case = case_of(pastless.with_({EVERY: [2]}), pastless)
        changed = case.with_({f"{PAST}.gain_multiplier": 0.5}, move=move)
        assert past_of(changed.scenario) == past_of(changed.baseline)
        assert past_of(changed.baseline).gain_multiplier == 0.5

    def test_it_follows_the_baseline_as_that_changes(self, pastless):
        case = case_of(pastless.with_({EVERY: [2]}), pastless)
        alone = case.with_({EVERY: [3]})
        assert past_of(alone.scenario) == past_of(pastless)
        both = case.with_({EVERY: [3]}, move="both")
        assert both.scenario is both.given
        assert past_of(both.scenario).interval_weeks["job_ready"] == (3,)

    def test_a_function_after_every_change_sees_it_as_it_was_given(self, pastless):
        seen = []
        case = adjusted(
            case_of(pastless.with_({EVERY: [2]}), pastless), lambda s: seen.append(s) or s
        )
        changed = case.with_({EVERY: [3]}, move="both")
        assert not any(one.regular_service.before.interval_weeks for one in seen)
        assert changed.scenario is changed.given

    def test_a_case_of_the_scenario_alone_keeps_a_baseline_that_gives_it_its_past(self, pastless):
        placed = quantity("placements:scenario")
        apart = case_of(pastless.with_({EVERY: [2]}), pastless)
        assert lean(apart, placed) is apart
        together = lean(case_of(pastless.with_({BUDGET: 1.0}), pastless), placed)
        assert together.baseline == together.scenario

    def test_all_plans_have_one(self, pastless):
        plans = {"often": pastless.with_({EVERY: [2]}), "seldom": pastless.with_({EVERY: [52]})}
        found = js.compare(plans, baseline=pastless, replications=1, progress=False)
        pasts = [past_of(found.comparisons[name].record.scenario) for name in plans]
        assert pasts == [past_of(pastless)] * 2

    def test_two_that_are_stated_are_refused_with_paths_and_values(self, pastless):
        other = pastless.with_({f"{PAST}.gain_multiplier": 0.5, EVERY: [2]})
        with pytest.raises(InputError) as refusal:
            case_of(other, pastless)
        assert str(refusal.value) == (
            "regular_service.before.gain_multiplier: is 0.5 in the scenario and 0.9 in the "
            "baseline; the same people have one past: state the same in both"
        )
        stated = pastless.with_({f"{PAST}.gain_multiplier": 0.5})
        assert past_of(case_of(other, stated).scenario) == past_of(stated)

    def test_a_group_that_the_baseline_lacks_keeps_its_own(self, pastless):
        data = pastless.to_dict()
        data["groups"]["more"] = {**data["groups"]["job_ready"], "key": 9}
        data["regular_service"]["interval_weeks"] = {"all": [2]}
        case = case_of(Scenario.from_dict(data), pastless)
        lists = past_of(case.scenario).interval_weeks
        assert lists == {**past_of(pastless).interval_weeks, "more": (2,)}


@pytest.fixture(scope="module")
def pastless():
    """A town with lasting gains that leaves its past to its regular service."""
    gains = {f"groups__{group}__lasting_gain": 0.1 for group in ("job_ready", "activity_ready")}
    short = {"horizon__weeks": 13, "claims": None, "observed": None}
    return small_town(regular_service__before=None, **short, **gains)


POLICY = """regular_service regular_service.fte regular_service.interval_weeks
    regular_service.first_meeting_weeks programmes programmes.intensive
    programmes.intensive.budget_per_year programmes.intensive.budget_per_year.scale
    programmes.intensive.caseload_limit programmes.intensive.interval_weeks
    programmes.intensive.interval_weeks.job_ready programmes.intensive.max_weeks
    programmes.intensive.admission programmes.intensive.groups supports supports.driving_licence
    supports.driving_licence.budget_per_year supports.driving_licence.groups
    supports.driving_licence.paid_from small_jobs small_jobs.consultants
    small_jobs.consultants.budget_per_year"""
WORLD = """regular_service.cost_per_fte_year regular_service.meetings_per_fte_week
    regular_service.gain_multiplier programmes.intensive.cost_per_fte_year
    programmes.intensive.meetings_per_fte_week programmes.intensive.gain_multiplier
    programmes.intensive.job_loss_multiplier supports.driving_licence.need_share.job_ready
    supports.driving_licence.unit_cost supports.driving_licence.lead_weeks
    supports.driving_licence.multiplier small_jobs.consultants.openings_per_fte_week
    small_jobs.consultants.cost_per_fte_year small_jobs.hours_per_week groups.job_ready
    groups.job_ready.stock groups.job_ready.meeting_gain labour_market.tightness
    meetings.half_life_weeks municipality.income_tax_rate"""


@pytest.mark.parametrize(("paths", "world"), [(POLICY, False), (WORLD, True)])
def test_each_field_says_what_it_is(paths, world):
    assert [path for path in paths.split() if is_world(path) != world] == []


def test_a_fact_at_which_the_baseline_differs_is_refused_without_a_word():
    case = case_of(small_town(), small_town().with_({GAIN: 0.1}))
    with pytest.raises(InputError) as refusal:
        case.check_moves([GAIN], "auto")
    assert str(refusal.value) == (
        f'{GAIN}: is 0.2 in the scenario and 0.1 in the baseline; say what moves: move="both" or '
        'move="scenario"'
    )
    case.check_moves([GAIN], "scenario")
    case.check_moves([BUDGET, KEPT], "auto")
    with pytest.raises(InputError, match='did you mean "both"'):
        move_where("bot")


def test_what_is_not_known_of_the_place_moves_both_whoever_decides_it():
    staff = "regular_service.fte"
    case = case_of(small_town())
    assert move_where("auto", named=False) == "assumed"
    assert move_where("scenario", named=False) == "scenario"
    assert case.moves_both(staff, "assumed")
    assert not case.moves_both(staff, "auto")
    other = case_of(small_town(), small_town().with_({staff: 3.0}))
    assert not other.moves_both(staff, "assumed")
    other.check_moves([staff], "assumed")


def test_it_says_what_moves_where():
    case = case_of(small_town(claims={}))
    told = case.moved([GAIN, BUDGET, KEPT], "auto")
    assert told == (
        f"Moved in scenario and baseline alike: {GAIN}, {KEPT}. "
        f"Moved in the scenario alone: {BUDGET}."
    )
    assert case.moved([GAIN] * 9, "scenario") == f"Moved in the scenario alone: {GAIN}."
    many = [f"groups.job_ready.{name}" for name in ("stock", "key", "meeting_gain", "label", "x")]
    assert case.moved(many, "scenario") == "Moved in the scenario alone: 5 numbers."


class TestFits:
    def test_facts_that_move_are_not_followed_by_the_numbers_that_were_tuned(self, case):
        told = case.moved([GAIN, KEPT], "auto").partition(KEPT)[2]
        assert told == (
            ". Not tuned anew as 1 fact of small-town moves: "
            "groups.job_ready.job_finding_hazard_per_week, which was set to give Persons who got "
            "work (40); that fit may break: tune anew after every draw, by psa's adjust=."
        )

    def test_neither_prices_nor_a_plan_that_is_chosen_break_a_fit(self, case):
        assert "tuned" not in case.moved([BUDGET, KEPT], "auto")
        assert "tuned" in case.moved([BUDGET, KEPT], "assumed")
        assert "tuned" not in adjusted(case, Scenario.with_).moved([GAIN], "auto")

    @pytest.mark.parametrize("name", preset_names())
    def test_tuned_presets_name_their_numbers_and_figures(self, name):
        scenario = Scenario.load(name)
        told = case_of(scenario).moved([GAIN], "auto")
        fitted = [one.label for one in scenario.claims.values() if one.role == "fitted"]
        assert bool(fitted) == (name in ("esbjerg-2018", "kolding-2018"))
        assert all(label in told for label in fitted)
        assert ("use esbjerg-2018-evidence" in told) == (name == "esbjerg-2018")
        tuned = tuned_numbers(scenario)
        assert bool(tuned) == bool(fitted)
        assert all(path in told for path in tuned)

    def test_numbers_tuned_to_what_is_no_fitted_claim_are_noticed(self):
        town = small_town(claims__placements_2018__role="held_out")
        assert tuned_numbers(town) == ()
        assert any(row.path.endswith(".tuned_to") for row in js.notices(town).rows)
        assert not any(row.path.endswith(".tuned_to") for row in js.notices(small_town()).rows)


@pytest.mark.parametrize("move", ["auto", "both", "scenario"])
def test_prices_change_nothing_that_is_simulated(case, move):
    changed = case.with_({KEPT: 0.4, "prices.wages.job_per_hour.scale": 2}, move=move)
    assert changed.scenario is case.scenario
    assert changed.baseline is case.baseline
    assert changed.value_at(KEPT) == 0.4
    assert changed.prices.changed == ("equalisation.kept_share", "wages.job_per_hour")


def test_no_change_is_the_same_setting(case):
    assert case.with_({}, move="both") == case


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
        case.with_({"groups.job_ready.no_show_probability": 1.4}, move="scenario")
    with pytest.raises(PriceError, match="kept_share"):
        case.with_({KEPT: 1.4}, move="scenario")


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
    shorter = case.with_({"horizon.weeks": 9}, move="scenario")
    assert shorter.scenario.weeks.count == shorter.baseline.weeks.count == 9
