"""Price lists on the command line: what differs between two, and what is told of a file.

May import everything.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

import jobsim as js
from jobsim.analysis.setting.notices import range_notices
from jobsim.cli.printing import show_file, show_json
from jobsim.ledger.after_list import known_in_words
from jobsim.ledger.overlays import BASED_ON, PACKAGE, WHAT
from jobsim.scenario import Scenario, preset_names, readable, register
from jobsim.scenario.fields import names_of
from jobsim.scenario.files import read_named_or_file
from jobsim.scenario.number_register import RegisterRow, listed
from jobsim.scenario.paths import unit_at
from jobsim.text.currency import in_currency
from jobsim.text.tables import Table, counted


def show_difference(
    here: js.Prices, other: str, *, toml: bool, out: Path | None, force: bool
) -> None:
    """Print what differs between two price lists, or write it as an overlay."""
    if out is not None:
        typer.echo(f"Written: {here.save(out, force=force, based_on=other)}")
    elif toml:
        show_file(here.to_toml(other))
    else:
        there = js.Prices.load(other)
        typer.echo(_differences(there, here) or f"No difference from {there.named}.")


def _differences(there: js.Prices, here: js.Prices) -> str:
    """Table of what differs between two price lists; empty where nothing does."""
    rows = {row.path: row for row in register(here).rows}
    lines = []
    for path, values in there.difference(here).changes.items():
        unit = in_currency(unit_at(js.Prices, path), here.currency)
        end = (unit, _source(rows[path]) if path in rows else "")
        for when, before, after in _by_date(*values):
            lines.append((path + when, readable(before), readable(after), *end))
    names = (there.named, here.named)
    header = ("path", *(names if names[0] != names[1] else ("there", "here")), "unit", "source")
    return Table("Price lists", header, tuple(lines)).text() if lines else ""


def _by_date(before: object, after: object) -> Iterator[tuple[str, object, object]]:
    """Steps of two schedules that differ, each with its date; other values as they are."""
    old, new = ({} if one is None else _steps(one) for one in (before, after))
    if old is None or new is None or not (old or new):
        yield "", before, after
        return
    for day in sorted({*old, *new}):
        if old.get(day) != new.get(day):
            yield f" from {day}", old.get(day), new.get(day)


def _steps(value: object) -> dict[dt.date, object] | None:
    """Values of a dated schedule by date; None of anything else."""
    if not isinstance(value, tuple) or not all(isinstance(step, dict) for step in value):
        return None
    return {step["from"]: step["value"] for step in value}


def _source(row: RegisterRow) -> str:
    """Publications behind a number, or what kind of number it is."""
    if row.kind == "changed" or row.assumption is None:
        return "unsourced"
    return ", ".join(row.assumption.sources) or row.kind


def tell_unsourced(paths: list[str]) -> None:
    """Say which numbers have no source, if any."""
    if paths:
        more = ", …" if len(paths) > 8 else ""
        bare = counted(len(paths), "number")
        typer.echo(f"{bare} without a source: {', '.join(paths[:8])}{more}")


def stated_prices(file: str) -> dict[str, Any] | None:
    """What a price list states, of that name or in that file; None where it is none."""
    if file not in preset_names(PACKAGE) and not os.path.isfile(file):
        return None
    data = read_named_or_file(file, package=PACKAGE, what=WHAT)
    names = [set(data) & set(names_of(kind)) for kind in (js.Prices, Scenario)]
    return data if BASED_ON in data or len(names[0]) > len(names[1]) else None


def show_valid_prices(file: str, *, overlay: bool, as_json: bool) -> None:
    """Load a price list and say what it changes, what has no source and which years are known."""
    found = js.Prices.load(file)
    unsourced = [row.path for row in register(found).unsourced]
    odd = [*range_notices(found)]
    if as_json:
        told: dict[str, Any] = {
            "changed": found.entries_changed,
            "unsourced": unsourced,
            "years": found.years,
        }
        rows = [asdict(row) for row in odd]
        told |= {"currency": found.currency, "notices": rows}
        show_json({"price_list": found.name, "valid": True, "overlay": overlay, **told})
        return
    what = "An overlay" if overlay else "A price list"
    changed = f": {listed(found.entries_changed)}" if found.entries_changed else ""
    typer.echo(f"{file}: valid. {what}: {found.named}{changed}")
    tell_unsourced(unsourced)
    known = known_in_words(found)
    spans = ", ".join(f"{kind} {span}" for kind, span in known.items())
    first, last = found.years
    dated = set(known.values()) != {"all years"}
    typer.echo(f"Known for {first} to {last}: {spans}" if dated else "No price has a date")
    for one in odd:
        typer.echo(f"Notice: {one}")
