"""What came of one trial: predictions beside what was published; may import plays.

Ranges hold 95 %. Their ends are the quantiles k / (n + 1), between which another draw from the same
source falls as often as they say, however few draws there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from jobsim.analysis.outcomes.spread import HIGH, LOW
from jobsim.arrays import Floats
from jobsim.text.tables import Sentences, Table, between, brief, counted, end, number
from jobsim.trial.document import Trial, TrialOutcome
from jobsim.trial.draws import Need, Plays

_Z = 1.959963984540054


@dataclass(frozen=True)
class TrialRow:
    """One outcome of one trial: what was published and what the model says, in one unit.

    Parameters
    ----------
    trial, outcome : str
    measure, contrast : str
    by_week : int
    first, second : str
        Codes of the arms compared: the first less the second, or over it less 1; of a level the
        second is empty.
    unit, role : str
    published, published_se, published_low, published_high : float
        Estimate, standard error and 95 % interval; not numbers where not published.
    predicted : float
        Mean over draws of the effect.
    as_stated : float
        Effect with every number as stated.
    parameters_sd, parameters_low, parameters_high : float
        Over draws of the uncertain numbers: of the effect, the arms being the same people.
    chance_sd, chance_low, chance_high : float
        Over trials of this size, with every number as stated.
    range_low, range_high : float
        Over both: one trial of this size in each draw.
    z : float
        Published less predicted, over the root of the sum of the variances over parameters and of
        the estimate; where no standard error was published, that over chance takes its place.
    inside : bool or None
        Whether what was published lies in the range over both; None where nothing was predicted.
    undefined : int
        Draws and trials without a number, a ratio to nothing, which are left out.
    source, address, note : str
    """

    trial: str
    outcome: str
    measure: str
    contrast: str
    by_week: int
    first: str
    second: str
    unit: str
    role: str
    published: float
    published_se: float
    published_low: float
    published_high: float
    predicted: float
    as_stated: float
    parameters_sd: float
    parameters_low: float
    parameters_high: float
    chance_sd: float
    chance_low: float
    chance_high: float
    range_low: float
    range_high: float
    z: float
    inside: bool | None
    undefined: int
    source: str
    address: str
    note: str

    @property
    def name(self) -> str:
        """The outcome with its unit."""
        unit = "" if self.unit in self.outcome.casefold() else f", {self.unit}"
        return f"{self.outcome}{unit}"


def ends(values: Floats) -> tuple[float, float]:
    """2.5 and 97.5 % quantiles k / (n + 1); not numbers where there are no values.

    Examples
    --------
    >>> [round(end, 9) for end in ends(np.arange(1.0, 200.0))]
    [5.0, 195.0]
    """
    if not len(values):
        return math.nan, math.nan
    low, high = np.quantile(values, [LOW, HIGH], method="weibull").tolist()
    return low, high


@dataclass(frozen=True, repr=False, eq=False)
class TrialResult:
    """One trial that was played.

    Parameters
    ----------
    trial : Trial
    plays : Plays
    """

    trial: Trial
    plays: Plays

    @cached_property
    def rows(self) -> tuple[TrialRow, ...]:
        """One for each outcome, in order of the file."""
        return tuple(self._row(place, one) for place, one in enumerate(self.trial.outcomes))

    def _row(self, place: int, outcome: TrialOutcome) -> TrialRow:
        plays = self.plays
        everything = [one[:, place] for one in (plays.expected, plays.chance, plays.both)]
        effect, chance, both = known = [values[np.isfinite(values)] for values in everything]
        low, high = ends(both)
        error = outcome.published_error
        predicted = float(effect.mean()) if len(effect) else math.nan
        total = math.hypot(_sd(effect), _sd(chance) if math.isnan(error) else error)
        numbers = {
            **_ends_named("published", _published(outcome)),
            **_told("parameters", effect),
            **_told("chance", chance),
            **_ends_named("range", (low, high)),
        }
        words = {name: getattr(outcome, name) for name in _AS_STATED}
        first, *second = self.trial.compared(outcome)
        return TrialRow(
            trial=self.trial.name,
            outcome=outcome.label,
            **words,
            first=first,
            second="".join(second),
            published=outcome.estimate,
            published_se=error,
            predicted=predicted,
            as_stated=float(plays.central[place]),
            **numbers,
            z=(outcome.estimate - predicted) / total if total > 0 else math.nan,
            inside=low <= outcome.estimate <= high if len(both) else None,
            undefined=sum(map(len, everything)) - sum(map(len, known)),
        )

    def needs(self) -> Iterator[dict[str, object]]:
        """What each number alone would have to be for each outcome, line by line."""
        for need in self.plays.needs:
            one = need.number
            for place, row in enumerate(self.rows):
                needed = need.needed(place, row.published)
                yield {
                    "trial": row.trial,
                    "outcome": row.outcome,
                    "path": one.path,
                    "stated": one.value,
                    "low": one.low,
                    "high": one.high,
                    "at_low": _at(need, one.low, place),
                    "at_high": _at(need, one.high, place),
                    "published": row.published,
                    "needed": needed,
                    "unit": row.unit,
                    "verdict": "within its range" if math.isfinite(needed) else "not within it",
                }

    def parts(self) -> Iterator[Table | Sentences]:
        """What is printed of it alone."""
        yield outcomes_table(f"{self.trial.name}: {self.trial.title}", self.rows, _own_name)
        if self.plays.needs:
            yield self._needs_table()
        if self.trial.assumed:
            yield Sentences(("Assumed:", *self.trial.assumed))

    def _needs_table(self) -> Table | Sentences:
        reaching = [
            need
            for need in self.plays.needs
            if any(math.isfinite(need.needed(i, row.published)) for i, row in enumerate(self.rows))
        ]
        lines = tuple(
            (
                need.number.path,
                brief(need.number.value),
                between(end, need.number.low, need.number.high),
                *(
                    _or_dash(need.needed(place, row.published))
                    for place, row in enumerate(self.rows)
                ),
            )
            for need in reaching
        )
        if not reaching:
            return Sentences((f"{_NEEDS}: {_none_of(len(self.plays.needs))} it within its range.",))
        others = len(self.plays.needs) - len(reaching)
        note = "–: not within its range, all others as stated."
        if others:
            note += f" {counted(others, 'further number')}: not for any outcome."
        title = "What one number alone would have to be, to give what was published"
        return Table(
            title, ("", "stated", "its range", *(r.outcome for r in self.rows)), lines, note
        )


_AS_STATED = ("measure", "contrast", "by_week", "unit", "role", "source", "address", "note")


_NEEDS = "What one number alone would have to be, to give what was published"


def _or_dash(value: float) -> str:
    return brief(value) if math.isfinite(value) else "–"


def _at(need: Need, x: float, place: int) -> float:
    return float(need.values[need.tried.tolist().index(x), place])


def _sd(values: Floats) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan


def _ends_named(name: str, found: tuple[float, float]) -> dict[str, Any]:
    return dict(zip((f"{name}_low", f"{name}_high"), found, strict=True))


def _told(name: str, values: Floats) -> dict[str, Any]:
    return {f"{name}_sd": _sd(values), **_ends_named(name, ends(values))}


def _published(outcome: TrialOutcome) -> tuple[float, float]:
    """95 % interval of an estimate, as published or from its standard error."""
    if outcome.interval is not None and outcome.level == HIGH - LOW:
        return outcome.interval
    half = _Z * outcome.published_error
    return outcome.estimate - half, outcome.estimate + half


def _own_name(row: TrialRow) -> str:
    return row.name


def outcomes_table(title: str, rows: Sequence[TrialRow], named: Callable[[TrialRow], str]) -> Table:
    """What was published and predicted, a line for each outcome by its name."""
    header = (
        *("", "published", "its 95 %", "predicted", "over parameters", "over chance"),
        *("over both", "z", ""),
    )
    return Table(title, header, tuple((named(row), *_cells(row)) for row in rows))


def _cells(row: TrialRow) -> tuple[str, ...]:
    sizes = [row.published, row.predicted, row.range_low, row.range_high]
    largest = max((abs(x) for x in sizes if math.isfinite(x)), default=0.0)
    digits = max(0, 2 - math.floor(math.log10(largest))) if largest > 0 else 1
    shown: Any = partial(number, digits=min(digits, 6))
    published = between(shown, row.published_low, row.published_high)
    return (
        shown(row.published),
        published,
        shown(row.predicted),
        between(shown, row.parameters_low, row.parameters_high),
        between(shown, row.chance_low, row.chance_high),
        between(shown, row.range_low, row.range_high),
        number(row.z, digits=1, sign=True),
        {True: "inside", False: "outside", None: "–"}[row.inside],
    )


def _none_of(count: int) -> str:
    return f"none of {count:,} numbers gives" if count != 1 else "the only number does not give"
