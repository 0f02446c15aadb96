"""Bytes, text and TOML of a regular file of bounded size; may import errors.

Nothing is ever unpacked, so that no file grows by being read.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobsim.errors import InputError

MOST_BYTES = 2**20
"""Largest CSV file of months that is read; TOML, which takes longer for each byte, half of it."""
MOST_TOML_BYTES = MOST_BYTES // 2
_FORMATS = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook (.xlsx)",
    b"\x1f\x8b": "packed by gzip",
    b"BZh91AY&SY": "packed by bzip2",
    b"\xfd7zXZ\x00": "packed by xz",
    b"(\xb5/\xfd": "packed by zstd",
    b"\x89HDF\r\n\x1a\n": "a NetCDF or HDF5 file",
    b"CDF\x01": "a NetCDF file",
    b"CDF\x02": "a NetCDF file",
    b"CDF\x05": "a NetCDF file",
    b"PAR1\x15": "a Parquet file",
    b"ARROW1\x00": "an Arrow file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"%PDF": "a PDF file",
    b"SQLite format 3\x00": "a SQLite database",
}
"""What files begin with that are no text."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NAMES = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
"""Encodings that are read, as they are told."""


def read_bytes(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Bytes of a regular file of at most so many; every failure is one line that begins with path.

    A device, pipe, socket or folder is refused without waiting for what it would give.

    Raises
    ------
    InputError
        If there is no such file, it is none or larger, or it cannot be read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path}: cannot be read (it is no regular file)")
        with open(path, "rb", opener=_open_at_once) as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except InputError:
        raise
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise InputError(f"{path}: cannot be read ({why})") from error
    if len(data) > most:
        raise InputError(f"{path}: is larger than {most // 1024:,} KiB, the most that is read")
    return data


def _open_at_once(path: str, flags: int) -> int:
    """Open a file that may have become a pipe in the meantime, which would wait for a writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def text_of(data: bytes, name: object, *, wanted: str, encodings: Sequence[str]) -> tuple[str, str]:
    """Text in the first of these encodings that fits, and that encoding.

    Parameters
    ----------
    data : bytes
    name : object, what the line of an error begins with
    wanted : str, what to do where it is none of these
    encodings : sequence of str, keys of `NAMES`; "utf-16" is tried where a mark says so

    Raises
    ------
    InputError
        If it is no text, or in another encoding.
    """
    for mark, kind in _FORMATS.items():
        if data.startswith(mark):
            raise InputError(f"{name}: is {kind}, not text; {wanted}")
    where = ""
    for encoding in encodings:
        if encoding == "utf-16" and not data.startswith(_UTF_16):
            continue
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            where = where or f" (byte {error.start})"
    raise InputError(f"{name}: not {NAMES[encodings[0]]} text{where}; {wanted}")


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; every failure is one line that begins with the path."""
    return parse_toml(read_bytes(path, most=MOST_TOML_BYTES), path)


_AS_UTF_8 = 'save the file as UTF-8, as "jobsim show NAME -o FILE" does and ">" need not'
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_DEEP_KEY = re.compile(rf"""(?<![\w"'-])(?:{_PART}\.[ \t]*+){{12}}""")
"""A dotted key of more than twelve parts: their cost grows with the square of the number."""
_TABLE = re.compile(r"(?m)^[ \t]*+\[")
_MOST_TABLES = 5000
_DECIMAL_COMMA = re.compile(r"^[^#\n=]*=\s*(-?\d+,\d+)\s*(?:#.*)?$", re.MULTILINE)


def parse_toml(data: bytes, name: object) -> dict[str, Any]:
    """Parse TOML, at most `MOST_TOML_BYTES` of it; every failure is one line that begins with name.

    Raises
    ------
    InputError
        If it is not UTF-8 or not TOML, or nested or divided beyond what any file needs.
    """
    text, _ = text_of(data, name, wanted=_AS_UTF_8, encodings=["utf-8-sig"])
    if _DEEP_KEY.search(text):
        raise InputError(f"{name}: a name of more than twelve parts with dots between")
    if sum(1 for _ in _TABLE.finditer(text)) > _MOST_TABLES:
        raise InputError(f"{name}: more than {_MOST_TABLES:,} tables")
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except ValueError as error:  # also of a number with too many digits
        comma = _DECIMAL_COMMA.search(text)
        hint = (
            f"; {comma[1]}: write a point in a number, {comma[1].replace(',', '.')}"
            if comma
            else ""
        )
        raise InputError(f"{name}: not TOML: {error}{hint}") from error
    except RecursionError:
        raise InputError(f"{name}: not TOML: nested too deeply") from None
