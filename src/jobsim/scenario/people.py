"""Groups of people: how many, how they leave benefit and come back; imports layers 0 and 1."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from jobsim.calendar import Schedule
from jobsim.scenario.fields import (
    Band,
    Bands,
    Elasticity,
    Frozen,
    Hazard,
    Multiplier,
    OpeningsSchedule,
    PersonsSchedule,
    Probability,
    Room,
    Share,
    Shares,
    WeekStep,
    unit,
)

_AT_ZERO = (Band.model_validate({"from": 0, "to": 1, "share": 1.0}),)


class LadderWeeks(Room):
    """Weeks already counted on the refund ladder before the present spell, by band."""

    stock: Bands = _AT_ZERO
    """Of those on benefit at the start."""
    pool: Bands = _AT_ZERO
    """Of those in work at the start."""
    arrivals: Bands = _AT_ZERO
    """Of arrivals, who may come from another benefit."""


class GroupSmallJobs(Room):
    """How a group takes small jobs and climbs in hours."""

    cap_shares: Shares
    """Share of people whose health allows at most level 0 (no small job), 1, … L."""
    start_level_shares: Shares = ()
    """Share of those on benefit at the start who have a small job at level 0 (none), 1, …"""
    ordinary_openings_per_week: OpeningsSchedule = Schedule.constant(0.0)
    """Openings that come about without a consultant."""
    consultant_share: Share = 0.0
    """Share of the consultants' openings that goes to the group."""
    drop_probabilities: tuple[Probability, ...] = Field(min_length=1)
    """Probability that the small job ends at the 1st, 2nd, … review; the last goes on."""
    climb_probabilities: tuple[Probability, ...] = Field(min_length=1)
    """Probability of climbing one level at the 1st, 2nd, … review; the last goes on."""
    hazard_multiplier: Multiplier = 1.0
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

    key: Annotated[int, unit("key", ge=0, le=255)]
    """Number that names the group in the keys of all its random draws; never reused."""
    label: str = Field(min_length=1)
    """Name in tables."""
    benefit_rates: Annotated[dict[str, Share], Frozen] = Field(min_length=1)
    """Rates of the price list that the group draws, with the share of people on each."""
    stock: Annotated[int, unit("persons", ge=0, le=100_000_000)]
    """Persons on benefit at the start."""
    employed_pool: Annotated[int, unit("persons", ge=0, le=100_000_000)] = 0
    """Persons in work at the start who came from benefit and may return."""
    inflow_per_week: PersonsSchedule = Schedule.constant(0.0)
    """New recipients per week (Poisson mean), not counting returns."""
    job_finding_hazard_per_week: Hazard
    """λ: hazard of finding an ordinary job at the start of a spell, without any meeting."""
    other_exit_hazard_per_week: Hazard = 0.0
    """μ: hazard of leaving benefit for something else than work, for good."""
    frailty_variance: Annotated[float, unit("variance", ge=0, le=10)] = 0.0
    """θ: variance of the gamma-distributed personal factor on λ (mean 1); 0 means all alike."""
    weibull_shape: Annotated[float, unit("shape", ge=0.1, le=3)] = 1.0
    """True duration dependence: hazard in week s of the spell ∝ (s+1)^shape − s^shape."""
    duration_multipliers: tuple[WeekStep, ...] = ()
    """Further factors on the hazard by week of the spell (empty: none)."""
    tightness_elasticity: Elasticity = 0.0
    """Elasticity of the job-finding hazard with respect to labour-market tightness."""
    meeting_gain: Annotated[float, unit("share of the hazard", ge=0, le=10)] = 0.0
    """Average rise of the hazard over the week of a meeting, as a share of it."""
    no_show_probability: Probability = 0.0
    """Probability of not coming to a meeting one is called to."""
    job_loss_hazard_per_week: tuple[WeekStep, ...] = ()
    """Hazard of losing a job by week of the job (empty: jobs never end)."""
    return_share: Share = 1.0
    """Share of those who lose their job who come back to benefit; the others leave for good."""
    elapsed_weeks: Bands = _AT_ZERO
    """Weeks on benefit so far, of those on benefit at the start."""
    tenure_weeks: Bands = _AT_ZERO
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
