"""Draws of uncertain numbers of a scenario and its prices; may import those numbers.

A draw is one set of values; a probabilistic sensitivity analysis plays each. Values come from the
distributions that the assumption register states, from distributions given, or from a table of the
user's own (a posterior, say). A case can be put right after every draw.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.analysis.outcomes.given_tables import Labels, index_of_draws, read_table
from jobsim.analysis.playing.points import in_words, number_of_draws, unit_points
from jobsim.analysis.setting.case import Case, Moving, case_of
from jobsim.analysis.uncertainty.distributions import correlated, pairs_given, pearson_of_normals
from jobsim.analysis.uncertainty.learned_numbers import Learned, drawn_together
from jobsim.analysis.uncertainty.uncertain_numbers import not_known, pairs_among, uncertain
from jobsim.arrays import Floats
from jobsim.engines.size import refuse_beyond_memory
from jobsim.errors import InputError, texts_of
from jobsim.ledger import Prices
from jobsim.scenario import Distribution, Scenario
from jobsim.scenario.correlations import Pairs
from jobsim.scenario.posterior import Posterior
from jobsim.text.tables import counted

if TYPE_CHECKING:
    import pandas as pd
    from scipy.stats.qmc import QMCEngine

    from jobsim.analysis.uncertainty.distributions import Correlations


Parameters = Sequence[str] | Mapping[str, Any]
Adjust = Callable[[Scenario], Scenario]

_BYTES_PER_VALUE = 100
"""Room of a drawn value: as a number of a table, and as a change under its path."""


@dataclass(frozen=True, eq=False, repr=False)
class Draws:
    """A table of draws: one row per draw, one column per uncertain number.

    Parameters
    ----------
    paths : tuple of str
        As `Case.with_` takes them; "prices." leads into the price list, ".scale" multiplies.
    values : float64[draws, paths]
    design : str
        "sobol", "latin_hypercube", "random", name of an engine of scipy.stats.qmc, or "table".
    seed : int or None
        None for a table.
    distributions : mapping of path to frozen distribution
        Empty for a table.
    whole : set of path
        Those of whole numbers, which are rounded when they are played.
    rows : tuple of labels, or None where draws are numbered from 0
        The index of a table.
    why : str
        Why the design was chosen; empty where it was asked for, and for Sobol' points.
    correlations : mapping of (path, path) to Spearman's rho
        Those that they were drawn with; empty for a table.
    """

    paths: tuple[str, ...]
    values: Floats
    design: str
    seed: int | None
    distributions: Mapping[str, Any]
    whole: frozenset[str]
    rows: Labels | None = None
    why: str = ""
    correlations: Pairs = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def index(self) -> pd.Index[Any]:
        """What each draw is called: the label of its row in a table given, else its number."""
        return index_of_draws(self.rows, len(self))

    @property
    def words(self) -> str:
        """How many of how many numbers, and the design; for headings."""
        drawn = f"{counted(len(self), 'draw')} of {counted(len(self.paths), 'number')}"
        return f"{drawn} ({in_words(self.design, self.why)})"

    def changes(self) -> list[dict[str, float]]:
        """Each draw as changes of a case."""
        rows = (dict(zip(self.paths, row, strict=True)) for row in self.values.tolist())
        return [_rounded(row, self.whole) for row in rows]

    def to_frame(self) -> pd.DataFrame:
        """One row per draw, one column per path; `psa` and `parameter_draws` read it back."""
        import pandas as pd

        return pd.DataFrame(self.values, columns=list(self.paths), index=self.index)

    def __repr__(self) -> str:
        return f"<Draws: {len(self):,} of {len(self.paths)} numbers, {self.design}>"


def parameter_draws(
    scenario: Scenario,
    draws: int | pd.DataFrame | Sequence[Mapping[str, float]] = 1024,
    *,
    design: str | QMCEngine = "auto",
    parameters: Parameters | None = None,
    correlations: Correlations | None = None,
    prices: Prices | None = None,
    seed: int = 1,
) -> Draws:
    """Draw the uncertain numbers of a scenario and its price list.

    Parameters
    ----------
    scenario : Scenario
    draws : int, or a table
        How many; or draws of one's own, as a DataFrame with paths as columns or a list of
        mappings of path to value, which are taken as they are; or what `calibrate` returns.
    design : str or scipy.stats.qmc.QMCEngine
        "auto" (default): Sobol' points, unless so few draws of so many numbers would tie pairs of
        them together; then a Latin hypercube. Or one of "sobol", "latin_hypercube" and "random",
        or an engine. The first draws of "sobol" and "random" never change when more are asked
        for; those of a Latin hypercube do.
    parameters : sequence of path, or mapping of path to distribution, optional
        What is uncertain. Without it, every number whose register entry states a distribution. In
        a mapping, a distribution is any frozen one of scipy.stats (`from_mean_se`,
        `from_quantiles` and `from_counts` make some), a `Distribution`, or None for that of the
        register.
    correlations : mapping of (path, path) to Spearman's rho, or a DataFrame, optional
        Rank correlations. Without it, those that the scenario's register states; those given are
        added to them, and take the place of theirs. Pairs left out are independent, and so are all
        with ``{}``.
    prices : Prices, optional
        Price list; without it, "denmark".
    seed : int, 0 to 2**64 - 1

    Returns
    -------
    Draws

    Raises
    ------
    InputError
        If an argument is not valid: a path that is not there (with the nearest one), a number
        without a distribution, an impossible correlation matrix, a value in a table that is not
        a number (with its row and column).

    Notes
    -----
    A number that was changed keeps the register's distribution, moved with it; see
    `RegisterRow.spread`.

    Numbers are drawn to nine significant digits, on which all processors agree. Whole numbers are
    rounded when they are played. Hazards are drawn by themselves: the inflow and
    the pool of people in work that would keep the stock at rest are not derived again, so that in a
    draw with a higher hazard the stock falls in scenario and baseline alike. `psa` has `adjust` for
    that.

    Numbers of the scenario's posterior are drawn from it, each draw one of its own, so that they go
    together as the data have it; the seed decides their order.

    Correlations of the register hold between numbers that are drawn by its distributions, changed
    numbers too; one that is given another distribution is independent of the rest, unless
    `correlations` says otherwise. A file states them of a scenario's own numbers; whether prices go
    with them is for `correlations` to say.

    Examples
    --------
    >>> import jobsim as js
    >>> found = parameter_draws(js.Scenario.load("esbjerg-2018"), 4)
    >>> found.to_frame()["groups.job_ready.meeting_exit_probability"].between(0, 1).all()
    np.True_
    """
    case = case_of(scenario, None, prices)
    return draws_of(case, draws, design, parameters, correlations, seed)


def draws_of(
    case: Case,
    draws: Any,
    design: str | QMCEngine,
    parameters: Parameters | None,
    correlations: Correlations | None,
    seed: int,
    *,
    first: int = 0,
) -> Draws:
    """Draws of a case; arguments as of `parameter_draws`, `first` as of `unit_points`."""
    if not isinstance(draws, (int, np.integer)):
        if parameters is not None or correlations is not None:
            raise InputError("draws: a table of draws goes with no parameters= or correlations=")
        return _read_table(case, draws)
    known = distributions_of(case, parameters)
    count = number_of_draws(draws, "draws")
    refuse_beyond_memory(
        count * len(known) * _BYTES_PER_VALUE,
        f"{count:,} draws of {len(known):,} numbers need about",
        "ask for fewer, or set JOBSIM_MEMORY_LIMIT_GIB",
    )
    drawn = unit_points(design, count, len(known), seed=seed, first=first)
    points = drawn.values
    pairs = _pairs(case, known, parameters, correlations)
    if pairs:
        points = correlated(points, pearson_of_normals(list(known), pairs))
    together = drawn_together(known, count, seed, first)
    columns = [
        in_nine_digits(together[path] if path in together else frozen.ppf(u))
        for (path, frozen), u in zip(known.items(), points.T, strict=True)
    ]
    whole = _whole(case, list(known))
    values = np.column_stack(columns)
    return Draws(
        *(tuple(known), values, drawn.design, seed, known, whole), why=drawn.why, correlations=pairs
    )


def _pairs(
    case: Case,
    known: Mapping[str, Any],
    parameters: Parameters | None,
    correlations: Correlations | None,
) -> Pairs:
    """Rank correlations of numbers that are drawn: the register's and those given, which win."""
    given = None if correlations is None else pairs_given(correlations)
    if given is not None and not given:
        return {}
    by_path = parameters.items() if isinstance(parameters, Mapping) else ()
    own = {path.removesuffix(".scale") for path, one in by_path if one is not None}
    learned = {path for path, one in known.items() if isinstance(one, Learned)}
    for path in (path for pair in given or {} for path in pair if path in learned):
        raise InputError(f"correlations: {path} was learned; it goes with others as it was learned")
    own |= {path.removesuffix(".scale") for path in learned}
    stated = pairs_among(case, (path for path in known if path.removesuffix(".scale") not in own))
    return stated | (given or {})


def in_nine_digits(values: Floats) -> Floats:
    """Values of nine significant digits, which every processor and library states alike.

    Quantiles differ in their last bits from one to the other, and volumes are kept under what was
    drawn.

    Examples
    --------
    >>> in_nine_digits(np.array([0.1 + 0.2, 2 / 3 * 1e6])).tolist()
    [0.3, 666666.667]
    """
    return np.array([float(f"{value:.9g}") for value in values.tolist()])


def distributions_of(case: Case, parameters: Parameters | None) -> dict[str, Any]:
    """Frozen distribution of each uncertain number, by path.

    Raises
    ------
    InputError
        If there is nothing at a path, or nothing is known of what is there.
    """
    stated = {one.path: one.distribution.frozen() for one in uncertain(case) if one.distribution}
    if parameters is None:
        parameters = list(stated)
    if not isinstance(parameters, Mapping):
        parameters = dict.fromkeys(texts_of("parameters", parameters))
    if not parameters:
        raise InputError(
            f"{case.scenario.name}: no number has a distribution; give parameters={{path: …}}"
        )
    return dict(_known(case, path, given, stated) for path, given in parameters.items())


def _known(case: Case, path: str, given: Any, stated: Mapping[str, Any]) -> tuple[str, Any]:
    """Path, with ".scale" where a factor is drawn, and frozen distribution."""
    case.value_at(path)
    if given is None:
        path = path if path in stated else f"{path}.scale"
        if path not in stated:
            path = path.removesuffix(".scale")
            raise InputError(
                f"{path}: {not_known(case, path, 'distribution')}; give one with "
                f'parameters={{"{path}": …}}'
            )
        return path, stated[path]
    if isinstance(given, Distribution):
        scaled = given.of == "factor" and not path.endswith(".scale")
        return (f"{path}.scale" if scaled else path), given.frozen()
    if not hasattr(given, "ppf") or not hasattr(given, "dist"):
        raise InputError(
            f'parameters["{path}"]: must be a frozen distribution of scipy.stats, '
            f"got {type(given).__name__}"
        )
    if not np.isfinite(given.ppf(0.5)):
        raise InputError(f'parameters["{path}"]: has no finite median; check its parameters')
    return path, given


def as_stated(case: Case, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes of a case, with what stands for a whole number, persons or weeks say, rounded."""
    return _rounded(changes, _whole(case, list(changes)))


def _rounded(changes: Mapping[str, Any], whole: frozenset[str]) -> dict[str, Any]:
    return {path: round(value) if path in whole else value for path, value in changes.items()}


def _whole(case: Case, paths: Sequence[str]) -> frozenset[str]:
    return frozenset(path for path in paths if holds_whole_number(case, path))


def holds_whole_number(case: Case, path: str) -> bool:
    """Whether a path leads to a whole number, not to a factor of one."""
    return isinstance(case.value_at(path), int) and not path.endswith(".scale")


def _read_table(case: Case, table: Any) -> Draws:
    import pandas as pd

    table = getattr(table, "posterior", table)  # of a scenario, or of what `calibrate` returns
    table = table.to_frame() if isinstance(table, Posterior) else table
    frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(_rows(table))
    if frame.empty:
        raise InputError("draws: the table is empty")
    given = read_table(frame, "draws", "column")
    return Draws(
        *(given.names, given.numbers(), "table", None, {}, _whole(case, given.names)), given.rows
    )


def _rows(table: Any) -> list[Mapping[str, Any]]:
    rows = isinstance(table, Sequence) and not isinstance(table, str)
    if not rows or not all(isinstance(row, Mapping) for row in table):
        raise InputError(
            "draws: must be a whole number, a DataFrame or a list of {path: value}, "
            f"got {type(table).__name__}"
        )
    return list(table)


@dataclass(frozen=True)
class Adjusted(Case):
    """A case whose scenario and baseline pass through a function after every change.

    Parameters
    ----------
    adjust : function of a scenario that returns one
        Importable by name, so that it can be sent to other processes; derives, say, the inflow
        that keeps the stock at rest under the hazards drawn.
    """

    adjust: Adjust = lambda scenario: scenario

    def with_(self, changes: Mapping[str, object], *, move: Moving = "auto") -> Case:
        """Make one with some values changed, then put right; see `Case.with_`."""
        changed = super().with_(changes, move=move)
        return dataclasses.replace(
            changed,
            scenario=self._put_right(changed.given),
            baseline=self._put_right(changed.baseline),
        )

    def not_tuned_anew(self, paths: Iterable[str], move: Moving) -> str:
        """Nothing: to tune anew is what the function is for."""
        return ""

    def _put_right(self, scenario: Scenario) -> Scenario:
        found = self.adjust(scenario)
        if not isinstance(found, Scenario):
            raise InputError(f"adjust: must return a Scenario, got {type(found).__name__}")
        return found


def adjusted(case: Case, adjust: Adjust | None) -> Case:
    """Case that passes through `adjust` after every change, if there is one.

    Raises
    ------
    InputError
        If it cannot be called.
    """
    if adjust is None:
        return case
    if not callable(adjust):
        raise InputError(f"adjust: must be a function of a scenario, got {type(adjust).__name__}")
    return Adjusted(case.given, case.baseline, case.prices, adjust)
