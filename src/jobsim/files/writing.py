"""Files out: each written whole or not at all, and none replaced unasked; may import errors.

A text that a spreadsheet would take for a formula is made harmless, wherever the spreadsheet parts
its cells.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from jobsim.errors import InputError, OutputError

if TYPE_CHECKING:
    import pandas as pd

_OF_WINDOWS = re.compile(r"(?i)(con|prn|aux|nul|(com|lpt)[0-9¹²³])\s*(\.|:|$)")
"""Names that Windows keeps for devices, whatever their ending."""
_OF_FILES = (".csv", ".xlsx", ".nc", ".toml", ".json", ".html", ".htm", ".pdf", ".png", ".svg")
"""Endings that no folder of results needs."""
Writer = Callable[[Path], object]
"""Writes a file at a path."""


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


def refuse_ending(path: Path, *endings: str) -> None:
    """Refuse a name whose ending, in small or capital letters, says something else.

    Raises
    ------
    InputError
        If it has none of the endings that fit what is written.
    """
    if path.suffix.lower() not in endings:
        raise InputError(f"{path}: must end in {', '.join(endings)}")


def refuse_file_for_folder(path: Path) -> None:
    """Refuse the name of a file where a folder is made.

    Raises
    ------
    InputError
        If it ends like one, and no folder of that name is there.
    OutputError
        If something else than a folder is there.
    """
    if os.path.isdir(path):
        return
    if os.path.lexists(path):
        raise OutputError(f"{path}: cannot be written (it is no folder)")
    if path.suffix.lower() in _OF_FILES:
        raise InputError(f"{path}: must be a folder; {path.suffix} is the ending of a file")


def refuse_to_replace(path: Path, *, force: bool) -> None:
    """Refuse a place where something is that must not be replaced by a file.

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
        raise _failed(path, error) from error
    if not force:
        raise OutputError(f"{path}: is there already; --force (force=True) replaces it")
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise OutputError(f"{path}: cannot be written (it is no regular file)")


def _failed(path: Path, error: Exception) -> OutputError:
    why = getattr(error, "strerror", None) or error
    return OutputError(f"{path}: cannot be written ({why})")


def write_text(path: Path, text: str, *, force: bool = False) -> Path:
    """Write a text file as UTF-8, whole or not at all; see `write_whole`."""
    return write_whole(path, text_writer(text), force=force)


def text_writer(text: str) -> Writer:
    """What writes a text as UTF-8 on every system alike."""
    return partial(Path.write_text, data=text, encoding="utf-8", newline="\n")


def write_whole(
    path: Path,
    write: Writer,
    *,
    force: bool = False,
    replaceable: Callable[[Path], bool] = lambda _: False,
) -> Path:
    """Have a file written in a new folder beside its place, then move it there; folders are made.

    A link at the path is replaced, not followed.

    Parameters
    ----------
    path : Path
    write : function of the Path at which it writes the file
    force : bool
        Whether a file that is there already is replaced.
    replaceable : function of the path
        Whether what is there, though no regular file, is replaced as well.

    Returns
    -------
    Path, the file

    Raises
    ------
    OutputError
        If something is there that is to stay, the name is kept for a device, or the file cannot
        be written.
    """
    if not (force and replaceable(path)):
        refuse_to_replace(path, force=force)
    _write(path.parent, {path.name: write}, path)
    return path


def write_folder(folder: Path, writers: Mapping[str, Writer], *, force: bool) -> list[Path]:
    """Write files of a folder, all of them or none; see `write_whole`."""
    refuse_file_for_folder(folder)
    for name in writers:
        refuse_to_replace(folder / name, force=force)
    _write(folder, writers, folder)
    return [folder / name for name in writers]


def _write(folder: Path, writers: Mapping[str, Writer], told: Path) -> None:
    """Write all files first, then move each to its place."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".jobsim-", dir=folder, ignore_cleanup_errors=True
        ) as place:
            for name, write in writers.items():
                write(Path(place, name))
            for name in writers:
                if os.path.isdir(folder / name) and not os.path.islink(folder / name):
                    os.replace(folder / name, Path(place, f"old {name}"))
                os.replace(Path(place, name), folder / name)
    except (OSError, ValueError) as error:
        raise _failed(told, error) from error


# Texts in spreadsheets

_FORMULA = re.compile(r"""(^|[;,\t\r\n|])([\s"]*)(?=[=+\-@＝＋－＠])""")
"""Where a formula begins: at the begin of a cell, or of what becomes one where cells are parted
elsewhere, as Excel parts them at semicolons in Denmark."""


def csv_text(frame: pd.DataFrame) -> str:
    r"""A table as CSV, with a byte order mark, without which Excel garbles Danish letters.

    Texts that a spreadsheet would take for a formula get an apostrophe: a label comes from the
    scenario file, and that perhaps from a stranger.

    Examples
    --------
    >>> import pandas as pd
    >>> csv_text(pd.DataFrame({"label": ["=1+1", "x;=1+1", "Jobs"], "value": [-1, 2, 3]}))
    "\ufefflabel,value\n'=1+1,-1\nx;'=1+1,2\nJobs,3\n"
    """
    whole = frame.reset_index() if frame.index.name is not None else frame
    harmless = whole.map(_harmless).rename(columns=_harmless)
    return "\ufeff" + harmless.to_csv(index=False, lineterminator="\n")


def _harmless(cell: object) -> object:
    return _FORMULA.sub(r"\1\2'", cell) if isinstance(cell, str) else cell
