"""Targets as quantities that are measured; may import quantities.

Targets of the file, its claims and its observed series, or targets given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from jobsim.analysis.outcomes.measures import MEASURES, Paired
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.arrays import Floats
from jobsim.errors import InputError, nearest, texts_of
from jobsim.scenario import Claim, Scenario, Target
from jobsim.scenario.evidence import COUNTED, ObservedSeries
from jobsim.scenario.paths import as_data, first_error

Targets = Sequence[str] | Mapping[str, Target | Mapping[str, Any]]
"""Names of targets, claims and observed series of a file; or targets given, by name."""
Role = Literal["fit", "held_out"]
_GIVEN = "given"
"""Source of a target that stands in no file."""
_TOLERANCE = 1.96
"""Standard errors that the tolerance of a claim is taken for."""


@dataclass(frozen=True, kw_only=True)
class Aim(Quantity):
    """What a target is about, measured in the scenario.

    Parameters
    ----------
    name : str
    target : Target
    """

    name: str
    target: Target

    @property
    def code(self) -> str:
        """Name of the target."""
        return self.name

    @property
    def label(self) -> str:
        """The target in a few words."""
        return self.target.label or self.name

    @property
    def series(self) -> str:
        """Code of what it is one of: measure and groups, such as recipients:job_ready."""
        groups = "+".join(self.target.groups or ())
        return f"{self.measure}:{groups}" if groups else self.measure

    @property
    def last_month(self) -> int:
        """Number of the last month of its period; those that follow one another differ by 1."""
        return month_number(self.months[-1])

    @property
    def months(self) -> list[str]:
        """Months of its period, such as 2018-10."""
        target = self.target
        numbers = range(1, 13) if target.month is None else [target.month]
        return [f"{target.year}-{number:02d}" for number in numbers]

    def of(self, paired: Paired) -> Floats:
        """Value in each replication (float64[replications])."""
        played = paired.played
        wanted = np.isin(played.months, np.array(self.months, dtype="datetime64[M]"))
        return MEASURES[self.measure].of(played, wanted, self.target.groups or ())

    def check(self, scenario: Scenario) -> None:
        """Check that a scenario can be held against it.

        Raises
        ------
        InputError
            If it is about another time, an unknown group or a measure that is not by group.
        """
        target, path = self.target, f"{scenario.name}: target {self.name}"
        covered = {str(month) for month in scenario.weeks.months}
        if not covered & set(self.months):
            first, last = min(covered), max(covered)
            raise InputError(f"{path}: {target.when} is outside the run ({first} to {last})")
        for code in target.groups or ():
            if code not in scenario.groups:
                hint = nearest(code, scenario.groups)
                raise InputError(f'{path}: there is no group "{code}"{hint}')
        if target.groups and not MEASURES[self.measure].by_group:
            raise InputError(f"{path}: {self.measure} is not divided by group")


def month_number(month: str) -> int:
    """Number of a month such as 2018-10; those that follow one another differ by 1."""
    return int(np.datetime64(month, "M").astype(np.int64))


def aims_of(
    scenario: Scenario, targets: Targets | None, held_out: Targets | None
) -> tuple[Aim, ...]:
    """What is fitted, then what is held out.

    Parameters
    ----------
    scenario : Scenario
    targets, held_out : names or targets; None for those of the file
        Its targets by their role; where it has none, its claims of volumes by theirs.

    Raises
    ------
    InputError
        If nothing is to be fitted, or a target cannot be.
    """
    fitted = list(_asked(scenario, targets, "fit", "targets"))
    names = {aim.name for aim in fitted}
    beside = [aim for aim in _asked(scenario, held_out, "held_out", "held_out")]
    if held_out is None:
        beside = [aim for aim in beside if aim.name not in names]
    elif twice := names & {aim.name for aim in beside}:
        raise InputError(f"held_out: {min(twice)} is fitted, too; it can be one of them")
    if not fitted:
        raise InputError(
            f"targets: {scenario.name} states none to fit; give targets={{name: "
            '{"measure": "recipients", "year": …, "value": …, "standard_error": …}}'
        )
    for aim in (*fitted, *beside):
        aim.check(scenario)
    return (*fitted, *beside)


def figures_of(scenario: Scenario, targets: Targets | None) -> tuple[Aim, ...]:
    """Figures in order of time, each once, by their own role, also those from before the run.

    Parameters
    ----------
    scenario : Scenario
    targets : names or targets; None for the targets and observed series of the file
        A target stands for the value of a series that is the same figure. Where there are neither,
        its claims of volumes.

    Raises
    ------
    InputError
        If there are none within the run, or two given are the same figure.
    """
    given = _all_stated(scenario) if targets is None else targets
    found: dict[tuple[object, ...], Aim] = {}
    for aim in _asked(scenario, given, None, "targets"):
        groups = set(aim.target.groups or scenario.groups)
        same = found.setdefault((aim.measure, frozenset(groups), aim.target.when), aim)
        if same is not aim and targets is not None:
            raise InputError(f"targets: {same.name} and {aim.name} are the same figure; give one")
    before = month_number(str(scenario.weeks.months[0]))
    aims = sorted(found.values(), key=lambda aim: (aim.last_month, aim.name))
    within = [aim for aim in aims if aim.last_month >= before]
    for aim in within:
        aim.check(scenario)
    if not within:
        raise InputError(
            f"targets: {scenario.name} has no figure within its run; state [observed.…] series or "
            "[targets.…], or give targets="
        )
    return tuple(aims)


def _all_stated(scenario: Scenario) -> list[str]:
    """Targets and observed series of the file; where it has neither, its claims of volumes."""
    found = [*scenario.targets, *(f"observed.{code}" for code in scenario.observed)]
    return found or [name for name, one in scenario.claims.items() if _is_volume(one)]


def _asked(scenario: Scenario, given: Any, role: Role | None, what: str) -> Iterator[Aim]:
    """What is asked for, in a role or, without one, each in its own."""
    if given is None and role is not None:
        given = _stated(scenario, role)
    if isinstance(given, Mapping):
        for name, one in given.items():
            yield _aim(str(name), _target(str(name), one, what), role)
        return
    names = texts_of(what, given)
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{what}: {name} is given twice; a figure counts once")
    for name in names:
        yield from _named(scenario, name, role, what)


def _stated(scenario: Scenario, role: Role) -> list[str]:
    """Targets of a role in the file; where it has no targets at all, its claims of volumes."""
    if scenario.targets:
        return [name for name, one in scenario.targets.items() if one.role == role]
    wanted = {"fit": "fitted", "held_out": "held_out"}[role]
    return [n for n, one in scenario.claims.items() if one.role == wanted and _is_volume(one)]


def _is_volume(claim: Claim) -> bool:
    return claim.of == "scenario" and claim.measure in MEASURES


def _named(scenario: Scenario, name: str, role: Role | None, what: str) -> Iterator[Aim]:
    stem = name.removeprefix("observed.")
    if name in scenario.targets:
        yield _aim(name, scenario.targets[name], role)
    elif name in scenario.claims:
        yield _aim(name, _of_claim(name, scenario.claims[name]), role)
    elif stem in scenario.observed:
        yield from _of_series(scenario, stem, role)
    else:
        known = (*scenario.targets, *scenario.claims, *(f"observed.{x}" for x in scenario.observed))
        hint = nearest(name, known) or f"; it has {', '.join(known) or 'none'}"
        raise InputError(f'{what}: {scenario.name} has no target "{name}"{hint}')


def _aim(name: str, target: Target, role: Role | None) -> Aim:
    if role not in (None, target.role):
        target = target.model_copy(update={"role": role})
    return Aim(target.measure, None, target.year, side="scenario", name=name, target=target)


def _target(name: str, given: object, what: str) -> Target:
    if isinstance(given, Target):
        found = given
    elif isinstance(given, Mapping):
        try:
            found = Target.model_validate(as_data({"source": _GIVEN, **given}))
        except ValidationError as error:
            raise InputError(f'{what}["{name}"].{first_error(error, Target)}') from error
    else:
        kind = type(given).__name__
        raise InputError(f'{what}["{name}"]: must be a table of what it is, got {kind}')
    if found.measure not in MEASURES:
        hint = nearest(found.measure, MEASURES)
        raise InputError(f'{what}["{name}"]: there is no measure "{found.measure}"{hint}')
    return found


def _of_claim(name: str, claim: Claim) -> Target:
    """A claim as a target: its tolerance is taken for a 95 % interval, either way."""
    if not _is_volume(claim):
        raise InputError(f"{name}: only a claim of a volume of the scenario can be a target")
    error = None if claim.tolerance is None else claim.tolerance / _TOLERANCE
    return Target(
        label=claim.label,
        measure=claim.measure,
        year=claim.year,
        month=claim.month,
        groups=claim.groups or None,
        value=claim.value,
        standard_error=error,
        rounded_to=1.0 if error is None else None,
        source=claim.source,
        role="held_out" if claim.role == "held_out" else "fit",
    )


def _of_series(scenario: Scenario, code: str, role: Role | None) -> Iterator[Aim]:
    """Every value of an observed series that lies within the run; without a role, before it too."""
    series = scenario.observed[code]
    aims = [_of_value(code, series, place, role) for place in range(len(series.values))]
    covered = [str(month) for month in scenario.weeks.months]
    found = [aim for aim in aims if {*covered} & {*aim.months}]
    if role is None:
        yield from (aim for aim in aims if aim.months[0] <= covered[-1])
        return
    if not found:
        raise InputError(f"observed.{code}: none of its values lies within the run")
    yield from found


def _of_value(code: str, series: ObservedSeries, place: int, role: Role | None) -> Aim:
    one, error = series.values[place], series.standard_error
    if error is None and MEASURES[series.measure].unit not in COUNTED:
        raise InputError(
            f"observed.{code}.standard_error: is missing; {series.measure} is not counted, so how "
            "far may each value be off?"
        )
    month = None if series.period == "year" else one.date.month
    target = Target(
        label=series.label,
        measure=series.measure,
        year=one.date.year,
        month=month,
        groups=series.groups or None,
        value=one.value,
        standard_error=error,
        rounded_to=1.0 if error is None else None,
        source=series.source,
    )
    named = replace(_aim(code, target, role), name=f"{code}.{target.when}")
    return named


def values_and_errors(aims: Iterable[Aim]) -> tuple[Floats, Floats]:
    """Value of each target, and its standard deviation about what it measures."""
    told = [(aim.target.value, aim.target.error) for aim in aims]
    values, errors = np.array(told, dtype=np.float64).reshape(-1, 2).T
    return values, errors


def collectable(
    scenario: Scenario, aims: Sequence[Aim], given: Mapping[str, Mapping[str, Any]] | None
) -> tuple[Aim, ...]:
    """Figures that could still be collected.

    Parameters
    ----------
    scenario : Scenario
    aims : sequence of Aim, fitted and held out
    given : mapping of name to what it is, optional
        As targets, without their value. Without it, every measure that is fitted, held out or
        observed: its months June and December, and of what is summed over a period every year, as
        far as they lie within the run and are not fitted.

    Raises
    ------
    InputError
        If one given is no figure of the run.
    """
    if given is not None:
        if not isinstance(given, Mapping):
            raise InputError(f"collect: must be {{name: table}}, got {type(given).__name__}")
        tables = {name: {"value": 0.0, **one} for name, one in given.items()}
        found = [
            _aim(str(name), _target(str(name), one, "collect"), "held_out")
            for name, one in tables.items()
        ]
        for aim in found:
            aim.check(scenario)
        return tuple(found)
    fitted = {_what(aim.target) for aim in aims if aim.target.role == "fit"}
    several = (_over_the_run(scenario, target) for target in _series(scenario, aims))
    return tuple(aim for some in several for aim in some if _what(aim.target) not in fitted)


def _what(target: Target) -> tuple[object, ...]:
    return target.measure, target.groups, target.year, target.month


def _series(scenario: Scenario, aims: Sequence[Aim]) -> Iterator[Target]:
    """A target of each measure and groups: fitted, held out or observed."""
    known = set[tuple[object, ...]]()
    observed = [code for code in scenario.observed if _has_error(scenario.observed[code])]
    others = (_of_value(code, scenario.observed[code], 0, "held_out") for code in observed)
    for aim in (*aims, *others):
        one = aim.target
        if (one.measure, one.groups) not in known:
            known.add((one.measure, one.groups))
            yield one


def _has_error(series: ObservedSeries) -> bool:
    return series.standard_error is not None or MEASURES[series.measure].unit in COUNTED


def _over_the_run(scenario: Scenario, target: Target) -> Iterator[Aim]:
    """The same measure at the end of each half-year and, of a sum, over each whole year."""
    months = {str(month) for month in scenario.weeks.months}
    measure, named = MEASURES[target.measure], target.groups or ()
    ends = [None] if not measure.last else [6, 12]
    for year in sorted({int(month[:4]) for month in months}):
        for month in ends:
            when = {"year": year, "month": month, "role": "held_out", "value": 0.0}
            label = f"{measure.label} ({', '.join(named)})" if named else measure.label
            one = target.model_copy(update={**when, "label": label})
            aim = _aim(".".join([target.measure, *named, one.when]), one, "held_out")
            if set(aim.months) <= months:
                yield aim
