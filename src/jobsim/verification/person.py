"""One person as the histories tell it: where, since when, what comes next; imports nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["EMPLOYED", "LEFT", "ON_BENEFIT", "OUTSIDE", "Person"]

OUTSIDE, ON_BENEFIT, EMPLOYED, LEFT = "outside", "on benefit", "employed", "left"


@dataclass(slots=True)
class Person:
    """Traits out of the roster, and the state that follows from the events so far."""

    number: int
    group: int
    ladder: int
    """Weeks on the refund ladder."""
    first_due: int
    """Week of the first meeting of those on benefit at the start."""
    cap: int
    """Highest level of a small job that health allows."""
    queue: float
    """Order in which openings are offered."""
    frailty: float
    lottery: float
    """Order of random admission."""
    first_review: int
    """Week of the first review of a small job at the start."""
    needs: set[int]
    """Supports needed and not had."""

    status: str = OUTSIDE
    track: int = 0
    admitted: int = 0
    barred: set[int] = field(default_factory=set)
    due: int = 0
    seen: int = 0
    """Meetings in the present track."""
    away: int = 0
    """Self-supporting weeks since the ladder last restarted."""
    placed: int = -1
    """Week before the present job's first."""
    route: int = 0
    level: int = 0
    review: int = 0
    """A week in which the small job is reviewed; others follow at equal distance."""
    cool_until: int = 0

    def begin_spell(self, due: int, seen: int = 0) -> None:
        """Come to benefit, in the regular service and without a small job."""
        self.status = ON_BENEFIT
        self.track, self.level, self.seen, self.due = 0, 0, seen, due
        self.barred = set()

    def admission_order(self, order: str) -> tuple[float, int]:
        """Place in a programme's order of admission; ties by number."""
        first = {
            "longest_first": 0.0,
            "newest_first": -float(self.number),
            "random": self.lottery,
            "most_employable_first": -self.frailty,
            "least_employable_first": self.frailty,
        }
        return first[order], self.number
