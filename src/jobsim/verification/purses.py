"""Checks of money against arithmetic by hand; may import the context and the ledger."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.calendar import WEEKS_PER_MONTH
from jobsim.ledger import Prices, post, social_present_value
from jobsim.ledger.present_value import mid_month_years
from jobsim.scenario.paths import flatten
from jobsim.verification.context import Context
from jobsim.verification.result import Check, Expectation, does_not_apply, exactly, within
from jobsim.verification.rules import refund_band
from jobsim.verification.variants import cohort
from jobsim.vocabulary import POLICY_LINES

if TYPE_CHECKING:
    import xarray as xr


_PRICES = ("per_month", "per_hour", "per_week")
_ROUNDING = 1e-9
"""Relative error of sums of floats."""


def zero_prices(context: Context) -> Check:
    """Prices of zero give zero money; grants keep the unit cost that the scenario gives them."""
    free = _without_prices(context.prices)
    amounts = post(context.volumes, context.scenario, free)
    others = [line for line in amounts["line"].values if line not in POLICY_LINES]
    comparisons = [
        Expectation(line, 0, float(np.abs(amounts.sel(line=line)).sum())) for line in others
    ]
    return exactly(
        "zero prices",
        comparisons,
        f"{int(context.volumes['benefit_weeks'].sum()):,} benefit-weeks and "
        f"{int(context.volumes['employed_weeks'].sum()):,} weeks in work at prices of 0: DKK on "
        "each line but staff and grants, whose cost belongs to the scenario",
    )


def _without_prices(prices: Prices) -> Prices:
    paths = [path for path, _ in flatten(prices.to_dict()) if _is_price(path)]
    return prices.with_({path: 0.0 for path in paths})


def _is_price(path: str) -> bool:
    names = path.split(".")
    return names[0] in ("benefits", "wages", "activation", "destinations") and any(
        names[-1].endswith(ending) or names[-2] == ending for ending in _PRICES
    )


def discounting(context: Context) -> Check:
    """A stream of savings that is never negative gains value when the discount rate falls."""
    name, scales = "discount rate", (1.0, 0.5, 0.0)
    months, start = context.scenario.weeks.months, context.scenario.horizon.start
    if not mid_month_years(months, start).any():
        return does_not_apply(name, "the run is over before the first month's middle")
    if not context.prices.guidance.ladder(start)[0][1] > 0:
        return does_not_apply(name, "the discount rate is 0 already")
    stream = _savings(context)
    values = [_value(context, stream, scale) for scale in scales]
    rising = sum(later > sooner for sooner, later in zip(values, values[1:], strict=False))
    return exactly(
        name,
        [Expectation("steps at which the value rises", len(values) - 1, rising)],
        "present value of all benefit paid, as if it were saved, at 1, 0.5 and 0 times the "
        f"discount rate: {', '.join(f'{value / 1e6:,.3f}' for value in values)} million DKK",
    )


def _savings(context: Context) -> xr.DataArray:
    """A saving of the public purse in every month: all benefit-weeks, at one krone at least."""
    amounts = post(context.volumes.isel(replication=[0]), context.scenario, context.prices)
    paid = abs(amounts.sel(line="benefit", payer=["municipality", "state"])).sum("payer")
    stream = amounts * 0.0
    stream.loc[{"line": "activation", "payer": "municipality"}] = np.maximum(paid, 1.0)
    return stream


def _value(context: Context, stream: xr.DataArray, scale: float) -> float:
    rates = [name for name in type(context.prices.guidance).model_fields if "discount" in name]
    prices = context.prices.with_({f"guidance.{name}.scale": scale for name in rates})
    return float(social_present_value(stream, context.scenario, prices).values[0])


_LADDER_WEEKS = (0, 3, 4, 25, 26, 51, 52, 400)


def refund(context: Context) -> Check:
    """One person on benefit for one week, posted by hand: the municipality's share by ladder."""
    comparisons = []
    for weeks in _LADDER_WEEKS:
        alone = _one_week(context, weeks)
        amounts = post(context.play(alone), alone, context.prices)
        paid = amounts.sel(line="benefit").isel(replication=0, month=0)
        for payer, expected in _by_hand(context, weeks, alone.weeks.months[0]).items():
            found = float(paid.sel(payer=payer))
            comparisons.append(
                Expectation(
                    f"{payer}, ladder week {weeks}", expected, found, abs(expected) * _ROUNDING
                )
            )
    return within(
        "refund",
        comparisons,
        "DKK paid for one person of each group in one week, at ladder weeks "
        f"{', '.join(map(str, _LADDER_WEEKS))} (a standard error here is a rounding error)",
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
    return {"municipality": -share * benefit, "state": -(1 - share) * benefit}
