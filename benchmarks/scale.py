"""How do time and memory grow with T, B and H, by each engine?

    python -m benchmarks.scale            prints the tables
    python -m benchmarks.scale --write    and puts them into benchmarks/README.md

A training step of the LSTM, forward, backward and all gradients; float32, one thread. Time is the
processor's, of the fastest of some calls; memory the most that was allocated at once, as numbers of
[B, H] a step, over and above x and dh.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from benchmarks.readme import put
from course_lib.cells import LSTM
from course_lib.sequence import backward, forward
from course_lib.sequence.engines import ENGINES

BASE = {"T": 100, "B": 16, "H": 64}
SWEEPS = {"T": (10, 100, 1_000, 10_000), "B": (1, 4, 16, 64, 256), "H": (16, 64, 256, 512)}
MARK = "<!-- scale: written by `python -m benchmarks.scale --write` -->"


def one(T: int, B: int, H: int, engine: str) -> tuple[float, float]:
    """Seconds of a step, and the numbers of [B, H] that it holds for each of its T steps."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(T, B, 32)).astype(np.float32)
    dh = rng.normal(size=(T, B, H)).astype(np.float32)
    cell = LSTM(32, H, rng=rng)

    def step() -> None:
        backward(cell, forward(cell, x, engine=engine), dh)

    step()
    best, calls, end = float("inf"), 0, time.perf_counter() + 1.5
    while calls < 2 or time.perf_counter() < end:
        start = time.process_time()
        step()
        best, calls = min(best, time.process_time() - start), calls + 1
    tracemalloc.start()
    step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return best, peak / (4 * T * B * H)


def tables() -> str:
    lines = []
    work = [(name, size) for name, sizes in SWEEPS.items() for size in sizes]
    found = {
        (name, size, engine): one(**{**BASE, name: size}, engine=engine)
        for name, size in tqdm(work, desc="sizes")
        for engine in ENGINES
    }
    for name, sizes in SWEEPS.items():
        others = ", ".join(f"{key} = {value}" for key, value in BASE.items() if key != name)
        lines += [f"| {name} ({others}) | {' | '.join(f'{size:,}' for size in sizes)} |"]
        lines += ["| --- " * (len(sizes) + 1) + "|"]
        for engine in ENGINES:
            rows = [found[name, size, engine] for size in sizes]
            times = (f"{seconds * 1e3:.3g} ms" for seconds, _ in rows)
            held = (f"{numbers:.1f}" for _, numbers in rows)
            lines += [f"| {engine}: time | {' | '.join(times)} |"]
            lines += [f"| {engine}: numbers a unit and step | {' | '.join(held)} |"]
        lines += [""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    options = parser.parse_args()
    with threadpool_limits(1):
        text = tables()
    print(text)
    if options.write:
        put(MARK, text)


if __name__ == "__main__":
    main()
