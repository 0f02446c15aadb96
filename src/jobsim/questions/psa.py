"""Probabilistic sensitivity analysis: parameters and chance, apart and both; may import draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Unpack

from jobsim.analysis.outcomes.quantity import Quantity, claims_of, quantities_of
from jobsim.analysis.playing.cells import play_cells
from jobsim.analysis.playing.options import RunOptions, run_options
from jobsim.analysis.setting.case import case_of
from jobsim.analysis.uncertainty.parameter_draws import Adjust, Parameters, adjusted, draws_of
from jobsim.analysis.uncertainty.psa_result import PSA
from jobsim.ledger import Prices
from jobsim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from scipy.stats.qmc import QMCEngine

    from jobsim.analysis.uncertainty.rank_correlation import Correlations


def psa(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    draws: int | pd.DataFrame | Sequence[Mapping[str, float]] = 1024,
    design: str | QMCEngine = "sobol",
    parameters: Parameters | None = None,
    correlations: Correlations | None = None,
    measures: Iterable[str | Quantity] | str | None = None,
    prices: Prices | None = None,
    adjust: Adjust | None = None,
    **how: Unpack[RunOptions],
) -> PSA:
    """Compare two scenarios under many draws of the uncertain numbers.

    Both scenarios and the prices share every draw, and all draws share their luck: the same
    replications, person by person. Differences between draws are therefore differences of
    parameters, with little noise. The other side of it: the error of the overall mean from chance
    falls with replications only, not with draws.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        Without it, the scenario without programmes, consultants and supports.
    draws, design, parameters, correlations
        See `parameter_draws`; without `parameters`, every number of scenario and price list whose
        register entry states a distribution is drawn.
    measures : iterable of str, optional
        Such as "placements:2018" or "net_saving:state"; see `quantity`. The scenario's claims are
        always measured, and judged by the range over parameters and chance together.
    prices : Prices, optional
        Price list; without it, "denmark".
    adjust : function of a scenario that returns one, optional
        Applied to scenario and baseline after every draw: derives, say, the inflow that keeps the
        stock at rest under the hazards drawn, which a draw by itself does not. Importable by name
        where other processes play.
    **how
        How to play: replications, seed, engine, threads, n_jobs, executor, progress; see
        `RunOptions`. The seed also decides the design.

    Returns
    -------
    PSA
        Prints as tables; `to_frame()` has one row per draw, `net_benefit()` the arrays of a
        decision analysis.

    Raises
    ------
    InputError
        If an argument is not valid, or every draw failed. Single draws that fail are recorded, and
        their share is stated.

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
    >>> result.to_frame().shape
    (4, 2)
    """
    full = run_options(how)
    case = adjusted(case_of(scenario, baseline, prices), adjust)
    table = draws_of(
        case,
        draws,
        design=design,
        parameters=parameters,
        correlations=correlations,
        seed=full["seed"],
    )
    asked = quantities_of(measures)
    claims = claims_of(case.scenario)
    cells = play_cells(case, table.changes(), (*asked, *claims), both=True, label="draws", **full)
    return PSA(table, cells, asked, claims)
