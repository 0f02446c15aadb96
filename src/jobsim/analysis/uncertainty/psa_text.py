"""A probabilistic sensitivity analysis as tables that people read; may import tables."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

from jobsim.text.lines import counted
from jobsim.text.tables import Table, count, interval, kroner, millions, share

if TYPE_CHECKING:
    from jobsim.analysis.outcomes.claims import Verdict
    from jobsim.analysis.uncertainty.psa_result import PSA, PSARow


_HEADER = ("", "mean", "ci", "range: parameters", "range: chance", "range: both", "from parameters")


def text_of_psa(result: PSA) -> str:
    """Everything that is shown, as plain text."""
    return "\n\n".join([_heading(result), *(table.text() for table in _tables(result))])


def html_of_psa(result: PSA) -> str:
    """Everything that is shown, for a notebook."""
    heading = f'<p style="white-space:pre-wrap">{html.escape(_heading(result))}</p>'
    return heading + "".join(table.html() for table in _tables(result))


def _heading(result: PSA) -> str:
    setting, plan = result.cells.setting, result.cells.plan
    drawn = f"{counted(len(result.draws), 'draw')} of {counted(len(result.draws.paths), 'number')}"
    lines = [
        f"{setting.scenario.name} against {setting.baseline.name}",
        f"{drawn} ({result.draws.design}) · {counted(plan.count, 'replication')} each · "
        f"seed {plan.seed} · prices {setting.prices.name}",
        "Differences are scenario − baseline, paired by key; all draws share their luck.",
        "ci: 95 % interval of the mean (draws and Monte Carlo; the part from Monte Carlo falls "
        "with replications only).",
        "range: where 95 % of conditional means fall (parameters), of futures under one draw "
        "(chance), of all futures (both).",
        "from parameters: share of the variance of single futures.",
    ]
    if result.cells.failed:
        first = result.cells.failed[0]
        lines.append(
            f"{share(result.missing_share)} of draws failed and are left out; "
            f"the first, draw {first.number}: {first.error}"
        )
    return "\n".join(lines)


def _tables(result: PSA) -> list[Table]:
    volumes = [row for row in result.rows if row.unit != "DKK"]
    money = [row for row in result.rows if row.unit == "DKK"]
    parts = [
        Table("What happens", _HEADER, tuple(_line(row, _shown(row)) for row in volumes)),
        Table(
            "Who gains, DKK million over the period, nominal",
            _HEADER,
            tuple(_line(row, millions) for row in money),
        ),
    ]
    found = [part for part in parts if part.rows]
    return [*found, _claims(result)] if result.verdicts else found


def _shown(row: PSARow) -> Callable[[float], str]:
    return share if row.unit == "share" else count


def _line(row: PSARow, shown: Callable[[float], str]) -> tuple[str, ...]:
    def ends(low: float, high: float) -> str:
        return interval(shown(low), shown(high))

    return (
        row.label,
        shown(row.mean),
        ends(row.ci_low, row.ci_high),
        ends(row.parameters_low, row.parameters_high),
        ends(row.chance_low, row.chance_high),
        ends(row.both_low, row.both_high),
        share(row.parameters_share),
    )


def _claims(result: PSA) -> Table:
    return Table(
        "Claims, judged by the range over parameters and chance together",
        ("", "claimed", "model", "range: both", "verdict"),
        tuple(_claim(verdict) for verdict in result.verdicts),
    )


def _claim(verdict: Verdict) -> tuple[str, ...]:
    shown = kroner if verdict.unit == "DKK" else count
    model = verdict.model
    return (
        f"{verdict.claim.label} ({verdict.unit})",
        shown(verdict.claim.value),
        shown(model.mean),
        interval(shown(model.range_low), shown(model.range_high)),
        verdict.verdict,
    )
