"""`js.plot`: the picture that belongs to a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jobsim.analysis import Comparison, Life, Outcome, Summary
from jobsim.errors import InputError
from jobsim.plots.claims import plot_claims
from jobsim.plots.comparison import plot_net_saving
from jobsim.plots.life import plot_lives

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot"]

_PICTURES: dict[type, Callable[..., Any]] = {
    Comparison: plot_net_saving,
    Summary: plot_claims,
    Life: plot_lives,
}
"""Picture of each kind of result."""


def plot(result: object, *, ax: Axes | None = None) -> Axes:
    """Draw the picture that belongs to a result.

    Parameters
    ----------
    result : Comparison, Summary, Life or list of Life
        Net saving so far by payer; claims beside the model; life-lines.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Raises
    ------
    InputError
        If there is no picture of such a result.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> js.plot(result).get_ylabel()
    'net saving so far, million DKK (nominal)'
    """
    if _are_lives(result):
        return plot_lives(result, ax=ax)  # type: ignore[arg-type]
    for kind, draw in _PICTURES.items():
        if isinstance(result, kind):
            drawn: Axes = draw(result, ax=ax)
            return drawn
    known = ", ".join(kind.__name__ for kind in _PICTURES)
    raise InputError(f"plot: must be one of {known}, or a list of Life; got {_described(result)}")


def _are_lives(result: object) -> bool:
    return isinstance(result, (list, tuple)) and all(isinstance(one, Life) for one in result)


def _described(result: object) -> str:
    if isinstance(result, Outcome):
        return "the outcome of one scenario, which has no picture: js.compare gives one"
    return type(result).__name__
