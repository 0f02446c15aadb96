"""The scenarios that the arms of a trial live in; may import the file of a trial and the case.

A setting is a scenario with what the trial changes of it. Uncertain numbers are drawn in the
setting; what an arm is offered is put in after a draw, and is certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from jobsim.errors import InputError, nearest
from jobsim.scenario import Scenario
from jobsim.scenario.past import with_past_of
from jobsim.scenario.paths import value_at
from jobsim.trial.document import Trial
from jobsim.trial.pooled import PooledEffects

_MOST_KEYS = 256


class World(NamedTuple):
    """A scenario that is played, and which of its groups are which arms.

    Parameters
    ----------
    scenario : Scenario
    groups : mapping of an arm's code to the code of its group
    """

    scenario: Scenario
    groups: Mapping[str, str]


@dataclass(frozen=True)
class Stage:
    """A trial whose setting was looked up.

    Parameters
    ----------
    trial : Trial
    setting : Scenario
        With its horizon, changes, assumptions, copies and participants.
    """

    trial: Trial
    setting: Scenario

    @property
    def turns(self) -> int:
        """Worlds of one draw in which each arm has each group's luck once, where arms compete."""
        return len(self.trial.arms) if self.trial.assignment == "competing" else 1

    def worlds(self, draw: Mapping[str, Any], turn: int = 0) -> tuple[World, ...]:
        """Scenarios of the arms after a draw: one for each arm, or one where they compete.

        Parameters
        ----------
        draw : mapping of path to value, of the setting
        turn : int
            How far the keys of competing groups are handed on, which gives each the luck of
            another.
        """
        drawn = self.setting.with_(self._for_copies(draw)) if draw else self.setting
        arms = self.trial.arms
        if self.trial.assignment == "separate":
            group = str(self.trial.setting.group)
            return tuple(World(self._offered(drawn, [code], {}), {code: group}) for code in arms)
        groups = {code: str(arm.group) for code, arm in arms.items()}
        return (World(self._offered(drawn, [*arms], self._handed_on(turn)), groups),)

    def _offered(self, drawn: Scenario, arms: list[str], keys: Mapping[str, Any]) -> Scenario:
        """The setting with what some arms are offered, after the past of the setting."""
        changes = dict(keys)
        people = "entry_cohort" if self.trial.participants == "cohort" else "stock"
        for code in arms:
            arm = self.trial.arms[code]
            changes |= arm.changes
            changes[f"groups.{arm.group or self.trial.setting.group}.{people}"] = arm.persons
        made = _changed(drawn, changes, f"arms.{', '.join(arms)}.changes")
        any_stock = any(group.stock for group in made.groups.values())
        return with_past_of(made, drawn) if any_stock else made

    def _handed_on(self, turn: int) -> dict[str, Any]:
        """Keys of the competing groups, each from the arm so many places before."""
        if not turn:
            return {}
        groups = [str(arm.group) for arm in self.trial.arms.values()]
        keys = [self.setting.groups[code].key for code in groups]
        return {f"groups.{code}.key": keys[i - turn] for i, code in enumerate(groups)}

    def _for_copies(self, draw: Mapping[str, Any]) -> dict[str, Any]:
        """A draw with the same numbers for copies of the groups that it is of."""
        found = dict(draw)
        for copy, original in self.trial.setting.copies.items():
            start = f"groups.{original}."
            for path, value in draw.items():
                mine = f"groups.{copy}.{path.removeprefix(start)}"
                if path.startswith(start) and mine not in self.trial.setting.changes:
                    found[mine] = value
        return found

    @cached_property
    def others(self) -> bool:
        """Whether the setting has people beside the participants."""
        groups = self.setting.groups.values()
        return any(
            one.stock or one.employed_pool or one.entry_cohort or any(one.inflow_per_week.values)
            for one in groups
        )


def stage_of(trial: Trial) -> Stage:
    """Make the setting of a trial.

    Raises
    ------
    InputError
        If the scenario, a path or a value is not valid: one line that says where.
    """
    place = trial.place
    placed = _with_copies(_with_effects(place, trial), trial.setting.copies)
    start = {"horizon.weeks": trial.setting.weeks, **trial.setting.changes}
    made = _with_assumptions(_changed(placed, start, "setting.changes"), trial)
    groups = {"setting.group": trial.setting.group} if trial.setting.group else {}
    groups |= {f"arms.{code}.group": arm.group for code, arm in trial.arms.items() if arm.group}
    for path, code in groups.items():
        if code not in made.groups:
            raise InputError(f'{path}: there is no group "{code}"{nearest(code, made.groups)}')
    stage = Stage(trial, _without_participants(made, trial))
    _refuse_unequal_costs(stage)
    stage.worlds({})  # what arms change is checked here
    return stage


def _with_effects(scenario: Scenario, trial: Trial) -> Scenario:
    """The setting with what meetings do for such people by what trials together say."""
    people = trial.setting.people
    if people is None:
        return scenario
    groups = [str(trial.setting.group)] if trial.setting.group else list(scenario.groups)
    groups = [code for code in groups if code in scenario.groups]
    try:
        known = dict.fromkeys(groups, people)
        return PooledEffects.load("pooled").laid_on(scenario, known, keep_flows=False)
    except InputError as error:
        raise InputError(f"setting.people: {error}") from error


def _changed(scenario: Scenario, changes: Mapping[str, Any], where: str) -> Scenario:
    try:
        return scenario.with_(changes)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def _without_participants(scenario: Scenario, trial: Trial) -> Scenario:
    """The setting before anybody takes part: those who do are counted by arm."""
    people = "entry_cohort" if trial.participants == "cohort" else "stock"
    codes = {arm.group or trial.setting.group for arm in trial.arms.values()}
    present = [code for code in codes if getattr(scenario.groups[str(code)], people)]
    return scenario.with_({f"groups.{code}.{people}": 0 for code in present})


def _refuse_unequal_costs(stage: Stage) -> None:
    """Costs of a municipality are divided by the participants: others would be counted, too."""
    persons = {arm.persons for arm in stage.trial.arms.values()}
    money = any(one.payer for one in stage.trial.outcomes)
    if money and stage.others and len(persons) > 1:
        raise InputError(
            "outcomes: net_cost needs arms of equal size where the setting has people beside the "
            "participants"
        )


def _with_assumptions(scenario: Scenario, trial: Trial) -> Scenario:
    """A scenario with the trial's own entries in its register, which hold for what stands there."""
    own = trial.setting.assumptions
    if not own and not trial.sources:
        return scenario
    for path in own:
        try:
            value_at(scenario, path)
        except InputError as error:
            raise InputError(f"setting.assumptions: {error}") from error
    data = scenario.stated()
    stated = trial.stated()
    for part, mine in (("sources", stated), ("assumptions", stated["setting"])):
        data[part] = {**data.get(part, {}), **mine.get(part, {})}
    data["changed"] = tuple(path for path in scenario.changed if path not in own)
    if scenario.correlations:  # what the trial states no distribution of goes with nothing
        sure = {path for path, one in own.items() if one.distribution is None}
        pairs = data["correlations"]
        data["correlations"] = [one for one in pairs if sure.isdisjoint(one["of"])]
    return Scenario.from_dict(data)


def _with_copies(scenario: Scenario, copies: Mapping[str, str]) -> Scenario:
    """A scenario with further groups, which have the traits of others and none of their people."""
    if not copies:
        return scenario
    data = scenario.stated()
    groups = data["groups"] = dict(data["groups"])
    taken = {group.key for group in scenario.groups.values()}
    for copy, original in copies.items():
        if original not in scenario.groups:
            known = nearest(original, scenario.groups)
            raise InputError(f'setting.copies.{copy}: there is no group "{original}"{known}')
        if copy in groups:
            raise InputError(f"setting.copies.{copy}: the scenario has a group of that name")
        key = next((key for key in range(_MOST_KEYS) if key not in taken), None)
        if key is None:
            raise InputError(f"setting.copies.{copy}: the scenario has no key left for a group")
        taken.add(key)
        groups[copy] = _empty(groups[original], key)
        for part in _named_by_group(data):
            if original in part:
                part[copy] = part[original]
        for part in (*data.get("programmes", {}).values(), *data.get("supports", {}).values()):
            if original in part["groups"]:
                part["groups"] = (*part["groups"], copy)
    return Scenario.from_dict(data)


def _empty(group: Mapping[str, Any], key: int) -> dict[str, Any]:
    nobody = {"stock": 0, "employed_pool": 0, "inflow_per_week": 0.0, "entry_cohort": 0}
    copy = {**group, **nobody, "key": key}
    if jobs := copy.get("small_jobs"):
        copy["small_jobs"] = {**jobs, "consultant_share": 0.0, "ordinary_openings_per_week": 0.0}
    return copy


def _named_by_group(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Tables of a scenario that have an entry by group, the group copied among them."""
    regular = data["regular_service"]
    before = regular.get("before", {})
    services = [regular, *data.get("programmes", {}).values(), before]
    found = [one.get("interval_weeks") for one in services]
    found += [before.get("no_show_probability")]
    found += [one.get("need_share") for one in data.get("supports", {}).values()]
    return [one for one in found if isinstance(one, dict)]
