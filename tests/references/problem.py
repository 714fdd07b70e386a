"""What every oracle is given, and what it answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Arrays = dict[str, np.ndarray]


class Sizes(NamedTuple):
    T: int
    B: int
    D: int
    H: int


SIZES = Sizes(T=5, B=2, D=3, H=4)  # all different, or a mixed-up axis could pass unseen


def draw(rng: np.random.Generator, shape: tuple[int, ...], dtype="float64") -> np.ndarray:
    """Normal numbers as odd multiples of 1/64: exact in float32, small when zipped, never 0."""
    return ((2 * np.floor(rng.normal(0, 0.7, shape) * 32) + 1) / 64).astype(dtype)


def problem(rng, size: Sizes, shapes: dict, states, dtype="float64") -> Arrays:
    """Everything an oracle is given."""
    T, B, D, H = size
    given = {f"param {name}": draw(rng, shape, dtype) for name, shape in shapes.items()}
    given |= {"x": draw(rng, (T, B, D), dtype), "dh": draw(rng, (T, B, H), dtype)}
    for name in states:
        given[f"state {name}"] = draw(rng, (B, H), dtype)
        given[f"dstate {name}"] = draw(rng, (B, H), dtype)
    return given


def answers(given: Arrays, leaf: dict, h, last: dict) -> Arrays:
    """Values, and the gradients of Σ dh ∘ h + Σ dstate ∘ last; leaf: the tensors by name."""
    loss = (h * leaf["dh"]).sum()
    loss = loss + sum((part * leaf[f"dstate {name}"]).sum() for name, part in last.items())
    loss.backward()
    found = {"h": h, **{f"last {name}": part for name, part in last.items()}}
    for name, tensor in leaf.items():
        if name == "x" or name.startswith(("param ", "state ")):
            grad = 0 * tensor if tensor.grad is None else tensor.grad  # QRNN reads no h
            found[f"grad {name.removeprefix('param ')}"] = grad
    return given | {name: tensor.detach().cpu().numpy() for name, tensor in found.items()}
