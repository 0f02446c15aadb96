"""`jobsim init`: a file of one's own that validates and plays at once."""

from __future__ import annotations

import shlex

import pytest


def test_what_it_writes_validates_and_plays(call, tmp_path):
    path = tmp_path / "min by æøå.toml"
    code, out, _ = call("init", path)
    assert code == 0
    assert [shlex.split(line)[1:] for line in out.splitlines()[1:]] == [
        ["validate", str(path)],
        ["compare", str(path)],
    ]
    code, out, _ = call("validate", path)
    assert code == 0
    assert "valid" in out
    assert "no source" not in out
    assert "outside" not in out
    code, out, _ = call("compare", path, "-r", 5)
    assert code == 0
    assert "min by æøå against min by æøå without programmes" in out


def test_a_file_that_is_there_asks_for_force(call, tmp_path):
    path = tmp_path / "by.toml"
    path.write_text("mine", encoding="utf-8")
    code, out, err = call("init", path)
    assert (code, out) == (2, "")
    assert "--force" in err
    assert len(err.strip().splitlines()) == 1
    assert path.read_text(encoding="utf-8") == "mine"
    assert call("init", path, "--force")[0] == 0
    assert call("validate", path)[0] == 0


@pytest.mark.parametrize("name", ["taken/by.toml", "by", "by.txt"])
def test_a_path_that_cannot_be_written_is_one_line(call, tmp_path, name):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    code, out, err = call("init", tmp_path / name)
    assert (code, out) == (2, "")
    assert err.startswith("jobsim: ")
    assert len(err.strip().splitlines()) == 1
