"""Is a step's product faster in parts? It decides how the compiled engine asks for its products.

    python -m benchmarks.products

Thousand millions of operations a second (GF) of the products with R, forwards [B, H] · [H, 4H] and
backwards [B, 4H] · [4H, H], whole and some columns at a time; float32, one thread. "as it is" is
what the engine does. Which kernels OpenBLAS has depends on the processor.
"""

from __future__ import annotations

import time

import numpy as np
from numba import njit
from threadpoolctl import threadpool_limits

from course_lib.sequence.blas import HOW, product
from course_lib.sequence.compiled import _in_parts


@njit(**HOW)
def in_parts(a, b, out, parts, calls):
    for _ in range(calls):
        for first, end in parts:
            product(a, b[:, first:end], out[:, first:end])


def speed(B: int, inner: int, width: int, parts: list[tuple[int, int]]) -> float:
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=s).astype(np.float32) for s in ((B, inner), (inner, width)))
    out, columns = np.zeros((B, width), np.float32), np.array(parts)
    calls = max(4, 40_000_000 // (B * inner * width))
    in_parts(a, b, out, columns, 1)
    best = float("inf")
    for _ in range(25):
        start = time.process_time()
        in_parts(a, b, out, columns, calls)
        best = min(best, (time.process_time() - start) / calls)
    return 2 * B * inner * width / best / 1e9


def main() -> None:
    for B, H in ((1, 32), (8, 100), (16, 64), (32, 128), (64, 256)):
        for way, inner, width in (("forwards", H, 4 * H), ("backwards", 4 * H, H)):
            told = []
            for part in (width, 128, 64, 32):
                parts = [(first, min(first + part, width)) for first in range(0, width, part)]
                if part <= width:
                    told.append(f"{part}: {speed(B, inner, width, parts):.0f}")
            mine = _in_parts(B, inner, 0, width)
            told.append(f"as it is ({len(mine)} parts): {speed(B, inner, width, mine):.0f} GF")
            print(f"B = {B}, H = {H}, {way}: " + ", ".join(told))


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
