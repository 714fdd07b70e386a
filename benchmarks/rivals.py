"""The same training step in PyTorch: its own layers, a loop written by hand, and torchrecurrent."""

from __future__ import annotations

from collections.abc import Callable

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


def rivals(name: str, D: int, H: int) -> dict[str, torch.nn.Module]:
    """What one of our cells is measured against."""
    if name == "lstm":
        return {"nn.LSTM": torch.nn.LSTM(D, H)}
    if name == "gru":
        return {"nn.GRU": torch.nn.GRU(D, H)}
    if name == "coupled":
        return {"PyTorch loop": Loop(D, H, coupled=True)}
    from torchrecurrent import PeepholeLSTM

    return {"PyTorch loop": Loop(D, H, peepholes=True), "torchrecurrent": PeepholeLSTM(D, H)}
