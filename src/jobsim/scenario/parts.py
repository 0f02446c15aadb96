"""Parts of a scenario: what the jobcentre offers, the labour market, and groups of people.

May import calendar and the kinds of fields.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from jobsim.calendar import Schedule
from jobsim.scenario import fields
from jobsim.scenario.fields import POLICY, Band, Code, Frozen, FrozenDict, Room, WeekStep, unit

Admission = Literal[
    "longest_first", "newest_first", "random", "most_employable_first", "least_employable_first"
]
ADMISSION_ORDERS: tuple[str, ...] = Admission.__args__  # type: ignore[attr-defined]


class Before(Room):
    """The regular service before the run, in which those on benefit at its start have been.

    What is left out is as in the regular service of the run; in a comparison, of the baseline's.
    """

    first_meeting_weeks: fields.WholeWeeks | None = None
    """Weeks from the start of a spell to the first meeting."""
    interval_weeks: fields.Intervals | None = None
    """Weeks from one meeting to the next."""
    no_show_probability: Annotated[dict[str, fields.Probability], Frozen] = Field(
        default_factory=FrozenDict
    )
    """Probability of not coming to a meeting, by group."""
    gain_multiplier: fields.Multiplier | None = None
    """Factor on the groups' lasting gain."""


class RegularService(Room):
    """The meetings everybody gets who is in no programme."""

    fte: Annotated[fields.FteSchedule, POLICY]
    """Full-time caseworkers."""
    cost_per_fte_year: fields.PriceSchedule
    """Full cost of one full-time caseworker for a year, DKK."""
    meetings_per_fte_week: fields.MeetingsSchedule
    """Meetings that one full-time caseworker can call in a week."""
    interval_weeks: Annotated[fields.Intervals, POLICY]
    """Weeks from one meeting to the next."""
    first_meeting_weeks: Annotated[fields.WholeWeeks, POLICY] = 1
    """Weeks from the start of a spell to the first meeting."""
    gain_multiplier: fields.Multiplier = 1.0
    """Factor on the groups' meeting gain."""
    job_loss_multiplier: fields.Multiplier = 1.0
    """Factor on the hazard of losing a job found from here."""
    before: Before = Before()
    """The same service as it was before the run (absent: as in the run)."""


class MeetingEffect(Room):
    """What a meeting does to the hazard of finding a job, whoever holds it."""

    first_meeting_factor: fields.Multiplier = 1.0
    """Gain of the first meeting of a spell relative to later ones."""
    max_boost: Annotated[float, unit("share of the hazard", ge=0, le=10)] = 10.0
    """Most that stacked meetings can raise the hazard."""
    half_life_weeks: Annotated[float, unit("weeks", gt=0, le=5200)] = 2.0
    """Weeks in which the boost halves."""
    max_lasting_boost: Annotated[float, unit("share of the hazard", ge=0, le=10)] | None = None
    """Most that stacked meetings can raise the hazard for long; needed with a lasting gain."""
    lasting_half_life_weeks: Annotated[float, unit("weeks", gt=0, le=5200)] | None = None
    """Weeks in which the lasting boost halves; needed with a lasting gain."""
    reference_caseload: fields.Positive = 50.0
    """Recipients per full-time caseworker at which a meeting has its plain gain."""
    caseload_elasticity: fields.Elasticity = 0.0
    """Elasticity of the meeting's gain with respect to reference / actual caseload."""
    quality_min: fields.Multiplier = 0.5
    """Least factor that caseload puts on the gain."""
    quality_max: fields.Multiplier = 1.5
    """Greatest factor that caseload puts on the gain."""

    @model_validator(mode="after")
    def _bounds_in_order(self) -> MeetingEffect:
        if self.quality_min > self.quality_max:
            raise ValueError(
                f"quality_min ({self.quality_min:g}) must not exceed "
                f"quality_max ({self.quality_max:g})"
            )
        return self


_ProgrammeWeeks = Annotated[int, unit("weeks", ge=1, le=5200), fields.WHOLE]


class Programme(Room):
    """An investment that takes some recipients out of the regular service."""

    label: str = Field(min_length=1)
    """Name in tables."""
    groups: Annotated[tuple[Code, ...], POLICY] = Field(min_length=1)
    """Groups that can be admitted."""
    budget_per_year: Annotated[fields.MoneySchedule, POLICY]
    """Money of the programme, staff and the supports paid from it."""
    cost_per_fte_year: fields.PriceSchedule
    """Full cost of one full-time caseworker for a year, DKK."""
    meetings_per_fte_week: fields.MeetingsSchedule
    """Meetings that one full-time caseworker can call in a week."""
    caseload_limit: Annotated[
        float, unit("recipients per full-time caseworker", ge=0, le=10_000), POLICY
    ]
    """Most participants per full-time caseworker."""
    interval_weeks: Annotated[fields.Intervals, POLICY]
    """Weeks from one meeting to the next."""
    max_weeks: Annotated[_ProgrammeWeeks | None, POLICY] = None
    """Longest stay (absent: no limit)."""
    admission: Annotated[Admission, POLICY] = "longest_first"
    """Who is admitted first."""
    gain_multiplier: fields.Multiplier = 1.0
    """Factor on the groups' meeting gain."""
    job_loss_multiplier: fields.Multiplier = 1.0
    """Factor on the hazard of losing a job found from here."""


class Consultants(Room):
    """Job consultants who find small jobs with employers."""

    budget_per_year: Annotated[fields.MoneySchedule, POLICY]
    """Money for consultants."""
    cost_per_fte_year: fields.PriceSchedule
    """Full cost of one full-time consultant for a year, DKK."""
    openings_per_fte_week: fields.OpeningsSchedule
    """Small-job openings that one full-time consultant finds in a week."""


class SmallJobs(Room):
    """The ladder of weekly hours from a few to self-support."""

    hours_per_week: tuple[Annotated[float, unit("hours per week", gt=0, le=80)], ...] = Field(
        min_length=2, max_length=40
    )
    """Hours at level 1, 2, … L; reaching the last level ends the benefit."""
    step_weeks: Annotated[int, unit("weeks", ge=1, le=520), fields.WHOLE]
    """Weeks from one review to the next."""
    cool_weeks: fields.WholeWeeks = 0
    """Weeks after a small job has ended before another can start."""
    experience_weeks: fields.WholeWeeks = 13
    """Weeks in a small job after which a person counts as experienced."""
    experience_multiplier: fields.Multiplier = 1.0
    """Factor on the hazard of finding an ordinary job, for the experienced."""
    job_loss_multiplier: fields.Multiplier = 1.0
    """Further factor on the hazard of losing a job reached by the ramp."""
    openings_elasticity: fields.Elasticity = 0.0
    """Elasticity of openings with respect to labour-market tightness."""
    consultants: Annotated[Consultants | None, POLICY] = None
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

    key: Annotated[int, unit("key", ge=0, le=191), fields.WHOLE]
    """Number that names the support in the keys of its draws; never reused."""
    label: str = Field(min_length=1)
    """Name in tables."""
    groups: Annotated[tuple[Code, ...], POLICY] = Field(min_length=1)
    """Groups that can get it."""
    need_share: Annotated[dict[str, fields.Share], Frozen]
    """Share of each group that needs it."""
    budget_per_year: Annotated[fields.MoneySchedule, POLICY]
    """Money for grants in a full calendar year."""
    unit_cost: fields.PriceSchedule
    """Cost of one grant, DKK."""
    lead_weeks: fields.WholeWeeks = 0
    """Weeks from the grant until it works."""
    lock_in_multiplier: fields.Multiplier = 1.0
    """Factor on the hazard of finding a job during the lead weeks."""
    multiplier: fields.Multiplier = 1.0
    """Factor on the hazard of finding a job afterwards."""
    paid_from: Annotated[Code | None, POLICY] = None
    """Programme out of whose budget the grants are paid (absent: money of its own)."""


class LabourMarket(Room):
    """How easily anybody finds work."""

    tightness: fields.TightnessSchedule = Schedule.constant(1.0)
    """Vacancies per unemployed, or an index of them."""
    reference_tightness: fields.Positive = 1.0
    """Tightness at which hazards and openings have their plain value."""


_AT_ZERO = (Band.model_validate({"from": 0, "to": 1, "share": 1.0}),)


class LadderWeeks(Room):
    """Weeks already counted on the refund ladder before the present spell, by band."""

    stock: fields.Bands = _AT_ZERO
    """Of those on benefit at the start."""
    pool: fields.Bands = _AT_ZERO
    """Of those in work at the start."""
    arrivals: fields.Bands = _AT_ZERO
    """Of arrivals, who may come from another benefit."""


class GroupSmallJobs(Room):
    """How a group takes small jobs and climbs in hours."""

    cap_shares: fields.Shares
    """Share of people whose health allows at most level 0 (no small job), 1, … L."""
    start_level_shares: fields.Shares = ()
    """Share of those on benefit at the start who have a small job at level 0 (none), 1, …"""
    ordinary_openings_per_week: fields.OpeningsSchedule = Schedule.constant(0.0)
    """Openings that come about without a consultant."""
    consultant_share: fields.Share = 0.0
    """Share of the consultants' openings that goes to the group."""
    drop_probabilities: tuple[fields.Probability, ...] = Field(min_length=1)
    """Probability that the small job ends at the 1st, 2nd, … review; the last goes on."""
    climb_probabilities: tuple[fields.Probability, ...] = Field(min_length=1)
    """Probability of climbing one level at the 1st, 2nd, … review; the last goes on."""
    hazard_multiplier: fields.Multiplier = 1.0
    """Factor on the hazard of finding an ordinary job while in a small job."""

    @model_validator(mode="after")
    def _steps_are_possible(self) -> GroupSmallJobs:
        longest = max(len(self.drop_probabilities), len(self.climb_probabilities))
        for step in range(longest):
            drop = self.drop_probabilities[min(step, len(self.drop_probabilities) - 1)]
            climb = self.climb_probabilities[min(step, len(self.climb_probabilities) - 1)]
            if drop + climb > 1 + 1e-9:
                raise ValueError(
                    f"drop and climb probability at review {step + 1} add up to {drop + climb:g}; "
                    "at most 1 is allowed"
                )
        return self


class Group(Room):
    """A target group of cash-benefit recipients."""

    key: Annotated[int, unit("key", ge=0, le=255), fields.WHOLE]
    """Number that names the group in the keys of all its random draws; never reused."""
    label: str = Field(min_length=1)
    """Name in tables."""
    benefit_rates: Annotated[dict[str, fields.Share], Frozen] = Field(min_length=1)
    """Rates of the price list that the group draws, with the share of people on each."""
    stock: Annotated[int, unit("persons", ge=0, le=100_000_000), fields.WHOLE]
    """Persons on benefit at the start."""
    employed_pool: Annotated[int, unit("persons", ge=0, le=100_000_000), fields.WHOLE] = 0
    """Persons in work at the start who came from benefit and may return."""
    inflow_per_week: fields.PersonsSchedule = Schedule.constant(0.0)
    """New recipients per week (Poisson mean), not counting returns."""
    entry_cohort: Annotated[int, unit("persons", ge=0, le=100_000_000), fields.WHOLE] = 0
    """New recipients who all come in the first week, such as the participants of a trial."""
    job_finding_hazard_per_week: fields.Hazard
    """λ: hazard of finding an ordinary job at the start of a spell, without any meeting."""
    other_exit_hazard_per_week: fields.Hazard = 0.0
    """μ: hazard of leaving benefit for something else than work, for good."""
    frailty_variance: Annotated[float, unit("variance", ge=0, le=10)] = 0.0
    """θ: variance of the gamma-distributed personal factor on λ (mean 1); 0 means all alike."""
    weibull_shape: Annotated[float, unit("shape", ge=0.1, le=3)] = 1.0
    """True duration dependence: hazard in week s of the spell ∝ (s+1)^shape − s^shape."""
    duration_multipliers: tuple[WeekStep, ...] = ()
    """Further factors on the hazard by week of the spell (empty: none)."""
    tightness_elasticity: fields.Elasticity = 0.0
    """Elasticity of the job-finding hazard with respect to labour-market tightness."""
    meeting_gain: Annotated[float, unit("share of the hazard", ge=0, le=10)] = 0.0
    """Average rise of the hazard over the week of a meeting, as a share of it."""
    lasting_gain: Annotated[float, unit("share of the hazard", ge=0, le=10)] = 0.0
    """Rise of the hazard by a meeting that fades with the lasting half-life, as a share of it."""
    no_show_probability: fields.Probability = 0.0
    """Probability of not coming to a meeting one is called to."""
    meeting_exit_probability: fields.Probability = 0.0
    """Probability that a meeting settles that one leaves benefit for something else than work."""
    job_loss_hazard_per_week: tuple[WeekStep, ...] = ()
    """Hazard of losing a job by week of the job (empty: jobs never end)."""
    return_share: fields.Share = 1.0
    """Share of those who lose their job who come back to benefit; the others leave for good."""
    elapsed_weeks: fields.Bands = _AT_ZERO
    """Weeks on benefit so far, of those on benefit at the start."""
    tenure_weeks: fields.Bands = _AT_ZERO
    """Weeks in the job so far, of those in work at the start."""
    ladder_weeks: LadderWeeks = LadderWeeks()
    """Weeks on the refund ladder before the present spell."""
    small_jobs: GroupSmallJobs | None = None
    """Small jobs of the group (absent: none)."""

    @model_validator(mode="after")
    def _numbers_fit_together(self) -> Group:
        total = sum(self.benefit_rates.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"benefit_rates: shares must add up to 1, these add up to {total:g}")
        if 0 < self.frailty_variance < 1e-3:
            raise ValueError(
                f"frailty_variance must be 0 or at least 0.001, got {self.frailty_variance:g}"
            )
        for name in ("duration_multipliers", "job_loss_hazard_per_week"):
            weeks = [step.from_week for step in getattr(self, name)]
            if weeks and weeks[0] != 0:
                raise ValueError(f"{name}: the first step must have from_week = 0, got {weeks[0]}")
            if weeks != sorted(set(weeks)):
                raise ValueError(
                    f"{name}: from_week must rise from step to step, got "
                    + ", ".join(map(str, weeks))
                )
        return self
