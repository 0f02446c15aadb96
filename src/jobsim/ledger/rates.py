"""Parts of a price list: rates, wages, taxes and who pays, each with its unit.

May import errors, calendar, vocabulary and the kinds of fields.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated

import numpy as np
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from jobsim.arrays import Dates, Floats
from jobsim.calendar import Schedule, values_at
from jobsim.errors import nearest
from jobsim.scenario import fields
from jobsim.scenario.fields import (
    WHOLE,
    Code,
    DatableShare,
    Frozen,
    FrozenDict,
    Room,
    ShareSchedule,
    unit,
)
from jobsim.vocabulary import BANDS, TAX_TREATMENTS


class BenefitRate(Room):
    """One rate of benefit and what its recipient may earn beside it."""

    label: str = Field(min_length=1)
    """Name in tables."""
    per_month: fields.PerMonth
    """Benefit before tax and before any reduction."""
    free_amount_per_month: fields.PerMonth = Schedule.constant(0.0)
    """Net earnings that reduce nothing."""
    earnings_cap_share: ShareSchedule = Schedule.constant(0.0)
    """Cap on net earnings and benefit together, as a share of the highest unemployment benefit;
    above it each krone earned takes a krone of benefit. 0: no cap."""
    pension_contribution_per_month: fields.PerMonth = Schedule.constant(0.0)
    """What the municipality pays into the pension of who draws the whole rate in the last refund
    band."""


class Earnings(Room):
    """How wages reduce the benefit, under every rate."""

    hourly_disregard: fields.PerHour
    """Part of each hour's net wage that reduces nothing."""
    deducted_share: ShareSchedule
    """Share of the remaining net earnings that is taken off the benefit."""
    highest_unemployment_benefit_per_month: fields.PerMonth = Schedule.constant(0.0)
    """Highest unemployment benefit, of which caps on earnings are shares."""


def _one_by_one(given: object) -> object:
    """A schedule for each band, of steps that each have all bands."""
    if not isinstance(given, (list, tuple)) or not given:
        return given
    if not all(isinstance(step, Mapping) and set(step) == {"from", "value"} for step in given):
        return given
    for step in given:
        if not isinstance(step["value"], (list, tuple)) or len(step["value"]) != len(BANDS):
            problem = f"must be {len(BANDS)} shares, got {step['value']!r}"
            raise ValueError(f"step from {step['from']}: {problem}")
    values = zip(*(step["value"] for step in given), strict=True)
    days = [step["from"] for step in given]
    return tuple(
        tuple({"from": day, "value": one} for day, one in zip(days, band, strict=True))
        for band in values
    )


def _on_the_same_days(shares: tuple[float | Schedule, ...]) -> tuple[float | Schedule, ...]:
    """Schedules with the dates of all, if some share has dates."""
    days = sorted({day for one in shares for day in dates_of(one)})
    if not days:
        return shares
    at = np.array(days, dtype="datetime64[D]")
    return tuple(Schedule(tuple(days), tuple(values_at(one, at).tolist())) for one in shares)


def _all_together(shares: tuple[float | Schedule, ...]) -> object:
    """Steps that each have all bands, of a schedule for each band; numbers as they are."""
    schedules = [one for one in shares if isinstance(one, Schedule)]
    if not schedules:
        return shares
    steps = zip(schedules[0].dates, *(one.values for one in schedules), strict=True)
    return tuple({"from": day, "value": tuple(values)} for day, *values in steps)


def dates_of(*given: object) -> list[dt.date]:
    """Dates of schedules, those in tuples too; a number has none."""
    found: list[dt.date] = []
    for one in given:
        if isinstance(one, tuple):
            found += dates_of(*one)
        elif isinstance(one, Schedule):
            found += one.dates
    return found


def refuse_above_one(what: str, shares: Collection[float | Schedule]) -> None:
    """Refuse shares of one whole that add up to more on some day.

    Raises
    ------
    ValueError
        One line with the highest sum.
    """
    days = np.array(dates_of(*shares) or [dt.date(1970, 1, 1)], dtype="datetime64[D]")
    highest = np.max(sum(values_at(share, days) for share in shares), initial=0.0)
    if highest > 1 + 1e-9:
        raise ValueError(f"{what} must add up to at most 1, got {highest:g}")


def years_of(rates: Iterable[float | Schedule]) -> tuple[int | None, int | None]:
    """Years from the latest first step to the earliest last one; None without dates."""
    dates = [days for days in map(dates_of, rates) if days]
    firsts, lasts = [one[0].year for one in dates], [one[-1].year for one in dates]
    return max(firsts, default=None), min(lasts, default=None)


class Refund(Room):
    """Who pays the benefit."""

    municipal_share: Annotated[
        tuple[DatableShare, ...],
        Field(min_length=len(BANDS), max_length=len(BANDS)),
        BeforeValidator(_one_by_one),
        AfterValidator(_on_the_same_days),
        PlainSerializer(_all_together),
    ]
    """Municipality's share by band of ladder weeks: 0-3, 4-25, 26-51, 52 and more; or dated steps
    ``{from = date, value = [four shares]}``."""


class Wages(Room):
    """What work is paid and what it yields."""

    small_job_per_hour: fields.PerHour
    """Gross hourly wage in a small job."""
    job_per_hour: fields.PerHour
    """Gross hourly wage in a job that ends the benefit."""
    job_hours_per_week: fields.DatableHours
    """Weekly hours of a job found by the ordinary route."""
    employer_contribution_share: ShareSchedule = Schedule.constant(0.0)
    """Employer's contribution to the state on top of the gross wage, as a share of it."""
    labour_market_contribution: DatableShare
    """Share of the gross wage that goes to the state before income tax."""
    employee_pension_share: DatableShare = 0.0
    """Share of the gross wage that the employee pays into pensions; counts for no reduction."""
    output_per_wage: fields.Factor
    """Value of an hour's output as a factor on its gross wage."""
    leisure_share: DatableShare
    """Share of what working adds to a person's net income that only pays for lost leisure."""

    @model_validator(mode="after")
    def _something_is_left(self) -> Wages:
        taken = (self.labour_market_contribution, self.employee_pension_share)
        refuse_above_one("labour_market_contribution and employee_pension_share", taken)
        return self

    def net_share(self, days: Dates) -> Floats:
        """Share of the gross wage that counts as earnings and as taxable income, by day."""
        contribution = values_at(self.labour_market_contribution, days)
        return np.asarray(1.0 - contribution - values_at(self.employee_pension_share, days))


class Taxes(Room):
    """Income tax of the state; the municipality's rate belongs to the scenario."""

    state_rate: ShareSchedule
    """State income tax and health contribution, as a share of taxable income."""
    health_contribution: ShareSchedule = Schedule.constant(0.0)
    """The part of `state_rate` from whose base the employment allowance is taken."""
    employment_allowance_share: ShareSchedule = Schedule.constant(0.0)
    """Share of the gross wage on which no municipal tax or health contribution is paid."""
    employment_allowance_max_per_year: fields.PerYear = Schedule.constant(0.0)
    """Highest employment allowance in a year of work. 0: no maximum."""

    @model_validator(mode="after")
    def _a_part_is_no_more_than_the_whole(self) -> Taxes:
        days = dates_of(self.state_rate, self.health_contribution) or [dt.date(1970, 1, 1)]
        for day in sorted(days):
            part, whole = self.health_contribution.on(day), self.state_rate.on(day)
            if part > whole + 1e-9:
                told = f"must be at most state_rate, of which it is a part: {whole:g} on {day}"
                raise ValueError(f"health_contribution {told}, got {part:g}")
        return self


class Equalisation(Room):
    """What equalisation between municipalities leaves of extra tax, and takes of grants."""

    kept_share: DatableShare = 0.0
    """Share of municipal income tax that stays in the municipality; the state gets the rest."""
    treatments: Annotated[dict[Code, DatableShare], Frozen] = Field(default_factory=FrozenDict)
    """Shares that stay, by the name of a choice that the municipality has, or of a convention:
    guarantee, self_budgeting or all_municipal_tax."""
    expenditure_need_per_week: fields.PerWeek = Schedule.constant(0.0)
    """What the municipality's grant falls by for each week that somebody is in work after
    benefit, since those without work count in its expenditure need."""
    expenditure_need_after_months: Annotated[int, unit("months", ge=0, le=120), WHOLE] = 0
    """Months from the work to the grant that it lowers."""

    @field_validator("treatments")
    @classmethod
    def _known_treatments(cls, given: Mapping[str, object]) -> Mapping[str, object]:
        for name in given:
            if name not in TAX_TREATMENTS:
                problem = f'there is no tax treatment "{name}"{nearest(name, TAX_TREATMENTS)}'
                raise ValueError(problem)
        return given

    @property
    def told(self) -> str:
        """What reaches the municipality of extra tax; where that changes, with dates."""
        kept = undated(self.kept_share)
        if kept == 0 and undated(self.treatments.get("guarantee", 1.0)) == 0:
            return (
                "the municipality has chosen the state's guarantee and keeps none of the extra tax"
            )
        if kept == 1:
            return "all municipal tax counts for the municipality"
        return (
            f"{in_per_cent(kept)} of extra tax stays in the municipality, the rest with the state"
        )


def undated(share: float | Schedule) -> float | Schedule:
    """A share that has one value at all dates as that number.

    Examples
    --------
    >>> undated(Schedule.constant(0.25))
    0.25
    """
    if isinstance(share, Schedule) and len(set(share.values)) == 1:
        return share.values[0]
    return share


def in_per_cent(share: float | Schedule) -> str:
    """A share with four digits that matter; where it changes, with dates.

    Examples
    --------
    >>> in_per_cent(0.255), in_per_cent(0.4)
    ('25.5%', '40%')
    """
    if not isinstance(share, Schedule):
        return f"{100 * share:.4g}%"
    first, *later = zip(share.dates, share.values, strict=True)
    told = [in_per_cent(first[1]), *(f"{in_per_cent(one)} from {day}" for day, one in later)]
    return ", ".join(told)


class Activation(Room):
    """Courses and other bought activation, beside the staff that scenarios pay for."""

    default_per_week: fields.PerWeek
    """Spending per benefit-week of a group that has no entry of its own."""
    per_week: Annotated[dict[Code, fields.PerWeek], Frozen] = Field(default_factory=FrozenDict)
    """Spending per benefit-week by group."""


class Destination(Room):
    """Where people go who leave benefit for something else than work."""

    label: str = Field(min_length=1)
    """Name in tables."""
    share: DatableShare | None = None
    """Share of those who leave; without it, what the other destinations leave of 1."""
    share_after_meeting: DatableShare | None = None
    """Share of those who leave because a meeting settled it; without it, as of all who leave."""
    per_month: fields.PerMonth = Schedule.constant(0.0)
    """What they draw, before tax."""
    municipal_share: DatableShare = 0.0
    """Municipality's share of it; the state pays the rest."""

    @model_validator(mode="after")
    def _a_share_or_the_rest(self) -> Destination:
        if self.share is None and self.share_after_meeting is not None:
            raise ValueError(
                "share_after_meeting: goes with a share; without one both are what others leave"
            )
        return self

    def share_of(self, *, after_meeting: bool) -> float | Schedule | None:
        """Share of those whose leaving a meeting settled, or of all others; None for the rest."""
        own = self.share_after_meeting if after_meeting else None
        return self.share if own is None else own


def shares_of(
    destinations: Mapping[str, Destination], days: Dates, *, after_meeting: bool
) -> dict[str, Floats]:
    """Share of each destination on each day; one without a share has what the others leave of 1.

    Parameters
    ----------
    destinations : mapping of str to Destination
    days : datetime64[D][n]
    after_meeting : bool, whether a meeting settled that people leave

    Returns
    -------
    dict of code to float64[n], in order of the list

    Examples
    --------
    >>> import jobsim as js
    >>> day = np.array(["2026-01-01"], dtype="datetime64[D]")
    >>> found = shares_of(js.Prices.load("denmark").destinations, day, after_meeting=False)
    >>> {code: round(float(share[0]), 3) for code, share in found.items()}
    {'other_benefit': 0.5, 'education': 0.3, 'self_support': 0.2}
    """
    given = {
        code: place.share_of(after_meeting=after_meeting) for code, place in destinations.items()
    }
    stated = {code: values_at(one, days) for code, one in given.items() if one is not None}
    rest = np.maximum(1.0 - sum(stated.values(), start=np.zeros(len(days))), 0.0)
    return {code: stated.get(code, rest) for code in destinations}


class Displacement(Room):
    """Who loses when one more person finds work."""

    share: DatableShare
    """Share of extra work that pushes somebody else aside."""
    own_benefit_share: DatableShare
    """Share of those pushed aside who are on this municipality's benefit."""
    insured_share: DatableShare = 0.0
    """Share of those pushed aside who draw unemployment insurance in this municipality."""
    insurance_per_hour: fields.PerHour = Schedule.constant(0.0)
    """Unemployment insurance, before tax, for each hour of work that an insured person loses."""
    insurance_municipal_share: DatableShare = 0.0
    """Municipality's share of it; the state pays the rest."""

    @model_validator(mode="after")
    def _nobody_draws_both(self) -> Displacement:
        shares = (self.own_benefit_share, self.insured_share)
        refuse_above_one("own_benefit_share and insured_share", shares)
        return self


class ConsumerPrices(Room):
    """What money buys."""

    index: fields.IndexNumber
    """Consumer price index by year."""

    def deflator(self, months: Dates, year: int) -> Floats:
        """Prices of a year over prices of each month; multiplies nominal amounts."""
        return np.asarray(self.index.on(dt.date(year, 1, 1)) / self.index.at(months))


class Guidance(Room):
    """The finance ministry's rules for social cost-benefit analysis, by date of guidance."""

    discount_rate_years_0_35: ShareSchedule
    """Real discount rate per year in the first 35 years."""
    discount_rate_years_35_70: ShareSchedule
    """Real discount rate per year in years 36 to 70."""
    discount_rate_after_year_70: ShareSchedule
    """Real discount rate per year later."""
    net_tax_factor: fields.Factor
    """Factor from factor prices to consumer prices."""
    tax_distortion: ShareSchedule
    """Loss to society per krone of public money that must be raised."""

    def ladder(self, day: dt.date) -> tuple[tuple[float, float], ...]:
        """Discount rates in force on a day, as (first year, rate per year) pairs."""
        return (
            (0.0, self.discount_rate_years_0_35.on(day)),
            (35.0, self.discount_rate_years_35_70.on(day)),
            (70.0, self.discount_rate_after_year_70.on(day)),
        )
