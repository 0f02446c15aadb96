"""Ask again what a run record holds; may import what all questions share."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.playing.options import OPTIONS
from jobsim.errors import InputError, nearest

_DECIDED = ("replications", "seed", "engine", "prices")


def replay(
    record: RunRecord, questions: Mapping[str, Callable[[], Callable[..., Result]]], **how: object
) -> Result:
    """Ask the question of a record again, to the same numbers.

    Parameters
    ----------
    record : RunRecord
    questions : mapping of name to function that returns the question
    **how
        Options that change no number.

    Raises
    ------
    InputError
        If there is no such question, or the record does not hold all of it.
    """
    how = {**how, **{name: getattr(record, name) for name in _DECIDED}}
    if record.baseline is None:
        return questions["run"]()(record.scenario, **how)
    if record.asked is None:
        scenario = record.plans or record.scenario
        return questions["compare"]()(scenario, record.baseline, **how)
    name, given, lost = record.asked.question, record.asked.arguments, record.asked.not_held
    if name not in questions:
        raise InputError(f'question: there is no question "{name}"{nearest(name, questions)}')
    if lost:
        raise InputError(
            f"question: {name} was given {' and '.join(lost)}, which a record does not hold; "
            "ask it again from Python"
        )
    for one in given:
        if one in OPTIONS:
            raise InputError(f"question.arguments.{one}: is no argument of a question alone")
    question = questions[name]()
    if "baseline" in inspect.signature(question).parameters:
        how["baseline"] = record.baseline
    return question(record.scenario, **given, **how)
