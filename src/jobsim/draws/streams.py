"""One stream per random decision, with codes that never change; imports nothing of jobsim."""

from __future__ import annotations

from enum import IntEnum

GROUP_DRAW = 0xFFFFFFFF
"""The place `k` of a person in the key, for draws that belong to a group and week instead."""

FIRST_SUPPORT_STREAM = 64


class Stream(IntEnum):
    """The random decisions of the model, and of the questions asked of it.

    17 to 60 are reserved; 64 + key is need of a support.
    """

    ARRIVALS = 1
    ELAPSED = 2
    FRAILTY = 3
    RAMP_CAP = 4
    QUEUE_ORDER = 5
    JOB_THRESHOLD = 6
    OTHER_EXIT = 7
    FIRST_MEETING = 8
    NO_SHOW = 9
    RAMP_STEP = 10
    JOB_DURATION = 11
    OPENINGS = 12
    SMALL_JOB_AT_START = 13
    RETURN = 14
    LADDER_AT_ENTRY = 15
    RANDOM_ADMISSION = 16
    PILOT_DATA = 61
    PARAMETERS = 62
    POSTERIOR = 63


def support_stream(key: int) -> int:
    """Stream of the need for the support with this key (0 to 191)."""
    return FIRST_SUPPORT_STREAM + key
