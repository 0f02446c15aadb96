"""Draw the uncertain numbers, and say how sure the answer is and what knowing more is worth.

Run: python examples/uncertainty.py    (64 draws; `draws=1024` for figures to publish)
"""

import math

import jobsim as js

scenario = js.Scenario.load("esbjerg-2018-evidence")
result = js.psa(
    scenario,
    draws=64,
    measures=["placements", "net_saving:municipality", "net_saving:society"],
    replications=5,
    seed=1,
    progress=False,
)

for measure in ("net_saving:municipality", "net_saving:society"):
    row = result.row(measure)
    print(
        f"{row.label}: {row.mean / 1e6:+.1f} million DKK, "
        f"{row.range_low / 1e6:+.1f} to {row.range_high / 1e6:+.1f} over parameters and chance"
    )
    print(f"  {row.parameters_share:.0%} of the spread is what nobody knows, the rest is luck")

for payer in ("municipality", "society"):
    known = js.evpi(result.net_benefit(payer=payer), names=["as now", "invest"])
    ends = known.interval  # or that too few draws would change the choice
    if math.isfinite(known.ci_high):
        ends = f"{round(known.ci_low, -3):,.0f} to {round(known.ci_high, -3):,.0f}"
    worth = f"{round(known.value, -3):,.0f} DKK ({ends})"
    print(f"Best for {payer}: {known.best}; knowing all: {worth}")
