"""Studies on the command line: run, resume, extend, status, merge, export, verify."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, cast

import typer

import jobsim as js
from jobsim.cli import app as cli
from jobsim.cli.printing import show_json, spelt_out
from jobsim.errors import InputError
from jobsim.study.outcomes import StudyStatus, write_dataset

study = typer.Typer(
    help="Studies in a folder, which survive a kill, grow and can be brought together.",
    no_args_is_help=True,
)
cli.app.add_typer(study, name="study", rich_help_panel="Questions")

Plays = Callable[..., StudyStatus]

_FAULTY = 1
"""Exit code where cells failed or faults were found."""

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the study.")]
ScenarioNames = Annotated[
    list[str],
    typer.Argument(metavar="NAME|FILE...", help="Scenarios: names of presets, or TOML files."),
]
Baseline = Annotated[
    str | None, cli.option("Baseline of all; without it, no programmes.", "--baseline", "NAME|FILE")
]
PriceNames = Annotated[
    list[str] | None, cli.option("Price list; may be repeated.", "--prices", "NAME|FILE")
]
Scheduler = Annotated[
    str | None,
    cli.option(
        "Let a Dask cluster play: its scheduler's address (tcp://10.0.0.1:8786) or JSON file. "
        "This process keeps what comes.",
        "--scheduler",
        "ADDRESS|FILE",
    ),
]


def _of_every_run(
    engine: cli.EngineName = "auto",
    threads: cli.Threads = None,
    n_jobs: cli.Jobs = 1,
    client: Scheduler = None,
    as_json: cli.AsJson = False,
    progress: cli.Progress = True,
) -> None:
    """Options of every command that plays; only the signature is used."""


def _plays(code: str) -> Callable[[Plays], Plays]:
    """Make a command of a function that plays; it is given how as arguments of a study's methods.

    Options of its own stand before those of every command that plays.
    """

    def register(play: Plays) -> Plays:
        def call(given: dict[str, Any]) -> None:
            as_json, _ = given.pop("as_json"), given.pop("typed")
            _show(status := play(**given), as_json=as_json)
            if status.failed:
                typer.echo(
                    f"{status.failed:,} of {status.asked:,} cells failed; "
                    "jobsim study failures tells why",
                    err=True,
                )
                raise typer.Exit(_FAULTY)

        own = [one for one in cli.options_of(play) if one.name != "how"]
        cli.add_command(
            study, code, [*own, *cli.options_of(_of_every_run)], call, help=play.__doc__
        )
        return play

    return register


@_plays("run")
def run_command(  # noqa: PLR0917 - options, passed by name
    folder: Folder,
    names: ScenarioNames,
    baseline: Baseline = None,
    draws: Annotated[
        int | None, cli.option("Draws of the uncertain numbers; without it, none.")
    ] = None,
    design: cli.DesignName = "auto",
    parameter: Annotated[
        list[str] | None,
        cli.option("Draw this number only; may be repeated.", "--parameter", "PATH"),
    ] = None,
    move: cli.Move = "auto",
    replications: cli.Replications = 200,
    block: Annotated[int, cli.option("Futures that are played and kept together.")] = 50,
    seed: cli.Seed = 1,
    prices: PriceNames = None,
    **how: Any,
) -> StudyStatus:
    """Play scenarios beside their baselines, under every draw; goes on where it stopped."""
    return js.Study(folder, block=block).run(
        _scenarios(names),
        baseline=_baseline(baseline),
        draws=draws,
        design=design,
        parameters=parameter or None,
        move=cast(Any, move),  # checked there
        prices=_prices(prices),
        replications=replications,
        seed=seed,
        **how,
    )


@_plays("resume")
def resume_command(
    folder: Folder,
    retry_failed: Annotated[
        bool, cli.option("Try cells again that failed.", "--retry-failed")
    ] = False,
    **how: Any,
) -> StudyStatus:
    """Play what is missing."""
    return js.Study(folder).resume(retry_failed=retry_failed, **how)


@_plays("extend")
def extend_command(
    folder: Folder,
    add: Annotated[
        list[str] | None, cli.option("One more scenario; may be repeated.", "--add", "NAME|FILE")
    ] = None,
    baseline: Baseline = None,
    draws: Annotated[int | None, cli.option("Draws in all.")] = None,
    replications: Annotated[
        int | None, cli.option("Futures in all.", "--replications", "-r")
    ] = None,
    prices: PriceNames = None,
    **how: Any,
) -> StudyStatus:
    """Add scenarios, draws, futures or prices, and play what is new."""
    if replications is not None:
        how["replications"] = replications
    return js.Study(folder).extend(
        scenarios=_scenarios(add) if add else None,
        baseline=_baseline(baseline),
        draws=draws,
        prices=_prices(prices),
        **how,
    )


@study.command("status")
def status_command(folder: Folder, as_json: cli.AsJson = False) -> None:
    """Say how many cells are done, failed and missing, and what is left."""
    _show(js.Study(folder).status(), as_json=as_json)


@study.command("failures")
def failures_command(folder: Folder) -> None:
    """List what failed: error, parameters and the line that plays it again."""
    for one in js.Study(folder).failures():
        parameters = json.dumps(dict(one.parameters))
        typer.echo("\n  ".join(spelt_out(text) for text in (one.error, parameters, one.replay)))


@study.command("merge")
def merge_command(
    folder: Folder,
    others: Annotated[list[Path], typer.Argument(metavar="OTHER...", help="Folders to add.")],
) -> None:
    """Add what other folders hold, all or nothing."""
    typer.echo(f"{js.Study(folder).merge(*others):,} new blocks of volumes")


@study.command("export")
def export_command(
    folder: Folder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".nc, .zarr or .parquet.")],
    measure: Annotated[
        list[str] | None, cli.option("Such as net_saving:state:2018; may be repeated.", "--measure")
    ] = None,
    partial: Annotated[
        bool, cli.option("Write what is there of a study that is not finished.", "--partial")
    ] = False,
    force: cli.Force = False,
) -> None:
    """Write measures of every scenario, price list, draw and future to one file.

    Exit code 1 says that outcomes are missing: nothing is written then, unless --partial is said.
    """
    found = js.Study(folder).outcomes(measure or None, partial=partial)
    typer.echo(str(write_dataset(found, file, force=force)))
    if found.attrs["note"]:
        typer.echo(found.attrs["note"], err=True)
    if found.attrs["missing"]:
        raise typer.Exit(_FAULTY)


@study.command("verify")
def verify_study_command(
    folder: Folder,
    mend: Annotated[
        bool, cli.option("Drop what is damaged, so that resume plays it again.", "--mend")
    ] = False,
) -> None:
    """Read everything and test its checksums."""
    faults = js.Study(folder).verify(mend=mend)
    for fault in faults:
        typer.echo(spelt_out(fault))
    typer.echo(f"{len(faults):,} faults")
    if faults:
        raise typer.Exit(_FAULTY)


def _scenarios(names: list[str]) -> dict[str, js.Scenario]:
    loaded = [js.Scenario.load(name) for name in names]
    found = {one.name: one for one in loaded}
    if len(found) < len(loaded):
        raise InputError("scenarios: two have the same name; change one in its file")
    return found


def _baseline(name: str | None) -> js.Scenario | None:
    return None if name is None else js.Scenario.load(name)


def _prices(names: list[str] | None) -> dict[str, js.Prices] | None:
    """Price lists by their names.

    Raises
    ------
    InputError
        If two cannot be told apart, or one cannot be loaded.
    """
    if not names:
        return None
    lists = {one: js.Prices.load(one) for one in names}
    found = {one.named: one for one in lists.values()}
    if len(found) < len(lists):
        raise InputError(f"--prices: {', '.join(lists)} have the same name; each needs its own")
    return found


def _show(status: Any, *, as_json: bool) -> None:
    show_json(status.to_dict()) if as_json else typer.echo(repr(status))
