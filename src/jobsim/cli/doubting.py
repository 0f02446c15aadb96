"""Questions about what is known: uncertainty, sensitivity, thresholds, claims, attribution.

Each command loads its question when it is asked, so that the others start quickly.

Questions about what to do: sweep, investment curve, allocation, caseload limit.
"""

from __future__ import annotations

from typing import Annotated

import typer

from jobsim.cli.question import Answer, Asked, numbers, question, values_by_path

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


@question("sweep")
def sweep_command(
    asked: Asked,
    changes: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="PATH=VALUE,VALUE",
            help="Values of one path; several make a grid. PATH.scale multiplies what is there.",
        ),
    ],
    both: Annotated[
        bool, typer.Option("--both", help="Let the baseline follow, as for facts of the world.")
    ] = False,
    measure: Annotated[
        list[str] | None, typer.Option(help="What to show, such as net_saving:state:2018.")
    ] = None,
) -> Answer:
    """Change values over a grid, against one baseline on the same luck."""
    from jobsim.questions.sweep import sweep

    design = values_by_path(changes, "--set")
    return sweep(
        asked.scenario,
        design,
        both=both,
        measures=measure,
        against=asked.against,
        prices=asked.prices,
        **asked.how,
    )


@question("invest")
def invest_command(
    asked: Asked,
    budgets: Annotated[
        str | None, typer.Option(metavar="DKK,DKK,…", help="Yearly budgets; without it, fifteen.")
    ] = None,
    path: Annotated[
        str | None, typer.Option(help="Which budget; without it, that of the first programme.")
    ] = None,
) -> Answer:
    """How high an investment: placements and savings over the budget, and the best one."""
    from jobsim.questions.investment_curve import investment_curve

    return investment_curve(
        asked.scenario,
        numbers(budgets, "--budgets"),
        path=path,
        against=asked.against,
        prices=asked.prices,
        **asked.how,
    )


@question("allocate", replications=100)
def allocate_command(
    asked: Asked,
    total: Annotated[float, typer.Option(metavar="DKK", help="Total budget a year.")],
    aim: Annotated[str, typer.Option(help="What shall be as high as possible.")] = (
        "net_saving:municipality"
    ),
) -> Answer:
    """Split one total over programmes, small-job consultants and supports."""
    from jobsim.questions.allocate import allocate

    return allocate(
        asked.scenario,
        total,
        aim=aim,
        against=asked.against,
        prices=asked.prices,
        **asked.how,
    )


@question("caseload", replications=50)
def caseload_command(
    asked: Asked,
    on_time: Annotated[float, typer.Option(help="Share of meetings to be held on time.")] = 0.9,
    programme: Annotated[
        str | None, typer.Option(help="Code of the programme; without it, the first.")
    ] = None,
    intervals: Annotated[
        str | None, typer.Option(metavar="WEEKS,…", help="Weeks between meetings.")
    ] = None,
    meetings_per_fte_week: Annotated[
        str | None, typer.Option(metavar="N,…", help="Meetings a caseworker holds in a week.")
    ] = None,
    no_show: Annotated[
        str | None, typer.Option(metavar="P,…", help="Probabilities of not showing up.")
    ] = None,
) -> Answer:
    """How many recipients a caseworker can have: meetings on time, and still a gain."""
    from jobsim.questions.caseload_limit import caseload_limit

    return caseload_limit(
        asked.scenario,
        on_time=on_time,
        programme=programme,
        intervals=numbers(intervals, "--intervals"),
        meetings_per_fte_week=numbers(meetings_per_fte_week, "--meetings-per-fte-week"),
        no_show=numbers(no_show, "--no-show"),
        against=asked.against,
        prices=asked.prices,
        **asked.how,
    )
