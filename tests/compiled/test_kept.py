"""Code that is compiled once and kept: a suite begins here, and what runs beside it loads it."""

from __future__ import annotations

import numpy as np

from jobsim.engines.compiled import engine as numba_engine
from jobsim.engines.lowering import tables_of
from jobsim.engines.volumes import EventLog
from tests.factory import small_town


def test_both_kinds_of_code_are_kept():
    """With and without notes of what happens: all that any other test can need."""
    tables, one = tables_of(small_town()), np.arange(1)
    for log in (None, EventLog()):
        numba_engine.play(tables, 1, one, log)
    stats = numba_engine._compiled().stats
    assert {*stats.cache_hits, *stats.cache_misses} == set(numba_engine._compiled().signatures)
    assert len(numba_engine._compiled().signatures) == 2
    assert numba_engine.is_kept()
