"""Forecasts and their scores as people meet them; may import origins and scoring rules."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from jobsim.analysis.learning.aims import Aim
from jobsim.analysis.learning.calibration import Calibration
from jobsim.analysis.learning.origin import ForecastFigure, Origin
from jobsim.analysis.learning.scores import skill
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.text.tables import Table, between, counted, end, figure, hundredths, share
from jobsim.text.width import filled

if TYPE_CHECKING:
    import pandas as pd

_LEADS = (("1–3", 1, 3), ("4–6", 4, 6), ("7–12", 7, 12), ("13 and more", 13, math.inf))
"""Months ahead that are scored together."""
ALL = "all"
"""What stands for all series, or all months ahead."""
_MOST_PRINTED = 24
"""Most figures that are printed one by one."""
_FEW = 20
"""Fewer figures than this say little of coverage."""


@dataclass(frozen=True)
class Score:
    """How good the forecasts of some figures were, all origins together.

    Parameters
    ----------
    series, leads, unit : str
        Which figures: of a series and of months ahead, such as 4–6, or all; their unit.
    figures : int
    coverage_50, coverage_80, coverage_95 : float
        Shares of figures inside the interval of that share: as much, if forecasts are right.
    crps : float
        Mean score in the unit of the figures; not a number over series, whose units differ.
    no_change_skill, seasonal_skill : float
        ``1 − CRPS / CRPS of the baseline`` over figures that have one; not a number where none has.
    """

    series: str
    leads: str
    unit: str
    figures: int
    coverage_50: float
    coverage_80: float
    coverage_95: float
    crps: float
    no_change_skill: float
    seasonal_skill: float

    @classmethod
    def of(cls, series: str, leads: str, rows: Sequence[ForecastFigure]) -> Score:
        """Score of some rows; of all series only coverage can be told."""
        inside = [(one.inside_50, one.inside_80, one.inside_95) for one in rows]
        shares = np.mean(inside, axis=0).tolist()
        alike = series != ALL
        return cls(
            series=series,
            leads=leads,
            unit=rows[0].unit if alike else "",
            figures=len(rows),
            coverage_50=shares[0],
            coverage_80=shares[1],
            coverage_95=shares[2],
            crps=math.fsum(one.crps for one in rows) / len(rows) if alike else math.nan,
            no_change_skill=_skill(rows, "no_change_crps") if alike else math.nan,
            seasonal_skill=_skill(rows, "seasonal_crps") if alike else math.nan,
        )


def _skill(rows: Sequence[ForecastFigure], baseline: str) -> float:
    """Skill over the rows that have this baseline."""
    both = [(one.crps, float(getattr(one, baseline))) for one in rows]
    known = [(ours, theirs) for ours, theirs in both if not math.isnan(theirs)]
    return skill([ours for ours, _ in known], [theirs for _, theirs in known])


@dataclass(frozen=True, repr=False, eq=False)
class Forecast(Result):
    """Figures after some month, predicted from those up to it.

    Parameters
    ----------
    record : RunRecord, of the scenario as it stands
    origins : tuple of Origin, in order of time
    figures : tuple of Aim
        All figures within the run, seen or not.
    foreseen : tuple of path
        Numbers that were tuned to later figures and are not drawn, so that it is no fair forecast.
    """

    record: RunRecord
    origins: tuple[Origin, ...]
    figures: tuple[Aim, ...]
    foreseen: tuple[str, ...] = ()
    _name: ClassVar = "figures"
    _keys: ClassVar = ("until", "series", "when")

    @property
    def fits(self) -> dict[str, Calibration]:
        """What was learned by each month; months by which nothing was seen are left out."""
        return {one.until: one.fit for one in self.origins if one.fit is not None}

    @cached_property
    def rows(self) -> tuple[ForecastFigure, ...]:
        """Every figure after each origin, beside its predictions."""
        return tuple(row for origin in self.origins for row in origin.rows)

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """Scores by series and months ahead, all origins together; then over all series."""
        found: list[Score] = []
        series = list(dict.fromkeys(one.series for one in self.rows))
        for code in series:
            rows = [one for one in self.rows if one.series == code]
            ahead = [
                (words, [one for one in rows if least <= one.lead_months <= most])
                for words, least, most in _LEADS
            ]
            parts = [Score.of(code, words, some) for words, some in ahead if some]
            found += [Score.of(code, ALL, rows), *(parts if len(parts) > 1 else [])]
        return (*found, *([Score.of(ALL, ALL, self.rows)] if len(series) > 1 else []))

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        import pandas as pd

        scores = pd.DataFrame([vars(one) for one in self.scores])
        return {self._name: self.to_frame(), "scores": scores}

    def _lines(self) -> Iterator[object]:
        yield from self.rows

    def _parts(self) -> list[Table | str]:
        shown = [self._table()] if len(self.rows) <= _MOST_PRINTED else []
        return [self._heading(), *shown, self._scores(), "\n".join(self.notes)]

    def _heading(self) -> str:
        origins = self.origins
        months = ", ".join(one.until for one in origins)
        played = origins[0].futures.shape
        lines = (
            f"{self.record.scenario.name}: forecast from the end of {months}, "
            f"{counted(len(self.rows), 'figure')} predicted",
            f"{played[0]:,} draws of the numbers, {played[2]} futures each, "
            f"seed {self.record.seed}. Fitted: "
            f"{', '.join(counted(one.fitted, 'figure') for one in origins)}.",
            "No later figure was used. Ranges hold what is not known of the numbers, chance still "
            "to come, and the error of the figure.",
        )
        return "\n".join(map(filled, lines))

    def _table(self) -> Table:
        rows = tuple(
            (
                f"{one.label}, {one.when} ({one.unit})",
                *([one.until] if len(self.origins) > 1 else []),
                str(one.lead_months),
                figure(one.value),
                end(one.median),
                between(end, one.low_50, one.high_50),
                between(end, one.low_95, one.high_95),
                "yes" if one.inside_95 else "no",
                f"{one.pit:.3f}",
            )
            for one in self.rows
        )
        origin = ["from"] if len(self.origins) > 1 else []
        header = ("", *origin, "months ahead", "figure", "median", "50 %", "95 %", "inside", "PIT")
        note = (
            "50 %, 95 %: where such shares of figures fall. inside: whether the figure lies in the "
            "95 % range. PIT: share of predictions below the figure."
        )
        return Table("Forecast", header, rows, note)

    def _scores(self) -> Table:
        rows = tuple(
            (
                one.series if one.leads == ALL else f"  {one.leads} months ahead",
                str(one.figures),
                *(share(x) for x in (one.coverage_50, one.coverage_80, one.coverage_95)),
                "–" if math.isnan(one.crps) else f"{end(one.crps)} {one.unit}",
                hundredths(one.no_change_skill, sign=True),
                hundredths(one.seasonal_skill, sign=True),
            )
            for one in self.scores
        )
        note = (
            "in 50, 80, 95 %: share of figures inside the range of that share. CRPS: mean score, "
            "the smaller the better. Skill: 1 − CRPS / CRPS of the baseline; 1 perfect, 0 no "
            "better, below 0 worse. No change: the last value seen. Seasonal: the same month last "
            "year plus the change over the last year seen."
        )
        skills = ("skill: no change", "skill: seasonal")
        header = ("", "figures", "in 50 %", "in 80 %", "in 95 %", "CRPS", *skills)
        return Table("Scores", header, rows, note)

    @property
    def notes(self) -> list[str]:
        """What the scores cannot tell."""
        return [filled(note) for note in self._notes()]

    def _notes(self) -> Iterator[str]:
        if self.foreseen:
            yield (
                f"No fair forecast: {', '.join(self.foreseen)} were tuned to figures after "
                f"{self.origins[0].until}, by the register; draw them, too."
            )
        unseen = [one.until for one in self.origins if one.fit is None]
        if unseen:
            yield f"Nothing was seen by {', '.join(unseen)}: a forecast of the prior alone."
        if len(self.rows) < _FEW:
            yield (
                f"{counted(len(self.rows), 'figure')} of one place, which hang together by "
                "chance: too few to say whether ranges are right in general."
            )
        for name, words in (("no_change", "no change"), ("seasonal", "seasonal")):
            yield from self._on_baseline(f"{name}_from", words)
        for until, fit in self.fits.items():
            if fit.fit_p < 0.05:
                yield (
                    f"What was seen by {until} does not fit the model (p {fit.fit_p:.3f}): ranges "
                    "are too narrow."
                )

    def _on_baseline(self, name: str, words: str) -> Iterator[str]:
        """Why a baseline is missing, and where its interval is not from the past."""
        why = list(dict.fromkeys(str(getattr(one, name)) for one in self.rows))
        missing = [one for one in why if not one[0].isdigit() and one != "chance alone"]
        if missing:
            yield f"Baseline {words} is missing for some figures: {'; '.join(missing)}."
        if "chance alone" in why:
            yield (
                f"Baseline {words}: too few past changes for some figures; its interval there is "
                "chance alone, as the model has it."
            )
