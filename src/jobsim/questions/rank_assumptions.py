"""Which assumption's uncertainty costs most, by EVPPI; may import PSA and value of information."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from scipy.stats import rankdata

from jobsim.analysis.deciding.choosing import FEW
from jobsim.analysis.deciding.information import Information
from jobsim.analysis.deciding.smooth import basis_of, smooth
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.rounding import level
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.questions.psa import PSA
from jobsim.questions.value_of_information import evpi, evppi
from jobsim.text.tables import Table, kroner, seldom_note, share, unseen_note, upper_known

_SUMMED = 1e6
"""DKK that an amount is at least a sum of, as far as rounding goes."""
_Z = 1.96
"""Standard errors to either end of a 95 % interval."""
_SELDOM = f"in fewer than {FEW}"


@dataclass(frozen=True)
class RankingRow:
    """What one assumption's uncertainty does.

    Parameters
    ----------
    path : str
    evppi, evppi_se, evppi_low, evppi_high : float, DKK
        Value of knowing it before choosing; its standard error; its 95 % interval, which begins at
        0 where it may be nothing but noise. Where too few draws would change the choice, the upper
        end is not a number (see `Information`).
    explained_share : float
        Share of the variance of net benefit that it explains in draws the regression has not seen.
    first_order, first_order_se : float
        Share of the variance of net benefit over parameters that follows this number alone; its
        standard error.
    direction : float
        Rank correlation (Spearman) of net benefit with the number; not a number where one of them
        does not vary.
    probability_of_change : float
        Share of draws in which knowing it would change the choice.
    """

    path: str
    evppi: float
    evppi_se: float
    evppi_low: float
    evppi_high: float
    explained_share: float
    first_order: float
    first_order_se: float
    direction: float
    probability_of_change: float

    @property
    def interval(self) -> str:
        """Interval of the EVPPI, in words where it has no upper end."""
        return _ends(self.evppi_low, self.evppi_high, self.probability_of_change)


def _ends(low: float, high: float, change: float) -> str:
    """Interval of a value in DKK, by the share of draws in which it changes the choice."""
    return upper_known(kroner, low, high, seen=change > 0, often=change >= 0.5)


@dataclass(frozen=True, repr=False, eq=False)
class Ranking(Result):
    """Assumptions by what their uncertainty costs, then by how much of the variance is theirs.

    Parameters
    ----------
    record : RunRecord, of the PSA
    about : str
    rows : tuple of RankingRow, also those of its table
    everything : Information
        Expected value of perfect information.
    notes : tuple of str
        What moved, what that does to a fit, and what the register makes of it.
    """

    record: RunRecord
    about: str
    rows: tuple[RankingRow, ...]
    everything: Information
    notes: tuple[str, ...] = ()
    _name: ClassVar = "assumptions"
    _keys: ClassVar = ("path",)

    def _table(self) -> Table:
        known, draws = self.everything, self.everything.draws
        ends = _ends(known.ci_low, known.ci_high, known.probability_of_change)
        note = (
            f"Best today: {known.best}. Knowing everything: "
            f"{kroner(known.value)} ({ends}). EVPPI: value of knowing one number before "
            "choosing. ci: 95 % interval over draws and luck; from 0, no more than noise. "
            "explained: share of the variance of net benefit in draws unseen. share of variance: "
            "of net benefit over parameters, by this number alone."
        )
        found = Table(
            f"{self.about}: what each assumption's uncertainty costs, DKK per decision",
            ("", "EVPPI", "ci", "explained", "share of variance", "± (95 %)", "rank correlation"),
            tuple(
                (
                    row.path,
                    kroner(row.evppi),
                    row.interval,
                    share(max(0.0, row.explained_share)),
                    share(row.first_order),
                    share(_Z * row.first_order_se),
                    _direction(row.direction),
                )
                for row in self.rows
            ),
        )
        everywhere = [found, Table("", (), ((ends,),))]
        notes = *unseen_note(everywhere, draws, "draw"), *seldom_note(everywhere, _SELDOM, draws)
        return replace(found, note="\n".join([note, *notes, *self.notes]))


def _direction(correlation: float) -> str:
    return "–" if math.isnan(correlation) else f"{correlation:+.2f}".replace("-", "−")


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
        By EVPPI (`evppi`), then by the lower end of their share of the variance; what may be
        nothing but noise counts as 0.

    Raises
    ------
    InputError
        If the PSA has no such measures, or too few draws.

    Notes
    -----
    The share of the variance is that of a smooth curve through net benefit over the number, over
    the variance of net benefit over parameters: the first-order Sobol' index, where numbers are
    drawn independently; of two that are correlated, the share of one is in part that of the other,
    and so is its EVPPI. Its standard error is that of a squared correlation, or larger where the
    curve explains less in draws that it has not seen: the interval reaches down to that share.

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
    if not isinstance(result, PSA):
        raise InputError(f"result: must be what js.psa returns, got {type(result).__name__}")
    benefit = result.net_benefit(willingness_to_pay, effect=effect, payer=payer)
    numbers = result.parameters()
    parts = result.benefit_components(willingness_to_pay, effect=effect, payer=payer)
    gain = _without_rounding(parts.values.mean(axis=1))
    rows = []
    for path, known in numbers.items():
        found = evppi(benefit, known, all_parameters=numbers)
        unseen = max(0.0, found.explained_share)
        share, se = share_explained(known.to_numpy(), gain, parts.parameter_variance, unseen)
        rank = _rank_correlation(known.to_numpy(), gain)
        worth = found.value, found.se, found.ci_low, found.ci_high, found.explained_share
        of_variance = share, se, rank
        rows.append(RankingRow(str(path), *worth, *of_variance, found.probability_of_change))
    rows.sort(key=_by_what_is_sure)
    about = f"{result.cells.case.scenario.name}, {payer}"
    if willingness_to_pay:
        about += f", {kroner(willingness_to_pay)} DKK per unit of {effect}"
    return Ranking(result.record, about, tuple(rows), evpi(benefit), tuple(result.notes))


def _without_rounding(gain: Floats) -> Floats:
    """Amounts of DKK, the same where they differ by rounding only."""
    return level(gain, np.maximum(np.abs(gain), _SUMMED))


def _rank_correlation(a: Floats, b: Floats) -> float:
    """Spearman's; equal values share a rank, and without any spread there is none."""
    ranks = [rankdata(level(one)) for one in (a, b)]
    if any(np.ptp(rank) == 0 for rank in ranks):
        return math.nan
    return float(np.corrcoef(*ranks)[0, 1])


def _by_what_is_sure(row: RankingRow) -> tuple[float, float, float]:
    """What ranks a row: EVPPI and share of the variance, as far as they are more than noise."""
    worth = row.evppi if row.evppi_low > 0 else 0.0
    sure = max(0.0, row.first_order - _Z * row.first_order_se)
    return -worth, -sure, -float(np.nan_to_num(row.first_order))


def share_explained(
    known: Floats, outcome: Floats, variance: float, unseen: float
) -> tuple[float, float]:
    """Share of a variance that follows one number, and its standard error.

    Parameters
    ----------
    known, outcome : float64[draws]
    variance : float, of the outcome over parameters
    unseen : float, share of the outcome's own variance that is explained in draws unseen
    """
    if not variance > 0 or np.ptp(outcome) == 0:
        return math.nan, math.nan
    whole = float(outcome.var(ddof=1)) / variance
    fitted = float(smooth(basis_of(known[:, None]), outcome).fitted.var(ddof=1)) / variance
    found = min(1.0, fitted)
    chance = 2 * math.sqrt(found / len(known)) * (1 - found)
    return found, max(chance, (found - unseen * whole) / _Z)
