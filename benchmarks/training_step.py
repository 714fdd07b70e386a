"""How long does a training step take, beside PyTorch's?

    python -m benchmarks.training_step            prints the tables
    python -m benchmarks.training_step --write    and puts them into benchmarks/README.md

A step is forward, backward and all gradients, that of x too; float32, one thread each. Calls
alternate one by one, so that whatever else the machine does meets all alike. Figures are ours ÷
theirs: of the fastest call of each, and of the medians. Smaller is better for us.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from benchmarks.rivals import Step, rivals, step_of
from course_lib.cells import CELLS, Cell
from course_lib.sequence import backward, forward

SHAPES = [  # T, B, D, H
    (20, 1, 16, 16),
    (50, 1, 32, 32),
    (50, 16, 32, 64),
    (61, 8, 88, 100),
    (100, 32, 64, 128),
    (100, 64, 128, 256),
]
GOALS = {
    ("lstm", "nn.LSTM"): (0.85, 1.35, 1.35, 1.35, 1.25, 1.0),
    ("gru", "nn.GRU"): (0.2, 0.2, 0.42, 0.42, 0.75, 0.95),
    ("peephole", "PyTorch loop"): (0.2, 0.2, 0.32, 0.34, 0.38, 0.38),
    ("coupled", "PyTorch loop"): (0.2, 0.2, 0.32, 0.34, 0.38, 0.38),
}
FLOOR = "products alone"
README = Path(__file__).with_name("README.md")
MARK = "<!-- training_step: written by `make bench` -->"


def our_step(cell: Cell, x: np.ndarray, dh: np.ndarray) -> Step:
    def step() -> None:
        grads = backward(cell, forward(cell, x), dh)
        assert grads.params and grads.x is not None

    return step


def floor_step(cell: Cell, x: np.ndarray) -> Step:
    """The matrix products that a step cannot do without, and nothing else."""
    T, B, D = x.shape
    joined = cell.joined()
    rows, da = np.ones((joined.shape[0], B), x.dtype), np.ones((joined.shape[1], B), x.dtype)
    all_rows = np.ones((joined.shape[0], T * B), x.dtype)
    all_da = np.ones((joined.shape[1], T * B), x.dtype)
    weights, back, W = joined.T, joined[D + 1 :], joined[:D]

    def step() -> None:
        for _ in range(T):
            np.dot(weights, rows)
        for _ in range(T):
            np.dot(back, da)
        np.dot(all_rows, all_da.T)
        np.dot(W, all_da)

    return step


def alternate(steps: dict[str, Step], seconds: float) -> dict[str, np.ndarray]:
    """The times of each step in seconds, taken in turn, after three turns that do not count."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    end, turn = float("inf"), 0
    while time.perf_counter() < end or turn < 8:
        if turn == 3:
            times = {name: [] for name in steps}
            end = time.perf_counter() + seconds
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            times[name].append(time.perf_counter() - start)
        turn += 1
    return {name: np.array(row) for name, row in times.items()}


def measure(seconds: float) -> list[tuple[str, str, tuple, np.ndarray, np.ndarray]]:
    """(our cell, the other, shape, our times, its times) for every pair and shape."""
    found = []
    work = [(name, shape) for name in ("lstm", "gru", "peephole", "coupled") for shape in SHAPES]
    for name, (T, B, D, H) in tqdm(work, desc="shapes"):
        rng = np.random.default_rng(0)
        x = rng.normal(size=(T, B, D)).astype(np.float32)
        dh = rng.normal(size=(T, B, H)).astype(np.float32)
        cell = CELLS[name](D, H, rng=rng)
        steps = {"ours": our_step(cell, x, dh), FLOOR: floor_step(cell, x)}
        steps |= {other: step_of(layer, x, dh) for other, layer in rivals(name, D, H).items()}
        times = alternate(steps, seconds)
        ours = times.pop("ours")
        found += [(name, other, (T, B, D, H), ours, row) for other, row in times.items()]
    return found


def table(found: list) -> str:
    """Markdown: rows for each pair, a column for each shape, the goals where there are some."""
    heads = " | ".join(", ".join(map(str, shape)) for shape in SHAPES)
    lines = [f"| T, B, D, H | {heads} |", "| --- " * (len(SHAPES) + 1) + "|"]
    for name, other in dict.fromkeys((row[0], row[1]) for row in found):
        rows = [row for row in found if row[:2] == (name, other)]
        if other != FLOOR:
            ours = [f"{row[3].min() * 1e3:.2f}" for row in rows]
            lines.append(f"| {name}, ms | " + " | ".join(ours) + " |")
        minima = [f"{row[3].min() / row[4].min():.2f}" for row in rows]
        lines.append(f"| {name} ÷ {other}, minima | " + " | ".join(minima) + " |")
        medians = [f"{np.median(row[3]) / np.median(row[4]):.2f}" for row in rows]
        lines.append(f"| {name} ÷ {other}, medians | " + " | ".join(medians) + " |")
        if (name, other) in GOALS:
            goals = GOALS[name, other]
            met = [
                f"≤ {goal} {'met' if float(figure) <= goal else '**missed**'}"
                for figure, goal in zip(minima, goals, strict=True)
            ]
            lines.append("| goal for the minima | " + " | ".join(met) + " |")
    return "\n".join(lines)


def machine() -> str:
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if os.name == "posix" else ():
        if line.startswith("model name"):
            model = line.split(":")[1].strip()
            break
    names = ("numpy", "torch", "torchrecurrent")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{model}, {os.cpu_count()} cores; Python {platform.python_version()}, {versions}."


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="for each cell and shape")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        text = f"{machine()}\n\n{table(measure(options.seconds))}\n"
    print(text)
    if options.write:
        head, _, tail = README.read_text(encoding="utf-8").partition(MARK)
        _, _, tail = tail.partition(MARK)
        README.write_text(f"{head}{MARK}\n\n{text}\n{MARK}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
