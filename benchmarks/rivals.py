"""The same training step by others: PyTorch, a loop written by hand, torchrecurrent, Keras, JAX."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import torch

Step = Callable[[], None]


class Loop(torch.nn.Module):
    """A cell of two pipelines over time, as one writes it in PyTorch: one product a step for all
    gates, from x and h side by side.

    peepholes: p_i and p_f at c₋, p_o at the new c. coupled: f = 1 − i.
    """

    def __init__(self, D: int, H: int, *, peepholes: bool = False, coupled: bool = False) -> None:
        super().__init__()
        self.coupled, self.blocks = coupled, 3 if coupled else 4
        self.layers = torch.nn.Linear(D + H, self.blocks * H)
        self.p = torch.nn.Parameter(torch.randn(3, H) / H**0.5) if peepholes else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = c = x.new_zeros(x.shape[1], self.layers.out_features // self.blocks)
        out = []
        for x_t in x:
            a = self.layers(torch.cat([x_t, h], dim=1)).chunk(self.blocks, dim=1)
            a_i, a_f, a_g, a_o = (a[0], None, *a[1:]) if self.coupled else a
            if self.p is not None:
                a_i, a_f = a_i + self.p[0] * c, a_f + self.p[1] * c
            i = torch.sigmoid(a_i)
            f = 1 - i if self.coupled else torch.sigmoid(a_f)
            c = f * c + i * torch.tanh(a_g)
            if self.p is not None:
                a_o = a_o + self.p[2] * c
            h = torch.sigmoid(a_o) * torch.tanh(c)
            out.append(h)
        return torch.stack(out)


def step_of(layer: torch.nn.Module, x: np.ndarray, dh: np.ndarray) -> Step:
    """Forward, backward and all gradients, that of x too."""
    inputs, arriving = torch.from_numpy(x).requires_grad_(), torch.from_numpy(dh)

    def step() -> None:
        layer.zero_grad()
        inputs.grad = None
        result = layer(inputs)
        out = result[0] if isinstance(result, tuple) else result
        out.backward(arriving)

    return step


def rivals(name: str, x: np.ndarray, dh: np.ndarray) -> dict[str, Step]:
    """The same step of one of our cells by others: PyTorch, and what else is installed."""
    D, H = x.shape[2], dh.shape[2]
    layers: dict[str, torch.nn.Module] = {}
    if name in ("lstm", "gru"):
        kind = {"lstm": "LSTM", "gru": "GRU"}[name]
        layers[f"nn.{kind}"] = getattr(torch.nn, kind)(D, H)
        found = {other: step_of(layer, x, dh) for other, layer in layers.items()}
        if find_spec("keras"):
            found["Keras"] = keras_step(kind, x, dh)
        if find_spec("jax") and name == "lstm":
            found["JAX's scan"] = jax_step(x, dh)
        return found
    layers["PyTorch loop"] = Loop(D, H, peepholes=name == "peephole", coupled=name == "coupled")
    if name == "peephole" and find_spec("torchrecurrent"):
        from torchrecurrent import PeepholeLSTM

        layers["torchrecurrent"] = PeepholeLSTM(D, H)
    return {other: step_of(layer, x, dh) for other, layer in layers.items()}


def keras_step(kind: str, x: np.ndarray, dh: np.ndarray) -> Step:
    """Keras' layer on its PyTorch backend; its batch comes first."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    layer = getattr(keras.layers, kind)(dh.shape[2], return_sequences=True)
    inputs = torch.from_numpy(x.transpose(1, 0, 2).copy()).requires_grad_()
    arriving = torch.from_numpy(dh.transpose(1, 0, 2).copy())
    layer(inputs)  # builds it

    def step() -> None:
        layer.zero_grad()
        inputs.grad = None
        layer(inputs).backward(arriving)

    return step


def jax_step(x: np.ndarray, dh: np.ndarray) -> Step:
    """The LSTM as a scan that XLA compiles, with the gradient of everything; one thread."""
    one_thread = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ.setdefault("XLA_FLAGS", one_thread)  # read when JAX is first imported
    import jax
    from jax import numpy as jnp

    B, D, H = x.shape[1], x.shape[2], dh.shape[2]
    rng = np.random.default_rng(0)
    W, R = (rng.normal(size=(n, 4 * H)).astype(np.float32) / H**0.5 for n in (D, H))
    b, zeros = np.zeros(4 * H, np.float32), np.zeros((B, H), np.float32)

    def loss(params, x):
        W, R, b = params

        def one(carry, a_x):
            h, c = carry
            i, f, g, o = jnp.split(a_x + h @ R, 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        return (jax.lax.scan(one, (zeros, zeros), x @ W + b)[1] * dh).sum()

    gradient = jax.jit(jax.grad(loss, argnums=(0, 1)))

    def step() -> None:
        jax.block_until_ready(gradient((W, R, b), x))

    return step
