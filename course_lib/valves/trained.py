"""A trained network seen from inside: its valves on a real sequence, and one of them held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np

from course_lib import plots
from course_lib.arguments import whole
from course_lib.cells import Cell
from course_lib.cells.plan import plan_of
from course_lib.learning.network import Network
from course_lib.sequence import forward
from course_lib.valves import still
from course_lib.valves.drawing import Inside, scene
from course_lib.valves.shown import show


def inside(
    net: Network,
    x: np.ndarray,
    *,
    labels: Sequence[str] | None = None,
    valve: str | None = None,
    target: np.ndarray | None = None,
    up: int = 0,
) -> None:
    """Look into a trained network on one real sequence x [T, 1, D], and hold one of its valves.

    Sliders scrub through time and over the units, or show their mean; a valve can be held at a
    value for the whole sequence. None of this needs the kernel. Beside the drawing, over time:
    valves, pipelines, the loss, and |∂ Σ h_T / ∂c_t|, how much of the end's gradient reaches each
    step's memory: by every way, and along the memory pipeline alone, δc_T Π S_carry.

    labels: what was read at each step. valve: which one the button holds; the forget valve
    by default. target [T, 1, K]: for the loss. Where it is not given, a network that gives a
    probability for each of the K = D > 1 values that it reads is compared with the next step of x;
    for any other no loss is shown.

    A network that reads the 88 keys of a piano is heard while it plays, and where it predicts the
    next frame it can compose: from some step on, with a valve held or not, it reads what it has
    itself drawn. up: by how many semitones x lies above what was written, as in ``Chorales.up``; it
    is labelled and heard at the written pitch.

    Raises TypeError for an `up` that is no whole number, ValueError for an x that is not one
    sequence, a target of another shape, a valve that is none of the cell's blocks, another number
    of labels, or a ``joined`` of the cell's own that fills places where no parameter belongs; and
    the errors of ``sequence.forward``.
    """
    x, K = np.asarray(x), net.params["W_y"].shape[1]
    if x.ndim != 3 or x.shape[1] != 1:
        raise ValueError(f"x: came shape {x.shape}, expected [T, 1, D], one sequence")
    if target is not None and np.shape(target) != (len(x), 1, K):
        raise ValueError(f"target: came shape {np.shape(target)}, expected {(len(x), 1, K)}")
    cell = net.cell
    valves = [block for block, kind in cell.blocks.items() if kind.shift]
    if valve is not None and valve not in valves:
        raise ValueError(f"valve: came {valve!r}, expected one of {valves}")
    if labels is not None and len(labels) != len(x):
        raise ValueError(f"labels: came {len(labels)}, expected {len(x)}, one a step")
    trace = forward(cell, x)
    foretells = net.loss.name in ("bernoulli", "categorical")
    if target is None and foretells and K == x.shape[2] > 1:
        target = x[1:]

    start = len(x) // 2
    drawing = Inside(type(cell), "inside", f"{type(cell).__name__} seen from inside", {})
    told, drawing.weights = packed(net, x, target)
    drawing.net = {**told, "up": whole("up", up, least=-88)}
    drawing.labels = [str(label) for label in labels or ()]
    drawing.set_trait("t", start)
    wide: dict[str, Any] = {
        "style": {"description_width": "100px"},
        "layout": widgets.Layout(width="auto"),
    }
    controls = [
        widgets.IntSlider(start, min=0, max=len(x) - 1, description="step t", **wide),
        widgets.IntSlider(0, min=0, max=cell.hidden_size - 1, description="hidden unit", **wide),
        widgets.Checkbox(False, description="mean over all units", indent=False),
    ]
    traits = ["t", "unit", "mean"]
    if valves:
        first = valve or ("f" if "f" in valves else valves[0])
        drawing.which = valves.index(first)
        options = [(plots.WORDS.get(block, block), block) for block in valves]
        controls += [
            widgets.Checkbox(False, description="hold a valve", indent=False),
            widgets.Dropdown(options=options, value=first, description="valve held", **wide),
            widgets.FloatSlider(
                1.0, min=0.0, max=1.0, step=0.01, description="held at value", **wide
            ),
        ]
        traits += ["hold", "which", "at"]
    now = ", ".join(f"{name} = {trace[name][start, 0, 0]:.2f}" for name in trace.names)
    alt = f"Valves and pipelines of unit 0 over {len(x)} steps; at step {start}: {now}."
    show(scene(drawing, controls, traits), still.picture(drawing), alt)


def packed(net: Network, x: np.ndarray, target: np.ndarray | None) -> tuple[dict[str, Any], bytes]:
    """What the browser needs to run the network on x, and its numbers as bytes.

    Each array takes as few bytes as it can without a change: whole numbers one, what was stored
    as a half float two, anything else four.
    """
    cell, plan = net.cell, plan_of(type(net.cell))
    valves = [block for block, kind in cell.blocks.items() if kind.shift]
    arrays = {"x": np.asarray(x)[:, 0], **net.params, **_multiplied(cell)}
    follows = target is not None and np.array_equal(np.asarray(x)[1:], target)
    if target is not None and not follows:
        arrays["target"] = np.asarray(target)[:, 0]
    types = {name: _smallest(array) for name, array in arrays.items()}
    told = {
        "T": len(x),
        "H": cell.hidden_size,
        "lines": list(plan.lines),
        "pieces": [piece._asdict() for piece in plan.pieces],
        "arrays": [[name, list(array.shape), types[name]] for name, array in arrays.items()],
        "valves": valves,
        "names": [plots.WORDS.get(block, block) for block in valves],
        "peepholes": {f"p_{block}": cell.params[f"p_{block}"].tolist() for block in cell.peeking()},
        "loss": "" if target is None else net.loss.name,
        "next": bool(follows),
    }
    parts = [array.astype(f"<{types[name]}").tobytes() for name, array in arrays.items()]
    return told, b"".join(parts)


def _multiplied(cell: Cell) -> dict[str, np.ndarray]:
    """Each of the cell's parameters as its products take it, where it has a ``joined`` of its own.

    Raises ValueError if that fills a place in which no parameter belongs.
    """
    if type(cell).joined is Cell.joined:
        return {}
    joined, left = cell.joined(), cell.joined()
    found = {name: array.copy() for name, array in cell.params.items()}
    for piece in plan_of(type(cell)).early:
        columns, lines = cell.place(piece)
        found[piece.param][..., columns] = joined[cell.rows(piece.source), lines]
        left[cell.rows(piece.source), lines] = 0
    if left.any():
        raise ValueError(
            f"net: came {type(cell).__name__}, whose joined() fills places where no parameter "
            "belongs, expected a number for each of its parameters at most"
        )
    return found


def _smallest(array: np.ndarray) -> str:
    """The smallest type that holds every number of an array as a 32-bit float has it."""
    exact = array.astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        fitting = (kind for kind in ("u1", "f2") if np.array_equal(exact.astype(kind), exact))
        return next(fitting, "f4")
