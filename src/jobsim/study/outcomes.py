"""What a study tells: how far it has come, and outcomes priced from what it holds, and their file.

Nothing is simulated; may import analysis.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from importlib.util import find_spec
from itertools import groupby, islice
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jobsim.analysis.outcomes.measures import Paired, Played
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.playing.volume_store import key_of, played_text
from jobsim.analysis.setting.case import PRICES, has
from jobsim.analysis.uncertainty.uncertain_numbers import rows_of
from jobsim.arrays import Ints
from jobsim.engines.lowering import tables_of
from jobsim.engines.size import refuse_beyond_memory
from jobsim.engines.volumes import columns, labelled
from jobsim.errors import InputError, JobsimError, StudyError
from jobsim.files.writing import file_path, refuse_ending, refuse_to_replace, write_whole
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.number_register import listed, spread_moved
from jobsim.study.keeping.store import Store
from jobsim.study.keeping.strangers import MEND
from jobsim.study.plan import StudyPlan, evenly
from jobsim.text.currency import in_currency
from jobsim.text.printed import Printed
from jobsim.text.tables import Table

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, repr=False)
class StudyStatus(Printed):
    """Cells asked for and what came of them.

    Parameters
    ----------
    folder : str
    asked, done, failed, missing : int
        Cells; asked = done + failed + missing.
    seconds_left : float
        One process's work on what is missing, at the mean of what was played; NaN before.
    bytes : int, room on disk
    simulated, found : int
        Cells that the last call simulated, and those whose volumes it found.
    """

    folder: str
    asked: int
    done: int
    failed: int
    missing: int
    seconds_left: float
    room_bytes: int
    simulated: int = 0
    found: int = 0

    @property
    def missing_share(self) -> float:
        """Share of cells without volumes: failed, or not played yet."""
        return (self.failed + self.missing) / self.asked if self.asked else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Everything by name."""
        left = self.seconds_left
        return {**asdict(self), "seconds_left": None if math.isnan(left) else left}

    def _table(self) -> Table:
        rows = (
            ("done", f"{self.done:,}"),
            ("failed", f"{self.failed:,}"),
            ("missing", f"{self.missing:,}"),
            ("asked for", f"{self.asked:,}"),
            ("left for one process", _duration(self.seconds_left)),
            ("room on disk", f"{self.room_bytes / 1e6:,.1f} MB"),
        )
        note = f"{self.missing_share:.1%} of the cells are missing." if self.missing_share else ""
        return Table(f"Study {self.folder}", ("cells", ""), rows, note)


def _duration(seconds: float) -> str:
    if math.isnan(seconds):
        return "not known yet"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


_TOGETHER = 500
"""Cells that are looked up at a time."""


def status_of(store: Store, plan: StudyPlan | None) -> StudyStatus:
    """Count cells of a plan that are done, failed and missing; a minute for a million of them.

    Those of the plan are looked up one by one, so that nothing else in the folder counts.

    Raises
    ------
    StudyError
        If a row is damaged, or a cell that was played has no volumes.
    """
    lost = next(store.cells_without_volumes(), None)
    if lost is not None:
        raise StudyError(f"{store.folder}: cell {lost.hex()[:12]} has no volumes; {MEND}")
    digests = (cell.digest for cell in plan.cells()) if plan is not None else iter(())
    asked = done = failed = played = 0
    seconds = 0.0
    while some := list(islice(digests, _TOGETHER)):
        taken = store.played(some)
        asked, done = asked + len(some), done + len(taken)
        failed += len(store.failed([one for one in some if one not in taken]))
        played, seconds = played + sum(map(bool, taken.values())), seconds + sum(taken.values())
    missing = asked - done - failed
    left = missing * (seconds / played if played else math.nan) if missing else 0.0
    return StudyStatus(str(store.folder), asked, done, failed, missing, left, store.room_bytes)


DIMENSIONS = ("scenario", "prices", "draw", "replication")
_NUMBERS_AT_ONCE = 2**22
"""Numbers of volumes that are in memory together, of scenario and baseline each."""
_SIDES_KEPT = 3
"""A baseline comes again with every scenario of a draw."""
_COPIES = 3
"""Arrays of all outcomes that exist for a moment: values, those that are missing, the share."""


def outcomes_of(
    store: Store,
    plan: StudyPlan,
    quantities: tuple[Quantity, ...],
    prices: Mapping[str, Prices],
    *,
    partial: bool,
) -> xr.Dataset:
    """One variable for each quantity.

    Parameters
    ----------
    store : Store
    plan : StudyPlan
    quantities : tuple of Quantity
    prices : mapping of name to Prices
    partial : bool
        Whether outcomes without volumes are allowed; they are not a number.

    Returns
    -------
    xarray.Dataset with dimensions (scenario, prices, draw, replication); `attrs` tells how many of
    (scenario, draw, replication) are `missing`, the `missing_share` of all, and `note` why

    Raises
    ------
    SizeError
        If they would not fit in memory.
    StudyError
        If volumes are damaged.
    JobsimError
        If some are missing and `partial` is not said.
    """
    import xarray as xr

    names = list(plan.settings)
    draws = len(plan.draws(names[0]))
    shape = (len(quantities), len(names), len(prices), draws, plan.replications)
    what_needs = f"{' × '.join(f'{one:,}' for one in shape)} outcomes need"
    remedy = "ask for fewer measures or prices, or set JOBSIM_MEMORY_LIMIT_GIB"
    refuse_beyond_memory(prod(shape) * _COPIES * 8, what_needs, remedy)
    status = status_of(store, plan)
    values = np.full(shape, np.nan)
    reader = _Reader(store, plan, prices)
    for number, draw in _in_order(plan, draws):
        for (price, replications), pair in reader.pairs(names[number], draw):
            for q, one in enumerate(quantities):
                values[q, number, price, draw, replications] = one.of(pair)
    currency = next(one.currency for one in prices.values())
    data = {
        one.code: (
            DIMENSIONS,
            values[q],
            {"units": in_currency(one.unit, currency), "long_name": one.label},
        )
        for q, one in enumerate(quantities)
    }
    coordinates = {
        "scenario": np.array(names),
        "prices": np.array(list(prices)),
        "draw": np.arange(draws),
        "replication": np.arange(plan.replications),
    }
    missing = np.isnan(values).all(axis=(0, 2))
    note = _why_missing(status, int(missing.sum()), missing.size)
    if note and not partial:
        raise JobsimError(f"{store.folder}: {note}; partial=True hands out what is there")
    attributes = {
        "seed": str(plan.seed),
        "missing": int(missing.sum()),
        "missing_share": float(missing.mean()),
        "note": "; ".join(filter(None, (note, _undefined(data, missing)))),
        **({"changed": told} if (told := _spread_moved(plan)) else {}),
    }
    return xr.Dataset(data, coordinates, attributes).assign(_parameters(plan, draws))


def _spread_moved(plan: StudyPlan) -> str:
    """Which numbers of its scenarios are drawn about another value than the register's."""
    if not plan.design.count or plan.design.name == "table":
        return ""
    found = {name: spread_moved(rows_of(case)) for name, case in plan.settings.items()}
    return listed([f"{name}: {told}" for name, told in found.items() if told])


def _why_missing(status: StudyStatus, missing: int, count: int) -> str:
    """Say how many outcomes have no volumes, and why; nothing if all have.

    Raises
    ------
    StudyError
        If all cells were played.
    """
    if not missing:
        return ""
    reasons = {
        "not played yet (resume plays them)": status.missing,
        "failed (failures tells why)": status.failed,
    }
    told = [f"{cells:,} cells {why}" for why, cells in reasons.items() if cells]
    if not told:
        raise StudyError(f"{status.folder}: volumes of {missing:,} outcomes are lost; {MEND}")
    return f"{missing:,} of {count:,} outcomes are missing: {', '.join(told)}"


def _undefined(data: Mapping[str, Any], missing: NDArray[np.bool_]) -> str:
    """Say which measures are not a number where there are volumes; nothing if none is."""
    there = ~missing[:, None]
    counts = {code: int((np.isnan(values) & there).sum()) for code, (_, values, _) in data.items()}
    told = [f"{code} ({count:,})" for code, count in counts.items() if count]
    return f"not defined in some futures: {', '.join(told)}" if told else ""


def _in_order(plan: StudyPlan, draws: int) -> Iterator[tuple[int, int]]:
    """Numbers of settings with draws; neighbours that share a baseline take turns in each draw."""
    settings = enumerate(plan.settings.values())
    for _, some in groupby(settings, key=lambda one: played_text(one[1].baseline)):
        together = [number for number, _ in some]
        yield from ((number, draw) for draw in range(draws) for number in together)


class _Reader:
    """Reads pairs of what a study holds; the last few sides are remembered."""

    def __init__(self, store: Store, plan: StudyPlan, prices: Mapping[str, Prices]) -> None:
        self._store, self._plan, self._prices = store, plan, prices
        self._sides: dict[bytes, _Side] = {}

    def pairs(self, name: str, draw: int) -> Iterator[tuple[tuple[int, Ints], Paired]]:
        """Scenario beside baseline at each price list, of those replications that both have.

        They come in parts, of which each fits in a bounded memory.
        """
        row = self._plan.draws(name)[draw]
        try:
            drawn = self._plan.settings[name].with_(
                {path: value for path, value in row.items() if not path.startswith(PRICES)},
                move=self._plan.design.moving,
            )
        except InputError:  # kept as a failure when it was to be played
            return
        ours, theirs = self._side(drawn.scenario), self._side(drawn.baseline)
        if ours is None or theirs is None:  # of which nothing is kept
            return
        at_once = max(1, _NUMBERS_AT_ONCE // max(ours.width, theirs.width))
        for part in evenly(self._plan.replications, at_once):
            common = tuple(sorted(ours.rows(part).keys() & theirs.rows(part).keys()))
            if common:
                sides = ours.played(part, common), theirs.played(part, common)
                for p, one in enumerate(self._prices.values()):
                    yield (p, np.array(common)), Paired(*sides, _priced(one, row))

    def _side(self, scenario: Scenario) -> _Side | None:
        key = key_of(scenario, self._plan.seed)
        if key not in self._sides and not self._store.stretches(key, 0, self._plan.replications):
            return None
        side = self._sides.pop(key, None) or _Side(self._store, scenario, key, self._plan.seed)
        self._sides[key] = side  # as the last that was used
        if len(self._sides) > _SIDES_KEPT:
            del self._sides[next(iter(self._sides))]
        return side


class _Side:
    """What a study holds of a scenario or a baseline, of which the last part is remembered."""

    def __init__(self, store: Store, scenario: Scenario, key: bytes, seed: int) -> None:
        self._scenario, self._seed = scenario, str(seed)
        self._tables = tables_of(scenario)
        self.width = columns(self._tables)
        self.rows = lru_cache(maxsize=1)(lambda part: store.find(key, part, self.width))
        """Rows of a part, by replication, that are held."""
        self.played = lru_cache(maxsize=1)(self._played)

    def _played(self, part: range, numbers: tuple[int, ...]) -> Played:
        """Volumes of some replications of a part."""
        rows = np.stack([self.rows(part)[number] for number in numbers])
        volumes = labelled(self._tables, rows, np.array(numbers))
        return Played(self._scenario, volumes.assign_attrs(seed=self._seed))


def _priced(prices: Prices, row: Mapping[str, object]) -> Prices:
    stems = {path: path.removeprefix(PRICES) for path in row if path.startswith(PRICES)}
    changes = {stem: row[path] for path, stem in stems.items() if has(prices, stem)}
    return prices.with_(changes) if changes else prices


def _parameters(plan: StudyPlan, draws: int) -> dict[str, object]:
    """Values of every drawn number, under its path: float64[scenario, draw]."""
    table = {name: list(plan.draws(name)) for name in plan.settings}
    paths = dict.fromkeys(path for rows in table.values() for row in rows for path in row)
    values = {
        path: np.array([[_number(row.get(path)) for row in rows] for rows in table.values()])
        for path in paths
    }
    return {
        path: (("scenario", "draw"), found, _NOT_DRAWN if np.isnan(found).any() else {})
        for path, found in values.items()
    }


_NOT_DRAWN = {"comment": "not a number where it is not drawn, or is no number that floats reach"}


def _number(value: object) -> float:
    """A drawn value, not a number where it is none or beyond floats."""
    try:
        return float(value) if isinstance(value, (int, float)) else float("nan")
    except OverflowError:
        return float("nan")


_NEEDS = {".nc": "h5netcdf", ".zarr": "zarr", ".parquet": "pyarrow"}
"""Formats and the library each needs."""


def write_dataset(data: xr.Dataset, path: Path, *, force: bool) -> Path:
    """Write a dataset as NetCDF (.nc), Zarr (.zarr) or Parquet (.parquet), whole or not at all.

    Raises
    ------
    InputError
        If the ending is another, or the library for it is not installed.
    OutputError
        If the file is there already and is to stay, or cannot be written.
    """
    check_path(path, force=force)
    return write_whole(path, partial(_write, data), force=force, replaceable=_is_zarr)


def check_path(given: str | os.PathLike[str], *, force: bool) -> Path:
    """Refuse a path that cannot be written, before anything is priced; see `write_dataset`."""
    path = file_path(given)
    refuse_ending(path, *_NEEDS)
    ending = path.suffix.lower()
    if find_spec(_NEEDS[ending]) is None:
        raise InputError(f"{path}: {ending} needs {_NEEDS[ending]}; pip install 'jobsim[study]'")
    if not (force and _is_zarr(path)):
        refuse_to_replace(path, force=force)
    return path


def _is_zarr(path: Path) -> bool:
    """Whether a folder is there that holds a dataset; no other is replaced."""
    whole = path.suffix.lower() == ".zarr" and os.path.isdir(path) and not os.path.islink(path)
    return whole and any(os.path.isfile(path / name) for name in (".zgroup", "zarr.json"))


def _write(data: xr.Dataset, path: Path) -> None:
    ending = path.suffix.lower()
    if ending == ".nc":
        plain = {name: str(name).replace("/", " per ") for name in data.data_vars}
        data.rename(plain).to_netcdf(path, engine="h5netcdf")
    elif ending == ".zarr":
        data.to_zarr(path, zarr_format=2)  # whose text every Zarr library reads
    else:
        data.to_dataframe().reset_index().to_parquet(path)
