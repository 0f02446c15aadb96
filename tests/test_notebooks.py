"""Notebooks are short, hold their outputs, and say nothing of where they were executed.

`python notebooks/execute.py` executes them; here their files are read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
MOST_BYTES = 300_000
NOT_KEPT = {"widgets", "execution", "collapsed"}
"""Metadata that differ from one execution to the next, or that nobody needs."""
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def test_there_are_seven() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == list("1234567")


@each
def test_is_short(path: Path) -> None:
    assert 8 <= len(read(path)["cells"]) <= 16
    assert path.stat().st_size <= MOST_BYTES


@each
def test_begins_with_its_question(path: Path) -> None:
    prose = ["".join(c["source"]) for c in read(path)["cells"] if c["cell_type"] == "markdown"]
    headings = re.findall(r"^#+ ", "\n".join(prose), re.MULTILINE)
    assert headings[0] == "# "
    assert set(headings[1:]) <= {"## "}


@each
def test_was_executed_in_order_without_an_error(path: Path) -> None:
    cells = code_cells(path)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output["output_type"] for cell in cells for output in cell["outputs"]}
    assert kinds <= {"stream", "display_data", "execute_result"}


@each
def test_pictures_have_words_for_those_who_cannot_see_them(path: Path) -> None:
    for cell in code_cells(path):
        if any("image/png" in output.get("data", {}) for output in cell["outputs"]):
            assert len(cell["metadata"]["mystnb"]["image"]["alt"]) > 20


@each
def test_says_nothing_of_the_machine(path: Path) -> None:
    book = read(path)
    assert not re.search(r"/(home|root|tmp|work|Users)/", json.dumps(book))
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    assert not NOT_KEPT & {name for cell in book["cells"] for name in cell["metadata"]}
