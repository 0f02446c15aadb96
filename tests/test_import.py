"""Importing jobsim is quiet, light and quick; its names are loaded on first use."""

from __future__ import annotations

import json

import pytest

import jobsim
from tests.processes import ended

HEAVY = ("numba", "simpy", "pandas", "xarray", "matplotlib", "scipy")
SECONDS = 1.0
"""Loose, for slow and busy machines; an idle one needs a few milliseconds."""

PROBE = """
import sys, time
before = time.perf_counter()
import jobsim
taken = time.perf_counter() - before
import json
print(json.dumps({"seconds": taken, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


def run(code):
    """Run Python code in a process of its own, with warnings as errors."""
    done = ended("-W", "error", "-c", code)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def probe():
    return run(PROBE)


def loaded(probe):
    return {name.split(".")[0] for name in json.loads(probe.stderr)["modules"]}


def test_prints_nothing(probe):
    assert probe.stdout == ""
    assert len(probe.stderr.splitlines()) == 1  # the probe's own line


def test_is_quick(probe):
    assert json.loads(probe.stderr)["seconds"] < SECONDS


@pytest.mark.parametrize("name", HEAVY)
def test_loads_nothing_heavy(probe, name):
    assert name not in loaded(probe)


def test_heavy_modules_would_be_seen():
    seen = loaded(run(PROBE.replace("import jobsim\n", "import jobsim, scipy\n")))
    assert {"jobsim", "scipy"} <= seen


@pytest.mark.parametrize("name", jobsim.__all__)
def test_every_public_name_loads(name):
    assert getattr(jobsim, name) is not None
    assert name in dir(jobsim)


def test_public_names_are_few_and_in_order():
    assert 5 < len(jobsim.__all__) < 60
    assert len(set(jobsim.__all__)) == len(jobsim.__all__)


def test_what_completion_shows_is_public():
    shown = {name for name in dir(jobsim) if not name.startswith("__")}
    assert shown == {*jobsim.__all__, "plots"}


FIRST_STEPS = """
import sys, jobsim as js
for name in js.preset_names():
    js.Scenario.load(name)
js.Study("nowhere")
print("scipy.stats" in sys.modules, js.plots.plot_sweep.__name__)
"""


def test_pictures_need_no_import_and_reading_a_preset_no_statistics():
    assert run(FIRST_STEPS).stdout == "False plot_sweep\n"


def test_a_public_name_is_documented():
    bare = [name for name in jobsim.__all__ if not getattr(jobsim, name).__doc__]
    assert bare == []


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'compere'"):
        _ = jobsim.compere


def test_the_version_is_that_of_the_package():
    from importlib.metadata import version

    assert jobsim.__version__ == version("jobsim")
