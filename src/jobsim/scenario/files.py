"""Files that come with jobsim, by their names, and TOML text; may import errors and files.

A commented file with the rules of 2026 is the scenario of one's own to begin from.
"""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w

from jobsim.errors import ScenarioError, control_characters, nearest
from jobsim.files.reading import read_toml
from jobsim.files.writing import file_path, refuse_ending, write_text


def preset_names(package: str = "jobsim.presets") -> list[str]:
    """Names of the TOML files that come with jobsim in a package: the scenarios, unless told.

    Examples
    --------
    >>> "esbjerg-2018" in preset_names()
    True
    """
    try:
        names = [entry.name for entry in resources.files(package).iterdir()]
    except (ImportError, TypeError, ValueError, AttributeError):
        problem = 'scenarios come with "jobsim.presets", price lists with "jobsim.ledger"'
        raise ScenarioError(f"package: {problem}, got {package!r}") from None
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


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
    if not isinstance(name, (str, os.PathLike)):
        raise ScenarioError(f"{what}: must be a name or a path, got {type(name).__name__}")
    names = preset_names(package)
    if str(name) in names:
        text = (resources.files(package) / f"{name}.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)
    path = Path(name)
    if path.suffix.lower() != ".toml" and len(path.parts) <= 1 and not os.path.exists(name):
        file = f"{name}.toml"
        beside = f'; did you mean "{file}"?' if os.path.isfile(file) else ""
        raise ScenarioError(f'there is no {what} "{name}"{beside or nearest(str(name), names)}')
    return read_toml(path)


def as_argument(name: str | Path) -> str:
    """A name or path as one word of a command line, to be pasted into a shell.

    Examples
    --------
    >>> as_argument("esbjerg-2018"), as_argument("min by.toml"), as_argument("-x.toml")
    ('esbjerg-2018', "'min by.toml'", './-x.toml')
    """
    text = f"./{name}" if str(name).startswith("-") else str(name)
    return text if re.fullmatch(r"[\w@%+=:,./-]+", text) else shlex.quote(text)


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


_NAME = "my-town"
_LONGEST = 100
"""Most characters that the name of a scenario may have."""


def template_text() -> str:
    """Text of the commented scenario file.

    Examples
    --------
    >>> template_text().splitlines()[0]
    '# A municipality of your own.'
    """
    file = resources.files("jobsim.presets") / "template" / f"{_NAME}.toml"
    return file.read_text(encoding="utf-8")


def write_template(path: str | Path, *, force: bool = False) -> Path:
    """Write a commented scenario file with rules of 2026, to make one's own municipality from.

    Parameters
    ----------
    path : path of the file, which must end in .toml; folders are made
    force : bool
        Whether a file that is there already is replaced.

    Returns
    -------
    Path, the file; the scenario in it is named like the file

    Raises
    ------
    InputError
        If the name does not end in .toml.
    OutputError
        If the file is there already and is to stay, or it cannot be written.

    Examples
    --------
    >>> import jobsim as js, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     js.Scenario.load(js.write_template(f"{folder}/min-by.toml")).name
    'min-by'
    """
    path = file_path(path)
    refuse_ending(path, ".toml")
    name = control_characters.sub("", path.stem)[:_LONGEST] or _NAME
    text = template_text().replace(f'name = "{_NAME}"\n', dump_toml({"name": name}), 1)
    if name.isprintable():  # comments name the file; a line break would end them
        text = text.replace(f"{_NAME}.", f"{name}.")
    return write_text(path, text, force=force)
