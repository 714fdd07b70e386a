"""The GRU in parts that a mistake can replace; z keeps: h = (1 − z) ∘ n + z ∘ h₋."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.checks.parts import layers, sigmoid


def keep(h_, z, n):
    return (1 - z) * n + z * h_


def valves(x, h_, W, R, b):
    """r and z, and the new memory's part from the row: x W_n + b_n, h₋ and R_n."""
    H = h_.shape[1]
    a_r, a_z, _ = layers(x, h_, W, R, b, 3)
    return sigmoid(a_r), sigmoid(a_z), x @ W[:, 2 * H :] + b[2 * H :], R[:, 2 * H :]


def after(r, h_, R_n, b_hn):
    return r * (h_ @ R_n + b_hn)


def gru(reset=after, blend=keep, new=np.tanh) -> Callable:
    """A step with the reset after: (x, h₋, W, R, b, b_hn) → h; blocks r z n."""

    def gru_after(x, h_, W, R, b, b_hn):
        r, z, row, R_n = valves(x, h_, W, R, b)
        return blend(h_, z, new(row + reset(r, h_, R_n, b_hn)))

    return gru_after


def before(r, h_, R_n):
    return (r * h_) @ R_n


def gru_of(reset=before, blend=keep, new=np.tanh) -> Callable:
    """A step with the reset before: (x, h₋, W, R, b) → h."""
    whole = gru(lambda r, h_, R_n, b_hn: reset(r, h_, R_n), blend, new)

    def gru_before(x, h_, W, R, b):
        return whole(x, h_, W, R, b, None)

    return gru_before


gru_after, gru_before = gru(), gru_of()
