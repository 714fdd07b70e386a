"""Answers to the capstone. What is right is the author's own, so each text brings its cell."""

from tests.answers.changed import changed

STEP = """
def my_step(c_, i, f, g, o):
    c = f * c_ + i * (g - np.tanh(c_))
    return c, o * c / (1 + np.abs(c))
"""
STANDARD = """
def my_step(c_, i, f, g, o):
    c = f * c_ + i * g
    return c, o * np.tanh(c)
"""
NUMERIC = """
def my_numerical_slopes(c_, i, f, g, o):
    c, h = my_step(c_, i, f, g, o)
    slopes, e = [], 1e-4
    for k in range(5):
        up, down = [c_, i, f, g, o], [c_, i, f, g, o]
        up[k], down[k] = up[k] + e, down[k] - e
        slopes.append((np.array(my_step(*up)) - np.array(my_step(*down))) / (2 * e))
    dc, dh = np.stack(slopes, axis=1)
    return c, h, dc, dh
"""
SLOPES = """
def my_slopes(c_, i, f, g, o):
    c = f * c_ + i * i * g
    m = np.tanh(c)
    dc = [f, 2 * i * g, c_, i * i, 0 * o]
    dh = [o * (1 - m * m) * slope for slope in dc[:4]] + [m]
    return c, o * m, np.array(dc), np.array(dh)
"""


def measured(e: str) -> str:
    """Slopes that are not worked out, of a cell that brings its own equations."""
    own = changed(STEP, ("def my_step", "def mine"))
    return own + changed(
        NUMERIC, ("1e-4", e), ("my_step", "mine"), ("def my_numerical_slopes", "def my_slopes")
    )


ANSWERS = {
    "capstone.1": {
        "right": {
            "a full memory lets less in": STEP,
            "two valves as one": """
def my_step(c_, i, f, g, o):
    keep = np.sqrt(f * (1 - i))
    c = keep * c_ + (1 - keep) * g
    return c, np.tanh(o * c)
""",
            "with a kink": changed(STANDARD, ("np.tanh(c)", "np.maximum(c, 0)")),
        },
        "wrong": {
            "the standard LSTM": STANDARD,
            "coupled valves": changed(STANDARD, ("f * c_ + i * g", "c_ + i * (g - c_)")),
            "no output valve": changed(STANDARD, ("o * np", "np")),
            "no memory": changed(STANDARD, ("f * c_ + i * g", "i * g")),
            "nothing new": changed(STANDARD, ("f * c_ + i * g", "f * c_")),
            "memory never shown": changed(STANDARD, ("i * g", "i * i * g"), ("np.tanh(c)", "g")),
            "not finite": changed(STANDARD, ("i * g", "i * np.log(g - 2)")),
            "the standard LSTM, a little less of it": changed(
                STANDARD, ("f * c_", "0.9999 * f * c_")
            ),
            "h first": changed(STEP, ("return c, o * c / (1 + np.abs(c))", "return (o * c)[0], c")),
        },
    },
    "capstone.2": {
        "right": {
            "all at once": NUMERIC,
            "another cell, by the imaginary part": """
def my_numerical_slopes(c_, i, f, g, o):
    step = lambda c_, i, f, g, o: (f * c_ + i**2 * g, o * np.tanh(f * c_ + i**2 * g))
    e = 1e-20j
    moved = [step(*(v + e * (j == k) for j, v in enumerate((c_, i, f, g, o)))) for k in range(5)]
    dc, dh = (np.stack([pair[n].imag / 1e-20 for pair in moved]) for n in (0, 1))
    return *step(c_, i, f, g, o), dc, dh
""",
        },
        "wrong": {
            "to one side, far": changed(
                NUMERIC,
                ("e = [], 1e-4", "e = [], 1e-2"),
                ("- np.array(my_step(*down))) / (2 * e)", "- np.array((c, h))) / e"),
            ),
            "by one step": changed(NUMERIC, ("/ (2 * e)", "/ e")),
            "not divided": changed(NUMERIC, (" / (2 * e)", "")),
            "turned round": changed(NUMERIC, ("up[k] + e, down[k] - e", "up[k] - e, down[k] + e")),
            "all moved at once": changed(
                NUMERIC,
                (
                    "up[k], down[k] = up[k] + e, down[k] - e",
                    "up, down = [v + e for v in up], [v - e for v in down]",
                ),
            ),
            "in place": changed(
                NUMERIC,
                (
                    "up[k], down[k] = up[k] + e, down[k] - e",
                    "up[k] += e\n        down[k] = down[k] - 2 * e",
                ),
            ),
            "other order": changed(
                NUMERIC, ("return c, h, dc, dh", "return c, h, dc[::-1], dh[::-1]")
            ),
        },
    },
    "capstone.3": {
        "right": {
            "a valve squared": SLOPES,
            "another cell": """
def my_slopes(c_, i, f, g, o):
    m = np.tanh(c_)
    c = f * m + i * g
    s = 1 + c * c
    dc = np.stack([f * (1 - m * m), g, m, i, np.zeros_like(c)])
    dh = o / s**1.5 * dc
    dh[4] = c / np.sqrt(s)
    return c, o * c / np.sqrt(s), dc, dh
""",
        },
        "wrong": {
            "the standard slope of i": changed(SLOPES, ("2 * i * g", "g")),
            "h not through c": changed(
                SLOPES, ("[o * (1 - m * m) * slope for slope in dc[:4]]", "[0 * c] * 4")
            ),
            "no slope of tanh": changed(SLOPES, ("o * (1 - m * m) * slope", "o * slope")),
            "in the pre-activations": changed(
                SLOPES,
                ("np.array(dc), np.array(dh)", "np.array(dc) * inner, np.array(dh) * inner"),
                (
                    "    return",
                    "    inner = [c * 0 + 1, i * (1 - i), f * (1 - f), 1 - g * g, o * (1 - o)]\n"
                    "    return",
                ),
            ),
            "in another order": changed(
                SLOPES, ("[f, 2 * i * g, c_, i * i, 0 * o]", "[f, c_, 2 * i * g, i * i, 0 * o]")
            ),
            "the standard LSTM": changed(SLOPES, ("2 * i * g", "g"), ("i * i", "i")),
            **{f"measured over {e}": measured(e) for e in ("1e-3", "1e-4", "1e-5", "1e-6")},
        },
    },
}

HINTS = {
    "capstone.1": {
        "the standard LSTM": "this is the standard LSTM",
        "coupled valves": "this is coupled valves",
        "no output valve": "(NOG)",
        "no memory": "does not depend on c₋",
        "nothing new": "does not depend on g",
        "memory never shown": "h does not depend on the memory",
        "not finite": "not finite",
        "the standard LSTM, a little less of it": "this is the standard LSTM",
        "h first": "has the shape",
    },
    "capstone.2": {
        "to one side, far": "off by",
        "by one step": "a factor of 2",
        "not divided": "divide by how far",
        "turned round": "the sign",
        "all moved at once": "off by",
        "in place": "changes its argument",
        "other order": "in another order",
    },
    "capstone.3": {
        "the standard slope of i": "∂c/∂i",
        "h not through c": "through c",
        "no slope of tanh": "∂h/∂",
        "in the pre-activations": "not in their pre-activations",
        "in another order": "in another order",
        "the standard LSTM": "this is the standard LSTM",
        **{
            f"measured over {e}": "as finite differences do"
            for e in ("1e-3", "1e-4", "1e-5", "1e-6")
        },
    },
}
