"""Answers to the ways of asking in a class's editions of problem set 3."""

from tests.answers.changed import changed

TIED = """
def as_standard(W, R, b):
    def wide(array):
        H = array.shape[-1] // 3
        i, g, o = array[..., :H], array[..., H : 2 * H], array[..., 2 * H :]
        f = -i
        return np.concatenate([ORDER], axis=-1)

    return wide(W), wide(R), wide(b)
"""
MATRIX = """
def as_standard(W, R, b):
    one, none = np.eye(len(R)), np.zeros((len(R), len(R)))
    column = {"i": [one, none, none], "f": [-one, none, none],
              "g": [none, one, none], "o": [none, none, one]}
    M = np.hstack([np.vstack(column[gate]) for gate in "NAMES"])
    return W @ M, R @ M, b @ M
"""
SLOPES = """
def coupled_slopes(c_, f, g):
    return (c_ - g) * f * (1 - f), (1 - f) * (1 - g * g), f
"""
DIFFERENCES = """
def coupled_slopes(c_, f, g):
    a_f, a_g, e = np.log(f / (1 - f)), np.arctanh(g), 1e-6
    c = lambda c_, a_f, a_g: np.tanh(a_g) + sigmoid(a_f) * (c_ - np.tanh(a_g))
    S_f = (c(c_, a_f + e, a_g) - c(c_, a_f - e, a_g)) / (2 * e)
    S_g = (c(c_, a_f, a_g + e) - c(c_, a_f, a_g - e)) / (2 * e)
    return S_f, S_g, (c(c_ + e, a_f, a_g) - c(c_ - e, a_f, a_g)) / (2 * e)
"""
MEDIANS = """
def attributed(coupled, b_f, b_i, epochs, bias):
    tied = np.median(epochs[coupled & (b_i == -bias)])
    standard = ~coupled & (b_f == bias)
    as_it_comes = np.median(epochs[standard & (b_i == 0)])
    closed = np.median(epochs[standard & (b_i == -bias)])
    return as_it_comes - tied, as_it_comes - closed, closed - tied
"""
RATIOS = changed(
    MEDIANS,
    ("np.median", "np.mean"),
    ("as_it_comes - tied, as_it_comes - closed, closed - tied",
     "as_it_comes / tied, as_it_comes / closed, closed / tied"),
)  # fmt: skip
LOOP = """
def attributed(coupled, b_f, b_i, epochs, bias):
    groups = {}
    for tied, f, i, needed in zip(coupled, b_f, b_i, epochs):
        groups.setdefault((bool(tied), float(f), float(i)), []).append(needed)
    of = {key: middle(row) for key, row in groups.items()}
    a, b, c = of[False, bias, 0.0], of[False, bias, -bias], of[True, 0.0, -bias]
    return a - c, a - b, b - c


def middle(row):
    ordered, n = sorted(row), len(row)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
"""


def tied(order: str) -> dict:
    right = changed(TIED, ("ORDER", ", ".join(order)))
    other = ", ".join(order[::-1])
    return {
        "right": {"cut up": right, "by a matrix": changed(MATRIX, ("NAMES", order))},
        "wrong": {
            "copied": (changed(right, ("f = -i", "f = i")), "a copy of i's weights"),
            "one minus weights": (changed(right, ("f = -i", "f = 1 - i")), "1 − is taken of the"),
            "f is free": (changed(right, ("f = -i", "f = 0 * i")), "stands at ½"),
            "turned round": (changed(TIED, ("ORDER", other)), "none of the usual"),
            "not widened": ("def as_standard(W, R, b):\n    return W, R, b\n", "has the shape"),
        },
    }


OWN = {
    **{("ps3.2", k): tied(order) for k, order in enumerate(("figo", "iofg", "igfo"), 1)},
    ("ps3.3", 1): {
        "right": {"by slopes": SLOPES, "by finite differences": DIFFERENCES},
        "wrong": {
            "the standard S_f": (changed(SLOPES, ("(c_ - g) * f", "c_ * f")), "LSTM's S_f"),
            "no slope of σ": (changed(SLOPES, (" * f * (1 - f)", "")), "sigmoid's slope"),
            "no slope of tanh": (changed(SLOPES, (" * (1 - g * g)", "")), "tanh's slope is"),
            "carried by the other": (changed(SLOPES, (", f\n", ", 1 - f\n")), "is the other valve"),
            "carried whole": (changed(SLOPES, (", f\n", ", f / f\n")), "passes a valve"),
        },
    },
    ("ps3.5", 1): {
        "right": {"by masks": MEDIANS, "by a loop": LOOP},
        "wrong": {
            "all to the coupling": (
                changed(MEDIANS, ("closed, closed - tied", "as_it_comes, as_it_comes - tied")),
                "coupling gets all of it",
            ),
            "swapped": (
                changed(
                    MEDIANS,
                    ("as_it_comes - closed, closed - tied", "closed - tied, as_it_comes - closed"),
                ),
                "start and coupling are swapped",
            ),
            "both biases": (
                changed(MEDIANS, ("coupled & (b_i == -bias)", "coupled")),
                "coupled cells of both forget biases",
            ),
        },
    },
    ("ps3.5", 2): {
        "right": {
            "by masks": RATIOS,
            "by a loop": changed(
                LOOP,
                ("a - c, a - b, b - c", "a / c, a / b, b / c"),
                ("(ordered[(n - 1) // 2] + ordered[n // 2]) / 2", "sum(ordered) / n"),
            ),
        },
        "wrong": {
            "upside down": (
                changed(
                    RATIOS,
                    ("as_it_comes / tied, as_it_comes / closed, closed / tied",
                     "tied / as_it_comes, closed / as_it_comes, tied / closed"),
                ),
                "upside down",
            ),
            "all to the coupling": (
                changed(
                    RATIOS, ("as_it_comes / closed, closed / tied", "1.0, as_it_comes / tied")
                ),
                "coupling gets all of it",
            ),
            "medians": (changed(RATIOS, ("np.mean", "np.median")), "the mean is asked for"),
        },
    },
}  # fmt: skip
