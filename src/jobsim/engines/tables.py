"""The plain arrays that are all an engine sees of a scenario; may import draws.

`lowering.tables_of` makes them, once per scenario.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jobsim.arrays import Bools, Dates, Floats, Ints
from jobsim.draws import GammaQuantile, PoissonQuantile, ShareTable
from jobsim.vocabulary import CAUSES, ROUTES

REGULAR = 0
"""Track of those in no programme."""
ORDINARY, RAMP = range(len(ROUTES))
"""Places of the routes into work."""
OTHER_EXIT, NOT_RETURNED = range(len(CAUSES))
"""Places of the causes of having left for good."""
RESTART_WEEKS = 52
"""Self-supporting weeks after which the refund ladder starts again from 0."""


@dataclass(frozen=True)
class People:
    """Numbers of the groups; first index of every array is the group, in order of the file."""

    codes: tuple[str, ...]
    keys: Ints
    stock: Ints
    pool: Ints
    arrivals: tuple[tuple[PoissonQuantile, ...], ...]
    """Number of arrivals, by group and week."""
    cohort: Ints
    """Number of those who all come in week 0, by group."""
    elapsed: tuple[ShareTable, ...]
    tenure: tuple[ShareTable, ...]
    ladder: tuple[tuple[ShareTable, ...], ...]
    """Weeks on the ladder before this spell, by group, of stock, pool and arrivals."""
    hazard: Floats
    other_exit: Floats
    frailty: Floats
    gamma: tuple[GammaQuantile | None, ...]
    """Quantile function of Gamma(1/θ, 1), by group; None where θ = 0."""
    duration: Floats
    """Factor on the hazard by group and week of the spell, long enough for any spell of the run."""
    past: Floats
    """Lasting boost that the regular service before the run has left, by group and weeks of the
    spell, before the meeting of the week."""
    lived: Floats
    """Sum of ``duration * (1 + lasting boost)`` over the weeks so far of a spell before the run, by
    group and weeks of the spell."""
    cycle: Floats
    """Factor on the hazard by group and week of the run."""
    job_loss: Floats
    """Cumulative hazard of job loss by group and weeks in the job, 0 at 0."""
    return_share: Floats
    no_show: Floats
    meeting_exit: Floats
    """Probability that a meeting settles another exit, by group."""
    past_interval: Ints
    """Weeks from one meeting to the next before the run, once the list is at its end, by group."""


@dataclass(frozen=True)
class Services:
    """Numbers of the tracks; 0 is the regular service, then programmes in order of the file."""

    codes: tuple[str, ...]
    fte: Floats
    """By track and week."""
    capacity: Ints
    """Meetings that can be called, by track and week."""
    interval: Ints
    """Weeks to the next meeting by track, group and meetings seen; padded with the last entry."""
    interval_entries: Ints
    """Length of the interval list, by track and group."""
    gain: Floats
    """Gain of a meeting by track, group and 0 (first meeting of the spell) or 1 (later)."""
    lasting_gain: Floats
    """The same of the lasting boost."""
    quality: tuple[Floats, ...]
    """Per track: q by row (a value of FTE) and number of persons in the track."""
    quality_row: Ints
    """Row of `quality` by track and week."""
    job_loss_multiplier: Floats
    slots: Ints
    """Most participants by programme and week."""
    admits: Bools
    """Whether a programme admits a group."""
    max_weeks: Ints
    order: tuple[str, ...]
    """Order of admission, by programme."""
    first_meeting_weeks: int
    max_boost: float
    decay: float
    max_lasting_boost: float
    lasting_decay: float

    @cached_property
    def lasts(self) -> bool:
        """Whether any meeting has a lasting gain."""
        return bool((self.lasting_gain > 0).any())


@dataclass(frozen=True)
class Ramp:
    """Numbers of the small jobs; everything empty or zero where there are none."""

    levels: int
    """L: reaching this level is a placement; 0 without small jobs."""
    cap: tuple[ShareTable | None, ...]
    start_level: tuple[ShareTable | None, ...]
    openings: tuple[tuple[PoissonQuantile, ...] | None, ...]
    """Number of openings by group and week; None for a group that takes no small jobs."""
    drop: Floats
    """Probability of dropping out by group and review; padded with the last entry."""
    drop_or_climb: Floats
    """Probability of dropping out or climbing, summed in float64."""
    multiplier: Floats
    step_weeks: int
    cool_weeks: int
    experience_weeks: int
    experience_multiplier: float
    job_loss_multiplier: float


@dataclass(frozen=True)
class Supports:
    """Numbers of the supports; first index of every array is the support, in order of the file."""

    codes: tuple[str, ...]
    keys: Ints
    need: Floats
    """Share in need, by support and group."""
    listed: Bools
    """Whether a group can get it."""
    lead_weeks: Ints
    lock_in: Floats
    multiplier: Floats
    grants: Ints
    """Grants by support and year of the run."""


@dataclass(frozen=True)
class Tables:
    """Everything an engine may know of a scenario."""

    weeks: int
    months: Dates
    month_of_week: Ints
    year_of_week: Ints
    """Place of the week's calendar year among the years of the run."""
    people: People
    services: Services
    ramp: Ramp
    supports: Supports

    @property
    def levels_shown(self) -> int:
        """Number of levels at which a person on benefit can be: 0 … L-1, at least one."""
        return max(1, self.ramp.levels)

    @cached_property
    def ends_month(self) -> Bools:
        """Whether a week is the last simulated one of its month, by week."""
        return np.asarray(np.diff(self.month_of_week, append=-1) != 0)
