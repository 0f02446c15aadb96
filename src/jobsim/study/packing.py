"""Volumes as bytes and back; may import what a block is.

A block is written as numpy's own array format (NPY, without pickle) and compressed by zlib: an
array of unsigned integers, as small as they fit, of shape [columns, replications]. Columns are
those of `engines.flat`, one after another, so that equal neighbours compress well.
"""

from __future__ import annotations

import hashlib
import io
import zlib

import numpy as np
import numpy.typing as npt

from jobsim.analysis.playing.memory import Block
from jobsim.errors import StudyError

__all__ = ["checksum", "packed", "unpacked"]

Ints = npt.NDArray[np.int64]

_LEVEL = 1
"""Of zlib: level 6 takes ten times as long to save a tenth of the room."""
_SIZES = (np.uint8, np.uint16, np.uint32, np.int64)
_HEADER = 4096
"""More bytes than the header of an array takes."""


def packed(rows: Ints) -> bytes:
    """Bytes of int64[replications, columns]."""
    least, most = (int(rows.min()), int(rows.max())) if rows.size else (0, 0)
    fits = next(
        kind for kind in _SIZES if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max
    )
    file = io.BytesIO()
    columns = np.ascontiguousarray(rows.T.astype(fits))
    np.lib.format.write_array(file, columns, version=(1, 0), allow_pickle=False)
    return zlib.compress(file.getvalue(), _LEVEL)


def unpacked(data: bytes, replications: int, columns: int | None = None) -> Ints:
    """Undo `packed`.

    Raises
    ------
    StudyError
        If the bytes are anything else, or of another shape; no more memory is used than the shape
        asked for needs.
    """
    try:
        array = _read(data, replications, columns)
    except (ValueError, zlib.error, MemoryError, SyntaxError, TypeError) as error:
        raise StudyError(f"not volumes ({error})") from None
    expected = (columns if columns is not None else array.shape[0], replications)
    if array.dtype.kind not in "iu" or array.shape != expected:
        raise StudyError(f"not volumes of shape {expected}, but {array.dtype} of {array.shape}")
    return np.ascontiguousarray(array.T, dtype=np.int64)


def _read(data: bytes, replications: int, columns: int | None) -> npt.NDArray[np.integer]:
    most = 2**31 if columns is None else columns * replications * 8 + _HEADER
    reader = zlib.decompressobj()
    file = io.BytesIO(reader.decompress(data, most))
    if not reader.eof:
        raise ValueError("longer than expected, or cut short")
    array: npt.NDArray[np.integer] = np.lib.format.read_array(file, allow_pickle=False)
    if array.ndim != 2:
        raise ValueError(f"{array.ndim} dimensions")
    return array


def checksum(block: Block, data: bytes) -> bytes:
    """SHA-256 of the bytes of a block and of what they are the volumes of."""
    address = block.key + f"{block.first}:{block.stop}".encode()
    return hashlib.sha256(address + data).digest()
