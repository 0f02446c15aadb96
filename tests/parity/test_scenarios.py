"""The generated scenarios reach every part of the model; the counts are printed (pytest -rP)."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings

from jobsim.engines.elements import EVENTS
from jobsim.engines.lowering import tables_of
from jobsim.scenario import Scenario
from tests.parity.agreement import OTHERS, played
from tests.parity.scenarios import features, scenarios

EXAMPLES = 150
SITUATIONS = [
    "waiting queue",
    "lost opening",
    "exhausted grant",
    "max_weeks end",
    "ladder restart",
]


def test_every_event_and_situation_occurs_often_enough() -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(scenarios())
    def look(scenario: Scenario) -> None:
        tables = tables_of(scenario)
        volumes, histories = played(OTHERS[0], tables, 1, [0])
        found = features(tables, volumes, histories)
        seen.update(name for name, occurs in found.items() if occurs)
        seen["scenarios"] += 1

    look()
    for name in (*EVENTS, *SITUATIONS):
        print(f"{name:18} {seen[name]:4} of {seen['scenarios']}")  # noqa: T201 : asked for
    assert seen["scenarios"] >= EXAMPLES
    for event in EVENTS:
        assert seen[event] >= 0.1 * seen["scenarios"], event
    for situation in SITUATIONS:
        assert seen[situation] >= 0.2 * seen["scenarios"], situation
