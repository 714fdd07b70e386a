"""Write the references that the cells are compared with: what other libraries compute.

    python -m tests.references.make_oracles            (`make oracles` prepares what it needs)
    python -m tests.references.make_oracles torchrecurrent_        those alone

Nothing here imports course_lib. An oracle is a function of random inputs to values and gradients:

    equations_*    PyTorch's autograd over the equations, written out once more, for all cells
    torchrecurrent_*  the cells of the field guide that torchrecurrent has, float64
    torch_*        torch.nn.LSTM and torch.nn.GRU, float64 and float32
    keras_*        Keras' LSTM, and its GRU with either reset, on the torch backend
    onnx_*         ONNX Runtime's LSTM (peepholes, input_forget) and GRU: values, in float32

A reference is a .npz without pickle: "param W" and the like in the library's own layout, "x",
"state h", "dh" and "dstate h" (the gradient that arrives at every h and at the last state); then
the answers "h", "last h", "grad W", "grad x", "grad state h"; and "about", a line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from course_lib import files
from tests.references import equations, field_guide
from tests.references import torchrecurrent_cells as recurrent
from tests.references.problem import SIZES, Arrays, Sizes, answers, problem

os.environ["KERAS_BACKEND"] = "torch"  # read when Keras is imported
HERE = Path(__file__).parent
COMMAND = "python -m tests.references.make_oracles"

# --- the oracles ------------------------------------------------------------------------------


def autograd(cell: str, rng, size: Sizes = SIZES) -> Arrays:
    """The equations of one cell, with torch's autograd."""
    import torch

    equations = EQUATIONS[cell]
    shapes, states = equations.shapes(cell, size.D, size.H), STATES[cell]
    given = problem(rng, size, shapes, states)
    leaf = {name: torch.tensor(array, requires_grad=True) for name, array in given.items()}
    P = equations.apart(cell, {name: leaf[f"param {name}"] for name in shapes})
    state = {name: leaf[f"state {name}"] for name in states}
    hidden = []
    for x in leaf["x"]:
        state = equations.step(cell, P, x, state)
        hidden.append(state["h"])
    return answers(given, leaf, torch.stack(hidden), state)


def torch_nn(cell: str, dtype: str, rng, size: Sizes = SIZES) -> Arrays:
    """torch.nn.LSTM or torch.nn.GRU, whose h and c have a first axis of layers."""
    import torch

    _, _, D, H = size
    rnn = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](D, H, dtype=getattr(torch, dtype))
    weights = dict(rnn.named_parameters())
    shapes = {name: tuple(weight.shape) for name, weight in weights.items()}
    given = problem(rng, size, shapes, "hc" if cell == "lstm" else "h", dtype)
    rnn.load_state_dict({name: torch.tensor(given[f"param {name}"]) for name in shapes})
    leaf = {
        name: torch.tensor(array, requires_grad=True)
        for name, array in given.items()
        if not name.startswith("param ")
    }
    start = [leaf[name][None] for name in leaf if name.startswith("state ")]
    h, last = rnn(leaf["x"], tuple(start) if cell == "lstm" else start[0])
    ends = {"h": last[0][0], "c": last[1][0]} if cell == "lstm" else {"h": last[0]}
    leaf |= {f"param {name}": weight for name, weight in weights.items()}
    return answers(given, leaf, h, ends)


def keras_layer(cell: str, rng, size: Sizes = SIZES) -> Arrays:
    """Keras' LSTM or GRU, whose first axis is the batch; torch works out the gradients."""
    import keras
    import torch

    T, B, D, H = size
    kind = keras.layers.LSTM if cell == "lstm" else keras.layers.GRU
    options = {} if cell == "lstm" else {"reset_after": cell == "gru"}
    # keras.ops.matmul (3.15, torch backend) multiplies float64 in float32; the two layers that
    # hand the whole sequence to torch do not go by way of it.
    dtype = "float32" if cell == "gru_before" else "float64"
    layer = kind(H, return_sequences=True, return_state=True, dtype=dtype, **options)
    layer.build((B, T, D))
    names = ("kernel", "recurrent_kernel", "bias")
    shapes = {name: tuple(weight.shape) for name, weight in zip(names, layer.weights, strict=True)}
    given = problem(rng, size, shapes, "hc" if cell == "lstm" else "h", dtype)
    layer.set_weights([given[f"param {name}"] for name in names])
    device = layer.weights[0].value.device
    leaf = {
        name: torch.tensor(array, requires_grad=True, device=device)
        for name, array in given.items()
        if not name.startswith("param ")
    }
    start = [leaf[name] for name in leaf if name.startswith("state ")]
    h, *last = layer(leaf["x"].transpose(0, 1), initial_state=start)
    leaf |= {f"param {name}": w.value for name, w in zip(names, layer.weights, strict=True)}
    return answers(given, leaf, h.transpose(0, 1), dict(zip("hc", last, strict=False)))


def onnx_runtime(cell: str, rng, size: Sizes = SIZES) -> Arrays:
    """ONNX Runtime's LSTM or GRU operator: every array has an axis of one direction."""
    import onnxruntime
    from onnx import TensorProto, helper

    _, _, D, H = size
    kind, k, states = ("GRU", 3, "h") if cell.startswith("gru") else ("LSTM", 4, "hc")
    shapes: dict = {"W": (1, k * H, D), "R": (1, k * H, H), "B": (1, 2 * k * H)}
    shapes |= {"P": (1, 3 * H)} if cell in ("peephole", "cifg") else {}
    given = problem(rng, size, shapes, states, "float32")
    fed = {name: given[f"param {name}"] for name in shapes} | {"X": given["x"]}
    fed |= {f"initial_{name}": given[f"state {name}"][None] for name in states}
    places = ["X", "W", "R", "B", "sequence_lens", *(f"initial_{name}" for name in states), "P"]
    node = helper.make_node(
        kind,
        [place if place in fed else "" for place in places[: 6 if kind == "GRU" else 8]],
        ["Y", *(f"Y_{name}" for name in states)],
        hidden_size=H,
        **ONNX_ATTRIBUTES.get(cell, {}),
    )
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, a.shape) for n, a in fed.items()]
    outputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in node.output]
    graph = helper.make_graph([node], cell, inputs, outputs)
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 14)])
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    h, *last = session.run(None, fed)
    ends = {f"last {name}": part[0] for name, part in zip(states, last, strict=True)}
    return given | {"h": h[:, 0]} | ends


ONNX_ATTRIBUTES = {
    "coupled": {"input_forget": 1},
    "cifg": {"input_forget": 1},
    "gru": {"linear_before_reset": 1},
}


# --- all of them ------------------------------------------------------------------------------


class Oracle(NamedTuple):
    library: str  # what has to be importable
    cell: str  # its name in CELLS
    ask: Callable[..., Arrays]  # (rng, size) → a reference


EQUATIONS = dict.fromkeys(equations.BLOCKS, equations)
EQUATIONS |= dict.fromkeys(field_guide.GUIDE, field_guide)
STATES = equations.STATES | {cell: of.states for cell, of in field_guide.GUIDE.items()}
ORACLES = {
    **{
        f"equations_{cell}": Oracle("torch", cell, partial(autograd, cell))
        for cell in equations.BLOCKS
    },
    **{
        f"torch_{cell}_{dtype}": Oracle("torch", cell, partial(torch_nn, cell, dtype))
        for cell in ("lstm", "gru")
        for dtype in ("float64", "float32")
    },
    **{
        f"keras_{cell}": Oracle("keras", cell, partial(keras_layer, cell))
        for cell in ("lstm", "gru", "gru_before")
    },
    **{
        f"onnx_{cell}": Oracle("onnxruntime", cell, partial(onnx_runtime, cell))
        for cell in ("lstm", "peephole", "coupled", "cifg", "gru", "gru_before")
    },
    **{
        f"equations_{cell}": Oracle("torch", cell, partial(autograd, cell))
        for cell in field_guide.GUIDE
    },
    **{
        f"torchrecurrent_{cell}": Oracle("torchrecurrent", cell, partial(recurrent.ask, cell))
        for cell in recurrent.LAYOUTS
    },
}


def main() -> None:
    for number, (name, oracle) in enumerate(ORACLES.items()):
        if len(sys.argv) > 1 and not name.startswith(tuple(sys.argv[1:])):
            continue
        arrays: dict[str, Any] = oracle.ask(np.random.default_rng(number))
        version = metadata.version(oracle.library).split("+")[0]
        about = {"library": oracle.library, "version": version, "command": COMMAND, "seed": number}
        with files.beside(HERE / f"{name}.npz") as part, part.open("wb") as file:
            np.savez_compressed(file, about=np.array(json.dumps(about)), **arrays)
        print(f"{name}.npz  {oracle.library} {version}")


if __name__ == "__main__":
    main()
