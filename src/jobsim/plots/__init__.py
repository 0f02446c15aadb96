"""Pictures of results, a file for each kind of question; may import all results.

Every function takes its result and an optional matplotlib Axes, draws intervals and names them,
and returns the Axes; nothing is shown or saved here.
"""

from jobsim.plots.attribution import plot_attribution, plot_naive
from jobsim.plots.claims import plot_claims, plot_would_have_to_be_true
from jobsim.plots.decision import plot_acceptability, plot_expected_loss, plot_plane
from jobsim.plots.life import plot_lives
from jobsim.plots.over_time import (
    plot_extra_placements,
    plot_hour_ramp,
    plot_net_saving,
    plot_placements,
    plot_recipients,
)
from jobsim.plots.pick import plot
from jobsim.plots.searches import plot_caseload_limit, plot_investment_curve
from jobsim.plots.sweep import plot_sweep, plot_tornado
from jobsim.plots.uncertainty import plot_conditional_means, plot_information, plot_psa

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
