"""How far work has come: a bar in a terminal or notebook, elsewhere a line a minute.

What has no terminal is a log file, in which a bar would be thousands of lines. May import nothing
of jobsim.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, NoReturn, Self, TypeVar

if TYPE_CHECKING:
    from tqdm import tqdm

Item = TypeVar("Item")

_MINUTE = 60.0


class ProgressLines:
    """A line a minute on standard error, however many pieces the work comes in.

    Parameters
    ----------
    name : str, words before the numbers
    total : int
    unit : str, what is counted
    """

    _told: ClassVar[float] = 0.0
    """When the last line was written, or else the work began, seconds."""
    _seen: ClassVar[float] = float("-inf")
    """When work last went on, seconds."""

    def __init__(self, name: str, total: int, unit: str) -> None:
        self._name, self._total, self._unit = name, total, unit
        self._began, self.n = monotonic(), 0.0
        if self._began - ProgressLines._seen > _MINUTE:
            ProgressLines._told = self._began
        ProgressLines._seen = self._began

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""

    def update(self, count: float = 1) -> None:
        """Count what is done; write a line where the last one is a minute old."""
        self.n += count
        ProgressLines._seen = now = monotonic()
        if now - ProgressLines._told >= _MINUTE:
            ProgressLines._told = now
            minutes = (now - self._began) / _MINUTE
            left = minutes * (self._total / max(1, self.n) - 1)
            done = f"{self.n:,.0f} of {self._total:,} {self._unit}s after {minutes:,.0f} min"
            with suppress(OSError, ValueError):  # a log that is full or closed stops no work
                print(f"{self._name}: {done}, some {left:,.0f} min left", file=sys.stderr)  # noqa: T201


def progress_bar(
    name: str, total: int, *, show: bool, unit: str = "rep"
) -> tqdm[NoReturn] | ProgressLines:
    """Progress over replications, or other units; a bar appears after two seconds.

    Parameters
    ----------
    name : str, words before it
    total : int
    show : bool, whether anything is shown
    unit : str, what is counted
    """
    from tqdm.asyncio import tqdm_asyncio
    from tqdm.auto import tqdm

    in_notebook = tqdm is not tqdm_asyncio
    show = show and sys.stderr is not None and not sys.stderr.closed
    if show and not in_notebook and not sys.stderr.isatty():
        return ProgressLines(name, total, unit)
    return tqdm(total=total, desc=name, unit=unit, delay=2.0, disable=not show, leave=False)


def counted_off(items: Sequence[Item], name: str, *, show: bool, unit: str) -> Iterator[Item]:
    """Give one item after another, each counted as done when the next is asked for."""
    with progress_bar(name, len(items), show=show, unit=unit) as bar:
        for item in items:
            yield item
            bar.update(1)
