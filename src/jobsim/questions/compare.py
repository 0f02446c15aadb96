"""Compare two scenarios person by person on the same luck; may import players and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.outcomes.measures import Paired, joined
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
from jobsim.ledger import Prices
from jobsim.scenario import Scenario


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
    how = run_options(
        {
            "replications": replications,
            "seed": seed,
            "engine": engine,
            "threads": threads,
            "progress": progress,
            "study": study,
        }
    )
    wanted = precision_of(replications, precision)
    if wanted is not None:
        return _until_precise(wanted, case, how)
    paired = play_both(case, how)
    return Comparison(paired.played, paired.baseline, paired.prices)


def _until_precise(wanted: Precision, case: Case, how: RunOptions) -> Comparison:
    """Keep every replication of every block."""
    blocks: list[Paired] = []
    widths = HalfWidths(wanted.quantities)

    def play_more(numbers: range) -> list[float]:
        blocks.append(play_both(case, {**how, "replications": numbers}))
        widths.add(blocks[-1])
        return widths.now()

    reached = until_precise(wanted, play_more)
    ours, theirs = joined([one.played for one in blocks]), joined([one.baseline for one in blocks])
    return Comparison(ours, theirs, case.prices, reached)
