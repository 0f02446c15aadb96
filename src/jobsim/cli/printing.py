"""What commands print: tables or JSON, in letters that the terminal has; may import analysis."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from jobsim.analysis.comparing.comparison import Comparison, Outcome
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.errors import control_characters


def show_outcome(outcome: Outcome, *, as_json: bool, out: Path | None) -> None:
    """Print the volumes of one scenario, and write them where asked."""
    files = outcome.save(out) if out is not None else []
    rows = outcome.to_frame().to_dict("records") if as_json else []
    _print(repr(outcome), _object(outcome.record, rows, []), files, as_json=as_json)


def show_comparison(result: Comparison, *, as_json: bool, out: Path | None) -> None:
    """Print a comparison, and write it where asked."""
    files = result.save(out) if out is not None else []
    rows = [asdict(row) for row in result.rows] if as_json else []
    claims = [
        asdict(v.model) | {"claim": code, "value": v.claim.value, "verdict": v.verdict}
        for code, v in ((v.code, v) for v in result.verdicts)
    ]
    _print(repr(result), _object(result.record, rows, claims), files, as_json=as_json)


def _object(record: RunRecord, rows: list[Any], claims: list[Any]) -> dict[str, Any]:
    return {
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


def _print(text: str, data: dict[str, Any], files: list[Path], *, as_json: bool) -> None:
    typer.echo(json.dumps(finite(data)) if as_json else text)
    if files and not as_json:
        typer.echo("\nWritten: " + ", ".join(str(file) for file in files))


def one_line(text: str) -> str:
    """Text of somebody else's file in one line, with control characters spelt out."""
    text = text.replace("\n", " ").replace("\t", " ")
    return control_characters.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def finite(value: Any) -> Any:
    """JSON knows no infinity and no not-a-number: both become null."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


_PLAIN = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "─": "-",
        "·": "|",
        "∞": "inf",
        "…": "...",
        "→": "->",
        "±": "+-",
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "Æ": "Ae",
        "Ø": "Oe",
        "Å": "Aa",
        "λ": "lambda",
        "μ": "mu",
        "θ": "theta",
        "×": "x",
        "≥": ">=",
        "≤": "<=",
    }
)


def plain(error: UnicodeError) -> tuple[str, int]:
    """Spell letters that the terminal's code page lacks."""
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end].translate(_PLAIN)
    return text.encode("ascii", "replace").decode("ascii"), error.end
