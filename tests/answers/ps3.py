"""Answers to problem set 3."""

from tests.answers.changed import changed

STEP = """
def coupled_step(x, h_, c_, W, R, b):
    H = h_.shape[1]
    a = x @ W + h_ @ R + b
    i, g, o = sigmoid(a[:, :H]), np.tanh(a[:, H : 2 * H]), sigmoid(a[:, 2 * H :])
    c = (1 - i) * c_ + i * g
    return o * np.tanh(c), c
"""
TIED = """
def as_standard(W, R, b):
    H = len(R)
    wide = lambda a: np.concatenate([a[..., :H], -a[..., :H], a[..., H:]], axis=-1)
    return wide(W), wide(R), wide(b)
"""
SLOPES = """
def coupled_slopes(c_, i, g):
    return (g - c_) * i * (1 - i), i * (1 - g * g), 1 - i
"""
LOOP = """
def coupled_sequence(xs, h, c, W, R, b):
    hs, cs = [], []
    for x in xs:
        a_i, a_g, a_o = np.split(x @ W + h @ R + b, 3, axis=1)
        i, g, o = sigmoid(a_i), np.tanh(a_g), sigmoid(a_o)
        c = c + i * (g - c)
        h = o * np.tanh(c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)
"""
CONFOUND = """
def attributed(coupled, b_f, b_i, epochs, bias):
    tied = epochs[coupled & (b_i == -bias)].mean()
    standard = ~coupled & (b_f == bias)
    as_it_comes = epochs[standard & (b_i == 0)].mean()
    closed = epochs[standard & (b_i == -bias)].mean()
    return as_it_comes - tied, as_it_comes - closed, closed - tied
"""

ANSWERS = {
    "ps3.1": {
        "right": {
            "cut by hand": STEP,
            "towards g": """
def coupled_step(x, h_, c_, W, R, b):
    row = np.hstack([x, h_]) @ np.vstack([W, R]) + b
    i, g, o = (f(a) for f, a in zip((sigmoid, np.tanh, sigmoid), np.split(row, 3, axis=1)))
    c = c_ + i * (g - c_)
    return np.tanh(c) * o, c
""",
        },
        "wrong": {
            "the lever turned round": changed(
                STEP, ("(1 - i) * c_ + i * g", "i * c_ + (1 - i) * g")
            ),
            "no forget valve": changed(STEP, ("(1 - i) * c_", "c_")),
            "both at i": changed(STEP, ("(1 - i) * c_", "i * c_")),
            "no tanh": changed(STEP, ("o * np.tanh(c)", "o * c")),
            "the output coupled too": changed(STEP, ("return o *", "return (1 - i) *")),
            "o before g": changed(
                STEP,
                (
                    "i, g, o = sigmoid(a[:, :H]), np.tanh(a[:, H : 2 * H]), sigmoid(a[:, 2 * H :])",
                    "i, o, g = sigmoid(a[:, :H]), sigmoid(a[:, H : 2 * H]), np.tanh(a[:, 2 * H :])",
                ),
            ),
            "no bias": changed(STEP, (" + b\n", "\n")),
            "turned round and no tanh": changed(
                STEP,
                ("(1 - i) * c_ + i * g", "i * c_ + (1 - i) * g"),
                ("o * np.tanh(c)", "o * c"),
            ),
        },
    },
    "ps3.2": {
        "right": {
            "negated": TIED,
            "by a matrix": """
def as_standard(W, R, b):
    one, none = np.eye(len(R)), np.zeros((len(R), len(R)))
    M = np.block([[one, -one, none, none], [none, none, one, none], [none, none, none, one]])
    return W @ M, R @ M, b @ M
""",
        },
        "wrong": {
            "copied": changed(TIED, ("-a[", "a[")),
            "bias copied": changed(TIED, ("wide(b)", "np.concatenate([b[:H], b[:H], b[H:]])")),
            "one minus weights": changed(TIED, ("-a[", "1 - a[")),
            "f first": changed(TIED, ("[a[..., :H], -a[..., :H]", "[-a[..., :H], a[..., :H]")),
            "f is free": changed(TIED, ("-a[", "0 * a[")),
            "not widened": "def as_standard(W, R, b):\n    return W, R, b\n",
        },
    },
    "ps3.3": {
        "right": {
            "by slopes": SLOPES,
            "by finite differences": """
def coupled_slopes(c_, i, g):
    a_i, a_g, e = np.log(i / (1 - i)), np.arctanh(g), 1e-6
    c = lambda c_, a_i, a_g: c_ + sigmoid(a_i) * (np.tanh(a_g) - c_)
    S_i = (c(c_, a_i + e, a_g) - c(c_, a_i - e, a_g)) / (2 * e)
    S_g = (c(c_, a_i, a_g + e) - c(c_, a_i, a_g - e)) / (2 * e)
    return S_i, S_g, (c(c_ + e, a_i, a_g) - c(c_ - e, a_i, a_g)) / (2 * e)
""",
        },
        "wrong": {
            "the standard S_i": changed(SLOPES, ("(g - c_) * i", "g * i")),
            "the sign of S_i": changed(SLOPES, ("(g - c_)", "(c_ - g)")),
            "no slope of σ": changed(SLOPES, (" * i * (1 - i)", "")),
            "no slope of tanh": changed(SLOPES, ("i * (1 - g * g)", "i")),
            "carried by i": changed(SLOPES, (", 1 - i", ", i")),
            "carried whole": changed(SLOPES, (", 1 - i", ", np.ones_like(i)")),
        },
    },
    "ps3.4": {
        "right": {
            "mended": LOOP,
            "by question 1": """
def coupled_sequence(xs, h, c, W, R, b):
    states = [(h, c)]
    for x in xs:
        states.append(coupled_step(x, *states[-1], W, R, b))
    return tuple(map(np.array, zip(*states[1:])))
""",
        },
        "wrong": {
            "as it was": "coupled_sequence = buggy_coupled_sequence\n",
            "tanh outside": changed(LOOP, ("o * np.tanh(c)", "np.tanh(o * c)")),
            "tanh in the pipeline": changed(
                LOOP,
                ("c = c + i * (g - c)", "c = np.tanh(c + i * (g - c))"),
                ("o * np.tanh(c)", "o * c"),
            ),
            "sigmoid instead": changed(LOOP, ("o * np.tanh(c)", "o * sigmoid(c)")),
            "only the last": changed(LOOP, ("np.stack(hs), np.stack(cs)", "h, c")),
        },
    },
    "ps3.5": {
        "right": {
            "by masks": CONFOUND,
            "by a loop": """
def attributed(coupled, b_f, b_i, epochs, bias):
    groups = {}
    for tied, f, i, needed in zip(coupled, b_f, b_i, epochs):
        groups.setdefault((bool(tied), float(f), float(i)), []).append(needed)
    mean = {key: sum(row) / len(row) for key, row in groups.items()}
    a, b, c = mean[False, bias, 0.0], mean[False, bias, -bias], mean[True, 0.0, -bias]
    return a - c, a - b, b - c
""",
        },
        "wrong": {
            "all to the coupling": changed(
                CONFOUND,
                ("as_it_comes - closed, closed - tied", "0.0, as_it_comes - tied"),
            ),
            "swapped": changed(
                CONFOUND,
                ("as_it_comes - closed, closed - tied", "closed - tied, as_it_comes - closed"),
            ),
            "medians": changed(
                CONFOUND,
                (
                    "tied = epochs[coupled & (b_i == -bias)].mean()",
                    "tied = np.median(epochs[coupled & (b_i == -bias)])",
                ),
                (
                    "epochs[standard & (b_i == 0)].mean()",
                    "np.median(epochs[standard & (b_i == 0)])",
                ),
                (
                    "epochs[standard & (b_i == -bias)].mean()",
                    "np.median(epochs[standard & (b_i == -bias)])",
                ),
            ),
            "both biases of the coupled": changed(
                CONFOUND, ("coupled & (b_i == -bias)", "coupled")
            ),
            "closed ones too": changed(CONFOUND, ("standard & (b_i == 0)", "standard")),
        },
    },
}

HINTS = {
    "ps3.1": {
        "the lever turned round": "other way round",
        "no forget valve": "forget valve is missing",
        "both at i": "both valves stand at i",
        "no tanh": "tanh is missing",
        "the output coupled too": "none of the usual mistakes",
        "o before g": "blocks in the wrong order",
        "no bias": "bias is missing",
        "turned round and no tanh": "First: the lever is the other way round",
    },
    "ps3.2": {
        "copied": "a copy of i's weights",
        "bias copied": "bias keeps its sign",
        "one minus weights": "1 − is taken of the weights",
        "f first": "wrong order",
        "f is free": "stands at ½",
        "not widened": "has the shape",
    },
    "ps3.3": {
        "the standard S_i": "standard LSTM's S_i",
        "the sign of S_i": "the sign",
        "no slope of σ": "sigmoid's slope is missing",
        "no slope of tanh": "tanh's slope is missing",
        "carried by i": "i is the other valve",
        "carried whole": "passes a valve",
    },
    "ps3.4": {
        "as it was": "still there",
        "tanh outside": "tanh in the wrong place",
        "tanh in the pipeline": "memory pipeline itself",
        "sigmoid instead": "through tanh",
        "only the last": "a single step",
    },
    "ps3.5": {
        "all to the coupling": "coupling gets all of it",
        "swapped": "start and coupling are swapped",
        "medians": "the mean is asked for",
        "both biases of the coupled": "coupled cells of both forget biases",
        "closed ones too": "are those with b_i = 0",
    },
}
