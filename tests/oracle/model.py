"""The whole model: what a scenario gives in one replication."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from jobsim.scenario import Scenario
from tests.oracle.roster import roster_of
from tests.oracle.tables import Tables
from tests.oracle.town import Row, Town
from tests.oracle.week import play_week

__all__ = ["play"]


def play(
    scenario: Scenario,
    seed: int,
    replication: int,
    look: Callable[[Town], None] = lambda town: None,
) -> tuple[dict[str, npt.NDArray[np.int64]], list[Row]]:
    """Play a scenario once.

    Parameters
    ----------
    scenario : Scenario
    seed, replication : int
    look : function of the town, optional
        Called after each phase of each week.

    Returns
    -------
    volumes : dict of name to int64[month, …]
        In the order of dimensions of `tests.oracle.town.DIMENSIONS`.
    rows : list
        Histories: replication, number, group, origin, k, week, phase, event, value; by week, phase,
        number and order of occurrence.
    """
    tables = Tables(scenario)
    town = Town(tables, seed, replication, roster_of(tables, seed, replication))
    for week in range(scenario.horizon.weeks):
        play_week(town, week, look)
    town.rows.sort(key=lambda row: (row[5], row[6], row[1]))
    return town.volumes, town.rows
