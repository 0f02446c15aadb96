"""The study as users meet it; may import everything in this package."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from jobsim.analysis.outcomes.quantity import Quantity, quantities_of
from jobsim.analysis.playing.options import PlayOptions, RunOptions, takes_options
from jobsim.analysis.playing.player import plan_of
from jobsim.analysis.playing.volume_store import Failure
from jobsim.analysis.playing.workers import as_they_come, kept_workers
from jobsim.analysis.setting.case import MoveWhere
from jobsim.arrays import Ints
from jobsim.engines.size import MOST_THREADS
from jobsim.errors import InputError, StudyError
from jobsim.scenario import Scenario
from jobsim.scenario.fields import whole_number
from jobsim.study import asked
from jobsim.study.asked import PriceLists, Scenarios
from jobsim.study.checking import faults_of, merge_into
from jobsim.study.keeping.store import Store, store_of
from jobsim.study.outcomes import StudyStatus, check_path, outcomes_of, status_of, write_dataset
from jobsim.study.plan import StudyPlan, plan_in
from jobsim.study.playing.missing import Players, filled, play_missing, play_work

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from distributed import Client


@dataclass(frozen=True)
class Study:
    """A folder that keeps what was simulated, for every question and however often it is killed.

    Either give it to any question (``js.sweep(…, study=study)``), which then simulates only what
    the folder lacks; or let it play a plan of its own with `run`: scenarios × draws of parameters ×
    blocks of replications. What is finished is committed at once. Volumes are kept, not money:
    other prices simulate nothing.

    Parameters
    ----------
    folder : str or Path
        One machine writes to it at a time, by as many processes as one likes; `merge` brings the
        folders of several machines together.
    block : int
        Replications that are played and kept together; has no effect on any number.

    Examples
    --------
    >>> import tempfile, jobsim as js
    >>> folder = tempfile.TemporaryDirectory()
    >>> study = js.Study(folder.name)
    >>> town = js.Scenario.load("esbjerg-2018")
    >>> how = {"replications": 2, "engine": "numpy", "progress": False}
    >>> study.run(town, **how).done
    2
    >>> study.run(town, **how).simulated
    0
    >>> budget = {"programmes.intensive.budget_per_year.scale": [1, 2]}
    >>> swept = js.sweep(town, budget, measures="placements", study=study, **how)
    >>> study.close(); folder.cleanup()
    """

    folder: Path
    block: int = 50

    def __init__(self, folder: str | os.PathLike[str], *, block: int = 50) -> None:
        if not isinstance(folder, (str, os.PathLike)):
            raise InputError(f"folder: must be a path, got {type(folder).__name__}")
        object.__setattr__(self, "folder", Path(os.path.abspath(folder)))
        object.__setattr__(self, "block", whole_number("block", block, 1, 2**32 - 1))

    # What plays: plans of its own

    @takes_options("precision", "study")
    def run(
        self,
        scenarios: Scenarios,
        *,
        baseline: Scenario | None = None,
        draws: int | pd.DataFrame | Sequence[Mapping[str, object]] | None = None,
        design: str = "auto",
        parameters: Sequence[str] | None = None,
        prices: PriceLists | None = None,
        move: MoveWhere = "auto",
        client: Client | str | None = None,
        **how: Unpack[PlayOptions],
    ) -> StudyStatus:
        """Play scenarios beside their baselines, under every draw; resumes where it stopped.

        Parameters
        ----------
        scenarios : Scenario, or several: in a list, or by name
        baseline : Scenario, optional
            Baseline of all; without it, each scenario without programmes, consultants, supports.
        draws, design, parameters : optional
            See `parameter_draws`: how many draws of each scenario's uncertain numbers, or a table;
            without draws, scenarios are played as they stand. `parameters` are paths.
        prices : Prices, or several by name, optional
            Default "denmark"; the first is drawn from together with the scenario.
        move : "auto", "both" or "scenario"
            What draws move; see `sweep`.
        client : distributed.Client, or str, optional
            Dask cluster that plays the cells, or where its scheduler is: "tcp://…", or the path of
            its JSON file. This process keeps what comes.
        **how
            How to play.

        Returns
        -------
        StudyStatus

        Raises
        ------
        InputError
            If an argument is not valid, a baseline that is given differs already at a fact of the
            world that is drawn, or the folder holds another plan.
        StudyError, OutputError
            If the folder cannot be used.
        """
        full = asked.how_to_play(how)
        lists = asked.price_lists(prices)
        drawn, table = asked.study_design(draws, design, parameters, move)
        plan = StudyPlan(
            settings=asked.settings_of(scenarios, baseline, lists),
            prices=lists,
            design=drawn,
            replications=asked.replications_asked(full),
            seed=full["seed"],
            block=self.block,
            decided=lambda _: table,
        )
        plan.draws(next(iter(plan.settings)))
        plan.check_moves(plan.settings if baseline is not None else ())
        plan_of(next(iter(plan.settings.values())).scenario, full, plays=1)
        held = plan_in(self._store) if self._store.exists else None
        if held is not None and not held.asks_as(plan):
            raise InputError(
                f"{self.folder}: holds another plan; resume or extend it, or take another folder"
            )
        if held is None:
            plan.check_draws(progress=full["progress"])
        return self._play(held or plan, full, client, is_new=held is None)

    @takes_options("replications", "seed", "prices", "precision", "study")
    def resume(
        self,
        *,
        retry_failed: bool = False,
        client: Client | str | None = None,
        **how: Unpack[PlayOptions],
    ) -> StudyStatus:
        """Play what is missing of the plan.

        Parameters
        ----------
        retry_failed : bool
            Whether cells that failed are tried again.
        client : distributed.Client, or str, optional
        **how
            How to play.
        """
        full = asked.how_to_play(how, "replications", "seed")
        return self._play(self._plan(), full, client, retry_failed=retry_failed)

    @takes_options("seed", "precision", "study", replications=None)
    def extend(
        self,
        *,
        scenarios: Scenarios | None = None,
        baseline: Scenario | None = None,
        draws: int | pd.DataFrame | Sequence[Mapping[str, object]] | None = None,
        prices: PriceLists | None = None,
        client: Client | str | None = None,
        **how: Unpack[PlayOptions],
    ) -> StudyStatus:
        """Add scenarios, draws, replications or prices, and play exactly what is new.

        `replications` are all that there shall be; without it, those of the plan.

        Parameters
        ----------
        scenarios, baseline, prices : optional
            Those to add, as of `run`.
        draws : optional
            How many in all, or a table that begins with that of the plan. Draws that are there
            stay; those of a Latin hypercube are followed by a hypercube of what is added.
        client : distributed.Client, or str, optional
        **how
            How to play.

        Raises
        ------
        InputError
            If fewer draws or replications are asked for than the plan has, other draws, or another
            scenario or price list under the same name.
        """
        full = asked.how_to_play(how, "seed")
        plan = self._plan()
        settings = {}
        if scenarios is not None:
            settings = asked.settings_of(scenarios, baseline, plan.prices)
        lists = {} if prices is None else asked.price_lists(prices)
        asked.refuse_other(plan.settings, settings, "scenario")
        asked.refuse_other(plan.prices, lists, "price list")
        wider = replace(
            plan,
            settings={**plan.settings, **settings},
            prices={**plan.prices, **lists},
            replications=asked.more_of(plan.replications, how),
            _draws={},
        )
        if draws is not None:
            wider = asked.with_more_draws(wider, draws)
        wider.check_moves(settings if baseline is not None else ())
        wider.check_draws(progress=full["progress"], held=plan)
        return self._play(wider, full, client, is_new=True)

    def replay(self, cell: str) -> xr.Dataset:
        """Play one cell again, here and now; its error, if any, is raised.

        Parameters
        ----------
        cell : str, as failures name it
        """
        plan = self._plan()
        for one in plan.cells():
            if one.digest.hex().startswith(cell):
                from jobsim.engines import simulate

                return simulate(one.world.played, replications=one.numbers, seed=plan.seed)
        raise InputError(f"{self.folder}: has no cell {cell}")

    # What tells

    def status(self) -> StudyStatus:
        """How many cells are done, failed and missing, and what is left."""
        return status_of(self._store, plan_in(self._store))

    def failures(self) -> list[Failure]:
        """Cells that failed, with their parameters, error and the line that plays them again."""
        return self._store.failures() if self._store.exists else []

    def outcomes(
        self,
        measures: Iterable[str | Quantity] | str | None = None,
        *,
        prices: PriceLists | None = None,
        partial: bool = False,
    ) -> xr.Dataset:
        """Measures of every scenario, price list, draw and replication; simulates nothing.

        Parameters
        ----------
        measures : iterable of str, optional
            Without it, some twenty standard measures of the whole run; see `quantity`.
        prices : Prices, or several by name, optional
            Other price lists than those of the plan.
        partial : bool
            Whether to hand out what is there of a study that is not finished, or where cells
            failed: the rest is not a number, and `attrs` says how much and why.

        Returns
        -------
        xarray.Dataset with dimensions (scenario, prices, draw, replication); `attrs` tells how
        many outcomes are `missing`, the `missing_share`, and in a `note` why

        Raises
        ------
        StudyError
            If something is damaged.
        JobsimError
            If something is missing and `partial` is not said.
        InputError
            If a price list lacks a price that is drawn.
        """
        plan = self._plan()
        lists = plan.prices if prices is None else asked.price_lists(prices)
        for name in plan.settings if prices is not None else ():
            plan.check_prices(name, lists)
        return outcomes_of(self._store, plan, quantities_of(measures), lists, partial=partial)

    def export(
        self,
        path: str | os.PathLike[str],
        measures: Iterable[str | Quantity] | str | None = None,
        *,
        partial: bool = False,
        force: bool = False,
    ) -> Path:
        """Write `outcomes` to one file: NetCDF (.nc), Zarr (.zarr) or Parquet (.parquet)."""
        target = check_path(path, force=force)
        found = self.outcomes(measures, partial=partial)
        return write_dataset(found, target, force=force)

    def merge(self, *folders: str | os.PathLike[str]) -> int:
        """Copy what other folders hold, all or nothing; see `checking.merge_into`.

        Returns
        -------
        int, blocks of volumes that were new

        Raises
        ------
        StudyError
            If a folder is of another model version or seed, holds another scenario under the same
            name, is damaged, or has other volumes for what is known here.
        """
        return merge_into(self._store, [Path(os.path.abspath(folder)) for folder in folders])

    def verify(self, *, mend: bool = False) -> list[str]:
        """Read everything and test its checksums; a line for each fault.

        Parameters
        ----------
        mend : bool
            Whether what is damaged is dropped, so that `resume` plays it again.
        """
        return faults_of(self._store, mend=mend)

    def close(self) -> None:
        """Let go of the file; it opens again when it is used."""
        self._store.close()

    def __enter__(self) -> Study:
        return self

    def __exit__(self, *ended: object) -> None:
        self.close()

    # What questions ask of a store

    def find(self, key: bytes, numbers: Sequence[int], width: int) -> Mapping[int, Ints]:
        """Rows of volumes of those replications that are kept."""
        return self._store.find(key, numbers, width) if self._store.exists else {}

    def fill(
        self, key: bytes, missing: Sequence[int], width: int, play: Callable[[range], Ints]
    ) -> Iterator[Mapping[int, Ints]]:
        """Play and keep replications that are missing, each once however many processes ask."""
        return filled(self._store, self.block, key, missing, width, play)

    def keep_failure(self, failure: Failure) -> None:
        """Keep what is known of a cell that failed."""
        self._store.keep_failure(failure)

    @property
    def _store(self) -> Store:
        return store_of(self.folder)

    def _plan(self) -> StudyPlan:
        if not self._store.exists:
            raise StudyError(f"{self.folder}: there is no study here")
        plan = plan_in(self._store)
        if plan is None:
            raise StudyError(f"{self.folder}: there is no plan here yet; run one")
        return plan

    def _play(
        self,
        plan: StudyPlan,
        how: RunOptions,
        client: Client | str | None,
        *,
        is_new: bool = False,
        retry_failed: bool = False,
    ) -> StudyStatus:
        if client is not None:
            how = {**how, "threads": how["threads"] or 1}
        with _players_of(client, how) as players:  # before anything is written
            if is_new:
                self._store.keep_plan(plan.kept())
            simulated, found = play_missing(
                self._store, plan, how, players, retry_failed=retry_failed
            )
        return replace(status_of(self._store, plan), simulated=simulated, found=found)


@contextmanager
def _players_of(client: Client | str | None, how: RunOptions) -> Iterator[Players]:
    """Whoever plays: this process, several, an executor, or a cluster.

    Parameters
    ----------
    client : distributed.Client, or str, or None
        Of a cluster, or where its scheduler is.
    how : RunOptions, complete

    Raises
    ------
    InputError
        If Dask is not installed, no scheduler answers, or processes are asked for beside it.
    """
    if client is None:
        with kept_workers(how, MOST_THREADS) as kept:
            yield lambda tasks: as_they_come(play_work, tasks, kept)
        return
    if how["executor"] is not None or how["n_jobs"] != 1:
        raise InputError("client: goes with neither executor= nor n_jobs=")
    if find_spec("distributed") is None:
        raise InputError("client: needs Dask; pip install 'jobsim[distributed]'")
    from jobsim.study.playing.on_dask import connected, played_by

    with connected(client) as cluster:
        yield lambda tasks: played_by(cluster, tasks)
