"""Trials pooled: a figure moves what it speaks of and nothing else, and what is handed on is it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import jobsim as js
from jobsim.analysis.setting.steady_state import SteadyState
from jobsim.errors import InputError
from jobsim.trial import playing, synthesis
from jobsim.trial.meeting_effects import BETWEEN, MeetingEffects
from jobsim.trial.pooled import PooledEffects, pooled, source_of

EFFECTS = MeetingEffects.load("meetings")
POOLED = PooledEffects.load("pooled")
HOW = {"draws": 128, "engine": "numba", "progress": False}


def made_up(
    estimate: float, error: float, people: str = "insured", name: str = "made-up"
) -> js.Trial:
    """Meetings every second week, for people who otherwise have none within the twelve weeks."""
    path = "regular_service."
    return js.Trial.from_dict(
        {
            "name": name,
            "title": "A made-up trial",
            "design": "randomised",
            "setting": {
                "scenario": "insured",
                "group": "participants",
                "people": people,
                "weeks": 12,
                "changes": {f"{path}first_meeting_weeks": 20},
            },
            "arms": {
                "treated": {
                    "label": "Meetings",
                    "persons": 400,
                    "changes": {f"{path}first_meeting_weeks": 0, f"{path}interval_weeks": [2]},
                },
                "control": {"label": "None", "persons": 400},
            },
            "outcomes": [
                {
                    "label": "found work",
                    "measure": "exit_share_to_work",
                    "by_week": 12,
                    "contrast": "ratio",
                    "unit": "per cent",
                    "estimate": estimate,
                    "standard_error": error,
                    "source": "Nobody (2026), nowhere",
                    "address": "https://example.org/trial",
                    "role": "fit",
                }
            ],
        }
    )


@pytest.fixture(scope="module", autouse=True)
def _quickly():
    """Effects averaged over fewer people, which is enough to tell 5 from 45 per cent."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(playing, "_ENOUGH", 400)
        patched.setattr(synthesis, "CHANCE_TRIALS", 40)
        patched.setattr("jobsim.questions.synthesise._POSTERIOR_DRAWS", 512)
        yield


@pytest.fixture(scope="module")
def weak(_quickly):
    return js.synthesise([made_up(5.0, 1.0)], **HOW)


@pytest.fixture(scope="module")
def strong(_quickly):
    return js.synthesise([made_up(45.0, 1.0)], **HOW)


def test_a_larger_figure_gives_a_larger_gain(weak, strong):
    gains = [one.row("meeting_gain").posterior for one in (weak, strong)]
    assert gains[0] < EFFECTS.numbers["meeting_gain"].prior.frozen().median() < gains[1]


def test_what_no_trial_speaks_of_stays_as_it_was_thought(strong):
    for name in ("scale.integration", "meeting_exit.integration", "scale.activity_ready"):
        row = strong.row(name)
        assert row.identified == "not"
        assert abs(row.posterior / row.prior - 1) < 0.1


def test_the_fit_is_as_near_to_a_figure_as_its_error_and_the_places_allow(strong):
    """With one trial the place may explain part of it: the model's own effect is nearer to 0."""
    (line,) = strong.trials_frame().to_dict("records")
    assert line["published"] == 45.0
    assert line["low"] < line["fitted"] < line["high"]
    assert line["fitted"] > 25
    assert strong.learned.values[BETWEEN].min() >= 0


def test_without_error_bars_to_speak_of_nothing_is_learned():
    found = js.synthesise([made_up(45.0, 1e4)], **HOW)
    assert {row.identified for row in found.rows} == {"not"}


def test_the_same_seed_gives_the_same_draws(weak):
    again = js.synthesise([made_up(5.0, 1.0)], **HOW)
    assert weak.draws_frame().equals(again.draws_frame())


def test_a_trial_of_another_kind_of_people_learns_of_their_scale(strong):
    found = js.synthesise([made_up(45.0, 1.0, "activity_ready")], **HOW)
    assert (
        found.row("scale.activity_ready").posterior > strong.row("scale.activity_ready").posterior
    )


def test_it_is_printed_with_what_was_learned(weak):
    text = str(weak)
    assert "What trials together say of meetings" in text
    assert "made-up: found work, per cent" in text
    assert list(weak.frames()) == ["effects", "trials", "draws"]


def test_entries_of_a_register_are_nearly_the_draws(weak):
    path = "groups.insured.meeting_gain"
    entry = weak.pooled.assumptions[path]
    draws = EFFECTS.elsewhere(
        weak.learned.values, np.random.default_rng(1).standard_normal((512, 2))
    )["meeting_gain"]
    frozen = entry.distribution.frozen()
    assert stats.kstest(draws, frozen.cdf).statistic < 0.12
    assert frozen.ppf(0.5) == pytest.approx(weak.pooled.values[path], rel=0.1)
    assert "prior only" in weak.pooled.assumptions["groups.integration.lasting_gain"].reason


def test_places_differ_as_much_as_is_said():
    values = {name: np.full(512, 0.2) for name in EFFECTS.parameters}
    scores = np.random.default_rng(2).standard_normal((512, 2))
    found = EFFECTS.elsewhere(values, scores)
    assert np.std(np.log(found["lasting_gain"])) == pytest.approx(0.2, rel=0.1)
    assert np.array_equal(found["meeting_gain"], found["lasting_gain"])
    assert not np.array_equal(found["meeting_gain"], found["meeting_exit.job_ready"])
    assert np.array_equal(found["half_life_weeks"], values["half_life_weeks"])


def test_what_comes_with_jobsim_is_of_the_trials_that_come_with_it():
    fitted = {
        name
        for name in js.trial_names()
        if any(one.role == "fit" for one in js.Trial.load(name).outcomes)
    }
    for path, entry in POOLED.assumptions.items():
        assert set(entry.inputs) == fitted, path
        assert set(entry.sources) == {source_of(name) for name in fitted}
        low, high = entry.low, entry.high
        assert low < POOLED.values[path] < high
    assert set(POOLED.values) == set(POOLED.assumptions)


def test_numbers_are_laid_on_a_scenario_with_where_they_come_from():
    town = js.Scenario.load("esbjerg-2018").with_({"groups.job_ready.meeting_gain": 0.3})
    laid = POOLED.laid_on(town, {"job_ready": "activity_ready"})
    group = laid.groups["job_ready"]
    assert group.lasting_gain == POOLED.values["groups.activity_ready.lasting_gain"]
    entry = laid.assumptions["groups.job_ready.lasting_gain"]
    assert entry == POOLED.assumptions["groups.activity_ready.lasting_gain"]
    hazards = ("job_finding_hazard_per_week", "other_exit_hazard_per_week")
    assert laid.changed == tuple(f"groups.job_ready.{one}" for one in hazards)
    assert POOLED.laid_on(laid, {"job_ready": "activity_ready"}) == laid


def test_flows_under_the_regular_service_stay_as_they_were():
    """And would not, with the same hazards."""
    town = _fading_only("kolding-2018")
    people = {code: code for code in town.groups}
    before, laid, as_they_were = (
        [(found.inflow_per_week, found.employed_pool) for found in _at_rest(one)]
        for one in (
            town,
            POOLED.laid_on(town, people),
            POOLED.laid_on(town, people, keep_flows=False),
        )
    )
    assert laid == [
        (pytest.approx(inflow, rel=2e-3), pytest.approx(pool, abs=1)) for inflow, pool in before
    ]
    assert abs(as_they_were[0][0] / before[0][0] - 1) > 0.02


def _fading_only(preset: str) -> js.Scenario:
    """A place whose meetings do nothing but raise job finding for some weeks."""
    town = js.Scenario.load(preset)
    lasting = ("lasting_gain", "meeting_exit_probability")
    return town.with_({f"groups.{code}.{one}": 0 for code in town.groups for one in lasting})


def _at_rest(scenario: js.Scenario) -> list[SteadyState]:
    return [js.steady_state(scenario, code) for code in scenario.groups]


def test_hazards_that_no_choice_of_theirs_can_keep_are_refused():
    town = _fading_only("esbjerg-2018").with_(
        {"groups.job_ready.other_exit_hazard_per_week": 0.0001}
    )
    with pytest.raises(InputError, match="no hazards keep the flows of the regular service"):
        POOLED.laid_on(town, {"job_ready": "job_ready"})


def test_draws_of_what_was_laid_go_together():
    laid = POOLED.laid_on(js.Scenario.load("esbjerg-2018"), {"job_ready": "job_ready"})
    drawn = js.parameter_draws(laid, 512).to_frame()
    (strongest,) = [
        max(
            POOLED.entries({"job_ready": "job_ready"})["correlations"],
            key=lambda one: abs(one.rank_correlation),
        )
    ]
    rho = stats.spearmanr(drawn[strongest.of[0]], drawn[strongest.of[1]]).statistic
    assert rho == pytest.approx(strongest.rank_correlation, abs=0.08)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"trials": ["hig-1"]}, 'there is no trial "hig-1"'),
        ({"trials": ["fair-2002"]}, "none of them has a figure of role fit"),
        ({"trials": [made_up(5.0, 1.0, "nobody")]}, "nothing is known of people"),
        ({"draws": 10}, "draws: must be"),
        ({"effects": "meeting"}, 'there is no file of effects "meeting"'),
        ({"replications": 5}, "replications: synthesise takes none"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(given, line):
    with pytest.raises(InputError) as error:
        js.synthesise(**{"progress": False, **given})
    assert line in str(error.value)
    assert "\n" not in str(error.value)


def test_people_that_are_not_known_are_told_with_the_nearest():
    with pytest.raises(InputError, match='job_ready: nothing is known of people "job_redy"'):
        POOLED.entries({"job_ready": "job_redy"})


@pytest.mark.parametrize("groups", [{}, ["job_ready"], None])
def test_groups_are_named_with_their_people(groups):
    with pytest.raises(InputError, match=r"groups: must be \{group: people\}"):
        POOLED.laid_on(js.Scenario.load("esbjerg-2018"), groups)


def test_what_is_no_scenario_is_refused():
    with pytest.raises(InputError, match="scenario: must be a Scenario, got str"):
        POOLED.laid_on("esbjerg-2018", {"job_ready": "job_ready"})


def test_a_path_without_a_group_is_refused_where_people_differ():
    data = EFFECTS.to_dict()
    data["numbers"]["meeting_gain"]["path"] = "meetings.gain"
    with pytest.raises(InputError, match="holds GROUP unless it is of all"):
        MeetingEffects.from_dict(data)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"numbers": {}}, "numbers and people: at least one of each is needed"),
        ({"people": {}}, "numbers and people: at least one of each is needed"),
        ({"numbers": {BETWEEN: "half_life_weeks"}}, "numbers.between: is what places differ by"),
        (
            {"numbers": {"first": "half_life_weeks", "second": "half_life_weeks"}},
            "numbers.first.path: meetings.half_life_weeks is that of another number",
        ),
    ],
)
def test_a_file_of_effects_that_cannot_be_is_refused(changes, line):
    data = EFFECTS.to_dict()
    for part, named in changes.items():
        data[part] = {code: data[part][one] for code, one in named.items()}
    with pytest.raises(InputError, match=line):
        MeetingEffects.from_dict(data)


def test_what_ends_in_the_prior_ends_in_the_register(weak):
    """A number that is the same everywhere; a gain differs by place, so that nothing ends it."""
    path = "meetings.first_meeting_factor"
    low, high = EFFECTS.ends_of(path)
    assert 0 < low < high < np.inf
    assert weak.pooled.assumptions[path].distribution.frozen().support() == (low, high)
    gain = weak.pooled.assumptions["groups.insured.meeting_gain"].distribution
    assert gain.frozen().support() == (0.0, np.inf)


def test_what_comes_with_jobsim_ends_where_the_priors_end():
    for path, entry in POOLED.assumptions.items():
        low, high = entry.distribution.frozen().support()
        ends = EFFECTS.ends_of(path)
        assert ends[0] <= low + 1e-9, path
        assert high <= ends[1] + 1e-9, path


def test_trials_that_contradict_each_other_are_named(weak):
    (one,) = weak.learned.evidence
    other = replace(one.theatre.stage, trial=made_up(400.0, 0.1, name="other"))
    beside = replace(one, theatre=replace(one.theatre, stage=other))
    learned = replace(
        weak.learned,
        evidence=[one, beside],
        expected=[*weak.learned.expected] * 2,
        sd=[*weak.learned.sd] * 2,
    )
    found = replace(weak, learned=learned)
    assert "Hardly true together with the others, whatever the place: other (found work)." in str(
        found
    )
    assert found.trials_frame()["z"].iloc[1] > 1.96 > abs(weak.trials_frame()["z"].iloc[0])
    assert "Hardly true" not in str(weak)


def test_groups_that_are_the_same_people_have_the_same_numbers():
    town = js.Scenario.load("kolding-2018")
    same = {"job_ready": "job_ready", "activity_ready": "job_ready"}
    laid = POOLED.laid_on(town, same, keep_flows=False)
    drawn = js.parameter_draws(laid, 64).to_frame()
    for name in ("meeting_gain", "lasting_gain"):
        one, other = (drawn[f"groups.{group}.{name}"] for group in same)
        assert np.allclose(one, other)


def test_it_says_what_it_is_in_a_line():
    assert repr(POOLED) == str(POOLED)
    assert repr(POOLED).startswith("<PooledEffects pooled: 1")
    assert repr(POOLED).endswith("of insured, job_ready, activity_ready, integration>")


def test_families_are_refitted_from_draws_alone(weak):
    trials = {"made-up": "insured"}
    again = pooled(EFFECTS, weak.learned.values, trials, 1)
    assert again == weak.pooled


def test_a_source_that_is_not_there_is_refused_with_the_nearest():
    data = EFFECTS.to_dict()
    data["people"]["job_ready"]["sources"] = ("caseload_far",)
    with pytest.raises(InputError, match='no source "caseload_far"; did you mean "caseload_fair"'):
        MeetingEffects.from_dict(data)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (["--register", "effects.txt"], "effects.txt: must end in .toml"),
        (["--effects", "nowhere"], 'there is no file of effects "nowhere"'),
        (["hig1-2006"], 'there is no trial "hig1-2006"; did you mean "hig1-2005"'),
        (["--draws", "1"], "draws: must be"),
    ],
)
def test_the_command_refuses_in_one_line(given, line, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, errors = call("synthesise", *given)
    assert (code, out) == (2, "")
    assert line in errors
    assert list(tmp_path.iterdir()) == []
