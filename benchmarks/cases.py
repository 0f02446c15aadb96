"""The named cases; may import jobsim for the names of its presets and engines.

Engines are those of `jobsim.engines.ENGINES`, so that a new one is measured without a change here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from benchmarks.case import Case
from benchmarks.peers import JOBSIM, players

__all__ = ["INTERVALS", "all_cases", "quick"]

INTERVALS = (2, 13)
"""Weeks between meetings in the meeting-queue model: with a queue, and without."""

_STORY = "simpy"
"""The engine that is written to be read; it is left out where it would take hours."""
_VECTORISED = "numpy"
"""The engine that knows one core only; it is left out where it would take minutes a run."""
_GROWTH: dict[str, tuple[Any, ...]] = {
    "people": (130, 1_300, 13_000, 130_000),
    "weeks": (26, 104, 520),
    "interval_weeks": (1, 2, 4, 13),
    "load": (0.4, 0.8, 1.6, 3.2),
}
"""Dimensions of the town; its size in all the others is that of `Town()`."""
_REPLICATIONS = (1, 10, 100, 1_000)
_BATCH = 64
"""Least replications of an engine that plays many at a time, where people are few."""


def all_cases(cache: str) -> list[Case]:
    """All cases in order.

    Parameters
    ----------
    cache : str, an empty folder for compiled code, so that the first case compiles
    """
    from jobsim.engines import ENGINES

    engines = tuple(ENGINES)
    fast = tuple(name for name in engines if name != _STORY)
    compiled = tuple(name for name in fast if name != _VECTORISED)
    cases = [*_first_calls(engines), *_presets(engines), *_growth(fast)]
    cases += [*_cores(compiled), *_large(compiled), *_queues()]
    return [
        replace(case, environment={"NUMBA_CACHE_DIR": f"{cache}/{case.player}"}) for case in cases
    ]


def quick(cases: list[Case]) -> list[Case]:
    """A smoke run: every kind of case, small, and no figure to rely on."""
    small = [case for case in cases if _is_small(case)]
    return [replace(case, runs=2, least_seconds=0.01, least_replications=1) for case in small]


def _is_small(case: Case) -> bool:
    if case.family in ("large", "cores", "replications"):
        return False
    if case.family in ("first-call", "presets"):
        return case.work in ("cold", "esbjerg-2018") and case.player != JOBSIM + _STORY
    if case.family == "peers":
        return bool(case.model["queue"]["interval_weeks"] == INTERVALS[-1])
    return all(value in _GROWTH[name][:1] for name, value in case.model.get("town", {}).items())


def _first_calls(engines: tuple[str, ...]) -> Iterator[Case]:
    """One replication in a fresh process: with nothing compiled, then with what is compiled."""
    for name in engines:
        for state in ("cold", "warm"):
            case = _engine_case("first-call", state, name, {"preset": "esbjerg-2018"}, 1)
            yield replace(case, runs=1)


def _presets(engines: tuple[str, ...]) -> Iterator[Case]:
    import jobsim as js

    for preset in js.preset_names():
        for name in engines:
            yield _engine_case("presets", preset, name, {"preset": preset})


def _growth(engines: tuple[str, ...]) -> Iterator[Case]:
    for name in engines:
        for dimension, values in _GROWTH.items():
            for value in values:
                model = {"town": {dimension: value}}
                case = _engine_case(dimension, f"{value:,}", name, model)
                yield replace(case, least_replications=1) if dimension == "people" else case
        for count in _REPLICATIONS:
            yield _engine_case("replications", f"{count:,}", name, {"town": {}}, count)


def _cores(engines: tuple[str, ...]) -> Iterator[Case]:
    for name in engines:
        for cores in (1, 2):
            case = _engine_case("cores", str(cores), name, {"preset": "esbjerg-2018"})
            yield replace(case, cores=cores, replications=2_000)


def _large(engines: tuple[str, ...]) -> Iterator[Case]:
    """100,000 recipients for five years, on engines that do it in seconds."""
    model = {"town": {"people": 100_000, "weeks": 260}}
    for name in engines:
        yield _engine_case("large", "100,000", name, model, 100)


def _queues() -> Iterator[Case]:
    for interval in INTERVALS:
        for name in players():
            model = {"queue": {"interval_weeks": interval}}
            yield _in_batches(Case("peers", f"every {interval} weeks", name, model))


def _engine_case(
    family: str, work: str, engine: str, model: dict[str, Any], replications: int | None = None
) -> Case:
    return _in_batches(Case(family, work, JOBSIM + engine, model, replications))


def _in_batches(case: Case) -> Case:
    """Give an engine that plays many replications at a time enough of them."""
    alone = case.player == JOBSIM + _STORY or not case.player.startswith(JOBSIM)
    return case if alone else replace(case, least_replications=_BATCH)
