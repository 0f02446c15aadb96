"""What rows of a study must be, whoever wrote them; imports what blocks and failures are."""

from __future__ import annotations

import json
from typing import TypeGuard

from jobsim.analysis.playing.memory import Block, Failure
from jobsim.errors import StudyError
from jobsim.scenario.oddities import refuse_oddities

_MOST_REPLICATIONS = 2**32
_HASH_BYTES = 32
_MOST_CHARACTERS = 2**16
_MEND = "verify with mend, then resume"
CELL_IS_SOUND = (
    f"typeof(cell) = 'blob' AND length(cell) = {_HASH_BYTES} AND typeof(key) = 'blob' AND "
    f"length(key) = {_HASH_BYTES} AND typeof(first) = 'integer' AND typeof(stop) = 'integer' AND "
    f"0 <= first AND first < stop AND stop <= {_MOST_REPLICATIONS} AND typeof(seconds) = 'real' "
    "AND 0 <= seconds AND seconds < 9e999"
)
"""Condition that holds for a row of a cell that was played."""


def sound_block(key: object, first: object, stop: object) -> Block:
    """Address of a block.

    Raises
    ------
    StudyError
        If its key is no SHA-256, or its replications are none or beyond 2**32.
    """
    if (
        _is_hash(key)
        and isinstance(first, int)
        and isinstance(stop, int)
        and 0 <= first < stop <= _MOST_REPLICATIONS
    ):
        return Block(key, first, stop)
    raise StudyError(f"a row is no block of volumes; {_MEND}")


def sound_failure(cell: object, parameters: object, error: object, replay: object) -> Failure:
    """Failure of a cell.

    Raises
    ------
    StudyError
        If it is none, or longer than any.
    """
    texts = [text for text in (parameters, error, replay) if isinstance(text, str)]
    if not _is_hash(cell) or len(texts) < 3:
        raise StudyError(f"a row is no failure; {_MEND}")
    if sum(map(len, texts)) > _MOST_CHARACTERS:
        raise StudyError(f"a failure of more than {_MOST_CHARACTERS:,} characters; {_MEND}")
    try:
        found = json.loads(texts[0])
        if not isinstance(found, dict):
            raise TypeError("no table")
        refuse_oddities(found)
    except (TypeError, ValueError, RecursionError) as wrong:
        raise StudyError(f"parameters of a failure are damaged ({wrong}); {_MEND}") from None
    return Failure(cell, found, texts[1], texts[2])


def _is_hash(value: object) -> TypeGuard[bytes]:
    return isinstance(value, bytes) and len(value) == _HASH_BYTES
