"""What scenarios and price lists share: TOML, changes by path, limits that keep strangers out.

And what such a file says to a reader: each number with its source, and what differs between two.
May import errors, calendar and the files, fields, paths and evidence of scenarios.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import PydanticSerializationError

from jobsim.calendar import Schedule
from jobsim.errors import InputError, control_characters
from jobsim.files.writing import file_path, refuse_ending, write_text
from jobsim.scenario.evidence import Assumption, Distribution, Source
from jobsim.scenario.fields import Code, Frozen, FrozenDict, Room, is_number, names_of
from jobsim.scenario.files import dump_toml, read_named_or_file
from jobsim.scenario.paths import as_data, bounds_at, first_error, flatten, has_number, put
from jobsim.text.tables import counted

_DEEPEST = 32
"""Most levels of tables and lists within each other; a scenario has eight."""
_MOST_ENTRIES = 50_000
"""Most entries of one list; a schedule has 5,200, a run record one for each replication."""
_MOST_BITS = 4096
"""Longest whole number, about 1,200 digits; from 4,300 on Python would not print it."""


def refuse_beyond_limits(value: object, *path: object) -> None:
    r"""Refuse control characters, huge whole numbers, long lists and tables within tables.

    Parameters
    ----------
    value : nested dictionary, list, text or number
    path : names that lead to it, for the error

    Raises
    ------
    InputError
        At the first oddity: one line with its path.

    Examples
    --------
    >>> refuse_beyond_limits({"title": "\x1b[2J"})
    Traceback (most recent call last):
    jobsim.errors.InputError: title: must be without control characters, got '\x1b[2J'
    """
    if isinstance(value, str) and control_characters.search(value):
        raise _error(path, f"must be without control characters, got {value[:40]!r}")
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise _error(path, f"a number of {value.bit_length():,} bits is too large")
    if isinstance(value, (dict, list, tuple, Mapping)):
        for name, item in _items(value, path):
            refuse_beyond_limits(name, *path, "(a name)")
            refuse_beyond_limits(item, *path, name)


def _items(
    value: Mapping[object, object] | Sequence[object], path: tuple[object, ...]
) -> Iterable[tuple[object, object]]:
    """What a table or list holds, by name or place."""
    if len(path) >= _DEEPEST:
        raise _error(path, "nested too deeply")
    if isinstance(value, Mapping):
        return value.items()
    if len(value) > _MOST_ENTRIES:
        raise _error(path, f"must have at most {_MOST_ENTRIES:,} entries, got {len(value):,}")
    return enumerate(value)


def _error(path: tuple[object, ...], problem: str) -> InputError:
    where = ".".join(map(str, path))
    return InputError(f"{where}: {problem}" if where else problem)


def dumped(model: BaseModel, **how: Any) -> dict[str, Any]:
    """Nested dictionary under the names of files; a Ctrl-C, which pydantic wraps, stays one."""
    try:
        return model.model_dump(by_alias=True, **how)
    except PydanticSerializationError as error:
        if KeyboardInterrupt.__name__ in str(error):
            raise KeyboardInterrupt from None
        raise


class Document(Room):
    """A frozen file of numbers that keeps the source of each."""

    _what: ClassVar[str] = "document"
    _package: ClassVar[str] = ""
    """Package that holds the files that come with jobsim."""
    _error: ClassVar[type[InputError]] = InputError
    """What is raised when a file, path or value is not valid."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Name in tables and file names."""
    title: str = ""
    """One line that says what it is about."""
    description: str = ""
    """What a reader should know before using it."""
    sources: Annotated[dict[Code, Source], Frozen] = Field(default_factory=FrozenDict)
    """Publications by code."""
    assumptions: Annotated[dict[str, Assumption], Frozen] = Field(default_factory=FrozenDict)
    """Where numbers come from, by path; an entry covers every number below its path."""
    changed: tuple[str, ...] = ()
    """Paths that were changed since the file was written: their sources no longer hold.
    What the register states of their spread moves with them, see `RegisterRow.spread`. An entry of
    assumptions among them is a source of its own for what it covers."""

    @classmethod
    def load(cls, name: str | Path) -> Self:
        """Load one that comes with jobsim by its name, or a TOML file by its path.

        Parameters
        ----------
        name : str or Path
            Such as "esbjerg-2018" for a scenario, "denmark" for prices, or "my-town.toml".

        Raises
        ------
        ScenarioError or PriceError
            If there is no such name or file, or it is not valid: one line with the path, the
            value, what is allowed and the nearest valid name.
        """
        try:
            data = read_named_or_file(name, package=cls._package, what=cls._what)
        except InputError as error:
            raise cls._error(str(error)) from error
        try:
            loaded = cls.from_dict(cls._completed(data, Path(name).parent))
        except InputError as error:
            raise cls._error(f"{name}: {error}") from error
        vars(loaded)["loaded_from"] = str(name)
        return loaded

    @property
    def entries_changed(self) -> tuple[str, ...]:
        """Those of `changed` that are no names, texts, sources or assumptions."""
        return tuple(
            path for path in self.changed if path.split(".", 1)[0] not in Document.model_fields
        )

    @cached_property
    def loaded_from(self) -> str | None:
        """Name or path that `load` was given; None where it was made, or changed, in Python."""
        return None

    @classmethod
    def _completed(cls, data: dict[str, Any], folder: Path) -> Mapping[str, Any]:
        """What a file states, with the tables beside it that it names."""
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from a nested dictionary, as TOML files hold it."""
        try:
            refuse_beyond_limits(data)
        except InputError as error:
            raise cls._error(str(error)) from None
        return cls._made(data)

    @classmethod
    def _refused(cls, error: ValidationError) -> InputError:
        return cls._error(first_error(error, cls))

    @classmethod
    def _made(cls, data: Mapping[str, Any]) -> Self:
        try:
            return cls.model_validate(as_data(data))
        except ValidationError as error:
            raise cls._refused(error) from error

    def to_dict(self) -> dict[str, Any]:
        """Nested dictionary of the whole, defaults included; `from_dict` reads it."""
        return dumped(self, exclude_none=True)

    def to_toml(self) -> str:
        """TOML text that `load` reads back to an equal object; sources stand last."""
        data = self.stated()
        for part in ("sources", "assumptions"):
            if part in data:
                data[part] = data.pop(part)
        return dump_toml(data)

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write a file that `load` reads: TOML in UTF-8, whole or not at all.

        Parameters
        ----------
        path : path of a .toml file
        force : bool, whether a file that is there already is replaced

        Raises
        ------
        InputError
            If the name does not end in .toml.
        OutputError
            If a file is there already and is to stay, or it cannot be written.
        """
        target = file_path(path)
        refuse_ending(target, ".toml")
        return write_text(target, self.to_toml(), force=force)

    def stated(self) -> dict[str, Any]:
        """What the file states, without the defaults it leaves alone."""
        return dumped(self, exclude_none=True, exclude_unset=True)

    def with_(self, changes: Mapping[str, object]) -> Self:
        """Make one with some values changed.

        Their sources no longer hold; what the register states of their spread moves with them.

        Parameters
        ----------
        changes : mapping of path to value
            A number given for a schedule keeps its dates and its zero steps (an investment that
            ends in 2019 still ends in 2019); a path that ends in ``.scale`` multiplies what is
            there; a `Schedule` or a list of steps replaces a schedule.

        Raises
        ------
        ScenarioError or PriceError
            If a path or value is not valid.
        """
        if not isinstance(changes, Mapping) or not all(isinstance(path, str) for path in changes):
            hint = "; make it a dict" if hasattr(changes, "to_dict") else ""
            raise self._error(
                f"changes: must be {{path: value}}, got {type(changes).__name__}{hint}"
            )
        for path in changes:
            if path.startswith("prices.") and "prices" not in names_of(type(self)):
                raise self._error(f"{path}: {self._not_in_prices(path)}")
        data = self._parts({path.split(".", 1)[0] for path in changes})
        try:
            for path, value in changes.items():
                refuse_beyond_limits(value, path)
                put(self, data, path, value)
        except InputError as error:
            raise self._error(str(error)) from error
        paths = [path.removesuffix(".scale") for path in changes]
        data["changed"] = tuple(dict.fromkeys((*without_sources_of(paths, self.changed), *paths)))
        return self._made(data)

    @classmethod
    def _not_in_prices(cls, path: str) -> str:
        """What is wrong with a path that begins with the name of the price list."""
        return (
            "belongs to the price list; use Prices.with_, or a question such as js.sweep, which "
            "takes both"
        )

    def _parts(self, opened: set[str]) -> dict[str, Any]:
        """What the file states: some parts as data, the others as they are, checked before."""
        stated = self.model_fields_set
        names = {name: one for name, one in names_of(type(self)).items() if one in stated}
        inside = {one for name, one in names.items() if name in opened}
        data = dumped(self, exclude_none=True, exclude_unset=True, include=inside)
        kept = {name: getattr(self, one) for name, one in names.items() if one not in inside}
        return data | {name: part for name, part in kept.items() if part is not None}


def without_sources_of(paths: Iterable[str], changed: Iterable[str]) -> tuple[str, ...]:
    """Changed paths without the assumptions that were stated for others, which change anew."""
    stale = tuple(f"{_OWN}{path}" for path in paths)
    return tuple(
        one
        for one in changed
        if not any(one.startswith(_OWN) and is_within(one, other) for other in stale)
    )


def is_within(path: str, other: str) -> bool:
    """Tell whether one of two paths leads to the other."""
    return f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}.")


_OWN = "assumptions."
"""Before the path of an assumption, among the changes of a file."""
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


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, tuple[object, object]]]:
    """Changed paths of two scenario dictionaries with both values; names and texts are left out."""
    for name in dict.fromkeys((*before, *after)):
        path, old, new = f"{prefix}{name}", before.get(name), after.get(name)
        if old == new or path in _NOT_POLICY:
            continue
        old, new = _by_group(old, new), _by_group(new, old)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from differences(old, new, path + ".")
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


NOT_ASSUMED = ("claims", "observed", "sources", "assumptions", "horizon", "changed", "price_year")
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
    stems = list(accumulate(path.split("."), lambda stem, name: f"{stem}.{name}"))
    covering = [stem for stem in stems if stem in document.assumptions]
    changed = any(stem in document.changed for stem in stems)
    own = [stem for stem in covering if f"{_OWN}{stem}" in document.changed]
    known = [document.assumptions[stem] for stem in (own if changed and own else covering)]
    bounds = bounds_at(type(document), path)
    return RegisterRow(path, value, known[-1] if known else None, changed and not own, bounds)


def numbers_in(value: object) -> list[float]:
    """Numbers of a row's value: one, those of a list, or those of the steps of a schedule."""
    if isinstance(value, Schedule):
        return list(value.values)
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in numbers_in(item)]
    if isinstance(value, dict):
        return numbers_in(value.get("value"))
    return [float(value)] if isinstance(value, (int, float)) else []
