"""Hostile inputs from a generator of chance: documents, texts and tables bent out of shape."""

from __future__ import annotations

import copy
import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from random import Random
from typing import Any

__all__ = [
    "TOKENS",
    "bent_bytes",
    "bent_data",
    "bent_text",
    "draws_text",
    "hostile_value",
    "other_form",
    "table_text",
]

NUMBERS = (
    *(0, 1, -1, 2**31, 2**63, 2**64, 10**30, -(10**400), 10**1000, 16**4000, 5200, 5201, 255, 256),
    *(0.0, -0.0, 0.5, 1.5, 1e-320, 1e308, -1e308, float("inf"), float("-inf"), float("nan")),
)
TEXTS = (
    *(
        "",
        " ",
        "a",
        "A b",
        "groups",
        "regular",
        "\x00",
        "\x1b[2J\x1b]0;x\x07",
        "\r",
        "\n\n",
        "\x9b",
    ),
    *("\u202eabc", "\ud800", "../../etc/passwd", "/dev/zero", "CON", "=1+1", "%s%n{0}", "a" * 5000),
    *("https://[", "http://a.b", "http://1.2.3.4", "esbjerg-2018", "norm", "levy_stable", "beta"),
)
DAYS = (
    *(dt.date.min, dt.date.max, dt.date(1980, 1, 1), dt.date(2200, 1, 1), dt.date(2018, 2, 28)),
    *(dt.datetime(2018, 1, 1), dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.time(1, 2)),
)
TOKENS = (
    *("[", "]", "[[", "]]", "{", "}", "=", ".", ",", '"', "'", '"""', "'''", "\\", "\\u0000", "#"),
    *("\n", "\r", "\r\n", "\t", "\x00", "\x1b[31m", "\x7f", "\u2028", "\ufeff", "\U0010ffff"),
    *("inf", "-inf", "nan", "0x", "0b1", "1e999", "1_0", "9" * 5000, "0x" + "f" * 5000, "true"),
    *("1979-05-27", "9999-12-31", "0001-01-01", "07:32:00", "1979-05-27T07:32:00Z", "[a]", "[[a]]"),
    *(
        "a.b.c",
        "a.a." * 20,
        "a = 1\n",
        "x = {",
        "[groups]",
        ";",
        "jan 2026;1\n",
        "2026-01",
        "1.0,5",
    ),
)
CELLS = (
    *("2026-01", "2026M02", "31-03-2026", "april 2026", "maj 26", "1", "1.043,5", "1,043.5", "-3"),
    *(
        "",
        " ",
        "x",
        '"',
        '"a',
        "1e5",
        "inf",
        "nan",
        "9" * 400,
        "\x1b[1m",
        "٣",
        "²",
        "1 000",
        "0000-00",
    ),
    *("recipients", "2026-13", "32-01-2026", "9999-12", "0001-01", "9999-99-99", "=1+1"),
)


def hostile_value(random: Random, depth: int = 0) -> Any:
    """Number, text, day, list or table that hardly any field allows."""
    kind = random.randrange(7 if depth < 4 else 4)
    if kind < 3:
        return random.choice((NUMBERS, TEXTS, DAYS)[kind])
    if kind == 3:
        return random.choice((True, False, random.uniform(-10, 10), random.randrange(-10, 10_000)))
    size = random.choice((0, 1, 2, 3, 50))
    if kind == 4:
        return [hostile_value(random, depth + 1) for _ in range(size)]
    if kind == 5:
        return {random.choice(TEXTS): hostile_value(random, depth + 1) for _ in range(size)}
    days = sorted(random.choice(DAYS[:5]) for _ in range(size))
    return [{"from": day, "value": random.choice(NUMBERS)} for day in days]


def bent_data(random: Random, data: dict[str, Any]) -> dict[str, Any]:
    """Copy of a document with one to four of its parts replaced, removed, renamed or copied."""
    bent = copy.deepcopy(data)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        places = list(_places(bent))
        holder, key = random.choice(places)
        action = random.randrange(8)
        if action == 0:
            del holder[key]
        elif action == 1 and isinstance(holder, dict):
            holder[random.choice(TEXTS)] = holder.pop(key)
        elif action == 2:
            other, name = random.choice(places)
            holder[key] = copy.deepcopy(other[name]) if _is_in(other, name) else 0
        elif action == 3 and isinstance(holder[key], (int, float)):
            holder[key] = random.choice(NUMBERS)
        else:
            holder[key] = hostile_value(random)
    return bent


def _is_in(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every table or list within a document, with each of its keys."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(pairs):
        yield value, key
        if isinstance(item, (dict, list)):
            yield from _places(item)


def bent_text(random: Random, text: str, tokens: tuple[str, ...] = TOKENS) -> str:
    """Text with one to six spans removed, repeated, moved, or replaced by tokens."""
    for _ in range(random.choice((1, 1, 1, 2, 6))):
        start = random.randrange(len(text) + 1)
        end = min(len(text), start + int(random.expovariate(1 / 40)))
        span, rest = text[start:end], text[end:]
        action = random.randrange(6)
        if action == 0:
            middle = ""
        elif action == 1:
            middle = span * random.choice((2, 3, 500))
        elif action == 2:
            middle = span + random.choice(tokens) * random.choice((1, 1, 2, 2000))
        elif action == 3:
            middle = chr(random.randrange(0xD800))
        elif action == 4:
            place = random.randrange(len(rest) + 1)
            middle, rest = "", rest[:place] + span + rest[place:]
        else:
            middle = random.choice(tokens)
        text = (text[:start] + middle + rest)[:600_000]
    return text


def bent_bytes(random: Random, data: bytes) -> bytes:
    """Bytes of a file, a few of them changed."""
    bent = bytearray(data)
    for _ in range(random.randrange(1, 5)):
        place = random.randrange(len(bent) + 1)
        bent[place : place + random.randrange(3)] = random.randbytes(random.randrange(3))
    return bytes(bent)


def table_text(random: Random) -> str:
    """A table whose months and numbers are in part right."""
    mark = random.choice(";;;,\t|")
    width = random.choice((1, 2, 2, 3, 400))
    rows = [mark.join(["m", "recipients", *map(str, range(width - 2))])]
    month, rough = random.randrange(0, 400), random.choice((0, 0, 0.001, 0.1))
    for row in range(random.choice((0, 1, 5, 60, 3000))):
        cells = [random.choice(CELLS) if random.random() < rough else "7" for _ in range(width)]
        if random.random() >= rough:
            cells[0] = f"{2000 + (month + row) // 12}-{(month + row) % 12 + 1:02}"
        rows.append(mark.join(cells))
        if len(rows) * width > 20_000:
            break
    return random.choice(("\n", "\r\n", "\r", "\n\n")).join(rows)


def draws_text(random: Random) -> str:
    """A table of draws whose headings and numbers are in part right."""
    mark = random.choice(",,,;;\t")
    known = ("a", "b", "Småjob", "=1+1", "a", "", "\x1b[2J", "x" * 300)
    names = known[: random.choice((1, 2, 3, 3, 3, 4, 8))]
    heads = [f"{part}:{name}" for name in names for part in ("cost", "effect")]
    if random.random() < 0.1:
        heads[random.randrange(len(heads))] = random.choice(CELLS)
    rough, point = random.choice((0, 0, 0.01, 0.3)), "." if mark == "," else random.choice(".,")
    rows = [mark.join(heads)]
    for _ in range(random.choice((0, 1, 2, 20, 300))):
        numbers = (random.choice(_NUMBERS_OF_DRAWS).format(random.gauss(0, 1000)) for _ in heads)
        cells = [
            random.choice(CELLS) if random.random() < rough else number.replace(".", point)
            for number in numbers
        ]
        rows.append(mark.join(cells))
    return random.choice(("\n", "\r\n", "\r")).join(rows)


_NUMBERS_OF_DRAWS = ("{:.0f}", "{:.3f}", "{:.6g}", "{:.3e}")


def other_form(random: Random) -> bytes:
    """A file that is no text, or a text of another form, with a few bytes changed or left out."""
    data = random.choice(_other_forms())
    if random.random() < 0.3:
        data = data[: random.randrange(len(data))]
    return data if random.random() < 0.2 else bent_bytes(random, data)


@cache
def _other_forms() -> list[bytes]:
    """NetCDF, Excel, archives and, where it can be written, Parquet; tables with titles above."""
    import pandas as pd

    frame = pd.DataFrame({"cost:a": [1.0, 2.0], "effect:a": [3.0, 4.0]})
    text, book, packed, parquet = frame.to_csv().encode(), io.BytesIO(), io.BytesIO(), io.BytesIO()
    frame.to_excel(book, engine="openpyxl")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("draws.csv", text * 1000)
    if find_spec("pyarrow"):
        frame.to_parquet(parquet)
    return [
        bytes(frame.to_xarray().to_netcdf(engine="h5netcdf")),
        book.getvalue(),
        packed.getvalue(),
        parquet.getvalue() or b"PAR1\x15\x04\x15" + bytes(range(200)) + b"PAR1",
        gzip.compress(text * 1000),
        '"Titel"\r\n\r\n" ";"2018M01";"2018M02"\r\n"Esbjerg";1.043;..\r\n'.encode("cp1252"),
        b";Esbjerg;Esbjerg\nPeriode;Jobparate;Jobparate\nJan 2018;1.043;987,4\n",
    ]
