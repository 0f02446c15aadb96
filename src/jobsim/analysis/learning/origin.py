"""What was predicted from one month on, and how the figures lie in it.

May import aims, chance, baselines and scores. Predictions know no later figure; they are scored
apart, so that figures may as well come years later.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jobsim.analysis.learning.aims import Aim, month_number, values_and_errors
from jobsim.analysis.learning.baselines import Baseline, Parts, no_change, seasonal
from jobsim.analysis.learning.calibration import Calibration
from jobsim.analysis.learning.chance import continued, pooled_covariance
from jobsim.analysis.learning.scores import predicted
from jobsim.analysis.uncertainty.parameter_draws import Draws
from jobsim.arrays import Floats


@dataclass(frozen=True)
class ForecastFigure:
    """One figure beside what was predicted for it, and beside forecasts without a model.

    Parameters
    ----------
    until : str, the last month that was seen, such as 2018-06
    series, label, unit, when : str
        What it is one of, its words, and its period.
    lead_months : int, from `until` to the end of its period
    value, error : float
        The figure and its standard deviation about what it measures.
    median, low_50, high_50, low_80, high_80, low_95, high_95 : float
        Predicted median, and where 50, 80 and 95 % of such figures fall: parameters, chance still
        to come and error together.
    inside_50, inside_80, inside_95 : bool, whether the figure lies there
    pit, crps : float, see `Predicted`
    no_change, no_change_sd, no_change_crps : float
        The last value seen, the standard deviation about it, and its score.
    no_change_from : str, what that is from, or why there is none
    seasonal, seasonal_sd, seasonal_crps, seasonal_from
        The same of the same month last year plus the change since.
    """

    until: str
    series: str
    label: str
    unit: str
    when: str
    lead_months: int
    value: float
    error: float
    median: float
    low_50: float
    high_50: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float
    inside_50: bool
    inside_80: bool
    inside_95: bool
    pit: float
    crps: float
    no_change: float
    no_change_sd: float
    no_change_crps: float
    no_change_from: str
    seasonal: float
    seasonal_sd: float
    seasonal_crps: float
    seasonal_from: str


@dataclass(frozen=True, eq=False)
class Origin:
    """A month, what was known by then, and what was played from it on.

    Parameters
    ----------
    until : str, the month
    before : tuple of Aim
        Figures seen by then, those from before the run too: what baselines know.
    aims : tuple of Aim
        Figures that were fitted, then those that come later: what was played.
    fit : Calibration or None
        None where nothing was seen within the run: then draws are of the prior.
    draws : Draws
        Draws that were played on.
    futures : float64[draws, aims, futures], as they were played
    seed : int
    """

    until: str
    before: tuple[Aim, ...]
    aims: tuple[Aim, ...]
    fit: Calibration | None
    draws: Draws
    futures: Floats
    seed: int

    @property
    def fitted(self) -> int:
        """How many figures were fitted."""
        return 0 if self.fit is None else len(self.fit.learned.likelihood.values)

    @cached_property
    def predictions(self) -> Floats:
        """Later figures in futures that agree with what was seen: float64[draws, later, futures].

        Without the error of the figures.
        """
        values, errors = values_and_errors(self.aims[: self.fitted])
        return continued(self.futures, values, errors, seed=self.seed)

    @cached_property
    def rows(self) -> tuple[ForecastFigure, ...]:
        """Every later figure beside its predictions."""
        return tuple(self._row(place) for place in range(len(self.aims) - self.fitted))

    def _row(self, place: int) -> ForecastFigure:
        aim, futures = self.aims[self.fitted + place], self.predictions[:, place]
        target, lead = aim.target, aim.last_month - month_number(self.until)
        weights = np.full(len(futures), 1.0 / len(futures))
        found = predicted(target.value, target.error, futures, weights)
        (low_50, high_50), (low_80, high_80), (low_95, high_95) = (
            (max(0.0, low), max(0.0, high)) for low, high in found.intervals
        )
        inside_50, inside_80, inside_95 = (
            low <= target.value <= high for low, high in found.intervals
        )
        last, season = self._baselines(aim)
        return ForecastFigure(
            until=self.until,
            series=aim.series,
            label=aim.label,
            unit=aim.unit,
            when=target.when,
            lead_months=lead,
            value=target.value,
            error=target.error,
            median=max(0.0, found.median),
            low_50=low_50,
            high_50=high_50,
            low_80=low_80,
            high_80=high_80,
            low_95=low_95,
            high_95=high_95,
            inside_50=inside_50,
            inside_80=inside_80,
            inside_95=inside_95,
            pit=found.pit,
            crps=found.crps,
            no_change=last.value,
            no_change_sd=last.sd,
            no_change_crps=last.crps(target.value),
            no_change_from=last.why,
            seasonal=season.value,
            seasonal_sd=season.sd,
            seasonal_crps=season.crps(target.value),
            seasonal_from=season.why,
        )

    def _baselines(self, aim: Aim) -> tuple[Baseline, Baseline]:
        """No change, then the seasonal one."""
        alike = [one for one in (*self.before, *self.aims) if _is_of(one, aim)]
        seen = {one.last_month: one.target.value for one in alike if one in self.before}
        places = {one.last_month: place for place, one in enumerate(self.aims) if one in alike}
        errors = {one.last_month: one.target.error for one in alike}

        def chance(parts: Parts) -> float:
            """Chance of what was played of a sum, and the errors of all of it."""
            weights = np.zeros(len(self.aims))
            for month in parts.keys() & places.keys():
                weights[places[month]] = parts[month]
            beside = math.fsum((x * errors[month]) ** 2 for month, x in parts.items())
            return math.sqrt(float(weights @ self._covariance @ weights) + beside)

        by_month = aim.target.month is not None
        return (
            no_change(seen, aim.last_month, chance),
            seasonal(seen, aim.last_month, chance, every_month=by_month),
        )

    @cached_property
    def _covariance(self) -> Floats:
        return pooled_covariance(self.futures)


def _is_of(one: Aim, other: Aim) -> bool:
    """Whether two figures are of one series."""
    yearly = one.target.month is None, other.target.month is None
    return one.series == other.series and yearly[0] == yearly[1]
