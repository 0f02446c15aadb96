"""Lay the rules of 2018 and of 2026 over the same people, and see who would gain from meetings.

Run: python examples/reprice.py

Volumes are simulated once; only benefits, refunds, taxes and wages change.
"""

import datetime as dt

import jobsim as js

scenario = js.Scenario.load("esbjerg-2018-evidence")
result = js.compare(scenario, replications=100, seed=1, progress=False)

print(f"Extra placements, whatever the rules: {result.row('placements').difference:.0f}")
print("million DKK    municipality   state  recipients")
for year in (2018, 2026):
    priced = result.reprice(result.prices.as_of(dt.date(year, 7, 1)))
    gains = [
        priced.row("net_saving", payer=payer).difference / 1e6
        for payer in ("municipality", "state", "recipient")
    ]
    print(f"rules of {year}  {gains[0]:+12.2f} {gains[1]:+9.2f} {gains[2]:+9.2f}")
