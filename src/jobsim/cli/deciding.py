"""Choices under uncertainty: of a scenario, or of a table of draws that any program wrote.

Each command loads its question when it is asked, so that the others start quickly.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobsim.cli.app import app
from jobsim.cli.doubting import Design, Draws
from jobsim.cli.question import Answer, Asked, numbers, question, values_by_path
from jobsim.errors import InputError

if TYPE_CHECKING:
    from jobsim.analysis.deciding.acceptability import Acceptability
    from jobsim.questions.cost_effectiveness import CostEffectiveness

Worth = Annotated[
    str,
    typer.Option(
        "--willingness-to-pay", metavar="DKK,DKK,…", help="Worth of one unit of the effect."
    ),
]
_WORTH = "0,100000,200000,300000,400000,500000"
_COST, _EFFECT = "cost:", "effect:"


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
    return Decision(table, table.acceptability(numbers(worth, "--willingness-to-pay")))


@question("decide", replications=50)
def decide_command(
    asked: Asked,
    draws: Draws = 256,
    design: Design = "sobol",
    worth: Worth = _WORTH,
    effect: Annotated[str, typer.Option(help="What is bought.")] = "placements",
    payer: Annotated[str, typer.Option(help="Whose purse.")] = "municipality",
) -> Answer:
    """Invest or not: cost per effect, acceptability, what perfect knowledge is worth."""
    from jobsim.analysis.outcomes.quantity import quantity
    from jobsim.questions.cost_effectiveness import cost_effectiveness
    from jobsim.questions.psa import psa

    found = psa(
        asked.scenario,
        asked.against,
        draws=draws,
        design=design,
        prices=asked.prices,
        measures=[effect, f"net_saving:{payer}"],
        **asked.how,
    )
    names, unit = ("baseline", "scenario"), quantity(effect).unit
    options = cost_effectiveness(
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
    from jobsim.questions.cost_effectiveness import cost_effectiveness

    costs, effects, names = _columns(file)
    options = cost_effectiveness(costs, effects, names=names, effect_unit=effect_unit)
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
    return (
        table[[f"{_COST}{name}" for name in names]],
        table[[f"{_EFFECT}{name}" for name in names]],
        names,
    )


@question("two-way", replications=50)
def two_way_command(
    asked: Asked,
    grid: Annotated[
        list[str], typer.Option("--set", metavar="PATH=VALUE,VALUE", help="Give it twice.")
    ],
    measure: Annotated[str, typer.Option(help="Such as net_saving:state.")] = "net_saving",
    policy: Annotated[bool, typer.Option("--policy", help="Keep the baseline as it is.")] = False,
) -> Answer:
    """Move two numbers at a time over a grid."""
    from jobsim.questions.two_way import two_way

    return two_way(
        asked.scenario,
        values_by_path(grid, "--set"),  # type: ignore[arg-type]
        asked.against,
        measure=measure,
        policy=policy,
        prices=asked.prices,
        **asked.how,
    )


@question("sobol", replications=20)
def sobol_command(
    asked: Asked,
    draws: Draws = 64,
    measure: Annotated[str, typer.Option(help="Such as net_saving:state.")] = "net_saving",
) -> Answer:
    """Sobol' indices: each number's share of the variance, alone and with all others."""
    from jobsim.questions.sobol_indices import sobol_indices

    return sobol_indices(
        asked.scenario,
        draws=draws,
        baseline=asked.against,
        measure=measure,
        prices=asked.prices,
        **asked.how,
    )
