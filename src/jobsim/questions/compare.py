"""Compare two scenarios person by person on the same luck; may import players and findings.

`compare` keeps every replication, `summarise` none, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Unpack

from jobsim.analysis.comparing.comparison import Comparison, Outcome, Tally
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.measures import Paired, joined
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.playing.player import play_both
from jobsim.analysis.playing.precision import HalfWidths, Reached, precision_of, until_precise
from jobsim.analysis.playing.workers import kept_workers
from jobsim.analysis.setting.case import Case, case_of
from jobsim.engines.simulate import progress_bar, replication_numbers
from jobsim.engines.size import MOST_THREADS
from jobsim.scenario import Scenario


@takes_options()
def compare(
    scenario: Scenario, baseline: Scenario | None = None, **how: Unpack[RunOptions]
) -> Comparison:
    """Play two scenarios with the same keys and price the difference.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        What to compare with; without it, the scenario without programmes, consultants and
        supports.
    **how
        How to play.

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
    case = case_of(scenario, baseline, how["prices"])
    paired, reached = _played(case, how)
    return Comparison(paired.played, paired.baseline, case.prices, reached)


@takes_options()
def run(scenario: Scenario, **how: Unpack[RunOptions]) -> Outcome:
    """Play one scenario and summarise what happens, beside nothing.

    Parameters
    ----------
    scenario : Scenario
    **how
        How to play.

    Returns
    -------
    Outcome
        Prints as a table; `to_frame()` holds every measure of every year and group, `to_dataset()`
        the volumes of every replication. Prices go into its record only.

    Raises
    ------
    InputError
        If an argument is not valid.

    Examples
    --------
    >>> import jobsim as js
    >>> outcome = js.run(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> outcome.row("placements", year=2018).unit
    'persons'
    """
    case = case_of(scenario, scenario, how["prices"])
    paired, reached = _played(case, how)
    return Outcome(paired.played, case.prices, reached)


def _played(case: Case, how: RunOptions) -> tuple[Paired, Reached | None]:
    """Both scenarios of a case, as many replications as are asked for or as precision takes."""
    wanted = precision_of(how["replications"], how["precision"])
    with kept_workers(how, MOST_THREADS) as kept:
        if wanted is None:
            return play_both(case, kept), None
        blocks: list[Paired] = []
        widths = HalfWidths(wanted.quantities)

        def play_more(numbers: range) -> list[float]:
            blocks.append(play_both(case, {**kept, "replications": numbers, "precision": None}))
            widths.add(blocks[-1])
            return widths.now()

        reached = until_precise(wanted, play_more)
    ours, theirs = ([getattr(one, side) for one in blocks] for side in ("played", "baseline"))
    return Paired(joined(ours), joined(theirs), case.prices), reached


_BLOCK = 500
"""Replications played, priced and forgotten at a time."""


@takes_options()
def summarise(
    scenario: Scenario, baseline: Scenario | None = None, **how: Unpack[RunOptions]
) -> Summary:
    """Compare two scenarios block by block, in memory that does not grow with replications.

    Rows and verdicts are made by the same code as those of `compare`. Means and errors are exact;
    quantiles are exact up to 20,000 replications and beyond that read from a histogram of 20,000
    cells.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        What to compare with; without it, the scenario without programmes, consultants and
        supports.
    **how
        How to play.

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
    case, replications = case_of(scenario, baseline, how["prices"]), how["replications"]
    wanted, reached = precision_of(replications, how["precision"]), None
    widths = HalfWidths(wanted.quantities if wanted is not None else ())
    with kept_workers(how, MOST_THREADS) as kept:
        blocks = _Blocks(case, {**kept, "progress": False, "precision": None}, widths)
        if wanted is not None:
            with progress_bar(scenario.name, wanted.at_most, show=how["progress"]) as bar:
                reached = until_precise(wanted, lambda block: blocks.add(block, bar.update))
        else:
            assert not isinstance(replications, str)
            numbers = replication_numbers(replications).tolist()
            with progress_bar(scenario.name, len(numbers), show=how["progress"]) as bar:
                blocks.add(numbers, bar.update)
    played = (case.scenario, case.baseline, case.prices, blocks.numbers, how["seed"], blocks.engine)
    return Summary(*played, *blocks.tally.found(), reached)


class _Blocks:
    """Blocks of replications, each played, priced, tallied and forgotten."""

    def __init__(self, case: Case, how: RunOptions, widths: HalfWidths) -> None:
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
