"""The tables as arrays of records, in the shape that compiled functions read.

May import draws and the tables; plain numpy, no numba. Nothing is computed here: everything is laid
out where an index finds it, and it is found what passes a scenario's weeks can do without. Records
keep the number of arrays small, on which the time it takes to compile depends; their types, and
those of all arrays, are the same in every scenario, so that one compiled function serves all.

A *desk* is a track and a group: ``track * groups + group``, so that the first desks, those of the
regular track, are also the places of what belongs to a group alone.
"""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np

from jobsim.arrays import Floats, Ints
from jobsim.draws import PoissonQuantile, ShareTable, support_stream
from jobsim.engines.compiled import PLAYS
from jobsim.engines.tables import Supports, Tables
from jobsim.engines.volumes import shapes
from jobsim.vocabulary import BANDS, CAUSES, ROUTES

Records = Any
"""Array of records; fields are listed where it is made."""

N_BANDS, N_ROUTES, N_CAUSES = len(BANDS), len(ROUTES), len(CAUSES)
"""Lengths of these dimensions of volumes, as numbers for compiled functions."""
ORDERS = {
    "longest_first": 0,
    "newest_first": 1,
    "random": 2,
    "most_employable_first": 3,
    "least_employable_first": 4,
}
"""Code of each order of admission."""
ORIGINS = 4
"""Kinds of people by origin: stock, pool, arrivals and cohort."""


class Rules(NamedTuple):
    """What every week follows."""

    numbers: Records
    """One record: numbers of the whole scenario, and where each volume begins in a row."""
    desks: Records
    """[desk] : numbers of the track and of the group."""
    weekly: Records
    """[week, desk]"""


class Curves(NamedTuple):
    """What happens as weeks, meetings or reviews go by."""

    duration: Records
    """[group × weeks of the spell], flat"""
    past: Floats
    """[group × weeks of the spell], flat : lasting boost with which the run finds the stock."""
    job_loss: Floats
    """[group, weeks in the job]"""
    interval: Ints
    """[desk, meetings seen]"""
    quality: Floats
    """By number of persons in the track; `weekly.quality` tells where a week's begins."""
    reviews: Records
    """[group, review] : of small jobs."""


class Aid(NamedTuple):
    """What the supports follow."""

    kinds: Records
    """[support]"""
    shares: Records
    """[support, group]"""
    grants: Ints
    """[support, year]"""


class Luck(NamedTuple):
    """Distributions from which people are drawn."""

    tables: Records
    """[share table] : its first and last band, and its number if it has but one."""
    bands: Records
    """Bands of all share tables; those without a share are left out."""
    counts: Records
    """[Poisson distribution] : its first and last value."""
    values: Floats
    """Values of all Poisson distribution functions."""
    gamma: Floats
    """[table, half, cell, 6]"""


class KernelTables(NamedTuple):
    """Everything that the kernel may know of a scenario."""

    rules: Rules
    curves: Curves
    aid: Aid
    luck: Luck


def kernel_tables(tables: Tables) -> KernelTables:
    """Lay out tables for the kernel."""
    shelf = _Shelf()
    rules = Rules(_numbers(tables), _desks(tables, shelf), _weekly(tables, shelf))
    return KernelTables(rules, _curves(tables), _aid(tables.supports), _luck(shelf))


def width(tables: Tables) -> int:
    """Length of a month's row of volumes."""
    return sum(map(prod, shapes(tables, PLAYS).values()))


_REAL = {
    *("hazard", "other_exit", "frailty", "return_share", "no_show", "small_job_multiplier"),
    *("cycle", "fte", "drop", "drop_or_climb", "first_gain", "later_gain", "factor", "lived"),
    *("job_loss_multiplier", "lock_in", "multiplier", "need", "max_boost", "decay"),
    *("experience_multiplier", "total", "below", "share", "length"),
    *("meeting_exit", "first_lasting", "later_lasting", "max_lasting_boost", "lasting_decay"),
}
"""Fields that are float64; all others are int64."""


def _records(shape: int | tuple[int, ...], **columns: Any) -> Records:
    """Arrange columns, which broadcast to the shape, as records."""
    kinds = [(name, np.float64 if name in _REAL else np.int64) for name in columns]
    result = np.zeros(shape, dtype=np.dtype(kinds, align=True)).view(np.recarray)
    for name, column in columns.items():
        result[name] = column
    return result


def _desks(tables: Tables, shelf: _Shelf) -> Records:
    people, services, ramp = tables.people, tables.services, tables.ramp
    tracks, groups = services.interval_entries.shape
    ladder = [[shelf.table(one) for one in row] for row in people.ladder]
    admits = np.vstack([np.zeros((1, groups), dtype=bool), services.admits])
    columns: dict[str, Any] = {
        "track": np.repeat(np.arange(tracks), groups),
        "group": np.tile(np.arange(groups), tracks),
        "entries": services.interval_entries.ravel(),
        "first_gain": services.gain[:, :, 0].ravel(),
        "later_gain": services.gain[:, :, 1].ravel(),
        "first_lasting": services.lasting_gain[:, :, 0].ravel(),
        "later_lasting": services.lasting_gain[:, :, 1].ravel(),
        "admits": admits.ravel(),
    }
    of_tracks: dict[str, Any] = {
        "job_loss_multiplier": services.job_loss_multiplier,
        "max_weeks": [0, *services.max_weeks.tolist()],
        "order": [-1, *(ORDERS[name] for name in services.order)],
    }
    of_groups: dict[str, Any] = {
        "listing": np.argsort(people.keys),
        "key": people.keys,
        "elapsed": [shelf.table(one) for one in people.elapsed],
        "tenure": [shelf.table(one) for one in people.tenure],
        "ladder_of_stock": [row[0] for row in ladder],
        "ladder_of_pool": [row[1] for row in ladder],
        "ladder_of_arrivals": [row[2] for row in ladder],
        "cap": [shelf.table(one) for one in ramp.cap],
        "start_level": [shelf.table(one) for one in ramp.start_level],
        "gamma": [shelf.gamma(one) for one in people.gamma],
        "small_job_multiplier": ramp.multiplier,
    }
    rates = ("hazard", "other_exit", "frailty", "return_share", "no_show", "meeting_exit")
    counts = ("stock", "pool", "cohort", "past_interval")
    of_groups |= {name: getattr(people, name) for name in (*counts, *rates)}
    columns |= {name: np.repeat(column, groups) for name, column in of_tracks.items()}
    columns |= {name: np.tile(column, tracks) for name, column in of_groups.items()}
    return _records(tracks * groups, **columns)


def _weekly(tables: Tables, shelf: _Shelf) -> Records:
    people, services, ramp, weeks = tables.people, tables.services, tables.ramp, tables.weeks
    tracks, groups = services.interval_entries.shape
    starts = np.cumsum([0, *(table.size for table in services.quality)])[:-1]
    rows = np.array([table.shape[1] for table in services.quality])
    of_tracks = {
        "fte": services.fte,
        "capacity": services.capacity,
        "slots": np.vstack([np.zeros((1, weeks), dtype=np.int64), services.slots]),
        "quality": starts[:, None] + services.quality_row * rows[:, None],
    }
    of_groups = {
        "cycle": people.cycle,
        "arrivals": np.array([shelf.poisson(row, weeks) for row in people.arrivals]),
        "openings": np.array([shelf.poisson(row, weeks) for row in ramp.openings]),
    }
    return _records(
        (weeks, tracks * groups),
        month=tables.month_of_week[:, None],
        year=tables.year_of_week[:, None],
        ends_month=tables.ends_month[:, None],
        **{name: np.repeat(column, groups, axis=0).T for name, column in of_tracks.items()},
        **{name: np.tile(column, (tracks, 1)).T for name, column in of_groups.items()},
    )


def _curves(tables: Tables) -> Curves:
    """Lay out what happens as weeks, meetings or reviews go by."""
    people, services, ramp = tables.people, tables.services, tables.ramp
    duration, lived, desks = people.duration, people.lived, services.interval_entries.size
    return Curves(
        duration=_records(duration.size, factor=duration.ravel(), lived=lived.ravel()),
        past=_plain(people.past.ravel()),
        job_loss=_plain(people.job_loss),
        interval=_plain(services.interval.reshape(desks, -1)),
        quality=_plain(np.concatenate([table.ravel() for table in services.quality])),
        reviews=_records(ramp.drop.shape, drop=ramp.drop, drop_or_climb=ramp.drop_or_climb),
    )


def _plain(array: Any) -> Any:
    """Make an array contiguous and 64-bit, so that one compiled function serves every scenario."""
    return np.ascontiguousarray(array, dtype=np.float64 if array.dtype.kind == "f" else np.int64)


def _numbers(tables: Tables) -> Records:
    services, ramp, people = tables.services, tables.ramp, tables.people
    shape_of = shapes(tables, PLAYS)
    ends = np.cumsum([prod(shape) for shape in shape_of.values()]).tolist()
    starts = dict(zip(shape_of, [0, *ends], strict=False))
    of_ramps = ("step_weeks", "cool_weeks", "experience_weeks", "experience_multiplier")
    return _records(
        1,
        weeks=tables.weeks,
        groups=len(people.codes),
        tracks=len(services.codes),
        programmes=len(services.codes) - 1,
        supports=len(tables.supports.codes),
        levels=tables.levels_shown,
        duration_weeks=people.duration.shape[1],  # of one group, in `Curves.duration`
        longest=max(max(table.upper) for table in people.elapsed),  # spell of the stock
        no_show_possible=bool((people.no_show > 0).any()),
        no_show_drawn=bool(((people.no_show > 0) & (people.no_show < 1)).any()),
        lottery="random" in services.order,  # whether it is drawn
        first_meeting_weeks=services.first_meeting_weeks,
        max_boost=float(services.max_boost),
        decay=float(services.decay),
        lasts=services.lasts,
        max_lasting_boost=float(services.max_lasting_boost),
        lasting_decay=float(services.lasting_decay),
        meetings_settle=_meetings_settle(tables),
        any_openings=any(one is not None for one in ramp.openings),
        ties=_ties(tables),
        even_hazard=_even_hazard(tables),
        longest_wait=max(int(services.interval.max()), services.first_meeting_weeks),  # until due
        meetings_alike=_meetings_alike(tables),
        jobs_end=bool((people.job_loss > 0).any()),
        top_level=ramp.levels,  # at which a small job has become a job
        **{name: getattr(ramp, name) for name in (*of_ramps, "job_loss_multiplier")},
        **starts,  # where each volume begins in a row of counts
    )[0]


def _aid(supports: Supports) -> Aid:
    """Lay out what the supports follow."""
    return Aid(
        kinds=_records(
            len(supports.codes),
            stream=[support_stream(key) for key in supports.keys.tolist()],
            lead_weeks=supports.lead_weeks,
            lock_in=supports.lock_in,
            multiplier=supports.multiplier,
        ),
        shares=_records(supports.need.shape, need=supports.need, listed=supports.listed),
        grants=_plain(supports.grants),
    )


class _Shelf:
    """Collects distributions and tells where each one stands; equal objects stand once."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self.tables: list[ShareTable] = []
        self.counts: list[PoissonQuantile] = []
        self.gammas: list[Any] = []

    def _place(self, shelf: list[Any], one: Any) -> int:
        if one is None:
            return -1
        if id(one) not in self._places:
            self._places[id(one)] = len(shelf)
            shelf.append(one)
        return self._places[id(one)]

    def table(self, table: ShareTable | None) -> int:
        """Place of a share table, -1 for none."""
        return self._place(self.tables, table)

    def poisson(self, by_week: tuple[PoissonQuantile, ...] | None, weeks: int) -> list[int]:
        """Place of the distribution of each week, -1 for none."""
        return [self._place(self.counts, one) for one in by_week or [None] * weeks]

    def gamma(self, quantile: Any) -> int:
        """Place of a gamma table, -1 for none."""
        return self._place(self.gammas, quantile)


def _luck(shelf: _Shelf) -> Luck:
    """Lay out the distributions that stand on a shelf."""
    columns = [table.columns() for table in shelf.tables]
    bands = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    names = ("total", "below", "share", "length", "lower")
    values = [one.distribution for one in shelf.counts]
    cells = [one.cells() for one in shelf.gammas]
    return Luck(
        tables=_spans(
            [len(column[0]) for column in columns], [_certain(table) for table in shelf.tables]
        ),
        bands=_records(len(bands[0]), **dict(zip(names, bands, strict=True))),
        counts=_spans([len(one) for one in values], [-1] * len(values)),
        values=_plain(np.concatenate([np.zeros(0), *values])),
        gamma=_plain(np.stack(cells)) if cells else np.zeros((0, 2, 1, 6)),
    )


def _certain(table: ShareTable) -> int:
    """Return the one whole number of a table that has no other, else -1."""
    _, _, _, weeks, lower = table.columns()
    return int(lower[0]) if weeks.tolist() == [1] else -1


def _spans(lengths: list[int], certain: list[int]) -> Records:
    """First and last place of parts that stand one after another, and what needs no draw."""
    ends = np.cumsum([0, *lengths])
    return _records(len(lengths), first=ends[:-1], last=ends[1:] - 1, certain=certain)


def _ties(tables: Tables) -> bool:
    """Tell whether there are ties to be settled by number, besides those in the queue."""
    openings = any(one is not None for one in tables.ramp.openings)
    return openings or len(tables.services.codes) > 1 or len(tables.supports.codes) > 0


def _even_hazard(tables: Tables) -> bool:
    """Tell whether persons on benefit differ in nothing but threshold and boost."""
    people, ramp = tables.people, tables.ramp
    steady = len(people.codes) == 1 and bool((people.duration == people.duration[0, 0]).all())
    helped = bool(tables.supports.codes or ramp.levels or tables.services.lasts)
    exits = bool((people.other_exit > 0).any()) or _meetings_settle(tables)
    return steady and not helped and not exits


def _meetings_settle(tables: Tables) -> bool:
    """Tell whether a meeting can settle that somebody leaves."""
    return bool((tables.people.meeting_exit > 0).any())


def _meetings_alike(tables: Tables) -> bool:
    """Tell whether all who are called come, to the same effect."""
    gain, interval = tables.services.gain, tables.services.interval
    one_desk = tables.services.interval_entries.size == 1 and not tables.supports.codes
    alike = (gain == gain[0, 0, 0]).all() and (interval == interval[0, 0, 0]).all()
    plain = not (tables.services.lasts or _meetings_settle(tables))
    return bool(one_desk and alike and plain and not (tables.people.no_show > 0).any())
