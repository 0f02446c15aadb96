"""Commands that play a scenario: write its page, run, compare, verify, tell a life."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

import jobsim as js
from jobsim.analysis.comparing.comparison import run
from jobsim.analysis.lives.life import replication_number
from jobsim.analysis.outcomes.record import RunRecord, read_record
from jobsim.cli.app import (
    AsJson,
    Asked,
    EngineName,
    PricesName,
    Replications,
    ScenarioName,
    Seed,
    Threads,
    app,
    question,
)
from jobsim.cli.printing import show_comparison, show_json, show_outcome

Out = Annotated[
    Path | None,
    typer.Option(help="Folder for tables (CSV, Excel), dataset (NetCDF) and run record."),
]


@question(
    "report",
    options="name out against language replications seed engine threads study prices force",
)
def report_command(
    asked: Asked,
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Path of the new page, such as report.html.")
    ] = Path("report.html"),
    language: Annotated[str, typer.Option(help="en or da.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write one page that a committee can read: the answer, who pays, and what it hangs on."""
    made = asked.by(js.report_on, out, language=language, force=force)
    typer.echo(f"Written: {out} ({len(made.html.encode()) / 1e6:.1f} MB)")


@app.command(name="run")
def run_or_replay_command(
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
        js.Scenario.load(name), replications=replications, seed=seed, engine=engine, threads=threads
    )
    show_outcome(outcome, as_json=as_json, out=out)


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
        show_outcome(run(record.scenario, **how), as_json=as_json, out=out)
    else:
        found = js.compare(record.scenario, record.baseline, **how)
        show_comparison(found, as_json=as_json, out=out)


@question(
    "compare",
    options="name against replications precision seed engine threads study prices as_json out",
)
def compare_command(asked: Asked, *, as_json: AsJson = False, out: Out = None) -> None:
    """Compare an investment with doing nothing: who gets work, what it costs, who gains."""
    show_comparison(asked.by(js.compare), as_json=as_json, out=out)


@app.command(name="verify")
def verify_model_command(
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
    names = [name] if name is not None else js.preset_names()
    how: dict[str, Any] = {"replications": replications, "persons": persons, "seed": seed}
    found = []
    for scenario in [js.Scenario.load(one) for one in names]:
        found.append(js.verify(scenario, engine=engine, prices=js.Prices.load(prices), **how))
        if not as_json:
            typer.echo(f"{found[-1]!r}\n")
    if as_json:
        rows = {one.scenario: [asdict(row) for row in one.rows] for one in found}
        show_json(rows)
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
    scenario = js.Scenario.load(name)
    if because:
        parting = js.why(scenario, replication=replication, person=person, seed=seed, engine=engine)
        typer.echo(repr(parting))
        return
    number = replication_number(replication)
    events = js.histories(scenario, replications=[number], seed=seed, engine=engine)
    typer.echo(repr(js.life(events, person)))
