"""Problem set 1, second half: reading valves, the forget bias, and a bug in another layout."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.checks.parts import altered, opened, sigmoid, sizes, zero
from course_lib.checks.question import Mistake, Question

# --- ps1.4: what is left of what was put in -----------------------------------------------------


def what_is_left(c, i, f, g, *, after=lambda f: np.cumprod(f[:0:-1], axis=0)[::-1]):
    """Shares of c_T: what is left of the first c [B, H], and of each step's i ∘ g [T, B, H]."""
    later = np.concatenate([after(f), np.ones_like(f[:1])])
    return f.prod(axis=0) * c, i * g * later


def for_reading(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    T, B, H = sizes(rng, 3, least=3)
    i, f = opened(rng, T, B, H), rng.uniform(0.5, 0.95, (T, B, H))
    return rng.normal(size=(B, H)), i, f, np.tanh(rng.normal(size=(T, B, H)))


def own_step_too(c, i, f, g):
    return f.prod(axis=0) * c, i * g * np.cumprod(f[::-1], axis=0)[::-1]


def all_earlier(c, i, f, g):
    before = np.concatenate([np.ones_like(f[:1]), np.cumprod(f[:-1], axis=0)])
    return f.prod(axis=0) * c, i * g * before


def own_step_first(c, i, f, g):
    return f.prod(axis=0) * c, i * g * np.cumprod(f, axis=0)


def left_turned(c, i, f, g):
    return f.prod(axis=0) * c, i * g * np.cumprod(f[::-1], axis=0)


READING = [
    Mistake(
        "np.cumprod starts at the first step, so this multiplies the valves up to t; what step t "
        "puts in passes those after t. Turn the steps round, multiply, and turn them back.",
        own_step_first,
    ),
    Mistake(
        "turned round, multiplied, and not turned back: the products stand at the wrong steps, and "
        "each holds the step's own valve as well.",
        left_turned,
    ),
    Mistake(
        "one valve too many: what step t puts in passes the forget valves of t + 1, t + 2, …; its "
        "own valve has already done its work.",
        own_step_too,
    ),
    Mistake(
        "the wrong steps: what step t puts in passes the forget valves that come after it.",
        all_earlier,
    ),
    Mistake(
        "nothing is forgotten: each later forget valve lets only its part through.",
        lambda c, i, f, g: what_is_left(c, i, np.ones_like(f), g),
    ),
    Mistake(
        "only the next forget valve: what is put in passes every one until the end.",
        partial(what_is_left, after=lambda f: f[1:]),
    ),
    Mistake(
        "only the last forget valve: the memory passes every one on its way.",
        lambda c, i, f, g: (f[-1] * c, what_is_left(c, i, f, g)[1]),
    ),
    Mistake(
        "the mean of the valves is not what is left: the shares multiply.",
        lambda c, i, f, g: (f.mean(axis=0) * c, what_is_left(c, i, f, g)[1]),
    ),
    Mistake(
        "the first c is missing: the share of it that is left, times c itself.",
        lambda c, i, f, g: what_is_left(np.ones_like(c), i, f, g),
    ),
    Mistake(
        "the memory valve is missing: step t puts in i ∘ g, not g.",
        altered(what_is_left, i=np.ones_like),
    ),
    Mistake(
        "the new memory is missing: step t puts in i ∘ g, not i.",
        altered(what_is_left, g=np.ones_like),
    ),
]

# --- ps1.5: the forget bias ---------------------------------------------------------------------


def bias_of(valve):
    return np.log(valve / (1 - valve))


def biased(kept: Callable = lambda share: share, valve: Callable = lambda f: f) -> Question:
    """What is asked of the forget bias: what `share` says is kept, which valve σ(bias) is."""

    def of(steps, share):
        return valve(kept(share) ** (1 / steps))

    def forget_bias(steps, share):
        return float(bias_of(of(steps, share)))

    mistakes = [
        Mistake("that is the valve, not yet its bias: solve valve = σ(bias) for the bias.", of),
        Mistake(
            "the number of steps is missing: the share is left after all steps, and each valve "
            "must keep more than that.",
            lambda steps, share: forget_bias(1, share),
        ),
        Mistake(
            "the sign: a larger bias opens the valve further.",
            lambda steps, share: -forget_bias(steps, share),
        ),
        Mistake(
            "that applies σ where it has to be undone: solve valve = σ(bias) for the bias.",
            lambda steps, share: sigmoid(of(steps, share)),
        ),
        Mistake(
            "that solves valve = exp(bias), and σ has 1 + exp(−bias) in its denominator: solve "
            "valve = σ(bias) for the bias.",
            lambda steps, share: np.log(of(steps, share)),
        ),
        Mistake(
            "the loss does not add up from step to step: each valve takes a part of what is left.",
            lambda steps, share: bias_of(valve(1 - (1 - kept(share)) / steps)),
        ),
        Mistake(
            "tanh in place of σ: the forget valve is a sigmoid.",
            lambda steps, share: np.arctanh(of(steps, share)),
        ),
    ]

    def inputs(rng: np.random.Generator) -> tuple[int, float]:
        return int(rng.integers(20, 200)), float(rng.uniform(0.1, 0.9))

    return Question(forget_bias, ("bias",), inputs, mistakes)


# --- ps1.6: find the bug; biases of two gates swapped (ddbourgin/numpy-ml #42) ------------------


def joined_step(x, h_, c_, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o, *, out=np.tanh, row=None):
    """A step whose gates have matrices of their own, [H + D, H], for the row [h₋ | x]."""
    row = np.hstack([h_, x]) if row is None else row
    f, i = sigmoid(row @ W_f + b_f), sigmoid(row @ W_i + b_i)
    c = f * c_ + i * np.tanh(row @ W_g + b_g)
    return sigmoid(row @ W_o + b_o) * out(c), c


def for_joined(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    B, D, H = sizes(rng, 3)
    x, h_, c_ = (rng.normal(size=(B, n)) for n in (D, H, H))
    Ws = [rng.normal(0, 0.8, (H + D, H)) for _ in range(4)]
    return x, h_, c_, *Ws, *(rng.normal(0, 1.5, H) for _ in range(4))


def exchanged(one: int, other: int) -> Callable:
    """Two of the arguments change places."""

    def wrong(*given):
        parts = list(given)
        parts[one], parts[other] = parts[other], parts[one]
        return joined_step(*parts)

    return wrong


def bugs(bug: str = "fi") -> list[Mistake]:
    """What is handed in where the biases of these two gates were swapped."""
    one, other = ("figo".index(gate) for gate in bug)
    third, fourth = (k for k in range(4) if "figo"[k] not in bug)
    p, q, r, s = ("figo"[k] for k in (one, other, third, fourth))
    both = {3 + one: 3 + other, 3 + other: 3 + one, 7 + one: 7 + other, 7 + other: 7 + one}
    return [
        Mistake(
            "the bug is still there: it shows only where the biases of two gates differ. Follow "
            "each bias to the gate that it opens.",
            exchanged(7 + one, 7 + other),
        ),
        Mistake(
            f"the bug has moved: now the weights of {p} and {q} are swapped. Each gate needs its "
            "own weights and its own bias.",
            exchanged(3 + one, 3 + other),
        ),
        Mistake(
            f"both weights and biases of {p} and {q} are swapped: each belongs to its own gate.",
            lambda *given: joined_step(*(given[both.get(k, k)] for k in range(11))),
        ),
        Mistake(
            f"other biases are swapped: {r} and {s} were right.", exchanged(7 + third, 7 + fourth)
        ),
        Mistake(
            f"the biases of {p} and {q} are gone: they were swapped, but they are needed.",
            lambda *given: joined_step(
                *(zero(v) if k in (7 + one, 7 + other) else v for k, v in enumerate(given))
            ),
        ),
        Mistake(
            "the row is joined the other way round: these weights want h₋ first, then x.",
            lambda *given: joined_step(*given, row=np.hstack([given[0], given[1]])),
        ),
        Mistake(
            "tanh is missing: the memory is squashed before the output valve lets it out.",
            partial(joined_step, out=lambda c: c),
        ),
    ]


QUESTIONS = {
    "ps1.4": Question(what_is_left, ("kept", "left"), for_reading, READING),
    "ps1.5": biased(),
    "ps1.6": Question(joined_step, ("h", "c"), for_joined, bugs()),
}
