"""Studies on the command line: run, resume, extend, status, merge, export, verify.

Each command loads what it needs when it is asked, so that the others start quickly.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobsim.cli.app import AsJson, EngineName, Replications, Seed, Threads, app
from jobsim.cli.printing import finite, one_line
from jobsim.cli.question import Force, Jobs, Progress
from jobsim.errors import InputError

if TYPE_CHECKING:
    from jobsim.study import Study, StudyStatus


study = typer.Typer(
    help="Studies in a folder, which survive a kill, grow and can be brought together.",
    no_args_is_help=True,
)
app.add_typer(study, name="study", rich_help_panel="Questions")

_FAULTY = 1
"""Exit code where cells failed or faults were found."""

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the study.")]
Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME|FILE...", help="Scenarios: names of presets, or TOML files."),
]
Against = Annotated[
    str | None,
    typer.Option(metavar="NAME|FILE", help="Baseline of all; without it, no programmes."),
]
Draws = Annotated[
    int | None, typer.Option(help="Draws of the uncertain numbers; without it, none.")
]
Parameter = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="PATH", help="Draw this number only; may be repeated."),
]
PriceLists = Annotated[
    list[str] | None,
    typer.Option("--prices", metavar="NAME|FILE", help="Price list; may be repeated."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS|FILE",
        help="Let a Dask cluster play: its scheduler's address (tcp://10.0.0.1:8786) or JSON file. "
        "This process keeps what comes.",
    ),
]
Block = Annotated[int, typer.Option(help="Futures that are played and kept together.")]


@study.command("run")
def run_command(  # noqa: PLR0913, PLR0917 - options, passed by name
    folder: Folder,
    names: Names,
    against: Against = None,
    draws: Draws = None,
    parameter: Parameter = None,
    replications: Replications = 200,
    block: Block = 50,
    seed: Seed = 1,
    prices: PriceLists = None,
    engine: EngineName = "auto",
    threads: Threads = None,
    jobs: Jobs = 1,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    progress: Progress = True,
) -> None:
    """Play scenarios beside their baselines, under every draw; goes on where it stopped."""
    found = _study(folder, block=block).run(
        _scenarios(names),
        against=_scenario(against),
        draws=draws,
        parameters=parameter or None,
        prices=_prices(prices),
        replications=replications,
        seed=seed,
        **_how(engine, threads, jobs, progress, scheduler),
    )
    _show(found, as_json)


@study.command("resume")
def resume_command(
    folder: Folder,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try cells again that failed.")
    ] = False,
    engine: EngineName = "auto",
    threads: Threads = None,
    jobs: Jobs = 1,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    progress: Progress = True,
) -> None:
    """Play what is missing."""
    how = _how(engine, threads, jobs, progress, scheduler)
    _show(_study(folder).resume(retry_failed=retry_failed, **how), as_json)


@study.command("extend")
def extend_command(  # noqa: PLR0917 - options, passed by name
    folder: Folder,
    add: Annotated[
        list[str] | None,
        typer.Option("--add", metavar="NAME|FILE", help="One more scenario; may be repeated."),
    ] = None,
    against: Against = None,
    draws: Annotated[int | None, typer.Option(help="Draws in all.")] = None,
    replications: Annotated[
        int | None, typer.Option("--replications", "-r", help="Futures in all.")
    ] = None,
    prices: PriceLists = None,
    engine: EngineName = "auto",
    threads: Threads = None,
    jobs: Jobs = 1,
    scheduler: Scheduler = None,
    as_json: AsJson = False,
    progress: Progress = True,
) -> None:
    """Add scenarios, draws, futures or prices, and play what is new."""
    how = _how(engine, threads, jobs, progress, scheduler)
    if replications is not None:
        how["replications"] = replications
    found = _study(folder).extend(
        scenarios=_scenarios(add) if add else None,
        against=_scenario(against),
        draws=draws,
        prices=_prices(prices),
        **how,
    )
    _show(found, as_json)


@study.command("status")
def status_command(folder: Folder, as_json: AsJson = False) -> None:
    """Say how many cells are done, failed and missing, and what is left."""
    _show(_study(folder).status(), as_json)


@study.command("failures")
def failures_command(folder: Folder) -> None:
    """List what failed: error, parameters and the line that plays it again."""
    for one in _study(folder).failures():
        parameters = json.dumps(dict(one.parameters))
        typer.echo("\n  ".join(one_line(text) for text in (one.error, parameters, one.replay)))


@study.command("merge")
def merge_command(
    folder: Folder,
    others: Annotated[list[Path], typer.Argument(metavar="OTHER...", help="Folders to add.")],
) -> None:
    """Add what other folders hold, all or nothing."""
    typer.echo(f"{_study(folder).merge(*others):,} new blocks of volumes")


@study.command("export")
def export_command(
    folder: Folder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".nc, .zarr or .parquet.")],
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", help="Such as net_saving:state:2018; may be repeated."),
    ] = None,
    force: Force = False,
) -> None:
    """Write measures of every scenario, price list, draw and future to one file."""
    typer.echo(str(_study(folder).export(file, measure or None, force=force)))


@study.command("verify")
def verify_command(
    folder: Folder,
    mend: Annotated[
        bool, typer.Option("--mend", help="Drop what is damaged, so that resume plays it again.")
    ] = False,
) -> None:
    """Read everything and test its checksums."""
    faults = _study(folder).verify(mend=mend)
    for fault in faults:
        typer.echo(one_line(fault))
    typer.echo(f"{len(faults):,} faults")
    if faults:
        raise typer.Exit(_FAULTY)


def _study(folder: Path, **given: Any) -> Study:
    from jobsim.study import Study

    return Study(folder, **given)


def _how(
    engine: str, threads: int | None, jobs: int, progress: bool, scheduler: str | None
) -> dict[str, Any]:
    return {
        "engine": engine,
        "threads": threads,
        "n_jobs": jobs,
        "progress": progress,
        "client": scheduler,
    }


def _scenarios(names: list[str]) -> dict[str, Any]:
    from jobsim.scenario import Scenario

    loaded = [Scenario.load(name) for name in names]
    found = {one.name: one for one in loaded}
    if len(found) < len(loaded):
        raise InputError("scenarios: two have the same name; change one in its file")
    return found


def _scenario(name: str | None) -> Any:
    from jobsim.scenario import Scenario

    return None if name is None else Scenario.load(name)


def _prices(names: list[str] | None) -> Any:
    from jobsim.ledger import Prices

    if not names:
        return None
    loaded = [Prices.load(name) for name in names]
    return {one.name: one for one in loaded}


def _show(found: StudyStatus, as_json: bool) -> None:
    typer.echo(json.dumps(finite(found.to_dict())) if as_json else repr(found))
