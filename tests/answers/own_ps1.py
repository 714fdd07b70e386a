"""Answers to the ways of asking in a class's editions of problem set 1."""

from tests.answers.changed import changed
from tests.answers.ps1 import MENDED

BIAS = """
def forget_bias(steps, share):
    f = np.exp(np.log(share) / steps)
    return np.log(f / (1 - f))
"""
HALVING = """
def forget_bias(steps, share):
    low, high = -50.0, 50.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        valve = 1 / (1 + np.exp(-middle))
        if valve ** steps < share:
            low = middle
        else:
            high = middle
    return low
"""
STEP = """
def mended_step(x, h_, c_, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o):
    H = h_.shape[1]
    stacked = np.hstack([W_i, W_f, W_g, W_o])
    return lstm_step(x, h_, c_, stacked[H:], stacked[:H], np.hstack([b_i, b_f, b_g, b_o]))
"""


def biases(lost: bool, empties: bool) -> dict:
    kept = ("share", "(1 - share)") if lost else ("share", "share")
    signature = (f"steps, {kept[1]})", "steps, share)")
    right = changed(BIAS, kept, signature)
    halving = changed(HALVING, kept, signature)
    valve = "f"
    if empties:
        right = changed(right, ("np.log(f / (1 - f))", "np.log((1 - f) / f)"))
        halving = changed(halving, ("np.exp(-middle)", "np.exp(middle)"), ("steps <", "steps >"))
        valve = "1 - f"
    formula = right.splitlines()[-1].removeprefix("    return ")
    return {
        "right": {"by logarithms": right, "by halving": halving},
        "wrong": {
            "the valve": (changed(right, (formula, valve)), "not yet its bias"),
            "one step": (changed(right, (" / steps", "")), "number of steps is missing"),
            "exp alone": (
                changed(right, (formula, f"np.log({valve})")),
                "solves valve = exp(bias)",
            ),
        },
    }


def mended(*row: tuple[str, str], step: tuple[tuple[str, str], ...], swapped: str) -> dict:
    right = changed(MENDED, *row)
    p, q = swapped[0], swapped[1]
    swap = ((f"W_{p} + b_{p}", "W_Q + b_Q"), (f"W_{q} + b_{q}", f"W_{q} + b_{p}"),
            ("W_Q + b_Q", f"W_{p} + b_{q}"))  # fmt: skip
    bug = changed(right, *swap)
    none = changed(right, (f" + b_{p}", ""), (f" + b_{q}", ""))
    return {
        "right": {"mended": right, "by the step of question 2": changed(STEP, *step)},
        "wrong": {
            "as it was": ("mended_step = buggy_step\n", "still there"),
            "the same bug": (bug, "still there"),
            "no biases": (none, "are gone"),
            "no tanh": (changed(right, ("o * np.tanh(c)", "o * c")), "tanh is missing"),
        },
    }


OWN = {
    ("ps1.5", 1): biases(lost=True, empties=False),
    ("ps1.5", 2): biases(lost=False, empties=True),
    ("ps1.5", 3): biases(lost=True, empties=True),
    ("ps1.6", 1): mended(
        ("[h_, x]", "[x, h_]"),
        step=(
            ("H = h_.shape[1]", "D = x.shape[1]"),
            ("stacked[H:], stacked[:H]", "stacked[:D], stacked[D:]"),
        ),
        swapped="io",
    ),
    ("ps1.6", 2): mended(
        ("f = sigmoid", "f = 1 - sigmoid"),
        step=(("[W_i, W_f,", "[W_i, -W_f,"), ("[b_i, b_f,", "[b_i, -b_f,")),
        swapped="go",
    ),
}  # fmt: skip
