"""A value of information with its error; may import text."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from jobsim.text.tables import Framed, Printed, Table, between, figure, share

_SHOWN = 3
"""Most parameters named in a title."""
_Z = 1.959963984540054
_TITLES = {
    "evpi": "Expected value of perfect information",
    "evppi": "Expected value of partial perfect information",
    "evsi": "Expected value of sample information",
}


@dataclass(frozen=True, repr=False)
class Information(Printed, Framed):
    """What knowing more would gain in one decision, on average; never negative.

    Its table has one line with every field and the interval.

    Parameters
    ----------
    measure : str
        "evpi", "evppi" or "evsi".
    about : tuple of str
        Parameters or summaries that would become known; empty for everything.
    value : float
        In units of net benefit, such as DKK.
    se : float
        Standard error: of the regression's coefficients and of drawing the parameters. For draws
        that are not independent (Sobol', Latin hypercube) the second part is too large. Near 0
        with a value near 0: hardly any draw would change the choice.
    upward_bias : float
        About how much the regression's error lifts the value; not a number for "evpi".
    probability_of_change : float
        Share of draws in which one would choose otherwise than today.
    evpi : float
        Value of knowing everything, from the same draws.
    best : str
        What is best today.
    draws : int
    unit : str
    """

    measure: str
    about: tuple[str, ...]
    value: float
    se: float
    upward_bias: float
    probability_of_change: float
    evpi: float
    best: str
    draws: int
    unit: str

    @property
    def ci_low(self) -> float:
        """Lower end of the 95 % confidence interval, not below 0."""
        return max(0.0, self.value - _Z * self.se)

    @property
    def ci_high(self) -> float:
        """Upper end of the 95 % confidence interval."""
        return self.value + _Z * self.se

    @property
    def title(self) -> str:
        """What it is, in words."""
        shown = ", ".join(self.about[:_SHOWN])
        if len(self.about) > _SHOWN:
            shown += f" and {len(self.about) - _SHOWN} more"
        return _TITLES[self.measure] + (f" ({shown})" if shown else "")

    def __float__(self) -> float:
        return self.value

    def _lines(self) -> list[dict[str, object]]:
        fields = dataclasses.asdict(self) | {"about": ", ".join(self.about)}
        return [fields | {"ci_low": self.ci_low, "ci_high": self.ci_high}]

    def _table(self) -> Table:
        ends = between(figure, self.ci_low, self.ci_high)
        lines = [
            (self.title, figure(self.value), figure(self.se), ends),
            ("Value of perfect information", figure(self.evpi), "", ""),
            ("Draws in which it changes the choice", share(self.probability_of_change), "", ""),
        ]
        if not math.isnan(self.upward_bias):
            lines.append(("Upward bias, about", figure(self.upward_bias), "", ""))
        return Table(
            f"Value of information, {self.unit} per decision",
            ("", "estimate", "se", "ci"),
            tuple(lines),
            note=f"Best without it: {self.best}; {self.draws:,} draws.",
        )
