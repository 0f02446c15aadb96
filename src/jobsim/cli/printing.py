"""What commands print: tables or JSON, in letters that the terminal has; may import analysis."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.setting.notices import notices
from jobsim.errors import control_characters
from jobsim.files.writing import (
    csv_text,
    refuse_ending,
    refuse_file_for_folder,
    refuse_to_replace,
    write_text,
    write_whole,
)
from jobsim.scenario.posterior import ENDING

if TYPE_CHECKING:
    from jobsim.analysis.learning.calibration import Calibration


def refuse_files_that_stay(given: Mapping[str, Any]) -> None:
    """Refuse files that could not be written, before anything is played.

    Raises
    ------
    InputError
        If a file has an ending that says something else, or a folder that of a file.
    OutputError
        If a file that is asked for is there and is to stay.
    """
    asked = {name: given[name] for name in _ENDINGS if given.get(name) is not None}
    for name, file in asked.items():
        refuse_ending(file, *_ENDINGS[name])
    files = list(asked.values())
    if (scenario := asked.get("posterior")) is not None:
        files.append(scenario.with_suffix(ENDING))
    if (folder := given.get("out")) is not None:
        refuse_file_for_folder(folder)
        files += [folder / name for name in ("run.toml", "tables.xlsx", "dataset.nc")]
    for file in files:
        refuse_to_replace(file, force=given["force"])


_ENDINGS = {"csv": (".csv",), "picture": (".png", ".svg", ".pdf"), "posterior": (".toml",)}
"""Of what options of commands write."""


def show_answer(answer: Result, given: Mapping[str, Any]) -> None:
    """Print what a question answers, and write and draw it where its options ask for it.

    Raises
    ------
    typer.Exit
        In the end, with exit code 1, if cells of the answer failed.
    """
    csv, picture, out = (given.get(name) for name in ("csv", "picture", "out"))
    force: bool = given["force"]
    if csv is not None:
        write_text(csv, csv_text(answer.to_frame()), force=force)
    if picture is not None:
        _draw(answer, picture, force=force)
    files = [] if out is None else answer.save(out, force=force)
    if (posterior := given.get("posterior")) is not None:
        files.append(cast("Calibration", answer).scenario.save(posterior, force=force))
    if given["as_json"]:
        show_json(_as_data(answer))
    else:
        typer.echo(repr(answer))
        if files:
            typer.echo("\nWritten: " + ", ".join(str(file) for file in files))
    cells = getattr(answer, "cells", None)
    if cells is not None and cells.failed:
        typer.echo(f"jobsim: {cells.missing}", err=True)
        raise typer.Exit(1)


def _draw(answer: Result, path: Path, *, force: bool) -> None:
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("Agg")
    figure: Any = answer.plot().figure
    write_whole(path, lambda whole: figure.savefig(whole, dpi=150), force=force)
    plt.close(figure)


def _as_data(answer: Result) -> dict[str, Any]:
    """How it was played, notices of what is odd, `rows` as of `to_frame()`, further tables by name.

    A search has its `answer`, whether or not that is all its rows.
    """
    record = answer.record
    told: dict[str, Any] = dict(answer._attrs())
    if record is not None:
        told = {**record.attrs, "baseline": record.attrs["baseline"] or None, "seed": record.seed}
        told["versions"] = dict(record.versions)
        odd = notices(record.scenario, record.prices, baseline=record.baseline).rows
        told["notices"] = [asdict(one) for one in odd]
    if isinstance(verdict := getattr(answer, "verdict", None), str):
        told["verdict"] = verdict
    rows = answer.to_frame()
    frames = answer.frames().items()
    others = {name: frame for name, frame in frames if name == "answer" or not frame.equals(rows)}
    for name, frame in {"rows": rows, **others}.items():
        plain = frame.reset_index() if frame.index.name else frame
        told[name] = plain.to_dict("records")
    return told


def show_file(text: str) -> None:
    """Print what is to be read back: in UTF-8, except to a terminal, whatever the surroundings."""
    if not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    typer.echo(text, nl=False)


def show_json(value: object) -> None:
    """Print one JSON object, in which not-a-number is null and infinity a word, as in CSV."""
    typer.echo(json.dumps(_finite(value), default=_plain))


def _plain(value: Any) -> Any:
    """A number of numpy as one of Python, anything else, such as a date, as text."""
    return value.item() if hasattr(value, "item") else str(value)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value


def spelt_out(text: str) -> str:
    """Text of somebody else's file in one line, with control characters spelt out."""
    text = text.replace("\n", " ").replace("\t", " ")
    return control_characters.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_SPELT = """
    −- –- ─- ·| ∞inf …... →-> ±+- ×x ≥>= ≤<=
    æae øoe åaa ÆAe ØOe ÅAa λlambda μmu θtheta
"""
"""Letters, each with how it is spelt where the terminal lacks it."""
_PLAIN = str.maketrans({letter[0]: letter[1:] for letter in _SPELT.split()})


def plain(error: UnicodeError) -> tuple[str, int]:
    """Spell letters that the terminal's code page lacks."""
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end].translate(_PLAIN)
    return text.encode("ascii", "replace").decode("ascii"), error.end
