"""Every number and verdict of a comparison, without its looks; may import layers 0 to 3."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from jobsim.analysis.claims import Verdict, judge
from jobsim.analysis.measures import year_of
from jobsim.analysis.paired import Paired
from jobsim.analysis.record import RunRecord, record_of
from jobsim.analysis.rows import Row, find_row, rows_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Findings"]


@dataclass(frozen=True, repr=False, eq=False)
class Findings(Paired):
    """Rows, verdicts and data of two paired scenarios; arguments as of `Paired`."""

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every number of the comparison."""
        return tuple(rows_of(self))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The scenario's claims beside the model."""
        claims = self.played.scenario.claims
        return tuple(judge(code, claim, self) for code, claim in claims.items())

    @cached_property
    def record(self) -> RunRecord:
        """What is needed to play this comparison again to the same numbers."""
        return record_of(
            self.played.volumes, self.played.scenario, self.baseline.scenario, self.prices
        )

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
        return find_row(self.rows, measure, year, group, payer)

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
        return volumes.assign(increments=self.increments)

    def municipal_table(self) -> pd.DataFrame:
        """The municipality's mean increments by ledger line and budget year, DKK nominal.

        Returns
        -------
        DataFrame, one row per ledger line and a total, one column per calendar year and a sum
        """
        import pandas as pd

        mean = self.increments.sel(payer="municipality").mean("replication")
        lines = mean.transpose("line", "month").values
        years = year_of(self.played.months)
        table = pd.DataFrame(
            {str(year): lines[:, years == year].sum(axis=1) for year in self.played.years},
            index=pd.Index(mean.line.values.tolist(), name="DKK, scenario − baseline"),
        )
        table["whole run"] = table.sum(axis=1)
        table.loc["net saving"] = table.sum(axis=0)
        return table

    def claims_frame(self) -> pd.DataFrame:
        """Each claim with the model's mean, range and the verdict."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "claim": v.claim.label,
                    "measure": v.claim.measure,
                    "year": v.claim.year,
                    "role": v.claim.role,
                    "claimed": v.claim.value,
                    "model": v.model.mean,
                    "range_low": v.model.range_low,
                    "range_high": v.model.range_high,
                    "unit": v.unit,
                    "verdict": v.verdict,
                }
                for v in self.verdicts
            ]
        )
