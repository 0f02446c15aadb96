"""The run record, from which a run can be played again; may import layers 0 to 3.

A record is a TOML file with the tables `run` (versions, seed, engine, replications), `scenario`,
`prices` and, for a comparison, `baseline`, each in full.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError

from jobsim.errors import InputError
from jobsim.ledger import Prices
from jobsim.scenario import Scenario, dump_toml, read_toml
from jobsim.scenario.fields import Room
from jobsim.scenario.messages import one_line
from jobsim.scenario.oddities import refuse_oddities
from jobsim.scenario.paths import as_data

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["RunRecord", "is_record", "read_record", "record_of"]

_PACKAGES = ("jobsim", "numpy", "scipy", "xarray", "pandas", "pydantic")
_MOST_REPLICATIONS = 10_000_000
"""Most replications of a record: their mere numbers take 400 MB."""


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
    """

    scenario: Scenario
    baseline: Scenario | None
    prices: Prices
    replications: list[int]
    seed: int
    engine: str
    versions: Mapping[str, str]

    def to_toml(self) -> str:
        """TOML text of the record."""
        data: dict[str, Any] = {
            "run": {
                "seed": str(self.seed),
                "engine": self.engine,
                "replications": _short(self.replications),
                "versions": dict(self.versions),
            },
            "prices": self.prices.to_dict(),
            "scenario": self.scenario.to_dict(),
        }
        if self.baseline is not None:
            data["baseline"] = self.baseline.to_dict()
        return dump_toml(data)


def versions_here() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}


def record_of(
    volumes: xr.Dataset, scenario: Scenario, baseline: Scenario | None, prices: Prices
) -> RunRecord:
    """Record of a run or a comparison, from the volumes that `simulate` returned."""
    return RunRecord(
        scenario=scenario,
        baseline=baseline,
        prices=prices,
        replications=volumes.replication.values.tolist(),
        seed=int(volumes.attrs["seed"]),
        engine=str(volumes.attrs["engine"]),
        versions=versions_here(),
    )


def is_record(data: Mapping[str, Any]) -> bool:
    """Tell whether a TOML file is a run record rather than a scenario."""
    return "run" in data and "scenario" in data


def read_record(path: Path) -> RunRecord | None:
    """Read a run record; None if the file is something else.

    Raises
    ------
    InputError
        If the file cannot be read or the record is not complete.
    """
    data = read_toml(path)
    if not is_record(data):
        return None
    try:
        return _record(data)
    except KeyError as error:
        raise InputError(f"{path}: not a complete run record ({error} is missing)") from error
    except ValidationError as error:
        raise InputError(f"{path}: run.{one_line(error, _Run)}") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


class _Run(Room):
    """The table `run` of a record."""

    seed: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
    engine: str
    replications: Annotated[int, Field(ge=1, le=_MOST_REPLICATIONS)] | tuple[int, ...]
    versions: dict[str, str]


def _record(data: Mapping[str, Any]) -> RunRecord:
    for part in ("run", "scenario", "baseline", "prices"):
        if not isinstance(data.get(part, {}), Mapping):
            raise InputError(f"{part}: must be a table")
    refuse_oddities(data["run"], "run")
    run = _Run.model_validate(as_data(data["run"]))
    return RunRecord(
        scenario=Scenario.from_dict(data["scenario"]),
        baseline=Scenario.from_dict(data["baseline"]) if "baseline" in data else None,
        prices=Prices.from_dict(data["prices"]),
        replications=_long(run.replications),
        seed=int(run.seed),
        engine=run.engine,
        versions=run.versions,
    )


def _short(numbers: list[int]) -> int | list[int]:
    """Write 0 … n-1 as n."""
    return len(numbers) if numbers == list(range(len(numbers))) else numbers


def _long(numbers: int | Sequence[int]) -> list[int]:
    return list(range(numbers)) if isinstance(numbers, int) else list(numbers)
