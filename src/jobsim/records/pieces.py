"""Spells on benefit in pieces: weeks in a row between two changes of a hazard; may import events.

A piece begins with its spell, with a meeting, or where a small job or a support begins or ends to
work; within it, boosts fade and nothing else happens. Memory is that of the events, not of weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jobsim.arrays import Bools, Floats, Ints
from jobsim.engines.lowering import quality_by_persons
from jobsim.engines.tables import REGULAR, Tables
from jobsim.records.events import BENEFIT, CODE, LEADS_TO, Events
from jobsim.scenario import Scenario
from jobsim.vocabulary import ROUTES

_NEVER = 1 << 40
"""Week of what does not happen."""
_RAMP = ROUTES.index("ramp")
_OF_SPELLS = ("begin", "stop", "elapsed", "stock", "placed")
_OF_PIECES = ("week", "weight", "factor")


@dataclass(frozen=True, eq=False)
class Pieces:
    """Spells in order of person, and the pieces of each.

    Parameters
    ----------
    person, begin, stop, elapsed : int64[spells]
        Person; first week and the one after the last in which a job could be found; weeks of the
        spell before `begin`.
    stock, placed : bool[spells]
        Found on benefit; ended by an ordinary job.
    first : int64[spells + 1], place of the first piece of each spell, and their number
    week : int64[pieces], first week
    weight : float64[pieces]
        What the meeting that the piece begins with adds to the boost, in gains of the group; 0
        without one.
    factor : float64[pieces], of supports, small job and experience
    """

    person: Ints
    begin: Ints
    stop: Ints
    elapsed: Ints
    stock: Bools
    placed: Bools
    first: Ints
    week: Ints
    weight: Floats
    factor: Floats

    def of(self, low: int, high: int) -> Pieces:
        """Pieces of persons low … high - 1, who are counted from 0."""
        a, b = np.searchsorted(self.person, [low, high])
        spells, parts = slice(a, b), slice(self.first[a], self.first[b])
        of_spells = {name: getattr(self, name)[spells] for name in _OF_SPELLS}
        of_pieces = {name: getattr(self, name)[parts] for name in _OF_PIECES}
        first = self.first[a : b + 1] - self.first[a]
        return Pieces(self.person[spells] - low, **of_spells, first=first, **of_pieces)

    @cached_property
    def weeks(self) -> int:
        """Person-weeks on benefit."""
        return int((self.stop - self.begin).sum())


def tracks_of(events: Events) -> Ints:
    """Track of the person at each event, that which the event leads to included."""
    sets = LEADS_TO[events.code] == BENEFIT
    sets |= events.is_("admitted", "programme_end")
    rows = np.maximum.accumulate(np.where(sets, np.arange(len(sets)), 0))
    return np.where(events.code[rows] == CODE["admitted"], events.value[rows], REGULAR)


def persons_in_tracks(events: Events, tracks: int, weeks: int) -> Ints:
    """Persons on benefit when meetings begin, by replication, track and week, as records tell it.

    Returns
    -------
    int64[replications, tracks, weeks]
    """
    track = tracks_of(events)
    before = np.concatenate([[REGULAR], track[:-1]])
    run = events.run[events.person]
    change = np.zeros((int(events.run.max()) + 1, tracks, weeks + 1), dtype=np.int64)

    def add(rows: Bools, where: Ints, week: Ints, by: int) -> None:
        np.add.at(change, (run[rows], where[rows], np.minimum(week[rows], weeks)), by)

    opens = LEADS_TO[events.code] == BENEFIT
    moves = events.is_("admitted", "programme_end")
    closes = (events.status == BENEFIT) & (LEADS_TO[events.code] > BENEFIT)
    add(opens | moves, track, events.week, 1)
    add(moves, before, events.week, -1)
    add(closes, track, events.week + 1, -1)
    return np.cumsum(change, axis=2)[:, :, :weeks]


def quality_of_meetings(events: Events, scenario: Scenario, fte: Floats, persons: Ints) -> Floats:
    """Factor that the caseload puts on the gain of each event, if it is a meeting.

    Parameters
    ----------
    fte : float64[tracks, weeks]
    persons : int64[replications or 1, tracks, weeks]

    Returns
    -------
    float64[events]
    """
    levels, row = np.unique(fte, return_inverse=True)
    table = quality_by_persons(scenario, levels, int(persons.max()))
    track = tracks_of(events)
    run = events.run[events.person] if len(persons) > 1 else 0
    present = np.maximum(1, persons[run, track, events.week])
    return np.asarray(table[row.reshape(fte.shape)[track, events.week], present])


def pieces_of(events: Events, scenario: Scenario, tables: Tables, quality: Floats) -> Pieces:
    """Divide the spells of all persons.

    Parameters
    ----------
    events : Events
    scenario : Scenario
    tables : Tables of that scenario
    quality : float64[events], or one number
        Factor on the gain of each meeting.
    """
    opens = LEADS_TO[events.code] == BENEFIT
    closes = (events.status == BENEFIT) & (LEADS_TO[events.code] > BENEFIT)
    spell = np.cumsum(opens) - 1
    person, begin = events.person[opens], events.week[opens]
    stock = events.code[opens] == CODE["start"]
    stop, placed = events.until[person], np.zeros(len(person), dtype=bool)
    end = spell[closes]
    is_placed = events.code[closes] == CODE["placed"]
    by_ramp = is_placed & (events.value[closes] == _RAMP)
    stop[end] = events.week[closes] + 1 - by_ramp  # the week of a ramp's end has no other chance
    placed[end] = is_placed & ~by_ramp
    spells = _Spells(events, tables, spell, person, begin, stop)
    key = spells.breaks()
    where, week = key // spells.wide, key % spells.wide
    met = spells.on_benefit & events.is_("meeting")
    weight = np.zeros(len(key))
    keys = spells.keys(spell[met], events.week[met])
    inside = keys >= 0
    at = np.searchsorted(key, keys[inside])
    weight[at] = (_shares(events, scenario, spell, stock) * quality)[met][inside]
    return Pieces(
        *(person, begin, stop, np.where(stock, events.value[opens], 0), stock, placed),
        np.searchsorted(where, np.arange(len(person) + 1)),
        *(week, weight, spells.factors(where, week)),
    )


def _shares(events: Events, scenario: Scenario, spell: Ints, stock: Bools) -> Floats:
    """Gain of each event, if it is a meeting, in gains of the group at quality 1.

    The first meeting of a spell that began within the records counts by its own factor.
    """
    met = events.is_("meeting")
    so_far = np.cumsum(met)
    opened = np.flatnonzero(LEADS_TO[events.code] == BENEFIT)
    first = ~stock[spell] & (so_far - so_far[opened][spell] == 1)
    programmes = [one.gain_multiplier for one in scenario.programmes.values()]
    multiplier = np.array([scenario.regular_service.gain_multiplier, *programmes])
    factor = np.where(first, scenario.meetings.first_meeting_factor, 1.0)
    return np.asarray(factor * multiplier[tracks_of(events)])


@dataclass(frozen=True, eq=False)
class _Spells:
    """Where the hazard of a spell changes, and its factor in between."""

    events: Events
    tables: Tables
    spell: Ints
    """Of each event."""
    person: Ints
    begin: Ints
    stop: Ints

    @property
    def wide(self) -> int:
        """More than any week, so that spell and week make one number."""
        return self.tables.weeks + 1

    @cached_property
    def on_benefit(self) -> Bools:
        """Events of persons on benefit; an event that opens a spell is one."""
        opens = LEADS_TO[self.events.code] == BENEFIT
        return np.asarray((self.events.status == BENEFIT) | opens)

    def keys(self, spell: Ints, week: Ints) -> Ints:
        """Numbers that are in order of spell and week; -1 where the week is not in the spell."""
        inside = (self.begin[spell] <= week) & (week < self.stop[spell])
        return np.where(inside, spell * self.wide + np.where(inside, week, 0), -1)

    def breaks(self) -> Ints:
        """Keys of the first week of every piece, in order."""
        events, everyone = self.events, np.arange(len(self.person))
        changing = self.on_benefit & events.is_("meeting", "small_job", "drop")
        found = [
            self.keys(everyone, self.begin),
            self.keys(self.spell[changing], events.week[changing]),
            self.keys(everyone, self._experienced),
        ]
        for granted, works in self._supports:
            found += [self.keys(everyone, granted), self.keys(everyone, works)]
        keys = np.unique(np.concatenate(found))
        return keys[keys >= 0]

    @cached_property
    def _supports(self) -> list[tuple[Ints, Ints]]:
        """By support: weeks of grant and of the first effect, for the person of each spell."""
        events, found = self.events, []
        for place, lead in enumerate(self.tables.supports.lead_weeks.tolist()):
            rows = events.is_("support") & (events.value == place)
            granted = np.full(len(events.until), _NEVER)
            granted[events.person[rows]] = events.week[rows]
            found.append((granted[self.person], granted[self.person] + lead))
        return found

    @cached_property
    def _small_job(self) -> tuple[Ints, Ints]:
        """Rows where a small job begins or ends, and what that adds to their number."""
        events = self.events
        rows = np.flatnonzero(events.is_("start_small_job", "small_job", "drop"))
        return rows, np.where(events.code[rows] == CODE["drop"], -1, 1)

    @cached_property
    def _experienced(self) -> Ints:
        """Week of each spell from which the person is experienced in a small job.

        That is found at a review. The first review of a small job at the start is not in the
        records, and taken to be in the middle.
        """
        ramp, (rows, change) = self.tables.ramp, self._small_job
        week, spell = self.events.week[rows], self.spell[rows]
        at_start = self.events.code[rows] == CODE["start_small_job"]
        done = np.where(at_start, self.events.value[rows] * ramp.step_weeks, 0)
        first = np.where(at_start, ramp.step_weeks // 2, ramp.step_weeks)
        more = -(-np.maximum(0, ramp.experience_weeks - done - first) // ramp.step_weeks)
        since = week + first + more * ramp.step_weeks
        since = np.where(at_start & (done >= ramp.experience_weeks), week, since)
        dropped = np.zeros(len(rows), dtype=bool)
        dropped[:-1] = (change[1:] < 0) & (spell[1:] == spell[:-1]) & (week[1:] < since[:-1])
        kept = (change > 0) & ~dropped
        found = np.full(len(self.person), _NEVER)
        np.minimum.at(found, spell[kept], since[kept])
        return found

    def factors(self, spell: Ints, week: Ints) -> Floats:
        """Product of what supports, a small job and experience do, by piece."""
        events, ramp, supports = self.events, self.tables.ramp, self.tables.supports
        factor = np.ones(len(spell))
        for place, (granted, works) in enumerate(self._supports):
            effect = np.where(week >= granted[spell], supports.lock_in[place], 1.0)
            factor *= np.where(week >= works[spell], supports.multiplier[place], effect)
        rows, change = self._small_job
        key = self.spell[rows] * self.wide + events.week[rows]
        held = np.concatenate([[0], np.cumsum(change)])
        opened = np.searchsorted(key, np.arange(len(self.person)) * self.wide)
        now = np.searchsorted(key, spell * self.wide + week, side="right")
        has_job = held[now] - held[opened[spell]] > 0
        group = events.group[self.person][spell]
        factor = factor * np.where(has_job, ramp.multiplier[group], 1.0)
        experienced = week >= self._experienced[spell]
        return np.asarray(factor * np.where(experienced, ramp.experience_multiplier, 1.0))
