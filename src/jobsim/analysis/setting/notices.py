"""What is allowed in a scenario and yet hardly meant, each with the number that would do.

A file that is valid may still answer another question than its writer asks. May import scenarios,
prices and the arithmetic of rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar

import numpy as np

from jobsim.analysis.setting.meeting_pace import Pace, pace, regular_calls
from jobsim.analysis.setting.notice_words import TEXTS
from jobsim.analysis.setting.steady_state import flows_at_rest
from jobsim.calendar import Schedule
from jobsim.errors import InputError
from jobsim.ledger import Prices, checked_prices
from jobsim.ledger.after_list import growth_in_words
from jobsim.scenario import Scenario, checked_scenario, readable, register
from jobsim.scenario.parts import Consultants, Group, Programme, Support
from jobsim.scenario.paths import unit_at, value_at
from jobsim.scenario.scenario import grants_per_year
from jobsim.text.printed import Framed, Printed
from jobsim.text.tables import Sentences, brief, counted
from jobsim.text.width import filled

_YEAR, _SHORT = 52, 26
"""Weeks of a budget year, and of a run too short for an effect to be seen."""
_DRIFT = 0.1
"""Most that entries may be off those at rest, as a share, before it is told."""
_CARRIED = 0.5
"""Most that entries may be above those at rest and yet be carried by meetings: in the town of 2026,
where three in ten are in a programme, it is 0.19."""
_LITTLE_STAFF = 0.05
"""Full-time posts below which money is told to be little: two hours a week."""
_INDEXED = 1.1
"""Most that an amount rises to by a step of an index, as a factor."""
_MANY_TIMES = 5.0
"""Times the reference beyond which a labour market is told to be far from it."""


@dataclass(frozen=True)
class Notice:
    """Something odd.

    Parameters
    ----------
    path : str, where it stands
    told : str, what is odd about it
    instead : str, what would do
    grave : bool, whether the answer is hardly worth reading
    keys : tuple of str, those of told and instead in `TEXTS`; empty where it has none
    parts : mapping of name to text, what is filled in
    """

    path: str
    told: str
    instead: str
    grave: bool = False
    keys: tuple[str, ...] = field(default=(), repr=False)
    parts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"{self.path}: {self.told}; {self.instead}"


@dataclass(frozen=True, repr=False)
class Notices(Printed, Framed):
    """What is odd in a scenario, the gravest first.

    Parameters
    ----------
    rows : tuple of Notice
    """

    rows: tuple[Notice, ...]
    _keys: ClassVar = ("path", "told")

    @property
    def grave(self) -> tuple[Notice, ...]:
        """Those that make an answer hardly worth reading."""
        return tuple(row for row in self.rows if row.grave)

    def _lines(self) -> Iterator[dict[str, object]]:
        shown = ("path", "told", "instead", "grave")
        return ({name: getattr(row, name) for name in shown} for row in self.rows)

    def _parts(self) -> list[Sentences]:
        return [Sentences(tuple(f"Notice: {row}" for row in self.rows) or ("No notices.",))]


def _notice(
    path: str,
    told: str,
    would: str,
    parts: Mapping[str, object] | None = None,
    *,
    grave: bool = True,
) -> Notice:
    """A notice from the keys of its two texts, and what is filled in."""
    texts = {name: str(part) for name, part in (parts or {}).items()}
    odd, better = TEXTS[told].format(**texts), TEXTS[would].format(**texts)
    return Notice(path, odd, better, grave, (told, would), texts)


def notices(
    scenario: Scenario, prices: Prices | None = None, *, baseline: Scenario | None = None
) -> Notices:
    """Tell what is allowed in a scenario and yet hardly meant.

    Parameters
    ----------
    scenario : Scenario
    prices : Prices, optional
        Price list; without it, "denmark".
    baseline : Scenario, optional
        What the scenario is compared with, where that has people of its own.

    Returns
    -------
    Notices
        Prints as lines; empty where nothing is odd. A town that is not at rest, money for
        nobody, a run too short to see anything and the like are grave; `compare` repeats them.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.template().with_({"groups.job_ready.stock": 248})
    >>> js.notices(town).grave[0].instead[:55]
    'inflow_per_week = 1.159 and employed_pool = 178 keep it'
    """
    checked = checked_scenario("scenario", scenario)
    given = checked_prices(prices)
    found = [] if baseline is None else [*_others(checked, checked_scenario("baseline", baseline))]
    found += [one for rule in _RULES for one in rule(checked)]
    found += [*_prices(checked, given), *range_notices(checked)]
    found += (replace(one, path=f"prices.{one.path}") for one in range_notices(given))
    return Notices(tuple(sorted(found, key=lambda one: not one.grave)))


_MOST = 2
"""Notices that an answer repeats."""


def gravest(
    scenarios: Iterable[Scenario], prices: Prices, baseline: Scenario | None = None
) -> list[str]:
    """The gravest notices, for the head of an answer, and how many more there are."""
    several = [notices(one, prices, baseline=baseline) for one in scenarios]
    found = [str(one) for each in several for one in each.grave]
    lines = [f"Notice: {one}." for one in dict.fromkeys(found)]
    more = len(lines) - _MOST
    further = f" {more} more: js.notices, jobsim validate." if more > 0 else ""
    return [filled(line + further * (line in lines[_MOST - 1 :])) for line in lines[:_MOST]]


# The run and its prices


def _weeks(scenario: Scenario) -> Iterator[Notice]:
    weeks = scenario.horizon.weeks
    if weeks < _YEAR:
        told, grave = "weeks" if weeks > 1 else "weeks_one", weeks < _SHORT
        yield _notice(
            "horizon.weeks", told, "weeks_would", {"weeks": weeks, "year": _YEAR}, grave=grave
        )


def _prices(scenario: Scenario, prices: Prices) -> Iterator[Notice]:
    for refuse in (prices.check, prices.refuse_gaps):
        try:
            refuse(scenario)
        except InputError as error:
            path, _, told = str(error).partition(": ")
            told, _, would = told.partition("; ")
            yield Notice(path, told, would, grave=True)
    first, last = prices.years
    years, held = scenario.weeks.years, prices.held_at is not None
    what = "consumer prices" if held else "prices"
    if years[0] < first:
        told = f"the run begins in {years[0]}, and {what} of {first} hold before"
        yield Notice("horizon.start", told, f"{first}-01-01 begins with them")
    if held:
        return
    if years[-1] > last:
        inside = int(np.sum(years <= last))
        grow = f"prices after {last} grow by {growth_in_words(prices)}"
        told = f"the run ends in {years[-1]}, and {grow}"
        would = (
            f"{counted(inside, 'week')} end with them" if inside else f"one in {last} has its own"
        )
        yield Notice("horizon.weeks", told, f"{would}; growth_per_year_after_list is a choice")
    if not prices.grows:
        yield from _budgets_after(scenario, last)


def _budgets_after(scenario: Scenario, last: int) -> Iterator[Notice]:
    """Money that the scenario raises as an index does, while prices stay as they are."""
    for path in (row.path for row in register(scenario).rows):
        given = value_at(scenario, path)
        if not isinstance(given, Schedule) or not unit_at(Scenario, path).startswith("DKK"):
            continue
        steps = pairwise(zip(given.dates, given.values, strict=False))
        years = [
            day.year
            for (_, before), (day, value) in steps
            if day.year > last and before < value <= _INDEXED * before
        ]
        if years:
            told = f"rises in {years[0]}, while prices after {last} grow by 0 % a year"
            yield Notice(path, told, "growth_per_year_after_list raises benefits and wages, too")


def _plausible(scenario: Scenario) -> Iterator[Notice]:
    for row in register(scenario).outside_range:
        stated = row.assumption
        assert stated is not None
        told = f"{readable(row.beyond)} is outside its plausible range"
        yield Notice(row.path, told, f"{readable(stated.low)} to {readable(stated.high)} is inside")


def range_notices(document: Scenario | Prices) -> Iterator[Notice]:
    """Plausible ranges that hold what may not stand there, so that nothing can move through them.

    Parameters
    ----------
    document : Scenario or Prices
    """
    for row in register(document).rows:
        if row.possible is not None and (stated := row.assumption) is not None:
            low, high = row.possible
            span = f"{readable(stated.low)} to {readable(stated.high)}"
            told = f"its plausible range {span} goes beyond what may stand there"
            would = f"an entry of its own within {readable(low)} to {readable(high)} would do"
            yield Notice(row.path, told, would)


def _claims(scenario: Scenario) -> Iterator[Notice]:
    first, last = (int(year) for year in scenario.weeks.years[[0, -1]])
    for code, claim in scenario.claims.items():
        if not first <= claim.year <= last:
            years = {"year": claim.year, "first": first, "last": last}
            yield _notice(f"claims.{code}.year", "claim", "claim_would", years)


def _tuned(scenario: Scenario) -> Iterator[Notice]:
    for path, stated in scenario.assumptions.items():
        for code in stated.tuned_to:
            claim = scenario.claims.get(code)
            if scenario.claims and (claim is None or claim.role != "fitted"):
                told = f'"{code}" is no fitted claim, so that nothing is told of the fit'
                would = "name claims of role fitted, or take tuned_to out"
                yield Notice(f'assumptions."{path}".tuned_to', told, would)


# People

_PEOPLE = ("stock", "employed_pool", "entry_cohort", "inflow_per_week")
"""Fields of a group that say who is there and who comes."""


def _others(scenario: Scenario, baseline: Scenario) -> Iterator[Notice]:
    """Whom one of two scenarios has and the other has not; of groups in one alone headings tell."""
    for code in (one for one in scenario.groups if one in baseline.groups):
        for name in _PEOPLE:
            ours, theirs = (getattr(one.groups[code], name) for one in (scenario, baseline))
            if ours != theirs:
                both = {"ours": _amount(ours), "theirs": _amount(theirs)}
                yield _notice(f"groups.{code}.{name}", "people", "people_would", both)


def _amount(value: int | Schedule) -> str:
    """A number, or that it goes by date."""
    if not isinstance(value, Schedule):
        return f"{value:,}"
    return "other numbers by date" if value.dates else brief(value.values[0])


def _groups(scenario: Scenario) -> Iterator[Notice]:
    for code, group in scenario.groups.items():
        path = f"groups.{code}"
        there = group.stock or group.employed_pool or group.entry_cohort
        if not (there or any(group.inflow_per_week.values)):
            yield _notice(path, "nobody", "nobody_would")
        if group.no_show_probability == 1:
            yield _notice(f"{path}.no_show_probability", "no_show", "no_show_would")
        yield from _rest(scenario, code, group)


def _rest(scenario: Scenario, code: str, group: Group) -> Iterator[Notice]:
    """Whether as many come on benefit as leave it, to begin with and without programmes."""
    try:
        rest = flows_at_rest(scenario, code)
    except InputError:  # nothing of it is ever at rest
        return
    inflow = group.inflow_per_week.values[0]  # what changes later changes with a date
    returning = rest.returns * group.employed_pool / max(1, rest.employed_pool)
    drift = (inflow + returning) / (rest.inflow_per_week + rest.returns) - 1
    if abs(drift) <= _DRIFT:
        return
    times = inflow / rest.inflow_per_week if rest.inflow_per_week > 0 else 0.0
    held = 0 < drift <= _CARRIED and _helped(scenario, code)
    yield _notice(
        f"groups.{code}",
        "may_rest" if held else "rises" if drift > 0 else "falls",
        ("rest_or" if times > 0 else "rest") + ("_without" if held else ""),
        {
            "stock": f"{group.stock:,}",
            "inflow": brief(inflow),
            "pool": f"{group.employed_pool:,}",
            "its_inflow": brief(rest.inflow_per_week),
            "its_pool": f"{rest.employed_pool:,}",
            "other_stock": f"{group.stock * times:,.0f}",
            "other_pool": f"{rest.employed_pool * times:,.0f}",
        },
        grave=not held,
    )


def _helped(scenario: Scenario, code: str) -> bool:
    """Whether a programme or support of a group has money from the first week on."""
    first = scenario.horizon.start
    helping: tuple[Programme | Support, ...] = (
        *scenario.programmes.values(),
        *scenario.supports.values(),
    )
    return any(code in one.groups and one.budget_per_year.on(first) > 0 for one in helping)


def _market(scenario: Scenario) -> Iterator[Notice]:
    market = scenario.labour_market
    followed = any(group.tightness_elasticity for group in scenario.groups.values())
    times = market.tightness.on(scenario.horizon.start) / market.reference_tightness
    if followed and not 1 / _MANY_TIMES <= times <= _MANY_TIMES:
        value = brief(market.tightness.on(scenario.horizon.start))
        parts = {"value": value, "times": brief(times)}
        yield _notice("labour_market.tightness", "tightness", "tightness_would", parts)


# Meetings and programmes


def _regular_service(scenario: Scenario) -> Iterator[Notice]:
    service, first = scenario.regular_service, scenario.horizon.start
    each = service.meetings_per_fte_week.on(first)
    held, called = service.fte.on(first) * each, regular_calls(scenario)
    if held < called:
        would = "called_would" if each else "called_would_some"
        path = f"regular_service.{'fte' if each else 'meetings_per_fte_week'}"
        parts = {"held": brief(held), "called": brief(called)}
        parts |= {"fte": brief(called / each)} if each else {}
        yield _notice(path, "called", would, parts, grave=held < called / 2)
    yield from _intervals(scenario, "regular_service", service.interval_weeks)


def _intervals(
    scenario: Scenario, path: str, intervals: dict[str, tuple[int, ...]]
) -> Iterator[Notice]:
    weeks = scenario.horizon.weeks
    for listed in intervals.values():
        if listed[0] >= weeks >= _SHORT:
            parts = {"first": f"{listed[0]:,}", "weeks": f"{weeks:,}"}
            yield _notice(f"{path}.interval_weeks", "second", "second_would", parts)


def _programmes(scenario: Scenario) -> Iterator[Notice]:
    for code, programme in scenario.programmes.items():
        path = f"programmes.{code}"
        each = programme.meetings_per_fte_week.on(scenario.horizon.start)
        listed = programme.interval_weeks
        often = max(intervals[-1] for intervals in listed.values())
        if programme.caseload_limit == 0:
            can = "admits_would" if often > 1 else "admits_would_one"
            parts = {"people": brief(each * often), "often": f"{often:,}"}
            yield _notice(f"{path}.caseload_limit", "admits", can, parts)
        elif each == 0:
            yield _notice(f"{path}.meetings_per_fte_week", "meets", "meets_would")
        else:
            yield from _thinned(path, pace(scenario, programme))
        groups = [scenario.groups[group] for group in programme.groups]
        gains = [
            (one.meeting_gain + one.lasting_gain) * programme.gain_multiplier for one in groups
        ]
        if not any(gains) and not any(one.meeting_exit_probability for one in groups):
            told = (
                "its meetings change nothing: meeting_gain and lasting_gain × gain_multiplier are "
                "0, and nobody leaves at a meeting"
            )
            yield Notice(path, told, "above 0 they do")
        yield from _intervals(scenario, path, listed)
        people = sum(scenario.groups[group].stock for group in programme.groups)
        yield from _staff(scenario, path, programme, people)


def _thinned(path: str, found: Pace | None) -> Iterator[Notice]:
    """Whether staff can hold a programme's meetings, and whether they are fewer than without it."""
    if found is None:
        return
    held, listed, regular = (f"{x:.1f}" for x in (found.held, found.listed, found.regular))
    parts = {"held": held, "regular": regular}
    if found.caseload > found.fits:
        parts |= {"caseload": brief(found.caseload), "calls": brief(found.calls_per_week)}
        parts |= {"listed": listed, "fits": brief(found.fits)}
        yield _notice(f"{path}.caseload_limit", "thinned", "thinned_would", parts)
    elif found.held < found.regular:
        yield _notice(f"{path}.interval_weeks", "seldom", "seldom_would", parts)


def _staff(
    scenario: Scenario, path: str, who: Programme | Consultants, people: int
) -> Iterator[Notice]:
    """Whether money pays any staff, and no more than there are people."""
    budget = who.budget_per_year
    dates = scenario.weeks.dates
    money = budget.at(dates)
    staff = money / who.cost_per_fte_year.at(dates)
    most, where = float(staff.max()), f"{path}.budget_per_year"
    if 0 < most < _LITTLE_STAFF:
        times, unit = next(
            pair
            for pair in ((1e3, "thousands"), (1e6, "millions"))
            if most * pair[0] >= _LITTLE_STAFF or pair[0] == 1e6
        )
        paid = readable(float(money.max())), readable(float(money.max()) * times)
        parts = {"currency": scenario.currency, "least": _LITTLE_STAFF}
        parts |= {"money": paid[0], "value": paid[1]}
        yield _notice(where, "little", f"little_would_{unit}", parts)
    if most > max(1, people):
        value = readable(round(float(money.max()) * people / most))
        parts = {"staff": brief(most), "people": f"{people:,}", "value": value}
        yield _notice(where, "many_one" if people == 1 else "many", "many_would", parts)
    yield from _in_time(scenario, where, budget)


def _in_time(scenario: Scenario, path: str, budget: Schedule) -> Iterator[Notice]:
    """Whether there is money in the run."""
    start = scenario.horizon.start
    if not budget.at(scenario.weeks.dates).any():
        end = start + dt.timedelta(weeks=scenario.horizon.weeks)
        yield _notice(path, "no_money", "no_money_would", {"start": start, "end": end})


# Small jobs and supports


def _small_jobs(scenario: Scenario) -> Iterator[Notice]:
    jobs, weeks = scenario.small_jobs, scenario.horizon.weeks
    taking = {code: g.small_jobs for code, g in scenario.groups.items() if g.small_jobs}
    if jobs is None or not taking:
        return
    if jobs.step_weeks >= weeks:
        parts = {"step": f"{jobs.step_weeks:,}", "weeks": f"{weeks:,}"}
        yield _notice("small_jobs.step_weeks", "review", "review_would", parts)
    for code, group in taking.items():
        if group.cap_shares[0] == 1:
            path = f"groups.{code}.small_jobs.cap_shares"
            yield Notice(path, "nobody can take a small job", "a share below 1 first lets some")
    if jobs.consultants is None:
        return
    people = sum(scenario.groups[code].stock for code in taking)
    yield from _staff(scenario, "small_jobs.consultants", jobs.consultants, people)
    if not any(jobs.consultants.openings_per_fte_week.values):
        path = "small_jobs.consultants.openings_per_fte_week"
        yield _notice(path, "openings", "openings_would")


def _supports(scenario: Scenario) -> Iterator[Notice]:
    weeks = scenario.horizon.weeks
    for code, support in scenario.supports.items():
        path = f"supports.{code}"
        if not any(support.need_share.get(group) for group in support.groups):
            yield _notice(f"{path}.need_share", "need", "need_would")
        if support.multiplier == support.lock_in_multiplier == 1:
            yield Notice(path, "it changes nothing: multiplier is 1", "above 1 it helps")
        if support.lead_weeks >= weeks:
            parts = {"lead": f"{support.lead_weeks:,}", "weeks": f"{weeks:,}"}
            yield _notice(f"{path}.lead_weeks", "late", "late_would", parts)
        where = f"{path}.budget_per_year"
        found = [*_in_time(scenario, where, support.budget_per_year)]
        yield from found
        if not found and not any(grants_per_year(scenario, code).values()):
            cost = readable(support.unit_cost.on(scenario.horizon.start))
            yield _notice(where, "grant", "grant_would", {"cost": cost})


_RULES = (
    *(_weeks, _plausible, _claims, _tuned, _groups, _market),
    *(_regular_service, _programmes, _small_jobs, _supports),
)
