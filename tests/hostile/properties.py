"""What every loader owes to every input, and the loaders held to it."""

from __future__ import annotations

import contextlib
import io
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from jobsim.analysis.outcomes.record import RunRecord, read_record, versions_here
from jobsim.cli import main
from jobsim.cli.questions import decide_table_command
from jobsim.errors import InputError, JobsimError, control_characters
from jobsim.ledger import Prices
from jobsim.scenario import Scenario, dump_toml, read_observed, register
from jobsim.scenario.document import Document
from tests.factory import small_town
from tests.hostile.generators import (
    bent_bytes,
    bent_data,
    bent_text,
    draws_text,
    hostile_value,
    other_form,
    table_text,
)

__all__ = ["LONGEST_SECONDS", "READERS", "TARGETS", "one_clean_line", "play", "record_text", "used"]

LONGEST_SECONDS = 3.0
"""Most seconds of processor time that one input may take where much else runs; 1 is promised, of an
idle machine."""
_LONGEST_LINE = 1100
_PRICES = Prices.load("denmark")
_DATA: dict[type[Document], dict[str, Any]] = {
    Scenario: {**small_town().to_dict()},
    Prices: _PRICES.to_dict(),
}
_TEXTS = small_town().to_toml(), _PRICES.to_toml()
_RECORD = RunRecord(small_town(), small_town(), _PRICES, [0, 1, 2], 1, "numpy", versions_here())


def one_clean_line(load: Callable[[], object], most_seconds: float = LONGEST_SECONDS) -> str | None:
    """Error line of a loader, or None where it loads; asserts what is promised of both.

    Anything that is no `JobsimError` passes through, and is the finding.
    """
    began = time.process_time()
    line = None
    try:
        load()
    except JobsimError as error:
        line = str(error)
    seconds = time.process_time() - began
    assert seconds < most_seconds, f"took {seconds:.2f} s"
    if line is not None:
        assert line.strip(), "an empty error"
        assert len(line.splitlines()) == 1, f"several lines: {line!r}"
        assert not control_characters.search(line), f"control characters: {line!r}"
        assert len(line) < _LONGEST_LINE, f"{len(line)} characters"
    return line


def _as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_lists(item) for key, item in value.items()}
    return [_as_lists(item) for item in value] if isinstance(value, (list, tuple)) else value


def used(document: Document) -> None:
    """Use a document that was accepted: it prints, and reads back to the same."""
    assert not control_characters.search(repr(document))
    register(document)
    assert type(document).from_dict(document.to_dict()).to_dict() == document.to_dict()


def _from_dict(kind: type[Document]) -> Callable[[Random, Path], object]:
    data = _as_lists(_DATA[kind])
    return lambda random, _: used(kind.from_dict(bent_data(random, data)))


def _load(kind: type[Document], *, as_bytes: bool) -> Callable[[Random, Path], object]:
    text = kind.from_dict(_DATA[kind]).to_toml()

    def load(random: Random, folder: Path) -> None:
        file = folder / "hostile.toml"
        if as_bytes:
            file.write_bytes(bent_bytes(random, text.encode()))
        else:
            file.write_text(bent_text(random, text), encoding="utf-8", newline="")
        used(kind.load(file))

    return load


def _changed(random: Random, _: Path) -> None:
    town = small_town()
    paths = [row.path for row in register(town).rows] + ["observed", "name", "groups", "x.y"]
    path = random.choice(paths) + random.choice(("", "", ".scale"))
    used(town.with_({path: hostile_value(random)}))


def _record_data(random: Random, folder: Path) -> None:
    data = _as_lists(_RECORD_DATA)
    if random.random() < 0.7:
        data["run"] = bent_data(random, data["run"])
    else:
        data = bent_data(random, data)
    file = folder / "run.toml"
    if _written(data, file):
        read_record(file)


def _written(data: dict[str, Any], file: Path) -> bool:
    """Write a document, unless it holds what no TOML file can hold."""
    with contextlib.suppress(TypeError, ValueError):
        file.write_text(dump_toml(data), encoding="utf-8", errors="replace")
        return True
    return False


def record_text() -> str:
    """Text of a sound run record."""
    return _RECORD.to_toml()


def _record_text(random: Random, folder: Path) -> None:
    file = folder / "run.toml"
    file.write_text(bent_text(random, _RECORD.to_toml()), encoding="utf-8", newline="")
    read_record(file)


def _bytes_of(random: Random, text: str) -> bytes:
    """A table as bytes of some encoding, bent in part."""
    if random.random() < 0.5:
        text = bent_text(random, text)
    encodings = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")
    data = text.encode(random.choice(encodings), "replace")
    return data if random.random() < 0.8 else bent_bytes(random, data)


def _table(random: Random, folder: Path) -> None:
    file = folder / "table.csv"
    file.write_bytes(_bytes_of(random, table_text(random)))
    column = random.choice((*[None] * 8, "recipients", "1", "\x1b", "m"))
    measure = random.choice((*["recipients"] * 8, "reciepents", "\x00"))
    read_observed(file, measure=measure, column=column)


def _series(random: Random, folder: Path) -> None:
    """A scenario that names a table; also one elsewhere."""
    data = _as_lists(_DATA[Scenario])
    series = data["observed"]["recipients"]
    del series["values"]
    names = (
        *["table.csv"] * 5,
        "./table.csv",
        "../table.csv",
        "/dev/zero",
        "\x00",
        "a/../table.csv",
        "",
    )
    series["file"] = random.choice(names)
    for key in ("column", "file", "measure"):
        if random.random() < 0.1:
            series[key] = hostile_value(random)
    (folder / "table.csv").write_text(table_text(random), encoding="utf-8")
    file = folder / "hostile.toml"
    if _written(data, file):
        used(Scenario.load(file))


def decided(file: Path) -> None:
    """Decide upon a table of draws, and print what is found."""
    assert not control_characters.search(repr(decide_table_command(file)))


def _draws(random: Random, folder: Path) -> None:
    file = folder / "draws.csv"
    file.write_bytes(_bytes_of(random, draws_text(random)))
    decided(file)


READERS: dict[str, Callable[[Path], object]] = {
    "scenario": Scenario.load,
    "prices": Prices.load,
    "record": read_record,
    "table": lambda path: read_observed(path, measure="recipients"),
    "draws": decided,
}


def _other_form(random: Random, folder: Path) -> None:
    file = folder / "form.toml"
    file.write_bytes(other_form(random))
    READERS[random.choice(list(READERS))](file)


def _command(random: Random, folder: Path) -> None:
    """A command as a user calls it: exit code 0, or 2 and one line."""
    file = folder / random.choice(("file.toml", "file.csv", "file.nc", "file.parquet"))
    text = random.choice((*_TEXTS, draws_text(random)))
    if random.random() < 0.5:
        text = bent_text(random, text)
    data = other_form(random) if random.random() < 0.3 else text.encode("utf-8", "replace")
    file.write_bytes(data)
    command = random.choice(("validate", "show", "show --assumptions", "prices", "decide-table"))
    code, out, errors = called(*command.split(), str(file))
    lines = [line for line in errors.splitlines() if ": read as " not in line]
    assert (code, len(lines)) in ((0, 0), (2, 1)), f"exit code {code}: {errors}"
    if code:
        assert out == ""
        raise InputError(lines[0].removeprefix("jobsim: "))


def called(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command line in this process."""
    out, errors = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(errors),
        mock.patch.object(sys, "argv", ["jobsim", *arguments]),
    ):
        try:
            main()
        except SystemExit as left:
            return int(left.code or 0), out.getvalue(), errors.getvalue()
    raise AssertionError("the command line returned")


_RECORD_DATA: dict[str, Any] = {
    "run": {"seed": "1", "engine": "numpy", "replications": 3, "versions": versions_here()},
    "scenario": _DATA[Scenario],
    "baseline": _DATA[Scenario],
    "prices": _DATA[Prices],
}
TARGETS: dict[str, Callable[[Random, Path], object]] = {
    "scenario from a dictionary": _from_dict(Scenario),
    "prices from a dictionary": _from_dict(Prices),
    "scenario from text": _load(Scenario, as_bytes=False),
    "scenario from bytes": _load(Scenario, as_bytes=True),
    "prices from text": _load(Prices, as_bytes=False),
    "run record from tables": _record_data,
    "run record from text": _record_text,
    "change by path": _changed,
    "table of months": _table,
    "scenario that names a table": _series,
    "table of draws": _draws,
    "file of another form": _other_form,
    "command": _command,
}
"""Loaders, each as a function of chance and of a folder to put its files in."""


def play(
    name: str, random: Random, folder: Path, most_seconds: float = LONGEST_SECONDS
) -> str | None:
    """Give one input to a loader; warnings count as errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return one_clean_line(lambda: TARGETS[name](random, folder), most_seconds)
