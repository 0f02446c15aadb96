"""Pictures of results, one file per analysis; may import result classes of the analysis.

Every function takes its result and an optional matplotlib Axes, draws intervals and names them,
and returns the Axes; nothing is shown or saved here.
"""

from jobsim.plots.attribution import plot_attribution, plot_naive
from jobsim.plots.caseload_limit import plot_caseload_limit
from jobsim.plots.comparison import (
    plot_claims,
    plot_extra_placements,
    plot_hour_ramp,
    plot_net_saving,
)
from jobsim.plots.information import plot_information
from jobsim.plots.investment_curve import plot_investment_curve
from jobsim.plots.life import plot_lives
from jobsim.plots.over_time import plot_placements, plot_recipients
from jobsim.plots.pick import plot
from jobsim.plots.plane import plot_acceptability, plot_expected_loss, plot_plane
from jobsim.plots.psa import plot_conditional_means, plot_psa
from jobsim.plots.sweep import plot_sweep
from jobsim.plots.tornado import plot_tornado
from jobsim.plots.would_have_to_be_true import plot_would_have_to_be_true

__all__ = [
    "plot",
    "plot_acceptability",
    "plot_attribution",
    "plot_caseload_limit",
    "plot_claims",
    "plot_conditional_means",
    "plot_expected_loss",
    "plot_extra_placements",
    "plot_hour_ramp",
    "plot_information",
    "plot_investment_curve",
    "plot_lives",
    "plot_naive",
    "plot_net_saving",
    "plot_placements",
    "plot_plane",
    "plot_psa",
    "plot_recipients",
    "plot_sweep",
    "plot_tornado",
    "plot_would_have_to_be_true",
]
