"""What equally good fits mean in money, and which figure would narrow it; may import aims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy.special import ndtri

from jobsim.analysis.deciding.draw_arrays import labelled
from jobsim.analysis.learning.aims import Aim, values_and_errors
from jobsim.analysis.learning.narrowing import Ahead
from jobsim.analysis.outcomes.components import Components
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.playing.points import unit_points
from jobsim.arrays import Floats, Ints
from jobsim.errors import InputError, nearest, texts_of
from jobsim.text.tables import Table, between, counted, figure, millions, share
from jobsim.text.width import filled
from jobsim.vocabulary import PURSE_TITLES, PURSES

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_PRINTED = 5
"""Most figures to collect that are printed."""
_LITTLE = 0.05
"""Share of the variance below which a figure is not worth naming."""


@dataclass(frozen=True)
class NetSaving:
    """Net saving of the plan for one payer, over fits that are equally good.

    Parameters
    ----------
    payer, label : str
    mean, se, ci_low, ci_high : float, DKK
        Over draws of the posterior and futures, and its error.
    range_low, range_high : float, DKK
        Where 95 % of single futures fall: fits and chance.
    parameters_low, parameters_high : float, DKK
        Where 95 % of expected net savings fall: fits alone, Monte Carlo noise taken away.
    gains : float
        Share of the draws under which it is expected to be above 0.
    unit : str
    """

    payer: str
    label: str
    mean: float
    se: float
    ci_low: float
    ci_high: float
    range_low: float
    range_high: float
    parameters_low: float
    parameters_high: float
    gains: float
    unit: str


@dataclass(frozen=True)
class Datum:
    """A figure that could be collected.

    Parameters
    ----------
    name, label, when, unit : str
    expected, sd : float, in its unit
        What it would be, and how far it may be off: fits, chance and its own error.
    narrows : float
        Expected share of the variance of the net saving over fits that it would take away.
    low, high : float, DKK
        Range of the net saving that would be left on average, about today's mean.
    """

    name: str
    label: str
    when: str
    unit: str
    expected: float
    sd: float
    narrows: float
    low: float
    high: float


@dataclass(frozen=True, repr=False, eq=False)
class InMoney(Result):
    """Net savings of a plan over fits that are equally good, and what would narrow them.

    Only numbers that were learned vary; all others, and prices, stand as they are stated.

    Parameters
    ----------
    record : RunRecord
    index : int64[draws], rows of the posterior that were played
    savings : float64[payers, draws, futures], in the order of `PURSES`
    fitted : tuple of Aim
    collectable : tuple of Aim
    figures : float64[collectable and fitted, draws, futures]
    """

    record: RunRecord
    index: Ints
    savings: Floats
    fitted: tuple[Aim, ...]
    collectable: tuple[Aim, ...]
    figures: Floats
    _name: ClassVar = "net_saving"
    _keys: ClassVar = ("payer",)

    @cached_property
    def rows(self) -> tuple[NetSaving, ...]:
        """Every payer, then sums of them."""
        return tuple(self._row(payer) for payer in PURSES)

    def _row(self, payer: str) -> NetSaving:
        parts = Components(self._saving(payer))
        mean, expected = parts.mean, parts.conditional_means
        return NetSaving(
            payer,
            PURSE_TITLES[payer],
            *(mean.mean, mean.se, mean.ci_low, mean.ci_high, mean.range_low, mean.range_high),
            *parts.parameter_range,
            float(np.mean(expected > 0)),
            "DKK",
        )

    def _saving(self, payer: str) -> Floats:
        if payer not in PURSES:
            raise InputError(f'payer: there is no payer "{payer}"{nearest(payer, PURSES)}')
        return np.asarray(self.savings[PURSES.index(payer)])

    def data(self, payer: str = "municipality") -> tuple[Datum, ...]:
        """Figures that could be collected, by how much each alone would narrow a net saving.

        Parameters
        ----------
        payer : str, whose net saving

        Notes
        -----
        See `Ahead.of`. A figure's share is at most what follows its line over the draws; what was
        seen already is taken into account, with the chance that both have in common.
        """
        ahead, mean = self._ahead(payer), float(self._saving(payer).mean())
        low, high = (end - mean for end in Components(self._saving(payer)).parameter_range)
        spread = np.sqrt(ahead.expected.var(axis=0, ddof=1) + np.diagonal(ahead.about))
        left = np.sqrt(1.0 - ahead.shares)
        found = [
            Datum(
                *(aim.name, aim.label, aim.target.when, aim.unit),
                *(float(ahead.expected[:, n].mean()), float(spread[n]), float(ahead.shares[n])),
                *(mean + float(left[n]) * low, mean + float(left[n]) * high),
            )
            for n, aim in enumerate(self.collectable)
        ]
        return tuple(sorted(found, key=lambda one: -one.narrows))

    def _ahead(self, payer: str) -> Ahead:
        count = len(self.collectable)
        _, errors = values_and_errors(self.collectable)
        seen = values_and_errors(self.fitted)
        new, old = self.figures[:count], self.figures[count:]
        return Ahead.of(self._saving(payer), new, errors, old, *seen)

    def net_benefit(self, payer: str = "municipality") -> xr.DataArray | pd.DataFrame:
        """Net saving of the options baseline and scenario, as `evpi` and `evsi` take it.

        Returns
        -------
        DataArray [draw, option, future], DKK; 0 for the baseline
        """
        import pandas as pd

        saving = self._saving(payer)
        both = np.stack([np.zeros_like(saving), saving], axis=1)
        return labelled(both, pd.Index(self.index, name="draw"), ["baseline", "scenario"])

    def summaries(self, *names: str) -> pd.DataFrame:
        """What figures would be under each draw, one collection of each: for `evsi`.

        Parameters
        ----------
        *names : str, of `data`; without any, the one that narrows most

        Raises
        ------
        InputError
            If there is no such figure.
        """
        import pandas as pd

        known = {aim.name: place for place, aim in enumerate(self.collectable)}
        asked = texts_of("names", names or [one.name for one in self.data()[:1]])
        for name in asked:
            if name not in known:
                raise InputError(f'names: there is no figure "{name}"{nearest(name, known)}')
        places, ahead = [known[name] for name in asked], self._ahead("municipality")
        uniform = unit_points("sobol", len(self.index), len(places), seed=self.record.seed).values
        values, vectors = np.linalg.eigh(ahead.about[np.ix_(places, places)])
        noise = ndtri(uniform) @ (vectors * np.sqrt(np.maximum(0.0, values))).T
        index = pd.Index(self.index, name="draw")
        return pd.DataFrame(ahead.expected[:, places] + noise, columns=asked, index=index)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        import pandas as pd

        return {self._name: self.to_frame(), "data": pd.DataFrame(map(vars, self.data()))}

    def _lines(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            yield dict(vars(row))

    def _parts(self) -> list[Table | str]:
        return self.parts()

    def parts(self) -> list[Table | str]:
        """Tables that print it, also below those of a calibration."""
        return [self._savings(), self._collect()]

    def _savings(self) -> Table:
        rows = tuple(
            (
                row.label,
                millions(row.mean),
                between(millions, row.parameters_low, row.parameters_high),
                between(millions, row.range_low, row.range_high),
                share(row.gains),
            )
            for row in self.rows
        )
        note = filled(
            f"{counted(len(self.index), 'draw')} of the posterior, all other numbers and prices as "
            "stated. over fits: where 95 % of expected net savings fall. with chance: of single "
            "futures. gains: share of fits in which it is expected above 0."
        )
        header = ("", "mean", "over fits", "with chance", "gains")
        return Table("What it means: net saving, DKK million, nominal", header, rows, note)

    def _collect(self) -> Table | str:
        data = [one for one in self.data() if one.narrows >= _LITTLE][:_PRINTED]
        if not self.collectable:
            return "The run has no half-year or year whose figures could be collected."
        if not data:
            return filled(
                f"No figure that could be collected, of {len(self.collectable)}, would take away "
                f"{share(_LITTLE)} of the variance over fits of the municipality's net saving."
            )
        rows = tuple(
            (
                f"{one.label}, {one.when} ({one.unit})",
                f"{figure(round(one.expected, 1))} ± {figure(round(one.sd, 1))}",
                share(one.narrows),
                between(millions, one.low, one.high),
            )
            for one in data
        )
        note = filled(
            "expected: with its standard deviation over fits, chance and error. narrows: share of "
            "the variance over fits that it alone takes away on average. left: their range then."
        )
        title = "What to collect: what narrows the municipality's net saving most"
        return Table(title, ("", "expected", "narrows", "left"), rows, note)
