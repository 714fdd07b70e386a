"""A trained network looked into: its valves on a real sequence, and one of them held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np

from course_lib import plots
from course_lib.learning.network import Network
from course_lib.sequence import backward, carry_slopes, forward
from course_lib.sequence.trace import Trace
from course_lib.valves.drawing import Inside, scene
from course_lib.valves.shown import show


def inside(
    net: Network,
    x: np.ndarray,
    *,
    labels: Sequence[str] | None = None,
    valve: str | None = None,
    target: np.ndarray | None = None,
) -> None:
    """Look into a trained network on one real sequence x [T, 1, D], and hold one of its valves.

    Sliders scrub through time and over the units, or show their mean; a valve can be held at a
    value for the whole sequence. Below the drawing, over time: valves, pipelines, the loss, and
    |∂ Σ h_T / ∂c_t|, how much of the end's gradient reaches each step's memory: by every way
    (``backward``), and along the memory pipeline alone, δc_T Π S_carry.

    labels: what was read at each step. valve: which one the button holds; the forget valve
    unless told. target [T, 1, K]: for the loss. Where it is not given, a network that gives a
    probability for each of the K = D > 1 values that it reads is held against the next step of x;
    for another no loss is shown. Raises ValueError for a valve that is none of
    the cell's blocks, or another number of labels, and the errors of ``sequence.forward``.
    """
    cell = net.cell
    valves = [block for block in cell.blocks if block in plots.VALVES]
    if valve is not None and valve not in valves:
        raise ValueError(f"valve: came {valve!r}, expected one of {valves}")
    if labels is not None and len(labels) != len(x):
        raise ValueError(f"labels: came {len(labels)}, expected {len(x)}, one a step")
    free = forward(cell, x)
    T, _, H = free.h.shape
    K, foretells = net.params["W_y"].shape[1], net.loss.name in ("bernoulli", "categorical")
    if target is None and foretells and K == x.shape[2] > 1:
        target = np.asarray(x)[1:]

    names, data = packed(net, free, target)
    start = T // 2
    drawing = Inside(cell.name, "inside", f"{type(cell).__name__} looked into", {})
    drawing.set_trait("t", start)
    drawing.labels = [str(label) for label in labels or ()]
    peepholes = {f"p_{block}": cell.params[f"p_{block}"].tolist() for block in cell.peeking()}
    measure = "" if target is None else net.loss.name
    drawing.shape = {"names": names, "T": T, "H": H, "loss": measure, "peepholes": peepholes}
    drawing.free = data

    wide: dict[str, Any] = {
        "style": {"description_width": "100px"},
        "layout": widgets.Layout(width="auto"),
    }
    step = widgets.IntSlider(start, 0, T - 1, description="step t", **wide)
    unit = widgets.IntSlider(0, 0, H - 1, description="hidden unit", **wide)
    mean = widgets.Checkbox(False, description="mean over all units", indent=False)
    controls, traits = [step, unit, mean], ["t", "unit", "mean"]
    if valves:
        first = valve or ("f" if "f" in valves else valves[0])
        hold = widgets.Checkbox(False, description="hold a valve", indent=False)
        which = widgets.Dropdown(
            options=[(plots.WORDS[block], block) for block in valves],
            value=first,
            description="which one",
            **wide,
        )
        at = widgets.FloatSlider(1.0, min=0.0, max=1.0, step=0.05, description="held at", **wide)

        def follow(*_: Any) -> None:
            if not hold.value:
                drawing.held, drawing.holding = b"", ""
                return
            run = forward(cell, x, clamp={which.value: at.value})
            with drawing.hold_sync():
                drawing.holding = f"{plots.WORDS[which.value]} held at {at.value:.2f}"
                drawing.held = packed(net, run, target)[1]

        for control in (hold, which, at):
            control.observe(follow, "value")
        controls += [hold, which, at]
        traits += ["", "", ""]

    arrives = np.abs(gradients(free)[0][:, 0, 0])
    fig = plots.valves_over_time(free, unit=0, labels=labels, mark=start, arrives=arrives)
    now = ", ".join(f"{name} = {free[name][start, 0, 0]:.2f}" for name in free.names)
    alt = f"Valves and pipelines of unit 0 over {T} steps; at step {start}: {now}."
    show(scene(drawing, controls, traits), fig, alt)


def gradients(trace: Trace) -> tuple[np.ndarray, np.ndarray]:
    """∂ Σ h_T / ∂c_t by every way, and along the memory pipeline alone; [T, 1, H] each."""
    end = np.zeros_like(trace.h)
    end[-1] = 1
    gradient = backward(trace.cell, trace, end).memory
    after = np.ones_like(gradient)  # what the steps after t hand back: the product of S_carry
    after[:-1] = np.cumprod(carry_slopes(trace)[:0:-1], axis=0)[::-1]
    return gradient, after * gradient[-1]


def packed(net: Network, trace: Trace, target: np.ndarray | None) -> tuple[list[str], bytes]:
    """Names and 32-bit floats: for each name T·H numbers, then the loss of every step (or NaN)."""
    arrays = {name: trace[name] for name in trace.names}
    arrays["gradient"], arrays["along"] = gradients(trace)
    if "s" in arrays and "u" not in arrays:  # what the reset valve is before
        arrays["u"] = trace.before("h")
    loss = np.full((len(trace.x), 1), np.nan)
    if target is not None:
        a = trace.h[: len(target)] @ net.params["W_y"] + net.params["b_y"]
        loss[: len(target)] = net.loss.per_frame(a, np.asarray(target, a.dtype))
    parts = [*arrays.values(), loss]
    return list(arrays), b"".join(np.asarray(part, "<f4").tobytes() for part in parts)
