"""How the hazard of finding a job adds up over the weeks of a spell; imports draws only.

A recipient finds a job in the week in which the sum of weekly hazards reaches a threshold drawn
when the spell began. Nothing random happens in between, so the week can be foreseen, until a
meeting, a support or a small job changes the prospects.
"""

from __future__ import annotations

from jobsim.draws.inverse import NEVER


class Prospects:
    """Prospects of finding an ordinary job in one spell.

    Parameters
    ----------
    week : int
        Week in which the spell begins (or in which the run finds it).
    begun : int
        Week in which the spell was 0 weeks old; before the run for those on benefit at its start.
    threshold : float
        Sum of hazards at which a job is found.
    duration : list of float
        Hazard by weeks of the spell.
    cycle : list of float
        Factor on the hazard by week of the run.
    decay : float
        What a week leaves of the boost from meetings.

    Notes
    -----
    The hazard of a week is ``((duration[s] * cycle[t]) * (1 + boost)) * factor``, multiplied and
    added up in this order in float64.
    """

    def __init__(
        self,
        *,
        week: int,
        begun: int,
        threshold: float,
        duration: list[float],
        cycle: list[float],
        decay: float,
    ) -> None:
        self.boost = 0.0
        """Present rise of the hazard by meetings."""
        self.factor = 1.0
        """Product of the multipliers of supports, small job and experience."""
        self._lived = week
        self._sum = 0.0
        self._begun = begun
        self._threshold = threshold
        self._duration, self._cycle, self._decay = duration, cycle, decay

    def live_through(self, until: int) -> None:
        """Let the weeks before `until` pass, with the prospects as they stand."""
        for week in range(self._lived, until):
            self._sum = self._sum + self._hazard(week, self.boost)
            self.boost = self.boost * self._decay
        self._lived = until

    def week_of_job(self, last: int) -> int:
        """Foresee the week in which a job is found, if it is not after `last`; else never."""
        total, boost = self._sum, self.boost
        for week in range(self._lived, last + 1):
            total = total + self._hazard(week, boost)
            if total >= self._threshold:
                return week
            boost = boost * self._decay
        return NEVER

    def _hazard(self, week: int, boost: float) -> float:
        seasonal = self._duration[week - self._begun] * self._cycle[week]
        return (seasonal * (1.0 + boost)) * self.factor
