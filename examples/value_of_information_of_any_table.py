"""Put draws from another program's sensitivity analysis to the same questions.

Run: python examples/value_of_information_of_any_table.py

Arrays are enough: costs and effects with a row per draw and a column per option, and the uncertain
numbers of each draw. These are made up here; `pandas.read_csv` reads yours.
"""

import numpy as np
from scipy.stats import norm, qmc

import jobsim as js

points = qmc.Sobol(2, scramble=False).random(1024)[1:]
chance = 0.10 + 0.04 * norm.ppf(points[:, 0])  # share of 100 persons whom the course helps
price = 20_000 + 2_000 * norm.ppf(points[:, 1])  # DKK a person

effects = np.column_stack([np.zeros(len(points)), 100 * chance])
costs = np.column_stack([np.zeros(len(points)), 100 * price])
decision = js.cost_effectiveness(costs, effects, names=["no course", "course"])
print(f"DKK for a placement: {decision.incremental.row('course').icer:,.0f}")

benefit = decision.net_benefit(250_000)  # what a placement is worth
print(f"Knowing everything:        {js.evpi(benefit).value / 1e3:4.0f} thousand DKK")
print(f"Knowing how many it helps: {js.evppi(benefit, chance).value / 1e3:4.0f}")
print(f"Knowing the price:         {js.evppi(benefit, price).value / 1e3:4.0f}")
for persons in (50, 500):
    shown = js.simulate_pilot(np.clip(chance, 0, 1), persons, kind="binomial")
    print(f"A pilot with {persons:3} persons: {js.evsi(benefit, shown).value / 1e3:6.0f}")
