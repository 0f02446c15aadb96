"""Which two scenarios are laid beside each other; may import scenario."""

from __future__ import annotations

from jobsim.errors import InputError
from jobsim.scenario import Scenario

__all__ = ["beside"]


def beside(scenario: object, baseline: object | None) -> tuple[Scenario, Scenario]:
    """Check a scenario and its baseline; without one, the place without programmes.

    Raises
    ------
    InputError
        If one of them is not a scenario, or they do not cover the same weeks.
    """
    for what, given in (("scenario", scenario), ("baseline", baseline)):
        if not isinstance(given, Scenario) and not (what == "baseline" and given is None):
            raise InputError(f"{what}: must be a Scenario, got {type(given).__name__}")
    assert isinstance(scenario, Scenario)
    against = baseline if isinstance(baseline, Scenario) else scenario.without_programmes()
    ours, other = scenario.horizon, against.horizon
    if other != ours:
        raise InputError(
            f"baseline: must cover the same weeks as the scenario ({ours.weeks} from "
            f"{ours.start}), got {other.weeks} from {other.start}"
        )
    return scenario, against
