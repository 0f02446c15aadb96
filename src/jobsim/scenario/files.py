"""Files in and out, for which strangers are not trusted; may import errors.

What is read must be a regular file of a bounded size; what is written is written whole, and
replaces nothing but a regular file or a link. A commented file with the rules of 2026 is the
scenario of one's own to begin from.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import tomli_w

from jobsim.errors import InputError, OutputError, ScenarioError, control_characters, nearest

MOST_BYTES = 2**20
"""Largest CSV file that is read; TOML, which takes longer for each byte, half of it."""
MOST_TOML_BYTES = MOST_BYTES // 2
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_DEEP_KEY = re.compile(rf"""(?<![\w"'-])(?:{_PART}\.[ \t]*+){{12}}""")
"""A dotted key of more than twelve parts: their cost grows with the square of the number."""
_TABLE = re.compile(r"(?m)^[ \t]*+\[")
_MOST_TABLES = 5000
_OF_WINDOWS = re.compile(r"(?i)(con|prn|aux|nul|(com|lpt)[0-9¹²³])\s*(\.|:|$)")
"""Names that Windows keeps for devices, whatever their ending."""


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
        raise ScenarioError(f'there is no {what} "{name}"{nearest(str(name), names)}')
    return read_toml(path)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; every failure is one line that begins with the path."""
    return parse_toml(read_bytes(path, most=MOST_TOML_BYTES), path)


_DECIMAL_COMMA = re.compile(r"^[^#\n=]*=\s*(-?\d+,\d+)\s*(?:#.*)?$", re.MULTILINE)


def parse_toml(data: bytes, name: object) -> dict[str, Any]:
    """Parse TOML, at most `MOST_TOML_BYTES` of it; every failure is one line that begins with name.

    Raises
    ------
    ScenarioError
        If it is not UTF-8 or not TOML, or nested or divided beyond what any file needs.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError(
            f"{name}: not UTF-8 text (byte {error.start}); save the file as UTF-8"
        ) from error
    if _DEEP_KEY.search(text):
        raise ScenarioError(f"{name}: a name of more than twelve parts with dots between")
    if sum(1 for _ in _TABLE.finditer(text)) > _MOST_TABLES:
        raise ScenarioError(f"{name}: more than {_MOST_TABLES:,} tables")
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except ValueError as error:  # also of a number with too many digits
        comma = _DECIMAL_COMMA.search(text)
        hint = (
            f"; {comma[1]}: write a point in a number, {comma[1].replace(',', '.')}"
            if comma
            else ""
        )
        raise ScenarioError(f"{name}: not TOML: {error}{hint}") from error
    except RecursionError:
        raise ScenarioError(f"{name}: not TOML: nested too deeply") from None


def read_bytes(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Bytes of a regular file of at most so many; every failure is one line that begins with path.

    A device, pipe or folder is refused without waiting for what it would give.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ScenarioError(f"{path}: cannot be read (it is no regular file)")
        with open(path, "rb", opener=_open_at_once) as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise ScenarioError(f"{path}: there is no such file") from None
    except ScenarioError:
        raise
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise ScenarioError(f"{path}: cannot be read ({why})") from error
    if len(data) > most:
        raise ScenarioError(f"{path}: is larger than {most // 1024:,} KiB, the most that is read")
    return data


def _open_at_once(path: str, flags: int) -> int:
    """Open a file that may have become a pipe in the meantime, which would wait for a writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def file_path(given: object) -> Path:
    """Path of a file or folder that an argument names.

    Raises
    ------
    InputError
        If it is no path.
    """
    if not isinstance(given, (str, os.PathLike)) or not str(given):
        got = repr(given) if isinstance(given, str) else type(given).__name__
        raise InputError(f"path: must be the path of a file or folder, got {got}")
    return Path(given)


def refuse_to_replace(path: Path, *, force: bool) -> None:
    """Raise OutputError if something at a path must not be replaced by a file.

    Raises
    ------
    OutputError
        If the name belongs to a device of Windows, or something is there already: a file or link
        without `force`, a folder, device or pipe in any case.
    """
    if _OF_WINDOWS.match(path.name):
        raise OutputError(f"{path}: Windows keeps that name for a device; choose another")
    try:
        if not os.path.lexists(path):
            return
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise OutputError(f"{path}: cannot be written ({why})") from error
    if not force:
        raise OutputError(f"{path}: is there already; --force (force=True) replaces it")
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise OutputError(f"{path}: cannot be written (it is no regular file)")


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
        As of `write_whole`.
    """
    return write_whole(
        path, lambda whole: whole.write_text(text, encoding="utf-8", newline="\n"), force=force
    )


def write_whole(path: Path, write: Callable[[Path], object], *, force: bool = False) -> Path:
    """Have a file written in a new folder beside its place, then move it there.

    A link at the path is replaced, not followed.

    Parameters
    ----------
    path : Path
    write : function of the Path at which it writes the file
    force : bool
        Whether a file that is there already is replaced.

    Returns
    -------
    Path, the file

    Raises
    ------
    OutputError
        If something is there that is to stay, the name is kept for a device, or the file cannot
        be written.
    """
    refuse_to_replace(path, force=force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".jobsim-", dir=path.parent) as folder:
            whole = Path(folder) / path.name
            write(whole)
            os.replace(whole, path)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
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
    OutputError
        If the name does not end in .toml, the file is there already and is to stay, or it cannot
        be written.

    Examples
    --------
    >>> import jobsim as js, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     js.Scenario.load(js.write_template(f"{folder}/min-by.toml")).name
    'min-by'
    """
    path = file_path(path)
    if path.suffix.lower() != ".toml":
        raise OutputError(f"{path}: the name of a scenario file must end in .toml")
    name = control_characters.sub("", path.stem)[:_LONGEST] or _NAME
    text = template_text().replace(f'name = "{_NAME}"\n', dump_toml({"name": name}), 1)
    if name.isprintable():  # comments name the file; a line break would end them
        text = text.replace(f"{_NAME}.", f"{name}.")
    return write_text(path, text, force=force)
