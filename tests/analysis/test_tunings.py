"""Tunings that fit the figures equally well."""

import pytest

from jobsim.analysis.attributing.parts import equally_good
from jobsim.errors import InputError
from tests.factory import small_town

QUIET = {"progress": False, "replications": 10}
HAZARD = "groups.job_ready.job_finding_hazard_per_week"


def fitted(value=20.0, tolerance=3.0, role="fitted"):
    claim = {
        "label": "Into work",
        "measure": "placements",
        "year": 2018,
        "groups": ["job_ready"],
        "value": value,
        "tolerance": tolerance,
        "source": "article",
        "role": role,
    }
    return small_town(horizon__weeks=53, claims={"work": claim})


def mean_of(town):
    return 20.0 + 3.0 * equally_good(town, [{}], **QUIET).candidates[0].misses[0]


def test_what_misses_a_figure_is_not_kept():
    town = fitted(value=mean_of(fitted()))
    found = equally_good(town, [{}, {HAZARD: 0.05}, {"meetings.max_boost": 0.59}], **QUIET)
    assert [one.worst <= 0.5 for one in found.candidates] == [True, False, True]
    assert len(found) == 2
    assert next(iter(found)).with_({}) == town
    assert found.candidates[0].worst == pytest.approx(0.0, abs=1e-9)
    assert list(found.to_frame()["kept"]) == [True, False, True]


def test_how_near_is_said_in_tolerances():
    town = fitted(value=mean_of(fitted()) + 2.0)
    assert equally_good(town, [{}], within=0.6, **QUIET).kept == ()
    assert len(equally_good(town, [{}], within=0.7, **QUIET)) == 1
    assert "0 of 1 tunings" in repr(equally_good(town, [{}], within=0.6, **QUIET))


def test_a_scenario_is_a_candidate_too():
    town = fitted()
    (miss,), (same,) = (one.misses for one in equally_good(town, [town, {}], **QUIET).candidates)
    assert miss == same


def test_a_candidate_that_is_not_valid_is_recorded():
    found = equally_good(fitted(), [{HAZARD: -1.0}, {}], **QUIET)
    assert HAZARD in (found.candidates[0].error or "")
    assert found.candidates[0].scenario is None
    assert len(found.candidates) == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"scenario": fitted(role="held_out")}, "no claim is fitted"),
        ({"candidates": []}, "candidates: there are none"),
        ({"within": 0}, "within: must be a number of tolerances above 0"),
        ({"candidates": ["esbjerg-2018"]}, "must be a Scenario or a mapping"),
    ],
)
def test_bad_input_is_one_line(given, says):
    full = {"scenario": fitted(), "candidates": [{}], **given}
    with pytest.raises(InputError, match=says):
        equally_good(**full, **QUIET)
