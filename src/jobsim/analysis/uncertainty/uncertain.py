"""Which numbers are uncertain, and how far; may import scenario and settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jobsim.analysis.setting.case import PRICES, Case
from jobsim.scenario import Distribution, register
from jobsim.scenario.document import Document, RegisterRow, numbers_in
from jobsim.scenario.fields import is_number


@dataclass(frozen=True)
class Uncertain:
    """One number that the assumption register gives a plausible range.

    Parameters
    ----------
    path : str
        Where it is, as `Case.with_` takes it; "prices." comes before paths of the price list,
        and ".scale" after those of which a factor is uncertain.
    value : float
        What the file states; 1 for a factor.
    low, high : float
        Ends of the plausible range. For a factor, those at which every step of a schedule or list
        stays within the range that the register states.
    kind : str
        Kind of its source, "judgement" for example.
    distribution : Distribution or None
        What is known of it; None where the register states a range only.
    """

    path: str
    value: float
    low: float
    high: float
    kind: str
    distribution: Distribution | None


def uncertain(case: Case) -> tuple[Uncertain, ...]:
    """All uncertain numbers of a scenario and its price list, in the order of the files.

    Numbers that `with_` has changed are choices, not assumptions, and are left out; so are lists
    and schedules, unless the register states the distribution of a factor on all their steps.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.analysis.setting.case import case_of
    >>> found = uncertain(case_of(js.Scenario.load("esbjerg-2018")))
    >>> [one.path for one in found if one.path.endswith("meeting_gain")]
    ['groups.job_ready.meeting_gain']
    """
    return (*_rows(case.scenario, ""), *_rows(case.prices, PRICES))


def _rows(document: Document, prefix: str) -> Iterator[Uncertain]:
    for row in register(document).rows:
        found = _uncertain(row, prefix)
        if found is not None:
            yield found


def _uncertain(row: RegisterRow, prefix: str) -> Uncertain | None:
    stated = row.assumption
    if stated is None or row.changed:
        return None
    known, low, high = stated.distribution, stated.low, stated.high
    path, value = f"{prefix}{row.path}", row.value
    if known is not None and known.of == "factor":
        path, value, (low, high) = f"{path}.scale", 1.0, _factors(row.value, low, high)
    if known is not None and (low is None or high is None):
        low, high = (float(end) for end in known.frozen().ppf([0.025, 0.975]))
    if not is_number(value) or low is None or high is None or low >= high:
        return None
    return Uncertain(path, float(value), low, high, stated.kind, known)


def _factors(
    value: object, low: float | None, high: float | None
) -> tuple[float | None, float | None]:
    """Least and greatest factor that leave every number within its range."""
    found = [number for number in numbers_in(value) if number > 0]
    if low is None or high is None or not found:
        return None, None
    return low / min(found), high / max(found)
