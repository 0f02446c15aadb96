"""The command that writes a page about a scenario; may import report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobsim.cli.app import (
    EngineName,
    PricesName,
    Replications,
    ScenarioName,
    Seed,
    StudyFolder,
    Threads,
    app,
    study_in,
)
from jobsim.ledger import Prices
from jobsim.scenario import Scenario


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
