"""The run record, from which a run can be played again; may import scenario and ledger.

A record is a TOML file with the tables `run` (versions, seed, engine, replications), `scenario`,
`prices` and, for a comparison, `baseline`, each in full; and for other questions `question`.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from jobsim.errors import InputError
from jobsim.files.reading import read_toml
from jobsim.ledger import Prices
from jobsim.ledger.after_list import beyond_in_words
from jobsim.scenario import Scenario, dump_toml
from jobsim.scenario.fields import Room
from jobsim.scenario.limits import refuse_beyond_limits
from jobsim.scenario.paths import as_data, first_error
from jobsim.text.printed import Printed

_PACKAGES = (
    *("jobsim", "numpy", "scipy", "numba", "llvmlite", "simpy"),
    *("pandas", "xarray", "pydantic"),
)
_MOST_REPLICATIONS = 10_000_000
"""Most replications of a record: their mere numbers take 400 MB."""


def versions_here() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}


@dataclass(frozen=True)
class Asked:
    """A question and what it was asked, apart from scenarios, prices and how it was played.

    Parameters
    ----------
    question : str, its public name
    arguments : mapping of name to numbers, words, dates, lists and tables of them
    not_held : tuple of str
        Arguments that are no such data, a function for example: without them it is not replayed.
    """

    question: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    not_held: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunRecord:
    """A run that can be replayed.

    Parameters
    ----------
    scenario : Scenario
    baseline : Scenario or None
        None for a run of one scenario.
    prices : Prices
    replications : list of int
        Numbers of the replications.
    seed : int
    engine : str
    versions : mapping of package to version, of the machine that wrote it
    plans : mapping of name to Scenario
        Where several were compared: all of them, of which `scenario` is the first.
    asked : Asked or None
        The question, where it is another than what happens in the scenario, or how it compares.
    moved : str
        What moved where, in words, where a question changed numbers.
    """

    scenario: Scenario
    baseline: Scenario | None
    prices: Prices
    replications: list[int]
    seed: int
    engine: str
    versions: Mapping[str, str] = field(default_factory=versions_here)
    plans: Mapping[str, Scenario] = field(default_factory=dict)
    asked: Asked | None = None
    moved: str = ""

    def replay(self, **how: object) -> Any:
        """Ask the same again, to the same numbers.

        Parameters
        ----------
        **how
            `threads`, `n_jobs`, `executor`, `progress` or `study`.

        Raises
        ------
        InputError
            If the record does not hold all of the question; the message says what is missing.
        """
        return Printed._replayed_by(self, **how)

    @property
    def attrs(self) -> dict[str, str | int]:
        """Names of what was played and how, for tables and datasets; the seed as text."""
        beyond = beyond_in_words(self.prices, self.scenario)
        return {
            "scenario": ", ".join(self.plans) or self.scenario.name,
            "baseline": "" if self.baseline is None else self.baseline.name,
            "prices": self.prices.named,
            "replications": len(self.replications),
            "seed": str(self.seed),
            "engine": self.engine,
            **({"prices_beyond": beyond} if beyond else {}),
            "currency": self.prices.currency,
            **({} if self.asked is None else {"question": self.asked.question}),
            **({"moved": self.moved} if self.moved else {}),
        }

    def to_toml(self) -> str:
        """TOML text of the record; replications 0 … n-1 are written as n."""
        numbers = self.replications
        data: dict[str, Any] = {
            "run": {
                "seed": str(self.seed),
                "engine": self.engine,
                "replications": len(numbers) if numbers == list(range(len(numbers))) else numbers,
                "versions": dict(self.versions),
                **({"moved": self.moved} if self.moved else {}),
            },
            "prices": self.prices.to_dict(),
            "scenario": self.scenario.to_dict(),
        }
        if self.baseline is not None:
            data["baseline"] = self.baseline.to_dict()
        if self.asked is not None:
            data["question"] = {"name": self.asked.question, "arguments": self.asked.arguments}
            data["question"]["not_held"] = self.asked.not_held
        if self.plans:
            data["plans"] = {name: plan.to_dict() for name, plan in self.plans.items()}
        return dump_toml(data)


def read_record(path: Path) -> RunRecord | None:
    """Read a run record; None if the file is something else.

    Raises
    ------
    InputError
        If the file cannot be read or the record is not complete.
    """
    data = read_toml(path)
    if "run" not in data or "scenario" not in data:
        return None
    try:
        return _record(data)
    except KeyError as error:
        raise InputError(f"{path}: not a complete run record ({error} is missing)") from error
    except ValidationError as error:
        raise InputError(f"{path}: run.{first_error(error, _RunTable)}") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _plan(name: str, data: object) -> Scenario:
    try:
        return Scenario.from_dict(data)  # type: ignore[arg-type]
    except InputError as error:
        raise InputError(f"plans.{name}: {error}") from error


class _RunTable(Room):
    """The table `run` of a record."""

    seed: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
    engine: str
    replications: Annotated[int, Field(ge=1, le=_MOST_REPLICATIONS)] | tuple[int, ...]
    versions: dict[str, str]
    moved: str = ""


class _QuestionTable(Room):
    """The table `question` of a record."""

    name: str
    not_held: tuple[str, ...] = ()


def _asked(data: Mapping[str, Any] | None) -> Asked | None:
    """Question of a record."""
    if data is None:
        return None
    refuse_beyond_limits(data, "question")
    arguments = data.get("arguments", {})
    if not isinstance(arguments, Mapping):
        raise InputError("question.arguments: must be a table")
    named = {name: value for name, value in data.items() if name != "arguments"}
    table = _QuestionTable.model_validate(as_data(named))
    return Asked(table.name, dict(arguments), table.not_held)


def _record(data: Mapping[str, Any]) -> RunRecord:
    for part in ("run", "scenario", "baseline", "prices", "plans", "question"):
        if not isinstance(data.get(part, {}), Mapping):
            raise InputError(f"{part}: must be a table")
    refuse_beyond_limits(data["run"], "run")
    run = _RunTable.model_validate(as_data(data["run"]))
    many = run.replications
    return RunRecord(
        scenario=Scenario.from_dict(data["scenario"]),
        baseline=Scenario.from_dict(data["baseline"]) if "baseline" in data else None,
        prices=Prices.from_dict(data["prices"]),
        replications=list(range(many) if isinstance(many, int) else many),
        seed=int(run.seed),
        engine=run.engine,
        versions=run.versions,
        plans={name: _plan(name, plan) for name, plan in data.get("plans", {}).items()},
        asked=_asked(data.get("question")),
        moved=run.moved,
    )
