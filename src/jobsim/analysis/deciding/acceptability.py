"""How sure a choice is at each willingness to pay, and what being wrong costs; may import spread.

Acceptability curves and their frontier follow Fenwick, Claxton & Sculpher 2001,
doi:10.1002/hec.635; expected loss curves Alarid-Escudero, Enns, Kuntz, Michaud & Jalal 2019, Value
in Health 22(5).
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.arrays import Floats
from jobsim.text.tables import Printed, Table, figure, share

if TYPE_CHECKING:
    import pandas as pd


_SHOWN = 13
"""Most values of willingness to pay shown in a table."""


@dataclass(frozen=True, repr=False, eq=False)
class Acceptability(Printed):
    """Acceptability, net benefit and expected loss over willingness to pay.

    Parameters
    ----------
    names : tuple of str
    willingness_to_pay : float64[values]
        Money per unit of effect.
    probability : float64[values, options]
        Acceptability curves: share of draws in which an option has the highest net benefit; options
        that tie share the draw equally, so every row adds up to 1.
    net_benefit : float64[values, options]
        Mean over draws.
    expected_loss : float64[values, options]
        Mean over draws of what choosing the option loses against the best of that draw.
    draws : int
    effect_unit, money_unit : str
    """

    names: tuple[str, ...]
    willingness_to_pay: Floats
    probability: Floats
    net_benefit: Floats
    expected_loss: Floats
    draws: int
    effect_unit: str
    money_unit: str

    @property
    def best(self) -> tuple[str, ...]:
        """Option with the highest mean net benefit at each value; of several, the first."""
        return tuple(self.names[place] for place in self._best.tolist())

    @property
    def frontier(self) -> Floats:
        """Acceptability frontier, float64[values]: probability that the best option is right."""
        return np.asarray(self.probability[np.arange(len(self._best)), self._best])

    @property
    def evpi(self) -> Floats:
        """Expected value of perfect information, float64[values]: the smallest expected loss."""
        return np.asarray(self.expected_loss.min(axis=1))

    @property
    def _best(self) -> npt.NDArray[np.intp]:
        return np.asarray(self.net_benefit.argmax(axis=1))

    def to_frame(self) -> pd.DataFrame:
        """One line per willingness to pay and option, with `best` true for one of them."""
        import pandas as pd

        values, options = self.probability.shape
        best = np.arange(options)[None, :] == self._best[:, None]
        return pd.DataFrame(
            {
                "willingness_to_pay": np.repeat(self.willingness_to_pay, options),
                "option": np.tile(np.array(self.names, dtype=object), values),
                "probability": self.probability.ravel(),
                "net_benefit": self.net_benefit.ravel(),
                "expected_loss": self.expected_loss.ravel(),
                "best": best.ravel(),
            }
        )

    def _table(self) -> Table:
        values = len(self.willingness_to_pay)
        places = np.unique(np.linspace(0, values - 1, min(values, _SHOWN)).round().astype(int))
        lines = [
            (
                figure(self.willingness_to_pay[i]),
                self.best[i],
                figure(self.evpi[i]),
                *(share(p) for p in self.probability[i]),
            )
            for i in places.tolist()
        ]
        left_out = (
            f" {values - len(lines)} more values are not shown." if values > len(lines) else ""
        )
        return Table(
            f"Acceptability by willingness to pay ({self.money_unit} per unit of effect: "
            f"{self.effect_unit})",
            ("", "best", "expected loss", *self.names),
            tuple(lines),
            note=textwrap.fill(
                "best: highest mean net benefit. expected loss: of choosing it, which is the value "
                f"of perfect information, {self.money_unit}. Shares: of {self.draws:,} draws in "
                f"which an option is best.{left_out}",
                100,
            ),
        )


def acceptability_of(
    costs: Floats,
    effects: Floats,
    willingness_to_pay: Floats,
    names: tuple[str, ...],
    units: tuple[str, str],
) -> Acceptability:
    """Acceptability of checked arrays; see `CostEffectiveness.acceptability`.

    Parameters
    ----------
    costs, effects : float64[draws, options]
    willingness_to_pay : float64[values]
    names : tuple of str
    units : (of effects, of money)
    """
    at_each = [_at(value * effects - costs) for value in willingness_to_pay]
    probability, net_benefit, loss = (np.stack(part) for part in zip(*at_each, strict=True))
    return Acceptability(
        names, willingness_to_pay, probability, net_benefit, loss, len(costs), *units
    )


def _at(net_benefit: Floats) -> tuple[Floats, Floats, Floats]:
    """Probability of being best, mean net benefit and expected loss, each float64[options]."""
    highest = net_benefit.max(axis=1, keepdims=True)
    first = net_benefit == highest
    share = first / first.sum(axis=1, keepdims=True)
    return share.mean(axis=0), net_benefit.mean(axis=0), (highest - net_benefit).mean(axis=0)
