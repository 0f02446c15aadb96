"""What published trials together say of meetings.

May import the room of trials.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from jobsim.analysis.playing.options import RunOptions, run_options, takes_options
from jobsim.analysis.playing.workers import kept_workers
from jobsim.engines.simulate import check_seed
from jobsim.errors import InputError, nearest
from jobsim.questions.trials import trials_named
from jobsim.scenario.fields import whole_number
from jobsim.trial.document import Trial
from jobsim.trial.meeting_effects import MeetingEffects
from jobsim.trial.playing import theatre_of
from jobsim.trial.synthesis import learn
from jobsim.trial.synthesis_result import Synthesis

_FEWEST, _MOST = 128, 100_000
_POSTERIOR_DRAWS = 4096
_NOT_TAKEN = ("replications", "precision", "study", "threads")


@takes_options(*_NOT_TAKEN)
def synthesise(
    trials: Sequence[Trial | str | Path] | None = None,
    *,
    draws: int = 1024,
    effects: MeetingEffects | str | Path = "meetings",
    **how: Unpack[RunOptions],
) -> Synthesis:
    """Estimate what a meeting does from published trials together.

    Parameters
    ----------
    trials : sequence of Trial, name or path, optional
        Without it, all that come with jobsim. Of each, the figures of role fit count; those
        without such a figure, or whose file does not say what people they are of, are left out.
    draws : int, 128 to 100,000
        Points at which every trial is played, first of the prior, then of the posterior.
    effects : MeetingEffects, name or path
        Numbers that are estimated, and what was thought of each.
    **how
        How to play.

    Returns
    -------
    Synthesis
        Its `pooled` are entries for an assumption register.

    Raises
    ------
    InputError
        If a trial or an argument is not valid, or the figures contradict each other so far that
        few draws of the posterior are left.

    Notes
    -----
    A trial's figures are normal about those of the model, with their published standard errors (of
    chance at the trial's size where none was published), the correlations of chance, the error of
    the surfaces, and a factor of the place: its logarithm has the standard deviation τ, which is
    estimated, too. The factor is taken linearly, 1 + τ z: with a τ of 1, as from trials that
    contradict each other, an effect has the other sign in one place of six. Figures that hardly go
    with the others are named in what is printed.

    Examples
    --------
    >>> import jobsim as js
    >>> js.synthesise(["nevada-2009"])
    Traceback (most recent call last):
    jobsim.errors.InputError: trials: none of them has a figure of role fit and says its people
    """
    for name in _NOT_TAKEN:
        if how.get(name) is not None:
            raise InputError(f"{name}: synthesise takes none; draws= says how much is played")
    full = run_options(dict(how))
    check_seed(full["seed"])
    whole_number("draws", draws, _FEWEST, _MOST)
    found = effects if isinstance(effects, MeetingEffects) else MeetingEffects.load(effects)
    chosen = [one for one in trials_named(trials) if one.setting.people and _fits(one)]
    if not chosen:
        raise InputError("trials: none of them has a figure of role fit and says its people")
    for one in chosen:
        if one.setting.people not in found.people:
            people = str(one.setting.people)
            known = nearest(people, found.people)
            raise InputError(
                f'{one.name}: setting.people: nothing is known of people "{people}"{known}'
            )
    theatres = [theatre_of(one, full, 2 * draws) for one in chosen]
    with kept_workers(full, draws) as kept:
        learned = learn(found, theatres, draws, _POSTERIOR_DRAWS, kept)
    return Synthesis(found, learned, draws, int(full["seed"]))


def _fits(trial: Trial) -> bool:
    return any(one.role == "fit" for one in trial.outcomes)
