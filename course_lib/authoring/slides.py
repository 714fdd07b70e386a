"""Make the lectures' slides from the notebooks: reveal.js decks that need no network and no kernel.

    python -m course_lib.authoring.slides              all of them, into dist/slides/
    python -m course_lib.authoring.slides --only 01

A deck holds what `lecture.py` finds in the cells' metadata, and nothing else: the notebook's own
text, code, stored outputs and widgets. What the pages need besides lies in dist/slides/assets/,
copied from npm's packages (`make slides` fetches them).
"""

from __future__ import annotations

import argparse
import copy
import os
import re
import shutil
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib.authoring import lecture
from course_lib.authoring.notebooks import ROOT, WIDGETS

if TYPE_CHECKING:
    from nbformat import NotebookNode

DECK = Path(__file__).parent / "deck"
NODE_MODULES = Path(sys.prefix) / "browser" / "node_modules"
FROM_NPM = {
    "reveal.css": "reveal.js/dist/reveal.css",
    "reveal.js": "reveal.js/dist/reveal.js",
    "notes.js": "reveal.js/plugin/notes/notes.js",
    "mathjax.js": "mathjax/es5/tex-svg.js",  # one file, and no fonts to load
    "require.js": "requirejs/require.js",
    "widgets.js": "@jupyter-widgets/html-manager/dist/embed-amd.js",
}
OURS = ("deck.css", "deck.js")
HEADING = re.compile(r"^#+ +(.+)", re.MULTILINE)
REFERENCE = re.compile(r"IPY_MODEL_(\w+)")

# Sizes of code in px, and the room for it on a slide; a block loses some to its frame.
SIZES = (30, 26, 23, 21, 19, 18)
ACROSS, DOWN, FRAME = 1140, 600, 46
CHARACTER, LINE = 0.61, 1.3  # of the size
TURNS = 88  # characters, beyond which a printed line is left to turn over


def deck(notebook: NotebookNode) -> NotebookNode:
    """The notebook as the slides show it: what is skipped is gone, notes stand in cells of theirs.

    Raises ValueError, all faults named, where the notebook is no lecture.
    """
    if found := lecture.faults(notebook):
        raise ValueError("not a lecture yet:\n" + "\n".join(found))
    made, heading, clock = copy.deepcopy(notebook), "", 0.0
    made.cells = []
    for cell in copy.deepcopy(notebook.cells):
        kind = lecture.slide_type(cell)
        above = heading
        if cell.cell_type == "markdown" and (named := HEADING.findall(cell.source)):
            heading = named[-1]
        if kind == "skip":
            continue
        take(cell)
        begins = kind in lecture.BEGINS
        if begins and not cell.source.startswith("#"):
            made.cells.append(text(f"###### {above}", kind, f"{cell.id}-above"))
            cell.metadata["slideshow"]["slide_type"] = "-"
        made.cells.append(cell)
        if begins:
            clock += lecture.of(cell, "minutes", 0)
            made.cells.append(text(notes(cell, clock), "notes", f"{cell.id}-notes"))
    for slide in slides(made):
        size(slide)
    keep_widgets(made)
    return made


def text(source: str, kind: str, ident: str) -> NotebookNode:
    from nbformat import v4

    cell = v4.new_markdown_cell(source, id=ident)
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def take(cell: NotebookNode) -> None:
    """Leave of a cell what the slide takes of it."""
    if cell.cell_type == "markdown":
        cell.source = lecture.text_shown(cell)
        return
    show = lecture.of(cell, "show", lecture.PARTS[:2])
    cell.outputs = [kept for kept in cell.outputs if not is_progress(kept) and not is_hidden(kept)]
    if "picture" in show:
        for output in cell.outputs:
            output.get("data", {}).pop(lecture.WIDGET, None)
    elif "output" not in show:
        cell.outputs = []
    cell.metadata["transient"] = {"remove_source": "code" not in show}


def is_progress(output: NotebookNode) -> bool:
    return lecture.WIDGET in output.get("data", {}) and "image/png" not in output.data


def is_hidden(output: NotebookNode) -> bool:
    """A picture's description for JupyterLab; nbconvert writes it beside the picture itself."""
    return "left:-9999px" in output.get("data", {}).get("text/html", "")


def notes(cell: NotebookNode, clock: float) -> str:
    """The speaker's notes: minutes first, and where the clock stands after them."""
    lines = [f"**{lecture.of(cell, 'minutes', 0):g} min**, until minute {clock:g}"]
    for line in lecture.of(cell, "notes", []):
        lead, rest = line.split(":", 1)
        lines.append(f"**{lead}:**{rest}")
    return "\n\n".join(lines)


def slides(made: NotebookNode) -> list[list[NotebookNode]]:
    """A deck's cells, slide by slide, without the notes."""
    found: list[list[NotebookNode]] = []
    for cell in made.cells:
        kind = lecture.slide_type(cell)
        if kind in lecture.BEGINS:
            found.append([])
        if kind != "notes":
            found[-1].append(cell)
    return found


def size(slide: list[NotebookNode]) -> None:
    """Tag a slide's code with the largest size in which its code and printed lines fit."""
    code = [cell for cell in slide if cell.cell_type == "code"]
    blocks = [block.splitlines() for cell in code for block in printed(cell)]
    across = max((len(line) for block in blocks for line in block), default=1)
    down = sum(map(len, blocks))
    room = DOWN - FRAME * len(blocks)
    fits = [px for px in SIZES if px * CHARACTER * across <= ACROSS and px * LINE * down <= room]
    for cell in code:
        cell.metadata["tags"] = [f"size-{fits[0] if fits else SIZES[-1]}"]


def printed(cell: NotebookNode) -> list[str]:
    """A cell's code and its printed lines, as far as they are shown."""
    blocks = [] if cell.metadata["transient"]["remove_source"] else [cell.source]
    outputs = [output.text for output in cell.outputs if output.output_type == "stream"]
    return blocks + ["\n".join(textwrap.wrap(t, TURNS, replace_whitespace=False)) for t in outputs]


def keep_widgets(made: NotebookNode) -> None:
    """Drop the state of the widgets that no slide shows."""
    state: dict[str, Any] = made.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    views = [output.get("data", {}).get(lecture.WIDGET, {}) for output in outputs]
    wanted = [view["model_id"] for view in views if view]
    kept: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept.add(name)
            wanted += REFERENCE.findall(str(state[name]))
    # a link is named by nothing: it stays where both its ends do
    for name, model in state.items():
        ends = [REFERENCE.findall(str(model["state"].get(end))) for end in ("source", "target")]
        if all(ends) and all(end[0] in kept for end in ends):
            kept.add(name)
    for name in set(state) - kept:
        del state[name]


def page(path: Path) -> tuple[str, dict[str, Any]]:
    """A notebook's deck as HTML, and what the table of contents says of it."""
    import nbformat
    from nbconvert import SlidesExporter

    try:
        made = deck(nbformat.read(path, as_version=4))
    except ValueError as fault:
        raise ValueError(f"{path.name}: {fault}") from fault
    exporter = SlidesExporter(
        template_name=DECK.name,
        extra_template_basedirs=[str(DECK.parent)],
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    title = HEADING.findall(made.cells[0].source)[0]
    made.metadata["title"] = title
    html, _ = exporter.from_notebook_node(made)
    told = {"name": path.stem, "title": title, "slides": len(slides(made))}
    return html, {**told, "minutes": lecture.minutes(made), "size": len(html.encode())}


def contents(told: list[dict[str, Any]]) -> str:
    import jinja2

    template = jinja2.Template((DECK / "contents.html.j2").read_text(encoding="utf-8"))
    return template.render(decks=told)


def build(folder: Path, paths: list[Path]) -> list[dict[str, Any]]:
    """Write decks, what they need, and a table of contents into a folder, in place of all there.

    Raises FileNotFoundError where npm's packages are missing; the folder is then as it was.
    """
    import anywidget

    assets = {name: NODE_MODULES / path for name, path in FROM_NPM.items()}
    assets |= {name: DECK / name for name in OURS}
    assets["anywidget.js"] = Path(anywidget.__file__).parent / "nbextension" / "index.js"
    if missing := sorted(name for name, file in assets.items() if not file.exists()):
        raise FileNotFoundError(f"{missing} are not in {NODE_MODULES}; cure: install Node.js, then make slides")
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
        (made / "index.html").write_text(contents(told), encoding="utf-8", newline="\n")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(made, folder)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="part of a notebook's name")
    parser.add_argument("--folder", type=Path, default=ROOT / "dist" / "slides")
    options = parser.parse_args()
    try:
        told = build(options.folder, lecture.lectures(options.only))
    except (FileNotFoundError, ValueError) as fault:
        print(fault, file=sys.stderr)
        return 1
    for says in told:
        print(
            f"{says['name']:26} {says['slides']:3} slides  {says['minutes']:4g} min"
            f"  {says['size'] / 1e6:5.2f} MB"
        )
    print(f"open {options.folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
