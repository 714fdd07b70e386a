"""The functions that squash a pre-activation: sigmoid (σ), tanh and identity."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Activation(NamedTuple):
    """One of the course's three, of the form v = scale · tanh(inside · a) + shift, or v = a.

    σ(a) = ½ + ½ tanh(½ a), so one tanh serves σ and tanh alike, and a whole row of gates is
    squashed in one call. ``slope`` gives ∂v/∂a from the value v alone, which is what the way
    back has at hand.

    >>> float(sigmoid(0.0)), float(tanh(0.0)), identity(3.0)
    (0.5, 0.0, 3.0)
    """

    name: str
    inside: float = 1.0
    scale: float = 1.0
    shift: float = 0.0
    squashes: bool = True

    def __call__(self, a: Any) -> Any:
        """v = the activation of a; any shape."""
        if not self.squashes:
            return a
        if not self.shift:
            return np.tanh(a)
        return np.tanh(self.inside * a) * self.scale + self.shift

    def slope(self, v: np.ndarray) -> np.ndarray | float:
        """∂v/∂a, from the value v: σ' = v (1 − v), tanh' = 1 − v², identity' = 1."""
        if not self.squashes:
            return 1.0
        return v * (1 - v) if self.shift else 1 - v * v


sigmoid = Activation("σ", inside=0.5, scale=0.5, shift=0.5)
tanh = Activation("tanh")
identity = Activation("", squashes=False)
