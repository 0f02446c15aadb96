"""Outcomes priced from what a study holds; nothing is simulated; may import analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobsim.analysis.outcomes.measures import Played
from jobsim.analysis.outcomes.paired import Paired
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.playing.memory import key_of
from jobsim.analysis.playing.setting import PRICES, has
from jobsim.engines.flat import columns, labelled
from jobsim.engines.lowering import tables_of
from jobsim.engines.size import memory_limit_gib
from jobsim.errors import InputError, SizeError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.study.plan import StudyPlan, evenly
from jobsim.study.store import Store

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["outcomes_of"]

Floats = npt.NDArray[np.float64]
DIMENSIONS = ("scenario", "prices", "draw", "replication")
_NUMBERS_AT_ONCE = 2**22
"""Numbers of volumes that are in memory together, of scenario and baseline each."""
_COPIES = 3
"""Arrays of all outcomes that exist for a moment: values, those that are missing, the share."""


def outcomes_of(
    store: Store,
    plan: StudyPlan,
    quantities: tuple[Quantity, ...],
    prices: Mapping[str, Prices],
) -> xr.Dataset:
    """One variable for each quantity; not a number where volumes are missing.

    Parameters
    ----------
    store : Store
    plan : StudyPlan
    quantities : tuple of Quantity
    prices : mapping of name to Prices

    Returns
    -------
    xarray.Dataset with dimensions (scenario, prices, draw, replication); `attrs["missing_share"]`
    is the share of (scenario, draw, replication) without volumes

    Raises
    ------
    SizeError
        If they would not fit in memory.
    StudyError
        If volumes are damaged.
    """
    import xarray as xr

    names = list(plan.settings)
    draws = len(plan.draws(names[0]))
    shape = (len(quantities), len(names), len(prices), draws, plan.replications)
    _refuse_too_many(shape)
    values = np.full(shape, np.nan)
    for s, name in enumerate(names):
        for d in range(draws):
            for where, pair in _pairs(store, plan, name, d, prices):
                for q, one in enumerate(quantities):
                    values[q, s, where[0], d, where[1]] = one.of(pair)
    data = {
        one.code: (DIMENSIONS, values[q], {"units": one.unit, "long_name": one.label})
        for q, one in enumerate(quantities)
    }
    coordinates = {
        "scenario": np.array(names),
        "prices": np.array(list(prices)),
        "draw": np.arange(draws),
        "replication": np.arange(plan.replications),
    }
    missing = float(np.mean(np.isnan(values).all(axis=(0, 2))))
    found = xr.Dataset(data, coordinates, attrs={"seed": str(plan.seed), "missing_share": missing})
    return found.assign(_parameters(plan, draws))


def _refuse_too_many(shape: Sequence[int]) -> None:
    """Raise SizeError if as many values would not fit in memory."""
    need, limit = prod(shape) * _COPIES * 8 / 2**30, memory_limit_gib()
    if need > limit:
        raise SizeError(
            f"{' × '.join(f'{one:,}' for one in shape)} outcomes need {need:.1f} GiB and {limit:g} "
            "GiB are allowed; ask for fewer measures or prices, or set JOBSIM_MEMORY_LIMIT_GIB"
        )


def _pairs(
    store: Store, plan: StudyPlan, name: str, draw: int, prices: Mapping[str, Prices]
) -> Iterator[tuple[tuple[int, npt.NDArray[np.int64]], Paired]]:
    """Scenario beside baseline at each price list, of those replications that both have.

    They come in parts, of which each fits in a bounded memory.
    """
    row = plan.draws(name)[draw]
    try:
        drawn = plan.settings[name].with_(
            {path: value for path, value in row.items() if not path.startswith(PRICES)}, both=True
        )
    except InputError:  # kept as a failure when it was to be played
        return
    scenarios = (drawn.scenario, drawn.baseline)
    width = max(columns(tables_of(one)) for one in scenarios)
    for part in evenly(plan.replications, max(1, _NUMBERS_AT_ONCE // width)):
        ours, theirs = (_known(store, plan, one, part) for one in scenarios)
        common = np.array(sorted(ours.keys() & theirs.keys()), dtype=np.int64)
        if not len(common):
            continue
        sides = (_played(drawn.scenario, ours, common), _played(drawn.baseline, theirs, common))
        for p, one in enumerate(prices.values()):
            yield (p, common), Paired(*sides, _priced(one, row))


def _priced(prices: Prices, row: Mapping[str, object]) -> Prices:
    stems = {path: path.removeprefix(PRICES) for path in row if path.startswith(PRICES)}
    changes = {stem: row[path] for path, stem in stems.items() if has(prices, stem)}
    return prices.with_(changes) if changes else prices


def _known(
    store: Store, plan: StudyPlan, scenario: Scenario, numbers: range
) -> dict[int, npt.NDArray[np.int64]]:
    key, width = key_of(scenario, plan.seed), columns(tables_of(scenario))
    return store.find(key, numbers, width)


def _played(
    scenario: Scenario,
    known: Mapping[int, npt.NDArray[np.int64]],
    numbers: npt.NDArray[np.int64],
) -> Played:
    rows = np.stack([known[number] for number in numbers.tolist()])
    return Played(scenario, labelled(tables_of(scenario), rows, numbers))


def _parameters(plan: StudyPlan, draws: int) -> dict[str, object]:
    """Values of every drawn number, under its path: float64[scenario, draw]."""
    table = {name: list(plan.draws(name)) for name in plan.settings}
    paths = dict.fromkeys(path for rows in table.values() for row in rows for path in row)
    return {
        path: (
            ("scenario", "draw"),
            np.array([[_number(row.get(path)) for row in rows] for rows in table.values()]),
        )
        for path in paths
    }


def _number(value: object) -> float:
    """A drawn value, not a number where it is none or beyond floats."""
    try:
        return float(value) if isinstance(value, (int, float)) else float("nan")
    except OverflowError:
        return float("nan")
