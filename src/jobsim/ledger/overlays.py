"""Price lists that say only what differs from another list: read, told apart and written.

May import errors, calendar, files, and what scenarios and price lists share.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from jobsim.calendar import Schedule
from jobsim.errors import InputError, nearest
from jobsim.files.reading import read_toml
from jobsim.scenario.document import Document, is_within, without_sources_of
from jobsim.scenario.fields import is_number, names_of
from jobsim.scenario.files import preset_names, read_named_or_file
from jobsim.scenario.limits import refuse_beyond_limits
from jobsim.scenario.paths import flatten, keeps_steps, put, value_at

BASED_ON = "based_on"
"""Entry that makes an overlay of a price list: the name or path of the list that it changes."""
PACKAGE = "jobsim.ledger"
WHAT = "price list"
_MOST_BASES = 4
"""Most files that a list is based on, one on the other."""
_TEXTS = ("name", "title", "description")
_REGISTER = ("sources", "assumptions")

Listed = TypeVar("Listed", bound=Document)


def completed(
    kind: type[Listed], data: Mapping[str, Any], folder: Path, chain: tuple[Path, ...] = ()
) -> Mapping[str, Any]:
    """The whole list that a file states, with what differs from its base in `changed`.

    A list that bears the name of one that comes with jobsim is held against that.

    Parameters
    ----------
    kind : type of the list
    data : mapping, what the file states
    folder : Path, where paths in it begin
    chain : tuple of Path, files that led to this one

    Raises
    ------
    InputError
        If it is no whole list and is based on none, or on itself.
    """
    refuse_beyond_limits(data)
    if BASED_ON in data:
        base = _base(kind, data[BASED_ON], folder, chain)
        return laid_over(base, {name: data[name] for name in data if name != BASED_ON}).stated()
    name = data.get("name")
    if not isinstance(name, str) or name not in preset_names(PACKAGE):
        _refuse_fragment(kind, data)
        return data
    packaged = _packaged(name)
    if data == packaged:
        return data
    _refuse_fragment(kind, data)
    return _marked(kind.from_dict(packaged), kind.from_dict(data)).stated()


@lru_cache
def _packaged(name: str) -> dict[str, Any]:
    return read_named_or_file(name, package=PACKAGE, what=WHAT)


def _refuse_fragment(kind: type[Listed], data: Mapping[str, Any]) -> None:
    """Refuse a file that lacks what every list has, and say how it may leave that out."""
    needed = (name for name, field in kind.model_fields.items() if field.is_required())
    missing = next((name for name in needed if name not in data), None)
    if missing is not None and set(data) <= set(names_of(kind)):
        hint = f'to state only what differs from a list, add {BASED_ON} = "denmark"'
        raise InputError(f"{missing}: is missing; {hint}")


def _base(kind: type[Listed], named: object, folder: Path, chain: tuple[Path, ...]) -> Listed:
    """The list that a file is based on."""
    try:
        if not isinstance(named, str):
            raise InputError(f"must be the name or path of a price list, got {named!r}")
        if named in preset_names(PACKAGE):
            return kind.from_dict(_packaged(named))
        path = folder / named
        if path.suffix.lower() != ".toml" and not os.path.exists(path):
            hint = nearest(named, preset_names(PACKAGE))
            raise InputError(f'there is no price list "{named}"{hint}')
        step = path.resolve()
        if step in chain:
            told = " → ".join(one.name for one in (*chain[chain.index(step) :], step))
            raise InputError(f"a list cannot be based on itself ({told})")
        if not step.is_relative_to(folder.resolve()):
            raise InputError(f'"{named}" must lie beside the price list or in a folder below it')
        if len(chain) >= _MOST_BASES:
            raise InputError(f"at most {_MOST_BASES} files may be based on each other")
        data = completed(kind, read_toml(path), path.parent, (*chain, step))
        return kind.from_dict(data)
    except (InputError, OSError, RuntimeError) as error:  # links in a circle, too
        raise InputError(f"{BASED_ON}: {str(error).removeprefix(f'{BASED_ON}: ')}") from None


def laid_over(base: Listed, stated: Mapping[str, Any]) -> Listed:
    """A list with what an overlay states put into it by the rules of `with_`.

    An overlay may also add to a table, such as a benefit rate of its own.
    """
    whole = base.stated()
    whole.pop("changed", None)
    for name in _REGISTER:
        whole[name] = {**whole.get(name, {}), **_own(base, name, stated.get(name, {}))}
    whole |= {name: stated[name] for name in (*_TEXTS, "changed") if name in stated}
    _refuse_empty(stated)
    laid = _entries(stated)
    added: dict[str, str] = {}
    for path, value in laid.items():
        added |= _lay(base, whole, path, value)
    try:
        made = type(base).from_dict(whole)
    except InputError as error:
        hints = [hint for stem, hint in added.items() if str(error).startswith(f"{stem}.")]
        hint = hints[0] if hints and "is missing" in str(error) else ""
        raise InputError(f"{error}{hint}") from None
    return _marked(base, made, [path.removesuffix(".scale") for path in laid])


def _refuse_empty(part: Mapping[str, Any], prefix: str = "") -> None:
    """Refuse an empty table, which would change nothing: an overlay only changes and adds."""
    for name, value in part.items():
        if isinstance(value, Mapping) and not value:
            hint = "an overlay only changes and adds; leave it out, or save the list without"
            raise InputError(f"{prefix}{name}: is an empty table; {hint} {BASED_ON}")
        if isinstance(value, Mapping) and name not in _REGISTER:
            _refuse_empty(value, f"{prefix}{name}.")


def _own(base: Document, name: str, given: object) -> Mapping[str, Any]:
    """Sources or assumptions of an overlay; no source of its base may become another one."""
    if not isinstance(given, Mapping):
        raise InputError(f"{name}: must be a table, got {given!r}")
    there = base.stated().get("sources", {}) if name == "sources" else {}
    for code, source in given.items():
        if source != there.get(code, source):
            raise InputError(f"sources.{code}: {base.name} has a source of this name; take another")
    return given


def _lay(base: Document, whole: dict[str, Any], path: str, value: object) -> dict[str, str]:
    """Put one value into the data of a list; what it adds to a table, with the nearest name."""
    names = path.split(".")
    for place, name in enumerate(names):
        table = value_at(base, ".".join(names[:place])) if place else base
        if isinstance(table, Mapping) and name not in table:
            _put_in(whole, path, value)
            return {".".join(names[: place + 1]): nearest(name, table)}
    put(base, whole, path, value)
    return {}


def _put_in(data: dict[str, Any], path: str, value: object) -> None:
    """Set the value at a path, making the tables that lead to it."""
    *stems, last = path.split(".")
    for stem in stems:
        data = data.setdefault(stem, {})
    data[last] = value


def _entries(parts: Mapping[str, Any]) -> dict[str, object]:
    """Values by path; names, texts and sources apart."""
    return dict(flatten({name: parts[name] for name in parts if name not in Document.model_fields}))


def differing(before: Document, after: Document) -> Iterator[tuple[str, tuple[object, object]]]:
    """Paths whose values differ between two lists, with both values; None where there is none."""
    old, new = _entries(before.to_dict()), _entries(after.to_dict())
    said = _entries(after.stated())
    for path in dict.fromkeys((*old, *new)):
        if old.get(path) != new.get(path) and (path in old or path in said):
            yield path, (old.get(path), new.get(path))


def _marked(base: Listed, made: Listed, order: Sequence[str] = ()) -> Listed:
    """The list with all that differs from its base in `changed`, in an order of paths.

    What the base and the file itself state there comes first. An assumption of the file's own
    comes last, by which what it covers has a source again.
    """
    found, said = [path for path, _ in differing(base, made)], made.changed
    paths = [path for path in dict.fromkeys((*order, *found)) if path in found]
    new = [path for path in paths if not any(f"{path}.".startswith(f"{one}.") for one in said)]
    covered = (*new, *base.entries_changed)
    own = (
        f"assumptions.{path}"
        for path, one in made.assumptions.items()
        if base.assumptions.get(path) != one and any(is_within(path, other) for other in covered)
    )
    before = without_sources_of(paths, base.changed)
    changed = dict.fromkeys((*before, *said, *new, *(own if "assumptions" not in said else ())))
    return made.model_copy(update={"changed": tuple(changed)}) if changed else made


def overlay(made: Listed, base: Listed, named: str) -> dict[str, Any]:
    """What an overlay of a list states, so that it is read as another.

    Raises
    ------
    InputError
        If the other lacks something that the base has: an overlay only changes and adds.
    """
    ours, theirs = made.stated(), base.stated()
    data: dict[str, Any] = {BASED_ON: named}
    for name in _TEXTS:
        if ours.get(name, "") != theirs.get(name, ""):
            data[name] = ours.get(name, "")
    for path, (_, here) in differing(base, made):
        if here is None:
            raise _left_out(path, base)
        _put_in(data, path, _replacing(base, path, here))
    for name in _REGISTER:
        old, new = theirs.get(name, {}), ours.get(name, {})
        for path in old:
            if path not in new:
                raise _left_out(f'{name}."{path}"', base)
        if own := {code: one for code, one in new.items() if old.get(code) != one}:
            data[name] = own
    read = laid_over(base, {name: part for name, part in data.items() if name != BASED_ON})
    if read.changed != made.changed:
        before = without_sources_of((path for path, _ in differing(base, made)), base.changed)
        data["changed"] = [path for path in made.changed if path not in before]
    return data


def _replacing(base: Document, path: str, value: object) -> object:
    """Value as an overlay has to state it; a number alone would keep the dates of the base."""
    old = value_at(base, path) if path in _entries(base.to_dict()) else None
    keeps = is_number(value) and keeps_steps(base, path)
    if keeps and isinstance(old, Schedule) and old.dates:
        return [{"from": old.dates[0], "value": value}]
    return value


def _left_out(path: str, base: Document) -> InputError:
    problem = f"is in {base.name} and not in this list, and an overlay can leave nothing out"
    return InputError(f"{path}: {problem}; save it without {BASED_ON}")
