"""A scenario, its baseline and the prices, changed together by path; may import the ledger.

Which two scenarios are laid beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal, cast, get_args

from jobsim.analysis.setting.tuning import not_tuned_anew
from jobsim.errors import InputError, nearest, text_of
from jobsim.ledger import Prices, checked_prices
from jobsim.scenario import Scenario, checked_scenario, readable
from jobsim.scenario.document import Document, dumped
from jobsim.scenario.past import PAST, leads_to_past, with_past_of
from jobsim.scenario.paths import is_policy, value_at

Changes = Mapping[str, object]
"""New values by path."""
PRICES = "prices."
"""Beginning of paths that lead into the price list."""
_FRAME = ("horizon.", f"{PAST}.")
"""Beginnings of paths that a scenario and its baseline must have in common."""
MoveWhere = Literal["auto", "both", "scenario"]
"""What changes move: facts of the world in scenario and baseline and policy in the scenario alone,
everything in both, or everything in the scenario alone."""
Moving = MoveWhere | Literal["assumed"]
"""Also: what registers hold to be uncertain, which is not known of the place, whoever decides it.
Policy then moves both where they agree: how many caseworkers there are is a fact like any other."""


@dataclass(frozen=True)
class Case:
    """Everything that decides a comparison but chance.

    Parameters
    ----------
    scenario : Scenario
        Takes the past of the baseline, in which its people have been as well.
    baseline : Scenario
    prices : Prices

    Raises
    ------
    InputError
        If the two state different pasts.
    """

    scenario: Scenario
    baseline: Scenario
    prices: Prices
    given: Scenario = field(init=False, repr=False, compare=False)
    """The scenario before it took the baseline's past, which is the same one if it has it."""

    def __post_init__(self) -> None:
        """Resolve the past, whichever of the two has changed."""
        object.__setattr__(self, "given", self.scenario)
        object.__setattr__(self, "scenario", with_past_of(self.scenario, self.baseline))

    def with_(self, changes: Changes, *, move: Moving = "auto") -> Case:
        """Make one with some values changed.

        Parameters
        ----------
        changes : mapping of path to value
            As of `Scenario.with_`; paths that begin with "prices." lead into the price list.
        move : "auto", "both", "scenario" or "assumed"
            Whether the baseline follows, where it has the path: with "auto" it does unless the
            field is policy; with "assumed" also where it agrees with the scenario there. The
            horizon and the past follow always: both cover the same weeks and have one past.

        Raises
        ------
        ScenarioError or PriceError
            If a path or value is not valid.
        """
        priced = {k.removeprefix(PRICES): v for k, v in changes.items() if k.startswith(PRICES)}
        played = {k: v for k, v in changes.items() if not k.startswith(PRICES)}
        shared = {k: v for k, v in played.items() if self.moves_both(k, move)}
        return replace(
            self,
            scenario=self.given.with_(played) if played else self.given,
            baseline=self.baseline.with_(shared) if shared else self.baseline,
            prices=self.prices.with_(priced) if priced else self.prices,
        )

    def moves_scenario(self, path: str) -> bool:
        """Tell whether a path leads into the scenario, not the price list."""
        return not path.startswith(PRICES)

    def moves_both(self, path: str, move: Moving = "auto") -> bool:
        """Tell whether a change at a path of the scenario moves the baseline too."""
        if path.startswith(_FRAME) or not self.moves_scenario(path):
            return path.startswith(_FRAME)
        if not has(self.baseline, path) or move in ("both", "scenario"):
            return move == "both" and has(self.baseline, path)
        return is_world(path) or (move == "assumed" and self.agrees(path))

    def past_with(self, changes: Changes, move: Moving) -> Changes:
        """What `with_` writes of the baseline's past into the scenario; often nothing."""
        apart = (leads_to_past(path) and not self.moves_both(path, move) for path in changes)
        if self.given is self.scenario and not any(apart):
            return {}
        moved = self.with_(changes, move=move)
        if moved.given is moved.scenario:
            return {}
        return {PAST: dumped(moved.scenario.regular_service.before, exclude_none=True)}

    def agrees(self, path: str) -> bool:
        """Tell whether the baseline has the scenario's value at a path, which both have."""
        return value_at(self.baseline, path.removesuffix(".scale")) == self.value_at(path)

    def check_moves(self, paths: Iterable[str], move: Moving) -> None:
        """Check that every path can be moved like that.

        Raises
        ------
        InputError
            If there is nothing at a path, or a fact of the world stands at another value in the
            baseline, so that it is not clear what moves.
        """
        for path in dict.fromkeys(paths):
            ours, stem = self.value_at(path), path.removesuffix(".scale")
            unclear = move in ("auto", "assumed") and self.moves_both(path)
            if unclear and not path.startswith(_FRAME) and not self.agrees(path):
                theirs = readable(value_at(self.baseline, stem))
                raise InputError(
                    f"{stem}: is {readable(ours)} in the scenario and {theirs} in the baseline; "
                    'say what moves: move="both" or move="scenario"'
                )

    def moved(self, paths: Iterable[str], move: Moving) -> str:
        """Say what moves where when these paths are changed, in words for tables."""
        asked = list(dict.fromkeys(paths))
        alone = [p for p in asked if self.moves_scenario(p) and not self.moves_both(p, move)]
        shared = [path for path in asked if path not in alone]
        told = ((shared, "scenario and baseline alike"), (alone, "the scenario alone"))
        lines = [f"Moved in {where}: {_listed(some)}." for some, where in told if some]
        return " ".join([*lines, self.not_tuned_anew(asked, move)]).rstrip()

    def not_tuned_anew(self, paths: Iterable[str], move: Moving) -> str:
        """What these changes do to a fit of the scenario to published figures; often empty."""
        return not_tuned_anew(self.scenario, len(self.facts(paths, move)))

    def facts(self, paths: Iterable[str], move: Moving) -> list[str]:
        """Those of some paths that lead to what is not known of the place, prices apart.

        A plan that is chosen is none; what is only assumed of one is a fact like any other.
        """
        return [p for p in paths if self.moves_scenario(p) and (move == "assumed" or is_world(p))]

    def value_at(self, path: str) -> object:
        """Value at a path of the scenario or, after "prices.", of the price list.

        Raises
        ------
        ScenarioError
            If there is nothing at the path; the message names the nearest valid name.
        """
        stem = path.removesuffix(".scale")
        if stem.startswith(PRICES):
            return value_at(self.prices, stem.removeprefix(PRICES))
        try:
            return value_at(self.scenario, stem)
        except InputError:
            if has(self.prices, stem):
                raise InputError(
                    f'{path}: there is no such; did you mean "{PRICES}{path}"?'
                ) from None
            raise


def move_where(move: object, *, named: bool = True) -> Moving:
    """Check a user's word for what moves; paths that the user did not name are assumptions.

    Raises
    ------
    InputError
        If it is none of the three words.
    """
    if text_of("move", move) not in get_args(MoveWhere):
        hint = nearest(str(move), get_args(MoveWhere))
        raise InputError(f'move: must be "auto", "both" or "scenario", got {move!r}{hint}')
    return "assumed" if move == "auto" and not named else cast(Moving, move)


_LISTED = 4
"""Most paths that are named; of more the number is told."""


def _listed(paths: Sequence[str]) -> str:
    return ", ".join(paths) if len(paths) <= _LISTED else f"{len(paths)} numbers"


@cache
def is_world(path: str) -> bool:
    """Tell whether a path of a scenario leads to a fact of the world, which no policy decides."""
    return not is_policy(Scenario, path)


def has(document: Document, path: str) -> bool:
    """Tell whether a document has something at a path."""
    try:
        return value_at(document, path.removesuffix(".scale")) is not None
    except InputError:
        return False


def _measures(scenario: Scenario) -> list[str]:
    """What the municipality has beside the regular service, by path."""
    jobs = scenario.small_jobs
    return [
        *(f"programmes.{code}" for code in scenario.programmes),
        *(f"supports.{code}" for code in scenario.supports),
        *(["small_jobs.consultants"] if jobs is not None and jobs.consultants else []),
    ]


def only_cut(scenario: Scenario, baseline: Scenario) -> list[str]:
    """Programmes, supports and consultants that a scenario lacks beside its baseline.

    None where it has others instead: then one plan stands beside another.
    """
    ours, theirs = _measures(scenario), _measures(baseline)
    return [path for path in theirs if path not in ours] if set(ours) < set(theirs) else []


def case_of(
    scenario: Scenario, baseline: Scenario | None = None, prices: Prices | None = None
) -> Case:
    """Check a scenario, its baseline (default: without programmes) and prices (default: denmark).

    Raises
    ------
    InputError
        If one of them is of another type, the scenarios do not cover the same weeks, a changed
        price begins after them, or they are in another currency.
    """
    found = Case(*beside(scenario, baseline), prices=checked_prices(prices))
    found.prices.refuse_gaps(found.scenario)
    for one in (found.scenario, found.baseline):
        found.prices.refuse_currency(one)
    return found


def beside(scenario: object, baseline: object | None) -> tuple[Scenario, Scenario]:
    """Check a scenario and its baseline; without one, the place without programmes.

    Raises
    ------
    InputError
        If one of them is not a scenario, or they do not cover the same weeks.
    """
    ours = checked_scenario("scenario", scenario)
    beside_it = (
        ours.without_programmes() if baseline is None else checked_scenario("baseline", baseline)
    )
    weeks, other = ours.horizon, beside_it.horizon
    if other != weeks:
        raise InputError(
            f"baseline: must cover the same weeks as the scenario ({weeks.weeks} from "
            f"{weeks.start}), got {other.weeks} from {other.start}"
        )
    return ours, beside_it


def against(scenario: Scenario, baseline: Scenario) -> str:
    """Names of both for a heading, which says which is which and whose groups the other lacks."""
    ours, theirs = scenario.name, baseline.name
    if ours == theirs and scenario is not baseline:
        ours, theirs = f"{ours} (the scenario)", f"{theirs} (the baseline)"
    alone = ", ".join(sorted(scenario.groups.keys() ^ baseline.groups.keys()))
    note = f"; {alone}: in one of them only, whose people count as a difference" if alone else ""
    return f"{ours} against {theirs}{note}"
