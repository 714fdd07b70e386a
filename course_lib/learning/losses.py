"""What a network's outputs mean, and how wrong they are: three losses of one form."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Loss:
    """What a network's outputs mean, and how wrong they are.

    predict     outputs a [T, B, K] → probabilities, or values
    per_frame   a, target [T, B, K] → the loss of each frame [T, B]
    slope       ∂ per_frame / ∂a [T, B, K]
    both        per_frame and slope in one call, for what they share

    All but the first raise ValueError where a and target differ in shape.
    """

    name = ""

    def predict(self, a: Array) -> Array:
        raise NotImplementedError

    def per_frame(self, a: Array, target: Array) -> Array:
        raise NotImplementedError

    def slope(self, a: Array, target: Array) -> Array:
        raise NotImplementedError

    def both(self, a: Array, target: Array) -> tuple[Array, Array]:
        return self.per_frame(a, target), self.slope(a, target)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Bernoulli(Loss):
    """K independent yes-or-no outputs, such as the keys of a piano: nats, summed over K.

        p = σ(a),   loss = −Σ_K (t log p + (1 − t) log(1 − p)),   ∂loss/∂a = p − t

    Worked out as Σ_K (softplus(a) − t a), softplus(a) = max(a, 0) + log(1 + exp(−|a|)), which
    neither overflows nor takes the log of 0.

    >>> Bernoulli().per_frame(np.zeros((1, 1, 88)), np.ones((1, 1, 88))).round(2).tolist()
    [[61.0]]
    """

    name = "bernoulli"

    def predict(self, a: Array) -> Array:
        return 0.5 + 0.5 * np.tanh(0.5 * a)  # σ, of its own: graded answers see no cells

    def per_frame(self, a: Array, target: Array) -> Array:
        return self._per_frame(a, target, np.exp(-np.abs(a)))

    def slope(self, a: Array, target: Array) -> Array:
        _same_shape(a, target)
        return self.predict(a) - target

    def both(self, a: Array, target: Array) -> tuple[Array, Array]:
        small = np.exp(-np.abs(a))  # in the loss and in p = σ(a) alike
        p = np.where(a < 0, small, 1) / (1 + small)
        return self._per_frame(a, target, small), p - target

    @staticmethod
    def _per_frame(a: Array, target: Array, small: Array) -> Array:
        _same_shape(a, target)
        # The large parts cancel first, so that the loss of a sure, right output is not rounded off.
        return (np.maximum(a, 0) - target * a + np.log1p(small)).sum(axis=-1)


class Categorical(Loss):
    """One of K symbols, the target one-hot or a distribution over them: nats.

        p = softmax(a),   loss = −Σ_K t log p,   ∂loss/∂a = p Σ_K t − t

    log p is a − max a − log Σ exp(a − max a), which neither overflows nor takes the log of 0.
    """

    name = "categorical"

    def predict(self, a: Array) -> Array:
        return np.exp(self._log_p(a))

    def per_frame(self, a: Array, target: Array) -> Array:
        _same_shape(a, target)
        return -(target * self._log_p(a)).sum(axis=-1)

    def slope(self, a: Array, target: Array) -> Array:
        _same_shape(a, target)
        return self.predict(a) * target.sum(axis=-1, keepdims=True) - target

    @staticmethod
    def _log_p(a: Array) -> Array:
        below_top = a - a.max(axis=-1, keepdims=True)
        return below_top - np.log(np.exp(below_top).sum(axis=-1, keepdims=True))


class SquaredError(Loss):
    """K real values: loss = Σ_K (a − t)², ∂loss/∂a = 2 (a − t); the outputs are the prediction."""

    name = "squared_error"

    def predict(self, a: Array) -> Array:
        return a

    def per_frame(self, a: Array, target: Array) -> Array:
        _same_shape(a, target)
        return np.square(a - target).sum(axis=-1)

    def slope(self, a: Array, target: Array) -> Array:
        _same_shape(a, target)
        return 2 * (a - target)


LOSSES: dict[str, type[Loss]] = {loss.name: loss for loss in (Bernoulli, Categorical, SquaredError)}


def _same_shape(a: Array, target: Array) -> None:
    # Without this, [T, B] against [T, B, 1] would broadcast to [T, T, B] in silence.
    if np.shape(a) != np.shape(target):
        raise ValueError(f"target: came shape {np.shape(target)}, expected a's {np.shape(a)}")
