"""What the jobcentre offers: meetings, programmes, small jobs, supports; imports layers 0 and 1."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from jobsim.calendar import Schedule
from jobsim.scenario.fields import (
    Code,
    Elasticity,
    Frozen,
    FteSchedule,
    Intervals,
    MeetingsSchedule,
    MoneySchedule,
    Multiplier,
    OpeningsSchedule,
    Positive,
    PriceSchedule,
    Room,
    Share,
    TightnessSchedule,
    WholeWeeks,
    unit,
)

Admission = Literal[
    "longest_first",
    "newest_first",
    "random",
    "most_employable_first",
    "least_employable_first",
]
ADMISSION_ORDERS: tuple[str, ...] = Admission.__args__  # type: ignore[attr-defined]


class RegularService(Room):
    """The meetings everybody gets who is in no programme."""

    fte: FteSchedule
    """Full-time caseworkers."""
    cost_per_fte_year: PriceSchedule
    """Full cost of one full-time caseworker for a year, DKK."""
    meetings_per_fte_week: MeetingsSchedule
    """Meetings that one full-time caseworker can call in a week."""
    interval_weeks: Intervals
    """Weeks from one meeting to the next."""
    first_meeting_weeks: WholeWeeks = 1
    """Weeks from the start of a spell to the first meeting."""
    gain_multiplier: Multiplier = 1.0
    """Factor on the groups' meeting gain."""
    job_loss_multiplier: Multiplier = 1.0
    """Factor on the hazard of losing a job found from here."""


class MeetingEffect(Room):
    """What a meeting does to the hazard of finding a job, whoever holds it."""

    first_meeting_factor: Multiplier = 1.0
    """Gain of the first meeting of a spell relative to later ones."""
    max_boost: Annotated[float, unit("share of the hazard", ge=0, le=10)] = 10.0
    """Most that stacked meetings can raise the hazard."""
    half_life_weeks: Annotated[float, unit("weeks", gt=0, le=5200)] = 2.0
    """Weeks in which the boost halves."""
    reference_caseload: Positive = 50.0
    """Recipients per full-time caseworker at which a meeting has its plain gain."""
    caseload_elasticity: Elasticity = 0.0
    """Elasticity of the meeting's gain with respect to reference / actual caseload."""
    quality_min: Multiplier = 0.5
    """Least factor that caseload puts on the gain."""
    quality_max: Multiplier = 1.5
    """Greatest factor that caseload puts on the gain."""

    @model_validator(mode="after")
    def _bounds_in_order(self) -> MeetingEffect:
        if self.quality_min > self.quality_max:
            raise ValueError(
                f"quality_min ({self.quality_min:g}) must not exceed "
                f"quality_max ({self.quality_max:g})"
            )
        return self


class Programme(Room):
    """An investment that takes some recipients out of the regular service."""

    label: str = Field(min_length=1)
    """Name in tables."""
    groups: tuple[Code, ...] = Field(min_length=1)
    """Groups that can be admitted."""
    budget_per_year: MoneySchedule
    """Money of the programme, staff and the supports paid from it."""
    cost_per_fte_year: PriceSchedule
    """Full cost of one full-time caseworker for a year, DKK."""
    meetings_per_fte_week: MeetingsSchedule
    """Meetings that one full-time caseworker can call in a week."""
    caseload_limit: Annotated[float, unit("recipients per full-time caseworker", ge=0, le=10_000)]
    """Most participants per full-time caseworker."""
    interval_weeks: Intervals
    """Weeks from one meeting to the next."""
    max_weeks: Annotated[int, unit("weeks", ge=1, le=5200)] | None = None
    """Longest stay (absent: no limit)."""
    admission: Admission = "longest_first"
    """Who is admitted first."""
    gain_multiplier: Multiplier = 1.0
    """Factor on the groups' meeting gain."""
    job_loss_multiplier: Multiplier = 1.0
    """Factor on the hazard of losing a job found from here."""


class Consultants(Room):
    """Job consultants who find small jobs with employers."""

    budget_per_year: MoneySchedule
    """Money for consultants."""
    cost_per_fte_year: PriceSchedule
    """Full cost of one full-time consultant for a year, DKK."""
    openings_per_fte_week: OpeningsSchedule
    """Small-job openings that one full-time consultant finds in a week."""


class SmallJobs(Room):
    """The ladder of weekly hours from a few to self-support."""

    hours_per_week: tuple[Annotated[float, unit("hours per week", gt=0, le=80)], ...] = Field(
        min_length=2, max_length=40
    )
    """Hours at level 1, 2, … L; reaching the last level ends the benefit."""
    step_weeks: Annotated[int, unit("weeks", ge=1, le=520)]
    """Weeks from one review to the next."""
    cool_weeks: WholeWeeks = 0
    """Weeks after a small job has ended before another can start."""
    experience_weeks: WholeWeeks = 13
    """Weeks in a small job after which a person counts as experienced."""
    experience_multiplier: Multiplier = 1.0
    """Factor on the hazard of finding an ordinary job, for the experienced."""
    job_loss_multiplier: Multiplier = 1.0
    """Further factor on the hazard of losing a job reached by the ramp."""
    openings_elasticity: Elasticity = 0.0
    """Elasticity of openings with respect to labour-market tightness."""
    consultants: Consultants | None = None
    """Consultants (absent: none)."""

    @model_validator(mode="after")
    def _hours_rise(self) -> SmallJobs:
        hours = self.hours_per_week
        if any(b <= a for a, b in zip(hours, hours[1:], strict=False)):
            raise ValueError(
                "hours_per_week must rise from level to level, got "
                + ", ".join(f"{x:g}" for x in hours)
            )
        return self


class Support(Room):
    """A grant or course that some recipients need, such as a driving licence."""

    key: Annotated[int, unit("key", ge=0, le=191)]
    """Number that names the support in the keys of its draws; never reused."""
    label: str = Field(min_length=1)
    """Name in tables."""
    groups: tuple[Code, ...] = Field(min_length=1)
    """Groups that can get it."""
    need_share: Annotated[dict[str, Share], Frozen]
    """Share of each group that needs it."""
    budget_per_year: MoneySchedule
    """Money for grants in a full calendar year."""
    unit_cost: PriceSchedule
    """Cost of one grant, DKK."""
    lead_weeks: WholeWeeks = 0
    """Weeks from the grant until it works."""
    lock_in_multiplier: Multiplier = 1.0
    """Factor on the hazard of finding a job during the lead weeks."""
    multiplier: Multiplier = 1.0
    """Factor on the hazard of finding a job afterwards."""
    paid_from: Code | None = None
    """Programme out of whose budget the grants are paid (absent: money of its own)."""


class LabourMarket(Room):
    """How easily anybody finds work."""

    tightness: TightnessSchedule = Schedule.constant(1.0)
    """Vacancies per unemployed, or an index of them."""
    reference_tightness: Positive = 1.0
    """Tightness at which hazards and openings have their plain value."""
