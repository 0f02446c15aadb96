"""Changing a scenario by path, and taking its programmes away."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from jobsim.analysis.playing.volume_store import played_text
from jobsim.calendar import Schedule
from jobsim.errors import InputError, ScenarioError
from jobsim.scenario import Scenario, register
from jobsim.scenario.past import past_of, with_past_of
from jobsim.scenario.paths import bounds_at, unit_at, value_at
from tests.factory import TIED, small_town

BUDGET = "programmes.intensive.budget_per_year"


@pytest.fixture
def town():
    return small_town()


def budget_of(scenario):
    return scenario.programmes["intensive"].budget_per_year


@pytest.mark.parametrize("ask", [lambda town: town.with_({BUDGET: 1e6}), played_text])
def test_ctrl_c_while_a_schedule_is_written_is_a_ctrl_c(ask, town, monkeypatch):
    """Pydantic wraps what a serializer raises, of whatever kind."""

    def interrupt(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Schedule, "__getattribute__", lambda *_: interrupt(None))
    with pytest.raises(KeyboardInterrupt):
        ask(town)


class TestWith:
    @pytest.mark.parametrize("value", [3_000_000, 3e6, np.int64(3_000_000), np.float64(3e6)])
    def test_a_number_for_a_schedule_keeps_dates_and_zero_steps(self, town, value):
        changed = budget_of(town.with_({BUDGET: value}))
        assert changed == replace(budget_of(town), values=(3e6, 3e6, 0.0))

    def test_scale_multiplies_a_schedule(self, town):
        assert budget_of(town.with_({BUDGET + ".scale": 2})).values == (1.8e6, 1.2e6, 0.0)

    def test_the_first_day_of_a_step_moves_that_step_alone(self, town):
        step = f"{BUDGET}.{budget_of(town).dates[1]}"
        assert value_at(town, step) == 6e5
        changed = town.with_({step: 7e5})
        assert budget_of(changed).values == (9e5, 7e5, 0.0)
        assert budget_of(changed).dates == budget_of(town).dates
        assert changed.changed == (BUDGET,)
        assert budget_of(town.with_({f"{step}.scale": 0.5})).values == (9e5, 3e5, 0.0)

    def test_several_steps_and_the_whole_can_be_moved_together(self, town):
        first, second, _ = (f"{BUDGET}.{day}" for day in budget_of(town).dates)
        assert budget_of(town.with_({first: 1, second: 2})).values == (1, 2, 0)
        assert budget_of(town.with_({f"{BUDGET}.scale": 2, second: 2})).values == (1.8e6, 2, 0)
        assert budget_of(town.with_({second: 2, f"{BUDGET}.scale": 2})).values == (1.8e6, 4, 0)

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            (f"{BUDGET}.2018-02-01", "no step begins on 2018-02-01.*its steps begin on 2018-01-01"),
            ("municipality.income_tax_rate.2018-01-01", "one number without steps"),
            ("groups.job_ready.stock.2018-01-01", "there is nothing|there is no"),
        ],
    )
    def test_a_day_on_which_no_step_begins_is_refused(self, town, path, words):
        with pytest.raises(ScenarioError, match=words):
            town.with_({path: 1.0})

    @pytest.mark.parametrize("value", ["many", math.nan, [1.0]])
    def test_a_step_holds_one_finite_number(self, town, value):
        with pytest.raises(ScenarioError, match=re.escape(f"{BUDGET}.2018-01-01: ")):
            town.with_({f"{BUDGET}.2018-01-01": value})

    def test_a_step_has_the_unit_and_bounds_of_its_schedule(self, town):
        of = "groups.job_ready.inflow_per_week"
        assert unit_at(Scenario, f"{of}.2018-01-01") == unit_at(Scenario, of)
        assert bounds_at(Scenario, f"{of}.2018-01-01") == bounds_at(Scenario, of)

    def test_scale_multiplies_a_number_and_rounds_a_whole_one(self, town):
        changed = town.with_({"groups.job_ready.stock.scale": 1.26, "meetings.max_boost.scale": 2})
        assert changed.groups["job_ready"].stock == 76  # 75.6 persons
        assert changed.meetings.max_boost == 1.2

    def test_scale_multiplies_every_step_of_a_list(self, town):
        loss = "groups.job_ready.job_loss_hazard_per_week"
        climb = "groups.activity_ready.small_jobs.climb_probabilities"
        changed = town.with_({loss + ".scale": 2, climb + ".scale": 0.5})
        steps = changed.groups["job_ready"].job_loss_hazard_per_week
        assert [(step.from_week, step.value) for step in steps] == [
            (0, 0.04),
            (13, 0.02),
            (52, 0.01),
        ]
        small_jobs = changed.groups["activity_ready"].small_jobs
        assert small_jobs.climb_probabilities == (0.25, 0.2, 0.15)

    def test_scale_cannot_break_shares_that_add_up_to_one(self, town):
        with pytest.raises(ScenarioError, match="must add up to 1"):
            town.with_({"groups.activity_ready.small_jobs.cap_shares.scale": 0.5})

    @pytest.mark.parametrize(
        "new",
        [
            Schedule((dt.date(2018, 6, 1), dt.date(2019, 6, 1)), (5.0, 7.0)),
            [{"from": dt.date(2018, 6, 1), "value": 5}, {"from": dt.date(2019, 6, 1), "value": 7}],
        ],
        ids=["Schedule", "steps"],
    )
    def test_a_schedule_replaces_a_schedule(self, town, new):
        changed = budget_of(town.with_({BUDGET: new}))
        days = (dt.date(2018, 6, 1), dt.date(2019, 6, 1))
        assert changed == Schedule(days, (5.0, 7.0), zero_before=True)

    def test_a_constant_schedule_ends_the_steps(self, town):
        assert budget_of(town.with_({BUDGET: Schedule.constant(5)})) == Schedule.constant(5)

    def test_a_number_for_an_unstated_schedule(self):
        bare = small_town(municipality__income_tax_rate=None)
        changed = bare.with_({"municipality.income_tax_rate": 0.3})
        assert changed.municipality.income_tax_rate == Schedule.constant(0.3)

    def test_several_changes_at_once(self, town):
        changed = town.with_(
            {BUDGET + ".scale": 0.5, "horizon.weeks": 30, "title": "Halvt så meget"}
        )
        assert budget_of(changed).values == (450_000.0, 300_000.0, 0.0)
        assert (changed.horizon.weeks, changed.title) == (30, "Halvt så meget")

    @pytest.mark.parametrize("value", [[3], (3,), np.array([3]), {"all": [3]}])
    def test_intervals_can_be_given_in_any_form(self, town, value):
        changed = town.with_({"programmes.intensive.interval_weeks": value})
        assert changed.programmes["intensive"].interval_weeks == {"all": (3,)}

    def test_intervals_of_one_group(self, town):
        changed = town.with_({"regular_service.interval_weeks.job_ready": [4]})
        assert changed.regular_service.interval_weeks == {
            "job_ready": (4,),
            "activity_ready": (4, 13),
        }

    def test_none_takes_an_optional_part_away(self, town):
        changed = town.with_(
            {"programmes.intensive.max_weeks": None, "small_jobs.consultants": None}
        )
        assert changed.programmes["intensive"].max_weeks is None
        assert changed.small_jobs.consultants is None

    @pytest.mark.parametrize(
        ("path", "value", "message"),
        [
            ("programs.intensive", 5, 'there is no "programs"; did you mean "programmes"?'),
            (
                "programmes.intensiv.max_weeks",
                5,
                'there is no "intensiv" in programmes; did you mean "intensive"?',
            ),
            (
                "programmes.intensive.max_week",
                5,
                'there is no "max_week" in programmes.intensive; did you mean "max_weeks"?',
            ),
            ("groups.job_ready.elapsed_weeks.0.share", 1.0, 'no "0" in groups.job_ready.elapsed'),
            ("horizon.start.year", 2019, 'there is no "year" in horizon.start'),
            ("", 5, 'there is no ""; known: '),
            (".scale", 5, 'there is no ""; known: '),
            (BUDGET, "mange", "must be a number, or a list of steps"),
            (BUDGET, -5, "must be at least 0 and at most 1e+12 DKK per year, got -5"),
            (BUDGET, math.nan, "schedule values must be finite numbers, got nan, nan, 0"),
            (BUDGET, 10**400, "schedule values must be finite numbers, got inf, inf, 0"),
            (BUDGET + ".scale", math.inf, "schedule values must be finite numbers, got inf"),
            (BUDGET + ".scale", 10**400, "schedule values must be finite numbers, got inf"),
            (BUDGET + ".scale", "dobbelt", "must be a number, got 'dobbelt'"),
            (BUDGET + ".scale", True, "must be a number, got True"),
            ("groups.job_ready.stock.scale", math.nan, "must be a finite number, got nan"),
            ("groups.job_ready.stock.scale", math.inf, "must be a finite number, got inf"),
            ("groups.job_ready.stock.scale", -1, "groups.job_ready.stock: must be at least 0"),
            ("groups.job_ready.no_show_probability.scale", 9, "must be at most 1 (probability)"),
            ("groups.job_ready.label.scale", 2, "only a number, a schedule or a list"),
            (
                "programmes.intensive.interval_weeks.all",
                [3],
                "can only be changed by giving a new programmes.intensive.interval_weeks",
            ),
            ("programmes", {}, 'paid_from: there is no programme "intensive"'),
        ],
    )
    def test_bad_change_gives_one_line(self, town, path, value, message):
        with pytest.raises(ScenarioError, match=re.escape(message)) as caught:
            town.with_({path: value})
        text = str(caught.value)
        assert len(text.splitlines()) == 1
        assert "paid_from" in text or text.startswith(path.removesuffix(".scale"))

    def test_the_original_stays_as_it_was(self, town):
        steps = [{"from": dt.date(2018, 1, 1), "value": 1}]
        town.with_({BUDGET: steps, "groups.job_ready.stock": 1, "name": "another"})
        assert town == small_town()
        assert steps == [{"from": dt.date(2018, 1, 1), "value": 1}]

    def test_changed_paths_are_listed_once_and_in_order(self, town):
        once = town.with_({"horizon.weeks": 30, BUDGET + ".scale": 2})
        twice = once.with_({BUDGET: 5, "meetings.max_boost": 1.0})
        assert town.changed == ()
        assert once.changed == ("horizon.weeks", BUDGET)
        assert twice.changed == ("horizon.weeks", BUDGET, "meetings.max_boost")

    def test_nothing_changed_is_the_same(self, town):
        assert town.with_({}) == town


class TestFrozen:
    def test_fields_cannot_be_set(self, town):
        with pytest.raises(InputError, match="with_"):
            town.name = "another"
        with pytest.raises(InputError, match="with_"):
            town.groups["job_ready"].stock = 5

    @pytest.mark.parametrize(
        "change",
        [
            lambda groups: groups.pop("job_ready"),
            lambda groups: groups.update({}),
            lambda groups: groups.clear(),
            lambda groups: groups.__setitem__("new", None),
            lambda groups: groups.__delitem__("job_ready"),
            lambda groups: groups.setdefault("new", None),
            lambda groups: groups.__ior__({}),
        ],
    )
    def test_tables_cannot_be_changed(self, town, change):
        with pytest.raises(InputError, match="with_"):
            change(town.groups)
        assert town == small_town()


class TestWithoutProgrammes:
    def test_programmes_consultants_and_supports_are_gone(self, town):
        bare = town.without_programmes()
        assert not bare.programmes
        assert not bare.supports
        assert bare.small_jobs.consultants is None

    def test_ordinary_openings_and_all_else_stay(self, town):
        bare = town.without_programmes()
        assert bare.groups == town.groups
        assert bare.groups["activity_ready"].small_jobs.ordinary_openings_per_week.values == (0.4,)
        assert set(town.difference(bare).changes) == {
            "programmes.intensive",
            "supports.driving_licence",
            "small_jobs.consultants",
        }

    @pytest.mark.parametrize(
        ("name", "bare"),
        [
            ("small-town", "small-town without programmes"),
            ("small-town without programmes", "small-town without programmes"),
            ("x" * 100, "x" * 81 + " without programmes"),
        ],
    )
    def test_its_name_says_so(self, name, bare):
        assert small_town(name=name).without_programmes().name == bare

    def test_the_original_stays_as_it_was(self, town):
        town.without_programmes()
        assert town == small_town()

    def test_a_place_without_small_jobs(self):
        place = small_town(small_jobs=None, groups__activity_ready__small_jobs=None)
        assert place.without_programmes().small_jobs is None

    def test_once_more_changes_nothing(self, town):
        bare = town.without_programmes()
        assert bare.without_programmes() == bare


class TestThePast:
    def test_what_is_left_out_is_as_in_the_regular_service_itself(self):
        town = small_town(regular_service__before={"interval_weeks": {"job_ready": [3]}})
        assert past_of(town) == (
            2,
            {"job_ready": (3,), "activity_ready": (4, 13)},
            {"job_ready": 0.15, "activity_ready": 0.25},
            0.9,
        )

    def test_the_past_of_another_scenario_is_stated_in_full(self):
        changes = {"regular_service.interval_weeks": [2], "regular_service.gain_multiplier": 1.5}
        town = small_town(regular_service__before=None)
        often = town.with_(changes)
        assert past_of(often) != past_of(town)
        both = with_past_of(often, town)
        assert past_of(both) == past_of(town)
        assert both.with_({"regular_service.before": {}}) == often.with_(
            {"regular_service.before": {}}
        )
        assert Scenario.from_dict(both.to_dict()) == both


class TestCorrelations:
    @pytest.fixture
    def tied(self):
        return small_town(correlations=[TIED])

    def test_stay_when_numbers_change(self, tied):
        changed = tied.with_({TIED["of"][0]: 0.25, "horizon.weeks": 60})
        assert changed.correlations == tied.correlations
        assert changed.stated()["correlations"] == tied.stated()["correlations"]
        assert Scenario.from_dict(tied.to_dict()) == tied

    def test_stay_when_their_numbers_go_and_fall_with_their_entries(self, tied):
        limit = "programmes.intensive.caseload_limit"
        known = {**tied.assumptions, limit: tied.assumptions[TIED["of"][0]]}
        pair = {"of": [limit, TIED["of"][0]], "rank_correlation": 0.3}
        town = tied.with_({"assumptions": known, "correlations": [pair]})
        assert len(town.without_programmes().correlations) == 1
        with pytest.raises(ScenarioError, match=f"{limit}: the register states no distribution"):
            town.with_({"assumptions": dict(tied.assumptions)})

    def test_can_be_changed_and_are_no_number_of_the_register(self, tied, town):
        made = town.with_({"correlations": [TIED]})
        assert made.correlations == tied.correlations
        assert made.with_({"correlations": []}).correlations == ()
        assert str(town.difference(made)).splitlines()[-1].endswith("per_week (-0.6)")
        assert [row.path for row in register(tied).rows] == [
            row.path for row in register(town).rows
        ]

    def test_change_nothing_that_is_played(self, tied, town):
        assert played_text(tied) == played_text(town)
