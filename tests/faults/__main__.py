"""Plant every fault and say which tests catch it; or write the page that lists them.

`python -m tests.faults` plants all, or those whose name has a word in it; `python -m tests.faults
--page` writes docs/background/faults.md.
"""

from __future__ import annotations

import sys

from tests.faults import FAULTS, SECTIONS
from tests.faults.planting import Fault, caught_by
from tests.processes import ROOT

PAGE = ROOT / "docs" / "background" / "faults.md"
_HEAD = """# Planted faults

Tests that pass prove little unless they fail when something is wrong. So faults are planted in a
copy of the program on purpose, each alike in all places that play or count it, so that engines
still agree with each other; and named tests, none of which is a checksum or a comparison of
engines with each other, must fail. `python -m tests.faults` plants them all in half an hour, and
prints what catches each; slow-marked tests assert the same. A number is that of a
[rule of the model](../model.md); other names are those of measures, checks or places. Names of
tests are told in words: "a job comes first" is `test_a_job_comes_first`.
"""


def page() -> str:
    """Text of the page that lists all faults."""
    return "\n".join([_HEAD, *map(_section, SECTIONS)])


def _section(title: str) -> str:
    rows = [f"| {f.name} | {f.rule} | {_tests(f)} |" for f in SECTIONS[title]]
    return "\n".join(
        [f"## {title}\n", "| fault | breaks | caught by |", "|---|---|---|", *rows, ""]
    )


def _tests(fault: Fault) -> str:
    """Names of tests in words, which break over lines as names do not."""
    names = (test.split("::", 1)[1].replace("[", " [").replace("::", ": ") for test in fault.tests)
    return "; ".join(name.replace("test_", "").replace("_", " ") for name in names)


def main(words: list[str]) -> int:
    """Plant the faults whose names have one of the words; return how many nothing catches."""
    missed = 0
    for fault in FAULTS:
        if not words or any(word in fault.name for word in words):
            failed = caught_by(fault)
            missed += not failed
            print(f"{fault.name} ({fault.rule})", *(failed or ["NOT CAUGHT"]), sep="\n    ")  # noqa: T201 : asked for
    return missed


if __name__ == "__main__":
    if sys.argv[1:] == ["--page"]:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        sys.exit(min(1, main(sys.argv[1:])))
