"""What all questions share on the command line: options, loading, printing; may import analysis.

A command is written as a function of a `Setting`-like `Asked` and its own options; `question` adds
the options that all of them have, loads the files, and prints, writes or draws what comes back.
"""

from __future__ import annotations

import inspect
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from jobsim.analysis.outcomes.record import without_formulas
from jobsim.cli.app import (
    AsJson,
    EngineName,
    HalfWidths,
    PricesName,
    Replications,
    ScenarioName,
    Seed,
    StudyFolder,
    Threads,
    app,
    futures,
    study_in,
)
from jobsim.cli.printing import finite
from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.document import refuse_beyond_limits
from jobsim.scenario.files import refuse_to_replace, write_text, write_whole


@dataclass(frozen=True)
class Asked:
    """What every question is asked of, and how it is to be played."""

    scenario: Scenario
    against: Scenario | None
    prices: Prices
    how: dict[str, Any]


class Answer(Protocol):
    """A result that prints as tables and as one table."""

    def to_frame(self) -> Any:
        """Every number as a table."""


Against = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE",
        help="What to compare with; without it, the same place without programmes, consultants "
        "and supports.",
    ),
]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", help="Processes; results do not depend on their number.")
]
Table = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write every number to a CSV file.")
]
Picture = Annotated[
    Path | None, typer.Option("--plot", metavar="FILE", help="Draw to a PNG, SVG or PDF file.")
]
Progress = Annotated[
    bool, typer.Option("--progress/--no-progress", help="Show a bar while work goes on.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that are there already.")]


def _shared(  # noqa: PLR0913, PLR0917 - a signature to read, never called
    name: ScenarioName,
    against: Against = None,
    replications: Replications = 200,
    precision: HalfWidths = None,
    seed: Seed = 1,
    engine: EngineName = "auto",
    threads: Threads = None,
    jobs: Jobs = 1,
    study: StudyFolder = None,
    prices: PricesName = "denmark",
    as_json: AsJson = False,
    csv: Table = None,
    picture: Picture = None,
    force: Force = False,
    progress: Progress = True,
) -> None:
    """Options of every question; only the signature is used."""


def question(
    code: str, *, replications: int = 200
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Make a command of a function of `Asked` and further options.

    Parameters
    ----------
    code : str, name of the command
    replications : int, default number of futures
    """

    def register(answer: Callable[..., Answer]) -> Callable[..., Answer]:
        def command(**given: Any) -> None:
            shared = {name: given.pop(name) for name in _PARAMETERS}
            _show(answer(_asked(shared), **given), shared)

        command.__doc__ = answer.__doc__
        command.__signature__ = _signature(answer, replications)  # type: ignore[attr-defined]
        app.command(name=code, rich_help_panel="Questions")(command)
        return answer

    return register


_PARAMETERS = inspect.signature(_shared, eval_str=True).parameters


def _signature(answer: Callable[..., Answer], replications: int) -> inspect.Signature:
    """Shared parameters, with those of the question after the scenario."""
    first, *rest = _PARAMETERS.values()
    rest = [
        one.replace(default=replications) if one.name == "replications" else one for one in rest
    ]
    own = list(inspect.signature(answer, eval_str=True).parameters.values())[1:]
    ordered = sorted(
        [first, *own, *rest], key=lambda one: one.default is not inspect.Parameter.empty
    )
    return inspect.Signature([one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in ordered])


def _asked(shared: Mapping[str, Any]) -> Asked:
    for path in (shared["csv"], shared["picture"]):
        if path is not None:
            refuse_to_replace(path, force=shared["force"])
    against = shared["against"]
    return Asked(
        scenario=Scenario.load(shared["name"]),
        against=None if against is None else Scenario.load(against),
        prices=Prices.load(shared["prices"]),
        how={
            **futures(shared["replications"], shared["precision"]),
            "seed": shared["seed"],
            "engine": shared["engine"],
            "threads": shared["threads"],
            "n_jobs": shared["jobs"],
            "study": study_in(shared["study"]),
            "progress": shared["progress"],
        },
    )


def _show(result: Answer, shared: Mapping[str, Any]) -> None:
    frame = result.to_frame()
    if shared["csv"] is not None:
        text = "\ufeff" + without_formulas(frame).to_csv(index=False, lineterminator="\n")
        write_text(shared["csv"], text, force=shared["force"])
    if shared["picture"] is not None:
        _draw(result, shared["picture"], force=shared["force"])
    if shared["as_json"]:
        rows = json.loads(frame.to_json(orient="records", date_format="iso"))
        typer.echo(json.dumps(finite({"scenario": shared["name"], "rows": rows})))
    else:
        typer.echo(repr(result))


def _draw(result: object, path: Path, *, force: bool) -> None:
    import matplotlib as mpl

    from jobsim.plots import plot

    mpl.use("Agg")
    figure = plot(result).figure
    write_whole(
        path,
        lambda whole: figure.savefig(whole, dpi=150),  # type: ignore[union-attr]
        force=force,
    )


def numbers(text: str | None, option: str) -> list[float] | None:
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
            raise InputError(f"{option}: {values!r} is not a list of TOML values") from error
        refuse_beyond_limits(found[path], option, path)
    return found
