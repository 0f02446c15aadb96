"""What differs between two scenarios; imports layers 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    changes: dict[str, tuple[object, object]] = {}
    _compare(before, after, "", changes)
    return ScenarioDifference(changes)


def _compare(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    prefix: str,
    changes: dict[str, tuple[object, object]],
) -> None:
    for name in dict.fromkeys((*before, *after)):
        path, old, new = f"{prefix}{name}", before.get(name), after.get(name)
        if old == new or path in _NOT_POLICY:
            continue
        old, new = _by_group(old, new), _by_group(new, old)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            _compare(old, new, path + ".", changes)
        else:
            changes[path] = (_titled(old), _titled(new))


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
    if isinstance(value, bool) or not isinstance(value, (int, float, tuple, list)):
        return str(value)
    if isinstance(value, (int, float)):
        return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    return ", ".join(_readable_step(item) for item in value) or "(empty)"


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
