"""Claims: exclusive while their player lives, void when it does not, however it ended."""

import os
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from jobsim.errors import OutputError
from jobsim.study.keeping.store import Store
from jobsim.study.playing import missing as sharing
from jobsim.study.playing.claims import Claims, claim_on
from jobsim.study.playing.missing import filled

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks are of POSIX systems")


def locks(folder):
    return sorted(path.name for path in folder.glob("player-*"))


class TestLiving:
    def test_what_is_claimed_is_not_claimed_again(self, tmp_path):
        with Claims(tmp_path) as ours, Claims(tmp_path) as theirs:
            assert ours.take(b"a")
            assert not theirs.take(b"a")
            assert not ours.take(b"a")
            assert theirs.take(b"b")

    def test_what_is_let_go_can_be_claimed(self, tmp_path):
        with Claims(tmp_path) as ours, Claims(tmp_path) as theirs:
            ours.take(b"a")
            ours.let_go([b"a"])
            assert theirs.take(b"a")

    def test_nobody_lets_go_of_what_others_claimed(self, tmp_path):
        with Claims(tmp_path) as ours, Claims(tmp_path) as theirs:
            ours.take(b"a")
            theirs.let_go([b"a"])
            theirs.void_those_of_the_dead()
            assert not theirs.take(b"a")

    def test_nothing_stays_of_one_that_ended(self, tmp_path):
        with Claims(tmp_path) as ours:
            ours.take(b"a")
            assert len(locks(tmp_path)) == 1
        assert locks(tmp_path) == []
        with Claims(tmp_path) as theirs:
            assert theirs.take(b"a")

    def test_one_that_ended_by_an_error_leaves_nothing_either(self, tmp_path):
        with pytest.raises(ZeroDivisionError), Claims(tmp_path) as ours:
            assert 1 / (1 - ours.take(b"a"))
        with Claims(tmp_path) as theirs:
            assert theirs.take(b"a")


def begun(folder, *, child):
    """Fork a player that claims "a" and sleeps, with a child of its own if asked for."""
    player = os.fork()
    if player == 0:
        claims = Claims(folder).__enter__()
        if child and os.fork() == 0:
            time.sleep(20)
            os._exit(0)
        claims.take(b"a")
        time.sleep(60)
        os._exit(0)
    until = time.monotonic() + 30
    with Claims(folder) as here:
        while here.take(b"a") and time.monotonic() < until:
            here.let_go([b"a"])
            time.sleep(0.01)
    return player


@posix
@pytest.mark.parametrize("child", [False, True], ids=["alone", "with a child that lives on"])
def test_a_kill_voids_claims(tmp_path, child):
    player = begun(tmp_path, child=child)
    with Claims(tmp_path) as claims:
        assert not claims.take(b"a")
        assert len(locks(tmp_path)) == 2
        os.kill(player, signal.SIGKILL)
        os.waitpid(player, 0)
        assert not claims.take(b"a")
        claims.void_those_of_the_dead()
        assert claims.take(b"a")
        assert len(locks(tmp_path)) == 1


class TestFolder:
    def test_a_link_is_not_followed(self, tmp_path):
        (tmp_path / "claims.sqlite").symlink_to(tmp_path / "elsewhere.sqlite")
        with pytest.raises(OutputError, match="is a link"), Claims(tmp_path):
            pass
        assert not (tmp_path / "elsewhere.sqlite").exists()

    def test_another_file_under_its_name_is_told(self, tmp_path):
        (tmp_path / "claims.sqlite").write_text("a letter " * 1000)
        with pytest.raises(OutputError, match="cannot be used"), Claims(tmp_path):
            pass
        assert locks(tmp_path) == []

    def test_a_player_named_like_a_path_harms_no_file(self, tmp_path):
        (tmp_path / "a").mkdir()
        (tmp_path / "letter").write_text("dear")
        with Claims(tmp_path / "a"):
            pass
        writing = sqlite3.connect(tmp_path / "a" / "claims.sqlite")
        with writing:
            writing.execute("INSERT INTO claims VALUES (x'61', '../letter')")
        writing.close()
        with Claims(tmp_path / "a") as claims:
            assert claims.take(b"a")
        assert (tmp_path / "letter").read_text() == "dear"

    def test_locks_that_a_dead_player_left_are_removed(self, tmp_path):
        (tmp_path / "player-0123456789abcdef").write_bytes(b"")
        with Claims(tmp_path):
            assert len(locks(tmp_path)) == 1


class TestSharing:
    """What two questions lack is played once."""

    KEY, WIDTH = bytes(32), 3

    def filled(self, folder, missing, played, pause=0.0):
        def play(run):
            time.sleep(pause)
            played.append(run)
            return np.array([[number, 1, 2] for number in run])

        store = Store(folder)
        found = {}
        for some in filled(store, 4, self.KEY, missing, self.WIDTH, play):
            found.update(some)
        store.close()
        return {number: row.tolist() for number, row in found.items()}

    def test_everything_missing_comes(self, tmp_path):
        played = []
        wanted = {number: [number, 1, 2] for number in (0, 1, 5, 6, 7, 9)}
        assert self.filled(tmp_path, list(wanted), played) == wanted
        assert played == [range(2), range(5, 8), range(9, 10)]
        assert self.filled(tmp_path, list(wanted), played) == wanted
        assert len(played) == 3

    def test_two_at_a_time_play_nothing_twice(self, tmp_path):
        numbers = list(range(24))
        played = []
        with ThreadPoolExecutor(3) as pool:
            asked = [
                pool.submit(self.filled, tmp_path, numbers, played, pause=0.05) for _ in range(3)
            ]
            found = [one.result() for one in asked]
        assert found[0] == found[1] == found[2] == {n: [n, 1, 2] for n in numbers}
        assert sorted(n for run in played for n in run) == numbers

    def test_what_a_dead_process_was_playing_is_played(self, tmp_path, monkeypatch):
        monkeypatch.setattr(sharing, "_WAIT_SECONDS", 0.01)
        with Claims(tmp_path):
            pass
        writing = sqlite3.connect(tmp_path / "claims.sqlite")
        with writing:
            claim = claim_on(self.KEY, 4)
            writing.execute("INSERT INTO claims VALUES (?, 'player-gone')", (claim,))
        writing.close()
        assert len(self.filled(tmp_path, list(range(8)), [])) == 8

    def test_who_never_comes_back_holds_nothing(self, tmp_path):
        store = Store(tmp_path)
        rows = np.zeros((4, 3), np.int64)
        left = filled(store, 4, self.KEY, list(range(8)), self.WIDTH, lambda run: rows)
        next(left)
        assert len(self.filled(tmp_path, list(range(8)), [])) == 8
        left.close()
        store.close()

    def test_an_error_lets_go(self, tmp_path):
        def fail(run):
            raise ZeroDivisionError

        store = Store(tmp_path)
        with pytest.raises(ZeroDivisionError):
            list(filled(store, 4, self.KEY, [0, 1], self.WIDTH, fail))
        store.close()
        assert len(self.filled(tmp_path, [0, 1], [])) == 2
