"""Stores of studies bent out of shape: their bytes, the files beside them, what they hold."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sqlite3
import struct
import zlib
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from jobsim.study.keeping.database import FILE
from jobsim.study.keeping.strangers import checksum, refuse_strange
from tests.hostile.generators import NUMBERS, TEXTS, bent_bytes, bent_data, bent_text

__all__ = [
    "BENDS",
    "JOURNAL_ENDS",
    "bomb",
    "change",
    "endless_tree",
    "journal_naming",
    "put_block",
    "seal",
]

JOURNAL_ENDS = bytes.fromhex("d9d505f920a163d7")
_MOST_LOOKS = 50
TABLES = {
    "cells": ("cell", "key", "first", "stop", "seconds", "checksum"),
    "documents": ("digest", "data"),
    "failures": ("cell", "first", "stop", "parameters", "error", "replay", "checksum"),
    "plan": ("text", "checksum"),
    "volumes": ("key", "first", "stop", "data", "checksum"),
}
RANGES = (
    *((0, 2**62), (0, 2**32), (0, 2**32 + 1), (-5, 3), (3, 0), (2, 2), (0, 1), (0, 3), (1, 10**6)),
    *((-(2**63), 2**63 - 1), (2**63 - 2, 2**63 - 1), (0, 50), ("a", "b"), (None, None), (0.5, 2.5)),
)
SCHEMAS = (
    "CREATE TABLE more (a)",
    "CREATE VIEW more AS WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c) "
    "SELECT x FROM c",
    "CREATE TRIGGER more AFTER INSERT ON cells BEGIN DELETE FROM volumes; END",
    "CREATE TRIGGER cells BEFORE DELETE ON failures BEGIN SELECT RAISE(ABORT, 'a\nb'); END",
    "CREATE INDEX more ON cells (abs(seconds))",
    "CREATE UNIQUE INDEX more ON volumes (key, first)",
    "ALTER TABLE cells ADD COLUMN more GENERATED ALWAYS AS (first + 1)",
    "ALTER TABLE cells RENAME COLUMN seconds TO minutes",
    "DROP TABLE failures",
    "CREATE VIRTUAL TABLE more USING fts5(a)",
    "ANALYZE",
    "PRAGMA application_id = 1",
    "PRAGMA user_version = 7",
    "PRAGMA user_version = -1",
    "PRAGMA journal_mode = DELETE",
    "VACUUM",
)


def change(folder: Path, statement: str, *values: object) -> None:
    """Change a store behind its back; what SQLite refuses is left."""
    with contextlib.closing(_opened(folder)) as writing:
        writing.execute("PRAGMA synchronous = OFF")
        with contextlib.suppress(sqlite3.Error, OverflowError, UnicodeError, ValueError):
            writing.execute(statement, values)


def seal(folder: Path) -> None:
    """Make checksums fit what was changed, as whoever changes a store on purpose does."""
    with contextlib.closing(_opened(folder)) as writing, contextlib.suppress(sqlite3.Error):
        writing.create_function("sealed", -1, checksum)
        for table in ("cells", "failures", "plan"):
            told = ", ".join(TABLES[table][:-1])
            writing.execute(f"UPDATE {table} SET checksum = sealed({told})")


def rows(folder: Path, query: str) -> list[Any]:
    """Rows of a store."""
    with contextlib.closing(_opened(folder)) as reading:
        return reading.execute(query).fetchmany(1000)


def _opened(folder: Path) -> sqlite3.Connection:
    """A connection that gives up in a file that is bent already so that reading it does not end."""
    refuse_strange(folder / FILE)
    opened = sqlite3.connect(folder / FILE, isolation_level=None)
    looks = count()
    opened.set_progress_handler(lambda: next(looks) > _MOST_LOOKS, 10**5)
    return opened


def put_block(folder: Path, key: bytes, first: object, stop: object, data: object) -> None:
    """Add a block whose checksum fits, so far as it can have one."""
    told = b"no checksum"
    with contextlib.suppress(TypeError, AttributeError):
        told = checksum(key, first, stop, data=data)  # type: ignore[arg-type]
    statement = "INSERT OR REPLACE INTO volumes VALUES (?, ?, ?, ?, ?)"
    change(folder, statement, key, first, stop, data, told)


@cache
def bomb(size: int, header: bytes = b"") -> bytes:
    """Zeros without end, compressed."""
    return zlib.compress(header + bytes(size), 9)


def npy(text: str, body: bytes = b"") -> bytes:
    """A compressed array whose header says what one likes."""
    told = text.encode() + b"\n"
    return zlib.compress(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(told)) + told + body, 1)


@cache
def hostile_blocks() -> tuple[bytes, ...]:
    """Bytes that are no volumes, or only nearly."""
    pickled, plain = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array(pickled, np.array([[object()]]), allow_pickle=True)
    np.lib.format.write_array(plain, np.zeros((134, 3), np.float64))
    told = "{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}"
    return (
        *(b"", b"x", zlib.compress(b""), zlib.compress(pickled.getvalue())),
        *(zlib.compress(plain.getvalue()), bomb(2**22), bomb(2**26)),
        npy(told.format("|u1", False, "(134, 3)"), bytes(134 * 3)),
        npy(told.format("|u1", True, "(134, 3)"), bytes(134 * 3)),
        npy(told.format("<i8", False, "(134, 3)"), b"\xff" * (8 * 134 * 3)),
        npy(told.format("<i8", False, "(134, 3)"), b"\xff\xff\xff\xff\xff\xff\xff\x7f" * (134 * 3)),
        npy(told.format("|u1", False, "(134, 99999999999)")),
        npy(told.format("|u1", False, "(4294967296, 4294967296)")),
        npy(told.format("|O", False, "(134, 3)"), b"cos\nsystem\n(S'touch /tmp/x'\ntR."),
        npy(told.format("|u1", False, "(" * 900)),
        npy("__import__('os').system('false')"),
    )


def endless_tree(folder: Path, table: str = "failures", depth: int = 8) -> None:
    """Pages of a table that point at each other, so that a few hold more rows than one can read."""
    path = folder / FILE
    change(folder, "PRAGMA journal_mode = DELETE")
    (root,) = rows(folder, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")[0]
    data = bytearray(path.read_bytes())
    size = struct.unpack(">H", data[16:18])[0]
    pages = len(data) // size
    leaf = bytes(data[(root - 1) * size : root * size])
    whole = len(data) // size + depth
    for level in range(depth):  # page of a level points at the next, the last at the leaf
        place = root if level == 0 else pages + level
        child = pages + level + 1
        page = _interior(leaf, child, size)
        data[(place - 1) * size : place * size] = page
    data[(pages + depth - 1) * size : (pages + depth) * size] = leaf
    data[28:32] = struct.pack(">I", whole)
    path.write_bytes(bytes(data[: whole * size]))


def _interior(leaf: bytes, child: int, size: int) -> bytes:
    """A page of pointers at one page, for the kind of tree that a leaf is of."""
    is_table = leaf[0] == 0x0D
    start = struct.unpack(">H", leaf[8:10])[0]
    tail = b"\x01" if is_table else leaf[start : start + 1 + leaf[start]]
    cell = struct.pack(">I", child) + tail
    count = (size - 12) // (len(cell) + 2)
    starts = [size - (i + 1) * len(cell) for i in range(count)]
    head = struct.pack(">BHHHBI", 0x05 if is_table else 0x02, 0, count, starts[-1], 0, child)
    page = bytearray(size)
    page[: len(head)] = head
    page[12 : 12 + 2 * count] = struct.pack(f">{count}H", *starts)
    for place in starts:
        page[place : place + len(cell)] = cell
    return bytes(page)


def journal_naming(folder: Path, victim: Path) -> None:
    """Lay a rollback journal beside a store, by which SQLite would delete another file."""
    data = (folder / FILE).read_bytes()
    size = struct.unpack(">H", data[16:18])[0]
    page, nonce = data[:size], 7
    told = sum(page[i] for i in range(size - 200, 0, -200)) + nonce
    head = JOURNAL_ENDS + struct.pack(">IIIII", 1, nonce, len(data) // size, 512, size)
    name = str(victim).encode()
    journal = head.ljust(512, b"\0") + struct.pack(">I", 1) + page + struct.pack(">I", told)
    journal += struct.pack(">I", 2**30 // size + 1) + name
    journal += struct.pack(">II", len(name), sum(name)) + JOURNAL_ENDS
    (folder / f"{FILE}-journal").write_bytes(journal)


def _bytes(random: Random, folder: Path, _: Path) -> None:
    path = folder / FILE
    refuse_strange(path)
    data = bytearray(path.read_bytes())
    size = 4096
    pages = max(1, len(data) // size)
    a, b = (random.randrange(pages) * size for _ in range(2))
    action = random.randrange(9)
    if action == 0:
        data = bytearray(bent_bytes(random, bytes(data)))
    elif action == 1:
        del data[random.randrange(len(data)) :]
    elif action == 2:
        data[a : a + size] = bytes(size)
    elif action == 3:
        data[a : a + size], data[b : b + size] = data[b : b + size], data[a : a + size]
    elif action == 4:
        data[a : a + size] = data[b : b + size]
    elif action == 5:
        data += random.randbytes(random.choice((1, size, 10 * size)))
    elif action == 6:  # a field of the header of the file or of a page
        place = random.choice((random.randrange(100), a + random.randrange(12)))
        data[place] = random.randrange(256)
    elif action == 7:  # a pointer of a page
        place = a + 8 + random.randrange(40)
        data[place : place + 4] = struct.pack(">I", random.choice((0, 1, 2, pages, 2**31)))
    else:
        for _ in range(random.choice((1, 10, 100))):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    path.write_bytes(bytes(data))


def _beside(random: Random, folder: Path, outside: Path) -> None:
    names = (f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal", FILE, "claims.sqlite", "player-1")
    place = folder / random.choice(names)
    place.unlink(missing_ok=True)
    kind = random.randrange(8)
    if kind == 0:
        place.symlink_to(outside)
    elif kind == 1:
        place.symlink_to(random.choice(("/dev/zero", "/dev/full", "/nowhere/x", str(place))))
    elif kind == 2:
        place.mkdir()
    elif kind == 3:
        os.mkfifo(place)
    elif kind == 4:
        place.write_bytes(random.randbytes(random.choice((0, 1, 32, 5000))))
    elif kind == 5:
        wal = struct.pack(">IIIIIIII", 0x377F0682, 3007000, 4096, 0, 1, 2, 3, 4)
        place.write_bytes(wal + random.randbytes(9000))
    elif kind == 6 and (folder / FILE).is_file():
        journal_naming(folder, outside)
    else:
        place.write_bytes(b"SQLite format 3\x00" + random.randbytes(200))


def _value(random: Random, folder: Path, _: Path) -> None:
    table = random.choice(list(TABLES))
    column = random.choice(TABLES[table])
    numbers = (2**63 - 1, -(2**63), 0, -1, 2.5, float("inf"), float("nan"), 10**12)
    value = random.choice((*numbers, *TEXTS, b"", b"x" * 32, b"\xff" * 100, bytes(10**6), None))
    some = random.choice(("", f" WHERE rowid IN (SELECT rowid FROM {table} LIMIT 1)"))
    change(folder, f"UPDATE OR IGNORE {table} SET {column} = ?{some}", value)
    if random.random() < 0.3:
        places = ", ".join("?" * len(TABLES[table]))
        row = [random.choice((*numbers, b"x" * 32, "text", None)) for _ in TABLES[table]]
        change(folder, f"INSERT OR REPLACE INTO {table} VALUES ({places})", *row)


def _volumes(random: Random, folder: Path, _: Path) -> None:
    keys = [key for (key,) in rows(folder, "SELECT DISTINCT key FROM volumes")] or [b"k" * 32]
    for _ in range(random.choice((1, 1, 3, 40))):
        key = random.choice((*keys * 3, b"x" * 32, b"short", "text", None))
        known = random.choice(rows(folder, "SELECT data FROM volumes") or [(b"",)])[0]
        data = random.choice((*hostile_blocks(), known, known, None, "text"))
        put_block(folder, key, *random.choice(RANGES), data)


def _plan(random: Random, folder: Path, _: Path) -> None:
    text = rows(folder, "SELECT text FROM plan")[0][0]
    if random.random() < 0.3:
        text = bent_text(random, text)
    else:
        data = bent_data(random, json.loads(text))
        for name in ("replications", "block", "seed"):
            if random.random() < 0.1 and name in data:
                data[name] = random.choice((*NUMBERS, "nan", "1e9", "-1", 10**12, 10**18, 2**32))
        with contextlib.suppress(ValueError, TypeError):
            text = json.dumps(data, default=str)
    change(folder, "UPDATE plan SET text = ?", text)


def _document(random: Random, folder: Path, _: Path) -> None:
    digest, data = random.choice(rows(folder, "SELECT digest, data FROM documents"))
    text = bent_text(random, zlib.decompress(data).decode())
    bent = random.choice((text.encode("utf-8", "replace"), bytes(2**20), b"[a]\n" * 10**5))
    if random.random() < 0.2:
        change(folder, "UPDATE documents SET data = ? WHERE digest = ?", bent, digest)
        return
    new = hashlib.sha256(bent).hexdigest()
    change(folder, "UPDATE documents SET digest = ?, data = ?", new, zlib.compress(bent))
    plan = "UPDATE plan SET text = replace(text, ?, ?)"
    change(folder, plan, digest, new)


def _failure(random: Random, folder: Path, _: Path) -> None:
    text = random.choice((*TEXTS, "\x1b[2J" * 10, "x" * 10**6, "[" * 10**5, '{"a": 1e999}'))
    replay = "__import__('pathlib').Path('/tmp/jobsim-executed').touch()\x1b]0;title\x07"
    cells = [cell for (cell,) in rows(folder, "SELECT cell FROM cells")] or [b"c" * 32]
    cell = random.choice((random.choice(cells), random.randbytes(32), b"", None, 3, "text"))
    parameters = random.choice((text, "{}", json.dumps({"a": text}), '{"draw": [[[1]]]}', None))
    numbers = random.choice(RANGES)
    row = (cell, *numbers, parameters, random.choice((text, None, 3)), replay, b"")
    change(folder, "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?, ?)", *row)


def _schema(random: Random, folder: Path, _: Path) -> None:
    change(folder, random.choice(SCHEMAS))


def _tree(random: Random, folder: Path, _: Path) -> None:
    with contextlib.suppress(IndexError, struct.error):
        endless_tree(folder, random.choice(list(TABLES)), random.choice((2, 6, 12, 30)))


BENDS: dict[str, Callable[[Random, Path, Path], None]] = {
    "bytes": _bytes,
    "files beside": _beside,
    "values": _value,
    "volumes": _volumes,
    "plan": _plan,
    "documents": _document,
    "failures": _failure,
    "schema": _schema,
    "endless trees": _tree,
}
"""Ways to bend a store, each a function of chance, of its folder and of a file outside of it."""
