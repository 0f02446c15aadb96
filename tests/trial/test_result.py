"""What a trial is said to show: ranges that hold what they say, what is printed and refused."""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import replace

import numpy as np
import pytest

import jobsim as js
from jobsim.analysis.playing.options import run_options
from jobsim.draws import Stream, uniform
from jobsim.errors import InputError
from jobsim.trial import playing
from jobsim.trial.document import ROLE_WORDS, Trial
from jobsim.trial.draws import play_trial
from jobsim.trial.playing import Task, play
from jobsim.trial.result import TrialResult, ends
from tests.trial.places import HAZARD, HOW, OUTCOME, known, of_town, plain, staged, stated, trial

QUIET = run_options(HOW)
COUNT = 200
"""Repetitions of a statement."""


@pytest.fixture(autouse=True, scope="module")
def _small():
    """Effects are averaged over few: what is tested does not hang on their error."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(playing, "_ENOUGH", 40)
        yield


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """File of a trial in the place of one hazard."""
    folder = tmp_path_factory.mktemp("trial")
    path = folder / "made-up.toml"
    found = trial(plain(0.3), folder, persons=40, weeks=6, outcomes=[{**OUTCOME, "by_week": 6}])
    found.save(path)
    return path


@pytest.fixture(scope="module")
def found(file):
    """The same, played."""
    return js.trials(file, draws=40, **HOW)


def uniforms(rows: int, columns: int, seed: int) -> np.ndarray:
    k = np.arange(rows * columns)
    u = uniform(seed, stream=Stream.PARAMETERS, n=0, k=k, origin=0, group_key=0, replication=0)
    return u.reshape(rows, columns)


class TestRanges:
    def test_quantiles_hold_another_draw_as_often_as_they_say(self):
        """Of 2,000 ranges of 200 draws each; those of k / n hold less. Error: 4 binomial ones."""
        values = uniforms(2_000, COUNT + 1, 1)
        held, plain_held = [], []
        for row in values:
            low, high = ends(row[1:])
            held.append(low <= row[0] <= high)
            low, high = np.quantile(row[1:40], [0.025, 0.975])
            plain_held.append(low <= row[0] <= high)
        assert abs(np.mean(held) - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 2_000)
        assert np.mean(plain_held) < 0.95 - 4 * math.sqrt(0.95 * 0.05 / 2_000)

    def test_a_trial_of_known_numbers_is_inside(self, tmp_path):
        """Trials simulated from draws of the same register: 95 % lie in the range over both.

        Three standard errors, of 60 repetitions and of the range's own 60 draws, allow 83 %; a
        range over parameters alone holds fewer.
        """
        inside, parameters, _ = coverage(tmp_path, 60, 60)
        assert inside > 0.95 - 3 * math.sqrt(2 * 0.95 * 0.05 / 60) > parameters

    @pytest.mark.slow
    def test_a_trial_of_known_numbers_is_inside_as_often_as_it_says(self, tmp_path):
        """Of 200 repetitions 93 to 97 %, with a range of 2,000 draws."""
        inside, _, _ = coverage(tmp_path, 2_000, COUNT)
        assert 0.93 <= inside <= 0.97


def coverage(folder, draws: int, count: int) -> tuple[float, float, float]:
    """Share of so many trials within the range over both, over parameters, and over chance."""
    outcomes = [{**OUTCOME, "by_week": 5, "measure": "weeks_on_benefit", "unit": "weeks"}]
    one = staged(trial(plain(0.8), folder, persons=40, weeks=5, outcomes=outcomes), draws)
    played = play_trial(one, draws, QUIET, needs=False)
    truths = js.parameter_draws(one.stage.setting, count, seed=99).changes()
    held = np.zeros(3)
    for number, truth in enumerate(truths):
        published = play(Task(one, truth, apart=(10**6 + number,))).apart[0, 0]
        for i, values in enumerate((played.both, played.expected, played.chance)):
            low, high = ends(values[:, 0])
            held[i] += low <= published <= high
    inside, parameters, chance = (held / count).tolist()
    return inside, parameters, chance


class TestRow:
    def test_figures_are_those_of_the_plays(self, found):
        (result,) = found.results
        (row,) = found.rows
        effect, both = result.plays.expected[:, 0], result.plays.both[:, 0]
        assert row.predicted == pytest.approx(effect.mean())
        error = math.hypot(effect.std(ddof=1), 0.02)
        assert row.z == pytest.approx((0.1 - effect.mean()) / error)
        assert row.published_low == pytest.approx(0.1 - 1.959964 * 0.02)
        ordered = np.sort(both)  # of 40: 2.5 % is at place 1.025, 97.5 % at 39.975
        assert row.range_low == pytest.approx(ordered[0] + 0.025 * (ordered[1] - ordered[0]))
        assert row.range_high == pytest.approx(ordered[-1] - 0.025 * (ordered[-1] - ordered[-2]))
        assert row.inside == (row.range_low <= 0.1 <= row.range_high)

    def test_no_effect_is_nothing_in_every_draw(self, tmp_path):
        arms = {code: {"label": code, "persons": 20} for code in ("treated", "control")}
        none = trial(plain(0.3), tmp_path, weeks=12, arms=arms)
        (row,) = js.trials(none, draws=40, needs=False, **HOW).rows
        assert row.predicted == row.parameters_low == row.parameters_high == row.as_stated == 0
        assert row.chance_low < 0 < row.chance_high
        assert row.z == pytest.approx(0.1 / 0.02)

    @pytest.mark.parametrize(
        ("stated_error", "error"),
        [
            ({"standard_error": None, "interval": [0.0, 0.2], "level": 0.9}, 0.1 / 1.644854),
            ({"standard_error": None}, math.nan),
        ],
        ids=["interval", "none"],
    )
    def test_standard_errors_come_from_intervals_or_chance(self, found, stated_error, error):
        (result,) = found.results
        outcome = {**OUTCOME, "by_week": 6, **stated_error}
        data = {**result.trial.to_dict(), "outcomes": [_given(outcome)]}
        (row,) = TrialResult(Trial.from_dict(data), result.plays).rows
        assert row.published_se == pytest.approx(error, nan_ok=True)
        spread = result.plays.chance[:, 0].std(ddof=1) if math.isnan(error) else error
        total = math.hypot(result.plays.expected[:, 0].std(ddof=1), spread)
        assert row.z == pytest.approx((0.1 - row.predicted) / total)

    def test_ratios_to_nothing_are_left_out_and_told(self, found):
        (result,) = found.results
        lost = replace(result.plays, both=np.full_like(result.plays.both, np.nan))
        one = replace(found, results=(TrialResult(result.trial, lost),))
        assert one.rows[0].undefined == 40
        assert not one.rows[0].inside
        assert "40 ratios to nothing were left out." in repr(one)


def _given(values):
    return {name: value for name, value in values.items() if value is not None}


class TestNeeds:
    def test_a_planted_number_is_found(self, tmp_path):
        """The figure published is the effect at another hazard, which is found between points."""
        outcome = {**OUTCOME, "by_week": 4, "standard_error": 0.01}
        one = staged(trial(plain(0.3), tmp_path, persons=2_000, weeks=4, outcomes=[outcome]))
        futures = tuple(range(4 * one.futures))
        (planted,) = play(Task(one, {HAZARD: 0.085}, futures)).expected
        data = {**one.trial.to_dict(), "outcomes": [{**outcome, "estimate": float(planted)}]}
        found = js.trials(Trial.from_dict(data), draws=40, **HOW)
        (line,) = found.needs_frame().to_dict("records")
        assert line["needed"] == pytest.approx(0.085, rel=0.05)
        assert (line["low"], line["stated"], line["high"]) == (0.03, 0.06, 0.12)
        assert line["verdict"] == "within its range"
        assert "–: not within its range" in repr(found)

    def test_what_is_out_of_reach_is_said(self, file):
        data = Trial.load(file).to_dict()
        data["outcomes"] = [{**data["outcomes"][0], "estimate": 0.9}]
        found = js.trials(Trial.from_dict(data), draws=40, **HOW)
        assert found.needs_frame().verdict.tolist() == ["not within it"]
        assert "the only number does not give it within its range" in repr(found)

    def test_a_place_without_uncertain_numbers_has_chance_alone(self, tmp_path):
        outcome = {**OUTCOME, "by_week": 6}
        one = trial(plain(), tmp_path, persons=40, weeks=6, outcomes=[outcome])
        (row,) = (found := js.trials(one, draws=40, **HOW)).rows
        assert row.parameters_low == row.parameters_high == row.predicted == row.as_stated
        assert row.range_low < row.predicted < row.range_high
        assert found.needs_frame().empty


class TestTogether:
    def test_is_printed_by_role_and_written(self, file, found, tmp_path):
        data = Trial.load(file).to_dict()
        data |= {"name": "another", "outcomes": [{**data["outcomes"][0], "role": "fit"}]}
        several = [file, Trial.from_dict(data)]
        both = js.trials(several, draws=40, needs=False, n_jobs=2, **HOW)
        text = repr(both)
        fit, held_out = (text.index(ROLE_WORDS[role][1:]) for role in ("fit", "held_out"))
        assert fit < held_out
        assert " of 1" not in text
        assert text.count(": inside") + text.count(": outside") == 2
        assert "made-up: in work, share" in text
        assert "Of 2 outcomes, 0.1 would be outside by chance" in text
        assert both.of("made-up").rows == found.rows  # whatever is played beside it, and where
        assert both.of("another").trial.name == "another"
        assert {path.name for path in both.save(tmp_path / "out")} >= {"trials.csv", "plays.csv"}
        with pytest.raises(InputError, match='of: there is no trial "anoter"; did you mean'):
            both.of("anoter")
        assert found.to_dataset().predicted.dims == ("trial", "outcome")
        assert len(found.plays_frame()) == 40

    def test_command_finds_what_python_finds(self, call, file, found):
        given = ("--draws", "40", "--no-progress", "--engine", "numpy", "--json")
        code, out, errors = call("trials", file, *given)
        assert (code, errors) == (0, "")
        told = json.loads(out)
        assert (told["draws"], told["seed"], len(told["needs"])) == (40, "1", 1)
        assert told["rows"][0]["predicted"] == found.rows[0].predicted

    def test_command_lists_what_there_is(self, call):
        code, out, _ = call("trials", "--list")
        assert code == 0
        assert all(name in out for name in js.trial_names())


NO_ERROR = {"standard_error": None}
WRONG = [
    ({"arms": {"treated": {"label": "a", "persons": 0}, "control": {"label": "b", "persons": 1}}},
     r"arms\.treated\.persons: must be at least 1 \(persons\), got 0"),
    ({"arms": {"treated": {"label": "a", "persons": 1}}}, "arms: at least two are needed"),
    ({"outcomes": [{**OUTCOME, "by_week": 13}]},
     r"outcomes\.0\.by_week: must be within the 12 weeks of the setting, got 13"),
    ({"outcomes": [_given({**OUTCOME, "standard_error": None, "interval": [0.0, 0.2]})]},
     "level: is missing; an interval needs its level"),
    ({"outcomes": [{**OUTCOME, "interval": [0.0, 0.2], "level": 0.95}]}, "not both"),
    ({"outcomes": [_given({**OUTCOME, **NO_ERROR, "interval": [0.2, 0.3], "level": 0.9})]},
     r"interval: must rise and hold the estimate \(0\.1\), got 0\.2 to 0\.3"),
    ({"outcomes": [{**OUTCOME, "unit": "weeks"}]},
     'a difference in exit_share_to_work is in share, percentage points, got "weeks"'),
    ({"outcomes": [{**OUTCOME, "arms": ["treated", "contrl"]}]},
     'there is no arm "contrl"; did you mean "control"'),
    ({"outcomes": [{**OUTCOME, "arms": ["treated"]}]}, "a difference is of 2, got treated"),
    ({"outcomes": [{**OUTCOME, "contrast": "level", "arms": ["treated", "control"]}]},
     "a level is of 1, got treated, control"),
    ({"outcomes": [OUTCOME, OUTCOME]}, '"in work" is taken by another outcome'),
    ({"outcomes": []}, "outcomes: "),
    ({"outcomes": [{**OUTCOME, "address": "example"}]},
     r"outcomes\.0: address: must begin with http:// or https://, got"),
    ({"outcomes": [{**OUTCOME, "payer": "state"}]}, "payer: net_cost needs one"),
    ({"outcomes": [{**OUTCOME, "measure": "net_cost", "unit": "DKK", "payer": "stat"}]},
     'there is no payer "stat"; did you mean "state"'),
    ({"assignment": "competing"}, "arms: each needs a group of its own"),
    ({"setting": {"group": None}}, r"setting\.group: is missing"),
    ({"setting": {"copies": {"a": "all"}}}, "group and copies are for arms that compete"),
    ({"assumptions": {HAZARD: known(0.1, 0.1)}}, r"stand in setting\.assumptions"),
    ({"setting": {"changes": {"horizon.weeks": 5}}}, r"horizon\.weeks: how long it is"),
    ({"arms": {
        "treated": {"label": "a", "persons": 1, "changes": tomllib.loads("meetings.max_boost = 2")},
        "control": {"label": "b", "persons": 1},
     }}, r'^[^;]*arms\.treated\.changes: meetings\.max_boost: .* quotes, "meetings\.max_boost" = '),
    ({"setting": {"changes": {"regular_service": {"interval_weeks": [2]}}}},
     r'setting\.changes: regular_service\.interval_weeks: paths stand in quotes'),
    ({"arm": {}}, 'unknown name "arm"; did you mean "arms"'),
]  # fmt: skip
UNPLAYABLE = [
    ({"setting": {"group": "al"}}, r'setting\.group: there is no group "al"; did you mean "all"'),
    ({"setting": {"changes": {"groups.all.stok": 1}}},
     r'setting\.changes: groups\.all\.stok: there is no "stok"'),
    ({"setting": {"assumptions": {"groups.al.key": known(0.1, 0.1)}}},
     r'setting\.assumptions: groups\.al\.key: there is no "al"'),
    ({"arms": {
        "treated": {"label": "a", "persons": 1, "changes": {"regular_service.ftee": 1.0}},
        "control": {"label": "b", "persons": 1},
     }}, r'arms\.treated\.changes: regular_service\.ftee: there is no "ftee"'),
    ({"arms": {c: {"label": c, "persons": 10_000_000} for c in ("treated", "control")}},
     "GiB are allowed"),
]  # fmt: skip


class TestRefused:
    @pytest.mark.parametrize(("parts", "line"), WRONG)
    def test_a_file_that_is_wrong(self, tmp_path, parts, line):
        with pytest.raises(InputError, match=line):
            Trial.from_dict(stated(tmp_path / "place.toml", **parts))

    @pytest.mark.parametrize(("parts", "line"), UNPLAYABLE)
    def test_a_trial_that_cannot_be_played(self, tmp_path, parts, line):
        one = trial(plain(), tmp_path, **parts)
        with pytest.raises(InputError, match=f"made-up: .*{line}"):
            js.trials(one, draws=40, **HOW)

    @pytest.mark.parametrize(
        ("given", "line"),
        [
            ({"draws": 39}, "draws: must be a whole number from 40"),
            ({"trials": []}, "trials: name at least one"),
            ({"trials": [1]}, "trials: must be a Trial, its name or its path, got int"),
            ({"trials": "nowhere"}, 'there is no trial "nowhere"'),
            ({"replications": 5}, "replications: trials takes none"),
            ({"seed": -1}, "seed: must be a whole number"),
            ({"study": "x"}, "study: trials takes none"),
            ({"drawz": 50}, 'there is no argument "drawz"; did you mean "draws"'),
        ],
    )
    def test_an_argument_that_is_wrong(self, file, given, line):
        with pytest.raises(InputError, match=line):
            js.trials(**{"trials": file, **HOW, **given})

    def test_a_trial_given_twice(self, file):
        with pytest.raises(InputError, match='"made-up" is given twice'):
            js.trials([file, file], draws=40, **HOW)

    def test_costs_of_others_are_not_divided_unequally(self, tmp_path):
        money = {"measure": "net_cost", "unit": "DKK", "payer": "state"}
        arms = {"treated": {"label": "a", "persons": 5}, "control": {"label": "b", "persons": 6}}
        one = trial(
            of_town(), tmp_path, group="job_ready", arms=arms, outcomes=[{**OUTCOME, **money}]
        )
        with pytest.raises(InputError, match="net_cost needs arms of equal size"):
            js.trials(one, draws=40, **HOW)

    @pytest.mark.parametrize(
        ("copies", "line"),
        [
            ({"a": "al", "b": "all"}, r'setting\.copies\.a: there is no group "al"'),
            ({"all": "all", "b": "all"}, r"setting\.copies\.all: the scenario has a group"),
        ],
    )
    def test_copies_of_nobody(self, tmp_path, copies, line):
        arms = {code: {"label": code, "persons": 5, "group": code} for code in copies}
        one = trial(
            *(plain(), tmp_path),
            **{"assignment": "competing", "setting": {"copies": copies, "group": None}},
            arms=arms,
        )
        with pytest.raises(InputError, match=line):
            js.trials(one, draws=40, **HOW)

    def test_command_ends_with_two_and_one_line(self, call, tmp_path):
        trial(plain(), tmp_path)
        path = tmp_path / "wrong.toml"
        text = Trial.from_dict(stated(tmp_path / "place.toml")).to_toml()
        path.write_text(text.replace("by_week = 12", "by_week = 99"), encoding="utf-8")
        code, out, errors = call("trials", path)
        assert (code, out) == (2, "")
        assert errors.count("\n") == 1
        assert "by_week: must be within the 12 weeks of the setting, got 99" in errors


def test_an_end_that_a_place_refuses_is_left_out(tmp_path):
    """A probability above 1; and weeks are whole between the ends of their range, too."""
    cool = {**known(4.0, 0.1), "low": 3.0, "high": 6.0}
    absent = {**known(0.1, 0.1), "low": 0.05, "high": 1.2}
    weeks, path = "small_jobs.cool_weeks", "groups.job_ready.no_show_probability"
    place = of_town(small_jobs__cool_weeks=4, assumptions={weeks: cool, path: absent})
    arms = {code: {"label": code, "persons": 20} for code in ("treated", "control")}
    outcomes = [{**OUTCOME, "estimate": 0.0}]
    one = trial(place, tmp_path, group="job_ready", weeks=12, arms=arms, outcomes=outcomes)
    found = js.trials(one, draws=40, **HOW)
    lines = found.needs_frame().set_index("path")
    assert lines.at_high.isna().to_dict() == {weeks: False, path: True}
