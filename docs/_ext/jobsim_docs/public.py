"""A page for every public name and every class of results, found in jobsim itself."""

from __future__ import annotations

import inspect
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sphinx.application import Sphinx

import jobsim
import jobsim.errors
import jobsim.plots
from jobsim_docs.pages import table, write_folder

__all__ = ["documented", "index", "write_pages"]

_KINDS = {
    "scenario": "Scenarios and their numbers",
    "calendar": "Scenarios and their numbers",
    "analysis.setting": "Scenarios and their numbers",
    "ledger": "Prices",
    "engines": "What happens",
    "analysis": "Questions",
    "questions": "Questions",
    "analysis.uncertainty.distributions": "What is known of uncertain numbers",
    "trial": "Questions",
    "verification": "Questions",
    "plots": "Pictures",
    "explorer": "Pictures",
    "report": "Reports",
    "errors": "Errors",
}
_OTHER = "Other"
_PLOTS = "jobsim.plots."
_RESULT_ROOMS = (
    "jobsim.analysis.",
    "jobsim.questions.",
    "jobsim.records.result",
    "jobsim.trial.",
    "jobsim.verification.",
)
_RESULTS = "Results, and what they consist of"


@cache
def documented() -> dict[str, Any]:
    """Public names, then the classes that their signatures lead to, by full name."""
    found = {f"jobsim.{name}": getattr(jobsim, name) for name in jobsim.__all__}
    drawn = (name for name in jobsim.plots.__all__ if name not in jobsim.__all__)
    found |= {f"{_PLOTS}{name}": getattr(jobsim.plots, name) for name in drawn}
    seen = {id(one) for one in found.values()}
    waiting = list(found.values())
    while waiting:
        for one in _classes_in(waiting.pop(0)):
            if id(one) not in seen:
                seen.add(id(one))
                waiting.append(one)
                found[f"{one.__module__}.{one.__name__}"] = one
    return found


@cache
def _classes_by_name() -> dict[str, type]:
    """Public classes of results, by their bare name."""
    return {
        name: value
        for module in sorted(sys.modules)
        if module.startswith(_RESULT_ROOMS)
        for name, value in vars(sys.modules[module]).items()
        if isinstance(value, type)
        and value.__module__ == module
        and not name.startswith("_")
        and not issubclass(value, (BaseModel, BaseException))
    }


def _classes_in(one: Any) -> list[type]:
    """Classes of results that the annotations of a function or class name."""
    known = _classes_by_name()
    words = re.findall(r"\w+", " ".join(_annotations(one)))
    return [known[word] for word in dict.fromkeys(words) if word in known]


def _annotations(one: Any) -> list[str]:
    if isinstance(one, type):
        own = [
            text for cls in one.__mro__ for text in vars(cls).get("__annotations__", {}).values()
        ]
        members = [
            member.fget if isinstance(member, property) else getattr(member, "func", member)
            for name, member in vars(one).items()
            if not name.startswith("_")
        ]
        inner = [text for member in members if callable(member) for text in _annotations(member)]
        return [str(text) for text in own] + inner
    return [str(text) for text in getattr(one, "__annotations__", {}).values()]


def _name(full: str) -> str:
    return full.rsplit(".", 1)[1]


def _shown(full: str) -> str:
    """Bare name, or with its module where that is public or a public name is the same."""
    twice = full.startswith(_PLOTS) or (not _is_public(full) and _name(full) in jobsim.__all__)
    return ".".join(full.split(".")[-2:]) if twice else _name(full)


def _is_public(full: str) -> bool:
    return full.count(".") == 1 or full.startswith(_PLOTS)


def _stem(full: str) -> str:
    """Name of a page's file; bare names of classes and functions would clash on some disks."""
    return full.removeprefix("jobsim.")


def _summary(one: Any) -> str:
    return (inspect.getdoc(one) or "").split("\n\n")[0].replace("\n", " ").replace("|", r"\|")


def index() -> str:
    """Tables of all documented names, by what they are for."""
    parts: dict[str, list[str]] = {title: [] for title in (*_KINDS.values(), _OTHER, _RESULTS)}
    for full, one in documented().items():
        parts[_part_of(full, one)].append(full)
    parts[_RESULTS].sort(key=_name)
    return "\n\n".join(_listing(title, names) for title, names in parts.items() if names)


def _part_of(full: str, one: Any) -> str:
    if not _is_public(full):
        return _RESULTS
    home = str(getattr(one, "__module__", "")).removeprefix("jobsim.")
    known = [room for room in _KINDS if f"{home}.".startswith(f"{room}.")]
    return _KINDS[max(known, key=len)] if known else _OTHER


def _listing(title: str, names: list[str]) -> str:
    """A table of names, and their place in the contents."""
    rows = [(f"[`{_shown(n)}`](api/{_stem(n)}.rst)", _summary(documented()[n])) for n in names]
    entries = "\n".join(f"api/{_stem(name)}" for name in names)
    contents = f"```{{toctree}}\n:hidden:\n\n{entries}\n```"
    return f"## {title}\n\n{table(('name', 'what'), rows)}\n\n{contents}"


def write_pages(app: Sphinx) -> None:
    """Write a page for every documented name."""
    pages = {f"{_stem(full)}.rst": _page(full, one).encode() for full, one in documented().items()}
    write_folder(Path(app.srcdir) / "reference" / "api", pages)


def _page(full: str, one: Any) -> str:
    lines = [_shown(full), "=" * len(full), ""]
    if isinstance(one, type) and issubclass(one, BaseException):
        lines += [".. automodule:: jobsim.errors", "   :members:", "   :show-inheritance:"]
        lines += ["   :exclude-members: nearest"]
    elif isinstance(one, type):
        lines += [f".. autoclass:: {full}", "   :members:"]
        lines += ["   :inherited-members: BaseModel, dict"]
        if issubclass(one, BaseModel):
            lines += [f"   :exclude-members: {', '.join([*one.model_fields, 'model_config'])}"]
    else:
        lines += [f".. auto{'function' if callable(one) else 'data'}:: {full}"]
    return "\n".join([*lines, ""])
