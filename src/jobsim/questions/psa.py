"""Probabilistic sensitivity analysis: parameters and chance, apart and both; may import draws."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeAlias, Unpack

import numpy as np

from jobsim.analysis.deciding.draw_arrays import labelled, willingness
from jobsim.analysis.outcomes.claims import Verdict, claims_of, fitted_figures
from jobsim.analysis.outcomes.components import Components
from jobsim.analysis.outcomes.quantity import Quantity, net_saving, quantities_of, quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.rounding import less
from jobsim.analysis.playing.cells import Cells, play_cells
from jobsim.analysis.playing.options import RunOptions, takes_options
from jobsim.analysis.setting.case import MoveWhere, against, case_of, move_where
from jobsim.analysis.uncertainty.parameter_draws import Draws, adjusted, draws_of
from jobsim.analysis.uncertainty.register_notes import pairs_told, register_notes
from jobsim.arrays import Floats, Ints
from jobsim.errors import InputError
from jobsim.ledger.after_list import named_in
from jobsim.scenario import Scenario
from jobsim.text import tables
from jobsim.text.tables import Table, between, counted, share
from jobsim.text.width import filled

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from scipy.stats.qmc import QMCEngine

    from jobsim.analysis.outcomes.claims import Claimed
    from jobsim.analysis.uncertainty.distributions import Correlations
    from jobsim.analysis.uncertainty.parameter_draws import Adjust, Parameters

_Options: TypeAlias = "pd.DataFrame | xr.DataArray"
_HEADER = ("", "mean", "ci", "range: parameters", "range: chance", "range: both", "from parameters")

_OTHERS = (
    "* others are too near to be told from it as printed, or come in fewer than 2.5 % of cases."
)


@dataclass(frozen=True)
class PSARow:
    """One outcome with its spreads, parameters and chance apart and together.

    Parameters
    ----------
    measure, payer, year, group, side
        What it is; see `Quantity`.
    label : str
    mean : float
        Over draws and replications.
    se, ci_low, ci_high : float
        Error of the mean: of draws and of Monte Carlo.
    range_low, range_high : float
        2.5 and 97.5 % of all futures of all draws.
    parameters_low, parameters_high : float
        2.5 and 97.5 % of conditional means over draws, Monte Carlo noise taken away.
    chance_low, chance_high : float
        2.5 and 97.5 % of futures about the mean of their draw.
    parameters_sd, chance_sd : float
        Standard deviation over parameters; over chance within a draw.
    parameters_share : float
        Share of the variance of single futures that parameters account for.
    missing_share : float
        Share of draws without a value.
    unit : str
    """

    measure: str
    payer: str | None
    year: int | None
    group: str | None
    side: str
    label: str
    mean: float
    se: float
    ci_low: float
    ci_high: float
    range_low: float
    range_high: float
    parameters_low: float
    parameters_high: float
    chance_low: float
    chance_high: float
    parameters_sd: float
    chance_sd: float
    parameters_share: float
    missing_share: float
    unit: str


@dataclass(frozen=True, repr=False, eq=False)
class PSA(Result):
    """Outcomes of every draw and replication; increments are scenario − baseline.

    Parameters
    ----------
    draws : Draws
    cells : Cells
        One cell per draw, failed ones included.
    quantities : tuple of Quantity
        What was asked for.
    claims : tuple of Claimed
    """

    draws: Draws
    cells: Cells
    quantities: tuple[Quantity, ...]
    claims: tuple[Claimed, ...]
    _keys: ClassVar = ("measure", "payer", "year", "group", "side")

    @property
    def record(self) -> RunRecord:
        """What is needed to play the scenario as it stands again."""
        return self.cells.record

    @property
    def missing_share(self) -> float:
        """Share of draws that failed."""
        return self.cells.missing_share

    @property
    def played(self) -> Ints:
        """Numbers of the draws that did not fail (int64[played])."""
        return np.setdiff1d(np.arange(len(self.draws)), [one.number for one in self.cells.failed])

    def components(self, measure: str | Quantity) -> Components:
        """Outcomes of one quantity in all complete draws, with their decomposition.

        Raises
        ------
        InputError
            If it was not measured, or has a value in no draw.
        """
        complete = self._complete(measure if isinstance(measure, Quantity) else quantity(measure))
        if not len(complete):
            raise InputError(f"{measure}: no draw has a value in every replication")
        return Components(complete)

    def _row(self, found: Quantity) -> PSARow:
        parts = self.components(found)
        mean = self.cells.certain(parts.mean, found, *self.played)
        return PSARow(
            *(found.measure, found.payer, found.year, found.group, found.side, found.label),
            *(mean.mean, mean.se, mean.ci_low, mean.ci_high, mean.range_low, mean.range_high),
            *(*parts.parameter_range, *parts.chance_range),
            parameters_sd=math.sqrt(parts.parameter_variance),
            chance_sd=math.sqrt(parts.chance_variance),
            parameters_share=parts.parameter_share,
            missing_share=1 - len(parts.values) / len(self.draws),
            unit=found.unit,
        )

    @cached_property
    def rows(self) -> tuple[PSARow, ...]:
        """All outcomes that have a value."""
        return tuple(self._row(one) for one in self.quantities if len(self._complete(one)))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The scenario's claims, judged by the range over parameters and chance together."""
        judged = [one for one in self.claims if len(self._complete(one))]
        over = "parameters and chance"
        return tuple(
            Verdict(one.name, one.claim, self.components(one).mean, one.unit, over)
            for one in judged
        )

    def parameters(self) -> pd.DataFrame:
        """Parameters of the draws that did not fail: the rows of `net_benefit`."""
        return self.draws.to_frame().iloc[self.played]

    def costs(self, payer: str = "municipality", *, futures: bool = True) -> _Options:
        """Net cost to a payer of the options baseline and scenario, above the baseline's.

        Parameters
        ----------
        payer : str
        futures : bool
            Whether every future is told; see `net_benefit`.

        Returns
        -------
        DataArray or DataFrame, DKK
            Minus the net saving; 0 for the baseline.
        """
        return self._beside_nothing(0.0 - self._played(net_saving(payer)), futures)

    def effects(self, effect: str = "placements", *, futures: bool = True) -> _Options:
        """Effect of the options baseline and scenario, above the baseline's.

        Parameters
        ----------
        effect : str, a quantity that was measured
        futures : bool
            Whether every future is told; see `net_benefit`.

        Returns
        -------
        DataArray or DataFrame
            0 for the baseline.
        """
        return self._beside_nothing(self._played(effect), futures)

    def net_benefit(
        self,
        willingness_to_pay: float = 0.0,
        *,
        effect: str = "placements",
        payer: str = "municipality",
        futures: bool = True,
    ) -> _Options:
        """Net benefit of the options baseline and scenario, for value-of-information analysis.

        Parameters
        ----------
        willingness_to_pay : float
            DKK per unit of effect; 0 leaves the payer's net saving. Negative for an effect that is
            bad, such as benefit_weeks.
        effect : str, a quantity that was measured
        payer : str, whose net saving; it must have been measured
        futures : bool
            Whether every future is told, or the mean over them. All draws share their futures, and
            thereby their luck: an interval from means alone, as if draws were independent, leaves
            out what does not average out over draws, and is far too short where options are close
            or futures few. `evpi`, `evppi`, `evsi` and `cost_effectiveness` take futures as they
            are.

        Returns
        -------
        DataArray [draw, option, future], or without futures DataFrame [draw, option]; DKK
            ``willingness_to_pay × effect − net cost`` of draws that did not fail.
        """
        return self._beside_nothing(self._benefit(willingness_to_pay, effect, payer), futures)

    def benefit_components(
        self,
        willingness_to_pay: float = 0.0,
        *,
        effect: str = "placements",
        payer: str = "municipality",
    ) -> Components:
        """Net benefit of the scenario over the baseline, decomposed; see `net_benefit`."""
        return Components(self._benefit(willingness_to_pay, effect, payer))

    def _benefit(self, willingness_to_pay: float, effect: str, payer: str) -> Floats:
        """float64[played, replications]."""
        worth = willingness(willingness_to_pay)
        if worth.size != 1:
            raise InputError(f"willingness_to_pay: must be one number, got {worth.size}")
        saving = self._played(net_saving(payer))
        return less(saving, -float(worth[0]) * self._played(effect)) if worth[0] else saving

    def _played(self, measure: str | Quantity) -> Floats:
        return self.cells.of(quantity(measure))[self.played]

    def _beside_nothing(self, values: Floats, futures: bool) -> _Options:
        """Values of the scenario, float64[played, replications], after 0 for the baseline."""
        told = values if futures else values.mean(axis=1)
        beside = np.stack([np.zeros_like(told), told], axis=1)
        return labelled(beside, self.draws.index[self.played], ["baseline", "scenario"])

    def _complete(self, one: Quantity) -> Floats:
        """Its values in the draws that have one in every replication."""
        values = self.cells.of(one)
        return values[np.isfinite(values).all(axis=1)]

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        return {"measures": self.to_frame(), "draws": self.draws_frame()}

    def draws_frame(self) -> pd.DataFrame:
        """One row per draw: its parameters, then the mean over replications of each quantity."""
        import pandas as pd

        frame = self.draws.to_frame()
        means = {one.code: self.cells.of(one).mean(axis=1) for one in self.quantities}
        return pd.concat([frame, pd.DataFrame(means, index=frame.index)], axis=1)

    def to_dataset(self) -> xr.Dataset:
        """Every outcome by draw and replication, units in attrs, and the parameters by draw.

        Colons in the codes of quantities become underscores in the names of variables.
        """
        import xarray as xr

        outcomes = {
            one.code.replace(":", "_"): (
                ("draw", "replication"),
                self.cells.of(one),
                {"units": one.unit, "long_name": one.label},
            )
            for one in self.quantities
        }
        numbers, index = self.cells.plan.replications, self.draws.index
        return xr.Dataset(
            {**outcomes, "parameters": (("draw", "path"), self.draws.values)},
            coords={
                "draw": index if index.nlevels == 1 else index.map(str),
                "replication": np.arange(numbers) if isinstance(numbers, int) else list(numbers),
                "path": list(self.draws.paths),
            },
            attrs=self._attrs()
            | {"design": self.draws.design, "missing_share": self.missing_share},
        )

    def _parts(self) -> list[Table | str]:
        volumes = tuple(_row(row) for row in self.rows if row.unit != "DKK")
        money = tuple(_row(row) for row in self.rows if row.unit == "DKK")
        judged = "Claims, judged by the range over parameters and chance together"
        claims = ("", "claimed", "model", "range: both", "verdict")
        parts = [
            Table("What happens", _HEADER, volumes),
            Table("Who gains, DKK million over the period, nominal", _HEADER, money),
            Table(judged, claims, tuple(map(_claim, self.verdicts))),
        ]
        found = [table for table in parts if table.rows]
        notes = tables.unseen_note(found, self.cells.plan.count)
        if any(cell.endswith("*") for table in found[:2] for row in table.rows for cell in row):
            notes.append(_OTHERS)
        return [self._heading(), *found, *(["\n".join(notes)] if notes else [])]

    @property
    def _what_ci_is(self) -> str:
        if len(self.played) < 2:
            return (
                "ci: 95 % interval of the mean (Monte Carlo alone: one draw says nothing of draws)."
            )
        return (
            "ci: 95 % interval of the mean (draws and Monte Carlo; the part from Monte Carlo falls "
            "with replications only)."
        )

    def _heading(self) -> str:
        case, plan = self.cells.case, self.cells.plan
        lines = [
            against(case.scenario, case.baseline),
            f"{self.draws.words} · {counted(plan.count, 'replication')} each · "
            f"seed {plan.seed} · prices {named_in(case.prices, case.scenario)}",
            "Differences are scenario − baseline, paired by key; all draws share their luck.",
            self._what_ci_is,
            "range: where 95 % of conditional means fall (parameters), of futures under one draw "
            "(chance), of all futures (both).",
            "from parameters: share of the variance of single futures.",
            *map(filled, self.notes),
        ]
        if self.cells.failed:
            first = self.cells.failed[0]
            lines.append(
                f"{share(self.missing_share)} of draws failed and are left out; "
                f"the first, draw {self.draws.index[first.number]}: {first.error}"
            )
        return "\n".join(lines)

    @property
    def notes(self) -> list[str]:
        """What moved, what that does to a fit, and what the register makes of it."""
        tied = pairs_told("Drawn so that", self.draws.correlations)
        stated = register_notes(self.record, self.draws.paths)
        return [note for note in (self.cells.moved, self._fit_note(), tied, *stated) if note]

    def _fit_note(self) -> str:
        """In how many draws the model still gives the figures that the scenario was tuned to."""
        if not self.cells.case.facts(self.draws.paths, self.cells.move):
            return ""
        fitted = fitted_figures(self.claims)
        near = [
            np.abs(self.cells.of(one)[self.played].mean(axis=1) - one.claim.value)
            <= (one.claim.tolerance or 0.0)
            for one in fitted
        ]
        if not near:
            return ""
        parts = [f"{one.label}: {found.sum():,}" for one, found in zip(fitted, near, strict=True)]
        kept, played = np.all(near, axis=0).sum(), counted(len(self.played), "draw")
        each = f" ({'; '.join(parts)})" if len(parts) > 1 else f" ({fitted[0].label})"
        return f"All fitted figures come out within their tolerance in {kept:,} of {played}{each}."


def _row(row: PSARow) -> tuple[str, ...]:
    shown = tables.shown_in(row.unit, money=tables.millions)
    return (
        row.label,
        *tables.estimate(row, shown),
        _range(shown, row.parameters_low, row.parameters_high, row.parameters_sd),
        _range(shown, row.chance_low, row.chance_high, row.chance_sd),
        _range(shown, row.range_low, row.range_high, row.parameters_sd + row.chance_sd),
        share(row.parameters_share),
    )


def _range(shown: tables.Shown, low: float, high: float, sd: float) -> str:
    """Ends of a range; marked where it is printed as one value and there are others."""
    ends = between(shown, low, high)
    return f"{ends}*" if sd > 0 and ends == shown(low) else ends


def _claim(verdict: Verdict) -> tuple[str, ...]:
    shown = tables.shown_in(verdict.unit)
    model = verdict.model
    return (
        f"{verdict.claim.label} ({verdict.unit})",
        shown(verdict.claim.value),
        shown(model.mean),
        between(shown, model.range_low, model.range_high),
        verdict.verdict,
    )


@takes_options(replications=50)
def psa(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    draws: int | pd.DataFrame | Sequence[Mapping[str, float]] = 256,
    design: str | QMCEngine = "auto",
    parameters: Parameters | None = None,
    correlations: Correlations | None = None,
    measures: Iterable[str | Quantity] | str | None = None,
    adjust: Adjust | None = None,
    move: MoveWhere = "auto",
    **how: Unpack[RunOptions],
) -> PSA:
    """Compare two scenarios under many draws of the uncertain numbers.

    Scenario, baseline and prices share every draw of a fact of the world, and all draws share their
    luck: the same replications, person by person. Differences between draws are therefore
    differences of parameters, with little noise. The other side of it: the error of the overall
    mean from chance falls with replications only, not with draws.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        Without it, the scenario without programmes, consultants and supports.
    draws, design, parameters, correlations
        See `parameter_draws`, to which `seed` goes; without `parameters`, every number of scenario
        and price list whose register entry states a distribution is drawn.
    measures : iterable of str, optional
        Such as "placements:2018" or "net_saving:state"; see `quantity`. The scenario's claims are
        always measured, and judged by the range over parameters and chance together.
    adjust : function of a scenario that returns one, optional
        Applied to scenario and baseline after every draw: derives, say, the inflow that keeps the
        stock at rest under the hazards drawn, which a draw by itself does not. Importable by name
        where other processes play.
    move : "auto", "both" or "scenario"
        What changes move; see `sweep`.
    **how
        How to play.

    Returns
    -------
    PSA
        Prints as tables, after `notes`: what was changed, what is certain, and in how many draws
        figures still come out that a preset was tuned to. `draws_frame()` has one row per draw,
        `net_benefit()` the arrays of a decision analysis.

    Raises
    ------
    InputError
        If an argument is not valid.
    JobsimError
        If every draw failed. Single draws that fail are recorded, and their share is stated.

    Examples
    --------
    >>> import jobsim as js
    >>> result = psa(
    ...     js.Scenario.load("esbjerg-2018-evidence"),
    ...     draws=4,
    ...     parameters=["groups.job_ready.meeting_gain"],
    ...     measures=["placements:2018"],
    ...     replications=4,
    ...     progress=False,
    ... )
    >>> result.draws_frame().shape
    (4, 2)
    """
    case = adjusted(case_of(scenario, baseline, how["prices"]), adjust)
    table = draws_of(case, draws, design, parameters, correlations, how["seed"])
    asked = quantities_of(measures)
    claims = tuple(one for one in claims_of(case.scenario) if not one.is_ratio)
    moving = move_where(move, named=parameters is not None or table.design == "table")
    cells = play_cells(case, table.changes(), (*asked, *claims), move=moving, label="draws", **how)
    return PSA(table, cells, asked, claims)
