"""torchrecurrent's cells as an oracle, and where each of its arrays belongs in course_lib.

A layout names, for each of the library's arrays, the parts it stacks: "W:f W:n" are the columns of
f and of n in W, "p_g" is the whole of p_g. Its weights are [kH, ·] where ours are [·, kH]. Where
two of its biases are added up, as bias_ih and bias_hh, both name the same part.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tests.references.problem import SIZES, Arrays, Sizes, answers, problem


class Layout(NamedTuple):
    kind: str
    arrays: dict[str, str]
    states: str = "h"
    options: dict[str, Any] = {}  # noqa: RUF012


def plain(blocks: str, hidden: str | None = None) -> dict[str, str]:
    """weight_ih, weight_hh and both biases stack these blocks."""
    hidden = blocks if hidden is None else hidden
    stacked = {"weight_ih": ("W", blocks), "weight_hh": ("R", hidden)}
    stacked |= {"bias_ih": ("b", blocks), "bias_hh": ("b", hidden)}
    return {name: " ".join(f"{p}:{k}" for k in of) for name, (p, of) in stacked.items()}


LAYOUTS = {
    "lstm1997": Layout("OriginalLSTMCell", plain("igo"), "hc"),
    "ugrnn": Layout("UGRNNCell", plain("nz")),
    "mgu": Layout("MGUCell", plain("fn")),
    "janet": Layout("JANETCell", plain("ag")),
    "ran": Layout(
        "RANCell", plain("gif", "if") | {"bias_ih": "b:i b:f", "bias_hh": "b:i b:f"}, "hc"
    ),
    "cfn": Layout("CFNCell", plain("fig", "fi")),
    "star": Layout("STARCell", plain("nk", "k")),
    "indrnn": Layout(
        "IndRNNCell",
        {"weight_ih": "W:g", "vector_u": "p_g", "bias_ih": "b:g", "bias_hh": "b:g"},
        options={"nonlinearity": "tanh"},
    ),
    "brc": Layout("BRCell", plain("vzn", "vz") | {"weight_hh": "p_v p_z"}),
    "trnn": Layout("TRNNCell", {"weight_ih": "W:n W:z", "bias_ih": "b:n b:z"}),
    "mlstm": Layout(
        "MultiplicativeLSTMCell",
        plain("qifgo", "u") | {"weight_mh": "R:i R:f R:g R:o", "bias_mh": "b:i b:f b:g b:o"},
        "hc",
    ),
    "antisymmetric": Layout(
        "AntisymmetricRNNCell", plain("g"), options={"epsilon": 0.1, "gamma": 0.01}
    ),
    "cornn": Layout(
        "coRNNCell",
        plain("g") | {"weight_ch": "R_c:g", "bias_ch": "b:g"},
        "hc",
        {"dt": 0.1, "gamma": 2.0, "epsilon": 0.5},
    ),
    "nas": Layout("NASCell", plain("abdepqso"), "hc"),
}


def ask(cell: str, rng, size: Sizes = SIZES) -> Arrays:
    """One of torchrecurrent's cells, step by step, in float64: an oracle of make_oracles."""
    import torch

    given = problem(rng, size, shapes(cell, size.D, size.H), LAYOUTS[cell].states)
    leaf = {
        name: torch.tensor(array, requires_grad=True)
        for name, array in given.items()
        if not name.startswith("param ")
    }
    h, last, weights = run(cell, size.D, size.H, given, leaf)
    leaf |= {f"param {name}": weight for name, weight in weights.items()}
    return answers(given, leaf, h, last)


def run(name: str, D: int, H: int, given: dict, leaf: dict):
    """(h [T, B, H], last states, parameters by name) of the library's cell."""
    import torch
    import torchrecurrent

    kind, arrays, states, options = LAYOUTS[name]
    cell = getattr(torchrecurrent, kind)(D, H, dtype=torch.float64, **options)
    held = dict(cell.named_parameters())
    with torch.no_grad():
        for array in arrays:
            held[array].copy_(torch.as_tensor(given[f"param {array}"]))
    double = cell.uses_double_state
    double = double() if callable(double) else double
    state = tuple(leaf[f"state {part}"] for part in states)
    state = (*state, *state) if double and len(state) == 1 else state  # its c is h as well
    hidden = []
    for x in leaf["x"]:
        state = cell(x, tuple(state)) if double else (cell(x, state[0]),)
        hidden.append(state[0])
    last = dict(zip(states, state, strict=False))
    return torch.stack(hidden), last, {array: held[array] for array in arrays}


def shapes(name: str, D: int, H: int) -> dict[str, tuple[int, ...]]:
    def shape(array: str, parts: str) -> tuple[int, ...]:
        rows = len(parts.split()) * H
        flat = array.startswith(("bias", "vector")) or "p_" in parts
        return (rows,) if flat else (rows, D if array == "weight_ih" else H)

    return {array: shape(array, parts) for array, parts in LAYOUTS[name].arrays.items()}


def into(name: str, cell: Any, given: dict[str, np.ndarray]) -> None:
    """Put the library's arrays into a cell of course_lib; parts named twice are added up."""
    for array in cell.params.values():
        array[:] = 0
    for array, parts in LAYOUTS[name].arrays.items():
        chunks = np.split(given[array], len(parts.split()))
        for part, chunk in zip(parts.split(), chunks, strict=True):
            _part(cell, cell.params, part)[:] += chunk.T


def out_of(name: str, cell: Any, found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Gradients by course_lib's names → by the library's."""
    return {
        array: np.concatenate([_part(cell, found, part).T for part in parts.split()])
        for array, parts in LAYOUTS[name].arrays.items()
    }


def _part(cell: Any, arrays: dict[str, np.ndarray], part: str) -> np.ndarray:
    param, _, block = part.partition(":")
    if not block:
        return arrays[param]
    start = cell.columns(param).index(block) * cell.hidden_size
    return arrays[param][..., start : start + cell.hidden_size]
