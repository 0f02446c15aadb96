"""Folders brought together, looked after and written to one file."""

import sqlite3

import numpy as np
import pytest
import xarray as xr

from jobsim.errors import InputError, OutputError, StudyError
from jobsim.study import Study
from jobsim.study.keeping.strangers import checksum, packed, unpacked
from tests.study.quick import GAIN, HAZARD, HOW, alone, content, draws, kept, town


def change(folder, statement, *values):
    """Change a store behind its back."""
    with sqlite3.connect(folder / "cells.sqlite") as writing:
        writing.execute(statement, values)
    writing.close()


def one_block(folder):
    """Key, first replication and bytes of one block of volumes."""
    return content(folder)["volumes"][0]


class TestMerge:
    def test_two_folders_hold_what_one_would(self, tmp_path):
        towns = {"here": town(), "there": town(groups__job_ready__stock=40)}
        how = {"draws": draws(2), "replications": 3, **HOW}
        for name, one in towns.items():
            Study(tmp_path / name).run({name: one}, **how)
        Study(tmp_path / "whole").run(towns, **how)
        both = Study(tmp_path / "both")
        assert both.merge(tmp_path / "here", tmp_path / "there") == 8
        assert content(tmp_path / "both") == content(tmp_path / "whole")
        assert both.outcomes().identical(Study(tmp_path / "whole").outcomes())
        assert both.resume(**HOW).simulated == 0
        assert both.merge(tmp_path / "here") == 0

    def test_the_wider_plan_holds(self, tmp_path):
        kept(tmp_path / "narrow", count=2, replications=4)
        kept(tmp_path / "wide", count=4, replications=6)
        Study(tmp_path / "narrow").merge(tmp_path / "wide")
        assert Study(tmp_path / "narrow").status().missing == 0
        assert content(tmp_path / "narrow") == alone(4, replications=6)

    def test_another_model_version_is_refused_by_name(self, tmp_path):
        kept(tmp_path / "here")
        kept(tmp_path / "foreign")
        Study(tmp_path / "foreign").close()
        change(tmp_path / "foreign", "PRAGMA user_version = 99")
        self.refused(tmp_path, "foreign", r"foreign.*played by model version 99")
        with pytest.raises(StudyError, match="model version 99"):
            Study(tmp_path / "foreign").resume(**HOW)

    def test_a_changed_scenario_is_refused_by_name(self, tmp_path):
        kept(tmp_path / "here")
        other = town(groups__job_ready__stock=7)
        Study(tmp_path / "changed", block=2).run(other, replications=5, **HOW)
        words = r'changed: the scenario of "small-town" is another .*job_ready\.stock'
        self.refused(tmp_path, "changed", words)

    def test_hypercubes_of_other_numbers_are_refused_with_the_remedy(self, tmp_path):
        how = {"replications": 1, "parameters": [GAIN, HAZARD], **HOW}
        folders = [tmp_path / name for name in "abc"]
        for weeks, (folder, count) in enumerate(zip(folders, (2, 2, 3), strict=True), 1):
            part = town(name=folder.name, horizon__weeks=weeks)
            Study(folder).run(part, draws=count, **how)
        merged = Study(folders[0])
        assert merged.merge(folders[1]) > 0
        with pytest.raises(StudyError, match=r"3 draws \(auto\).*same number of draws"):
            merged.merge(folders[2])

    def test_parts_of_which_one_was_extended_are_refused_by_what_was_added(self, tmp_path):
        how = {"replications": 1, "parameters": [GAIN, HAZARD], **HOW}
        whole, grown = Study(tmp_path / "whole"), Study(tmp_path / "grown")
        whole.run(town(horizon__weeks=1), draws=4, **how)
        grown.run(town(horizon__weeks=1), draws=2, **how)
        grown.extend(draws=4, progress=False)
        with pytest.raises(StudyError, match=r"4 draws \(auto, 2 \+ 2\).*4 draws \(auto\)"):
            whole.merge(grown.folder)

    def test_another_seed_is_refused(self, tmp_path):
        kept(tmp_path / "here")
        kept(tmp_path / "lucky", seed=7)
        self.refused(tmp_path, "lucky", "lucky: has seed 7, the study has 1")

    def test_a_damaged_block_is_refused_by_name(self, tmp_path):
        kept(tmp_path / "here", count=2)
        kept(tmp_path / "torn")
        key, first, _, data, _ = one_block(tmp_path / "torn")
        spoilt = data[:-1] + bytes([data[-1] ^ 1])
        statement = "UPDATE volumes SET data = ? WHERE key = ? AND first = ?"
        change(tmp_path / "torn", statement, spoilt, key, first)
        self.refused(tmp_path, "torn", f"torn: volumes {key.hex()[:12]}, {first} to .*damaged")

    def test_other_volumes_for_the_same_cell_are_refused_by_name(self, tmp_path):
        kept(tmp_path / "here")
        kept(tmp_path / "other")
        key, first, stop, data, _ = one_block(tmp_path / "other")
        rows = unpacked(data, stop - first)
        rows[0, 0] += 1
        changed = packed(rows)
        change(
            tmp_path / "other",
            "UPDATE volumes SET data = ?, checksum = ? WHERE key = ? AND first = ?",
            *(changed, checksum(key, first, stop, data=changed), key, first),
        )
        self.refused(
            tmp_path, "other", f"other: volumes {key.hex()[:12]}, replication {first}, are"
        )

    def test_no_study_and_itself_are_refused(self, tmp_path):
        kept(tmp_path / "here")
        self.refused(tmp_path, "nothing", "nothing: there is no study here")
        self.refused(tmp_path, "here", "here: is the study itself")

    @staticmethod
    def refused(tmp_path, name, words):
        before = content(tmp_path / "here")
        kept(tmp_path / "fine", count=6)
        with pytest.raises(StudyError, match=words):
            Study(tmp_path / "here").merge(tmp_path / "fine", tmp_path / name)
        assert content(tmp_path / "here") == before


class TestVerify:
    def test_a_whole_study_has_no_faults(self, tmp_path):
        kept(tmp_path / "a")
        assert Study(tmp_path / "a").verify() == []

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE volumes SET data = x'00' WHERE key = ?",
            "UPDATE volumes SET checksum = x'00' WHERE key = ?",
            "UPDATE volumes SET data = 'text' WHERE key = ?",
            "UPDATE volumes SET first = first + 100, stop = stop + 100 WHERE key = ?",
            "DELETE FROM volumes WHERE key = ?",
        ],
    )
    def test_damage_is_found_mended_and_played_again(self, tmp_path, damage):
        kept(tmp_path / "a")
        study = Study(tmp_path / "a")
        key = one_block(tmp_path / "a")[0]
        change(tmp_path / "a", damage, key)
        faults = study.verify()
        assert len(faults) >= 3
        assert all(key.hex()[:12] in one or "has no volumes" in one for one in faults)
        assert study.verify() == faults
        study.verify(mend=True)
        assert study.verify() == []
        assert study.status().missing == 3
        assert study.resume(**HOW).simulated == 3
        assert {*content(tmp_path / "a")["volumes"]} >= {*alone(4)["volumes"]}

    def test_damaged_volumes_are_never_used(self, tmp_path):
        kept(tmp_path / "a")
        key = one_block(tmp_path / "a")[0]
        change(tmp_path / "a", "UPDATE volumes SET data = x'00' WHERE key = ?", key)
        with pytest.raises(StudyError, match="are damaged; verify with mend"):
            Study(tmp_path / "a").outcomes("placements")

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE plan SET text = '{'",
            "UPDATE plan SET text = '[]'",
            'UPDATE plan SET text = \'{"settings": {}, "prices": {}}\'',
            "UPDATE plan SET text = replace(text, '\"replications\": 5', '\"replications\": 1e15')",
            "UPDATE plan SET text = replace(text, '\"block\": 2', '\"block\": 0')",
            "DELETE FROM documents",
            "UPDATE documents SET data = x'00'",
            "UPDATE documents SET data = 5",
            "CREATE TRIGGER t AFTER INSERT ON cells BEGIN DELETE FROM volumes; END",
        ],
    )
    def test_a_damaged_plan_is_one_line(self, tmp_path, damage):
        kept(tmp_path / "a")
        Study(tmp_path / "a").close()
        change(tmp_path / "a", damage)
        study = Study(tmp_path / "a")
        with pytest.raises(StudyError) as told:
            study.resume(**HOW)
        assert "\n" not in str(told.value)


class TestPacking:
    @pytest.mark.parametrize("most", [0, 1, 255, 256, 65_535, 65_536, 2**32, 2**62])
    def test_numbers_of_any_size_come_back(self, most):
        rows = np.array([[0, most, 1], [most, 0, 2]], dtype=np.int64)
        np.testing.assert_array_equal(unpacked(packed(rows), 2, 3), rows)
        np.testing.assert_array_equal(unpacked(packed(-rows), 2), -rows)

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "no array"),
            (b"a letter", "not volumes"),
            (packed(np.zeros((2, 3), dtype=np.int64))[:-3], "cut short"),
            (packed(np.zeros((3, 3), dtype=np.int64)), "shape"),
            (packed(np.zeros((2000, 3000), dtype=np.int64)), "shape"),
        ],
    )
    def test_anything_else_is_refused(self, data, words):
        with pytest.raises(StudyError, match=words):
            unpacked(data, 2, 3)

    def test_pickles_are_never_read(self):
        import io
        import zlib

        file = io.BytesIO()
        np.lib.format.write_array(file, np.array([[object()]]), allow_pickle=True)
        with pytest.raises(StudyError, match="no array of whole numbers"):
            unpacked(zlib.compress(file.getvalue()), 1, 1)


class TestExport:
    def test_netcdf_reads_back(self, tmp_path):
        kept(tmp_path / "a")
        study = Study(tmp_path / "a")
        path = study.export(tmp_path / "a.nc", ["placements", "net_saving:state"])
        with xr.open_dataset(path) as found:
            xr.testing.assert_identical(
                found.load(), study.outcomes(["placements", "net_saving:state"])
            )
        with pytest.raises(OutputError, match="is there already"):
            study.export(path)
        study.export(path, "placements", force=True)

    def test_other_endings_are_refused(self, tmp_path):
        kept(tmp_path / "a")
        with pytest.raises(InputError, match=r"must end in \.nc, \.zarr, \.parquet"):
            Study(tmp_path / "a").export(tmp_path / "a.xlsx")

    @pytest.mark.parametrize(("ending", "library"), [(".zarr", "zarr"), (".parquet", "pyarrow")])
    def test_a_library_that_is_not_there_is_named(self, tmp_path, monkeypatch, ending, library):
        monkeypatch.setattr("jobsim.study.outcomes.find_spec", lambda name: None)
        kept(tmp_path / "a")
        with pytest.raises(InputError, match=f"needs {library}"):
            Study(tmp_path / "a").export(tmp_path / f"a{ending}")
