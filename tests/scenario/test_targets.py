"""Figures of the real place in the file: what they must say, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from jobsim.errors import ScenarioError
from jobsim.scenario import Scenario, Target
from tests.factory import small_town_data


def town_with(**changes: object) -> Scenario:
    """The small town, its first target changed; None takes an entry away."""
    data = small_town_data()
    told: dict[str, Any] = data["targets"]["recipients_2018"] | changes
    data["targets"]["recipients_2018"] = {k: v for k, v in told.items() if v is not None}
    return Scenario.from_dict(data)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"measure": "recipient"}, 'no measure "recipient"; did you mean "recipients"'),
        ({"measure": "net_saving"}, 'no measure "net_saving"'),
        ({"groups": ["job_redy"]}, 'no group "job_redy"; did you mean "job_ready"'),
        ({"source": "artikel"}, 'no source "artikel"'),
        ({"of": "difference"}, "of: must be 'scenario'"),
        ({"rounded_to": None}, "needs standard_error or, where everybody was counted, rounded_to"),
        ({"standard_error": 2.0}, "needs standard_error or"),
        ({"rounded_to": 0.0}, "rounded_to: must be above 0"),
        ({"value": math.nan}, "value: must be a finite number"),
        ({"value": 1e300}, r"value: must be at most 1e\+15"),
        ({"rounded_to": 1e300}, r"rounded_to: must be at most 1e\+15"),
        ({"groups": []}, "groups: is empty; leave it out to mean all groups"),
        ({"value": -30.0}, r"value must be 0 or more \(persons\), got -30"),
        ({"month": 13}, "month: must be at most 12"),
        ({"role": "fitted"}, "role: must be 'fit' or 'held_out'"),
    ],
)
def test_what_a_target_may_not_say(changes, words):
    with pytest.raises(ScenarioError, match=f"targets.recipients_2018.*{words}"):
        town_with(**changes)


def test_a_count_rounded_to_tens_is_off_evenly_by_up_to_five():
    error = town_with(rounded_to=10.0).targets["recipients_2018"].error
    evenly = [(place + 0.5) / 1000 * 10 - 5 for place in range(1000)]
    assert error == pytest.approx(math.sqrt(sum(x * x for x in evenly) / 1000), rel=1e-5)


def test_a_target_says_its_period_and_its_error():
    target = Target(measure="placements", year=2018, value=1.0, standard_error=3.0, source="a")
    assert (target.when, target.error, target.role) == ("2018", 3.0, "fit")
    assert town_with().targets["recipients_2018"].when == "2018-06"
