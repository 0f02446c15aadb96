"""A scenario of one's own to begin from: a commented file with 2026 rules; imports layers 0 and 1.

The file is package data beside the presets, but no preset: it has no name to load it by.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from jobsim.errors import OutputError, control_characters
from jobsim.scenario.files import dump_toml, write_text

__all__ = ["template_text", "write_template"]

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
    ...     js.Scenario.load(write_template(f"{folder}/min-by.toml")).name
    'min-by'
    """
    path = Path(path)
    if path.suffix.lower() != ".toml":
        raise OutputError(f"{path}: the name of a scenario file must end in .toml")
    name = control_characters.sub("", path.stem)[:_LONGEST] or _NAME
    text = template_text().replace(f'name = "{_NAME}"\n', dump_toml({"name": name}), 1)
    if name.isprintable():  # comments name the file; a line break would end them
        text = text.replace(f"{_NAME}.", f"{name}.")
    return write_text(path, text, force=force)
