"""Volumes of every preset are frozen, each by itself.

None moves unless the preset's own numbers were changed, which the file tells, or the model was,
which takes a new model version.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import jobsim as js
from jobsim.analysis.playing.volume_store import played_text
from jobsim.engines.elements import VOLUMES
from jobsim.engines.volumes import MODEL_VERSION
from tests.processes import ended

FILE = Path(__file__).with_name("frozen_volumes.json")
"""Model version, and for every preset a checksum of its own numbers and of each of its volumes.

A new volume adds its checksums and moves no other's. Where a preset's own numbers are changed on
purpose, write the file anew and say so in the changelog; where the same numbers are to give other
volumes, raise MODEL_VERSION as well: `python -m tests.engines.test_model_version`.
"""

EVERYTHING = ("esbjerg-2018", "kolding-2018")
"""Presets that have all that any has: programmes and supports, small jobs and several groups."""


@pytest.fixture(scope="module")
def frozen() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def played(name: str, seed: int = 1, engine: str = "numpy") -> xr.Dataset:
    """Two replications of a preset."""
    scenario = js.Scenario.load(name)
    return js.simulate(scenario, replications=2, seed=seed, engine=engine, progress=False)


def checksums(volumes: xr.Dataset) -> dict[str, str]:
    """SHA-256 of each volume's numbers, shape and dimensions, cut to 16 digits."""
    return {str(name): checksum(array) for name, array in volumes.data_vars.items()}


def checksum(array: xr.DataArray) -> str:
    """One volume's checksum."""
    numbers = np.ascontiguousarray(array.values, dtype="<i8").tobytes()
    return digest(repr((array.dims, array.shape)).encode() + numbers)


def own_numbers(scenario: js.Scenario) -> str:
    """Checksum of what is played of a scenario: its numbers, not its texts and sources."""
    return digest(played_text(scenario).encode())


def digest(content: bytes) -> str:
    """SHA-256, cut to 16 digits."""
    return hashlib.sha256(content).hexdigest()[:16]


def frozen_now() -> dict[str, Any]:
    """What the file holds if it is written now."""
    presets = {
        name: {"numbers": own_numbers(js.Scenario.load(name)), "volumes": checksums(played(name))}
        for name in js.preset_names()
    }
    return {"model_version": MODEL_VERSION, "presets": presets}


def test_every_volume_of_every_preset_is_frozen_for_this_version(frozen):
    assert frozen["model_version"] == MODEL_VERSION
    assert {name: set(kept["volumes"]) for name, kept in frozen["presets"].items()} == {
        name: set(VOLUMES) for name in js.preset_names()
    }


@pytest.mark.parametrize("name", js.preset_names())
def test_volumes_stay_unless_the_presets_numbers_or_the_version_change(name, frozen):
    """A volume that is new has no checksum yet: the test above asks for it."""
    kept = frozen["presets"][name]
    moved = "the preset's own numbers moved: on purpose? then freeze anew, and tell the changelog"
    assert own_numbers(js.Scenario.load(name)) == kept["numbers"], moved
    found = checksums(played(name))
    same = {volume: found.get(volume) for volume in kept["volumes"]}
    assert same == kept["volumes"], "the same numbers give other volumes: raise MODEL_VERSION"


def beyond_the_plainest() -> list[str]:
    """What numpy uses of this processor that not every one has."""
    return np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])


def on_another_processor(engine: str, folder: Path) -> dict[str, Any]:
    """Checksums of presets, played in a new process as if the processor were the plainest.

    numpy and the C library leave out what they found, and numba compiles for no processor in
    particular; its code is kept apart.
    """
    surroundings = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(beyond_the_plainest()),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F",
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CACHE_DIR": str(folder),
    }
    done = ended("-m", __name__, engine, *EVERYTHING, surroundings=surroundings)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.pop("found") == []
    return told


@pytest.mark.parametrize("engine", ["numpy", pytest.param("numba", marks=pytest.mark.slow)])
def test_volumes_do_not_depend_on_the_processor(engine, frozen, tmp_path):
    """The compiled engine, which is compiled anew, is slow: `.ci/run` asks for it once."""
    kept = {name: frozen["presets"][name]["volumes"] for name in EVERYTHING}
    assert on_another_processor(engine, tmp_path) == kept


def test_a_number_of_a_preset_is_told_from_its_texts():
    """Negative control: what is played counts, what is said of it does not."""
    preset = js.Scenario.load("kolding-2018")
    assert own_numbers(preset.with_({"title": "Another"})) == own_numbers(preset)
    turned = preset.with_({"groups.integration.job_finding_hazard_per_week.scale": 1.01})
    assert own_numbers(turned) != own_numbers(preset)


def test_other_numbers_have_another_checksum():
    """Negative control: another seed moves what chance decides, and nothing that never happens."""
    volumes = played("esbjerg-2018")
    before, after = checksums(volumes), checksums(played("esbjerg-2018", seed=2))
    moved = {name for name in before if before[name] != after[name]}
    assert moved >= {"placements", "benefit_weeks", "meetings", "returns", "recipients"}
    assert not moved & {str(name) for name, array in volumes.data_vars.items() if not array.any()}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        shown = {name: checksums(played(name, engine=sys.argv[1])) for name in sys.argv[2:]}
        sys.stdout.write(json.dumps({"found": beyond_the_plainest(), **shown}))
    else:
        FILE.write_text(f"{json.dumps(frozen_now(), indent=1)}\n", encoding="utf-8")
