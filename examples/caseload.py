"""Find how many recipients a caseworker can have before meetings come late.

Run: python examples/caseload.py
"""

import jobsim as js

by_hand = js.load_bound(2, meetings_per_fte_week=12.8, no_show_probability=0.15, on_time=0.9)
print(f"A meeting every two weeks, by hand: {by_hand:.1f} recipients for each caseworker")

scenario = js.Scenario.load("esbjerg-2018-evidence")
limit = js.caseload_limit(
    scenario, intervals=[2, 4], on_time=0.9, replications=50, seed=1, progress=False
)
for case in limit.cases:
    print(
        f"Every {case.interval_weeks:.0f} weeks, simulated: {case.on_time.value:.1f} recipients, "
        f"hence {case.fte_needed(limit.recipients):.0f} caseworkers for {limit.recipients} people"
    )
