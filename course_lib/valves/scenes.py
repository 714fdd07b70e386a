"""Three scenes: valves set by hand, one step from its pre-activations, and a trained network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure

from course_lib import plots
from course_lib.cells import CELLS, Cell
from course_lib.network import Network
from course_lib.sequence import backward, forward

WIDGET = "application/vnd.jupyter.widget-view+json"
KINDS = ("lstm", "peephole", "coupled", "gru")
STARTS = {"c_": 0.8, "h_": 0.8, "f": 0.7, "i": 0.5, "g": -0.9, "o": 0.6, "r": 0.7, "z": 0.7}
STARTS |= {"n": -0.9, "a_f": 1.0, "a_g": -1.0, "a_o": 0.5, "a_z": 1.0, "a_n": -1.0, "u": 0.8}


def by_hand(kind: str = "lstm", **start: float) -> None:
    """You set the valves: a slider for the memory before and for each block, and what flows.

    kind: "lstm", "coupled" (one lever moves both valves) or "gru". start: where sliders stand at
    first, as by_hand(f=1, i=0). Raises ValueError for another kind or name.
    """
    cell, before = _one_unit(kind, ("lstm", "coupled", "gru"))
    names = {before: _words(before), **{b: f"{b} {_words(b)}" for b in cell.blocks if b != "r"}}
    limits = {name: (0.0, 1.0) if name in plots.VALVES else (-1.0, 1.0) for name in names}

    def step(**v: float) -> dict[str, float]:
        return _values(cell, v.pop(before), clamp=v)

    _scene(kind, _sliders(names, limits, start), step)


def one_step(kind: str = "lstm", **start: float) -> None:
    """You set what the layers work out: a slider for the memory before and for each a_k.

    The pre-activations set the valves: f = σ(a_f), g = tanh(a_g) … kind: "lstm", "peephole" (with
    sliders for p_i, p_f and p_o), "coupled" or "gru" (with u = h₋ R_n + b_hn, which r gates).
    start: where sliders stand at first. Raises ValueError for another kind or name.
    """
    cell, before = _one_unit(kind, KINDS)
    names = {before: _words(before), **{f"a_{b}": f"a_{b} {_words(b)}" for b in cell.blocks}}
    names |= {f"p_{b}": f"p_{b} peephole" for b in cell.peeking()}
    if cell.reset:
        names["u"] = "u what r gates"
    limits = {name: (-6.0, 6.0) if name[2:] in plots.VALVES else (-3.0, 3.0) for name in names}
    limits |= {before: (-1.0, 1.0), "u": (-1.0, 1.0)}

    def step(**v: float) -> dict[str, float]:
        for block in cell.blocks:  # all weights are 0, so a_k is b_k, peepholes apart
            cell.gate("b", block)[:] = v[f"a_{block}"]
        for block in cell.peeking():
            cell.params[f"p_{block}"][:] = v[f"p_{block}"]
        if cell.reset:
            cell.params["b_hn"][:] = v["u"]
        shown = {name: value for name, value in v.items() if name[0] in "pu"}
        return {**_values(cell, v[before]), **shown}

    _scene(kind, _sliders(names, limits, start), step)


def _one_unit(kind: str, kinds: tuple[str, ...]) -> tuple[Cell, str]:
    """A cell of one unit whose weights are all 0, and the name of the memory before."""
    if kind not in kinds:
        raise ValueError(f"kind: came {kind!r}, expected one of {list(kinds)}")
    cell = CELLS[kind](1, 1, dtype=np.float64)
    for array in cell.params.values():
        array[:] = 0
    return cell, "c_" if "c" in cell.state_names else "h_"


def _words(name: str) -> str:
    return {"c_": "c₋ memory before", "h_": "h₋ pipeline before"}.get(name) or (
        plots.WORDS[name].removesuffix(f" {name}")
    )


def _values(cell: Cell, before: float, clamp: dict[str, float] | None = None) -> dict[str, float]:
    """Every number of one step, from the cell itself."""
    zero, kept = np.zeros((1, 1)), np.array([[before]])
    state = (zero, kept) if "c" in cell.state_names else (kept,)
    trace = forward(cell, np.zeros((1, 1, 1)), state, clamp)
    values = {name: float(trace[name][0, 0, 0]) for name in trace.names}
    if "c" in values:
        return {"c_": before, **values, "m": float(cell.squash(values["c"]))}
    if clamp is not None:
        del values["r"]  # by hand nothing is left for it to gate
    return {"h_": before, **values}


def _scene(
    kind: str, sliders: dict[str, widgets.FloatSlider], step: Callable[..., dict[str, float]]
) -> None:
    def picture(**v: float) -> tuple[Figure, str]:
        s = step(**v)
        if kind == "gru":
            words = (
                f"Pipeline before {s['h_']:+.2f}. Update valve {s['z']:.2f} keeps "
                f"{s['z'] * s['h_']:+.2f} and lets in {(1 - s['z']) * s['n']:+.2f}. "
                f"Pipeline after {s['h']:+.2f}."
            )
        else:
            words = (
                f"Memory before {s['c_']:+.2f}. Forget valve {s['f']:.2f} keeps "
                f"{s['f'] * s['c_']:+.2f}; memory valve {s['i']:.2f} lets in "
                f"{s['i'] * s['g']:+.2f}. Memory after {s['c']:+.2f}; output valve {s['o']:.2f} "
                f"shows {s['h']:+.2f}."
            )
        return plots.pipelines(s, kind=kind), words

    show_controls(sliders, picture)


def inside(
    net: Network,
    x: np.ndarray,
    *,
    labels: Sequence[str] | None = None,
    valve: str = "f",
) -> None:
    """Look into a trained network on one real sequence x [T, 1, D], and hold one of its valves.

    Sliders scrub through time and over the units; a valve can be held at a value for the whole
    sequence. The figure shows the valves, the pipelines, and |∂ Σ h_T / ∂c_t|: how much of the
    end's gradient reaches each step's memory. Raises the errors of ``sequence.forward``.
    """
    cell, T = net.cell, len(x)
    wide = {"style": {"description_width": "150px"}, "layout": widgets.Layout(width="440px")}
    controls: dict[str, Any] = {
        "t": widgets.IntSlider(T // 2, 0, T - 1, description="step t", **wide),
        "unit": widgets.IntSlider(0, 0, cell.hidden_size - 1, description="hidden unit", **wide),
        "held": widgets.Dropdown(
            options=[
                ("none", ""),
                *((plots.WORDS[b], b) for b in cell.blocks if b in plots.VALVES),
            ],
            description="hold a valve",
            **wide,
        ),
        "at": widgets.FloatSlider(1.0, min=0.0, max=1.0, step=0.05, description="at", **wide),
    }

    def picture(t: int, unit: int, held: str, at: float) -> tuple[Figure, str]:
        trace = forward(cell, x, clamp={held: at} if held else None)
        end = np.zeros_like(trace.h)
        end[-1] = 1
        arrives = np.abs(backward(cell, trace, end).memory[:, 0, unit])
        now = {name: trace[name][t, 0, unit] for name in trace.names}
        words = f"Step {t}" + (f", {labels[t]!r} read" if labels else "") + f", unit {unit}: "
        words += ", ".join(f"{name} = {value:.2f}" for name, value in now.items())
        words += f". Gradient of the end that reaches this memory: {arrives[t]:.2g}."
        fig = plots.valves_over_time(trace, unit=unit, labels=labels, mark=t, arrives=arrives)
        return fig, words

    show_controls(controls, picture)


def _sliders(
    names: dict[str, str], limits: dict[str, tuple[float, float]], start: dict[str, float]
) -> dict[str, widgets.FloatSlider]:
    if unknown := sorted(set(start) - set(names)):
        raise ValueError(f"start: came {unknown}, expected names among {list(names)}")
    return {
        name: widgets.FloatSlider(
            value=start.get(name, STARTS.get(name, 0.0)),
            min=limits[name][0],
            max=limits[name][1],
            step=0.01 if limits[name][1] <= 1 else 0.1,
            description=words,
            readout_format=".2f",
            style={"description_width": "150px"},
            layout=widgets.Layout(width="440px"),
        )
        for name, words in names.items()
    }


def show_controls(controls: dict[str, Any], picture: Callable[..., tuple[Figure, str]]) -> None:
    """Controls below a picture that follows them, and the same in words for who cannot see it."""
    image = widgets.Image(format="png", layout=widgets.Layout(width="100%", max_width="900px"))
    words = widgets.HTML()

    def redraw(*_: Any) -> None:
        fig, said = picture(**{name: control.value for name, control in controls.items()})
        image.value = plots.png(fig)
        words.value = f'<p role="status" aria-live="polite">{said}</p>'

    for control in controls.values():
        control.observe(redraw, "value")
    redraw()
    box = widgets.VBox([image, words, *controls.values()])
    _, said = picture(**{name: control.value for name, control in controls.items()})
    widget = box._repr_mimebundle_()
    # The still picture is for where no widget can live: the web, and paper.
    still, notes = plots.picture(image.value, said)
    display({**still, WIDGET: widget[WIDGET]}, raw=True, metadata=notes)
