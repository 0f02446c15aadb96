"""The command that estimates from individual histories; may import everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import jobsim as js
from jobsim.cli import app as cli
from jobsim.cli.printing import refuse_files_that_stay, show_answer
from jobsim.files.writing import refuse_ending, refuse_to_replace, write_text

RecordsFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="CSV or Parquet: a row per event (person, group, week, event, value), or a row per "
        "person with weekly status codes.",
        show_default=False,
    ),
]


def _options(
    file: RecordsFile,
    *,
    scenario: Annotated[
        str, cli.option("What is taken as known: calendar, services, tightness.", "NAME|FILE")
    ],
    caseload: Annotated[
        str | None,
        cli.option(
            "Staff and people by track and week; records: people as counted in FILE. Without it "
            "every meeting has quality 1.",
            "records|FILE",
        ),
    ] = None,
    codes: Annotated[
        Path | None,
        cli.option("TOML file of what status codes mean: benefit, work, other, unknown.", "FILE"),
    ] = None,
    meetings: Annotated[
        Path | None, cli.option("Events beside status codes, such as meetings.", "FILE")
    ] = None,
    lasting: Annotated[bool, cli.option("Estimate lasting gains as well.", "--lasting")] = False,
    hold: Annotated[
        list[str] | None, cli.option("Number that stays as the scenario has it.", "PATH")
    ] = None,
    least_persons: Annotated[
        int, cli.option("Tell no number that fewer persons stand behind.", "--least-persons")
    ] = 5,
    fragment: Annotated[
        Path | None, cli.option("Write the estimates as part of a scenario file.", "FILE")
    ] = None,
) -> None:
    """Options of the command; only the signature is used."""


def _estimate(given: dict[str, Any]) -> None:
    """Estimate hazards, frailty and effects of meetings from individual histories."""
    refuse_files_that_stay(given)
    fragment: Path | None = given["fragment"]
    if fragment is not None:
        refuse_ending(fragment, ".toml")
        refuse_to_replace(fragment, force=given["force"])
    names = ("caseload", "codes", "meetings", "lasting", "least_persons", "progress")
    how = {name: given[name] for name in names}
    scenario = js.Scenario.load(given["scenario"])
    found = js.estimate(given["file"], scenario, hold=given["hold"] or (), **how)
    if fragment is not None:
        write_text(fragment, found.scenario_fragment(), force=given["force"])
    show_answer(found, given)


cli.add_command(
    cli.app,
    "estimate",
    [*cli.options_of(_options), *cli.shared("as_json out csv force progress")],
    _estimate,
    help=_estimate.__doc__,
    rich_help_panel="Questions",
)
