"""Effects and chance of a trial against closed forms, the engines' own counts, and each other."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.outcomes.measures import Played as PlayedScenario
from jobsim.scenario.past import past_of
from jobsim.trial.document import MONEY, Measure, Trial, units_of
from jobsim.trial.draws import _drawn, _numbers
from jobsim.trial.lives import IN_WORK, ON_BENEFIT, OTHERWISE
from jobsim.trial.playing import Task, play
from tests.trial.places import HAZARD, OUTCOME, known, of_town, plain, staged, stated, trial

ALL = [one for one in Measure.__args__ if one != MONEY]  # type: ignore[attr-defined]


def every_outcome(weeks: int) -> list[dict[str, object]]:
    """One outcome of each measure but money, at the end and before it."""
    return [
        {
            **OUTCOME,
            "label": f"{one} by week {week}",
            "measure": one,
            "by_week": week,
            "unit": next(iter(units_of(one))),
        }
        for one in ALL
        for week in (weeks // 2, weeks)
    ]


class TestNoEffect:
    def test_of_separate_arms_is_exactly_nothing(self, tmp_path):
        arms = {code: {"label": code, "persons": 20} for code in ("treated", "control")}
        town = trial(
            *(of_town(), tmp_path),
            **{"group": "job_ready", "weeks": 30, "arms": arms, "outcomes": every_outcome(30)},
        )
        found = play(Task(staged(town), {}, paired=(0, 1), apart=(0, 1)))
        assert (found.expected == 0).all()
        assert np.ptp(found.apart, axis=0).max() > 0  # other people are other people

    def test_of_arms_of_unequal_size_is_exactly_nothing(self, tmp_path):
        """The first of the larger arm are the people of the smaller one."""
        arms = {"treated": {"label": "a", "persons": 60}, "control": {"label": "b", "persons": 20}}
        outcomes = every_outcome(12)
        one = staged(trial(plain(), tmp_path, arms=arms, outcomes=outcomes))
        found = play(Task(one, {}, paired=(0, 1), apart=(0,)))
        assert (found.expected == 0).all()
        assert np.abs(found.apart).max() > 0

    def test_of_arms_that_compete_is_exactly_nothing(self, tmp_path):
        """Each arm has each group's luck once, so that staff they wait for cancels, too."""
        arms = {
            code: {"label": code, "persons": 15, "group": code} for code in ("treated", "control")
        }
        setting = {"copies": dict.fromkeys(arms, "job_ready"), "group": None}
        town = trial(
            *(of_town(regular_service__fte=2.0), tmp_path),
            **{"assignment": "competing", "setting": setting, "weeks": 30, "arms": arms},
            outcomes=every_outcome(30),
        )
        found = play(Task(staged(town), {}, paired=(0, 1), apart=(0,)))
        assert (found.expected == 0).all()
        assert np.abs(found.apart).max() > 0

    def test_an_effect_is_not(self, tmp_path):
        found = play(Task(staged(trial(plain(), tmp_path)), {}, paired=(0,)))
        assert found.expected[0] > 0


class TestClosedForm:
    def test_shares_of_constant_hazards(self, tmp_path):
        """1 − exp(−λ w) of each arm; the error of the difference is at most that of two shares."""
        persons, weeks = 4_000, 12
        one = staged(trial(plain(), tmp_path, persons=persons))
        found = play(Task(one, {}, paired=(0,), apart=(0, 1, 2, 3)))
        low, high = (1 - math.exp(-0.06 * factor * weeks) for factor in (1.0, 1.5))
        error = math.sqrt((low * (1 - low) + high * (1 - high)) / persons)
        assert abs(found.expected[0] - (high - low)) < 4 * error
        assert abs(found.apart[:, 0].mean() - (high - low)) < 4 * error / 2

    def test_a_level_is_of_one_arm(self, tmp_path):
        arms = {"only": {"label": "All", "persons": 4_000}}
        outcomes = [{**OUTCOME, "contrast": "level", "unit": "percentage points"}]
        one = staged(trial(plain(), tmp_path, arms=arms, outcomes=outcomes))
        found = play(Task(one, {}, paired=(0,), apart=(1,)))
        share = 1 - math.exp(-0.06 * 12)
        error = math.sqrt(share * (1 - share) / 4_000)
        assert abs(found.expected[0] - 100 * share) < 400 * error
        assert abs(found.apart[0, 0] - 100 * share) < 400 * error

    def test_trials_are_as_far_apart_as_binomial_shares(self, tmp_path):
        persons, weeks, count = 100, 12, 60
        one = staged(trial(plain(), tmp_path, persons=persons))
        found = play(Task(one, {}, apart=tuple(range(count))))
        low, high = (1 - math.exp(-0.06 * factor * weeks) for factor in (1.0, 1.5))
        error = math.sqrt((low * (1 - low) + high * (1 - high)) / persons)
        ratio = float(found.apart[:, 0].std(ddof=1)) / error
        assert abs(ratio - 1) < 4 / math.sqrt(2 * count)

    def test_units_and_ratios_are_of_the_same_levels(self, tmp_path):
        """Seven days are a week, a hundred points a share; a ratio is over the second arm."""
        stated_in = [
            ("weeks_on_benefit", "weeks", {}),
            ("weeks_on_benefit", "days", {}),
            ("exit_share", "share", {}),
            ("exit_share", "percentage points", {}),
            ("exit_share", "share", {"contrast": "ratio"}),
            ("exit_share", "per cent", {"contrast": "ratio", "arms": ["control", "treated"]}),
        ]
        outcomes = [
            {**OUTCOME, "label": str(place), "measure": measure, "unit": unit, **more}
            for place, (measure, unit, more) in enumerate(stated_in)
        ]
        theatre = staged(trial(plain(), tmp_path, persons=2_000, outcomes=outcomes))
        weeks, days, share, points, ratio, turned = play(Task(theatre, {}, paired=(0,))).expected
        low, high = (1 - math.exp(-0.06 * factor * 12) for factor in (1.0, 1.5))
        assert days == pytest.approx(7 * weeks)
        assert points == pytest.approx(100 * share)
        assert ratio == pytest.approx(high / low - 1, abs=0.08)  # four standard errors
        assert turned == pytest.approx(100 * (1 / (1 + ratio) - 1))

    def test_paired_arms_are_the_same_people(self, tmp_path):
        """Nobody finds work later with a higher hazard, and the same hazard is the same life."""
        both = {"weeks_to_exit": "weeks", "job_finding_rate": "per week"}
        outcomes = [
            {**OUTCOME, "label": name, "measure": name, "unit": unit} for name, unit in both.items()
        ]
        theatre = staged(trial(plain(), tmp_path, outcomes=outcomes))
        weeks, rate = play(Task(theatre, {}, paired=(0,))).expected
        assert weeks < 0 < rate


class TestLives:
    def test_weeks_and_events_are_those_that_the_engine_counted(self, tmp_path):
        """Where all people are participants, their weeks are the volumes."""
        town = trial(
            of_town(
                groups__activity_ready__stock=0,
                groups__activity_ready__employed_pool=0,
                groups__activity_ready__inflow_per_week=0.0,
                groups__job_ready__employed_pool=0,
                groups__job_ready__inflow_per_week=0.0,
                groups__job_ready__return_share=0.6,
            ),
            tmp_path,
            **{"group": "job_ready", "weeks": 60, "participants": "stock", "persons": 40},
            arms={code: {"label": code, "persons": 40} for code in ("treated", "control")},
            outcomes=[{**OUTCOME, "by_week": 60}],
        )
        theatre = staged(town)
        world = theatre.stage.worlds({})[0]
        lives = theatre.played(world, [3], theatre.prices)["treated"].lives
        volumes = js.simulate(world.scenario, replications=[3], engine="numpy", progress=False)
        played = PlayedScenario(world.scenario, volumes)
        for status, name in (
            (ON_BENEFIT, "benefit_weeks"),
            (IN_WORK, "employed_weeks"),
            (OTHERWISE, "left_weeks"),
        ):
            total = played.total(name).sum()
            assert np.count_nonzero(lives.status == status) == total > 0
        assert lives.meetings.sum() == played.total("meetings").sum() > 0
        assert played.total("returns").sum() > 0

    def test_first_exits_are_those_of_the_histories(self, tmp_path):
        town = trial(
            of_town(), tmp_path, group="job_ready", weeks=40, outcomes=[{**OUTCOME, "by_week": 40}]
        )
        theatre = staged(town)
        (world, _) = theatre.stage.worlds({})
        lives = theatre.played(world, [0], theatre.prices)["treated"].lives
        events = js.histories(world.scenario, replications=[0], engine="numpy")
        mine = events[events.origin == 2**24 - 1]
        assert len(lives) == mine.number.nunique() == 300
        exits = mine[mine.event.isin(["placed", "other_exit"])].groupby("number").first()
        for week in (5, 40):
            left = exits[exits.week < week]
            for to_work, event in ((True, "placed"), (False, "other_exit")):
                assert lives.exits(week, to_work=to_work) == (left.event == event).sum()
            assert lives.exits(week) == len(left)

    @pytest.mark.parametrize("engine", ["simpy", "numba"])
    def test_engines_agree(self, tmp_path, engine):
        town = trial(
            *(of_town(), tmp_path),
            **{"group": "job_ready", "weeks": 26, "outcomes": every_outcome(26)},
            arms={
                "treated": {
                    "label": "Often",
                    "persons": 12,
                    "changes": {"regular_service.interval_weeks": [1]},
                },
                "control": {"label": "As usual", "persons": 12},
            },
        )
        theatre = staged(town)
        task = Task(theatre, {}, paired=(0, 1), apart=(0,))
        ours = play(task)
        theirs = play(replace(task, theatre=replace(theatre, engine=engine)))
        np.testing.assert_array_equal(ours.expected, theirs.expected)
        np.testing.assert_array_equal(ours.apart, theirs.apart)
        assert np.abs(ours.expected).max() > 0


class TestMoney:
    def test_cost_of_a_participant_is_the_comparison_less_its_sign(self, tmp_path):
        money = {"measure": MONEY, "unit": "DKK", "payer": "municipality", "by_week": 30}
        arms = {
            "treated": {"label": "Often", "persons": 20, "changes": {"regular_service.fte": 9.0}},
            "control": {"label": "As usual", "persons": 20},
        }
        town = trial(
            *(of_town(claims={}), tmp_path),
            **{"group": "job_ready", "weeks": 30, "arms": arms},
            outcomes=[{**OUTCOME, **money}],
        )
        theatre = staged(town)
        (cost,) = play(Task(theatre, {}, paired=(0, 1))).expected
        treated, control = (world.scenario for world in theatre.stage.worlds({}))
        compared = js.compare(treated, control, replications=2, engine="numpy", progress=False)
        assert cost == pytest.approx(-compared.row("net_saving:municipality").difference / 20)


class TestDraws:
    def test_a_draw_holds_for_copies_of_a_group(self, tmp_path):
        arms = {code: {"label": code, "persons": 200, "group": code} for code in ("a", "b")}
        setting = {"copies": {"a": "all", "b": "all"}, "group": None}
        town = trial(plain(0.5), tmp_path, assignment="competing", setting=setting, arms=arms)
        stage = staged(town).stage
        (world,) = stage.worlds({HAZARD: 0.2})
        hazards = {
            code: one.job_finding_hazard_per_week for code, one in world.scenario.groups.items()
        }
        assert hazards == {"all": 0.2, "a": 0.2, "b": 0.2}
        (turned,) = stage.worlds({HAZARD: 0.2}, turn=1)
        keys = [{code: one.key for code, one in w.scenario.groups.items()} for w in (world, turned)]
        assert (keys[0]["a"], keys[0]["b"]) == (keys[1]["b"], keys[1]["a"])

    def test_what_an_arm_is_offered_is_put_in_after_the_draw(self, tmp_path):
        arms = {
            "treated": {"label": "Fixed", "persons": 10, "changes": {HAZARD: 0.5}},
            "control": {"label": "As usual", "persons": 10},
        }
        treated, control = staged(trial(plain(0.5), tmp_path, arms=arms)).stage.worlds(
            {HAZARD: 0.2}
        )
        hazards = [
            one.scenario.groups["all"].job_finding_hazard_per_week for one in (treated, control)
        ]
        assert hazards == [0.5, 0.2]

    def test_a_setting_states_where_its_numbers_come_from(self, tmp_path):
        setting = {"changes": {HAZARD: 0.1}, "assumptions": {HAZARD: known(0.1, 0.2)}}
        stage = staged(trial(plain(0.5), tmp_path, setting=setting)).stage
        (row,) = [row for row in js.register(stage.setting).rows if row.path == HAZARD]
        assert (row.kind, row.changed) == ("judgement", False)
        assert row.spread is not None
        assert row.spread.parameters["s"] == 0.2

    def test_correlations_of_the_setting_hold_but_of_what_the_trial_is_sure_of(self, tmp_path):
        place, absent = plain(0.5), "groups.all.no_show_probability"
        place["groups"]["all"]["no_show_probability"] = 0.1
        place["assumptions"][absent] = {**known(0.1, 0.2), "high": 0.2}
        place["correlations"] = [{"of": [HAZARD, absent], "rank_correlation": 0.8}]
        arms = {code: {"label": code, "persons": 5} for code in ("treated", "control")}
        sure = {key: one for key, one in known(0.06, 0.2).items() if key != "distribution"}
        for entry, rhos in ((known(0.06, 0.2), [0.8]), (sure, [])):
            setting = {"assumptions": {HAZARD: entry}}
            theatre = staged(trial(place, tmp_path, setting=setting, arms=arms))
            drawn = _drawn(*_numbers(theatre), 8, 1)
            assert list(drawn.correlations.values()) == rhos
            assert (HAZARD in drawn.paths) == bool(rhos)


def test_a_stock_has_the_past_of_the_setting(tmp_path):
    """Those there before the trial were met as usual, whatever an arm is offered."""
    arms = {
        "treated": {
            "label": "Often",
            "persons": 50,
            "changes": {"regular_service.interval_weeks": [1]},
        },
        "control": {"label": "As usual", "persons": 50},
    }
    town = trial(
        *(of_town(), tmp_path),
        **{"group": "job_ready", "weeks": 20, "participants": "stock", "arms": arms},
        outcomes=[{**OUTCOME, "by_week": 20}],
    )
    treated, control = (world.scenario for world in staged(town).stage.worlds({}))
    assert treated.regular_service.interval_weeks != control.regular_service.interval_weeks
    assert past_of(treated) == past_of(control)


def test_a_file_names_its_setting_from_where_it_lies(tmp_path, monkeypatch):
    trial(plain(), tmp_path)
    file = tmp_path / "trial.toml"
    found = Trial.from_dict(stated(tmp_path / "place.toml"))
    text = found.to_toml().replace(str(tmp_path / "place.toml"), "place.toml")
    file.write_text(text, encoding="utf-8")
    monkeypatch.chdir("/")
    loaded = Trial.load(file)
    assert loaded.place.name == "intervals"
    assert loaded == found
