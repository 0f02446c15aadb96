"""`js.plot`: the picture that belongs to a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jobsim.analysis.comparing.comparison import Comparison, Outcome
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.deciding.acceptability import Acceptability
from jobsim.analysis.deciding.information import Information
from jobsim.analysis.deciding.plane import Plane
from jobsim.analysis.lives.life import Life
from jobsim.analysis.uncertainty.psa_result import PSA
from jobsim.errors import InputError
from jobsim.plots.attribution import plot_attribution, plot_naive
from jobsim.plots.caseload_limit import plot_caseload_limit
from jobsim.plots.comparison import plot_claims, plot_net_saving
from jobsim.plots.information import plot_information
from jobsim.plots.investment_curve import plot_investment_curve
from jobsim.plots.life import plot_lives
from jobsim.plots.plane import plot_acceptability, plot_plane
from jobsim.plots.psa import plot_psa
from jobsim.plots.sweep import plot_sweep
from jobsim.plots.tornado import plot_tornado
from jobsim.plots.would_have_to_be_true import plot_would_have_to_be_true
from jobsim.questions.attribute import Attribution
from jobsim.questions.caseload_limit import CaseloadLimit
from jobsim.questions.cost_effectiveness import CostEffectiveness
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.questions.naive import Naive
from jobsim.questions.ranking import Ranking
from jobsim.questions.sweep import Sweep
from jobsim.questions.tornado import Tornado
from jobsim.questions.two_way import TwoWay
from jobsim.questions.would_have_to_be_true import WouldHaveToBeTrue

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_PICTURES: dict[type, Callable[..., Any]] = {
    Comparison: plot_net_saving,
    Summary: plot_claims,
    Life: plot_lives,
    Sweep: plot_sweep,
    TwoWay: plot_sweep,
    InvestmentCurve: plot_investment_curve,
    CaseloadLimit: plot_caseload_limit,
    PSA: plot_psa,
    Tornado: plot_tornado,
    Ranking: plot_information,
    Information: plot_information,
    CostEffectiveness: plot_plane,
    Plane: plot_plane,
    Acceptability: plot_acceptability,
    Naive: plot_naive,
    Attribution: plot_attribution,
    WouldHaveToBeTrue: plot_would_have_to_be_true,
}
"""Picture of each kind of result."""
_TOGETHER = (Life, Information)
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
        if isinstance(result, kind) or (kind in _TOGETHER and _are_all(result, kind)):
            drawn: Axes = draw(result, ax=ax)
            return drawn
    known = ", ".join(kind.__name__ for kind in _PICTURES)
    lists = " or ".join(kind.__name__ for kind in _TOGETHER)
    raise InputError(
        f"plot: must be one of {known}, or a list of {lists}; got {_described(result)}"
    )


def _are_all(result: object, kind: type) -> bool:
    return isinstance(result, (list, tuple)) and all(isinstance(one, kind) for one in result)


def _described(result: object) -> str:
    if isinstance(result, Outcome):
        return "the outcome of one scenario, which has no picture: js.compare gives one"
    return type(result).__name__
