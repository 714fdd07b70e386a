"""Adam and Nesterov against torch and the textbook; clipping; what a wrong argument is told."""

import json
from pathlib import Path

import numpy as np
import pytest

from course_lib.cells import LSTM
from course_lib.learning.losses import Categorical
from course_lib.learning.network import Batch, Network
from course_lib.learning.optim import Adam, Nesterov, clip, norm

REFERENCE = json.loads((Path(__file__).parents[1] / "references" / "optim.json").read_text())


def slope(theta):
    """The gradient of the quadratic ½ Σ s (θ − c)² of the reference."""
    return np.array(REFERENCE["scale"]) * (theta - np.array(REFERENCE["centre"]))


@pytest.mark.parametrize(
    "name, optimiser",
    [
        ("adam", Adam(lr=REFERENCE["lr"], beta1=0.7, beta2=0.95, eps=1e-3)),
        ("nesterov", Nesterov(lr=REFERENCE["lr"], momentum=REFERENCE["momentum"])),
    ],
)
def test_paths_on_a_quadratic_are_torchs(name, optimiser):
    params = {"theta": np.array(REFERENCE["start"])}
    for expected in REFERENCE[name]:
        optimiser.update(params, {"theta": slope(params["theta"])})
        np.testing.assert_allclose(params["theta"], expected, rtol=0, atol=1e-14)


def small_network():
    rng = np.random.default_rng(3)
    net = Network(LSTM(3, 4, rng=rng, dtype=np.float64), 2, Categorical(), rng=rng)
    for array in net.params.values():
        array[...] = rng.normal(size=array.shape)
    batch = Batch(rng.normal(size=(6, 5, 3)), np.eye(2)[rng.integers(2, size=(6, 5))])
    return net, batch


def test_nesterov_is_the_textbooks_recurrence_on_a_network():
    """v ← μ v − lr (1 − μ) ∇L(θ + μ v); θ ← θ + v, and the parameters held are θ + μ v."""
    lr, mu = 0.5, 0.9
    net, batch = small_network()
    other, _ = small_network()  # where the textbook's gradients are taken
    theta = {name: array.copy() for name, array in net.params.items()}
    v = {name: np.zeros_like(array) for name, array in theta.items()}
    optimiser = Nesterov(lr, momentum=mu)
    first_loss = net.loss_of(batch)
    for _ in range(20):
        optimiser.update(net.params, net.gradients(batch)[1])

        for name, array in other.params.items():
            array[...] = theta[name] + mu * v[name]
        grads = other.gradients(batch)[1]
        for name in theta:
            v[name] = mu * v[name] - lr * (1 - mu) * grads[name]
            theta[name] = theta[name] + v[name]
        for name in theta:
            held = net.params[name]
            np.testing.assert_allclose(held, theta[name] + mu * v[name], rtol=0, atol=1e-12)
            velocity = optimiser.memory["v"][name]
            np.testing.assert_allclose(held - mu * velocity, theta[name], rtol=0, atol=1e-12)
    assert net.loss_of(batch) < 0.9 * first_loss


def test_nesterov_looks_ahead():
    """Without the look-ahead, the second step on a quadratic would be another."""
    params = {"theta": np.array(REFERENCE["start"])}
    optimiser = Nesterov(0.05, momentum=0.8)
    theta, v = params["theta"].copy(), 0.0
    for _ in range(2):
        optimiser.update(params, {"theta": slope(params["theta"])})
        v = 0.8 * v - 0.05 * 0.2 * slope(theta)  # heavy ball: the gradient at θ itself
        theta = theta + v
    assert np.abs(params["theta"] - 0.8 * optimiser.memory["v"]["theta"] - theta).max() > 1e-3


@pytest.mark.parametrize("optimiser", [Adam(0.1), Nesterov(0.1)], ids=repr)
def test_update_is_in_place_and_keeps_float32(optimiser):
    array = np.ones((2, 3), dtype=np.float32)
    for _ in range(3):
        optimiser.update({"W": array}, {"W": np.ones((2, 3), dtype=np.float32)})
    assert (array < 1).all()
    assert array.dtype == np.float32
    assert all(m["W"].dtype == np.float32 for m in optimiser.memory.values())


def test_adams_first_step_has_the_length_of_lr():
    for size in (1e-3, 1e3):
        params = {"b": np.zeros(1)}
        Adam(lr=0.01).update(params, {"b": np.array([size])})
        np.testing.assert_allclose(params["b"], -0.01, rtol=1e-4)


def test_the_learning_rate_may_change_between_steps():
    params, grads = {"b": np.zeros(1)}, {"b": np.ones(1)}
    optimiser = Nesterov(1.0, momentum=0.0)
    optimiser.update(params, grads)
    optimiser.lr = 0.25
    optimiser.update(params, grads)
    assert params["b"] == -1.25


def test_clip_shortens_all_arrays_by_one_factor():
    grads = {"W": np.array([[3.0, 0.0]]), "b": np.array([4.0])}
    held = grads["W"]
    assert clip(grads, 1.0) == 5.0
    np.testing.assert_allclose(grads["W"], [[0.6, 0.0]])
    np.testing.assert_allclose(grads["b"], [0.8])
    assert grads["W"] is held
    assert norm(grads) == pytest.approx(1.0)


def test_clip_leaves_short_and_broken_gradients_alone():
    short = {"W": np.array([0.3, 0.4])}
    assert clip(short, 1.0) == pytest.approx(0.5)
    assert short["W"].tolist() == [0.3, 0.4]
    for broken in (np.nan, np.inf):
        grads = {"W": np.array([1.0, broken])}
        assert not np.isfinite(clip(grads, 1.0))
        assert grads["W"][0] == 1.0


def test_norm_of_large_float32_gradients_is_finite():
    grads = {"W": np.full(4, 1e30, dtype=np.float32)}
    assert clip(grads, 1.0) == pytest.approx(2e30)
    np.testing.assert_allclose(grads["W"], 0.5, rtol=1e-6)


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda: Adam(lr=0), ValueError, "lr: came 0, expected a finite number, > 0"),
        (lambda: Adam(lr=float("nan")), ValueError, "lr"),
        (lambda: Adam(lr="fast"), TypeError, "lr: came str"),  # type: ignore[arg-type]
        (lambda: Adam(lr=True), TypeError, "lr: came bool"),
        (lambda: Adam(beta1=1.0), ValueError, "beta1"),
        (lambda: Adam(beta2=-0.1), ValueError, "beta2"),
        (lambda: Adam(eps=0.0), ValueError, "eps"),
        (lambda: Nesterov(-1.0), ValueError, "lr"),
        (lambda: Nesterov(0.1, momentum=1.0), ValueError, "momentum.*≥ 0, < 1"),
        (lambda: clip({}, 0.0), ValueError, "max_norm"),
        (lambda: clip({}, None), TypeError, "max_norm"),  # type: ignore[arg-type]
    ],
)
def test_wrong_arguments_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_gradients_that_do_not_fit_are_named():
    params = {"W": np.zeros((2, 3)), "b": np.zeros(3)}
    with pytest.raises(ValueError, match="grads: came"):
        Adam().update(params, {"W": np.zeros((2, 3))})
    with pytest.raises(ValueError, match=r"grads\['b'\]: came shape \(1,\), expected \(3,\)"):
        Adam().update(params, {"W": np.zeros((2, 3)), "b": np.zeros(1)})


def test_an_optimiser_belongs_to_one_set_of_parameters():
    optimiser = Adam()
    optimiser.update({"b": np.zeros(3)}, {"b": np.ones(3)})
    with pytest.raises(ValueError, match="earlier params"):
        optimiser.update({"b": np.zeros(4)}, {"b": np.ones(4)})


@pytest.mark.parametrize("make", [Adam, lambda: Nesterov(0.1), lambda: Nesterov(0.1, momentum=0)])
def test_an_optimiser_refuses_other_parameters_of_the_same_shapes(make):
    optimiser, grads = make(), {"b": np.ones(3)}
    mine, other = {"b": np.zeros(3)}, {"b": np.zeros(3)}
    optimiser.update(mine, grads)
    before = {kind: past["b"].copy() for kind, past in optimiser.memory.items()}
    with pytest.raises(ValueError, match="params: came other arrays"):
        optimiser.update(other, grads)
    assert (other["b"] == 0).all()
    assert all((optimiser.memory[kind]["b"] == past).all() for kind, past in before.items())
    optimiser.update(dict(mine), grads)  # the dict may be another, the arrays are the same
