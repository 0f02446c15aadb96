"""A cell as it is sent to whoever plays it; may import analysis."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from jobsim.analysis.playing.player import Plan
from jobsim.analysis.playing.volume_store import Block, key_of
from jobsim.engines import simulate
from jobsim.engines.volumes import flat
from jobsim.errors import JobsimError
from jobsim.scenario import Scenario
from jobsim.study.keeping.store import Finished
from jobsim.study.keeping.strangers import packed
from jobsim.study.plan import PlannedCell

CellResult = Finished | str
"""What comes of a cell: volumes, or the text of an error."""


@dataclass(frozen=True)
class CellWork:
    """A cell to be played in any process.

    Parameters
    ----------
    cell : PlannedCell
    whole : Block
    parts : tuple of Block, what of it is not known yet
    plan : Plan, for seed, engine and threads
    """

    cell: PlannedCell
    whole: Block
    parts: tuple[Block, ...]
    plan: Plan


def whole_of(cell: PlannedCell, seed: int) -> Block:
    """Address of all volumes of a cell.

    Raises
    ------
    ScenarioError
        If its draw is not valid.
    """
    return Block(key_of(cell.world.played, seed), cell.numbers.start, cell.numbers.stop)


def play_work(work: CellWork) -> CellResult:
    """Play a cell; an error comes back as its text."""
    cell = work.cell
    return play_parts(cell.digest, cell.world.played, work.whole, work.parts, work.plan)


def play_parts(
    digest: bytes, scenario: Scenario, whole: Block, parts: tuple[Block, ...], plan: Plan
) -> CellResult:
    """Play parts of a cell; an error comes back as its text."""
    begun = perf_counter()
    try:
        played = tuple((part, _rows(scenario, part, plan)) for part in parts)
    except Exception as error:
        return str(error) if isinstance(error, JobsimError) else f"{type(error).__name__}: {error}"
    return Finished(digest, whole, played, perf_counter() - begun)


def _rows(scenario: Scenario, part: Block, plan: Plan) -> bytes:
    volumes = simulate(
        scenario,
        replications=part.numbers,
        seed=plan.seed,
        engine=plan.engine,
        threads=plan.threads,
        progress=False,
    )
    return packed(flat(volumes))
