"""Published trials played by the model, beside what was published.

May import the room of trials.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from jobsim.analysis.playing.options import RunOptions, run_options, takes_options
from jobsim.analysis.playing.workers import kept_workers
from jobsim.engines.simulate import check_seed
from jobsim.errors import InputError
from jobsim.ledger import checked_prices
from jobsim.scenario.fields import whole_number
from jobsim.trial.document import Trial, trial_names
from jobsim.trial.draws import play_trial
from jobsim.trial.playing import theatre_of
from jobsim.trial.result import TrialResult
from jobsim.trial.suite import Trials

_FEWEST, _MOST = 40, 100_000
"""Draws: of fewer than 39 a range that holds 95 % has no ends."""
_NOT_TAKEN = ("replications", "precision", "study", "threads")


@takes_options(*_NOT_TAKEN)
def trials(
    trials: Trial | str | Path | Sequence[Trial | str | Path] | None = None,
    *,
    draws: int = 200,
    needs: bool = True,
    **how: Unpack[RunOptions],
) -> Trials:
    """Play published trials and lay what the model says beside what was found.

    Parameters
    ----------
    trials : Trial, name or path, or several, optional
        Without it, all that come with jobsim.
    draws : int, 40 to 100,000
        Draws of the uncertain numbers of each setting, and trials by chance alone.
    needs : bool
        Whether to find what each uncertain number alone would have to be.
    **how
        How to play.

    Returns
    -------
    Trials

    Raises
    ------
    InputError
        If a trial is not valid, or an argument is not.

    Notes
    -----
    The effect under one draw is the difference between arms that are the same people with the same
    luck, averaged over at least 5,000 participants of each arm; where arms compete in one
    municipality, over futures in which each arm has had each group's luck. A trial is played with
    other people in each arm, as many as there were. A treatment that does nothing has an effect of
    exactly 0.

    The range over parameters holds some Monte Carlo error, that of 5,000 participants.

    Examples
    --------
    >>> import jobsim as js
    >>> js.trials("hig-2008")
    Traceback (most recent call last):
    jobsim.errors.InputError: there is no trial "hig-2008"...
    """
    for name in _NOT_TAKEN:
        if how.get(name) is not None:
            raise InputError(f"{name}: trials takes none; draws= says how much is played")
    full = run_options(dict(how))
    full["prices"] = checked_prices(full["prices"])
    check_seed(full["seed"])
    whole_number("draws", draws, _FEWEST, _MOST)
    chosen = trials_named(trials)
    theatres = [theatre_of(one, full, draws) for one in chosen]
    with kept_workers(full, draws) as kept:
        results = tuple(
            TrialResult(theatre.trial, play_trial(theatre, draws, kept, needs=needs))
            for theatre in theatres
        )
    engines = ", ".join(dict.fromkeys(theatre.engine for theatre in theatres))
    return Trials(results, draws, int(full["seed"]), engines)


def trials_named(given: object) -> list[Trial]:
    """Trials by their names or paths, each once; all that come with jobsim where none is given.

    Raises
    ------
    InputError
        If one is not valid, or given twice.
    """
    chosen = [_trial(one) for one in _several(given)]
    names = [one.name for one in chosen]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f'trials: "{name}" is given twice; a trial counts once')
    return chosen


def _several(given: object) -> list[object]:
    if given is None:
        given = trial_names()
        if not given:
            raise InputError("trials: none comes with jobsim; name the file of one")
    several = list(given) if isinstance(given, (list, tuple)) else [given]
    if not several:
        raise InputError("trials: name at least one")
    return several


def _trial(given: object) -> Trial:
    if isinstance(given, (Trial, str, Path)):
        return given if isinstance(given, Trial) else Trial.load(given)
    raise InputError(f"trials: must be a Trial, its name or its path, got {type(given).__name__}")
