"""What the methods of a study are given, checked; imports plans."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from jobsim.analysis.outcomes.given_tables import read_table
from jobsim.analysis.playing.options import RunOptions, run_options
from jobsim.analysis.setting.case import Case, Changes, MoveWhere, case_of, move_where
from jobsim.errors import InputError, texts_of
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_whole, whole_number
from jobsim.study.plan import StudyPlan, same_draws
from jobsim.study.plan_text import StudyDesign, as_json, with_dates


def study_design(
    draws: object, design: str, parameters: Sequence[str] | None, move: MoveWhere
) -> tuple[StudyDesign, tuple[Changes, ...]]:
    """Check how parameters are drawn; the design, and the draws of a table.

    Raises
    ------
    InputError
        If draws is neither a whole number nor a table with a draw, or a table comes with
        parameters, or move is none of its words.
    """
    move_where(move)
    if draws is None:
        return StudyDesign(0, "sobol", None, move), ()
    if is_whole(draws):
        draws = whole_number("draws", draws, 1)
        paths = None if parameters is None else texts_of("parameters", parameters)
        return StudyDesign(draws, cast(Any, design), paths, move), ()  # checked when it draws
    if parameters is not None:
        raise InputError("draws: a table of draws goes with no parameters=")
    rows = _numbered(draws) if hasattr(draws, "columns") else draws
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError(
            "draws: must be a whole number, a DataFrame or a list of {path: value}, "
            f"got {type(draws).__name__}"
        )
    found = with_dates(json.dumps([dict(row) for row in rows], default=as_json))
    if not found:
        raise InputError("draws: the table is empty; without draws=, scenarios play as they stand")
    return StudyDesign(len(found), "table", None, move), tuple(found)


def _numbered(table: Any) -> list[dict[str, object]]:
    """Rows of a table whose columns have a name each and whose index numbers them from 0."""
    labels = read_table(table, "draws", "column").rows if len(table) else None
    if labels is not None and labels != tuple(range(len(table))):
        raise InputError(
            "draws: a study numbers its draws from 0, the index of the table does not; "
            "reset_index(drop=True) numbers its rows as they stand"
        )
    rows: list[dict[str, object]] = table.to_dict("records")
    return rows


Scenarios = Scenario | Sequence[Scenario] | Mapping[str, Scenario]
PriceLists = Prices | Mapping[str, Prices]


def how_to_play(given: Mapping[str, Any], *fixed: str) -> RunOptions:
    """How to play a plan; what the plan itself decides is not to be said again."""
    for name in ("precision", "study", *fixed):
        if given.get(name) is not None:
            raise InputError(f"{name}: is not for this: the plan of the study decides it")
    return run_options(given)


def replications_asked(how: RunOptions) -> int:
    """Check and return how many replications are asked for."""
    wanted = how["replications"]
    return whole_number("replications", wanted, 1)


def more_of(now: int, how: Mapping[str, Any]) -> int:
    """Replications in all, which are no fewer than now."""
    asked = how["replications"]
    wanted = replications_asked(run_options({"replications": now if asked is None else asked}))
    if wanted < now:
        raise InputError(f"replications: the plan has {now:,} already, got {wanted:,}")
    return wanted


def settings_of(
    scenarios: Scenarios, baseline: Scenario | None, prices: Mapping[str, Prices]
) -> dict[str, Case]:
    """Scenarios beside their baseline, by the names they were given, or their own."""
    if isinstance(scenarios, Mapping):
        found = {str(name): one for name, one in scenarios.items()}
    else:
        several = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
        found = {getattr(one, "name", ""): one for one in several}
        if len(found) < len(several):
            raise InputError("scenarios: two have the same name; give them as {name: scenario}")
    if not found:
        raise InputError("scenarios: name at least one")
    first = next(iter(prices.values()))
    return {name: case_of(one, baseline, first) for name, one in found.items()}


def price_lists(prices: PriceLists | None) -> dict[str, Prices]:
    """Price lists by the names they were given, or their own with how much changed."""
    given = Prices.load("denmark") if prices is None else prices
    found = {given.named: given} if isinstance(given, Prices) else dict(given)
    if not found or not all(isinstance(one, Prices) for one in found.values()):
        raise InputError("prices: must be Prices, or several by name")
    return found


_TABLES = (
    '; more draws begin with fewer where both are made with design="sobol" or "random", not of a '
    "Latin hypercube: add rows to those that are there"
)


def with_more_draws(plan: StudyPlan, draws: object) -> StudyPlan:
    """Plan with more draws in all, which begin with those that it has.

    Raises
    ------
    InputError
        If there are fewer, or they do not begin so.
    """
    now = plan.design
    design, table = study_design(draws, now.name if now.count else "auto", now.parameters, now.move)
    design = design.following(now)
    decided = (lambda _: table) if table else plan.decided
    wider = replace(plan, design=design, decided=decided, _draws={})
    is_longer = design.continues(now) and design.count >= now.count
    if not (is_longer and all(same_draws(plan, wider, name) for name in plan.settings)):
        hint = _TABLES if design.name == now.name == "table" else ""
        raise InputError(
            f"draws: {design.words} do not begin with those of the plan: {now.words}{hint}"
        )
    return wider


def refuse_other(held: Mapping[str, Any], added: Mapping[str, Any], what: str) -> None:
    """Raise InputError where something else stands under a name already."""
    for name in held.keys() & added.keys():
        if held[name] != added[name]:
            raise InputError(f'{what} "{name}": the plan has another under this name')
