"""The persons of a batch of replications and all their traits, built once for every engine.

May import draws and the tables. The roster depends on the population, never on programmes; the
openings for small jobs, which are drawn for groups as arrivals are, stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jobsim.arrays import Bools, Floats, Ints
from jobsim.draws import (
    GROUP_DRAW,
    NEVER,
    PoissonQuantile,
    ShareTable,
    Stream,
    exponential,
    support_stream,
    uniform,
)
from jobsim.engines.tables import Tables

STOCK, POOL, ARRIVAL_ORIGIN, COHORT = 0, 1, 2, 2**24 - 1
"""Origins: on benefit at the start, in work at the start, (plus the week) arrivals, and those who
all arrive in week 0."""


@dataclass(frozen=True)
class Roster:
    """Persons of consecutive replications, one entry per person, in order of number.

    Every array has one entry per person. Persons of a replication lie together, ordered by entry
    week, longest elapsed, queue order, then (group key, origin, k).
    """

    seed: int
    replications: Ints
    """Number of each replication, as in its keys."""
    first: Ints
    """[replications + 1] : place of the first person of each replication."""
    rep: Ints
    """Place of the person's replication in `replications`."""
    number: Ints
    """Number of the person in the replication, from 0."""
    group: Ints
    origin: Ints
    k: Ints
    entry_week: Ints
    elapsed: Ints
    """Weeks of the spell so far (stock), of the job so far (pool), 0 for arrivals."""
    frailty: Floats
    queue: Floats
    """Order in which small-job openings are offered."""
    lottery: Floats
    """Order of random admission."""
    cap: Ints
    """Highest level that health allows."""
    needs: Bools
    """[supports, persons] : whether the person needs the support."""
    ladder: Ints
    """Weeks on the refund ladder at entry, those of the stock's present spell included."""
    first_due: Ints
    """Week of the stock's first meeting; 0 for others."""
    level: Ints
    """Level of the small job at the start, 0 for none."""
    next_step: Ints
    """Week of the next review of the small job at the start."""
    return_week: Ints
    """Week in which the job of the pool ends; a week that never comes, for others."""
    worked: Ints
    """Weeks that the pool works in this run before returning."""

    def __len__(self) -> int:
        return len(self.rep)

    def keys_of(self, who: Ints, tables: Tables) -> dict[str, Ints]:
        """Key words that name persons in every draw."""
        return {
            "k": self.k[who],
            "origin": self.origin[who],
            "group_key": tables.people.keys[self.group[who]],
            "replication": self.replications[self.rep[who]],
        }


def build_roster(tables: Tables, seed: int, replications: Ints) -> Roster:
    """Draw the persons of some replications.

    Parameters
    ----------
    tables : Tables
    seed : int, 0 to 2**64 - 1
    replications : int64[n], numbers of the replications

    Returns
    -------
    Roster
    """
    rep, group, origin, k = _who(tables, seed, replications)
    draw = _Draw(tables, seed, replications, rep, group, origin, k)
    entry = entry_week(origin)
    so_far = list(zip(tables.people.elapsed, tables.people.tenure, strict=True))
    elapsed = _by_origin(so_far, draw, Stream.ELAPSED)
    queue = draw(Stream.QUEUE_ORDER)
    order = _order(tables, rep, entry, np.where(origin == STOCK, elapsed, 0), queue)
    level, next_step = _small_job_at_start(tables, draw)
    return_week, worked = _pool_job(tables, draw, elapsed)
    rep = rep[order]
    first = np.searchsorted(rep, np.arange(len(replications) + 1))
    return Roster(
        seed=seed,
        replications=replications,
        first=first,
        rep=rep,
        number=np.arange(len(rep)) - first[rep],
        group=group[order],
        origin=origin[order],
        k=k[order],
        entry_week=entry[order],
        elapsed=elapsed[order],
        frailty=_frailty(tables, draw, elapsed)[order],
        queue=queue[order],
        lottery=_lottery(tables, draw)[order],
        cap=_by_group(tables.ramp.cap, draw, Stream.RAMP_CAP)[order],
        needs=_needs(tables, draw)[:, order],
        ladder=_ladder(tables, draw, elapsed)[order],
        first_due=_first_due(tables, draw)[order],
        level=level[order],
        next_step=next_step[order],
        return_week=return_week[order],
        worked=worked[order],
    )


def entry_week(origin: Ints) -> Ints:
    """Week in which people of some origins come."""
    return np.where(origin == COHORT, 0, np.maximum(origin - ARRIVAL_ORIGIN, 0))


def _who(tables: Tables, seed: int, replications: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """List the persons by (group key, origin, replication, k): the order that settles ties."""
    parts = []
    for g in np.argsort(tables.people.keys).tolist():
        by_week = tables.people.arrivals[g]
        counts = [
            np.full((len(replications), 1), tables.people.stock[g]),
            np.full((len(replications), 1), tables.people.pool[g]),
            _counts(tables, seed, replications, g, Stream.ARRIVALS, by_week).T,
            np.full((len(replications), 1), tables.people.cohort[g]),
        ]
        parts += [
            _spread(block.astype(np.int64), g, start)
            for block, start in zip(counts, (STOCK, POOL, ARRIVAL_ORIGIN, COHORT), strict=True)
        ]
    rep, group, origin, k = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rep, group, origin, k


def first_jobs_by_week(tables: Tables, seed: int, replications: Ints) -> Ints:
    """How many are still in the job that they had at the start: int64[group, week, replication]."""
    people, shape = tables.people, (len(tables.people.codes), tables.weeks, len(replications))
    tenures = list(zip(people.elapsed, people.tenure, strict=True))
    at_work = np.zeros(shape, dtype=np.int64)
    for place, number in enumerate(replications):
        pools = [_spread(np.array([[pool]]), g, POOL) for g, pool in enumerate(people.pool)]
        rep, group, origin, k = (np.concatenate(column) for column in zip(*pools, strict=True))
        draw = _Draw(tables, seed, np.array([number]), rep, group, origin, k)
        ends, _ = _pool_job(tables, draw, _by_origin(tenures, draw, Stream.ELAPSED))
        for g, mine in draw.groups():
            ended = np.bincount(ends[mine][ends[mine] < tables.weeks], minlength=tables.weeks)
            at_work[g, :, place] = mine.sum() - np.cumsum(ended)
    return at_work


def openings_by_week(tables: Tables, seed: int, replications: Ints) -> Ints:
    """Small-job openings: int64[group, week, replication]."""
    shape = (len(tables.people.codes), tables.weeks, len(replications))
    openings = np.zeros(shape, dtype=np.int64)
    for g, quantiles in enumerate(tables.ramp.openings):
        if quantiles is not None:
            openings[g] = _counts(tables, seed, replications, g, Stream.OPENINGS, quantiles)
    return openings


def _counts(
    tables: Tables,
    seed: int,
    replications: Ints,
    g: int,
    stream: Stream,
    quantiles: Sequence[PoissonQuantile],
) -> Ints:
    """Draw a number for a group by week and replication."""
    u = uniform(
        seed,
        stream=stream,
        n=0,
        k=GROUP_DRAW,
        origin=np.repeat(np.arange(tables.weeks) + ARRIVAL_ORIGIN, len(replications)),
        group_key=int(tables.people.keys[g]),
        replication=np.tile(replications, tables.weeks),
    ).reshape(tables.weeks, len(replications))
    return np.stack([quantile(row) for quantile, row in zip(quantiles, u, strict=True)])


def _spread(counts: Ints, g: int, first_origin: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Persons (replication, group, origin, k) out of counts by replication and origin."""
    rows, columns = counts.shape
    flat = counts.ravel()
    rep = np.repeat(np.arange(rows), counts.sum(axis=1))
    origin = np.repeat(np.tile(np.arange(columns) + first_origin, rows), flat)
    k = np.arange(flat.sum()) - np.repeat(np.cumsum(flat) - flat, flat)
    return rep, np.full(len(rep), g), origin, k


@dataclass(frozen=True)
class _Draw:
    """Draws of the listed persons."""

    tables: Tables
    seed: int
    replications: Ints
    rep: Ints
    group: Ints
    origin: Ints
    k: Ints

    def __call__(self, stream: int, who: Bools | None = None, n: int = 0) -> Floats:
        chosen = slice(None) if who is None else who
        return uniform(
            self.seed,
            stream=stream,
            n=n,
            k=self.k[chosen],
            origin=self.origin[chosen],
            group_key=self.tables.people.keys[self.group[chosen]],
            replication=self.replications[self.rep[chosen]],
        )

    def groups(self) -> list[tuple[int, Bools]]:
        """Each group with the mask of its persons."""
        return [(g, self.group == g) for g in range(len(self.tables.people.codes))]


def _by_origin(distributions: Sequence[tuple[ShareTable, ...]], draw: _Draw, stream: int) -> Ints:
    """Draw of weeks from the distributions of stock, pool and arrivals, by group."""
    weeks = np.zeros(len(draw.rep), dtype=np.int64)
    kind = np.minimum(draw.origin, ARRIVAL_ORIGIN)
    for g, mine in draw.groups():
        for origin, bands in enumerate(distributions[g]):
            who = mine & (kind == origin)
            weeks[who] = bands(draw(stream, who))
    return weeks


def _frailty(tables: Tables, draw: _Draw, elapsed: Ints) -> Floats:
    """Gamma-distributed factor on the hazard; of the stock, given that they are still there.

    Whoever has a gamma(1/θ, 1/θ) frailty and has lived through the cumulative hazard H without
    an event has a gamma(1/θ, 1/θ + H) frailty (Vaupel, Manton & Stallard 1979,
    doi:10.2307/2061224).
    """
    people = tables.people
    v = np.ones(len(draw.rep))
    for g, mine in draw.groups():
        quantile = people.gamma[g]
        if quantile is None:
            continue
        lived, rate = people.lived[g], np.full(int(mine.sum()), 1.0 / people.frailty[g])
        stock = draw.origin[mine] == STOCK
        rate[stock] = rate[stock] + people.hazard[g] * lived[elapsed[mine][stock]]
        v[mine] = quantile(draw(Stream.FRAILTY, mine)) / rate
    return v


def _by_group(
    distributions: tuple[ShareTable | None, ...], draw: _Draw, stream: int, n: int = 0
) -> Ints:
    """Draw of a discrete trait, 0 in groups without a distribution."""
    trait = np.zeros(len(draw.rep), dtype=np.int64)
    for g, mine in draw.groups():
        table = distributions[g]
        if table is not None:
            trait[mine] = table(draw(stream, mine, n))
    return trait


def _lottery(tables: Tables, draw: _Draw) -> Floats:
    """Order of random admission, drawn only where some programme uses it."""
    if "random" in tables.services.order:
        return draw(Stream.RANDOM_ADMISSION)
    return np.zeros(len(draw.rep))


def _needs(tables: Tables, draw: _Draw) -> Bools:
    supports = tables.supports
    needs = np.zeros((len(supports.codes), len(draw.rep)), dtype=bool)
    for i, key in enumerate(supports.keys.tolist()):
        needs[i] = draw(support_stream(key)) < supports.need[i][draw.group]
    return needs


def _ladder(tables: Tables, draw: _Draw, elapsed: Ints) -> Ints:
    """Weeks on the refund ladder at entry; the stock's present spell counts."""
    weeks = _by_origin(tables.people.ladder, draw, Stream.LADDER_AT_ENTRY)
    return np.where(draw.origin == STOCK, weeks + elapsed, weeks)


def _first_due(tables: Tables, draw: _Draw) -> Ints:
    """Week of the stock's next meeting, spread over the last interval before the run."""
    due = np.zeros(len(draw.rep), dtype=np.int64)
    stock = draw.origin == STOCK
    last = tables.people.past_interval[draw.group[stock]]
    due[stock] = np.floor(draw(Stream.FIRST_MEETING, stock) * last).astype(np.int64)
    return due


def _small_job_at_start(tables: Tables, draw: _Draw) -> tuple[Ints, Ints]:
    """Level and week of the next review of the stock's small jobs."""
    ramp = tables.ramp
    next_step = np.full(len(draw.rep), NEVER)
    level = np.zeros(len(draw.rep), dtype=np.int64)
    if not any(ramp.start_level):
        return level, next_step
    drawn = _by_group(ramp.start_level, draw, Stream.SMALL_JOB_AT_START)
    cap = _by_group(ramp.cap, draw, Stream.RAMP_CAP)
    possible = np.minimum(np.minimum(drawn, cap), ramp.levels - 1)
    level = np.where(draw.origin == STOCK, possible, 0)
    working = level > 0
    u = draw(Stream.SMALL_JOB_AT_START, working, n=1)
    next_step[working] = np.floor(u * ramp.step_weeks).astype(np.int64)
    return level, next_step


def _pool_job(tables: Tables, draw: _Draw, tenure: Ints) -> tuple[Ints, Ints]:
    """Week in which the job of the pool ends, and the weeks worked until then.

    The job's whole length is the smallest d above the tenure whose cumulative hazard reaches that
    at the tenure plus an exponential draw.
    """
    return_week = np.full(len(draw.rep), NEVER)
    for g, mine in draw.groups():
        who = mine & (draw.origin == POOL)
        loss = tables.people.job_loss[g]
        reach = loss[tenure[who]] + exponential(draw(Stream.JOB_DURATION, who))
        length = np.maximum(np.searchsorted(loss, reach, side="left"), tenure[who] + 1)
        return_week[who] = np.where(length < len(loss), length - tenure[who], NEVER)
    worked = np.where(return_week < NEVER, return_week, 0)
    return return_week, worked


def _order(tables: Tables, rep: Ints, entry: Ints, elapsed: Ints, queue: Floats) -> Ints:
    """Order of number; equal queue draws keep the order of listing."""
    longest = int(elapsed.max(initial=0))
    packed = (rep * tables.weeks + entry) * (longest + 1) + (longest - elapsed)
    return np.lexsort((queue, packed))
