"""How far work has come: a bar in a terminal, elsewhere a line a minute."""

from __future__ import annotations

import sys

import pytest

from jobsim.engines import progress
from jobsim.engines.progress import ProgressLines, counted_off, progress_bar


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand; work that went on before is long over."""
    now = [1e6]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    monkeypatch.setattr(ProgressLines, "_seen", 0.0)
    return now


def test_a_line_a_minute_and_none_before(clock, capsys):
    with progress_bar("by", 100, show=True) as bar:
        for _ in range(100):
            clock[0] += 2.5
            bar.update(1)
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "by: 24 of 100 reps after 1 min, some 3 min left"
    assert [line.split(" of ")[0] for line in told] == ["by: 24", "by: 48", "by: 72", "by: 96"]


def test_work_of_many_short_pieces_has_a_line_a_minute_too(clock, capsys):
    for _ in range(9):
        for _ in counted_off([1, 2], "runde", show=True, unit="cell"):
            clock[0] += 10
    assert capsys.readouterr().err.count("\n") == 3


def test_work_after_a_pause_begins_a_minute_of_its_own(clock, capsys):
    for _ in range(3):
        clock[0] += 500
        for _ in counted_off([1, 2], "by", show=True, unit="cell"):
            clock[0] += 29
    assert capsys.readouterr().err == ""


def test_nothing_is_shown_where_it_is_not_asked_for(clock, capsys):
    for _ in counted_off([1, 2], "by", show=False, unit="cell"):
        clock[0] += 500
    assert capsys.readouterr() == ("", "")


def test_a_terminal_has_a_bar(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar("by", 2, show=True) as bar:
        assert not isinstance(bar, ProgressLines)
        bar.delay = 0
        bar.refresh()
    assert "by:   0%|" in capsys.readouterr().err


@pytest.mark.parametrize("gone", [None, "closed"])
def test_a_log_that_is_gone_stops_no_work(clock, monkeypatch, tmp_path, gone):
    with (tmp_path / "log").open("w") as log:
        monkeypatch.setattr(sys, "stderr", log if gone else None)
        log.close()
        with progress_bar("by", 2, show=True) as bar:
            clock[0] += 100
            bar.update(1)
