"""Which plans can be laid side by side: named, apart, and beside one baseline.

May import how to play.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from jobsim.analysis.playing.volume_store import played_text
from jobsim.analysis.setting.case import Case, case_of
from jobsim.errors import InputError, control_characters
from jobsim.ledger import Prices
from jobsim.scenario import Scenario

_EXAMPLE = 'js.compare({"two weeks": plan, "four weeks": other})'


def refuse_unnamed(plans: object) -> None:
    """Refuse several plans without names: nothing could tell them apart in a table.

    Raises
    ------
    InputError
        If they are not in a mapping; the message says what to write.
    """
    several = isinstance(plans, Sequence) and not isinstance(plans, str)
    if several or isinstance(plans, (set, frozenset)):
        kind = type(plans).__name__
        raise InputError(f"scenario: several plans need names, as in {_EXAMPLE}; got a {kind}")


def cases_of(
    plans: Mapping[str, Scenario], baseline: Scenario | None, prices: Prices | None
) -> dict[str, Case]:
    """Check several plans, each beside the one baseline (default: the first without programmes).

    Raises
    ------
    InputError
        If there is no plan, a name or scenario is none, two are played alike, they do not cover the
        same weeks, or, without a baseline, they are not about the same place without programmes.
    """
    if not plans:
        raise InputError(f"scenario: there is no plan; name one or more, as in {_EXAMPLE}")
    for name, one in plans.items():
        _check_plan(name, one)
    _check_weeks(plans, baseline)
    cases = {name: case_of(one, baseline, prices) for name, one in plans.items()}
    _check_alike(plans)
    first = next(iter(cases))
    for name, case in cases.items():
        _check_baseline(first, cases[first].baseline, name, case.baseline)
    return {name: replace(one, baseline=cases[first].baseline) for name, one in cases.items()}


_LONGEST_NAME = 200
"""Most characters of a plan's name, as in studies."""
_NOT_IN_NAMES = re.compile(rf"{control_characters.pattern}|[\t\n]")


def _check_plan(name: object, plan: object) -> None:
    if not isinstance(name, str) or not name.strip() or _NOT_IN_NAMES.search(name):
        raise InputError(f"scenario: a plan is named by a text, such as {_EXAMPLE}; got {name!r}")
    if len(name) > _LONGEST_NAME:
        start = f"{name[:20]}…"
        longest = f"a plan's name has at most {_LONGEST_NAME} characters"
        raise InputError(f'scenario: {longest}, got {len(name)} in "{start}"')
    if not isinstance(plan, Scenario):
        hint = f"; js.Scenario.load({plan!r}) makes one" if isinstance(plan, str) else ""
        raise InputError(f'scenario: "{name}" must be a Scenario, got {type(plan).__name__}{hint}')


def _check_weeks(plans: Mapping[str, Scenario], baseline: object) -> None:
    first = next(iter(plans))
    given = isinstance(baseline, Scenario)
    other = baseline.horizon if isinstance(baseline, Scenario) else plans[first].horizon
    for name, plan in plans.items():
        ours = plan.horizon
        if ours != other:
            beside = "the baseline" if given else f'"{first}"'
            raise InputError(
                f'scenario: "{name}" must cover the same weeks as {beside} '
                f"({other.weeks} from {other.start}), got {ours.weeks} from {ours.start}"
            )


def _check_alike(plans: Mapping[str, Scenario]) -> None:
    """Refuse a plan that stands there twice: whoever changed one forgot to give it."""
    known: dict[str, str] = {}
    for name, plan in plans.items():
        other = known.setdefault(played_text(plan), name)
        if other != name:
            raise InputError(
                f'scenario: "{name}" is the same plan as "{other}", number by number; leave one out'
            )


def _check_baseline(first: str, baseline: Scenario, name: str, other: Scenario) -> None:
    """Refuse plans whose own places without programmes differ: each would be held against another.

    Given baselines are the same for all.
    """
    if played_text(other) == played_text(baseline):
        return
    paths = list(baseline.difference(other).changes)
    where = f" ({', '.join(paths[:_NAMED])}{', …' if len(paths) > _NAMED else ''})" if paths else ""
    raise InputError(
        f'baseline: without programmes "{name}" is another place than "{first}"{where}; '
        "name one baseline for all plans"
    )


_NAMED = 3
"""Most paths that are named."""
