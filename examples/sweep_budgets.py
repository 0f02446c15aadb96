"""Compare several budgets for Esbjerg's meetings in the same futures, and save the table.

Run: python examples/sweep_budgets.py
"""

import jobsim as js

scenario = js.Scenario.load("esbjerg-2018-evidence")
budget = "programmes.intensive.budget_per_year.scale"
result = js.sweep(
    scenario,
    {budget: [0.5, 1, 2, 4]},
    measures=["programme_cost", "placements", "net_saving:municipality", "net_saving:state"],
    replications=100,
    seed=1,
    progress=False,
)

table = result.to_frame()
table.to_csv("budgets.csv", index=False)  # every number with its intervals, for a spreadsheet
for _, rows in table.groupby(budget):
    spent, placed, municipality, state = rows["mean"]
    print(
        f"{spent / 1e6:5.2f} million spent: {placed:4.0f} extra placements, "
        f"municipality {municipality / 1e6:+.1f}, state {state / 1e6:+.1f} million DKK"
    )
