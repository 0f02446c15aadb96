"""Read the equations of a register's sentences and work them out.

`650 recipients / 70 per caseworker = 9.3` is an equation: words and remarks in brackets are passed
over, `%` and `million` multiply, and the right side says by its digits how far it is rounded. A
chain `a = b = c` is two equations. Commas, colons and semicolons end it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
_REMARK = re.compile(r"\((?=[^()]*[^\W\d_])(?!1 - 0)[^()]*\)")
_CLAUSE = re.compile(r";|,(?!\d)|:|\.(?!\d)")
_TOKEN = re.compile(rf"\d[\d,]*\.?\d*|[-+*/^()%×−]|{_WORD}")
_MEANING = {"×": "*", "−": "-", "x": "*", "^": "**", "%": "/100", "million": "*1_000_000"}
_FUNCTIONS = {"ln": math.log, "exp": math.exp}
_NEAR = 0.005
"""How far two expressions may be apart whose numbers are rounded."""


@dataclass(frozen=True)
class Equation:
    """What stands left of an equals sign, worked out, and what is printed right of it."""

    left: float
    right: float
    rounding: float
    text: str

    @property
    def holds(self) -> bool:
        """Tell whether the left side rounds to the right one."""
        return abs(self.left - self.right) <= self.rounding * (1 + 1e-9)


def equations(text: str) -> list[Equation]:
    """Equations of a text that can be worked out."""
    return [one for clause in _clauses(text) for one in _in_clause(clause)]


def printed(text: str) -> set[float]:
    """Numbers that a text prints."""
    return {_number(token) for token in _TOKEN.findall(text) if token[0].isdigit()}


def _clauses(text: str) -> list[str]:
    return _CLAUSE.split(_REMARK.sub(" ", " ".join(text.split())))


def _in_clause(clause: str) -> Iterator[Equation]:
    pieces = [_tokens(piece) for piece in clause.split("=")]
    for before, after in pairwise(pieces):
        left, right = _longest(before, last=True), _longest(after, last=False)
        if left and right:
            yield Equation(_value(left), _value(right), _rounding(right), clause.strip())


def _tokens(piece: str) -> list[str]:
    """Numbers and signs; words go."""
    found = [_MEANING.get(token, token) for token in _TOKEN.findall(piece)]
    return [token for token in found if not token[0].isalpha() or token in _FUNCTIONS]


def _longest(tokens: list[str], *, last: bool) -> list[str]:
    """The longest run of tokens at the end, or at the beginning, that can be worked out."""
    for length in range(len(tokens), 0, -1):
        run = tokens[-length:] if last else tokens[:length]
        if _worked_out(run) is not None:
            return run
    return []


def _worked_out(tokens: list[str]) -> float | None:
    numbers = (f"{_number(token)!r}" if token[0].isdigit() else token for token in tokens)
    try:
        return float(eval(" ".join(numbers), {"__builtins__": {}}, dict(_FUNCTIONS)))
    except (SyntaxError, TypeError, ValueError, ArithmeticError):
        return None


def _value(tokens: list[str]) -> float:
    value = _worked_out(tokens)
    assert value is not None
    return value


def _number(token: str) -> float:
    return float(token.replace(",", ""))


def _rounding(tokens: list[str]) -> float:
    """Half a unit of the last digit that is printed, zeros at the end of a whole number aside."""
    plain = tokens[0].replace(",", "")
    if tokens[1:] in ([], ["/100"]) and plain[0].isdigit():
        share = 100 if tokens[1:] else 1
        whole, _, decimals = plain.partition(".")
        zeros = 0 if decimals else len(whole) - len(whole.rstrip("0"))
        return 0.5 * 10.0 ** (zeros - len(decimals)) / share
    return _NEAR * abs(_value(tokens))
