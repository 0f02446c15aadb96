"""Studies survive kills, full disks, read-only folders and company."""

import json
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from jobsim.study import Study
from tests.processes import SECONDS, ended, started
from tests.study.quick import HOW, alone, content, run, town

UNHARMED = {"errors": 0, "lost": 0, "recomputed": 0, "left": 0}


def killed(folder: Path, *signals: signal.Signals) -> dict[str, int]:
    """What came of a study that was killed by each of these signals; see `killing`."""
    killing = ("-m", "tests.study.killing", folder, *map(int, signals))
    done = ended(*killing, seconds=SECONDS + 30 * len(signals))
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    assert found["killed"] == len(signals), done.stderr
    return {name: found[name] for name in UNHARMED}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks are of POSIX systems")
class TestKilled:
    def test_twelve_times_at_random_moments(self, tmp_path):
        others = [signal.SIGTERM, signal.SIGINT] * 2
        assert killed(tmp_path / "a", *[signal.SIGKILL] * 8, *others) == UNHARMED

    @pytest.mark.slow
    def test_two_hundred_times(self, tmp_path):
        assert killed(tmp_path / "a", *[signal.SIGKILL] * 200) == UNHARMED


FULL = """
import resource, sys
from pathlib import Path
from jobsim.errors import OutputError
from tests.study.quick import run
for room in sys.argv[2:]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), resource.RLIM_INFINITY))
    try:
        run(Path(sys.argv[1]) / room, count=8)
    except OutputError as error:
        print(error)
"""


def test_a_full_disk_stops_a_study_in_one_line_and_harms_nothing(tmp_path):
    rooms = ("0", "30000", "60000", "120000")
    done = ended("-c", FULL, tmp_path, *rooms)
    assert done.returncode == 0, done.stderr
    assert [line.count("cannot be used") for line in done.stdout.splitlines()] == [1] * len(rooms)
    for room in rooms:
        run(tmp_path / room, count=8)
        assert content(tmp_path / room) == alone(8)


READ_ONLY = """
import os, sys
from pathlib import Path
from jobsim.errors import OutputError
from jobsim.study import Study
from tests.study.quick import HOW, draws, run
folder = Path(sys.argv[1])
run(folder)
Study(folder).outcomes("placements")
Study(folder).close()
for path in (*folder.iterdir(), folder):
    path.chmod(0o555 if path.is_dir() else 0o444)
if os.getuid() == 0:
    os.setuid(65534)
study = Study(folder)
assert study.status().done == 24
assert study.outcomes("placements").attrs["missing_share"] == 0
assert study.verify() == []
assert study.resume(**HOW).simulated == 0
try:
    study.extend(draws=draws(5), **HOW)
except OutputError as error:
    print(error)
"""


def test_a_read_only_folder_can_be_read_and_says_so_when_written():
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        done = ended("-c", READ_ONLY, folder)
        assert done.returncode == 0, done.stderr
        assert "readonly" in done.stdout
        assert done.stdout.count("\n") == 1
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


COMPANY = """
import sys
from pathlib import Path
from tests.study.quick import run
print(run(Path(sys.argv[1]), count=24).simulated)
"""


def test_two_processes_on_one_folder_share_the_work(tmp_path):
    company = ("-c", COMPANY, tmp_path / "a")
    with started(*company) as one, started(*company) as other:
        both = [one, other]
        told = [process.communicate(timeout=SECONDS) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    simulated = [int(out) for out, _ in told]
    assert sum(simulated) == 144  # nothing is played twice
    assert min(simulated) > 0
    assert content(tmp_path / "a") == alone(24)


def test_a_worker_that_is_killed_costs_its_cells_only(tmp_path):
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from jobsim.errors import JobsimError

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pid = pool.submit(os.getpid).result()
        study = Study(tmp_path / "a", block=2)
        study.run(town(), replications=2, executor=pool, **HOW)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(JobsimError, match="a worker process ended"):
            study.extend(replications=6, executor=pool, **HOW)
    assert study.status().failed == 0
    assert study.resume(**HOW).simulated == 4
