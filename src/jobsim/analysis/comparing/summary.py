"""A comparison without its replications, as people meet it; may import samples and text."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from jobsim.analysis.comparing.first_page import first_page, off_benefit_in, verdict
from jobsim.analysis.comparing.row import Row
from jobsim.analysis.outcomes.claims import Verdict
from jobsim.analysis.outcomes.measures import (
    WITHOUT,
    part_years,
    played_in_part,
    printed_measures,
    with_part_years,
    year_of,
    year_of_run,
)
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.playing.precision import Reached
from jobsim.analysis.setting.case import against, only_cut
from jobsim.analysis.setting.notices import gravest
from jobsim.arrays import Dates, Floats
from jobsim.ledger import Prices, ramp_warnings
from jobsim.ledger.after_list import beyond_note
from jobsim.scenario import Scenario, readable, register
from jobsim.scenario.number_register import RegisterRow
from jobsim.scenario.paths import unit_at
from jobsim.text import tables
from jobsim.text.tables import Table, between, count, kroner, millions, share
from jobsim.text.width import filled
from jobsim.vocabulary import (
    AFTER,
    FIXED_OPENINGS,
    LINES,
    MEASURE_WORDS,
    MONEY_MEASURES,
    PRESENT_VALUES,
    PURSE_TITLES,
)

if TYPE_CHECKING:
    import pandas as pd


_CLAIM_COLUMNS = [
    *("claim", "label", "measure", "year", "role", "claimed"),
    *("model", "range_low", "range_high", "unit", "verdict"),
]
"""Columns of the table of claims, which it has without any claim, too."""


@dataclass(frozen=True, repr=False, eq=False)
class Summary(Result):
    """What a comparison found: rows with their three spreads, and claims beside the model.

    Parameters
    ----------
    scenario, baseline : Scenario
    prices : Prices
    numbers : sequence of int
        Numbers of the replications.
    seed : int
    engine : str
    rows : tuple of Row
    verdicts : tuple of Verdict
    municipal : float64[line, month]
        The municipality's mean increments, DKK.
    reached : Reached or None
        How precisely means are known, where that was asked for.
    """

    scenario: Scenario
    baseline: Scenario
    prices: Prices
    numbers: Sequence[int]
    seed: int
    engine: str
    rows: tuple[Row, ...]
    verdicts: tuple[Verdict, ...]
    municipal: Floats
    reached: Reached | None = None
    _keys: ClassVar = ("measure", "payer", "year", "group")

    @property
    def replications(self) -> int:
        """Number of futures played."""
        return len(self.numbers)

    @property
    def months(self) -> Dates:
        """datetime64[M][n_months]."""
        return self.scenario.weeks.months

    @cached_property
    def years(self) -> list[int]:
        """Calendar years of the run."""
        return [int(year) for year in np.unique(year_of(self.months))]

    @property
    def verdict(self) -> str:
        """Who gains and who loses over the run, in one sentence."""
        return verdict(self)

    @cached_property
    def record(self) -> RunRecord:
        """What is needed to play this comparison again to the same numbers."""
        case = (self.scenario, self.baseline, self.prices)
        return RunRecord(*case, list(self.numbers), self.seed, self.engine)

    def municipal_table(self) -> pd.DataFrame:
        """The municipality's mean increments by ledger line and budget year, DKK nominal.

        Returns
        -------
        DataFrame, one row per ledger line and a total, one column per calendar year and a sum
        """
        import pandas as pd

        years = year_of(self.months)
        table = pd.DataFrame(
            {str(year): self.municipal[:, years == year].sum(axis=1) for year in self.years},
            index=pd.Index(LINES, name="line"),
        )
        table["whole run"] = table.sum(axis=1)
        table.loc[MONEY_MEASURES["net_saving"].label.lower()] = table.sum(axis=0)
        return table

    def claims_frame(self) -> pd.DataFrame:
        """Each claim with the model's mean, range and the verdict."""
        import pandas as pd

        rows = []
        for one in self.verdicts:
            claim, model = one.claim, one.model
            rows.append(
                {"claim": one.code, "label": claim.label}
                | {"measure": claim.measure, "year": claim.year}
                | {"role": claim.role, "claimed": claim.value, "model": model.mean}
                | {"range_low": model.range_low, "range_high": model.range_high}
                | {"unit": one.unit, "verdict": one.verdict}
            )
        return pd.DataFrame(rows, columns=_CLAIM_COLUMNS)

    def to_frame(self) -> pd.DataFrame:
        """Every number as a table, one line per row; `part_of_year` where not all of it is."""
        return with_part_years(super().to_frame(), self.scenario.weeks)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        played = {
            str(year): f"{year} ({some})"
            for year, some in played_in_part(self.scenario.weeks).items()
        }
        return {
            "municipality_by_budget_year": self.municipal_table().rename(columns=played),
            "measures": self.to_frame(),
            "claims": self.claims_frame(),
        }

    def _parts(self) -> list[Table | str]:
        """Everything that is shown of a comparison, in order."""
        claims = [_claims(self)] if self.verdicts else []
        found = [_payers(self), _budget(self), _pays(self), _volumes(self), *claims]
        first = "\n".join([*first_page(self), _LEGEND])
        return [_heading(self), first, *found, _notes(self, found)]


_AFTER = "  after displacement"
_LEGEND = (
    "Differences are scenario − baseline, paired by key; of money, positive is a gain, except in "
    "rows marked (cost).\nci: Monte Carlo 95 % interval of the mean; range: where 95 % of futures "
    "fall."
)


def _heading(result: Summary) -> str:
    scenario = result.scenario
    run = (
        tables.counted(scenario.horizon.weeks, "week") + f" from {scenario.horizon.start}",
        tables.counted(result.replications, "replication"),
        f"seed {result.seed}",
        f"prices {result.prices.named}",
    )
    given = {"scenario": scenario, "baseline": result.baseline, "prices": result.prices}
    changed = {which: ", ".join(one.entries_changed) for which, one in given.items()}
    return "\n".join(
        [
            against(scenario, result.baseline),
            scenario.title or scenario.municipality.name,
            *(f"changed in the {which}: {paths}" for which, paths in changed.items() if paths),
            " · ".join(run),
            *([filled(str(result.reached), indent="")] if result.reached else ()),
            *_cut(scenario, result.baseline),
            *gravest([scenario], result.prices, result.baseline),
        ]
    )


def _cut(scenario: Scenario, baseline: Scenario) -> list[str]:
    """A line where the scenario takes away, as it does where the two are swapped."""
    paths = ", ".join(only_cut(scenario, baseline))
    told = f"The scenario is without what the baseline has: {paths}. A cut, or are they swapped?"
    return [told] if paths else []


def _volumes(result: Summary) -> Table:
    """Leave out what occurs in neither scenario, such as small jobs where there are none."""
    lines, weeks = [], result.scenario.weeks
    for measure in printed_measures(leaving=off_benefit_in(result).leaving):
        code = measure.code
        whole = result.row(code)
        if all(not level or math.isnan(level) for level in (whole.scenario, whole.baseline)):
            continue
        shown = tables.shown_in(measure.unit)
        for year in result.years:
            row = result.row(code, year=year)
            label = measure.label if year == result.years[0] else ""
            levels = (shown(row.scenario), shown(row.baseline))
            lines.append((label, year_of_run(weeks, year), *levels, *_cells(row, shown)))
    header = ("", "year", "scenario", "baseline", "difference", "ci", "range")
    return Table("What happens", header, tuple(lines), part_years(weeks))


def _budget(result: Summary) -> Table:
    years: tuple[int | None, ...] = (*result.years, None)
    lines = []
    for code, words in MONEY_MEASURES.items():
        rows = [result.row(code, year=year, payer="municipality") for year in years]
        cells = [_cells(row, millions, sign=code != "programme_cost") for row in rows]
        lines += [(words.label, *(mean for mean, _, _ in cells))]
        lines += [("  95 % range", *(span for _, _, span in cells))]
    weeks = result.scenario.weeks
    header = ("", *(year_of_run(weeks, year) if year else "whole run" for year in years))
    title = "The municipality's table by budget year, million DKK nominal"
    return Table(title, header, tuple(lines), part_years(weeks))


def _payers(result: Summary) -> Table:
    year = result.prices.price_year_of(result.scenario)
    value = f"{MEASURE_WORDS[PRESENT_VALUES[0]].label} ({year} prices)"
    savings = ("net_saving", "net_saving_after_displacement")
    purses = [(label, savings, payer) for payer, label in PURSE_TITLES.items()]
    lines = []
    for label, measures, payer in (*purses, (value, PRESENT_VALUES, "society")):
        gain, after = (_cells(result.row(one, payer=payer), millions) for one in measures)
        lines += [(label, *gain), (_AFTER, *after)]
    header = ("", "gain", "ci", "range")
    return Table("Who gains and who pays over the whole run, million DKK", header, tuple(lines))


def _cells(row: Row, shown: Callable[..., str], *, sign: bool = True) -> tuple[str, str, str]:
    """Estimate, interval and range of a difference."""
    mean, ends = tables.estimate(row.spread, shown, sign=sign)
    return mean, ends, between(shown, row.range_low, row.range_high, sign=sign)


PAYS: dict[tuple[str, str | None], Callable[..., str]] = {
    ("cost_per_job_year", "municipality"): kroner,
    ("cost_per_extra_placement", "municipality"): kroner,
    ("benefit_cost_ratio", "municipality"): tables.hundredths,
    ("placements_without", None): share,
    ("small_jobs_without", None): share,
    ("share_without_work", None): share,
    (FIXED_OPENINGS, "municipality"): kroner,
    ("probability_of_gain", "municipality"): share,
    ("break_even_month", "municipality"): str,
    ("monthly_saving_at_end", "municipality"): kroner,
    ("stock_difference_at_end", None): count,
}
"""Whether it pays: measures with their payer, and how each is written."""
SIGNED = (FIXED_OPENINGS, "monthly_saving_at_end", "stock_difference_at_end")
"""Those of them that are written with a sign."""


def _pays(result: Summary) -> Table:
    """What would have come without is told of what is bought, and where there is some."""
    cost = result.row("programme_cost", payer="municipality").difference
    saves_staff, lines = cost < 0, []
    for (measure, payer), shown in PAYS.items():
        row = result.row(measure, payer=payer)
        if measure in WITHOUT and (saves_staff or math.isnan(row.difference)):
            continue
        if measure == "share_without_work" and not off_benefit_in(result).told:
            continue
        if measure == FIXED_OPENINGS and not row.difference:
            continue
        written = partial(_month, result) if measure == "break_even_month" else shown
        words = MEASURE_WORDS[measure]
        label = (saves_staff and words.label_when_saving) or words.label
        sign = measure in SIGNED
        lines.append((label, *_paid(row, cost, written, sign=sign)))
        if f"{measure}{AFTER}" in MEASURE_WORDS:
            after = result.row(f"{measure}{AFTER}", payer=payer)
            lines.append((_AFTER, *_paid(after, cost, written, sign=sign)))
    header = ("", "estimate", "ci", "range")
    note = "Whoever is placed twice is two placements; job-years count the time in work."
    if result.row(FIXED_OPENINGS, payer="municipality").difference:
        note += f"\n{filled(_OPENINGS)}"
    return Table("Does it pay for the municipality?", header, tuple(lines), note)


def _paid(row: Row, cost: float, shown: Callable[..., str], *, sign: bool) -> tuple[str, str, str]:
    """Cells of a figure; a word where it is a cost for each of what has none."""
    word = tables.no_price(row.difference, cost) if row.for_each else ""
    return (word, "–", "–") if word else _cells(row, shown, sign=sign)


_OPENINGS = (
    "Openings are taken to grow with the number of consultants; if they are fixed, consultants "
    "fill only those that come anyway. What share of theirs has to be additional, jobsim threshold "
    "tells with --path small_jobs.consultants.openings_per_fte_week.scale --low 0 --high 1."
)


def _month(result: Summary, month: float, *, sign: bool) -> str:
    if math.isnan(month):  # nothing is ever gained or lost
        return "–"
    if math.isinf(month):
        return f"not by {result.months[-1]}"
    return str(result.months[int(month) - 1])


def _claims(result: Summary) -> Table:
    lines = []
    for one in result.verdicts:
        shown, model = tables.shown_in(one.unit), one.model
        figures = (shown(one.claim.value), one.no_price or shown(model.mean))
        ends = between(shown, model.range_low, model.range_high)
        lines.append((one.claim.label, *figures, ends, one.verdict))
    header = ("", "claimed", "model", "range", "verdict")
    return Table("Claims beside the model", header, tuple(lines))


def _notes(result: Summary, found: Sequence[Table]) -> str:
    scenario, prices = result.scenario, result.prices
    assumed = register(scenario)
    notes = [
        *tables.unseen_note(found, result.replications),
        *tables.no_price_note(found),
        "Ranges and probabilities: chance alone, parameters taken as known.",
        f"Municipal tax: {prices.equalisation.told}.",
        assumed.told("the scenario's"),
    ]
    outside = "; ".join(_outside(scenario, row) for row in assumed.outside_range)
    if outside:
        notes.append(f"Outside their plausible range: {outside}.")
    notes += filter(None, [beyond_note(prices, scenario)])
    notes += ramp_warnings(scenario, prices)
    left_out = "; ".join(prices.not_priced) or f"the list {prices.name} does not say what"
    notes.append(f"Not priced: {left_out}.")
    return "\n".join(filled(note) for note in notes)


def _outside(scenario: Scenario, row: RegisterRow) -> str:
    """A number outside its plausible range, with its unit, in words and not as a path."""
    stated = row.assumption
    assert stated is not None
    room, code, *rest = row.path.split(".")
    named = getattr(scenario, room, None)
    label = named[code].label if isinstance(named, Mapping) and code in named else ""
    words = " ".join(rest if label else (room, code, *rest)).replace("_", " ")
    unit = unit_at(Scenario, row.path)
    return (
        f"{f'{label}: ' if label else ''}{words} {readable(row.beyond)}"
        f"{f' ({unit})' if unit else ''}, plausible {readable(stated.low)} to "
        f"{readable(stated.high)}"
    )
