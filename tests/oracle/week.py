"""A week: ten phases in their order, each one function that sees everybody in turn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from jobsim.draws import Stream
from jobsim.vocabulary import EMPLOYED, LEFT
from tests.oracle.chance import group_draw, poisson_count
from tests.oracle.person import NOT_RETURNED, ORDINARY, OTHER_EXIT, RAMP, Person
from tests.oracle.roster import POOL, STOCK
from tests.oracle.tables import REGULAR, last_goes_on
from tests.oracle.town import Town

__all__ = ["play_week"]

BAND_EDGES = (4, 26, 52)
"""Weeks on the refund ladder at which the second, third and fourth band begin."""


def entry_and_return(town: Town, t: int) -> None:
    """Phase 1: entries, and ends of jobs."""
    for person in town.people:
        if person.entry_week == t:
            _enter(town, person, t)
        elif person.status == EMPLOYED and person.return_week == t:
            _end_job(town, person, t)


def _enter(town: Town, person: Person, t: int) -> None:
    if person.origin == STOCK:
        person.begin_first_spell_of_stock(town.tables)
        town.note(person, "start", person.elapsed)
        if person.level > 0:
            town.note(person, "start_small_job", person.level)
    elif person.origin == POOL:
        person.begin_pool_job(town.tables)
        town.note(person, "start_employed", person.elapsed)
    else:
        person.begin_spell(town.tables, t)
        town.note(person, "enter")
        town.count("arrivals", person.group)


def _end_job(town: Town, person: Person, t: int) -> None:
    person.away += person.job_weeks
    if person.luck.uniform(Stream.RETURN) < town.tables.groups[person.group].return_share:
        if person.away >= 52:
            person.ladder = person.away = 0
        person.begin_spell(town.tables, t)
        town.note(person, "return", person.job_weeks)
        town.count("returns", person.group)
    else:
        person.leave_for_good(NOT_RETURNED)
        town.note(person, "not_returned", person.job_weeks)
        town.count("not_returned", person.group)


def programme_size(town: Town, t: int) -> None:
    """Phase 2: programmes without caseworkers, and stays of max_weeks, end."""
    tables = town.tables
    for person in town.on_benefit():
        programme = person.track
        if programme == REGULAR:
            continue
        longest = tables.tracks[programme].max_weeks
        stayed = t - person.admitted
        if tables.fte[programme][t] == 0 or (longest is not None and stayed >= longest):
            person.track = REGULAR
            person.seen = len(tables.interval(REGULAR, person.group))
            person.barred.add(programme)
            town.note(person, "programme_end", programme)


ADMISSION_ORDERS: dict[str, Callable[[Person], float]] = {
    "longest_first": lambda person: person.number,
    "newest_first": lambda person: -person.number,
    "random": lambda person: person.random_order,
    "most_employable_first": lambda person: -person.frailty,
    "least_employable_first": lambda person: person.frailty,
}
"""Who is admitted first; ties by number."""


def admission(town: Town, t: int) -> None:
    """Phase 3: free slots of each programme, in file order, are filled."""
    tables = town.tables
    for programme in range(1, len(tables.tracks)):
        terms = tables.tracks[programme]
        eligible = [
            person
            for person in town.in_track(REGULAR)
            if tables.listed(terms, person.group) and programme not in person.barred
        ]
        eligible.sort(key=ADMISSION_ORDERS[terms.admission])
        free = tables.slots(programme, t) - len(town.in_track(programme))
        for person in eligible[: max(free, 0)]:
            person.track, person.admitted, person.seen = programme, t, 0
            person.due = min(person.due, t)
            town.note(person, "admitted", programme)
            town.count("admissions", programme - 1)


def meetings(town: Town, t: int) -> None:
    """Phase 4: those due are called, track by track; then supports, among those met."""
    tables, met = town.tables, []
    for track in range(len(tables.tracks)):
        everybody = town.in_track(track)
        waiting = [person for person in everybody if person.due <= t]
        waiting.sort(key=lambda person: (person.due, person.number))
        called = waiting[: tables.capacity[track][t]]
        town.count("unmet", track, amount=len(waiting) - len(called))
        for person in called:
            absent = tables.groups[person.group].no_show_probability
            if person.luck.uniform(Stream.NO_SHOW) < absent:
                person.due = t + 1
                town.note(person, "no_show", track)
                town.count("no_shows", track)
            else:
                _meet(town, person, t, tables.quality(track, t, len(everybody)))
                met.append(person)
    _supports(town, t, sorted(met, key=lambda person: person.number))


def _meet(town: Town, person: Person, t: int, q: float) -> None:
    tables, effect = town.tables, town.tables.scenario.meetings
    waited = t - person.due
    person.held += 1
    person.seen += 1
    f = effect.first_meeting_factor if person.held == 1 else 1.0
    gain = tables.groups[person.group].meeting_gain
    multiplier = tables.tracks[person.track].gain_multiplier
    rise = (gain * f * multiplier) * q
    person.boost = min(person.boost + rise, effect.max_boost)
    lasting_rise = (tables.groups[person.group].lasting_gain * f * multiplier) * q
    person.lasting = min(person.lasting + lasting_rise, tables.max_lasting)
    person.due = t + last_goes_on(tables.interval(person.track, person.group), person.seen - 1)
    town.note(person, "meeting", waited)
    town.count("meetings", person.track, person.group)
    town.count("waiting_weeks", person.track, amount=waited)
    town.count("meetings_on_time", person.track, amount=int(waited == 0))
    settles = tables.groups[person.group].meeting_exit_probability
    if person.luck.uniform(Stream.MEETING_EXIT) < settles:
        person.leave, person.settled = t, True
        town.note(person, "meeting_exit", person.track)
        town.count("meeting_exits", person.group)


def _supports(town: Town, t: int, met: list[Person]) -> None:
    tables = town.tables
    year = tables.days[t].year
    for place, support in enumerate(tables.supports):
        for person in met:
            wants = place in person.needs and place not in person.works_from
            left = tables.grants[place][year] - town.granted[place, year]
            if wants and tables.listed(support, person.group) and left > 0:
                town.granted[place, year] += 1
                person.works_from[place] = t + support.lead_weeks
                town.note(person, "support", place)
                town.count("supports_granted", place)


def small_job_openings(town: Town, t: int) -> None:
    """Phase 5: openings of each group go to those without a small job, in queue order."""
    tables = town.tables
    for g, group in enumerate(tables.groups):
        u = group_draw(town.seed, town.replication, Stream.OPENINGS, group.key, t)
        openings = poisson_count(tables.openings[g][t], u)
        takers = [
            person
            for person in town.on_benefit()
            if person.group == g
            and person.level == 0
            and person.cap >= 1
            and person.cool_until <= t
        ]
        takers.sort(key=lambda person: (person.queue_order, person.number))
        for person in takers[:openings]:
            person.level, person.steps, person.started = 1, 0, t
            person.next_step = t + tables.scenario.small_jobs.step_weeks
            town.note(person, "small_job", 1)
            town.count("small_job_starts", g)
        town.count("openings_lost", g, amount=max(openings - len(takers), 0))


def ramp_steps(town: Town, t: int) -> None:
    """Phase 6: small jobs are reviewed: they end, climb or go on."""
    jobs = town.tables.scenario.small_jobs
    for person in town.on_benefit():
        if person.level > 0 and person.next_step == t and person.started != t:
            if t - person.started >= jobs.experience_weeks:
                person.experienced = True
            _review(town, person, t)


def _review(town: Town, person: Person, t: int) -> None:
    tables, jobs = town.tables, town.tables.scenario.small_jobs
    mine = tables.groups[person.group].small_jobs
    drop = last_goes_on(mine.drop_probabilities, person.steps)
    climb = last_goes_on(mine.climb_probabilities, person.steps)
    person.steps += 1
    person.next_step = t + jobs.step_weeks
    u = person.luck.uniform(Stream.RAMP_STEP)
    if u < drop:
        town.note(person, "drop", person.level)
        town.count("small_job_drops", person.group)
        person.level, person.cool_until = 0, t + jobs.cool_weeks
    elif u < drop + climb and person.level < person.cap:
        if person.level + 1 == tables.levels:
            town.at_the_top.append(person)
            town.note(person, "placed", RAMP)
        else:
            person.level += 1
            town.note(person, "step", person.level)


def tally(town: Town, t: int) -> None:
    """Phase 7: everybody's week is counted where they spend it."""
    tables = town.tables
    last_of_month = t + 1 == len(tables.days) or tables.month[t + 1] > tables.month[t]
    town.tallied = town.on_benefit()
    for person in town.people:
        if person.on_benefit:
            band = bisect_right(BAND_EDGES, person.ladder)
            town.count("benefit_weeks", person.group, band, person.level)
            town.count("recipients", person.group, amount=int(last_of_month))
            if person.track != REGULAR:
                town.count("participant_weeks", person.track - 1)
        elif person.status == EMPLOYED:
            town.count("employed_weeks", person.group, person.route)
        elif person.status == LEFT:
            town.count("left_weeks", person.group, person.cause)
            if person.cause == OTHER_EXIT and person.settled:
                town.count("meeting_left_weeks", person.group)


def finding_a_job(town: Town, t: int) -> None:
    """Phase 8: whoever reached the top level, or the threshold, has a job from next week."""
    for person in town.at_the_top:
        _place(town, person, t, RAMP)
    town.at_the_top = []
    tables = town.tables
    for person in town.on_benefit():
        g = person.group
        pace = tables.duration(g, person.spell_weeks) * tables.cycle[g][t]
        hazard = (pace * ((1.0 + person.boost) + person.lasting)) * person.factor(tables, t)
        person.cumulative_hazard = person.cumulative_hazard + hazard
        person.boost = person.boost * tables.decay
        person.lasting = person.lasting * tables.lasting_decay
        if person.cumulative_hazard >= person.threshold:
            town.note(person, "placed", ORDINARY)
            _place(town, person, t, ORDINARY)


def _place(town: Town, person: Person, t: int, route: int) -> None:
    person.settled = False
    person.begin_job(town.tables, t, route)
    town.count("placements", person.group, route)


def other_exit(town: Town, t: int) -> None:
    """Phase 9: who is still on benefit may leave for something else."""
    for person in town.on_benefit():
        if person.leave <= t:
            person.leave_for_good(OTHER_EXIT)
            town.note(person, "other_exit")
            town.count("other_exits", person.group)


def counters(town: Town, t: int) -> None:
    """Phase 10: the week is over, for the refund ladder and for the spell."""
    for person in town.tallied:
        person.ladder += 1
        if person.on_benefit:
            person.spell_weeks += 1


PHASES = (
    entry_and_return,
    programme_size,
    admission,
    meetings,
    small_job_openings,
    ramp_steps,
    tally,
    finding_a_job,
    other_exit,
    counters,
)


def play_week(town: Town, t: int, look: Callable[[Town], None]) -> None:
    """Play week t, phase by phase, and let somebody look at the town after each."""
    town.week = t
    for town.phase, happens in enumerate(PHASES, start=1):
        happens(town, t)
        look(town)
