"""Run the course's notebooks and store them as they read on the web; say what is amiss in one.

    python -m course_lib.authoring.notebooks              run and store all
    python -m course_lib.authoring.notebooks --only 01    one; with "ps" all whose name holds that
    python -m course_lib.authoring.notebooks --check      run nothing, only say what is amiss

Stored are the text, the figures and the widgets as they stood at the end. Sound is left out, and
so is what would differ at each run: times of execution, versions, the widgets' random names.
"""

from __future__ import annotations

import argparse
import copy
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import files
from course_lib.authoring.prepare import ROOT

if TYPE_CHECKING:
    from nbformat import NotebookNode

LARGEST = 2_000_000  # bytes of a stored notebook
LONGEST = 30  # lines of a cell
STRICT = "nbval-check-output"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
WIDGETS = "application/vnd.jupyter.widget-state+json"
IMAGE_IN_HTML = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT_IN_HTML = re.compile(r"""\balt\s*=\s*(["'])\s*[^"'\s]""", re.IGNORECASE)
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")  # of an object whose repr is nothing to read
IMAGE_IN_MARKDOWN = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")


def course_notebooks(root: Path = ROOT) -> list[Path]:
    """The notebooks that are kept with their outputs: the course and the exercises' masters."""
    return sorted([*root.glob("notebooks/*.ipynb"), *root.glob("solutions/*/*.ipynb")])


def beyond(root: Path = ROOT) -> list[Path]:
    """Those that need more than the course installs; `make oracles` runs them."""
    return sorted(root.glob("notebooks/beyond/*.ipynb"))


def chosen(only: str, paths: list[Path]) -> list[Path]:
    """The one whose name begins with `only` and a _, as 01 or ps2; else all whose name holds it.

    Raises ValueError where no name does.
    """
    begins = f"{only}_" if only else ""  # so that 01 is not 01b
    found = [path for path in paths if path.name.startswith(begins)]
    found = found or [path for path in paths if only in path.name]
    if not found:
        raise ValueError(f"only: came {only!r}, expected a part of a notebook's name")
    return found


def is_sound(output: dict[str, Any]) -> bool:
    data = output.get("data", {})
    html = data.get("text/html", "")
    return any(kind.startswith("audio/") for kind in data) or "<audio" in html


def tidy(notebook: NotebookNode) -> NotebookNode:
    """A copy as it is to be stored: no sound, nothing that changes with time or machine."""
    tidied = copy.deepcopy(notebook)
    for cell in tidied.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = joined([out for out in cell.outputs if not is_sound(out)])
    tidied.metadata["kernelspec"] = dict(KERNEL)
    tidied.metadata["language_info"] = copy.deepcopy(LANGUAGE)
    return name_widgets(tidied)


def joined(outputs: list[Any]) -> list[Any]:
    """The outputs with what was printed in one go: a slow cell's lines come in several parts."""
    found: list[Any] = []
    for output in outputs:
        before = found[-1] if found else {}
        printed = output["output_type"] == "stream" == before.get("output_type")
        if printed and output["name"] == before["name"]:
            before["text"] += output["text"]
        else:
            found.append(output)
    return found


def name_widgets(notebook: NotebookNode) -> NotebookNode:
    """Give the widgets' random names a fixed form, numbered as they were made."""
    import nbformat

    state = notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    text = nbformat.writes(notebook)
    for number, name in enumerate(state, 1):
        text = text.replace(name, f"{number:032x}")
    return nbformat.reads(text, as_version=4)


def run(path: Path, timeout: int = 600) -> NotebookNode:
    """The notebook with the outputs of a fresh run, from its own folder, in this environment.

    Raises nbclient's CellExecutionError where a cell fails, CellTimeoutError after `timeout` s.
    """
    import nbformat
    from nbclient import NotebookClient

    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    os.environ["COURSE_PROGRESS"] = ""  # what is passed here is nobody's progress
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("widgets", None)
    folder = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        notebook, timeout=timeout, kernel_name="python3", record_timing=False, resources=folder
    ).execute()
    return notebook


def store(path: Path) -> None:
    """Run a notebook and put the result in its place, whole or not at all; cell ids stay."""
    import nbformat

    text = nbformat.writes(tidy(run(path))) + "\n"
    if len(text.encode()) > LARGEST:
        raise ValueError(f"{path.name} would be {len(text.encode()):,} bytes; {LARGEST:,} at most")
    files.write(path, text)


def images_without_alt(cell: dict[str, Any]) -> int:
    """How many pictures in a cell's text and outputs say nothing to who cannot see them."""
    if cell["cell_type"] == "markdown":
        nameless = [m for m in IMAGE_IN_MARKDOWN.finditer(cell["source"]) if not m["alt"].strip()]
        pages = [cell["source"]]
    else:
        nameless, pages = [], []
        for output in cell.get("outputs", []):
            data, notes = output.get("data", {}), output.get("metadata", {})
            html = data.get("text/html", "")
            pages.append(html)
            for kind in data:
                if kind.startswith("image/") and not ALT_IN_HTML.search(html):
                    said = notes.get(kind, {}).get("alt") or notes.get("alt") or ""
                    nameless += [kind] if not said.strip() else []
    tags = [tag for page in pages for tag in IMAGE_IN_HTML.findall(page)]
    return len(nameless) + sum(not ALT_IN_HTML.search(tag) for tag in tags)


def faults(path: Path) -> list[str]:
    """What is amiss in a stored notebook, each in a line; empty where all is well."""
    from nbformat import v4

    text = path.read_text(encoding="utf-8")
    notebook = v4.reads(text)  # nbformat.reads would mend missing and repeated ids in silence
    found = []
    size = len(text.encode())
    if size > LARGEST:
        found.append(f"it is {size:,} bytes; {LARGEST:,} at most")
    if notebook.metadata.get("kernelspec", {}).get("name") != KERNEL["name"]:
        found.append("its kernel is not python3")
    if "version" in notebook.metadata.get("language_info", {}):
        found.append("its language_info names a Python version")
    names = [cell.get("id") for cell in notebook.cells]
    if None in names or len(set(names)) < len(names):
        found.append("its cell ids are missing or not unique")
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    if not any(cell.outputs for cell in code):
        found.append("it has no stored outputs")
    for number, cell in enumerate(notebook.cells):
        found += [f"cell {number}: {fault}" for fault in cell_faults(cell)]
    return found


def cell_faults(cell: NotebookNode) -> list[str]:
    found = []
    lines = len(cell.source.splitlines())
    if lines > LONGEST:
        found.append(f"{lines} lines; {LONGEST} at most")
    if "execution" in cell.metadata:
        found.append("stores when it was run")
    if images_without_alt(cell):
        found.append("a picture without alt text")
    if cell.cell_type != "code" or not cell.source.strip():
        return found
    if cell.execution_count is None:
        found.append("was not run")
    if any(output.output_type == "error" for output in cell.outputs):
        found.append("a stored error")
    if any(ADDRESS.search(str(output)) for output in cell.outputs):
        found.append("shows an object's address in memory")
    if any(is_sound(output) for output in cell.outputs):
        found.append("stored sound")
    strict = STRICT in cell.metadata.get("tags", []) or "# NBVAL_CHECK_OUTPUT" in cell.source
    if strict and not cell.outputs:  # an emptied output would pass nbval's comparison
        found.append("is to be compared strictly, and has no stored output")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="a notebook's number, or part of its name")
    parser.add_argument("--check", action="store_true", help="run nothing, say what is amiss")
    options = parser.parse_args()
    try:
        paths = chosen(options.only, course_notebooks() + (beyond() if options.only else []))
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 1
    amiss = 0
    for path in paths:
        where = path.relative_to(ROOT)
        if not options.check:
            print(f"running {where}", flush=True)
            store(path)
        for line in faults(path):
            amiss += 1
            print(f"{where}: {line}", file=sys.stderr)
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
