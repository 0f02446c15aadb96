"""Draws of many persons at once, compiled; may import draws and state.

Counter words are written down one after another, then all numbers are drawn in one loop, which the
compiler turns into vector instructions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jobsim.draws.compiled import inlined
from jobsim.draws.philox_numba import fill_uniforms
from jobsim.engines.compiled.state import DRAWN, Lists

__all__ = ["ASKED", "USE", "WHOSE", "ask", "draw_asked", "use_of"]

ASKED, WHOSE, USE = range(3)
"""Rows of `Lists.words`: the counter words k, origin and group, stream and use."""


@inlined
def use_of(stream: int, n: int) -> Any:
    """Counter word of the n-th use of a stream."""
    return np.uint64(stream << 24 | n)


@inlined
def ask(lists: Lists, place: int, k: Any, who: Any, stream: int, n: int) -> None:
    """Write down that a person's n-th use of a stream is to be drawn."""
    lists.words[ASKED, place] = k
    lists.words[WHOSE, place] = who
    lists.words[USE, place] = np.uint32(stream << 24) | np.uint32(n)


@inlined
def draw_asked(lists: Lists, count: int, key: Any) -> None:
    """Draw what has been written down, into row `DRAWN`."""
    u, words = lists.reals[DRAWN, :count], lists.words
    fill_uniforms(u, words[ASKED], words[WHOSE], words[USE], key)
