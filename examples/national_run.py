"""Ask 98 made-up municipalities what more meetings would bring each of them, and draw who gains.

Run: python examples/national_run.py [--municipalities 98] [--levels 20] [--draws 1000]
     [--replications 200] [--folder FOLDER] [--jobs 4] [--scheduler tcp://…] [--only N01 N02 …]

Without arguments a small version runs, whose figures are not to be quoted. The same line again
simulates nothing: every municipality has a study in a folder of its own. The municipalities are
synthetic; national/README.md says how they were made and how to put in real ones.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from national.country import TABLE, Municipality, municipalities, some_of
from national.tile_map import SYNTHETIC, Tile, draw_maps

import jobsim as js

Floats = npt.NDArray[np.float64]

PURSES = ("municipality", "state", "recipient", "society")
SPENT = "programme_cost:municipality"
MEASURES = (*(f"net_saving:{purse}" for purse in PURSES), "placements", SPENT)
PANELS = {
    "municipality": "Municipality's purse",
    "state": "State's purse",
    "society": "All purses together",
}
"""Maps of the picture, by purse."""
SURE = 0.95
"""Share of draws from which a sign counts as sure."""


@dataclass(frozen=True)
class Found:
    """What one municipality's study found.

    Parameters
    ----------
    municipality : Municipality
    means : float64[measures, levels, draws], means over replications
    chance : float64[measures, levels], variance of a single replication at given parameters
    replications : int
    asked, simulated : int, cells of the study, and those that were not known yet
    missing_share : float
    """

    municipality: Municipality
    means: Floats
    chance: Floats
    replications: int
    asked: int
    simulated: int
    missing_share: float

    def of(self, measure: str) -> Floats:
        """Means of a measure: float64[levels, draws]."""
        return self.means[MEASURES.index(measure)]


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """What to run; without arguments, the small version."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--municipalities", type=int, default=7, help="spread over sizes")
    parser.add_argument("--levels", type=int, default=2, help="places for 1/n, 2/n … of job-ready")
    parser.add_argument("--draws", type=int, default=4, help="of the uncertain numbers")
    parser.add_argument("--design", default="auto", help="sobol, latin_hypercube or random")
    parser.add_argument("--replications", type=int, default=4, help="futures of each draw")
    parser.add_argument("--folder", type=Path, default=Path("jobsim-out/national"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--scheduler", help="address of a Dask scheduler that simulates")
    parser.add_argument("--only", nargs="+", help="codes: the part of one machine among several")
    parser.add_argument("--table", type=Path, default=TABLE, help="CSV of municipalities")
    options = parser.parse_args(arguments)
    for name in ("municipalities", "levels", "draws", "replications", "jobs"):
        if getattr(options, name) < 1:
            parser.error(f"--{name}: must be a whole number from 1")
    return options


def chosen(options: argparse.Namespace) -> list[Municipality]:
    """Municipalities that are asked for."""
    known = municipalities(options.table)
    if options.only:
        return [one for one in known if one.scenario.name in options.only]
    return some_of(known, options.municipalities)


def shares(levels: int) -> list[float]:
    """Shares of the job-ready for whom there are places."""
    return [(i + 1) / levels for i in range(levels)]


def worlds(known: list[Municipality], draws: int, design: str) -> list[dict[str, float]]:
    """Draws that all municipalities share: what nobody knows of meetings is the same everywhere.

    Numbers that the table gives each municipality are left as it says.
    """
    return js.parameter_draws(known[0].scenario, draws, design=design, seed=1).changes()


def play(one: Municipality, draws: list[dict[str, float]], options: argparse.Namespace) -> Found:
    """Simulate what a municipality's folder lacks, and price all of it."""
    study = study_of(one, options)
    done = run(study, one, draws, options, threads=1)
    outcomes = study.outcomes(MEASURES)
    study.close()
    values = [outcomes[name].isel(prices=0) for name in MEASURES]
    return Found(
        municipality=one,
        means=np.stack([each.mean("replication") for each in values]),
        chance=np.stack([each.var("replication", ddof=1).mean("draw") for each in values]),
        replications=options.replications,
        asked=done.asked,
        simulated=done.simulated,
        missing_share=float(outcomes.attrs["missing_share"]),
    )


def run(
    study: js.Study,
    one: Municipality,
    draws: list[dict[str, float]],
    options: argparse.Namespace,
    **how: Any,
) -> Any:
    """Simulate; each municipality has luck of its own, so that luck does not add up over them."""
    return study.run(
        {f"{share:.0%}": one.invested(share) for share in shares(options.levels)},
        draws=draws,
        replications=options.replications,
        seed=one.number,
        engine="numba",
        progress=False,
        **how,
    )


def played(options: argparse.Namespace) -> tuple[list[Found], int]:
    """All of them, in as many processes as asked for, and how many cells a cluster simulated."""
    asked = chosen(options)
    draws = worlds(asked, options.draws, options.design)
    js.simulate(asked[0].scenario, replications=1, engine="numba", progress=False)  # compiles it
    sent = on_dask(asked, draws, options) if options.scheduler else 0
    if options.jobs == 1:
        return [play(one, draws, options) for one in asked], sent
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(options.jobs, len(asked)), mp_context=context) as pool:
        return list(pool.map(play, asked, repeat(draws), repeat(options))), sent


def on_dask(
    asked: list[Municipality], draws: list[dict[str, float]], options: argparse.Namespace
) -> int:
    """Let a cluster simulate all of them, and return how many cells it did."""
    from distributed import Client

    with Client(options.scheduler) as client:
        return sum(
            run(study_of(one, options), one, draws, options, client=client).simulated
            for one in asked
        )


def study_of(one: Municipality, options: argparse.Namespace) -> js.Study:
    """Folder of a municipality; a cell holds all replications of a draw."""
    return js.Study(options.folder / one.scenario.name, block=options.replications)


def gains_at_best(found: Found, measure: str) -> tuple[float, float]:
    """Probability of a gain at the best level: honest, and on the draws that chose the level.

    What is best among noisy means looks better than it is. So the level is chosen on one half of
    the draws and judged on the other, and the other way round.
    """
    values = found.of(measure)
    half = np.arange(values.shape[1]) % 2 == 0
    honest = np.empty(values.shape[1])
    for ours in (half, ~half):
        best = np.nanmean(values[:, ours], axis=1).argmax() if ours.any() else 0
        honest[~ours] = values[best, ~ours] > 0
    rosy = values[np.nanmean(values, axis=1).argmax()] > 0
    return float(honest.mean()), float(rosy.mean())


def total(all_found: Iterable[Found], measure: str) -> Floats:
    """Sum over municipalities, draw by draw: float64[levels, draws]; NaN where one is missing."""
    return np.asarray(sum(one.of(measure) for one in all_found))


def print_levels(all_found: list[Found], levels: int) -> None:
    """A line for each level: means over draws, and between which values 90 % of the draws lie."""
    print("million DKK, and between which values 90 % of the draws lie:")
    print(
        f"{'places for':>10} {'spent':>7} {'extra jobs':>11} {'municipalities':>27} {'state':>26}"
    )
    for level, share in enumerate(shares(levels)):
        spent, jobs = (np.nanmean(total(all_found, m)[level]) for m in (SPENT, "placements"))
        purses = [in_millions(total(all_found, f"net_saving:{p}")[level]) for p in PURSES[:2]]
        line = f"{share:10.0%} {spent / 1e6:7.1f} {jobs:11,.0f} {purses[0]:>27} {purses[1]:>26}"
        print(line)


def in_millions(values: Floats) -> str:
    """Mean over draws, and between which values 90 % of them lie."""
    low, high = np.nanquantile(values, [0.05, 0.95]) / 1e6
    return f"{np.nanmean(values) / 1e6:+.1f} ({low:+.1f} to {high:+.1f})"


def print_gains(all_found: list[Found]) -> None:
    """How many gain at the level that is best for the purse in question."""
    print(f"More likely to gain than not, at the best level, of {len(all_found)}:")
    for purse in PURSES:
        known = np.array([gains_at_best(one, f"net_saving:{purse}") for one in all_found])
        honest, rosy = (known > 0.5).sum(axis=0)
        print(f"  {purse}: {honest} (judged on the draws that chose the level: {rosy})")


def print_spread(all_found: list[Found]) -> None:
    """How much of the spread of one replication is chance, by size."""
    measure = "net_saving:municipality"
    row = MEASURES.index(measure)
    print(f"Municipality's purse, places for {1:.0%}:")
    by_size = sorted(all_found, key=lambda one: one.municipality.job_ready)
    for name, one in (("smallest", by_size[0]), ("largest", by_size[-1])):
        chance = one.chance[row, -1]
        between = np.nanvar(one.of(measure)[-1], ddof=1) - chance / one.replications
        share = chance / (chance + max(between, 0.0))
        print(
            f"  {name}, {one.municipality.job_ready} job-ready: chance is {share:.0%} of the "
            "spread of one future, what nobody knows the rest"
        )


def draw(all_found: list[Found], options: argparse.Namespace) -> Path:
    """Map of what each krone brings, at a level that is the same for all."""
    level = (options.levels - 1) // 2
    known = {one.municipality.number: one for one in all_found}
    everywhere = municipalities(options.table)
    maps = {
        title: [
            tile(one, known.get(one.number), f"net_saving:{purse}", level) for one in everywhere
        ]
        for purse, title in PANELS.items()
    }
    heading = f"Places for {100 * shares(options.levels)[level]:.0f} % of job-ready recipients"
    note = SYNTHETIC if options.table == TABLE else options.table.stem
    draw_maps(maps, heading, note, options.folder / "map.png")
    return options.folder / "map.png"


def tile(one: Municipality, found: Found | None, measure: str, level: int) -> Tile:
    """What each krone brings a municipality, and whether nearly all draws agree on the sign."""
    if found is None:
        return Tile(one.place, one.region, float("nan"), False)
    each = found.of(measure)[level]
    value = np.nanmean(each) / np.nanmean(found.of(SPENT)[level])
    sure = max((each > 0).mean(), (each < 0).mean()) >= SURE
    return Tile(one.place, one.region, float(value), bool(sure))


def main(arguments: list[str] | None = None) -> None:
    """Run, print and draw."""
    options = options_of(arguments)
    all_found, sent = played(options)
    asked = sum(one.asked for one in all_found)
    simulated = sent + sum(one.simulated for one in all_found)
    missing = np.mean([one.missing_share for one in all_found])
    print(
        f"{len(all_found)} {'synthetic ' * (options.table == TABLE)}municipalities × "
        f"{options.levels} levels × "
        f"{options.draws} draws × {options.replications} replications; {missing:.1%} missing"
    )
    print_levels(all_found, options.levels)
    print_gains(all_found)
    print_spread(all_found)
    print(f"Cells: {asked:,}, of which {simulated:,} were not known yet")
    print(f"Map: {draw(all_found, options).as_posix()}")


if __name__ == "__main__":
    try:
        main()
    except js.JobsimError as error:
        sys.exit(str(error))
