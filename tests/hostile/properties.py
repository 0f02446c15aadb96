"""What every loader owes to every input, and the loaders held to it."""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from jobsim.analysis.outcomes.record import RunRecord, read_record, versions_here
from jobsim.errors import JobsimError, control_characters
from jobsim.ledger import Prices
from jobsim.scenario import Scenario, dump_toml, read_observed, register
from jobsim.scenario.document import Document
from tests.factory import small_town
from tests.hostile.generators import bent_bytes, bent_data, bent_text, hostile_value, table_text

__all__ = ["LONGEST_SECONDS", "TARGETS", "one_clean_line", "play", "record_text", "used"]

LONGEST_SECONDS = 3.0
"""Most seconds of processor time that one input may take where much else runs; 1 is promised, of an
idle machine."""
_LONGEST_LINE = 1100
_PRICES = Prices.load("denmark")
_DATA: dict[type[Document], dict[str, Any]] = {
    Scenario: {**small_town().to_dict()},
    Prices: _PRICES.to_dict(),
}
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


def _table(random: Random, folder: Path) -> None:
    file = folder / "table.csv"
    text = table_text(random)
    if random.random() < 0.5:
        text = bent_text(random, text)
    data = text.encode(random.choice(("utf-8", "utf-16", "cp1252")), "replace")
    file.write_bytes(data if random.random() < 0.8 else bent_bytes(random, data))
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
}
"""Loaders, each as a function of chance and of a folder to put its files in."""


def play(
    name: str, random: Random, folder: Path, most_seconds: float = LONGEST_SECONDS
) -> str | None:
    """Give one input to a loader; warnings count as errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return one_clean_line(lambda: TARGETS[name](random, folder), most_seconds)
