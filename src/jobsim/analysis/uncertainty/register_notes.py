"""What the registers make of the numbers that a question moves, and of those it does not.

May import what is uncertain. A number falls out of an analysis of uncertainty only with a word:
what was changed says what became of its spread, and what is certain is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.setting.case import PRICES, Case, case_of
from jobsim.analysis.uncertainty.learned_numbers import learned_notes, stems_learned
from jobsim.analysis.uncertainty.uncertain_numbers import (
    has_spread,
    held_because,
    pairs_among,
    rows_of,
)
from jobsim.errors import InputError
from jobsim.scenario import readable
from jobsim.scenario.correlations import Pairs, told_of_pair
from jobsim.scenario.document import Document
from jobsim.scenario.fields import is_number
from jobsim.scenario.number_register import RegisterRow, listed, spread_moved, told_of
from jobsim.scenario.paths import value_at
from jobsim.text.tables import counted


def register_notes(record: RunRecord, moved: Iterable[str], *, apart: str = "") -> list[str]:
    """Lines on the numbers that were changed, on those that are certain, and how many are.

    Parameters
    ----------
    record : RunRecord, of the question
    moved : paths that it moves
    apart : str
        How it moves numbers that the register correlates, in words, where it does so as if they
        were independent.

    Examples
    --------
    >>> import jobsim as js
    >>> path = "groups.job_ready.meeting_gain"
    >>> town = js.Scenario.load("esbjerg-2018").with_({path: 0.25})
    >>> record = RunRecord(town, None, js.Prices.load("denmark"), [0], 1, "numpy")
    >>> register_notes(record, [path])[0][69:]
    'groups.job_ready.meeting_gain 0.17 → 0.25.'
    """
    case = case_of(record.scenario, record.baseline, record.prices)
    moved = list(moved)
    asked, learned = {path.removesuffix(".scale") for path in moved}, stems_learned(case.scenario)
    rows = {path: row for path, row in rows_of(case).items() if path not in learned}
    inside = {path: row for path, row in rows.items() if path in asked}
    beside = {path: row for path, row in rows.items() if path not in asked}
    tied = pairs_told(f"{apart}, although", pairs_among(case, moved)) if apart else ""
    lines = [*learned_notes(case, moved), tied, spread_moved(inside), _spread_kept(inside)]
    lines += [_held(case, beside), _nowhere(case), _certain(beside)]
    return [line for line in lines if line]


def pairs_told(words: str, pairs: Pairs) -> str:
    """Which numbers go together, the closest first, after some words; empty where none do.

    Examples
    --------
    >>> pairs_told("Drawn so that", {("a", "b"): -0.45})
    'Drawn so that ranks go together: a with b (−0.45).'
    """
    closest = sorted(pairs.items(), key=lambda one: -abs(one[1]))
    found = [told_of_pair(pair, rho) for pair, rho in closest]
    return f"{words} ranks go together: {listed(found)}." if found else ""


def _spread_kept(rows: Mapping[str, RegisterRow]) -> str:
    kept = {path: row for path, row in rows.items() if row.changed and not _is_stated(row)}
    found = [_stands(path, row) for path, row in kept.items()]
    return told_of(found, "changed and keep{s} the register's factor or range as it stands")


def _is_stated(row: RegisterRow) -> bool:
    """Whether a distribution is of the number itself: `spread_moved` tells of it."""
    return row.spread is not None and row.spread.of == "value"


def _stands(path: str, row: RegisterRow) -> str:
    return f"{path} = {readable(row.value)}" if is_number(row.value) else path


def _held(case: Case, rows: Mapping[str, RegisterRow]) -> str:
    why = {path: held_because(case, path, row) for path, row in rows.items()}
    found = [f"{_stands(path, rows[path])} ({told})" for path, told in why.items() if told]
    return f"No longer uncertain: {listed(found)}." if found else ""


def _nowhere(case: Case) -> str:
    found = [f"{at}{path}" for at, one in _documents(case) for path in _without_number(one)]
    told = f"{counted(len(found), 'entry')} of the register with a spread lead to no number"
    return f"{told}: {listed(found)}." if found else ""


def _documents(case: Case) -> Iterator[tuple[str, Document]]:
    yield "", case.scenario
    yield PRICES, case.prices


def _without_number(document: Document) -> Iterator[str]:
    """Entries of a register that states a spread of what is not there: of a renamed group, say."""
    for path, stated in document.assumptions.items():
        spread = stated.distribution is not None or stated.low is not None
        if spread and _is_lost(document, path):
            yield path


def _is_lost(document: Document, path: str) -> bool:
    """Whether nothing stands at a path, beside something of its kind that does."""
    try:
        return value_at(document, path) is None
    except InputError:
        parent = path.rpartition(".")[0]
        while parent:
            try:
                return bool(value_at(document, parent))
            except InputError:
                parent = parent.rpartition(".")[0]
    return True


def _certain(rows: Mapping[str, RegisterRow]) -> str:
    stated = [row for row in rows.values() if has_spread(row)]
    drawn = sum(row.spread is not None for row in stated)
    counts = {
        "with a distribution": drawn,
        "with a range only": len(stated) - drawn,
        "without a range": len(rows) - len(stated),
    }
    parts = [f"{count:,} {words}" for words, count in counts.items() if count]
    return f"Certain here, lists as one number: {', '.join(parts)}." if parts else ""
