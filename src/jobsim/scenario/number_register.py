"""The register of a file: each number with its source, spread and range.

May import errors, calendar, texts, and the documents, paths and evidence of scenarios.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from jobsim.calendar import Schedule
from jobsim.errors import InputError
from jobsim.scenario.document import OWN, Document, readable
from jobsim.scenario.evidence import Assumption, Distribution
from jobsim.scenario.fields import is_number
from jobsim.scenario.paths import bounds_at, flatten, has_number
from jobsim.text.tables import counted

NOT_ASSUMED = (
    *(
        "claims",
        "observed",
        "targets",
        "posterior",
        "sources",
        "assumptions",
        "correlations",
        "horizon",
        "changed",
    ),
    *("price_year", "growth_per_year_after_list"),
)
"""Parts whose numbers are choices of the analysis or carry their own source."""


@dataclass(frozen=True)
class RegisterRow:
    """One number (or list of numbers) of a file and its assumption, if it has one."""

    path: str
    value: object
    assumption: Assumption | None
    changed: bool
    bounds: tuple[float, float] = (-math.inf, math.inf)
    """What the field allows."""

    @property
    def kind(self) -> str:
        """Kind of source; "unsourced" where there is none.

        "changed" after `with_`, or where the register's distribution is of another number.
        """
        if self.changed or self.before is not None:
            return "changed"
        return self.assumption.kind if self.assumption else "unsourced"

    @cached_property
    def before(self) -> float | None:
        """Number that the register states a spread of, where another one stands there now."""
        known = self.assumption.distribution if self.assumption else None
        if known is None or known.of == "factor" or not is_number(self.value):
            return None
        found = known.stated_for(self.value)
        if found is None and self.changed:  # the register does not say of which
            found = float(known.frozen().median())
        return None if found == self.value else found

    @cached_property
    def spread(self) -> Distribution | None:
        """Distribution that the register states, moved with the number; None where none is left.

        `Distribution.moved` says how; that of a factor holds for whatever number stands there.
        """
        known = self.assumption.distribution if self.assumption else None
        if known is None or known.of == "factor":
            return known
        if not is_number(self.value):
            return None
        before = self.before
        return known if before is None else known.moved(before, self.value, *self.bounds)

    @property
    def beyond(self) -> tuple[float, ...]:
        """Numbers, zero apart, outside the plausible range that the register states."""
        stated = self.assumption
        if stated is None or stated.low is None or stated.high is None:
            return ()
        low, high = stated.low, stated.high
        return tuple(one for one in numbers_in(self.value) if one and not low <= one <= high)

    @property
    def possible(self) -> tuple[float, float] | None:
        """What the field allows of its plausible range, where that range goes beyond; else None."""
        stated = self.assumption
        if stated is None or stated.low is None or stated.high is None:
            return None
        low, high = max(stated.low, self.bounds[0]), min(stated.high, self.bounds[1])
        return None if (low, high) == (stated.low, stated.high) else (low, high)

    @property
    def within(self) -> bool:
        """Whether every number, zero too, lies in a plausible range that the register states."""
        stated = self.assumption
        if stated is None or stated.low is None or stated.high is None:
            return False
        return all(stated.low <= one <= stated.high for one in numbers_in(self.value))

    @property
    def outside(self) -> bool:
        """Whether some number lies outside its plausible range."""
        return bool(self.beyond)


@dataclass(frozen=True)
class Register:
    """All rows of the assumption register of a scenario or price list."""

    rows: tuple[RegisterRow, ...]

    @property
    def judgement_share(self) -> float:
        """Share of the numbers that rest on judgement."""
        return sum(row.kind == "judgement" for row in self.rows) / max(1, len(self.rows))

    @property
    def unsourced(self) -> tuple[RegisterRow, ...]:
        """Rows without a source, those changed by `with_` included."""
        return tuple(row for row in self.rows if row.kind in ("unsourced", "changed"))

    def told(self, whose: str) -> str:
        """Share of judgement, and how many are unsourced, in words."""
        unsourced = len(self.unsourced)
        return f"Assumptions: {self.judgement_share:.0%} of {whose} numbers are judgement" + (
            f", {unsourced} are unsourced or changed." if unsourced else "."
        )

    @property
    def outside_range(self) -> tuple[RegisterRow, ...]:
        """Rows with a number outside its plausible range."""
        return tuple(row for row in self.rows if row.outside)

    def __repr__(self) -> str:
        lines = [f"{row.path} = {readable(row.value)} [{row.kind}]" for row in self.rows]
        return "\n".join(lines) + f"\n{self.judgement_share:.0%} judgement"


def spread_moved(rows: Mapping[str, RegisterRow]) -> str:
    """Which numbers were changed and keep their spread, in one line; empty where none was."""
    found = [
        f"{path} {readable(row.before)} → {readable(row.value)}"
        for path, row in rows.items()
        if row.before is not None
    ]
    return told_of(found, "changed and keep{s} the register's spread, moved with it")


def told_of(found: Sequence[str], what: str) -> str:
    """How many numbers were something, and which, in one line; empty where there are none."""
    one = len(found) == 1
    words = f"{'was' if one else 'were'} {what.format(s='s' if one else '')}"
    return f"{counted(len(found), 'number')} {words}: {listed(found)}." if found else ""


_LISTED = 4
"""Most numbers that are named; of more the rest is counted."""


def listed(found: Collection[str]) -> str:
    """The first few of some texts, and how many more there are."""
    more = len(found) - _LISTED
    return ", ".join([*found][:_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def register(document: Document) -> Register:
    """Collect every number that a scenario or a price list states, with its assumption.

    Numbers that a file leaves at their default are neutral (a multiplier of 1, an elasticity of
    0) and need no source; numbers that it states do. An assumption for a path covers everything
    below that path; the longest path counts.

    Examples
    --------
    >>> import jobsim as js
    >>> len(js.register(js.Scenario.load("esbjerg-2018")).unsourced)
    0
    """
    if not isinstance(document, Document):
        got = type(document).__name__
        raise InputError(f"register: must be a Scenario or Prices, got {got}")
    parts = {name: part for name, part in document.stated().items() if name not in NOT_ASSUMED}
    rows = (
        _row(document, path, value)
        for path, value in flatten(parts)
        if has_number(value) and not path.endswith(".key")
    )
    return Register(tuple(rows))


def _row(document: Document, path: str, value: object) -> RegisterRow:
    bounds = bounds_at(type(document), path)
    return RegisterRow(path, value, *_covering(document, path), bounds)


def entry_at(document: Document, path: str) -> Assumption | None:
    """Entry of the register that covers what stands at a path, if there is one.

    Examples
    --------
    >>> import jobsim as js
    >>> entry_at(js.Scenario.load("esbjerg-2018"), "meetings.half_life_weeks").kind
    'estimated'
    """
    return _covering(document, path)[0]


def _covering(document: Document, path: str) -> tuple[Assumption | None, bool]:
    """Entry that covers a path, and whether what stands there was changed since it was written."""
    stems = list(accumulate(path.split("."), lambda stem, name: f"{stem}.{name}"))
    covering = [stem for stem in stems if stem in document.assumptions]
    changed = any(stem in document.changed for stem in stems)
    own = [stem for stem in covering if f"{OWN}{stem}" in document.changed]
    known = [document.assumptions[stem] for stem in (own if changed and own else covering)]
    return (known[-1] if known else None), changed and not own


def numbers_in(value: object) -> list[float]:
    """Numbers of a row's value: one, those of a list, or those of the steps of a schedule."""
    if isinstance(value, Schedule):
        return list(value.values)
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in numbers_in(item)]
    if isinstance(value, dict):
        return numbers_in(value.get("value"))
    return [float(value)] if isinstance(value, (int, float)) else []
