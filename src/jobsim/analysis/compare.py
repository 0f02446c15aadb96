"""Compare two scenarios person by person on the same luck; may import layers 0 to 3."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal

from jobsim.analysis.comparison import Comparison
from jobsim.analysis.outcomes.beside import beside
from jobsim.analysis.outcomes.measures import Played
from jobsim.analysis.outcomes.paired import Paired, joined, play_both
from jobsim.analysis.playing.precision import HalfWidths, Precision, precision_of, until_precise
from jobsim.ledger import Prices
from jobsim.scenario import Scenario

__all__ = ["compare"]


def compare(
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
) -> Comparison:
    """Play two scenarios with the same keys and price the difference.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        What to compare with; without it, the scenario without programmes, consultants and
        supports.
    replications : int, sequence of int, or "auto"
        How many futures to play, their numbers, or as many as `precision` takes.
    precision : mapping of measure to half width, or Precision, optional
        With "auto": {"net_saving:municipality": 100_000} plays until the 95 % interval of the mean
        net saving is ± 100,000 DKK or narrower; the result's heading and `reached` tell.
    seed : int, 0 to 2**64 - 1
        Key of all chance, the same for both.
    engine, threads
        See `simulate`.
    prices : Prices, optional
        Price list; without it, "denmark".
    progress : bool
        Whether longer runs show a progress bar.

    Returns
    -------
    Comparison
        Prints as tables; `to_frame()` and `to_dataset()` hold every number. Increments are
        scenario − baseline.

    Raises
    ------
    InputError
        If an argument is not valid, or the two scenarios do not cover the same weeks.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> result.row("placements", year=2018).unit
    'persons'
    """
    ours, theirs = beside(scenario, baseline)
    chosen = Prices.load("denmark") if prices is None else prices
    wanted = precision_of(replications, precision)
    play = partial(
        play_both, ours, theirs, seed=seed, engine=engine, threads=threads, progress=progress
    )
    if wanted is not None:
        return _until_precise(wanted, play, chosen)
    assert not isinstance(replications, str)
    return Comparison(*play(replications=replications), chosen)


def _until_precise(
    wanted: Precision, play: Callable[..., tuple[Played, Played]], prices: Prices
) -> Comparison:
    """Keep every replication of every block."""
    blocks: list[tuple[Played, Played]] = []
    widths = HalfWidths(wanted.quantities)

    def play_more(numbers: range) -> list[float]:
        blocks.append(play(replications=numbers))
        widths.add(Paired(*blocks[-1], prices))
        return widths.now()

    reached = until_precise(wanted, play_more)
    ours, theirs = (joined(side) for side in zip(*blocks, strict=True))
    return Comparison(ours, theirs, prices, reached)
