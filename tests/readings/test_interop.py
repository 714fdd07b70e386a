"""Weights to and from other libraries' layouts; tests/test_oracles.py loads real ones."""

import re

import numpy as np
import pytest

from course_lib.cells import CELLS
from course_lib.readings import interop
from course_lib.sequence import forward
from tests.cells.test_gradients import cell_of
from tests.references.make_oracles import ONNX_ATTRIBUTES
from tests.test_oracles import loaded, params, reference

T, B, D, H = 5, 2, 3, 4
TORCH = ("lstm", "gru")
KERAS = ("lstm", "gru", "gru_before")
ONNX = ("lstm", "peephole", "coupled", "cifg", "gru", "gru_before")


def there_and_back(library, cell):
    if library == "torch":
        return interop.from_torch(interop.to_torch(cell))
    if library == "keras":
        return interop.from_keras(interop.to_keras(cell))
    return interop.from_onnx(interop.to_onnx(cell), **ONNX_ATTRIBUTES.get(cell.name, {}))


def oracle(library, name):
    return f"torch_{name}_float64" if library == "torch" else f"{library}_{name}"


PAIRS = [
    *(("torch", name) for name in TORCH),
    *(("keras", name) for name in KERAS),
    *(("onnx", name) for name in ONNX),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("library", "name"), PAIRS)
def test_there_and_back_changes_nothing(library, name, dtype):
    cell = cell_of(name, dtype)
    back = there_and_back(library, cell)
    assert type(back) is type(cell) and back.dtype == dtype
    assert (back.input_size, back.hidden_size) == (cell.input_size, cell.hidden_size)
    assert list(back.params) == list(cell.params)
    for key, array in cell.params.items():
        np.testing.assert_array_equal(back.params[key], array, strict=True)
        assert not np.shares_memory(back.params[key], array)


@pytest.mark.parametrize(("library", "name"), PAIRS)
def test_what_goes_out_has_the_librarys_shapes_and_shares_nothing_with_the_cell(library, name):
    cell = cell_of(name)
    out = getattr(interop, f"to_{library}")(cell)
    if library == "keras":
        out = dict(zip(("kernel", "recurrent_kernel", "bias"), out, strict=True))
    expected = params(reference(oracle(library, name)))
    assert {k: a.shape for k, a in out.items()} == {k: a.shape for k, a in expected.items()}
    for array in out.values():
        assert not any(np.shares_memory(array, own) for own in cell.params.values())


@pytest.mark.parametrize("name", TORCH)
def test_biases_that_are_only_added_become_one_and_b_hn_stays_apart(name):
    given = params(reference(f"torch_{name}_float64"))
    out = interop.to_torch(interop.from_torch(given))
    first, second = given["bias_ih_l0"], given["bias_hh_l0"]
    merged = slice(None) if name == "lstm" else slice(2 * H)
    np.testing.assert_array_equal(out["bias_ih_l0"][merged], (first + second)[merged])
    assert not out["bias_hh_l0"][merged].any()
    if name == "gru":
        np.testing.assert_array_equal(out["bias_ih_l0"][2 * H :], first[2 * H :])
        np.testing.assert_array_equal(out["bias_hh_l0"][2 * H :], second[2 * H :])


@pytest.mark.parametrize(("library", "name"), PAIRS)
def test_what_went_out_and_in_again_computes_what_the_library_computed(library, name):
    """Weights from the library, through ours, back into its layout, and loaded once more."""
    arrays = reference(oracle(library, name))
    cell = loaded(oracle(library, name), arrays)
    state = tuple(arrays[f"state {part}"] for part in cell.state_names)
    h = forward(there_and_back(library, cell), arrays["x"], state).h
    np.testing.assert_allclose(h, arrays["h"], rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["coupled", "cifg"])
def test_a_coupled_cell_in_onnx_needs_no_input_forget(name):
    """f's part is i's negated: 1 − σ(a) = σ(−a), so an LSTM that couples nothing is the same."""
    cell = cell_of(name)
    plain = interop.from_onnx(interop.to_onnx(cell))
    assert plain.name == {"coupled": "lstm", "cifg": "peephole"}[name]
    x = np.random.default_rng(0).normal(size=(T, B, D))
    np.testing.assert_allclose(forward(plain, x).h, forward(cell, x).h, rtol=0, atol=1e-14)


@pytest.mark.oracles
def test_pytorch_itself_loads_what_went_out():
    torch = pytest.importorskip("torch")
    for name, kind in (("lstm", torch.nn.LSTM), ("gru", torch.nn.GRU)):
        cell = cell_of(name)
        rnn = kind(D, H, dtype=torch.float64)
        rnn.load_state_dict({k: torch.tensor(a) for k, a in interop.to_torch(cell).items()})
        x = np.random.default_rng(1).normal(size=(T, B, D))
        theirs = rnn(torch.tensor(x))[0].detach().numpy()
        np.testing.assert_allclose(theirs, forward(cell, x).h, rtol=0, atol=1e-12)
        # and tensors are taken as they are
        again = interop.from_torch(rnn.state_dict())
        np.testing.assert_array_equal(again.params["R"], cell.params["R"])


@pytest.mark.oracles
def test_keras_itself_loads_what_went_out():
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(2).normal(size=(T, B, D)).astype(np.float32)
    for name in KERAS:
        cell = cell_of(name, np.float32)
        options = {} if name == "lstm" else {"reset_after": name == "gru"}
        kind = keras.layers.LSTM if name == "lstm" else keras.layers.GRU
        layer = kind(H, return_sequences=True, **options)
        layer.build((B, T, D))
        layer.set_weights(interop.to_keras(cell))
        theirs = np.asarray(layer(x.transpose(1, 0, 2)).detach()).transpose(1, 0, 2)
        np.testing.assert_allclose(theirs, forward(cell, x).h, rtol=0, atol=1e-5)
        again = interop.from_keras(layer.get_weights())
        np.testing.assert_array_equal(again.params["R"], cell.params["R"])


@pytest.mark.parametrize("library", ["torch", "keras", "onnx"])
def test_a_cell_that_the_library_does_not_have(library):
    known = {"torch": TORCH, "keras": KERAS, "onnx": ONNX}[library]
    for name in set(CELLS) - set(known):
        with pytest.raises(ValueError, match=f"cell: came {CELLS[name].__name__}, not in"):
            getattr(interop, f"to_{library}")(CELLS[name](D, H))


def torch_of(name="lstm", **changed):
    weights = {**interop.to_torch(cell_of(name)), **changed}
    return interop.from_torch({k: a for k, a in weights.items() if a is not None})


def onnx_of(name="lstm", attributes=None, **changed):
    weights = {**interop.to_onnx(cell_of(name)), **changed}
    given = {k: a for k, a in weights.items() if a is not None}
    return interop.from_onnx(given, **(attributes or {}))


def keras_of(name="lstm", **changed):
    names = ("kernel", "recurrent_kernel", "bias")
    weights = dict(zip(names, interop.to_keras(cell_of(name)), strict=True))
    return interop.from_keras(list({**weights, **changed}.values()))


ZERO = np.zeros
BAD = {
    "torch, a name missing": (
        lambda: torch_of(bias_hh_l0=None), ValueError, "weights: ['bias_hh_l0'] missing",
    ),
    "torch, a second layer": (
        lambda: torch_of(weight_ih_l1=ZERO((16, 4))), ValueError, "came ['weight_ih_l1'] too",
    ),
    "torch, shape of W": (
        lambda: torch_of(weight_ih_l0=ZERO((12, 3))), ValueError,
        "weight_ih_l0: came shape (12, 3), expected (16, 3)",
    ),
    "torch, shape of R": (
        lambda: torch_of(weight_hh_l0=ZERO((15, 4))), ValueError,
        "weight_hh_l0: came shape (15, 4), expected 4 (LSTM) or 3 (GRU) of H × H",
    ),
    "torch, R the other way round": (
        lambda: torch_of(weight_hh_l0=ZERO((4, 16))), ValueError,
        "weight_hh_l0: came shape (4, 16)",
    ),
    "torch, R a number": (
        lambda: torch_of(weight_hh_l0=np.float64(1)), ValueError, "weight_hh_l0: came shape ()",
    ),
    "torch, shape of a bias": (
        lambda: torch_of(bias_ih_l0=ZERO(12)), ValueError, "bias_ih_l0: came shape (12,)",
    ),
    "torch, integers": (
        lambda: torch_of(bias_ih_l0=ZERO(16, int)), TypeError, "bias_ih_l0: came dtype int64",
    ),
    "torch, half": (
        lambda: interop.from_torch(
            {k: a.astype(np.float16) for k, a in interop.to_torch(cell_of("gru")).items()}
        ),
        ValueError, "dtype: came float16",
    ),
    "torch, no mapping": (
        lambda: interop.from_torch(np.ones(3)),  # type: ignore[arg-type]
        TypeError, "weights: came ndarray, expected a mapping",
    ),
    "keras, no bias": (
        lambda: interop.from_keras([ZERO((3, 16)), ZERO((4, 16))]), ValueError,
        "weights: came 2 arrays, expected 3",
    ),
    "keras, PyTorch's layout": (
        lambda: keras_of(recurrent_kernel=ZERO((16, 4))), ValueError,
        "recurrent_kernel: came shape (16, 4)",
    ),
    "keras, shape of W": (
        lambda: keras_of(kernel=ZERO((16, 3))), ValueError, "kernel: came shape (16, 3)",
    ),
    "keras, two biases for an LSTM": (
        lambda: keras_of(bias=ZERO((2, 16))), ValueError,
        "bias: came shape (2, 16), expected (16,)",
    ),
    "onnx, a name missing": (lambda: onnx_of(B=None), ValueError, "weights: ['B'] missing"),
    "onnx, two directions": (
        lambda: onnx_of(R=ZERO((2, 16, 4))), ValueError, "R: came shape (2, 16, 4)",
    ),
    "onnx, shape of W": (
        lambda: onnx_of(W=ZERO((16, 3))), ValueError, "W: came shape (16, 3), expected (1, 16, 3)",
    ),
    "onnx, one bias": (
        lambda: onnx_of(B=ZERO((1, 16))), ValueError, "B: came shape (1, 16), expected (1, 32)",
    ),
    "onnx, shape of P": (
        lambda: onnx_of("peephole", P=ZERO((1, 8))), ValueError, "P: came shape (1, 8)",
    ),
    "onnx, peepholes in a GRU": (
        lambda: onnx_of("gru", P=ZERO((1, 12))), ValueError, "P: was given, but R has the shape",
    ),
    "onnx, input_forget in a GRU": (
        lambda: onnx_of("gru", {"input_forget": 1}), ValueError, "input_forget: was given",
    ),
    "onnx, linear_before_reset in an LSTM": (
        lambda: onnx_of("lstm", {"linear_before_reset": 1}), ValueError,
        "linear_before_reset: was given",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_weights_that_do_not_fit_say_what_came_and_what_was_expected(case):
    call, kind, message = BAD[case]
    with pytest.raises(kind, match=re.escape(message)):
        call()
