"""Which engine "auto" takes, and what happens where numba, or a folder for its code, is missing."""

from __future__ import annotations

import hashlib
import logging
import sys
from pathlib import Path

import numpy as np
import pytest

import jobsim as js
from jobsim.engines import choice
from jobsim.engines.compiled import engine as numba_engine
from jobsim.engines.compiled import kernel as numba_kernel
from jobsim.engines.lowering import tables_of
from jobsim.engines.vector import engine as numpy_engine
from tests.factory import small_town
from tests.processes import ended
from tests.test_architecture import FILES, imported

LITTLE, MORE, MUCH = 1e6, 1e8, 1e9


def python(code, **surroundings):
    """Run Python code in a process of its own, with warnings as errors; what it prints."""
    done = ended("-W", "error", "-c", code, surroundings=surroundings)
    assert done.returncode == 0, done.stderr
    return done.stdout


def digest(volumes):
    """Checksum of all volumes."""
    whole = b"".join(volumes[name].tobytes() for name in sorted(volumes))
    return hashlib.sha256(whole).hexdigest()


@pytest.fixture
def fresh(monkeypatch):
    """As in a new process: nothing compiled, nothing kept."""
    monkeypatch.setattr(numba_engine, "is_loaded", lambda: False)
    monkeypatch.setattr(numba_engine, "is_kept", lambda: False)
    choice._compiled_engine.cache_clear()
    yield monkeypatch
    choice._compiled_engine.cache_clear()


@pytest.mark.parametrize(("work", "engine"), [(LITTLE, "numpy"), (MORE, "numpy"), (MUCH, "numba")])
def test_nothing_compiled(fresh, work, engine):
    assert choice.chosen_engine("auto", work) == engine


@pytest.mark.parametrize(("work", "engine"), [(LITTLE, "numpy"), (MORE, "numba"), (MUCH, "numba")])
def test_code_kept_on_disk(fresh, work, engine):
    fresh.setattr(numba_engine, "is_kept", lambda: True)
    assert choice.chosen_engine("auto", work) == engine


@pytest.mark.parametrize("work", [LITTLE, MORE, MUCH])
def test_compiled_in_this_process(fresh, work):
    fresh.setattr(numba_engine, "is_loaded", lambda: True)
    assert choice.chosen_engine("auto", work) == "numba"


@pytest.mark.parametrize("name", choice.ENGINES)
def test_a_name_is_taken_at_its_word(name):
    assert choice.chosen_engine(name, MUCH) == name


class TestWithoutNumba:
    @pytest.fixture
    def missing(self, fresh):
        for name in [n for n in sys.modules if n.startswith("jobsim.engines.compiled.")]:
            fresh.delitem(sys.modules, name)
        fresh.delitem(sys.modules, "jobsim.draws.compiled")
        fresh.setitem(sys.modules, "numba", None)

    def test_numpy_serves_and_says_so_once(self, missing, caplog):
        with caplog.at_level(logging.WARNING, logger="jobsim"):
            assert [choice.chosen_engine("auto", MUCH) for _ in range(3)] == ["numpy"] * 3
        assert len(caplog.messages) == 1
        assert caplog.messages[0].startswith("numba cannot be imported, so the slower numpy")

    def test_asking_for_it_is_refused(self, missing):
        with pytest.raises(
            js.JobsimError, match=r'engine: "numba" cannot be loaded .*use "numpy"$'
        ):
            js.simulate(small_town(), replications=1, engine="numba")


class TestKeptCode:
    def test_without_a_folder_it_works_and_says_so(self, monkeypatch, caplog):
        """As where neither the package nor the user's cache can be written to."""
        monkeypatch.setattr("numba.core.caching.CacheImpl._locator_classes", [])
        made = []
        kernel = numba_kernel.kernel
        monkeypatch.setattr(numba_engine, "kernel", lambda **how: made.append(how) or kernel(**how))
        numba_engine._compiled.cache_clear()
        with caplog.at_level(logging.WARNING, logger="jobsim"):
            numba_engine._compiled()
            numba_engine._compiled()
        assert made == [{}, {"cache": False}]
        assert len(caplog.messages) == 1
        assert "finds no folder to keep its code in" in caplog.messages[0]
        assert not numba_engine.is_kept()
        numba_engine._compiled.cache_clear()

    def test_code_of_another_version_is_not_used(self, monkeypatch, tmp_path):
        """The version is part of what numba looks kept code up by."""
        keys = []
        for version in (1, 1, 2):
            monkeypatch.setattr(numba_kernel, "_version", lambda version=version: version)
            cache = numba_kernel.kernel()._cache
            keys.append(cache._index_key((), numba_kernel.kernel().targetctx.codegen()))
        assert keys[0] == keys[1] != keys[2]

    def test_a_new_process_loads_what_was_kept(self):
        """It compiles nothing and returns the integers of the vectorised engine."""
        tables, numbers = tables_of(small_town()), np.arange(3)
        numba_engine.play(tables, 1, numbers)
        assert numba_engine.is_kept()
        code = (
            "import numpy as np\n"
            "from jobsim.engines.compiled import engine\n"
            "from jobsim.engines.lowering import tables_of\n"
            "from tests.compiled.test_choice import digest\n"
            "from tests.factory import small_town\n"
            "print(digest(engine.play(tables_of(small_town()), 1, np.arange(3))))\n"
            "stats = engine._compiled().stats\n"
            "print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))\n"
        )
        found, hits, misses = python(code).split()
        assert found == digest(numpy_engine.play(tables, 1, numbers))
        assert (int(hits), int(misses)) == (1, 0)

    def test_the_version_covers_every_file_that_compiled_code_comes_from(self):
        """What a scenario says reaches compiled code as an argument, so its files need not be."""
        arguments = ("jobsim.scenario", "jobsim.calendar", "jobsim.errors")
        known = [name for name in FILES if name.startswith("jobsim.engines.compiled")]
        for name in known:  # grows as imports are followed
            others = [other for other in imported(FILES[name]) if other in FILES]
            known += [one for one in others if one not in known and not one.startswith(arguments)]
        files = {sys.modules[name].__file__ for name in known}
        assert {"tools.py", "philox.py", "tables.py", "vocabulary.py"} <= {
            Path(str(file)).name for file in files
        }
        assert files <= {str(file) for file in numba_kernel.files_read()}

    @pytest.mark.slow  # as test_a_new_process_loads_what_was_kept, from an empty folder
    def test_cold_and_warm(self, tmp_path):
        """A process that compiles and one that loads return the same; the second is quicker."""
        code = (
            "import hashlib, time, jobsim as js\n"
            "start = time.perf_counter()\n"
            "town = js.Scenario.load('kolding-2018')\n"
            "run = js.simulate(town, replications=3, engine='numba', progress=False)\n"
            "whole = b''.join(run[name].values.tobytes() for name in sorted(run.data_vars))\n"
            "print(hashlib.sha256(whole).hexdigest(), time.perf_counter() - start)\n"
        )
        cold, warm = (python(code, NUMBA_CACHE_DIR=str(tmp_path)).split() for _ in range(2))
        assert cold[0] == warm[0]
        assert float(warm[1]) < float(cold[1]) / 2
        assert list(tmp_path.rglob("kernel.*"))
