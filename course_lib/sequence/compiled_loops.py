"""The loops over time, compiled: any cell, by the actions of its plan as a table of numbers.

Compiled once and kept on disk. Arrays lie as [T, B, k, H]: a row, one line of one sequence at one
step, is contiguous and stays in the processor's nearest cache. The equations come as functions.
"""

from __future__ import annotations

from numba import njit

from course_lib.sequence.blas import HOW, product
from course_lib.sequence.compiled_math import tanh

# A row of the table: what is done, to which line (until which), with the value in which array and
# place, and a number: of the equation, the peephole or the late product.
SQUASH, EQUATION, PEEK, ADD, PRODUCT, KEEP = range(6)
BEFORE, LINES, GIVEN, AFTER = range(4)


@njit(**HOW)
def squash(v, kind):
    """A row in place: v ← scale · tanh(inside · v) + shift, or v as it is."""
    if kind[0] != 0:
        inside, scale, shift = kind[1], kind[2], kind[3]
        for j in range(v.size):
            v[j] = scale * tanh(inside * v[j]) + shift


@njit(**HOW)
def unsquash(v, kind, by):
    """A row: by *= ∂v/∂a, from the value v: σ' = v (1 − v), tanh' = 1 − v², identity' = 1."""
    squashes, one = kind[0] != 0, kind[4]
    if squashes and kind[3] != 0:
        for j in range(v.size):
            by[j] *= v[j] * (one - v[j])
    elif squashes:
        for j in range(v.size):
            by[j] *= one - v[j] * v[j]


@njit(**HOW)
def picked(array, place, before, lines, given, after):
    """A value of the step for all sequences, [B, H]."""
    if array == BEFORE:
        return before[:, place]
    if array == LINES:
        return lines[:, place]
    if array == GIVEN:
        return given[:, place]
    return after[:, place]


@njit(cache=True, **HOW)
def forward(step, table, spans, kinds, p, R, late, values, wide, states, flat, given):
    """values come as x W + b [T, B, k, H] and leave as the blocks' values; wide, flat: the same
    memory as values and states, [T, B, kH] and [T + 1, B, nH].
    """
    T, B, _, H = values.shape
    read = R.shape[0]
    for t in range(T):
        before, lines, now, after = states[t], values[t], given[t], states[t + 1]
        for i in range(len(spans)):
            a, z = spans[i, 0], spans[i, 1]
            product(flat[t, :, :read], R[:, a:z], wide[t, :, a:z])
        for what, line, end, array, place, number in table:
            if what == SQUASH:
                for s in range(B):
                    for i in range(line, end):
                        squash(lines[s, i], kinds[i])
            elif what == EQUATION:
                step(number, before, lines, now, after)
            elif what == KEEP:
                after[:, place] = lines[:, line]
            else:
                source = picked(array, place, before, lines, now, after)
                if what == PEEK:
                    for s in range(B):
                        v, seen, p_i = lines[s, line], source[s], p[number]
                        for j in range(H):
                            v[j] += p_i[j] * seen[j]
                elif what == ADD:
                    for s in range(B):
                        v, seen = lines[s, line], source[s]
                        for j in range(H):
                            v[j] += seen[j]
                else:
                    a, z = line * H, end * H
                    weights = late[number * H : (number + 1) * H, a:z]
                    product(source, weights, wide[t, :, a:z])


@njit(cache=True, **HOW)
def backward(
    back, table, spans, kinds, p, R, late, values, states, given, dh, hidden, memory,
    d_after, flat_after, d_before, flat_before, d_given, da, wide, of_memory, dp,
):  # fmt: skip
    """R [kH, nH] and late [kH, ·] come transposed. d_after [B, n, H] comes as the gradient of the
    last states and leaves, if T is even, as that of the first (else d_before does); da [T, B, k, H]
    leaves as that of every line's sum.
    """
    T, B, _, H = values.shape
    for t in range(T - 1, -1, -1):
        before, lines, now, after = states[t], values[t], given[t], states[t + 1]
        d = da[t]
        d[:] = 0
        d_before[:] = 0
        d_given[:] = 0
        for s in range(B):
            into, came = d_after[s, hidden], dh[t, s]
            for j in range(H):
                into[j] += came[j]
        for row in range(len(table) - 1, -1, -1):
            what, line, end, array, place, number = table[row]
            if what == SQUASH:
                for s in range(B):
                    for i in range(line, end):
                        unsquash(lines[s, i], kinds[i], d[s, i])
            elif what == EQUATION:
                back(number, before, lines, now, after, d_before, d, d_given, d_after)
            elif what == KEEP:
                for s in range(B):
                    into, came = d[s, line], d_after[s, place]
                    for j in range(H):
                        into[j] += came[j]
            else:
                d_source = picked(array, place, d_before, d, d_given, d_after)
                if what == PEEK:
                    source = picked(array, place, before, lines, now, after)
                    for s in range(B):
                        d_i, d_s, p_i = d[s, line], d_source[s], p[number]
                        for j in range(H):
                            d_s[j] += p_i[j] * d_i[j]
                        seen, dp_i = source[s], dp[number]
                        for j in range(H):
                            dp_i[j] += seen[j] * d_i[j]
                elif what == ADD:
                    for s in range(B):
                        d_i, d_s = d[s, line], d_source[s]
                        for j in range(H):
                            d_s[j] += d_i[j]
                else:
                    a, z = line * H, end * H
                    weights = late[a:z, number * H : (number + 1) * H]
                    product(wide[t, :, a:z], weights, d_source)
        for s in range(B):
            of_memory[t, s] = d_after[s, memory]
        for i in range(len(spans)):
            a, z, first, end = spans[i]
            product(wide[t, :, a:z], R[a:z, first:end], flat_before[:, first:end])
        d_after, d_before = d_before, d_after
        flat_after, flat_before = flat_before, flat_after
