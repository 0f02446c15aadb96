"""All checks of a scenario, in order; may import layers 0 to 3 and the checks."""

from __future__ import annotations

from collections.abc import Callable

from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.verification.chance import arrivals, engines_agree, no_shows, openings
from jobsim.verification.context import Context
from jobsim.verification.effects import other_keys, two_in_one, zero_gains
from jobsim.verification.jobs import job_lengths, returns
from jobsim.verification.lives import (
    due_weeks,
    first_in_first_out,
    histories_give_the_volumes,
    job_weeks,
    meeting_capacity,
    programme_places,
    refund_ladder,
    small_jobs,
    stock_and_flow,
    supports_granted,
)
from jobsim.verification.purses import discounting, refund, zero_prices
from jobsim.verification.queues import infinite_capacity, littles_law, overload
from jobsim.verification.result import Check, Verification
from jobsim.verification.spells import (
    constant_hazard,
    frailty_of_new_spells,
    frailty_of_the_stock,
    meeting_effect,
    support_effect,
)

CHECKS: tuple[Callable[[Context], Check], ...] = (
    zero_gains,
    two_in_one,
    other_keys,
    constant_hazard,
    frailty_of_new_spells,
    frailty_of_the_stock,
    meeting_effect,
    support_effect,
    job_lengths,
    returns,
    arrivals,
    no_shows,
    openings,
    infinite_capacity,
    overload,
    meeting_capacity,
    due_weeks,
    first_in_first_out,
    littles_law,
    programme_places,
    supports_granted,
    small_jobs,
    job_weeks,
    stock_and_flow,
    histories_give_the_volumes,
    refund_ladder,
    refund,
    zero_prices,
    discounting,
    engines_agree,
)
"""Every check, from what theory says of chance to what arithmetic says of money."""


def verify(
    scenario: Scenario,
    *,
    replications: int = 12,
    persons: int = 10_000,
    seed: int = 1,
    engine: str = "auto",
    prices: Prices | None = None,
    progress: bool = True,
) -> Verification:
    """Check the engines and the ledger on a scenario against theory and plain arithmetic.

    Parameters
    ----------
    scenario : Scenario
    replications : int
        How often the municipality as a whole is played; two of them event by event.
    persons : int
        Persons of each group in the cohorts that are held against a closed form.
    seed : int, 0 to 2**64 - 1
        Key of all chance.
    engine : str
        Whose volumes are checked; histories are always those of the event-driven engine, and one
        check holds all engines against each other.
    prices : Prices, optional
        Price list; without it, "denmark".
    progress : bool
        Whether work of more than two seconds shows a progress bar on the error output.

    Returns
    -------
    Verification
        One row per check; prints as a table, `passed` tells whether none failed.

    Raises
    ------
    InputError
        If an argument is not valid.

    Notes
    -----
    Exact checks allow no difference. The others allow five standard errors of the difference, of
    which a correct program exceeds one in some two million comparisons.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.verification import verify
    >>> town = js.Scenario.load("kolding-2018").with_({"horizon.weeks": 60})
    >>> verify(town, replications=2, persons=1000, progress=False).passed
    True
    """
    from tqdm.auto import tqdm

    if isinstance(persons, bool) or not isinstance(persons, int) or not 100 <= persons <= 10**6:
        raise InputError(f"persons: must be a whole number from 100 to 1,000,000, got {persons!r}")
    given = Prices.load("denmark") if prices is None else prices
    given.check(scenario)
    context = Context(scenario, given, _replications(replications), persons, seed, engine)
    bar = tqdm(
        CHECKS, desc=scenario.name, unit="check", delay=2.0, disable=not progress, leave=False
    )
    return Verification(scenario.name, tuple(check(context) for check in bar))


def _replications(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise InputError(f"replications: must be a whole number of at least 1, got {number!r}")
    return number
