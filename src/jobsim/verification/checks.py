"""All checks of a scenario, in order, the last of which holds engines against each other.

May import errors, scenario, engines, ledger and the checks.
"""

from __future__ import annotations

from jobsim.engines import ENGINES
from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.verification import invariance, lives, purses, theory
from jobsim.verification.context import HISTORY_ENGINE, Checks, Context
from jobsim.verification.result import Compared, Expectation, Verification, same

CHECKS = Checks([*invariance.CHECKS, *theory.CHECKS, *lives.CHECKS, *purses.CHECKS])
"""Every check, from what theory says of chance to what arithmetic says of money."""


@CHECKS.add("engines agree")
def engines_agree(context: Context) -> Compared:
    """Every engine returns the same volumes and the same histories."""
    first, *others = sorted(ENGINES, key=lambda engine: engine != HISTORY_ENGINE)
    ours = context.play(context.scenario, replications=context.histories, engine=first)
    expectations = []
    for engine in others:
        volumes = context.play(context.scenario, replications=context.histories, engine=engine)
        expectations += [
            same(f"cells of {name} of {engine} that differ from {first}", ours[name], volumes[name])
            for name in ours.data_vars
        ]
        differ = not context.events(context.scenario, engine).equals(context.own_events)
        expectations.append(Expectation(f"histories of {engine} and {first} differ", 0, differ))
    return Compared(
        f"volumes and {len(context.own_events):,} events of {', '.join([first, *others])}",
        expectations,
    )


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

    if not (_is_whole(persons) and 100 <= persons <= 10**6):
        raise InputError(f"persons: must be a whole number from 100 to 1,000,000, got {persons!r}")
    given = Prices.load("denmark") if prices is None else prices
    given.check(scenario)
    if not (_is_whole(replications) and replications >= 1):
        raise InputError(
            f"replications: must be a whole number of at least 1, got {replications!r}"
        )
    context = Context(scenario, given, replications, persons, seed, engine)
    bar = tqdm(
        CHECKS, desc=scenario.name, unit="check", delay=2.0, disable=not progress, leave=False
    )
    return Verification(scenario.name, tuple(check(context) for check in bar))


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
