"""Losses, gradients, padding and files of a network."""

import copy
import json
import os

import numpy as np
import pytest

from course_lib.cells import CELLS, GRU, LSTM, RNN
from course_lib.learning.losses import LOSSES, Bernoulli, Categorical, Loss, SquaredError
from course_lib.learning.network import Batch, Diverged, Network
from course_lib.sequence.gradcheck import error, numeric_gradient

T, B, D, H, K = 7, 3, 4, 6, 5  # all different
LOSS_OBJECTS = [Bernoulli(), Categorical(), SquaredError()]


def make_target(loss, rng, shape):
    """Targets inside the range of the loss, not only at its ends."""
    target = rng.uniform(0.05, 0.95, size=shape)
    if isinstance(loss, Categorical):
        target /= target.sum(axis=-1, keepdims=True)
    return target


def make(loss, cell=LSTM, reduction="mean", dtype=np.float64):
    """A network whose every parameter is random, biases too, and a batch with a gap and padding."""
    rng = np.random.default_rng(11)
    net = Network(cell(D, H, rng=rng, dtype=dtype), K, loss, rng=rng, reduction=reduction)
    for array in net.params.values():
        array[...] = rng.normal(scale=0.6, size=array.shape)
    mask = np.ones((T, B), dtype=dtype)
    mask[2, 0] = 0  # a frame that is seen, but whose loss does not count
    mask[4:, 1] = 0  # padding
    mask[6:, 2] = 0
    x = rng.normal(size=(T, B, D)).astype(dtype)
    return net, Batch(x, make_target(loss, rng, (T, B, K)).astype(dtype), mask)


# losses


@pytest.mark.parametrize("loss", LOSS_OBJECTS, ids=repr)
def test_slope_is_the_derivative_of_per_frame(loss):
    rng = np.random.default_rng(0)
    a = rng.normal(size=(T, B, K))
    target = make_target(loss, rng, a.shape)
    expected = numeric_gradient(lambda: loss.per_frame(a, target).sum(), a)
    assert error(expected, loss.slope(a, target)) < 1e-9


def test_categorical_slope_holds_for_targets_that_do_not_add_up_to_1():
    rng = np.random.default_rng(1)
    a, target = rng.normal(size=(2, T, B, K))
    expected = numeric_gradient(lambda: Categorical().per_frame(a, target).sum(), a)
    assert error(expected, Categorical().slope(a, target)) < 1e-9


def test_losses_are_the_textbooks_formulas():
    rng = np.random.default_rng(2)
    a = rng.normal(size=(T, B, K))
    yes = rng.integers(2, size=a.shape).astype(float)
    p = 1 / (1 + np.exp(-a))
    nats = -np.log(np.where(yes == 1, p, 1 - p)).sum(axis=-1)
    np.testing.assert_allclose(Bernoulli().per_frame(a, yes), nats, rtol=1e-12)
    np.testing.assert_allclose(Bernoulli().predict(a), p, rtol=1e-12)

    symbol = rng.integers(K, size=(T, B))
    p = np.exp(a) / np.exp(a).sum(axis=-1, keepdims=True)
    nats = -np.log(np.take_along_axis(p, symbol[..., None], axis=-1))[..., 0]
    np.testing.assert_allclose(Categorical().per_frame(a, np.eye(K)[symbol]), nats, rtol=1e-12)
    np.testing.assert_allclose(Categorical().predict(a), p, rtol=1e-12)

    expected = ((a - yes) ** 2).sum(axis=-1)
    np.testing.assert_allclose(SquaredError().per_frame(a, yes), expected, rtol=1e-12)
    np.testing.assert_array_equal(SquaredError().predict(a), a)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_stay_exact_far_out(dtype):
    """A naive log σ(a) gives infinity or 0 here."""
    with np.errstate(all="raise", under="ignore"):
        a = np.array([[[1000.0, -1000.0]]], dtype=dtype)
        wrong, right = a[..., ::-1] > 0, a > 0
        assert Bernoulli().per_frame(a, wrong.astype(dtype)) == 2000
        assert Bernoulli().per_frame(a, right.astype(dtype)) == 0
        assert Categorical().per_frame(a, wrong.astype(dtype)) == 2000
        assert Categorical().per_frame(a, right.astype(dtype)) == 0
        np.testing.assert_array_equal(Bernoulli().slope(a, wrong.astype(dtype)), [[[1, -1]]])
        np.testing.assert_array_equal(Categorical().slope(a, wrong.astype(dtype)), [[[1, -1]]])
        # a loss that is small, but not 0: log1p, not log(1 + …)
        small = Bernoulli().per_frame(np.array([[[80.0]]], dtype), np.ones((1, 1, 1), dtype))
        np.testing.assert_allclose(small, np.exp(dtype(-80)), rtol=1e-5)


@pytest.mark.parametrize("loss", LOSS_OBJECTS, ids=repr)
def test_losses_refuse_to_broadcast(loss):
    for method in (loss.per_frame, loss.slope):
        with pytest.raises(ValueError, match="target: came shape"):
            method(np.zeros((T, B, 1)), np.zeros((T, B)))


# the network


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", LOSS_OBJECTS, ids=repr)
@pytest.mark.parametrize("cell", [LSTM, RNN, GRU, CELLS["fgr"]])
def test_gradients_match_finite_differences(cell, loss, reduction):
    net, batch = make(loss, cell, reduction)
    value, grads = net.gradients(batch)
    assert value == pytest.approx(net.loss_of(batch), rel=1e-12)
    assert grads.keys() == net.params.keys()
    for name, array in net.params.items():
        expected = numeric_gradient(lambda: net.loss_of(batch), array)
        assert np.abs(expected).max() > 1e-4, f"nothing to compare for {name}"
        assert error(expected, grads[name]) <= 1e-7, name


def test_reductions_and_totals_agree():
    net, batch = make(Bernoulli())
    total, frames = net.totals(batch)
    a, _ = net.outputs(batch.x)
    assert frames == 7 + 7 + 7 - 1 - 3 - 1
    assert total == pytest.approx((batch.mask * net.loss.per_frame(a, batch.target)).sum())
    assert net.loss_of(batch) == pytest.approx(total / frames)
    summed, _ = make(Bernoulli(), reduction="sum")
    assert summed.loss_of(batch) == pytest.approx(total)


def test_no_mask_is_a_mask_of_ones():
    net, batch = make(Categorical())
    ones = net.gradients(batch._replace(mask=np.ones((T, B))))
    none = net.gradients(batch._replace(mask=None))
    assert ones[0] == none[0]
    for name in net.params:
        np.testing.assert_array_equal(ones[1][name], none[1][name])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("filling", [0.0, -3.0, np.finfo(np.float32).max, np.inf, np.nan], ids=str)
@pytest.mark.parametrize("loss", LOSS_OBJECTS, ids=repr)
def test_what_padding_holds_changes_no_figure(loss, filling, dtype):
    net, batch = make(loss, dtype=dtype)
    x, target = batch.x.copy(), batch.target.copy()
    x[4:, 1] = target[4:, 1] = x[6:, 2] = target[6:, 2] = filling
    target[2, 0] = filling  # does not count either; x there does
    filled = batch._replace(x=x, target=target)
    with np.errstate(all="raise", under="ignore"):
        assert net.loss_of(filled) == net.loss_of(batch)
        assert net.totals(filled) == net.totals(batch)
        value, grads = net.gradients(filled)
    expected_value, expected = net.gradients(batch)
    assert value == expected_value
    for name in grads:
        np.testing.assert_array_equal(grads[name], expected[name])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_padding_is_the_same_as_shorter_sequences_by_themselves(reduction):
    net, batch = make(Bernoulli(), reduction=reduction)
    lengths = (7, 4, 6)
    alone = [
        Batch(*(array[:n, [j]] for array in batch)) for j, n in enumerate(lengths)
    ]  # no padding at all
    totals = np.array([net.totals(piece) for piece in alone]).sum(axis=0)
    np.testing.assert_allclose(net.totals(batch), totals, rtol=1e-12)
    weights = (
        [1.0] * 3 if reduction == "sum" else [net.totals(piece)[1] / totals[1] for piece in alone]
    )
    pieces = [net.gradients(piece)[1] for piece in alone]
    for name, grad in net.gradients(batch)[1].items():
        expected = sum(w * piece[name] for w, piece in zip(weights, pieces, strict=True))
        np.testing.assert_allclose(grad, expected, rtol=0, atol=1e-12)


def test_frames_before_a_counted_one_are_kept():
    """A task may count the last frame alone, as the adding problem does."""
    net, batch = make(SquaredError())
    mask = np.zeros((T, B))
    mask[-1] = 1
    x = batch.x.copy()
    x[0] += 1
    last = batch._replace(mask=mask)
    assert abs(net.loss_of(last._replace(x=x)) - net.loss_of(last)) > 1e-6


def test_outputs_are_a_linear_read_out_of_the_hidden_pipeline():
    net, batch = make(Bernoulli())
    state = (np.full((B, H), 0.1), np.full((B, H), -0.2))
    a, trace = net.outputs(batch.x, state=state, clamp={"f": 0.5})
    assert a.shape == (T, B, K)
    np.testing.assert_allclose(a, trace.h @ net.params["W_y"] + net.params["b_y"], rtol=1e-12)
    assert (trace["f"] == 0.5).all()
    assert np.abs(a - net.outputs(batch.x, clamp={"f": 0.5})[0]).max() > 1e-6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_start_of_the_read_out(dtype):
    cell = LSTM(D, 400, dtype=dtype)
    net = Network(cell, K, Bernoulli(), rng=np.random.default_rng(0))
    W_y = net.params["W_y"]
    assert W_y.shape == (400, K)
    assert 0.048 < np.abs(W_y).max() <= 0.05  # 1/√400
    assert abs(W_y.mean()) < 0.003
    assert not net.params["b_y"].any()
    assert all(array.dtype == dtype for array in net.params.values())
    assert all(net.params[name] is array for name, array in cell.params.items())
    again = Network(cell, K, Bernoulli(), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(again.params["W_y"], W_y)


def test_everything_stays_in_the_cells_dtype():
    net, batch = make(Categorical(), dtype=np.float32)
    value, grads = net.gradients(batch)
    assert isinstance(value, float)
    assert all(grad.dtype == np.float32 for grad in grads.values())
    assert net.outputs(batch.x)[0].dtype == np.float32


def test_targets_may_be_whole_numbers_or_bools():
    net, batch = make(Bernoulli())
    yes = np.random.default_rng(0).integers(2, size=(T, B, K))
    values = [net.loss_of(batch._replace(target=yes.astype(t))) for t in (float, int, bool)]
    assert values[0] == values[1] == values[2]


def test_a_copy_is_whole():
    net, batch = make(Bernoulli())
    other = copy.deepcopy(net)
    other.params["W"][...] = 0
    assert not other.cell.params["W"].any()
    assert net.params["W"].any()
    assert other.loss_of(batch) != net.loss_of(batch)


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((LSTM, K, Bernoulli()), TypeError, "cell: came .*LSTM"),
        ((LSTM(D, H), 0, Bernoulli()), ValueError, "output_size: came 0, expected 1 or more"),
        ((LSTM(D, H), 2.5, Bernoulli()), TypeError, "output_size: came float"),
        ((LSTM(D, H), True, Bernoulli()), TypeError, "output_size"),
        ((LSTM(D, H), K, Bernoulli), TypeError, r"loss: came .*expected a loss such as Bernoulli"),
        ((LSTM(D, H), K, "bernoulli"), TypeError, "loss"),
    ],
)
def test_wrong_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        Network(*arguments)


def test_wrong_options_are_named():
    with pytest.raises(ValueError, match="reduction: came 'average', expected 'mean' or 'sum'"):
        Network(LSTM(D, H), K, Bernoulli(), reduction="average")
    with pytest.raises(TypeError, match="rng: came 7"):
        Network(LSTM(D, H), K, Bernoulli(), rng=7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change, error, words",
    [
        ({"target": np.zeros((T, B))}, ValueError, "target: came shape"),
        ({"target": np.zeros((T, B, K + 1))}, ValueError, r"expected \[T, B, K\] = \(7, 3, 5\)"),
        ({"target": np.zeros((T, B, K), complex)}, TypeError, "target: came complex128"),
        ({"target": np.full((T, B, K), np.nan)}, ValueError, "target: came NaN"),
        ({"mask": np.ones((B, T))}, ValueError, "mask: came shape"),
        ({"mask": np.full((T, B), 0.5)}, ValueError, "mask: came other values"),
        ({"mask": np.zeros((T, B))}, ValueError, "mask: came no frame"),
        ({"x": np.zeros((T, B, D + 1))}, ValueError, r"^x: came shape \(7, 3, 5\)"),
        ({"x": np.zeros((T, B, D), int)}, TypeError, "^x: came dtype int"),
        ({"x": np.zeros((T, D))}, ValueError, r"^x: came shape \(7, 4\), expected \[T, B, 4\]"),
    ],
)
def test_wrong_batches_are_named(change, error, words):
    net, batch = make(Bernoulli())
    for method in (net.loss_of, net.gradients):
        with pytest.raises(error, match=words):
            method(batch._replace(**change))


def test_gradients_say_when_they_are_no_numbers():
    net, batch = make(SquaredError())
    with np.errstate(all="ignore"):
        net.params["b_y"][0] = np.nan
        with pytest.raises(Diverged, match="the loss became nan"):
            net.gradients(batch)
        net.params["b_y"][0] = 1e150
        net.params["W_y"][...] = 1e200
        with pytest.raises(Diverged, match="the loss became inf"):
            net.gradients(batch)
        net, batch = make(Bernoulli(), dtype=np.float32, reduction="sum")
        for array in net.params.values():
            array[...] = 0  # so h = 0 and a = 0: the loss is fine, ½ Σ W_y overflows
        net.params["W_y"][...] = 3e38
        assert net.loss_of(batch) > 0
        with pytest.raises(Diverged, match="gradient of the loss became infinite"):
            net.gradients(batch._replace(target=np.zeros((T, B, K))))


# files


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CELLS)
def test_a_saved_network_comes_back(name, dtype, tmp_path):
    loss = LOSS_OBJECTS[len(name) % 3]
    net, batch = make(loss, CELLS[name], reduction="sum", dtype=dtype)
    path = tmp_path / "net.npz"
    net.save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["net.npz"]
    loaded = Network.load(str(path))
    assert type(loaded.cell) is CELLS[name]
    assert type(loaded.loss) is type(loss)
    assert loaded.reduction == "sum"
    assert loaded.cell.dtype == dtype
    assert loaded.loss_of(batch) == net.loss_of(batch)
    assert all(loaded.params[key] is array for key, array in loaded.cell.params.items())


def test_saving_over_a_file_that_cannot_be_written_keeps_it(tmp_path, monkeypatch):
    net, _ = make(Bernoulli())
    path = tmp_path / "net.npz"
    net.save(path)
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"PK\x03\x04 half a file")
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space"):
        net.save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["net.npz"]


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")
def test_whoever_reads_the_old_file_reads_it_to_its_end(tmp_path):
    net, _ = make(Bernoulli())
    path = tmp_path / "net.npz"
    net.save(path)
    before = path.read_bytes()
    with path.open("rb") as reader:
        net.params["b_y"][...] += 1
        net.save(path)
        assert reader.read() == before
    assert path.read_bytes() != before


def test_a_file_cut_off_anywhere_is_an_error_that_names_it(tmp_path):
    net, _ = make(Bernoulli())
    whole, cut = tmp_path / "net.npz", tmp_path / "cut.npz"
    net.save(whole)
    content = whole.read_bytes()
    for length in (*range(0, len(content), 97), len(content) - 1):
        cut.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"cut\.npz") as error:
            Network.load(cut)
        assert "Network.save" in str(error.value) or "save the network again" in str(error.value)


def test_a_damaged_file_is_an_error_that_names_it(tmp_path):
    net, _ = make(Bernoulli())
    path = tmp_path / "net.npz"
    net.save(path)
    content = bytearray(path.read_bytes())
    at = content.find(net.params["W"].tobytes())
    content[at + 5] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"net\.npz is cut off or damaged"):
        Network.load(path)


def test_foreign_files_are_errors_that_name_them(tmp_path):
    path = tmp_path / "other.npz"
    np.savez(path, W=np.zeros(3))
    with pytest.raises(ValueError, match=r"other\.npz is an \.npz, but not a saved network"):
        Network.load(path)
    np.savez(path, W=np.array([{"a": 1}], dtype=object))  # a pickle inside
    with pytest.raises(ValueError, match=r"other\.npz"):
        Network.load(path)
    path.write_bytes(b"\x80\x04]q\x00.")  # a pickle
    with pytest.raises(ValueError, match=r"other\.npz is not a saved network"):
        Network.load(path)
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        Network.load(tmp_path / "none.npz")


def rewritten(tmp_path, **changes):
    """A saved network whose header was changed; None takes an entry out."""
    path = tmp_path / "net.npz"
    make(Bernoulli())[0].save(path)
    with np.load(path) as members:
        arrays = dict(members)
    header = {**json.loads(str(arrays["course_lib_network"])), **changes}
    header = {key: value for key, value in header.items() if value is not None}
    np.savez(path, **{**arrays, "course_lib_network": np.array(json.dumps(header))})
    return path


@pytest.mark.parametrize(
    "change, words",
    [
        ({"cell": "elman"}, r"net\.npz.*cell: came 'elman', expected one of rnn, lstm"),
        ({"cell": ["lstm"]}, r"net\.npz"),
        ({"loss": "hinge"}, r"net\.npz.*loss: came 'hinge', expected one of bernoulli"),
        ({"hidden_size": H + 1}, r"net\.npz holds parameters"),
        ({"cell": "peephole"}, r"net\.npz holds parameters"),
        ({"hidden_size": "six"}, r"net\.npz"),
        ({"dtype": "float99"}, r"net\.npz"),
        ({"reduction": "average"}, r"net\.npz.*reduction"),
        ({"reduction": None}, r"net\.npz.*lacks 'reduction'"),
    ],
)
def test_headers_that_make_no_network_are_errors(change, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        Network.load(rewritten(tmp_path, **change))


@pytest.mark.parametrize("header", ["no JSON", "[1, 2]"])
def test_headers_that_are_no_header_are_errors(header, tmp_path):
    path = tmp_path / "net.npz"
    np.savez(path, course_lib_network=np.array(header))
    with pytest.raises(ValueError, match=r"net\.npz has a header"):
        Network.load(path)


def test_what_has_no_name_cannot_be_saved(tmp_path):
    class MyLSTM(LSTM):
        pass

    class MyLoss(SquaredError):
        pass

    for net in (
        Network(MyLSTM(D, H), K, Bernoulli()),
        Network(LSTM(D, H), K, MyLoss()),
    ):
        with pytest.raises(ValueError, match="expected a cell of CELLS"):
            net.save(tmp_path / "net.npz")
    assert os.listdir(tmp_path) == []


def test_losses_are_found_by_name():
    assert {name: type(loss()) for name, loss in LOSSES.items()} == {
        "bernoulli": Bernoulli,
        "categorical": Categorical,
        "squared_error": SquaredError,
    }
    assert all(issubclass(loss, Loss) for loss in LOSSES.values())
