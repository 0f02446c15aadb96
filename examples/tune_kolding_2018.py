"""Tune kolding-2018 to the article's small jobs and recipients, and say what those identify.

Four figures of the article are fitted: small jobs started in 2017 and 2018, recipients in October
2017 and 2018; beyond them the stock follows the national one to October 2019. Seven numbers may be
turned: a factor on all hazards of finding a job, one on all other exits, the inflow of each year
relative to its level at rest, and the openings that a consultant finds early and late. The labour
market is the published one and is not turned. Prints the lines that go into the preset. Takes some
five minutes.

    python examples/tune_kolding_2018.py
"""

from __future__ import annotations

import datetime as dt

from fitting import Fit, Knob, Target, fit, recipients_in, starts_in
from steady_state import correct_inflow, drift, left_range, neutral, preset_lines

from jobsim import Scenario, Schedule, steady_state

JOB_FINDING = {"job_ready": 0.00749, "activity_ready": 0.00178, "integration": 0.0069}
"""Hazards per week before tuning, without meetings; the preset's register shows the arithmetic."""

OTHER_EXIT = {"job_ready": 0.0035, "activity_ready": 0.0044, "integration": 0.0025}
"""The same; what is settled at meetings comes beside it."""

KNOBS = (
    Knob("job_finding_factor", 1.0, 0.3),
    Knob("other_exit_factor", 1.0, 0.25),
    Knob("inflow_2017", 1.0, 0.3),
    Knob("inflow_2018", 1.0, 0.3),
    Knob("inflow_2019", 1.0, 0.3),
    Knob("openings_early", 0.8, 0.5),
    Knob("openings_late", 1.5, 0.5),
)
CASH_BENEFIT = ("job_ready", "activity_ready")
TARGETS = (
    Target("small jobs 2017", 125.0, 8.0, starts_in(2017)),
    Target("small jobs 2018", 200.0, 12.0, starts_in(2018)),
    Target("recipients Oct 2017", 1316.0, 40.0, recipients_in("2017-10-01", CASH_BENEFIT)),
    Target("recipients Oct 2018", 1091.0, 40.0, recipients_in("2018-10-01", CASH_BENEFIT)),
    Target("recipients Oct 2019", 1018.0, 40.0, recipients_in("2019-10-01", CASH_BENEFIT)),
)
"""The last is 1,091 × 69,300 / 74,300, the national fall from September 2018 to September 2019."""

ALTERNATIVES = ((1.0, 1.0, 1.0), (1.7, 1.0, 1.0), (1.0, 1.3, 1.0), (1.0, 1.3, 0.5))
"""Factors on job finding and other exits, and return shares, that are all plausible."""

OPENINGS = "small_jobs.consultants.openings_per_fte_week"


def scenario_with(
    base: Scenario, values: dict[str, float], corrections: dict[str, float]
) -> Scenario:
    """Put the knobs' values into the preset; the stock of each group is at rest before 2017.

    The first step of the inflow lies before the start of the run: it is the level at rest, to which
    the inflow of each later year is compared. `corrections` are the factors of `correct_inflow`.
    """
    place = base.with_(hazards(values))
    changes: dict[str, object] = {OPENINGS: openings(values)}
    for code in JOB_FINDING:
        state = steady_state(place, code)
        changes |= state.changes
        at_rest = state.inflow_per_week * corrections[code]
        changes[f"groups.{code}.inflow_per_week"] = inflow(at_rest, values)
    return place.with_(changes)


def hazards(values: dict[str, float]) -> dict[str, object]:
    """Hazards of all groups, by path: those of evidence times the two factors."""
    paths: dict[str, object] = {}
    for name, plain in (("job_finding", JOB_FINDING), ("other_exit", OTHER_EXIT)):
        for code, hazard in plain.items():
            turned = round(hazard * values[f"{name}_factor"], 5)
            paths[f"groups.{code}.{name}_hazard_per_week"] = turned
    return paths


def inflow(at_rest: float, values: dict[str, float]) -> Schedule:
    """Inflow per week: the level at rest until the end of 2016, then one level for each year."""
    levels = (1.0, *(values[f"inflow_{year}"] for year in (2017, 2018, 2019)))
    days = tuple(dt.date(year, 1, 1) for year in (2016, 2017, 2018, 2019))
    return Schedule(days, tuple(round(at_rest * level, 3) for level in levels))


def openings(values: dict[str, float]) -> Schedule:
    """Openings per consultant and week: early, half-way, late."""
    early, late = values["openings_early"], values["openings_late"]
    days = (dt.date(2017, 1, 1), dt.date(2017, 7, 1), dt.date(2018, 1, 1))
    return Schedule(days, tuple(round(x, 3) for x in (early, (early + late) / 2, late)))


def inflow_corrections(base: Scenario) -> dict[str, float]:
    """Factors on the closed form's inflow that leave the neutral stock at rest in simulation."""
    plain = dict.fromkeys(JOB_FINDING, 1.0)
    start = scenario_with(base, {knob.name: knob.start for knob in KNOBS}, plain)
    corrected = correct_inflow(start, replications=100)
    before = {code: start.groups[code].inflow_per_week.values[0] for code in JOB_FINDING}
    return {c: corrected.groups[c].inflow_per_week.values[0] / before[c] for c in JOB_FINDING}


def tuned(
    base: Scenario,
    corrections: dict[str, float],
    fixed: dict[str, float] | None = None,
    *,
    replications: int = 100,
) -> Fit:
    """Fit the knobs that are not fixed."""
    fixed = fixed or {}
    return fit(
        lambda values: scenario_with(base, values | fixed, corrections),
        [knob for knob in KNOBS if knob.name not in fixed],
        TARGETS,
        replications=replications,
    )


def print_alternatives(base: Scenario) -> None:
    """Print fits as good, with hazards and return share held elsewhere in their plausible range."""
    print("equally good fits with other inputs held fixed")
    for finding, other, returning in ALTERNATIVES:
        place = base.with_({f"groups.{code}.return_share": returning for code in JOB_FINDING})
        fixed = {"job_finding_factor": finding, "other_exit_factor": other}
        result = tuned(place, inflow_corrections(place), fixed, replications=30)
        values = ", ".join(f"{name} {value:.2f}" for name, value in result.values.items())
        reached = ", ".join(f"{value:.0f}" for value in result.reached.values())
        print(f"  finding × {finding}, other exits × {other}, return share {returning}: {values}")
        print(f"    reached {reached}")


def main() -> None:
    """Tune, check the drift, print everything."""
    base = Scenario.load("kolding-2018")
    corrections = inflow_corrections(base)
    result = tuned(base, corrections)
    print(result)
    scenario = scenario_with(base, result.values, corrections)
    at_rest = neutral(scenario)
    print("drift of the neutral stock in three years", drift(at_rest))
    empty = at_rest.with_({f"groups.{code}.employed_pool": 0 for code in JOB_FINDING})
    print("the same without the pool in work", drift(empty))
    print(f"openings_per_fte_week: {openings(result.values)}")
    print(left_range(scenario))
    print(preset_lines(scenario))
    print_alternatives(base)


if __name__ == "__main__":
    main()
