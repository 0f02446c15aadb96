"""Questions: what is known, what to do, and both together, of a scenario or of a table of draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer

import jobsim as js
from jobsim.analysis.deciding.draw_arrays import willingness
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.cli import app as cli
from jobsim.cli.printing import refuse_files_that_stay, show_answer
from jobsim.errors import InputError
from jobsim.files.tables import TextTable

if TYPE_CHECKING:
    from jobsim.questions.cost_effectiveness import Acceptability, CostEffectiveness

DrawCount = Annotated[int, cli.option("Draws of the uncertain numbers.")]
MeasureCode = Annotated[str, cli.option("Such as net_saving:state:2018, or a claim's code.")]
PlainMeasure = Annotated[str, cli.option("Such as net_saving:state.")]
Purse = Annotated[str, cli.option("Whose purse.")]
Worth = Annotated[
    str, cli.option("Worth of one unit of the effect.", "--willingness-to-pay", "AMOUNT,AMOUNT,…")
]
_WORTH = "0,100000,200000,300000,400000,500000"
_COST, _EFFECT = "cost:", "effect:"


# What is known: uncertainty, sensitivity, thresholds, claims, attribution


@cli.question("psa", replications=50)
def psa_command(
    asked: cli.Asked,
    draws: DrawCount = 256,
    design: cli.DesignName = "auto",
    move: cli.Move = "auto",
    measure: Annotated[
        list[str] | None, cli.option("What to measure, such as employed_weeks.")
    ] = None,
) -> Result:
    """Draw every uncertain number: how far parameters and chance, apart and together, lead."""
    return asked.by(js.psa, measures=measure)


@cli.question("rank", replications=50)
def rank_command(
    asked: cli.Asked,
    draws: DrawCount = 256,
    design: cli.DesignName = "auto",
    willingness_to_pay: Annotated[
        float,
        cli.option("Worth of one unit of the effect, in the currency of the scenario.", "AMOUNT"),
    ] = 0.0,
    effect: Annotated[str, cli.option("What is worth that much.")] = "placements",
    payer: Purse = "municipality",
    move: cli.Move = "auto",
) -> Result:
    """Which assumption matters most: value of knowing it, and its share of the variance."""
    from jobsim.analysis.outcomes.quantity import net_saving

    drawn = asked.by(js.psa, measures=[effect, net_saving(payer).code])
    return js.rank_assumptions(
        drawn, willingness_to_pay=willingness_to_pay, effect=effect, payer=payer
    )


@cli.question("tornado", replications=100)
def tornado_command(
    asked: cli.Asked, measure: MeasureCode = "net_saving", move: cli.Move = "auto"
) -> Result:
    """Move each uncertain number to both ends of its range, the others staying put."""
    return asked.by(js.tornado)


@cli.question("threshold", counted=True)
def threshold_command(  # noqa: PLR0917 - options, passed by name
    asked: cli.Asked,
    path: Annotated[str, cli.option('The number to move; "prices." before a price.')],
    measure: MeasureCode = "net_saving",
    payer: Annotated[str | None, cli.option("Whose purse.")] = None,
    year: Annotated[int | None, cli.option("Calendar year; without it, the run.")] = None,
    value: Annotated[float, cli.option("What the measure shall be.")] = 0.0,
    low: Annotated[float | None, cli.option("Where to begin to look.")] = None,
    high: Annotated[float | None, cli.option("Where to stop.")] = None,
    move: cli.Move = "auto",
) -> Result:
    """Find where one number must stand for a measure to reach a value (default: break-even)."""
    return asked.by(js.threshold)


@cli.question("must-hold", counted=True)
def must_hold_command(
    asked: cli.Asked,
    claim: Annotated[
        str | None, cli.option("Code of a claim of the scenario; without it, break-even.")
    ] = None,
    move: cli.Move = "auto",
) -> Result:
    """What would have to be true for break-even or a claim, one assumption at a time."""
    return asked.by(js.what_would_have_to_be_true)


@cli.question("naive", counted=True)
def naive_command(
    asked: cli.Asked,
    year: Annotated[int | None, cli.option("Calendar year of the readings.")] = None,
    target: Annotated[float | None, cli.option("Target that an outcome is read by.")] = None,
    group: Annotated[
        list[str] | None, cli.option("Group it is about; several may be given.")
    ] = None,
    participants: Annotated[
        bool, cli.option("Also how many of those who took part would have been placed without it.")
    ] = False,
) -> Result:
    """What a press release would compute, beside the paired truth."""
    return asked.by(js.naive, groups=group or ())


@cli.question("attribute", replications=100)
def attribute_command(
    asked: cli.Asked,
    measure: MeasureCode = "recipients:scenario",
    since: Annotated[
        str | None, cli.option("Measure, or claim, that the change is counted from.")
    ] = None,
    move: cli.Move = "auto",
) -> Result:
    """Divide a change between programme, upswing, inflow and the rest (Shapley values)."""
    return asked.by(js.attribute)


# What to decide under uncertainty


@dataclass(frozen=True, repr=False)
class Decision(Result):
    """The incremental table, and what is best at each worth of the effect.

    Parameters
    ----------
    table : CostEffectiveness
    curve : Acceptability
    record : RunRecord or None, which draws of another program have not
    """

    table: CostEffectiveness
    curve: Acceptability
    record: RunRecord | None = None
    _keys: ClassVar = ("willingness_to_pay", "option")

    def frames(self) -> dict[str, Any]:
        """Tables of numbers by name."""
        return {**self.table.frames(), **self.curve.frames()}

    def _lines(self) -> Iterable[object]:
        return self.curve._lines()

    def _parts(self) -> list[Any]:
        return [*self.table._parts(), *self.curve._parts()]


def _worth(text: str) -> Any:
    """Worths of one unit of the effect, which are checked before anything is played."""
    given = cli.numbers_between_commas(text, "--willingness-to-pay")
    return willingness(given)


@cli.question("decide", replications=50)
def decide_command(
    asked: cli.Asked,
    draws: DrawCount = 256,
    design: cli.DesignName = "auto",
    worth: Worth = _WORTH,
    effect: Annotated[str, cli.option("What is bought.")] = "placements",
    payer: Purse = "municipality",
) -> Result:
    """Invest or not: cost per effect, acceptability, what perfect knowledge is worth."""
    from jobsim.analysis.outcomes.quantity import net_saving, quantity

    willing, measures = _worth(worth), [effect, net_saving(payer).code]
    found = asked.by(js.psa, measures=measures)
    unit = quantity(effect).unit
    units = {"effect_unit": unit, "money_unit": found.record.prices.currency}
    options = js.cost_effectiveness(found.costs(payer), found.effects(effect), **units)
    return Decision(options, options.acceptability(willing), found.record)


def decide_table_command(
    file: Annotated[
        Path, typer.Argument(help='CSV, one draw a row: columns "cost:NAME" and "effect:NAME".')
    ],
    worth: Worth = _WORTH,
    effect_unit: Annotated[str, cli.option("What the effect is counted in.")] = "units",
) -> Decision:
    """The same for draws of costs and effects that any program wrote."""
    willing = _worth(worth)
    costs, effects = _columns(file)
    options = js.cost_effectiveness(costs, effects, effect_unit=effect_unit)
    return Decision(options, options.acceptability(willing))


def _decide_table(given: dict[str, Any]) -> None:
    refuse_files_that_stay(given)
    own = {name: given[name] for name in ("file", "worth", "effect_unit")}
    show_answer(decide_table_command(**own), given)


cli.add_command(
    cli.app,
    "decide-table",
    [*cli.options_of(decide_table_command), *cli.shared("as_json out csv picture force")],
    _decide_table,
    help=decide_table_command.__doc__,
    rich_help_panel="Questions",
)


_MOST_BYTES, _MOST_DRAWS, _MOST_OPTIONS = 2**24, 200_000, 100
"""Of a table of draws."""


def _columns(file: Path) -> tuple[Any, Any]:
    """Costs and effects by option.

    Raises
    ------
    InputError
        If the file cannot be read or an option lacks its cost or effect.
    """
    import pandas as pd

    table = TextTable.read(file, most=_MOST_BYTES, most_rows=_MOST_DRAWS)
    if (table.encoding, table.delimiter) != ("utf-8-sig", ","):
        typer.echo(f"{file}: read as {table.read_as}", err=True)
    names = [one.removeprefix(_COST) for one in table.headings if one.startswith(_COST)]
    if not names:
        raise InputError(f'{file}: has no columns "{_COST}NAME" (read as {table.read_as})')
    if len(names) > _MOST_OPTIONS:
        raise InputError(f"{file}: has {len(names)} options; at most {_MOST_OPTIONS} are compared")
    costs, effects = (
        pd.DataFrame({name: table.numbers(part + name) for name in names})
        for part in (_COST, _EFFECT)
    )
    return costs, effects


# What moving numbers does, and what to do


@cli.question("two-way", replications=50)
def two_way_command(
    asked: cli.Asked,
    grid: Annotated[list[str], cli.option("Give it twice.", "--set", "PATH=VALUE,VALUE")],
    measure: PlainMeasure = "net_saving",
    move: cli.Move = "auto",
) -> Result:
    """Move two numbers at a time over a grid."""
    values = cli.values_by_path(grid, "--set")
    if len(values) != 2:
        raise InputError(f"--set: must be given twice, PATH=VALUE,VALUE each; got {len(values)}")
    return asked.by(js.two_way, grid=values)


@cli.question("sobol", replications=20)
def sobol_command(
    asked: cli.Asked,
    draws: DrawCount = 64,
    measure: PlainMeasure = "net_saving",
    move: cli.Move = "auto",
) -> Result:
    """Sobol' indices: each number's share of the variance, alone and with all others."""
    return asked.by(js.sobol_indices)


@cli.question("sweep")
def sweep_command(
    asked: cli.Asked,
    changes: Annotated[
        list[str],
        cli.option(
            "Values of one path; several make a grid. PATH.scale multiplies what is there.",
            "--set",
            "PATH=VALUE,VALUE",
        ),
    ],
    move: cli.Move = "auto",
    measure: Annotated[
        list[str] | None, cli.option("What to show, such as net_saving:state:2018.")
    ] = None,
) -> Result:
    """Change values over a grid, against one baseline on the same luck."""
    design = cli.values_by_path(changes, "--set")
    return asked.by(js.sweep, design=design, measures=measure)


@cli.question("invest")
def invest_command(
    asked: cli.Asked,
    budgets: Annotated[
        str | None, cli.option("Yearly budgets; without it, sixteen.", "AMOUNT,AMOUNT,…")
    ] = None,
    path: Annotated[
        str | None, cli.option("Which budget; without it, that of the first programme.")
    ] = None,
) -> Result:
    """How high an investment: placements and savings over the budget, and the best one."""
    return asked.by(js.investment_curve, budgets=cli.numbers_between_commas(budgets, "--budgets"))


@cli.question("allocate", replications=100)
def allocate_command(
    asked: cli.Asked,
    total: Annotated[float, cli.option("Total budget a year.", "AMOUNT")],
    aim: Annotated[str, cli.option("What shall be as high as possible.")] = (
        "net_saving:municipality"
    ),
) -> Result:
    """Split one total over programmes, small-job consultants and supports."""
    return asked.by(js.allocate)


@cli.question("caseload", replications=50)
def caseload_command(
    asked: cli.Asked,
    on_time: Annotated[float, cli.option("Share of meetings to be held on time.")] = 0.9,
    programme: Annotated[
        str | None, cli.option("Code of the programme; without it, the first.")
    ] = None,
    intervals: Annotated[str | None, cli.option("Weeks between meetings.", "WEEKS,…")] = None,
    meetings_per_fte_week: Annotated[
        str | None, cli.option("Meetings a caseworker holds in a week.", "N,…")
    ] = None,
    no_show: Annotated[str | None, cli.option("Probabilities of not showing up.", "P,…")] = None,
) -> Result:
    """How many recipients a caseworker can have: meetings on time, and still a gain."""
    return asked.by(
        js.caseload_limit,
        intervals=cli.numbers_between_commas(intervals, "--intervals"),
        meetings_per_fte_week=cli.numbers_between_commas(
            meetings_per_fte_week, "--meetings-per-fte-week"
        ),
        no_show=cli.numbers_between_commas(no_show, "--no-show"),
    )
