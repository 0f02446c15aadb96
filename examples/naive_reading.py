"""Lay what a press release would compute beside what the investment did in the model.

Run: python examples/naive_reading.py
"""

import jobsim as js

scenario = js.Scenario.load("esbjerg-2018")
found = js.naive(scenario, target=12 * 18, replications=50, seed=1, progress=False)

print(f"{found.record.scenario.name}, {found.year}")
for reading in found.readings:
    print(
        f"{reading.label}: {reading.persons.mean():+.0f} {reading.unit}, "
        f"in truth {reading.truth.mean():+.0f}"
    )
