"""The result of a comparison; may import scenario, engines' volumes and the ledger."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.claims import Verdict, judge
from jobsim.analysis.comparison_text import tables_of_comparison
from jobsim.analysis.measures import MEASURES, Played, months_of
from jobsim.analysis.money import cost, gross, net
from jobsim.analysis.outcome import record_of
from jobsim.analysis.record import RunRecord
from jobsim.analysis.rows import Row, rows_of
from jobsim.analysis.saving import save_comparison
from jobsim.analysis.tables import Table
from jobsim.errors import InputError, nearest
from jobsim.ledger import Prices, after_displacement, post, social_present_value, sums

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Comparison"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class Comparison:
    """A scenario beside a baseline, paired by key and priced; increments are scenario − baseline.

    Parameters
    ----------
    played, baseline : Played
        The two scenarios with their volumes, every replication kept.
    prices : Prices

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> dearer = result.reprice(result.prices.with_({"equalisation.kept_share": 0.5}))
    >>> dearer.row("placements", year=2018) == result.row("placements", year=2018)
    True
    """

    played: Played
    baseline: Played
    prices: Prices

    @cached_property
    def amounts(self) -> tuple[xr.DataArray, xr.DataArray]:
        """Posted amounts of scenario and baseline, with the sums over payers."""
        return (
            sums(post(self.played.volumes, self.played.scenario, self.prices)),
            sums(post(self.baseline.volumes, self.baseline.scenario, self.prices)),
        )

    @cached_property
    def increments(self) -> xr.DataArray:
        """Scenario − baseline, DKK by (line, payer, replication, month)."""
        scenario, baseline = self.amounts
        return scenario - baseline

    @cached_property
    def displaced_increments(self) -> xr.DataArray:
        """Increments after displacement of other job seekers."""
        own = self.increments.sel(payer=[p for p in self.increments.payer.values if p in _FOUR])
        return sums(after_displacement(own, self.prices))

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every number of the comparison."""
        return tuple(rows_of(self))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The scenario's claims beside the model."""
        return tuple(
            judge(code, claim, self.played, self.baseline, self._money)
            for code, claim in self.played.scenario.claims.items()
        )

    @cached_property
    def record(self) -> RunRecord:
        """What is needed to play this comparison again to the same numbers."""
        return record_of(self.played, self.baseline, self.prices)

    @property
    def replications(self) -> int:
        """Number of futures played."""
        return int(self.played.volumes.sizes["replication"])

    def row(
        self,
        measure: str,
        *,
        year: int | None = None,
        group: str | None = None,
        payer: str | None = None,
    ) -> Row:
        """One row; `year` None is the whole run, `payer` may be left out where there is one.

        Raises
        ------
        InputError
            If there is no such row, or several.
        """
        found = [
            row
            for row in self.rows
            if (row.measure, row.year, row.group) == (measure, year, group)
            and payer in (None, row.payer)
        ]
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            payers = ", ".join(str(row.payer) for row in found)
            raise InputError(f"row: {measure} is there for several payers; name one of {payers}")
        hint = nearest(measure, {row.measure for row in self.rows})
        raise InputError(
            f"row: there is no {measure} with year={year}, group={group}, payer={payer}{hint}"
        )

    def reprice(self, prices: Prices) -> Comparison:
        """Price the same volumes with another price list; nothing is simulated again."""
        return dataclasses.replace(self, prices=prices)

    def difference_of(self, measure: str, year: int | None) -> Floats:
        """Difference of a volume measure in each replication (float64[replications])."""
        m = MEASURES[measure]
        ours = m.of(self.played, months_of(self.played, year))
        return ours - m.of(self.baseline, months_of(self.baseline, year))

    def present_value(self, increments: xr.DataArray) -> Floats:
        """Social net present value of increments in each replication."""
        own = increments.sel(payer=[p for p in increments.payer.values if p in _FOUR])
        return np.asarray(social_present_value(own, self.played.scenario, self.prices).values)

    def _money(self, measure: str, payer: str, year: int) -> Floats:
        monthly = {"gross_saving": gross, "net_saving": net, "programme_cost": cost}[measure]
        months = months_of(self.played, year)
        return np.asarray(monthly(self.increments, payer)[:, months].sum(axis=1))

    def to_frame(self) -> pd.DataFrame:
        """Every number as a table with one line per measure, year, group and payer."""
        import pandas as pd

        return pd.DataFrame([dataclasses.asdict(row) for row in self.rows])

    def to_dataset(self) -> xr.Dataset:
        """Volumes of both scenarios and the money of their difference, every replication.

        Volumes have a leading dimension `scenario` ("scenario", "baseline"); `increments` is DKK
        by line, payer, replication and month.
        """
        import xarray as xr

        volumes = xr.concat(
            [self.played.volumes, self.baseline.volumes],
            dim=xr.DataArray(["scenario", "baseline"], dims="scenario", name="scenario"),
            join="outer",
            fill_value=0,
            combine_attrs="drop_conflicts",
        )
        return volumes.assign(increments=self.increments.assign_attrs(units="DKK"))

    def save(self, folder: str | Path) -> list[Path]:
        """Write tables (CSV, Excel), the dataset (NetCDF) and the run record to a folder."""
        return save_comparison(self, folder)

    def __repr__(self) -> str:
        return "\n\n".join(part if isinstance(part, str) else part.text() for part in self._parts)

    def _repr_html_(self) -> str:
        return "".join(
            f"<p>{part}</p>" if isinstance(part, str) else part.html() for part in self._parts
        )

    @cached_property
    def _parts(self) -> list[Table | str]:
        return tables_of_comparison(self)


_FOUR = ("municipality", "state", "recipient", "employer")
