"""A scenario, its baseline and the prices, changed together by path; may import the ledger.

Which two scenarios are laid beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from jobsim.scenario.document import Document
from jobsim.scenario.paths import value_at

Changes = Mapping[str, object]
"""New values by path."""
PRICES = "prices."
"""Beginning of paths that lead into the price list."""
_FRAME = "horizon."
"""Beginning of paths that a scenario and its baseline must have in common."""


@dataclass(frozen=True)
class Case:
    """Everything that decides a comparison but chance.

    Parameters
    ----------
    scenario, baseline : Scenario
    prices : Prices
    """

    scenario: Scenario
    baseline: Scenario
    prices: Prices

    def with_(self, changes: Changes, *, both: bool) -> Case:
        """Make one with some values changed.

        Parameters
        ----------
        changes : mapping of path to value
            As of `Scenario.with_`; paths that begin with "prices." lead into the price list.
        both : bool
            Whether the baseline follows, where it has the path: True for what is not known about
            the world, False for a policy. The horizon follows always: both cover the same weeks.

        Raises
        ------
        ScenarioError or PriceError
            If a path or value is not valid.
        """
        priced = {k.removeprefix(PRICES): v for k, v in changes.items() if k.startswith(PRICES)}
        played = {k: v for k, v in changes.items() if not k.startswith(PRICES)}
        common = {k: v for k, v in played.items() if both or k.startswith(_FRAME)}
        shared = {k: v for k, v in common.items() if has(self.baseline, k)}
        return replace(
            self,
            scenario=self.scenario.with_(played) if played else self.scenario,
            baseline=self.baseline.with_(shared) if shared else self.baseline,
            prices=self.prices.with_(priced) if priced else self.prices,
        )

    def value_at(self, path: str) -> object:
        """Value at a path of the scenario or, after "prices.", of the price list.

        Raises
        ------
        ScenarioError
            If there is nothing at the path; the message names the nearest valid name.
        """
        stem = path.removesuffix(".scale")
        if stem.startswith(PRICES):
            return value_at(self.prices, stem.removeprefix(PRICES))
        return value_at(self.scenario, stem)


def has(document: Document, path: str) -> bool:
    """Tell whether a document has something at a path."""
    try:
        return value_at(document, path.removesuffix(".scale")) is not None
    except InputError:
        return False


def case_of(
    scenario: Scenario, baseline: Scenario | None = None, prices: Prices | None = None
) -> Case:
    """Check a scenario, its baseline (default: without programmes) and prices (default: denmark).

    Raises
    ------
    InputError
        If one of them is of another type, or the scenarios do not cover the same weeks.
    """
    if prices is not None and not isinstance(prices, Prices):
        raise InputError(f"prices: must be Prices, got {type(prices).__name__}")
    return Case(
        *beside(scenario, baseline), prices=Prices.load("denmark") if prices is None else prices
    )


def beside(scenario: object, baseline: object | None) -> tuple[Scenario, Scenario]:
    """Check a scenario and its baseline; without one, the place without programmes.

    Raises
    ------
    InputError
        If one of them is not a scenario, or they do not cover the same weeks.
    """
    for what, given in (("scenario", scenario), ("baseline", baseline)):
        if not isinstance(given, Scenario) and not (what == "baseline" and given is None):
            raise InputError(f"{what}: must be a Scenario, got {type(given).__name__}")
    assert isinstance(scenario, Scenario)
    against = baseline if isinstance(baseline, Scenario) else scenario.without_programmes()
    ours, other = scenario.horizon, against.horizon
    if other != ours:
        raise InputError(
            f"baseline: must cover the same weeks as the scenario ({ours.weeks} from "
            f"{ours.start}), got {other.weeks} from {other.start}"
        )
    return scenario, against
