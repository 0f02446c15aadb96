"""TOML in and out; imports layers 0 and 1."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w

from jobsim.errors import ScenarioError, nearest

__all__ = ["dump_toml", "preset_names", "read_preset_or_file", "read_toml"]


def preset_names() -> list[str]:
    """Names of the scenarios that come with jobsim."""
    folder = resources.files("jobsim.presets")
    return sorted(
        p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")
    )


def read_preset_or_file(name: str | Path) -> dict[str, Any]:
    """Read a preset by name, or a TOML file by path.

    Raises
    ------
    ScenarioError
        If there is neither, or the file is not UTF-8 or not TOML.
    """
    if str(name) in preset_names():
        text = (resources.files("jobsim.presets") / f"{name}.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)
    path = Path(name)
    if path.suffix.lower() != ".toml" and len(path.parts) == 1 and not path.exists():
        raise ScenarioError(f'there is no preset "{name}"{nearest(str(name), preset_names())}')
    return read_toml(path)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; every failure is one line that begins with the path."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ScenarioError(f"{path}: there is no such file") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(
            f"{path}: not UTF-8 text (byte {error.start}); save the file as UTF-8"
        ) from error
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{path}: not TOML: {error}") from error
    except RecursionError:
        raise ScenarioError(f"{path}: not TOML: nested too deeply") from None


def dump_toml(data: Mapping[str, Any]) -> str:
    """Write a dictionary as TOML text."""
    return tomli_w.dumps(_lists(data), multiline_strings=True)


def _lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lists(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_lists(item) for item in value]
    return value
