"""Which numbers of a scenario and its prices are uncertain, and why others are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jobsim.analysis.setting.case import PRICES, Case
from jobsim.analysis.uncertainty.learned_numbers import Learned, learned_numbers, stems_learned
from jobsim.scenario import Distribution, register
from jobsim.scenario.correlations import ordered, pairs_in
from jobsim.scenario.fields import is_number
from jobsim.scenario.number_register import RegisterRow, numbers_in
from jobsim.scenario.posterior import number_of


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
        _Ends of the plausible range. For a factor, those at which every step of a schedule or list
        stays within the range that the register states.
    kind : str
        Kind of its source, "judgement" for example.
    distribution : Distribution, Learned or None
        What is known of it; None where the register states a range only.
    """

    path: str
    value: float
    low: float
    high: float
    kind: str
    distribution: Distribution | Learned | None


def uncertain(case: Case) -> tuple[Uncertain, ...]:
    """All uncertain numbers of a scenario and its price list, in the order of the files.

    A number that was changed, in Python or in its file, has not become certain: its distribution
    moves with it, see `RegisterRow.spread`, and its plausible range stays. Lists and schedules are
    left out, unless the register states the distribution of a factor on all their steps; and so is
    what `held_because` names. What a posterior is of stands last, as the posterior has it.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.analysis.setting.case import case_of
    >>> found = uncertain(case_of(js.Scenario.load("esbjerg-2018")))
    >>> [one.path for one in found if one.path.endswith("meeting_gain")]
    ['groups.job_ready.meeting_gain']
    """
    rows = rows_of(case).items()
    left = stems_learned(case.scenario)
    found = [
        _uncertain(row, path)
        for path, row in rows
        if path not in left and not held_because(case, path, row)
    ]
    learned = [_after_data(case, *one) for one in learned_numbers(case.scenario).items()]
    return tuple(one for one in (*found, *learned) if one is not None)


def _after_data(case: Case, path: str, known: Learned) -> Uncertain:
    low, high = known.ppf([0.025, 0.975]).tolist()
    value = number_of(case.value_at(path)) if known.of == "value" else 1.0
    if value is None:  # of a schedule of several values
        value = float(known.ppf(0.5))
    return Uncertain(path, float(value), low, high, "derived", known)


def rows_of(case: Case) -> dict[str, RegisterRow]:
    """Every row of the registers of scenario and price list, by its path in the case.

    Prices of those whose leaving a meeting settled are left out where no meeting does.
    """
    documents = {"": case.scenario, PRICES: case.prices}.items()
    rows = {f"{at}{row.path}": row for at, one in documents for row in register(one).rows}
    idle = _AFTER_MEETING if not exits_at_meetings(case) else ()
    return {path: row for path, row in rows.items() if not path.endswith(idle)}


def pairs_among(case: Case, paths: Iterable[str]) -> dict[tuple[str, str], float]:
    """Rank correlations that the scenario states between some numbers, by their paths.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.analysis.setting.case import case_of
    >>> pair = ("groups.job_ready.meeting_gain", "meetings.half_life_weeks")
    >>> both = {"of": pair, "rank_correlation": -0.45}
    >>> town = js.Scenario.load("esbjerg-2018").with_({"correlations": [both]})
    >>> list(pairs_among(case_of(town), pair).values())
    [-0.45]
    """
    asked = {path.removesuffix(".scale"): path for path in paths}
    stated = pairs_in(case.scenario.correlations)
    found = {pair: rho for pair, rho in stated.items() if asked.keys() >= {*pair}}
    return {ordered(*(asked[path] for path in pair)): rho for pair, rho in found.items()}


_AFTER_MEETING = (".share_after_meeting",)


def exits_at_meetings(case: Case) -> bool:
    """Whether a meeting may settle that somebody leaves without work, in either scenario."""
    groups = (g for one in (case.scenario, case.baseline) for g in one.groups.values())
    return any(group.meeting_exit_probability > 0 for group in groups)


def held_because(case: Case, path: str, row: RegisterRow) -> str:
    """Why a number is certain although its register states what is known of it; often empty."""
    stated = row.assumption
    if stated is None:
        return ""
    if row.changed and has_spread(row) and case.moves_both(path) and not case.agrees(path):
        return "differs between scenario and baseline"
    if stated.distribution is not None and row.spread is None:
        return "at an end of what is allowed" if is_number(row.value) else "no single number now"
    if row.spread is not None or not has_spread(row) or row.within:
        return ""
    return "outside its plausible range, and the register states no distribution to move"


def not_known(case: Case, path: str, what: str) -> str:
    """Why a number has no distribution or range, in words that follow its path."""
    if path.endswith(_AFTER_MEETING) and not exits_at_meetings(case):
        return "prices nothing here: no meeting settles that anybody leaves"
    row = rows_of(case).get(path)
    why = "" if row is None else held_because(case, path, row)
    return f"is certain, {why}" if why else f"the register states no {what}"


def has_spread(row: RegisterRow) -> bool:
    """Whether the register states a distribution or, of a single number, a plausible range."""
    stated = row.assumption
    if stated is None:
        return False
    ranged = stated.low is not None and stated.high is not None and is_number(row.value)
    return ranged or stated.distribution is not None


def _uncertain(row: RegisterRow, path: str) -> Uncertain | None:
    stated = row.assumption
    if stated is None:
        return None
    known, low, high = row.spread, stated.low, stated.high
    value = row.value
    if known is not None and known.of == "factor":
        path, value, (low, high) = f"{path}.scale", 1.0, _factors(row.value, low, high)
    if known is not None and (low is None or high is None or low >= high):
        low, high = (float(end) for end in known.frozen().ppf([0.025, 0.975]))
    if not is_number(value) or low is None or high is None or low >= high:
        return None
    return Uncertain(path, float(value), low, high, stated.kind, known)


_Ends = tuple[float, float] | tuple[None, None]


def _factors(value: object, low: float | None, high: float | None) -> _Ends:
    """Least and greatest factor that leave every number within its range."""
    found = [number for number in numbers_in(value) if number > 0]
    if low is None or high is None or not found:
        return None, None
    return low / min(found), high / max(found)
