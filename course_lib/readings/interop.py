"""Weights to and from PyTorch's, Keras' and ONNX's layouts, as plain NumPy arrays.

Nothing of those libraries is imported; a PyTorch tensor on the CPU counts as an array.

              gates, LSTM   gates, GRU   weights    biases
    course    i f g o       r z n        [D, kH]    one, and b_hn in the GRU with reset after
    PyTorch   i f g o       r z n        [kH, D]    two, added; n's second one is b_hn
    Keras     i f c o       z r h        [D, kH]    one; the GRU with reset after has two
    ONNX      i o f c       z r h        [1, kH, D] two, added; n's second one is b_hn

All four agree on z: it keeps, h = (1 − z) ∘ n + z ∘ h₋. On the way in, two biases that are only
ever added become one; on the way out the second one is zeros, but for b_hn.
Sources: the documentation of torch.nn.LSTM and GRU (2.13), of Keras' LSTM and GRU (3.15), and of
the ONNX operators LSTM and GRU (opset 14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.cells import CIFG, GRU, LSTM, Cell, CoupledLSTM, GRUBefore, PeepholeLSTM

# The course's names of the blocks, in the order in which each library stacks them.
TORCH = {4: "ifgo", 3: "rzn"}
KERAS = {4: "ifgo", 3: "zrn"}
ONNX = {4: "iofg", 3: "zrn"}

_TORCH_NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def to_torch(cell: Cell) -> dict[str, np.ndarray]:
    """LSTM or GRU → the state_dict of torch.nn.LSTM(D, H) or torch.nn.GRU(D, H), as arrays.

    weight_ih_l0 [kH, D], weight_hh_l0 [kH, H], bias_ih_l0 [kH], bias_hh_l0 [kH].
    Raises ValueError for a cell that PyTorch does not have.
    """
    W, R, first, second = _stacked(_known(cell, "PyTorch", LSTM, GRU), TORCH)
    return dict(zip(_TORCH_NAMES, (W.T.copy(), R.T.copy(), first, second), strict=True))


def from_torch(weights: Mapping[str, Any]) -> LSTM | GRU:
    """The state_dict of a torch.nn.LSTM or GRU of one layer → the LSTM or GRU it is.

    Raises ValueError for a missing or an unknown name (a second layer, another direction) and
    for shapes that do not fit; TypeError for what holds no floating numbers.
    """
    W, R, first, second = _arrays(weights, _TORCH_NAMES)
    H, k = _gates("weight_hh_l0", R, axis=-1)
    _fits("weight_hh_l0", R, (k * H, H))
    _fits("weight_ih_l0", W, (k * H, *W.shape[-1:]))
    _fits("bias_ih_l0", first, (k * H,))
    _fits("bias_hh_l0", second, (k * H,))
    return _load(LSTM if k == 4 else GRU, W.T, R.T, first, second, TORCH[k])


def to_keras(cell: Cell) -> list[np.ndarray]:
    """LSTM or GRU → what the Keras layer's set_weights takes: [kernel, recurrent_kernel, bias].

    kernel [D, kH], recurrent_kernel [H, kH], bias [kH]; [2, 3H] for the GRU with reset after,
    which is Keras' default; GRUBefore belongs to reset_after=False.
    Raises ValueError for a cell that Keras does not have.
    """
    W, R, first, second = _stacked(_known(cell, "Keras", LSTM, GRU, GRUBefore), KERAS)
    return [W, R, np.stack([first, second]) if type(cell) is GRU else first]


def from_keras(weights: Sequence[Any]) -> LSTM | GRU:
    """[kernel, recurrent_kernel, bias], as get_weights returns them → LSTM, GRU or GRUBefore.

    The shape of the bias tells the two GRUs apart. The layer must have Keras' own activations.
    Raises ValueError for another number of arrays or shapes that do not fit; TypeError for what
    holds no floating numbers.
    """
    names = ("kernel", "recurrent_kernel", "bias")
    if len(weights) != len(names):
        raise ValueError(f"weights: came {len(weights)} arrays, expected {len(names)}: {names}")
    W, R, bias = _arrays(dict(zip(names, weights, strict=True)), names)
    H, k = _gates("recurrent_kernel", R, axis=0)
    _fits("recurrent_kernel", R, (H, k * H))
    _fits("kernel", W, (*W.shape[:1], k * H))
    after = k == 3 and bias.ndim == 2
    _fits("bias", bias, (2, 3 * H) if after else (k * H,))
    first, second = bias if after else (bias, np.zeros_like(bias))
    kind = LSTM if k == 4 else GRU if after else GRUBefore
    return _load(kind, W, R, first, second, KERAS[k])


def to_onnx(cell: Cell) -> dict[str, np.ndarray]:
    """A cell → the inputs W [1, kH, D], R [1, kH, H], B [1, 2kH] (and P [1, 3H]) of ONNX.

    LSTM, PeepholeLSTM, CoupledLSTM and CIFG are the operator LSTM; GRU is the operator GRU with
    linear_before_reset=1, GRUBefore with 0. In a coupled cell f's part is i's negated, since
    1 − σ(a) = σ(−a): the operator is right with input_forget=1 and without.
    Raises ValueError for a cell that ONNX does not have.
    """
    kinds = (LSTM, PeepholeLSTM, CoupledLSTM, CIFG, GRU, GRUBefore)
    W, R, first, second = _stacked(_known(cell, "ONNX", *kinds), ONNX)
    weights = {"W": W.T[None].copy(), "R": R.T[None].copy()}
    weights["B"] = np.concatenate([first, second])[None]
    if cell.peeking():
        P = {block: cell.params[f"p_{block}"] for block in cell.peeking()}
        weights["P"] = np.concatenate([P["i"], P["o"], P.get("f", -P["i"])])[None]
    return weights


def from_onnx(
    weights: Mapping[str, Any], *, input_forget: int = 0, linear_before_reset: int = 0
) -> LSTM | GRU:
    """The inputs W, R, B (and P) of an ONNX LSTM or GRU of one direction → the cell it is.

    input_forget, linear_before_reset: the operator's attributes, which are 0 where a model does
    not name them. Its activations must be the operator's own.
    Raises ValueError for a missing or an unknown name, for shapes that do not fit (a second
    direction), and for an attribute of the other operator; TypeError for what holds no
    floating numbers.
    """
    names = ("W", "R", "B", "P") if "P" in weights else ("W", "R", "B")
    W, R, B, *peepholes = _arrays(weights, names)
    H, k = _gates("R", R, axis=-1)
    _fits("R", R, (1, k * H, H))
    _fits("W", W, (1, k * H, *W.shape[-1:]))
    _fits("B", B, (1, 2 * k * H))
    foreign = {"input_forget": input_forget, "P": peepholes}
    if k == 4:
        foreign = {"linear_before_reset": linear_before_reset}
    for name, value in foreign.items():
        if value:
            operator = "an LSTM" if k == 4 else "a GRU"
            raise ValueError(f"{name}: was given, but R has the shape of {operator}, without it")
    if k == 3:
        kind: type = GRU if linear_before_reset else GRUBefore
    elif peepholes:
        kind = CIFG if input_forget else PeepholeLSTM
    else:
        kind = CoupledLSTM if input_forget else LSTM
    first, second = B[0].reshape(2, -1)
    cell = _load(kind, W[0].T, R[0].T, first, second, ONNX[k])
    for P in peepholes:
        _fits("P", P, (1, 3 * H))
        for block in cell.peeking():
            cell.params[f"p_{block}"][:] = P.reshape(3, H)["iof".index(block)]
    return cell


# --- what the three share ---------------------------------------------------------------------


def _known(cell: Cell, library: str, *kinds: type[Cell]) -> Cell:
    if type(cell) not in kinds:
        have = [kind.__name__ for kind in kinds]
        raise ValueError(
            f"cell: came {type(cell).__name__}, not in {library}'s layout; expected one of {have}"
        )
    return cell


def _stacked(cell: Cell, orders: dict[int, str]) -> tuple[np.ndarray, ...]:
    """W [D, kH], R [H, kH] and two biases [kH], in a library's order of gates."""
    order = orders[3 if isinstance(cell, GRU) else 4]

    def part(name: str, block: str) -> np.ndarray:
        coupled = block == "f" and block not in cell.blocks
        return -cell.gate(name, "i") if coupled else cell.gate(name, block)

    W, R, first = (np.concatenate([part(n, block) for block in order], axis=-1) for n in "WRb")
    second = np.zeros_like(first)
    if "b_hn" in cell.params:
        second[-cell.hidden_size :] = cell.params["b_hn"]
    return W, R, first, second


def _load(kind: type, W, R, first, second, order: str):
    """A new cell with these weights: W [D, kH], R [H, kH], two biases [kH]."""
    H = len(R)
    cell = kind(len(W), H, dtype=np.result_type(W, R, first, second))
    for block in cell.blocks:
        columns = slice(order.index(block) * H, (order.index(block) + 1) * H)
        cell.gate("W", block)[:] = W[:, columns]
        cell.gate("R", block)[:] = R[:, columns]
        apart = block == "n" and "b_hn" in cell.params
        cell.gate("b", block)[:] = first[columns] + (0 if apart else second[columns])
        if apart:
            cell.params["b_hn"][:] = second[columns]
    return cell


def _arrays(weights: Mapping[str, Any], names: Sequence[str]) -> list[np.ndarray]:
    if not isinstance(weights, Mapping):
        came = type(weights).__name__
        raise TypeError(f"weights: came {came}, expected a mapping from names to arrays")
    missing = [name for name in names if name not in weights]
    if missing:
        raise ValueError(f"weights: {missing} missing, expected {list(names)}")
    unknown = [name for name in weights if name not in names]
    if unknown:
        raise ValueError(f"weights: came {unknown} too, expected {list(names)} alone")
    arrays = [np.asarray(weights[name]) for name in names]
    for name, array in zip(names, arrays, strict=True):
        if array.dtype.kind != "f":
            raise TypeError(f"{name}: came dtype {array.dtype}, expected real floating numbers")
    return arrays


def _gates(name: str, R: np.ndarray, axis: int) -> tuple[int, int]:
    """H, read off one axis of the recurrent weights, and how many gates they hold."""
    H = R.shape[axis] if R.ndim else 0
    for k in (4, 3):
        if H and R.size == k * H * H:
            return H, k
    raise ValueError(f"{name}: came shape {R.shape}, expected 4 (LSTM) or 3 (GRU) of H × H")


def _fits(name: str, array: np.ndarray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name}: came shape {array.shape}, expected {shape}")
