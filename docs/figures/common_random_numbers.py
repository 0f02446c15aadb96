"""Measure and draw what shared chance is worth.

Run: python docs/figures/common_random_numbers.py [FILE]

The investment of esbjerg-2018-evidence beside nothing, 400 futures: with the keys of both scenarios
the same, as `compare` has it, and with another seed for the baseline, as if they were run apart.
Without a file name the picture is drawn and thrown away.
"""

import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

import jobsim as js

REPLICATIONS = 400
MEASURES = {
    "placements": "Extra placements",
    "benefit_weeks": "Benefit-weeks",
    "recipients": "Recipients at the end",
    "net_saving:municipality": "Net saving, municipality",
    "net_saving:society": "Net saving, society",
}
KEYED, APART = "#0b4f8a", "#d1730c"


scenario = js.Scenario.load("esbjerg-2018-evidence")
keyed, other = (
    js.compare(scenario, replications=REPLICATIONS, seed=seed, progress=False) for seed in (1, 2)
)
apart = js.Comparison(keyed.played, other.baseline, keyed.prices)

ratios = {}
print(f"{'':26}{'sd, keyed':>12}{'sd, apart':>12}{'variance ratio':>16}")
for code, label in MEASURES.items():
    pair = [js.quantity(code).of(one) for one in (keyed, apart)]
    sd = [values.std(ddof=1) for values in pair]
    ratios[label] = (sd[1] / sd[0]) ** 2
    print(f"{label:26}{sd[0]:12,.1f}{sd[1]:12,.1f}{ratios[label]:16.1f}")

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
for one, colour, words in ((apart, APART, "run apart"), (keyed, KEYED, "keyed")):
    extra = js.quantity("placements").of(one)
    left.hist(extra, bins=np.arange(-140, 160, 8), color=colour, alpha=0.75)
    top = np.histogram(extra, np.arange(-140, 160, 8))[0].max()
    place = (24, 0.9 * top) if one is keyed else (-60, 1.2 * top)
    left.annotate(words, place, color=colour, ha="left" if one is keyed else "right")
left.set_xlabel("extra placements 2018 to 2020, each of 400 futures")
left.set_ylabel("futures")
labels = list(ratios)[::-1]
right.barh(labels, [ratios[label] for label in labels], color=KEYED, height=0.6)
for row, label in enumerate(labels):
    right.annotate(f"{ratios[label]:,.0f} ×", (ratios[label], row), xytext=(4, 0),
                   textcoords="offset points", va="center", fontsize=9)  # fmt: skip
right.set_xlabel("replications run apart that one keyed is worth")
for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
if len(sys.argv) > 1:
    figure.savefig(sys.argv[1], dpi=120)
