"""Compare two scenarios person by person on the same luck; may import players and findings.

`compare` keeps every replication, `summarise` none, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from jobsim.analysis.comparing.comparison import Comparison, Tally
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.measures import Paired, joined
from jobsim.analysis.playing import options
from jobsim.analysis.playing.player import play_both
from jobsim.analysis.playing.volume_store import VolumeStore
from jobsim.analysis.setting.case import Case, case_of
from jobsim.engines.simulate import progress_bar, replication_numbers
from jobsim.ledger import Prices
from jobsim.scenario import Scenario


def compare(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    replications: int | Sequence[int] | Literal["auto"] = 200,
    precision: options.Precision | Mapping[str, float] | None = None,
    seed: int = 1,
    engine: str = "auto",
    threads: int | None = None,
    prices: Prices | None = None,
    progress: bool = True,
    study: VolumeStore | None = None,
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
    study : Study, optional
        What it holds is not simulated again, and what is simulated is kept in it; no number
        depends on it.

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
    case = case_of(scenario, baseline, prices)
    alike = {"seed": seed, "engine": engine, "threads": threads, "study": study}
    how = options.run_options({**alike, "replications": replications, "progress": progress})
    wanted = options.precision_of(replications, precision)
    if wanted is None:
        paired = play_both(case, how)
        return Comparison(paired.played, paired.baseline, paired.prices)
    blocks: list[Paired] = []
    widths = options.HalfWidths(wanted.quantities)

    def play_more(numbers: range) -> list[float]:
        blocks.append(play_both(case, {**how, "replications": numbers}))
        widths.add(blocks[-1])
        return widths.now()

    reached = options.until_precise(wanted, play_more)
    ours, theirs = joined([one.played for one in blocks]), joined([one.baseline for one in blocks])
    return Comparison(ours, theirs, case.prices, reached)


_BLOCK = 500
"""Replications played, priced and forgotten at a time."""


def summarise(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    replications: int | Sequence[int] | Literal["auto"] = 200,
    precision: options.Precision | Mapping[str, float] | None = None,
    seed: int = 1,
    engine: str = "auto",
    threads: int | None = None,
    prices: Prices | None = None,
    progress: bool = True,
    study: VolumeStore | None = None,
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
    case = case_of(scenario, baseline, prices)
    wanted, reached = options.precision_of(replications, precision), None
    alike = {"seed": seed, "engine": engine, "threads": threads, "study": study}
    widths = options.HalfWidths(wanted.quantities if wanted is not None else ())
    blocks = _Blocks(case, options.run_options({**alike, "progress": False}), widths)
    if wanted is not None:
        with progress_bar(scenario.name, wanted.at_most, show=progress) as bar:
            reached = options.until_precise(wanted, lambda block: blocks.add(block, bar.update))
    else:
        assert not isinstance(replications, str)
        numbers = replication_numbers(replications).tolist()
        with progress_bar(scenario.name, len(numbers), show=progress) as bar:
            blocks.add(numbers, bar.update)
    played = (case.scenario, case.baseline, case.prices, blocks.numbers, seed, blocks.engine)
    return Summary(*played, *blocks.tally.found(), reached)


class _Blocks:
    """Blocks of replications, each played, priced, tallied and forgotten."""

    def __init__(self, case: Case, how: options.RunOptions, widths: options.HalfWidths) -> None:
        self._setting, self._how, self._widths = case, how, widths
        self.tally = Tally()
        self.numbers: list[int] = []
        self.engine = ""

    def add(self, numbers: Sequence[int], update: Callable[[int], object]) -> list[float]:
        """Play more replications; return the half widths asked for, from all so far."""
        for start in range(0, len(numbers), _BLOCK):
            block = numbers[start : start + _BLOCK]
            paired = play_both(self._setting, {**self._how, "replications": block})
            self.tally.add(paired)
            self._widths.add(paired)
            self.numbers += block
            self.engine = paired.played.engine
            update(len(block))
        return self._widths.now()
