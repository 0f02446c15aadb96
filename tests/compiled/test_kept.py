"""Code that is compiled once and kept: a suite begins here, and what runs beside it loads it."""

from __future__ import annotations

import pickle

import numba
import numpy as np
import pytest

from jobsim.draws.compiled import STRICT
from jobsim.engines.compiled import engine as numba_engine
from jobsim.engines.compiled.kept import keep
from jobsim.engines.lowering import tables_of
from jobsim.engines.volumes import EventLog
from tests.factory import small_town


def test_both_kinds_of_code_are_kept():
    """With and without notes of what happens: all that any other test can need."""
    tables, one = tables_of(small_town()), np.arange(1)
    for log in (None, EventLog()):
        numba_engine.play(tables, 1, one, log)
    stats = numba_engine._compiled().stats
    assert {*stats.cache_hits, *stats.cache_misses} == set(numba_engine._compiled().signatures)
    assert len(numba_engine._compiled().signatures) == 2
    assert numba_engine.is_kept()


def plus_one(number):
    return number + 1


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where code is kept; that of a function that is quick to compile is there."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    assert hits_and_misses() == (0, 1)
    assert hits_and_misses() == (1, 0)
    (place,) = tmp_path.iterdir()
    return place


def hits_and_misses(version=1):
    """Play as a new process would: how often kept code was used, and how often compiled."""
    compiled = keep(numba.njit(**STRICT)(plus_one), version)
    assert compiled(41) == 42
    return tuple(
        sum(one.values()) for one in (compiled.stats.cache_hits, compiled.stats.cache_misses)
    )


def test_the_version_decides_and_not_when_a_file_was_written(folder, monkeypatch):
    """A program that is installed again has new files of the same content."""
    stamp = "numba.core.caching._SourceFileBackedLocatorMixin.get_source_stamp"
    monkeypatch.setattr(stamp, lambda _: (0.0, 0))
    assert hits_and_misses() == (1, 0)
    assert hits_and_misses(version=2) == (0, 1)
    assert hits_and_misses(version=2) == (1, 0)
    assert len(list(folder.iterdir())) == 2  # the new code took the place of the old


def cut_short(data):
    return data[: len(data) // 2]


def emptied(data):
    return b""


def garbled(data):
    return bytes(range(1, 256)) * 8


def other_words(data):
    return pickle.dumps(numba.__version__) + pickle.dumps(["rubbish"])


def one_bit(data):
    """Flip a bit in the middle, which in a file of code lies within machine code."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 8]) + data[middle + 1 :]


@pytest.mark.parametrize("harm", [cut_short, emptied, garbled, other_words, one_bit])
@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
def test_damaged_code_is_compiled_anew_and_its_file_named(folder, caplog, ending, harm):
    (file,) = folder.glob(f"*{ending}")
    file.write_bytes(harm(file.read_bytes()))
    assert hits_and_misses() == (0, 1)
    named = [str(file) in line for line in caplog.messages]
    may_be_unknown = harm is one_bit and ending == ".nbi"  # a name under which nothing is kept
    assert named == [True] or (may_be_unknown and not named)
    assert hits_and_misses() == (1, 0)


def test_code_of_something_else_is_not_used(folder, caplog):
    kept = keep(numba.njit(**STRICT)(plus_one), 1)
    assert kept(0.5) == 1.5
    whole, real = sorted(folder.glob("*.nbc"))
    whole.write_bytes(real.read_bytes())
    assert hits_and_misses() == (0, 1)
    assert "it is other code" in caplog.text


@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
def test_a_file_that_can_be_neither_read_nor_replaced_stops_nothing(folder, caplog, ending):
    (file,) = folder.glob(f"*{ending}")
    file.unlink()
    file.mkdir()
    assert hits_and_misses() == (0, 1)
    assert str(folder) in caplog.text
    assert [one.count("\n") for one in caplog.messages] == [0] * len(caplog.messages)


def test_a_full_disk_stops_nothing(folder, caplog, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    for file in folder.iterdir():
        file.unlink()
    monkeypatch.setattr("os.replace", full)
    assert hits_and_misses() == (0, 1)
    assert caplog.messages == [
        f"{folder}: compiled code cannot be kept here (No space left on device)"
    ]
