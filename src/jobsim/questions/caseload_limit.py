"""How many recipients a caseworker can have before meetings are late; may import caseloads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import ClassVar, Unpack

import numpy as np

from jobsim.analysis.outcomes.quantity import quantity
from jobsim.analysis.outcomes.record import RunRecord
from jobsim.analysis.outcomes.result import Result
from jobsim.analysis.outcomes.spread import Spread, spread
from jobsim.analysis.playing.cells import Rounds
from jobsim.analysis.playing.options import RunOptions, numbers_of, takes_options
from jobsim.analysis.playing.player import plan_of
from jobsim.analysis.playing.workers import kept_workers
from jobsim.analysis.searching.caseloads import BEYOND, FOUND, Limit, OfTrack, Scan, Track, track_of
from jobsim.analysis.setting.case import Case, case_of
from jobsim.arrays import Floats
from jobsim.errors import InputError, per_cent
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number
from jobsim.text.tables import Sentences, Table, between, millions, number, share
from jobsim.vocabulary import REGULAR

Numbers = float | Sequence[float] | None

_PROCESSES = 13
_MOST = 10_000.0
"""Largest caseload that a scenario allows."""
_REACH = 2.0
"""The search goes to this many times the closed form, unless told otherwise."""


@dataclass(frozen=True)
class CaseloadCase:
    """Largest caseloads for one interval, number of meetings per caseworker and no-show rate.

    Parameters
    ----------
    interval_weeks, no_show_probability : float
        Means over the groups by recipients at the start (last entry of interval lists).
    meetings_per_fte_week : float
        Meetings that one full-time caseworker can call in a week.
    load_bound : float
        Closed form: recipients per caseworker at which meetings begin to come late.
    load_bound_on_time : float
        Closed form for the share on time that was asked for; see `load_bound`.
    on_time : Limit
        Largest simulated caseload at which that share of meetings is on time.
    gain : Limit
        Largest simulated caseload at which the municipality's net saving is not below 0.
    caseload : Spread
        Recipients per caseworker over the run at the caseload of `on_time`: what comes of a limit
        on admissions, or of caseworkers counted by the recipients at the start.
    """

    interval_weeks: float
    meetings_per_fte_week: float
    no_show_probability: float
    load_bound: float
    load_bound_on_time: float
    on_time: Limit
    gain: Limit
    caseload: Spread

    def fte_needed(self, recipients: float) -> float:
        """Full-time caseworkers for so many recipients at the simulated limit on time.

        Not a number where the limit was not found; `fte_needed` in `caseloads` is the closed form.
        """
        return recipients / self.on_time.value


@dataclass(frozen=True, repr=False)
class CaseloadLimit(Result):
    """Largest caseloads per full-time caseworker, case by case.

    Its table has one line per case.

    Parameters
    ----------
    record : RunRecord
    track : str, "regular" or the code of the programme
    target : float, share of meetings that must be on time
    recipients : int, of the track's groups at the start
    cases : tuple of CaseloadCase
    present_interval_weeks, present_caseload : float
        Of the track as the scenario states it: weeks between meetings (mean over groups), and the
        programme's caseload limit, or the regular service's recipients per caseworker at the start.

    Examples
    --------
    >>> import jobsim as js
    >>> found = caseload_limit(
    ...     js.Scenario.load("esbjerg-2018"), caseloads=(20, 30), replications=2, progress=False
    ... )
    >>> round(found.cases[0].load_bound, 2), found.cases[0].gain.verdict
    (23.68, 'not crossed')
    """

    record: RunRecord
    track: str
    target: float
    recipients: int
    cases: tuple[CaseloadCase, ...]
    present_interval_weeks: float
    present_caseload: float
    _name: ClassVar = "answer"
    _keys: ClassVar = ("interval_weeks", "meetings_per_fte_week", "no_show_probability")
    _between: ClassVar[str] = "\n"

    def _lines(self) -> Iterator[dict[str, object]]:
        for case in self.cases:
            yield {
                **{name: x for name, x in vars(case).items() if is_number(x)},
                **case.on_time.columns("on_time"),
                **case.gain.columns("gain"),
                "caseload": case.caseload.mean,
                "fte_needed": case.fte_needed(self.recipients),
            }

    def _parts(self) -> list[Table | Sentences]:
        return [self._table(), Sentences(tuple(self._words()))]

    def _table(self) -> Table:
        where = "the regular service" if self.track == REGULAR else self.track
        on_time = f"{share(self.target)} on time"
        header = ("weeks between meetings", "meetings per FTE and week", "no-shows")
        header_more = ("load bound", f"for {on_time}", on_time, "95 %", "still gains", "95 %")
        title = (
            f"Largest caseload per full-time caseworker in {where} of {self.record.scenario.name}\n"
            "closed form (load bound) beside simulation; 95 % = Monte Carlo interval"
        )
        rows = tuple(self._row(case) for case in self.cases)
        return Table(title, (*header, *header_more, f"FTE for {self.recipients}"), rows)

    def _row(self, case: CaseloadCase) -> tuple[str, ...]:
        return (
            *map(number, (case.interval_weeks, case.meetings_per_fte_week)),
            share(case.no_show_probability),
            *map(number, (case.load_bound, case.load_bound_on_time)),
            *_cells(case.on_time),
            *_cells(case.gain),
            number(case.fte_needed(self.recipients)),
        )

    def _called(self, case: CaseloadCase) -> str:
        """What tells a case from the others, its weeks between meetings first."""
        words = {
            "interval_weeks": f"{number(case.interval_weeks)} weeks",
            "meetings_per_fte_week": f"{number(case.meetings_per_fte_week)} meetings per FTE",
            "no_show_probability": f"{share(case.no_show_probability)} no-shows",
        }
        first, *others = words
        told = [name for name in others if len({getattr(x, name) for x in self.cases}) > 1]
        return ", ".join(words[name] for name in (first, *told))

    def _words(self) -> list[str]:
        lines = []
        for case in self.cases:
            what = f"At {self._called(case)}"
            if case.on_time.verdict != FOUND:
                lines.append(f"{what}: {case.on_time.at_ends('on time', share)}.")
            if case.gain.verdict != FOUND:
                text = case.gain.at_ends("net saving of the municipality, m DKK,", millions)
                lines.append(f"{what}: {text}.")
        lever = (
            "caseworkers are hired or let go for the recipients at the start"
            if self.track == REGULAR
            else "the programme's budget stays, it admits more or fewer to each caseworker"
        )
        return [
            *dict.fromkeys(lines),
            f"Present plan: {number(self.present_caseload)} recipients per caseworker, "
            f"{number(self.present_interval_weeks)} weeks between meetings.",
            f"What moves: {lever}. {len(self.record.replications)} futures a point, "
            f"seed {self.record.seed}; "
            "assumptions are as in the file.",
        ]


def _cells(limit: Limit) -> tuple[str, str]:
    ends = between(number, limit.ci_low, limit.ci_high)
    if limit.verdict == FOUND:
        return number(limit.value), ends
    known = math.isfinite(limit.ci_low) or math.isfinite(limit.ci_high)
    beyond = f"over {number(limit.high)}" if limit.verdict == BEYOND else "nowhere"
    return beyond, ends if known else "–"


@takes_options(replications=50)
def caseload_limit(
    scenario: Scenario,
    baseline: Scenario | None = None,
    *,
    on_time: float = 0.9,
    programme: str | None = None,
    intervals: Numbers = None,
    meetings_per_fte_week: Numbers = None,
    no_show: Numbers = None,
    caseloads: tuple[float, float] | None = None,
    **how: Unpack[RunOptions],
) -> CaseloadLimit:
    """Find how many recipients a caseworker can have before meetings are late, or gains are gone.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario, optional
        Baseline of the net saving; without it, the scenario without programmes, and for the regular
        service the scenario itself. Meetings per caseworker and no-shows are facts about the
        world, which the baseline shares; the interval is policy, which it does not.
    on_time : float, above 0 to 1
        Share of the track's meetings over the run that must be held in the week they are due.
    programme : str, optional
        Code of a programme, or "regular" for the regular service; default: the first programme,
        or without one the regular service.
    intervals : int or sequence of int, optional
        Weeks from one meeting to the next, the same for all groups.
    meetings_per_fte_week : float or sequence of float, optional
        Meetings that one full-time caseworker can call in a week.
    no_show : float or sequence of float, optional
        Probability that a person who is called does not come, in all groups of the track. Of these
        three, every combination is a case; what is not given stays as the scenario states it.
    caseloads : (low, high), optional
        Where to search; default: from a tenth of the closed form to twice.
    **how
        How to play.

    Returns
    -------
    CaseloadLimit

    Raises
    ------
    InputError
        If an argument is not valid.

    Notes
    -----
    The caseload of a programme is moved by its `caseload_limit`: the budget, and so the number of
    caseworkers, stays, and each gets more or fewer participants. The regular service admits
    everybody; there the number of caseworkers is moved, recipients at the start / caseload, and its
    cost with it. Places are whole, so that a programme's caseloads are whole numbers of places over
    its caseworkers (when it has most of them); those of the regular service are found to 0.1. All
    meetings of the run count, those of the first weeks too, when everybody is admitted at once.

    Examples
    --------
    >>> import jobsim as js
    >>> found = caseload_limit(
    ...     js.Scenario.load("esbjerg-2018"), intervals=[2, 4], caseloads=(20, 22),
    ...     replications=2, progress=False,
    ... )
    >>> [round(case.load_bound, 2) for case in found.cases]
    [23.68, 45.44]
    """
    if not is_number(on_time) or not 0 < on_time <= 1:
        raise InputError(
            f"on_time: must be a share above 0 and at most 1, got {on_time!r}{per_cent(on_time)}"
        )
    track = track_of(scenario, programme)
    if baseline is None and track.code == REGULAR:
        baseline = scenario
    case = case_of(scenario, baseline, how["prices"])
    ends = None if caseloads is None else numbers_of("caseloads", caseloads, high=_MOST)
    if ends is not None and (len(ends) != 2 or ends[0] >= ends[1]):
        raise InputError(f"caseloads: must be two numbers, low below high, got {caseloads!r}")
    worlds = [
        _world_of(case, track, *world)
        for world in product(
            _several("intervals", intervals, whole=True, low=1),
            _several("meetings_per_fte_week", meetings_per_fte_week, low=1e-6),
            _several("no_show", no_show, high=1),
        )
    ]
    with kept_workers(how, _PROCESSES) as kept:
        measured = (
            OfTrack("meetings_on_time", side="scenario", track=track.code),
            quantity("net_saving:municipality"),
            OfTrack("caseload", side="scenario", track=track.code),
        )
        rounds = Rounds(measured, "caseloads", kept)
        cases = tuple(_caseload_case(rounds, world, track.code, on_time, ends) for world in worlds)
    record = plan_of(scenario, rounds.how, plays=1).record(case)
    present = track.mean("interval_weeks"), track.caseload
    return CaseloadLimit(record, track.code, on_time, track.recipients, cases, *present)


def _several(
    name: str, given: Numbers, *, low: float = 0.0, high: float = math.inf, whole: bool = False
) -> list[float | None]:
    """One number or several, checked; None stands for what the scenario states."""
    if given is None:
        return [None]
    found = numbers_of(name, given, low=low, high=high, whole=whole)
    if not found:
        raise InputError(f"{name}: name at least one")
    return [*found]


def _world_of(case: Case, track: Track, *given: float | None) -> Case:
    """The case of one interval, number of meetings and no-show rate; what is not given stays.

    Meetings per caseworker and no-shows are facts about the world, which the baseline shares; the
    interval is policy, which it does not.
    """
    interval_weeks, meetings, no_show = given
    facts: dict[str, object] = {}
    if meetings is not None:
        facts[f"{track.path}.meetings_per_fte_week"] = meetings
    if no_show is not None:
        facts |= {f"groups.{code}.no_show_probability": no_show for code in track.groups}
    policy: dict[str, object] = {}
    if interval_weeks is not None:
        policy[f"{track.path}.interval_weeks"] = [int(interval_weeks)]
    return case.with_({**facts, **policy})


def _caseload_case(
    rounds: Rounds, world: Case, code: str, target: float, ends: Sequence[float] | None
) -> CaseloadCase:
    """Search the largest caseloads of one case, between two ends or around the closed form."""
    track = Track(world.scenario, code)

    def play(caseloads: list[float]) -> Floats:
        cells = rounds.play(world, [track.changes(caseload) for caseload in caseloads])
        return np.asarray(cells.values.transpose(1, 0, 2))

    low, high = _points(track, target, ends)
    scan = Scan(play, track.caseloads_per_unit, low, high)
    late, gain = scan.limit(0, target), scan.limit(1, 0.0)
    came = Spread(math.nan)
    if late.verdict == FOUND:
        came = spread(scan.at(round(late.value * scan.per_unit), 2))
    return CaseloadCase(
        track.mean("interval_weeks"),
        track.meetings_per_fte_week,
        track.mean("no_show_probability"),
        *(track.load_bound(1.0), track.load_bound(target)),
        late,
        gain,
        came,
    )


def _points(track: Track, target: float, ends: Sequence[float] | None) -> tuple[int, int]:
    """First and last caseload of the search, as numbers of places (or tenths)."""
    bound, per_unit = track.load_bound(target), track.caseloads_per_unit
    low, high = ends or (bound / 10.0, min(_MOST, _REACH * bound))
    first, last = max(1, math.ceil(low * per_unit - 1e-9)), math.floor(high * per_unit + 1e-9)
    if first >= last:
        raise InputError(
            f"caseloads: between {low:g} and {high:g} there are no two different numbers of "
            f"places for {track.fte:g} caseworkers"
        )
    return first, last
