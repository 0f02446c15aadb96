"""A setting that is put right after every change; may import settings and scenario."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jobsim.analysis.setting.setting import Setting
from jobsim.errors import InputError
from jobsim.scenario import Scenario

Adjust = Callable[[Scenario], Scenario]


@dataclass(frozen=True)
class Adjusted(Setting):
    """A setting whose scenario and baseline pass through a function after every change.

    Parameters
    ----------
    adjust : function of a scenario that returns one
        Importable by name, so that it can be sent to other processes; derives, say, the inflow
        that keeps the stock at rest under the hazards drawn.
    """

    adjust: Adjust = lambda scenario: scenario

    def with_(self, changes: Mapping[str, object], *, both: bool) -> Setting:
        """Make one with some values changed, then put right; see `Setting.with_`."""
        changed = super().with_(changes, both=both)
        return dataclasses.replace(
            changed,
            scenario=self._put_right(changed.scenario),
            baseline=self._put_right(changed.baseline),
        )

    def _put_right(self, scenario: Scenario) -> Scenario:
        found = self.adjust(scenario)
        if not isinstance(found, Scenario):
            raise InputError(f"adjust: must return a Scenario, got {type(found).__name__}")
        return found


def adjusted(setting: Setting, adjust: Adjust | None) -> Setting:
    """Setting that passes through `adjust` after every change, if there is one.

    Raises
    ------
    InputError
        If it cannot be called.
    """
    if adjust is None:
        return setting
    if not callable(adjust):
        raise InputError(f"adjust: must be a function of a scenario, got {type(adjust).__name__}")
    return Adjusted(setting.scenario, setting.baseline, setting.prices, adjust)
