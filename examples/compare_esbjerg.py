"""Tell whether Esbjerg's investment of 2018 pays, and for whom.

Run: python examples/compare_esbjerg.py
"""

import jobsim as js

scenario = js.Scenario.load("esbjerg-2018")
result = js.compare(scenario, replications=50, seed=1, progress=False)

extra = result.row("placements")
saved = result.row("net_saving", payer="municipality")
state = result.row("net_saving", payer="state")
print(f"Extra placements over three years: {extra.difference:.0f} (± {1.96 * extra.se:.0f})")
print(f"Municipality, net: {saved.difference / 1e6:+.1f} million DKK")
print(f"State, net: {state.difference / 1e6:+.1f} million DKK")
for verdict in result.verdicts:
    print(f"{verdict.claim.label}: {verdict.verdict}")
