"""Examples run as they stand, and print what they are known to print.

What is expected lies in `examples/expected`; `python -m tests.test_examples --write` plays all
examples and writes it anew.
"""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

from tests.processes import ended

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTED = EXAMPLES / "expected"
LEFT_OUT = {
    "fitting": "functions for the tuning scripts; prints nothing",
    "forecast_kolding_2018": "takes minutes; what it found is told on the page of answers",
    "steady_state": "functions for the tuning scripts; prints nothing",
    "tune_esbjerg_2018": "takes minutes; what it found is in the preset, whose tests hold it",
    "tune_kolding_2018": "takes minutes; what it found is in the preset, whose tests hold it",
    "tune_kolding_2018_again": "takes minutes; repeats the tuning from many starting points",
    "tune_town_2026": "takes minutes; what it found is in the preset, whose tests hold it",
}
ARGUMENTS = {"national_run": ["--jobs", "1"]}
"""In one process; that several change nothing is held by `tests/analysis` and `tests/study`."""
SCRIPTS = sorted(path.stem for path in EXAMPLES.glob("*.py") if path.stem not in LEFT_OUT)


def played(script: str) -> subprocess.CompletedProcess[str]:
    """Run an example in an empty folder."""
    surroundings = {"PYTHONIOENCODING": "utf-8", "MPLBACKEND": "Agg"}
    with tempfile.TemporaryDirectory() as folder:
        return ended(EXAMPLES / f"{script}.py", cwd=folder, surroundings=surroundings)


def expected(script: str) -> str:
    """What an example is known to print, in a process of its own."""
    return (EXPECTED / f"{script}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("script", SCRIPTS)
def test_prints_what_is_expected(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process, which has loaded everything; warnings are errors."""
    path = EXAMPLES / f"{script}.py"
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setattr(sys, "argv", [str(path), *ARGUMENTS.get(script, [])])
    runpy.run_path(str(path), run_name="__main__")
    plt.close("all")
    done = capsys.readouterr()
    assert (done.out, done.err) == (expected(script), "")


def test_the_readme_runs_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """With fewer replications."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    text = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(block.replace("replications=200", "replications=2, progress=False"), names)
    assert names["result"].replications == 2


def test_what_is_expected_belongs_to_a_script() -> None:
    assert sorted(path.stem for path in EXPECTED.glob("*.txt")) == SCRIPTS


def test_what_is_left_out_is_there() -> None:
    assert set(LEFT_OUT) <= {path.stem for path in EXAMPLES.glob("*.py")}


def write() -> None:
    """Play all examples and write what they print."""
    EXPECTED.mkdir(exist_ok=True)
    for script in SCRIPTS:
        done = played(script)
        if done.returncode or done.stderr:
            sys.exit(f"{script}: {done.stderr}")
        (EXPECTED / f"{script}.txt").write_text(done.stdout, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("python -m tests.test_examples --write")
    write()
