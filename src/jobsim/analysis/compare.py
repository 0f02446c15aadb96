"""Compare two scenarios person by person on the same luck; may import layers 0 to 3."""

from __future__ import annotations

from collections.abc import Sequence

from jobsim.analysis.beside import beside
from jobsim.analysis.comparison import Comparison
from jobsim.analysis.paired import play_both
from jobsim.ledger import Prices
from jobsim.scenario import Scenario

__all__ = ["compare"]


def compare(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    replications: int | Sequence[int] = 200,
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
    replications : int or sequence of int
        How many futures to play, or their numbers.
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
    played, against = play_both(
        *beside(scenario, baseline),
        replications=replications,
        seed=seed,
        engine=engine,
        threads=threads,
        progress=progress,
    )
    return Comparison(played, against, Prices.load("denmark") if prices is None else prices)
