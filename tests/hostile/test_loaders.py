"""Any bytes, text, table or document: a valid object or one clean line, within a second."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsim.errors import JobsimError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario
from tests.hostile.properties import LONGEST_SECONDS, READERS, TARGETS, one_clean_line, play

_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.text()
)
_NAMES = st.sampled_from(["groups", "horizon", "name", "observed", "run", "scenario"]) | st.text()
DOCUMENTS = st.dictionaries(
    _NAMES,
    st.recursive(
        _LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
    ),
    max_size=4,
)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=30)
@given(seed=st.integers(0, 2**32))
def test_a_bent_input_loads_or_gives_one_clean_line(name, tmp_path_factory, seed):
    play(name, Random(seed), tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("load", READERS.values(), ids=READERS)
@given(data=st.binary(max_size=2000) | st.text(max_size=500).map(lambda text: text.encode("utf-8")))
def test_any_bytes_give_one_clean_line(load, tmp_path_factory, data):
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(data)
    one_clean_line(lambda: load(file))


@pytest.mark.parametrize("kind", [Scenario, Prices])
@given(data=DOCUMENTS)
def test_any_document_gives_one_clean_line(kind, data):
    assert one_clean_line(lambda: kind.from_dict(data)) is not None


@given(name=st.text(max_size=300))
def test_any_name_gives_one_clean_line(name):
    line = one_clean_line(lambda: Scenario.load(name))
    assert line is not None or name in ("", ".")


def test_the_property_sees_what_it_is_about():
    """Negative controls: a traceback, too much time, an escape code."""

    def hangs() -> None:
        began = time.process_time()
        while time.process_time() < began + 1.01 * LONGEST_SECONDS:
            pass

    class RawError(JobsimError):
        def __str__(self) -> str:
            return "\x1b[2J"

    def raw() -> None:
        raise RawError

    with pytest.raises(ZeroDivisionError):
        one_clean_line(lambda: 1 / 0)
    with pytest.raises(AssertionError, match="took"):
        one_clean_line(hangs)
    with pytest.raises(AssertionError, match="control characters"):
        one_clean_line(raw)


def test_most_bent_inputs_get_far_enough_to_say_something(tmp_path):
    """The generators neither break everything nor nothing."""
    for name in TARGETS:
        lines = [play(name, Random(seed), tmp_path) for seed in range(40)]
        assert (None in lines) == (name != "file of another form"), name
        assert len({line for line in lines if line}) > 3, name
