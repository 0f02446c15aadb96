"""Checks against plain arithmetic: of histories, of the meeting queue and of money.

Every event is held against the rules of the scenario, counting the events again gives the volumes,
the queue obeys what theory says of it, and money is what is worked out by hand. May import the
context, the walk through histories and the ledger.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from jobsim.calendar import WEEKS_PER_MONTH, Schedule
from jobsim.ledger import Prices, post, social_present_value
from jobsim.ledger.after_list import grown_to
from jobsim.ledger.weekly import mid_month_years
from jobsim.scenario import Scenario
from jobsim.scenario.paths import flatten
from jobsim.verification.context import Checks, Context, NotApplicableError
from jobsim.verification.result import Check, Compared, Expectation, same
from jobsim.verification.rules import REFUND_WEEKS, PlainRules, refund_band
from jobsim.verification.variants import cohort, with_room
from jobsim.verification.walk import Walk
from jobsim.vocabulary import BANDS, BENEFIT_PAYERS, POLICY_LINES, PUBLIC_PAYERS

if TYPE_CHECKING:
    import xarray as xr


CHECKS = Checks()


def _held(
    name: str, what: str, *more: str, nothing: str, crowded: bool = False
) -> Callable[[Context], Check]:
    """Make a check that a rule of this name, and more of them, are never broken.

    With `crowded`, in the scenario with too many people due as well.
    """

    @CHECKS.add(name, nothing=nothing)
    def held(context: Context) -> Compared:
        walks = [*context.walks, *([context.crowded_walk] if crowded else [])]
        checked = sum(walk.checked[rule] for walk in walks for rule in (name, *more))
        broken = [text for walk in walks for rule in (name, *more) for text in walk.broken[rule]]
        first = f", the first: {broken[0]}" if broken else ""
        return Compared(
            f"times broken, of {checked:,}: {what}{first}",
            [Expectation("", 0, len(broken))] if checked else [],
        )

    return held


@CHECKS.add("infinite capacity")
def infinite_capacity(context: Context) -> Compared:
    """With room for everybody nobody waits and every meeting is held in the week it is due."""
    volumes = context.play(with_room(context.scenario), replications=context.histories)
    held = int(volumes["meetings"].sum())
    if held == 0:
        raise NotApplicableError("nobody meets a caseworker even if there is room for all")
    return Compared(
        f"{held:,} meetings with caseworkers enough for everybody: no week waited, all on time",
        [
            Expectation("weeks waited", 0, int(volumes["waiting_weeks"].sum())),
            Expectation("not called when due", 0, int(volumes["unmet"].sum())),
            Expectation("meetings on time", held, int(volumes["meetings_on_time"].sum())),
        ],
    )


@CHECKS.add("overload")
def overload(context: Context) -> Compared:
    """With more people due than can be called, every desk calls exactly what its money buys."""
    rules = PlainRules(context.crowded)
    if not any(map(any, rules.capacity)):
        raise NotApplicableError("there is no capacity for meetings")
    volumes = context.crowded_volumes
    called = (volumes["meetings"].sum("group") + volumes["no_shows"]).values[0]
    return Compared(
        "calls in a month = capacity out of fractions, money / cost x meetings per week, with "
        "everybody due every week",
        [
            Expectation(f"{track}, month {month + 1}", capacity, int(called[month, place]))
            for place, track in enumerate(volumes["track"].values)
            for month, capacity in _capacity_by_month(rules, place).items()
        ],
    )


def _capacity_by_month(rules: PlainRules, track: int) -> dict[int, int]:
    """Capacity of the months in which a programme has places enough to be crowded."""
    capacity, sums = rules.capacity[track], defaultdict[int, int](int)
    for month, calls in zip(rules.months, capacity, strict=True):
        sums[month] += calls
    slots = rules.slots[track - 1] if track else capacity
    for month, places, calls in zip(rules.months, slots, capacity, strict=True):
        if places < calls:
            sums.pop(month, None)
    return dict(sums)


meeting_capacity = _held(
    "meeting capacity",
    "a desk calls all who wait, at most its capacity, every week",
    nothing="there are no weeks",
    crowded=True,
)
"""Each desk calls as many as wait, and no more than its money buys."""
due_weeks = _held(
    "due weeks",
    "the wait at each meeting is counted from the week that the list of intervals gives",
    nothing="nobody is on benefit at the start and no meeting is held",
)
"""Each meeting is due the listed number of weeks after the one before."""
first_in_first_out = _held(
    "first in, first out",
    "those called are the first by week due, then by number, where some must wait; in the "
    "scenario as it is and with too many people due",
    nothing="there is no capacity for meetings, so there is no order to keep",
    crowded=True,
)
"""Who has been due longest is called first."""


@CHECKS.add("Little's law")
def littles_law(context: Context) -> Compared:
    """Mean number waiting = throughput x mean wait, what crosses the edges of the run included."""
    weeks = context.scenario.horizon.weeks
    queues = {
        f"replication {i}": _Queue(walk, context.volumes.isel(replication=i))
        for i, walk in enumerate(context.walks)
    }
    queues["crowded"] = _Queue(context.crowded_walk, context.crowded_volumes.isel(replication=0))
    if not any(queue.calls for queue in queues.values()):
        raise NotApplicableError("no meeting is ever called")
    one = queues["replication 0"]
    return Compared(
        "persons waiting = calls a week x weeks waited; in replication 0 on average "
        f"{one.unmet / weeks:.3f} wait, {one.calls / weeks:.1f} are called a week after "
        f"{one.waited / max(1, one.calls):.3f} weeks, and those who leave the queue uncalled or "
        f"wait at the end have waited {one.uncalled:,} weeks more; then with too many people due",
        [
            Expectation(
                f"persons waiting, {which}", (q.waited + q.uncalled) / weeks, q.unmet / weeks
            )
            for which, q in queues.items()
        ],
    )


class _Queue:
    """What one run's meeting queue adds up to."""

    def __init__(self, walk: Walk, volumes: xr.Dataset) -> None:
        self.unmet = int(volumes["unmet"].sum())
        """Person-weeks in the queue, counted by the engine week by week."""
        self.waited = int(volumes["waiting_weeks"].sum()) + walk.waited["no-show"]
        """Weeks waited by those called, the sum over their waits."""
        self.uncalled = walk.waited["leaving"] + walk.waited["end of run"]
        """Weeks waited by those who left uncalled or still wait at the end."""
        self.calls = int(volumes["meetings"].sum() + volumes["no_shows"].sum())


programme_places = _held(
    "programme places",
    "admissions and ends of stays are those that places, order and longest stay ask for",
    nothing="there is no programme",
)
"""Places go to the first in the programme's order, and stays end when they must."""
supports_granted = _held(
    "supports granted",
    "grants go to the first of those met who need them, while the year's money lasts",
    nothing="there is no support, or nobody ever asks for one",
)
"""Grants go to those who need them and were met, by number, while the year's money lasts."""
small_jobs = _held(
    "small jobs",
    "openings, as many as are drawn, go to the first in line; reviews come on time and end as "
    "drawn",
    nothing="nobody ever has a small job",
)
"""Openings go to the first in line; reviews come on time, and their outcome is what is drawn."""
no_shows_one_by_one = _held(
    "no-shows one by one",
    "who is called comes or does not as the person's own draw says",
    nothing="nobody is ever called to a meeting",
)
"""Whoever is called comes or not as is drawn."""
exits_at_meetings = _held(
    "exits at meetings",
    "whoever is met leaves that week for something else, or not, as the person's own draw says",
    nothing="no meeting can settle that anybody leaves",
)
"""A meeting settles that somebody leaves as is drawn."""
placement_weeks = _held(
    "placement weeks",
    "an ordinary job is found in the week in which the hazards of the spell add up to the "
    "person's draw: duration x cycle x (1 + boost and lasting boost of this spell's meetings) x "
    "supports of any spell, small job and experience",
    nothing="nobody finds an ordinary job",
)
"""Everybody finds a job in the very week that follows from their draw and their own history."""
other_exits = _held(
    "other exits",
    "whoever is still on benefit leaves in the week that a meeting or the draw of the spell says",
    nothing="nobody leaves for anything else than work",
)
"""Other exits come in the week drawn when the spell began."""
job_weeks = _held(
    "job weeks",
    "a job ends after as many weeks as are drawn, and leads back to benefit or not as is drawn",
    nothing="no job ends",
)
"""Jobs last, and lead back to benefit, as is drawn."""
stock_and_flow = _held(
    "stock and flow",
    "on benefit + in work + left = came so far, every week, and every event is possible",
    "order of events",
    nothing="there are no weeks",
)
"""Everybody who came is on benefit, in work or gone, and was where each event needs them."""


@CHECKS.add("histories give volumes")
def histories_give_the_volumes(context: Context) -> Compared:
    """Counting the histories again gives the volumes."""
    return Compared(
        "cells of each volume that differ from a recount of the histories",
        [
            same(f"{name}, replication {place}", *_recounted(context, place, str(name)))
            for place in range(len(context.walks))
            for name in context.volumes.data_vars
            if name != "benefit_weeks"
        ],
    )


Counts = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def _recounted(context: Context, place: int, name: str) -> tuple[Counts, Counts]:
    """A volume counted again out of the histories of a replication, and as it was."""
    volume = np.asarray(context.volumes[name].values[place])
    counted = np.zeros_like(volume)
    for cell, number in context.walks[place].volumes[name].items():
        counted[cell] += number
    return counted, volume


@CHECKS.add("refund ladder")
def refund_ladder(context: Context) -> Compared:
    """Benefit-weeks by refund band, counted again person by person, restarts included."""
    if not context.volumes["benefit_weeks"].any():
        raise NotApplicableError("nobody is ever on benefit")
    expectations = []
    for place in range(len(context.walks)):
        counted, volume = _recounted(context, place, "benefit_weeks")
        sums = (cells.sum(axis=(0, 1, 3)).tolist() for cells in (counted, volume))
        for band, *both in zip(BANDS, *sums, strict=True):
            expectations.append(Expectation(f"weeks in band {band}", *both))
        expectations.append(same("cells that differ", counted, volume))
    restarts = sum(walk.restarts for walk in context.walks)
    return Compared(
        f"benefit-weeks by band ({', '.join(BANDS)} weeks) from a walk through every life, "
        f"with {restarts:,} restarts after 52 self-supporting weeks",
        expectations,
    )


_ROUNDING = 1e-9
"""Relative error of sums of floats."""
_LADDER_WEEKS = (0, *(week for edge in REFUND_WEEKS for week in (edge - 1, edge)), 400)


@CHECKS.add("refund")
def refund(context: Context) -> Compared:
    """One person on benefit for one week, posted by hand: the municipality's share by ladder."""
    expectations = []
    for weeks in _LADDER_WEEKS:
        alone = _one_week(context, weeks)
        amounts = post(context.play(alone), alone, context.prices)
        paid = amounts.sel(line="benefit").isel(replication=0, month=0)
        for payer, expected in _by_hand(context, weeks, alone.weeks.months[0]).items():
            found = float(paid.sel(payer=payer))
            label, se = f"{payer}, ladder week {weeks}", abs(expected) * _ROUNDING
            expectations.append(Expectation(label, expected, found, se))
    return Compared(
        f"{context.prices.currency} paid for one person of each group in one week, at ladder weeks "
        f"{', '.join(map(str, _LADDER_WEEKS))} (a standard error here is a rounding error)",
        expectations,
        tolerance=1.0,
    )


def _one_week(context: Context, ladder_weeks: int) -> Scenario:
    """One person of each group, that many weeks up the ladder, and one week to live through."""
    place = [{"from": ladder_weeks, "to": ladder_weeks + 1, "share": 1.0}]
    group = {"stock": 1, "ladder_weeks": {"stock": place}}
    return cohort(context.scenario, 1, 1, dict.fromkeys(context.scenario.groups, group))


def _by_hand(context: Context, ladder_weeks: int, month: np.datetime64) -> dict[str, float]:
    day = month.astype("datetime64[D]").astype(dt.date)
    prices = grown_to(context.prices, day.year)
    benefit = sum(
        share * prices.benefit_rate(rate).per_month.on(day) / WEEKS_PER_MONTH
        for group in context.scenario.groups.values()
        for rate, share in group.benefit_rates.items()
    )
    shares = prices.refund.municipal_share[refund_band(ladder_weeks)]
    share = shares.on(day) if isinstance(shares, Schedule) else shares
    return dict(zip(BENEFIT_PAYERS, (-share * benefit, -(1 - share) * benefit), strict=True))


_PRICES = ("per_month", "per_hour", "per_week")


@CHECKS.add("zero prices")
def zero_prices(context: Context) -> Compared:
    """Prices of zero give zero money; grants keep the unit cost that the scenario gives them."""
    free = _without_prices(context.prices)
    amounts = post(context.volumes, context.scenario, free)
    others = [line for line in amounts["line"].values if line not in POLICY_LINES]
    return Compared(
        f"{int(context.volumes['benefit_weeks'].sum()):,} benefit-weeks and "
        f"{int(context.volumes['employed_weeks'].sum()):,} weeks in work at prices of 0: "
        f"{context.prices.currency} on each line but staff and grants, whose cost belongs to the "
        "scenario",
        [Expectation(line, 0, float(np.abs(amounts.sel(line=line)).sum())) for line in others],
    )


def _without_prices(prices: Prices) -> Prices:
    return prices.with_({path: 0.0 for path, _ in flatten(prices.to_dict()) if _is_price(path)})


def _is_price(path: str) -> bool:
    names = path.split(".")
    return names[0] in ("benefits", "wages", "activation", "destinations") and any(
        names[-1].endswith(ending) or names[-2] == ending for ending in _PRICES
    )


@CHECKS.add("discount rate")
def discounting(context: Context) -> Compared:
    """A stream of savings that is never negative gains value when the discount rate falls."""
    months, start = context.scenario.weeks.months, context.scenario.horizon.start
    if not mid_month_years(months, start).any():
        raise NotApplicableError("the run is over before the first month's middle")
    if not context.prices.guidance.ladder(start)[0][1] > 0:
        raise NotApplicableError("the discount rate is 0 already")
    stream = _savings(context)
    values = [_value(context, stream, scale) for scale in (1.0, 0.5, 0.0)]
    rising = sum(later > sooner for sooner, later in zip(values, values[1:], strict=False))
    return Compared(
        "present value of all benefit paid, as if it were saved, at 1, 0.5 and 0 times the "
        f"discount rate: {', '.join(f'{value / 1e6:,.3f}' for value in values)} million "
        f"{context.prices.currency}",
        [Expectation("steps at which the value rises", len(values) - 1, rising)],
    )


def _savings(context: Context) -> xr.DataArray:
    """A saving of the public purse in every month: all benefit-weeks, at one krone at least."""
    amounts = post(context.volumes.isel(replication=[0]), context.scenario, context.prices)
    paid = abs(amounts.sel(line="benefit", payer=list(PUBLIC_PAYERS))).sum("payer")
    stream = amounts * 0.0
    stream.loc[{"line": "activation", "payer": PUBLIC_PAYERS[0]}] = np.maximum(paid, 1.0)
    return stream


def _value(context: Context, stream: xr.DataArray, scale: float) -> float:
    rates = [name for name in type(context.prices.guidance).model_fields if "discount" in name]
    prices = context.prices.with_({f"guidance.{name}.scale": scale for name in rates})
    return float(social_present_value(stream, context.scenario, prices).values[0])
