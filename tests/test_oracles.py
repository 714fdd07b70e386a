"""Every cell beside what other libraries compute: values and gradients.

The committed references (tests/references/*.npz) are always compared with. Where a library is
there, it is asked anew, with other numbers and other sizes each time; `make oracles` does that.
"""

import json
import secrets
from pathlib import Path

import numpy as np
import pytest

from course_lib.cells import CELLS
from course_lib.readings import interop
from course_lib.sequence import backward, forward
from course_lib.sequence.gradcheck import error
from tests.references import torchrecurrent_cells
from tests.references.make_oracles import COMMAND, ONNX_ATTRIBUTES, ORACLES, Sizes

REFERENCES = Path(__file__).parent / "references"
# ONNX Runtime is float32 too: values alone, at most 6e-7 apart over 60 draws of each operator.
LIMITS = {"float64": 1e-10, "float32": 1e-5, "onnxruntime": 2e-6}


def reference(name):
    with np.load(REFERENCES / f"{name}.npz", allow_pickle=False) as file:
        return dict(file)


def params(arrays):
    return {
        name.removeprefix("param "): array
        for name, array in arrays.items()
        if name.startswith("param ")
    }


def loaded(name, arrays):
    """The cell with a reference's parameters, which lie in the library's own layout."""
    source, _, cell_name = name.partition("_")
    given = params(arrays)
    if source == "torch":
        return interop.from_torch(given)
    if source == "keras":
        return interop.from_keras([given[key] for key in ("kernel", "recurrent_kernel", "bias")])
    if source == "torchrecurrent":
        D, H = arrays["x"].shape[-1], arrays["h"].shape[-1]
        cell = CELLS[cell_name](D, H, dtype=np.float64)
        torchrecurrent_cells.into(cell_name, cell, given)
        return cell
    if source == "onnx":
        return interop.from_onnx(given, **ONNX_ATTRIBUTES.get(cell_name, {}))
    return with_params(CELLS[cell_name], given, arrays["h"].shape[-1])


def with_params(kind, given, H):
    cell = kind(len(given["W"]), H, dtype=np.float64)
    assert {name: array.shape for name, array in given.items()} == cell.shapes()
    cell.params |= {name: array.copy() for name, array in given.items()}
    return cell


def values(cell, arrays):
    """Every value that a reference has, as the cell computes it; and the trace."""
    trace = forward(cell, arrays["x"], start(cell, arrays))
    last = zip(cell.state_names, trace.state, strict=True)
    return {"h": trace.h, **{f"last {name}": part for name, part in last}}, trace


def gradients(cell, trace, arrays):
    """Every gradient that a reference has; parameters by the course's names."""
    grads = backward(cell, trace, arrays["dh"], start(cell, arrays, "dstate"))
    first = zip(cell.state_names, grads.state, strict=True)
    return grads.params | {"x": grads.x, **{f"state {name}": part for name, part in first}}


def start(cell, arrays, what="state"):
    return tuple(arrays[f"{what} {name}"] for name in cell.state_names)


def in_layout_of(name, found, cell):
    """Gradients by the library's names: a sum of two biases hands its gradient to both."""
    if name.startswith("equations_"):
        return found
    if name.startswith("torchrecurrent_"):
        rest = {k: a for k, a in found.items() if k == "x" or k.startswith("state ")}
        return rest | torchrecurrent_cells.out_of(name.partition("_")[2], cell, found)
    source, W, R, b = name.partition("_")[0], found["W"], found["R"], found["b"]
    rest = {key: array for key, array in found.items() if key not in ("W", "R", "b", "b_hn")}
    second = np.concatenate([b[: 2 * len(R)], found["b_hn"]]) if "b_hn" in found else b
    if source == "torch":
        names = {"weight_ih_l0": W.T, "weight_hh_l0": R.T, "bias_ih_l0": b, "bias_hh_l0": second}
    else:
        if tuple(cell.blocks) == ("r", "z", "n"):  # Keras stacks z r n
            order = np.r_[len(R) : 2 * len(R), : len(R), 2 * len(R) : 3 * len(R)]
            W, R, b, second = (array[..., order] for array in (W, R, b, second))
        bias = np.stack([b, second]) if "b_hn" in found else b
        names = {"kernel": W, "recurrent_kernel": R, "bias": bias}
    return rest | names


def differences(name, arrays, cell=None):
    """Name → max |ours − theirs| ÷ max(1, max |theirs|), for every value and gradient."""
    cell = loaded(name, arrays) if cell is None else cell
    found, trace = values(cell, arrays)
    if any(key.startswith("grad ") for key in arrays):
        grads = in_layout_of(name, gradients(cell, trace, arrays), cell)
        found |= {f"grad {key}": array for key, array in grads.items()}
    answers = {key for key in arrays if key == "h" or key.startswith(("last ", "grad "))}
    assert set(found) == answers
    return {key: error(arrays[key], array) for key, array in found.items()}


def worst(found):
    """The largest difference; NaN where there is one, which Python's max may pass over."""
    return float(np.max(list(found.values()), initial=0.0))


def limit(name, arrays):
    library = ORACLES[name].library
    return LIMITS[library if library in LIMITS else str(arrays["x"].dtype)]


@pytest.mark.parametrize("name", ORACLES)
def test_values_and_gradients_are_those_of_the_committed_reference(name):
    arrays = reference(name)
    found = differences(name, arrays)
    assert worst(found) <= limit(name, arrays), found


@pytest.mark.oracles
@pytest.mark.parametrize("name", ORACLES)
def test_values_and_gradients_are_those_of_the_library_asked_anew(name):
    pytest.importorskip(ORACLES[name].library)
    seed = secrets.randbits(32)
    rng = np.random.default_rng(seed)
    size = Sizes(*(int(n) for n in rng.permutation(np.arange(2, 9))[:4]))
    arrays = ORACLES[name].ask(rng, size)
    found = differences(name, arrays)
    assert worst(found) <= limit(name, arrays), (seed, size, found)


def test_the_references_cover_every_cell_of_the_catalogue():
    with_gradients = {
        oracle.cell
        for name, oracle in ORACLES.items()
        if {"grad x", "grad state h"} <= set(reference(name))
    }
    assert with_gradients == set(CELLS)


@pytest.mark.parametrize("name", ORACLES)
def test_a_reference_says_where_it_comes_from_and_hides_nothing(name):
    """Zero biases, peepholes or states, or equal sizes, would hide mistakes."""
    arrays = reference(name)
    about = json.loads(str(arrays.pop("about")))
    assert about["library"] == ORACLES[name].library
    assert about["version"] and about["command"] == COMMAND
    T, B, D = arrays["x"].shape
    H = arrays["h"].shape[-1]
    assert T >= 3 and len({T, B, D, H}) == 4
    given = [key for key in arrays if key.startswith(("param ", "state ", "dstate ", "dh"))]
    assert all(arrays[key].all() for key in given)


def test_no_reference_is_left_over():
    assert {path.stem for path in REFERENCES.glob("*.npz")} == set(ORACLES)
