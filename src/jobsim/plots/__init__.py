"""Pictures of results, one file per analysis; may import result classes of the analysis.

Every function takes its result and an optional matplotlib Axes, draws intervals and names them,
and returns the Axes; nothing is shown or saved here.
"""

from jobsim.plots.claims import plot_claims
from jobsim.plots.comparison import plot_extra_placements, plot_net_saving
from jobsim.plots.life import plot_lives
from jobsim.plots.over_time import plot_placements, plot_recipients
from jobsim.plots.pick import plot
from jobsim.plots.ramp import plot_hour_ramp

__all__ = [
    "plot",
    "plot_claims",
    "plot_extra_placements",
    "plot_hour_ramp",
    "plot_lives",
    "plot_net_saving",
    "plot_placements",
    "plot_recipients",
]
