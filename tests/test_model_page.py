"""The page that defines the model: numbered rules, each with tests that are there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

from tests.faults import arithmetic, engines
from tests.faults.__main__ import PAGE as FAULTS_PAGE
from tests.faults.__main__ import page

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
RULE = re.compile(r"^\*\*(\d+)\.(\d+)\*\*(.*?)(?=^\*\*\d|^###|\Z)", re.MULTILINE | re.DOTALL)
RULES = {(int(rule[1]), int(rule[2])): rule[3] for rule in RULE.finditer(PAGE)}


def names_of_tests() -> set[str]:
    """Names of all test functions."""
    files = (ROOT / "tests").rglob("test_*.py")
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def test_rules_are_numbered_without_a_gap():
    numbers = [(int(rule[1]), int(rule[2])) for rule in RULE.finditer(PAGE)]
    counted = Counter(section for section, _ in numbers)
    expected = [(s, n) for s in sorted(counted) for n in range(1, counted[s] + 1)]
    assert numbers == expected
    assert len(numbers) > 50


def test_every_rule_names_tests_that_are_there():
    known = names_of_tests()
    named = {rule: re.findall(r"`(test_\w+)`", text) for rule, text in RULES.items()}
    assert [rule for rule, tests in named.items() if not tests] == []
    assert sorted({one for tests in named.values() for one in tests} - known) == []


def test_every_planted_fault_of_the_engines_breaks_a_rule():
    broken = [fault.rule for fault in (*engines.FAULTS, *arithmetic.FAULTS)]
    assert [rule for rule in broken if tuple(map(int, rule.split("."))) not in RULES] == []
    assert len(set(broken)) > 15


def test_the_page_of_faults_lists_those_that_are_planted():
    """`python -m tests.faults --page` writes it."""
    assert FAULTS_PAGE.read_text(encoding="utf-8") == page()
