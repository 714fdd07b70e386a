"""Answers to problem set 1."""

from tests.answers.changed import changed

VALVES = """
def valves(x, h_, W, R, b):
    H = h_.shape[1]
    a = x @ W + h_ @ R + b
    a_i, a_f, a_g, a_o = (a[:, k * H : (k + 1) * H] for k in range(4))
    s = lambda a: 1 / (1 + np.exp(-a))
    return s(a_i), s(a_f), np.tanh(a_g), s(a_o)
"""
STEP = """
def lstm_step(x, h_, c_, W, R, b):
    i, f, g, o = valves(x, h_, W, R, b)
    c = f * c_ + i * g
    return o * np.tanh(c), c
"""
SEQUENCE = """
def lstm_sequence(xs, h, c, W, R, b):
    hs, cs = [], []
    for x in xs:
        h, c = lstm_step(x, h, c, W, R, b)
        hs.append(h)
        cs.append(c)
    return hs, cs
"""
LEFT = """
def what_is_left(c, i, f, g):
    left = np.empty_like(i)
    later = np.ones_like(c)
    for t in range(len(f) - 1, -1, -1):
        left[t] = later * i[t] * g[t]
        later = later * f[t]
    return later * c, left
"""
BIAS = """
def forget_bias(steps, share):
    f = np.exp(np.log(share) / steps)
    return -np.log(1 / f - 1)
"""
MENDED = """
def mended_step(x, h_, c_, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o):
    row = np.hstack([h_, x])
    f = sigmoid(row @ W_f + b_f)
    i = sigmoid(row @ W_i + b_i)
    g = np.tanh(row @ W_g + b_g)
    c = f * c_ + i * g
    o = sigmoid(row @ W_o + b_o)
    return o * np.tanh(c), c
"""
BACK = """
def step_back(dh, dc, x, h_, c_, W, R, b):
    i, f, g, o = valves(x, h_, W, R, b)
    m = np.tanh(f * c_ + i * g)
    dc = dc + dh * o * (1 - m**2)
    da_i = dc * g * i * (1 - i)
    da_f = dc * c_ * f * (1 - f)
    da_g = dc * i * (1 - g**2)
    da_o = dh * m * o * (1 - o)
    da = np.hstack([da_i, da_f, da_g, da_o])
    return da, da @ R.T, dc * f
"""
THROUGH_TIME = """
def sequence_back(dhs, xs, h, c, W, R, b):
    hs, cs = lstm_sequence(xs, h, c, W, R, b)
    hs, cs = [h, *hs], [c, *cs]
    dh, dc = np.zeros_like(h), np.zeros_like(c)
    dW, dR, db = np.zeros_like(W), np.zeros_like(R), np.zeros_like(b)
    for t in reversed(range(len(xs))):
        da, dh, dc = step_back(dhs[t] + dh, dc, xs[t], hs[t], cs[t], W, R, b)
        dW += xs[t].T @ da
        dR += hs[t].T @ da
        db += da.sum(axis=0)
    return dW, dR, db
"""

ANSWERS = {
    "ps1.1": {
        "right": {
            "cut by hand": VALVES,
            "gate by gate, in one array": """
def valves(x, h_, W, R, b):
    row, weights = np.hstack([x, h_, np.ones((len(x), 1))]), np.vstack([W, R, b])
    a = np.einsum("bn,nkh->kbh", row, weights.reshape(len(weights), 4, -1))
    a[[0, 1, 3]] = 0.5 + 0.5 * np.tanh(0.5 * a[[0, 1, 3]])
    a[2] = np.tanh(a[2])
    return a
""",
        },
        "wrong": {
            "no bias": changed(VALVES, (" + b\n", "\n")),
            "o and g in each other's place": changed(VALVES, ("a_g, a_o =", "a_o, a_g =")),
            "all through the sigmoid": changed(VALVES, ("np.tanh(a_g)", "s(a_g)")),
            "not squashed": changed(VALVES, ("1 / (1 + np.exp(-a))", "a")),
            "sign in exp": changed(VALVES, ("-a", "a")),
            "transposed": changed(VALVES, ("a_i), s(a_f)", "a_i).T, s(a_f).T")),
            "not cut up": """
def valves(x, h_, W, R, b):
    return 1 / (1 + np.exp(-(x @ W + h_ @ R + b)))
""",
            "each one whole": changed(
                VALVES, ("(a[:, k * H : (k + 1) * H] for k in range(4))", "[a] * 4")
            ),
            "weights transposed": """
def valves(x, h_, W, R, b):
    return x @ W.T + h_ @ R.T + b
""",
            "complex": changed(VALVES, ("return s(a_i)", "return s(a_i + 0j)")),
            "two mistakes": changed(VALVES, ("np.tanh(a_g), s(a_o)", "a_g, s(2 * a_o)")),
            "nothing": "def valves(x, h_, W, R, b):\n    raise NotImplementedError()\n",
            "no function": "valves = [1, 2]\n",
        },
    },
    "ps1.2": {
        "right": {
            "from the valves": STEP,
            "unit by unit, in float32": """
def lstm_step(x, h_, c_, W, R, b):
    B, H = h_.shape
    s = lambda a: 1 / (1 + np.exp(-a))
    h, c = np.zeros((B, H), np.float32), np.zeros((B, H), np.float32)
    for row in range(B):
        for unit in range(H):
            at = [k * H + unit for k in range(4)]
            a = [sum(x[row] * W[:, j]) + sum(h_[row] * R[:, j]) + b[j] for j in at]
            c[row, unit] = s(a[1]) * c_[row, unit] + s(a[0]) * np.tanh(a[2])
            h[row, unit] = s(a[3]) * np.tanh(c[row, unit])
    return [h, c]
""",
        },
        "wrong": {
            "valves swapped": changed(STEP, ("f * c_ + i * g", "i * c_ + f * g")),
            "no tanh": changed(STEP, ("np.tanh(c)", "c")),
            "the old memory shown": changed(STEP, ("np.tanh(c)", "np.tanh(c_)")),
            "c first": changed(STEP, ("o * np.tanh(c), c", "c, o * np.tanh(c)")),
            "only h": changed(STEP, ("np.tanh(c), c", "np.tanh(c)")),
            "changes c": changed(
                STEP, ("c = f * c_ + i * g", "c = c_\n    c *= f\n    c += i * g")
            ),
            "no bias": changed(STEP, ("R, b)\n    c", "R, 0 * b)\n    c")),
            "returns nothing": changed(STEP, ("return ", "")),
        },
    },
    "ps1.3": {
        "right": {
            "lists": SEQUENCE,
            "arrays filled": """
def lstm_sequence(xs, h, c, W, R, b):
    hs, cs = np.empty((len(xs) + 1, *h.shape)), np.empty((len(xs) + 1, *c.shape))
    hs[0], cs[0] = h, c
    for t, x in enumerate(xs):
        hs[t + 1], cs[t + 1] = lstm_step(x, hs[t], cs[t], W, R, b)
    return hs[1:], cs[1:]
""",
        },
        "wrong": {
            "always from the start": changed(
                SEQUENCE, ("h, c = lstm", "p, q = lstm"), ("(h)", "(p)"), ("(c)", "(q)")
            ),
            "from zeros": changed(SEQUENCE, ("[], []", "[], []\n    h, c = 0 * h, 0 * c")),
            "one array for all": changed(
                SEQUENCE,
                ("[], []", "[], []\n    h, c = h.copy(), c.copy()"),
                ("h, c = lstm", "h[:], c[:] = lstm"),
            ),
            "only the last": changed(SEQUENCE, ("return hs, cs", "return hs[-1], cs[-1]")),
            "with the start": changed(SEQUENCE, ("hs, cs = [], []", "hs, cs = [h], [c]")),
            "batch first": changed(
                SEQUENCE, ("return hs, cs", "return np.stack(hs, 1), np.stack(cs, 1)")
            ),
            "not a number": changed(
                SEQUENCE, ("return hs, cs", "return np.nan * np.stack(hs), cs")
            ),
            "nearly": changed(
                SEQUENCE, ("return hs, cs", "return 1.001 * np.stack(hs), 1.001 * np.stack(cs)")
            ),
        },
    },
    "ps1.4": {
        "right": {
            "from the end": LEFT,
            "a product for each step": """
def what_is_left(c, i, f, g):
    left = [np.prod(f[t + 1 :], axis=0) * i[t] * g[t] for t in range(len(f))]
    return np.prod(f, axis=0) * c, left
""",
        },
        "wrong": {
            "its own valve too": changed(
                LEFT,
                (
                    "        left[t] = later * i[t] * g[t]\n        later = later * f[t]",
                    "        later = later * f[t]\n        left[t] = later * i[t] * g[t]",
                ),
            ),
            "cumprod from the first step": """
def what_is_left(c, i, f, g):
    return np.prod(f, axis=0) * c, np.cumprod(f, axis=0) * i * g
""",
            "nothing forgotten": changed(LEFT, ("later * i[t]", "i[t]")),
            "the mean": changed(LEFT, ("return later * c", "return f.mean(axis=0) * c")),
            "the share alone": changed(LEFT, ("later * c, left", "later, left")),
            "no memory valve": changed(LEFT, ("i[t] * g[t]", "g[t]")),
            "added up": changed(LEFT, ("later * c, left", "later * c, left.sum(axis=0)")),
        },
    },
    "ps1.5": {
        "right": {
            "by logarithms": BIAS,
            "by halving": """
def forget_bias(steps, share):
    low, high = -50.0, 50.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-middle))) ** steps < share:
            low = middle
        else:
            high = middle
    return low
""",
        },
        "wrong": {
            "the valve": changed(BIAS, ("-np.log(1 / f - 1)", "f")),
            "one step": changed(BIAS, (" / steps", "")),
            "the sign": changed(BIAS, ("-np.log(1", "np.log(1")),
            "exp alone": changed(BIAS, ("-np.log(1 / f - 1)", "np.log(f)")),
            "adds up": changed(BIAS, ("np.exp(np.log(share) / steps)", "1 - (1 - share) / steps")),
        },
    },
    "ps1.6": {
        "right": {
            "mended": MENDED,
            "by the step of question 2": """
def mended_step(x, h_, c_, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o):
    H = h_.shape[1]
    stacked = np.hstack([W_i, W_f, W_g, W_o])
    return lstm_step(x, h_, c_, stacked[H:], stacked[:H], np.hstack([b_i, b_f, b_g, b_o]))
""",
        },
        "wrong": {
            "as it was": "mended_step = buggy_step\n",
            "weights swapped instead": changed(
                MENDED,
                ("row @ W_f", "row @ Q"),
                ("row @ W_i", "row @ W_f"),
                ("row @ Q", "row @ W_i"),
            ),
            "no biases": changed(MENDED, (" + b_f", ""), (" + b_i", "")),
            "the row turned": changed(MENDED, ("[h_, x]", "[x, h_]")),
            "no tanh": changed(MENDED, ("o * np.tanh(c)", "o * c")),
        },
    },
    "ps1.7": {
        "right": {
            "line by line": BACK,
            "gate by gate, in one array": """
def step_back(dh, dc, x, h_, c_, W, R, b):
    values = valves(x, h_, W, R, b)
    i, f, g, o = values
    m = np.tanh(f * c_ + i * g)
    total = dc + dh * o * (1 - m * m)
    arrives = [total * g, total * c_, total * i, dh * m]
    slopes = [i - i * i, f - f * f, 1 - g * g, o - o * o]
    da = np.concatenate([a * s for a, s in zip(arrives, slopes)], axis=1)
    return da, np.einsum("bk,hk->bh", da, R), f * total
""",
        },
        "wrong": {
            "nothing through the output valve": changed(BACK, (" + dh * o * (1 - m**2)", "")),
            "no slope of tanh": changed(BACK, ("dh * o * (1 - m**2)", "dh * o")),
            "c squared": changed(BACK, ("(1 - m**2)", "(1 - np.arctanh(m)**2)")),
            "no slope of the sigmoid": changed(
                BACK, (" * i * (1 - i)", ""), (" * f * (1 - f)", ""), (" * o * (1 - o)", "")
            ),
            "the sigmoid's slope for g": changed(BACK, ("(1 - g**2)", "g * (1 - g)")),
            "c after the step": changed(BACK, ("dc * c_ *", "dc * (f * c_ + i * g) *")),
            "i and f exchanged": changed(
                BACK, ("dc * g * i", "dc * Q * i"), ("dc * c_", "dc * g"), ("dc * Q", "dc * c_")
            ),
            "no way round": changed(BACK, ("da @ R.T", "np.zeros_like(h_)")),
            "the forget layer alone": changed(
                BACK, ("da @ R.T", "da_f @ np.split(R, 4, axis=1)[1].T")
            ),
            "R not transposed": changed(BACK, ("da @ R.T", "da @ R")),
            "no forget valve": changed(BACK, ("dc * f\n", "dc\n")),
            "g before f": changed(BACK, ("[da_i, da_f, da_g, da_o]", "[da_i, da_f, da_o, da_g]")),
            "changes dc": changed(BACK, ("dc = dc + dh", "dc += dh")),
            "nothing": "def step_back(*given):\n    raise NotImplementedError()\n",
        },
    },
    "ps1.8": {
        "right": {
            "added up on the way": THROUGH_TIME,
            "all δa first, then three products": """
def sequence_back(dhs, xs, h, c, W, R, b):
    hs, cs = lstm_sequence(xs, h, c, W, R, b)
    before_h = np.concatenate([h[None], hs[:-1]])
    before_c = np.concatenate([c[None], cs[:-1]])
    dh, dc, das = 0.0, np.zeros_like(c), []
    for dh_t, *given in zip(dhs[::-1], xs[::-1], before_h[::-1], before_c[::-1]):
        da, dh, dc = step_back(dh_t + dh, dc, *given, W, R, b)
        das.append(da)
    das = np.stack(das[::-1])
    dW, dR = (np.einsum("tbn,tbk->nk", rows, das) for rows in (xs, before_h))
    return dW, dR, das.sum(axis=(0, 1))
""",
        },
        "wrong": {
            "no way round": changed(THROUGH_TIME, ("dhs[t] + dh", "dhs[t]")),
            "the loss forgotten on the way": changed(
                THROUGH_TIME, ("dhs[t] + dh", "dh if t + 1 < len(xs) else dhs[t]")
            ),
            "memory cut": changed(THROUGH_TIME, ("da, dh, dc =", "da, dh, _ =")),
            "exchanged": changed(THROUGH_TIME, ("da, dh, dc =", "da, dc, dh =")),
            "from the first step on": changed(
                THROUGH_TIME, ("reversed(range(len(xs)))", "range(len(xs))")
            ),
            "h after the step": changed(THROUGH_TIME, ("hs[t].T @", "hs[t + 1].T @")),
            "overwritten": changed(
                THROUGH_TIME, ("dW += ", "dW = "), ("dR += ", "dR = "), ("db += ", "db = ")
            ),
            "the mean": changed(
                THROUGH_TIME, ("return dW, dR, db", "return [d / len(xs) for d in (dW, dR, db)]")
            ),
            "a bias for each row": changed(THROUGH_TIME, ("db += da.sum(axis=0)", "db = db + da")),
            "nothing": "def sequence_back(*given):\n    raise NotImplementedError()\n",
        },
    },
}

HINTS = {
    "ps1.1": {
        "no bias": "bias is missing",
        "o and g in each other's place": "i f o g",
        "all through the sigmoid": "g is not a valve",
        "not squashed": "sigmoid is missing",
        "sign in exp": "sign inside the sigmoid",
        "transposed": "transposed",
        "not cut up": "return i, f, g, o",
        "each one whole": "side by side",
        "weights transposed": "raised ValueError",
        "complex": "complex",
        "two mistakes": "tanh is missing",
        "nothing": "nothing is written",
        "no function": "the function itself",
    },
    "ps1.2": {
        "valves swapped": "two valves are swapped",
        "no tanh": "tanh is missing",
        "the old memory shown": "wrong c",
        "c first": "first h, then c",
        "only h": "return h, c",
        "changes c": "changes its argument c_",
        "no bias": "bias is missing",
        "returns nothing": "returns nothing",
    },
    "ps1.3": {
        "always from the start": "not carried on",
        "from zeros": "not from zeros",
        "one array for all": "array of its own",
        "only the last": "a single step",
        "with the start": "one row too many",
        "batch first": "transposed",
        "not a number": "hs is off by nan",
        "nearly": "none of the usual mistakes",
    },
    "ps1.4": {
        "its own valve too": "one valve too many",
        "cumprod from the first step": "starts at the first step",
        "nothing forgotten": "nothing is forgotten",
        "the mean": "the shares multiply",
        "the share alone": "first c is missing",
        "no memory valve": "memory valve is missing",
        "added up": "a single step",
    },
    "ps1.5": {
        "the valve": "not yet its bias",
        "one step": "number of steps is missing",
        "the sign": "the sign",
        "exp alone": "solves valve = exp(bias)",
        "adds up": "does not add up",
    },
    "ps1.6": {
        "as it was": "still there",
        "weights swapped instead": "the bug has moved",
        "no biases": "gone",
        "the row turned": "other way round",
        "no tanh": "tanh is missing",
    },
    "ps1.7": {
        "nothing through the output valve": "way through the output valve",
        "no slope of tanh": "slope of tanh is missing where",
        "c squared": "not 1 − c²",
        "no slope of the sigmoid": "slope of σ is missing",
        "the sigmoid's slope for g": "not g (1 − g)",
        "c after the step": "memory before the step",
        "i and f exchanged": "i and f are swapped",
        "no way round": "way round through R",
        "the forget layer alone": "that of f",
        "R not transposed": "raised ValueError",
        "no forget valve": "forget valve is missing",
        "g before f": "i f o g",
        "changes dc": "changes its argument dc",
        "nothing": "nothing is written",
    },
    "ps1.8": {
        "no way round": "second way round",
        "the loss forgotten on the way": "only the last step's δh",
        "memory cut": "memory pipeline is cut",
        "exchanged": "δh and δc are swapped",
        "from the first step on": "wrong direction",
        "h after the step": "wrong h",
        "overwritten": "added up",
        "the mean": "mean over the steps",
        "a bias for each row": "db",
        "nothing": "nothing is written",
    },
}
