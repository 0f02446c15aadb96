"""Commands about scenario files: list, show, begin one, check; may import scenario and analysis.

A scenario in words: what it changes, and where its numbers come from.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from jobsim.cli.app import ScenarioName, app
from jobsim.scenario import Scenario, preset_names, readable, register
from jobsim.scenario.files import write_template
from jobsim.text.tables import Table


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
        typer.echo(assumptions_of(scenario))
    else:
        typer.echo(overview(scenario))


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


def overview(scenario: Scenario) -> str:
    """What a scenario is about, whom it concerns, what it changes and what is claimed."""
    lines = [f"{scenario.name}: {scenario.title}", "", scenario.description.strip(), ""]
    lines += [
        f"{scenario.municipality.name}, {scenario.horizon.weeks} weeks from "
        f"{scenario.horizon.start}",
        *(
            f"  group {code}: {group.stock:,} on benefit, {group.employed_pool:,} in work who may "
            "return"
            for code, group in scenario.groups.items()
        ),
        "",
        "The investment, beside the same place without it:",
        str(scenario.without_programmes().difference(scenario)),
    ]
    for claim in scenario.claims.values():
        lines.append(f"claim ({claim.role}): {claim.label}: {readable(claim.value)}")
    found = register(scenario)
    lines.append(
        f"{len(found.rows)} numbers, {found.judgement_share:.0%} judgement; see them with "
        f"jobsim show {scenario.name} --assumptions"
    )
    return "\n".join(lines)


def assumptions_of(scenario: Scenario) -> str:
    """Every number with its kind and range, why it is so, and the publications behind it."""
    found = register(scenario)
    rows = []
    for row in found.rows:
        stated = row.assumption
        span = ""
        if stated and stated.low is not None and stated.high is not None:
            span = f"{readable(stated.low)} to {readable(stated.high)}"
        if row.outside:
            span += " (outside)"
        rows.append((row.path, _short(readable(row.value)), row.kind, span))
    header = ("number", "value", "kind", "plausible range")
    parts = [Table("Assumptions", header, tuple(rows)).text(), "", "Why, and how derived:"]
    for path, stated in scenario.assumptions.items():
        cited = f"[{', '.join(stated.sources)}]" if stated.sources else ""
        words = [part for part in (stated.formula, stated.reason, cited) if part]
        parts.append(f"  {path}: {' '.join(words)}")
    parts += ["", "Sources:"]
    for code, source in scenario.sources.items():
        where = f"https://doi.org/{source.doi}" if source.doi else source.url
        parts.append(f"  {code}: {source.author} ({source.year}). {source.title}. {where}")
    parts += [
        "",
        f"{found.judgement_share:.0%} of {len(found.rows)} numbers are judgement; "
        f"{len(found.unsourced)} are unsourced.",
    ]
    return "\n".join(parts)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"
