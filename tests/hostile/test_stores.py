"""Stores of studies from strangers: a valid answer or one clean line, whatever they hold."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import sys
import time
import zlib
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobsim.cli import main
from jobsim.errors import InputError, JobsimError, OutputError, SizeError, StudyError
from jobsim.study import Study
from jobsim.study.keeping.database import FILE
from jobsim.study.keeping.store import store_of
from jobsim.study.keeping.strangers import packed, sound_failure
from jobsim.study.plan_text import read_plan_text
from jobsim.study.playing.claims import Claims
from tests.hostile.properties import one_clean_line
from tests.hostile.store_properties import (
    COMMANDS,
    LONGEST_SECONDS,
    open_every_way,
    play_store,
    sound_store,
)
from tests.hostile.stores import (
    RANGES,
    SCHEMAS,
    TABLES,
    bomb,
    change,
    endless_tree,
    hostile_blocks,
    journal_naming,
    put_block,
    rows,
    seal,
)
from tests.study.quick import GAIN, content

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are of POSIX")
KEY = b"k" * 32
IMPOSSIBLE = [one for one in RANGES if one not in ((0, 1), (0, 3))]
LEAVES = st.none() | st.integers() | st.floats() | st.text(max_size=40) | st.binary(max_size=40)


@pytest.fixture
def study(tmp_path):
    """Folder of a small sound study."""
    yield sound_store(tmp_path / "study")
    for name in ("study", "other", "third"):
        store_of(tmp_path / name).close()


@pytest.fixture
def jobsim(capsys, monkeypatch):
    """Run the command line; exit code, output and errors."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["jobsim", "study", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        output = capsys.readouterr()
        return code, output.out, output.err

    return call


def asked(study: Path, *names: str) -> dict[str, str | None]:
    """Error lines of some commands, None where they succeed."""
    return {
        name: one_clean_line(lambda one=name: COMMANDS[one](study), LONGEST_SECONDS)
        for name in names or COMMANDS
    }


def known_block(study: Path, numbers: tuple[object, object]) -> tuple[object, ...]:
    """A block of a study as if it were of other replications."""
    key, data = rows(study, "SELECT key, data FROM volumes LIMIT 1")[0]
    return key, *numbers, data


def new_plan(study: Path, **changes: object) -> None:
    """Change what the plan of a study says."""
    (text,) = rows(study, "SELECT text FROM plan")[0]
    data = {**json.loads(text), **changes}
    change(study, "UPDATE plan SET text = ?", json.dumps(data))
    seal(study)


def new_draws(study: Path, draws: object) -> None:
    """Change what a study holds as its draws, so that every digest and checksum fits."""
    data = json.dumps(draws).encode()
    digest = hashlib.sha256(data).hexdigest()
    change(study, "INSERT OR REPLACE INTO documents VALUES (?, ?)", digest, zlib.compress(data))
    (text,) = rows(study, "SELECT text FROM plan")[0]
    settings = json.loads(text)["settings"]
    new_plan(study, settings={name: {**one, "draws": [digest]} for name, one in settings.items()})


class TestAnything:
    def test_a_sound_store_is_fine_in_every_way(self, study):
        assert open_every_way(study) == dict.fromkeys(COMMANDS)

    @settings(max_examples=12)
    @given(seed=st.integers(0, 2**32))
    def test_a_bent_store_gives_answers_or_one_clean_line(self, tmp_path_factory, seed):
        play_store(Random(seed), tmp_path_factory.getbasetemp())

    @settings(max_examples=25)
    @given(data=st.binary(max_size=300), header=st.booleans())
    def test_any_bytes_give_one_clean_line(self, tmp_path_factory, data, header):
        folder = tmp_path_factory.getbasetemp() / "any"
        folder.mkdir(exist_ok=True)
        whole = b"SQLite format 3\x00" * header + data
        (folder / FILE).write_bytes(whole.ljust(512, b"x"))  # SQLite takes less for an empty file
        assert one_clean_line(Study(folder).status) is not None
        store_of(folder).close()

    @settings(max_examples=12)
    @given(data=st.data(), table=st.sampled_from(list(TABLES)))
    def test_any_value_in_any_column(self, tmp_path_factory, data, table):
        root = tmp_path_factory.mktemp("values")
        study = sound_store(root / "study")
        row = data.draw(st.tuples(*[LEAVES] * len(TABLES[table])))
        places = ", ".join("?" * len(row))
        change(study, f"INSERT OR REPLACE INTO {table} VALUES ({places})", *row)
        asked(study, "status", "failures", "verify", "outcomes", "merge", "mend")
        assert asked(study, "verify")["verify"] is None
        for name in ("study", "other"):
            store_of(root / name).close()

    def test_most_bent_stores_get_far_enough_to_say_something(self, tmp_path):
        """The generator neither breaks everything nor nothing."""
        lines = {play_store(Random(seed), tmp_path) for seed in range(100, 112)}
        assert len(lines) > 3


class TestOutside:
    """What lies outside of the folder stays as it is."""

    @pytest.mark.parametrize("name", [FILE, "claims.sqlite"])
    def test_a_journal_had_another_file_deleted(self, study, tmp_path, name):
        victim = tmp_path / "precious"
        victim.write_text("x")
        journal_naming(study, victim)
        if name != FILE:
            (study / name).write_bytes((study / FILE).read_bytes())
            (study / f"{FILE}-journal").rename(study / f"{name}-journal")
        assert "would have another file deleted" in (asked(study, "resume")["resume"] or "")
        assert victim.exists()
        with contextlib.closing(sqlite3.connect(study / name)) as unguarded:
            unguarded.execute("SELECT * FROM sqlite_master").fetchall()
        assert not victim.exists(), "negative control: SQLite alone deletes it"

    def test_a_file_of_a_player_had_another_file_deleted(self, study, tmp_path):
        victim = tmp_path / "precious"
        victim.write_text("x")
        journal_naming(study, victim)
        (study / f"{FILE}-journal").rename(study / "player-1-journal")
        (study / "player-1").write_bytes((study / FILE).read_bytes())
        with Claims(study):
            assert victim.exists()
        assert not (study / "player-1").exists()

    @posix
    @pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
    @pytest.mark.parametrize("to", ["store", "device", "nothing", "itself"])
    def test_links_were_followed(self, study, tmp_path, ending, to):
        elsewhere = sound_store(tmp_path / "other") / FILE
        place = study / f"{FILE}{ending}"
        place.unlink(missing_ok=True)
        targets = {
            "store": elsewhere,
            "device": "/dev/zero",
            "nothing": "/nowhere",
            "itself": place,
        }
        place.symlink_to(targets[to])
        before = elsewhere.read_bytes()
        for line in asked(study, "status", "resume", "mend").values():
            assert "is a link, which is not followed" in (line or "")
        assert elsewhere.read_bytes() == before

    @posix
    @pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
    @pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
    def test_pipes_and_folders_are_refused_at_once(self, study, ending, make):
        place = study / f"{FILE}{ending}"
        place.unlink(missing_ok=True)
        make(place)
        for line in asked(study, "status", "verify", "resume").values():
            assert "is no regular file" in (line or "")

    @posix
    def test_a_link_named_like_a_player_changed_the_file_it_led_to(self, study, tmp_path):
        elsewhere = sound_store(tmp_path / "other") / FILE
        (study / "player-1").symlink_to(elsewhere)
        before = elsewhere.read_bytes()
        with Claims(study):
            pass
        assert elsewhere.read_bytes() == before
        assert not (study / "player-1").is_symlink()

    def test_another_programs_file_was_turned_into_another_mode(self, study):
        (study / FILE).unlink()
        with contextlib.closing(sqlite3.connect(study / FILE)) as other:
            other.execute("CREATE TABLE mine (a)")
        before = (study / FILE).read_bytes()
        for line in asked(study).values():
            assert "is not a study of this version" in (line or "")
        assert (study / FILE).read_bytes() == before

    @posix
    def test_a_link_to_nothing_beside_the_store_ended_in_a_traceback(self, study):
        (study / f"{FILE}-old").symlink_to("/nowhere")
        assert asked(study, "status")["status"] is None

    @pytest.mark.parametrize("name", ["a\x00b", "a" * 5000, "x" * 300])
    def test_names_that_no_folder_can_have_ended_in_a_traceback(self, tmp_path, name):
        for command in ("status", "resume", "verify", "merge into"):
            folder = tmp_path / name
            assert one_clean_line(lambda f=folder, c=command: COMMANDS[c](f)) or command == "x"
            store_of(tmp_path / "third").close()
            with contextlib.suppress(FileNotFoundError):
                (tmp_path / "third" / FILE).unlink()
                (tmp_path / "third").rmdir()

    @posix
    @pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
    def test_an_export_replaced_what_is_no_file(self, study, tmp_path, kind):
        place, precious = tmp_path / "all.nc", tmp_path / "precious"
        precious.write_text("x")
        if kind == "folder":
            place.mkdir()
            precious.rename(place / "precious")
            precious = place / "precious"
        elif kind == "pipe":
            os.mkfifo(place)
        else:
            place.symlink_to(precious)
        line = one_clean_line(
            lambda: Study(study).export(place, "placements", partial=True, force=True)
        )
        assert (line is None) == (kind == "link")
        assert precious.read_text() == "x"

    def test_a_file_in_place_of_the_folder(self, study):
        assert "there is no study here" in (asked(study / FILE, "status")["status"] or "")


class TestFiles:
    @pytest.mark.parametrize("statement", [one for one in SCHEMAS if "ATE " in one or "ALT" in one])
    def test_other_tables_triggers_views_and_columns_are_refused(self, study, statement):
        change(study, statement)
        before = rows(study, "SELECT sql FROM sqlite_master ORDER BY 1")
        sound = rows(
            sound_store(study.with_name("third")), "SELECT sql FROM sqlite_master ORDER BY 1"
        )
        if before == sound:
            pytest.fail(f"SQLite did not take it: {statement}")
        for line in asked(study, "status", "resume", "merge", "mend").values():
            assert "is not a study of this version" in (line or "")

    def test_a_trigger_hid_behind_the_name_of_a_table(self, study):
        """Its row stood before the table's, whose text replaced it in a dictionary by name."""
        trigger = "CREATE TRIGGER cells BEFORE INSERT ON volumes BEGIN DELETE FROM cells; END"
        with contextlib.closing(sqlite3.connect(study / FILE, isolation_level=None)) as bent:
            schema = bent.execute("SELECT * FROM sqlite_master").fetchall()
            bent.execute("PRAGMA writable_schema = ON")
            bent.execute("DELETE FROM sqlite_master")
            row = ("trigger", "cells", "volumes", 0, trigger)
            ordered = sorted(schema, key=lambda one: one[1] == "cells")
            bent.executemany(
                "INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)",
                [*ordered[:-1], row, ordered[-1]],
            )
        named = dict(rows(study, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        assert trigger not in named.values(), "negative control: by name, it is not seen"
        for line in asked(study, "status", "resume", "merge").values():
            assert "is not a study of this version" in (line or "")

    @pytest.mark.parametrize("name", [FILE, "claims.sqlite"])
    def test_an_error_of_sqlite_that_is_no_text_was_a_unicode_error(self, study, name):
        """Found by atheris: the error quotes the name of a table."""
        with contextlib.closing(sqlite3.connect(study / name, isolation_level=None)) as bent:
            bent.execute("CREATE TABLE more (a)")
            bent.execute("PRAGMA writable_schema = ON")
            change_name = (
                "UPDATE sqlite_master SET name = CAST(x'8f' AS TEXT), sql = 'CREATE TABLE'"
            )
            bent.execute(f"{change_name} WHERE name = 'more'")
        assert f"{name}: " in (asked(study, "resume")["resume"] or "")

    @pytest.mark.parametrize("table", TABLES)
    @pytest.mark.parametrize("depth", [3, 12])
    def test_pages_that_point_at_each_other_were_read_without_end(self, study, table, depth):
        endless_tree(study, table, depth)
        lines = asked(study, "status", "failures", "verify", "merge", "mend")
        assert lines["verify"] or Study(study).verify()

    @pytest.mark.parametrize("version", [0, 99, -1, 2**31 - 1])
    def test_another_model_version_is_refused_everywhere(self, study, version):
        change(study, f"PRAGMA user_version = {version}")
        for name, line in asked(study).items():
            assert f"model version {version}" in (line or ""), name


class TestVolumes:
    @pytest.mark.parametrize("numbers", IMPOSSIBLE)
    def test_impossible_replications_hung_or_ended_in_a_traceback(self, study, numbers):
        put_block(study, *known_block(study, numbers))
        lines = asked(study, "outcomes", "merge", "verify", "mend", "resume")
        assert lines["verify"] is None
        assert Study(study).verify() == [] or lines["mend"]

    def test_impossible_replications_in_every_way(self, study):
        """All of them together, since each command reads all that a store holds."""
        for numbers in IMPOSSIBLE:
            put_block(study, *known_block(study, numbers))
        lines = open_every_way(study)
        assert lines["verify"] is None
        assert Study(study).verify() == [] or lines["mend"]

    @pytest.mark.parametrize("data", hostile_blocks())
    def test_blocks_that_are_none_are_told_and_mended(self, study, data):
        put_block(study, KEY, 0, 3, data)
        assert asked(study, "merge")["merge"] is not None or b"NUMPY" in zlib.decompress(data)
        told = Study(study).verify()
        if told:
            assert Study(study).verify(mend=True) == told
        assert Study(study).verify() == []

    def test_a_bomb_takes_no_memory(self, study):
        import tracemalloc

        put_block(study, KEY, 0, 2**20, bomb(2**28))
        tracemalloc.start()
        (fault,) = Study(study).verify()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert "not volumes" in fault
        assert most < 2**23

    def test_what_could_not_be_read_again_is_not_written(self):
        with pytest.raises(SizeError, match="smaller blocks"):
            packed(np.zeros((2**12, 2**12), dtype=np.int64))

    def test_a_block_with_a_negative_number_of_its_row_was_not_verified(self, study):
        change(
            study,
            "INSERT INTO volumes (rowid, key, first, stop, data, checksum) "
            "VALUES (-5, ?, 0, 1, ?, ?)",
            KEY,
            b"torn",
            b"c",
        )
        assert len(Study(study).verify()) == 1

    def test_many_blocks_over_each_other_are_merged_in_linear_time(self, study):
        rng = np.random.default_rng(1)
        all_rows = rng.integers(0, 9, (700, 5))
        for i in range(200):
            put_block(study, KEY, i, i + 500, packed(all_rows[i : i + 500]))
        own = sound_store(study.with_name("third"))
        put_block(own, KEY, 0, 700, packed(all_rows))
        began = time.process_time()
        assert Study(own).merge(study) == 200
        assert time.process_time() - began < LONGEST_SECONDS
        wrong = all_rows.copy()
        wrong[650] += 1
        put_block(study, KEY, 100, 700, packed(wrong[100:]))
        with pytest.raises(StudyError, match="replication 650, are others than in"):
            Study(own).merge(study)

    def test_blocks_that_tell_nothing_new_were_read_and_kept(self, study):
        volumes = packed(np.ones((500, 5), dtype=np.int64))
        put_block(study, KEY, 0, 500, volumes)
        for i in range(1, 40):
            put_block(study, KEY, i, 500, b"torn")
        found = store_of(study).find(KEY, range(0, 100, 3), 5)
        assert sorted(found) == list(range(0, 100, 3))
        assert all(row.base is None for row in found.values())

    def test_a_cell_without_volumes_was_taken_over_by_merge(self, study):
        change(study, "INSERT INTO cells VALUES (?, ?, 0, 5, 1.0, x'')", b"c" * 32, KEY)
        seal(study)
        own = sound_store(study.with_name("third"))
        before = content(own)
        assert Study(own).merge(study) == 0
        assert content(own) == before
        assert Study(study).verify() == [f"{study}: cell {(b'c' * 32).hex()[:12]} has no volumes"]


DESIGN = {"count": 0, "name": "sobol", "parameters": None}
SETTING = {"scenario": "0" * 64, "baseline": "0" * 64, "draws": []}
NAMED = {"\x1b[2J": SETTING}
PLANS: dict[str, object] = {
    "replications": [0, -1, 1.5, "3", None, 10**18, 2**32, 2**32 - 1, float("inf"), True],
    "block": [0, -1, 10**18, None, "2", float("nan")],
    "seed": ["-1", "nan", "1e3", str(2**64), 1, None, "9" * 4000, "٣", float("nan")],
    "settings": [{}, [], {"a": []}, {"a": {}}, {"a": {**SETTING, "draws": ["x"]}}, NAMED, 3],
    "prices": [{}, [], {"a": "x"}, {"a": "0" * 63}, {"a": 2**70}, {"": "0" * 64}],
    "design": [
        {},
        {**DESIGN, "count": 10**12},
        {**DESIGN, "count": -1},
        {**DESIGN, "name": "../x"},
        {**DESIGN, "parameters": [1, {}]},
        {**DESIGN, "begun": [2]},
        {**DESIGN, "count": 3, "begun": [2, 1]},
        {**DESIGN, "count": 3, "begun": [0]},
        {**DESIGN, "parameters": "abc"},
    ],
}
DRAWS: list[object] = [
    [{"../../x": 1}, {}, {}],
    [{"a\x1b": 1}, {}, {}],
    [{"a": "\x00"}, {}, {}],
    [[1, 2], {}, {}],
    [{GAIN: 0.1}],
    [],
    {},
]


class TestPlans:
    @pytest.mark.parametrize(
        ("part", "value"), [(part, value) for part, values in PLANS.items() for value in values]
    )
    def test_what_no_run_could_ask_for_is_refused(self, study, part, value):
        new_plan(study, **{part: value})
        for name, line in asked(study, "outcomes", "resume", "extend", "merge").items():
            assert "the plan is damaged" in (line or ""), name
        assert any("the plan is damaged" in fault for fault in Study(study).verify())

    @pytest.mark.parametrize(
        "text", ["", "[]", "nul", "[" * 10**5, '{"a":' * 10**5, '{"block": 1e999}', "9" * 5000]
    )
    def test_texts_that_are_no_plans(self, study, text):
        change(study, "UPDATE plan SET text = ?", text)
        seal(study)
        for line in asked(study, "outcomes", "resume", "merge").values():
            assert "the plan is damaged" in (line or "")

    def test_a_text_of_many_megabytes_is_refused_unread(self):
        with pytest.raises(SizeError, match="too long"):
            read_plan_text("[" * (2**24 + 1))

    @pytest.mark.parametrize(
        ("part", "value", "words"),
        [
            ("settings", {f"{i:x}": 1 for i in range(2**20)}, "20,000 or fewer names"),
            ("settings", {"a": {**SETTING, "draws": [1] * 2**20}}, r"draws\.0: must be text"),
            ("design", {**DESIGN, "parameters": [1] * 2**20}, r"parameters\.0: must be text"),
        ],
        ids=["names", "draws", "parameters"],
    )
    def test_a_million_faults_are_not_gathered(self, part, value, words):
        """Each would take a kilobyte before the first is told."""
        digest = "0" * 64
        plan = {"settings": {"a": SETTING}, "prices": {"a": digest}, "design": DESIGN}
        plan |= {"replications": 1, "seed": "1", "block": 1, part: value}
        began = time.process_time()
        with pytest.raises(InputError, match=words):
            read_plan_text(json.dumps(plan))
        assert time.process_time() - began < 4 * LONGEST_SECONDS  # a worker full of objects is slow

    def test_a_level_too_deep_is_refused(self, study):
        deep: object = 1
        for _ in range(40):
            deep = [deep]
        new_draws(study, [{GAIN: deep}] * 3)
        assert "nested too deeply" in (asked(study, "resume")["resume"] or "")

    @pytest.mark.parametrize("rows_of_draws", DRAWS, ids=range(len(DRAWS)))
    def test_draws_that_are_none(self, study, rows_of_draws):
        new_draws(study, rows_of_draws)
        for line in asked(study, "status", "outcomes", "resume", "extend", "merge").values():
            assert "draws of the plan are" in (line or "")
        assert any("draws of the plan are" in fault for fault in Study(study).verify())

    @pytest.mark.parametrize(
        "data", [bytes(2**20), b"[a]\n" * 10**5, b"a." * 20 + b"b = 1", b"\xff", b"name = 1"]
    )
    def test_documents_that_are_none(self, study, data):
        new = hashlib.sha256(data).hexdigest()
        old = rows(study, "SELECT digest FROM documents LIMIT 1")[0][0]
        statement = "UPDATE documents SET digest = ?, data = ? WHERE digest = ?"
        change(study, statement, new, zlib.compress(data), old)
        change(study, "UPDATE plan SET text = replace(text, ?, ?)", old, new)
        seal(study)
        for line in asked(study, "outcomes", "resume", "extend", "merge").values():
            assert line is not None

    def test_a_document_with_another_digest_was_taken_and_not_told(self, study):
        old, data = rows(study, "SELECT digest, data FROM documents WHERE data IS NOT NULL")[0]
        text = zlib.decompress(data).replace(b"name", b"name ", 1)
        change(study, "UPDATE documents SET data = ? WHERE digest = ?", zlib.compress(text), old)
        assert any(f"document {old[:12]} is damaged" in one for one in Study(study).verify())

    def test_outcomes_beyond_memory_are_refused(self, study):
        new_plan(study, replications=10**8, block=10**6)
        assert "GiB are allowed" in (asked(study, "outcomes")["outcomes"] or "")

    def test_outcomes_in_parts_are_those_of_one(self, study, monkeypatch):
        whole = Study(study).outcomes("placements", partial=True)
        monkeypatch.setattr("jobsim.study.outcomes._NUMBERS_AT_ONCE", 1)
        assert Study(study).outcomes("placements", partial=True).identical(whole)


class TestFailures:
    BAD = "__import__('pathlib').Path({!r}).touch()\x1b]0;title\x07"

    def test_a_line_to_replay_is_shown_without_escape_codes_and_never_run(
        self, study, tmp_path, jobsim
    ):
        mark = tmp_path / "executed"
        line = self.BAD.format(str(mark))
        row = (b"f" * 32, 0, 1, '{"a": 1}', "\x1b[31mred\n\x9b2J", line)
        change(study, "INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?, x'')", *row)
        seal(study)
        code, out, errors = jobsim("failures", study)
        assert (code, errors) == (0, "")
        assert "touch()" in out
        assert all(shown.isprintable() for shown in out.splitlines())
        asked(study)
        assert not mark.exists()

    @pytest.mark.parametrize(
        "row",
        [
            (None, "{}", "e", "r"),
            ("f" * 32, "{}", "e", "r"),
            (b"f" * 31, "{}", "e", "r"),
            (b"f" * 32, "[]", "e", "r"),
            (b"f" * 32, "{", "e", "r"),
            (b"f" * 32, "[" * 10**5, "e", "r"),
            (b"f" * 32, None, "e", "r"),
            (b"f" * 32, "{}", b"e", "r"),
            (b"f" * 32, "{}", "e", b"r"),
            (b"f" * 32, "{}", "e" * 10**6, "r"),
        ],
        ids=range(10),
    )
    def test_failures_that_are_none_are_told_and_mended(self, study, jobsim, row):
        with pytest.raises(StudyError):
            sound_failure(*row)
        change(
            study,
            "INSERT INTO failures (cell, parameters, error, replay) VALUES (?, ?, ?, ?)",
            *row,
        )
        seal(study)
        code, out, errors = jobsim("failures", study)
        assert (code, out) == (2, "")
        assert errors.startswith("jobsim: ")
        assert errors.count("\n") == 1
        assert len(Study(study).verify(mend=True)) == 1
        assert Study(study).verify() == []

    @pytest.mark.parametrize("seconds", [9e999, -1.0, "text", None, b"x"])
    def test_seconds_that_are_none_are_told_and_mended(self, study, jobsim, seconds):
        change(study, "UPDATE cells SET seconds = ?", seconds)
        seal(study)
        code, out, errors = jobsim("status", study, "--json")
        assert (code, out) == (2, "")
        assert "a row is damaged" in errors
        assert any("are no cells" in one for one in Study(study).verify(mend=True))
        assert Study(study).verify() == []


class TestCommandLine:
    @pytest.mark.parametrize("command", ["status", "resume", "extend", "failures", "verify"])
    def test_errors_are_one_line_and_exit_code_2(self, study, jobsim, command):
        (study / FILE).write_bytes(b"SQLite format 3\x00\x1b[2J" * 50)
        code, out, errors = jobsim(command, study)
        assert (code, out) == (2, "")
        assert errors.startswith("jobsim: ")
        assert errors.rstrip("\n").isprintable()

    def test_faults_are_told_with_exit_code_1(self, study, jobsim):
        put_block(study, KEY, 0, 3, b"torn")
        code, out, errors = jobsim("verify", study)
        assert (code, errors) == (1, "")
        assert out.endswith("1 faults\n")


def test_errors_of_these_tests_are_jobsims():
    """Negative control: what is no error of jobsim's passes through the property."""
    assert all(issubclass(kind, JobsimError) for kind in (InputError, OutputError, StudyError))
    with contextlib.closing(sqlite3.connect(":memory:")) as empty, pytest.raises(sqlite3.Error):
        one_clean_line(lambda: empty.execute("x"))
