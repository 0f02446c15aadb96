"""Questions: what is known, what to do, and both together, of a scenario or of a table of draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import jobsim as js
from jobsim.cli.app import Asked, app, numbers_between_commas, question, values_by_path
from jobsim.cli.printing import Answer
from jobsim.errors import InputError

if TYPE_CHECKING:
    from jobsim.questions.cost_effectiveness import Acceptability, CostEffectiveness

DrawCount = Annotated[int, typer.Option(help="Draws of the uncertain numbers.")]
DesignName = Annotated[str, typer.Option(help="sobol, latin_hypercube or random.")]
MeasureCode = Annotated[str, typer.Option(help="Such as net_saving:state:2018, or a claim's code.")]
PlainMeasure = Annotated[str, typer.Option(help="Such as net_saving:state.")]
Purse = Annotated[str, typer.Option(help="Whose purse.")]
Worth = Annotated[
    str,
    typer.Option(
        "--willingness-to-pay", metavar="DKK,DKK,…", help="Worth of one unit of the effect."
    ),
]
_WORTH = "0,100000,200000,300000,400000,500000"
_COST, _EFFECT = "cost:", "effect:"


# What is known: uncertainty, sensitivity, thresholds, claims, attribution


@question("psa", replications=50)
def psa_command(asked: Asked, draws: DrawCount = 256, design: DesignName = "sobol") -> Answer:
    """Draw every uncertain number: how far parameters and chance, apart and together, lead."""
    return asked.by(js.psa, draws=draws, design=design)


@question("rank", replications=50)
def rank_command(
    asked: Asked,
    draws: DrawCount = 256,
    willingness_to_pay: Annotated[
        float, typer.Option(metavar="DKK", help="Worth of one unit of the effect, in DKK.")
    ] = 0.0,
    effect: Annotated[str, typer.Option(help="What is worth that much.")] = "placements",
    payer: Purse = "municipality",
) -> Answer:
    """Which assumption matters most: value of knowing it, and its share of the variance."""
    return js.rank_assumptions(
        asked.by(js.psa, draws=draws),
        willingness_to_pay=willingness_to_pay,
        effect=effect,
        payer=payer,
    )


@question("tornado", replications=100)
def tornado_command(asked: Asked, measure: MeasureCode = "net_saving") -> Answer:
    """Move each uncertain number to both ends of its range, the others staying put."""
    return asked.by(js.tornado, measure=measure)


@question("threshold")
def threshold_command(  # noqa: PLR0917 - options, passed by name
    asked: Asked,
    path: Annotated[str, typer.Option(help='The number to move; "prices." before a price.')],
    measure: MeasureCode = "net_saving",
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
    return asked.by(
        js.threshold,
        path,
        measure=measure,
        payer=payer,
        year=year,
        value=value,
        low=low,
        high=high,
        policy=policy,
    )


@question("must-hold")
def must_hold_command(
    asked: Asked, claim: Annotated[str, typer.Option(help="Code of a claim of the scenario.")]
) -> Answer:
    """What would have to be true for a claim to hold, one assumption at a time."""
    return asked.by(js.what_would_have_to_be_true, claim)


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
    return asked.by(js.naive, year=year, target=target, groups=group or ())


@question("attribute", replications=100)
def attribute_command(
    asked: Asked,
    measure: MeasureCode = "recipients:scenario",
    since: Annotated[
        str | None, typer.Option(help="Measure, or claim, that the change is counted from.")
    ] = None,
) -> Answer:
    """Divide a change between programme, upswing, inflow and the rest (Shapley values)."""
    return asked.by(js.attribute, measure=measure, since=since)


# What to decide under uncertainty


@dataclass(frozen=True)
class Decision:
    """The incremental table, and what is best at each worth of the effect."""

    table: CostEffectiveness
    curve: Acceptability

    def to_frame(self) -> Any:
        """Acceptability, frontier, expected loss and EVPI by option and worth."""
        return self.curve.to_frame()

    def __repr__(self) -> str:
        return f"{self.table!r}\n\n{self.curve!r}"


def _decision(table: CostEffectiveness, worth: str) -> Decision:
    willing = numbers_between_commas(worth, "--willingness-to-pay")
    return Decision(table, table.acceptability(willing))


@question("decide", replications=50)
def decide_command(
    asked: Asked,
    draws: DrawCount = 256,
    design: DesignName = "sobol",
    worth: Worth = _WORTH,
    effect: Annotated[str, typer.Option(help="What is bought.")] = "placements",
    payer: Purse = "municipality",
) -> Answer:
    """Invest or not: cost per effect, acceptability, what perfect knowledge is worth."""
    from jobsim.analysis.outcomes.quantity import quantity

    measures = [effect, f"net_saving:{payer}"]
    found = asked.by(js.psa, draws=draws, design=design, measures=measures)
    names, unit = ("baseline", "scenario"), quantity(effect).unit
    options = js.cost_effectiveness(
        found.costs(payer), found.effects(effect), names=names, effect_unit=unit
    )
    return _decision(options, worth)


@app.command(name="decide-table", rich_help_panel="Questions")
def decide_table_command(
    file: Annotated[
        Path, typer.Argument(help='CSV, one draw a row: columns "cost:NAME" and "effect:NAME".')
    ],
    worth: Worth = _WORTH,
    effect_unit: Annotated[str, typer.Option(help="What the effect is counted in.")] = "units",
) -> None:
    """The same for draws of costs and effects that any program wrote."""
    costs, effects, names = _columns(file)
    options = js.cost_effectiveness(costs, effects, names=names, effect_unit=effect_unit)
    typer.echo(repr(_decision(options, worth)))


def _columns(file: Path) -> tuple[Any, Any, list[str]]:
    """Costs and effects by option.

    Raises
    ------
    InputError
        If the file cannot be read or an option lacks its cost or effect.
    """
    import pandas as pd

    try:
        table = pd.read_csv(file)
    except (OSError, ValueError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{file}: cannot be read ({why})") from error
    names = [name.removeprefix(_COST) for name in table.columns if name.startswith(_COST)]
    missing = [name for name in names if f"{_EFFECT}{name}" not in table.columns]
    if not names or missing:
        what = f'column "{_EFFECT}{missing[0]}"' if missing else f'columns "{_COST}NAME"'
        raise InputError(f"{file}: has no {what}")
    costs, effects = (table[[f"{part}{name}" for name in names]] for part in (_COST, _EFFECT))
    return costs, effects, names


# What moving numbers does, and what to do


@question("two-way", replications=50)
def two_way_command(
    asked: Asked,
    grid: Annotated[
        list[str], typer.Option("--set", metavar="PATH=VALUE,VALUE", help="Give it twice.")
    ],
    measure: PlainMeasure = "net_saving",
    policy: Annotated[bool, typer.Option("--policy", help="Keep the baseline as it is.")] = False,
) -> Answer:
    """Move two numbers at a time over a grid."""
    values = values_by_path(grid, "--set")
    return asked.by(js.two_way, values, measure=measure, policy=policy)


@question("sobol", replications=20)
def sobol_command(
    asked: Asked, draws: DrawCount = 64, measure: PlainMeasure = "net_saving"
) -> Answer:
    """Sobol' indices: each number's share of the variance, alone and with all others."""
    return asked.by(js.sobol_indices, draws=draws, measure=measure)


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
    design = values_by_path(changes, "--set")
    return asked.by(js.sweep, design, both=both, measures=measure)


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
    return asked.by(js.investment_curve, numbers_between_commas(budgets, "--budgets"), path=path)


@question("allocate", replications=100)
def allocate_command(
    asked: Asked,
    total: Annotated[float, typer.Option(metavar="DKK", help="Total budget a year.")],
    aim: Annotated[str, typer.Option(help="What shall be as high as possible.")] = (
        "net_saving:municipality"
    ),
) -> Answer:
    """Split one total over programmes, small-job consultants and supports."""
    return asked.by(js.allocate, total, aim=aim)


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
    return asked.by(
        js.caseload_limit,
        on_time=on_time,
        programme=programme,
        intervals=numbers_between_commas(intervals, "--intervals"),
        meetings_per_fte_week=numbers_between_commas(
            meetings_per_fte_week, "--meetings-per-fte-week"
        ),
        no_show=numbers_between_commas(no_show, "--no-show"),
    )
