"""How long does a training step take, by each engine, beside PyTorch's and others'?

    python -m benchmarks.training_step            prints the tables
    python -m benchmarks.training_step --write    and puts them into benchmarks/README.md

A step is forward, backward and all gradients, that of x too; float32, one thread each. Calls
alternate one by one, and what counts is the processor's time, so that whatever else the machine
does meets all alike. Figures are ours ÷ theirs, of the fastest call of each; smaller is better for
us. What others compile or trace is compiled before the clock starts. On a machine whose
OPENBLAS_CORETYPE is set for safety, unset it for this command.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_info, threadpool_limits
from tqdm.auto import tqdm

from benchmarks.readme import put
from benchmarks.rivals import Step, rivals
from course_lib.cells import CELLS, Cell
from course_lib.sequence import backward, forward
from course_lib.sequence.engines import ENGINES

SHAPES = [  # T, B, D, H
    (20, 1, 16, 16),
    (50, 1, 32, 32),
    (50, 16, 32, 64),
    (61, 8, 88, 100),
    (100, 32, 64, 128),
    (100, 64, 128, 256),
]
GOALS = {  # for the compiled engine
    ("lstm", "nn.LSTM"): (0.35, 0.40, 0.80, 0.85, 0.95, 0.85),
    ("gru", "nn.GRU"): (0.12, 0.10, 0.25, 0.30, 0.50, 0.65),
    ("peephole", "PyTorch loop"): (0.10, 0.06, 0.20, 0.20, 0.20, 0.25),
    ("coupled", "PyTorch loop"): (0.10, 0.06, 0.20, 0.20, 0.20, 0.25),
}
FLOOR = "products alone"
MARK = "<!-- training_step: written by `make bench` -->"
Found = dict[tuple[str, tuple], dict[str, float]]  # (cell, shape) → who → seconds of the fastest


def our_step(cell: Cell, x: np.ndarray, dh: np.ndarray, engine: str) -> Step:
    def step() -> None:
        grads = backward(cell, forward(cell, x, engine=engine), dh)
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


def fastest(steps: dict[str, Step], seconds: float) -> dict[str, float]:
    """The processor's seconds of each step's fastest call, taken in turn."""
    for _ in range(3):
        for step in steps.values():
            step()
    best, end, turn = dict.fromkeys(steps, float("inf")), time.perf_counter() + seconds, 0
    while time.perf_counter() < end or turn < 5:
        for name, step in steps.items():
            start = time.process_time()
            step()
            best[name] = min(best[name], time.process_time() - start)
        turn += 1
    return best


def measure(seconds: float) -> Found:
    found: Found = {}
    work = [(name, shape) for name in ("lstm", "gru", "peephole", "coupled") for shape in SHAPES]
    for name, (T, B, D, H) in tqdm(work, desc="shapes"):
        rng = np.random.default_rng(0)
        x = rng.normal(size=(T, B, D)).astype(np.float32)
        dh = rng.normal(size=(T, B, H)).astype(np.float32)
        cell = CELLS[name](D, H, rng=rng)
        steps = {engine: our_step(cell, x, dh, engine) for engine in ENGINES}
        steps |= {FLOOR: floor_step(cell, x), **rivals(name, x, dh)}
        found[name, (T, B, D, H)] = fastest(steps, seconds)
    return found


def lines_of(found: Found) -> Iterator[str]:
    """Markdown: rows for each cell and rival, a column for each shape, goals where there are."""
    yield f"| T, B, D, H | {' | '.join(', '.join(map(str, shape)) for shape in SHAPES)} |"
    yield "| --- " * (len(SHAPES) + 1) + "|"
    for name in dict.fromkeys(cell for cell, _ in found):
        rows = [found[name, shape] for shape in SHAPES]
        for engine in ENGINES:
            times = " | ".join(f"{row[engine] * 1e3:.2f}" for row in rows)
            yield f"| {name}, {engine}, ms | {times} |"
        for other in (who for who in rows[0] if who not in ENGINES):
            for engine in ENGINES:
                ratios = [row[engine] / row[other] for row in rows]
                goals = GOALS.get((name, other)) if engine == "compiled" else None
                told = [f"{ratio:.2f}" for ratio in ratios]
                if goals:
                    told = [
                        f"{ratio:.2f} ({'≤' if ratio <= goal else '**>**'} {goal:.2f})"
                        for ratio, goal in zip(ratios, goals, strict=True)
                    ]
                yield f"| {name}, {engine} ÷ {other} | {' | '.join(told)} |"


def machine() -> str:
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if os.name == "posix" else ():
        if line.startswith("model name"):
            model = line.split(":")[1].strip()
            break
    told = []
    for name in ("numpy", "numba", "torch", "torchrecurrent", "keras", "jax"):
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            told.append(f"no {name}")
    kernels = {i["architecture"] for i in threadpool_info() if "numpy" in i["filepath"]}
    blas = f"NumPy's products by OpenBLAS for {', '.join(sorted(map(str, kernels)))}"
    python = f"Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {blas}; {python}, {', '.join(told)}."


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="for each cell and shape")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        text = f"{machine()}\n\n" + "\n".join(lines_of(measure(options.seconds))) + "\n"
    print(text)
    if options.write:
        put(MARK, text)


if __name__ == "__main__":
    main()
