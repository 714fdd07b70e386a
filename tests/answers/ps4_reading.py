"""Answers to the end of problem set 4: a trained GRU read, and a GRU counted."""

from tests.answers.changed import changed

CARRIED = """
def carried(z, t):
    share = (1 - z[t]) * np.prod(z[t + 1 :], axis=0)
    return share, int(np.argmax(share))
"""
SAME = """
def same_size(D, H):
    def gru(n):
        return 3 * (D * n + n * n + n) + n

    units = H
    while gru(units + 1) <= 4 * (D * H + H * H + H):
        units += 1
    return gru(H), units
"""

ANSWERS = {
    "ps4.6": {
        "right": {
            "by a product": CARRIED,
            "step by step": """
def carried(z, t):
    share = 1 - z[t]
    for step in z[t + 1 :]:
        share = share * step
    return share, np.flatnonzero(share == share.max())[0]
""",
        },
        "wrong": {
            "nothing let in": changed(CARRIED, ("(1 - z[t]) * ", "")),
            "z lets in": changed(CARRIED, ("(1 - z[t])", "z[t]")),
            "t twice": changed(CARRIED, ("z[t + 1 :]", "z[t:]")),
            "the last left out": changed(CARRIED, ("z[t + 1 :]", "z[t + 1 : -1]")),
            "the mean": changed(CARRIED, ("np.prod(", "np.mean(")),
            "least": changed(CARRIED, ("argmax", "argmin")),
        },
    },
    "ps4.7": {
        "right": {
            "by a loop": SAME,
            "by the quadratic formula": """
def same_size(D, H):
    budget, b = 4 * (D * H + H * H + H), 3 * D + 4
    units = int((-b + np.sqrt(b * b + 12 * budget)) / 6 + 1e-9)
    return 3 * (D * H + H * H + H) + H, units
""",
        },
        "wrong": {
            "no b_hn": changed(SAME, ("n * n + n) + n", "n * n + n)")),
            "two biases": changed(SAME, ("n * n + n) + n", "n * n + n) + 3 * n")),
            "two blocks": changed(SAME, ("return 3 *", "return 2 *")),
            "one too many": changed(SAME, ("gru(H), units", "gru(H), units + 1")),
            "a third more": changed(SAME, ("gru(H), units", "gru(H), 4 * H // 3")),
        },
    },
}

HINTS = {
    "ps4.6": {
        "nothing let in": "1 − z lets it in",
        "z lets in": "is (1 − z) n",
        "t twice": "step t counts twice",
        "the last left out": "last step is missing",
        "the mean": "the shares multiply",
        "least": "keeps least",
    },
    "ps4.7": {
        "no b_hn": "b_hn is missing",
        "two biases": "two biases for each block",
        "two blocks": "three",
        "one too many": "one unit too many",
        "a third more": "R grows with H²",
    },
}
