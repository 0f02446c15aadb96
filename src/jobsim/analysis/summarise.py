"""Compare without keeping replications, however many there are; may import layers 0 to 3."""

from __future__ import annotations

from collections.abc import Sequence

from jobsim.analysis.beside import beside
from jobsim.analysis.paired import Paired, play_both
from jobsim.analysis.summary import Summary
from jobsim.analysis.tally import Tally
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
    replications: int | Sequence[int] = 200,
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
    numbers = replication_numbers(replications).tolist()
    chosen = Prices.load("denmark") if prices is None else prices
    tally = Tally()
    with progress_bar(ours.name, len(numbers), show=progress) as bar:
        for start in range(0, len(numbers), _BLOCK):
            block = numbers[start : start + _BLOCK]
            played = play_both(
                ours,
                theirs,
                replications=block,
                seed=seed,
                engine=engine,
                threads=threads,
                progress=False,
            )
            tally.add(Paired(*played, chosen))
            bar.update(len(block))
    used = str(played[0].volumes.attrs["engine"])
    return tally.summary(ours, theirs, chosen, numbers=numbers, seed=seed, engine=used)
