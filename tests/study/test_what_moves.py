"""What draws of a study move is what they move in any question."""

from __future__ import annotations

from typing import ClassVar

import pytest

import jobsim as js
from jobsim.analysis.setting.case import case_of
from jobsim.errors import InputError
from jobsim.study import Study
from jobsim.study.plan import StudyPlan
from jobsim.study.plan_text import StudyDesign
from tests.factory import small_town
from tests.study.quick import HOW, draws, town

BASELINE = {"groups.job_ready.meeting_gain": 0.1}
REFUSAL = (
    "groups.job_ready.meeting_gain: is 0.2 in the scenario and 0.1 in the baseline; say what "
    'moves: move="both" or move="scenario"'
)
FTE, GAIN = "regular_service.fte", "groups.job_ready.meeting_gain"


def planned(design: StudyDesign) -> StudyPlan:
    """A town beside itself, so that only the draws can part them."""
    case = case_of(small_town(), small_town())
    rows = ({FTE: 3.0, GAIN: 0.3},)
    return StudyPlan({"town": case}, {"denmark": case.prices}, design, 1, 1, 1, lambda _: rows)


def test_a_table_names_its_paths_so_that_policy_moves_the_scenario_alone():
    ours, theirs = planned(StudyDesign(1, "table", None)).worlds()
    assert ours.changes == {FTE: 3.0, GAIN: 0.3}
    assert theirs.changes == {GAIN: 0.3}


def test_a_draw_that_parts_the_regular_services_leaves_one_past(tmp_path):
    """What is played is found where it is read, and the same as in any other question."""
    ours = town(regular_service__before=None, groups__job_ready__lasting_gain=0.1)
    rows = [{"regular_service.interval_weeks": weeks} for weeks in ([2], [4, 13])]
    with Study(tmp_path / "a") as study:
        study.run({"town": ours}, baseline=ours, draws=rows, replications=2, **HOW)
        outcomes = study.outcomes(["placements"])
    swept = js.sweep(ours, rows, baseline=ours, measures=["placements"], replications=2, **HOW)
    means = outcomes["placements"].mean("replication").values.ravel()
    assert list(means) == list(swept.to_frame()["mean"])


@pytest.mark.parametrize(("named", "moving"), [(None, "assumed"), ((GAIN,), "auto")])
def test_what_is_drawn_unnamed_is_assumed_of_the_place(named, moving):
    assert StudyDesign(2, "sobol", named).moving == moving


@pytest.fixture
def study(tmp_path):
    """A study in an empty folder, closed afterwards."""
    found = Study(tmp_path / "a")
    yield found
    found.close()


class TestBaselineThatDiffers:
    """A baseline that is given and differs at a drawn fact of the world, as in `psa`."""

    how: ClassVar = {"replications": 2, **HOW}

    @pytest.mark.parametrize("drawn", [{"draws": draws(2)}, {"draws": 2, "parameters": [GAIN]}])
    def test_is_refused_before_anything_is_written(self, tmp_path, drawn):
        other = town().with_(BASELINE)
        with pytest.raises(InputError) as refusal:
            Study(tmp_path / "a").run(town(), baseline=other, **drawn, **self.how)
        assert str(refusal.value) == REFUSAL
        assert not (tmp_path / "a").exists()
        with pytest.raises(InputError) as refusal:
            js.psa(town(), baseline=other, draws=draws(2), **self.how)
        assert str(refusal.value) == REFUSAL

    def test_is_refused_among_several_and_where_one_is_added(self, study):
        alike = town(name="alike").with_(BASELINE)
        asked = {"baseline": town().with_(BASELINE), "draws": draws(2)}
        with pytest.raises(InputError, match="in the scenario and"):
            study.run([alike, town()], **asked, **self.how)
        study.run(alike, **asked, **self.how)
        with pytest.raises(InputError, match="in the scenario and"):
            study.extend(scenarios=town(), baseline=asked["baseline"])

    def test_plays_when_told_what_moves(self, study):
        asked = {"baseline": town().with_(BASELINE), "draws": draws(2), "move": "scenario"}
        assert study.run(town(), **asked, **self.how).done == 3  # the baseline once
        assert study.run(town(), **asked, **self.how).simulated == 0
        with pytest.raises(InputError, match="holds another plan"):
            study.run(town(), **{**asked, "move": "both"}, **self.how)
        assert study.extend(draws=draws(3), **HOW).done == 4

    def test_needs_no_word_where_policy_differs(self, study):
        staff = town().with_({FTE: 3.0})
        assert study.run(town(), baseline=staff, draws=draws(1), **self.how).done == 2

    def test_a_word_that_is_none(self, study):
        with pytest.raises(InputError, match='did you mean "both"'):
            study.run(town(), draws=2, move="bot", **self.how)
