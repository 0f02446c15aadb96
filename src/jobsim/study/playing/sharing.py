"""What a question lacks, played once however many ask for it; may import analysis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from jobsim.analysis.playing.memory import Block, blocks_of
from jobsim.study.keeping.packing import packed
from jobsim.study.keeping.store import Store
from jobsim.study.playing.claims import WAIT_SECONDS, Claims, claim_on

Ints = npt.NDArray[np.int64]


def filled(
    store: Store,
    size: int,
    key: bytes,
    missing: Sequence[int],
    width: int,
    play: Callable[[range], Ints],
) -> Iterator[dict[int, Ints]]:
    """Play and keep replications of one scenario, block by block, as they come.

    Blocks that another process is playing come last: they are found, or played if it ended.

    Parameters
    ----------
    store : Store
    size : int, replications that are played and kept together
    key : bytes, see `key_of`
    missing : sequence of int, in order
    width : int, columns of a row
    play : function of a range of replications that gives int64[replications, columns]

    Yields
    ------
    dict of replication to row
    """
    if not missing:
        return
    store.make()
    left = list(blocks_of(missing, size))
    with Claims(store.folder) as claims:
        while left:
            taken = []
            for run in left:
                claim = claim_on(key, run.start - run.start % size)
                if claims.take(claim):
                    try:
                        yield _found_or_played(store, size, key, run, width, play)
                    finally:
                        claims.let_go([claim])
                    taken.append(run)
            left = [run for run in left if run not in taken]
            if left and not taken:
                time.sleep(WAIT_SECONDS)
                claims.void_those_of_the_dead()


def _found_or_played(
    store: Store, size: int, key: bytes, run: range, width: int, play: Callable[[range], Ints]
) -> dict[int, Ints]:
    known = store.find(key, run, width)
    for part in blocks_of([number for number in run if number not in known], size):
        rows = play(part)
        store.keep_block(Block(key, part.start, part.stop), packed(rows))
        known.update(zip(part, rows, strict=True))
    return known
