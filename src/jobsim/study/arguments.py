"""What a study's methods are given, checked; may import analysis and what is below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jobsim.analysis.playing.options import RunOptions, run_options
from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario

Scenarios = Scenario | Sequence[Scenario] | Mapping[str, Scenario]
PriceLists = Prices | Mapping[str, Prices]


def how_to_play(given: Mapping[str, Any], *fixed: str) -> RunOptions:
    """How to play a plan; what the plan itself decides is not to be said again."""
    for name in ("precision", "study", *fixed):
        if given.get(name) is not None:
            raise InputError(f"{name}: is not for this: the plan of the study decides it")
    return run_options(given)


def count_of(how: RunOptions) -> int:
    """Check and return how many replications are asked for."""
    wanted = how["replications"]
    if not isinstance(wanted, (int, np.integer)) or isinstance(wanted, bool) or wanted < 1:
        raise InputError(f"replications: must be a whole number from 1, got {wanted!r}")
    return int(wanted)


def more_of(now: int, how: Mapping[str, Any]) -> int:
    """Replications in all, which are no fewer than now."""
    wanted = count_of(run_options({"replications": how.get("replications", now)}))
    if wanted < now:
        raise InputError(f"replications: the plan has {now:,} already, got {wanted:,}")
    return wanted


def by_name(scenarios: Scenarios) -> dict[str, Scenario]:
    """Scenarios by the names they were given, or their own."""
    if isinstance(scenarios, Mapping):
        found = {str(name): one for name, one in scenarios.items()}
    else:
        several = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
        found = {getattr(one, "name", ""): one for one in several}
        if len(found) < len(several):
            raise InputError("scenarios: two have the same name; give them as {name: scenario}")
    if not found:
        raise InputError("scenarios: name at least one")
    return found


def price_lists(prices: PriceLists | None) -> dict[str, Prices]:
    """Price lists by the names they were given, or their own; "denmark" without any."""
    given = Prices.load("denmark") if prices is None else prices
    found = {given.name: given} if isinstance(given, Prices) else dict(given)
    if not found or not all(isinstance(one, Prices) for one in found.values()):
        raise InputError("prices: must be Prices, or several by name")
    return found


def refuse_other(held: Mapping[str, Any], added: Mapping[str, Any], what: str) -> None:
    """Raise InputError where something else stands under a name already."""
    for name in held.keys() & added.keys():
        if held[name] != added[name]:
            raise InputError(f'{what} "{name}": the plan has another under this name')
