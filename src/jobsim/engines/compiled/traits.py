"""Traits of one person out of one uniform number, compiled; may import draws and rules.

Each function does the arithmetic of its namesake in draws/quantiles.py and draws/inverse.py.

Draws of many persons at once, compiled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jobsim.draws.compiled import at, inlined, whole
from jobsim.draws.inverse import NEVER
from jobsim.draws.philox_numba import fill_uniforms
from jobsim.engines.compiled.rules import Luck
from jobsim.engines.compiled.state import DRAWN, Lists

Floats = npt.NDArray[np.float64]

_TAIL = 1e-9
_FIRST_CELL = (1022 - 30) * 128
_MANTISSA_LEFT = 52 - 7
"""Bits of a float64 below the cell: 128 equal cells per octave."""


@inlined
def whole_number(luck: Luck, table: int, u: float) -> int:
    """Whole number at `u` of a share table."""
    first, last = luck.tables[table].first, luck.tables[table].last
    place = first
    for i in range(first, last):
        place += luck.bands[i].total < u
    band = luck.bands[at(place)]
    within = np.floor((u - band.below) / band.share * band.length)
    return whole(band.lower + int(min(max(within, 0.0), band.length - 1.0)))


@inlined
def count_of(luck: Luck, function: int, u: float) -> int:
    """Smallest count whose Poisson distribution function is at least `u`."""
    first, last = luck.counts[function].first, luck.counts[function].last
    return whole(first_reaching(luck.values, first, last, u) - first)


@inlined
def first_reaching(values: Floats, start: int, stop: int, reach: float) -> int:
    """First place in start … stop - 1 whose value is at least `reach`; else `stop`."""
    while start < stop:
        middle = (start + stop) // 2
        if values[at(middle)] < reach:
            start = middle + 1
        else:
            stop = middle
    return start


@inlined
def gamma_of(cells: Floats, u: float, number: Floats, bits: Any) -> float:
    """Quantile at `u` of a gamma table [half, cell, 6].

    `number` and `bits` are one place in memory, seen as float64[1] and as int64[1].
    """
    u = min(max(u, _TAIL), 1.0 - _TAIL)
    half = 0 if u < 0.5 else 1
    p = u if u < 0.5 else 1.0 - u
    number[0] = p
    cell = min((bits[0] >> _MANTISSA_LEFT) - _FIRST_CELL, cells.shape[1] - 1)
    row = cells[half, at(cell)]
    x = (p - row[0]) / row[1]
    quantile: float = row[2] + x * (row[3] + x * (row[4] + x * row[5]))
    return quantile


@inlined
def weeks_until(e: float, hazard: float) -> int:
    """Whole weeks before an event of constant hazard: floor(e / hazard)."""
    if hazard <= 0.0:
        return NEVER
    return int(min(np.floor(e / hazard), float(NEVER)))


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
