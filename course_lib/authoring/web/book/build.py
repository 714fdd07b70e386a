"""Sphinx's run over the sources, and dist/web/ put in place.

The browser edition, dist/web/lite/, stays where it is. Where it is there, every notebook's page has
a button that opens the notebook in it.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from pathlib import Path

from course_lib.authoring import browser
from course_lib.authoring.notebooks import ROOT
from course_lib.authoring.slides import FROM_NPM, NODE_MODULES
from course_lib.authoring.web.book import paper, sources
from course_lib.authoring.web.book.epub import declare_formulas
from course_lib.authoring.web.book.settings import SCRIPTS, settings
from course_lib.environment import MAKE

WEB = ROOT / "dist" / "web"
LITE = "lite"  # the browser edition's folder in WEB
NEEDED = ("mathjax.js", "require.js", "widgets.js")


def assets() -> dict[str, Path]:
    """The scripts that pages load, and where they come from.

    Raises FileNotFoundError where npm's packages are missing.
    """
    import anywidget

    found = {name: NODE_MODULES / FROM_NPM[name] for name in NEEDED}
    found["anywidget.js"] = Path(anywidget.__file__).parent / "nbextension" / "index.js"
    if missing := sorted(name for name, file in found.items() if not file.exists()):
        raise FileNotFoundError(
            f"{missing} are not in {NODE_MODULES}; cure: install Node.js, then {MAKE} book"
        )
    return found


def sphinx(work: Path, edition: str, **how) -> Path:
    """Write an edition's sources into a folder and have Sphinx read them; where its pages lie.

    Raises ValueError with all that Sphinx complains of.
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    source, made = work / f"{edition}-source", work / edition
    (source / SCRIPTS).mkdir(parents=True)
    sources.write(source, alive=edition == "html", **how)
    for script, file in assets().items():
        shutil.copyfile(file, source / SCRIPTS / script)
    complaints = io.StringIO()
    with docutils_namespace():
        told = settings(source, edition)
        app = Sphinx(source, None, made, work / f"{edition}-read", edition, told, None, complaints)
        app.build()
    if said := complaints.getvalue().strip():
        raise ValueError(f"Sphinx complains of the {edition} edition:\n{said}")
    return made


def build(
    folder: Path, *, button: bool | None = None, epub: bool = False, pdf: bool = False
) -> None:
    """Make the book and put it into a folder, in place of the book that was there.

    button   whether pages lead to the browser edition; None: where that lies in the folder
    """
    from playwright.sync_api import sync_playwright

    assets()  # before anything is begun
    files = ("lstm-variations.epub",) * epub + ("lstm-variations.pdf",) * pdf
    button = (folder / LITE).is_dir() if button is None else button
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        made = sphinx(work, "html", button=button, files=files)
        if epub:
            (found,) = sphinx(work, "epub").glob("*.epub")
            declare_formulas(found, made / files[0])
        if pdf:
            single = sphinx(work, "singlehtml")
            with sync_playwright() as playwright:
                chromium = browser.launch(playwright)
                paper.print_book(chromium, single / "index.html", made / files[-1])
                chromium.close()
        (made / ".buildinfo").unlink()
        (made / ".nojekyll").touch()  # GitHub Pages would leave out folders that begin with _
        put(made, folder)


def put(made: Path, folder: Path) -> None:
    """Move a book into its place. What is not of a book, the browser edition, stays."""
    if (folder / LITE).exists():
        os.replace(folder / LITE, made / LITE)
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(made, folder)
