"""What was played before, kept outside this process; may import engines.

A player asks a store for volumes before it simulates, and hands it what it simulated. A study is
such a store; this file knows only what one must be able to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from jobsim.arrays import Ints
from jobsim.engines.lowering import tables_of
from jobsim.engines.progress import progress_bar
from jobsim.engines.simulate import refuse_too_many
from jobsim.engines.volumes import MODEL_VERSION, columns, flat, labelled
from jobsim.scenario import Scenario
from jobsim.scenario.document import dumped
from jobsim.scenario.paths import as_data

if TYPE_CHECKING:
    import xarray as xr


_NOT_PLAYED = frozenset(
    {"name", "title", "description", "currency", "sources", "assumptions", "changed", "claims"}
    | {"observed", "correlations", "targets", "posterior"}
)
"""Parts of a scenario that no engine reads."""


@dataclass(frozen=True)
class Block:
    """Volumes of some replications of one scenario, found by what determines them.

    Parameters
    ----------
    key : bytes, see `key_of`
    first, stop : int
        Replications first to stop − 1.
    """

    key: bytes
    first: int
    stop: int

    @property
    def numbers(self) -> range:
        """Numbers of the replications."""
        return range(self.first, self.stop)


@dataclass(frozen=True)
class Failure:
    """A cell that could not be played.

    Parameters
    ----------
    cell : bytes, what identifies it
    parameters : mapping of path to value
    error : str
    replay : str, a line of Python that plays it again
    """

    cell: bytes
    parameters: Mapping[str, object]
    error: str
    replay: str


@runtime_checkable
class VolumeStore(Protocol):
    """Keeps volumes; can be sent to other processes, and equals itself there."""

    def find(self, key: bytes, numbers: Sequence[int], width: int) -> Mapping[int, Ints]:
        """Rows of volumes (int64[width]) of those replications that are kept."""

    def fill(
        self, key: bytes, missing: Sequence[int], width: int, play: Callable[[range], Ints]
    ) -> Iterator[Mapping[int, Ints]]:
        """Play and keep replications that are missing, a few at a time.

        What others are playing is waited for. `play` gives int64[replications, columns].
        """

    def keep_failure(self, failure: Failure) -> None:
        """Keep what is known of a cell that failed."""


def failure_of(changes: Mapping[str, object], error: str, replay: str) -> Failure:
    """Failure of a cell that nothing but its replay identifies."""
    parameters = {path: as_data(value) for path, value in changes.items()}
    return Failure(hashlib.sha256(replay.encode()).digest(), parameters, error, replay)


def played_text(scenario: Scenario) -> str:
    """Text that two scenarios share if they are played alike.

    What stands at its default is left out, so that a field which a later jobsim adds does not
    orphan what was kept; a default that changes is another model (a test holds them all).
    """
    played = dumped(scenario, mode="json", exclude=set(_NOT_PLAYED), exclude_defaults=True)
    return json.dumps(played, sort_keys=False)


def key_of(scenario: Scenario, seed: int) -> bytes:
    """SHA-256 of what decides volumes: the scenario as it is played, seed and model version."""
    parts = {"model": MODEL_VERSION, "seed": int(seed), "scenario": played_text(scenario)}
    return hashlib.sha256(json.dumps(parts).encode()).digest()


def recalled(
    store: VolumeStore,
    scenario: Scenario,
    seed: int,
    numbers: Ints,
    play: Callable[..., xr.Dataset],
    *,
    progress: bool = False,
) -> xr.Dataset:
    """Volumes of some replications, of which only those that are not known are played.

    Parameters
    ----------
    store : VolumeStore
    scenario : Scenario
    seed : int
    numbers : int64[replications], wanted
    play : function of `replications` and `progress` that simulates, as `simulate` does
    progress : bool
        Whether how far it is shows on the error output.

    Raises
    ------
    SizeError
        If they would not fit in memory, found or played.
    """
    tables, key = tables_of(scenario), key_of(scenario, seed)
    refuse_too_many(scenario, tables, len(numbers))
    known = dict(store.find(key, numbers.tolist(), columns(tables)))
    missing = sorted({number for number in numbers.tolist() if number not in known})

    def rows_of(run: range) -> Ints:
        return flat(play(replications=run, progress=False))

    with progress_bar(scenario.name, len(missing), show=progress) as bar:
        for some in store.fill(key, missing, columns(tables), rows_of):
            known.update(some)
            bar.update(len(some))
    rows = np.stack([known[number] for number in numbers.tolist()])
    return labelled(tables, rows, numbers).assign_attrs(scenario=scenario.name, seed=str(seed))


def blocks_of(numbers: Sequence[int], size: int) -> Iterator[range]:
    """Runs of consecutive numbers that end at multiples of a size, or before.

    Examples
    --------
    >>> list(blocks_of([0, 1, 2, 3, 4, 9], 4))
    [range(0, 4), range(4, 5), range(9, 10)]
    """
    if not numbers:
        return
    edges = [i for i, (a, b) in enumerate(pairwise(numbers), 1) if b != a + 1 or b % size == 0]
    for start, end in pairwise([0, *edges, len(numbers)]):
        yield range(numbers[start], numbers[end - 1] + 1)
