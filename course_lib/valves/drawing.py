"""The drawing of a cell as a widget: plain JavaScript and SVG, packaged with the library."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

STATIC = Path(__file__).parent / "static"
_DRAWN = ("cells", "parts", "places", "two_pipelines", "one_pipeline", "drawing")
# The widget of a cell is made of these; that of the trials of parts and trials.
MODULES = (*_DRAWN, "scenes", "charts", "inside", "widget")


def joined(modules: Sequence[str]) -> str:
    """The modules as one, in the order in which they need one another."""
    text = "\n".join((STATIC / f"{name}.js").read_text(encoding="utf-8") for name in modules)
    return re.sub(r"^import [^;]*;\n", "", text, flags=re.MULTILINE)


class Drawing(anywidget.AnyWidget):
    """An SVG drawing of one cell. Its numbers are traits, so that a slider can be linked to each.

    The arithmetic is in JavaScript: the drawing follows within a frame, and without a kernel.
    """

    _esm = joined(MODULES)
    _css = (STATIC / "valves.css").read_text(encoding="utf-8")
    kind = traitlets.Unicode().tag(sync=True)
    scene = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    values_of = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, kind: str, scene: str, title: str, values: Mapping[str, float]) -> None:
        """values: what the sliders set, by name, as it stands at first."""
        self.add_traits(
            **{name: traitlets.Float(value).tag(sync=True) for name, value in values.items()}
        )
        super().__init__(kind=kind, scene=scene, title=title, values_of=list(values))


class Inside(Drawing):
    """The drawing with lines over time below it, for a network that has read a sequence."""

    t = traitlets.Int().tag(sync=True)
    unit = traitlets.Int().tag(sync=True)
    mean = traitlets.Bool().tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    shape = traitlets.Dict().tag(sync=True)
    free = traitlets.Bytes().tag(sync=True)
    held = traitlets.Bytes().tag(sync=True)
    holding = traitlets.Unicode().tag(sync=True)


def scene(drawing: Drawing, controls: Sequence[Any], traits: Sequence[str]) -> widgets.VBox:
    """A drawing with its controls below, each linked in the browser to the trait it sets."""
    links = [
        widgets.jslink((control, "value"), (drawing, trait))
        for control, trait in zip(controls, traits, strict=True)
        if trait
    ]
    grid = widgets.GridBox(
        list(controls),
        layout=widgets.Layout(
            grid_template_columns="repeat(auto-fill, minmax(340px, 1fr))", max_width="980px"
        ),
    )
    drawing.layout.width = "100%"
    box = widgets.VBox([drawing, grid])
    box.add_class("valves-scene")
    box.links = links
    return box
