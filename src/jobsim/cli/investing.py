"""Questions about what to do: sweep, investment curve, allocation, caseload limit.

Each command loads its question when it is asked, so that the others start quickly.
"""

from __future__ import annotations

from typing import Annotated

import typer

from jobsim.cli.question import Answer, Asked, numbers, question, values_by_path


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
