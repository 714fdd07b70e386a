"""What turns gradients into better parameters: Adam, Nesterov momentum, and clipping.

Every optimiser is used the same way, after each batch:

    value, grads = net.gradients(batch)
    clip(grads, 1.0)
    optimiser.update(net.params, grads)         the parameters change in place

An optimiser remembers its past steps, so one optimiser belongs to one set of parameters: those of
its first step. It goes on with these as often as wanted, and refuses all others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from course_lib.arguments import number
from course_lib.learning.losses import Array

Arrays = Mapping[str, Array]


class Optimiser:
    """Holds the learning rate, and one array of memory beside each parameter.

    `lr` may be changed between two updates, for a schedule.
    """

    memories: tuple[str, ...] = ()

    def __init__(self, lr: float) -> None:
        self.lr = number("lr", lr, above=0.0)
        self.params: dict[str, Array] = {}  # of the first step
        self.memory: dict[str, dict[str, Array]] = {}

    def update(self, params: Arrays, grads: Arrays) -> None:
        """Take one step: every array of `params` changes in place, by its namesake in `grads`.

        Raises ValueError where names or shapes of `params` and `grads` disagree, and where `params`
        are not those of the earlier steps.
        """
        _same("grads", grads, "params", params)
        self.check(params)
        if not self.params:
            self.params = dict(params)
            self.memory = {
                kind: {name: np.zeros_like(p) for name, p in params.items()}
                for kind in self.memories
            }
        self._step(params, grads)

    def check(self, params: Arrays) -> None:
        """Raise ValueError unless `params` are those of the earlier steps, or no step was taken.

        >>> adam, theta, other = Adam(), {"w": np.ones(2)}, {"w": np.ones(2)}
        >>> adam.update(theta, {"w": np.ones(2)})
        >>> adam.check(theta)                                       # goes on with these
        >>> adam.check(other)
        Traceback (most recent call last):
        ValueError: params: came other arrays than in this optimiser's earlier steps, \
expected the same: it remembers those steps, so other parameters need an optimiser of their own
        """
        if not self.params:
            return
        _same("params", params, "this optimiser's earlier params", self.params)
        if any(params[name] is not held for name, held in self.params.items()):
            raise ValueError(
                "params: came other arrays than in this optimiser's earlier steps, expected the "
                "same: it remembers those steps, so other parameters need an optimiser of their own"
            )

    def _step(self, params: Arrays, grads: Arrays) -> None:
        raise NotImplementedError


class Adam(Optimiser):
    """Steps of about `lr` for every parameter, however large its gradients usually are.

        m ← β₁ m + (1 − β₁) ∇         the gradient, smoothed
        v ← β₂ v + (1 − β₂) ∇²        its square, smoothed
        θ ← θ − lr · m̂ / (√v̂ + ε)     m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ): m and v start at 0

    >>> theta = {"w": np.array([1.0, -2.0])}
    >>> Adam(lr=0.1).update(theta, {"w": np.array([3.0, -0.5])})
    >>> theta["w"].round(3).tolist()
    [0.9, -1.9]

    Source: Kingma and Ba, 'Adam: A Method for Stochastic Optimization' (2015), algorithm 1.
    """

    memories = ("m", "v")

    def __init__(
        self, lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ) -> None:
        super().__init__(lr)
        self.beta1 = number("beta1", beta1, least=0.0, below=1.0)
        self.beta2 = number("beta2", beta2, least=0.0, below=1.0)
        self.eps = number("eps", eps, above=0.0)
        self.steps = 0

    def _step(self, params: Arrays, grads: Arrays) -> None:
        self.steps += 1
        m_start = 1 - self.beta1**self.steps
        v_start = 1 - self.beta2**self.steps
        for name, theta in params.items():
            grad, m, v = grads[name], self.memory["m"][name], self.memory["v"][name]
            m += (1 - self.beta1) * (grad - m)
            v += (1 - self.beta2) * (grad * grad - v)
            theta -= self.lr * (m / m_start) / (np.sqrt(v / v_start) + self.eps)

    def __repr__(self) -> str:
        return f"Adam(lr={self.lr:g}, beta1={self.beta1:g}, beta2={self.beta2:g}, eps={self.eps:g})"


class Nesterov(Optimiser):
    """Momentum that looks ahead: the gradient is taken where the velocity is about to lead.

        v ← μ v − lr (1 − μ) ∇L(θ + μ v)
        θ ← θ + v

    The factor 1 − μ keeps the total effect of one gradient at lr, whatever the momentum.

    The parameters held, trained, validated and saved are the looked-ahead point φ = θ + μ v, where
    every gradient and every loss is measured. In terms of φ, with the new v, the same steps read

        v ← μ v − lr (1 − μ) ∇L(φ)
        φ ← φ + μ v − lr (1 − μ) ∇L(φ)

    so that one update after each gradient is all there is to do. θ itself is φ − μ v.

    Sources: Nesterov (1983); Sutskever, Martens, Dahl and Hinton (2013) for the first form; Bengio,
    Boulanger-Lewandowski and Pascanu (2013) for the second.
    """

    memories = ("v",)

    def __init__(self, lr: float, momentum: float = 0.9) -> None:
        super().__init__(lr)
        self.momentum = number("momentum", momentum, least=0.0, below=1.0)

    def _step(self, params: Arrays, grads: Arrays) -> None:
        for name, phi in params.items():
            v = self.memory["v"][name]
            pull = self.lr * (1 - self.momentum) * grads[name]
            v *= self.momentum
            v -= pull
            phi += self.momentum * v - pull

    def __repr__(self) -> str:
        return f"Nesterov(lr={self.lr:g}, momentum={self.momentum:g})"


def norm(grads: Arrays) -> float:
    """The length of all gradients taken as one vector: √ Σ g², over every entry of every array.

    Summed in float64, so that large float32 gradients do not overflow on the way.
    """
    return math.sqrt(sum(float(np.square(g, dtype=np.float64).sum()) for g in grads.values()))


def clip(grads: Arrays, max_norm: float) -> float:
    """Shorten the gradients in place to a norm of at most `max_norm`; return the norm before.

        g ← g · max_norm / ‖g‖    for every array, where ‖g‖ > max_norm

    The norm is that of all of them as one vector, so the direction stays. Where it is NaN or
    infinite there is no direction left: they stay as they came, and the caller looks at the norm.
    Raises ValueError where `max_norm` is not above 0.

    >>> grads = {"w": np.array([3.0, 4.0])}
    >>> clip(grads, 1.0), grads["w"].round(2).tolist()
    (5.0, [0.6, 0.8])

    Source: Pascanu, Mikolov and Bengio, 'On the difficulty of training recurrent neural networks'
    (2013), algorithm 1.
    """
    max_norm = number("max_norm", max_norm, above=0.0)
    before = norm(grads)
    if max_norm < before < math.inf:
        for g in grads.values():
            g *= max_norm / before
    return before


def _same(name: str, arrays: Arrays, other_name: str, others: Arrays) -> None:
    """Raise ValueError unless both hold the same names with the same shapes."""
    if arrays.keys() != others.keys():
        raise ValueError(
            f"{name}: came {sorted(arrays)}, expected {sorted(others)} as in {other_name}"
        )
    for key, array in arrays.items():
        if np.shape(array) != np.shape(others[key]):
            raise ValueError(
                f"{name}[{key!r}]: came shape {np.shape(array)}, "
                f"expected {np.shape(others[key])} as in {other_name}"
            )
