"""TOML in and out; imports layers 0 and 1."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w

from jobsim.errors import OutputError, ScenarioError, nearest

__all__ = [
    "dump_toml",
    "preset_names",
    "read_bytes",
    "read_named_or_file",
    "read_toml",
    "write_text",
]


def preset_names(package: str = "jobsim.presets") -> list[str]:
    """Names of the TOML files that come with jobsim in a package: the scenarios, unless told."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in resources.files(package).iterdir()
        if entry.name.endswith(".toml")
    )


def read_named_or_file(
    name: str | Path, *, package: str = "jobsim.presets", what: str = "preset"
) -> dict[str, Any]:
    """Read a TOML file of a package by its name, or any TOML file by its path.

    Parameters
    ----------
    name : str or Path
    package : str, package whose TOML files have names
    what : str, what such a file is called in an error

    Raises
    ------
    ScenarioError
        If there is neither, or the file is not UTF-8 or not TOML.
    """
    names = preset_names(package)
    if str(name) in names:
        text = (resources.files(package) / f"{name}.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)
    path = Path(name)
    if path.suffix.lower() != ".toml" and len(path.parts) <= 1 and not os.path.exists(name):
        raise ScenarioError(f'there is no {what} "{name}"{nearest(str(name), names)}')
    return read_toml(path)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; every failure is one line that begins with the path."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError(
            f"{path}: not UTF-8 text (byte {error.start}); save the file as UTF-8"
        ) from error
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except ValueError as error:  # also of a number with too many digits
        raise ScenarioError(f"{path}: not TOML: {error}") from error
    except RecursionError:
        raise ScenarioError(f"{path}: not TOML: nested too deeply") from None


def read_bytes(path: Path) -> bytes:
    """Bytes of a file; every failure is one line that begins with the path."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ScenarioError(f"{path}: there is no such file") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise ScenarioError(f"{path}: cannot be read ({why})") from error


def write_text(path: Path, text: str, *, force: bool = False) -> Path:
    """Write a text file as UTF-8, whole or not at all; folders are made.

    Parameters
    ----------
    path : Path
    text : str
    force : bool
        Whether a file that is there already is replaced.

    Returns
    -------
    Path, the file

    Raises
    ------
    OutputError
        If the file is there already and is to stay, or cannot be written.
    """
    try:
        if path.exists() and not force:
            raise OutputError(f"{path}: is there already; --force (force=True) replaces it")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".jobsim-", dir=path.parent) as folder:
            whole = Path(folder) / "whole"
            whole.write_text(text, encoding="utf-8", newline="\n")
            os.replace(whole, path)
    except OutputError:
        raise
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise OutputError(f"{path}: cannot be written ({why})") from error
    return path


def dump_toml(data: Mapping[str, Any]) -> str:
    """Write a dictionary as TOML text that reads back to the same."""
    plain = _lists(data)
    text = tomli_w.dumps(plain, multiline_strings=True)
    if tomllib.loads(text) == plain:
        return text
    return tomli_w.dumps(plain)  # a carriage return survives on one line only


def _lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lists(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_lists(item) for item in value]
    return value
