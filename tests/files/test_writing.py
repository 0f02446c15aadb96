"""What is written: no formulas in CSV, endings that fit, folders that are folders."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

import jobsim as js
from jobsim.errors import InputError, OutputError
from jobsim.files.writing import (
    csv_text,
    refuse_ending,
    refuse_file_for_folder,
    text_writer,
    write_folder,
)
from tests.factory import small_town

HOSTILE = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "x;=1+1", "x; =1+1", "x,=1+1", "x\t=1+1", "x\n=1+1"),
    *('x;"=1+1"', 'a;"b;=1"', ";;=1", "x\r\n-1", "＝1+1", "a|=1", " =1+1", '"=1+1"', "=1;=2,+3"),
)
HARMLESS = ("Jobs", "a - b", "50 % = half", "e-mail@home", "3 + 4", "'=1", "lille; by", "")


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("quoted", [True, False])
def test_no_text_becomes_a_formula_wherever_cells_are_parted(mark, quoted):
    frame = pd.DataFrame({"kode": range(len(HOSTILE)), "navn": HOSTILE}).set_index("navn")
    frame[HOSTILE[4]] = HOSTILE
    text = csv_text(frame).removeprefix("\ufeff")
    if quoted:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=mark))
        cells = [cell for row in rows for cell in row]
    else:
        cells = re.split(rf"[{mark}\r\n]", text)
    assert len(cells) > len(HOSTILE)
    begins = [cell.lstrip(' "') for cell in cells]
    assert [cell for cell in begins if cell.startswith(tuple("=+-@＝"))] == []


def test_other_texts_and_numbers_stay():
    frame = pd.DataFrame({"label": HARMLESS, "value": [-1.5] * len(HARMLESS)})
    rows = list(csv.reader(csv_text(frame).removeprefix("\ufeff").splitlines()))
    assert rows == [["label", "value"], *([label, "-1.5"] for label in HARMLESS)]


@pytest.mark.parametrize("name", ["x.pdf", "x", ".html", "x.html.txt"])
def test_an_ending_that_does_not_fit_is_refused(name):
    with pytest.raises(InputError, match=r"must end in \.html, \.htm"):
        refuse_ending(Path(name), ".html", ".htm")
    refuse_ending(Path("x.HTML"), ".html", ".htm")


@pytest.mark.parametrize("path", [None, "", 3])
@pytest.mark.parametrize(
    "write",
    [
        js.write_template,
        lambda path: small_town().save(path),
        lambda path: js.Prices.load("denmark").save(path),
        lambda path: js.Study("nowhere").export(path),
    ],
)
def test_what_is_no_path_is_refused(path, write):
    with pytest.raises(InputError, match="must be the path of a file"):
        write(path)


def test_a_folder_is_not_named_like_a_file(tmp_path):
    with pytest.raises(InputError, match=r"must be a folder; \.csv is the ending of a file"):
        write_folder(tmp_path / "tal.csv", {"a.txt": text_writer("x")}, force=False)
    (tmp_path / "is.csv").mkdir()
    for name in ("is.csv", "v1.2", "new"):
        refuse_file_for_folder(tmp_path / name)
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="it is no folder"):
        refuse_file_for_folder(tmp_path / "taken")


def test_a_folder_gets_all_files_or_none(tmp_path):
    def fail(_: Path) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="No space left"):
        write_folder(tmp_path, {"a.txt": text_writer("new"), "b.txt": fail}, force=True)
    assert [(one.name, one.read_text("utf-8")) for one in tmp_path.iterdir()] == [("a.txt", "mine")]
    write_folder(tmp_path, {"a.txt": text_writer("ny\n"), "b.txt": text_writer("")}, force=True)
    assert (tmp_path / "a.txt").read_bytes() == b"ny\n"
