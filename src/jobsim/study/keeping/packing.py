"""Volumes as bytes and back; may import what a block is.

A block is written as numpy's own array format (NPY, without pickle) and compressed by zlib: an
array of unsigned integers, as small as they fit, of shape [columns, replications]. Columns are
those of `engines.flat`, one after another, so that equal neighbours compress well. What is read
must have exactly this form: nothing in it is evaluated, and no more room is taken than it needs.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib

import numpy as np
import numpy.typing as npt

from jobsim.analysis.playing.memory import Block
from jobsim.errors import SizeError, StudyError
from jobsim.study.keeping.guards import MOST_BYTES

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
