"""How widgets reach the notebook: with a still picture beside them, and none left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import display
from matplotlib.figure import Figure

from course_lib import plots

WIDGET = "application/vnd.jupyter.widget-view+json"

# Notebook cell → the run of it that showed something last, what it showed, and the run before it.
Shown = list[widgets.Widget]
_shown: dict[str, tuple[str, Shown, Shown]] = {}


def show(root: widgets.Widget, fig: Figure, alt: str) -> None:
    """Show a widget; the picture is for where no widget can live: the web, and paper.

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
    still, notes = plots.picture(plots.png(fig), alt)
    view = root._repr_mimebundle_()
    display({**still, WIDGET: view[WIDGET]}, raw=True, metadata=notes)


def _place() -> tuple[str | None, str]:
    """The notebook's cell that is running, where the front end names it, and this run of it."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId")
    return cell, parent.get("header", {}).get("msg_id", "")


def _tree(root: Any, seen: set[int] | None = None) -> Iterator[widgets.Widget]:
    """A widget and all that belong to it: children, layouts, styles and links."""
    seen = set() if seen is None else seen
    if isinstance(root, (list, tuple)):
        for one in root:
            yield from _tree(one, seen)
    elif isinstance(root, widgets.Widget) and id(root) not in seen:
        seen.add(id(root))
        yield root
        for name in root.keys:
            yield from _tree(getattr(root, name), seen)
        yield from _tree(getattr(root, "links", ()), seen)


def show_controls(controls: dict[str, Any], picture: Callable[..., tuple[Figure, str]]) -> None:
    """Controls below a picture that follows them, and the same in words for who cannot see it."""
    image = widgets.Image(format="png", layout=widgets.Layout(width="100%", max_width="900px"))
    words = widgets.HTML()

    def redraw(*_: Any) -> tuple[Figure, str]:
        fig, said = picture(**{name: control.value for name, control in controls.items()})
        image.value = plots.png(fig)
        words.value = f'<p role="status" aria-live="polite">{said}</p>'
        return fig, said

    for control in controls.values():
        control.observe(redraw, "value")
    show(widgets.VBox([image, words, *controls.values()]), *redraw())
