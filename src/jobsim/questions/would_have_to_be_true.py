"""What would have to be true for a claim to hold? May import searches for crossings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from jobsim.analysis.outcomes.quantity import Claimed, Verdict, claim_named, lean
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
from jobsim.analysis.setting.case import Case, case_of
from jobsim.arrays import Floats
from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.text.tables import Printed, Table, between, brief, in_brackets

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class WouldHaveToBeTrue(Printed):
    """Which assumption would make a claim hold, each moved alone, and all of them together.

    Parameters
    ----------
    scenario : str, its name
    claim : Claimed
    model : Spread, what the model says where nothing moves
    crossings : tuple of Crossing, one for each uncertain assumption, in the order of the files
    favourable : tuple of (path, value)
        The end of each plausible range at which the model comes nearer to the claim; assumptions
        that change nothing are left out.
    together : Crossing or None
        All at once, from what is stated (0) to their favourable ends (1); None where none helps.
    """

    scenario: str
    claim: Claimed
    model: Spread
    crossings: tuple[Crossing, ...]
    favourable: tuple[tuple[str, float], ...]
    together: Crossing | None

    @property
    def inside(self) -> tuple[Crossing, ...]:
        """Assumptions that get there within their plausible range."""
        return tuple(one for one in self.crossings if one.inside)

    @property
    def outside(self) -> tuple[Crossing, ...]:
        """Assumptions that get there outside their plausible range only."""
        return tuple(one for one in self.crossings if one.crossed and not one.inside)

    @property
    def never(self) -> tuple[Crossing, ...]:
        """Assumptions that do not get there however far they were moved."""
        return tuple(one for one in self.crossings if not one.crossed)

    @property
    def nearest(self) -> Crossing:
        """Assumption that comes nearest to the claim within its plausible range."""
        return min(self.crossings, key=self._left)

    def _left(self, one: Crossing) -> float:
        """How far the nearer end of the plausible range leaves the claim; 0 where it is met."""
        if one.inside:
            return 0.0
        left = abs(_best_end(one, self.claim.claim.value)[1] - self.claim.claim.value)
        return math.inf if math.isnan(left) else left

    def to_frame(self) -> pd.DataFrame:
        """One row for each assumption."""
        import pandas as pd

        rows = [
            {
                "path": one.move.path,
                "stated": one.move.stated,
                "low": one.move.low,
                "high": one.move.high,
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
        frame.attrs.update(claim=self.claim.name, value=self.claim.claim.value)
        frame.attrs.update(unit=self.claim.unit, model=self.model.mean)
        return frame

    def _table(self) -> Table:
        claim, unit = self.claim.claim, self.claim.unit
        moving = [one for one in self.crossings if not one.without_effect]
        order = sorted(moving, key=lambda one: (_RANK[_verdict(one)], self._left(one)))
        header = ("Assumption", "Stated", "Plausible", "Model's mean", "Needed", "Gets there")
        return Table(
            f"{self.scenario}: what would have to be true for {self.claim.name}, "
            f"{claim.label} = {brief(claim.value)} {unit}",
            header,
            tuple(_row(one) for one in order),
            "\n".join(self._notes()),
        )

    def _notes(self) -> list[str]:
        idle = [one.move.path for one in self.crossings if one.without_effect]
        model, unit = self.model, self.claim.unit
        verdict = Verdict(self.claim.name, self.claim.claim, model, unit).verdict
        notes = [
            f"As stated, the model's mean is {brief(model.mean)} {unit} "
            f"({between(brief, model.ci_low, model.ci_high)}; single futures "
            f"{between(brief, model.range_low, model.range_high)}); the claim: {verdict}.",
            "Each number moves alone: what was derived from it stays. Never: not even three widths "
            "of the range beyond it. Intervals are Monte Carlo error.",
            self._nearest_note(),
            self._together_note(),
        ]
        return [*notes, "Without effect: " + ", ".join(idle) + "."] if idle else notes

    def _nearest_note(self) -> str:
        one = self.nearest
        if one.inside:
            paths = ", ".join(found.move.path for found in self.inside)
            return f"Alone and within its plausible range gets there: {paths}."
        end, mean = _best_end(one, self.claim.claim.value)
        return (
            "No assumption gets there alone within its plausible range; nearest comes "
            f"{one.move.path} = {brief(end)} with {brief(mean)} {self.claim.unit}."
        )

    def _together_note(self) -> str:
        if self.together is None:
            return "No assumption moves the model towards the claim."
        if self.together.error is not None:
            return f"All at their favourable ends cannot be played: {self.together.error}"
        mean = self.together.mean_at(1.0)
        words = f"All {len(self.favourable)} at their favourable ends: {brief(mean)}"
        if not self.together.crossed:
            return f"{words} {self.claim.unit}, not enough."
        share = self.together.at.mean
        return f"{words} {self.claim.unit}; going {share:.0%} of the way there would do."


_RANK = {"inside": 0, "outside only": 1, "never": 2, "failed": 3}


def _verdict(one: Crossing) -> str:
    if one.error is not None:
        return "failed"
    if not one.crossed:
        return "never"
    return "inside" if one.inside else "outside only"


def _row(one: Crossing) -> tuple[str, ...]:
    move, at = one.move, one.at
    needed = "–"
    if one.crossed:
        needed = in_brackets(at, brief)
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
    claim: str,
    *,
    paths: Sequence[str] | None = None,
    against: Scenario | None = None,
    prices: Prices | None = None,
    **how: Unpack[RunOptions],
) -> WouldHaveToBeTrue:
    """Find, for every uncertain assumption, the value at which a claim would hold.

    Parameters
    ----------
    scenario : Scenario
    claim : str
        Code of one of its claims.
    paths : sequence of str, optional
        Assumptions to move; without it, all to which the registers of scenario and price list give
        a plausible range.
    against : Scenario, optional
        Baseline; without it, the scenario without programmes, consultants and supports.
    prices : Prices, optional
        Price list; without it, "denmark".
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
    >>> from jobsim.questions.would_have_to_be_true import what_would_have_to_be_true
    >>> scenario = js.Scenario.load("esbjerg-2018-evidence")
    >>> hazard, gain = (f"groups.job_ready.{name}"
    ...                 for name in ("job_finding_hazard_per_week", "meeting_gain"))
    >>> found = what_would_have_to_be_true(
    ...     scenario, "placements_2018", paths=[hazard, gain], replications=4, progress=False)
    >>> [one.move.path for one in found.outside]
    ['groups.job_ready.job_finding_hazard_per_week']
    """
    wanted = claim_named(scenario, claim)
    case = lean(case_of(scenario, against, prices), wanted)
    along = moves(case) if paths is None else [move_of(case, path) for path in paths]
    if not along:
        raise InputError(f"{scenario.name}: there is no number with a plausible range")
    played = run_options(how)
    aim, label = wanted.claim.value, "what would have to be true"
    found, stated = crossings(case, along, wanted, aim, both=True, how=played, label=label)
    ends = _favourable(found, aim)
    return WouldHaveToBeTrue(
        scenario.name,
        wanted,
        spread(stated),
        tuple(found),
        tuple((move.path, end) for move, end in ends),
        _together(case, wanted, ends, played, stated) if ends else None,
    )


def _best_end(one: Crossing, aim: float) -> tuple[float, float]:
    """End of the plausible range with the mean nearer to a figure, and that mean."""
    ends = [(x, one.mean_at(x)) for x in (one.move.low, one.move.high)]
    known = [(x, mean) for x, mean in ends if not math.isnan(mean)]
    return min(known, key=lambda pair: abs(pair[1] - aim), default=(math.nan, math.nan))


def _favourable(found: Sequence[Crossing], aim: float) -> list[tuple[Move, float]]:
    """The end of each move that comes nearer to a figure than what is stated."""
    ends = []
    for one in found:
        end, mean = _best_end(one, aim)
        if abs(mean - aim) < abs(one.mean_at(one.move.stated) - aim):
            ends.append((one.move, end))
    return ends


def _together(
    case: Case, wanted: Claimed, ends: Sequence[tuple[Move, float]], how: RunOptions, stated: Floats
) -> Crossing:
    """How far all have to go together, from what is stated to their favourable ends."""
    move = AllTogether("all", 0.0, 0.0, 1.0, judged=True, fixed=(True, True), along=tuple(ends))
    plan = plan_of(case.scenario, how, plays=PLAYS)
    return cross(Search(case, move, wanted, wanted.claim.value, True, plan, stated))
