"""Answers to problem set 2."""

from tests.answers.changed import changed

PEEK = """
def peeking_memory(x, h_, c_, W, R, b, p_i, p_f):
    H = h_.shape[1]
    a = x @ W + h_ @ R + b
    i = sigmoid(a[:, :H] + p_i * c_)
    f = sigmoid(a[:, H : 2 * H] + p_f * c_)
    g = np.tanh(a[:, 2 * H : 3 * H])
    return i, f, f * c_ + i * g
"""
OUTPUT = """
def peephole_step(x, h_, c_, W, R, b, p_i, p_f, p_o):
    a_i, a_f, a_g, a_o = np.split(x @ W + h_ @ R + b, 4, axis=1)
    i = sigmoid(a_i + p_i * c_)
    f = sigmoid(a_f + p_f * c_)
    c = f * c_ + i * np.tanh(a_g)
    o = sigmoid(a_o + p_o * c)
    return o * np.tanh(c), c
"""
COUNT = """
def parameter_counts(D, H):
    a_block = D * H + H * H + H
    return 4 * a_block, 4 * a_block + 3 * H
"""
CARRY = """
def carry_slope(c_, i, f, g, p_i, p_f):
    S_i = g * i * (1 - i)
    S_f = c_ * f * (1 - f)
    return f + p_i * S_i + p_f * S_f
"""
BASE = """
def baselines(target):
    constant = (target.max() + target.min()) / 2
    error = abs(target - constant).max()
    return constant, error, abs(target[1:] - target[:-1]).max()
"""

ANSWERS = {
    "ps2.1": {
        "right": {
            "cut by hand": PEEK,
            "peepholes as diagonal matrices": """
def peeking_memory(x, h_, c_, W, R, b, p_i, p_f):
    nothing = np.zeros((len(p_i), 2 * len(p_i)))
    P = np.hstack([np.diag(p_i), np.diag(p_f), nothing])
    i, f, g, _ = np.split(np.hstack([x, h_, c_]) @ np.vstack([W, R, P]) + b, 4, axis=1)
    i, f = sigmoid(i), sigmoid(f)
    return [i, f, c_ * f + np.tanh(g) * i]
""",
        },
        "wrong": {
            "no peepholes": changed(PEEK, (" + p_i * c_", ""), (" + p_f * c_", "")),
            "i does not look": changed(PEEK, (" + p_i * c_", "")),
            "peepholes swapped": changed(
                PEEK, ("p_i * c_", "p_q * c_"), ("p_f * c_", "p_i * c_"), ("p_q * c_", "p_f * c_")
            ),
            "looks at h": changed(PEEK, ("p_i * c_", "p_i * h_"), ("p_f * c_", "p_f * h_")),
            "looks at tanh": changed(
                PEEK, ("p_i * c_", "p_i * np.tanh(c_)"), ("p_f * c_", "p_f * np.tanh(c_)")
            ),
            "outside the sigmoid": changed(
                PEEK,
                ("[:, :H] + p_i * c_)", "[:, :H]) + p_i * c_"),
                ("2 * H] + p_f * c_)", "2 * H]) + p_f * c_"),
            ),
            "g looks too": changed(PEEK, ("3 * H])", "3 * H] + p_i * c_)")),
            "valves swapped": changed(PEEK, ("f * c_ + i * g", "i * c_ + f * g")),
            "no bias": changed(PEEK, (" + b\n", "\n")),
            "looks at h and no bias": changed(
                PEEK, ("p_i * c_", "p_i * h_"), ("p_f * c_", "p_f * h_"), (" + b\n", "\n")
            ),
        },
    },
    "ps2.2": {
        "right": {
            "mended": OUTPUT,
            "by question 1": """
def peephole_step(x, h_, c_, W, R, b, p_i, p_f, p_o):
    _, _, c = peeking_memory(x, h_, c_, W, R, b, p_i, p_f)
    a_o = (x @ W + h_ @ R + b)[:, -len(p_o) :]
    return np.tanh(c) / (1 + np.exp(-a_o - p_o * c)), c
""",
        },
        "wrong": {
            "as it was": "peephole_step = buggy_peephole_step\n",
            "no peephole": changed(OUTPUT, (" + p_o * c", "")),
            "looks at tanh": changed(OUTPUT, ("p_o * c", "p_o * np.tanh(c)")),
            "looks at h": changed(OUTPUT, ("p_o * c", "p_o * h_")),
            "the old memory shown": changed(OUTPUT, ("o * np.tanh(c)", "o * np.tanh(c_)")),
            "no tanh": changed(OUTPUT, ("o * np.tanh(c)", "o * c")),
        },
    },
    "ps2.3": {
        "right": {
            "a block four times": COUNT,
            "by arrays": """
def parameter_counts(D, H):
    standard = sum(np.zeros(shape).size for shape in ((D, 4 * H), (H, 4 * H), (4 * H,)))
    return np.array([standard, standard + 3 * H])
""",
        },
        "wrong": {
            "no biases": changed(COUNT, (" + H\n", "\n")),
            "two biases": changed(COUNT, (" + H\n", " + 2 * H\n")),
            "whole matrices": changed(COUNT, ("+ 3 * H", "+ 3 * H * H")),
            "g looks too": changed(COUNT, ("+ 3 * H", "+ 4 * H")),
            "three blocks": changed(COUNT, ("4 * a", "3 * a")),
            "only the sum": changed(COUNT, ("4 * a_block, ", "")),
        },
    },
    "ps2.4": {
        "right": {
            "by slopes": CARRY,
            "by finite differences of the valves": """
def carry_slope(c_, i, f, g, p_i, p_f):
    a_i, a_f, e = np.log(i / (1 - i)), np.log(f / (1 - f)), 1e-6
    c = lambda d: sigmoid(a_f + p_f * d) * (c_ + d) + sigmoid(a_i + p_i * d) * g
    return (c(e) - c(-e)) / (2 * e)
""",
        },
        "wrong": {
            "as without peepholes": changed(CARRY, (" + p_i * S_i + p_f * S_f", "")),
            "i forgotten": changed(CARRY, (" + p_i * S_i", "")),
            "the direct way forgotten": changed(CARRY, ("return f + p_i", "return p_i")),
            "tanh's slope": changed(
                CARRY, ("i * (1 - i)", "(1 - i * i)"), ("f * (1 - f)", "(1 - f * f)")
            ),
            "no slope of σ": changed(CARRY, (" * i * (1 - i)", ""), (" * f * (1 - f)", "")),
            "partners swapped": changed(
                CARRY, ("g * i", "q * i"), ("c_ * f", "g * f"), ("q * i", "c_ * i")
            ),
        },
    },
    "ps2.5": {
        "right": {
            "by arrays": BASE,
            "by a loop": """
def baselines(target):
    low, high, seen = target[0], target[0], 0.0
    for before, now in zip(target[:-1], target[1:]):
        low, high, seen = min(low, now), max(high, now), max(seen, abs(now - before))
    return low + (high - low) / 2, (high - low) / 2, seen
""",
        },
        "wrong": {
            "the mean": changed(BASE, ("(target.max() + target.min()) / 2", "target.mean()")),
            "the median": changed(BASE, ("(target.max() + target.min()) / 2", "np.median(target)")),
            "a half": changed(BASE, ("(target.max() + target.min()) / 2", "0.5")),
            "no absolute value": changed(
                BASE, ("abs(target[1:] - target[:-1]).max()", "(target[1:] - target[:-1]).max()")
            ),
            "two back": changed(BASE, ("target[1:] - target[:-1]", "target[2:] - target[:-2]")),
        },
    },
}

HINTS = {
    "ps2.1": {
        "no peepholes": "peepholes are missing",
        "i does not look": "memory valve looks",
        "peepholes swapped": "peepholes are swapped",
        "looks at h": "wrong pipeline",
        "looks at tanh": "additional tanh",
        "outside the sigmoid": "outside the sigmoid",
        "g looks too": "one peephole too many",
        "valves swapped": "two valves are swapped",
        "no bias": "bias is missing",
        "looks at h and no bias": "First: a peephole looks at the memory",
    },
    "ps2.2": {
        "as it was": "still there",
        "no peephole": "peephole is gone",
        "looks at tanh": "additional tanh",
        "looks at h": "wrong pipeline",
        "the old memory shown": "wrong c leaves",
        "no tanh": "tanh is missing",
    },
    "ps2.3": {
        "no biases": "biases are missing",
        "two biases": "as PyTorch keeps them",
        "whole matrices": "one number a unit",
        "g looks too": "g is no valve",
        "three blocks": "new memory has weights too",
        "only the sum": "return standard, peephole",
    },
    "ps2.4": {
        "as without peepholes": "without peepholes",
        "i forgotten": "through the memory valve",
        "the direct way forgotten": "direct way is missing",
        "tanh's slope": "tanh's slope",
        "no slope of σ": "sigmoid's slope is missing",
        "partners swapped": "partners are swapped",
    },
    "ps2.5": {
        "the mean": "for the *squared* error",
        "the median": "that is the median",
        "a half": "look at the target",
        "no absolute value": "error has a sign",
        "two back": "compare target[1:]",
    },
}
