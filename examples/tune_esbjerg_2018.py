"""Tune esbjerg-2018 to the 43 placements a month of the article, and say what that identifies.

Starts from esbjerg-2018-evidence and turns one number, the base hazard of finding a job; inflow,
pool in work and durations follow from it, so that the neutral stock stays at rest. No effect of the
programme is turned. Prints the lines that go into the preset. Takes about a minute.

    python examples/tune_esbjerg_2018.py
"""

from __future__ import annotations

from fitting import Knob, Target, fit, placements_in
from steady_state import (
    boost_per_meeting,
    correct_inflow,
    drift,
    hazard_without_meetings,
    left_range,
    mean_boost,
    neutral,
    preset_lines,
    weeks_between_meetings,
)

from jobsim import Scenario, steady_state

GROUP = "job_ready"
HAZARD = f"groups.{GROUP}.job_finding_hazard_per_week"
TARGET = Target("placements in 2018", 516.0, 24.0, placements_in(2018))
STOCKS = (380, 500, 650, 700)
ELASTICITIES = (0.1, 0.35, 0.6)


def at_rest(scenario: Scenario) -> Scenario:
    """Set inflow, pool and durations to those that keep the group's stock where it is."""
    return scenario.with_(steady_state(scenario, GROUP).changes)


def tuned(scenario: Scenario, *, replications: int = 100) -> tuple[Scenario, str]:
    """Scenario with the hazard that meets the target, and the report of the fit."""
    year = scenario.with_({"horizon.weeks": 53})
    knob = Knob("job-finding hazard", scenario.groups[GROUP].job_finding_hazard_per_week, 0.3)
    result = fit(
        lambda values: at_rest(year.with_({HAZARD: values[knob.name]})),
        [knob],
        [TARGET],
        replications=replications,
    )
    return at_rest(scenario.with_({HAZARD: round(result.values[knob.name], 5)})), str(result)


def print_arithmetic(evidence: Scenario) -> None:
    """Print how hazards measured beside regular meetings turn into those of the model."""
    regular, frequent = (mean_boost(evidence, GROUP, interval) for interval in (13, 2))
    print(f"one meeting adds {boost_per_meeting(evidence, GROUP):.4f} hazard-weeks")
    print(f"mean boost every 13 weeks {regular:.4f}, every 2 weeks {frequent:.4f} without caps")
    print(f"hazard without meetings 0.0090 -> {hazard_without_meetings(0.009, regular):.5f}")
    settled = evidence.groups[GROUP].meeting_exit_probability / weeks_between_meetings(
        evidence, GROUP, 13
    )
    print(f"other exits without those settled at meetings 0.0045 -> {0.0045 - settled:.5f}")


def print_alternatives(evidence: Scenario) -> None:
    """Print other inputs under which the same 43 a month is fitted as well."""
    print("equally good fits: hazard needed at other stocks and elasticities of the cycle")
    for stock in STOCKS:
        caseworkers = stock / evidence.meetings.reference_caseload
        place = evidence.with_({f"groups.{GROUP}.stock": stock, "regular_service.fte": caseworkers})
        for elasticity in ELASTICITIES:
            other = place.with_({f"groups.{GROUP}.tightness_elasticity": elasticity})
            scenario, _ = tuned(other, replications=40)
            hazard = scenario.groups[GROUP].job_finding_hazard_per_week
            print(f"  stock {stock}, elasticity {elasticity:4.2f}: hazard {hazard:.4f} a week")


def main() -> None:
    """Tune, correct the inflow, print everything."""
    evidence = Scenario.load("esbjerg-2018-evidence")
    print_arithmetic(evidence)
    scenario, report = tuned(evidence)
    print(report)
    scenario = correct_inflow(scenario)
    print("drift of the neutral stock in three years", drift(neutral(scenario)))
    empty = neutral(scenario).with_({f"groups.{GROUP}.employed_pool": 0})
    print("the same without the pool in work", drift(empty))
    print(left_range(scenario))
    print(preset_lines(scenario))
    print_alternatives(evidence)


if __name__ == "__main__":
    main()
