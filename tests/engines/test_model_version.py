"""Volumes of every preset are frozen: numbers do not move without a new model version."""

import hashlib

import numpy as np
import pytest

import jobsim as js
from jobsim.engines.volumes import MODEL_VERSION, VOLUMES, flat

FROZEN_VERSION = 1
FROZEN = {
    "esbjerg-2018": "6cc617e50e2e8baab1d0a8a3",
    "esbjerg-2018-evidence": "8983b32ce3ebe76a96bc424d",
    "kolding-2018": "d75c9803b7b10191fb65b68b",
    "town-2026": "fe1a66482c63b57344bf11cb",
    "town-2026-cut": "65361505b9a0be180e9d15dc",
}


def checksum(name: str, seed: int = 1) -> str:
    """SHA-256 of the volumes of two replications of a preset, and of what they are."""
    volumes = js.simulate(
        js.Scenario.load(name), replications=2, seed=seed, engine="numpy", progress=False
    )
    labels = repr([(name, VOLUMES[name][0], volumes[name].shape) for name in VOLUMES])
    rows = np.ascontiguousarray(flat(volumes), dtype="<i8")
    return hashlib.sha256(labels.encode() + rows.tobytes()).hexdigest()[:24]


def test_every_preset_is_frozen_for_this_version():
    assert FROZEN_VERSION == MODEL_VERSION
    assert set(FROZEN) == set(js.preset_names())


@pytest.mark.parametrize("name", js.preset_names())
def test_numbers_stay_or_the_version_is_raised(name):
    """Where this fails on purpose, raise MODEL_VERSION and write the new checksums down."""
    assert checksum(name) == FROZEN[name]


def test_other_numbers_have_another_checksum():
    """Negative control."""
    assert checksum("esbjerg-2018", seed=2) != checksum("esbjerg-2018")
