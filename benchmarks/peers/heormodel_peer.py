"""heormodel: its discrete-event engine around the same SimPy processes.

One arm, one parameter draw per replication; exits and meetings are components of the engine's own
accruals, without discounting. May import heormodel.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import simpy
from heormodel import run_psa
from heormodel.models import DESModel

from benchmarks.meeting_queue import MeetingQueue
from benchmarks.peers import Played
from benchmarks.peers.simpy_peer import Person, attend, exit_probabilities, search

__all__ = ["play"]

_TINY = 1e-9


def play(queue: MeetingQueue, replications: int) -> Played:
    """Play replications 0, 1, … as iterations of a probabilistic analysis."""
    draws = pd.DataFrame(index=pd.RangeIndex(replications, name="iteration"))
    draws["hazard"] = queue.hazard
    result = run_psa(_engine(queue), draws, seed=1, progress=False)
    means = result.outcomes.data.loc["jobcentre"].sort_index()
    return Played(_total(means["exits"], queue), _total(means["meetings"], queue))


def _total(means: pd.Series, queue: MeetingQueue) -> Any:
    """Sum over people, from the engine's mean over people."""
    return np.rint(means.to_numpy() * queue.persons).astype(np.int64)


def _engine(queue: MeetingQueue) -> DESModel:
    table = exit_probabilities(queue)

    def process(
        env: simpy.Environment, entity: pd.Series, _params: Any, _arm: str, toolkit: Any
    ) -> Generator[simpy.Event]:
        person = Person()
        env.process(attend(env, person, partial(toolkit.request, "desks"), queue, entity["due"]))
        yield from search(env, person, toolkit.rng.random, queue, table)
        toolkit.accrue_cost(not person.here, component="exits")
        toolkit.accrue_cost(person.meetings, component="meetings")

    def desks(env: simpy.Environment, _params: Any, _arm: str) -> Mapping[str, simpy.Resource]:
        return {"desks": simpy.Resource(env, queue.caseworkers)}

    def people(_rng: np.random.Generator, _n: int) -> pd.DataFrame:
        return pd.DataFrame({"due": queue.first_due()})

    return DESModel(
        process=process,
        population=people,
        n_individuals=queue.persons,
        interventions=["jobcentre"],
        resources=desks,
        horizon=queue.weeks + _TINY,
        discount_rate=0.0,
    )
