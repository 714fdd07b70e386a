"""Write optim.json: paths of torch's Adam and Nesterov SGD on a quadratic, in float64.

    python tests/references/make_optim.py

The quadratic is L(θ) = ½ Σ s (θ − c)², so its gradient is s (θ − c). Made with torch==2.13.0.
"""

import json
from pathlib import Path

import torch

START, CENTRE, SCALE, STEPS = [1.0, -2.0, 0.5], [0.3, 0.0, -1.0], [10.0, 1.0, 0.1], 12
LR, MOMENTUM = 0.05, 0.8


def path(make):
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    centre, scale = (torch.tensor(v, dtype=torch.float64) for v in (CENTRE, SCALE))
    optimiser = make([theta])
    points = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        (0.5 * scale * (theta - centre) ** 2).sum().backward()
        optimiser.step()
        points.append(theta.tolist())
    return points


def nesterov(params):
    # torch has no factor 1 − μ of its own
    return torch.optim.SGD(params, lr=LR * (1 - MOMENTUM), momentum=MOMENTUM, nesterov=True)


def main():
    reference = {
        "torch": torch.__version__.split("+")[0],
        "start": START,
        "centre": CENTRE,
        "scale": SCALE,
        "lr": LR,
        "momentum": MOMENTUM,
        "adam": path(lambda params: torch.optim.Adam(params, lr=LR, betas=(0.7, 0.95), eps=1e-3)),
        "nesterov": path(nesterov),
    }
    Path(__file__).with_name("optim.json").write_text(json.dumps(reference, indent=1) + "\n")


if __name__ == "__main__":
    main()
