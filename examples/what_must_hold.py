"""Ask what would have to be true for a newspaper's claim to hold.

Run: python examples/what_must_hold.py
"""

import jobsim as js

scenario = js.Scenario.load("esbjerg-2018-evidence")
numbers = ("job_finding_hazard_per_week", "meeting_gain", "other_exit_hazard_per_week", "stock")
found = js.what_would_have_to_be_true(
    scenario,
    claim="placements_2018",
    parameters=[f"groups.job_ready.{name}" for name in numbers],
    replications=50,
    seed=1,
    progress=False,
)

print(
    f"Claimed: {found.quantity.label}, {found.target:.0f}; the model gives {found.model.mean:.0f}"
)
for one in found.crossings:
    stated = (
        f"{one.move.path}: {one.move.stated:g} (plausible {one.move.low:g} to {one.move.high:g})"
    )
    print(stated, f"would have to be {one.at.mean:.3f}" if one.crossed else "never gets there")
