"""Every number and verdict of a comparison, without its looks; may import layers 0 to 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.comparing.samples import Row, find_row
from jobsim.analysis.outcomes.claims import Verdict
from jobsim.analysis.outcomes.measures import year_of
from jobsim.analysis.outcomes.record import RunRecord, versions_here
from jobsim.analysis.playing.precision import Reached
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.text.tables import Framed
from jobsim.vocabulary import LINES

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False, eq=False)
class Findings(Framed):
    """What a comparison found: rows with their three spreads, and claims beside the model.

    Parameters
    ----------
    scenario, baseline : Scenario
    prices : Prices
    numbers : sequence of int
        Numbers of the replications.
    seed : int
    engine : str
    rows : tuple of Row
    verdicts : tuple of Verdict
    municipal : float64[line, month]
        The municipality's mean increments, DKK.
    reached : Reached or None
        How precisely means are known, where that was asked for.
    """

    scenario: Scenario
    baseline: Scenario
    prices: Prices
    numbers: Sequence[int]
    seed: int
    engine: str
    rows: tuple[Row, ...]
    verdicts: tuple[Verdict, ...]
    municipal: npt.NDArray[np.float64]
    reached: Reached | None = None

    @property
    def replications(self) -> int:
        """Number of futures played."""
        return len(self.numbers)

    @property
    def months(self) -> npt.NDArray[np.datetime64]:
        """datetime64[M][n_months]."""
        return self.scenario.weeks.months

    @cached_property
    def years(self) -> list[int]:
        """Calendar years of the run."""
        return [int(year) for year in np.unique(year_of(self.months))]

    @cached_property
    def record(self) -> RunRecord:
        """What is needed to play this comparison again to the same numbers."""
        return RunRecord(
            scenario=self.scenario,
            baseline=self.baseline,
            prices=self.prices,
            replications=list(self.numbers),
            seed=self.seed,
            engine=self.engine,
            versions=versions_here(),
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

    def municipal_table(self) -> pd.DataFrame:
        """The municipality's mean increments by ledger line and budget year, DKK nominal.

        Returns
        -------
        DataFrame, one row per ledger line and a total, one column per calendar year and a sum
        """
        import pandas as pd

        years = year_of(self.months)
        table = pd.DataFrame(
            {str(year): self.municipal[:, years == year].sum(axis=1) for year in self.years},
            index=pd.Index(LINES, name="DKK, scenario − baseline"),
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
