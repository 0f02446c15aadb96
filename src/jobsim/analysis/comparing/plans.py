"""Several plans beside one baseline and beside each other; may import comparisons.

The difference between two plans is a comparison too, of the same replications: it costs nothing to
play, and chance that hits both alike is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from jobsim.analysis.comparing.comparison import Comparison
from jobsim.analysis.comparing.first_page import off_benefit_in
from jobsim.analysis.comparing.row import Row
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.spread import spread
from jobsim.analysis.setting.notices import gravest
from jobsim.ledger.after_list import named_in
from jobsim.text import tables
from jobsim.text.tables import Table
from jobsim.text.width import filled
from jobsim.vocabulary import MEASURE_WORDS, PURSE_LABELS

if TYPE_CHECKING:
    import pandas as pd

_SAVING = ("net_saving", "municipality")
_money = partial(tables.millions, sign=True)
_DECIDE: tuple[tuple[str, str | None, Callable[..., str]], ...] = (
    ("placements", None, partial(tables.count, sign=True)),
    ("employed_weeks", None, partial(tables.count, sign=True)),
    ("recipients", None, partial(tables.count, sign=True)),
    ("programme_cost", "municipality", tables.millions),
    (*_SAVING, _money),
    ("net_saving", "state", _money),
    ("net_saving", "public", _money),
    ("net_present_value", "society", _money),
    ("cost_per_extra_placement", "municipality", tables.kroner),
    ("cost_per_job_year", "municipality", tables.kroner),
    ("probability_of_gain", "municipality", tables.share),
)
"""Measures of the whole run that plans are chosen by, and how each is written."""
_LEAVING: tuple[tuple[str, str | None, Callable[..., str]], ...] = (
    ("other_exits", None, partial(tables.count, sign=True)),
    ("weeks_without_work", None, partial(tables.count, sign=True)),
)
"""Who leaves without work, after the weeks in work, where that is part of what some plan does."""


def _deciding(
    comparisons: Iterable[Comparison],
) -> tuple[tuple[str, str | None, Callable[..., str]], ...]:
    """Rows that plans are laid side by side in."""
    leaving = any(off_benefit_in(one.summary).leaving for one in comparisons)
    return (*_DECIDE[:2], *(_LEAVING if leaving else ()), *_DECIDE[2:])


_PRINTED, _WIDEST = 5, 28
"""Most plans side by side, and most letters of a plan's name, that are printed."""


@dataclass(frozen=True, repr=False, eq=False)
class Plans(Result):
    """Plans beside one baseline, each also beside the first plan; increments are paired by key.

    Parameters
    ----------
    comparisons : mapping of str to Comparison
        Each plan beside the baseline, all of the same replications.

    Examples
    --------
    >>> import jobsim as js
    >>> now = js.Scenario.load("esbjerg-2018-evidence")
    >>> twice = now.with_({"programmes.intensive.budget_per_year.scale": 2})
    >>> plans = js.compare({"now": now, "twice": twice}, replications=4, progress=False)
    >>> plans.row("placements", plan="twice").difference > 0
    True
    """

    comparisons: Mapping[str, Comparison]
    _name: ClassVar = "plans"
    _keys: ClassVar = ("measure", "payer", "year", "group", "plan")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the plans, in the order given."""
        return tuple(self.comparisons)

    @cached_property
    def differences(self) -> dict[str, Comparison]:
        """Every plan but the first, beside the first."""
        first, *others = self.comparisons.values()
        beside = [Comparison(one.played, first.played, first.prices) for one in others]
        return dict(zip(self.names[1:], beside, strict=True))

    @cached_property
    def record(self) -> RunRecord:
        """What is needed to play all plans again to the same numbers."""
        first = next(iter(self.comparisons.values()))
        plans = {name: one.played.scenario for name, one in self.comparisons.items()}
        return replace(first.record, plans=plans)

    @cached_property
    def best(self) -> tuple[str, tuple[str, ...]]:
        """Plan with the highest mean net saving of the municipality, and those like it.

        The latter are those whose paired difference from the best has a Monte Carlo 95 % interval
        with 0 in it.
        """
        saved = {name: one.money_of(*_SAVING, None) for name, one in self.comparisons.items()}
        best = max(saved, key=lambda name: float(saved[name].mean()))
        behind = {name: spread(saved[best] - values) for name, values in saved.items()}
        alike = [name for name, one in behind.items() if name != best and not one.ci_low > 0]
        return best, tuple(alike)

    def side_by_side(self) -> pd.DataFrame:
        """What plans are chosen by, over the whole run: a line per measure, columns per plan."""
        import pandas as pd

        lines = []
        for measure, payer, _ in _deciding(self.comparisons.values()):
            line: dict[str, object] = {"measure": measure, "payer": payer}
            for name, one in self.comparisons.items():
                row: Row = one.row(measure, payer=payer)
                ends = {
                    " difference": row.difference,
                    " ci_low": row.ci_low,
                    " ci_high": row.ci_high,
                }
                line |= {f"{name}{end}": value for end, value in ends.items()}
                line["unit"] = row.unit
            lines.append(line)
        frame = pd.DataFrame(lines)
        return frame[[*(column for column in frame if column != "unit"), "unit"]]

    def differences_frame(self) -> pd.DataFrame:
        """Every measure of every plan beside the first: `baseline` is then the first plan."""
        import pandas as pd

        parts = [
            one.to_frame().assign(plan=name, beside=self.names[0])
            for name, one in self.differences.items()
        ]
        if not parts:
            return self.to_frame().iloc[:0].assign(beside="")
        frame = pd.concat(parts, ignore_index=True)
        return frame[["plan", "beside", *(c for c in frame if c not in ("plan", "beside"))]]

    def frames(self) -> dict[str, pd.DataFrame]:
        """Tables of numbers by name: what is written to files."""
        return {
            "side_by_side": self.side_by_side(),
            "plans": self.to_frame(),
            "differences": self.differences_frame(),
        }

    def _lines(self) -> Iterator[dict[str, object]]:
        for name, one in self.comparisons.items():
            for row in one.rows:
                yield {"plan": name, **vars(row)}

    def _parts(self) -> list[Table | str]:
        first = next(iter(self.comparisons.values()))
        record, horizon = self.record, first.played.scenario.horizon
        named = dict.fromkeys([*self.names[:_PRINTED], self.best[0]])
        shown = {name: self.comparisons[name] for name in named}
        beside = {name: self.differences[name] for name in named if name in self.differences}
        count = tables.counted(len(record.replications), "replication")
        head = (
            f"{tables.counted(len(self.names), 'plan')} against {first.baseline.scenario.name}",
            f"{tables.counted(horizon.weeks, 'week')} from {horizon.start} · {count} · "
            f"seed {record.seed} · prices {named_in(record.prices, record.scenario)}",
            *([str(first.reached)] if first.reached else ()),
            *gravest(
                (one.played.scenario for one in shown.values()),
                record.prices,
                first.baseline.scenario,
            ),
        )
        title = "Plan − baseline over the whole run, money in million DKK"
        found = [_side_by_side(title, shown)]
        if beside:
            title = f"Plan − {self.names[0]}, paired by key"
            found.append(_side_by_side(title, beside, ratios=False))
        unseen = tables.unseen_note(found, len(record.replications))
        unseen += tables.no_price_note(found)
        return ["\n".join(head), *found, "\n".join([*map(filled, unseen), self._words()])]

    def _words(self) -> str:
        best, alike = self.best
        found: Row = self.comparisons[best].row(*_SAVING[:1], payer=_SAVING[1])
        mean = tables.in_brackets(found.spread, _money)
        told = f"Best for the municipality: {best}, net saving {mean} m."
        if alike:
            told += f" The data cannot tell it from {', '.join(alike)} (paired 95 % interval)."
        elif len(self.names) > 1:
            told += " The data tell it from every other plan (paired 95 % intervals)."
        if found.ci_high < 0:
            told += " Doing nothing, the baseline, is better still."
        notes = [
            told,
            "Means with their Monte Carlo 95 % intervals in brackets, parameters taken as known. "
            "All plans and the baseline share their luck. Every year, group and purse, and ranges "
            "over futures: to_frame().",
        ]
        hidden = len(self.names) - _PRINTED
        if hidden > 0:
            notes.append(f"{tables.counted(hidden, 'more plan')} in to_frame().")
        return "\n".join(filled(note) for note in notes)


def _heads(names: Iterable[str]) -> list[str]:
    """Names of plans as columns have them: short, unless that makes two alike."""
    full = list(names)
    short = [name if len(name) <= _WIDEST else f"{name[: _WIDEST - 1]}…" for name in full]
    return short if len(set(short)) == len(short) else full


def _side_by_side(
    title: str, comparisons: Mapping[str, Comparison], *, ratios: bool = True
) -> Table:
    rows = []
    for measure, payer, shown in _deciding(comparisons.values()):
        words = MEASURE_WORDS[measure]
        if words.unit.startswith(("DKK per", "probability")) and not ratios:
            continue
        label = words.label
        if payer is not None and measure == "net_saving":
            label += f", {PURSE_LABELS[payer].lower()}"
        cells = [_cell(one, measure, payer, shown) for one in comparisons.values()]
        rows.append((label, *cells))
    note = ""
    if any("*" in cell for row in rows for cell in row):
        note = "* saves staff and grants: what is saved for each one lost."
    return Table(title, ("", *_heads(comparisons)), tuple(rows), note)


def _cell(one: Comparison, measure: str, payer: str | None, shown: Callable[..., str]) -> str:
    row: Row = one.row(measure, payer=payer)
    cost: Row = one.row("programme_cost", payer="municipality")
    word = tables.no_price(row.difference, cost.difference) if row.for_each else ""
    if word:
        return word
    words = tables.in_brackets(row.spread, shown)
    turned = MEASURE_WORDS[measure].label_when_saving and cost.difference < 0
    return f"{words}*" if turned else words
