"""Speed and memory of an engine on a preset: python -m benchmarks.throughput [--help].

A person-week is one person of the roster times one week of the run. Draws and roster are included
in the time. Each case runs in a process of its own, on one core, and asserts the work it has done.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

ONE_CORE = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def measure(preset: str, engine: str, replications: int, repeats: int) -> dict[str, float]:
    """Time `simulate` in this process; return medians and peak memory."""
    import jobsim as js
    from jobsim.engines.roster import build_roster
    from jobsim.engines.tables import tables_of

    scenario = js.Scenario.load(preset)
    tables = tables_of(scenario)
    few = js.simulate(scenario, replications=2, engine=engine, progress=False)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        volumes = js.simulate(scenario, replications=replications, engine=engine, progress=False)
        seconds.append(time.perf_counter() - start)
    assert volumes.isel(replication=slice(2)).identical(few.assign_attrs(volumes.attrs))
    benefit_weeks = int(volumes.benefit_weeks.sum())
    peak = peak_memory_gib()
    persons = sum(
        len(build_roster(tables, 1, volumes.replication.values[i : i + 100]))
        for i in range(0, replications, 100)
    )
    median = statistics.median(seconds)
    return {
        "replications": replications,
        "seconds": median,
        "seconds_min": min(seconds),
        "seconds_max": max(seconds),
        "person_weeks": persons * tables.weeks,
        "million_person_weeks_per_s": persons * tables.weeks / median / 1e6,
        "million_benefit_weeks_per_s": benefit_weeks / median / 1e6,
        "peak_memory_gib": peak,
    }


def peak_memory_gib() -> float:
    """Most memory this process has held so far, GiB; not a number on Windows."""
    try:
        import resource
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if platform.system() == "Darwin" else 1024) / 2**30


def main() -> None:
    """Print one line per case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="esbjerg-2018")
    parser.add_argument("--engine", default="numpy")
    parser.add_argument("--replications", type=int, nargs="+", default=[200, 10_000])
    parser.add_argument("--repeats", type=int, default=5, help="runs of the first case")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        result = measure(chosen.preset, chosen.engine, chosen.replications[0], chosen.repeats)
        print(json.dumps(result))
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{chosen.preset}, engine {chosen.engine}, one core, draws and roster included")
    for place, replications in enumerate(chosen.replications):
        repeats = chosen.repeats if place == 0 else 1
        command = [sys.executable, "-m", "benchmarks.throughput", "--child"]
        command += ["--preset", chosen.preset, "--engine", chosen.engine]
        command += ["--replications", str(replications), "--repeats", str(repeats)]
        done = subprocess.run(
            command, env=os.environ | ONE_CORE, capture_output=True, text=True, check=True
        )
        case = json.loads(done.stdout)
        print(
            f"{replications:>7,} replications: {case['seconds']:.2f} s "
            f"({case['seconds_min']:.2f} to {case['seconds_max']:.2f}, {repeats} runs), "
            f"{case['million_person_weeks_per_s']:.1f} million person-weeks/s, "
            f"{case['million_benefit_weeks_per_s']:.1f} million benefit-weeks/s, "
            f"peak {case['peak_memory_gib']:.2f} GiB"
        )


if __name__ == "__main__":
    main()
