"""What a file says to a reader: each number with its source, and what differs between two.

May import calendar and the documents, evidence and paths of scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from jobsim.calendar import Schedule
from jobsim.scenario.document import Document
from jobsim.scenario.evidence import Assumption
from jobsim.scenario.fields import is_number
from jobsim.scenario.paths import flatten, has_number

_NOT_POLICY = ("name", "title", "description", "changed")


@dataclass(frozen=True)
class ScenarioDifference:
    """Changed paths with the value before and after; None where there is none."""

    changes: dict[str, tuple[object, object]]

    def __str__(self) -> str:
        if not self.changes:
            return "no difference"
        return "\n".join(
            f"{path}\n    {readable(before)}\n  → {readable(after)}"
            for path, (before, after) in self.changes.items()
        )

    __repr__ = __str__


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> ScenarioDifference:
    """Compare two scenario dictionaries, leaving out names and texts."""
    return ScenarioDifference(dict(_changes(before, after, "")))


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, tuple[object, object]]]:
    for name in dict.fromkeys((*before, *after)):
        path, old, new = f"{prefix}{name}", before.get(name), after.get(name)
        if old == new or path in _NOT_POLICY:
            continue
        old, new = _by_group(old, new), _by_group(new, old)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _changes(old, new, path + ".")
        else:
            yield path, (_titled(old), _titled(new))


def _by_group(value: object, other: object) -> object:
    """One list for all groups, where it stands against one list by group."""
    return {"all": value} if isinstance(value, tuple) and isinstance(other, Mapping) else value


def _titled(value: object) -> object:
    """The label of a part that is there on one side only, or the value."""
    return value.get("label", "(present)") if isinstance(value, Mapping) else value


def readable(value: object) -> str:
    """Short text of a value from a scenario file."""
    if value is None:
        return "(none)"
    if isinstance(value, (tuple, list)):
        return ", ".join(_readable_step(item) for item in value) or "(empty)"
    if is_number(value):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    return str(value)


def _readable_step(item: object) -> str:
    if not isinstance(item, Mapping):
        return readable(item)
    if set(item) == {"from", "value"}:
        return f"{readable(item['value'])} from {item['from']}"
    if set(item) == {"from", "to", "share"}:
        return f"{readable(item['share'])} in {item['from']}–{item['to']}"
    if set(item) == {"from_week", "value"}:
        return f"{readable(item['value'])} from week {item['from_week']}"
    return str(dict(item))


_NOT_ASSUMED = ("claims", "observed", "sources", "assumptions", "horizon", "changed", "price_year")
"""Parts whose numbers are choices of the analysis or carry their own source."""


@dataclass(frozen=True)
class RegisterRow:
    """One number (or list of numbers) of a file and its assumption, if it has one."""

    path: str
    value: object
    assumption: Assumption | None
    changed: bool

    @property
    def kind(self) -> str:
        """Kind of source; "changed" after `with_`, "unsourced" where there is none."""
        if self.changed:
            return "changed"
        return self.assumption.kind if self.assumption else "unsourced"

    @property
    def outside(self) -> bool:
        """Whether some number lies outside the plausible range that the register states."""
        stated = self.assumption
        if stated is None or stated.low is None or stated.high is None:
            return False
        low, high = stated.low, stated.high
        return any(number and not low <= number <= high for number in numbers_in(self.value))


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

    @property
    def outside_range(self) -> tuple[RegisterRow, ...]:
        """Rows with a number outside its plausible range."""
        return tuple(row for row in self.rows if row.outside)

    def __repr__(self) -> str:
        lines = [f"{row.path} = {readable(row.value)} [{row.kind}]" for row in self.rows]
        return "\n".join(lines) + f"\n{self.judgement_share:.0%} judgement"


def register(document: Document) -> Register:
    """Collect every number that a scenario or a price list states, with its assumption.

    Numbers that a file leaves at their default are neutral (a multiplier of 1, an elasticity of
    0) and need no source; numbers that it states do. An assumption for a path covers everything
    below that path; the longest path counts.

    Examples
    --------
    >>> import jobsim as js
    >>> len(register(js.Scenario.load("esbjerg-2018")).unsourced)
    0
    """
    parts = {name: part for name, part in document.stated().items() if name not in _NOT_ASSUMED}
    return Register(
        tuple(
            _row(document, path, value)
            for path, value in flatten(parts)
            if has_number(value) and not path.endswith(".key")
        )
    )


def _row(document: Document, path: str, value: object) -> RegisterRow:
    stems = list(accumulate(path.split("."), lambda stem, name: f"{stem}.{name}"))
    covering = [document.assumptions[stem] for stem in stems if stem in document.assumptions]
    changed = any(stem in document.changed for stem in stems)
    return RegisterRow(path, value, covering[-1] if covering else None, changed)


def numbers_in(value: object) -> list[float]:
    """Numbers of a row's value: one, those of a list, or those of the steps of a schedule."""
    if isinstance(value, Schedule):
        return list(value.values)
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in numbers_in(item)]
    if isinstance(value, dict):
        return numbers_in(value.get("value"))
    return [float(value)] if isinstance(value, (int, float)) else []
