"""The text of a plan, checked before it is written and when it is read; may import scenario.

A plan that a stranger wrote must not ask for what no call of `run` could.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from jobsim.errors import InputError, SizeError
from jobsim.scenario.fields import Room
from jobsim.scenario.messages import one_line
from jobsim.scenario.oddities import refuse_oddities
from jobsim.scenario.paths import as_data

__all__ = ["checked_text", "plan_data"]

_MOST_CHARACTERS = 2**24
_MOST_REPLICATIONS = 2**32 - 1

_PATH = re.compile(r"[^./\\]+(\.[^./\\]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_BLOCKS = 10**6
_MOST_TOGETHER = 2**23
_MOST_DRAWS = 2**24


def _path(text: str) -> str:
    if not _PATH.fullmatch(text):
        raise ValueError("must be a path of names with dots between")
    return text


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise ValueError("must be the SHA-256 of a document")
    return text


def _seed(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and int(text) < 2**64):
        raise ValueError("must be a whole number from 0 to 2**64 - 1, as text")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200)]
Path = Annotated[str, Field(max_length=500), AfterValidator(_path)]
Digest = Annotated[str, AfterValidator(_digest)]


class _Design(Room):
    """How parameters are drawn."""

    count: Annotated[int, Field(ge=0, le=_MOST_DRAWS)]
    name: Literal["sobol", "latin_hypercube", "random", "table"]
    parameters: tuple[Path, ...] | None
    rows: tuple[dict[Path, Any], ...]


class _Plan(Room):
    """All that a plan says."""

    settings: Annotated[dict[Name, tuple[Digest, Digest]], Field(min_length=1)]
    prices: Annotated[dict[Name, Digest], Field(min_length=1)]
    design: _Design
    replications: Annotated[int, Field(ge=1, le=_MOST_REPLICATIONS)]
    seed: Annotated[str, AfterValidator(_seed)]
    block: Annotated[int, Field(ge=1, le=_MOST_REPLICATIONS)]


def plan_data(text: str) -> dict[str, Any]:
    """What a plan says.

    Raises
    ------
    InputError
        If a part is missing, of another type or out of range, or a name has control characters.
    ValueError, RecursionError
        If the text is no JSON.
    """
    if len(text) > _MOST_CHARACTERS:
        raise SizeError(
            f"a plan of {len(text):,} characters is too long; {_MOST_CHARACTERS:,} are allowed: "
            "ask for fewer scenarios or a shorter table of draws"
        )
    data = json.loads(text)
    if not isinstance(data, dict):
        raise InputError("must be a table")
    _refuse_oddities(data)
    try:
        plan = _Plan.model_validate(as_data(data))
    except ValidationError as error:
        raise InputError(one_line(error, _Plan)) from error
    design = plan.design
    if design.name == "table" and design.count != len(design.rows):
        raise InputError(f"design.rows: must be {design.count}, got {len(design.rows)}")
    if (largest := min(plan.replications, plan.block)) > _MOST_TOGETHER:
        raise SizeError(
            f"block: {largest:,} replications together are too many; {_MOST_TOGETHER:,} are "
            "allowed: ask for smaller blocks"
        )
    if (blocks := -(-plan.replications // plan.block)) > _MOST_BLOCKS:
        raise SizeError(
            f"replications: {blocks:,} blocks of {plan.block:,} are too many; {_MOST_BLOCKS:,} are "
            "allowed: ask for larger blocks"
        )
    return data


def checked_text(text: str) -> str:
    """Text of a plan that will be read again; raises as `plan_data`."""
    plan_data(text)
    return text


def _refuse_oddities(data: dict[str, Any]) -> None:
    """As of documents, but for the number of rows, which the length of the text bounds."""
    design = data.get("design")
    rows = design.get("rows") if isinstance(design, dict) else None
    if not isinstance(rows, list):
        rows = []
    for row in rows:
        refuse_oddities(row, "design", "rows")
    without = {**design, "rows": []} if isinstance(design, dict) else design
    refuse_oddities({**data, "design": without})
