"""The command line itself and the options that its commands share; imports the version only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobsim import __version__

__all__ = [
    "AsJson",
    "EngineName",
    "Out",
    "PricesName",
    "Replications",
    "ScenarioName",
    "Seed",
    "Threads",
    "app",
]

app = typer.Typer(
    name="jobsim",
    help="What a municipality gains or loses by investing in its jobcentre.\n\n"
    "Begin with `jobsim compare esbjerg-2018`; `jobsim init my-town.toml` writes a file to make "
    "your own municipality from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ScenarioName = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A preset's name, or the path of a TOML file.")
]
Replications = Annotated[
    int, typer.Option("--replications", "-r", help="Number of futures to play.")
]
Seed = Annotated[int, typer.Option(help="Key of all chance, 0 to 2**64 - 1.")]
EngineName = Annotated[str, typer.Option("--engine", help="auto, or the name of an engine.")]
Threads = Annotated[
    int | None,
    typer.Option(help="Threads of the compiled engine, 1 to 256; without it, one for each core."),
]
PricesName = Annotated[
    str, typer.Option("--prices", metavar="NAME|FILE", help="Price list: denmark, or a TOML file.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder for tables (CSV, Excel), dataset (NetCDF) and run record."),
]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"jobsim {__version__}")
        raise typer.Exit
