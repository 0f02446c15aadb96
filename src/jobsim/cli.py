"""The command line: parse, call the public names, print; may import everything."""

from __future__ import annotations

import codecs
import json
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from jobsim import __version__
from jobsim.analysis import Comparison, Outcome, compare, life, overview, run, why
from jobsim.analysis.life import replication_number
from jobsim.analysis.record import RunRecord, read_record
from jobsim.analysis.verification import verify
from jobsim.engines import histories
from jobsim.errors import JobsimError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario, preset_names, readable, register

__all__ = ["main"]

app = typer.Typer(
    name="jobsim",
    help="What a municipality gains or loses by investing in its jobcentre.\n\n"
    "Begin with `jobsim compare esbjerg-2018`; `jobsim show esbjerg-2018 --toml > my-town.toml` "
    "gives a file to make your own.",
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


@app.command()
def presets() -> None:
    """List the scenarios that come with jobsim."""
    for name in preset_names():
        typer.echo(f"{name:32} {Scenario.load(name).title}")


@app.command()
def show(
    name: ScenarioName,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="Every number with where it comes from.")
    ] = False,
    toml: Annotated[bool, typer.Option("--toml", help="The file itself, to copy from.")] = False,
) -> None:
    """Show a scenario: what it is about, what it changes, what it assumes."""
    scenario = Scenario.load(name)
    if toml:
        typer.echo(scenario.to_toml(), nl=False)
    elif assumptions:
        typer.echo(overview.assumptions(scenario))
    else:
        typer.echo(overview.overview(scenario))


@app.command()
def validate(file: ScenarioName) -> None:
    """Check a scenario file; exit code 2 and one clear line where it is wrong."""
    scenario = Scenario.load(file)
    found = register(scenario)
    typer.echo(f"{file}: valid. {scenario!r}")
    if found.unsourced:
        paths = ", ".join(row.path for row in found.unsourced[:8])
        more = ", …" if len(found.unsourced) > 8 else ""
        typer.echo(f"{len(found.unsourced)} numbers have no source: {paths}{more}")
    for row in found.outside_range:
        typer.echo(f"{row.path} is outside its plausible range: {readable(row.value)}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check them."""
    typer.echo(json.dumps(Scenario.model_json_schema(by_alias=True), indent=2))


@app.command(name="run")
def run_command(
    name: ScenarioName,
    replications: Replications = 200,
    seed: Seed = 1,
    engine: EngineName = "auto",
    threads: Threads = None,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Play one scenario and show what happens, or replay a run record to the same numbers."""
    record = _record(name)
    if record is not None:
        _replay(record, threads, as_json=as_json, out=out)
        return
    outcome = run(
        Scenario.load(name), replications=replications, seed=seed, engine=engine, threads=threads
    )
    _show_outcome(outcome, as_json=as_json, out=out)


def _record(name: str) -> RunRecord | None:
    path = Path(name)
    return read_record(path) if path.suffix.lower() == ".toml" and path.is_file() else None


def _replay(record: RunRecord, threads: int | None, *, as_json: bool, out: Path | None) -> None:
    how: dict[str, Any] = {
        "replications": record.replications,
        "seed": record.seed,
        "engine": record.engine,
        "threads": threads,
        "prices": record.prices,
    }
    if record.baseline is None:
        _show_outcome(run(record.scenario, **how), as_json=as_json, out=out)
    else:
        _show_comparison(compare(record.scenario, record.baseline, **how), as_json=as_json, out=out)


@app.command(name="compare")
def compare_command(
    name: ScenarioName,
    *,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="What to compare with; without it, the same place without programmes, "
            "consultants and supports.",
        ),
    ] = None,
    replications: Replications = 200,
    seed: Seed = 1,
    engine: EngineName = "auto",
    threads: Threads = None,
    prices: PricesName = "denmark",
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Compare an investment with doing nothing: who gets work, what it costs, who gains."""
    result = compare(
        Scenario.load(name),
        Scenario.load(against) if against is not None else None,
        replications=replications,
        seed=seed,
        engine=engine,
        threads=threads,
        prices=Prices.load(prices),
    )
    _show_comparison(result, as_json=as_json, out=out)


@app.command(name="verify")
def verify_command(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE]",
            help="A preset's name, or the path of a TOML file; without it, every preset.",
        ),
    ] = None,
    replications: Replications = 12,
    persons: Annotated[
        int, typer.Option(help="Persons of each group in cohorts held against closed forms.")
    ] = 10_000,
    seed: Seed = 1,
    engine: EngineName = "auto",
    prices: PricesName = "denmark",
    as_json: AsJson = False,
) -> None:
    """Check jobsim on a scenario against theory and plain arithmetic; exit code 1 if it fails."""
    scenarios = [Scenario.load(one) for one in ([name] if name is not None else preset_names())]
    found = []
    for scenario in scenarios:
        found.append(
            verify(
                scenario,
                replications=replications,
                persons=persons,
                seed=seed,
                engine=engine,
                prices=Prices.load(prices),
            )
        )
        if not as_json:
            typer.echo(f"{found[-1]!r}\n")
    if as_json:
        rows = {one.scenario: [asdict(row) for row in one.rows] for one in found}
        typer.echo(json.dumps(_finite(rows)))
    if not all(one.passed for one in found):
        raise typer.Exit(1)


@app.command(name="life")
def life_command(
    name: ScenarioName,
    replication: Annotated[int, typer.Option(help="Number of the replication.")] = 0,
    person: Annotated[int, typer.Option(help="Number of the person in the replication.")] = 17,
    seed: Seed = 1,
    engine: EngineName = "auto",
    because: Annotated[
        bool,
        typer.Option(
            "--why",
            help="Beside the same place without programmes, consultants and supports: where the "
            "two paths part, and why.",
        ),
    ] = False,
) -> None:
    """Tell one person's path in words and dates."""
    scenario = Scenario.load(name)
    if because:
        parting = why(scenario, replication=replication, person=person, seed=seed, engine=engine)
        typer.echo(repr(parting))
        return
    number = replication_number(replication)
    events = histories(scenario, replications=[number], seed=seed, engine=engine)
    typer.echo(repr(life(events, person)))


def _show_outcome(outcome: Outcome, *, as_json: bool, out: Path | None) -> None:
    files = outcome.save(out) if out is not None else []
    rows = outcome.to_frame().to_dict("records") if as_json else []
    _print(repr(outcome), _object(outcome.record, rows, []), files, as_json=as_json)


def _show_comparison(result: Comparison, *, as_json: bool, out: Path | None) -> None:
    files = result.save(out) if out is not None else []
    rows = [asdict(row) for row in result.rows] if as_json else []
    claims = [
        asdict(v.model) | {"claim": code, "value": v.claim.value, "verdict": v.verdict}
        for code, v in ((v.code, v) for v in result.verdicts)
    ]
    _print(repr(result), _object(result.record, rows, claims), files, as_json=as_json)


def _object(record: RunRecord, rows: list[Any], claims: list[Any]) -> dict[str, Any]:
    return {
        "scenario": record.scenario.name,
        "baseline": record.baseline.name if record.baseline else None,
        "replications": len(record.replications),
        "seed": record.seed,
        "engine": record.engine,
        "prices": record.prices.name,
        "versions": dict(record.versions),
        "rows": rows,
        "claims": claims,
    }


def _print(text: str, data: dict[str, Any], files: list[Path], *, as_json: bool) -> None:
    typer.echo(json.dumps(_finite(data)) if as_json else text)
    if files and not as_json:
        typer.echo("\nWritten: " + ", ".join(str(file) for file in files))


def _finite(value: Any) -> Any:
    """JSON knows no infinity and no not-a-number: both become null."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


_PLAIN = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "─": "-",
        "·": "|",
        "∞": "inf",
        "…": "...",
        "→": "->",
        "±": "+-",
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "Æ": "Ae",
        "Ø": "Oe",
        "Å": "Aa",
        "λ": "lambda",
        "μ": "mu",
        "θ": "theta",
        "×": "x",
        "≥": ">=",
        "≤": "<=",
    }
)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Spell letters that the terminal's code page lacks."""
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end].translate(_PLAIN)
    return text.encode("ascii", "replace").decode("ascii"), error.end


_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def main() -> None:
    """Run the command line; errors are one line and exit code 2."""
    codecs.register_error("jobsim-plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="jobsim-plain")
    try:
        app()
    except JobsimError as error:
        typer.echo(f"jobsim: {error}", err=True)
        raise SystemExit(2) from None
    except (KeyboardInterrupt, SystemExit) as ended:
        if isinstance(ended, SystemExit) and ended.code != _INTERRUPTED:
            raise
        typer.echo("jobsim: interrupted; what was not finished is lost", err=True)
        raise SystemExit(_INTERRUPTED) from None
