"""`js.plot`: the picture that belongs to a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from jobsim.analysis.comparing.comparison import Comparison, Outcome
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.lives.life import Life
from jobsim.errors import InputError
from jobsim.plots import (
    attribution,
    claims,
    decision,
    life,
    over_time,
    searches,
    sweep,
    uncertainty,
)
from jobsim.questions.attribute import Attribution
from jobsim.questions.caseload_limit import CaseloadLimit
from jobsim.questions.cost_effectiveness import Acceptability, CostEffectiveness, Plane
from jobsim.questions.importance import Ranking
from jobsim.questions.investment_curve import InvestmentCurve
from jobsim.questions.naive import Naive
from jobsim.questions.psa import PSA
from jobsim.questions.sensitivity import Tornado, TwoWay
from jobsim.questions.sweep import Sweep
from jobsim.questions.threshold import WouldHaveToBeTrue
from jobsim.questions.value_of_information import Information

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_PICTURES: dict[type, Callable[..., Axes]] = {
    Comparison: over_time.plot_net_saving,
    Summary: claims.plot_claims,
    Life: life.plot_lives,
    Sweep: sweep.plot_sweep,
    TwoWay: sweep.plot_sweep,
    InvestmentCurve: searches.plot_investment_curve,
    CaseloadLimit: searches.plot_caseload_limit,
    PSA: uncertainty.plot_psa,
    Tornado: sweep.plot_tornado,
    Ranking: uncertainty.plot_information,
    Information: uncertainty.plot_information,
    CostEffectiveness: decision.plot_plane,
    Plane: decision.plot_plane,
    Acceptability: decision.plot_acceptability,
    Naive: attribution.plot_naive,
    Attribution: attribution.plot_attribution,
    WouldHaveToBeTrue: claims.plot_would_have_to_be_true,
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
            return draw(result, ax=ax)
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
