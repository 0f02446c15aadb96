"""Commands that play scenarios: run, compare, verify, life; may import analysis.

The command that writes a page about a scenario.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from jobsim.analysis.comparing.comparison import run
from jobsim.analysis.lives.life import life, replication_number
from jobsim.analysis.outcomes.record import RunRecord, read_record
from jobsim.cli.app import (
    AsJson,
    EngineName,
    HalfWidths,
    Out,
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
from jobsim.cli.printing import finite, show_comparison, show_outcome
from jobsim.engines import histories
from jobsim.ledger import Prices
from jobsim.questions.compare import compare
from jobsim.questions.why import why
from jobsim.scenario import Scenario, preset_names
from jobsim.verification import verify


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
        show_comparison(compare(record.scenario, record.baseline, **how), as_json=as_json, out=out)


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
    precision: HalfWidths = None,
    seed: Seed = 1,
    engine: EngineName = "auto",
    threads: Threads = None,
    study: StudyFolder = None,
    prices: PricesName = "denmark",
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """Compare an investment with doing nothing: who gets work, what it costs, who gains."""
    result = compare(
        Scenario.load(name),
        Scenario.load(against) if against is not None else None,
        **futures(replications, precision),
        seed=seed,
        engine=engine,
        threads=threads,
        prices=Prices.load(prices),
        study=study_in(study),
    )
    show_comparison(result, as_json=as_json, out=out)


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
        typer.echo(json.dumps(finite(rows)))
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


@app.command(name="report")
def report_command(
    name: ScenarioName,
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Path of the new page, such as report.html.")
    ] = Path("report.html"),
    against: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="What to compare with; without it, the same place without programmes, "
            "consultants and supports.",
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="en or da.")] = "en",
    replications: Replications = 200,
    seed: Seed = 1,
    engine: EngineName = "auto",
    threads: Threads = None,
    study: StudyFolder = None,
    prices: PricesName = "denmark",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write one page that a committee can read: the answer, who pays, and what it hangs on."""
    from jobsim.report import report_on  # half a second that other commands do not need

    made = report_on(
        Scenario.load(name),
        out,
        baseline=Scenario.load(against) if against is not None else None,
        language=language,
        prices=Prices.load(prices),
        force=force,
        replications=replications,
        seed=seed,
        engine=engine,
        threads=threads,
        study=study_in(study),
    )
    typer.echo(f"Written: {out} ({len(made.html.encode()) / 1e6:.1f} MB)")
