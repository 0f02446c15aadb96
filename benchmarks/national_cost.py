"""What a national study costs, computed from measured costs; imports nothing of jobsim.

The arithmetic behind `benchmarks.national`: a design has cells, a cell has a fixed cost and one for
each replication, and whatever is slowest (cores, writers or scheduler) sets the time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

__all__ = ["Costs", "Design", "Estimate", "Line", "Machine", "cheapest", "estimate", "spread"]


@dataclass(frozen=True)
class Line:
    """A cost that grows with the replications of a cell: fixed + each × replications."""

    fixed: float
    each: float

    def of(self, replications: float) -> float:
        """Cost of so many replications together."""
        return self.fixed + self.each * replications


@dataclass(frozen=True)
class Design:
    """Municipalities × levels × draws × replications; all levels share a baseline."""

    municipalities: int
    levels: int
    draws: int
    replications: int

    @property
    def cells(self) -> int:
        """Scenarios that are simulated: every level and the baseline, under every draw."""
        return self.municipalities * (self.levels + 1) * self.draws

    @property
    def pairs(self) -> int:
        """Scenarios that are priced beside their baseline."""
        return self.municipalities * self.levels * self.draws

    @property
    def simulated(self) -> int:
        """Replications, baselines included."""
        return self.cells * self.replications


@dataclass(frozen=True)
class Costs:
    """Measured on one core.

    Parameters
    ----------
    play : Line, seconds of a cell of the mean municipality: the draw, the tables, the futures
    keep : Line, seconds of the process that plans, draws, claims and commits a cell
    room : Line, bytes of a cell on disk
    price : Line, seconds of pricing a cell beside its baseline
    task : float, seconds of the scheduler for a task
    process : float, bytes of memory of a process, libraries included
    """

    play: Line
    keep: Line
    room: Line
    price: Line
    task: float
    process: float


@dataclass(frozen=True)
class Machine:
    """What plays.

    Parameters
    ----------
    name : str
    cores : int
    writers : int, folders that are filled at the same time
    schedulers : int, of Dask; 0 where processes share a machine
    """

    name: str
    cores: int
    writers: int
    schedulers: int = 0


@dataclass(frozen=True)
class Estimate:
    """What a design takes on a machine; seconds and bytes, but core_hours."""

    wall: float
    pricing: float
    """Part of wall that comes after simulating."""
    core_hours: float
    disk: float
    memory: float
    bound: str
    """What sets the time of simulating: cores, writers or scheduler."""


def estimate(
    design: Design,
    costs: Costs,
    machine: Machine,
    *,
    efficiency: float,
    task_seconds: float,
    measures: int,
) -> Estimate:
    """Compute what a design takes.

    Parameters
    ----------
    design, costs, machine
    efficiency : float, speed of a core among busy ones over that of one alone
    task_seconds : float, work that one task of the scheduler holds
    measures : int, that are priced and held in memory, municipality by municipality

    Notes
    -----
    Simulating takes as long as its slowest part; pricing comes after, by one process for each
    municipality at most.
    """
    simulating = design.cells * costs.play.of(design.replications)
    writing = design.cells * costs.keep.of(design.replications)
    pricing = design.pairs * costs.price.of(design.replications)
    pricers = min(machine.cores, design.municipalities)
    parts = {
        "cores": (simulating + writing) / (machine.cores * efficiency),
        "writers": writing / machine.writers,
    }
    if machine.schedulers:
        parts["scheduler"] = simulating / task_seconds * costs.task / machine.schedulers
    bound = max(parts, key=lambda part: parts[part])
    table = 8.0 * measures * design.pairs / design.municipalities * design.replications
    after = pricing / (pricers * efficiency)
    return Estimate(
        wall=parts[bound] + after,
        pricing=after,
        core_hours=(simulating + writing + pricing) / 3600,
        disk=design.cells * costs.room.of(design.replications),
        memory=machine.cores * costs.process + pricers * table,
        bound=bound,
    )


def spread(ratio: float, draws: int, replications: int) -> float:
    """Standard error of a mean, in standard deviations between draws.

    With variance b between draws and w between replications of a draw, the variance of the mean of
    D draws with R replications each is (b + w / R) / D; `ratio` is w / b.
    """
    return math.sqrt((1 + ratio / replications) / draws)


def cheapest(design: Design, costs: Costs, ratios: list[float]) -> Design:
    """The cheapest design whose means are as precise as those of `design`, for every ratio.

    Parameters
    ----------
    design, costs
    ratios : list of float, variance within draws over variance between, of all that is asked about

    Notes
    -----
    A draw costs c0 + c1 R; least cost for a given variance is at R = sqrt(w / b × c0 / c1)
    (Cochran 1977, Sampling Techniques, section 10.6), here found by trying. At least 2
    replications, which tell chance from what nobody knows.
    """

    def cost(one: Design) -> float:
        work = costs.play.of(one.replications) + costs.keep.of(one.replications)
        return one.cells * work + one.pairs * costs.price.of(one.replications)

    def as_precise(replications: int) -> Design:
        draws = max(
            design.draws * (1 + ratio / replications) / (1 + ratio / design.replications)
            for ratio in ratios
        )
        return replace(design, draws=math.ceil(draws), replications=replications)

    return min((as_precise(r) for r in range(2, design.replications + 1)), key=cost)
