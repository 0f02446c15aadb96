"""Sobol' indices: whose uncertainty an outcome follows; may import cells and their estimators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Unpack

import numpy as np
from scipy.special import stdtrit

from jobsim.analysis.outcomes.claims import asked
from jobsim.analysis.outcomes.given_tables import GivenTable, read_table
from jobsim.analysis.outcomes.quantity import Quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.spread import HIGH
from jobsim.analysis.playing.cells import play_cells
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.playing.points import number_of_draws
from jobsim.analysis.setting.case import MoveWhere, case_of, move_where
from jobsim.analysis.uncertainty.parameter_draws import Parameters, as_stated, distributions_of
from jobsim.analysis.uncertainty.register_notes import register_notes
from jobsim.analysis.uncertainty.variance_shares import blocks_of, samples_of, variance_shares
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.scenario import Scenario
from jobsim.text.tables import Table, number

Model = Callable[[Floats], Any]
_SHARES = ("first_order", "first_order_se", "total", "total_se")


@dataclass(frozen=True, repr=False, eq=False)
class SobolIndices(Result):
    """First-order and total Sobol' indices with their standard errors.

    Its table has one row per number, the highest total first. Errors are those over the parts of
    the samples, of which there are few: 95 % intervals are `half_width` of a standard error wide to
    either side.

    Parameters
    ----------
    about : str
        The outcome.
    paths : tuple of str
        Paths of a scenario's numbers, or names of a function's.
    first_order, first_order_se : float64[paths]
        Share of the variance that would go if the number were known; its standard error.
    total, total_se : float64[paths]
        Share of the variance that would be left if all others were known; its standard error.
    variance : float
        Of the outcome.
    draws : int
        Complete rows of both samples.
    blocks : int
        Independently scrambled parts of the samples that have complete rows.
    missing_share : float
        Share of rows in which something failed.
    moved : str, what moved where; empty for a function
    record : RunRecord or None, which a function has not
    """

    about: str
    paths: tuple[str, ...]
    first_order: Floats
    first_order_se: Floats
    total: Floats
    total_se: Floats
    variance: float
    draws: int
    blocks: int
    missing_share: float = 0.0
    moved: str = ""
    record: RunRecord | None = None
    _name: ClassVar = "indices"
    _keys: ClassVar = ("path",)

    def half_width(self, se: float) -> float:
        """Half the width of the 95 % interval of an index: Student's t over the blocks."""
        return float(stdtrit(self.blocks - 1, HIGH)) * se

    def _lines(self) -> list[dict[str, Any]]:
        shares = [getattr(self, name).tolist() for name in _SHARES]
        rows = zip(self.paths, *shares, strict=True)
        lines = [dict(zip(("path", *_SHARES), row, strict=True)) for row in rows]
        return sorted(lines, key=lambda line: -line["total"])

    def _table(self) -> Table:
        lines = tuple(
            (one["path"], *(self._with_error(one[it], one[f"{it}_se"]) for it in _SHARES[::2]))
            for one in self._lines()
        )
        lost = f" {self.missing_share:.1%} of draws failed and are left out."
        samples = f"{self.draws:,} draws × {len(self.paths) + 2} samples."
        note = f"± : 95 % interval over draws; {samples}{lost if self.missing_share else ''}"
        title = f"{self.about}: shares of the variance over parameters"
        notes = [f"{note} {self.moved}".rstrip()]
        if self.record is not None:
            notes += register_notes(self.record, self.paths, apart="Drawn independently")
        return Table(title, ("", "first order", "total"), lines, "\n".join(notes))

    def _with_error(self, value: float, se: float) -> str:
        return f"{number(value, digits=3)} ± {number(self.half_width(se), digits=3)}"


@takes_options(replications=20)
def sobol_indices(
    model: Scenario | Model,
    baseline: Scenario | None = None,
    *,
    measure: str | Quantity = "net_saving",
    parameters: Parameters | None = None,
    draws: int = 64,
    move: MoveWhere = "auto",
    **how: Unpack[RunOptions],
) -> SobolIndices:
    """Divide the variance of an outcome over the numbers it comes from.

    Parameters
    ----------
    model : Scenario, or function of float64[n, k] that returns float64[n]
        A function's columns are in the order of `parameters`.
    baseline : Scenario, optional
        Of a scenario; without it, the scenario without programmes, consultants and supports.
    measure : str or Quantity
        The outcome of a scenario; see `tornado`.
    parameters : sequence of path, or mapping of name or path to frozen distribution
        As of `parameter_draws`; needed for a function. They are drawn independently, whatever the
        register correlates: only then does a variance divide so. The result says so.
    draws : int, >= 2
        Rows of each of the two samples, which the seed decides; powers of 2 are best, 64 or more
        for honest errors. The model is evaluated ``draws × (k + 2)`` times.
    move : "auto", "both" or "scenario"
        What changes move; see `sweep`.
    **how
        How to play.

    Returns
    -------
    SobolIndices

    Raises
    ------
    InputError
        If an argument is not valid, or the function does not return one finite number per row.

    Notes
    -----
    With A and B two samples (halves of scrambled Sobol' points), A_B^(i) sample A with
    column i from B, and V the variance over A and B:
    first order ``mean(f(B) (f(A_B^(i)) − f(A))) / V``,
    total ``mean((f(A) − f(A_B^(i)))²) / (2 V)``.
    The points are eight sets, an eighth of the draws each, that are scrambled independently;
    standard errors are those of these ratios (delta method) over the sets. How much better than
    points at random Sobol' points are depends on the model, and a single set does not tell. A
    scenario's outcome is its mean over replications, the same in all rows; what noise is left in
    it counts as interaction and raises totals.

    Examples
    --------
    >>> from scipy import stats
    >>> unit = stats.uniform()
    >>> found = sobol_indices(lambda x: x[:, 0] + 2 * x[:, 1],
    ...                       parameters={"a": unit, "b": unit}, draws=512)
    >>> found.first_order.round(2).tolist()
    [0.2, 0.8]
    """
    count = number_of_draws(draws, "draws")
    if count < 2:
        raise InputError("draws: 2 or more are needed")
    if not isinstance(model, Scenario):
        known = _of_function(model, parameters)
        rows = samples_of(known, count, how["seed"])
        return _indices("function", list(known), _evaluated(model, rows), count)
    case = case_of(model, baseline, how["prices"])
    known, wanted = distributions_of(case, parameters), asked(model, measure)
    moving = move_where(move, named=parameters is not None)
    rows = samples_of(known, count, how["seed"]).tolist()
    changes = [as_stated(case, dict(zip(known, row, strict=True))) for row in rows]
    cells = play_cells(case, changes, [wanted], move=moving, label="indices", **how)
    outcomes = np.asarray(cells.of(wanted).mean(axis=1))
    found = _indices(f"{model.name}: {wanted.label}", list(known), outcomes, count)
    return replace(found, moved=cells.moved, record=cells.record)


def _of_function(model: Any, parameters: Any) -> dict[str, Any]:
    if not callable(model):
        raise InputError(f"model: must be a Scenario or a function, got {type(model).__name__}")
    if not isinstance(parameters, Mapping) or not parameters:
        raise InputError("parameters: a function needs {name: frozen distribution}")
    for name, frozen in parameters.items():
        if not hasattr(frozen, "ppf"):
            raise InputError(
                f'parameters["{name}"]: must be a frozen distribution of scipy.stats, '
                f"got {type(frozen).__name__}"
            )
    return dict(parameters)


def _evaluated(model: Model, rows: Floats) -> Floats:
    sample = GivenTable("the sample", "outcome", rows, tuple(range(len(rows))), None)
    found = read_table(model(rows), "model", "outcome", flat="column").on_rows_of(sample)
    if found.cells.shape[1] > 1:
        raise InputError(f"model: must return one number per row, got shape {found.cells.shape}")
    return found.numbers()[:, 0]


def _indices(about: str, names: Sequence[str], outcomes: Floats, count: int) -> SobolIndices:
    """Indices from the outcomes of all samples; rows in which one failed are left out."""
    table = outcomes.reshape(len(names) + 2, count)
    complete = np.isfinite(table).all(axis=0)
    if complete.sum() < 2:
        raise InputError(f"{about}: fewer than two draws have an outcome in every sample")
    table, blocks = table[:, complete], blocks_of(count)[complete]
    first, total, variance = variance_shares(table, blocks)
    if variance == 0:
        raise InputError(f"{about}: does not vary with {', '.join(names)}")
    return SobolIndices(
        about,
        tuple(names),
        *first,
        *total,
        variance=variance,
        draws=len(blocks),
        blocks=len(np.unique(blocks)),
        missing_share=float(1 - complete.mean()),
    )
