"""All checks of a scenario in order, and those of what must make no difference.

A policy without effect changes nothing, neither does a second place beside the first, and it does
not matter which engine plays. May import what stands below and the other checks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, stdtrit

from jobsim.engines import ENGINES
from jobsim.engines.choice import engine_named
from jobsim.engines.lowering import tables_of
from jobsim.engines.progress import counted_off
from jobsim.engines.roster import STOCK, build_roster
from jobsim.engines.simulate import check_progress, check_seed
from jobsim.ledger import Prices, checked_prices
from jobsim.scenario import Scenario, checked_scenario
from jobsim.scenario.fields import whole_number
from jobsim.scenario.files import read_named_or_file
from jobsim.verification import arithmetic, people, theory
from jobsim.verification.context import HISTORY_ENGINE, Checks, Context, NotApplicableError
from jobsim.verification.result import TOLERANCE, Compared, Expectation, Verification, same
from jobsim.verification.variants import doubled, rekeyed, roomy, without_effects, without_policy

if TYPE_CHECKING:
    import xarray as xr


CHECKS = Checks()
"""Every check, from what theory says of chance to what arithmetic says of money."""

_PEOPLE = (
    "benefit_weeks",
    "employed_weeks",
    "left_weeks",
    "placements",
    "returns",
    "not_returned",
    "other_exits",
    "arrivals",
    "small_job_starts",
    "small_job_drops",
    "recipients",
)
"""Volumes that say what happens to people, rather than what is done for them."""


def _same_lives(ours: xr.Dataset, other: xr.Dataset) -> list[Expectation]:
    return [same(f"cells of {name} that differ", ours[name], other[name]) for name in _PEOPLE]


@CHECKS.add("zero gains")
def zero_gains(context: Context) -> Compared:
    """Meetings and supports without effect change nobody's life: differences of exactly zero."""
    treated = without_effects(context.scenario)
    ours = context.play(treated, replications=context.histories)
    other = context.play(without_policy(treated), replications=context.histories)
    return Compared(
        f"gains 0 and multipliers 1, with and without programmes, supports and twice the staff: "
        f"{int(ours['benefit_weeks'].sum()):,} benefit-weeks are the same",
        _same_lives(ours, other),
    )


def _copy_of(scenario: Scenario) -> Scenario:
    copy = rekeyed(scenario)
    if copy is None:
        raise NotApplicableError("there are not enough free keys for a copy of every group")
    return copy


@CHECKS.add("two in one")
def two_in_one(context: Context) -> Compared:
    """Two places merged, with room for everybody: each lives as if it were alone."""
    first, second = roomy(context.scenario), roomy(_copy_of(context.scenario))
    merged, groups = doubled(first, second), len(context.scenario.groups)
    both = context.play(merged, replications=context.histories)
    alone = [context.play(one, replications=context.histories) for one in (first, second)]
    twins = _twins(merged, groups, context.seed)
    expectations = [Expectation("persons with the same luck as their copy", 0, twins)]
    for place, one in enumerate(alone):
        own = both.isel(group=slice(place * groups, (place + 1) * groups))
        expectations += _same_lives(one, own)
    weeks = " and ".join(f"{int(one['benefit_weeks'].sum()):,}" for one in alone)
    what = (
        f"merged rosters, double staff, room for everybody: {weeks} benefit-weeks, each as if alone"
    )
    return Compared(what, expectations)


def _twins(merged: Scenario, groups: int, seed: int) -> int:
    """How many of those on benefit at the start share a draw with their copy."""
    roster = build_roster(tables_of(merged), seed, np.array([0]))
    stock = [
        np.flatnonzero((roster.origin == STOCK) & (roster.group == g)) for g in range(2 * groups)
    ]
    luck = [roster.queue[who][np.argsort(roster.k[who])] for who in stock]
    pairs = zip(luck[:groups], luck[groups:], strict=True)
    return sum(int((ours == copy).sum()) for ours, copy in pairs)


@CHECKS.add("two copies", nothing="nothing ever happens")
def other_keys(context: Context) -> Compared:
    """The same place under other keys beside it: together twice the expected volumes."""
    copy, number = _copy_of(context.scenario), context.replications
    if number < 2:
        raise NotApplicableError("one replication has no standard error; ask for more")
    other = context.play(copy, replications=number)
    return Compared(
        f"the place and its copy = 2 x the place, means of {number} replications "
        "(allowed: Student's t as unlikely as 5 standard errors)",
        [
            _twice(volume, context.volumes, other)
            for volume in _PEOPLE
            if int(context.volumes[volume].sum()) > 0
        ],
        # Student's t that is exceeded as rarely as TOLERANCE standard errors are by a normal
        tolerance=float(-stdtrit(number - 1, ndtr(-TOLERANCE))),
    )


def _twice(volume: str, *places: xr.Dataset) -> Expectation:
    """Mean of both together beside twice the mean of one; the copies are independent.

    One event is added to the variance, so that a single rare one is no alarm.
    """
    n = places[0].sizes["replication"]
    cells = (place[volume].values.astype(np.float64) for place in places)
    ours, other = (counts.reshape(n, -1).sum(axis=1) for counts in cells)
    se = math.sqrt(n * float(np.var(other - ours, ddof=1)) + 1) / n
    return Expectation(volume, 2 * float(ours.mean()), float((ours + other).mean()), se)


CHECKS |= theory.CHECKS | people.CHECKS | arithmetic.CHECKS


@CHECKS.add("engines agree")
def engines_agree(context: Context) -> Compared:
    """Every engine returns the same volumes and the same histories."""
    first, *others = sorted(ENGINES, key=lambda engine: engine != HISTORY_ENGINE)
    ours = context.play(context.scenario, replications=context.histories, engine=first)
    expectations = []
    for engine in others:
        volumes = context.play(context.scenario, replications=context.histories, engine=engine)
        expectations += [
            same(f"cells of {name} of {engine} that differ from {first}", ours[name], volumes[name])
            for name in ours.data_vars
        ]
        differ = not context.events(context.scenario, engine).equals(context.own_events)
        expectations.append(Expectation(f"histories of {engine} and {first} differ", 0, differ))
    return Compared(
        f"volumes and {len(context.own_events):,} events of {', '.join([first, *others])}",
        expectations,
    )


def stress_scenario() -> Scenario:
    """A small place where everything happens, on which every check has something to look at.

    Examples
    --------
    >>> stress_scenario().name
    'stress'
    """
    return Scenario.from_dict(read_named_or_file("stress", package="jobsim.verification"))


def verify(
    scenario: Scenario | None = None,
    *,
    replications: int = 12,
    persons: int = 10_000,
    seed: int = 1,
    engine: str = "auto",
    prices: Prices | None = None,
    progress: bool = True,
) -> Verification:
    """Check the engines and the ledger on a scenario against theory and plain arithmetic.

    Parameters
    ----------
    scenario : Scenario, optional
        Without it, the stress scenario: a small made-up place where everything happens, such as
        new spells in the lead weeks of a support, and second stays in programmes that end.
    replications : int
        How often the municipality as a whole is played; two of them event by event.
    persons : int
        Persons of each group in the cohorts that are held against a closed form.
    seed : int, 0 to 2**64 - 1
        Key of all chance.
    engine : str
        Whose volumes are checked; histories are always those of the event-driven engine, and one
        check holds all engines against each other.
    prices : Prices, optional
        Price list; without it, "denmark".
    progress : bool
        Whether how far it is shows on the error output.

    Returns
    -------
    Verification
        One row per check; prints as a table, `passed` tells whether none failed.

    Raises
    ------
    InputError
        If an argument is not valid.

    Notes
    -----
    Exact checks allow no difference. The others allow five standard errors of the difference, of
    which a correct program exceeds one in some two million comparisons.

    Examples
    --------
    >>> import jobsim as js
    >>> town = js.Scenario.load("kolding-2018").with_({"horizon.weeks": 60})
    >>> js.verify(town, replications=2, persons=1000, progress=False).passed
    True
    """
    persons = whole_number("persons", persons, 100, 10**6)
    place = stress_scenario() if scenario is None else checked_scenario("scenario", scenario)
    given = checked_prices(prices)
    given.check(place)
    replications = whole_number("replications", replications, 1)
    check_seed(seed)
    check_progress(progress)
    engine_named(engine)
    context = Context(place, given, replications, persons, seed, engine)
    checks = counted_off([*CHECKS.values()], place.name, show=progress, unit="check")
    return Verification(place.name, tuple(check(context) for check in checks))
