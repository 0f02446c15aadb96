"""Draw extra placements and the net saving so far by payer: python examples/picture.py [FILE].

Without a file name the picture is drawn and thrown away, which is how it is tested.
"""

import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt

import jobsim as js
from jobsim.plots import plot_extra_placements, plot_net_saving

result = js.compare(js.Scenario.load("esbjerg-2018-evidence"), replications=200, progress=False)
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
plot_extra_placements(result, ax=left)
plot_net_saving(result, ax=right)
if len(sys.argv) > 1:
    figure.savefig(sys.argv[1], dpi=120)
print("drawn:", ", ".join(ax.get_ylabel() for ax in (left, right)))
