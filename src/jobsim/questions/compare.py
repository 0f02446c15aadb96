"""Compare two scenarios person by person on the same luck; may import players and findings.

`compare` keeps every replication, `summarise` none, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Unpack, overload

import numpy as np

from jobsim.analysis.comparing.comparison import Comparison, Outcome, Tally
from jobsim.analysis.comparing.plans import Plans
from jobsim.analysis.comparing.side_by_side import cases_of, refuse_unnamed
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.outcomes.measures import Paired, joined
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.playing.player import play_both
from jobsim.analysis.playing.precision import HalfWidths, Reached, precision_of, until_precise
from jobsim.analysis.playing.workers import kept_workers
from jobsim.analysis.setting.case import Case, case_of
from jobsim.engines.progress import progress_bar
from jobsim.engines.simulate import replication_numbers
from jobsim.engines.size import MOST_THREADS
from jobsim.scenario import Scenario


@overload
def compare(
    scenario: Scenario, baseline: Scenario | None = None, **how: Unpack[RunOptions]
) -> Comparison: ...


@overload
def compare(
    scenario: Mapping[str, Scenario], baseline: Scenario | None = None, **how: Unpack[RunOptions]
) -> Plans: ...


@takes_options()
def compare(
    scenario: Scenario | Mapping[str, Scenario],
    baseline: Scenario | None = None,
    **how: Unpack[RunOptions],
) -> Comparison | Plans:
    """Play a scenario, or several plans, and a baseline with the same keys; price what differs.

    Parameters
    ----------
    scenario : Scenario, or mapping of name to Scenario
        Several are plans, laid beside the baseline and beside each other.
    baseline : Scenario, optional
        What to compare with; without it, the scenario without programmes, consultants and
        supports, which must be the same for all plans.
    **how
        How to play.

    Returns
    -------
    Comparison, or Plans
        Prints as tables; `to_frame()` and `to_dataset()` hold every number. Increments are
        scenario − baseline.

    Raises
    ------
    InputError
        If an argument is not valid, or the scenarios do not cover the same weeks.

    Examples
    --------
    >>> import jobsim as js
    >>> result = js.compare(js.Scenario.load("esbjerg-2018"), replications=4, progress=False)
    >>> result.row("placements", year=2018).unit
    'persons'
    """
    if isinstance(scenario, Mapping):
        cases = cases_of(scenario, baseline, how["prices"])
    else:
        refuse_unnamed(scenario)
        cases = {"": case_of(scenario, baseline, how["prices"])}
    played, reached = _played(cases, how)
    found = {
        name: Comparison(one.played, one.baseline, one.prices, reached)
        for name, one in played.items()
    }
    return Plans(found) if isinstance(scenario, Mapping) else found[""]


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
    played, reached = _played({"": case}, how)
    return Outcome(played[""].played, case.prices, reached)


def _played(cases: Mapping[str, Case], how: RunOptions) -> tuple[dict[str, Paired], Reached | None]:
    """Cases of one baseline, as many replications as are asked for or as precision takes."""
    wanted = precision_of(how["replications"], how["precision"])
    with kept_workers(how, MOST_THREADS) as kept:
        if wanted is None:
            return _beside_one(cases, kept), None
        blocks: list[dict[str, Paired]] = []
        widths = [HalfWidths(wanted.quantities) for _ in cases]

        def play_more(numbers: range) -> list[float]:
            block = _beside_one(cases, {**kept, "replications": numbers, "precision": None})
            blocks.append(block)
            for width, paired in zip(widths, block.values(), strict=True):
                width.add(paired)
            return [float(x) for x in np.max([width.now() for width in widths], axis=0)]

        reached = until_precise(wanted, play_more)
    baseline = joined([next(iter(block.values())).baseline for block in blocks])
    plans = {name: joined([block[name].played for block in blocks]) for name in cases}
    return {name: Paired(one, baseline, cases[name].prices) for name, one in plans.items()}, reached


def _beside_one(cases: Mapping[str, Case], how: RunOptions) -> dict[str, Paired]:
    """Every case on the same luck; the baseline, which they share, is simulated once."""
    (first, case), *others = cases.items()
    found = {first: play_both(case, how)}
    for name, one in others:
        alone = play_both(replace(one, baseline=one.scenario), how)
        found[name] = Paired(alone.played, found[first].baseline, one.prices)
    return found


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
