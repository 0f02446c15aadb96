"""Large inputs: refused before they are read, or answered within a second and little memory."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
from pathlib import Path

import pytest

import jobsim as js
from jobsim.analysis.outcomes.record import read_record
from jobsim.errors import JobsimError, SizeError
from jobsim.files.reading import MOST_BYTES
from jobsim.ledger import Prices
from jobsim.scenario import Scenario, read_observed
from tests.factory import small_town
from tests.hostile.properties import one_clean_line

MOST_MIB = 150
"""Most memory that the loading of one input may take, MiB."""
TOML = small_town().to_toml()
ROOM = MOST_BYTES // 2
STEP = "{from=2018-01-01,value=1},"


def filled(begin: str, item: str, end: str = "") -> str:
    """Text just below the most that is read, with a part repeated."""
    return begin + item * ((ROOM - len(begin) - len(end)) // len(item)) + end


def numbered(item: str, begin: str = "") -> str:
    """Text just below the most that is read, with a part repeated under new names."""
    count = (ROOM - len(begin)) // (len(item) + 6)
    return begin + "".join(item.format(f"k{number:05}") for number in range(count))


def in_place(name: str, begin: str, item: str) -> str:
    """The small town with a list filled up."""
    head, tail = TOML.split(f"{name} = [", 1)
    return head + filled(f"{name} = [{begin}", item, tail)[: ROOM - len(head)]


LARGE_TOML = {
    "keys": numbered("{} = 1\n"),
    "keys of a table within the town": numbered("{} = 1\n", TOML),
    "tables": numbered("[{}.a.b]\n"),
    "groups": numbered("[groups.{}]\n", TOML),
    "claims": numbered("[claims.{}]\n", TOML),
    "groups in a line": "groups = {" + numbered("{}={{}},") + "}",
    "sources": numbered("[sources.{}]\nauthor='a'\ntitle='t'\nyear=2000\ndoi='1'\n", TOML),
    "tables in a list": filled("", "[[groups]]\n"),
    "numbers": filled("x = [", "1,", "]"),
    "empty tables": filled("x = [", "{},", "]"),
    "lists in lists": filled("x = ", "["),
    "tables in tables": filled("x = ", "{a="),
    "levels that can be read": "x = " + "[" * 300 + "]" * 300,
    "parts of a name": filled("", "a.", "a = 1"),
    "quoted parts of a name": filled("", "'a' . ", "a = 1"),
    "names of many parts": numbered("a.a.a.a.a.a.a.a.a.a.{} = 1\n"),
    "a word": "a" * ROOM,
    "quotes": '"' * ROOM,
    "spaces": "a" + " " * (ROOM - 1),
    "a text": filled('name = "', "a", '"'),
    "escapes": filled('name = "', "\\n", '"'),
    "lines": "\n" * ROOM,
    "digits": filled("seed = ", "9"),
    "hexadecimal digits": filled("seed = 0x", "f"),
    "digits after the point": filled("seed = 0.", "9"),
    "steps": in_place("budget_per_year", "", STEP),
    "intervals": in_place("interval_weeks", "", "0,"),
    "shares": in_place("cap_shares", "", "0,"),
    "changed paths": filled("changed = [", "'a',", "]\n" + TOML),
}
LARGE_TABLES = {
    "columns": "m;recipients" + ";1" * (MOST_BYTES // 2 - 100),
    "columns with headings": "m;"
    + ";".join(map(str, range(80_000)))
    + "\n2026-01"
    + ";1" * 200_000,
    "rows": "m;recipients\n" + "2026-01;1\n" * 100_000,
    "rows of the same": "m;recipients\n" * 80_000,
    "months": "m;recipients\n"
    + "".join(f"{1000 + i // 12}-{i % 12 + 1:02};1\n" for i in range(90_000)),
    "cells": "m;recipients\n"
    + "".join(f"{2000 + i // 12}-{i % 12 + 1:02}" + ";1" * 200 + "\n" for i in range(1199)),
    "a quote that is never closed": 'm;recipients\n"' + "a" * 1_000_000,
    "quotes": "m;recipients\n" + '"' * 1_000_000,
    "NUL": "m;recipients\n" + "\0" * 1_000_000,
    "digits": "m;recipients\n2026-01;" + "1" * 1_000_000,
    "digits in a cell that is read": "m;recipients\n2026-01;" + "1" * 130_000,
    "groups of digits": "m;recipients\n2026-01;1" + ".111" * 32_000 + "x",
    "a month": "m;recipients\n" + "a" * 130_000 + ";1",
    "spaces": "m;recipients\n2026-01;" + " " * 130_000 + "x",
    "empty lines": "\n" * 1_000_000,
    "semicolons": ";" * 1_000_000,
}


def most_mib(load) -> float:
    """Most memory that a loader holds at once, MiB; tracing makes it several times slower."""
    tracemalloc.start()
    try:
        with contextlib.suppress(JobsimError):
            load()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", LARGE_TOML.values(), ids=LARGE_TOML)
def test_a_large_scenario_is_answered_at_once(text, tmp_path):
    file = tmp_path / "large.toml"
    file.write_text(text, encoding="utf-8", newline="")
    one_clean_line(lambda: Scenario.load(file))


@pytest.mark.parametrize("case", ["groups in a line", "keys", "hexadecimal digits", "a text"])
def test_a_large_scenario_takes_little_memory(case, tmp_path):
    file = tmp_path / "large.toml"
    file.write_text(LARGE_TOML[case], encoding="utf-8", newline="")
    assert 0.5 < most_mib(lambda: Scenario.load(file)) < MOST_MIB


@pytest.mark.parametrize("case", ["columns with headings", "semicolons", "months"])
def test_a_large_table_takes_little_memory(case, tmp_path):
    file = tmp_path / "large.csv"
    file.write_text(LARGE_TABLES[case][:MOST_BYTES], encoding="utf-8", newline="")
    assert 0.5 < most_mib(lambda: read_observed(file, measure="recipients")) < MOST_MIB


@pytest.mark.parametrize("text", LARGE_TABLES.values(), ids=LARGE_TABLES)
def test_a_large_table_is_answered_at_once(text, tmp_path):
    file = tmp_path / "large.csv"
    file.write_text(text[:MOST_BYTES], encoding="utf-8", newline="")
    one_clean_line(lambda: read_observed(file, measure="recipients"))


@pytest.mark.parametrize(
    ("load", "bytes_"),
    [
        (Scenario.load, 2**33),
        (Prices.load, 2**33),
        (read_record, 2**33),
        (lambda path: read_observed(path, measure="recipients"), 2**33),
        (Scenario.load, ROOM + 1),
        (lambda path: read_observed(path, measure="recipients"), MOST_BYTES + 1),
    ],
)
def test_a_file_above_the_bound_is_refused_unread(load, bytes_, tmp_path):
    file = tmp_path / "large.toml"
    with file.open("wb") as stream:
        stream.truncate(bytes_)
    line = one_clean_line(lambda: load(file))
    assert line is not None
    assert "KiB, the most that is read" in line
    assert most_mib(lambda: load(file)) < 4


def test_a_million_keys_are_refused_unread(tmp_path):
    file = tmp_path / "keys.toml"
    file.write_text("".join(f"k{number} = 1\n" for number in range(10**6)), encoding="utf-8")
    assert "the most that is read" in (one_clean_line(lambda: Scenario.load(file)) or "")


def test_a_schedule_of_ten_million_steps_is_refused():
    steps = [{"from": 0, "value": 1}] * 10**7
    line = one_clean_line(lambda: small_town(programmes__intensive__budget_per_year=steps))
    assert line is not None
    assert "programmes.intensive.budget_per_year: must have at most" in line


def test_many_tables_beside_a_scenario_are_bounded_together(tmp_path):
    series = '[observed.k{0}]\nlabel="x"\nmeasure="recipients"\nsource="statistics"\nfile="{1}"\n'
    rows = "".join(f"{2000 + i // 12}-{i % 12 + 1:02};1{' ' * 300}\n" for i in range(1000))
    for number in range(5):
        (tmp_path / f"{number}.csv").write_text("m;recipients\n" + rows, encoding="utf-8")
    bare = small_town(observed=None).to_toml()
    many = "".join(series.format(number, "0.csv") for number in range(51))
    other = "".join(series.format(number, f"{number}.csv") for number in range(5))
    for text, problem in ((many, "at most 50 series"), (other, "all series together")):
        file = tmp_path / "by.toml"
        file.write_text(bare + text, encoding="utf-8")
        assert problem in (one_clean_line(lambda file=file: Scenario.load(file)) or "")


HUGE = {"horizon__weeks": 5200, "groups__job_ready__stock": 10**8}
ASK = {
    "compare": lambda town: js.compare(town, replications=1, progress=False),
    "simulate": lambda town: js.simulate(town, replications=1, progress=False),
    "histories": lambda town: js.histories(town, replications=[0]),
    "verify": js.verify,
    "sweep": lambda town: js.sweep(town, {"horizon.weeks": [5200]}, progress=False),
    "psa": lambda town: js.psa(town, draws=4, replications=2, progress=False),
}


@pytest.mark.parametrize("ask", ASK.values(), ids=ASK)
def test_the_size_check_answers_before_anything_is_allocated(ask):
    town = small_town(**HUGE)
    began = time.process_time()
    with pytest.raises(JobsimError, match=r"needs about [\d.]+ GiB"):
        ask(town)
    assert time.process_time() - began < 5
    assert most_mib(lambda: ask(town)) < 50


def test_more_replications_than_memory_are_refused():
    with pytest.raises(SizeError, match="replications"):
        js.simulate(small_town(), replications=2**32 - 1, progress=False)


def test_a_thousand_million_persons_are_refused():
    assert "at most 100000000" in (
        one_clean_line(lambda: small_town(groups__job_ready__stock=10**9)) or ""
    )


def test_the_bounds_leave_room_for_every_preset():
    """Negative control: what jobsim ships is a fifth of what is read, or less."""
    for file in Path(js.__file__).parent.rglob("*.toml"):
        assert file.stat().st_size < ROOM / 5
