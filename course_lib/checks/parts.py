"""The standard LSTM in parts that a mistake can replace, and inputs on which no mistake hides."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.checks.comparing import arguments
from course_lib.checks.question import Mistake

ORDER = "ifgo"
Step = Callable[..., tuple[np.ndarray, np.ndarray]]


# --- the equations ------------------------------------------------------------------------------


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def layers(x, h_, W, R, b, blocks: int = 4) -> list[np.ndarray]:
    """The pre-activations of all blocks, each [B, H]; of i, f, g, o in the standard LSTM."""
    return np.split(x @ W + h_ @ R + b, blocks, axis=1)


def squash(a, gate=sigmoid, new=np.tanh) -> tuple[np.ndarray, ...]:
    a_i, a_f, a_g, a_o = a
    return gate(a_i), gate(a_f), new(a_g), gate(a_o)


def valves(x, h_, W, R, b) -> tuple[np.ndarray, ...]:
    """i, f, g, o from a row x and the last hidden row h₋."""
    return squash(layers(x, h_, W, R, b))


def memory(c_, i, f, g):
    return f * c_ + i * g


def output(o, c, c_):
    return o * np.tanh(c)


def step(valves=valves, memory=memory, output=output) -> Step:
    """A step of the LSTM from its parts: (x, h₋, c₋, W, R, b) → h, c."""

    def one_step(x, h_, c_, W, R, b):
        i, f, g, o = valves(x, h_, W, R, b)
        c = memory(c_, i, f, g)
        return output(o, c, c_), c

    return one_step


lstm_step = step()


def sequence(step: Step = lstm_step, carry: Callable = lambda h, c, h0, c0: (h, c)) -> Step:
    """Steps in a row: (xs, h, c, W, R, b) → hs, cs; `carry` says where the next step starts."""

    def all_steps(xs, h, c, W, R, b):
        start, hs, cs = (h, c), [], []
        for x in xs:
            h, c = step(x, h, c, W, R, b)
            hs.append(h)
            cs.append(c)
            h, c = carry(h, c, *start)
        return np.stack(hs), np.stack(cs)

    return all_steps


# --- inputs: B, D, H and T all different, no bias zero ------------------------------------------


def parameters(rng: np.random.Generator, D: int, H: int, blocks: int = 4) -> tuple:
    """W [D, kH], R [H, kH] and b [kH] for k blocks."""
    k = blocks * H
    return tuple(rng.normal(0, 0.8, shape) for shape in ((D, k), (H, k), (k,)))


def sizes(rng: np.random.Generator, count: int, least: int = 2) -> list[int]:
    """So many sizes of arrays, all different, and others at each draw."""
    return [int(n) for n in rng.choice(np.arange(least, 8), count, replace=False)]


def for_valves(rng: np.random.Generator, blocks: int = 4) -> tuple[np.ndarray, ...]:
    """x, h₋, W, R, b."""
    B, D, H = sizes(rng, 3)
    return rng.normal(size=(B, D)), rng.normal(size=(B, H)), *parameters(rng, D, H, blocks)


def for_step(rng: np.random.Generator, blocks: int = 4) -> tuple[np.ndarray, ...]:
    """x, h₋, c₋, W, R, b."""
    x, h_, *rest = for_valves(rng, blocks)
    return x, h_, rng.normal(size=h_.shape), *rest


def for_sequence(rng: np.random.Generator, blocks: int = 4) -> tuple[np.ndarray, ...]:
    """xs, h, c, W, R, b."""
    x, h, c, *rest = for_step(rng, blocks)
    T = next(n for n in sizes(rng, 4) if n not in (*x.shape, *h.shape))
    return rng.normal(size=(T, *x.shape)), h, c, *rest


def opened(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """How far valves are open: between 0.1 and 0.9."""
    return rng.uniform(0.1, 0.9, shape)


# --- mistakes that every cell invites -----------------------------------------------------------


def altered(reference: Callable, **changes: Callable) -> Callable:
    """The reference with arguments changed on the way in, as in altered(step, b=zero)."""
    names = arguments(reference)

    def wrong(*given):
        pairs = zip(names, given, strict=True)
        return reference(*(changes[n](v) if n in changes else v for n, v in pairs))

    return wrong


def zero(a):
    return 0 * a


def layer_mistakes(reference: Callable) -> list[Mistake]:
    """What may be missing from x W + h₋ R + b, whatever is made of it."""
    return [
        Mistake("the bias is missing: each layer adds its part of b.", altered(reference, b=zero)),
        Mistake(
            "the hidden pipeline is missing: each layer adds h₋ R to x W.",
            altered(reference, R=zero),
        ),
        Mistake("the input is missing: each layer adds x W to h₋ R.", altered(reference, W=zero)),
        Mistake(
            "a sign is wrong: x W, h₋ R and b are all added.",
            altered(reference, b=np.negative),
        ),
    ]
