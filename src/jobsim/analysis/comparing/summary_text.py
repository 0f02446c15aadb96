"""A comparison as tables that people read; may import findings."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable

from jobsim.analysis.comparing.findings import Findings
from jobsim.analysis.comparing.samples import Row
from jobsim.analysis.outcomes.measures import MEASURES
from jobsim.ledger import NOT_PRICED, ramp_warnings
from jobsim.scenario import register
from jobsim.text.lines import counted
from jobsim.text.tables import Table, count, interval, kroner, millions, number, share
from jobsim.vocabulary import MONEY_MEASURES, PURSE_TITLES


def tables_of_summary(result: Findings) -> list[Table | str]:
    """Everything that is shown of a comparison, in order."""
    parts: list[Table | str] = [
        _heading(result),
        _volumes(result),
        _budget(result),
        _payers(result),
        _unfolding(result),
    ]
    if result.verdicts:
        parts.append(_claims(result))
    return [*parts, _notes(result)]


def _heading(result: Findings) -> str:
    scenario = result.scenario
    run = (
        counted(scenario.horizon.weeks, "week") + f" from {scenario.horizon.start}",
        counted(result.replications, "replication"),
        f"seed {result.seed}",
        f"prices {result.prices.name}",
    )
    changes = [
        f"changed in {which}: {', '.join(given.changed)}"
        for which, given in (
            ("the scenario", scenario),
            ("the baseline", result.baseline),
            ("the prices", result.prices),
        )
        if given.changed
    ]
    lines = [
        f"{scenario.name} against {result.baseline.name}",
        scenario.title or scenario.municipality.name,
        *changes,
        " · ".join(run),
        *(textwrap.wrap(str(result.reached), 100) if result.reached else ()),
        "Differences are scenario − baseline, paired by key. "
        "ci: Monte Carlo 95 % interval of the mean; range: where 95 % of futures fall.",
    ]
    return "\n".join(lines)


def _volumes(result: Findings) -> Table:
    years = result.years
    return Table(
        "What happens",
        ("", "year", "scenario", "baseline", "difference", "ci", "range"),
        tuple(
            _volume_line(result.row(code, year=year), first=year == years[0])
            for code in MEASURES
            if _happens(result, code)
            for year in years
        ),
    )


def _happens(result: Findings, code: str) -> bool:
    """Leave out what occurs in neither scenario, such as small jobs where there are none."""
    row = result.row(code)
    return any(level and not math.isnan(level) for level in (row.scenario, row.baseline))


def _volume_line(row: Row, *, first: bool) -> tuple[str, ...]:
    shown = share if row.unit == "share" else count
    label = MEASURES[row.measure].label if first else ""
    levels = (shown(row.scenario), shown(row.baseline))
    return (label, str(row.year), *levels, *_cells(row, shown))


def _budget(result: Findings) -> Table:
    years: tuple[int | None, ...] = (*result.years, None)
    lines = []
    for code, words in MONEY_MEASURES.items():
        rows = [result.row(code, year=year, payer="municipality") for year in years]
        lines.append((words.label, *(millions(row.difference, sign=True) for row in rows)))
        lines.append(
            (
                "  95 % range",
                *(
                    interval(millions(r.range_low, sign=True), millions(r.range_high, sign=True))
                    for r in rows
                ),
            )
        )
    header = ("", *(str(year) if year else "whole run" for year in years))
    return Table(
        "The municipality's table by budget year, million DKK nominal", header, tuple(lines)
    )


def _payers(result: Findings) -> Table:
    lines = []
    for payer, label in PURSE_TITLES.items():
        row = result.row("net_saving", payer=payer)
        after = result.row("net_saving_after_displacement", payer=payer)
        lines.append((label, *_cells(row, millions), millions(after.difference, sign=True)))
    value = result.row("net_present_value")
    after = result.row("net_present_value_after_displacement")
    label = f"Social net present value ({result.prices.price_year} prices)"
    lines.append((label, *_cells(value, millions), millions(after.difference, sign=True)))
    return Table(
        "Who gains and who pays over the whole run, million DKK",
        ("", "gain", "ci", "range", "after displacement"),
        tuple(lines),
    )


def _cells(row: Row, shown: Callable[..., str], *, sign: bool = True) -> tuple[str, str, str]:
    """Estimate, interval and range of a difference."""
    return (
        shown(row.difference, sign=sign),
        interval(shown(row.ci_low, sign=sign), shown(row.ci_high, sign=sign)),
        interval(shown(row.range_low, sign=sign), shown(row.range_high, sign=sign)),
    )


def _unfolding(result: Findings) -> Table:
    gain = result.row("probability_of_gain", payer="municipality")
    per_job = result.row("cost_per_extra_placement")
    ratio = result.row("benefit_cost_ratio")
    saves_staff = result.row("programme_cost", payer="municipality").difference < 0
    stock, monthly = result.row("stock_difference_at_end"), result.row("monthly_saving_at_end")
    return Table(
        "Does it pay for the municipality?",
        ("", "estimate", "ci", "range"),
        (
            (
                "Saved per placement lost, DKK" if saves_staff else "Cost per extra placement, DKK",
                *_cells(per_job, kroner, sign=False),
            ),
            (
                "Lost again per krone saved" if saves_staff else "Saved per krone spent",
                *_cells(ratio, _two_digits, sign=False),
            ),
            ("Breaks even", *_break_even_cells(result)),
            ("Probability of gaining (chance alone)", *_cells(gain, share, sign=False)),
            ("At the end: difference in recipients", *_cells(stock, count)),
            ("At the end: net saving per month, DKK", *_cells(monthly, kroner)),
        ),
    )


def _two_digits(value: float, *, sign: bool = False) -> str:
    return number(value, digits=2, sign=sign)


def _break_even_cells(result: Findings) -> tuple[str, str, str]:
    row = result.row("break_even_month")
    return (
        _month(result, row.difference),
        "–",
        interval(_month(result, row.range_low), _month(result, row.range_high)),
    )


def _month(result: Findings, month: float) -> str:
    if math.isnan(month):  # nothing is ever gained or lost
        return "–"
    if math.isinf(month):
        return "never in the run"
    return str(result.months[int(month) - 1])


def _claims(result: Findings) -> Table:
    lines = []
    for verdict in result.verdicts:
        shown = kroner if verdict.unit == "DKK" else count
        model = verdict.model
        lines.append(
            (
                verdict.claim.label,
                shown(verdict.claim.value),
                shown(model.mean),
                interval(shown(model.range_low), shown(model.range_high)),
                verdict.verdict,
            )
        )
    return Table(
        "Claims beside the model",
        ("", "claimed", "model", "range", "verdict"),
        tuple(lines),
    )


def _notes(result: Findings) -> str:
    scenario, prices = result.scenario, result.prices
    assumed = register(scenario)
    notes = [
        "Ranges and probabilities: chance alone, parameters taken as known.",
        f"Municipal tax: {prices.equalisation.kept_share:.0%} of extra municipal tax is kept after "
        "equalisation, the rest goes to the state.",
        f"Assumptions: {assumed.judgement_share:.0%} of the scenario's numbers are judgement"
        + (f", {len(assumed.unsourced)} are unsourced or changed." if assumed.unsourced else "."),
    ]
    outside = ", ".join(row.path for row in assumed.outside_range)
    if outside:
        notes.append(f"Outside their plausible range: {outside}.")
    first, last = prices.years
    if result.years[0] < first or result.years[-1] > last:
        notes.append(f"Prices: known for {first} to {last}, kept constant outside those years.")
    notes += ramp_warnings(scenario, prices)
    notes.append("Not priced: " + "; ".join(NOT_PRICED) + ".")
    return "\n".join(textwrap.fill(note, 100, subsequent_indent="  ") for note in notes)
