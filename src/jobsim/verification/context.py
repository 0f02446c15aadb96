"""What the checks share: how each is said, how much to play, what has been played already.

May import scenario, engines, ledger and the walk through histories.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any

import numpy as np

from jobsim.engines import histories, simulate
from jobsim.engines.lowering import tables_of
from jobsim.engines.roster import Roster, build_roster
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.verification.biography import Chance, biographies
from jobsim.verification.result import Check, Compared, does_not_apply, judged
from jobsim.verification.rules import PlainRules
from jobsim.verification.variants import cohort, crowded
from jobsim.verification.walk import Walk

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


HISTORY_ENGINE = "simpy"
"""Engine whose histories are read: the definition of the model in executable form."""
COHORT_WEEKS = 78
"""Weeks for which a cohort is followed."""
_HISTORIES = 2
"""Replications whose histories are read, at most."""


@dataclass(frozen=True, eq=False)
class Context:
    """One scenario and how thoroughly it is checked.

    Parameters
    ----------
    scenario : Scenario
    prices : Prices
    replications : int, of the municipality as a whole
    persons : int, in each cohort that is held against a closed form
    seed : int
    engine : str, whose volumes are checked
    """

    scenario: Scenario
    prices: Prices
    replications: int
    persons: int
    seed: int
    engine: str

    def play(
        self, scenario: Scenario, *, replications: int = 1, engine: str | None = None
    ) -> xr.Dataset:
        """Volumes of a scenario."""
        return simulate(
            scenario,
            replications=replications,
            seed=self.seed,
            engine=engine or self.engine,
            progress=False,
        )

    def cohort(self, groups: Mapping[str, Mapping[str, Any]], **parts: object) -> Scenario:
        """A cohort of each group, followed for `COHORT_WEEKS`; see `cohort` of the variants."""
        return cohort(self.scenario, self.persons, COHORT_WEEKS, groups, **parts)

    def events(self, scenario: Scenario, engine: str = HISTORY_ENGINE) -> pd.DataFrame:
        """Histories of the first replications of a scenario."""
        numbers = range(self.histories)
        return histories(scenario, replications=list(numbers), seed=self.seed, engine=engine)

    @property
    def histories(self) -> int:
        """How many replications have their histories read."""
        return min(_HISTORIES, self.replications)

    @cached_property
    def volumes(self) -> xr.Dataset:
        """Volumes of the scenario as it stands."""
        return self.play(self.scenario, replications=self.replications)

    @cached_property
    def own_events(self) -> pd.DataFrame:
        """Histories of the scenario as it stands."""
        return self.events(self.scenario)

    @cached_property
    def walks(self) -> list[Walk]:
        """Walks through the histories of the scenario as it stands."""
        return self._walks(self.scenario, self.own_events, self.rosters(self.scenario))

    @cached_property
    def crowded(self) -> Scenario:
        """The scenario with more people due every week than can be called."""
        return crowded(self.scenario)

    @cached_property
    def crowded_volumes(self) -> xr.Dataset:
        """Volumes of one replication of the crowded scenario."""
        return self.play(self.crowded)

    @cached_property
    def crowded_walk(self) -> Walk:
        """A walk through the histories of the crowded scenario, of the engine that is checked."""
        events = histories(self.crowded, replications=1, seed=self.seed, engine=self.engine)
        return self._walks(self.crowded, events, self.rosters(self.crowded, 1))[0]

    @cached_property
    def rules(self) -> PlainRules:
        """Rules of the scenario as it stands."""
        return PlainRules(self.scenario)

    def rosters(self, scenario: Scenario, replications: int | None = None) -> list[Roster]:
        """Who the people of the first replications are, one roster each."""
        tables, numbers = tables_of(scenario), range(replications or self.histories)
        return [build_roster(tables, self.seed, np.array([number])) for number in numbers]

    def _walks(
        self, scenario: Scenario, events: pd.DataFrame, rosters: Sequence[Roster]
    ) -> list[Walk]:
        rules, by_replication = PlainRules(scenario), dict(list(events.groupby("replication")))
        found = []
        for replication, roster in enumerate(rosters):
            chance, people = Chance(self.seed, replication), biographies(rules, roster)
            mine = by_replication.get(replication, events[:0])
            found.append(Walk(rules, chance, people, mine).run())
        return found


class NotApplicableError(Exception):
    """Why a check has nothing to look at in a scenario."""


class Checks(dict[str, Callable[[Context], Check]]):
    """Checks by name, in order, each made of a function that says what it compares."""

    def add(
        self, name: str, *, nothing: str = ""
    ) -> Callable[[Callable[[Context], Compared]], Callable[[Context], Check]]:
        """Make a check and put it last.

        Parameters
        ----------
        name : str, of the check
        nothing : str
            Why the check does not apply where nothing is compared; the function may also raise
            `NotApplicableError`.
        """

        def made(compare: Callable[[Context], Compared]) -> Callable[[Context], Check]:
            @wraps(compare)
            def checked(context: Context) -> Check:
                try:
                    compared = compare(context)
                except NotApplicableError as why:
                    return does_not_apply(name, str(why))
                if not compared.expectations:
                    return does_not_apply(name, nothing)
                return judged(name, compared)

            self[name] = checked
            return checked

        return made
