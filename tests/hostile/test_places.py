"""Devices, pipes, links and paths that lead elsewhere, as inputs and as outputs."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from jobsim.errors import OutputError, ScenarioError, control_characters
from jobsim.files.writing import refuse_to_replace, write_text, write_whole
from jobsim.scenario import Scenario
from tests.factory import small_town
from tests.hostile.properties import READERS, one_clean_line

posix = sys.platform != "win32"
DEVICES = ("/dev/zero", "/dev/stdin", "/dev/random", "/dev/tty", "/proc/self/mem", "/dev/fd/0")
ASK = ("-r", 2, "--engine", "numpy")
SWEEP = ("sweep", "town-2026", "--set", "horizon.weeks=4,5", *ASK, "--no-progress")


def refused(result: tuple[int, str, str], word: str = "") -> None:
    """One clean line and exit code 2."""
    code, out, errors = result
    assert (code, out) == (2, "")
    assert errors.startswith("jobsim: ")
    assert errors.count("\n") == 1
    assert not control_characters.search(errors)
    assert word in errors


def special(folder: Path, kind: str, ending: str = ".toml") -> Path:
    """Something in a folder that is no regular file."""
    place = folder / f"special-{kind}{ending}"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    elif kind == "socket":
        os.mknod(place, stat.S_IFSOCK | 0o600)
    elif kind == "link to a device":
        place.symlink_to("/dev/zero")
    elif kind == "link to itself":
        place.symlink_to(place)
    else:
        place.symlink_to(folder / "nowhere.toml")
    return place


def identity(place: Path) -> tuple[int, int, int]:
    """What changes when something is replaced or written to."""
    seen = place.lstat()
    return seen.st_ino, seen.st_mode, seen.st_mtime_ns


KINDS = ["folder", "link to nothing"]
if posix:
    KINDS += ["pipe", "socket", "link to a device", "link to itself"]


class TestInputs:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("load", READERS.values(), ids=READERS)
    def test_what_is_no_regular_file_is_refused(self, kind, load, tmp_path):
        line = one_clean_line(lambda: load(special(tmp_path, kind)))
        assert line is not None
        assert "cannot be read" in line or "there is no such file" in line

    @pytest.mark.parametrize("device", [one for one in DEVICES if os.path.exists(one)])
    def test_a_device_is_refused_on_the_command_line(self, call, device):
        refused(call("validate", device))
        refused(call("run", device))
        refused(call("compare", "town-2026", *ASK, "--prices", device), device)
        refused(call("decide-table", device), device)

    @pytest.mark.parametrize(
        "name", ["\x1b[2J.toml", "a\nb.toml", "x" * 5000, "CON", "../" * 500 + "x.toml", "~", "-"]
    )
    def test_a_name_of_nothing_is_one_clean_line(self, call, name):
        refused(call("validate", "--", name))


class TestTablesOfAScenario:
    @pytest.fixture
    def load(self, tmp_path):
        folder = tmp_path / "towns"
        folder.mkdir()
        table = "m;recipients\n2026-01;7\n"
        (tmp_path / "secret.csv").write_text(table, encoding="utf-8")
        (folder / "below").mkdir()
        (folder / "below" / "table.csv").write_text(table, encoding="utf-8")

        def with_file(name: str) -> Scenario:
            series = {"label": "x", "measure": "recipients", "source": "statistics", "file": name}
            town = small_town(observed=None).to_toml()
            lines = "".join(f"{key} = {value!r}\n" for key, value in series.items())
            file = folder / "by.toml"
            file.write_text(f"{town}\n[observed.seen]\n{lines}", encoding="utf-8")
            return Scenario.load(file)

        return with_file

    def test_a_table_in_a_folder_below_is_read(self, load):
        assert [one.value for one in load("below/table.csv").observed["seen"].values] == [7.0]
        assert load("below/../below/table.csv") == load("./below/table.csv")

    def test_a_table_elsewhere_is_refused(self, load, tmp_path):
        elsewhere = ["../secret.csv", "below/../../secret.csv", str(tmp_path / "secret.csv")]
        for name in [*elsewhere, "../../../../../../etc/passwd", "/dev/zero", "/etc/passwd"]:
            with pytest.raises(ScenarioError, match="must lie beside the scenario file"):
                load(name)

    def test_an_absolute_name_is_refused_even_of_a_table_beside(self, load, tmp_path):
        with pytest.raises(ScenarioError, match="must lie beside the scenario file"):
            load(str(tmp_path / "towns" / "below" / "table.csv"))

    def test_a_link_that_leads_elsewhere_is_refused(self, load, tmp_path):
        (tmp_path / "towns" / "link.csv").symlink_to(tmp_path / "secret.csv")
        (tmp_path / "towns" / "up").symlink_to(tmp_path)
        for name in ("link.csv", "up/secret.csv"):
            with pytest.raises(ScenarioError, match="must lie beside the scenario file"):
                load(name)

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_is_no_regular_file_is_refused(self, kind, load, tmp_path):
        special(tmp_path / "towns", kind)
        assert one_clean_line(lambda: load(f"special-{kind}.toml")) is not None

    @pytest.mark.parametrize("name", ["", ".", "below", "\\u0000", "x" * 5000, "a/" * 2000])
    def test_odd_names_are_one_line(self, name, load):
        assert "observed.seen" in (one_clean_line(lambda: load(name)) or "")


class TestOutputs:
    @pytest.mark.parametrize("option", ["--csv", "--plot"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_what_is_no_file_stays_as_it_is(self, call, option, kind, tmp_path):
        place = special(tmp_path, kind, {"--csv": ".csv", "--plot": ".png"}[option])
        before = identity(place)
        refused(call(*SWEEP, option, place), "is there already")
        if not place.is_symlink():
            refused(call(*SWEEP, option, place, "--force"), "no regular file")
        assert identity(place) == before
        assert list(tmp_path.iterdir()) == [place]

    @pytest.mark.parametrize("kind", KINDS)
    def test_init_leaves_what_is_no_file(self, call, kind, tmp_path):
        place = special(tmp_path, kind)
        refused(call("init", place), "is there already")
        assert list(tmp_path.iterdir()) == [place]

    def test_a_device_is_never_replaced(self, call):
        for arguments in (("init", os.devnull), (*SWEEP, "--csv", os.devnull, "--force")):
            refused(call(*arguments))
        for place in ("/dev/null", "/dev/full"):
            with pytest.raises(OutputError, match="no regular file"):
                write_text(Path(place), "x", force=True)
        assert stat.S_ISCHR(os.stat("/dev/null").st_mode)

    def test_a_link_is_replaced_and_its_target_left(self, tmp_path):
        target, link = tmp_path / "target.csv", tmp_path / "link.csv"
        target.write_text("mine", encoding="utf-8")
        link.symlink_to(target)
        with pytest.raises(OutputError, match="is there already"):
            write_text(link, "new")
        write_text(link, "new", force=True)
        assert (target.read_text(encoding="utf-8"), link.is_symlink()) == ("mine", False)

    def test_a_picture_is_not_written_through_a_link_laid_beforehand(self, call, tmp_path):
        target = tmp_path / "elsewhere.png"
        (tmp_path / ".jobsim-x.png").symlink_to(target)
        assert call(*SWEEP, "--plot", tmp_path / "x.png")[0] == 0
        assert not target.exists()
        assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")

    @pytest.mark.parametrize("name", ["CON", "con.toml", "Nul.csv", "com1", "LPT9.x.html", "AUX "])
    def test_names_of_windows_devices_are_refused_everywhere(self, name, tmp_path):
        with pytest.raises(OutputError, match="Windows keeps that name"):
            refuse_to_replace(tmp_path / name, force=True)

    @pytest.mark.parametrize("name", ["conny.toml", "nulpunkt.csv", "com10.csv", "a.con", "lpt"])
    def test_names_that_begin_like_them_are_not(self, name, tmp_path):
        refuse_to_replace(tmp_path / name, force=False)

    @pytest.mark.parametrize("place", ["a\x00b", "x" * 300, "taken/x.toml", "taken/a/b"])
    def test_places_that_cannot_be_are_one_line(self, place, tmp_path):
        (tmp_path / "taken").write_text("mine", encoding="utf-8")
        for force in (False, True):
            line = one_clean_line(
                lambda force=force: write_text(tmp_path / place, "x", force=force)
            )
            assert "cannot be written" in (line or "")

    def test_a_writer_that_fails_leaves_nothing(self, tmp_path):
        def fail(place: Path) -> None:
            place.write_text("half", encoding="utf-8")
            raise OSError(28, "No space left on device")

        with pytest.raises(OutputError, match="No space left") as failed:
            write_whole(tmp_path / "x.csv", fail)
        assert failed.value.exit_code == 1
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("place", [os.devnull, "taken", "x" * 300, "taken/out"])
    def test_a_folder_for_results_that_cannot_be(self, call, place, tmp_path):
        (tmp_path / "taken").write_text("mine", encoding="utf-8")
        town = tmp_path / "by.toml"
        town.write_text(small_town().to_toml(), encoding="utf-8")
        refused(call("compare", town, *ASK, "--out", tmp_path / place), "cannot be written")
        assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"

    def test_results_are_not_written_through_links_in_their_folder(self, call, tmp_path):
        town, out, target = tmp_path / "by.toml", tmp_path / "out", tmp_path / "target"
        town.write_text(small_town().to_toml(), encoding="utf-8")
        target.write_text("mine", encoding="utf-8")
        out.mkdir()
        for name in ("run.toml", "measures.csv", "tables.xlsx", "dataset.nc"):
            (out / name).symlink_to(target)
        refused(call("compare", town, *ASK, "--out", out), "is there already")
        assert call("compare", town, *ASK, "--out", out, "--force")[0] == 0
        assert target.read_text(encoding="utf-8") == "mine"
        assert not any(file.is_symlink() for file in out.iterdir())
        assert {file.name for file in tmp_path.iterdir()} == {"by.toml", "out", "target"}

    @pytest.mark.parametrize("kind", sorted({*KINDS} - {"link to nothing", "link to itself"}))
    def test_a_report_leaves_what_is_no_file(self, call, kind, tmp_path):
        place, town = special(tmp_path, kind), tmp_path / "by.toml"
        town.write_text(small_town().to_toml(), encoding="utf-8")
        before = identity(place)
        refused(call("report", town, "-o", place, *ASK))
        assert identity(place) == before
