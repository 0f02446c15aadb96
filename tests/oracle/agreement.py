"""Hold the engines against the oracle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from jobsim.engines import ENGINES
from jobsim.engines.elements import EVENTS
from jobsim.engines.lowering import tables_of
from jobsim.scenario import Scenario
from tests.oracle.model import play
from tests.oracle.situations import Watch
from tests.parity.agreement import Results, assert_engines_give

__all__ = ["assert_as_foretold"]

COLUMNS = ["replication", "number", "group", "origin", "k", "week", "phase", "event", "value"]
KINDS = dict.fromkeys(COLUMNS, np.int64) | {"event": pd.CategoricalDtype(list(EVENTS))}


def assert_as_foretold(
    scenario: Scenario, seed: int = 1, replications: Sequence[int] = (0,)
) -> tuple[Results, set[str]]:
    """Fail where an engine and the oracle part; return what they agree on, and situations seen."""
    watch = Watch()
    runs = [play(scenario, seed, number, watch) for number in replications]
    volumes = {name: np.stack([one[name] for one, _ in runs]) for name in runs[0][0]}
    rows = pd.DataFrame([row for _, rows in runs for row in rows], columns=COLUMNS)
    expected = volumes, rows.astype(KINDS)
    tables = tables_of(scenario)
    assert_engines_give(expected, "the oracle", list(ENGINES), tables, seed, replications)
    return expected, watch.found
