"""What a probabilistic sensitivity analysis found; may import cells, draws and claims."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from jobsim.analysis.outcomes.quantity import Claimed, Quantity, Verdict, quantity
from jobsim.analysis.playing.cells import Cells
from jobsim.analysis.uncertainty.components import Components
from jobsim.analysis.uncertainty.parameter_draws import Draws
from jobsim.arrays import Floats, Ints
from jobsim.errors import InputError
from jobsim.text.tables import (
    Printed,
    Table,
    between,
    count,
    counted,
    kroner,
    millions,
    share,
    shown_in,
)

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_HEADER = ("", "mean", "ci", "range: parameters", "range: chance", "range: both", "from parameters")


@dataclass(frozen=True)
class PSARow:
    """One outcome with its spreads, parameters and chance apart and together.

    Parameters
    ----------
    quantity : str
    label, unit : str
    mean : float
        Over draws and replications.
    se, ci_low, ci_high : float
        Error of the mean: of draws and of Monte Carlo.
    parameters_low, parameters_high : float
        2.5 and 97.5 % of conditional means over draws, Monte Carlo noise taken away.
    chance_low, chance_high : float
        2.5 and 97.5 % of futures about the mean of their draw.
    both_low, both_high : float
        2.5 and 97.5 % of all futures of all draws.
    parameters_sd, chance_sd : float
        Standard deviation over parameters; over chance within a draw.
    parameters_share : float
        Share of the variance of single futures that parameters account for.
    missing_share : float
        Share of draws without a value.
    """

    quantity: str
    label: str
    unit: str
    mean: float
    se: float
    ci_low: float
    ci_high: float
    parameters_low: float
    parameters_high: float
    chance_low: float
    chance_high: float
    both_low: float
    both_high: float
    parameters_sd: float
    chance_sd: float
    parameters_share: float
    missing_share: float


@dataclass(frozen=True, repr=False, eq=False)
class PSA(Printed):
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

    @property
    def missing_share(self) -> float:
        """Share of draws that failed."""
        return self.cells.missing_share

    @property
    def played(self) -> Ints:
        """Numbers of the draws that did not fail (int64[played])."""
        failed = {cell.number for cell in self.cells.failed}
        return np.array([i for i in range(len(self.draws)) if i not in failed], dtype=np.int64)

    def components(self, measure: str | Quantity) -> Components:
        """Outcomes of one quantity in all complete draws, with their decomposition.

        Raises
        ------
        InputError
            If it was not measured, or has a value in no draw.
        """
        values = self.cells.of(quantity(measure) if isinstance(measure, str) else measure)
        complete = values[np.isfinite(values).all(axis=1)]
        if not len(complete):
            raise InputError(f"{measure}: no draw has a value in every replication")
        return Components(complete)

    def row(self, measure: str | Quantity) -> PSARow:
        """One outcome with its spreads."""
        found = quantity(measure) if isinstance(measure, str) else measure
        parts = self.components(found)
        mean = parts.mean
        return PSARow(
            quantity=found.code,
            label=found.label,
            unit=found.unit,
            mean=mean.mean,
            se=mean.se,
            ci_low=mean.ci_low,
            ci_high=mean.ci_high,
            parameters_low=parts.parameter_range[0],
            parameters_high=parts.parameter_range[1],
            chance_low=parts.chance_range[0],
            chance_high=parts.chance_range[1],
            both_low=mean.range_low,
            both_high=mean.range_high,
            parameters_sd=float(np.sqrt(parts.parameter_variance)),
            chance_sd=float(np.sqrt(parts.chance_variance)),
            parameters_share=parts.parameter_share,
            missing_share=1 - len(parts.values) / len(self.draws),
        )

    @cached_property
    def rows(self) -> tuple[PSARow, ...]:
        """All outcomes that have a value."""
        return tuple(self.row(one) for one in self.quantities if self._has_values(one))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The scenario's claims, judged by the range over parameters and chance together."""
        return tuple(
            Verdict(
                claimed.name,
                claimed.claim,
                self.components(claimed).mean,
                claimed.unit,
                over="parameters and chance",
            )
            for claimed in self.claims
            if self._has_values(claimed)
        )

    def parameters(self) -> pd.DataFrame:
        """Parameters of the draws that did not fail: the rows of `net_benefit`."""
        return self.draws.to_frame().iloc[self.played]

    def costs(self, payer: str = "municipality") -> Floats:
        """Net cost to a payer of the options baseline and scenario, above the baseline's.

        Returns
        -------
        float64[played, 2], DKK
            Mean over replications of minus the net saving; 0 for the baseline.
        """
        return 0.0 - self._options(f"net_saving:{payer}")

    def effects(self, effect: str = "placements") -> Floats:
        """Effect of the options baseline and scenario, above the baseline's.

        Returns
        -------
        float64[played, 2]
            Mean over replications of a quantity; 0 for the baseline.
        """
        return self._options(effect)

    def net_benefit(
        self,
        willingness_to_pay: float = 0.0,
        *,
        effect: str = "placements",
        payer: str = "municipality",
    ) -> Floats:
        """Net benefit of the options baseline and scenario, for value-of-information analysis.

        Parameters
        ----------
        willingness_to_pay : float
            DKK per unit of effect; 0 leaves the payer's net saving. Negative for an effect that is
            bad, such as benefit_weeks.
        effect : str, a quantity that was measured
        payer : str, whose net saving; it must have been measured

        Returns
        -------
        float64[played, 2], DKK
            ``willingness_to_pay × effect − net cost``, means over replications, in which some Monte
            Carlo noise is left: it raises EVPI a little, and regressions for EVPPI take it out.
        """
        values = self._benefit(willingness_to_pay, effect, payer).mean(axis=1)
        return np.column_stack([np.zeros_like(values), values])

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
        saving = self.cells.of(quantity(f"net_saving:{payer}"))[self.played]
        if willingness_to_pay == 0:
            return saving
        return saving + willingness_to_pay * self.cells.of(quantity(effect))[self.played]

    def to_frame(self) -> pd.DataFrame:
        """One row per draw: its parameters, then the mean over replications of each quantity."""
        import pandas as pd

        frame = self.draws.to_frame()
        means = {one.code: self.cells.of(one).mean(axis=1) for one in self.quantities}
        return pd.concat([frame, pd.DataFrame(means, index=frame.index)], axis=1)

    def summary_frame(self) -> pd.DataFrame:
        """One row per quantity; columns as of `PSARow`."""
        import pandas as pd

        return pd.DataFrame(list(self.rows))

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
        plan = self.cells.plan
        numbers = plan.replications
        return xr.Dataset(
            {**outcomes, "parameters": (("draw", "path"), self.draws.values)},
            coords={
                "draw": np.arange(len(self.draws)),
                "replication": np.arange(numbers) if isinstance(numbers, int) else list(numbers),
                "path": list(self.draws.paths),
            },
            attrs={
                "scenario": self.cells.case.scenario.name,
                "baseline": self.cells.case.baseline.name,
                "prices": self.cells.case.prices.name,
                "design": self.draws.design,
                "seed": str(plan.seed),
                "engine": plan.engine,
                "missing_share": self.missing_share,
            },
        )

    def _has_values(self, one: Quantity) -> bool:
        return bool(np.isfinite(self.cells.of(one)).all(axis=1).any())

    def _options(self, measure: str) -> Floats:
        found = self.cells.of(quantity(measure))[self.played].mean(axis=1)
        return np.column_stack([np.zeros_like(found), found])

    def _parts(self) -> list[Table | str]:
        volumes = [row for row in self.rows if row.unit != "DKK"]
        money = [row for row in self.rows if row.unit == "DKK"]
        tables = [
            Table("What happens", _HEADER, tuple(map(_row, volumes))),
            Table(
                "Who gains, DKK million over the period, nominal", _HEADER, tuple(map(_row, money))
            ),
            Table(
                "Claims, judged by the range over parameters and chance together",
                ("", "claimed", "model", "range: both", "verdict"),
                tuple(map(_claim, self.verdicts)),
            ),
        ]
        return [self._heading(), *(table for table in tables if table.rows)]

    def _heading(self) -> str:
        case, plan = self.cells.case, self.cells.plan
        drawn = f"{counted(len(self.draws), 'draw')} of {counted(len(self.draws.paths), 'number')}"
        lines = [
            f"{case.scenario.name} against {case.baseline.name}",
            f"{drawn} ({self.draws.design}) · {counted(plan.count, 'replication')} each · "
            f"seed {plan.seed} · prices {case.prices.name}",
            "Differences are scenario − baseline, paired by key; all draws share their luck.",
            "ci: 95 % interval of the mean (draws and Monte Carlo; the part from Monte Carlo falls "
            "with replications only).",
            "range: where 95 % of conditional means fall (parameters), of futures under one draw "
            "(chance), of all futures (both).",
            "from parameters: share of the variance of single futures.",
        ]
        if self.cells.failed:
            first = self.cells.failed[0]
            lines.append(
                f"{share(self.missing_share)} of draws failed and are left out; "
                f"the first, draw {first.number}: {first.error}"
            )
        return "\n".join(lines)


def _row(row: PSARow) -> tuple[str, ...]:
    shown = shown_in(row.unit, money=millions)
    return (
        row.label,
        shown(row.mean),
        between(shown, row.ci_low, row.ci_high),
        between(shown, row.parameters_low, row.parameters_high),
        between(shown, row.chance_low, row.chance_high),
        between(shown, row.both_low, row.both_high),
        share(row.parameters_share),
    )


def _claim(verdict: Verdict) -> tuple[str, ...]:
    shown = kroner if verdict.unit == "DKK" else count
    model = verdict.model
    return (
        f"{verdict.claim.label} ({verdict.unit})",
        shown(verdict.claim.value),
        shown(model.mean),
        between(shown, model.range_low, model.range_high),
        verdict.verdict,
    )
