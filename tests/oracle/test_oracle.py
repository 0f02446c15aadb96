"""Every engine gives what the oracle gives: the same volumes and the same histories."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobsim.engines.elements import EVENTS
from jobsim.scenario import Scenario, preset_names
from tests.oracle.agreement import assert_as_foretold
from tests.oracle.situations import SITUATIONS
from tests.parity.scenarios import numbered, scenarios

EXAMPLES = 100
PARTS = (
    *("a budget begins within the run", "a past of its own", "what past meetings still do"),
    *("lasting boost", "left as a meeting had settled", "entry cohort"),
)
LEAST = dict.fromkeys(EVENTS, 30) | dict.fromkeys(SITUATIONS, 4) | dict.fromkeys(PARTS, 20)
"""In how many of them everything is to occur."""
SEEDS = [1, 0, 2**63 + 12345, 2**64 - 1]
REPLICATIONS = [(0,), (3, 0), (2**32 - 1,)]


def keys_of(number: int) -> tuple[int, tuple[int, ...]]:
    """Seed and replications with which the scenario of this number is played."""
    return SEEDS[number % 4], REPLICATIONS[number % 3]


def test_numbered_scenarios() -> None:
    """Always the same, so that it is known that every part of the model is reached in them.

    The counts are printed (pytest -rP).
    """
    seen: Counter[str] = Counter()
    for number in range(EXAMPLES):
        seed, replications = keys_of(number)
        try:
            (_, histories), found = assert_as_foretold(numbered(number), seed, replications)
        except AssertionError as error:
            error.add_note(f"numbered({number}), seed {seed}, replications {replications}")
            raise
        seen.update(found | set(histories.event))
    for name in LEAST:
        print(f"{name:46} {seen[name]:4} of {EXAMPLES}")  # noqa: T201 : asked for
    assert {name: seen[name] for name, least in LEAST.items() if seen[name] < least} == {}


@pytest.mark.slow
def test_many_generated_scenarios() -> None:
    """Others at every call; a counter-example is shrunk to what matters."""
    patient = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(max_examples=2000, suppress_health_check=patient)
    @given(
        scenario=scenarios(),
        seed=st.sampled_from(SEEDS),
        replications=st.sampled_from(REPLICATIONS),
    )
    def check(scenario: Scenario, seed: int, replications: tuple[int, ...]) -> None:
        assert_as_foretold(scenario, seed, replications)

    check()


@pytest.mark.slow
@pytest.mark.parametrize("name", preset_names())
def test_presets(name: str) -> None:
    (volumes, _), _ = assert_as_foretold(Scenario.load(name), replications=[5])
    assert volumes["placements"].sum() > 0
