"""Every list of payers, lines and measures comes from the vocabulary.

One test adds a payer and a ledger line there, in a process of its own, and looks for both in
everything that people see; another looks for lists that are written elsewhere.
"""

from __future__ import annotations

import ast
import json
from itertools import chain
from pathlib import Path

import pytest

import jobsim
from jobsim import vocabulary
from tests.processes import ROOT, ended

SOURCE = Path(jobsim.__file__).parent

WITH_A_REGION = """
import json, sys, types
from importlib.util import find_spec
from pathlib import Path

text = Path(find_spec("jobsim.vocabulary").origin).read_text(encoding="utf-8")
payer = 'Payer("region", "Region", "Regionen", "the region", "#7a4fa3", public=True),'
line = 'Line("transport", "Transport", "Befordring"),'
for table, row in (("PAYER_WORDS", payer), ("LINE_WORDS", line)):
    end = text.index("\\n)\\n", text.index(f"{table} = ("))
    text = text[:end] + "\\n    " + row + text[end:]
words = sys.modules["jobsim.vocabulary"] = types.ModuleType("jobsim.vocabulary")
exec(compile(text, "vocabulary with a region", "exec"), words.__dict__)

from jobsim.ledger import posting

rules = posting._activity


def with_transport(volumes, *others):
    weeks = volumes["employed_weeks"].sum(["group", "route"]).values
    paid = {"region": -100.0 * weeks, "municipality": -1.0 * weeks}
    return {**rules(volumes, *others), "transport": paid}


posting._activity = with_transport

import jobsim as js

from tests.factory import small_town

scenario = small_town(horizon__weeks=30, claims=None, observed=None)
result = js.compare(scenario, replications=2, engine="numpy", progress=False)
net = {payer: result.row("net_saving", payer=payer).difference for payer in words.PURSES}
page = js.report_on(scenario, replications=2, engine="numpy", progress=False)
report = {code: page.in_language(code).html for code in ("en", "da")}

from jobsim.explorer import Explorer

explorer = Explorer(scenario, replications=2, engine="numpy")

import matplotlib

matplotlib.use("Agg")
from jobsim.plots import plot_net_saving

axes = plot_net_saving(result)
drawn = {text.get_text(): text.get_color() for text in axes.texts}
lines = [line.get_color() for line in axes.lines]

sys.path.insert(0, DOCS)
from jobsim_docs import codes
from jobsim.analysis.outcomes.quantity import quantity

print(json.dumps({
    "net": net,
    "text": repr(result),
    "html": result._repr_html_(),
    "payers": result.to_dataset()["payer"].values.tolist(),
    "lines": result.increments.line.values.tolist(),
    "frame": sorted(map(str, result.to_frame()["payer"].unique())),
    "report": report,
    "explorer": explorer.table(explorer.compare()).text(),
    "drawn": drawn,
    "colours": lines,
    "docs": codes.payers() + codes.ledger_lines(),
    "asked": quantity("net_saving:region").payer,
}))
"""


@pytest.fixture(scope="module")
def seen() -> dict[str, object]:
    """What people see where a region pays for transport."""
    script = WITH_A_REGION.replace("DOCS", repr(str(ROOT / "docs" / "_ext")))
    ran = ended("-W", "ignore", "-c", script)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


class TestARegion:
    def test_in_the_rows_and_the_sums(self, seen):
        net = seen["net"]
        assert net["region"] < 0
        assert net["public"] == pytest.approx(net["municipality"] + net["state"] + net["region"])
        assert net["society"] == pytest.approx(
            sum(net[payer] for payer in seen["net"] if payer not in vocabulary.SUMS)
        )
        assert "region" in seen["frame"]
        assert seen["asked"] == "region"

    def test_in_the_tables(self, seen):
        for shown in (seen["text"], seen["html"]):
            assert "Region" in shown
            assert "Public purse (municipality + state + region)" in shown
            assert "Society (all five)" in shown

    def test_in_the_dataset(self, seen):
        assert "region" in seen["payers"]
        assert "transport" in seen["lines"]

    def test_in_the_picture_with_its_colour(self, seen):
        assert seen["drawn"]["Region"] == "#7a4fa3"
        assert "#7a4fa3" in seen["colours"]

    def test_in_the_explorer(self, seen):
        assert "net saving, region, million DKK" in seen["explorer"]

    def test_in_the_report_in_both_languages(self, seen):
        english, danish = seen["report"]["en"], seen["report"]["da"]
        assert "Region" in english
        assert "Transport" in english
        assert "Regionen" in danish
        assert "Befordring" in danish
        assert "Det offentlige (kommune + stat + regionen)" in danish

    def test_in_the_documentation(self, seen):
        assert "| `region` | the region | payer |" in seen["docs"]
        assert "| `transport` | real | gross saving |" in seen["docs"]


LISTS = {
    "payers": set(vocabulary.PURSES),
    "ledger lines": set(vocabulary.LINES),
    "bands": set(vocabulary.BANDS),
    "routes": set(vocabulary.ROUTES),
    "causes": set(vocabulary.CAUSES),
    "statuses": set(vocabulary.STATUSES),
}
"""Words of which no two stand together in a list elsewhere."""
MEANT = {
    ("ledger/posting.py", "ledger lines"): "the rules that post each line",
    ("ledger/posting.py", "payers"): "who gets which tax",
    ("analysis/attributing/naive_readings.py", "ledger lines"): "what a naive reader counts",
    ("analysis/comparing/comparison.py", "payers"): "whose probability of gaining is stated",
}
"""Choices of some words on purpose, with the reason."""


def lists_in(text: str) -> list[tuple[str, int]]:
    """Kinds of words that a list or table in a source text is made of, each with its line."""
    found = []
    for node in ast.walk(ast.parse(text)):
        items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
        held = {item.value for item in items if isinstance(item, ast.Constant)}
        if len(held) > 1 and len(held) == len(items):
            found += [(kind, node.lineno) for kind, words in LISTS.items() if held <= words]
    return found


class TestNoOtherList:
    def test_of_words_that_the_vocabulary_holds(self):
        elsewhere = [
            f"{place}:{line} lists {kind}"
            for path in chain(SOURCE.rglob("*.py"), (ROOT / "docs" / "_ext").rglob("*.py"))
            if path.name != "vocabulary.py"
            for place in [
                path.relative_to(SOURCE).as_posix() if SOURCE in path.parents else path.name
            ]
            for kind, line in lists_in(path.read_text(encoding="utf-8"))
            if (place, kind) not in MEANT
        ]
        assert elsewhere == []

    def test_of_refund_bands_edges(self):
        """`verification` says them once more: a check must not read what it judges."""
        edges, places = {4, 26, 52}, [SOURCE / "vocabulary.py", SOURCE / "verification/rules.py"]
        for path in SOURCE.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                items = {i.value for i in getattr(node, "elts", []) if isinstance(i, ast.Constant)}
                assert not edges <= items or path in places, path

    @pytest.mark.parametrize(
        "text",
        [
            'A = ("municipality", "state")',
            'A = {"wage": 1, "benefit": 2}',
            'x in ["ramp", "ordinary"]',
        ],
    )
    def test_a_list_is_seen(self, text):
        assert lists_in(text)
