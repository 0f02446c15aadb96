"""Commands about scenario files: list, show, begin one, check; may import scenario and analysis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from jobsim.cli import overview
from jobsim.cli.app import ScenarioName, app
from jobsim.scenario import Scenario, preset_names, readable, register
from jobsim.scenario.files import write_template


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
def init(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Path of the new file, such as my-town.toml.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented scenario with the rules of 2026, to make your own municipality from."""
    written = write_template(file, force=force)
    typer.echo(
        f"Written: {written}. It runs as it is; put in your own numbers, then\n"
        f"  jobsim validate {written}\n  jobsim compare {written}"
    )


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
