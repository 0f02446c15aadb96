"""The text of a plan, checked before it is written and when it is read; may import scenario.

A plan that a stranger wrote must not ask for what no call of `run` could.
"""

from __future__ import annotations

import json
import re
from typing import Any

from jobsim.errors import InputError, SizeError
from jobsim.scenario.document import refuse_beyond_limits

_MOST_CHARACTERS = 2**24
_MOST_DRAWS = 2**24
_MOST_BLOCKS = 10**6
_MOST_TOGETHER = 2**23
_MOST_NUMBER = 2**32 - 1
_DESIGNS = ("sobol", "latin_hypercube", "random", "table")
_PARTS = {"settings", "prices", "design", "replications", "seed", "block"}
_PARTS_OF_DESIGN = {"count", "name", "parameters", "rows"}
_NAME = re.compile(r".{1,200}")
_PATH = re.compile(r"(?=.{1,500}$)[^./\\]+(\.[^./\\]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SEED = re.compile(r"[0-9]{1,20}")


def plan_data(text: str) -> dict[str, Any]:
    """What a plan says.

    Raises
    ------
    InputError
        If a part is missing, of another type or out of range, or a name has control characters.
    SizeError
        If it is longer than any, or asks for more blocks, or larger ones, than can be kept.
    ValueError, RecursionError
        If the text is no JSON.
    """
    if len(text) > _MOST_CHARACTERS:
        raise SizeError(
            f"a plan of {len(text):,} characters is too long; {_MOST_CHARACTERS:,} are allowed: "
            "ask for fewer scenarios or a shorter table of draws"
        )
    data = json.loads(text)
    _need(isinstance(data, dict) and set(data) == _PARTS, f"must have {', '.join(sorted(_PARTS))}")
    _check_documents(data["settings"], data["prices"])
    _check_design(data["design"])
    _check_numbers(data["replications"], data["block"], data["seed"])
    return dict(data)


def checked_text(text: str) -> str:
    """Text of a plan that will be read again; raises as `plan_data`."""
    plan_data(text)
    return text


def _check_documents(settings: Any, prices: Any) -> None:
    for part, named in (("settings", settings), ("prices", prices)):
        _need(isinstance(named, dict) and bool(named), f"{part}: must name at least one")
        for name, digests in named.items():
            refuse_beyond_limits(name, part)
            _need(_matches(_NAME, name), f"{part}: names have 1 to 200 characters")
            several = digests if part == "settings" else [digests]
            _need(
                isinstance(several, list)
                and len(several) == (2 if part == "settings" else 1)
                and all(_matches(_DIGEST, one) for one in several),
                f"{part}.{name[:40]}: must be SHA-256 of documents",
            )


def _check_design(design: Any) -> None:
    _need(isinstance(design, dict) and set(design) == _PARTS_OF_DESIGN, "design: must be a table")
    count, paths, rows = design["count"], design["parameters"], design["rows"]
    _need(_is_whole(count, 0, _MOST_DRAWS), f"design.count: must be 0 to {_MOST_DRAWS:,}")
    _need(design["name"] in _DESIGNS, f"design.name: must be one of {', '.join(_DESIGNS)}")
    _need(paths is None or isinstance(paths, list), "design.parameters: must be a list")
    _need(isinstance(rows, list), "design.rows: must be a list")
    for row in rows:
        _need(isinstance(row, dict), "design.rows: must be tables")
        refuse_beyond_limits(row, "design", "rows")
    for path in (*(paths or ()), *(path for row in rows for path in row)):
        refuse_beyond_limits(path, "design")
        _need(_matches(_PATH, path), "design: must draw paths of names with dots between")
    drawn = len(rows) == (count if design["name"] == "table" else 0)
    _need(drawn, f"design.rows: must be as many as are drawn, got {len(rows):,}")


def _check_numbers(replications: Any, block: Any, seed: Any) -> None:
    for name, number in (("replications", replications), ("block", block)):
        _need(_is_whole(number, 1, _MOST_NUMBER), f"{name}: must be 1 to {_MOST_NUMBER:,}")
    whole = _matches(_SEED, seed) and int(seed) < 2**64
    _need(whole, "seed: must be a whole number from 0 to 2**64 - 1, as text")
    if (largest := min(replications, block)) > _MOST_TOGETHER:
        raise SizeError(
            f"block: {largest:,} replications together are too many; {_MOST_TOGETHER:,} are "
            "allowed: ask for smaller blocks"
        )
    if (blocks := -(-replications // block)) > _MOST_BLOCKS:
        raise SizeError(
            f"replications: {blocks:,} blocks of {block:,} are too many; {_MOST_BLOCKS:,} are "
            "allowed: ask for larger blocks"
        )


def _need(holds: bool, words: str) -> None:
    if not holds:
        raise InputError(words)


def _matches(pattern: re.Pattern[str], text: object) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def _is_whole(number: object, least: int, most: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and least <= number <= most
