"""What knowing more would gain in one decision: a value with its error, in words and as a table."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import ClassVar

from jobsim.analysis.outcomes.result import Result
from jobsim.text.tables import Table, counted, figure, seldom_note, share, unseen_note, upper_known
from jobsim.text.width import filled

_SHOWN = 3
"""Most parameters named in a title."""
_LITTLE = 0.5
"""Explained share below which what interactions left out tell may be most of the value."""
_TITLES = {
    "evpi": "Expected value of perfect information",
    "evppi": "Expected value of partial perfect information",
    "evsi": "Expected value of sample information",
}


@dataclass(frozen=True, repr=False)
class Information(Result):
    """What knowing more would gain in one decision, on average; never negative.

    Its table has one line with every field and the interval.

    Parameters
    ----------
    kind : str
        "evpi", "evppi" or "evsi".
    about : tuple of str
        Parameters or summaries that would become known; empty for everything.
    value : float
        In units of net benefit, such as DKK.
    se : float
        Standard error, of drawing the parameters and, of net benefit with futures, of their luck.
        For draws that are not independent (Sobol', Latin hypercube) the first is too large. Not a
        number where no draw would change the choice, though it might.
    ci_low, ci_high : float
        Ends of the 95 % confidence interval, not below 0. From 0, it may be nothing but noise.
        Where up to 20 draws would change the choice, the upper end allows for two more like the
        largest of them. Where fewer than four would, it is not a number: how seldom is known, not
        how much.
    probability_of_change : float
        Share of draws in which another option would be strictly better than today's best.
    explained_share : float
        Share of the variance of differences between options that the regression explains in draws
        it has not seen; below 0 where it does worse than their mean. Not a number for "evpi".
    left_out : str
        Interactions that the regression leaves out, in words. What they are worth is missing.
    evpi : float
        Value of knowing everything, from the same draws; `value` is never above it.
    best : str
        What is best today.
    draws : int
    futures : int
        Futures that all draws share; 0 where net benefit has none.
    unit : str
    note : str
        What else is to be said.
    """

    kind: str
    about: tuple[str, ...]
    value: float
    se: float
    ci_low: float
    ci_high: float
    probability_of_change: float
    explained_share: float
    left_out: str
    evpi: float
    best: str
    draws: int
    futures: int
    unit: str
    note: str = ""
    _name: ClassVar = "information"
    _keys: ClassVar = ("kind", "about")

    @property
    def is_more_than_noise(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.ci_low > 0

    @property
    def changes(self) -> int:
        """Draws in which another option would be strictly better than today's best."""
        return round(self.probability_of_change * self.draws)

    @property
    def interval(self) -> str:
        """Both ends of the interval, or in words that it has no upper end."""
        often = 2 * self.changes >= self.draws
        return upper_known(figure, self.ci_low, self.ci_high, seen=self.changes > 0, often=often)

    @property
    def title(self) -> str:
        """What it is, in words."""
        shown = ", ".join(self.about[:_SHOWN])
        if len(self.about) > _SHOWN:
            shown += f" and {len(self.about) - _SHOWN} more"
        return _TITLES[self.kind] + (f" ({shown})" if shown else "")

    def __float__(self) -> float:
        return self.value

    def _lines(self) -> list[dict[str, object]]:
        return [dataclasses.asdict(self) | {"about": ", ".join(self.about)}]

    def _table(self) -> Table:
        lines = [
            (self.title, figure(self.value), figure(self.se), self.interval),
            ("Value of perfect information", figure(self.evpi), "", ""),
            ("Draws in which it changes the choice", share(self.probability_of_change), "", ""),
        ]
        if not math.isnan(self.explained_share):
            explained = share(max(0.0, self.explained_share))
            lines.append(("Variance explained in draws unseen", explained, "", ""))
        title, heads = (
            f"Value of information, {self.unit} per decision",
            ("", "estimate", "se", "ci"),
        )
        found = Table(title, heads, tuple(lines))
        seldom = seldom_note([found], f"in {self.changes:,}", self.draws)
        note = " ".join([self._note, *unseen_note([found], self.draws, "draw"), *seldom])
        return dataclasses.replace(found, note=filled(note, indent=""))

    @property
    def _note(self) -> str:
        futures = f" × {counted(self.futures, 'future')}" if self.futures else ""
        words = [f"Best without it: {self.best}; {self.draws:,} draws{futures}. ci: 95 % interval."]
        if not self.probability_of_change:
            words.append("In no draw would one choose otherwise.")
        elif not self.is_more_than_noise:
            words.append("It reaches 0: no more than noise.")
        if self.left_out:
            words.append(f"Not in it: what interactions tell, {self.left_out}.")
            if self.explained_share < _LITTLE:
                words.append("The value may be beyond the regression's reach: much is unexplained.")
        if self.futures == 1:
            words.append("The luck of a single future is in no interval.")
        return " ".join([*words, self.note]).rstrip()
