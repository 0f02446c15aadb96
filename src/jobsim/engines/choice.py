"""Which engine plays: the one named, or the quicker one; may import everything in engines."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from functools import cache, partial
from importlib import import_module
from types import ModuleType

from jobsim.engines.elements import elements_in
from jobsim.engines.size import checked_threads
from jobsim.engines.volumes import Arrays
from jobsim.errors import InputError, nearest
from jobsim.scenario import Scenario

ENGINES = {
    "numpy": "jobsim.engines.vector.engine",
    "simpy": "jobsim.engines.reference.engine",
    "numba": "jobsim.engines.compiled.engine",
}
"""Module of each engine; its function `play(tables, seed, replications)` returns volumes."""

_WORTH_LOADING = 1e7
_WORTH_COMPILING = 3e8
"""Person-weeks from which loading or compiling the compiled engine takes less time than it saves:
measured, numpy plays 18 million a second, loading takes 0.4 seconds and compiling some 20."""

_log = logging.getLogger("jobsim")


Engine = Callable[..., Arrays]
"""Plays some replications, of `(tables, seed, replications, log=None)`; if given a log, notes what
happens to everybody."""


def chosen_engine(name: str, person_weeks: float = 0.0, elements: Iterable[str] = ()) -> str:
    """Check the name of an engine; for "auto", choose one.

    Parameters
    ----------
    name : str
        "auto", or a name in `ENGINES`.
    person_weeks : float
        Work to be done: persons × weeks × replications.
    elements : codes in `ELEMENTS`, that the scenario has

    Returns
    -------
    str
        For "auto": "numba" where this process has compiled it already; else "numpy" for less than
        10 million person-weeks (some 27 replications of `esbjerg-2018`); else "numba" if its code
        is kept on disk or there are more than 300 million person-weeks (800 replications). Where
        numba cannot be imported, "numpy". If the one so chosen does not play the elements, the
        first in `ENGINES` that does.

    Raises
    ------
    InputError
        If there is no such engine.
    """
    if isinstance(name, str) and name in ENGINES:
        return name
    if not isinstance(name, str) or name != "auto":
        hint = nearest(str(name), ["auto", *ENGINES])
        raise InputError(f'engine: there is no engine "{name}"{hint}')
    quicker = _quicker(person_weeks)
    able = [one for one in (quicker, *ENGINES) if set(elements) <= set(plays_of(one))]
    return able[0] if able else quicker


def plays_of(name: str) -> tuple[str, ...]:
    """Elements that an engine says it plays; does not load the engine."""
    played: tuple[str, ...] = import_module(ENGINES[name].rpartition(".")[0]).PLAYS
    return played


def refuse_unplayed(scenario: Scenario, engine: str) -> None:
    """Raise InputError if a scenario has an element that an engine does not play."""
    plays, elements = plays_of(engine), elements_in(scenario)
    for code in (one for one in elements if one not in plays):
        able = " or ".join(f'"{one}"' for one in ENGINES if set(elements) <= set(plays_of(one)))
        raise InputError(
            f'engine: "{engine}" does not play {code.replace("_", " ")} ({elements[code]} of '
            f"{scenario.name}); {f'use {able}' if able else 'no engine does'}"
        )


def _quicker(person_weeks: float) -> str:
    compiled = sys.modules.get(ENGINES["numba"])
    if compiled is not None and compiled.is_loaded():
        return "numba"
    if person_weeks < _WORTH_LOADING:
        return "numpy"
    compiled = _compiled_engine()
    if compiled is None:
        return "numpy"
    return "numba" if person_weeks >= _WORTH_COMPILING or compiled.is_kept() else "numpy"


@cache
def _compiled_engine() -> ModuleType | None:
    """Load the compiled engine; where that cannot be done, say so once."""
    try:
        return import_module(ENGINES["numba"])
    except ImportError as error:
        _log.warning("numba cannot be imported, so the slower numpy engine plays (%s)", error)
        return None


def engine_named(name: str, threads: int | None = None) -> Engine:
    """Load an engine; for "auto", as `chosen_engine` says for little work.

    Raises
    ------
    InputError
        If there is no such engine, numba cannot be imported, or the number of threads is not valid.
    """
    checked_threads(threads)
    chosen = chosen_engine(name)
    try:
        play: Engine = import_module(ENGINES[chosen]).play
    except ImportError as error:
        raise InputError(f'engine: "{chosen}" cannot be loaded ({error}); use "numpy"') from error
    return partial(play, threads=threads) if chosen == "numba" else play
