"""Make a municipality of one's own from a blank file, and compare two budgets for it.

Run: python examples/municipality_of_ones_own.py [FILE.toml]

The file is written where you say (my-town.toml), with a comment above every number. Edit it there,
or change numbers here as below.
"""

import sys

import jobsim as js

file = js.write_template(sys.argv[1] if len(sys.argv) > 1 else "my-town.toml")
town = js.Scenario.load(file)
twice = town.with_({"programmes.intensive.budget_per_year.scale": 2})
print(town.difference(twice))

result = js.compare(twice, town, replications=50, seed=1, progress=False)
cost = result.row("programme_cost").difference / 1e6
print(f"{cost:.2f} million DKK more bring {result.row('placements').difference:.0f} placements")
for payer in ("municipality", "state"):
    print(f"{payer}: {result.row('net_saving', payer=payer).difference / 1e6:+.1f} million DKK")
