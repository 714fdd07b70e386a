"""Scenes with numbers of your own: valves set by hand, one step, and the gradient's way back."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np

from course_lib import plots
from course_lib.cells import CELLS, Cell
from course_lib.sequence import backward, carry_slopes, forward
from course_lib.valves.drawing import Drawing, scene
from course_lib.valves.shown import show

KINDS = tuple(name for name in CELLS if name != "rnn")  # a plain network has no valve to turn
STARTS = {"c_": 0.8, "h_": 0.8, "f": 0.7, "i": 0.5, "g": -0.9, "o": 0.6, "z": 0.7, "n": -0.9}
STARTS |= {"a_f": 1.0, "a_g": -1.0, "a_o": 0.5, "a_z": 1.0, "a_n": -1.0, "u": 0.8, "R_n": 1.0}
STARTS |= {"i_": 0.5, "f_": 0.5, "o_": 0.5, "dh": 1.0, "dc": 0.5}
SAID = {"c_": "c₋ memory before", "h_": "h₋ pipeline before", "u": "u what r gates"}
SAID |= {"R_n": "R_n mixes r h₋", "w": "all nine weights", "dh": "δh arrives", "dc": "δc arrives"}
SAID |= {f"{gate}_": f"{gate}₋ valve before" for gate in "ifo"}
SAID |= {f"p_{gate}": f"p_{gate} peephole" for gate in "ifo"}
Limits = dict[str, tuple[float, float]]


def by_hand(kind: str = "lstm", **start: float) -> None:
    """You set the valves: a slider for the memory before and for each block, and what flows.

    kind: any of CELLS but "rnn". A valve that is missing has no slider; one that is coupled
    follows. start: where sliders stand at first, as by_hand(f=1, i=0). Raises ValueError for
    another kind or name.
    """
    _scene(kind, "by hand", start)


def one_step(kind: str = "lstm", **start: float) -> None:
    """You set what the layers work out: a slider for the memory before and for each a_k.

    The pre-activations set the valves: f = σ(a_f), g = tanh(a_g) … kind: any of CELLS but "rnn".
    Peepholes have sliders p_k; "gru" has u = h₋ R_n + b_hn, which r gates; "gru_before" has R_n;
    "fgr" has the valves before, and one slider for all nine weights they are seen through.
    start: where sliders stand at first. Raises ValueError for another kind or name.
    """
    _scene(kind, "one step", start)


def gradient(kind: str = "lstm", **start: float) -> None:
    """The way back through one step: sliders as in ``one_step``, and the gradient that arrives.

    dh arrives on the hidden pipeline, dc on the memory pipeline; what the forget valve (S_carry)
    hands back to the step before is δc₋. start, and what is raised: as ``one_step``.
    """
    _scene(kind, "gradient", start)


def values(kind: str, scene: str, v: Mapping[str, float]) -> dict[str, float]:
    """Every number of a scene, from the cell itself: what the drawing's JavaScript must equal."""
    cell = _one_unit(kind)
    if scene == "by hand":
        clamp = {block: v[block] for block in cell.blocks if block in v}
        step, _ = _run(cell, v, clamp)
        return {name: value for name, value in step.items() if name != "r"}
    for block in cell.blocks:  # all other weights are 0, so a_k is b_k, peepholes apart
        cell.gate("b", block)[:] = v[f"a_{block}"]
    for name in ("p_i", "p_f", "p_o"):
        if name in cell.params:
            cell.params[name][:] = v[name]
    if cell.apart:
        cell.params["b_hn"][:] = v["u"]
    elif "n" in cell.reads:
        cell.gate("R", "n")[:] = v["R_n"]
    for gate in _fed(cell):
        cell.params[f"R_{gate}"][:] = v["w"]
    step, trace = _run(cell, v, None)
    step |= {f"a_{block}": float(trace[f"a_{block}"][0, 0, 0]) for block in cell.blocks}
    if scene == "one step":
        return step
    arrives = {name: np.full((1, 1), v.get(f"d{name}", 0.0)) for name in ("h", "c")}
    nothing = {name: np.zeros((1, 1)) for name in cell.state_names}
    dstate = tuple({**nothing, **arrives, "h": nothing["h"]}[name] for name in cell.state_names)
    grads = backward(cell, trace, arrives["h"][None], dstate)
    back = dict(zip(cell.state_names, grads.state, strict=True))
    step |= {f"da_{block}": float(grads.params["b"][k]) for k, block in enumerate(cell.blocks)}
    step |= {"carry": float(carry_slopes(trace)[0, 0, 0])}
    if "c" in back:
        return step | {"dc": float(grads.memory[0, 0, 0]), "dc_": float(back["c"][0, 0])}
    return step | {"dh_": float(back["h"][0, 0])}


def _one_unit(kind: str) -> Cell:
    """A cell of one unit whose weights are all 0."""
    if kind not in KINDS:
        raise ValueError(f"kind: came {kind!r}, expected one of {list(KINDS)}")
    cell = CELLS[kind](1, 1, dtype=np.float64)
    for array in cell.params.values():
        array[:] = 0
    return cell


def _fed(cell: Cell) -> list[str]:
    """The gates that are read at the next step."""
    return [name for name in cell.state_names if name in cell.blocks]


def _before(cell: Cell) -> str:
    return "c_" if "c" in cell.state_names else "h_"


def limits(kind: str, scene: str) -> Limits:
    """The sliders of a scene, in their order, and how far each goes."""
    cell = _one_unit(kind)
    found: Limits = {_before(cell): (-1.0, 1.0)}
    if scene == "by hand":
        for block in cell.blocks:
            found[block] = (0.0, 1.0) if block in plots.VALVES else (-1.0, 1.0)
        found.pop("r", None)  # nothing is left for it to gate
        return found | ({"g": (-3.0, 3.0)} if kind == "niaf" else {})
    if scene == "gradient":
        arrives: Limits = {"dh": (-1.0, 1.0)}
        arrives |= {"dc": (-1.0, 1.0)} if "c" in cell.state_names else {}
        found = {**arrives, **found}
    for block in cell.blocks:
        found[f"a_{block}"] = (-6.0, 6.0) if block in plots.VALVES else (-3.0, 3.0)
    found |= {f"p_{block}": (-3.0, 3.0) for block in cell.peeking()}
    if cell.apart:
        found |= {"u": (-1.0, 1.0)}
    elif "n" in cell.reads:
        found |= {"R_n": (-3.0, 3.0)}
    if fed := _fed(cell):
        found |= {"w": (-3.0, 3.0), **{f"{gate}_": (0.0, 1.0) for gate in fed}}
    return found


def _run(cell: Cell, v: Mapping[str, float], clamp: dict[str, float] | None):
    """One step from the memory before: its numbers, and the trace."""
    before = _before(cell)
    kept = {before[0]: v[before], **{gate: v.get(f"{gate}_", 0.0) for gate in _fed(cell)}}
    state = tuple(np.full((1, 1), kept.get(name, 0.0)) for name in cell.state_names)
    trace = forward(cell, np.zeros((1, 1, 1)), state, clamp)
    step = {name: float(trace[name][0, 0, 0]) for name in trace.names if name not in "us"}
    if before == "c_":
        step["m"] = float(cell.h(step["c"], 1.0))  # through an open output valve
    return {before: float(v[before]), **step}, trace


def _scene(kind: str, name: str, start: Mapping[str, float]) -> None:
    ends = limits(kind, name)
    if unknown := sorted(set(start) - set(ends)):
        raise ValueError(f"start: came {unknown}, expected names among {list(ends)}")
    v = {key: float(start.get(key, STARTS.get(key, 0.0))) for key in ends}
    sliders = [
        widgets.FloatSlider(
            value=v[key],
            min=low,
            max=high,
            step=0.01 if high <= 1 else 0.1,
            description=_said(key),
            readout_format=".2f",
            style={"description_width": "150px"},
            layout=widgets.Layout(width="auto"),
        )
        for key, (low, high) in ends.items()
    ]
    v = {key: slider.value for key, slider in zip(ends, sliders, strict=True)}  # within limits
    title = f"{CELLS[kind].__name__}, {name}"
    step = values(kind, name, v)
    shown = {key: value for key, value in v.items() if key[0] in "pu"}
    fig = plots.pipelines({**step, **shown}, kind=kind)
    show(scene(Drawing(kind, name, title, v), sliders, list(ends)), fig, _alt(title, step))


def _said(name: str) -> str:
    block = name.removeprefix("a_")
    if block in plots.WORDS and name not in SAID:
        return f"{name} {plots.WORDS[block].removesuffix(f' {block}')}"
    return SAID[name]


def _alt(title: str, s: Mapping[str, float]) -> str:
    if "z" in s:
        alt = (
            f"Pipeline before {s['h_']:+.2f}. Update valve {s['z']:.2f} keeps "
            f"{s['z'] * s['h_']:+.2f} and lets in {(1 - s['z']) * s['n']:+.2f}. "
            f"Pipeline after {s['h']:+.2f}."
        )
    else:
        alt = (
            f"Memory before {s['c_']:+.2f}. Forget valve {s['f']:.2f} keeps "
            f"{s['f'] * s['c_']:+.2f}; memory valve {s['i']:.2f} lets in {s['i'] * s['g']:+.2f}. "
            f"Memory after {s['c']:+.2f}; output valve {s['o']:.2f} shows {s['h']:+.2f}."
        )
    if "carry" in s:
        back = s["dc_"] if "dc_" in s else s["dh_"]
        alt += f" Backwards, S_carry {s['carry']:.2f}: {back:+.2f} is handed to the step before."
    return f"{title}. {alt}"
