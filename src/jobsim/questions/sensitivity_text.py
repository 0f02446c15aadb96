"""How sensitivity analyses print their numbers; may import quantities and tables."""

from __future__ import annotations

from collections.abc import Callable

from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.text.tables import count, kroner, number, share


def end(value: float) -> str:
    """A number of any size, with four digits that matter.

    Examples
    --------
    >>> end(0.0048123), end(533_000.0), end(2.0)
    ('0.004812', '533,000', '2')
    """
    return number(value, digits=0) if abs(value) >= 1e4 else f"{value:.4g}".replace("-", "−")


def money_or_count(quantity: Quantity) -> Callable[[float], str]:
    """How values of a quantity are written."""
    if quantity.unit == "DKK":
        return kroner
    return share if quantity.unit == "share" else count
