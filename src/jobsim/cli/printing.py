"""What commands print: tables or JSON, in letters that the terminal has; may import analysis."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import typer

from jobsim.analysis.comparing.comparison import Comparison, Outcome
from jobsim.analysis.outcomes.record import without_formulas
from jobsim.errors import control_characters
from jobsim.scenario.files import refuse_to_replace, write_text, write_whole


class Answer(Protocol):
    """A result that prints as tables and as one table."""

    def to_frame(self) -> Any:
        """Every number as a table."""


def refuse_files_that_stay(given: Mapping[str, Any]) -> None:
    """Raise OutputError if a file that is asked for is there and is to stay."""
    files = [given[name] for name in ("csv", "picture") if given.get(name) is not None]
    if (folder := given.get("out")) is not None and os.path.isdir(folder):
        files += [folder / name for name in ("run.toml", "tables.xlsx", "dataset.nc")]
    for file in files:
        refuse_to_replace(file, force=given["force"])


def show_answer(answer: Answer, given: Mapping[str, Any]) -> None:
    """Print what a question answers, and write and draw it where its options ask for it."""
    write_answer(answer, given)
    if given["as_json"]:
        rows = json.loads(answer.to_frame().to_json(orient="records", date_format="iso"))
        show_json({"scenario": given["name"], "rows": rows})
    else:
        typer.echo(repr(answer))


def write_answer(answer: Answer, given: Mapping[str, Any]) -> None:
    """Write and draw an answer where options ask for it."""
    csv, picture = given["csv"], given.get("picture")
    if csv is not None:
        frame = without_formulas(answer.to_frame())
        text = "\ufeff" + frame.to_csv(index=False, lineterminator="\n")
        write_text(csv, text, force=given["force"])
    if picture is not None:
        _draw(answer, picture, force=given["force"])


def _draw(answer: object, path: Path, *, force: bool) -> None:
    import matplotlib as mpl

    from jobsim.plots import plot

    mpl.use("Agg")
    figure: Any = plot(answer).figure
    write_whole(path, lambda whole: figure.savefig(whole, dpi=150), force=force)


def show_result(result: Outcome | Comparison, given: Mapping[str, Any]) -> None:
    """Print the volumes of one scenario, or a comparison, and write them where asked."""
    write_answer(result, given)
    out, force = given["out"], given["force"]
    files = result.save(out, force=force) if out is not None else []
    if not given["as_json"]:
        typer.echo(repr(result))
        if files:
            typer.echo("\nWritten: " + ", ".join(str(file) for file in files))
        return
    if isinstance(result, Comparison):
        rows: list[Any] = [asdict(row) for row in result.rows]
        claims = [
            asdict(one.model)
            | {"claim": one.code, "value": one.claim.value, "verdict": one.verdict}
            for one in result.verdicts
        ]
    else:
        rows, claims = result.to_frame().to_dict("records"), []
    record = result.record
    show_json(
        {
            "scenario": record.scenario.name,
            "baseline": record.baseline.name if record.baseline else None,
            "replications": len(record.replications),
            "seed": record.seed,
            "engine": record.engine,
            "prices": record.prices.name,
            "versions": dict(record.versions),
            "rows": rows,
            "claims": claims,
        }
    )


def show_json(value: object) -> None:
    """Print one JSON object, which knows no infinity and no not-a-number: both become null."""
    typer.echo(json.dumps(_finite(value)))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
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
