"""The stream codes are part of the results: changing one changes every published number."""

from __future__ import annotations

import pytest

from jobsim.draws import GROUP_DRAW, Stream, support_stream

FROZEN = {
    "ARRIVALS": 1,
    "ELAPSED": 2,
    "FRAILTY": 3,
    "RAMP_CAP": 4,
    "QUEUE_ORDER": 5,
    "JOB_THRESHOLD": 6,
    "OTHER_EXIT": 7,
    "FIRST_MEETING": 8,
    "NO_SHOW": 9,
    "RAMP_STEP": 10,
    "JOB_DURATION": 11,
    "OPENINGS": 12,
    "SMALL_JOB_AT_START": 13,
    "RETURN": 14,
    "LADDER_AT_ENTRY": 15,
    "RANDOM_ADMISSION": 16,
    "MEETING_EXIT": 17,
    "PILOT_DATA": 61,
    "PARAMETERS": 62,
    "POSTERIOR": 63,
}


def test_codes_are_frozen():
    assert {name: int(code) for name, code in Stream.__members__.items()} == FROZEN


def test_codes_are_unique():
    # An IntEnum turns a second name for a code into an alias, which iteration leaves out.
    assert len(list(Stream)) == len(Stream.__members__)
    assert len({*Stream, *map(support_stream, range(192))}) == len(FROZEN) + 192


def test_codes_18_to_60_are_reserved():
    taken = {*map(int, Stream), *map(support_stream, range(192))}
    assert taken.isdisjoint(range(18, 61))


@pytest.mark.parametrize(("key", "code"), [(0, 64), (1, 65), (191, 255)])
def test_supports_have_streams_64_to_255(key, code):
    assert support_stream(key) == code


def test_every_code_fits_the_byte_it_has_in_the_counter():
    assert all(0 < code < 256 for code in (*Stream, *map(support_stream, range(192))))


def test_group_draws_stand_outside_the_persons():
    assert GROUP_DRAW == 0xFFFFFFFF
