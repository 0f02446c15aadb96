"""Count the lines of code by folder: python -m benchmarks.code_lines [FOLDER] [--depth N].

Docstrings, comments and blank lines do not count; of what is left, import lines are told apart.
Files that are no Python (scenarios, words, templates) are counted beside, blank lines left out.
"""

from __future__ import annotations

import argparse
import ast
import io
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parents[1]
BESIDE = (".toml", ".j2", ".js", ".css")
"""Endings of files that are counted beside the code."""
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


@dataclass(frozen=True)
class Count:
    """Files, lines of code, and how many of those import."""

    files: int = 0
    code: int = 0
    imports: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.files + other.files, self.code + other.code, self.imports + other.imports)


def count(source: str) -> Count:
    r"""Count the lines of one Python file.

    Examples
    --------
    >>> count("import math  # a remark\n\n# a comment\nx = (\n    1\n)\n")
    Count(files=1, code=4, imports=1)
    """
    tree = ast.parse(source)
    texts = _lines(node for node in ast.walk(tree) if _is_docstring(node))
    imports = _lines(n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))
    blank = {line for line, text in enumerate(source.split("\n"), 1) if not text.strip()}
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    return Count(1, len(code - texts - blank), len(imports - blank))


def _is_docstring(node: ast.AST) -> bool:
    """Whether a statement is a text alone: a docstring, also one that follows a value."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _lines(nodes: Iterable[ast.AST]) -> set[int]:
    return {
        line
        for node in nodes
        if isinstance(node, ast.stmt)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def by_folder(root: Path, depth: int = 2) -> dict[str, Count]:
    """Count the Python files below a folder, by folder to some depth; "." is the folder itself."""
    found: defaultdict[str, Count] = defaultdict(Count)
    for path in sorted(root.rglob("*.py")):
        folders = path.relative_to(root).parts[:-1][:depth]
        found["/".join(folders) or "."] += count(path.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def beside(root: Path) -> dict[str, Count]:
    """Count the lines that are not blank of files that are no Python, by ending."""
    found: defaultdict[str, Count] = defaultdict(Count)
    for path in sorted(root.rglob("*")):
        if path.suffix in BESIDE:
            text = path.read_text(encoding="utf-8")
            found[path.suffix] += Count(1, sum(bool(line.strip()) for line in text.splitlines()))
    return dict(found)


def table(counts: Mapping[str, Count], others: Mapping[str, Count]) -> str:
    """Print counts as a table with its sum; what is no Python stands below it."""
    rows = [("folder", "files", "code", "imports")]
    rows += [(name, *_numbers(one)) for name, one in counts.items()]
    rows += [("all", *_numbers(sum(counts.values(), start=Count())))]
    rows += [(f"beside: *{name}", *_numbers(one)[:2], "") for name, one in others.items()]
    width = max(len(row[0]) for row in rows)
    return "\n".join(
        f"{name:{width}}{files:>7}{code:>8}{imports:>9}".rstrip()
        for name, files, code, imports in rows
    )


def _numbers(one: Count) -> tuple[str, str, str]:
    return f"{one.files:,}", f"{one.code:,}", f"{one.imports:,}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.code_lines", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "src" / "jobsim")
    parser.add_argument("--depth", type=int, default=2, help="folders within each other (2)")
    chosen = parser.parse_args()
    print(table(by_folder(chosen.folder, chosen.depth), beside(chosen.folder)))


if __name__ == "__main__":
    main()
