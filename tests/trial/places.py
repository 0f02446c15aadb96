"""Trials for tests: in a place with constant hazards, and among all that can happen in a town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jobsim.analysis.playing.options import run_options
from jobsim.scenario.files import read_named_or_file
from jobsim.trial.document import Trial
from jobsim.trial.playing import Theatre, theatre_of
from tests.factory import small_town_data

HAZARD = "groups.all.job_finding_hazard_per_week"
HOW: dict[str, Any] = {"engine": "numpy", "progress": False}
OUTCOME = {
    "label": "in work",
    "measure": "exit_share_to_work",
    "by_week": 12,
    "unit": "share",
    "estimate": 0.1,
    "standard_error": 0.02,
    "source": "Nobody (2026), nowhere",
    "address": "https://example.org/trial",
    "role": "held_out",
}


def plain(spread: float | None = None) -> dict[str, Any]:
    """The place of one constant hazard, whose people only find work, once."""
    data = read_named_or_file("intervals", package="jobsim.verification")
    data["supports"] = {}
    data["groups"]["all"] |= {"stock": 0, "inflow_per_week": 0.0}
    if spread is not None:
        data["assumptions"] = {HAZARD: known(0.06, spread)}
    return data


def known(median: float, spread: float) -> dict[str, Any]:
    """Entry of a register: a judgement with a lognormal distribution."""
    distribution = {"name": "lognorm", "parameters": {"s": spread, "scale": median}}
    range_ = {"low": median / 2, "high": 2 * median}
    return {"kind": "judgement", "reason": "made up", "distribution": distribution, **range_}


def trial(
    place: dict[str, Any], folder: Path, *, group: str = "all", weeks: int = 12, **parts: Any
) -> Trial:
    """A trial beside the file of its setting, read as `load` reads it."""
    from jobsim.scenario import Scenario

    path = folder / "place.toml"
    Scenario.from_dict(place).save(path, force=True)
    return Trial.from_dict(stated(path, group=group, weeks=weeks, **parts))


def stated(
    path: Path, *, group: str = "all", weeks: int = 12, persons: int = 300, **parts: Any
) -> dict[str, Any]:
    """What the file of a trial states: the first arm finds work half as quickly again."""
    hazard = f"groups.{group}.job_finding_hazard_per_week"
    arms = {
        "treated": {"label": "More", "persons": persons, "changes": {f"{hazard}.scale": 1.5}},
        "control": {"label": "As usual", "persons": persons},
    }
    setting = {"scenario": str(path), "group": group, "weeks": weeks, **parts.pop("setting", {})}
    data = {
        "name": "made-up",
        "title": "A made-up trial",
        "design": "randomised",
        "setting": setting,
        "arms": arms,
        "outcomes": [OUTCOME],
    }
    return {**data, **parts}


def of_town(**changes: object) -> dict[str, Any]:
    """The small town, where people come back, take small jobs, get supports and wait."""
    return small_town_data(**changes)


def staged(found: Trial, draws: int = 40, **how: Any) -> Theatre:
    """A trial ready to be played."""
    return theatre_of(found, run_options({**HOW, **how}), draws)
