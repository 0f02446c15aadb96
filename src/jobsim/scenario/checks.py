"""Rules that hold between the parts of a scenario; imports layers 0 and 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jobsim.errors import nearest
from jobsim.scenario.evidence import OBSERVABLE

if TYPE_CHECKING:
    from jobsim.scenario.scenario import Scenario

__all__ = ["PAYERS", "SUMS", "first_problem"]

PAYERS = ("municipality", "state", "recipient", "employer")
"""Whose purse, in the order of tables."""
SUMS = ("public", "society")
"""Sums over payers: municipality and state; all four."""


def first_problem(scenario: Scenario) -> str | None:
    """One line about the first rule that is broken, or None."""
    for check in (_keys, _programmes, _supports, _small_jobs, _intervals, _claims, _register):
        for problem in check(scenario):
            return problem
    return None


def _unknown(path: str, names: Iterable[str], known: Mapping[str, Any], what: str) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name not in known:
            yield f'{path}: there is no {what} "{name}"{nearest(name, known)}'
        if name in seen:
            yield f'{path}: {what} "{name}" is named twice'
        seen.add(name)


def _keys(scenario: Scenario) -> Iterator[str]:
    if not scenario.groups:
        yield "groups: at least one group is needed"
    for part in ("groups", "supports"):
        seen: dict[int, str] = {}
        for code, item in getattr(scenario, part).items():
            if item.key in seen:
                yield f"{part}.{code}.key: {item.key} is taken by {part}.{seen[item.key]}"
            seen[item.key] = code


def _programmes(scenario: Scenario) -> Iterator[str]:
    for code, programme in scenario.programmes.items():
        if code == "regular":
            yield 'programmes.regular: the name "regular" belongs to the regular service'
        yield from _unknown(f"programmes.{code}.groups", programme.groups, scenario.groups, "group")


def _supports(scenario: Scenario) -> Iterator[str]:
    for code, support in scenario.supports.items():
        path = f"supports.{code}"
        yield from _unknown(f"{path}.groups", support.groups, scenario.groups, "group")
        yield from _unknown(f"{path}.need_share", support.need_share, scenario.groups, "group")
        if support.paid_from is not None:
            yield from _unknown(
                f"{path}.paid_from", [support.paid_from], scenario.programmes, "programme"
            )


def _small_jobs(scenario: Scenario) -> Iterator[str]:
    levels = len(scenario.small_jobs.hours_per_week) if scenario.small_jobs else 0
    taking = {code: g.small_jobs for code, g in scenario.groups.items() if g.small_jobs}
    for code, jobs in taking.items():
        path = f"groups.{code}.small_jobs"
        if not levels:
            yield f"{path}: the scenario has no [small_jobs] to take part in"
            return
        if len(jobs.cap_shares) != levels + 1:
            yield f"{path}.cap_shares: needs {levels + 1} shares (level 0 to {levels}), got " + str(
                len(jobs.cap_shares)
            )
        if len(jobs.start_level_shares) > levels:
            yield f"{path}.start_level_shares: at most {levels} shares (level 0 to {levels - 1})"
    if scenario.small_jobs and scenario.small_jobs.consultants:
        total = sum(jobs.consultant_share for jobs in taking.values())
        if abs(total - 1) > 1e-6:
            yield f"groups.*.small_jobs.consultant_share: must add up to 1, adds up to {total:g}"


def _intervals(scenario: Scenario) -> Iterator[str]:
    services = [("regular_service", scenario.regular_service.interval_weeks, scenario.groups)]
    for code, programme in scenario.programmes.items():
        needed = {name: scenario.groups[name] for name in programme.groups}
        services.append((f"programmes.{code}", programme.interval_weeks, needed))
    for path, intervals, groups in services:
        if set(intervals) == {"all"}:
            continue
        yield from _unknown(f"{path}.interval_weeks", intervals, scenario.groups, "group")
        for name in groups:
            if name not in intervals:
                yield f"{path}.interval_weeks: no list for group {name}"


def _claims(scenario: Scenario) -> Iterator[str]:
    for part in ("claims", "observed"):
        for code, item in getattr(scenario, part).items():
            path = f"{part}.{code}"
            yield from _unknown(f"{path}.groups", item.groups, scenario.groups, "group")
            yield from _unknown(f"{path}.source", [item.source], scenario.sources, "source")
    measures = dict.fromkeys(OBSERVABLE)
    for code, series in scenario.observed.items():
        yield from _unknown(f"observed.{code}.measure", [series.measure], measures, "measure")
    payers = dict.fromkeys((*PAYERS, *SUMS))
    for code, claim in scenario.claims.items():
        if claim.payer is not None:
            yield from _unknown(f"claims.{code}.payer", [claim.payer], payers, "payer")


def _register(scenario: Scenario) -> Iterator[str]:
    for path, assumption in scenario.assumptions.items():
        yield from _unknown(
            f'assumptions."{path}".sources', assumption.sources, scenario.sources, "source"
        )
