"""A comparison, or what happens in one scenario alone, with every replication kept.

May import summaries and how to play.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jobsim.analysis.comparing.samples import Row, Rows, Tally
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.measures import MEASURES, Paired, Played
from jobsim.analysis.outcomes.quantity import Verdict
from jobsim.analysis.outcomes.record import RunRecord, save_tables
from jobsim.analysis.outcomes.spread import spread
from jobsim.analysis.playing.options import Reached
from jobsim.engines import simulate
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.text.tables import Framed, Printed, Table, count, interval, share

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
        played = self.played
        case = (played.scenario, self.baseline.scenario, self.prices)
        how = (played.numbers, played.seed, played.engine)
        return Summary(*case, *how, *tally.found(), self.reached)

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


@dataclass(frozen=True, repr=False, eq=False)
class Outcome(Printed, Framed):
    """Volumes of one scenario by calendar year and group, with the three spreads.

    Parameters
    ----------
    played : Played
    prices : Prices, for the record only: volumes know no price
    """

    played: Played
    prices: Prices

    @cached_property
    def record(self) -> RunRecord:
        """What is needed to play this run again."""
        played = self.played
        case = (played.scenario, None, self.prices)
        return RunRecord(*case, played.numbers, played.seed, played.engine)

    def save(self, folder: str | Path) -> list[Path]:
        """Write measures (CSV, Excel), the dataset (NetCDF) and the run record to a folder."""
        return save_tables(folder, {"measures": self.to_frame()}, self.played.volumes, self.record)

    def _lines(self) -> list[dict[str, object]]:
        groups = self.played.scenario.groups
        return [
            {"measure": code, "year": year, "group": group}
            | vars(spread(measure.over(self.played, year, group)))
            | {"unit": measure.unit}
            for code, measure in MEASURES.items()
            for group in (None, *(groups if measure.by_group and len(groups) > 1 else ()))
            for year in (*self.played.years, None)
        ]

    def __repr__(self) -> str:
        scenario = self.played.scenario
        head = (
            f"{scenario.name}: {scenario.title or scenario.municipality.name}\n"
            f"{scenario.horizon.weeks} weeks from {scenario.horizon.start} · "
            f"{len(self.played.numbers)} replications · seed {self.played.seed}\n"
            "ci: Monte Carlo 95 % interval of the mean; range: where 95 % of futures fall."
        )
        return f"{head}\n\n{self._table().text()}"

    def _table(self) -> Table:
        rows = []
        for measure in MEASURES.values():
            shown = share if measure.unit == "share" else count
            for year in self.played.years:
                s = spread(measure.over(self.played, year))
                if s.mean == s.mean and (s.mean or s.range_high):
                    label = measure.label if year == self.played.years[0] else ""
                    ci = interval(shown(s.ci_low), shown(s.ci_high))
                    span = interval(shown(s.range_low), shown(s.range_high))
                    rows.append((label, str(year), shown(s.mean), ci, span))
        return Table("What happens", ("", "year", "mean", "ci", "range"), tuple(rows))


def run(
    scenario: Scenario,
    *,
    replications: int | Sequence[int] = 200,
    seed: int = 1,
    engine: str = "auto",
    threads: int | None = None,
    prices: Prices | None = None,
    progress: bool = True,
) -> Outcome:
    """Play one scenario and summarise its volumes; arguments as in `simulate`."""
    volumes = simulate(
        scenario,
        replications=replications,
        seed=seed,
        engine=engine,
        threads=threads,
        progress=progress,
    )
    return Outcome(Played(scenario, volumes), Prices.load("denmark") if prices is None else prices)
