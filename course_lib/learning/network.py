"""A network: a cell, a read-out from its hidden pipeline, and a loss.

    h = forward(cell, x)          [T, B, H]     the hidden pipeline
    a = h W_y + b_y               [T, B, K]     the read-out
    loss(a, target)               [T, B]        one figure a frame, masked and added up

A frame is one time step of one sequence. Padding fills the end of the shorter sequences of a batch;
the mask is 0 there, and no figure depends on what the padding holds.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from course_lib import files
from course_lib.arguments import generator, one_of, whole
from course_lib.cells import CELLS, Cell
from course_lib.learning import saved
from course_lib.learning.losses import LOSSES, Array, Loss
from course_lib.sequence import backward, forward


class Batch(NamedTuple):
    """Some sequences side by side: x [T, B, D], target [T, B, K], mask [T, B] of 0 and 1.

    A mask of None counts every frame.
    """

    x: Array
    target: Array
    mask: Array | None = None


class Diverged(FloatingPointError):
    """A loss or a gradient became NaN or infinite."""


class Network:
    """A cell with a read-out and a loss: a = h W_y + b_y.

    `params` holds the cell's own arrays and W_y [H, K], b_y [K]. They are changed in place:
    `net.params["b_y"][:] = 0`. W_y starts uniform between ±1/√H, b_y at 0.
    `reduction` says what one figure for a batch is: "mean" the mean over the frames that count,
    "sum" the sum over them. `engine`, "numpy" or "compiled", runs the cell; a clamped
    run is always NumPy's.
    Raises TypeError and ValueError for a wrong cell, size, loss, rng or reduction.

    >>> from course_lib.cells import LSTM
    >>> from course_lib.learning import Bernoulli
    >>> net = Network(LSTM(3, 8), 2, Bernoulli())
    >>> x, target = np.zeros((5, 1, 3)), np.ones((5, 1, 2))
    >>> loss, grads = net.gradients(Batch(x, target))
    >>> net.outputs(x)[0].shape, grads["W_y"].shape
    ((5, 1, 2), (8, 2))
    """

    def __init__(
        self,
        cell: Cell,
        output_size: int,
        loss: Loss,
        *,
        rng: np.random.Generator | None = None,
        reduction: str = "mean",
    ) -> None:
        if not isinstance(cell, Cell):
            raise TypeError(f"cell: came {cell!r}, expected a cell such as LSTM(3, 8)")
        if not isinstance(loss, Loss):
            raise TypeError(f"loss: came {loss!r}, expected a loss such as Bernoulli()")
        if reduction not in ("mean", "sum"):
            raise ValueError(f"reduction: came {reduction!r}, expected 'mean' or 'sum'")
        self.cell = cell
        self.output_size = whole("output_size", output_size)
        self.loss = loss
        self.reduction = reduction
        self.engine = "numpy"
        H = cell.hidden_size
        W_y = generator(rng).uniform(-1, 1, size=(H, self.output_size)) / np.sqrt(H)
        self.params: dict[str, Array] = {
            **cell.params,
            "W_y": W_y.astype(cell.dtype),
            "b_y": np.zeros(self.output_size, dtype=cell.dtype),
        }

    def outputs(self, x: Array, state: Any = None, clamp: Any = None) -> tuple[Array, Any]:
        """The read-out a [T, B, K] over x [T, B, D], and the trace; the rest as in `forward`."""
        engine = "numpy" if clamp else self.engine
        trace = forward(self.cell, x, state=state, clamp=clamp, engine=engine)
        return trace.h @ self.params["W_y"] + self.params["b_y"], trace

    def loss_of(self, batch: Batch) -> float:
        """The batch's loss by the reduction: Σ mask · loss, divided by Σ mask for "mean"."""
        total, frames = self.totals(batch)
        return total / self._divisor(frames)

    def totals(self, batch: Batch) -> tuple[float, float]:
        """(Σ mask · loss, Σ mask), to be added up over batches before dividing."""
        x, target, mask = self._checked(batch)
        a, _ = self.outputs(x)
        return _masked_sum(self.loss.per_frame(a, target), mask), float(mask.sum())

    def gradients(self, batch: Batch) -> tuple[float, dict[str, Array]]:
        """The batch's loss by the reduction, and its gradient for every array of `params`.

        Raises Diverged where the loss, or its slope by h, is NaN or infinite.
        """
        x, target, mask = self._checked(batch)
        divisor = self._divisor(float(mask.sum()))
        a, trace = self.outputs(x)
        per_frame, slope = self.loss.both(a, target)
        da = slope * (mask / divisor)[..., None]
        value = _masked_sum(per_frame, mask) / divisor
        dh = da @ self.params["W_y"].T
        if not math.isfinite(value):
            raise Diverged(f"the loss became {value}")
        if not np.isfinite(dh).all():
            raise Diverged("the gradient of the loss became infinite")
        through_cell = backward(self.cell, trace, dh)
        h, flat = trace.h.reshape(-1, self.cell.hidden_size), da.reshape(-1, self.output_size)
        grads = {
            **through_cell.params,
            "W_y": h.T @ flat,
            "b_y": flat.sum(axis=0),
        }
        return value, grads

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything needed to make this network again to `path`, an .npz without pickle.

        The file appears whole or not at all. Raises ValueError for a cell that CELLS does not name.
        """
        names = [name for name, kind in CELLS.items() if kind is type(self.cell)]
        if not names or type(self.loss) is not LOSSES.get(self.loss.name):
            raise ValueError(
                f"net: came {type(self.cell).__name__} with {self.loss!r}, expected a cell "
                f"of CELLS ({', '.join(CELLS)}) and a loss of LOSSES ({', '.join(LOSSES)})"
            )
        header = {
            "cell": names[0],
            "input_size": self.cell.input_size,
            "hidden_size": self.cell.hidden_size,
            "output_size": self.output_size,
            "dtype": np.dtype(self.cell.dtype).name,
            "loss": self.loss.name,
            "reduction": self.reduction,
        }
        arrays: dict[str, Any] = {saved.HEADER: np.array(json.dumps(header)), **self.params}
        with files.beside(path) as part, part.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Network:
        """The network that `save` wrote to `path`.

        Raises FileNotFoundError where there is none, and ValueError, which names the path and the
        cure, where the file is cut off, damaged, or not a saved network.
        """
        header, arrays = saved.read(Path(path))
        try:
            kind = CELLS[one_of("cell", header["cell"], CELLS)]
            loss = LOSSES[one_of("loss", header["loss"], LOSSES)]()
            cell = kind(header["input_size"], header["hidden_size"], dtype=header["dtype"])
            net = cls(cell, header["output_size"], loss, reduction=header["reduction"])
        except KeyError as missing:
            raise ValueError(f"{path} is not a saved network: its header lacks {missing}") from None
        except (TypeError, ValueError) as wrong:
            raise ValueError(f"{path} cannot be loaded as a network: {wrong}") from wrong
        found = {name: array.shape for name, array in arrays.items()}
        wanted = {name: array.shape for name, array in net.params.items()}
        if found != wanted:
            raise ValueError(f"{path} holds parameters {found}, but its header asks for {wanted}")
        for name, array in arrays.items():
            net.params[name][...] = array
        return net

    def _divisor(self, frames: float) -> float:
        if self.reduction == "sum":
            return 1.0
        if frames == 0:
            raise ValueError("mask: came no frame that counts, expected one at least for a mean")
        return frames

    def _checked(self, batch: Batch) -> tuple[Array, Array, Array]:
        """x, target and mask of one dtype, with zeros where nothing depends on them."""
        batch = Batch(*batch)
        if np.ndim(batch.x) != 3:
            came, D = np.shape(batch.x), self.cell.input_size
            raise ValueError(f"x: came shape {came}, expected [T, B, {D}]")
        target = np.asarray(batch.target)
        shape = (*np.shape(batch.x)[:2], self.output_size)
        if target.dtype.kind not in "fbiu":
            raise TypeError(f"target: came {target.dtype}, expected real numbers")
        if target.shape != shape:
            raise ValueError(f"target: came shape {target.shape}, expected [T, B, K] = {shape}")
        target = target.astype(self.cell.dtype, copy=False)
        mask = np.ones(shape[:2]) if batch.mask is None else np.asarray(batch.mask)
        if mask.shape != shape[:2]:
            raise ValueError(f"mask: came shape {mask.shape}, expected [T, B] = {shape[:2]}")
        if not ((mask == 0) | (mask == 1)).all():
            raise ValueError("mask: came other values than 0 (does not count) and 1 (counts)")
        x = np.asarray(batch.x)
        if not mask.all():
            # What is not counted reaches no figure through the equations, but 0 · inf is NaN: so it
            # is set to 0, whatever it was. Of x: what follows a sequence's last frame that counts.
            needed = np.maximum.accumulate(mask[::-1] == 1)[::-1]
            target, x = target.copy(), x.copy()
            target[mask == 0], x[~needed] = 0, 0
        if not np.isfinite(target).all():
            raise ValueError("target: came NaN or infinity, expected finite numbers")
        return x, target, mask.astype(self.cell.dtype)


def _masked_sum(per_frame: Array, mask: Array) -> float:
    return float(per_frame[mask == 1].sum(dtype=np.float64))
