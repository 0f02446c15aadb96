"""Draws of uncertain numbers after the data, kept beside a scenario; may import fields and paths.

A CSV file whose first lines, after "# ", are TOML: what the draws were learned from, and a check
sum of the table that follows, one column for each number and one row for each draw.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from pydantic import model_validator

from jobsim.arrays import Floats
from jobsim.calendar import Schedule
from jobsim.errors import InputError, ScenarioError, nearest
from jobsim.files.reading import read_bytes, text_of
from jobsim.files.writing import file_path, refuse_ending, text_writer, write_folder
from jobsim.scenario.document import Document, dumped, is_within, toml_of
from jobsim.scenario.evidence import Assumption
from jobsim.scenario.fields import Room, is_number
from jobsim.scenario.files import dump_toml
from jobsim.scenario.number_register import entry_at
from jobsim.scenario.observed import file_beside
from jobsim.scenario.paths import bounds_at, flatten, is_policy, step_at, value_at

_MOST_DRAWS = 1000
"""Most draws that are kept beside a scenario; they come in an order by chance."""
_FEWEST_DRAWS = 2
_HEAD = "# "
_TITLE = "# Equally likely draws of uncertain numbers after the data, in an order by chance."
_NO_FACTS = (
    *("name", "title", "description", "sources", "assumptions", "changed", "claims", "observed"),
    *("targets", "correlations", "horizon", "posterior"),
)
_PLAN = ("programmes", "supports", "small_jobs.consultants")
"""Parts that no draw is conditional on: words, figures, the weeks played; and the plan."""
_SCALE = ".scale"
ENDING = ".posterior.csv"
"""Ending of the file of draws, after the name of the scenario's."""


class Learnable(Protocol):
    """What has a posterior, as the result of `calibrate` has."""

    def to_posterior(self) -> Posterior:
        """What is kept of it beside a scenario."""


@dataclass(frozen=True, eq=False)
class _Table:
    told: dict[str, Any]
    paths: tuple[str, ...]
    values: Floats


class Posterior(Room):
    """What figures of the real place left of some uncertain numbers, as draws of them together."""

    file: str | None = None
    """CSV file of draws beside the scenario's file or below; read when the scenario is loaded."""
    text: str | None = None
    """What that file holds, where a scenario is one file, as in a run record."""

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if self.file is not None:
            raise ValueError("file is read by Scenario.load, and stands in the place of text")
        if self.text is None:
            raise ValueError("needs the name of a CSV file")
        _ = self._table
        return self

    @classmethod
    def of(
        cls,
        paths: Sequence[str],
        values: Floats,
        *,
        seed: int,
        targets: Sequence[str],
        versions: Mapping[str, str],
        facts: str,
    ) -> Self:
        """Posterior from draws; of more than 1,000 the first, which are as good as any.

        Parameters
        ----------
        paths : sequence of str
        values : float64[draws, paths]
        seed : int
        targets : sequence of str
            Names of the figures that it was learned from.
        versions : mapping of package to version
        facts : str
            `digest_of_facts` of the scenario that it was learned in.
        """
        rows = (",".join(f"{x:.9g}" for x in row) for row in values[:_MOST_DRAWS].tolist())
        table = "\n".join([",".join(paths), *rows, ""])
        told = {
            "seed": str(seed),
            "targets": list(targets),
            "facts": facts,
            "versions": dict(versions),
        }
        told["check_sum"] = _check_sum(told, table)
        head = "".join(f"{_HEAD}{line}".rstrip() + "\n" for line in dump_toml(told).splitlines())
        return cls(text=f"{_TITLE}\n{head}{table}")

    @cached_property
    def _table(self) -> _Table:
        """What the text says; every oddity is one line."""
        assert self.text is not None
        lines = self.text.splitlines(keepends=True)
        size = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
        head = "".join(line[len(_HEAD) :] or "\n" for line in lines[1:size])
        table = "".join(lines[size:])
        try:
            told = tomllib.loads(head)
        except ValueError as error:
            raise ValueError(f"its first lines, after #, are not TOML: {error}") from error
        for name, kind in _TOLD.items():
            if not isinstance(told.get(name), kind):
                raise ValueError(
                    f"its first lines lack {name}; jobsim calibrate writes such a file"
                )
        if told["check_sum"] != _check_sum(told, table):
            raise ValueError(
                "was changed after it was written: it is not that of its check sum; calibrate again"
            )
        if not re.fullmatch("[0-9]+", told["seed"]):
            raise ValueError(f'seed: "{told["seed"]}" is no whole number')
        return _Table(told, *_read(table))

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the numbers that were learned; ".scale" multiplies a schedule or list."""
        return self._table.paths

    @property
    def values(self) -> Floats:
        """The draws: float64[draws, paths]."""
        return self._table.values

    @property
    def seed(self) -> int:
        """Key of the chance that they were learned with."""
        return int(self._table.told["seed"])

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the figures that they were learned from."""
        return tuple(map(str, self._table.told["targets"]))

    @property
    def versions(self) -> dict[str, str]:
        """Version of each package that they were learned with."""
        return dict(self._table.told["versions"])

    @property
    def facts(self) -> str:
        """`digest_of_facts` of the scenario that they were learned in."""
        return str(self._table.told["facts"])

    @property
    def words(self) -> str:
        """How many draws, and what they were learned from."""
        return f"{len(self.values):,} draws after {', '.join(self.targets)}, seed {self.seed}"

    def middle(self, path: str) -> float:
        """Median of a number's draws, to nine digits; that of a factor is what it multiplies."""
        drawn = self.values[:, self.paths.index(path)]
        return float(f"{np.median(drawn):.9g}")

    def about(self, path: str, value: object, bounds: tuple[float, float]) -> Floats:
        """Draws of a number where a value stands for it: moved with it where it was changed.

        Parameters
        ----------
        path : str
        value : number that stands at the path; of a factor, anything
        bounds : (float, float), what its field allows

        Returns
        -------
        float64[draws]
            As they are where the value is their median. Else a positive number keeps its relative
            spread, or its distance from the upper bound where that would leave the field, as
            `Distribution.moved` has it. Factors are of whatever stands there.
        """
        drawn, before = self.values[:, self.paths.index(path)], self.middle(path)
        if path.endswith(_SCALE):
            return np.asarray(drawn / before)
        number, greatest = number_of(value), bounds[1]
        if number is None or not self.moved(path, value):
            return drawn
        if before > 0 and number >= 0 and drawn.max() * number / before <= greatest:
            return np.asarray(drawn * (number / before))
        if math.isfinite(greatest) and before < greatest:
            nearer = (greatest - number) / (greatest - before)
            return np.asarray(greatest - (greatest - drawn) * nearer)
        return np.asarray(drawn + (number - before))

    def moved(self, path: str, value: object) -> bool:
        """Whether another number stands at a path than the posterior's."""
        number, middle = number_of(value), self.middle(path)
        if path.endswith(_SCALE) or number is None:
            return False
        return number != (round(middle) if isinstance(value, int) else middle)

    def without(self, parts: Collection[str]) -> Posterior | None:
        """The same without the numbers of some parts; None where no other is left."""
        kept = [n for n, path in enumerate(self.paths) if not _inside(path, parts)]
        if len(kept) == len(self.paths):
            return self
        paths = [self.paths[n] for n in kept]
        told = {name: getattr(self, name) for name in ("seed", "targets", "versions", "facts")}
        return Posterior.of(paths, self.values[:, kept], **told) if kept else None

    def to_frame(self) -> Any:
        """One row per draw, one column per path, as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.values, columns=list(self.paths))

    def __repr__(self) -> str:
        return f"<Posterior: {self.words}>"

    __str__ = __repr__


def number_of(value: object) -> float | None:
    """A number that stands somewhere, also as a schedule that is the same at all times; else None.

    Examples
    --------
    >>> number_of(Schedule.constant(2.0)), number_of("word")
    (2.0, None)
    """
    if isinstance(value, Schedule):
        return value.values[0] if len(set(value.values)) == 1 else None
    return value if is_number(value) else None


_TOLD = {"seed": str, "targets": list, "facts": str, "check_sum": str, "versions": dict}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _check_sum(told: Mapping[str, Any], table: str) -> str:
    """Of the table and everything that is told of it but the sum itself."""
    rest = {name: one for name, one in told.items() if name != "check_sum"}
    return _digest(json.dumps(rest, sort_keys=True, default=str) + table)


def _inside(path: str, parts: Iterable[str]) -> bool:
    return any(f"{path}.".startswith(f"{part}.") for part in parts)


def _read(table: str) -> tuple[tuple[str, ...], Floats]:
    """Headings and numbers of the table."""
    head, *rows = table.splitlines() or [""]
    paths = tuple(head.split(","))
    if not head or len(set(paths)) < len(paths):
        raise ValueError("needs the path of a number above each column, each of them once")
    if len(rows) < _FEWEST_DRAWS:
        raise ValueError(f"has {len(rows)} draws; {_FEWEST_DRAWS} or more are needed")
    cells = [row.split(",") for row in rows]
    for number, row in enumerate(cells, start=1):
        if len(row) != len(paths):
            raise ValueError(f"draw {number}: {len(row)} numbers under {len(paths)} paths")
        for path, cell in zip(paths, row, strict=True):
            if _NUMBER.fullmatch(cell) is None or not math.isfinite(float(cell)):
                raise ValueError(f'draw {number}: {path}: "{cell[:40]}" is not a number')
    return paths, np.array(cells, dtype=np.float64)


def digest_of_facts(scenario: Room, learned: Iterable[str]) -> str:
    """Check sum of the facts that a posterior holds for: all but the plan and what was learned.

    Facts are what no policy decides, and what draws of other numbers are conditional on.
    """
    stems = [path.removesuffix(_SCALE) for path in learned]
    stated = dumped(scenario, mode="json", exclude=set(_NO_FACTS), exclude_defaults=True)
    facts = {
        path: value
        for path, value in flatten(stated)
        if not is_policy(type(scenario), path)
        and not any(is_within(path, one) for one in (*_PLAN, *stems))
    }
    return _digest(json.dumps(facts, sort_keys=True))


_Kept = TypeVar("_Kept", bound=Document)


def problems_of_posterior(posterior: Posterior, document: Document) -> Iterator[str]:
    """What is wrong with draws of what is no number of a scenario; nothing where all is well."""
    for path in posterior.paths:
        stem = path.removesuffix(_SCALE)
        try:
            value = value_at(document, stem)
        except InputError as error:
            yield f"posterior: {error}"
            continue
        if path == stem and not isinstance(value, (int, float, Schedule)):
            yield f"posterior: {path}: is no number, so that nothing can be drawn for it"
            continue
        field = step_at(document, stem)[0]
        low, high = bounds_at(type(document), field) if path == stem else (0.0, math.inf)
        drawn = posterior.values[:, posterior.paths.index(path)]
        if not low <= drawn.min() <= drawn.max() <= high:
            yield (
                f"posterior: {path}: draws go from {drawn.min():g} to {drawn.max():g}; {low:g} to "
                f"{high:g} is possible"
            )


def with_posterior(document: _Kept, learned: Learnable | Posterior) -> _Kept:
    """A scenario whose numbers stand at a posterior's middle; see `Scenario.with_posterior`."""
    if not isinstance(learned, Posterior) and not hasattr(learned, "to_posterior"):
        raise InputError(f"learned: {type(learned).__name__} has no posterior; calibrate gives one")
    found = learned if isinstance(learned, Posterior) else learned.to_posterior()
    before = vars(document)["posterior"]
    if before is not None:
        raise ScenarioError(
            f"posterior: {document.name} has one already ({before.words}); lay a new one on the "
            "scenario that it was learned in"
        )
    for problem in problems_of_posterior(found, document):
        raise ScenarioError(problem)
    middles = {path: _as_there(document, path, found.middle(path)) for path in found.paths}
    data = document.with_(middles).stated()
    own = [path for path in found.paths if not _is_part(document, path)]
    data["assumptions"] = {
        **data.get("assumptions", {}),
        **{path: _assumption(found, path, entry_at(document, path)) for path in own},
    }
    known = {path.removesuffix(_SCALE) for path in found.paths}
    pairs = data.get("correlations", ())
    data["correlations"] = [one for one in pairs if known.isdisjoint(one["of"])]
    data["changed"] = tuple(p for p in data["changed"] if p in document.changed or p not in own)
    data["posterior"] = found
    return type(document).from_dict(data)


def _as_there(document: Document, path: str, value: float) -> float:
    """A value as what stands at a path is: whole, or not."""
    factor = path.endswith(_SCALE)
    return value if factor or not isinstance(value_at(document, path), int) else round(value)


def _is_part(document: Document, path: str) -> bool:
    """Whether a path leads to a step of a schedule, or a factor of what has a source of its own."""
    return path.endswith(_SCALE) or step_at(document, path)[1] != ""


def _assumption(posterior: Posterior, path: str, before: Assumption | None) -> Assumption:
    """Where a number that was learned comes from, and what it was tuned to before."""
    drawn = posterior.values[:, posterior.paths.index(path)]
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    formula = f"median of the posterior: {posterior.words}"
    return Assumption(
        kind="estimated",
        formula=formula,
        inputs=posterior.targets,
        low=low,
        high=high,
        tuned_to=before.tuned_to if before else (),
    )


def save_with_draws(
    document: Document, posterior: Posterior, path: str | Path, *, force: bool
) -> Path:
    """Write a scenario that names its draws, and them beside it; see `Scenario.save`."""
    target = file_path(path)
    refuse_ending(target, ".toml")
    draws = target.with_suffix(ENDING).name
    text = toml_of(document.stated() | {"posterior": {"file": draws}})
    texts = {draws: str(posterior.text), target.name: text}
    writers = {name: text_writer(one) for name, one in texts.items()}
    write_folder(target.parent, writers, force=force)
    return target


def fill_posterior(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Put the draws in the place of the file that a scenario names.

    Parameters
    ----------
    data : what a scenario file states
    folder : Path, folder of that file

    Raises
    ------
    ScenarioError
        If the file cannot be used.
    """
    given = data.get("posterior")
    if not isinstance(given, Mapping) or not isinstance(given.get("file"), str):
        return data
    if set(given) != {"file"}:
        other = next(name for name in given if name != "file")
        hint = nearest(other, Posterior.model_fields)
        raise ScenarioError(f"posterior: has file and {other}; file is enough{hint}")
    try:
        path = file_beside(folder, given["file"])
        text, _ = text_of(
            read_bytes(path), path, wanted="save it as UTF-8", encodings=["utf-8-sig"]
        )
    except InputError as error:
        raise ScenarioError(f"posterior: {error}") from error
    return {**data, "posterior": {"text": text.replace("\r\n", "\n")}}
