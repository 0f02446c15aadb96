"""Standard output that is closed, full, no longer read or of another code page; an early Ctrl-C."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jobsim.cli import main
from jobsim.scenario import Scenario
from tests.processes import ended

posix = pytest.mark.skipif(sys.platform == "win32", reason="no /dev/full")
FULL = "jobsim: standard output cannot be written (No space left on device)\n"
CLOSED = "jobsim: standard output cannot be written (it is closed)\n"


def full() -> io.TextIOWrapper:
    return open("/dev/full", "w", encoding="utf-8")


def unread() -> io.TextIOWrapper:
    """A pipe that nobody reads any more, as after `| head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w", encoding="utf-8")


def closed() -> None:
    """As after `>&-`."""


@posix
@pytest.mark.parametrize("command", [["presets"], ["--help"], ["validate", "town-2026"]])
@pytest.mark.parametrize(
    ("out", "code", "told"), [(full, 1, FULL), (unread, 141, ""), (closed, 1, CLOSED)]
)
def test_output_that_does_not_arrive_is_a_line_or_nothing(
    monkeypatch, capsys, command, out: Callable[[], io.TextIOWrapper | None], code, told
):
    monkeypatch.setattr(sys, "argv", ["jobsim", *command])
    monkeypatch.setattr(sys, "stdout", out())
    with pytest.raises(SystemExit) as caught:
        main()
    if sys.stdout is not None:
        sys.stdout.close()  # as Python does in the end: what is left goes nowhere
    assert (caught.value.code, capsys.readouterr().err) == (code, told)


@posix
@pytest.mark.parametrize(("errors", "code"), [(full, 1), (unread, 141), (closed, 2)])
def test_errors_that_do_not_arrive_are_no_traceback(monkeypatch, capsys, errors, code):
    monkeypatch.setattr(sys, "argv", ["jobsim", "validate", "nowhere.toml"])
    monkeypatch.setattr(sys, "stderr", errors())
    with pytest.raises(SystemExit) as caught:
        main()
    sys.stderr.close()
    assert (caught.value.code, capsys.readouterr().out) == (code, "")


@posix
def test_a_process_ends_without_a_word_more():
    with full() as out:
        done = ended("-m", "jobsim", "--version", stdout=out)
    assert (done.returncode, done.stderr) == (1, FULL)


EARLY = """
import os, signal, sys
class Ends:
    def find_spec(self, name, path=None, target=None):
        if name == "jobsim.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Ends())
from jobsim.__main__ import main
main()
"""


@posix
def test_ctrl_c_while_it_is_loaded_is_one_line():
    done = ended("-c", EARLY)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "jobsim: interrupted\n")


class TestWhatIsReadBack:
    """Under any code page, to standard output or to a file: what is written can be read."""

    @pytest.mark.parametrize("command", [["show", "esbjerg-2018"], ["prices"]])
    def test_toml_is_utf_8(self, monkeypatch, command):
        out = io.BytesIO()
        monkeypatch.setattr(sys, "argv", ["jobsim", *command, "--toml"])
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="cp1252"))
        with pytest.raises(SystemExit):
            main()
        assert "ø" in out.getvalue().decode("utf-8")

    @pytest.mark.parametrize(
        ("command", "file"),
        [(["show", "esbjerg-2018"], "by.toml"), (["prices"], "p.toml"), (["schema"], "s.json")],
    )
    def test_a_file_is_written_once(self, call, tmp_path, command, file):
        path = tmp_path / f"min {file}"
        assert call(*command, "-o", path) == (0, f"Written: {path}\n", "")
        before = path.read_text(encoding="utf-8")
        shown = [*command, "--toml"] if file.endswith(".toml") else command
        assert call(*shown)[1] == before
        code, out, errors = call(*command, "-o", path)
        assert (code, out) == (2, "")
        assert "is there already; --force" in errors
        assert call(*command, "-o", path, "--force")[0] == 0
        code, _, errors = call(*command, "-o", tmp_path / "by.pdf")
        assert code == 2
        assert f"must end in {path.suffix}" in errors

    @pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
    def test_another_encoding_is_refused_with_what_to_do(self, call, tmp_path, encoding):
        path: Path = tmp_path / "by.toml"
        path.write_bytes(Scenario.load("esbjerg-2018").to_toml().encode(encoding, "replace"))
        code, _, errors = call("validate", path)
        assert code == 2
        assert "not UTF-8 text" in errors
        assert '"jobsim show NAME -o FILE"' in errors
        assert errors.count("\n") == 1
