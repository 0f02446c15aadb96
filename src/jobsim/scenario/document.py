"""What scenarios and price lists share: TOML, changes by path, and what differs between two.

May import errors, calendar and the files, limits, fields, paths and evidence of scenarios.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import PydanticSerializationError

from jobsim.errors import InputError
from jobsim.files.writing import file_path, refuse_ending, write_text
from jobsim.scenario.evidence import Assumption, Source
from jobsim.scenario.fields import Code, Frozen, FrozenDict, Room, is_number, names_of
from jobsim.scenario.files import dump_toml, read_named_or_file
from jobsim.scenario.limits import refuse_beyond_limits
from jobsim.scenario.paths import as_data, first_error, put, step_at
from jobsim.text.currency import CURRENCY, in_currency


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
            currency = data.get("currency", CURRENCY)
            refused = cls._refused(error)
            raise type(refused)(in_currency(str(refused), str(currency))) from error

    def to_dict(self) -> dict[str, Any]:
        """Nested dictionary of the whole, defaults included; `from_dict` reads it."""
        return dumped(self, exclude_none=True)

    def to_toml(self) -> str:
        """TOML text that `load` reads back to an equal object; sources stand last."""
        return toml_of(self.stated())

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
            ends in 2019 still ends in 2019), but takes the place of a share that was given by
            date; a path that ends in ``.scale`` multiplies what is there; a `Schedule` or a list
            of steps replaces a schedule; after the path of a schedule, the first day of a step
            moves that step alone: ``groups.job_ready.inflow_per_week.2018-01-01``.

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
        paths = [step_at(self, path.removesuffix(".scale"))[0] for path in changes]
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


def toml_of(data: dict[str, Any]) -> str:
    """TOML text of what a file states; sources stand last."""
    last = ("sources", "assumptions", "correlations", "posterior")
    order = [name for name in data if name not in last] + [name for name in last if name in data]
    return dump_toml({name: data[name] for name in order})


def without_sources_of(paths: Iterable[str], changed: Iterable[str]) -> tuple[str, ...]:
    """Changed paths without the assumptions that were stated for others, which change anew."""
    stale = tuple(f"{OWN}{path}" for path in paths)
    return tuple(
        one
        for one in changed
        if not any(one.startswith(OWN) and is_within(one, other) for other in stale)
    )


def is_within(path: str, other: str) -> bool:
    """Tell whether one of two paths leads to the other."""
    return f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}.")


OWN = "assumptions."
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
    if {"of", "rank_correlation"} <= set(item):
        return f"{' with '.join(item['of'])} ({readable(item['rank_correlation'])})"
    if set(item) == {"from_week", "value"}:
        return f"{readable(item['value'])} from week {item['from_week']}"
    return str(dict(item))
