"""Commands that learn from figures of the real place; may import everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import jobsim as js
from jobsim.analysis.outcomes.result import Result
from jobsim.cli import app as cli

Numbers = Annotated[
    list[str] | None,
    cli.option(
        "Number to learn, from what the register states of it; several may be given. Without it, "
        "all of which the register states a distribution.",
        "PATH",
    ),
]
AtRest = Annotated[
    bool, cli.option("Put groups where their stocks stay after every draw.", "--at-rest")
]
Points = Annotated[int | None, cli.option("Points of each design.")]
Waves = Annotated[int, cli.option("Most designs.")]


@cli.question("calibrate", replications=50, counted=True, alone=True)
def calibrate_command(
    asked: cli.Asked,
    *,
    parameter: Numbers = None,
    target: Annotated[
        list[str] | None,
        cli.option(
            "Target, claim or observed series (observed.NAME) to fit; several may be given. "
            "Without it, the targets of the file.",
            "NAME",
        ),
    ] = None,
    hold_out: Annotated[
        list[str] | None, cli.option("The same, only to be compared.", "NAME")
    ] = None,
    at_rest: AtRest = False,
    points: Points = None,
    waves: Waves = 3,
    draws: Annotated[int, cli.option("Draws of the posterior.")] = 1000,
    money: Annotated[
        bool | None,
        cli.option(
            "What equally good fits mean for the plan's net saving, and what figure would narrow "
            "it; without it, where there is a plan.",
            "--money/--no-money",
        ),
    ] = None,
    posterior: Annotated[
        Path | None,
        cli.option(
            "Write the scenario after the data, NAME.toml, and its draws, NAME.posterior.csv, for "
            "other questions.",
            *("--posterior", "-o", "FILE"),
        ),
    ] = None,
) -> Result:
    """Learn uncertain numbers from figures of the real place, and say what they cannot tell."""
    return asked.by(
        js.calibrate,
        parameters=parameter or None,
        targets=target or None,
        held_out=hold_out or None,
        adjust=js.at_rest if at_rest else None,
    )


@cli.question("forecast", replications=50, counted=True, alone=True)
def forecast_command(
    asked: cli.Asked,
    until: Annotated[
        list[str],
        cli.option("Last month that is seen; several are forecast from one by one.", "YYYY-MM"),
    ],
    parameter: Numbers = None,
    target: Annotated[
        list[str] | None,
        cli.option(
            "Target, claim or observed series (observed.NAME) that is fitted and predicted; "
            "several may be given. Without it, all targets and series of the file.",
            "NAME",
        ),
    ] = None,
    at_rest: AtRest = False,
    points: Points = None,
    waves: Waves = 3,
    draws: Annotated[int, cli.option("Draws of the posterior that are played on.")] = 256,
) -> Result:
    """Fit to the figures up to a month, predict the later ones, and score the predictions."""
    return asked.by(
        js.forecast,
        parameters=parameter or None,
        targets=target or None,
        adjust=js.at_rest if at_rest else None,
    )
