"""How widgets reach the notebook: with a still picture beside them, and none left behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import display

from course_lib import lite, plots
from course_lib.valves.drawing import Script

WIDGET = "application/vnd.jupyter.widget-view+json"

# Notebook cell → the run of it that showed something last, what it showed, and the run before it.
Shown = list[widgets.Widget]
_shown: dict[str, tuple[str, Shown, Shown]] = {}


def show(root: widgets.Widget, png: bytes | None, alt: str) -> None:
    """Show a widget, and a picture for where no widget can live: the web, and paper.

    The picture is an output of its own, so that it is there whatever becomes of the widget; a
    rule in valves.css puts it away beside a widget that lives.

    A cell that is run again closes what its run before last showed, so that nothing piles up in
    the kernel or in the browser. What the last run showed may still be on its way off the page,
    and a view that is taken away twice is an error there.
    """
    cell, run = _place()
    if cell is not None:
        last_run, last, before = _shown.get(cell, (run, [], []))
        if last_run != run:
            for widget in before:
                widget.close()
            last, before = [], last
        _shown[cell] = run, [*last, *_tree(root)], before
    display({WIDGET: root._repr_mimebundle_()[WIDGET], "text/plain": ""}, raw=True)
    if png is None and lite.in_browser():
        return  # there the widget lives, and nothing would put the words away beside it
    still, notes = plots.picture(png, alt) if png else ({"text/plain": f"Figure: {alt}"}, {})
    display(still, raw=True, metadata=notes)


def _place() -> tuple[str | None, str]:
    """The notebook's cell that is running, where the front end names it, and this run of it."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId")
    return cell, parent.get("header", {}).get("msg_id", "")


def _tree(root: Any, seen: set[int] | None = None) -> Iterator[widgets.Widget]:
    """A widget and all that belong to it alone: children, layouts, styles and links."""
    seen = set() if seen is None else seen
    if isinstance(root, (list, tuple)):
        for one in root:
            yield from _tree(one, seen)
    elif isinstance(root, widgets.Widget) and not isinstance(root, Script) and id(root) not in seen:
        seen.add(id(root))
        yield root
        for name in root.keys:
            yield from _tree(getattr(root, name), seen)
        yield from _tree(getattr(root, "links", ()), seen)
