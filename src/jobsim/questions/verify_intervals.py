"""How often the intervals that jobsim states hold the truth, where the truth is known.

A town so simple that expectations have closed forms is played some thousands of times, a few
replications each, and the share of the intervals that hold the truth is held against 95 %. What is
judged is what `analysis` makes of volumes. `verification` judges engines and ledger and must not
know of `analysis`; so this question stands above both, and takes from `verification` how a check is
judged and printed. May import findings, playing and verification.
"""

from __future__ import annotations

from collections.abc import Callable

from jobsim.engines.progress import counted_off
from jobsim.errors import InputError
from jobsim.questions import interval_checks as played
from jobsim.questions import interval_decisions as decided
from jobsim.questions.interval_trial import Trial
from jobsim.verification import Check, Verification


def verify_intervals(
    *, repeats: int = 6000, seed: int = 1, engine: str = "auto", progress: bool = True
) -> Verification:
    """Check how often intervals and ranges hold the truth, on cases whose answers are known.

    Parameters
    ----------
    repeats : int, 400 to 20,000
        How many intervals of each kind are made, each from replications of its own.
    seed : int, 0 to 2**64 - 1
        Key of all chance.
    engine : str
    progress : bool
        Whether how far it is shows on the error output.

    Returns
    -------
    Verification
        One row per kind of interval: the share that holds the truth, beside 95 %.

    Raises
    ------
    InputError
        If an argument is not valid.

    Notes
    -----
    A share may be five binomial standard errors off. The default sees an interval that is 13 % too
    narrow, as when n takes the place of n − 1 with four replications.

    Examples
    --------
    >>> import jobsim as js
    >>> js.verify_intervals(repeats=400, progress=False).passed
    True
    """
    if not (type(repeats) is int and 400 <= repeats <= 20_000):
        raise InputError(f"repeats: must be a whole number from 400 to 20,000, got {repeats!r}")
    trial = Trial(repeats, seed, engine)
    checks = counted_off(CHECKS, "intervals", show=progress, unit="check")
    return Verification("intervals", tuple(check(trial) for check in checks))


CHECKS: tuple[Callable[[Trial], Check], ...] = (
    played.mean_of_difference,
    played.mean_of_what_is_rare,
    played.ratio_of_means,
    played.share_of_futures,
    played.range_of_futures,
    played.mean_over_parameters,
    played.crossing_of_mean,
    played.contribution_of_part,
    played.best_of_two,
    decided.perfect_information,
    decided.information_on_shared_luck,
    decided.partial_information,
    decided.sample_information,
    decided.variance_shares,
)
"""One for each kind of interval."""
