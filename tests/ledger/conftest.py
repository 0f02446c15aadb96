"""Volumes made by hand, so that the ledger is tested without an engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pytest
import xarray as xr

from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from tests.factory import UNDATED, small_town

BANDS = ["0-3", "4-25", "26-51", "52+"]
DIMS = {
    "benefit_weeks": ("group", "band", "level"),
    "employed_weeks": ("group", "route"),
    "left_weeks": ("group", "cause"),
    "meeting_left_weeks": ("group",),
    "supports_granted": ("support",),
}
"""Volumes that the ledger prices, with their dimensions after replication and month."""


def empty_volumes(scenario: Scenario, replications: int = 1) -> xr.Dataset:
    """Volumes of a scenario in which nothing happens."""
    levels = len(scenario.small_jobs.hours_per_week) if scenario.small_jobs else 1
    coords = {
        "replication": np.arange(replications),
        "month": scenario.weeks.months.astype("datetime64[ns]"),
        "group": list(scenario.groups),
        "band": BANDS,
        "level": np.arange(levels),
        "route": ["ordinary", "ramp"],
        "cause": ["other_exit", "not_returned"],
        "support": np.array(list(scenario.supports), dtype="U40"),
    }
    variables = {}
    for name, dims in DIMS.items():
        full = ("replication", "month", *dims)
        variables[name] = (full, np.zeros([len(coords[dim]) for dim in full], dtype=np.int64))
    return xr.Dataset(variables, coords=coords)


def volumes_with(scenario: Scenario, name: str, count: int, where: Mapping[str, object]):
    """Volumes in which one thing happens `count` times."""
    volumes = empty_volumes(scenario)
    volumes[name].loc[{"replication": 0, **where}] = count
    return volumes


def random_volumes(scenario: Scenario, seed: int, replications: int = 3) -> xr.Dataset:
    """Volumes of a scenario with any counts at all."""
    rng = np.random.default_rng(seed)
    volumes = empty_volumes(scenario, replications)
    for name in DIMS:
        volumes[name].values[...] = rng.integers(0, 500, size=volumes[name].shape)
    return volumes


def month_of(year: int, month: int, *, rate: str = "adult_without_children") -> Scenario:
    """Four weeks from the first of a month, small jobs of 10 and 20 hours, one benefit rate."""
    return small_town(
        horizon__start=dt.date(year, month, 1),
        horizon__weeks=4,
        **UNDATED,
        small_jobs__hours_per_week=[10.0, 20.0, 28.0],
        groups__activity_ready__benefit_rates={rate: 1.0},
    )


@pytest.fixture(scope="session")
def denmark() -> Prices:
    """The Danish price list."""
    return Prices.load("denmark")
