"""Which assumptions would make a claim hold, or the municipality break even.

May import the search.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Unpack

from jobsim.analysis.outcomes.claims import Claimed, Verdict, claim_named, lean
from jobsim.analysis.outcomes.quantity import Quantity, quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.spread import Spread
from jobsim.analysis.playing.options import RunOptions, takes_options
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
from jobsim.analysis.uncertainty.register_notes import register_notes
from jobsim.arrays import Floats
from jobsim.errors import InputError, texts_of
from jobsim.scenario import Scenario
from jobsim.text.tables import Table, between, brief, estimate, in_brackets, no_price_note

if TYPE_CHECKING:
    pass


_BREAK_EVEN = "net_saving:municipality"
"""What is to be 0 where no claim is named."""


@dataclass(frozen=True, repr=False)
class WouldHaveToBeTrue(Result):
    """Which assumption would make a figure come true, each moved alone, and all of them together.

    Parameters
    ----------
    record : RunRecord
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

    record: RunRecord
    quantity: Quantity
    target: float
    model: Spread
    crossings: tuple[Crossing, ...]
    favourable: tuple[tuple[str, float], ...]
    together: Crossing | None
    moved: str
    _name: ClassVar = "answer"
    _keys: ClassVar = ("path",)

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
        return tuple(one for one in self.crossings if one.verdict in verdicts)

    @property
    def ordered(self) -> tuple[Crossing, ...]:
        """Assumptions with an effect: those that get there first, then the nearest."""
        moving = (one for one in self.crossings if not one.without_effect)
        return tuple(sorted(moving, key=lambda one: (_RANK[one.verdict], self._left(one))))

    def best_end(self, one: Crossing) -> tuple[float, float]:
        """End of an assumption's plausible range that comes nearer to the figure, and the mean."""
        return _best_end(one, self.target)

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

    def _lines(self) -> Iterator[dict[str, object]]:
        """One for each assumption, and last for all of them going the same share of their way."""
        together = [] if self.together is None else [self.together]
        for one in (*self.crossings, *together):
            yield one.columns(self.quantity, self.target)

    def _table(self) -> Table:
        header = ("Assumption", "Stated", "Plausible", "Model's mean", "Needed", "Gets there")
        title = f"{self.record.scenario.name}: what would have to be true for {self.aim}"
        found, notes = Table(title, header, tuple(map(_row, self.ordered))), self._notes()
        words = no_price_note([found, Table("", (), ((*notes,),))])
        return replace(found, note="\n".join([*notes, *words]))

    def _notes(self) -> list[str]:
        first, paths = self.crossings[0], [one.move.path for one in self.crossings]
        idle = ", ".join(one.move.path for one in self.crossings if one.without_effect)
        model, unit, judged = self.model, self.quantity.unit, ""
        mean, ends = estimate(model, brief)
        mean = first.no_price_at(first.move.stated) or f"{mean} {unit}"
        if isinstance(self.quantity, Claimed):
            verdict = Verdict(self.quantity.name, self.quantity.claim, model, unit).verdict
            judged = f"; the claim: {verdict}"
        notes = [
            f"As stated, the model's mean is {mean} ({ends}; single futures "
            f"{between(brief, model.range_low, model.range_high)}){judged}.",
            *first.weeks_told(first.move.stated, "As stated"),
            "Each number moves alone: what was derived from it stays. Never: not even three widths "
            "of the range beyond it. Intervals are Monte Carlo error.",
            f"{self.moved} Policy moves only where it is named.",
            self._nearest_note(),
            self._together_note(),
            *register_notes(self.record, paths, apart="Each number is moved alone"),
        ]
        return [*notes, f"Without effect: {idle}."] if idle else notes

    def _nearest_note(self) -> str:
        one = self.nearest
        if one.inside:
            paths = ", ".join(found.move.path for found in self.inside)
            return f"Alone and within its plausible range gets there: {paths}."
        end, _ = _best_end(one, self.target)
        mean = one.no_price_at(end) or f"{one.shown_at(end)} {self.quantity.unit}"
        nearest = f"nearest comes {one.move.path} = {brief(end)} with {mean}."
        return f"No assumption gets there alone within its plausible range; {nearest}"

    def _together_note(self) -> str:
        found, unit = self.together, self.quantity.unit
        if found is None:
            return "No assumption moves the model towards it."
        if found.error is not None:
            return f"All at their favourable ends cannot be played: {found.error}"
        way = f"; going {found.at.mean:.0%} of the way there would do."
        mean = found.no_price_at(1.0) or f"{found.shown_at(1.0)} {unit}"
        return (
            f"All {len(self.favourable)} at their favourable ends: "
            f"{mean}{way if found.crossed else ', not enough.'}"
        )


_ALL = "all together"
"""Path of the line of all assumptions, from what is stated (0) to their favourable ends (1)."""
_RANK = {"inside": 0, "outside only": 1, "never": 2, "failed": 3}


def _row(one: Crossing) -> tuple[str, ...]:
    move = one.move
    needed = in_brackets(one.at, brief) if one.crossed else "–"
    return (
        move.path,
        brief(move.stated),
        between(brief, move.low, move.high),
        _at_ends(one),
        needed if one.error is None else one.error,
        one.verdict,
    )


def _at_ends(one: Crossing) -> str:
    ends = one.move.low, one.move.high
    if any(map(one.no_price_at, ends)):
        return " to ".join(map(one.shown_at, ends))
    return between(brief, *map(one.mean_at, ends))


@takes_options(counted=True)
def what_would_have_to_be_true(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    claim: str | None = None,
    parameters: Sequence[str] | None = None,
    move: MoveWhere = "auto",
    **how: Unpack[RunOptions],
) -> WouldHaveToBeTrue:
    """Find, for every uncertain assumption, the value at which a figure would come true.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    claim : str, optional
        Code of one of its claims; without it, that the municipality breaks even over the run.
    parameters : sequence of str, optional
        Numbers to move; without it, all facts of the world and prices to which the registers of
        scenario and price list give a plausible range. Policy, such as a budget or staff, is no
        assumption, and moves only where it is named.
    move : "auto", "both" or "scenario"
        What changes move; see `sweep`.
    **how
        How to play.

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
    >>> scenario = js.Scenario.load("esbjerg-2018-evidence")
    >>> hazard, gain = (f"groups.job_ready.{name}"
    ...                 for name in ("job_finding_hazard_per_week", "meeting_gain"))
    >>> found = js.what_would_have_to_be_true(
    ...     scenario, claim="placements_2018", parameters=[hazard, gain],
    ...     replications=4, progress=False)
    >>> [one.move.path for one in found.outside]
    ['groups.job_ready.job_finding_hazard_per_week']
    """
    wanted: Quantity = quantity(_BREAK_EVEN)
    aim = 0.0
    if claim is not None:
        wanted = claimed = claim_named(scenario, claim)
        aim = claimed.claim.value
    case = lean(case_of(scenario, baseline, how["prices"]), wanted)
    named = None if parameters is None else texts_of("parameters", parameters)
    along = moves(case) if named is None else [move_of(case, path) for path in named]
    if not along:
        raise InputError(f"{scenario.name}: there is no number with a plausible range")
    moving, label = move_where(move), "what would have to be true"
    found, stated = crossings(case, along, wanted, aim, moving=moving, how=how, label=label)
    ends = _favourable(found, aim)
    together = _together(case, (wanted, aim), ends, how, stated, moving) if ends else None
    best = tuple((move.path, end) for move, end in ends)
    moved = case.moved((path for one in along for path in one.changes(one.stated)), moving)
    record = plan_of(scenario, how, plays=PLAYS).record(case, moved)
    return WouldHaveToBeTrue(
        record, wanted, aim, wanted.spread(stated), tuple(found), best, together, moved
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
    stated: tuple[Floats, ...],
    moving: Moving,
) -> Crossing:
    """How far all have to go together, from what is stated to their favourable ends."""
    move = AllTogether(_ALL, 0.0, 0.0, 1.0, judged=True, fixed=(True, True), along=tuple(ends))
    plan = plan_of(case.scenario, how, plays=PLAYS)
    return cross(Search(case, move, *wanted, moving, plan, stated))
