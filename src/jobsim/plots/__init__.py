"""Pictures of results, a file for each kind of question; may import all results.

Every function takes its result and an optional matplotlib Axes, draws intervals and names them,
and returns the Axes; nothing is shown or saved here. `plot` finds the picture of a result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, ValuesView
from functools import wraps
from typing import TYPE_CHECKING, Any

from jobsim.analysis.comparing.plans import Plans
from jobsim.errors import InputError
from jobsim.plots.calibration import plot_calibration, plot_fit
from jobsim.plots.claims import (
    plot_attribution,
    plot_claims,
    plot_naive,
    plot_summary,
    plot_tunings,
    plot_would_have_to_be_true,
)
from jobsim.plots.decision import (
    plot_acceptability,
    plot_decision,
    plot_expected_loss,
    plot_incremental,
    plot_plane,
)
from jobsim.plots.forecast import plot_forecast
from jobsim.plots.over_time import (
    plot_extra_placements,
    plot_hour_ramp,
    plot_lives,
    plot_net_saving,
    plot_placements,
    plot_recipients,
)
from jobsim.plots.plans import plot_plans
from jobsim.plots.searches import (
    plot_allocation,
    plot_caseload_limit,
    plot_investment_curve,
    plot_threshold,
)
from jobsim.plots.sweep import plot_sweep
from jobsim.plots.trials import plot_trials
from jobsim.plots.uncertainty import (
    plot_conditional_means,
    plot_information,
    plot_psa,
    plot_sobol,
    plot_tornado,
)
from jobsim.text.currency import CURRENCY, in_currency

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "plot",
    "plot_acceptability",
    "plot_allocation",
    "plot_attribution",
    "plot_calibration",
    "plot_caseload_limit",
    "plot_claims",
    "plot_conditional_means",
    "plot_decision",
    "plot_expected_loss",
    "plot_extra_placements",
    "plot_fit",
    "plot_forecast",
    "plot_hour_ramp",
    "plot_incremental",
    "plot_information",
    "plot_investment_curve",
    "plot_lives",
    "plot_naive",
    "plot_net_saving",
    "plot_placements",
    "plot_plane",
    "plot_plans",
    "plot_psa",
    "plot_recipients",
    "plot_sobol",
    "plot_summary",
    "plot_sweep",
    "plot_threshold",
    "plot_tornado",
    "plot_trials",
    "plot_tunings",
    "plot_would_have_to_be_true",
]


def _plot_plans_of(result: Plans, *, ax: Axes | None = None) -> Axes:
    return plot_plans(result.comparisons, ax=ax)


_PICTURES: dict[str, Callable[..., Axes]] = {
    "Comparison": plot_net_saving,
    "Plans": _plot_plans_of,
    "Outcome": plot_recipients,
    "Summary": plot_summary,
    "Life": plot_lives,
    "Sweep": plot_sweep,
    "TwoWay": plot_sweep,
    "InvestmentCurve": plot_investment_curve,
    "CaseloadLimit": plot_caseload_limit,
    "Calibration": plot_calibration,
    "Forecast": plot_forecast,
    "Allocation": plot_allocation,
    "Threshold": plot_threshold,
    "PSA": plot_psa,
    "Tornado": plot_tornado,
    "Trials": plot_trials,
    "SobolIndices": plot_sobol,
    "Ranking": plot_information,
    "Information": plot_information,
    "CostEffectiveness": plot_plane,
    "Plane": plot_plane,
    "Incremental": plot_incremental,
    "Acceptability": plot_acceptability,
    "Decision": plot_decision,
    "Naive": plot_naive,
    "Attribution": plot_attribution,
    "EquallyGood": plot_tunings,
    "WouldHaveToBeTrue": plot_would_have_to_be_true,
}
"""Picture of each kind of result, by the name of its class."""
_TOGETHER: dict[str, Callable[..., Axes]] = {
    "Life": plot_lives,
    "Information": plot_information,
    "Comparison": plot_plans,
}
"""Pictures of several results of a kind."""


def plot(result: object, *, ax: Axes | None = None) -> Axes:
    """Draw the picture that belongs to a result.

    Parameters
    ----------
    result : what an analysis returns; or a list of Life, of Information or of Comparison
        A comparison's net saving so far by payer; several comparisons, also by name in a mapping,
        beside each other; a summary's claims beside the model, or who gains; the recipients of one
        scenario's outcome; all other results as the functions `plot_…` of `jobsim.plots` draw them.
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
    several = result.values() if isinstance(result, Mapping) else result
    if isinstance(several, (Sequence, ValuesView)) and several:
        for kind, draw in _TOGETHER.items():
            if all(_is(one, kind) for one in several):
                return draw(result, ax=ax)
    for kind, draw in _PICTURES.items():
        if _is(result, kind):
            return draw(result, ax=ax)
    known, lists, got = ", ".join(_PICTURES), " or ".join(_TOGETHER), type(result).__name__
    raise InputError(f"plot: must be one of {known}, or a list of {lists}; got {got}")


def _is(result: object, kind: str) -> bool:
    """Whether a result is of a kind, or of one derived from it."""
    return any(one.__name__ == kind for one in type(result).__mro__)


def _in_its_currency(draw: Callable[..., Axes]) -> Callable[..., Axes]:
    """A picture whose texts name the currency of what it shows."""

    @wraps(draw)
    def drawn(result: Any, *rest: Any, **how: Any) -> Axes:
        from matplotlib.text import Text

        axes = draw(result, *rest, **how)
        currency = getattr(result, "_currency", CURRENCY)
        if currency != CURRENCY and axes.figure is not None:
            for text in axes.figure.findobj(Text):
                text.set_text(in_currency(text.get_text(), currency))
        return axes

    return drawn


for _name in __all__:
    globals()[_name] = _in_its_currency(globals()[_name])
