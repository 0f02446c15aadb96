"""Execute the notebooks from top to bottom, and keep what is stored in them true.

    python notebooks/execute.py [--write] [NAME ...]

Each runs in an empty folder of its own that is thrown away. A cell that raises, or writes to
standard error, is a failure; so is text that differs from what the file holds. Pictures are not
compared: fonts differ. `--write` stores fresh outputs instead of comparing. A name is the beginning
of a file's, such as 3; without one, all run. Needs the extra `notebook`.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from PIL import Image

HERE = Path(__file__).parent
WIDGET = "application/vnd.jupyter.widget-view+json"
SECONDS = 180
"""Most that one cell may take; the compiled engine may have to be compiled first."""
KERNELS = 3
"""Most kernels that are tried: on busy cores a kernel's last word can be lost, and then it and the
client wait for one another for ever. Code that never ends is still found."""


def executed(path: Path) -> Any:
    """Outputs of a notebook, played from the top in an empty folder."""
    book = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            book,
            timeout=SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
            coalesce_streams=True,  # how print comes in pieces is chance
            shutdown_kernel="immediate",
            extra_arguments=["--log-level=ERROR"],  # that kernels talk over TCP is known
        )
        client.execute()
    book.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in code_cells(book):
        cell.outputs = [kept(output) for output in cell.outputs if not is_widget(output)]
    return book


def code_cells(book: Any) -> list[Any]:
    """Cells that are executed, in order."""
    return [cell for cell in book.cells if cell.cell_type == "code"]


def is_widget(output: Any) -> bool:
    """Tell whether an output is a widget, of which nothing is left without a running notebook."""
    return WIDGET in output.get("data", {})


def kept(output: Any) -> Any:
    """An output as it is stored: of a picture the picture alone, without the words for it."""
    if "image/png" in output.get("data", {}):
        output.data = {"image/png": smaller(output.data["image/png"])}
        output.metadata = {}
    return output


def smaller(png: str) -> str:
    """A picture in 256 colours, which is all that lines and letters need."""
    stored = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        picture.convert("RGB").quantize(256).save(stored, "PNG", optimize=True)
    return base64.b64encode(stored.getvalue()).decode("ascii")


def texts(cell: Any) -> list[str]:
    """Text that a cell shows."""
    found = [
        output.get("text") or output.get("data", {}).get("text/plain") for output in cell.outputs
    ]
    return [text for text in found if text]


def problems(book: Any, stored: Any) -> Iterator[str]:
    """What was written to standard error, and what differs from the stored text, a line each."""
    for number, (cell, before) in enumerate(
        zip(code_cells(book), code_cells(stored), strict=True), start=1
    ):
        for output in cell.outputs:
            if output.get("name") == "stderr":
                yield f"code cell {number} warns: {output.text.strip().splitlines()[-1]}"
        if texts(cell) != texts(before):
            yield f"code cell {number} shows other text than is stored; see --write"


def checked(path: Path, *, write: bool) -> list[str]:
    """Execute one notebook; what is wrong with it, if anything."""
    stored = nbformat.read(path, as_version=4)
    for kernel in range(1, KERNELS + 1):
        try:
            book = executed(path)
            break
        except CellTimeoutError:
            print(f"{path.name}: kernel {kernel} said nothing for {SECONDS} s", flush=True)
        except CellExecutionError as error:
            return [str(error)]
    else:
        return [f"no kernel of {KERNELS} came to an end"]
    found = list(problems(book, book if write else stored))
    if write and not found:
        text = nbformat.writes(book, indent=1, sort_keys=True, ensure_ascii=False)
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    return found


def chosen(names: list[str]) -> list[Path]:
    """Notebooks whose names begin so; all of them without names."""
    paths = sorted(HERE.glob("*.ipynb"))
    for name in names:
        if not any(path.name.startswith(name) for path in paths):
            sys.exit(f"there is no notebook {name}; there are {', '.join(p.stem for p in paths)}")
    return [path for path in paths if not names or path.name.startswith(tuple(names))]


def main() -> int:
    """Execute what is asked for; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--write", action="store_true", help="store fresh outputs")
    given = parser.parse_args()
    os.environ["TQDM_DISABLE"] = "1"  # progress bars belong on a screen
    wrong = 0
    for path in chosen(given.names):
        began = time.monotonic()
        found = checked(path, write=given.write)
        print(f"{path.name}: {time.monotonic() - began:.0f} s", *found, sep="\n  ", flush=True)
        wrong += bool(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
