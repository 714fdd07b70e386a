"""Answers to the ways of asking in a class's editions of problem set 4."""

from tests.answers.changed import changed

CARRIED = """
def carried(z, t):
    k = KEPT
    share = FIRST * np.prod(k[t + 1 :], axis=0)
    return share, int(np.argmax(share))
"""
STEPS = """
def carried(z, t):
    k = KEPT
    share = FIRST
    for step in k[t + 1 :]:
        share = share * step
    return share, np.flatnonzero(share == share.max())[0]
"""
SAME = """
def same_size(D, H):
    def gru(n):
        return 3 * (D * n + n * n + EACH * n) + MORE

    units = H
    while gru(units + 1) <= 4 * (D * H + H * H + EACH * H):
        units += 1
    return gru(H), units
"""
DOWN = """
def same_size(D, H):
    counts = [3 * (D * n + n * n + EACH * n) + MORE for n in range(3 * H)]
    budget = 4 * (D * H + H * H + EACH * H)
    return counts[H], max(n for n, count in enumerate(counts) if count <= budget)
"""


def carried(kept: str, first: str, missing: str) -> dict:
    told = ("KEPT", kept), ("FIRST", first)
    right = changed(CARRIED, *told)
    return {
        "right": {"by a product": right, "step by step": changed(STEPS, *told)},
        "wrong": {
            "step t itself missing": (changed(right, (f"{first} * np", "np")), missing),
            "the last step missing": (changed(right, ("k[t + 1 :]", "k[t + 1 : -1]")), "last step"),
            "the next one missing": (changed(right, ("k[t + 1 :]", "k[t + 2 :]")), "first step"),
            "the mean": (changed(right, ("np.prod", "np.mean")), "shares multiply"),
            "the least": (changed(right, ("argmax", "argmin")), "keeps least"),
        },
    }


def sized(each: str, more: str) -> dict:
    told = ("EACH * n", each.format("n")), ("EACH * H", each.format("H")), ("MORE", more)
    right = changed(SAME, *told)
    return {
        "right": {"by a loop": right, "tried from the first": changed(DOWN, *told)},
        "wrong": {
            "two blocks": (changed(right, ("return 3 *", "return 2 *")), "three"),
            "one too many": (changed(right, ("gru(H), units", "gru(H), units + 1")), "too many"),
            "a third more": (changed(right, ("gru(H), units", "gru(H), 4 * H // 3")), "with H²"),
        },
    }


OWN = {
    ("ps4.6", 1): carried("1 - z", "z[t]", "z lets it in"),
    ("ps4.6", 2): carried("z", "z[t]", "step t itself is missing"),
    ("ps4.6", 3): carried("1 - z", "(1 - z[t])", "step t itself is missing"),
    ("ps4.7", 1): sized("{}", "0"),
    ("ps4.7", 2): sized("2 * {}", "0"),
}
