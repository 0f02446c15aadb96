"""What a scenario's tables tell about which passes its weeks can do without.

May import the tables. Each fact lets the kernel do the same in a shorter way, to the same integers.
"""

from __future__ import annotations

from jobsim.engines.tables import Tables

__all__ = ["even_hazard", "meetings_alike", "ties"]


def ties(tables: Tables) -> bool:
    """Tell whether there are ties to be settled by number, besides those in the queue."""
    openings = any(one is not None for one in tables.ramp.openings)
    return openings or len(tables.services.codes) > 1 or len(tables.supports.codes) > 0


def even_hazard(tables: Tables) -> bool:
    """Tell whether persons on benefit differ in nothing but threshold and boost."""
    people, ramp = tables.people, tables.ramp
    steady = len(people.codes) == 1 and bool((people.duration == people.duration[0, 0]).all())
    helped = bool(tables.supports.codes or ramp.levels)
    return steady and not helped and not bool((people.other_exit > 0).any())


def meetings_alike(tables: Tables) -> bool:
    """Tell whether all who are called come, to the same effect."""
    gain, interval = tables.services.gain, tables.services.interval
    one_desk = tables.services.interval_entries.size == 1 and not tables.supports.codes
    alike = (gain == gain[0, 0, 0]).all() and (interval == interval[0, 0, 0]).all()
    return bool(one_desk and alike and not (tables.people.no_show > 0).any())
