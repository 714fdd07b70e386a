"""What a cell is: its valves and layers, its two equations, and their slopes.

A cell is read as two pipelines. The memory pipeline carries c from step to step; the hidden
pipeline carries h. Every block (a gate, or the candidate) has a pre-activation

    a_k = x W_k + h₋ R_k + b_k        (+ p_k ∘ c where the block peeks)

and an activation. ``memory`` says what the new c is, ``output`` what the new h is. A variation
changes as little of this as it can. ``course_lib.sequence`` runs any cell over time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from course_lib.arguments import generator, whole
from course_lib.cells.activations import Activation, identity

State = tuple[np.ndarray, ...]


class Cell:
    """The form every cell shares; a cell without output blocks has a single pipeline, h = c.

    Shapes: x [B, D], every state [B, H], W [D, kH], R [H, kH], b [kH], p_k [H], for k blocks
    stacked in the order of ``blocks``. ``memory_slopes`` and ``output_slopes`` give the partial
    derivatives in the order of the arguments; a partial may be a plain number.
    """

    name: ClassVar[str]
    memory_blocks: ClassVar[Mapping[str, Activation]] = {}
    output_blocks: ClassVar[Mapping[str, Activation]] = {}
    squash: ClassVar[Activation] = identity
    peeks: ClassVar[tuple[str, ...]] = ()  # memory blocks look at c₋, output blocks at the new c
    feedback: ClassVar[tuple[str, ...]] = ()  # blocks whose last values are read like h₋
    # In a cell of r, z and n: what r gates on its way to n, "u" = h₋ R_n + b_hn, or "h" = h₋.
    reset: ClassVar[str | None] = None
    state_names: ClassVar[tuple[str, ...]] = ("h",)
    # Valves without a block of their own: the block they are worked out from, and how; or a number.
    derived: ClassVar[Mapping[str, tuple[str, Callable] | float]] = {}
    forget_gate: ClassVar[tuple[str, int] | None] = None  # whose bias forget_bias sets, its sign

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        rng: np.random.Generator | None = None,
        dtype: Any = np.float32,
        forget_bias: float | None = None,
    ) -> None:
        """Draws W, R and p uniformly from ±1/√H, biases 0 but for the forget gate's.

        forget_bias: 1.0 unless told (Gers, Schmidhuber, Cummins 2000; Jozefowicz et al. 2015).
        Raises ValueError for sizes below 1, another dtype than float32 or float64, and a
        forget_bias where the cell has no gate to take it.
        """
        self.input_size = whole("input_size", input_size)
        self.hidden_size = whole("hidden_size", hidden_size)
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype: came {self.dtype}, expected float32 or float64")
        rng = generator(rng)
        self.activations = {**self.memory_blocks, **self.output_blocks}
        self.blocks = tuple(self.activations)
        bound = 1 / np.sqrt(hidden_size)
        self.params: dict[str, np.ndarray] = {
            name: np.zeros(shape, self.dtype)
            if name.startswith("b")
            else rng.uniform(-bound, bound, shape).astype(self.dtype)
            for name, shape in self.shapes().items()
        }
        if self.forget_gate is not None:
            block, sign = self.forget_gate
            self.gate("b", block)[:] = sign * (1.0 if forget_bias is None else forget_bias)
        elif forget_bias is not None:
            raise ValueError(
                f"forget_bias: came {forget_bias}, but {type(self).__name__} has no forget gate"
            )

    # --- what a variation changes -----------------------------------------------------------

    def memory(self, c_: np.ndarray, *blocks: np.ndarray) -> np.ndarray:
        """The new c from the old c₋ and the memory blocks."""
        raise NotImplementedError

    def memory_slopes(self, c_: np.ndarray, *blocks: np.ndarray) -> tuple:
        """∂c/∂c₋ and ∂c/∂block, one for each memory block."""
        raise NotImplementedError

    def output(self, m: np.ndarray, *blocks: np.ndarray) -> np.ndarray:
        """The new h from m = squash(c) and the output blocks."""
        return m

    def output_slopes(self, m: np.ndarray, *blocks: np.ndarray) -> tuple:
        """∂h/∂m and ∂h/∂block, one for each output block."""
        return (1.0,)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The name and shape of every parameter."""
        D, H, k = self.input_size, self.hidden_size, len(self.blocks)
        peepholes = {f"p_{block}": (H,) for block in self.peeking()}
        return {"W": (D, k * H), "R": (H, k * H), "b": (k * H,), **peepholes}

    def joined(self) -> np.ndarray:
        """[W; b; R], so that one product of the row [x | 1 | h₋] gives every pre-activation."""
        return np.concatenate([self.params["W"], self.params["b"][None], self.params["R"]])

    def split(self, joined: np.ndarray) -> dict[str, np.ndarray]:
        """The inverse of ``joined``, for gradients."""
        D = self.input_size
        return {"W": joined[:D], "b": joined[D], "R": joined[D + 1 :]}

    # --- what every cell has ----------------------------------------------------------------

    @classmethod
    def peeking(cls) -> tuple[str, ...]:
        """The blocks with a peephole; a gate that was removed has lost its own."""
        blocks = {**cls.memory_blocks, **cls.output_blocks}
        return tuple(block for block in cls.peeks if block in blocks)

    def gate(self, name: str, block: str) -> np.ndarray:
        """The part of a parameter that belongs to one block, as a view: gate("W", "f").

        Raises ValueError for a parameter or a block that the cell does not have.
        """
        if name not in self.params or name[0] not in "WRb" or name == "b_hn":
            stacked = [key for key in self.params if key[0] in "WRb" and key != "b_hn"]
            raise ValueError(f"name: came {name!r}, expected one of {stacked}")
        columns = self.columns(name)
        if block not in columns:
            raise ValueError(f"block: came {block!r}, expected one of {list(columns)}")
        H = self.hidden_size
        start = columns.index(block) * H
        return self.params[name][..., start : start + H]

    def columns(self, name: str) -> tuple[str, ...]:
        """The blocks stacked in the columns of a parameter."""
        return self.blocks

    @property
    def parameter_count(self) -> int:
        """How many numbers the cell learns."""
        return sum(array.size for array in self.params.values())

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.input_size}, {self.hidden_size}, dtype={self.dtype}, "
            f"{self.parameter_count:,} parameters)"
        )
