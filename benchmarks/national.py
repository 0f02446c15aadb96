"""What the national study costs: `python -m benchmarks.national [--quick]`.

Measures, on one core and for municipalities from the smallest to the largest, what a cell costs to
simulate, to keep and to price; what Dask's scheduler costs per task; and how much of the
spread is chance. From that it computes time, disk and memory of 98 municipalities × 20 levels ×
1,000 draws × 200 replications on a laptop, on 16 cores and on 1,000 cores, and of the cheapest
design that is as precise. Needs the extra "distributed" for the scheduler's part.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.national_cost import Costs, Design, Line, Machine, cheapest, estimate, spread
from benchmarks.report import figure, machine
from jobsim.analysis.uncertainty.parameter_draws import parameter_draws
from jobsim.engines import simulate
from jobsim.engines.size import expected_persons
from jobsim.engines.volumes import flat
from jobsim.study import Study
from jobsim.study.keeping.store import Finished
from jobsim.study.keeping.strangers import packed
from jobsim.study.playing.missing import CellResult, CellWork

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from national.country import Municipality, municipalities

FULL = Design(municipalities=98, levels=20, draws=1000, replications=200)
MACHINES = (
    Machine("laptop, 4 cores", cores=4, writers=4),
    Machine("server, 16 cores", cores=16, writers=16),
    Machine("1,000 cores, one scheduler and one folder at a time", 1000, 1, 1),
    Machine("1,000 cores, 98 folders at a time", 1000, 98, 98),
)
EFFICIENCY = 0.9
"""Speed of a core among busy ones: two threads are 1.82 times as fast as one (docs/speed.md)."""
TASK_SECONDS = 2.0
"""Of the cells that a study sends to Dask as one task."""
MEASURES = ("net_saving:municipality", "net_saving:state", "placements")
SHARES = (0.25, 1.0)
"""Of the job-ready recipients that there are places for."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    municipalities: int = 5
    replications: tuple[int, ...] = (2, 50, 200)
    repeats: int = 5
    kept_draws: int = 200
    pilot_draws: int = 64
    pilot_replications: int = 30
    tasks: int = 2000


QUICK = Sizes(2, (2, 20), 2, 10, 4, 4, 100)


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def line(points: Sequence[tuple[float, float]]) -> Line:
    """Least squares through (replications, cost), relative errors weighing alike."""
    x, y = np.array(points).T
    design = np.column_stack([np.ones_like(x), x]) / y[:, None]
    fixed, each = np.linalg.lstsq(design, np.ones_like(y), rcond=None)[0]
    return Line(float(fixed), float(each))


def draws_of(one: Municipality, count: int) -> list[dict[str, float]]:
    """Draws of the uncertain numbers."""
    return parameter_draws(one.scenario, count, seed=1).changes()


def played(one: Municipality, row: dict[str, float], replications: int) -> np.ndarray:
    """What a worker does for a cell but for sending it: the draw, the tables, the futures."""
    own = {path: value for path, value in row.items() if not path.startswith("prices.")}
    scenario = one.invested(0.5).with_(own)
    volumes = simulate(
        scenario, replications=replications, engine="numba", threads=1, progress=False
    )
    rows = flat(volumes)
    packed(rows)
    return rows


def playing(chosen: list[Municipality], sizes: Sizes) -> Line:
    """Seconds of a cell of the mean of all municipalities, which grow with its persons."""
    points = []
    for one in chosen:
        rows = draws_of(one, sizes.repeats)
        for many in sizes.replications:
            for row in rows:
                took = seconds(lambda one=one, row=row, many=many: played(one, row, many))
                points.append((many, many * expected_persons(one.scenario), took))
    many, persons, took = np.array(points).T
    design = np.column_stack([np.ones_like(many), many, persons]) / took[:, None]
    fixed, each, person = np.linalg.lstsq(design, np.ones_like(took), rcond=None)[0]
    everywhere = [expected_persons(one.scenario) for one in municipalities()]
    for one in chosen:
        futures, size = sizes.replications[-1], expected_persons(one.scenario)
        of_one = fixed + futures * (each + person * size)
        print(f"  {size:6,.0f} persons: {of_one:.3f} s for {futures} futures")
    return Line(float(fixed), float(each + person * np.mean(everywhere)))


def keeping(one: Municipality, sizes: Sizes) -> tuple[Line, Line]:
    """Seconds of the process that keeps, and bytes, of a cell of the median town.

    It plans, draws, claims, looks up and commits; what it would be given is given at once.
    """
    row = draws_of(one, 1)[0]
    took, room = [], []
    for many in sizes.replications:
        data = packed(played(one, row, many))

        def given(work: CellWork, data: bytes = data) -> CellResult:
            parts = tuple((part, data) for part in work.parts)
            return Finished(work.cell.digest, work.whole, parts, 1.0)

        with (
            tempfile.TemporaryDirectory(dir=".") as name,
            patch.object(sys.modules["jobsim.study.study"], "play_work", given),
        ):
            begun = perf_counter()
            study = _studied(name, one, sizes.kept_draws, many)
            cells = study.status().done
            took.append((many, (perf_counter() - begun) / cells))
            study.close()  # folds the log into the file
            room.append((many, study.status().room_bytes / cells))
            study.close()
    return line(took), line(room)


def pricing(one: Municipality, sizes: Sizes) -> Line:
    """Seconds of pricing a level under a draw beside its baseline, with all measures."""
    points = []
    for many in sizes.replications:
        with tempfile.TemporaryDirectory(dir=".") as name:
            study = _studied(name, one, sizes.repeats, many)
            pairs = len(SHARES) * sizes.repeats
            points.append((many, seconds(lambda study=study: study.outcomes(MEASURES)) / pairs))
            study.close()
    return line(points)


def _studied(folder: str, one: Municipality, draws: int, replications: int) -> Study:
    study = Study(folder, block=replications)
    study.run(
        {f"{share:.0%}": one.invested(share) for share in SHARES},
        draws=draws_of(one, draws),
        replications=replications,
        seed=one.number,
        engine="numba",
        threads=1,
        progress=False,
    )
    return study


def ratios(chosen: list[Municipality], sizes: Sizes) -> list[float]:
    """Variance of the municipality's net saving within draws over that between them."""
    found = []
    for one in chosen:
        with tempfile.TemporaryDirectory(dir=".") as name:
            study = _studied(name, one, sizes.pilot_draws, sizes.pilot_replications)
            values = study.outcomes(MEASURES[0])[MEASURES[0]].isel(prices=0)
            study.close()
        within = values.var("replication", ddof=1).mean("draw")
        total = values.mean("replication").var("draw", ddof=1)
        between = total - within / sizes.pilot_replications
        for share, w, b in zip(SHARES, within.values, between.values, strict=True):
            print(
                f"  {one.job_ready:4} job-ready, places for {share:4.0%}: {w / max(b, 1.0):.2f} "
                f"(standard deviation between draws {max(b, 0.0) ** 0.5 / 1e6:.2f} million DKK)"
            )
            found.append(float(w / max(b, 1.0)))
    return found


def nothing(number: int) -> int:
    """A task that does nothing."""
    return number


def scheduling(sizes: Sizes) -> float:
    """Seconds of Dask's scheduler and client for a task that does nothing, two workers."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        client.gather(client.map(nothing, range(100), pure=False))
        return median(
            seconds(lambda: client.gather(client.map(nothing, range(sizes.tasks), pure=False)))
            / sizes.tasks
            for _ in range(3)
        )


def measured(sizes: Sizes) -> tuple[Costs, list[float]]:
    """Measure everything, and say what was found."""
    by_size = sorted(municipalities(), key=lambda one: one.job_ready)
    steps = np.linspace(0, len(by_size) - 1, sizes.municipalities)
    chosen = [by_size[round(step)] for step in steps.tolist()]
    middle = by_size[len(by_size) // 2]
    played(middle, draws_of(middle, 1)[0], 1)  # compiles
    print("Simulating, one core:")
    play = playing(chosen, sizes)
    keep, room = keeping(middle, sizes)
    print("Variance within draws over variance between, net saving of the municipality:")
    found = ratios(chosen, sizes)
    costs = Costs(
        play=play,
        keep=keep,
        room=room,
        price=pricing(middle, sizes),
        task=scheduling(sizes),
        process=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0,
    )
    return costs, found


def print_costs(costs: Costs) -> None:
    """Print measured costs as a table."""
    print("\n| measured on one core | for a cell | and for each replication |\n|---|--:|--:|")
    for name, cost, unit, factor in (
        ("simulating, mean municipality, ms", costs.play, "", 1e3),
        ("keeping, ms", costs.keep, "", 1e3),
        ("pricing, ms", costs.price, "", 1e3),
        ("room on disk, kB", costs.room, "", 1e-3),
    ):
        print(f"| {name}{unit} | {figure(cost.fixed * factor)} | {figure(cost.each * factor)} |")
    print(f"| Dask's scheduler, ms for a task | {figure(costs.task * 1e3)} | |")
    print(f"| memory of a process, MB | {figure(costs.process / 1e6)} | |")


def print_estimates(designs: dict[str, Design], costs: Costs) -> None:
    """Print what each design takes on each machine."""
    print(
        "\n| design | machine | time | of it pricing | simulating is bound by | core-hours "
        "| disk, GB | memory, GB |"
    )
    print("|---|---|--:|--:|---|--:|--:|--:|")
    for name, design in designs.items():
        for one in MACHINES:
            took = estimate(
                design,
                costs,
                one,
                efficiency=EFFICIENCY,
                task_seconds=TASK_SECONDS,
                measures=len(MEASURES),
            )
            print(
                f"| {name} | {one.name} | {_duration(took.wall)} "
                f"| {_duration(took.pricing)} | {took.bound} | {figure(took.core_hours)} "
                f"| {figure(took.disk / 1e9)} | {figure(took.memory / 1e9)} |"
            )


def _duration(wall: float) -> str:
    if wall < 7200:
        return f"{wall / 60:.0f} min"
    return f"{wall / 3600:.0f} h" if wall < 72 * 3600 else f"{wall / 86400:.1f} days"


def print_designs(designs: dict[str, Design], found: list[float]) -> None:
    """Print designs and how precise they are."""
    print("\n| design | draws | replications | simulated, millions | standard error of a mean |")
    print("|---|--:|--:|--:|--:|")
    for name, one in designs.items():
        errors = [spread(ratio, one.draws, one.replications) for ratio in found]
        print(
            f"| {name} | {one.draws:,} | {one.replications} | {one.simulated / 1e6:,.1f} "
            f"| {min(errors):.3f} to {max(errors):.3f} |"
        )
    print("\nStandard errors are in standard deviations between draws, over the pilot's towns.")


def main(arguments: list[str]) -> None:
    """Measure, compute and print."""
    sizes = QUICK if "--quick" in arguments else Sizes()
    about: dict[str, Any] = machine()
    print(", ".join(str(value) for value in about.values()))
    costs, found = measured(sizes)
    print_costs(costs)
    print(
        f"\nAssumed: a core among busy ones is {EFFICIENCY:.0%} as fast; a Dask task holds "
        f"{TASK_SECONDS:g} s of cells; pricing follows, one process a municipality; disks and "
        "networks keep up; nothing fails."
    )
    same = cheapest(FULL, costs, found)
    quarter = Design(FULL.municipalities, FULL.levels, 256, same.replications)
    designs = {"full": FULL, "as precise": same, "256 draws": quarter}
    print_designs(designs, found)
    print_estimates(designs, costs)


if __name__ == "__main__":
    main(sys.argv[1:])
