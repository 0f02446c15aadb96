"""Sensitivity of one outcome: each uncertain number at its ends, two over a grid.

May import cells.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from jobsim.analysis.outcomes.claims import asked, claims_of, fitted_figures
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result, about
from jobsim.analysis.outcomes.spread import HIGH, LOW, Spread
from jobsim.analysis.playing.cells import Cells, play_cells
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.searching.crossing import changes_to
from jobsim.analysis.setting.case import Case, MoveWhere, case_of, move_where
from jobsim.analysis.uncertainty.parameter_draws import as_stated
from jobsim.analysis.uncertainty.register_notes import register_notes
from jobsim.analysis.uncertainty.uncertain_numbers import Uncertain, not_known, uncertain
from jobsim.errors import InputError, nearest, texts_of
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number
from jobsim.scenario.number_register import listed
from jobsim.text.tables import (
    Shown,
    Table,
    all_the_same,
    brief,
    end,
    estimate,
    in_brackets,
    no_price_note,
    not_seen,
    shown_in,
    unseen_note,
)

if TYPE_CHECKING:
    import xarray as xr

_NONE = Spread(math.nan)


@dataclass(frozen=True)
class Bar:
    """One number at both of its ends, all else as stated.

    Parameters
    ----------
    path : str
    low, high : float
        Ends of the number.
    at_low, at_high : Spread
        Paired difference of the outcome there from the outcome with everything as stated.
    swing : Spread
        Paired difference of the outcome between the high and the low end.
    error : str
        Why an end could not be played; empty where both were.
    no_price : (str, str)
        What stands in place of a cost for each of what is lost, at low and at high.
    """

    path: str
    low: float
    high: float
    at_low: Spread
    at_high: Spread
    swing: Spread
    error: str = ""
    no_price: tuple[str, str] = ("", "")


@dataclass(frozen=True, repr=False, eq=False)
class Tornado(Result):
    """What each uncertain number does to one outcome, the strongest first.

    Its table has one row per number; intervals are Monte Carlo 95 % intervals of paired
    differences.

    Parameters
    ----------
    cells : Cells
        As stated first; then low and high end of each number.
    quantity : Quantity
    ends : tuple of (path, low, high)
    """

    cells: Cells
    quantity: Quantity
    ends: tuple[tuple[str, float, float], ...]
    _name: ClassVar = "bars"
    _keys: ClassVar = ("path",)

    @property
    def record(self) -> RunRecord:
        """What is needed to play the scenario as it stands again."""
        return self.cells.record

    @property
    def base(self) -> Spread:
        """The outcome with everything as stated."""
        return self.cells.spreads(self.quantity)[0]

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        """Numbers in order of their swing; those that could not be played stand last."""
        found = [self._bar(place, *ends) for place, ends in enumerate(self.ends)]
        return tuple(sorted(found, key=lambda bar: (bool(bar.error), *_weakness(bar))))

    def _bar(self, place: int, path: str, low: float, high: float) -> Bar:
        below, above = self.cells.cells[1 + 2 * place : 3 + 2 * place]
        error = below.error or above.error or ""
        if error:
            return Bar(path, low, high, _NONE, _NONE, _NONE, error)
        change = partial(self.cells.change, self.quantity)
        changes = change(0, below.number), change(0, above.number)
        swing, lost = change(below.number, above.number), self._lost
        words = lost[below.number], lost[above.number]
        return Bar(path, low, high, *changes, swing, no_price=words)

    @cached_property
    def _lost(self) -> list[str]:
        return self.cells.no_prices(self.quantity)

    def _lines(self) -> Iterator[dict[str, object]]:
        for bar in self.bars:
            row: dict[str, object] = {"path": bar.path, "low": bar.low, "high": bar.high}
            row |= about(self.quantity)
            for name in ("at_low", "at_high", "swing"):
                found: Spread = getattr(bar, name)
                row[name] = found.mean
                row |= {f"{name}_ci_low": found.ci_low, f"{name}_ci_high": found.ci_high}
            yield row | {"unit": self.quantity.unit, "error": bar.error}

    def _table(self) -> Table:
        shown = shown_in(self.quantity.unit)
        lines = tuple(
            (
                bar.path,
                f"{end(bar.low)} to {end(bar.high)}",
                *_cells(bar, shown, stated=self._lost[0]),
            )
            for bar in self.bars
            if not bar.error
        )
        note = "At its ends: paired difference from what is stated. ci: Monte Carlo 95 %."
        note += f" {self.cells.moved}"
        paths = [path for path, *_ in self.ends]
        stated = register_notes(self.record, paths, apart="Each number is moved alone")
        notes = [note, *self._broken(), *stated]
        lost = [f"{bar.path} cannot be moved so far: {bar.error}" for bar in self.bars if bar.error]
        found = Table(
            f"{self.cells.case.scenario.name}: {self.quantity.label}, {self.quantity.unit}; as "
            f"stated {self._lost[0] or in_brackets(self.base, shown)}",
            ("", "from … to", "at low end", "at high end", "swing", "ci of swing"),
            lines,
        )
        unseen = unseen_note([found], self.cells.plan.count)
        words = no_price_note([found, Table("", (), ((self._lost[0],),))])
        return replace(found, note="\n".join([*notes, *words, *unseen, *lost]))

    def _broken(self) -> Iterator[str]:
        """Which numbers take a figure that the scenario was tuned to out of its tolerance."""
        for figure in fitted_figures(self.cells.quantities):
            near = figure.claim.tolerance or 0.0
            paths = [
                path
                for place, (path, *_) in enumerate(self.ends)
                for end in (1 + 2 * place, 2 + 2 * place)
                if abs(self.cells.change(figure, 0, end).mean) > near
            ]
            if paths:
                label = f"{figure.label} ({brief(figure.claim.value)} ± {brief(near)})"
                yield f"Out of tolerance at an end of {listed(dict.fromkeys(paths))}: {label}."


def _weakness(bar: Bar) -> tuple[bool, float]:
    """What puts bars in order: those whose swing is one between costs, the longest first."""
    return any(bar.no_price), -abs(bar.swing.mean)


def _cells(bar: Bar, shown: Shown, stated: str) -> tuple[str, ...]:
    """Both ends and the swing; words and dashes where one of the costs is none."""
    both = zip((bar.at_low, bar.at_high), bar.no_price, strict=True)
    ends = (word or ("–" if stated else shown(change.mean)) for change, word in both)
    swing = ("–", "–") if any(bar.no_price) else estimate(bar.swing, shown)
    return (*ends, *swing)


@takes_options(replications=100)
def tornado(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    measure: str | Quantity = "net_saving",
    parameters: Sequence[str] | Mapping[str, Any] | None = None,
    move: MoveWhere = "auto",
    **how: Unpack[RunOptions],
) -> Tornado:
    """Move each uncertain number to its low and its high end, one at a time.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        Without it, the scenario without programmes, consultants and supports.
    measure : str or Quantity
        The outcome, such as "net_saving:state:2018" or "placements:scenario", or the code of a
        claim.
    parameters : sequence of path, or mapping of path to (low, high), optional
        What is moved. Without it, every number that the assumption register gives a range: to the
        2.5 and 97.5 % quantiles of its distribution where it states one, else to the ends of its
        plausible range.
    move : "auto", "both" or "scenario"
        What changes move; see `sweep`.
    **how
        How to play.

    Returns
    -------
    Tornado
        Prints as a table, the strongest number first. Where one of several shares that add up to 1
        is moved, the others give way in proportion. A number that cannot be moved so far is listed
        with the reason. Of a tuned preset, it names the numbers that take a fitted figure out of
        its tolerance.

    Raises
    ------
    InputError
        If an argument or path is not valid, or nothing is uncertain.

    Examples
    --------
    >>> import jobsim as js
    >>> found = tornado(
    ...     js.Scenario.load("esbjerg-2018-evidence"),
    ...     parameters={"prices.equalisation.kept_share": (0.0, 0.39)},
    ...     replications=4,
    ...     progress=False,
    ... )
    >>> found.bars[0].at_low.mean
    0.0
    """
    case, wanted = case_of(scenario, baseline, how["prices"]), asked(scenario, measure, ratios=True)
    ends = _ends(case, parameters)
    moving = move_where(move, named=parameters is not None)
    moved = [as_stated(case, changes_to(case, path, x)) for path, *both in ends for x in both]
    figures = [one for one in fitted_figures(claims_of(scenario)) if one.is_in(scenario)]
    measured = tuple(dict.fromkeys((wanted, *figures)))
    cells = play_cells(case, [{}, *moved], measured, move=moving, label="tornado", **how)
    if cells.cells[0].error is not None:
        cells.replay(0)
    return Tornado(cells, wanted, ends)


def _ends(
    case: Case, parameters: Sequence[str] | Mapping[str, Any] | None
) -> tuple[tuple[str, float, float], ...]:
    if isinstance(parameters, Mapping):
        return tuple(_given(case, path, ends) for path, ends in parameters.items())
    known = {one.path: _range_of(one) for one in uncertain(case)}
    wanted = texts_of("parameters", list(known) if parameters is None else parameters)
    if not wanted:
        raise InputError(f"{case.scenario.name}: no number has a range; give parameters=")
    for path in wanted:
        if path not in known:
            case.value_at(path)
            raise InputError(f"{path}: {not_known(case, path, 'range')}{nearest(path, known)}")
    return tuple(known[path] for path in wanted)


def _range_of(one: Uncertain) -> tuple[str, float, float]:
    known = one.distribution
    low, high = (one.low, one.high) if known is None else known.frozen().ppf([LOW, HIGH]).tolist()
    return one.path, low, high


def _given(case: Case, path: str, ends: Any) -> tuple[str, float, float]:
    case.value_at(path)
    pair = isinstance(ends, Sequence) and len(ends) == 2 and all(is_number(x) for x in ends)
    if not pair or not ends[0] < ends[1]:
        raise InputError(f'parameters["{path}"]: must be (low, high) with low < high, got {ends!r}')
    return path, float(ends[0]), float(ends[1])


_SHOWN = ("mean", "se", "ci_low", "ci_high")
"""Statistics of each cell."""


@dataclass(frozen=True, repr=False, eq=False)
class TwoWay(Result):
    """One outcome over a grid of two numbers.

    Its table has one row per cell.

    Parameters
    ----------
    cells : Cells
        In the order of the first number, then of the second.
    quantity : Quantity
    paths : tuple of two paths
    values : tuple of two tuples of float
    """

    cells: Cells
    quantity: Quantity
    paths: tuple[str, str]
    values: tuple[tuple[float, ...], tuple[float, ...]]
    _name: ClassVar = "grid"

    @property
    def record(self) -> RunRecord:
        """What is needed to play the scenario as it stands again."""
        return self.cells.record

    @cached_property
    def spreads(self) -> list[list[Spread]]:
        """Mean and interval in each cell, [first number][second number]."""
        flat, width = self.cells.spreads(self.quantity), len(self.values[1])
        return [flat[start : start + width] for start in range(0, len(flat), width)]

    @cached_property
    def _lost(self) -> list[list[str]]:
        """What stands in place of the mean, [first number][second number]."""
        flat, width = self.cells.no_prices(self.quantity), len(self.values[1])
        return [flat[start : start + width] for start in range(0, len(flat), width)]

    def _lines(self) -> Iterator[dict[str, object]]:
        spreads, cells = self.cells.spreads(self.quantity), self.cells.cells
        for values, found, cell in zip(product(*self.values), spreads, cells, strict=True):
            row = dict(zip(self.paths, values, strict=True))
            told = about(self.quantity) | vars(found) | {"unit": self.quantity.unit}
            yield row | told | {"error": cell.error or ""}

    def _along(self) -> list[str]:
        return [*self.paths]

    def to_dataset(self) -> xr.Dataset:
        """Mean and 95 % interval with one coordinate per number."""
        import xarray as xr

        attrs = {"units": self.quantity.unit, "long_name": self.quantity.label}
        return xr.Dataset(
            {
                name: (self.paths, [[getattr(one, name) for one in row] for row in self.spreads])
                for name in _SHOWN
            },
            coords=dict(zip(self.paths, map(list, self.values), strict=True)),
            attrs=self._attrs() | attrs,
        )

    def _table(self) -> Table:
        shown = shown_in(self.quantity.unit)
        first, second = self.paths
        rows = zip(self.values[0], self.spreads, self._lost, strict=True)
        note = (
            f"Down: {first}. Across: {second}. * : the Monte Carlo 95 % interval of the mean "
            f"includes 0. {self.cells.moved}"
        )
        failed = self.cells.failed
        if failed:
            note += f"\n– : {len(failed)} failed, the first with: {failed[0].error}"
        found = Table(
            f"{self.cells.case.scenario.name}: {self.quantity.label}, mean, {self.quantity.unit}",
            ("", *map(end, self.values[1])),
            tuple(
                (
                    end(value),
                    *(
                        word or shown(s.mean) + "*" * _may_be_zero(s)
                        for s, word in zip(row, words, strict=True)
                    ),
                )
                for value, row, words in rows
            ),
        )
        return replace(found, note="\n".join([note, *no_price_note([found])]))


@takes_options(replications=50)
def two_way(
    scenario: Scenario,
    grid: Mapping[str, Sequence[float]],
    baseline: Scenario | None = None,
    *,
    measure: str | Quantity = "net_saving",
    move: MoveWhere = "auto",
    **how: Unpack[RunOptions],
) -> TwoWay:
    """Move two numbers together over a grid.

    Parameters
    ----------
    scenario : Scenario
    grid : mapping of two paths to their values
        Such as ``{"groups.job_ready.meeting_gain": [0, 0.1, 0.2], "prices.….scale": [0.5, 1]}``.
    baseline : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    measure : str or Quantity
        The outcome, or the code of a claim.
    move : "auto", "both" or "scenario"
        What changes move; see `sweep`.
    **how
        How to play.

    Returns
    -------
    TwoWay
        Prints as a grid.

    Raises
    ------
    InputError
        If there are not two paths, a path is unknown, or a value is not a number.

    Examples
    --------
    >>> import jobsim as js
    >>> found = two_way(
    ...     js.Scenario.load("esbjerg-2018-evidence"),
    ...     {"prices.equalisation.kept_share": [0, 0.25], "prices.wages.leisure_share": [0, 1]},
    ...     replications=4,
    ...     progress=False,
    ... )
    >>> found.to_dataset().sizes["prices.wages.leisure_share"]
    2
    """
    case, wanted = case_of(scenario, baseline, how["prices"]), asked(scenario, measure, ratios=True)
    if not isinstance(grid, Mapping) or len(grid) != 2:
        raise InputError("grid: give two paths as {path: values, path: values}")
    values = {path: _values(path, given) for path, given in grid.items()}
    (first, down), (second, across) = values.items()
    changes = [as_stated(case, {first: x, second: y}) for x, y in product(down, across)]
    cells = play_cells(case, changes, [wanted], move=move_where(move), label="two-way", **how)
    return TwoWay(cells, wanted, (first, second), (down, across))


def _values(path: str, given: Sequence[float]) -> tuple[float, ...]:
    found = tuple(x.item() if hasattr(x, "item") else x for x in given)
    for value in found:
        if not is_number(value):
            raise InputError(f'grid["{path}"]: must be numbers, got {value!r}')
    if not found:
        raise InputError(f'grid["{path}"]: is empty')
    return found


def _may_be_zero(found: Spread) -> bool:
    unknown = not_seen(found) or all_the_same(found) or found.unbounded
    return unknown or found.ci_low <= 0 <= found.ci_high
