"""Make the lectures' slides from the notebooks: reveal.js decks that need no network and no kernel.

    python -m course_lib.authoring.slides              all of them, into dist/slides/
    python -m course_lib.authoring.slides --only 01

A deck holds what `lecture.py` finds in the cells' metadata, and nothing else: the notebook's own
text, code, stored outputs and widgets. What the pages need besides lies in dist/slides/assets/,
copied from npm's packages (`make slides` fetches them).
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from course_lib import files
from course_lib.authoring import lecture
from course_lib.authoring.deck import HEADING, deck, slides
from course_lib.authoring.notebooks import ROOT
from course_lib.environment import MAKE

THEME = Path(__file__).parent / "theme"
NODE_MODULES = Path(sys.prefix) / "browser" / "node_modules"
FROM_NPM = {
    "reveal.css": "reveal.js/dist/reveal.css",
    "reveal.js": "reveal.js/dist/reveal.js",
    "notes.js": "reveal.js/plugin/notes/notes.js",
    "mathjax.js": "mathjax/es5/tex-svg.js",  # one file, and no fonts to load
    "require.js": "requirejs/require.js",
    "widgets.js": "@jupyter-widgets/html-manager/dist/embed-amd.js",
}
FOLDER = ROOT / "dist" / "slides"
OURS = ("slides.css", "slides.js")


def scripts(*names: str) -> dict[str, Path]:
    """Where these of FROM_NPM lie, and the script by which widgets live in a page.

    Raises FileNotFoundError where npm's packages are missing.
    """
    import anywidget

    found = {name: NODE_MODULES / FROM_NPM[name] for name in names}
    found["anywidget.js"] = Path(anywidget.__file__).parent / "nbextension" / "index.js"
    if missing := sorted(name for name, file in found.items() if not file.exists()):
        raise FileNotFoundError(
            f"{missing} are not in {NODE_MODULES}; cure: install Node.js, then "
            f"{MAKE} browser-packages"
        )
    return found


def page(path: Path) -> tuple[str, dict[str, Any]]:
    """A notebook's deck as HTML, and what the table of contents says of it."""
    import nbformat
    from nbconvert import SlidesExporter

    try:
        made = deck(nbformat.read(path, as_version=4))
    except ValueError as fault:
        raise ValueError(f"{path.name}: {fault}") from fault
    exporter = SlidesExporter(
        template_name=THEME.name,
        extra_template_basedirs=[str(THEME.parent)],
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    title = HEADING.findall(made.cells[0].source)[0]
    made.metadata["title"] = title
    html, _ = exporter.from_notebook_node(made)
    told = {"name": path.stem, "title": title, "slides": len(slides(made))}
    return html, {**told, "minutes": lecture.minutes(made), "size": len(html.encode())}


def build(folder: Path, paths: list[Path]) -> list[dict[str, Any]]:
    """Write decks, what they need, and a table of contents into a folder, in place of all there.

    Raises FileNotFoundError where npm's packages are missing; the folder is then as it was.
    """
    import jinja2

    assets = scripts(*FROM_NPM) | {name: THEME / name for name in OURS}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        made = Path(name) / folder.name
        (made / "assets").mkdir(parents=True)
        for asset, file in assets.items():
            shutil.copyfile(file, made / "assets" / asset)
        told = []
        for path in paths:
            html, says = page(path)
            (made / f"{path.stem}.html").write_text(html, encoding="utf-8", newline="\n")
            told.append(says)
        template = jinja2.Template((THEME / "contents.html.j2").read_text(encoding="utf-8"))
        text = template.render(decks=told)
        (made / "index.html").write_text(text, encoding="utf-8", newline="\n")
        files.put_folder(made, folder)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="a notebook's number, or part of its name")
    options = parser.parse_args()
    try:
        told = build(FOLDER, lecture.lectures(options.only))
    except (OSError, ValueError) as fault:
        print(fault, file=sys.stderr)
        return 1
    for says in told:
        print(
            f"{says['name']:26} {says['slides']:3} slides  {says['minutes']:4g} min"
            f"  {says['size'] / 1e6:5.2f} MB"
        )
    print(f"open {FOLDER / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
