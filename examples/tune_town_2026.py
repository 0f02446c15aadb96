"""Stocks and flows at rest of the town of 2026: of `jobsim init` and of the presets town-2026.

The town of `jobsim init` is at rest without its programme, as before an investment; town-2026 is at
rest with it, as before a cut. Prints the lines that go into the files, and the drift that is left.

    python examples/tune_town_2026.py
"""

from __future__ import annotations

from steady_state import correct_inflow, drift, neutral, preset_lines

from jobsim import Scenario, steady_state

REPLICATIONS = 2000
"""Enough for a stock of 160 persons: the drift's standard error is then about 0.1 %."""


def before_an_investment() -> Scenario:
    """The town of `jobsim init`, at rest in a neutral labour market without its programme."""
    scenario = Scenario.template()
    for code in scenario.groups:
        scenario = scenario.with_(steady_state(scenario, code).changes)
    return correct_inflow(scenario, replications=REPLICATIONS)


def before_a_cut() -> Scenario:
    """town-2026, at rest with its programme; durations are those without it."""
    scenario = Scenario.load("town-2026")
    scenario = scenario.with_(steady_state(scenario, "job_ready").changes)
    return correct_inflow(scenario, replications=REPLICATIONS, at_rest=lambda town: town)


def main() -> None:
    """Print both."""
    town = before_an_investment()
    print(preset_lines(town))
    print("drift without the programme", drift(neutral(town), replications=REPLICATIONS, seed=2))
    town = before_a_cut()
    print(preset_lines(town))
    print("drift with the programme", drift(town, replications=REPLICATIONS, seed=2))


if __name__ == "__main__":
    main()
