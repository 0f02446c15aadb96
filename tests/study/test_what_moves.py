"""What draws of a study move is what they move in any question."""

from __future__ import annotations

import pytest

from jobsim.analysis.setting.case import case_of
from jobsim.study.plan import StudyPlan
from jobsim.study.plan_text import StudyDesign
from tests.factory import small_town

FTE, GAIN = "regular_service.fte", "groups.job_ready.meeting_gain"


def planned(design: StudyDesign) -> StudyPlan:
    """A town beside itself, so that only the draws can part them."""
    case = case_of(small_town(), small_town())
    return StudyPlan({"town": case}, {"denmark": case.prices}, design, 1, 1, 1)


def test_a_table_names_its_paths_so_that_policy_moves_the_scenario_alone():
    rows = ({FTE: 3.0, GAIN: 0.3},)
    ours, theirs = planned(StudyDesign(1, "table", None, rows)).worlds()
    assert ours.changes == {FTE: 3.0, GAIN: 0.3}
    assert theirs.changes == {GAIN: 0.3}


@pytest.mark.parametrize(("named", "moving"), [(None, "assumed"), ((GAIN,), "auto")])
def test_what_is_drawn_unnamed_is_assumed_of_the_place(named, moving):
    assert planned(StudyDesign(2, "sobol", named, ())).moving == moving
