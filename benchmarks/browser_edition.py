"""What the browser edition costs: its size, its start, and each cell beside the installed course.

    make lite
    python -m benchmarks.browser_edition 00 01b [--write]
    python -m benchmarks.browser_edition 04 --seconds 3      do all cells run? with short trainings

Each notebook whose name begins so is run cell by cell, in Jupyter's kernel and in the browser that
`course_lib.authoring.browser` finds, with every other host out of reach. Seconds are the
processor's: of the kernel with its processes, and of the browser's. Where the browser trains less
than the installed course, the row says "lighter".
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import psutil
from nbclient import NotebookClient

from benchmarks import readme
from course_lib.authoring.browser import launch
from course_lib.authoring.prepare import ROOT
from course_lib.authoring.web.lite import build
from tests.browser.lite_page import Files, LitePage, alone, said, served, used

MARK = "<!-- browser_edition: written by `python -m benchmarks.browser_edition --write` -->"
SLOW = 1.0  # only cells that take so many seconds in the browser are listed


class Cell(NamedTuple):
    """A cell run in the browser: its name, processor seconds there and natively, what it said."""

    name: str
    browser: float
    native: float | None
    text: str

    @property
    def failed(self) -> bool:
        return "ERROR" in self.text

    @property
    def lighter(self) -> bool:
        return "In the browser: " in self.text


def natively(file: Path) -> dict[str, float]:
    """Cell → processor seconds in Jupyter's kernel."""
    notebook, found = nbformat.read(file, as_version=4), {}
    client = NotebookClient(notebook, resources={"metadata": {"path": str(file.parent)}})
    with client.setup_kernel():
        manager: Any = client.km
        kernel = psutil.Process(manager.provisioner.pid)
        for k, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                before = used(kernel)
                client.execute_cell(cell, k)
                found[cell.id] = used(kernel) - before
    return found


def in_the_browser(
    browser: Any, address: str, file: Path, seconds: float | None = None
) -> tuple[dict[str, float], list[Cell]]:
    """What opening the notebook cost a visitor who has never been here, and its cells.

    seconds    what a training may take, in place of ``lite.SECONDS``
    """
    context, programs = alone(browser), psutil.Process()
    Files.sent, begin, before = 0, time.perf_counter(), used(programs)
    page = LitePage(context, address)
    page.open(f"notebooks/{file.name}")
    start = {
        "seconds": time.perf_counter() - begin,
        "processor": used(programs) - before,
        "megabytes": Files.sent / 1e6,
    }
    if seconds is not None:
        page.execute(f"from course_lib import lite; lite.SECONDS = {seconds}")
    cells = []
    for cell in page.cells():
        if cell["cell_type"] == "code":
            before = used(programs)
            text = said(page.run(cell["id"], seconds=3600))
            cells.append(Cell(cell["id"], used(programs) - before, None, text))
            print(f"  {cell['id']:24}{cells[-1].browser:8.2f} s  {_first(text)}", flush=True)
    print(*page.errors, *page.elsewhere, sep="\n")
    start["all megabytes"] = Files.sent / 1e6
    context.close()
    return start, cells


def _first(text: str) -> str:
    wrong = [line for line in text.splitlines() if "ERROR" in line or "In the browser" in line]
    return (wrong or text.splitlines() or [""])[0][:100]


def table(files: list[Path], seconds: float | None = None) -> str:
    from playwright.sync_api import sync_playwright

    size = sum(file.stat().st_size for file in build.OUT.rglob("*") if file.is_file()) / 1e6
    lines = [
        f"{size:.0f} MB in all. {os.cpu_count()} cores.",
        "",
        "| notebook | start, s | of the processor | loaded, MB | after its cells | cells run |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    slow = [
        "| notebook, cell | browser, s | natively, s | ratio | |",
        "| --- | --- | --- | --- | --- |",
    ]
    ratios = []
    with served(build.OUT.parent) as address, sync_playwright() as playwright:
        for file in files:
            print(file.stem, flush=True)
            browser = launch(playwright)  # another one for each, so that its processes are all new
            start, cells = in_the_browser(browser, f"{address}{build.OUT.name}/", file, seconds)
            browser.close()
            native = natively(file) if seconds is None else {}
            cells = [cell._replace(native=native.get(cell.name)) for cell in cells]
            lines.append(
                f"| {file.stem} | {start['seconds']:.0f} | {start['processor']:.0f} | "
                f"{start['megabytes']:.1f} | {start['all megabytes']:.1f} | "
                f"{sum(not cell.failed for cell in cells)} of {len(cells)} |"
            )
            for cell in cells:
                if cell.browser >= SLOW:
                    note = "failed" if cell.failed else "lighter" if cell.lighter else ""
                    there, ratio = "–", "–"
                    if cell.native is not None:
                        times = cell.browser / max(cell.native, 0.01)  # the clock's tick
                        there, ratio = f"{cell.native:.2f}", f"{times:.1f}"
                        ratios += [] if note else [times]
                    slow.append(
                        f"| {file.stem[:3].strip('_')}, {cell.name} | {cell.browser:.1f} | "
                        f"{there} | {ratio} | {note} |"
                    )
    if ratios:
        middle = f"{statistics.median(ratios):.1f}"
        slow += ["", f"Median ratio of the cells that do the same in both: {middle}."]
    return "\n".join([*lines, "", *slow])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="+", help="how the notebooks' names begin, as 01b")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    parser.add_argument("--seconds", type=float, help="of a training; nothing is run natively")
    options = parser.parse_args()
    if options.write and options.seconds is not None:
        parser.error("--write: came with --seconds, expected whole trainings")
    asked = tuple(f"{name}_" for name in options.names)
    found = sorted(f for f in ROOT.glob("notebooks/*.ipynb") if f.name.startswith(asked))
    if not found:
        parser.error(f"names: came {options.names}, expected how notebooks' names begin")
    measured = table(found, options.seconds)
    print(measured)
    if options.write:
        readme.put(MARK, measured)


if __name__ == "__main__":
    main()
