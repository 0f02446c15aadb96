"""Tell at which budget Kolding's consultants are worth most, and what the next krone brings.

Run: python examples/investment_curve.py [PICTURE]
"""

import sys

import matplotlib

matplotlib.use("Agg")

import jobsim as js

scenario = js.Scenario.load("kolding-2018")
budgets = [0, 1e6, 2e6, 4e6, 8e6, 16e6, 32e6]  # DKK a year
curve = js.investment_curve(scenario, budgets=budgets, replications=50, seed=1, progress=False)

for step in curve.steps("net_saving:municipality"):
    print(
        f"from {step.low / 1e6:2.0f} to {step.high / 1e6:2.0f} million a year, "
        f"each krone brings {step.per_krone.mean:+.1f} net"
    )
best = curve.best("net_saving:municipality")
print(f"Best of these for the municipality: {best.budget / 1e6:.0f} million DKK a year")
if len(sys.argv) > 1:
    js.plot(curve).figure.savefig(sys.argv[1])
