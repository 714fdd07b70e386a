"""Scenes with numbers of your own: valves set by hand, one step, and the gradient's way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import ipywidgets as widgets
import numpy as np

from course_lib.cells import CELLS, Cell
from course_lib.cells.plan import plan_of
from course_lib.readings.javascript import fixed
from course_lib.sequence import backward, carry_slopes, forward
from course_lib.valves import still
from course_lib.valves.drawing import Drawing, scene
from course_lib.valves.said import said
from course_lib.valves.shown import show

KINDS = tuple(name for name in CELLS if name != "rnn")  # a plain network has no valve to turn
STARTS = {"c_": 0.8, "h_": 0.8, "f": 0.7, "i": 0.5, "g": -0.9, "o": 0.6, "z": 0.7, "n": -0.9}
STARTS |= {"a_f": 1.0, "a_g": -1.0, "a_o": 0.5, "a_z": 1.0, "a_n": -1.0, "u": 0.8, "R_n": 1.0}
STARTS |= {"i_": 0.5, "f_": 0.5, "o_": 0.5, "dh": 1.0, "dc": 0.5}
ORDER = "fzirgnou"  # of the sliders: as the parts they set stand in the drawing, left to right
Limits = dict[str, tuple[float, float]]
Kind = str | type[Cell]


def by_hand(kind: Kind = "lstm", **start: float) -> None:
    """You set the valves: a slider for the memory before and for each block, and what flows.

    kind: a name in KINDS, or a class of cells of your own. A valve that is missing has
    no slider; one that is coupled follows. start: where sliders stand at first, as
    by_hand(f=1, i=0). Raises ValueError for another kind or name.
    """
    _scene(kind, "by hand", start)


def one_step(kind: Kind = "lstm", **start: float) -> None:
    """You set what the layers work out: a slider for the memory before and for each a_k.

    The pre-activations set the valves: f = σ(a_f), g = tanh(a_g) … kind: as ``by_hand``.
    Peepholes have sliders p_k; "gru" has u = h₋ R_n + b_hn, which r gates; "gru_before" has R_n;
    "fgr" has the valves before, and one slider for all nine weights they are seen through; R_k is
    the weight of what block k reads of the step's own values.
    start: where sliders stand at first. Raises ValueError for another kind or name, and for a cell
    of your own whose ``joined`` does more to one unit's weights than add numbers to R.
    """
    _scene(kind, "one step", start)


def gradient(kind: Kind = "lstm", **start: float) -> None:
    """The way back through one step: sliders as in ``one_step``, and the gradient that arrives.

    dh arrives on the hidden pipeline, dc on the memory pipeline; what the forget valve (S_carry)
    hands back to the step before is δc₋. start, and what is raised: as ``one_step``.
    """
    _scene(kind, "gradient", start)


def values(kind: Kind, scene: str, v: Mapping[str, float]) -> dict[str, float]:
    """Every number of a scene, from the cell itself: what the drawing's JavaScript must equal."""
    cell = _one_unit(kind)
    if scene == "by hand":
        step, _ = _run(cell, v, {block: v[block] for block in cell.blocks if block in v})
        stays = {*_taken(cell), *(f"{state}_" for state in cell.state_names), "m"}
        return {name: value for name, value in step.items() if name in stays}
    _check(cell)
    for block in cell.blocks:  # all other weights are 0, so a_k is b_k, peepholes apart
        cell.gate("b", block)[:] = v[f"a_{block}"]
    for block in cell.peeking():
        cell.params[f"p_{block}"][:] = v[f"p_{block}"]
    for block, name in cell.apart.items():
        cell.params[f"b_h{block}"][:] = v[name]
    for weight, param, column in _others(cell):
        cell.params[param][..., column] = v[weight]
    step, trace = _run(cell, v, None)
    step |= {f"a_{block}": float(trace[f"a_{block}"][0, 0, 0]) for block in cell.blocks}
    if scene == "one step":
        return step
    dstate = tuple(
        np.full((1, 1), 0.0 if name == "h" else v.get(f"d{name}", 0.0)) for name in cell.state_names
    )
    grads = backward(cell, trace, np.full((1, 1, 1), v["dh"]), dstate)
    back = dict(zip(cell.state_names, grads.state, strict=True))
    step |= {f"da_{block}": float(grads.params["b"][k]) for k, block in enumerate(cell.blocks)}
    step |= {f"d{name}_": float(array[0, 0]) for name, array in back.items()}
    step |= {"carry": float(carry_slopes(trace)[0, 0, 0])}
    return step | ({"dc": float(grads.memory[0, 0, 0])} if "c" in back else {})


def class_of(kind: Kind) -> type[Cell]:
    """The cell of a name in CELLS, or a class of one's own as it is. Raises ValueError."""
    if isinstance(kind, type) and issubclass(kind, Cell):
        return kind
    if kind not in KINDS:
        raise ValueError(f"kind: came {kind!r}, expected one of {list(KINDS)} or a class of cells")
    return CELLS[str(kind)]


def _one_unit(kind: Kind) -> Cell:
    """A cell of one unit whose weights are all 0."""
    cell = class_of(kind)(1, 1, dtype=np.float64)
    for array in cell.params.values():
        array[:] = 0
    return cell


def _check(cell: Cell) -> None:
    """Raises ValueError where one unit's ``joined`` is not what a drawing takes it for."""
    kind, plan, rng = type(cell), plan_of(type(cell)), np.random.default_rng(0)
    if kind.joined is Cell.joined:
        return
    one = _one_unit(kind)
    for name, array in one.params.items():
        array[:] = rng.normal(size=array.shape) if name[0] == "b" else 0
    for _, param, column in _others(one):
        one.params[param][..., column] = rng.normal()
    expected = Cell.joined(one)
    for block, numbers in fixed(kind).items():
        for source, number in numbers.items():
            expected[one.rows(source), plan.lines.index(block)] += number
    if not np.allclose(one.joined(), expected):
        raise ValueError(
            f"kind: came {kind.__name__}, whose joined() changes what sliders set; expected at "
            "most numbers added to R. By hand it can be drawn"
        )


def _others(cell: Cell) -> Iterator[tuple[str, str, int]]:
    """What blocks read by matrices besides x and h₋: its slider, its parameter, its column there.

    One slider w for all that is read of the step before; R_k for what block k reads of this one.
    """
    plan = plan_of(type(cell))
    for piece in plan.pieces:
        if piece.source not in ("x", "1", "h_"):
            for k in range(piece.count):
                block = plan.lines[piece.line + k]
                weight = "w" if piece.source.endswith("_") else f"R_{block}"
                yield weight, piece.param, piece.first + k


def limits(kind: Kind, scene: str) -> Limits:
    """The sliders of a scene, in their order, and how far each goes."""
    cell = _one_unit(kind)
    taken = _taken(cell)
    before: Limits = {
        f"{state}_": (-1.0, 1.0) if state == "h" else (-3.0, 3.0)
        for state in sorted(cell.state_names)
        if state not in cell.blocks
    }
    blocks = sorted(cell.blocks, key=lambda block: (ORDER + block).index(block))
    if scene == "by hand":
        found = {name: ends for name, ends in before.items() if name in taken}
        reach = {"": (-3.0, 3.0), "tanh": (-1.0, 1.0)}
        ranges = {b: reach.get(cell.blocks[b].name, (0.0, 1.0)) for b in blocks}
        return found | {b: ends for b, ends in ranges.items() if b in taken}
    seen = taken | set(cell.peeks.values())
    found = {name: ends for name, ends in before.items() if name in seen}
    if scene == "gradient":
        ways = ["h", *(name for name in cell.state_names if name != "h")]
        arrives: Limits = {f"d{name}": (-1.0, 1.0) for name in ways if name not in cell.blocks}
        found = {**arrives, **found}
    for block in blocks:
        found[f"a_{block}"] = (-6.0, 6.0) if cell.blocks[block].shift else (-3.0, 3.0)
    found |= {f"p_{block}": (-8.0, 8.0) for block in blocks if block in cell.peeks}
    found |= dict.fromkeys(cell.apart.values(), (-1.0, 1.0))
    found |= {weight: (-3.0, 3.0) for weight, *_ in _others(cell)}
    return found | {f"{name}_": (0.0, 1.0) for name in cell.state_names if name in cell.blocks}


def _taken(cell: Cell) -> set[str]:
    """What the states take, straight or through other equations."""
    plan, found = plan_of(type(cell)), set(cell.state_names)
    while more := {a for name in found for a in plan.arguments.get(name, ())} - found:
        found |= more
    return found


def _run(cell: Cell, v: Mapping[str, float], clamp: dict[str, float] | None):
    """One step from the states before: its numbers, and the trace."""
    before = {f"{name}_": float(v.get(f"{name}_", 0.0)) for name in cell.state_names}
    state = tuple(np.full((1, 1), value) for value in before.values())
    trace = forward(cell, np.zeros((1, 1, 1)), state, clamp)
    step = {name: float(trace[name][0, 0, 0]) for name in trace.names}
    if plan_of(type(cell)).arguments["h"] == ("c", "o"):
        step["m"] = float(cell.h(step["c"], 1.0))  # through an open output valve
    return {**{name: value for name, value in before.items() if name in v}, **step}, trace


def _scene(kind: Kind, name: str, start: Mapping[str, float]) -> None:
    ends = limits(kind, name)
    if unknown := sorted(set(start) - set(ends)):
        raise ValueError(f"start: came {unknown}, expected names among {list(ends)}")
    v = {key: float(start.get(key, STARTS.get(key, 0.0))) for key in ends}
    ranges = {key: (low, high, 0.01 if high <= 3 else 0.1) for key, (low, high) in ends.items()}
    sliders = [
        widgets.FloatSlider(
            value=v[key],
            min=low,
            max=high,
            step=step,
            description=said(key, class_of(kind)),
            readout_format=".2f",
            style={"description_width": "150px"},
            layout=widgets.Layout(width="auto"),
        )
        for key, (low, high, step) in ranges.items()
    ]
    v = {key: slider.value for key, slider in zip(ends, sliders, strict=True)}  # within limits
    title = f"{class_of(kind).__name__}, {name}"
    drawing = Drawing(class_of(kind), name, title, v, ranges)
    alt = _alt(title, values(kind, name, v))
    show(scene(drawing, sliders, list(ends)), still.picture(drawing), alt)


def _alt(title: str, s: Mapping[str, float]) -> str:
    one, two = ({"z", "n", "h_"} <= set(s), {"f", "i", "g", "o", "c_"} <= set(s))
    if one and np.isclose(s["z"] * s["h_"] + (1 - s["z"]) * s["n"], s["h"]):
        alt = (
            f"Pipeline before {s['h_']:+.2f}. Update valve {s['z']:.2f} keeps "
            f"{s['z'] * s['h_']:+.2f} and lets in {(1 - s['z']) * s['n']:+.2f}. "
            f"Pipeline after {s['h']:+.2f}."
        )
    elif two and np.isclose(s["f"] * s["c_"] + s["i"] * s["g"], s["c"]):
        alt = (
            f"Memory before {s['c_']:+.2f}. Forget valve {s['f']:.2f} keeps "
            f"{s['f'] * s['c_']:+.2f}; memory valve {s['i']:.2f} lets in {s['i'] * s['g']:+.2f}. "
            f"Memory after {s['c']:+.2f}; output valve {s['o']:.2f} shows {s['h']:+.2f}."
        )
    else:
        alt = ", ".join(f"{name.replace('_', '₋')} = {value:+.2f}" for name, value in s.items())
        return f"{title}: {alt}."
    if "carry" in s:
        back = s["dc_"] if "dc_" in s else s["dh_"]
        alt += f" Backwards, S_carry {s['carry']:.2f}: {back:+.2f} is handed to the step before."
    return f"{title}. {alt}"
