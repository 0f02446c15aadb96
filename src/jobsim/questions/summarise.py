"""Compare without keeping replications, however many there are; may import tallies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from jobsim.analysis.comparing.comparison import Tally
from jobsim.analysis.comparing.summary import Summary
from jobsim.analysis.playing.options import (
    HalfWidths,
    Precision,
    RunOptions,
    precision_of,
    run_options,
    until_precise,
)
from jobsim.analysis.playing.player import play_both
from jobsim.analysis.playing.volume_store import VolumeStore
from jobsim.analysis.setting.case import Case, case_of
from jobsim.engines.simulate import progress_bar, replication_numbers
from jobsim.ledger import Prices
from jobsim.scenario import Scenario

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
    wanted = precision_of(replications, precision)
    alike = {"seed": seed, "engine": engine, "threads": threads, "study": study}
    blocks = _Blocks(case, run_options({**alike, "progress": False}), wanted)
    reached = None
    if wanted is not None:
        with progress_bar(scenario.name, wanted.at_most, show=progress) as bar:
            reached = until_precise(wanted, lambda numbers: blocks.add(numbers, bar.update))
    else:
        assert not isinstance(replications, str)
        numbers = replication_numbers(replications).tolist()
        with progress_bar(scenario.name, len(numbers), show=progress) as bar:
            blocks.add(numbers, bar.update)
    played = (case.scenario, case.baseline, case.prices, blocks.numbers, seed, blocks.engine)
    return Summary(*played, *blocks.tally.found(), reached)


class _Blocks:
    """Blocks of replications, each played, priced, tallied and forgotten."""

    def __init__(self, case: Case, how: RunOptions, wanted: Precision | None) -> None:
        self._setting, self._how = case, how
        self._widths = HalfWidths(wanted.quantities if wanted is not None else ())
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
