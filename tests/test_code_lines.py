"""Lines of code are counted without docstrings, comments and blank lines."""

from __future__ import annotations

import pytest
from benchmarks.code_lines import Count, beside, by_folder, count, table

FILE = '''"""A module
of two lines."""

import math
from os import (
    path,
)

TEXT = """not a docstring,

and all its lines count"""
"""What it is for."""


def f(x):  # a remark
    """Say what it does."""
    # a comment

    return math.floor(x)  # another
'''


def test_a_file():
    assert count(FILE) == Count(files=1, code=8, imports=4)


@pytest.mark.parametrize("source", ["", "\n\n", '"""Only a docstring."""\n', "# only a comment\n"])
def test_nothing(source):
    assert count(source) == Count(files=1)


def test_folders_to_a_depth_and_what_is_no_python(tmp_path):
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "a", inner):
        (folder / "one.py").write_text("import os\nx = 1\n", encoding="utf-8")
    (inner / "words.toml").write_text('# øre\n\ntitle = "x"\n', encoding="utf-8")
    (inner / "picture.png").write_bytes(b"\x89PNG")
    assert by_folder(tmp_path) == {name: Count(1, 2, 1) for name in (".", "a", "a/b")}
    assert by_folder(tmp_path, depth=1) == {".": Count(1, 2, 1), "a": Count(2, 4, 2)}
    assert beside(tmp_path) == {".toml": Count(1, 2)}
    assert table(by_folder(tmp_path), beside(tmp_path)).splitlines() == [
        "folder          files    code  imports",
        ".                   1       2        1",
        "a                   1       2        1",
        "a/b                 1       2        1",
        "all                 3       6        3",
        "beside: *.toml      1       2",
    ]
