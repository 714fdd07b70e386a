"""Answers to problem set 6."""

from tests.answers.changed import changed

MGU = """
def mgu_step(x, h_, W, R, b):
    H = h_.shape[1]
    f = sigmoid(x @ W[:, :H] + h_ @ R[:, :H] + b[:H])
    n = np.tanh(x @ W[:, H:] + (f * h_) @ R[:, H:] + b[H:])
    return (1 - f) * h_ + f * n
"""
SLSTM = """
def slstm_step(x, h_, c_, n_, W, R, b):
    e, k, g, o = np.split(x @ W + h_ @ R + b, 4, axis=1)
    kept = n_ + np.log(sigmoid(k))
    n = np.logaddexp(kept, e)
    i = np.exp(e - n)
    c = (1 - i) * c_ + i * np.tanh(g)
    return sigmoid(o) * c, c, n
"""
FIRST = """
def first_step(x, W, R, b):
    zeros = np.zeros((len(x), len(R)))
    return slstm_step(x, zeros, zeros, zeros - 1e4, W, R, b)
"""
PARALLEL = """
def parallel(z, n, h_):
    product = np.cumprod(z, axis=0)
    return product * (h_ + np.cumsum((1 - z) * n / product, axis=0))
"""
TYPED = """
def to_trnn(W, b):
    H = len(b) // 2
    sign = np.repeat([-1, 1], H)
    return W * sign, b * sign
"""

ANSWERS = {
    "ps6.1": {
        "right": {
            "cut by hand": MGU,
            "as a GRU with r = f and z = 1 - f": """
def mgu_step(x, h_, W, R, b):
    W_f, W_n = np.split(W, 2, axis=1)
    R_f, R_n = np.split(R, 2, axis=1)
    b_f, b_n = np.split(b, 2)
    r = sigmoid(x @ W_f + h_ @ R_f + b_f)
    z = 1 - r
    n = np.tanh(x @ W_n + (r * h_) @ R_n + b_n)
    return (1 - z) * n + z * h_
""",
        },
        "wrong": {
            "f mirrored": changed(MGU, ("(1 - f) * h_ + f * n", "f * h_ + (1 - f) * n")),
            "no reset": changed(MGU, ("(f * h_) @", "h_ @")),
            "reset closed": changed(MGU, ("(f * h_) @", "((1 - f) * h_) @")),
            "reset after": changed(MGU, ("(f * h_) @ R[:, H:]", "f * (h_ @ R[:, H:])")),
            "no tanh": changed(MGU, ("np.tanh(", "(")),
            "no bias": changed(MGU, (" + b[:H]", ""), (" + b[H:]", "")),
        },
    },
    "ps6.2": {
        "right": {
            "mended": SLSTM,
            "with C and N and their maximum": """
def slstm_step(x, h_, c_, n_, W, R, b):
    e, k, g, o = np.split(x @ W + h_ @ R + b, 4, axis=1)
    kept = n_ - np.logaddexp(0, -k)
    m = np.maximum(kept, e)
    old, new = np.exp(kept - m), np.exp(e - m)
    N = old + new
    c = (old * c_ + new * np.tanh(g)) / N
    return sigmoid(o) * c, c, m + np.log(N)
""",
        },
        "wrong": {
            "as it was": "slstm_step = buggy_slstm_step\n",
            "g and o swapped": changed(SLSTM, ("e, k, g, o =", "e, k, o, g =")),
            "shows the old c": changed(SLSTM, ("sigmoid(o) * c, c", "sigmoid(o) * c_, c")),
            "squashed again": changed(SLSTM, ("sigmoid(o) * c, c", "sigmoid(o) * np.tanh(c), c")),
            "no sigmoid on k": changed(SLSTM, ("np.log(sigmoid(k))", "k")),
        },
    },
    "ps6.3": {
        "right": {
            "from far below": FIRST,
            "on paper": """
def first_step(x, W, R, b):
    e, _, g, o = np.split(x @ W + b, 4, axis=1)
    c = np.tanh(g)
    return sigmoid(o) * c, c, e
""",
            "from minus infinity": changed(FIRST, ("zeros - 1e4", "zeros - np.inf")),
        },
        "wrong": {
            "from 0": changed(FIRST, ("zeros - 1e4", "zeros")),
            "from 1": changed(FIRST, ("zeros - 1e4", "zeros + 1")),
            "from far above": changed(FIRST, ("zeros - 1e4", "zeros + 1e4")),
            "from -1": changed(FIRST, ("zeros - 1e4", "zeros - 1")),
        },
    },
    "ps6.4": {
        "right": {
            "by products": PARALLEL,
            "one by one": """
def parallel(z, n, h_):
    h = np.empty_like(n)
    for t in range(len(n)):
        h_ = h[t] = z[t] * h_ + (1 - z[t]) * n[t]
    return h
""",
        },
        "wrong": {
            "as it was": "def parallel(z, n, h_):\n    return buggy_parallel(z, n)\n",
            "not scaled": changed(
                PARALLEL, ("product * (h_ + np", "h_ + product * (np"), ("axis=0))", "axis=0))")
            ),
            "first step alone": """
def parallel(z, n, h_):
    h = buggy_parallel(z, n)
    h[0] += z[0] * h_
    return h
""",
            "z mirrored": changed(
                PARALLEL, ("cumprod(z,", "cumprod(1 - z,"), ("(1 - z) * n", "z * n")
            ),
        },
    },
    "ps6.5": {
        "right": {
            "by signs": TYPED,
            "block by block": """
def to_trnn(W, b):
    W_z, W_n = np.split(W, 2, axis=1)
    b_z, b_n = np.split(b, 2)
    return np.hstack([-W_z, W_n]), np.hstack([-b_z, b_n])
""",
        },
        "wrong": {
            "unchanged": "def to_trnn(W, b):\n    return W, b\n",
            "bias kept": changed(TYPED, ("b * sign", "b")),
            "one minus": """
def to_trnn(W, b):
    H = len(b) // 2
    return np.hstack([1 - W[:, :H], W[:, H:]]), np.hstack([1 - b[:H], b[H:]])
""",
            "all turned": changed(TYPED, ("[-1, 1]", "[-1, -1]")),
            "n turned": changed(TYPED, ("[-1, 1]", "[1, -1]")),
        },
    },
}

HINTS = {
    "ps6.1": {
        "f mirrored": "f is the other way round",
        "no reset": "the reset is missing",
        "reset closed": "resets the other way round",
        "reset after": "that is reset after",
        "no tanh": "tanh is missing",
        "no bias": "bias is missing",
    },
    "ps6.2": {
        "as it was": "still there",
        "g and o swapped": "g was right",
        "shows the old c": "h shows the new memory",
        "squashed again": "isn't squashed again",
        "no sigmoid on k": "keeps its sigmoid",
    },
    "ps6.3": {
        "from 0": "n starts at 0",
        "from 1": "n starts at 1",
        "from far above": "far above 0",
        "from -1": "too near to 0",
    },
    "ps6.4": {
        "as it was": "still missing",
        "not scaled": "isn't scaled",
        "first step alone": "after the first step alone",
        "z mirrored": "z and 1 − z change places",
    },
    "ps6.5": {
        "unchanged": "nothing is changed",
        "bias kept": "bias keeps its sign",
        "one minus": "1 − is taken of the weights",
        "all turned": "n changes as well",
        "n turned": "the wrong block",
    },
}
