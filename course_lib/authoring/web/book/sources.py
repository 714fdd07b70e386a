"""The folder that Sphinx reads: the course's own files in their places, and the pages between."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from course_lib.authoring.notebooks import ROOT, beyond
from course_lib.authoring.web.book import reference
from course_lib.authoring.web.book.links import Places, relink
from course_lib.authoring.web.book.page import minutes, page, title
from course_lib.authoring.web.ways_in import address, around

TEXTS = ("TEACHING.md", "course_lib/odyssey/README.md", "course_lib/odyssey/LEVEL.md")
MADE = ("index.md", "course.md", "exercises.md", "reference.md", "library/index.md")
LOOKED_UP = ("glossary.md", "cells.md", "bibliography.md", *TEXTS[1:])
TELLS = "book.json"  # what templates are told of each page
READING = """
## Reading, turning, running

This is the whole course to read, with the figures and results as its authors' runs left them. The
drawings work in the page: drag a wheel, a shutter or a lever, or move a slider, and the numbers
follow. The multiple-choice questions work here, too. Answers to predictions are folded up: guess
first.

To run and change the code, get the course and type `make lab`. How to do that is explained in
{readme}.{alive}{files}
"""
ALIVE = """ The button *Run this page*, where there is one, opens that page in the browser
edition, which runs Python with nothing to install."""
FILES = """

To read without a network: {0}."""
IN_ONE_FILE = """

In this file drawings and questions stand still; on the web they come alive. To run and change the
code, get the course and type `make lab`.
"""


def notebooks() -> dict[str, Path]:
    """The notebooks of the book in their order: path from the course's folder → where it lies."""
    found = [*sorted(ROOT.glob("notebooks/*.ipynb")), *beyond()]
    found += sorted(ROOT.glob("exercises/*/*.ipynb"), key=lambda path: (path.name < "ps", path))
    return {path.relative_to(ROOT).as_posix(): path for path in found}


def write(folder: Path, *, alive: bool, button: bool = False, files: tuple[str, ...] = ()) -> None:
    """Fill an empty folder with all that a book is made from.

    alive    with widgets, or with their stills
    button   whether pages of notebooks lead to the same notebook in the browser edition
    files    names of the book's other editions, which lie beside its first page
    """
    import nbformat

    chosen = notebooks()
    pictures = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("notebooks/pictures/*")]
    library = {f"library/{room}.rst": names for room, names in reference.modules().items()}
    places = Places(
        {*chosen, *pictures, *TEXTS, *MADE, *LOOKED_UP, *library},
        {name for names in library.values() for name in names},
        address("Repository"),
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    stored = {path: nbformat.read(file, as_version=4) for path, file in chosen.items()}
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in TEXTS}
    made: dict[str, str] = {path: relink(text, path, places) for path, text in texts.items()}
    for path, notebook in stored.items():
        made[path] = nbformat.writes(page(notebook, path, places, alive=alive))
    for path, names in library.items():
        made[path] = reference.library(names, reference.ROOMS[Path(path).stem])
    markdown = {path: _text(notebook) for path, notebook in stored.items()}
    made["glossary.md"] = reference.glossary(section(markdown["notebooks/00_start_here.ipynb"]))
    made["cells.md"] = reference.cells()
    made["bibliography.md"] = reference.bibliography(markdown)
    other = " or as ".join(f"[{Path(name).suffix[1:].upper()}]({name})" for name in files)
    reading = READING.format(
        readme=f"[its README]({places.repository})" if places.repository else "its README",
        alive=ALIVE if button else "",
        files=FILES.format(f"the whole book as {other}") if files else "",
    )
    made |= between(readme, reading if alive else IN_ONE_FILE, markdown, places)
    apart = beyond()  # the browser edition has none of what needs more than the course installs
    made[TELLS] = json.dumps(
        {
            path.removesuffix(".ipynb"): {
                "minutes": minutes(notebook),
                "runs": path if button and chosen[path] not in apart else "",
            }
            for path, notebook in stored.items()
        }
    )
    for path, text in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    for path in pictures:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)


def _text(notebook: Any) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def section(text: str, heading: str = "The words") -> str:
    """A section of a text in Markdown, without its heading, those below it a level higher.

    Raises ValueError where none is so called.
    """
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    if found is None:
        raise ValueError(f"heading: came {heading!r}, and no section is so called")
    return re.sub(r"^##(#+ )", r"#\1", found[1], flags=re.M)


def between(readme: str, reading: str, markdown: dict[str, str], places: Places) -> dict[str, str]:
    """The pages that hold the others together: the first page, and one above each part."""
    table, *below = re.split(r"(?=^## )", section(readme, "The course"), maxsplit=1, flags=re.M)
    top, ways = around(readme)  # without the ways to the course: the book's readers are there
    start = pictures_by_theme(top + ways.split("\n## Start", 1)[0].lstrip())
    course = [path for path in markdown if path.startswith("notebooks/")]
    sets = [path for path in markdown if path.startswith("exercises/")]
    listed = "\n".join(f"- [{title(markdown[path])}]({path})" for path in sets)
    rooms = "\n".join(f"- [{name}]({room}.rst)" for room, name in reference.ROOMS.items())
    above = {
        "index.md": start + _tree([*MADE[1:], "TEACHING.md"], hidden=True) + reading,
        "course.md": "# The course\n" + table + _tree(course, hidden=True) + "".join(below),
        "exercises.md": "# Exercises\n\nSix problem sets and a capstone. Here you can read them; "
        "in JupyterLab each answer gets feedback as soon as its check is run.\n\n"
        + listed
        + _tree(sets, hidden=True),
        "reference.md": "# To look things up\n" + _tree([*LOOKED_UP]),
        "library/index.md": "# The library\n\nThe library's own documentation. Each part uses only "
        "those above it.\n\n" + rooms
        + _tree([f"{room}.rst" for room in reference.ROOMS], hidden=True),
    }  # fmt: skip
    return {path: relink(text, path, places) for path, text in above.items()}


def pictures_by_theme(text: str) -> str:
    """The README's picture in two colourings as two pictures, of which a theme shows one."""
    two = re.compile(
        r'<picture>\s*<source [^>]*srcset="(?P<dark>[^"]+)">'
        r'\s*<img alt="(?P<alt>[^"]+)" src="(?P<light>[^"]+)">\s*</picture>'
    )
    return two.sub(
        "```{image} \\g<light>\n:alt: \\g<alt>\n:class: only-light\n```\n\n"
        "```{image} \\g<dark>\n:alt: \\g<alt>\n:class: only-dark\n```",
        text,
    )


def _tree(pages: list[str], *, hidden: bool = False) -> str:
    names = [str(Path(page).with_suffix("")) for page in pages]
    return "\n\n" + "\n".join(
        ["```{toctree}", ":maxdepth: 1", *[":hidden:"] * hidden, "", *names, "```", ""]
    )
