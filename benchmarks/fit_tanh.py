"""The coefficients of tanh in course_lib/sequence/compiled_math.py.

    python -m benchmarks.fit_tanh     prints them, and how far off the fit is

tanh(a) = a · P(s) / Q(s), s = a², for |a| ≤ 9, where single precision rounds tanh to 1. Least
squares in the relative error, with weights that grow where it is largest, until it is level.
"""

from __future__ import annotations

import numpy as np

LARGEST, DEGREES = 9.0109, (4, 4)


def fit(n: int, m: int, rounds: int = 60) -> tuple[float, np.ndarray, np.ndarray]:
    """The largest relative error, and the coefficients of P (degree n) and Q (m, Q(0) = 1)."""
    x = LARGEST * 0.5 * (1 - np.cos(np.pi * (np.arange(4000) + 0.5) / 4000))
    s = (x / LARGEST) ** 2
    t = np.tanh(x.astype(np.longdouble)).astype(np.float64) / x
    weight, q = np.ones_like(s), np.ones_like(s)
    least, kept = float("inf"), np.zeros(n + m + 1)
    for _ in range(rounds):
        columns = [s**i for i in range(n + 1)] + [-t * s**j for j in range(1, m + 1)]
        scale = np.sqrt(weight) / (t * np.abs(q))
        found = np.linalg.lstsq(np.stack(columns, 1) * scale[:, None], t * scale, rcond=None)[0]
        p = sum(found[i] * s**i for i in range(n + 1))
        q = 1 + sum(found[n + j] * s**j for j in range(1, m + 1))
        error = np.abs(p / q / t - 1)
        if error.max() < least:
            least, kept = float(error.max()), np.array(found)
        weight = weight * np.sqrt(error / error.max() + 1e-3)
        weight /= weight.mean()
    powers = LARGEST ** (-2.0 * np.arange(max(n, m) + 1))
    P = kept[: n + 1] * powers[: n + 1]
    return least, P, np.concatenate([[1.0], kept[n + 1 :] * powers[1 : m + 1]])


def main() -> None:
    error, P, Q = fit(*DEGREES)
    print(f"largest relative error {error:.1e}, half a unit in the last place is {2**-24:.1e}")
    print("P:", *P)
    print("Q:", *Q)


if __name__ == "__main__":
    main()
