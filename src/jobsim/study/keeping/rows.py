"""What rows of a study must be, whoever wrote them; imports what blocks and failures are.

Volumes as bytes and back.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zlib
from typing import TypeGuard

import numpy as np
import numpy.typing as npt

from jobsim.analysis.playing.volume_store import Block, Failure
from jobsim.errors import SizeError, StudyError
from jobsim.scenario.document import refuse_beyond_limits
from jobsim.study.keeping.database import MOST_BYTES

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
        refuse_beyond_limits(found)
    except (TypeError, ValueError, RecursionError) as wrong:
        raise StudyError(f"parameters of a failure are damaged ({wrong}); {_MEND}") from None
    return Failure(cell, found, texts[1], texts[2])


def _is_hash(value: object) -> TypeGuard[bytes]:
    return isinstance(value, bytes) and len(value) == _HASH_BYTES


Ints = npt.NDArray[np.int64]

_LEVEL = 1
"""Of zlib: level 6 takes ten times as long to save a tenth of the room."""
_SIZES = (np.uint8, np.uint16, np.uint32, np.int64)
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(\|u1|[<>]u2|[<>]u4|[<>]i8)', 'fortran_order': False, "
    rb"'shape': \((\d{1,10}), (\d{1,10})\), \} *\n",
    re.DOTALL,
)
_HEADER_BYTES = 1024
"""More than the header of an array takes."""
_MOST_NUMBERS = 2**23
"""Numbers of one block: 64 MiB when it is read."""


def packed(rows: Ints) -> bytes:
    """Bytes of int64[replications, columns].

    Raises
    ------
    SizeError
        If they are too many to be read again by anybody.
    """
    least, most = (int(rows.min()), int(rows.max())) if rows.size else (0, 0)
    fits = next(
        kind for kind in _SIZES if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max
    )
    file = io.BytesIO()
    columns = np.ascontiguousarray(rows.T.astype(fits))
    np.lib.format.write_array(file, columns, version=(1, 0), allow_pickle=False)
    data = zlib.compress(file.getvalue(), _LEVEL)
    if rows.size > _MOST_NUMBERS or len(data) > MOST_BYTES:
        raise SizeError(
            f"a block of {rows.shape[0]:,} replications with {rows.shape[1]:,} numbers each is "
            f"too large to be kept; {_MOST_NUMBERS:,} numbers are allowed: ask for smaller blocks"
        )
    return data


def unpacked(data: bytes, replications: int, columns: int | None = None) -> Ints:
    """Undo `packed`.

    Raises
    ------
    StudyError
        If the bytes are anything else, or of another shape; no more memory is used than the shape
        asked for needs.
    """
    try:
        kind, shape, body = _parts(data, replications, columns)
    except (ValueError, zlib.error) as error:
        raise StudyError(f"not volumes ({error})") from None
    array = np.frombuffer(body, kind).reshape(shape)
    return np.ascontiguousarray(array.T, dtype=np.int64)


def _parts(
    data: bytes, replications: int, columns: int | None
) -> tuple[np.dtype[np.integer], tuple[int, int], bytes]:
    """Type, shape and bytes of an array, of which no more is read than it may have."""
    reader = zlib.decompressobj()
    header = _HEADER.match(beginning := reader.decompress(data, _HEADER_BYTES))
    if header is None:
        raise ValueError("no array of whole numbers")
    kind = np.dtype(header[1].decode())
    shape = (int(header[2]), int(header[3]))
    numbers = shape[0] * shape[1]
    expected = (shape[0] if columns is None else columns, replications)
    if shape != expected or numbers > _MOST_NUMBERS:
        raise ValueError(f"of shape {shape}, expected {expected}")
    body = beginning[header.end() :]
    left = numbers * kind.itemsize - len(body)
    body += reader.decompress(reader.unconsumed_tail, left + 1) if left >= 0 else b""
    if len(body) != numbers * kind.itemsize or not reader.eof:
        raise ValueError("longer than expected, or cut short")
    return kind, shape, body


def checksum(block: Block, data: bytes) -> bytes:
    """SHA-256 of the bytes of a block and of what they are the volumes of."""
    address = block.key + f"{block.first}:{block.stop}".encode()
    return hashlib.sha256(address + data).digest()
