"""The value of an assumption at which a measure reaches a figure, or a claim would hold.

May import the search.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from jobsim.analysis.outcomes.quantity import (
    Claimed,
    Quantity,
    Verdict,
    asked,
    claim_named,
    lean,
    quantity,
)
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.options import RunOptions, run_options
from jobsim.analysis.playing.player import plan_of
from jobsim.analysis.searching.crossing import (
    PLAYS,
    AllTogether,
    Crossing,
    Move,
    Search,
    cross,
    crossings,
    move_of,
    moves,
)
from jobsim.analysis.setting.case import Case, MoveWhere, Moving, case_of, move_where
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number
from jobsim.text.tables import Printed, Table, between, brief, estimate, in_brackets

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Threshold(Printed):
    """The value of one assumption at which the mean of a measure reaches a figure.

    Parameters
    ----------
    scenario : str, its name
    quantity : Quantity, what has to be reached
    target : float, the figure, in the quantity's unit
    crossing : Crossing
        Everything tried, and where the figure is reached.
    stated : Spread, the quantity where nothing moves
    moved : str, what moved where
    """

    scenario: str
    quantity: Quantity
    target: float
    crossing: Crossing
    stated: Spread
    moved: str

    @property
    def path(self) -> str:
        """What moves."""
        return self.crossing.move.path

    @property
    def value(self) -> float:
        """Value at which the mean is the figure; not a number where it is not reached."""
        return self.crossing.at.mean

    @property
    def ci(self) -> tuple[float, float]:
        """95 % interval of the value: where the interval of the mean covers the figure."""
        return self.crossing.at.ci_low, self.crossing.at.ci_high

    @property
    def crossed(self) -> bool:
        """Whether the figure is reached."""
        return self.crossing.crossed

    @property
    def inside(self) -> bool:
        """Whether it is reached within low and high."""
        return self.crossing.inside

    @property
    def verdict(self) -> str:
        """What was found, as one phrase."""
        if self.crossed:
            move = self.crossing.move
            judged = "plausible range" if move.judged else "range asked for"
            within = "within" if self.inside else "outside"
            return f"{within} the {judged}, {brief(move.low)} to {brief(move.high)}"
        (low, first), (high, last) = (self.crossing.tried[i] for i in (0, -1))
        ends = f"{brief(first.mean)} at {brief(low)} and {brief(last.mean)} at {brief(high)}"
        effect = ", whatever its value" if self.crossing.without_effect else ""
        return f"not crossed{effect}: {ends}"

    def to_frame(self) -> pd.DataFrame:
        """Every value tried, with mean, Monte Carlo error and range over chance."""
        import pandas as pd

        frame = pd.DataFrame([{"value": x, **vars(found)} for x, found in self.crossing.tried])
        frame.attrs.update(path=self.path, measure=self.quantity.code, unit=self.quantity.unit)
        return frame

    def _table(self) -> Table:
        rows = tuple((brief(x), *estimate(found, brief)) for x, found in self.crossing.tried)
        found = f"{self.path} = {in_brackets(self.crossing.at, brief)}; "
        return Table(
            f"{self.scenario}: {self.quantity.label} = {brief(self.target)} {self.quantity.unit}",
            (self.path, "Mean", "95 % interval (Monte Carlo)"),
            rows,
            (found if self.crossed else "") + f"{self.verdict}; {brief(self.crossing.move.stated)} "
            f"is stated. {self.moved} Nothing else moves; what was derived from it stays.",
        )


def threshold(
    scenario: Scenario,
    path: str,
    *,
    measure: str | Quantity = "net_saving",
    payer: str | None = None,
    year: int | None = None,
    value: float = 0.0,
    low: float | None = None,
    high: float | None = None,
    baseline: Scenario | None = None,
    prices: Prices | None = None,
    move: MoveWhere = "auto",
    **how: Unpack[RunOptions],
) -> Threshold:
    """Find the value of one assumption at which the mean of a measure is a figure.

    Parameters
    ----------
    scenario : Scenario
    path : str
        A number of the scenario or, after "prices.", of the price list; a schedule moves by its
        path and ``.scale``.
    measure : str or Quantity
        A measure such as "net_saving:municipality:2018", or the code of a claim.
    payer, year : optional
        Purse and calendar year, where `measure` does not say.
    value : float
        The figure to reach, in the measure's unit.
    low, high : float, optional
        Ends to search between. Without them the plausible range of the register and three of its
        widths on each side, as far as the scenario accepts; without a range in the register, from 0
        to four times what is stated.
    baseline : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    prices : Prices, optional
        Price list; without it, "denmark".
    move : "auto", "both" or "scenario"
        What changes move; see `sweep`.
    **how
        How to play; see `RunOptions`.

    Returns
    -------
    Threshold
        With the 95 % interval of the value: Monte Carlo error only. Where the figure is not
        reached, it says so with the means at both ends.

    Raises
    ------
    InputError
        If there is no such path or measure, or an argument is not valid.

    Notes
    -----
    The mean over replications is a function of the number, since all share their luck; Brent's
    method finds its root. Of several crossings the one nearest to what is stated is taken, as far
    as the ends of the range show them.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.threshold import threshold
    >>> scenario = js.Scenario.load("esbjerg-2018-evidence")
    >>> found = threshold(scenario, "groups.job_ready.job_finding_hazard_per_week",
    ...                   measure="placements_2018", value=250, replications=2, progress=False)
    >>> found.crossed, found.inside
    (True, True)
    """
    if not is_number(value) or not math.isfinite(value):
        raise InputError(f"value: must be a finite number, got {value!r}")
    wanted = asked(scenario, measure, payer, year)
    case = lean(case_of(scenario, baseline, prices), wanted)
    along, moving = move_of(case, path, low, high), move_where(move)
    played = run_options(how)
    (found,), stated = crossings(
        case, [along], wanted, float(value), moving=moving, how=played, label="threshold"
    )
    if found.error is not None:
        raise InputError(found.error)
    moved = case.moved([path], moving)
    return Threshold(scenario.name, wanted, float(value), found, spread(stated), moved)


_BREAK_EVEN = "net_saving:municipality"
"""What is to be 0 where no claim is named."""


@dataclass(frozen=True, repr=False)
class WouldHaveToBeTrue(Printed):
    """Which assumption would make a figure come true, each moved alone, and all of them together.

    Parameters
    ----------
    scenario : str, its name
    quantity : Quantity, what the figure is about, often that of a claim
    target : float, the figure, in the quantity's unit
    model : Spread, what the model says where nothing moves
    crossings : tuple of Crossing, one for each uncertain assumption, in the order of the files
    favourable : tuple of (path, value)
        The end of each plausible range at which the model comes nearer to it; assumptions
        that change nothing are left out.
    together : Crossing or None
        All at once, from what is stated (0) to their favourable ends (1); None where none helps.
    moved : str, what moved where
    """

    scenario: str
    quantity: Quantity
    target: float
    model: Spread
    crossings: tuple[Crossing, ...]
    favourable: tuple[tuple[str, float], ...]
    together: Crossing | None
    moved: str

    @property
    def aim(self) -> str:
        """The figure to come true, in words."""
        about = self.quantity
        named = f"{about.name}, " if isinstance(about, Claimed) else ""
        return f"{named}{about.label} = {brief(self.target)} {about.unit}"

    @property
    def inside(self) -> tuple[Crossing, ...]:
        """Assumptions that get there within their plausible range."""
        return self._where("inside")

    @property
    def outside(self) -> tuple[Crossing, ...]:
        """Assumptions that get there outside their plausible range only."""
        return self._where("outside only")

    @property
    def never(self) -> tuple[Crossing, ...]:
        """Assumptions that do not get there however far they were moved."""
        return self._where("never", "failed")

    def _where(self, *verdicts: str) -> tuple[Crossing, ...]:
        return tuple(one for one in self.crossings if _verdict(one) in verdicts)

    @property
    def nearest(self) -> Crossing:
        """Assumption that comes nearest to the figure within its plausible range."""
        return min(self.crossings, key=self._left)

    def _left(self, one: Crossing) -> float:
        """How far the nearer end of the plausible range leaves the figure; 0 where it is met."""
        if one.inside:
            return 0.0
        left = abs(_best_end(one, self.target)[1] - self.target)
        return math.inf if math.isnan(left) else left

    def to_frame(self) -> pd.DataFrame:
        """One row for each assumption."""
        import pandas as pd

        rows = [
            {
                **{name: getattr(one.move, name) for name in ("path", "stated", "low", "high")},
                "at_low": one.mean_at(one.move.low),
                "at_high": one.mean_at(one.move.high),
                "searched_from": one.tried[0][0],
                "searched_to": one.tried[-1][0],
                "needed": one.at.mean,
                "needed_ci_low": one.at.ci_low,
                "needed_ci_high": one.at.ci_high,
                "verdict": _verdict(one),
            }
            for one in self.crossings
        ]
        frame = pd.DataFrame(rows)
        frame.attrs.update(measure=self.quantity.code, value=self.target)
        frame.attrs.update(unit=self.quantity.unit, model=self.model.mean)
        return frame

    def _table(self) -> Table:
        moving = [one for one in self.crossings if not one.without_effect]
        order = sorted(moving, key=lambda one: (_RANK[_verdict(one)], self._left(one)))
        header = ("Assumption", "Stated", "Plausible", "Model's mean", "Needed", "Gets there")
        title = f"{self.scenario}: what would have to be true for {self.aim}"
        return Table(title, header, tuple(map(_row, order)), "\n".join(self._notes()))

    def _notes(self) -> list[str]:
        idle = ", ".join(one.move.path for one in self.crossings if one.without_effect)
        model, unit, judged = self.model, self.quantity.unit, ""
        if isinstance(self.quantity, Claimed):
            verdict = Verdict(self.quantity.name, self.quantity.claim, model, unit).verdict
            judged = f"; the claim: {verdict}"
        notes = [
            f"As stated, the model's mean is {brief(model.mean)} {unit} "
            f"({between(brief, model.ci_low, model.ci_high)}; single futures "
            f"{between(brief, model.range_low, model.range_high)}){judged}.",
            "Each number moves alone: what was derived from it stays. Never: not even three widths "
            "of the range beyond it. Intervals are Monte Carlo error.",
            self.moved,
            self._nearest_note(),
            self._together_note(),
        ]
        return [*notes, f"Without effect: {idle}."] if idle else notes

    def _nearest_note(self) -> str:
        one = self.nearest
        if one.inside:
            paths = ", ".join(found.move.path for found in self.inside)
            return f"Alone and within its plausible range gets there: {paths}."
        end, mean = (brief(x) for x in _best_end(one, self.target))
        nearest = f"nearest comes {one.move.path} = {end} with {mean} {self.quantity.unit}."
        return f"No assumption gets there alone within its plausible range; {nearest}"

    def _together_note(self) -> str:
        found, unit = self.together, self.quantity.unit
        if found is None:
            return "No assumption moves the model towards it."
        if found.error is not None:
            return f"All at their favourable ends cannot be played: {found.error}"
        way = f"; going {found.at.mean:.0%} of the way there would do."
        return (
            f"All {len(self.favourable)} at their favourable ends: {brief(found.mean_at(1.0))} "
            f"{unit}{way if found.crossed else ', not enough.'}"
        )


_RANK = {"inside": 0, "outside only": 1, "never": 2, "failed": 3}


def _verdict(one: Crossing) -> str:
    if not one.crossed:
        return "never" if one.error is None else "failed"
    return "inside" if one.inside else "outside only"


def _row(one: Crossing) -> tuple[str, ...]:
    move = one.move
    needed = in_brackets(one.at, brief) if one.crossed else "–"
    return (
        move.path,
        brief(move.stated),
        between(brief, move.low, move.high),
        between(brief, one.mean_at(move.low), one.mean_at(move.high)),
        needed if one.error is None else one.error,
        _verdict(one),
    )


def what_would_have_to_be_true(
    scenario: Scenario,
    claim: str | None = None,
    *,
    paths: Sequence[str] | None = None,
    baseline: Scenario | None = None,
    prices: Prices | None = None,
    move: MoveWhere = "auto",
    **how: Unpack[RunOptions],
) -> WouldHaveToBeTrue:
    """Find, for every uncertain assumption, the value at which a figure would come true.

    Parameters
    ----------
    scenario : Scenario
    claim : str, optional
        Code of one of its claims; without it, that the municipality breaks even over the run.
    paths : sequence of str, optional
        Assumptions to move; without it, all to which the registers of scenario and price list give
        a plausible range.
    baseline : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    prices : Prices, optional
        Price list; without it, "denmark".
    move : "auto", "both" or "scenario"
        What changes move; see `sweep`.
    **how
        How to play; see `RunOptions`.

    Returns
    -------
    WouldHaveToBeTrue
        Prints which assumptions get there inside their plausible range, which outside it only
        (searched three widths of the range on each side, as far as the scenario accepts them),
        which never; which one comes nearest; and what all give at their favourable ends.

    Raises
    ------
    InputError
        If there is no such claim or path (the message names the nearest), or no number is
        uncertain.

    Examples
    --------
    >>> import jobsim as js
    >>> from jobsim.questions.threshold import what_would_have_to_be_true
    >>> scenario = js.Scenario.load("esbjerg-2018-evidence")
    >>> hazard, gain = (f"groups.job_ready.{name}"
    ...                 for name in ("job_finding_hazard_per_week", "meeting_gain"))
    >>> found = what_would_have_to_be_true(
    ...     scenario, "placements_2018", paths=[hazard, gain], replications=4, progress=False)
    >>> [one.move.path for one in found.outside]
    ['groups.job_ready.job_finding_hazard_per_week']
    """
    wanted: Quantity = quantity(_BREAK_EVEN)
    aim = 0.0
    if claim is not None:
        wanted = claimed = claim_named(scenario, claim)
        aim = claimed.claim.value
    case = lean(case_of(scenario, baseline, prices), wanted)
    along = moves(case) if paths is None else [move_of(case, path) for path in paths]
    if not along:
        raise InputError(f"{scenario.name}: there is no number with a plausible range")
    played = run_options(how)
    moving, label = move_where(move, named=paths is not None), "what would have to be true"
    found, stated = crossings(case, along, wanted, aim, moving=moving, how=played, label=label)
    ends = _favourable(found, aim)
    together = _together(case, (wanted, aim), ends, played, stated, moving) if ends else None
    best = tuple((move.path, end) for move, end in ends)
    moved = case.moved((path for one in along for path in one.changes(one.stated)), moving)
    return WouldHaveToBeTrue(
        scenario.name, wanted, aim, spread(stated), tuple(found), best, together, moved
    )


def _best_end(one: Crossing, aim: float) -> tuple[float, float]:
    """End of the plausible range with the mean nearer to a figure, and that mean."""
    ends = [(x, one.mean_at(x)) for x in (one.move.low, one.move.high)]
    known = [pair for pair in ends if not math.isnan(pair[1])]
    return min(known, key=lambda pair: abs(pair[1] - aim), default=(math.nan, math.nan))


def _favourable(found: Sequence[Crossing], aim: float) -> list[tuple[Move, float]]:
    """The end of each move that comes nearer to a figure than what is stated."""
    best = [(one, *_best_end(one, aim)) for one in found]
    return [
        (one.move, end)
        for one, end, mean in best
        if abs(mean - aim) < abs(one.mean_at(one.move.stated) - aim)
    ]


def _together(
    case: Case,
    wanted: tuple[Quantity, float],
    ends: Sequence[tuple[Move, float]],
    how: RunOptions,
    stated: Floats,
    moving: Moving,
) -> Crossing:
    """How far all have to go together, from what is stated to their favourable ends."""
    move = AllTogether("all", 0.0, 0.0, 1.0, judged=True, fixed=(True, True), along=tuple(ends))
    plan = plan_of(case.scenario, how, plays=PLAYS)
    return cross(Search(case, move, *wanted, moving, plan, stated))
