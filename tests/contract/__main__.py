"""Write the page of the contract: `python -m tests.contract`."""

from __future__ import annotations

import inspect

from tests.contract.commands import ASKS, OF_COMMANDS
from tests.contract.families import DECISIONS, OTHERS, PAGES, QUESTIONS
from tests.contract.points import EXCEPTIONS, OF_CALLS, OF_RESULTS, OF_RUNS, POINTS
from tests.processes import ROOT

PAGE = ROOT / "docs" / "reference" / "contract.md"
_HEAD = """# The contract

Who knows one question knows all. Each is called as `question(scenario, what cannot be left out,
baseline=None, *, what is asked, options)`, and answers with a result that prints, and has
`to_frame()`, `to_dataset()`, `row()`, `plot()`, `to_excel()`, `to_latex()`, `save()` and `record`.
Tests hold every public question to every point below; this page is written by them
(`python -m tests.contract`).

| point | holds |
|---|---|
"""


def page() -> str:
    """Text of the page."""
    told = [f"| {name} | {_first(point)} |" for name, point in POINTS.items()]
    header = f"| | {' | '.join(POINTS)} |\n|---|{'---|' * len(POINTS)}"
    rows = [
        f"| `{name}` | {' | '.join(_mark(name, point) for point in POINTS)} |" for name in QUESTIONS
    ]
    why = [f"- `{name}`, {point}: {reason}." for (name, point), reason in EXCEPTIONS.items()]
    why += [f"- `{name}` answers with a page, not with a result." for name in PAGES]
    why.append("- Decisions on plain arrays take none of the options, and nothing is played.")
    told_of_commands = [f"| {name} | {_first(point)} |" for name, point in OF_COMMANDS.items()]
    commands = [
        "\n## Commands\n",
        "| point | holds for every command that asks a question |",
        "|---|---|",
        *told_of_commands,
        "",
        "| command | asks |",
        "|---|---|",
        *(f"| `jobsim {command}` | `{name}` |" for command, name in ASKS.items()),
    ]
    return "\n".join(
        [
            _HEAD + "\n".join(told),
            "\n## Questions\n",
            header,
            *rows,
            "",
            *why,
            *commands,
            *_others(),
            "",
        ]
    )


def _first(point: object) -> str:
    return (inspect.getdoc(point) or "").splitlines()[0].rstrip(".")


def _mark(name: str, point: str) -> str:
    if name in DECISIONS:
        return "✓" if point in OF_RESULTS and point not in OF_RUNS else "–"
    holds = (name, point) not in EXCEPTIONS and (name not in PAGES or point in OF_CALLS)
    return "✓" if holds else "–"


def _others() -> list[str]:
    lines = [
        "\n## Other names\n",
        "These begin from something else and keep their own first argument.\n",
    ]
    for family, names in OTHERS.items():
        lines += [f"| {family} | begins from |", "|---|---|"]
        lines += [f"| `{name}` | {begins} |" for name, begins in names.items()] + [""]
    return lines[:-1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
