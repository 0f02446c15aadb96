"""The vectorised engine: all persons of a batch of replications at once, phase by phase.

May import draws, the tables, the roster and the batch. The methods of `Play` are the phases of a
week, whose order is told in reference/engine.py. Phase 10 needs no method: weeks of the spell and
on the ladder are kept as the week in which they were 0. `self.on` lists who is on benefit, as found
after phase 1; those who reach a job by the ramp stay on it until the week is over.
"""

from __future__ import annotations

import numpy as np

from jobsim.arrays import Ints
from jobsim.draws import NEVER, Stream, exponential, geometric_weeks
from jobsim.engines.roster import POOL, STOCK, build_roster
from jobsim.engines.tables import (
    NOT_RETURNED,
    ORDINARY,
    OTHER_EXIT,
    RAMP,
    REGULAR,
    RESTART_WEEKS,
    Tables,
)
from jobsim.engines.vector.batch import EMPLOYED, LEFT, ON_BENEFIT, Batch, first_in_each
from jobsim.engines.volumes import Arrays, EventLog
from jobsim.vocabulary import BAND_EDGES, BANDS, ROUTES

_BAND_OF_WEEKS = np.searchsorted(BAND_EDGES, np.arange(BAND_EDGES[-1] + 1), side="right")
"""Band of each number of weeks on the ladder; the last one holds for more."""


def play(tables: Tables, seed: int, replications: Ints, log: EventLog | None = None) -> Arrays:
    """Play some replications from the first week to the last.

    Parameters
    ----------
    tables : Tables
    seed : int, 0 to 2**64 - 1
    replications : int64[n], numbers of the replications
    log : EventLog, optional
        Where to note what happens to everybody.

    Returns
    -------
    dict of int64 arrays, one per volume, first dimension the replication
    """
    run = Play(tables, build_roster(tables, seed, replications), log)
    for week in range(tables.weeks):
        run.week(week)
    return run.volumes


class Play(Batch):
    """The phases of a week, played on a batch; arguments as of `Batch`."""

    def week(self, t: int) -> None:
        """Play one week."""
        self._enter(t)
        self._return(t)
        self.on = np.flatnonzero(self.status == ON_BENEFIT)
        self._shrink_programmes(t)
        self._admit(t)
        met = self._meet(t)
        self._grant_supports(t, met)
        self._open_small_jobs(t)
        reached = self._step_ramps(t)
        self._tally(t)
        self._place(t, reached, RAMP)
        self._find_jobs(t, reached)
        self._exit(t)

    # Phase 1: entry and return

    def _enter(self, t: int) -> None:
        if t == 0:
            pool = np.flatnonzero(self.roster.origin == POOL)
            self.status[pool] = EMPLOYED
            self.away[pool] = self.roster.elapsed[pool]
            self._move(self.employed, pool, ORDINARY, +1)
            self._note(t, "start_employed", pool, self.roster.elapsed[pool])
        who = self._entrants[t]
        self._begin_spell(t, who)
        stock = who[self.roster.origin[who] == STOCK]
        arrived = who[self.roster.origin[who] != STOCK]
        self._count(t, "arrivals", arrived)
        self._note(t, "enter", arrived)
        if len(stock):
            self._note(t, "start", stock, self.roster.elapsed[stock])
            self._continue_spell(stock)

    def _return(self, t: int) -> None:
        who = np.flatnonzero(self.return_week == t)
        if not len(who):
            return
        self.return_week[who] = NEVER
        self._move(self.employed, who, self.route[who], -1)
        self.away[who] += self.worked[who]
        u = self._draw(Stream.RETURN, who, self.job_ends[who])
        self.job_ends[who] += 1
        back = u < self.tables.people.return_share[self.group[who]]
        gone, who = who[~back], who[back]
        self.status[gone] = LEFT
        self._move(self.left, gone, NOT_RETURNED, +1)
        self._count(t, "not_returned", gone)
        self._note(t, "not_returned", gone, self.worked[gone])
        self._count(t, "returns", who)
        self._note(t, "return", who, self.worked[who])
        restarted = who[self.away[who] >= RESTART_WEEKS]
        self.ladder[restarted] = self.away[restarted] = 0
        self._begin_spell(t, who)

    def _begin_spell(self, t: int, who: Ints) -> None:
        people, group = self.tables.people, self.group[who]
        u = self._draw(
            np.repeat([Stream.JOB_THRESHOLD, Stream.OTHER_EXIT], len(who)),
            np.concatenate([who, who]),
            np.tile(self.spells[who], 2),
        )
        e6, e7 = np.split(exponential(u), 2)
        self.spells[who] += 1
        with np.errstate(divide="ignore", over="ignore"):
            self.threshold[who] = e6 / (people.hazard[group] * self.roster.frailty[who])
        self.leave_week[who] = t + geometric_weeks(e7, people.other_exit[group])
        self.status[who] = ON_BENEFIT
        self.acc[who] = self.boost[who] = 0.0
        self.lasting[who] = 0.0
        self.settled[who] = False
        self.track[who] = REGULAR
        self.barred[:, who] = False
        self.level[who] = self.held[who] = self.seen[who] = 0
        self.next_step[who] = NEVER
        self.experienced[who] = False
        self.spell_zero[who] = group * people.duration.shape[1] - t
        self.ladder_zero[who] = t - self.ladder[who]
        self.due[who] = t + self.tables.services.first_meeting_weeks
        self._renew_factor(t, who)

    def _continue_spell(self, who: Ints) -> None:
        """Put the stock in the middle of the spell in which week 0 finds it."""
        roster, ramp = self.roster, self.tables.ramp
        self.spell_zero[who] += roster.elapsed[who]
        entries = self.tables.services.interval_entries[0, self.group[who]]
        self.held[who] = self.seen[who] = entries
        self.due[who] = roster.first_due[who]
        self.lasting[who] = self.tables.people.past[self.group[who], roster.elapsed[who]]
        working = who[roster.level[who] > 0]
        level = roster.level[working]
        self.level[working] = level
        self._note(0, "start_small_job", working, level)
        self.next_step[working] = roster.next_step[working]
        self.steps[working] = level - 1
        self.started[working] = -ramp.step_weeks * level
        self.experienced[working] = ramp.step_weeks * level >= ramp.experience_weeks
        self._renew_factor(0, working)

    # Phases 2 and 3: who is in which programme

    def _shrink_programmes(self, t: int) -> None:
        services = self.tables.services
        inside = self.on[self.track[self.on] > REGULAR]
        programme = self.track[inside] - 1
        ended = services.fte[programme + 1, t] == 0
        ended |= t - self.admitted[inside] >= services.max_weeks[programme]
        who = inside[ended]
        self.barred[programme[ended], who] = True
        self._note(t, "programme_end", who, self.track[who])
        self.track[who] = REGULAR
        self.seen[who] = services.interval_entries[0, self.group[who]]

    def _admit(self, t: int) -> None:
        services = self.tables.services
        for p, order in enumerate(self._admission):
            inside = self.on[self.track[self.on] == p + 1]
            free = services.slots[p, t] - np.bincount(self.rep[inside], minlength=self.n_reps)
            if not np.any(free > 0):
                continue
            eligible = (self.status == ON_BENEFIT) & (self.track == REGULAR) & ~self.barred[p]
            queue = order[eligible[order]]
            who = queue[first_in_each(self.rep[queue], free)]
            self.track[who] = p + 1
            self.admitted[who] = t
            self.seen[who] = 0
            self.due[who] = np.minimum(self.due[who], t)
            self._tick(t, "admissions", who, p)
            self._note(t, "admitted", who, p + 1)

    # Phase 4: meetings and supports

    def _meet(self, t: int) -> Ints:
        """Hold the meetings of the week; return who was met."""
        services, tracks = self.tables.services, len(self.tables.services.codes)
        persons = np.bincount(
            self.rep[self.on] * tracks + self.track[self.on], minlength=self.n_reps * tracks
        )
        waiting = self.on[self.due[self.on] <= t]
        desk = self.rep[waiting] * tracks + self.track[waiting]
        capacity = np.tile(services.capacity[:, t], self.n_reps)
        queued = np.bincount(desk, minlength=len(capacity))
        if np.any(queued > capacity):
            longest_waiting_first = desk * (2 * NEVER) + self.due[waiting]
            order = np.argsort(longest_waiting_first, kind="stable")
            order = order[first_in_each(desk[order], capacity)]
            order.sort()
            waiting, desk = waiting[order], desk[order]
        unmet = np.maximum(queued - capacity, 0).reshape(self.n_reps, tracks)
        self._month(t, "unmet")[:] += unmet
        u = self._draw(Stream.NO_SHOW, waiting, self.calls[waiting])
        self.calls[waiting] += 1
        absent = u < self.tables.people.no_show[self.group[waiting]]
        self.due[waiting[absent]] = t + 1
        self._tick(t, "no_shows", waiting[absent], self.track[waiting[absent]])
        self._note(t, "no_show", waiting[absent], self.track[waiting[absent]])
        met: Ints = waiting[~absent]
        self._hold(t, met, persons[desk[~absent]])
        return met

    def _hold(self, t: int, met: Ints, persons: Ints) -> None:
        """Meet people; `persons` is the number of persons in each one's track."""
        services = self.tables.services
        group, track = self.group[met], self.track[met]
        which = (track, group, np.minimum(self.held[met], 1))
        quality = np.empty(len(met))
        for i, table in enumerate(services.quality):
            mine = track == i
            quality[mine] = table[services.quality_row[i, t]][persons[mine]]
        boost = self.boost[met] + services.gain[which] * quality
        self.boost[met] = np.minimum(boost, services.max_boost)
        if services.lasts:
            lasting = self.lasting[met] + services.lasting_gain[which] * quality
            self.lasting[met] = np.minimum(lasting, services.max_lasting_boost)
        waited = t - self.due[met]
        self._month(t, "waiting_weeks")[:] += self._sum(met, track, waited, len(services.codes))
        self._tick(t, "meetings_on_time", met[waited == 0], track[waited == 0])
        self._tick(t, "meetings", met, track * len(self.tables.people.codes) + group)
        self._note(t, "meeting", met, waited)
        self.held[met] += 1
        self.seen[met] += 1
        last = services.interval.shape[2] - 1
        self.due[met] = t + services.interval[track, group, np.minimum(self.seen[met] - 1, last)]
        self._settle_exits(t, met)

    def _settle_exits(self, t: int, met: Ints) -> None:
        """Let meetings settle who leaves this week for something else than work."""
        if not self.tables.people.meeting_exit.any():
            return
        u = self._draw(Stream.MEETING_EXIT, met, self.met[met])
        self.met[met] += 1
        who = met[u < self.tables.people.meeting_exit[self.group[met]]]
        self.settled[who] = True
        self.leave_week[who] = t
        self._count(t, "meeting_exits", who)
        self._note(t, "meeting_exit", who, self.track[who])

    def _grant_supports(self, t: int, met: Ints) -> None:
        supports, year = self.tables.supports, self.tables.year_of_week
        if t == 0 or year[t] != year[t - 1]:
            self.grants_left = np.tile(supports.grants[:, year[t]], (self.n_reps, 1))
        for i in range(len(supports.codes)):
            asking = met[self.needs[i, met] & supports.listed[i, self.group[met]]]
            who = asking[first_in_each(self.rep[asking], self.grants_left[:, i])]
            self.needs[i, who] = False
            self.works_from[i, who] = t + supports.lead_weeks[i]
            self._tick(t, "supports_granted", who, i)
            self._note(t, "support", who, i)
            self.grants_left[:, i] -= np.bincount(self.rep[who], minlength=self.n_reps)
            working = np.flatnonzero(self.works_from[i] == t)
            self._renew_factor(t, np.union1d(who, working))

    # Phases 5 and 6: small jobs

    def _open_small_jobs(self, t: int) -> None:
        for g, queue in enumerate(self._queues):
            openings = self._openings[g, t]
            if not openings.any():
                continue
            free = (self.status[queue] == ON_BENEFIT) & (self.level[queue] == 0)
            free &= self.cool_until[queue] <= t
            free &= openings[self.rep[queue]] > 0
            asking = queue[free]
            who = asking[first_in_each(self.rep[asking], openings)]
            self.level[who] = 1
            self.steps[who] = 0
            self.started[who] = t
            self.next_step[who] = t + self.tables.ramp.step_weeks
            self._count(t, "small_job_starts", who)
            self._note(t, "small_job", who, 1)
            given = np.bincount(self.rep[who], minlength=self.n_reps)
            self._month(t, "openings_lost")[:, g] += openings - given
            self._renew_factor(t, who)

    def _step_ramps(self, t: int) -> Ints:
        """Review small jobs; return who has reached self-support."""
        ramp = self.tables.ramp
        who: Ints = self.on[self.next_step[self.on] == t]
        if not len(who):
            return who
        self.experienced[who] |= t - self.started[who] >= ramp.experience_weeks
        u = self._draw(Stream.RAMP_STEP, who, self.reviews[who])
        self.reviews[who] += 1
        review = np.minimum(self.steps[who], ramp.drop.shape[1] - 1)
        dropped = u < ramp.drop[self.group[who], review]
        climbed = ~dropped & (u < ramp.drop_or_climb[self.group[who], review])
        climbed &= self.level[who] < self.roster.cap[who]
        self.steps[who] += 1
        self.next_step[who] = np.where(dropped, NEVER, t + ramp.step_weeks)
        out = who[dropped]
        self._note(t, "drop", out, self.level[out])
        self.level[out] = 0
        self.cool_until[out] = t + ramp.cool_weeks
        self._count(t, "small_job_drops", out)
        reached: Ints = who[climbed & (self.level[who] + 1 == ramp.levels)]
        up = who[climbed & (self.level[who] + 1 < ramp.levels)]
        self.level[up] += 1
        self._note(t, "step", up, self.level[up])
        self._renew_factor(t, who)
        return reached

    # Phases 7 to 10: tally, jobs, other exits, counters

    def _tally(self, t: int) -> None:
        levels, groups = self.tables.levels_shown, len(self.tables.people.codes)
        band = _BAND_OF_WEEKS.take(t - self.ladder_zero[self.on], mode="clip")
        cell = (self.group[self.on] * len(BANDS) + band) * levels + self.level[self.on]
        self._tick(t, "benefit_weeks", self.on, cell)
        self._month(t, "employed_weeks")[:] += self.employed
        self._month(t, "left_weeks")[:] += self.left
        self._month(t, "meeting_left_weeks")[:] += self.left_by_meeting[:, :, 0]
        inside = self.on[self.track[self.on] > REGULAR]
        self._tick(t, "participant_weeks", inside, self.track[inside] - 1)
        if self.tables.ends_month[t]:
            cells = self.rep[self.on] * groups + self.group[self.on]
            count = np.bincount(cells, minlength=self.n_reps * groups)
            self._month(t, "recipients")[:] = count.reshape(self.n_reps, groups)

    def _find_jobs(self, t: int, reached: Ints) -> None:
        people, services = self.tables.people, self.tables.services
        who = self.on[self.status[self.on] == ON_BENEFIT] if len(reached) else self.on
        cycle = people.cycle[:, t]
        boost = self.boost[who]
        rise = 1.0 + boost
        if services.lasts:
            lasting = self.lasting[who]
            rise += lasting
            self.lasting[who] = lasting * services.lasting_decay
        h = people.duration.ravel().take(self.spell_zero[who] + t)
        h *= cycle[self.group[who]] if len(cycle) > 1 else cycle
        h *= rise
        h *= self.factor[who]
        acc = self.acc[who] + h
        self.acc[who] = acc
        self.boost[who] = boost * services.decay
        self._place(t, who[acc >= self.threshold[who]], ORDINARY)

    def _place(self, t: int, who: Ints, route: int) -> None:
        """Move people from benefit into work."""
        if not len(who):
            return
        people, ramp, services = self.tables.people, self.tables.ramp, self.tables.services
        multiplier = services.job_loss_multiplier[self.track[who]]
        if route == RAMP:
            multiplier = multiplier * ramp.job_loss_multiplier
        e11 = exponential(self._draw(Stream.JOB_DURATION, who, self.jobs[who]))
        self.jobs[who] += 1
        with np.errstate(divide="ignore", over="ignore"):
            reach = e11 / multiplier
        for g in range(len(people.codes)):
            mine = self.group[who] == g
            loss = people.job_loss[g]
            length = np.maximum(np.searchsorted(loss, reach[mine], side="left"), 1)
            ends = np.where(length < len(loss), t + 1 + length, NEVER)
            self.worked[who[mine]] = length
            self.return_week[who[mine]] = ends
        self.route[who] = route
        self._off_benefit(t, who, EMPLOYED)
        self._move(self.employed, who, route, +1)
        self._tick(t, "placements", who, self.group[who] * len(ROUTES) + route)
        self._note(t, "placed", who, route)

    def _exit(self, t: int) -> None:
        who = self.on[(self.leave_week[self.on] <= t) & (self.status[self.on] == ON_BENEFIT)]
        self._off_benefit(t, who, LEFT)
        self._move(self.left, who, OTHER_EXIT, +1)
        self._move(self.left_by_meeting, who[self.settled[who]], 0, +1)
        self._count(t, "other_exits", who)
        self._note(t, "other_exit", who)

    def _off_benefit(self, t: int, who: Ints, status: int) -> None:
        self.status[who] = status
        self.level[who] = 0
        self.next_step[who] = NEVER
        self.ladder[who] = t + 1 - self.ladder_zero[who]
