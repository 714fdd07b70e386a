"""The trials of a study to look through: which are shown, over what, and in which colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
import traitlets

from course_lib import plots
from course_lib.odyssey.analysis import ranked, variants_in
from course_lib.odyssey.trial import Row
from course_lib.valves.drawing import Scripted
from course_lib.valves.shown import show

OVER = ("lr", "hidden", "momentum", "noise", "epochs", "val_nll")
COLOURS = ("variant", "lr", "hidden", "momentum", "noise")
SAID = {
    "lr": "learning rate",
    "hidden": "hidden units",
    "val_nll": "validation",
    "noise": "input noise",
}


class Trials(Scripted):
    """A dot a trial, in SVG and plain JavaScript; a trait for each control, and for the data."""

    modules = ("parts", "trials")
    sheets = ("trials", "scene")
    data = traitlets.Dict().tag(sync=True)
    variants = traitlets.List(traitlets.Unicode()).tag(sync=True)
    over = traitlets.List(traitlets.Unicode(), list(OVER)).tag(sync=True)
    colours = traitlets.List(traitlets.Unicode(), list(COLOURS)).tag(sync=True)
    x = traitlets.Int(0).tag(sync=True)
    colour = traitlets.Int(0).tag(sync=True)
    tenth = traitlets.Bool(False).tag(sync=True)


def trials(rows: Sequence[Row], show_first: Sequence[str] = ("V", "NFG", "NOAF")) -> None:
    """Look through the trials of a study: switches for variants, menus for axis and colour.

    show_first: the variants that are shown at first. Works without a kernel.
    Raises ValueError for no rows, and for a variant in show_first that has none.
    """
    if not rows:
        raise ValueError("rows: came none, expected the rows of a study")
    there = variants_in(rows)
    for name in show_first:
        if name not in there:
            raise ValueError(f"show_first: came {name!r}, expected some of {there}")
    view = Trials(data=_columns(rows, there), variants=there)
    view.add_traits(
        **{f"show_{name}": traitlets.Bool(name in show_first).tag(sync=True) for name in there}
    )
    wide = {"style": {"description_width": "70px"}, "layout": widgets.Layout(width="250px")}
    axis = widgets.Dropdown(options=_options(OVER), index=0, description="x axis", **wide)
    colour = widgets.Dropdown(options=_options(COLOURS), index=0, description="colour by", **wide)
    tenth = widgets.Checkbox(False, description="best tenth of each only", indent=False)
    switches = [
        widgets.ToggleButton(name in show_first, description=name, layout={"width": "84px"})
        for name in there
    ]
    links = [
        widgets.jslink((axis, "index"), (view, "x")),
        widgets.jslink((colour, "index"), (view, "colour")),
        widgets.jslink((tenth, "value"), (view, "tenth")),
        *(
            widgets.jslink((switch, "value"), (view, f"show_{name}"))
            for switch, name in zip(switches, there, strict=True)
        ),
    ]
    row = widgets.Layout(flex_flow="row wrap")
    box = widgets.VBox(
        [widgets.HBox(switches, layout=row), widgets.HBox([axis, colour, tenth], layout=row), view]
    )
    box.links = links
    fig = plots.by_variant([r for r in rows if r.variant in show_first], worst=14)
    box.add_class("valves-scene")
    show(
        box,
        plots.png(fig),
        f"{len(rows)} trials; shown are {', '.join(show_first)} over the learning rate.",
    )


def _options(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(SAID.get(name, name), name) for name in names]


def _columns(rows: Sequence[Row], there: Sequence[str]) -> dict[str, list[Any]]:
    """A list a field, rounded to what a reader sees; None where a trial diverged."""
    top = set()
    for name in there:
        ended, tenth = ranked(rows, name)
        top |= {row[:2] for row in ended[:tenth]}
    columns: dict[str, list[Any]] = {
        "variant": [there.index(row.variant) for row in rows],
        "tenth": [int((row.variant, row.trial) in top) for row in rows],
    }
    for name, digits in {"lr": 3, "momentum": 3, "noise": 2, "val_nll": 4, "test_nll": 4}.items():
        columns[name] = [
            None if math.isnan(value) else float(f"{value:.{digits}g}")
            for value in (getattr(row, name) for row in rows)
        ]
    for name in ("trial", "hidden", "epochs"):
        columns[name] = [getattr(row, name) for row in rows]
    return columns
