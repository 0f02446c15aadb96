"""A payer and a line added to the vocabulary appear everywhere without any further change."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import jobsim

ADDED = {
    'Payer("state",': 'Payer("region", "Region", "Regionen", "regions", "#123456", public=True),',
    'Line("activation",': 'Line("hospital", "Hospital", "Sygehus"),',
}
"""What is added to the vocabulary, by what it stands before."""

ASK = """
import json, re
import jobsim as js
from jobsim.explorer import Explorer
from jobsim.plots import plot_net_saving

town = js.Scenario.load("esbjerg-2018").with_({"assumptions": {}, "horizon.weeks": 10})
how = {"replications": 2, "engine": "numpy"}
result = js.compare(town, **how, progress=False)
page = js.report_on(town, **how, progress=False)
explorer = Explorer(town, **how)
names = {text.get_text(): text.get_color() for text in plot_net_saving(result).texts}
pages = {code: page.in_language(code).html for code in ("en", "da")}
told = {"names": names, "text": str(result), "table": explorer.table(explorer.compare()).text()}
told["lines"] = list(result.increments.coords["line"].values.tolist())
print(json.dumps(told | pages))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict:
    """What a jobsim with one payer more says."""
    folder = tmp_path_factory.mktemp("region")
    package = folder / "jobsim"
    shutil.copytree(Path(jobsim.__file__).parent, package)
    words = package / "vocabulary.py"
    text = words.read_text("utf-8")
    for place, new in ADDED.items():
        assert place in text
        text = text.replace(place, f"{new}\n    {place}", 1)
    words.write_text(text, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder), "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict = json.loads(done.stdout)
    return found


def test_it_is_in_the_payer_table_and_in_the_line_table(told):
    assert "\nRegion " in told["text"]
    assert "Public purse (municipality + region + state)" in told["text"]
    assert "Society (all five)" in told["text"]
    assert "hospital" in told["lines"]


def test_the_picture_draws_it_in_its_colour(told):
    assert told["names"]["Region"] == "#123456"


def test_the_explorer_lists_it(told):
    assert "net saving, region, million DKK" in told["table"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", [">Region<", "net saving of the region", "the municipality, the region, the state"]),
        ("da", [">Regionen<", "regionens nettobesparelse", "kommunen, regionen, staten"]),
    ],
)
def test_the_page_names_it(told, code, words):
    for word in words:
        assert word in told[code]
    assert "#123456" in told[code]
