"""`js.plot`: the picture that belongs to a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobsim.analysis import Comparison
from jobsim.errors import InputError
from jobsim.plots.comparison import plot_net_saving

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot"]


def plot(result: object, *, ax: Axes | None = None) -> Axes:
    """Draw the picture that belongs to a result.

    Parameters
    ----------
    result : Comparison
        Net saving so far by payer.
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
    if isinstance(result, Comparison):
        return plot_net_saving(result, ax=ax)
    raise InputError(f"plot: must be a Comparison, got {type(result).__name__}")
