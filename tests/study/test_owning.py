"""Studies own their inputs: other processors, flipped bits, folders that go, in no silence."""

import datetime as dt
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import jobsim as js
from jobsim.calendar import Schedule
from jobsim.errors import InputError, JobsimError, StudyError
from jobsim.ledger import Prices
from jobsim.study import Study
from jobsim.study.keeping.database import FILE
from jobsim.study.keeping.store import store_of
from tests.study.quick import GAIN, HOW, content, run, town

LEISURE = "prices.wages.leisure_share"
ASKED = ("placements", "net_saving:municipality")


def drawn(folder: Path, count: int = 2) -> Study:
    """A study with draws of a number of the scenario and a price."""
    study = Study(folder, block=2)
    how = {"design": "sobol", "parameters": [GAIN, LEISURE], "replications": 3}
    study.run(town(), draws=count, **how, **HOW)
    return study


def test_a_changed_number_is_drawn_about_its_new_value_and_that_is_told(tmp_path):
    changed = town().with_({GAIN: 0.25})
    study = Study(tmp_path / "a")
    study.run(changed, draws=2, parameters=[GAIN, LEISURE], replications=1, **HOW)
    found = Study(tmp_path / "a").outcomes(["placements"])  # from the texts of its plan
    assert found.attrs["changed"].endswith(f"moved with it: {GAIN} 0.2 → 0.25.")
    expected = js.parameter_draws(changed, 2, parameters=[GAIN, LEISURE]).to_frame()[GAIN]
    assert found[GAIN].values.ravel() == pytest.approx(expected.to_numpy())


@pytest.fixture
def elsewhere(monkeypatch):
    """Go on with a processor and libraries that draw every number otherwise in its last digits."""
    plan = sys.modules["jobsim.study.plan"]
    here = plan.draws_of

    def draws_of(*given, **how):
        found = here(*given, **how)
        values = found.values * (1 + 1e-8)
        return type(found)(**{**vars(found), "values": values})

    return lambda: monkeypatch.setattr(plan, "draws_of", draws_of)


class TestOtherProcessors:
    def test_what_was_drawn_is_read_and_not_drawn_again(self, tmp_path, elsewhere, simulated):
        study = drawn(tmp_path / "a")
        before, played = study.outcomes(ASKED), len(simulated)
        elsewhere()
        assert study.status().done == study.status().asked
        assert study.resume(**HOW).simulated == 0
        assert drawn(tmp_path / "a").status().missing == 0
        assert study.outcomes(ASKED).identical(before)
        assert study.verify() == []
        assert len(simulated) == played

    def test_extending_keeps_the_first_draws(self, tmp_path, elsewhere):
        study = drawn(tmp_path / "a")
        before = study.outcomes(ASKED)
        elsewhere()
        assert study.extend(draws=4, **HOW).simulated == 2 * 2 * 2
        assert study.outcomes(ASKED).isel(draw=slice(2)).identical(before)

    def test_folders_of_two_processors_are_merged(self, tmp_path, elsewhere):
        here = drawn(tmp_path / "a")
        before = here.outcomes(ASKED)
        elsewhere()
        there = drawn(tmp_path / "b", 4)
        drawn_there = there.outcomes(ASKED).isel(draw=slice(2, None))
        here.merge(there.folder)
        assert here.status().missing == 0
        whole = here.outcomes(ASKED)
        assert whole.isel(draw=slice(2)).identical(before)
        np.testing.assert_array_equal(whole.placements[:, :, 2:], drawn_there.placements)

    def test_other_draws_are_not_merged(self, tmp_path, monkeypatch):
        """Negative control: what differs by more than processors do."""
        here = drawn(tmp_path / "a")
        monkeypatch.setattr("jobsim.study.plan._NEAR", 0.0)
        plan = sys.modules["jobsim.study.plan"]
        real = plan.draws_of

        def draws_of(*given, **how):
            found = real(*given, **how)
            return type(found)(**{**vars(found), "values": found.values * 1.001})

        monkeypatch.setattr(plan, "draws_of", draws_of)
        with pytest.raises(StudyError, match="draws its parameters otherwise"):
            here.merge(drawn(tmp_path / "b").folder)

    def test_draws_of_a_table_are_exact(self, tmp_path):
        study, odd = Study(tmp_path / "a"), [{GAIN: 0.1 + 0.2}, {GAIN: 1 / 3}]
        study.run(town(), draws=odd, replications=1, **HOW)
        assert study.outcomes("placements")[GAIN].values.tolist() == [[0.1 + 0.2, 1 / 3]]

    def test_dates_and_schedules_are_drawn_and_read_again(self, tmp_path):
        steps = Schedule((dt.date(2018, 1, 1), dt.date(2018, 1, 22)), (0.5, 2.0))
        rows = [
            {"labour_market.tightness": steps},
            {"horizon.start": dt.date(2018, 1, 8)},
            {"horizon.start": np.datetime64("2018-01-15")},
            {"labour_market.tightness": Schedule((), (0.7,))},
        ]
        study = Study(tmp_path / "a")
        assert study.run(town(), draws=rows, replications=1, **HOW).failed == 0
        assert study.run(town(), draws=rows, replications=1, **HOW).simulated == 0
        found = study.outcomes("placements")["placements"]
        each = [town().with_(row) for row in rows]
        how = {"replications": 1, "measures": "placements", **HOW}
        alone = [js.sweep(one, {GAIN: [0.2]}, **how).values("placements") for one in each]
        np.testing.assert_array_equal(found.values.ravel(), np.ravel(alone))


class TestPrices:
    def test_a_list_that_lacks_what_is_drawn_is_refused(self, tmp_path, monkeypatch):
        study = drawn(tmp_path / "a", 1)
        monkeypatch.setattr("jobsim.study.plan.has", lambda document, path: "leisure" not in path)
        with pytest.raises(InputError, match=r'"denmark": has nothing at wages\.leisure_share'):
            study.outcomes("placements", prices=Prices.load("denmark"))


@cache
def whole() -> tuple[bytes, object, dict[str, list[tuple]]]:
    """Bytes of a small study, its outcomes, and its content."""
    with TemporaryDirectory() as name:
        study = drawn(Path(name) / "a", 2)
        told = study.outcomes(ASKED).load()
        study.close()
        return (study.folder / FILE).read_bytes(), told, content(study.folder)


def laid(folder: Path) -> Study:
    """The small study of `whole` in a folder."""
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(whole()[0])
    return Study(folder, block=2)


def flipped(folder: Path, random: Random) -> str:
    """Flip a bit anywhere in a small study and use it: refused, or of no effect.

    Returns
    -------
    str, "refused" or "harmless"

    Raises
    ------
    AssertionError
        If a number is another, or none.
    """
    data, told, played = whole()
    bit = random.randrange(8 * len(data))
    bent = bytearray(data)
    bent[bit // 8] ^= 1 << bit % 8
    study, refused = laid(folder), False
    (folder / FILE).write_bytes(bent)
    asks = (
        lambda: study.outcomes(ASKED),
        lambda: study.resume(**HOW) and study.outcomes(ASKED),
        lambda: drawn(folder, 2).outcomes(ASKED),
    )
    try:
        for ask in asks:
            try:
                found = ask()
            except JobsimError:
                refused = True
            else:
                assert told.identical(found), f"bit {bit}"
        kept = {} if refused else content(folder)
        assert refused or kept["volumes"] == played["volumes"], f"bit {bit}"
    finally:
        store_of(folder).close()
        shutil.rmtree(folder)
    return "refused" if refused else "harmless"


@pytest.mark.parametrize("many", [6, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_flipped_bit_is_refused_or_harmless(tmp_path, many):
    random = Random(15)
    came = [flipped(tmp_path / str(number), random) for number in range(many)]
    assert {"refused", "harmless"} == set(came)


ALTERED = {
    "plan": "UPDATE plan SET text = replace(text, '\"replications\": 3', '\"replications\": 2')",
    "plan is gone": "DELETE FROM plan",
    "draws": "UPDATE documents SET data = x'00' WHERE length(data) = "
    "(SELECT min(length(data)) FROM documents)",
    "a document's name": "UPDATE documents SET digest = 'a' || substr(digest, 2)",
    "a cell's replications": "UPDATE cells SET stop = stop + 1",
    "a cell's seconds": "UPDATE cells SET seconds = 2e9",
    "a cell's volumes": "UPDATE cells SET key = zeroblob(32)",
    "a block's key": "UPDATE volumes SET key = zeroblob(32) WHERE rowid = 1",
    "a block's replications": "UPDATE volumes SET first = 1 WHERE rowid = 1",
    "a block's end": "UPDATE volumes SET stop = stop + 1 WHERE rowid = 1",
    "volumes": "UPDATE volumes SET data = x'00' WHERE rowid = 1",
    "volumes are gone": "DELETE FROM volumes WHERE rowid = 1",
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_found_without_verify(tmp_path, what):
    study = laid(tmp_path / "a")
    with store_of(study.folder).writing() as writing:
        writing.execute(ALTERED[what])
    with pytest.raises(StudyError):
        study.outcomes(ASKED)
    of_contents = ("volumes", "a block's end")  # which only what reads them finds
    if what not in of_contents:
        for ask in (study.status, lambda: study.resume(**HOW)):
            with pytest.raises(StudyError):
                ask()


def test_a_failure_that_was_altered_is_found(tmp_path):
    study = laid(tmp_path / "a")
    store = store_of(study.folder)
    cell = bytes(store.read("SELECT cell FROM cells")[0][0])
    with store.writing() as writing:
        writing.execute("INSERT INTO failures VALUES (?, 0, 2, '{}', 'a', 'b', x'00')", (cell,))
    with pytest.raises(StudyError, match="a row is damaged; verify with mend"):
        study.failures()
    assert len(study.verify(mend=True)) == 1
    assert study.failures() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows moves no folder that is in use")
class TestFolderThatGoes:
    @pytest.fixture
    def moved(self, tmp_path, monkeypatch):
        """Move or remove the folder when some cells have been played."""
        missing = sys.modules["jobsim.study.playing.missing"]
        real, calls = missing.simulate, []

        def set_up(move):
            def simulate(*given, **how):
                calls.append(1)
                if len(calls) == 5:
                    move(tmp_path / "a")
                return real(*given, **how)

            monkeypatch.setattr(missing, "simulate", simulate)

        return set_up

    def test_moved_while_it_runs_it_stops_and_keeps_what_was_finished(self, tmp_path, moved):
        moved(lambda folder: folder.rename(tmp_path / "b"))
        with pytest.raises(StudyError, match="was moved or removed while it was used"):
            run(tmp_path / "a")
        assert not (tmp_path / "a").exists()
        found = Study(tmp_path / "b", block=2)
        assert found.status().done >= 5
        assert found.resume(**HOW).missing == 0
        run(tmp_path / "whole")
        assert content(tmp_path / "b") == content(tmp_path / "whole")

    def test_removed_while_it_runs_it_stops_and_makes_nothing(self, tmp_path, moved):
        moved(shutil.rmtree)
        with pytest.raises(StudyError, match="was moved or removed while it was used"):
            run(tmp_path / "a")
        assert not (tmp_path / "a" / FILE).exists()
        assert run(tmp_path / "a").missing == 0

    def test_removed_while_a_question_plays(self, tmp_path, monkeypatch):
        player = sys.modules["jobsim.analysis.playing.player"]
        real, calls = player.simulate, []

        def simulate(*given, **how):
            calls.append(1)
            if len(calls) == 3:
                shutil.rmtree(tmp_path / "a")
            return real(*given, **how)

        monkeypatch.setattr(player, "simulate", simulate)
        with pytest.raises(StudyError, match="was moved or removed while it was used"):
            js.sweep(town(), {GAIN: [0.1, 0.2]}, replications=4, study=Study(tmp_path / "a"), **HOW)
