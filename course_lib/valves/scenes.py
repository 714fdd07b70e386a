"""Three scenes: valves set by hand, one step from its pre-activations, and a trained network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure

from course_lib import plots
from course_lib.cells import LSTM
from course_lib.network import Network
from course_lib.sequence import backward, forward

WIDGET = "application/vnd.jupyter.widget-view+json"
_CELL = LSTM(1, 1)  # for its two equations and its activations; its weights are not used


def by_hand(**start: float) -> None:
    """You set the valves: sliders for c₋, f, i, g and o, and what flows.

    start: where sliders stand at first, as by_hand(f=1, i=0). Raises ValueError for another name.
    """
    sliders = _sliders(
        {
            "c_": ("c₋ memory before", -1.0, 1.0, 0.8),
            "f": ("f forget valve", 0.0, 1.0, 0.7),
            "i": ("i memory valve", 0.0, 1.0, 0.5),
            "g": ("g new memory", -1.0, 1.0, -0.9),
            "o": ("o output valve", 0.0, 1.0, 0.6),
        },
        start,
    )
    _scene(sliders, lambda **v: _step(**v))


def one_step(**start: float) -> None:
    """You set what the layers work out: sliders for c₋, a_f, a_i, a_g and a_o.

    The pre-activations set the valves: f = σ(a_f), i = σ(a_i), g = tanh(a_g), o = σ(a_o).
    start: where sliders stand at first. Raises ValueError for another name.
    """
    sliders = _sliders(
        {
            "c_": ("c₋ memory before", -1.0, 1.0, 0.8),
            "a_f": ("a_f forget layer", -6.0, 6.0, 1.0),
            "a_i": ("a_i memory layer", -6.0, 6.0, 0.0),
            "a_g": ("a_g new memory", -3.0, 3.0, -1.0),
            "a_o": ("a_o output layer", -6.0, 6.0, 0.5),
        },
        start,
    )

    def step(c_: float, **a: float) -> dict[str, float]:
        blocks = {name[2:]: _CELL.activations[name[2:]](np.float64(v)) for name, v in a.items()}
        return _step(c_=c_, **blocks)

    _scene(sliders, step)


def _step(*, c_: float, i: float, f: float, g: float, o: float) -> dict[str, float]:
    c = _CELL.memory(c_, i, f, g)
    m = _CELL.squash(np.float64(c))
    return {"c_": c_, "i": i, "f": f, "g": g, "o": o, "c": c, "m": m, "h": _CELL.output(m, o)}


def _scene(sliders: dict[str, widgets.FloatSlider], step: Callable[..., dict]) -> None:
    def picture(**v: float) -> tuple[Figure, str]:
        s = step(**v)
        words = (
            f"Memory before {s['c_']:+.2f}. Forget valve {s['f']:.2f} keeps "
            f"{s['f'] * s['c_']:+.2f}; memory valve {s['i']:.2f} lets in {s['i'] * s['g']:+.2f}. "
            f"Memory after {s['c']:+.2f}; output valve {s['o']:.2f} shows {s['h']:+.2f}."
        )
        return plots.pipelines(s), words

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
    wide = {"style": {"description_width": "130px"}, "layout": widgets.Layout(width="420px")}
    controls: dict[str, Any] = {
        "t": widgets.IntSlider(T // 2, 0, T - 1, description="step t", **wide),
        "unit": widgets.IntSlider(0, 0, cell.hidden_size - 1, description="hidden unit", **wide),
        "held": widgets.Dropdown(
            options=[("none", ""), *((plots.WORDS[b], b) for b in cell.blocks if b in "ifo")],
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
    ranges: dict[str, tuple[str, float, float, float]], start: dict[str, float]
) -> dict[str, widgets.FloatSlider]:
    if unknown := sorted(set(start) - set(ranges)):
        raise ValueError(f"start: came {unknown}, expected names among {list(ranges)}")
    return {
        name: widgets.FloatSlider(
            value=start.get(name, value),
            min=low,
            max=high,
            step=0.01 if high <= 1 else 0.1,
            description=words,
            readout_format=".2f",
            style={"description_width": "130px"},
            layout=widgets.Layout(width="420px"),
        )
        for name, (words, low, high, value) in ranges.items()
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
