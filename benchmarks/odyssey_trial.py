"""How long does a whole trial of the Odyssey take, beside the same trial in PyTorch?

    python -m benchmarks.odyssey_trial                 prints the table
    python -m benchmarks.odyssey_trial --write         and writes benchmarks/odyssey_trial.md
    python -m benchmarks.odyssey_trial --data FILE     on the literature's chorales

A trial of NP, protocol `quick`, by both engines: draws, noise, forty epochs, validation after
each, the test at the end. PyTorch's has nn.LSTM, binary cross-entropy and SGD with Nesterov
momentum, and gets the same first weights, minibatches and noise. float32, one thread each. Trials
alternate; figures are the processor's seconds of the fastest of each. The losses that all arrive
at stand beside the times.
"""

from __future__ import annotations

import argparse
import copy
import math
import platform
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch.nn.functional import binary_cross_entropy_with_logits

from course_lib import files
from course_lib.cells import LSTM
from course_lib.learning.network import Network
from course_lib.odyssey import PROTOCOLS, Hyperparameters
from course_lib.odyssey.trial import NoisySequences, Row, repeat
from course_lib.readings import interop
from course_lib.sequence.engines import ENGINES
from course_lib.tasks import chorales

SIZES = (20, 100, 200)
DRAWN = Hyperparameters(0, 3e-3, 0.9, 0.2)
PROTOCOL = PROTOCOLS["quick"]


class Theirs(torch.nn.Module):
    """nn.LSTM and a read-out, with the weights of one of our networks."""

    def __init__(self, net: Network) -> None:
        super().__init__()
        D, H, K = net.cell.input_size, net.cell.hidden_size, net.output_size
        self.lstm, self.read = torch.nn.LSTM(D, H), torch.nn.Linear(H, K)
        weights = {k: torch.tensor(v) for k, v in interop.to_torch(net.cell).items()}
        self.lstm.load_state_dict(weights)
        self.lstm.bias_hh_l0.requires_grad_(False)  # ours has one bias
        with torch.no_grad():
            self.read.weight.copy_(torch.tensor(net.params["W_y"].T))
            self.read.bias.copy_(torch.tensor(net.params["b_y"]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.read(self.lstm(x)[0])


def summed(model: Theirs, batch) -> tuple[torch.Tensor, float]:
    """The loss summed over the frames that count, and how many they are."""
    x, target = torch.from_numpy(batch.x), torch.from_numpy(batch.target)
    loss = binary_cross_entropy_with_logits(model(x), target, reduction="none").sum(dim=2)
    if batch.mask is None:
        return loss.sum(), loss.numel()
    mask = torch.from_numpy(batch.mask)
    return (loss * mask).sum(), float(mask.sum())


def pooled(model: Theirs, task: NoisySequences, split: str) -> float:
    with torch.no_grad():
        parts = [summed(model, batch) for batch in task.batches(split, 64)]
    return sum(float(loss) for loss, _ in parts) / sum(frames for _, frames in parts)


def their_trial(hidden: int, seed: int, task: chorales.Chorales) -> tuple[float, float, int]:
    """Validation and test loss of the best epoch, and how many epochs it took."""
    rng = np.random.default_rng(seed)
    cell = LSTM(task.input_size, hidden, rng=rng)
    net = Network(cell, task.output_size, task.loss, rng=rng, reduction="sum")
    for array in net.params.values():
        array[...] = rng.normal(0, 0.1, array.shape)
    model, noisy = Theirs(net), NoisySequences(task, DRAWN.noise)
    learned = [p for p in model.parameters() if p.requires_grad]
    rate = DRAWN.lr * (1 - DRAWN.momentum)
    optimizer = torch.optim.SGD(learned, lr=rate, momentum=DRAWN.momentum, nesterov=True)
    best, best_epoch, kept, epoch = math.inf, 0, None, 0
    for epoch in range(1, PROTOCOL.epochs + 1):
        for batch in noisy.batches("train", PROTOCOL.batch_size, rng):
            optimizer.zero_grad()
            summed(model, batch)[0].backward()
            optimizer.step()
        loss = pooled(model, noisy, "validation")
        if loss < best:
            best, best_epoch, kept = loss, epoch, copy.deepcopy(model.state_dict())
        if epoch - best_epoch >= PROTOCOL.patience:
            break
    model.load_state_dict(kept)
    return best, pooled(model, noisy, "test"), epoch


def measured(hidden: int, task: chorales.Chorales, repeats: int) -> list[str]:
    """A line of the table: the times, their ratios, and the losses all arrive at."""
    asked = Row("NP", 1, hidden, *DRAWN[1:], "ok", 0, 0.0, 0.0, 0.0, "", "")
    seconds: dict[str, list[float]] = {who: [] for who in (*ENGINES, "PyTorch")}
    ended = {}
    for _ in range(repeats):
        for engine in ENGINES:
            start = time.process_time()
            row = repeat(0, asked, task=task, protocol=PROTOCOL, engine=engine)
            seconds[engine].append(time.process_time() - start)
            ended[engine] = (row.val_nll, row.test_nll, row.epochs)
        start = time.process_time()
        ended["PyTorch"] = their_trial(hidden, 0, task)
        seconds["PyTorch"].append(time.process_time() - start)
    best = {who: min(times) for who, times in seconds.items()}
    return [
        str(hidden),
        *(f"{time:.1f} s" for time in best.values()),
        *(f"{best[engine] / best['PyTorch']:.2f}" for engine in ENGINES),
        *(f"{val:.3f} / {test:.3f} ({epochs})" for val, test, epochs in ended.values()),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", help="the literature's chorales (default: built from music21)")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    task = chorales.load(options.data)
    with threadpool_limits(1):
        lines = [measured(hidden, task, options.repeats) for hidden in SIZES]
    header = ["hidden", *ENGINES, "PyTorch", *(f"{engine} ÷ PyTorch" for engine in ENGINES)]
    header += [f"val / test (epochs), {who}" for who in (*ENGINES, "PyTorch")]
    table = [f"| {' | '.join(line)} |" for line in (header, ["---"] * len(header), *lines)]
    pieces = sum(len(task.examples[split]) for split in task.examples)
    said = (
        f"A whole trial of NP, protocol quick, on {pieces} chorales; the fastest of "
        f"{options.repeats}, one thread.\nPython {platform.python_version()}, NumPy "
        f"{version('numpy')}, PyTorch {version('torch')}, {platform.machine()}."
    )
    text = "\n".join(
        ["# A whole trial of the Odyssey", "", "`python -m benchmarks.odyssey_trial --write`", "",
         said, "", *table, ""]
    )  # fmt: skip
    print(text)
    if options.write:
        files.write(Path(__file__).with_suffix(".md"), text)


if __name__ == "__main__":
    main()
