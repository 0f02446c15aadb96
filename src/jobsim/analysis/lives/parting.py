"""Where two paths of one person part, and why; may import life, worlds and text.

By the policy itself, or by a place that others left or took: draws are the same in both worlds, so
a person's own path can differ only through what the scenarios offer, or through the persons who
share it: the queue for meetings, the openings of a week, the places of a programme, the grants of a
year, and the number of persons per caseworker. Each of these is set by what had happened before, so
that the others parted earlier; followed back, the search ends with somebody whom the policy itself
touched. Where one world has more places than the other, the extra place counts as the reason,
whoever moved too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from jobsim.analysis.lives.life import WIDE, Life, Moment, folded, track_label
from jobsim.analysis.lives.worlds import Name, Split, World, Worlds, track_at_end
from jobsim.scenario.past import PAST
from jobsim.text.printed import Printed
from jobsim.text.tables import Lines, counted
from jobsim.vocabulary import REGULAR, SPELL_STARTS

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

_NARROW = (10, 42, 42)


@dataclass(frozen=True)
class Link:
    """How the paths of one person part.

    Parameters
    ----------
    person : int
        Number in the replication, in the world in which the event happens.
    group : str, code
    week : int
    date : date, the fourth day of the week
    event : str, as in the histories
    words : str, the event in words
    world : str, name of the scenario in which it happens (and not in the other)
    kind : str
        "treated" (only one scenario offers it, or it offers more), "queue", "opening", "place" or
        "grant" (others had the turn at a meeting, the small job, the place in the programme, the
        grant), "caseload" (persons per caseworker differed), "numbers" (the scenarios' own numbers
        differ), "absent" (the person lives in one scenario only).
    reason : str, the kind in words
    others : tuple of int
        Numbers of those who had the place, or made the caseload differ, in one world only.
    """

    person: int
    group: str
    week: int
    date: dt.date
    event: str
    words: str
    world: str
    kind: str
    reason: str
    others: tuple[int, ...]

    @property
    def treated(self) -> bool:
        """Whether the policy itself touched the person, and not other persons."""
        return self.kind == "treated"


@dataclass(frozen=True, repr=False, eq=False)
class Parting(Printed):
    """Two paths of one person, side by side, and why they part.

    Parameters
    ----------
    scenario_label, baseline_label : str
    scenario : Life
    baseline : Life or None
        The same person's path in the baseline; None if the person does not live there.
    agree : int
        Number of first events that the paths have in common.
    chain : tuple of Link
        How the person's paths part; then those of one of the others named there, and so on back
        to somebody whom the policy itself touched. Empty if the paths never part.
    """

    scenario_label: str
    baseline_label: str
    scenario: Life
    baseline: Life | None
    agree: int
    chain: tuple[Link, ...]

    _between = "\n"

    @property
    def kind(self) -> str:
        """Kind of reason, as in `Link`; "never" if the paths never part."""
        return self.chain[0].kind if self.chain else "never"

    @property
    def week(self) -> int | None:
        """Week of the run in which the paths part; None if they never do."""
        return self.chain[0].week if self.chain else None

    @property
    def date(self) -> dt.date | None:
        """Fourth day of the week in which the paths part; None if they never do."""
        return self.chain[0].date if self.chain else None

    @property
    def treated(self) -> bool:
        """Whether the paths part because the policy itself touched the person."""
        return bool(self.chain) and self.chain[0].treated

    def to_frame(self) -> pd.DataFrame:
        """Both paths side by side, every event by itself.

        Columns: date; event and words in the scenario and in the baseline (missing where nothing
        happens); `same`, true until the paths part.
        """
        import pandas as pd

        columns = ["date", "scenario_event", "scenario_words", "baseline_event", "baseline_words"]
        common = self.scenario.rows[: self.agree if self.chain else None]
        rows = [(m.date, m.event, m.words, m.event, m.words, True) for m in common]
        for date, ours, theirs in _abreast(*([(m.date, m) for m in one] for one in self._own)):
            parts = [(m.event, m.words) if m else (None, None) for m in (ours, theirs)]
            rows.append((date, *parts[0], *parts[1], False))
        frame = pd.DataFrame(rows, columns=[*columns, "same"])
        return frame.assign(date=pd.to_datetime(frame["date"]))

    @property
    def _own(self) -> list[Sequence[Moment]]:
        """What follows the parting in either world."""
        if not self.chain:
            return [(), ()]
        return [life.rows[self.agree :] if life else () for life in (self.scenario, self.baseline)]

    def _parts(self) -> list[Lines]:
        labels = (self.scenario_label, self.baseline_label)
        if not self.chain:
            end = f"The paths never part in {labels[0]} and {labels[1]}."
            return [self.scenario.beginning(), Lines(end, (), (), WIDE)]
        lines = [
            folded(moments, life.notes) if life else []
            for moments, life in zip(self._own, (self.scenario, self.baseline), strict=True)
        ]
        rows = tuple((str(d), a or "", b or "") for d, a, b in _abreast(*lines))
        title = f"The paths part on {self.date}:"
        apart = Lines(title, ("", *labels), rows, _NARROW)
        return [self.scenario.beginning(self.agree), apart, self._because()]

    def _because(self) -> Lines:
        rows, several = [], False
        for link in self.chain:
            lead = "one of them, " if several else ""
            several = len(link.others) > 1
            where = "" if link.kind == "absent" else f", in {link.world} only"
            words = f"{lead}person {link.person}: {link.words}{where}; {link.reason}"
            rows.append((str(link.date), words))
        ends = ", followed back to somebody whom the policy itself touched"
        how = ends if len(rows) > 1 and self.chain[-1].treated else ""
        how = ", by the policy itself" if self.treated else how
        return Lines(f"Why{how}:", (), tuple(rows), WIDE)


def _abreast(
    ours: Sequence[tuple[dt.date, T]], theirs: Sequence[tuple[dt.date, T]]
) -> list[tuple[dt.date, T | None, T | None]]:
    """Items of two lists by date; those of the same date stand beside each other in order."""
    rows = []
    for date in sorted({date for date, _ in (*ours, *theirs)}):
        columns = ([item for when, item in one if when == date] for one in (ours, theirs))
        rows += [(date, a, b) for a, b in zip_longest(*columns)]
    return rows


_LISTS = {"interval_weeks", "first_meeting_weeks", "no_show_probability"}
_REVIEWS = {"drop_probabilities", "climb_probabilities", "cap_shares", "step_weeks"}
_JOBS = {"job_loss_hazard_per_week", "job_loss_multiplier", "return_share", "tenure_weeks"}
_ACTS_ON = {
    "start": {"elapsed_weeks"},
    "start_small_job": {"start_level_shares", "cap_shares", "hours_per_week"},
    "start_employed": {"tenure_weeks"},
    **dict.fromkeys(("return", "not_returned"), _JOBS),
    **dict.fromkeys(("meeting", "no_show"), _LISTS),
    "meeting_exit": {"meeting_exit_probability"},
    "support": {"need_share"},
    "small_job": {"cap_shares", "cool_weeks"},
    "drop": _REVIEWS,
    "step": {*_REVIEWS, "hours_per_week"},
    "placed": {
        *("job_finding_hazard_per_week", "frailty_variance", "weibull_shape", "elapsed_weeks"),
        *("duration_multipliers", "tightness_elasticity", "tightness", "reference_tightness"),
        *("meeting_gain", "gain_multiplier", "first_meeting_factor", "max_boost"),
        *("lasting_gain", "max_lasting_boost", "lasting_half_life_weeks", "before"),
        *("half_life_weeks", "reference_caseload", "caseload_elasticity", "quality_min"),
        *("quality_max", "hazard_multiplier", "experience_weeks", "experience_multiplier"),
        *("lead_weeks", "lock_in_multiplier", "multiplier", "hours_per_week", *_REVIEWS),
    },
    "other_exit": {"other_exit_hazard_per_week"},
}
"""Numbers of the scenario that act on an event directly, without regard to other persons."""


@dataclass(frozen=True)
class Reason:
    """Why a person's paths part.

    Parameters
    ----------
    kind : str, as in `Link`
    words : str
    others : frozenset of Name
        Who had or left the place, in one world only; empty for kinds that lead to nobody.
    """

    kind: str
    words: str
    others: frozenset[Name] = frozenset()


def reason_of(worlds: Worlds, split: Split) -> Reason:
    """Find out why a person's two paths part."""
    if any(split.name not in world.paths for world in worlds.both):
        return Reason("absent", f"lives in {worlds.both[split.side].label} only")
    if _differing(worlds, split):
        return _numbers(worlds, split)
    return _FINDERS.get(split.step.event, _numbers)(worlds, split)


def _differing(worlds: Worlds, split: Split) -> list[str]:
    """Paths of the numbers that act on the event directly and differ between the scenarios."""
    scenario, baseline = (world.scenario for world in worlds.both)
    sections = [f"groups.{split.name.group}.", "regular_service.", "meetings.", "small_jobs."]
    sections += [f"programmes.{code}." for code in {*scenario.programmes} & {*baseline.programmes}]
    sections += [f"supports.{code}." for code in {*scenario.supports} & {*baseline.supports}]
    return [
        path
        for path in baseline.difference(scenario).changes
        if path.startswith((*sections, "labour_market."))
        and not path.startswith(f"{PAST}.")
        and _ACTS_ON.get(split.step.event, set()) & set(path.split("."))
    ]


def _numbers(worlds: Worlds, split: Split) -> Reason:
    paths = _differing(worlds, split)
    shown = ", ".join(paths[:4]) + (", …" if len(paths) > 4 else "")
    return Reason("numbers", f"the scenarios' own numbers differ: {shown or 'see difference()'}")


_CONTESTS = {
    "place": ("{here} has more places, {sizes}", "in {there} {n} had a place"),
    "grant": ("{here} has more grants in the year", "in {there} {n} had got the year's grants"),
    "opening": (
        "{here} has more openings that week, {sizes}",
        "in {there} {n} took the openings of the week",
    ),
    "queue": (
        "in {here} {track} can call more that week, {sizes}",
        "in {there} {n} stood first in the queue of {track}",
    ),
}
"""Words for an extra place, and for one that others had."""


def _contest(
    kind: str, worlds: Worlds, split: Split, had: Callable[[World], set[Name]], track: str = ""
) -> Reason:
    """Tell an extra place from one that somebody else had.

    `had` gives who got a place: in the world in which the person did, and in the other, where the
    places ran out before the person's turn.
    """
    here, there = worlds.both[split.side], worlds.both[1 - split.side]
    ours, theirs = had(here), had(there)
    others = frozenset(theirs - ours)
    facts = {"here": here.label, "there": there.label, "track": track}
    facts["sizes"] = f"{len(ours)} against {len(theirs)}"
    facts["n"] = counted(len(others), "other person")
    more, fewer = (words.format(**facts) for words in _CONTESTS[kind])
    return Reason("treated", more) if len(ours) > len(theirs) else Reason(kind, fewer, others)


def _offer(worlds: Worlds, split: Split) -> Reason:
    """A place in a programme, or a grant."""
    there = worlds.both[1 - split.side]
    code, week, event = str(split.step.value), split.step.week, split.step.event
    offers = there.scenario.supports if event == "support" else there.scenario.programmes
    if code not in offers or split.name.group not in offers[code].groups:
        return Reason("treated", f"{there.label} does not offer it")
    if event == "programme_end":
        return Reason("treated", f"{there.label} goes on with it")
    if event == "support":
        return _contest("grant", worlds, split, lambda world: world.granted(code, week))
    return _contest("place", worlds, split, lambda world: world.inside(code, week))


def _opening(worlds: Worlds, split: Split) -> Reason:
    taken = ("small_job", split.step.week, split.name.group)
    return _contest("opening", worlds, split, lambda world: world.who[taken])


def _call(worlds: Worlds, split: Split) -> Reason:
    track = track_at_end(worlds.common(split)) or REGULAR
    where = track_label(track, worlds.both[split.side].notes)
    called = ("call", split.step.week, track)
    return _contest("queue", worlds, split, lambda world: world.who[called], where)


def _hazard(worlds: Worlds, split: Split) -> Reason:
    """A placement that differs although nothing of the person's own had differed before."""
    common = worlds.common(split)
    for place in range(len(common) - 1, -1, -1):
        if common[place].event in SPELL_STARTS:
            break
        if common[place].event == "meeting":
            reason = _caseload(worlds, track_at_end(common[:place]) or REGULAR, common[place].week)
            if reason is not None:
                return reason
    return _numbers(worlds, split)


def _caseload(worlds: Worlds, track: str, week: int) -> Reason | None:
    """The persons per caseworker at a common meeting, where they made a difference."""
    services = [world.service(track, week) for world in worlds.both]
    if services[0][1] == services[1][1]:
        return None
    inside = [world.inside(track, week) for world in worlds.both]
    scenario, _ = worlds.both
    date, where = scenario.scenario.weeks.dates[week], track_label(track, scenario.notes)
    others = frozenset(inside[0] ^ inside[1])
    parts = [
        f"{counted(len(persons), 'person')} for {fte:g} caseworker{'s' * (fte != 1)} "
        f"in {world.label} (a meeting worth {quality:.4f} of its plain gain)"
        for world, persons, (fte, quality) in zip(worlds.both, inside, services, strict=True)
    ]
    words = (
        "nothing of their own had differed, but the hazard had: at the meeting of "
        f"{date} {where} had {parts[0]} and {parts[1]}; "
        f"{counted(len(others), 'person')} there in one of the two only"
    )
    return Reason("caseload", words, others)


_FINDERS: dict[str, Callable[[Worlds, Split], Reason]] = {
    **dict.fromkeys(("admitted", "programme_end", "support"), _offer),
    **dict.fromkeys(("meeting", "no_show"), _call),
    "small_job": _opening,
    "placed": _hazard,
}
"""Who finds out why an event differs; the other events tell by their numbers."""
