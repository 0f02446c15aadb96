"""The CSV files beside a scenario file that it may name; imports layers 0 and 1.

A scenario may come from a stranger: it must not lead to files elsewhere on the machine of whoever
loads it, nor to more of them than can be read at once.
"""

from __future__ import annotations

from pathlib import Path

from jobsim.errors import ScenarioError
from jobsim.scenario.files import MOST_BYTES
from jobsim.scenario.sheet import Sheet, read_sheet

__all__ = ["TablesBeside"]

_MOST_ASKED = 50


class TablesBeside:
    """Tables in the folder of a scenario file or below it, each read once.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sheets: dict[Path, Sheet] = {}
        self._asked = 0

    def sheet(self, name: str) -> Sheet:
        """Table of a file, by its name relative to the folder.

        Raises
        ------
        ScenarioError
            If the name leads out of the folder, also by a link; the file cannot be read; the files
            read so far hold more than 1 MiB together, or more than 50 series ask for one.
        """
        self._asked += 1
        if self._asked > _MOST_ASKED:
            raise ScenarioError(f"at most {_MOST_ASKED} series can name a file")
        path = self._inside(name)
        if path not in self._sheets:
            self._sheets[path] = read_sheet(path)
            if sum(sheet.size for sheet in self._sheets.values()) > MOST_BYTES:
                raise ScenarioError(
                    f"{path}: the files of all series together are larger than "
                    f"{MOST_BYTES // 1024:,} KiB, the most that is read"
                )
        return self._sheets[path]

    def _inside(self, name: str) -> Path:
        path = self._folder / name
        try:
            inside = path.resolve().is_relative_to(self._folder.resolve())
        except (OSError, RuntimeError, ValueError) as error:  # links in a circle, NUL in the name
            raise ScenarioError(f"{path}: cannot be read ({error})") from error
        if Path(name).is_absolute() or not inside:
            raise ScenarioError(
                f'file "{name}" must lie beside the scenario file or in a folder below it'
            )
        return path
