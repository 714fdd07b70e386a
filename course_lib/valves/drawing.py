"""The drawing of a cell as a widget: plain JavaScript and SVG, packaged with the library."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from course_lib.cells import Cell
from course_lib.readings.javascript import declaration

STATIC = Path(__file__).parent / "static"
_PARTS = (
    "cells",
    "parts",
    "places",
    "two_pipelines",
    "one_pipeline",
    "any_cell",
    "drawing",
    "scenes",
)
DRAWN = (*_PARTS, "fading", "picture")
OVER_TIME = ("network", "charts", "roll", "inside", "lines", "overview")
MODULES = (*DRAWN, *OVER_TIME, "hands", "time", "sound", "tour", "widget")


def joined(modules: Sequence[str]) -> str:
    """The modules as one, in the order in which they need one another."""
    text = "\n".join((STATIC / f"{name}.js").read_text(encoding="utf-8") for name in modules)
    return re.sub(r"^import [^;]*;\n", "", text, flags=re.MULTILINE)


def styled(*sheets: str) -> str:
    return "\n".join((STATIC / f"{name}.css").read_text(encoding="utf-8") for name in sheets)


class Script(anywidget.AnyWidget):
    """What draws, as text: one for all drawings of a kind, so that a notebook stores it once."""

    _esm = "export default {};"
    source = traitlets.Unicode().tag(sync=True)
    style = traitlets.Unicode().tag(sync=True)


class Scripted(anywidget.AnyWidget):
    """A widget whose script is in a ``Script`` that its whole class shares."""

    _esm = (STATIC / "loader.js").read_text(encoding="utf-8")
    script = traitlets.Instance(Script).tag(sync=True, **widgets.widget_serialization)
    modules: Sequence[str] = ()
    sheets: Sequence[str] = ()

    @traitlets.default("script")
    def _shared(self) -> Script:
        kind = next(c for c in type(self).__mro__ if "modules" in vars(c))
        held: Script | None = vars(kind).get("_script")
        if held is None or held.comm is None:  # closed with everything else
            held = Script(source=joined(self.modules), style=styled(*self.sheets))
            kind._script = held  # type: ignore[attr-defined]
        return held


class Drawing(Scripted):
    """An SVG drawing of one cell. Its numbers are traits, so that a slider can be linked to each.

    The arithmetic is in JavaScript: the drawing follows within a frame, and without a kernel.
    """

    modules = MODULES
    sheets = ("drawing", "valves", "scene")
    cell = traitlets.Unicode().tag(sync=True)
    scene = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    values_of = traitlets.List(traitlets.Unicode()).tag(sync=True)
    ranges = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        cell: type[Cell] | None,
        scene: str,
        title: str,
        values: Mapping[str, float],
        ranges: Mapping[str, tuple[float, float, float]] | None = None,
    ) -> None:
        """cell: what is drawn. values: what the sliders set, by name, as it stands at first.
        ranges: from where to where each goes, and in which steps.
        """
        self.add_traits(
            **{name: traitlets.Float(value).tag(sync=True) for name, value in values.items()}
        )
        super().__init__(
            cell=declaration(cell) if cell else "",
            scene=scene,
            title=title,
            values_of=list(values),
            ranges=dict(ranges or {}),
        )


class Inside(Drawing):
    """The drawing with lines over time, for a network that has read a sequence.

    The network itself runs in the browser: net says what lies in weights, and where it belongs.
    """

    net = traitlets.Dict().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    t = traitlets.Int().tag(sync=True)
    unit = traitlets.Int().tag(sync=True)
    mean = traitlets.Bool().tag(sync=True)
    hold = traitlets.Bool().tag(sync=True)
    which = traitlets.Int().tag(sync=True)
    at = traitlets.Float(1.0).tag(sync=True)
    since = traitlets.Int(-1).tag(sync=True)  # of music: after which step it composes; −1: never
    seed = traitlets.Int().tag(sync=True)


def scene(drawing: Drawing, controls: Sequence[Any], traits: Sequence[str]) -> widgets.VBox:
    """A drawing with its controls below, each linked in the browser to the trait it sets."""
    links = [
        widgets.jslink((control, "index" if trait == "which" else "value"), (drawing, trait))
        for control, trait in zip(controls, traits, strict=True)
    ]
    grid = widgets.GridBox(
        list(controls),
        layout=widgets.Layout(
            grid_template_columns="repeat(auto-fill, minmax(300px, 1fr))", max_width="980px"
        ),
    )
    drawing.layout.width = "100%"
    box = widgets.VBox([drawing, grid])
    box.add_class("valves-scene")
    box.links = links
    return box
