"""Studies on the command line."""

import json
import signal
import sqlite3
import time

import pytest
import xarray as xr

from jobsim.study import Study
from tests.processes import SECONDS, started
from tests.study.quick import town

PLAIN = ("--engine", "numpy", "--no-progress")


@pytest.fixture
def jobsim(call):
    """Call `jobsim study` in this process; its output, or the error."""

    def run(*arguments, code=0):
        found, out, errors = call("study", *arguments)
        assert found == code, errors
        return {0: out, 1: out + errors}.get(code, errors)

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "town.toml"
    path.write_text(town().to_toml(), encoding="utf-8")
    return path


def test_a_study_from_beginning_to_end(jobsim, tmp_path, file):
    folder, other = tmp_path / "a", tmp_path / "b"
    one = (
        "--draws",
        2,
        "--design",
        "random",
        "-r",
        3,
        "--parameter",
        "groups.job_ready.meeting_gain",
        *PLAIN,
    )
    first = json.loads(jobsim("run", folder, file, *one, "--json"))
    assert (first["asked"], first["done"], first["simulated"]) == (4, 4, 4)
    again = json.loads(jobsim("run", folder, file, *one, "--json"))
    assert (again["simulated"], again["seconds_left"]) == (0, 0.0)
    wider = json.loads(jobsim("extend", folder, "--draws", 4, "--json", *PLAIN))
    assert (wider["asked"], wider["simulated"]) == (8, 4)
    assert "done" in jobsim("status", folder)
    assert jobsim("resume", folder, "--retry-failed", *PLAIN).startswith("Study ")
    assert jobsim("merge", other, folder) == "8 new blocks of volumes\n"
    assert jobsim("verify", other) == "0 faults\n"
    jobsim("export", other, tmp_path / "a.nc", "--measure", "placements")
    with xr.open_dataset(tmp_path / "a.nc") as found:
        assert found["placements"].sizes["draw"] == 4


def test_faults_have_an_exit_code_of_their_own(jobsim, tmp_path, file):
    jobsim("run", tmp_path / "a", file, "-r", 2, *PLAIN)
    with sqlite3.connect(tmp_path / "a" / "cells.sqlite") as writing:
        writing.execute("UPDATE volumes SET data = x'00'")
    writing.close()
    assert jobsim("verify", tmp_path / "a", code=1).endswith("2 faults\n")
    assert jobsim("verify", tmp_path / "a", "--mend", code=1).endswith("2 faults\n")
    assert json.loads(jobsim("resume", tmp_path / "a", "--json", *PLAIN))["simulated"] == 2


def test_what_failed_is_listed(jobsim, tmp_path, file):
    path = "groups.job_ready.stock"  # of which a hundred million fit no memory
    study = Study(tmp_path / "a")
    study.run(town(), draws=[{path: 10**8}], replications=2, engine="numpy", progress=False)
    study.close()
    told = jobsim("failures", tmp_path / "a")
    assert path in told
    assert jobsim("resume", tmp_path / "a", code=1).endswith("jobsim study failures tells why\n")
    out = tmp_path / "all.nc"
    assert "2 of 2 outcomes are missing: 2 cells failed" in jobsim(
        "export", tmp_path / "a", out, code=1
    )
    assert not out.exists()
    assert "outcomes are missing" in jobsim("export", tmp_path / "a", out, "--partial", code=1)
    assert out.exists()
    assert "replay(" in told


@pytest.mark.parametrize("command", ["resume", "status", "verify", "extend"])
def test_a_folder_without_a_study_is_one_line(jobsim, tmp_path, command):
    told = jobsim(command, tmp_path / "nothing", code=2)
    assert told == f"jobsim: {tmp_path / 'nothing'}: there is no study here\n"


def done(folder):
    """Cells that are committed."""
    if not (folder / "cells.sqlite-wal").exists():
        return 0
    with sqlite3.connect(folder / "cells.sqlite") as reading:
        try:
            (count,) = reading.execute("SELECT count(*) FROM cells").fetchone()
        except sqlite3.OperationalError:
            count = 0
    reading.close()
    return count


def test_ctrl_c_leaves_what_was_finished(jobsim, tmp_path, file):
    folder = tmp_path / "a"
    arguments = ("run", folder, file, "-r", "4000", "--block", "2", *PLAIN)
    with started("-m", "jobsim", "study", *arguments) as process:
        until = time.monotonic() + SECONDS
        while not done(folder) and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "jobsim: interrupted; what was not finished is lost\n"
    status = json.loads(jobsim("status", folder, "--json"))
    assert status["done"] > 0
    assert status["missing"] > 0
