"""What a cell is: its blocks, its equations, and their slopes.

A cell is read as two pipelines. The memory pipeline carries c from step to step; the hidden
pipeline carries h. Every block (a gate, or the candidate) has a pre-activation

    a_k = x W_k + h₋ R_k + b_k        (+ p_k ∘ v where the block peeks at v: c₋, or the new c)

and an activation. What follows from the blocks is given by equations: **an equation is a method
whose name is the value it gives, and whose arguments are the values it takes.** A trailing _ means
the step before: c_ is c₋. NAME_slopes gives its partial derivatives, in the order of the arguments:

    def c(self, c_, i, f, g):         return f * c_ + i * g
    def c_slopes(self, c_, i, f, g):  return f, g, c_, i

A variation changes as little of this as it can. Where it gives a block's name an equation or a
plain number, that block is no longer a block: ``def f(self, i): return 1 - i`` couples f to i,
``o = 1`` removes the output valve. ``course_lib.sequence`` runs any cell over time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from course_lib.arguments import generator, number, whole
from course_lib.cells.activations import Activation
from course_lib.cells.plan import Piece, is_given, plan_of

State = tuple[np.ndarray, ...]


class Cell:
    """The form every cell shares.

    blocks       each block's activation, in the order in which they are stacked in W, R and b
    state_names  what is carried from step to step; "h" is what the cell shows to others
    peeks        block → the value it sees through one weight per unit: a += p ∘ value
    reads        block → what it multiplies by matrices: ("x", "h_") by default
    apart        block → the name of the hidden part of its sum, h₋ R + b_h, kept out of the sum
    adds         block → an equation's value that is added to its sum as it is
    starts       state → where it starts, if not at 0
    written      how a matrix is printed that ``joined`` does not take as it is
    forget_gate  the block whose bias forget_bias sets, and its sign

    Shapes: x [B, D], every state [B, H], W [D, kH], R [H, kH], b [kH], p_k [H].
    Raises ValueError, when it is made, for a declaration that cannot work (``plan_of``).

    >>> class Leaky(Cell):
    ...     blocks = {"g": Activation("tanh")}
    ...     def h(self, h_, g):
    ...         return 0.9 * h_ + 0.1 * g
    ...     def h_slopes(self, h_, g):
    ...         return 0.9, 0.1
    >>> Leaky(3, 4)
    Leaky(3, 4, dtype=float32, 32 parameters)
    """

    name: ClassVar[str]
    blocks: ClassVar[Mapping[str, Activation]] = {}
    state_names: ClassVar[tuple[str, ...]] = ("h",)
    peeks: ClassVar[Mapping[str, str]] = {}
    reads: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    apart: ClassVar[Mapping[str, str]] = {}
    adds: ClassVar[Mapping[str, str]] = {}
    starts: ClassVar[Mapping[str, float]] = {}
    written: ClassVar[Mapping[str, str]] = {}
    forget_gate: ClassVar[tuple[str, int] | None] = None

    h: ClassVar[Callable[..., Any]]  # every cell gives h

    def __init_subclass__(cls) -> None:
        """A block that has an equation or a number of its own is no block any more.

        Raises ValueError for a block that has the name of one of every cell's own methods, and for
        one that is given something else.
        """
        if taken := [name for name in cls.blocks if name in vars(Cell)]:
            raise ValueError(
                f"{cls.__name__}.blocks: came {taken}, names that every cell has for something "
                "else; expected other names"
            )
        given = {k: v for k in cls.blocks if (v := getattr(cls, k, None)) is not None}
        for block, value in given.items():
            if not is_given(value):
                raise ValueError(
                    f"{cls.__name__}.{block}: came {value!r}, expected an equation or a number"
                )
        if given:
            cls.blocks = {k: v for k, v in cls.blocks.items() if k not in given}

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

        forget_bias: 1.0 by default (Gers, Schmidhuber, Cummins 2000; Jozefowicz et al. 2015).
        Raises TypeError for sizes or a forget_bias that are not numbers; ValueError for sizes
        below 1, another dtype than float32 or float64, and a forget_bias that is not finite, or
        where the cell has no gate to take it.
        """
        self.input_size = whole("input_size", input_size)
        self.hidden_size = whole("hidden_size", hidden_size)
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype: came {self.dtype}, expected float32 or float64")
        rng = generator(rng)
        bound = 1 / np.sqrt(hidden_size)
        self.params: dict[str, np.ndarray] = {
            name: np.zeros(shape, self.dtype)
            if name.startswith("b")
            else rng.uniform(-bound, bound, shape).astype(self.dtype)
            for name, shape in self.shapes().items()
        }
        if self.forget_gate is not None:
            block, sign = self.forget_gate
            bias = 1.0 if forget_bias is None else number("forget_bias", forget_bias)
            self.gate("b", block)[:] = sign * bias
        elif forget_bias is not None:
            raise ValueError(
                f"forget_bias: came {forget_bias}, but {type(self).__name__} has no forget gate"
            )

    # --- parameters -------------------------------------------------------------------------

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The name and shape of every parameter."""
        H = self.hidden_size
        tall = {"W": (self.input_size,), "R": (H,), "b": (), "p": ()}
        columns = plan_of(type(self)).columns
        return {name: (*tall[name[0]], (len(of) or 1) * H) for name, of in columns.items()}

    def joined(self) -> np.ndarray:
        """[W; b; R …], one column for each unit of each line: one product of a row [x | 1 | h₋ …]
        with it gives every sum that a step begins with.
        """
        height = self.input_size + 1 + len(plan_of(type(self)).sources) * self.hidden_size
        width = len(plan_of(type(self)).lines) * self.hidden_size
        joined = np.zeros((height, width), self.dtype)
        for param, columns, rows, lines in self._places:
            joined[rows, lines] = self.params[param][..., columns]
        return joined

    def split(self, joined: np.ndarray) -> dict[str, np.ndarray]:
        """The inverse of ``joined``, for gradients; late products' columns are left to fill."""
        found = {
            name: np.empty(array.shape, array.dtype)
            for name, array in self.params.items()
            if name[0] in "WRb"
        }
        for param, columns, rows, lines in self._places:
            found[param][..., columns] = joined[rows, lines]
        return found

    @cached_property
    def _places(self) -> list[tuple[str, slice, slice | int, slice]]:
        """Where each piece of the first product lies: in its parameter, and in what is joined."""
        early = plan_of(type(self)).early
        places = ((piece, *self.place(piece)) for piece in early)
        return [
            (piece.param, columns, self.rows(piece.source), lines)
            for piece, columns, lines in places
        ]

    def place(self, piece: Piece) -> tuple[slice, slice]:
        """A piece's columns in its parameter, and the columns of its lines in what is joined."""
        H = self.hidden_size
        columns = slice(piece.first * H, (piece.first + piece.count) * H)
        return columns, slice(piece.line * H, (piece.line + piece.count) * H)

    def rows(self, source: str) -> slice | int:
        """Where a source lies in a row [x | 1 | h₋ …]."""
        D, H = self.input_size, self.hidden_size
        if source in ("x", "1"):
            return slice(0, D) if source == "x" else D
        top = D + 1 + plan_of(type(self)).sources.index(source) * H
        return slice(top, top + H)

    @classmethod
    def peeking(cls) -> tuple[str, ...]:
        """The blocks with a peephole; a gate that was removed has lost its own."""
        return tuple(block for block in cls.peeks if block in cls.blocks)

    def columns(self, name: str) -> tuple[str, ...]:
        """The blocks stacked in the columns of a parameter."""
        return plan_of(type(self)).columns[name]

    def gate(self, name: str, block: str) -> np.ndarray:
        """The part of a parameter that belongs to one block, as a view: gate("W", "f").

        Raises ValueError for a parameter or a block that the cell does not have.
        """
        stacked = [key for key in self.params if key[0] in "WRb" and not key.startswith("b_h")]
        if name not in stacked:
            raise ValueError(f"name: came {name!r}, expected one of {stacked}")
        columns = self.columns(name)
        if block not in columns:
            raise ValueError(f"block: came {block!r}, expected one of {list(columns)}")
        start = columns.index(block) * self.hidden_size
        return self.params[name][..., start : start + self.hidden_size]

    @property
    def parameter_count(self) -> int:
        """How many numbers the cell learns."""
        return sum(array.size for array in self.params.values())

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.input_size}, {self.hidden_size}, dtype={self.dtype}, "
            f"{self.parameter_count:,} parameters)"
        )
