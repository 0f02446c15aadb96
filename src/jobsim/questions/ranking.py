"""Which assumption's uncertainty matters and costs most; may import PSA and its value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from jobsim.analysis.deciding.smooth_basis import basis_of
from jobsim.analysis.deciding.smooth_fit import smooth
from jobsim.analysis.uncertainty.psa_result import PSA
from jobsim.arrays import Floats
from jobsim.questions.value_of_information import Information, evpi, evppi
from jobsim.text.tables import Framed, Printed, Table, kroner, share


@dataclass(frozen=True)
class RankingRow:
    """What one assumption's uncertainty does.

    Parameters
    ----------
    path : str
    evppi, evppi_se : float, DKK
        Value of knowing it before choosing; its standard error.
    upward_bias : float, DKK
        About how much noise alone lifts `evppi`.
    share, share_se : float
        Share of the variance of net benefit over parameters that follows this number alone; its
        standard error.
    direction : float
        Rank correlation (Spearman) of net benefit with the number.
    """

    path: str
    evppi: float
    evppi_se: float
    upward_bias: float
    share: float
    share_se: float
    direction: float


@dataclass(frozen=True, repr=False, eq=False)
class Ranking(Printed, Framed):
    """Assumptions by what their uncertainty costs, then by how much of the variance is theirs.

    Parameters
    ----------
    about : str
    rows : tuple of RankingRow, also those of its table
    everything : Information
        Expected value of perfect information.
    """

    about: str
    rows: tuple[RankingRow, ...]
    everything: Information

    def _table(self) -> Table:
        return Table(
            f"{self.about}: what each assumption's uncertainty costs, DKK per decision",
            ("", "EVPPI", "± (95 %)", "share of variance", "± (95 %)", "rank correlation"),
            tuple(
                (
                    row.path,
                    kroner(row.evppi),
                    kroner(1.96 * row.evppi_se),
                    share(row.share),
                    share(1.96 * row.share_se),
                    f"{row.direction:+.2f}".replace("-", "−"),
                )
                for row in self.rows
            ),
            f"Best today: {self.everything.best}. Knowing everything: "
            f"{kroner(self.everything.value)} ± {kroner(1.96 * self.everything.se)}. EVPPI: value "
            "of knowing one number before choosing; share of variance: of net benefit over "
            "parameters, by this number alone.",
        )


def rank_assumptions(
    result: PSA,
    *,
    willingness_to_pay: float = 0.0,
    effect: str = "placements",
    payer: str = "municipality",
) -> Ranking:
    """Rank the assumptions of a PSA by what their uncertainty costs.

    Parameters
    ----------
    result : PSA
    willingness_to_pay, effect, payer
        What is decided by; see `PSA.net_benefit`. By default the municipality's net saving.

    Returns
    -------
    Ranking
        By EVPPI (Strong, Oakley & Brennan 2014); those within two standard errors or the upward
        bias of nothing count as 0 in the order, and follow by their share of the variance.

    Raises
    ------
    InputError
        If the PSA has no such measures, or too few draws.

    Notes
    -----
    The share of the variance is that of a smooth curve through net benefit over the number, over
    the variance of net benefit over parameters: the first-order Sobol' index, where numbers are
    drawn independently. Its standard error is that of a squared correlation.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.psa import psa
    >>> result = psa(
    ...     js.Scenario.load("esbjerg-2018-evidence"),
    ...     draws=16,
    ...     parameters=["prices.equalisation.kept_share", "prices.wages.leisure_share"],
    ...     replications=2,
    ...     progress=False,
    ... )
    >>> rank_assumptions(result).rows[0].path
    'prices.equalisation.kept_share'
    """
    benefit = result.net_benefit(willingness_to_pay, effect=effect, payer=payer)
    numbers = result.parameters()
    options = ["baseline", "scenario"]
    parts = result.benefit_components(willingness_to_pay, effect=effect, payer=payer)
    rows = []
    for path in numbers.columns:
        known = numbers[path].to_numpy()
        found = evppi(benefit, known, names=[path], option_names=options)
        share, se = _explained(known, benefit[:, 1], parts.parameter_variance)
        rank = _rank_correlation(known, benefit[:, 1])
        rows.append(RankingRow(path, found.value, found.se, found.upward_bias, share, se, rank))
    rows.sort(key=lambda row: (-_sure(row), -row.share))
    about = f"{result.cells.case.scenario.name}, {payer}"
    if willingness_to_pay:
        about += f", {kroner(willingness_to_pay)} DKK per unit of {effect}"
    return Ranking(about, tuple(rows), evpi(benefit, names=options))


def _sure(row: RankingRow) -> float:
    """EVPPI, or 0 where it may be nothing but noise."""
    noise = max(2 * row.evppi_se, row.upward_bias)
    return row.evppi if row.evppi > noise else 0.0


def _explained(known: Floats, outcome: Floats, variance: float) -> tuple[float, float]:
    """Share of a variance that follows one number, and its standard error."""
    if not variance > 0:
        return math.nan, math.nan
    found = float(smooth(basis_of(known[:, None]), outcome).fitted.var(ddof=1)) / variance
    found = min(1.0, found)
    return found, 2 * math.sqrt(found / len(known)) * (1 - found)


def _rank_correlation(known: Floats, outcome: Floats) -> float:
    first, second = (np.argsort(np.argsort(values)) for values in (known, outcome))
    return float(np.corrcoef(first, second)[0, 1])
