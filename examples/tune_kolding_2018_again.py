"""Tune kolding-2018 many times over, and say what the figures identify of the fall in recipients.

The article's four figures fix four numbers: the inflow of 2017 and of 2018, and the openings that a
consultant finds early and late. Everything else that is uncertain may lie anywhere in its plausible
range, also how far the inflow before 2017 was from keeping the stock at rest. Here it is put to
points spread over those ranges, the four numbers are tuned again at each, and the fall of 225
recipients is divided between small jobs, upswing and inflow under every tuning that fits as well.
Takes some three minutes.

    python examples/tune_kolding_2018_again.py
"""

from __future__ import annotations

from fitting import fit
from scipy.stats import qmc
from tune_kolding_2018 import (
    JOB_FINDING,
    KNOBS,
    OTHER_EXIT,
    TARGETS,
    inflow_corrections,
    scenario_with,
)

from jobsim import Scenario, Schedule, attribute, equally_good, register

CANDIDATES = 16
FIXED = {"inflow_2019": 0.59}
"""What happens after the figures does not matter to them."""
TUNED = ("inflow_2017", "inflow_2018", "openings_early", "openings_late")
FACTORS = {
    "job_finding_factor": ("groups.job_ready.job_finding_hazard_per_week", JOB_FINDING),
    "other_exit_factor": ("groups.job_ready.other_exit_hazard_per_week", OTHER_EXIT),
}
"""Hazards, of all groups together."""
ANYWHERE = (
    "tightness_elasticity",
    "return_share",
    "frailty_variance",
    "small_jobs.hazard_multiplier",
    "small_jobs.experience_multiplier",
    "small_jobs.openings_elasticity",
    "labour_market.reference_tightness",
)
"""Endings of other paths; what ends alike is moved alike, in all groups."""
BEFORE = (0.5, 1.2)
"""Inflow before 2017 relative to that at rest: the register's range. No figure speaks of it."""
LISTED = {"climb_probabilities": (0.45, 1.35), "drop_probabilities": (0.5, 1.6)}
"""Factors on lists whose plausible range the register states for their entries, ends inside it."""


def candidates(base: Scenario) -> list[tuple[Scenario, dict[str, float]]]:
    """Places with uncertain numbers spread evenly over their ranges, and factors on the others."""
    known = ranges(base)
    width = 1 + len(FACTORS) + len(ANYWHERE) + len(LISTED)
    points = qmc.Sobol(width, scramble=False).random(CANDIDATES)
    return [_candidate(base, known, list(point)) for point in points]


def ranges(base: Scenario) -> dict[str, tuple[float, float]]:
    """Plausible range of each number for which the register states one."""
    stated = ((row.path, row.assumption) for row in register(base).rows)
    return {path: (one.low, one.high) for path, one in stated if one and one.low is not None}


def _candidate(
    base: Scenario, known: dict[str, tuple[float, float]], point: list[float]
) -> tuple[Scenario, dict[str, float]]:
    factors = {"before": BEFORE[0] + point.pop() * (BEFORE[1] - BEFORE[0])}
    for name, (path, plain) in FACTORS.items():
        (low, high), share = known[path], point.pop()
        factors[name] = (low + share * (high - low)) / plain["job_ready"]
    changes: dict[str, object] = {}
    for ending in ANYWHERE:
        share = point.pop()
        for path, (low, high) in known.items():
            if path.endswith(ending):
                changes[path] = low + share * (high - low)
    for ending, (low, high) in LISTED.items():
        share = point.pop()
        for code in base.groups:
            changes[f"groups.{code}.small_jobs.{ending}.scale"] = low + share * (high - low)
    return base.with_(changes), factors


def tuned_again(place: Scenario, factors: dict[str, float]) -> Scenario:
    """The place with the four numbers tuned to the figures again.

    An inflow below zero cannot be had: who needs one does not fit.
    """
    corrections = inflow_corrections(place)
    fixed = FIXED | factors

    def make(values: dict[str, float]) -> Scenario:
        possible = {name: max(0.0, value) for name, value in values.items()}
        return scenario_with(place, possible | fixed, corrections)

    knobs = [knob for knob in KNOBS if knob.name in TUNED]
    result = fit(make, knobs, TARGETS[:4], replications=50, steps=4)
    shown = (f"{name} {value:.2f}" for name, value in (result.values | factors).items())
    print("  " + ", ".join(shown), flush=True)
    return with_inflow_before(make(result.values), factors["before"])


def with_inflow_before(scenario: Scenario, share: float) -> Scenario:
    """Change the first step of the inflow, which lies before the run."""
    changes: dict[str, object] = {}
    for code, group in scenario.groups.items():
        at_rest, *later = group.inflow_per_week.values
        changed = Schedule(group.inflow_per_week.dates, (at_rest * share, *later))
        changes[f"groups.{code}.inflow_per_week"] = changed
    return scenario.with_(changes)


def main() -> None:
    """Tune, keep what fits, divide the fall."""
    base = Scenario.load("kolding-2018")
    tunings = [tuned_again(place, factors) for place, factors in candidates(base)]
    kept = equally_good(base, tunings, within=0.25, progress=False)
    print(kept)
    for since in ("recipients_2017", None):
        divided = attribute(
            base, measure="recipients_2018", since=since, tunings=kept, progress=False
        )
        print(divided)


if __name__ == "__main__":
    main()
