"""What a study's store costs: `python -m benchmarks.study_store [cells]`.

A committed write and its room on disk for cells of one preset, with the store that was chosen and
with those that were not, where they are installed (they do not wait for the disk, as the store
does). Then a study of so many small cells (default 100,000): status, a resume that plays the last
one, the most memory.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

import numpy as np

from jobsim.analysis.playing.volume_store import Block
from jobsim.analysis.setting.case import case_of
from jobsim.engines import simulate
from jobsim.engines.volumes import flat
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.study import Study
from jobsim.study.keeping.store import Finished, KeptPlan, Store, store_of
from jobsim.study.keeping.strangers import packed
from jobsim.study.plan import PlannedCell, StudyPlan
from jobsim.study.plan_text import StudyDesign
from jobsim.study.playing.missing import CellResult, CellWork

_TOWN = "esbjerg-2018"
_GAIN = "groups.job_ready.meeting_gain"
_WRITES = 200
_SMALL = 134
"""Numbers of a small cell."""


def rows_of(replications: int) -> np.ndarray:
    """Volumes of one block, int64[replications, columns]."""
    town = Scenario.load(_TOWN)
    return flat(simulate(town, replications=replications, engine="numpy", progress=False))


def measured(write: Callable[[int], None]) -> float:
    """Seconds that one committed write takes."""
    begun = perf_counter()
    for number in range(_WRITES):
        write(number)
    return (perf_counter() - begun) / _WRITES


def sqlite(folder: Path, rows: np.ndarray) -> Callable[[int], None]:
    """Write as a study does."""
    store = store_of(folder)
    store.keep_plan(KeptPlan("{}", [], block=1, replications=1))

    def write(number: int) -> None:
        key = number.to_bytes(32, "big")
        block = Block(key, 0, len(rows))
        store.keep([Finished(key, block, ((block, packed(rows)),), 1.0)])

    return write


def parquet(folder: Path, rows: np.ndarray) -> Callable[[int], None]:
    """Write a file of its own for each cell: Parquet files cannot grow."""
    import pandas as pd

    def write(number: int) -> None:
        frame = pd.DataFrame(rows.T.astype(np.uint16), columns=[str(i) for i in range(len(rows))])
        frame.to_parquet(folder / f"{number}.parquet", compression="zstd")

    return write


def zarr(folder: Path, rows: np.ndarray) -> Callable[[int], None]:
    """Write a chunk of one array for each cell."""
    import zarr as library

    array = library.create_array(
        str(folder / "cells.zarr"),
        shape=(_WRITES, *rows.shape),
        chunks=(1, *rows.shape),
        dtype="uint16",
    )

    def write(number: int) -> None:
        array[number] = rows.astype(np.uint16)

    return write


def write_costs() -> None:
    """Print what a write costs with each library and block."""
    for replications in (1, 10, 50):
        rows = rows_of(replications)
        for library in (sqlite, parquet, zarr):
            with tempfile.TemporaryDirectory(dir=".") as name:
                folder = Path(name)
                try:
                    seconds = measured(library(folder, rows))
                except ImportError:
                    continue
                store_of(folder).close()
                room = sum(one.stat().st_blocks * 512 for one in folder.rglob("*"))
                print(
                    f"{library.__name__:8} {replications:3} replications: "
                    f"{seconds * 1e3:6.2f} ms, {room / _WRITES:8,.0f} bytes a cell, "
                    f"{seconds:.2%} of a second"
                )


def whole_overhead() -> None:
    """Print what a cell costs beside simulating it: drawn, claimed, looked up, committed."""
    data = packed(rows_of(50))

    def given(work: CellWork) -> CellResult:
        parts = tuple((part, data) for part in work.parts)
        return Finished(work.cell.digest, work.whole, parts, 1.0)

    with (
        tempfile.TemporaryDirectory(dir=".") as name,
        patch.object(sys.modules["jobsim.study.study"], "play_work", given),
    ):
        begun = perf_counter()
        town = Scenario.load(_TOWN)
        cells = Study(name).run(town, draws=_WRITES, replications=50, progress=False).done
        seconds = (perf_counter() - begun) / cells
        print(f"everything but simulating, {cells} cells: {seconds * 1e3:.2f} ms a cell")
        Study(name).close()


def many(cells: int) -> None:
    """Print what a study of many cells takes to look at and to resume."""
    with tempfile.TemporaryDirectory(dir=".") as name:
        study, store = Study(name), store_of(Path(name).absolute())
        town = Scenario.load(_TOWN).with_({"horizon.weeks": 4})
        prices = Prices.load("denmark")
        draws = tuple({_GAIN: 0.1 + i / 1e6} for i in range(cells // 200))
        design = StudyDesign(len(draws), "table", None)
        setting = case_of(town, None, prices)
        plan = StudyPlan({"town": setting}, {"denmark": prices}, design, 100, 1, 1, lambda _: draws)
        store.keep_plan(plan.kept())
        _fill(store, list(plan.cells())[:-1])
        _look(study)


def _fill(store: Store, planned: list[PlannedCell]) -> None:
    """Commit cells as if they had been played."""
    data = packed(rows_of(1)[:, :_SMALL])
    for start in range(0, len(planned), 1000):
        blocks = [
            Block(one.digest, one.numbers.start, one.numbers.stop)
            for one in planned[start : start + 1000]
        ]
        store.keep(Finished(one.key, one, ((one, data),), 1.0) for one in blocks)


def _look(study: Study) -> None:
    begun = perf_counter()
    status = study.status()
    looked = perf_counter() - begun
    begun = perf_counter()
    resumed = study.resume(engine="numpy", progress=False)
    assert resumed.simulated == 1
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{status.asked:,} cells: status {looked:.2f} s; a resume that plays the last one, "
        f"{perf_counter() - begun:.2f} s; {status.room_bytes / status.asked:,.0f} bytes a cell; "
        f"{most:,.0f} MiB of memory at most"
    )


if __name__ == "__main__":
    write_costs()
    whole_overhead()
    many(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
