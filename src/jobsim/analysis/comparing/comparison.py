"""A comparison with every replication kept; may import layers 0 to 3."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jobsim.analysis.comparing.samples import Row, Rows, Tally
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.claims import Verdict
from jobsim.analysis.outcomes.paired import Paired
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.playing.options import Reached
from jobsim.analysis.setting.case import Case
from jobsim.ledger import Prices
from jobsim.text.tables import Printed, Table

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Printed, Rows, Paired):
    """A scenario beside a baseline, paired by key and priced; increments are scenario − baseline.

    Parameters
    ----------
    played, baseline : Played
        The two scenarios with their volumes, every replication kept.
    prices : Prices
    reached : Reached or None
        How precisely means are known, where that was asked for.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> dearer = result.reprice(result.prices.with_({"equalisation.kept_share": 0.5}))
    >>> dearer.row("placements", year=2018) == result.row("placements", year=2018)
    True
    """

    reached: Reached | None = None

    @cached_property
    def summary(self) -> Summary:
        """Every number and verdict, as `summarise` gives it without keeping replications."""
        tally = Tally()
        tally.add(self)
        played, case = self.played, Case(self.played.scenario, self.baseline.scenario, self.prices)
        seed, engine = played.seed, played.engine
        return Summary.of(
            tally, case, played.numbers, seed=seed, engine=engine, reached=self.reached
        )

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every number of the comparison."""
        return self.summary.rows

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The scenario's claims beside the model."""
        return self.summary.verdicts

    @property
    def record(self) -> RunRecord:
        """What is needed to play this comparison again to the same numbers."""
        return self.summary.record

    def reprice(self, prices: Prices) -> Comparison:
        """Price the same volumes with another price list; nothing is simulated again."""
        return dataclasses.replace(self, prices=prices, reached=None)

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

    def save(self, folder: str | Path) -> list[Path]:
        """Write tables, the dataset and the run record to a folder; see `Summary.save`."""
        return self.summary.save(folder, data=self.to_dataset())

    def _parts(self) -> list[Table | str]:
        return self.summary._parts()
