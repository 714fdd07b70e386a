"""Sphinx's run over the sources, and dist/web/ put in place.

The browser edition, dist/web/lite/, stays where it is. Where it is there, every notebook's page has
a button that opens the notebook in it.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from course_lib import files
from course_lib.authoring import browser
from course_lib.authoring.notebooks import ROOT
from course_lib.authoring.slides import scripts
from course_lib.authoring.web.book import paper, sources
from course_lib.authoring.web.book.epub import declare_formulas
from course_lib.authoring.web.book.settings import SCRIPTS, settings

WEB = ROOT / "dist" / "web"
LITE = "lite"  # the browser edition's folder in WEB
NEEDED = ("mathjax.js", "require.js", "widgets.js")


def sphinx(work: Path, edition: str, **how) -> Path:
    """Write an edition's sources into a folder and have Sphinx read them; where its pages lie.

    Raises ValueError with all that Sphinx complains of.
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    source, made = work / f"{edition}-source", work / edition
    (source / SCRIPTS).mkdir(parents=True)
    sources.write(source, alive=edition == "html", **how)
    for script, file in scripts(*NEEDED).items():
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

    scripts(*NEEDED)  # before anything is begun
    more = ("lstm-variations.epub",) * epub + ("lstm-variations.pdf",) * pdf
    button = (folder / LITE).is_dir() if button is None else button
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        made = sphinx(work, "html", button=button, files=more)
        if epub:
            (found,) = sphinx(work, "epub").glob("*.epub")
            declare_formulas(found, made / more[0])
        if pdf:
            single = sphinx(work, "singlehtml")
            with sync_playwright() as playwright:
                chromium = browser.launch(playwright)
                paper.print_book(chromium, single / "index.html", made / more[-1])
                chromium.close()
        (made / ".buildinfo").unlink()
        (made / ".nojekyll").touch()  # GitHub Pages would leave out folders that begin with _
        files.put_folder(made, folder, LITE)
