"""Every measure of a comparison again, from volumes and prices, in a few plain lines each.

Nothing here comes from the program but the volumes, arrays of integers by replication and month,
and the histories of the same futures, which say how long jobs last.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

import jobsim as js
from tests.printed import plain_money as money
from tests.printed.plain_money import Data, Floats
from tests.printed.plain_numbers import Number, breaks_even, of_mean, of_ratio, of_share, quantile

Months = Sequence[int]
Groups = Sequence[str] | None
"""Codes, None for all."""

PURSES = {one: (one,) for one in money.PAYERS} | {
    "public": ("municipality", "state"),
    "society": money.PAYERS,
}
"""Payers and the sums over payers."""


@dataclass(frozen=True)
class Side:
    """One of the two scenarios with what came of it."""

    town: Data
    prices: Data
    volumes: Any

    @cached_property
    def months(self) -> list[dt.date]:
        """First day of each month."""
        return money.months_of(self.town)

    @cached_property
    def weeks_of_months(self) -> list[int]:
        """How many weeks each month has in the run."""
        days = [day.replace(day=1) for day in money.weeks_of(self.town)]
        return [days.count(month) for month in self.months]

    @cached_property
    def amounts(self) -> money.Amounts:
        """DKK by line and payer."""
        return money.amounts_of(self.town, self.prices, self.volumes)

    @cached_property
    def jobs(self) -> list[tuple[int, str, int, int]]:
        """Jobs that began in the run: future, group, first week, and the week after the last.

        Those that go on end with the run.
        """
        numbers = self.volumes.replication.values.tolist()
        told = js.histories(
            js.Scenario.from_dict(self.town),
            replications=numbers,
            seed=int(self.volumes.attrs["seed"]),
        )
        codes, found, begun = list(self.town["groups"]), [], {}
        events = told[["replication", "number", "group", "week", "event"]].itertuples(index=False)
        for future, person, group, week, event in events:
            if event == "placed":
                begun[future, person] = week + 1, codes[group]
            elif event in ("return", "not_returned") and (future, person) in begun:
                first, code = begun.pop((future, person))
                found.append((numbers.index(future), code, first, week))
        last = len(money.weeks_of(self.town))
        on = ((numbers.index(one), code, first) for (one, _), (first, code) in begun.items())
        return [*found, *((*job, last) for job in on)]

    def added(self, name: str, months: Months, groups: Groups = None) -> Floats:
        """A volume summed over some months, some groups and everything else."""
        volume = self.volumes[name]
        counts = volume.values[:, list(months)]
        if groups is not None:
            places = [list(self.town["groups"]).index(code) for code in groups]
            counts = np.take(counts, places, axis=volume.dims.index("group"))
        return counts.reshape(len(counts), -1).sum(axis=1).astype(float)


def leaving(case_volumes: Sequence[Any]) -> bool:
    """Whether a meeting settled that anybody leaves, in any of some volumes."""
    return any(volumes["meeting_exits"].values.any() for volumes in case_volumes)


def of_year(months: Sequence[dt.date], year: int | None) -> list[int]:
    """Places of a year's months, or of all."""
    return [place for place, day in enumerate(months) if year in (None, day.year)]


def over(above: Floats, below: Floats) -> Floats:
    """A ratio, not a number where nothing is below the line."""
    return np.array([a / b if b else math.nan for a, b in zip(above, below, strict=True)])


# Measures of what happens


def placements(side: Side, months: Months, groups: Groups) -> Floats:
    """Placements of both routes."""
    return side.added("placements", months, groups)


def placements_per_month(side: Side, months: Months, groups: Groups) -> Floats:
    """Placements over the weeks played, times the weeks of a mean month."""
    weeks = sum(side.weeks_of_months[month] for month in months)
    return side.added("placements", months, groups) / weeks * money.WEEKS_PER_MONTH


def small_job_starts(side: Side, months: Months, groups: Groups) -> Floats:
    """Small jobs started."""
    return side.added("small_job_starts", months, groups)


def returns(side: Side, months: Months, groups: Groups) -> Floats:
    """Those who came back to benefit."""
    return side.added("returns", months, groups)


def employed_weeks(side: Side, months: Months, groups: Groups) -> Floats:
    """Person-weeks in work after benefit."""
    return side.added("employed_weeks", months, groups)


def employed_weeks_per_participant(side: Side, months: Months, groups: Groups) -> Floats:
    """Weeks in work over everybody followed until the period ends."""
    persons = side.added("arrivals", range(months[-1] + 1), groups)
    for code, group in side.town["groups"].items():
        if groups is None or code in groups:
            persons += group["stock"] + group.get("employed_pool", 0)
    return over(side.added("employed_weeks", months, groups), persons)


def job_years(side: Side, months: Months, groups: Groups) -> Floats:
    """Person-weeks in work over 52."""
    return side.added("employed_weeks", months, groups) / 52


def employed_weeks_per_placement(side: Side, months: Months, groups: Groups) -> Floats:
    """Weeks until the period ends in the jobs that began by then, over their number."""
    so_far = range(months[-1] + 1)
    days = money.weeks_of(side.town)
    end = sum(day.replace(day=1) <= side.months[months[-1]] for day in days)
    placed = side.added("placements", so_far, groups)
    weeks = np.zeros(len(placed))
    for future, group, first, after in side.jobs:
        if groups is None or group in groups:
            weeks[future] += max(0, min(after, end) - first)
    return over(weeks, placed)


def recipients(side: Side, months: Months, groups: Groups) -> Floats:
    """On benefit in the last week of the last month."""
    return side.added("recipients", months[-1:], groups)


def benefit_weeks(side: Side, months: Months, groups: Groups) -> Floats:
    """Person-weeks on benefit."""
    return side.added("benefit_weeks", months, groups)


def share_over_52_weeks(side: Side, months: Months, groups: Groups) -> Floats:
    """Benefit-weeks in the last refund band, as a share of those in all bands."""
    weeks = side.added("benefit_weeks", months, groups)
    long = Side(side.town, side.prices, side.volumes.isel(band=[3]))
    return over(long.added("benefit_weeks", months, groups), weeks)


def weeks_off_benefit(side: Side, months: Months, groups: Groups) -> Floats:
    """Person-weeks of those who work after benefit, and of all who left for good."""
    in_work = side.added("employed_weeks", months, groups)
    return in_work + side.added("left_weeks", months, groups)


def other_exits(side: Side, months: Months, groups: Groups) -> Floats:
    """Those who left benefit for something else than work."""
    return side.added("other_exits", months, groups)


def meeting_exits(side: Side, months: Months, groups: Groups) -> Floats:
    """Those of them whose leaving a meeting settled."""
    return side.added("meeting_exits", months, groups)


def weeks_without_work(side: Side, months: Months, groups: Groups) -> Floats:
    """Weeks since they left for something else than work."""
    some = Side(side.town, side.prices, side.volumes.isel(cause=[0]))
    return some.added("left_weeks", months, groups)


def meeting_left_weeks(side: Side, months: Months, groups: Groups) -> Floats:
    """Weeks since they left because a meeting settled it."""
    return side.added("meeting_left_weeks", months, groups)


def meetings(side: Side, months: Months, groups: Groups) -> Floats:
    """Meetings held in all tracks."""
    return side.added("meetings", months, groups)


def weeks_between_meetings(side: Side, months: Months, groups: Groups) -> Floats:
    """Benefit-weeks for each meeting held."""
    weeks = side.added("benefit_weeks", months, groups)
    return over(weeks, side.added("meetings", months, groups))


def meetings_on_time(side: Side, months: Months, _: Groups) -> Floats:
    """Meetings held in the week they were due, as a share of those held."""
    return over(side.added("meetings_on_time", months), side.added("meetings", months))


def caseload(side: Side, months: Months, _: Groups) -> Floats:
    """Benefit-weeks for each week of a full-time caseworker, regular service and programmes."""
    town, fte_weeks = side.town, 0.0
    money_of_week = {code: money.staff_budgets(town, code) for code in town["programmes"]}
    for week, day in enumerate(money.weeks_of(town)):
        if side.months.index(day.replace(day=1)) in months:
            fte_weeks += money.on(town["regular_service"]["fte"], day)
            for code, programme in town["programmes"].items():
                a_caseworker = money.on(programme["cost_per_fte_year"], day)
                fte_weeks += money_of_week[code][week] / a_caseworker
    weeks = side.added("benefit_weeks", months)
    return over(weeks, np.full(len(weeks), fte_weeks))


VOLUMES: dict[str, tuple[Callable[[Side, Months, Groups], Floats], str]] = {
    "job_years": (job_years, "job-years"),
    "employed_weeks": (employed_weeks, "person-weeks"),
    "placements": (placements, "persons"),
    "placements_per_month": (placements_per_month, "persons per month"),
    "small_job_starts": (small_job_starts, "persons"),
    "returns": (returns, "persons"),
    "employed_weeks_per_participant": (employed_weeks_per_participant, "weeks per person"),
    "employed_weeks_per_placement": (employed_weeks_per_placement, "weeks per placement"),
    "recipients": (recipients, "persons"),
    "benefit_weeks": (benefit_weeks, "person-weeks"),
    "share_over_52_weeks": (share_over_52_weeks, "share"),
    "weeks_off_benefit": (weeks_off_benefit, "person-weeks"),
    "other_exits": (other_exits, "persons"),
    "meeting_exits": (meeting_exits, "persons"),
    "weeks_without_work": (weeks_without_work, "person-weeks"),
    "meeting_left_weeks": (meeting_left_weeks, "person-weeks"),
    "meetings": (meetings, "meetings"),
    "weeks_between_meetings": (weeks_between_meetings, "weeks"),
    "meetings_on_time": (meetings_on_time, "share"),
    "caseload": (caseload, "recipients per full-time caseworker"),
}
"""Measure → its plain recomputation and its unit."""
LEAVING = ("other_exits", "meeting_exits", "weeks_without_work", "meeting_left_weeks")
"""Measures that tables print where meetings settle that people leave."""
UNPRINTED = (
    *("employed_weeks_per_participant", "employed_weeks_per_placement", "weeks_off_benefit"),
    *LEAVING,
)
PRINTED = [measure for measure in VOLUMES if measure not in UNPRINTED]
"""Measures that tables print: weeks in work stand there for what is made of them."""
OF_ALL_GROUPS = ("meetings_on_time", "caseload")
"""Measures that no group has of its own."""


# Measures of money


@dataclass(frozen=True)
class Pair:
    """Scenario and baseline on the same luck."""

    ours: Side
    theirs: Side

    @cached_property
    def gained(self) -> money.Amounts:
        """Scenario − baseline, by line and payer."""
        ours, theirs = self.ours.amounts, self.theirs.amounts
        return {about: ours[about] - theirs[about] for about in ours}

    @cached_property
    def displaced(self) -> money.Amounts:
        """The same, where some of the extra work pushes somebody else aside."""
        return money.after_displacement(self.ours.town, self.ours.prices, self.gained)

    def numbers(self, months: Months, groups: Groups, measure: str) -> tuple[Floats, Floats]:
        """A measure of volumes on both sides; none for a group that one side does not have."""
        plain = VOLUMES[measure][0]
        ours = plain(self.ours, months, groups)
        if groups is not None and not set(groups) <= set(self.theirs.town["groups"]):
            return ours, np.full(len(ours), math.nan)
        return ours, plain(self.theirs, months, groups)


def monthly(amounts: money.Amounts, purse: str, *, staff: bool | None = None) -> Floats:
    """Sum over a purse's payers and all lines, or those of staff and grants, or the others."""
    return sum(
        amount
        for (line, payer), amount in amounts.items()
        if payer in PURSES[purse] and staff in (None, line in money.STAFF_AND_GRANTS)
    )


def programme_cost(amounts: money.Amounts, purse: str) -> Floats:
    """What staff and grants cost, a cost being positive."""
    return -monthly(amounts, purse, staff=True)


def gross_saving(pair: Pair, purse: str) -> Floats:
    """Everything gained but for staff and grants."""
    return monthly(pair.gained, purse, staff=False)


def net_saving(pair: Pair, purse: str) -> Floats:
    """Everything gained."""
    return monthly(pair.gained, purse)


def net_saving_after_displacement(pair: Pair, purse: str) -> Floats:
    """Everything gained, less what those pushed aside lose."""
    return monthly(pair.displaced, purse)


SAVINGS: dict[str, Callable[[Pair, str], Floats]] = {
    "gross_saving": gross_saving,
    "net_saving": net_saving,
    "net_saving_after_displacement": net_saving_after_displacement,
}


def price_year(side: Side) -> int:
    """Year in whose prices social values are: the list's, or the first of the run."""
    first: int = side.town["horizon"]["start"].year
    return int(side.prices.get("price_year", first))


def present_value(side: Side, gained: money.Amounts) -> list[float]:
    """Of society: real lines at market prices, leisure, and the distortion by public money."""
    prices, start = side.prices, side.town["horizon"]["start"]
    terms, index = prices["guidance"], prices["consumer_prices"]["index"]
    total = np.zeros(len(next(iter(gained.values()))))
    for month, first in enumerate(side.months):
        after = (first + dt.timedelta(31)).replace(day=1)
        years = max(0.0, ((first - start).days + (after - start).days) / 2) / 365.25
        assert years < 35, "later years have rates of their own"
        factor = (1 + money.on(terms["discount_rate_years_0_35"], start)) ** -years
        factor *= money.on(index, dt.date(price_year(side), 1, 1)) / money.on(index, first)
        for (line, payer), amount in gained.items():
            weight = 1.0 if line == "leisure" else money.on(terms["net_tax_factor"], start)
            weight *= line in money.REAL
            if payer in PURSES["public"]:
                weight += money.on(terms["tax_distortion"], start)
            total += weight * factor * amount[:, month]
    return total.tolist()


def cost_per_extra_placement(pair: Pair, months: Months) -> Number:
    """What staff and grants cost more, for each placement more."""
    cost = programme_cost(pair.gained, "municipality")[:, months].sum(axis=1)
    ours, theirs = pair.numbers(months, None, "placements")
    return of_ratio(cost, ours - theirs)


def cost_per_job_year(pair: Pair, months: Months) -> Number:
    """What staff and grants cost more, for 52 weeks in work more."""
    cost = programme_cost(pair.gained, "municipality")[:, months].sum(axis=1)
    ours, theirs = (side.added("employed_weeks", months) for side in (pair.ours, pair.theirs))
    return of_ratio(cost, (ours - theirs) / 52)


def benefit_cost_ratio(pair: Pair, months: Months) -> Number:
    """What is saved before staff and grants, for each krone that they cost."""
    saved = gross_saving(pair, "municipality")[:, months].sum(axis=1)
    return of_ratio(saved, programme_cost(pair.gained, "municipality")[:, months].sum(axis=1))


AFTER = "_after_displacement"
Saved = Callable[[Pair, str], Floats]
"""Net saving, after displacement or without, of a pair and a purse."""


def kept_from_others(pair: Pair, volume: str) -> Floats:
    """How much more there is of something that deprives nobody else of work."""
    share = pair.ours.prices["displacement"]["share"]
    total = 0.0
    for month, day in enumerate(pair.ours.months):
        ours, theirs = (side.added(volume, [month]) for side in (pair.ours, pair.theirs))
        total = total + (ours - theirs) * (1 - money.on(share, day))
    return total


def ratios_after_displacement(pair: Pair) -> dict[str, tuple[Number, str]]:
    """What a placement and a job-year cost, and a krone brings, after displacement."""
    cost = programme_cost(pair.gained, "municipality").sum(axis=1)
    saved = monthly(pair.displaced, "municipality", staff=False).sum(axis=1)
    placed, weeks = (kept_from_others(pair, one) for one in ("placements", "employed_weeks"))
    return {
        "cost_per_extra_placement": (of_ratio(cost, placed), "DKK per placement"),
        "cost_per_job_year": (of_ratio(cost, weeks / 52), "DKK per job-year"),
        "benefit_cost_ratio": (of_ratio(saved, cost), "DKK saved per DKK spent"),
    }


def net_saving_keeping(pair: Pair, share: float) -> Number:
    """Municipality's net saving where it keeps a share of extra municipal tax."""
    equalisation = pair.ours.prices["equalisation"] | {"kept_share": share}
    prices = pair.ours.prices | {"equalisation": equalisation}
    sides = (Side(one.town, prices, one.volumes) for one in (pair.ours, pair.theirs))
    ours, theirs = (monthly(one.amounts, "municipality").sum(axis=1) for one in sides)
    return alone(ours - theirs)


def without(pair: Pair, volume: str) -> Number:
    """What there is in the baseline over what there is in the scenario."""
    everything = range(len(pair.ours.months))
    ours, theirs = (side.added(volume, everything) for side in (pair.ours, pair.theirs))
    found = of_ratio(theirs, ours)
    most = math.inf if found.difference > 1 else 1.0
    low, high = (min(max(end, 0.0), most) for end in (found.ci_low, found.ci_high))
    return replace(found, ci_low=low, ci_high=high)


def probability_of_gain(pair: Pair, purse: str, net: Saved) -> Number:
    """Share of futures in which the net saving of the run is above zero."""
    saved = net(pair, purse).sum(axis=1)
    return of_share(sum(one > 0 for one in saved), len(saved))


def break_even_month(pair: Pair, net: Saved) -> Number:
    """Of the mean; its range is that of single futures."""
    saved = net(pair, "municipality")
    months = [breaks_even(one) for one in saved.tolist()]
    low, high = quantile(months, 0.025), quantile(months, 0.975)
    return Number(breaks_even(saved.mean(axis=0).tolist()), range_low=low, range_high=high)


def monthly_saving_at_end(pair: Pair, net: Saved) -> Number:
    """Net saving of the last three months by week, times the weeks of a mean month."""
    saved, weeks = net(pair, "municipality"), sum(pair.ours.weeks_of_months[-3:])
    return alone([sum(one[-3:].tolist()) / weeks * money.WEEKS_PER_MONTH for one in saved])


def stock_difference_at_end(pair: Pair) -> Number:
    """Recipients in the last month."""
    last = [len(pair.ours.months) - 1]
    return alone(pair.ours.added("recipients", last) - pair.theirs.added("recipients", last))


def alone(values: Sequence[float], *, ruled: bool = False) -> Number:
    """Spread of what is a difference already, and has no two sides."""
    return of_mean(list(values), [0.0] * len(values), levels=False, ruled=ruled)


def budgets_alone(pair: Pair) -> bool:
    """Whether there are no grants, so that staff costs what its budgets say, whatever happens."""
    return not any(side.town["supports"] for side in (pair.ours, pair.theirs))


def moves(pair: Pair, purse: str, months: Months) -> bool:
    """Whether a purse has lines, beside staff and grants, that add up to nothing by rule."""
    return any(
        amount[:, months].any()
        for (line, payer), amount in pair.gained.items()
        if payer in PURSES[purse] and line not in money.STAFF_AND_GRANTS
    )


Key = tuple[str, int | None, str | None, str | None]
"""Measure, year, group and payer."""
Row = tuple[Key, Number, str]


def rows(pair: Pair) -> Iterator[Row]:
    """Every number of a comparison with what it is about and its unit."""
    for year in (*sorted({day.year for day in pair.ours.months}), None):
        months = of_year(pair.ours.months, year)
        yield from volumes_of(pair, year, months)
        yield from money_of(pair, year, months)
    yield from whole_run(pair)


def volumes_of(pair: Pair, year: int | None, months: Months) -> Iterator[Row]:
    """Measures of what happens in a year, by group where there are several."""
    codes = list(pair.ours.town["groups"])
    some = any(side.town.get("small_jobs") for side in (pair.ours, pair.theirs))
    never = () if some else ("small_job_starts",)
    for measure, (_, unit) in VOLUMES.items():
        parted = codes if len(codes) > 1 and measure not in OF_ALL_GROUPS else []
        for group in (None, *parted):
            groups = None if group is None else [group]
            both = pair.numbers(months, groups, measure)
            found = of_mean(*map(np.ndarray.tolist, both), ruled=measure in never)
            yield (measure, year, group, None), found, unit


def money_of(pair: Pair, year: int | None, months: Months) -> Iterator[Row]:
    """Money of a year by purse, and what a placement costs and a krone brings."""
    own = "municipality"
    costs = [programme_cost(side.amounts, own) for side in (pair.ours, pair.theirs)]
    both = (one[:, months].sum(axis=1).tolist() for one in costs)
    cost = of_mean(*both, ruled=budgets_alone(pair))
    yield ("programme_cost", year, None, own), cost, "DKK"
    for measure, plain in SAVINGS.items():
        for purse in PURSES:
            saved = plain(pair, purse)[:, months].sum(axis=1)
            ruled = moves(pair, purse, months)
            yield (measure, year, None, purse), alone(saved, ruled=ruled), "DKK"
    per_job, per_krone = cost_per_extra_placement(pair, months), benefit_cost_ratio(pair, months)
    yield ("cost_per_extra_placement", year, None, own), per_job, "DKK per placement"
    per_job_year = cost_per_job_year(pair, months)
    yield ("cost_per_job_year", year, None, own), per_job_year, "DKK per job-year"
    yield ("benefit_cost_ratio", year, None, own), per_krone, "DKK saved per DKK spent"


def whole_run(pair: Pair) -> Iterator[Row]:
    """What there is for the whole run only."""
    for measure, gained in (
        ("net_present_value", pair.gained),
        ("net_present_value_after_displacement", pair.displaced),
    ):
        unit = f"DKK, prices of {price_year(pair.ours)}"
        value = alone(present_value(pair.ours, gained))
        yield (measure, None, None, "society"), value, unit
    own = "municipality"
    for end, net in (("", net_saving), (AFTER, net_saving_after_displacement)):
        for purse in (own, "public"):
            gain = probability_of_gain(pair, purse, net)
            yield (f"probability_of_gain{end}", None, None, purse), gain, "probability"
        month = "months from the start (infinite: never within the run)"
        yield (f"break_even_month{end}", None, None, own), break_even_month(pair, net), month
        a_month = monthly_saving_at_end(pair, net)
        yield (f"monthly_saving_at_end{end}", None, None, own), a_month, "DKK per month"
    for measure, (ratio, unit) in ratios_after_displacement(pair).items():
        yield (f"{measure}{AFTER}", None, None, own), ratio, unit
    for measure, share in KEPT.items():
        yield (measure, None, None, own), net_saving_keeping(pair, share), "DKK"
    share = of_ratio(*(extra_weeks(pair, one) for one in (weeks_without_work, weeks_off_benefit)))
    yield ("share_without_work", None, None, None), share, "share"
    yield ("placements_without", None, None, None), without(pair, "placements"), "share"
    yield ("small_jobs_without", None, None, None), without(pair, "small_job_starts"), "share"
    spent = pair.gained["consultants", own].sum(axis=1)
    yield ("consultants_fixed_openings", None, None, own), alone(spent, ruled=True), "DKK"
    yield ("stock_difference_at_end", None, None, None), stock_difference_at_end(pair), "persons"


def extra_weeks(pair: Pair, plain: Callable[[Side, Months, Groups], Floats]) -> Floats:
    """How many more weeks of a kind there are in the whole run."""
    months = range(len(pair.ours.months))
    return plain(pair.ours, months, None) - plain(pair.theirs, months, None)


KEPT = {
    "net_saving_guarantee": 0.0,
    "net_saving_self_budgeting": 0.25,
    "net_saving_all_municipal_tax": 1.0,
}
"""What the municipality keeps of extra tax, by what its net saving is called."""
MEASURES = (
    *VOLUMES,
    *KEPT,
    "share_without_work",
    "placements_without",
    "small_jobs_without",
    "consultants_fixed_openings",
    *(f"{measure}{AFTER}" for measure in ("cost_per_extra_placement", "cost_per_job_year")),
    *(f"{measure}{AFTER}" for measure in ("benefit_cost_ratio", "probability_of_gain")),
    *(f"{measure}{AFTER}" for measure in ("break_even_month", "monthly_saving_at_end")),
    "programme_cost",
    *SAVINGS,
    "cost_per_extra_placement",
    "cost_per_job_year",
    "benefit_cost_ratio",
    "net_present_value",
    "net_present_value_after_displacement",
    "probability_of_gain",
    "break_even_month",
    "monthly_saving_at_end",
    "stock_difference_at_end",
)
"""Every measure that is worked out again here."""
