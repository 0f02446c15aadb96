"""Pictures of results, a file for each kind of question; may import all results.

Every function takes its result and an optional matplotlib Axes, draws intervals and names them,
and returns the Axes; nothing is shown or saved here. `plot` finds the picture of a result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from jobsim.analysis.comparing.comparison import Outcome
from jobsim.errors import InputError
from jobsim.plots.claims import (
    plot_attribution,
    plot_claims,
    plot_naive,
    plot_would_have_to_be_true,
)
from jobsim.plots.decision import plot_acceptability, plot_expected_loss, plot_plane
from jobsim.plots.over_time import (
    plot_extra_placements,
    plot_hour_ramp,
    plot_lives,
    plot_net_saving,
    plot_placements,
    plot_recipients,
)
from jobsim.plots.sweep import plot_caseload_limit, plot_investment_curve, plot_sweep
from jobsim.plots.uncertainty import (
    plot_conditional_means,
    plot_information,
    plot_psa,
    plot_tornado,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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

_PICTURES: dict[str, Callable[..., Axes]] = {
    "Comparison": plot_net_saving,
    "Summary": plot_claims,
    "Life": plot_lives,
    "Sweep": plot_sweep,
    "TwoWay": plot_sweep,
    "InvestmentCurve": plot_investment_curve,
    "CaseloadLimit": plot_caseload_limit,
    "PSA": plot_psa,
    "Tornado": plot_tornado,
    "Ranking": plot_information,
    "Information": plot_information,
    "CostEffectiveness": plot_plane,
    "Plane": plot_plane,
    "Acceptability": plot_acceptability,
    "Naive": plot_naive,
    "Attribution": plot_attribution,
    "WouldHaveToBeTrue": plot_would_have_to_be_true,
}
"""Picture of each kind of result, by the name of its class."""
_TOGETHER = ("Life", "Information")
"""Kinds of which a list is drawn in one picture."""


def plot(result: object, *, ax: Axes | None = None) -> Axes:
    """Draw the picture that belongs to a result.

    Parameters
    ----------
    result : what an analysis returns, or a list of Life or of Information
        A comparison's net saving so far by payer; a summary's claims beside the model; sweeps,
        sensitivity and decision analyses as the functions `plot_…` of `jobsim.plots` draw them.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Raises
    ------
    InputError
        If there is no picture of such a result; the message names what there are pictures of.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> js.plot(result).get_ylabel()
    'net saving so far, million DKK (nominal)'
    """
    for kind, draw in _PICTURES.items():
        if _is(result, kind) or (kind in _TOGETHER and _are_all(result, kind)):
            return draw(result, ax=ax)
    got = type(result).__name__
    if isinstance(result, Outcome):
        got = "the outcome of one scenario, which has no picture: js.compare gives one"
    known, lists = ", ".join(_PICTURES), " or ".join(_TOGETHER)
    raise InputError(f"plot: must be one of {known}, or a list of {lists}; got {got}")


def _is(result: object, kind: str) -> bool:
    """Whether a result is of a kind, or of one derived from it."""
    return any(one.__name__ == kind for one in type(result).__mro__)


def _are_all(result: object, kind: str) -> bool:
    return isinstance(result, (list, tuple)) and all(_is(one, kind) for one in result)
