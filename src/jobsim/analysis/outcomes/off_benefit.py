"""How much of the time off benefit that is gained belongs to people who left without work.

May import measures, quantities and text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from jobsim.analysis.outcomes.accumulators import of_paired
from jobsim.analysis.outcomes.measures import Paired
from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.spread import Spread
from jobsim.arrays import Floats
from jobsim.text.tables import between, count, share

_CODES = {
    "gained": "weeks_off_benefit",
    "on_benefit": "benefit_weeks",
    "in_work": "employed_weeks",
    "without_work": "weeks_without_work",
    "settled": "meeting_exits:scenario",
    "settled_before": "meeting_exits:baseline",
}
MEASURED = {name: quantity(code) for name, code in _CODES.items()}
"""What is read of each future, by what it is called here."""
QUANTITIES = tuple(MEASURED.values())
_signed = partial(count, sign=True)


@dataclass(frozen=True)
class OffBenefit:
    """Weeks off benefit that a scenario gains beside its baseline, over the run, by where they go.

    In each week everybody who has been on benefit is on benefit, in work, or has left for good:
    after a job, or without work. Where two scenarios hold the same people, what one has less of
    benefit-weeks is, person by person, what it has more of the other three. Parted by weeks the
    gain is exact, needs no price and can be counted again from the volumes. Kroner could not be
    parted so: what a week of benefit costs depends on group, refund band and hours of work, and a
    week that is not there has none of these.

    Parameters
    ----------
    gained : float
        Mean of the extra weeks in work or since leaving for good.
    on_benefit : float
        Mean of the extra weeks on benefit: the same with the other sign if the people are the same.
    in_work, without_work : float
        Means of its parts: weeks in work, and of those who left for something else than work.
    settled, settled_before : float
        Exits without work that meetings settled, in scenario and baseline.
    share : Spread
        `without_work` over `gained`, with Fieller's interval.
    """

    gained: float
    on_benefit: float
    in_work: float
    without_work: float
    settled: float
    settled_before: float
    share: Spread

    @property
    def after_work(self) -> float:
        """Weeks of those who left for good when a job ended."""
        return self.gained - self.in_work - self.without_work

    @property
    def parts(self) -> tuple[float, ...]:
        """The gain and what it is made of."""
        return self.gained, self.in_work, self.without_work, self.after_work

    @property
    def leaving(self) -> bool:
        """Whether exits without work are part of what happens: tables have them."""
        return bool(self.settled or self.settled_before) or self.told

    @property
    def told(self) -> bool:
        """Whether it is part of an answer.

        Where meetings settle exits without work, or where more time is spent off benefit and some
        of that is of people who left without work; elsewhere placements only come before exits that
        would have come anyway. Scenarios of other people have nothing to part.
        """
        if not math.isclose(self.gained, -self.on_benefit, rel_tol=1e-9, abs_tol=1e-6):
            return False
        if self.settled or self.settled_before:
            return bool(self.gained or self.without_work)
        return self.gained > 0 and self.without_work > 0

    def __str__(self) -> str:
        return (
            f"Weeks off benefit: {_signed(self.gained)}; in work {_signed(self.in_work)}, of "
            f"people who left without work {_signed(self.without_work)}{self._part()}, of people "
            f"who left after a job {_signed(self.after_work)}."
        )

    def at(self, where: str) -> tuple[str, ...]:
        """One sentence of a setting that is named, where it is part of an answer; else none."""
        told = str(self)
        return (f"{where}, {told[0].lower()}{told[1:]}",) if self.told else ()

    def _part(self) -> str:
        found = self.share
        if math.isnan(found.mean):
            return ""
        known = math.isfinite(found.ci_low) and math.isfinite(found.ci_high)
        around = f"; 95 % interval {between(share, found.ci_low, found.ci_high)}" if known else ""
        return f" ({share(found.mean)} of the weeks{around})"


def off_benefit(values: Mapping[Quantity, Floats]) -> OffBenefit:
    """Read it from `QUANTITIES`, each float64[replications]."""
    read = {name: values[one] for name, one in MEASURED.items()}
    means = {name: float(one.mean()) for name, one in read.items()}
    return OffBenefit(**means, share=of_paired(read["without_work"], read["gained"]))


def off_benefit_of(paired: Paired) -> OffBenefit:
    """Read it from a scenario and a baseline that were played with the same keys."""
    return off_benefit({one: one.of(paired) for one in QUANTITIES})
