"""Every engine gives what the oracle gives: the same volumes and the same histories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobsim.engines import ENGINES
from jobsim.engines.elements import EVENTS
from jobsim.engines.lowering import tables_of
from jobsim.scenario import Scenario, preset_names
from tests.oracle.model import play
from tests.oracle.situations import SITUATIONS, Watch
from tests.parity.agreement import Results, assert_engines_give
from tests.parity.scenarios import numbered, scenarios

EXAMPLES = 100
LEAST = dict.fromkeys(EVENTS, 30) | dict.fromkeys(SITUATIONS, 4)
"""In how many of them everything is to occur."""
COLUMNS = ["replication", "number", "group", "origin", "k", "week", "phase", "event", "value"]
SEEDS = [1, 0, 2**63 + 12345, 2**64 - 1]
REPLICATIONS = [(0,), (3, 0), (2**32 - 1,)]


def foretold(
    scenario: Scenario, seed: int, replications: Sequence[int], watch: Watch | None = None
) -> Results:
    """Volumes and histories by the oracle, in the shape in which engines give them."""
    runs = [play(scenario, seed, number, watch or Watch()) for number in replications]
    volumes = {name: np.stack([one[name] for one, _ in runs]) for name in runs[0][0]}
    histories = pd.DataFrame([row for _, rows in runs for row in rows], columns=COLUMNS)
    return volumes, histories.astype({"event": pd.CategoricalDtype(list(EVENTS))})


def assert_as_foretold(
    scenario: Scenario, seed: int = 1, replications: Sequence[int] = (0,)
) -> tuple[Results, Watch]:
    """Fail where an engine and the oracle part; return what they agree on, and what was seen."""
    watch = Watch()
    expected = foretold(scenario, seed, replications, watch)
    tables = tables_of(scenario)
    assert_engines_give(expected, "oracle", list(ENGINES), tables, seed, replications)
    return expected, watch


def test_numbered_scenarios() -> None:
    """Always the same, so that it is known that every part of the model is reached in them.

    The counts are printed (pytest -rP).
    """
    seen: Counter[str] = Counter()
    for number in range(EXAMPLES):
        seed, replications = SEEDS[number % 4], REPLICATIONS[number % 3]
        try:
            (_, histories), watch = assert_as_foretold(numbered(number), seed, replications)
        except AssertionError as error:
            error.add_note(f"numbered({number}), seed {seed}, replications {replications}")
            raise
        seen.update(watch.found | set(histories.event))
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
