"""The command that lays published trials beside the model; may import everything."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

import jobsim as js
from jobsim.cli import app as cli
from jobsim.cli.printing import refuse_files_that_stay, show_answer, show_json
from jobsim.files.writing import refuse_ending, refuse_to_replace
from jobsim.scenario.files import read_named_or_file
from jobsim.scenario.scenario import OF_TRIALS
from jobsim.text.tables import Lines
from jobsim.trial.staging import stage_of

TrialNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME|FILE]...",
        help="A trial's name, or the path of a TOML file; without any, all that come with jobsim.",
        show_default=False,
    ),
]


def _options(
    names: TrialNames = None,
    *,
    listed: Annotated[
        bool, cli.option("Name the trials that come with jobsim, and play none.", "--list")
    ] = False,
    draws: Annotated[int, cli.option("Draws of the uncertain numbers, 40 or more.")] = 200,
    needs: Annotated[
        bool, cli.option("What each number alone would have to be.", "--needs/--no-needs")
    ] = True,
) -> None:
    """Options of the command; only the signature is used."""


def show_valid_trial(name: str, *, as_json: bool) -> bool:
    """Check a trial of that name or in that file as far as one can without playing it, and say so.

    False where it is none, but a scenario or a price list.
    """
    stated = read_named_or_file(name).keys() if os.path.isfile(name) else ()
    if name not in js.trial_names() and not set(stated) >= OF_TRIALS:
        return False
    found = js.Trial.load(name)
    stage_of(found)
    if as_json:
        show_json({"trial": found.name, "valid": True})
    else:
        typer.echo(f"{name}: valid. {found!r}")
    return True


def _show_list(*, as_json: bool) -> None:
    found = [js.Trial.load(name) for name in js.trial_names()]
    if as_json:
        show_json([{"name": one.name, "title": one.title} for one in found])
        return
    rows = tuple((one.name, one.title) for one in found)
    typer.echo(Lines("Trials", (), rows, (30, 70)).text())


def _trials(given: dict[str, Any]) -> None:
    """Play published trials: what the model says, its ranges, and what was found."""
    if given["listed"]:
        _show_list(as_json=given["as_json"])
        return
    refuse_files_that_stay(given)
    how = {name: given[name] for name in ("seed", "engine", "n_jobs", "progress", "draws", "needs")}
    prices = js.Prices.load(given["prices"])
    show_answer(js.trials(given["names"] or None, prices=prices, **how), given)


cli.add_command(
    cli.app,
    "trials",
    [
        *cli.options_of(_options),
        *cli.shared("seed engine n_jobs prices as_json out csv picture force progress"),
    ],
    _trials,
    help=_trials.__doc__,
    rich_help_panel="Questions",
)


def _synthesis_options(
    names: TrialNames = None,
    *,
    draws: Annotated[
        int, cli.option("Points of the prior, and of the posterior, at which trials are played.")
    ] = 1024,
    effects: Annotated[
        str, cli.option("Numbers that are estimated and their priors: a name or a file.")
    ] = "meetings",
    register: Annotated[
        Path | None, cli.option("Write entries for an assumption register there.", "FILE")
    ] = None,
) -> None:
    """Options of the command; only the signature is used."""


def _synthesise(given: dict[str, Any]) -> None:
    """Estimate what a meeting does from published trials together."""
    refuse_files_that_stay(given)
    how = {name: given[name] for name in ("seed", "engine", "n_jobs", "progress", "draws")}
    if given["register"]:
        refuse_ending(given["register"], ".toml")
        refuse_to_replace(given["register"], force=given["force"])
    found = js.synthesise(given["names"] or None, effects=given["effects"], **how)
    if given["register"]:
        found.pooled.save(given["register"], force=given["force"])
    show_answer(found, given)


cli.add_command(
    cli.app,
    "synthesise",
    [
        *cli.options_of(_synthesis_options),
        *cli.shared("seed engine n_jobs as_json out csv force progress"),
    ],
    _synthesise,
    help=_synthesise.__doc__,
    rich_help_panel="Questions",
)
