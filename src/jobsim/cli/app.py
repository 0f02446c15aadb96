"""The command line, the options that commands share, and how a function becomes a command.

A command that plays scenarios is written as a function of `Asked` and of options of its own;
`question` and `played` add the options that it shares with others and load the files they name.
Names of `jobsim` itself load what they stand for on first use, so that every command starts
quickly; may import everything.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

import typer

import jobsim as js
from jobsim.analysis.outcomes.result import Result
from jobsim.cli.printing import refuse_files_that_stay, show_answer
from jobsim.errors import InputError, OutputError
from jobsim.files.writing import file_path
from jobsim.scenario.fields import is_share
from jobsim.scenario.limits import refuse_beyond_limits
from jobsim.scenario.paths import unit_at

Command = TypeVar("Command", bound=Callable[..., object])
Found = TypeVar("Found")

app = typer.Typer(
    name="jobsim",
    help="What a municipality gains or loses by investing in its jobcentre.\n\n"
    "Begin with `jobsim compare esbjerg-2018`; `jobsim init my-town.toml` writes a file to make "
    "your own municipality from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cache
def program() -> Any:
    """All commands as typer parses them, made once; to be asked when the last has been added."""
    return typer.main.get_command(app)


def option(told: str, *words: str) -> Any:
    """Option of a command.

    Parameters
    ----------
    told : str, its help
    *words : str
        Its names, with their dashes, where its argument does not say them; and what stands for its
        value in the help.
    """
    names = [word for word in words if word.startswith("-")]
    value = next((word for word in words if not word.startswith("-")), None)
    return typer.Option(*names, metavar=value, help=told)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, option("Print the version.", "--version")] = False) -> None:
    if version:
        typer.echo(f"jobsim {js.__version__}")
        raise typer.Exit


# Options by their names in functions

ScenarioName = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A preset's name, or the path of a TOML file.")
]
PlanNames = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME|FILE...",
        help="A preset's name, or the path of a TOML file; several are compared as plans.",
    ),
]
Against = Annotated[
    str | None,
    option(
        "What to compare with; without it, the same place without programmes, consultants "
        "and supports.",
        "NAME|FILE",
    ),
]
Replications = Annotated[int, option("Number of futures to play.", "--replications", "-r")]
PrecisionTexts = Annotated[
    list[str] | None,
    option(
        "Play as many futures as the 95 % interval of a mean needs to be this narrow, such as "
        "net_saving:municipality=50000; instead of -r.",
        "--precision",
        "MEASURE=HALF-WIDTH",
    ),
]
Seed = Annotated[int, option("Key of all chance, 0 to 2**64 - 1.")]
EngineName = Annotated[str, option("auto, or the name of an engine.", "--engine")]
Threads = Annotated[
    int | None, option("Threads of the compiled engine, 1 to 256; without it, one for each core.")
]
Jobs = Annotated[int, option("Processes; results do not depend on their number.", "--jobs", "-j")]
StudyFolder = Annotated[
    Path | None,
    option(
        "Keep what is simulated in this folder, and simulate only what it lacks.",
        "--study",
        "FOLDER",
    ),
]
DesignName = Annotated[
    str,
    option(
        "How draws are spread; auto: sobol, or latin_hypercube where so few Sobol' points would "
        "tie pairs of numbers together.",
        "auto|sobol|latin_hypercube|random",
    ),
]
Move = Annotated[
    str,
    option(
        "auto: facts of the world in scenario and baseline, policy in the scenario alone; "
        "both; scenario.",
        "--move",
        "auto|both|scenario",
    ),
]
PricesName = Annotated[str, option("Price list: denmark, or a TOML file.", "--prices", "NAME|FILE")]
AsJson = Annotated[bool, option("Print one JSON object instead of tables.", "--json")]
CsvFile = Annotated[Path | None, option("Write every number to a CSV file.", "--csv", "FILE")]
PictureFile = Annotated[Path | None, option("Draw to a PNG, SVG or PDF file.", "--plot", "FILE")]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Folder for tables (CSV, Excel), dataset (NetCDF) and run record.",
        parser=file_path,
    ),
]
Force = Annotated[bool, option("Replace files that are there already.", "--force")]
Progress = Annotated[
    bool,
    option(
        "Show a bar while work goes on; where there is no terminal, a line a minute.",
        "--progress/--no-progress",
    ),
]


def _of_every_question(  # noqa: PLR0913, PLR0917 - a signature to read, never called
    name: ScenarioName,
    baseline: Against = None,
    replications: Replications = 200,
    precision: PrecisionTexts = None,
    seed: Seed = 1,
    engine: EngineName = "auto",
    threads: Threads = None,
    n_jobs: Jobs = 1,
    study: StudyFolder = None,
    prices: PricesName = "denmark",
    as_json: AsJson = False,
    out: OutFolder = None,
    csv: CsvFile = None,
    picture: PictureFile = None,
    force: Force = False,
    progress: Progress = True,
) -> None:
    """Options of every question; only the signature is used."""


@dataclass(frozen=True)
class Asked:
    """What every question is asked of, and how it is to be played."""

    scenario: js.Scenario | dict[str, js.Scenario]
    baseline: js.Scenario | None
    how: dict[str, Any]
    own: dict[str, Any]
    """Options of the command alone."""

    def by(self, question: Callable[..., Found], **options: object) -> Found:
        """What a question answers.

        It is given those of the command's own options that it has under the same name, and others.
        """
        known = inspect.signature(question).parameters
        own = {name: value for name, value in self.own.items() if name in known}
        baseline = {"baseline": self.baseline} if "baseline" in known else {}
        options = {**baseline, **own, **options, **self.how}
        return question(self.scenario, **options)


def options_of(command: Callable[..., object]) -> list[inspect.Parameter]:
    """Options that a function has, in their order."""
    return list(inspect.signature(command, eval_str=True).parameters.values())


_CONTEXT = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
_SHARED = {one.name: one for one in options_of(_of_every_question)}


def shared(names: str) -> list[inspect.Parameter]:
    """Options of every question by their names, in this order."""
    return [_SHARED[name] for name in names.split()]


def add_command(
    group: typer.Typer,
    code: str,
    options: Iterable[inspect.Parameter],
    call: Callable[[dict[str, Any]], None],
    **shown: str | None,
) -> None:
    """Add a command with these options to a group; those that are needed are shown first.

    Parameters
    ----------
    group : typer.Typer
    code : str, name of the command
    options : iterable of inspect.Parameter
    call : function of all options by name, with the names of those that were typed as "typed"
    **shown : `help`, and `rich_help_panel` where it is not among the commands
    """

    def command(context: typer.Context, **given: Any) -> None:
        sources = {name: context.get_parameter_source(name) for name in given}
        typed = {name for name, one in sources.items() if one and one.name == "COMMANDLINE"}
        call({**given, "typed": typed})

    ordered = sorted(options, key=lambda one: one.default is not inspect.Parameter.empty)
    named = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in [_CONTEXT, *ordered]]
    command.__signature__ = inspect.Signature(named)  # type: ignore[attr-defined]
    group.command(name=code, **shown)(command)  # type: ignore[arg-type]


def question(
    code: str,
    *,
    replications: int = 200,
    counted: bool = False,
    alone: bool = False,
    options: str = "",
    panel: str | None = "Questions",
) -> Callable[[Command], Command]:
    """Make a command of a function of `Asked` and options of its own, whose answer is shown.

    Parameters
    ----------
    code : str, name of the command
    replications : int, default number of futures
    counted : bool, whether it plays a number of them only, never as many as a precision takes
    alone : bool, whether it is asked of a scenario that is held against nothing
    options : str, names of all options in the order of the help
        Without it, those of every question, with its own after the scenario. With it, the function
        shows what it finds, returns nothing and stands among the commands.
    panel : str or None, heading that it stands below in the help
    """

    def register(answer: Command) -> Command:
        own = {one.name: one for one in options_of(answer)[1:]}
        count = _SHARED["replications"].replace(default=replications)
        known = {**_SHARED, "replications": count, **own}
        first, *rest = _SHARED
        names = options.split() or list(dict.fromkeys([first, *own, *rest]))
        left = {"precision": counted, "baseline": alone}
        names = [name for name in names if not left.get(name)]

        def call(given: dict[str, Any]) -> None:
            refuse_files_that_stay(given)
            asked = _asked(given, [*own])
            found = answer(asked, **asked.own)
            if found is not None:
                show_answer(cast(Result, found), given)

        shown = {"help": answer.__doc__, "rich_help_panel": None if options else panel}
        add_command(app, code, [known[name] for name in names], call, **shown)
        return answer

    return register


_HOW = ("seed", "engine", "threads", "n_jobs", "progress")
"""Options that are arguments of questions as they stand."""


def _asked(given: Mapping[str, Any], own: list[str]) -> Asked:
    """Load what the options name."""
    return Asked(
        scenario=_loaded(given["name"]),
        baseline=js.Scenario.load(given["baseline"]) if given.get("baseline") else None,
        how=how_to_play(given),
        own={name: given[name] for name in own},
    )


def _loaded(names: str | list[str]) -> js.Scenario | dict[str, js.Scenario]:
    """One scenario, or several by their own names or, where these are alike, those of their files.

    Raises
    ------
    InputError
        If two cannot be told apart, or one cannot be loaded.
    """
    if isinstance(names, str) or len(names) == 1:
        return js.Scenario.load(names if isinstance(names, str) else names[0])
    several = [js.Scenario.load(name) for name in names]
    for told in ([one.name for one in several], [Path(name).stem for name in names]):
        if len(set(told)) == len(told):
            return dict(zip(told, several, strict=True))
    raise InputError(f"NAME: {', '.join(names)} have the same name; each plan needs its own")


def how_to_play(given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of every question, from the options that name them."""
    return {
        **_futures(given),
        **{name: given[name] for name in _HOW if name in given},
        "prices": js.Prices.load(given["prices"]),
        "study": study_in(given["study"]),
    }


def _futures(given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments that say how many futures to play: a number, or the precision wanted.

    Raises
    ------
    InputError
        If a text is not MEASURE=HALF-WIDTH, or both are given.
    """
    replications, precision = given["replications"], given.get("precision")
    if not precision:
        return {"replications": replications}
    if "replications" in given["typed"]:
        raise InputError(f"--precision: takes the place of -r, got -r {replications} as well")
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


def study_in(folder: Path | None) -> js.Study | None:
    """Study of a folder, which need not be there yet.

    Raises
    ------
    OutputError
        If something else than a folder is there, or the path cannot be looked at.
    """
    if folder is None:
        return None
    try:
        taken = folder.exists() and not folder.is_dir()
    except OSError as error:  # a name that is too long, for one
        raise OutputError(f"{folder}: cannot be used ({error.strerror})") from error
    if taken:
        raise OutputError(f"{folder}: is not a folder; --study needs one, or a new name")
    return js.Study(folder)


# Texts that options hold


def numbers_between_commas(text: str | None, option: str) -> list[float] | None:
    """Read numbers with commas between them.

    Raises
    ------
    InputError
        If something is not a number.
    """
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError(f"{option}: must be numbers with commas between, got {text!r}") from error


_COMMA = re.compile(r"\d+,\d+")
"""Two values, or one number with a decimal comma."""


def holds_share(path: str) -> bool:
    """Tell whether a path of a scenario, or of the price list, leads to a share."""
    priced = path.startswith("prices.")
    model = js.Prices if priced else js.Scenario
    return is_share(unit_at(model, path.removeprefix("prices.")))


def _value_meant(text: str) -> str:
    """How values that are no TOML are written."""
    number = text.strip().removesuffix("%").strip()
    if text.strip().endswith("%") and re.fullmatch(r"\d+([.,]\d+)?", number):
        share = float(number.replace(",", ".")) / 100
        return f"; {text.strip()} is {share:g}"
    if _COMMA.fullmatch(number):
        return f"; write a decimal comma as a point, {number.replace(',', '.')}"
    if re.search(r"[^\W\d]", text) and not re.search("[\"'{\\[]", text):
        quoted = ",".join(f'"{part.strip()}"' for part in text.split(","))
        return f"; texts stand in quotes, '{quoted}'"
    return ""


def values_by_path(texts: list[str], option: str) -> dict[str, list[object]]:
    """Read ``path=value,value`` texts; values are written as in TOML.

    Raises
    ------
    InputError
        If a text has no "=" or its values are not TOML.
    """
    found: dict[str, list[object]] = {}
    for text in texts:
        path, equals, values = text.partition("=")
        if not equals or not path:
            raise InputError(f"{option}: must be PATH=value,value, got {text!r}")
        if path in found:
            raise InputError(f"{option}: {path} is given twice")
        try:
            found[path] = list(tomllib.loads(f"x = [{values}]")["x"])
        except (ValueError, RecursionError) as error:  # also a number with too many digits
            hint = _value_meant(values)
            raise InputError(f"{option}: {values!r} is not a list of TOML values{hint}") from error
        if _COMMA.fullmatch(values) and holds_share(path):
            first, last = found[path]
            told = f"{values} is two values, {first} and {last}; as one number, write"
            typer.echo(f"jobsim: {option} {path}: {told} {values.replace(',', '.')}", err=True)
        refuse_beyond_limits(found[path], option, path)
    return found
