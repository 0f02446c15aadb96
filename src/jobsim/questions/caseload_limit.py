"""How many recipients a caseworker can have before meetings are late; may import caseloads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import ClassVar, Unpack

from jobsim.analysis.playing.cells import Rounds
from jobsim.analysis.playing.options import RunOptions, numbers_of, run_options
from jobsim.analysis.playing.workers import kept_workers
from jobsim.analysis.searching.caseloads import (
    MOST,
    CaseloadCase,
    Limit,
    caseload_case,
    measured_at_caseloads,
    world_of,
)
from jobsim.analysis.searching.tracks import REGULAR, track_of
from jobsim.analysis.setting.case import case_of
from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.fields import is_number
from jobsim.text.tables import Framed, Printed, Sentences, Table, between, millions, number, share

Numbers = float | Sequence[float] | None

_PROCESSES = 13


@dataclass(frozen=True, repr=False)
class CaseloadLimit(Printed, Framed):
    """Largest caseloads per full-time caseworker, case by case.

    Its table has one line per case.

    Parameters
    ----------
    scenario : str, its name
    track : str, "regular" or the code of the programme
    target : float, share of meetings that must be on time
    recipients : int, of the track's groups at the start
    cases : tuple of CaseloadCase
    replications, seed : int

    Examples
    --------
    >>> import jobsim as js
    >>> found = caseload_limit(
    ...     js.Scenario.load("esbjerg-2018"), caseloads=(20, 30), replications=2, progress=False
    ... )
    >>> round(found.cases[0].load_bound, 2), found.cases[0].gain.verdict
    (23.68, 'nowhere')
    """

    scenario: str
    track: str
    target: float
    recipients: int
    cases: tuple[CaseloadCase, ...]
    replications: int
    seed: int
    _between: ClassVar[str] = "\n"

    def _lines(self) -> Iterator[dict[str, object]]:
        for case in self.cases:
            yield {
                "interval_weeks": case.interval_weeks,
                "meetings_per_fte_week": case.meetings_per_fte_week,
                "no_show_probability": case.no_show_probability,
                "load_bound": case.load_bound,
                "load_bound_on_time": case.load_bound_on_time,
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
            f"Largest caseload per full-time caseworker in {where} of {self.scenario}\n"
            "closed form (load bound) beside simulation; 95 % = Monte Carlo interval"
        )
        rows = tuple(self._row(case) for case in self.cases)
        return Table(title, (*header, *header_more, f"FTE for {self.recipients}"), rows)

    def _row(self, case: CaseloadCase) -> tuple[str, ...]:
        return (
            number(case.interval_weeks),
            number(case.meetings_per_fte_week),
            share(case.no_show_probability),
            number(case.load_bound),
            number(case.load_bound_on_time),
            *_cells(case.on_time),
            *_cells(case.gain),
            number(case.fte_needed(self.recipients)),
        )

    def _words(self) -> list[str]:
        lines = []
        for case in self.cases:
            what = f"At {number(case.interval_weeks)} weeks"
            if case.on_time.verdict != "found":
                lines.append(f"{what}: {case.on_time.at_ends('on time', share)}.")
            if case.gain.verdict != "found":
                text = case.gain.at_ends("net saving of the municipality, m DKK,", millions)
                lines.append(f"{what}: {text}.")
        lever = (
            "caseworkers are hired or let go for the recipients at the start"
            if self.track == REGULAR
            else "the programme's budget stays, it admits more or fewer to each caseworker"
        )
        return [
            *dict.fromkeys(lines),
            f"What moves: {lever}. {self.replications} futures a point, seed {self.seed}; "
            "assumptions are as in the file.",
        ]


def _cells(limit: Limit) -> tuple[str, str]:
    ends = between(number, limit.ci_low, limit.ci_high)
    if limit.verdict == "found":
        return number(limit.value), ends
    known = math.isfinite(limit.ci_low) or math.isfinite(limit.ci_high)
    beyond = f"over {number(limit.high)}" if limit.verdict == "not crossed" else "nowhere"
    return beyond, ends if known else "–"


def caseload_limit(
    scenario: Scenario,
    *,
    on_time: float = 0.9,
    programme: str | None = None,
    intervals: Numbers = None,
    meetings_per_fte_week: Numbers = None,
    no_show: Numbers = None,
    caseloads: tuple[float, float] | None = None,
    against: Scenario | None = None,
    prices: Prices | None = None,
    **how: Unpack[RunOptions],
) -> CaseloadLimit:
    """Find how many recipients a caseworker can have before meetings are late, or gains are gone.

    Parameters
    ----------
    scenario : Scenario
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
    against : Scenario, optional
        Baseline of the net saving; default: the scenario without programmes, and for the regular
        service the scenario itself. Meetings per caseworker and no-shows are facts about the
        world, which the baseline shares; the interval is policy, which it does not.
    prices : Prices, optional
        Price list; default: "denmark".
    **how
        Replications, seed, engine and so on; see `RunOptions`.

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
        raise InputError(f"on_time: must be a share above 0 and at most 1, got {on_time!r}")
    track = track_of(scenario, programme)
    baseline = scenario if against is None and track.code == REGULAR else against
    case = case_of(scenario, baseline, prices)
    ends = _ends_of(caseloads)
    worlds = [
        world_of(case, track, *world)
        for world in product(
            _several("intervals", intervals, whole=True, low=1),
            _several("meetings_per_fte_week", meetings_per_fte_week, low=1e-6),
            _several("no_show", no_show, high=1),
        )
    ]
    with kept_workers(run_options(how), _PROCESSES) as kept:
        rounds = Rounds(measured_at_caseloads(track.code), "caseloads", kept)
        cases = tuple(caseload_case(rounds, world, track.code, on_time, ends) for world in worlds)
    how_many = rounds.how["replications"]
    return CaseloadLimit(
        scenario.name,
        track.code,
        on_time,
        track.recipients,
        cases,
        how_many if isinstance(how_many, int) else len(how_many),
        rounds.how["seed"],
    )


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


def _ends_of(given: tuple[float, float] | None) -> tuple[float, float] | None:
    if given is None:
        return None
    ends = numbers_of("caseloads", given, high=MOST)
    if len(ends) != 2 or ends[0] >= ends[1]:
        raise InputError(f"caseloads: must be two numbers, low below high, got {given!r}")
    return ends[0], ends[1]
