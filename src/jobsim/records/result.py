"""What records say of the numbers of a scenario: a table, a fragment of a file, draws.

May import what finds it, and analysis for how results are printed and written. No number that rests
on fewer persons than a stated least is shown, written or drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtri

from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.playing.points import number_of_draws, unit_points
from jobsim.analysis.uncertainty.parameter_draws import in_nine_digits
from jobsim.arrays import Floats
from jobsim.records.counting import Count
from jobsim.records.fitting import Fit, Parameter
from jobsim.scenario import Scenario
from jobsim.scenario.files import dump_toml
from jobsim.scenario.paths import unit_at
from jobsim.text.tables import Sentences, Table, brief, counted, interval, short_names

if TYPE_CHECKING:
    import pandas as pd

_CRITICAL = 1.959963984540054
Ends = dict[str, tuple[float, float]]
"""Ends of profile intervals, as they are worked on, by path."""


@dataclass(frozen=True)
class EstimateRow:
    """One number that records tell.

    Parameters
    ----------
    parameter : str, path in the scenario
    step : int or None, week from which it holds, for a step of a list
    estimate, se : float; not a number where too few persons stand behind it
    ci_low, ci_high : float, 95 % interval
    interval : str, "profile", "Wald" or "likelihood ratio"
    persons, persons_with_event, events : int or None
        At risk, and those to whom it happened, how often; None where they are too few to be told.
    unit : str
    note : str, what a reader should know
    """

    parameter: str
    step: int | None
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    interval: str
    persons: int | None
    persons_with_event: int | None
    events: int | None
    unit: str
    note: str


@dataclass(frozen=True)
class Basis:
    """Persons and events that a number of the fit rests on."""

    persons: int
    persons_with_event: int
    events: int


@dataclass(frozen=True, repr=False, eq=False)
class Estimates(Result):
    """What records say of hazards, frailty and meetings.

    Parameters
    ----------
    scenario : Scenario, which the numbers are of, and where those stand that were held
    fitted : Fit
    ends : dict of path to ends of the profile interval
    counts : tuple of Count
    basis : dict of group to Basis; "" for all together
    person_weeks : int, weeks on benefit of all persons together
    least_persons : int
    told : tuple of str
        What was held and what else a reader should know.
    """

    scenario: Scenario
    fitted: Fit
    ends: Ends
    counts: tuple[Count, ...]
    basis: dict[str, Basis]
    person_weeks: int
    least_persons: int
    told: tuple[str, ...]
    _name: ClassVar = "estimates"
    _keys: ClassVar = ("parameter", "step")

    @property
    def record(self) -> None:
        """None: nothing was played."""
        return

    @cached_property
    def rows(self) -> tuple[EstimateRow, ...]:
        """One for each number, in the order of groups."""
        found = [self._fitted_row(j) for j in range(len(self._parameters))]
        found += [self._counted_row(one) for one in self.counts]
        order = [*(f"groups.{code}." for code in self.scenario.groups), "meetings."]
        return tuple(_in_order(found, order))

    @property
    def _parameters(self) -> list[Parameter]:
        return list(self.fitted.likelihood.parameters)

    def _fitted_row(self, j: int) -> EstimateRow:
        one, fit = self._parameters[j], self.fitted
        basis = self.basis[one.group]
        value = one.value(float(fit.worked[j]))
        error = fit.error(j) * (value if one.in_logs else 1.0)
        kind = "profile" if one.path in self.ends else "Wald"
        ends = self.ends.get(one.path) or fit.wald(j)
        low, high = (one.value(float(end)) for end in ends)
        return EstimateRow(
            *(one.path, None, value, error, low, high, kind),
            *(basis.persons, basis.persons_with_event, basis.events),
            unit_at(Scenario, one.path),
            self._note(one, j, low, high),
        )

    def _note(self, one: Parameter, j: int, low: float, high: float) -> str:
        if not self.fitted.free[j]:
            return "at the end of its range"
        if low <= one.low * 1.0001 or high >= one.high * 0.9999:
            return "not told by these records" if one.in_logs else "may be nothing"
        return ""

    def _counted_row(self, one: Count) -> EstimateRow:
        unit = unit_at(Scenario, one.path) or "per week"
        if not self._is_shown(one):
            few = f"fewer than {counted(self.least_persons, 'person')}"
            nothing = math.nan
            return EstimateRow(
                *(one.path, one.step, nothing, nothing, nothing, nothing, "likelihood ratio"),
                *(None, None, None, unit, few),
            )
        return EstimateRow(
            *(one.path, one.step, one.estimate, one.se, *one.interval, "likelihood ratio"),
            *(one.persons, one.with_event, one.events, unit, ""),
        )

    def _attrs(self) -> dict[str, str | int]:
        return {
            "scenario": self.scenario.name,
            "persons": self.basis[""].persons,
            "person_weeks": self.person_weeks,
            "least_persons": self.least_persons,
        }

    def _parts(self) -> list[Table | Sentences]:
        header = ("", "estimate", "se", "95 % interval", "persons", "events", "")
        names = short_names([row.parameter for row in self.rows])
        rows = tuple(_cells(name, row) for name, row in zip(names, self.rows, strict=True))
        all_ = self.basis[""]
        title = (
            f"{self.scenario.name}: {counted(all_.persons, 'person')}, "
            f"{self.person_weeks:,} weeks on benefit, {counted(all_.events, 'job')} found"
        )
        return [Table(title, header, rows), Sentences((*self.told, _HOW))]

    def scenario_fragment(self) -> str:
        """The estimates as TOML text to be put into a scenario file, with a register entry each.

        Lists of steps are whole: where too few persons stand behind a step, the scenario's own
        number is kept.
        """
        data: dict[str, Any] = {}
        register: dict[str, Any] = {}
        for path in dict.fromkeys(row.parameter for row in self.rows):
            rows = [row for row in self.rows if row.parameter == path]
            shown = [row for row in rows if row.persons is not None]
            if not shown:
                continue
            place = data
            *folders, name = path.split(".")
            for folder in folders:
                place = place.setdefault(folder, {})
            place[name] = self._steps(rows) if rows[0].step is not None else _digits(rows[0])
            register[path] = _assumption(shown)
        return dump_toml({**data, "assumptions": register})

    def _steps(self, rows: list[EstimateRow]) -> list[dict[str, float]]:
        group = self.scenario.groups[rows[0].parameter.split(".")[1]]
        stated = {step.from_week: step.value for step in group.job_loss_hazard_per_week}
        known = {row.step: _digits(row) for row in rows if row.persons is not None}
        return [{"from_week": week, "value": known.get(week, x)} for week, x in stated.items()]

    def draws(self, count: int = 1024, *, seed: int = 1) -> pd.DataFrame:
        """Draws of what the records leave open, one row each, for `psa` and `parameter_draws`.

        What was fitted together is drawn together: normal as it was worked on, correlated as in the
        observed information, each side as wide as its interval. Counts are drawn by themselves:
        probabilities from beta, hazards from gamma distributions (Jeffreys' prior). Job losses by
        week of the job, which have no path of their own, stay as the scenario has them.

        Parameters
        ----------
        count : int
        seed : int, 0 to 2**64 - 1

        Raises
        ------
        InputError
            If an argument is not valid.
        """
        import pandas as pd

        number_of_draws(count, "count")
        counts = [one for one in self.counts if one.step is None and self._is_shown(one)]
        paths = [one.path for one in self._parameters]
        points = unit_points("auto", count, len(paths) + len(counts), seed=seed).values
        columns = dict(zip(paths, self._fitted_draws(points[:, : len(paths)]).T, strict=True))
        for one, u in zip(counts, points[:, len(paths) :].T, strict=True):
            columns[one.path] = _counted_draws(one, u)
        return pd.DataFrame({path: in_nine_digits(values) for path, values in columns.items()})

    def _is_shown(self, one: Count) -> bool:
        few = min(one.persons, one.with_event, one.without_event)
        return few >= self.least_persons

    def _fitted_draws(self, points: Floats) -> Floats:
        """float64[draws, parameters]."""
        fit = self.fitted
        covariance = np.where(np.isnan(fit.covariance), 0.0, fit.covariance)
        errors = np.sqrt(np.diag(covariance))
        known = errors > 0
        correlation = np.eye(len(errors))
        inside = np.ix_(known, known)
        correlation[inside] = covariance[inside] / np.outer(errors[known], errors[known])
        z = ndtri(points) @ np.linalg.cholesky(correlation).T
        found = np.empty_like(z)
        low_bound, high_bound = fit.likelihood.bounds
        for j, one in enumerate(self._parameters):
            low, high = self.ends.get(one.path) or fit.wald(j)
            middle = fit.worked[j]
            width = np.where(z[:, j] < 0, middle - low, high - middle) / _CRITICAL
            worked = np.clip(middle + z[:, j] * width, low_bound[j], high_bound[j])
            found[:, j] = np.exp(worked) if one.in_logs else worked
        return np.asarray(found)


_HOW = (
    "se: by the observed information. Intervals: profile or Wald where numbers were fitted "
    "together, by the likelihood ratio for counts. persons: at risk."
)


def _in_order(rows: list[EstimateRow], beginnings: list[str]) -> Iterator[EstimateRow]:
    for beginning in beginnings:
        yield from (row for row in rows if row.parameter.startswith(beginning))


def _cells(name: str, row: EstimateRow) -> tuple[str, ...]:
    label = name if row.step is None else f"{name} from week {row.step}"
    label = f"{label} ({row.unit})"
    if row.persons is None:
        return (label, "", "", "", "", "", row.note)
    ends = interval(brief(row.ci_low), brief(row.ci_high))
    se = "–" if math.isnan(row.se) else brief(row.se)
    return (label, brief(row.estimate), se, ends, f"{row.persons:,}", f"{row.events:,}", row.note)


def _digits(row: EstimateRow) -> float:
    return float(f"{row.estimate:.4g}")


def _assumption(rows: list[EstimateRow]) -> dict[str, Any]:
    """Entry of the register for a number, or for the steps of a list."""
    persons = max(row.persons or 0 for row in rows)
    events = sum(row.events or 0 for row in rows)
    notes = [row.note for row in rows if row.note]
    entry: dict[str, Any] = {
        "kind": "estimated",
        "formula": f"maximum likelihood, own records, n = {persons:,} persons, {events:,} events",
        "inputs": ["own records"],
        "reason": "; ".join(notes) or None,
    }
    if rows[0].step is None:
        low, high = (float(f"{end:.4g}") for end in (rows[0].ci_low, rows[0].ci_high))
        entry |= {"low": low, "high": high, "distribution": _distribution(rows[0])}
    return entry


def _distribution(row: EstimateRow) -> dict[str, Any] | None:
    """Lognormal as wide as the interval, of a probability beta; none at an end of its range."""
    mean, variance = row.estimate, row.se**2
    if not (row.ci_low > 0 and variance > 0):
        return None
    if row.unit in ("probability", "share"):
        size = mean * (1 - mean) / variance - 1
        parameters = {"a": mean * size, "b": (1 - mean) * size}
        return {"name": "beta", "parameters": parameters, "at": _digits(row)}
    width = math.log(row.ci_high / row.ci_low) / (2 * _CRITICAL)
    return {"name": "lognorm", "parameters": {"s": width, "scale": _digits(row)}}


def _counted_draws(one: Count, u: Floats) -> Floats:
    happened = one.events + 0.5
    if one.probability:
        return np.asarray(betaincinv(happened, sum(one.not_happened.values()) + 0.5, u))
    weeks = one.events / one.hazard if one.events else sum(one.not_happened.values())
    return np.asarray(gammaincinv(happened, u) / weeks)
