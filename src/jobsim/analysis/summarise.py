"""Compare without keeping replications, however many there are; may import layers 0 to 3."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal

from jobsim.analysis.outcomes.beside import beside
from jobsim.analysis.outcomes.measures import Played
from jobsim.analysis.outcomes.paired import Paired, play_both
from jobsim.analysis.outcomes.tally import Tally
from jobsim.analysis.playing.precision import HalfWidths, Precision, precision_of, until_precise
from jobsim.analysis.summary import Summary
from jobsim.engines.simulate import progress_bar, replication_numbers
from jobsim.ledger import Prices
from jobsim.scenario import Scenario

__all__ = ["summarise"]

_BLOCK = 500
"""Replications played, priced and forgotten at a time."""


def summarise(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    replications: int | Sequence[int] | Literal["auto"] = 200,
    precision: Precision | Mapping[str, float] | None = None,
    seed: int = 1,
    engine: str = "auto",
    threads: int | None = None,
    prices: Prices | None = None,
    progress: bool = True,
) -> Summary:
    """Compare two scenarios block by block, in memory that does not grow with replications.

    Arguments as in `compare`, whose rows and verdicts are made by the same code. Means and errors
    are exact; quantiles are exact up to 20,000 replications and beyond that read from a histogram
    of 20,000 cells.

    Returns
    -------
    Summary
        Prints as tables; `to_frame()` holds every number. Replications are not kept, so it cannot
        be priced again; use `compare` for that.

    Raises
    ------
    InputError
        If an argument is not valid, or the two scenarios do not cover the same weeks.

    Examples
    --------
    >>> import jobsim as js
    >>> summary = js.summarise(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> summary.row("placements", year=2018).unit
    'persons'
    """
    ours, theirs = beside(scenario, baseline)
    chosen = Prices.load("denmark") if prices is None else prices
    wanted = precision_of(replications, precision)
    play = partial(
        play_both, ours, theirs, seed=seed, engine=engine, threads=threads, progress=False
    )
    blocks = _Blocks(play, chosen, wanted)
    reached = None
    if wanted is not None:
        with progress_bar(ours.name, wanted.at_most, show=progress) as bar:
            reached = until_precise(wanted, lambda numbers: blocks.add(numbers, bar.update))
    else:
        assert not isinstance(replications, str)
        numbers = replication_numbers(replications).tolist()
        with progress_bar(ours.name, len(numbers), show=progress) as bar:
            blocks.add(numbers, bar.update)
    return blocks.tally.summary(
        ours,
        theirs,
        chosen,
        numbers=blocks.numbers,
        seed=seed,
        engine=blocks.engine,
        reached=reached,
    )


class _Blocks:
    """Blocks of replications, each played, priced, tallied and forgotten."""

    def __init__(
        self, play: Callable[..., tuple[Played, Played]], prices: Prices, wanted: Precision | None
    ) -> None:
        self._play, self._prices = play, prices
        self._widths = HalfWidths(wanted.quantities if wanted is not None else ())
        self.tally = Tally()
        self.numbers: list[int] = []
        self.engine = ""

    def add(self, numbers: Sequence[int], update: Callable[[int], object]) -> list[float]:
        """Play more replications; return the half widths asked for, from all so far."""
        for start in range(0, len(numbers), _BLOCK):
            block = numbers[start : start + _BLOCK]
            played = self._play(replications=block)
            paired = Paired(*played, self._prices)
            self.tally.add(paired)
            self._widths.add(paired)
            self.numbers += block
            self.engine = str(played[0].volumes.attrs["engine"])
            update(len(block))
        return self._widths.now()
