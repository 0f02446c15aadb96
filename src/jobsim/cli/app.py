"""The command line and the options that its commands share; may import studies, when asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobsim import __version__
from jobsim.errors import InputError, OutputError

if TYPE_CHECKING:
    from jobsim.study import Study


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
HalfWidths = Annotated[
    list[str] | None,
    typer.Option(
        "--precision",
        metavar="MEASURE=HALF-WIDTH",
        help="Play as many futures as the 95 % interval of a mean needs to be this narrow, such as "
        "net_saving:municipality=50000; instead of -r.",
    ),
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
StudyFolder = Annotated[
    Path | None,
    typer.Option(
        "--study",
        metavar="FOLDER",
        help="Keep what is simulated in this folder, and simulate only what it lacks.",
    ),
]


def futures(replications: int, precision: list[str] | None) -> dict[str, Any]:
    """Arguments that say how many futures to play: a number, or the precision wanted.

    Raises
    ------
    InputError
        If a text is not MEASURE=HALF-WIDTH.
    """
    if not precision:
        return {"replications": replications}
    widths: dict[str, float] = {}
    for text in precision:
        measure, _, width = text.rpartition("=")
        try:
            widths[measure] = float(width)
        except ValueError:
            measure = ""
        if not measure:
            raise InputError(f"--precision: must be MEASURE=HALF-WIDTH, got {text!r}")
    return {"replications": "auto", "precision": widths}


def study_in(folder: Path | None) -> Study | None:
    """Study of a folder, which need not be there yet.

    Raises
    ------
    OutputError
        If something else than a folder is there, or the path cannot be looked at.
    """
    if folder is None:
        return None
    from jobsim.study import Study

    try:
        taken = folder.exists() and not folder.is_dir()
    except OSError as error:  # a name that is too long, for one
        raise OutputError(f"{folder}: cannot be used ({error.strerror})") from error
    if taken:
        raise OutputError(f"{folder}: is not a folder; --study needs one, or a new name")
    return Study(folder)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"jobsim {__version__}")
        raise typer.Exit
