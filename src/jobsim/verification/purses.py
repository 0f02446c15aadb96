"""Checks of money against arithmetic by hand; may import the context and the ledger."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.calendar import WEEKS_PER_MONTH
from jobsim.ledger import Prices, post, social_present_value
from jobsim.ledger.weekly import mid_month_years
from jobsim.scenario.paths import flatten
from jobsim.verification.context import Checks, Context, NotApplicableError
from jobsim.verification.result import Compared, Expectation
from jobsim.verification.rules import refund_band
from jobsim.verification.variants import cohort
from jobsim.vocabulary import BAND_EDGES, BENEFIT_PAYERS, POLICY_LINES, PUBLIC_PAYERS

if TYPE_CHECKING:
    import xarray as xr


CHECKS = Checks()

_ROUNDING = 1e-9
"""Relative error of sums of floats."""
_LADDER_WEEKS = (0, *(week for edge in BAND_EDGES for week in (edge - 1, edge)), 400)


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
        "DKK paid for one person of each group in one week, at ladder weeks "
        f"{', '.join(map(str, _LADDER_WEEKS))} (a standard error here is a rounding error)",
        expectations,
        tolerance=1.0,
    )


def _one_week(context: Context, ladder_weeks: int) -> Any:
    """One person of each group, that many weeks up the ladder, and one week to live through."""
    place = [{"from": ladder_weeks, "to": ladder_weeks + 1, "share": 1.0}]
    groups = {
        code: {"stock": 1, "ladder_weeks": {"stock": place}} for code in context.scenario.groups
    }
    return cohort(context.scenario, 1, 1, groups)


def _by_hand(context: Context, ladder_weeks: int, month: np.datetime64) -> dict[str, float]:
    prices, day = context.prices, month.astype("datetime64[D]").astype(dt.date)
    benefit = sum(
        share * prices.benefit_rate(rate).per_month.on(day) / WEEKS_PER_MONTH
        for group in context.scenario.groups.values()
        for rate, share in group.benefit_rates.items()
    )
    share = prices.refund.municipal_share[refund_band(ladder_weeks)]
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
        f"{int(context.volumes['employed_weeks'].sum()):,} weeks in work at prices of 0: DKK on "
        "each line but staff and grants, whose cost belongs to the scenario",
        [Expectation(line, 0, float(np.abs(amounts.sel(line=line)).sum())) for line in others],
    )


def _without_prices(prices: Prices) -> Prices:
    paths = [path for path, _ in flatten(prices.to_dict()) if _is_price(path)]
    return prices.with_({path: 0.0 for path in paths})


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
        f"discount rate: {', '.join(f'{value / 1e6:,.3f}' for value in values)} million DKK",
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
