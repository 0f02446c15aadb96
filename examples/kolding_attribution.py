"""Divide the fall in Kolding's recipients between small jobs, upswing and inflow.

Run: python examples/kolding_attribution.py

The inflow was fitted to the fall: its part is what nothing else explains. How the parts change when
all numbers are fitted again is in tune_kolding_2018_again.py.
"""

import jobsim as js

scenario = js.Scenario.load("kolding-2018")
divided = js.attribute(
    scenario,
    measure="recipients_2018",
    since="recipients_2017",
    replications=50,
    seed=1,
    progress=False,
)

print(f"Published change of recipients, October 2017 to October 2018: {divided.observed:+.0f}")
for part in (*divided.contributions, divided.total):
    model = part.model
    print(f"{part.label}: {model.mean:+.0f} ({model.ci_low:+.0f} to {model.ci_high:+.0f})")
