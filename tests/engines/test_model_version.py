"""Volumes of every preset are frozen, each by itself: none moves without a new model version."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import jobsim as js
from jobsim.engines.elements import VOLUMES
from jobsim.engines.volumes import MODEL_VERSION

FILE = Path(__file__).with_name("frozen_volumes.json")
"""Model version, and a checksum for every volume of every preset.

A new volume adds its checksums and moves no other's. Where numbers move on purpose, raise
MODEL_VERSION and write the file anew: `python -m tests.engines.test_model_version`.
"""


@pytest.fixture(scope="module")
def frozen() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def played(name: str, seed: int = 1) -> xr.Dataset:
    """Two replications of a preset."""
    scenario = js.Scenario.load(name)
    return js.simulate(scenario, replications=2, seed=seed, engine="numpy", progress=False)


def checksums(volumes: xr.Dataset) -> dict[str, str]:
    """SHA-256 of each volume's numbers, shape and dimensions, cut to 16 digits."""
    return {str(name): checksum(array) for name, array in volumes.data_vars.items()}


def checksum(array: xr.DataArray) -> str:
    """One volume's checksum."""
    numbers = np.ascontiguousarray(array.values, dtype="<i8").tobytes()
    return hashlib.sha256(repr((array.dims, array.shape)).encode() + numbers).hexdigest()[:16]


def test_every_volume_of_every_preset_is_frozen_for_this_version(frozen):
    assert frozen["model_version"] == MODEL_VERSION
    assert {name: set(sums) for name, sums in frozen["presets"].items()} == {
        name: set(VOLUMES) for name in js.preset_names()
    }


@pytest.mark.parametrize("name", js.preset_names())
def test_numbers_stay_or_the_version_is_raised(name, frozen):
    """A volume that is new has no checksum yet: the test above asks for it."""
    kept = frozen["presets"][name]
    found = checksums(played(name))
    assert {volume: found.get(volume) for volume in kept} == kept


def test_other_numbers_have_another_checksum():
    """Negative control: another seed moves what chance decides, and nothing that never happens."""
    volumes = played("esbjerg-2018")
    before, after = checksums(volumes), checksums(played("esbjerg-2018", seed=2))
    moved = {name for name in before if before[name] != after[name]}
    assert moved >= {"placements", "benefit_weeks", "meetings", "returns", "recipients"}
    assert not moved & {str(name) for name, array in volumes.data_vars.items() if not array.any()}


if __name__ == "__main__":
    presets = {name: checksums(played(name)) for name in js.preset_names()}
    text = json.dumps({"model_version": MODEL_VERSION, "presets": presets}, indent=1)
    FILE.write_text(f"{text}\n", encoding="utf-8")
