"""Questions about what is known: uncertainty, sensitivity, thresholds, claims, attribution.

Each command loads its question when it is asked, so that the others start quickly.
"""

from __future__ import annotations

from typing import Annotated

import typer

from jobsim.cli.question import Answer, Asked, question

Draws = Annotated[int, typer.Option(help="Draws of the uncertain numbers.")]
Design = Annotated[str, typer.Option(help="sobol, latin_hypercube or random.")]
Measure = Annotated[str, typer.Option(help="Such as net_saving:state:2018, or a claim's code.")]


@question("psa", replications=50)
def psa_command(asked: Asked, draws: Draws = 256, design: Design = "sobol") -> Answer:
    """Draw every uncertain number: how far parameters and chance, apart and together, lead."""
    from jobsim.questions.psa import psa

    return psa(
        asked.scenario,
        asked.against,
        draws=draws,
        design=design,
        prices=asked.prices,
        **asked.how,
    )


@question("rank", replications=50)
def rank_command(
    asked: Asked,
    draws: Draws = 256,
    willingness_to_pay: Annotated[
        float, typer.Option(metavar="DKK", help="Worth of one unit of the effect, in DKK.")
    ] = 0.0,
    effect: Annotated[str, typer.Option(help="What is worth that much.")] = "placements",
    payer: Annotated[str, typer.Option(help="Whose purse.")] = "municipality",
) -> Answer:
    """Which assumption matters most: value of knowing it, and its share of the variance."""
    from jobsim.questions.psa import psa
    from jobsim.questions.ranking import rank_assumptions

    found = psa(asked.scenario, asked.against, draws=draws, prices=asked.prices, **asked.how)
    return rank_assumptions(
        found, willingness_to_pay=willingness_to_pay, effect=effect, payer=payer
    )


@question("tornado", replications=100)
def tornado_command(asked: Asked, measure: Measure = "net_saving") -> Answer:
    """Move each uncertain number to both ends of its range, the others staying put."""
    from jobsim.questions.tornado import tornado

    return tornado(asked.scenario, asked.against, measure=measure, prices=asked.prices, **asked.how)


@question("threshold")
def threshold_command(  # noqa: PLR0917 - options, passed by name
    asked: Asked,
    path: Annotated[str, typer.Option(help='The number to move; "prices." before a price.')],
    measure: Measure = "net_saving",
    payer: Annotated[str | None, typer.Option(help="Whose purse.")] = None,
    year: Annotated[int | None, typer.Option(help="Calendar year; without it, the run.")] = None,
    value: Annotated[float, typer.Option(help="What the measure shall be.")] = 0.0,
    low: Annotated[float | None, typer.Option(help="Where to begin to look.")] = None,
    high: Annotated[float | None, typer.Option(help="Where to stop.")] = None,
    policy: Annotated[
        bool, typer.Option("--policy", help="Keep the baseline as it is: the number is a choice.")
    ] = False,
) -> Answer:
    """Find where one number must stand for a measure to reach a value (default: break-even)."""
    from jobsim.questions.threshold import threshold

    return threshold(
        asked.scenario,
        path,
        measure=measure,
        payer=payer,
        year=year,
        value=value,
        low=low,
        high=high,
        policy=policy,
        against=asked.against,
        prices=asked.prices,
        **asked.how,
    )


@question("must-hold")
def must_hold_command(
    asked: Asked,
    claim: Annotated[str, typer.Option(help="Code of a claim of the scenario.")],
) -> Answer:
    """What would have to be true for a claim to hold, one assumption at a time."""
    from jobsim.questions.would_have_to_be_true import what_would_have_to_be_true

    return what_would_have_to_be_true(
        asked.scenario, claim, against=asked.against, prices=asked.prices, **asked.how
    )


@question("naive")
def naive_command(
    asked: Asked,
    year: Annotated[int | None, typer.Option(help="Calendar year of the readings.")] = None,
    target: Annotated[float | None, typer.Option(help="Target that an outcome is read by.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="Group it is about; several may be given.")
    ] = None,
) -> Answer:
    """What a press release would compute, beside the paired truth."""
    from jobsim.questions.naive import naive

    return naive(
        asked.scenario,
        asked.against,
        year=year,
        target=target,
        groups=group or (),
        prices=asked.prices,
        **asked.how,
    )


@question("attribute", replications=100)
def attribute_command(
    asked: Asked,
    measure: Measure = "recipients:scenario",
    since: Annotated[
        str | None, typer.Option(help="Measure, or claim, that the change is counted from.")
    ] = None,
) -> Answer:
    """Divide a change between programme, upswing, inflow and the rest (Shapley values)."""
    from jobsim.questions.attribute import attribute

    return attribute(
        asked.scenario,
        measure=measure,
        since=since,
        against=asked.against,
        prices=asked.prices,
        **asked.how,
    )
