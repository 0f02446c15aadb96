"""Pictures of results, one file per analysis; may import result classes of the analysis.

Every function takes its result and an optional matplotlib Axes, draws intervals and names them,
and returns the Axes; nothing is shown or saved here.
"""

from jobsim.plots.comparison import plot_extra_placements, plot_net_saving
from jobsim.plots.pick import plot

__all__ = ["plot", "plot_extra_placements", "plot_net_saving"]
