"""Numbers of a scenario that were learned from data: its posterior's draws; may import cases.

They take the place of what the register states. Several are drawn together, row by row, so that
what only their combination says stays said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from jobsim.analysis.playing.points import unit_points
from jobsim.analysis.setting.case import Case
from jobsim.arrays import Floats
from jobsim.scenario import Scenario, readable
from jobsim.scenario.number_register import listed, told_of
from jobsim.scenario.paths import bounds_at, step_at, value_at
from jobsim.scenario.posterior import digest_of_facts, number_of


@dataclass(frozen=True, eq=False)
class Learned:
    """What is known of one number after the data; a frozen distribution, as far as jobsim asks.

    Parameters
    ----------
    drawn : float64[draws]
    of : "value" or "factor", as of a `Distribution`
    """

    drawn: Floats
    of: Literal["value", "factor"]

    def frozen(self) -> Learned:
        """Itself: it stands where a `Distribution` may."""
        return self

    def ppf(self, probability: Any) -> Any:
        """Quantiles of the draws, by straight lines between them."""
        return np.quantile(self.drawn, probability)

    def __str__(self) -> str:
        return f"posterior, {len(self.drawn):,} draws"


def learned_numbers(scenario: Scenario) -> dict[str, Learned]:
    """Every number that a scenario's posterior is of, by its path; none where it has no posterior.

    A number that was changed since keeps its draws, moved with it; see `Posterior.about`.
    """
    known = scenario.posterior
    return {path: _learned(scenario, path) for path in (known.paths if known else ())}


def _learned(scenario: Scenario, path: str) -> Learned:
    assert scenario.posterior is not None
    stem = path.removesuffix(".scale")
    value, bounds = value_at(scenario, stem), bounds_at(Scenario, stem)
    drawn = scenario.posterior.about(path, value, bounds)
    return Learned(drawn, "value" if path == stem else "factor")


def stems_learned(scenario: Scenario) -> set[str]:
    """Where the register's rows are of what was learned, also of one step of a schedule alone."""
    known = scenario.posterior
    stems = (path.removesuffix(".scale") for path in (known.paths if known else ()))
    return {step_at(scenario, stem)[0] for stem in stems}


def drawn_together(
    known: Mapping[str, Any], count: int, seed: int, first: int
) -> dict[str, Floats]:
    """Draws of the numbers that were learned, each row one of the posterior's.

    Parameters
    ----------
    known : mapping of path to frozen distribution
        Those that were not learned are left out.
    count, first : int, as of `unit_points`
    seed : int, which decides the order of the rows

    Returns
    -------
    mapping of path to float64[count - first]
    """
    learned = {path: one for path, one in known.items() if isinstance(one, Learned)}
    if not learned:
        return {}
    rows = len(next(iter(learned.values())).drawn)
    order = np.argsort(unit_points("random", rows, 1, seed=seed).values[:, 0], kind="stable")
    chosen = order[np.arange(first, count) % rows]
    return {path: one.drawn[chosen] for path, one in learned.items()}


def learned_notes(case: Case, moved: Sequence[str]) -> Iterator[str]:
    """Lines on what comes from a posterior, and on what was changed since it was learned."""
    scenario, known = case.scenario, case.scenario.posterior
    if known is None:
        return
    asked = [path for path in known.paths if path in moved]
    if asked:
        yield f"From the posterior ({known.words}): {listed(asked)}."
    values = {path: value_at(scenario, path.removesuffix(".scale")) for path in known.paths}
    changed = [
        f"{path} {readable(known.middle(path))} → {readable(number_of(value))}"
        for path, value in values.items()
        if known.moved(path, value)
    ]
    line = told_of(changed, "changed since and keep{s} the posterior's spread, moved with it")
    if line:
        yield line
    if digest_of_facts(scenario, known.paths) != known.facts:
        yield (
            "The posterior was learned with other facts than the scenario states now: what it says "
            "holds for those; calibrate again."
        )
