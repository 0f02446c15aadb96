"""How a question is played: the keyword arguments that all questions share.

They are told once, in a table, and shown in the signature and the docstring of every question;
beside them the check of numbers that the user gives. May import what a store of volumes is.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import math
import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, NamedTuple, TypedDict, TypeVar, cast

import numpy as np

from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.record import Asked
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.playing.precision import Precision
from jobsim.analysis.playing.volume_store import VolumeStore
from jobsim.engines.simulate import check_progress
from jobsim.errors import InputError, nearest, per_cent
from jobsim.ledger import Prices
from jobsim.scenario import checked_scenario
from jobsim.scenario.fields import is_number
from jobsim.scenario.paths import as_data

Question = TypeVar("Question", bound=Callable[..., object])


class PlayOptions(TypedDict, total=False):
    """How to play."""

    replications: int | Sequence[int] | Literal["auto"]
    seed: int
    engine: str
    threads: int | None
    n_jobs: int
    executor: Executor | None
    precision: Precision | Mapping[str, float] | None
    progress: bool
    study: VolumeStore | None


class RunOptions(PlayOptions, total=False):
    """How to play and at which prices: every question takes these, keyword-only; see `OPTIONS`."""

    prices: Prices | None


class Option(NamedTuple):
    """What one keyword argument of every question is."""

    default: object
    kind: str
    told: str


OPTIONS = {
    "replications": Option(
        200,
        'int, sequence of int, or "auto"',
        "Futures played in each cell, their numbers, or as many as `precision` takes.",
    ),
    "seed": Option(1, "int, 0 to 2**64 - 1", "Key of all chance."),
    "engine": Option("auto", '"auto", "numba", "numpy" or "simpy"', "All give the same integers."),
    "threads": Option(
        None,
        "int, optional",
        "Threads of the compiled engine; without it one for each core, or 1 in several processes.",
    ),
    "n_jobs": Option(
        1, "int, 1 to 256", "Processes; 1 is none but this one. Results do not depend on it."
    ),
    "executor": Option(
        None,
        "concurrent.futures.Executor, optional",
        "What runs the work instead; it is not shut down.",
    ),
    "prices": Option(None, "Prices, optional", 'Price list; without it, "denmark".'),
    "precision": Option(
        None,
        "mapping of measure to half width, or Precision, optional",
        'With replications="auto": {"net_saving:municipality": 100_000} plays until the 95 % '
        "interval of that mean is ± 100,000 DKK or narrower.",
    ),
    "progress": Option(
        True,
        "bool",
        "Whether to show how far it is: by a bar, or without a terminal by a line a minute.",
    ),
    "study": Option(
        None,
        "Study, optional",
        "What it holds is not simulated again, and what is simulated is kept in it. Only speed "
        "depends on it; the engine that a result names is the one that plays what is missing.",
    ),
}
"""Keyword arguments of every question, in order."""


def takes_options(
    *apart: str, counted: bool = False, **defaults: object
) -> Callable[[Question], Question]:
    """Fill in the options of a question, which it takes as ``**how``, and show them one by one.

    Editors, `help` and the reference read them in its signature, and in its docstring in place of
    ``**how``; type checkers read them in `RunOptions`. The question finds them complete.

    Parameters
    ----------
    *apart : str
        Options that it does not show, and finds only where they are given, to refuse them.
    counted : bool
        Whether it plays a number of replications only, never as many as a precision takes.
    **defaults
        Of those options for which the question has others.

    Raises
    ------
    TypeError
        If the question does not take and tell ``**how``.

    Notes
    -----
    A first argument that is to be a scenario is checked here, before the question looks at it.
    """

    def decorate(question: Question) -> Question:
        own, told = inspect.signature(question), inspect.getdoc(question) or ""
        *named, rest = own.parameters.values()
        if rest.kind is not inspect.Parameter.VAR_KEYWORD or _HOW not in told:
            raise TypeError(f"{question.__name__} must take and tell **how")
        hidden = {*apart, *own.parameters, *(["precision"] if counted else [])}
        options = [name for name in OPTIONS if name not in hidden]
        shown = [_parameter(name, defaults, counted) for name in options]
        signature = own.replace(parameters=[*named, *shown])
        placed = [one for one in named if one.kind is one.POSITIONAL_OR_KEYWORD]
        begins_from_scenario = named[0].annotation == "Scenario"

        @functools.wraps(question)
        def asked(*args: object, **given: object) -> object:
            if counted:
                given = _counted(question.__name__, given)
            _refuse_unfit(question.__name__, args, given, signature, hidden)
            if begins_from_scenario:
                checked_scenario("scenario", args[0] if args else given.get("scenario"))
            _refuse_lack(question.__name__, named[len(args) :], given)
            check_progress(given.get("progress", True))
            whole = {name: int(x) for name, x in given.items() if isinstance(x, np.integer)}
            given = given | whole
            found = question(*args, **{one.name: one.default for one in shown} | given)
            own_arguments = dict(zip((one.name for one in placed), args, strict=False)) | given
            return _with_question(found, Asked(question.__name__, *_held(own_arguments)))

        asked.__signature__ = signature  # type: ignore[attr-defined]
        words = (_told(name, counted) for name in options)
        asked.__doc__ = told.replace(_HOW, "\n".join(words))
        return cast(Question, asked)

    return decorate


def _refuse_unfit(
    question: str,
    args: tuple[object, ...],
    given: Mapping[str, object],
    signature: inspect.Signature,
    hidden: Collection[str],
) -> None:
    """Refuse arguments that the question does not have, or that need their names."""
    for name in given:
        if name not in signature.parameters and name not in hidden:
            hint = nearest(name, signature.parameters)
            raise InputError(f'there is no argument "{name}"{hint}')
    kinds = signature.parameters.values()
    placed = [one.name for one in kinds if one.kind is one.POSITIONAL_OR_KEYWORD]
    if len(args) > len(placed):
        raise InputError(
            f"{question}: after {', '.join(placed)}, arguments need their names, such as "
            "replications=200"
        )


def _refuse_lack(
    question: str, named: Sequence[inspect.Parameter], given: Mapping[str, object]
) -> None:
    for one in named:
        if one.default is one.empty and one.name not in given:
            raise InputError(f"{question}: {one.name}= is missing")


_HOW = "**how\n    How to play."
"""What stands in a question's docstring for the options."""


def _with_question(found: object, asked: Asked) -> object:
    """A result whose record, where it has its own or that of its cells, holds the question."""
    if isinstance(found, Result) and is_dataclass(found):
        for name in ("record", "cells"):
            if name in {one.name for one in fields(found)} and getattr(found, name) is not None:
                return replace(found, **{name: replace(getattr(found, name), asked=asked)})
    return found


def _held(given: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """Arguments of a question alone that a record can hold, and names of those it cannot."""
    held, lost = {}, []
    for name, value in given.items():
        if value is None or name in _ELSEWHERE:
            continue
        try:
            held[name] = _plain(value)
        except InputError:
            lost.append(name)
    return held, tuple(lost)


_ELSEWHERE = {*OPTIONS, "scenario", "model", "baseline"}
"""Arguments that a record holds elsewhere, or that change no number."""
_WORDS = (str, bool, int, float, dt.date)


def _plain(value: object) -> object:
    """Numbers, words, dates, and lists and tables of them; a quantity as its code.

    Raises
    ------
    InputError
        If it is something else.
    """
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        value = value.to_dict("records")
    if isinstance(value, Quantity) and quantity(value.code, ratios=True) == value:
        return value.code
    value = as_data(value)
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list, range)):
        return [_plain(item) for item in value]
    if isinstance(value, _WORDS):
        return value
    raise InputError("is no plain data")


def _counted(question: str, given: Mapping[str, object]) -> dict[str, object]:
    """Arguments of a question that plays a number of replications only.

    Raises
    ------
    InputError
        If it is asked for a precision.
    """
    precise = given.get("precision") is not None
    count = given.get("replications")
    if precise or (isinstance(count, str) and count == "auto"):
        what = "precision" if precise else "replications"
        raise InputError(
            f'{what}: {question} plays a number of replications; it takes neither "auto" nor '
            "precision="
        )
    return {**given, "precision": None}


def _parameter(name: str, defaults: Mapping[str, object], counted: bool) -> inspect.Parameter:
    default, kind = defaults.get(name, OPTIONS[name].default), inspect.Parameter.KEYWORD_ONLY
    annotation = RunOptions.__annotations__[name].__forward_arg__
    if counted and name == "replications":
        annotation = _COUNTED.annotation
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


class _Counted(NamedTuple):
    annotation: str
    kind: str
    told: str


_COUNTED = _Counted(
    "int | Sequence[int]",
    "int or sequence of int",
    "Futures played in each cell, or their numbers.",
)
"""The option `replications` of a question that knows no precision."""


def _told(name: str, counted: bool) -> str:
    _, kind, told = OPTIONS[name]
    if counted and name == "replications":
        _, kind, told = _COUNTED
    return f"{name} : {kind}\n{textwrap.indent(textwrap.fill(told, 92), ' ' * 4)}"


def run_options(given: Mapping[str, Any]) -> RunOptions:
    """Fill in what is not given.

    Raises
    ------
    InputError
        If there is no such argument.

    Examples
    --------
    >>> run_options({"seed": 7})["replications"]
    200
    """
    for name in given:
        if name not in OPTIONS:
            raise InputError(f'there is no argument "{name}"{nearest(name, OPTIONS)}')
    standard = {name: one.default for name, one in OPTIONS.items()}
    return cast(RunOptions, {**standard, **given})


def numbers_of(
    name: str,
    given: float | Sequence[float],
    *,
    low: float = 0.0,
    high: float = math.inf,
    whole: bool = False,
    unit: str = "",
) -> list[float]:
    """Check that all numbers given are finite and within bounds; one number is a list of one.

    Parameters
    ----------
    name : str, of the argument
    given : float or sequence of float
    low, high : float, least and most that is allowed
    whole : bool, whether only whole numbers are allowed
    unit : str, for the error

    Raises
    ------
    InputError
        If a number is not allowed; the message says which one, and what is allowed.

    Examples
    --------
    >>> numbers_of("budgets", [1_000_000, 2e6])
    [1000000.0, 2000000.0]
    """
    many = np.asarray(given, dtype=object).ravel().tolist()
    for place, one in enumerate(many, start=1):
        value = one.item() if isinstance(one, np.generic) else one
        fits = is_number(value) and low <= value <= high and value < math.inf
        if not fits or (whole and value != int(value)):
            where = name if len(many) == 1 else f"{name}: number {place}"
            kind = f"a {'whole' if whole else 'finite'} number{unit and f' of {unit}'}"
            upper = "" if math.isinf(high) else f" and at most {high:g}"
            hint = per_cent(value) if high == 1 else ""
            raise InputError(f"{where}: must be {kind}, at least {low:g}{upper}, got {one!r}{hint}")
    return [float(one) for one in many]
