"""What a check found, and the table of all checks; may import the small text tables.

A check compares what it expects with what it found: exactly, or within a stated number of
standard errors. The worst of several comparisons stands for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from jobsim.text.printed import Framed, Printed
from jobsim.text.tables import Sentences, Table, number

PASS, FAIL, DOES_NOT_APPLY = "pass", "fail", "does not apply"

TOLERANCE = 5.0
"""Standard errors: of a thousand comparisons of a correct program, none is expected outside."""


@dataclass(frozen=True)
class Expectation:
    """One number beside what it should be."""

    label: str
    expected: float
    found: float
    se: float = 0.0
    """Standard error of the difference; 0 where the two must be equal."""

    @property
    def deviation(self) -> float:
        """Difference in standard errors; infinite where equal numbers are asked for and differ."""
        if self.found == self.expected:
            return 0.0
        if not self.se > 0:
            return math.inf
        return abs(self.found - self.expected) / self.se


def same(label: str, expected: npt.ArrayLike, found: npt.ArrayLike) -> Expectation:
    """Cells of two tables, of which none may differ."""
    return Expectation(label, 0, int(np.not_equal(expected, found).sum()))


def proportion(label: str, p: float, count: float, n: int) -> Expectation:
    """Share of `n` persons to whom something of probability `p` happened.

    The variance counts one person more than the binomial has, so that a single rare event is no
    alarm; what is certain or impossible (to twelve digits) must be found exactly.
    """
    p = round(p, 12)
    se = math.sqrt(n * p * (1 - p) + 1) / n if 0 < p < 1 else 0.0
    return Expectation(label, p, float(count) / n, se)


def poisson(label: str, mean: float, count: float, replications: int) -> Expectation:
    """Mean over replications of a Poisson number; one event is added to the variance as above."""
    se = math.sqrt(mean * replications + 1) / replications if mean > 0 else 0.0
    return Expectation(label, mean, float(count) / replications, se)


@dataclass(frozen=True)
class Check:
    """Outcome of one check.

    Parameters
    ----------
    check : str, its name
    verdict : str, "pass", "fail" or "does not apply"
    expected, found : float, the worst comparison made; not a number where the check does not apply
    deviation : float, its difference in standard errors
    tolerance : float or "exact", the most standard errors allowed
    reason : str, what was compared, or why the check does not apply
    """

    check: str
    verdict: str
    expected: float
    found: float
    deviation: float
    tolerance: float | str
    reason: str


class Compared(NamedTuple):
    """What a check has compared."""

    what: str
    """What, in words."""
    expectations: Sequence[Expectation]
    """The comparisons; none where there is nothing to look at."""
    tolerance: float | str = "exact"
    """Most standard errors allowed; "exact" where the numbers must be equal."""


def judged(check: str, compared: Compared) -> Check:
    """Judge a check by the worst of what it compared."""
    what, expectations, tolerance = compared
    worst = max(expectations, key=lambda one: one.deviation)
    allowed = 0.0 if isinstance(tolerance, str) else tolerance
    verdict = PASS if worst.deviation <= allowed else FAIL
    reason = f"{what}; {len(expectations):,} compared"
    if worst.label and worst.deviation > 0:
        reason += f", the worst: {worst.label}"
    return Check(check, verdict, worst.expected, worst.found, worst.deviation, tolerance, reason)


def does_not_apply(check: str, reason: str) -> Check:
    """Say why a check has nothing to look at in this scenario."""
    nan = math.nan
    return Check(check, DOES_NOT_APPLY, nan, nan, nan, nan, reason)


@dataclass(frozen=True, repr=False)
class Verification(Printed, Framed):
    """All checks of one scenario; prints as a table.

    Parameters
    ----------
    scenario : str, its name
    rows : tuple of Check
    """

    scenario: str
    rows: tuple[Check, ...]
    _keys: ClassVar = ("check",)
    _between: ClassVar = "\n"

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that failed."""
        return tuple(row.check for row in self.rows if row.verdict == FAIL)

    def _parts(self) -> list[Table | Sentences]:
        reasons = tuple(f"  {row.check}: {row.reason}." for row in self.rows)
        table = Table(self._title, _HEADER, tuple(map(_cells, self.rows)), f"\n{_UNITS}")
        return [table, Sentences(reasons)]

    @property
    def _title(self) -> str:
        verdicts = [row.verdict for row in self.rows]
        words = {PASS: "pass", FAIL: "fail", DOES_NOT_APPLY: "do not apply"}
        counts = [f"{verdicts.count(verdict)} {said}" for verdict, said in words.items()]
        return f"Verification of {self.scenario}: {', '.join(counts)}"


_HEADER = ("check", "verdict", "expected", "found", "off by", "allowed")
_UNITS = "Off by and allowed are in standard errors."


def _cells(row: Check) -> tuple[str, ...]:
    if row.verdict == DOES_NOT_APPLY:
        return row.check, row.verdict, "", "", "", ""
    allowed = row.tolerance if isinstance(row.tolerance, str) else number(row.tolerance)
    off = "" if isinstance(row.tolerance, str) else number(row.deviation)
    return row.check, row.verdict, _figure(row.expected), _figure(row.found), off, allowed


def _figure(value: float) -> str:
    """Whole numbers as such, others with four digits that matter."""
    if not math.isfinite(value) or value == int(value):
        return number(value, digits=0)
    digits = max(0, 3 - math.floor(math.log10(abs(value))))
    return number(value, digits=min(digits, 9))
