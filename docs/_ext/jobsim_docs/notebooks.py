"""Bring the notebooks into the tutorials, as they are: nothing is executed here.

They lie in `notebooks/`. Where they were executed elsewhere, JOBSIM_NOTEBOOKS names that folder,
and the pages show the outputs.
"""

from __future__ import annotations

import os
from pathlib import Path

from sphinx.application import Sphinx

from jobsim_docs.about import ROOT
from jobsim_docs.pages import write_folder

__all__ = ["contents", "copy_notebooks"]

_PAGES = ROOT / "docs" / "tutorials"


def copy_notebooks(_: Sphinx) -> None:
    """Copy the notebooks to tutorials/notebooks of the documentation."""
    source = Path(os.environ.get("JOBSIM_NOTEBOOKS", ROOT / "notebooks"))
    files = {path.name: path.read_bytes() for path in sorted(source.glob("*.ipynb"))}
    write_folder(_PAGES / "notebooks", files)


def contents() -> str:
    """Contents of the tutorials: notebooks, then pages written by hand."""
    found = [*sorted(_PAGES.glob("notebooks/*.ipynb")), *sorted(_PAGES.glob("*.md"))]
    names = [path.relative_to(_PAGES).with_suffix("").as_posix() for path in found]
    entries = "\n".join(name for name in names if name != "index")
    return f"```{{toctree}}\n:maxdepth: 1\n\n{entries}\n```" if entries else "There are none yet."
