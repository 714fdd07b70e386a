"""Answers to the ways of asking in a class's editions of problem set 6."""

from tests.answers.changed import changed

STEP = """
def mgu_step(x, h_, W, R, b):
    H = h_.shape[1]
    VALVE, NEW = slice(0, H), slice(H, None)
    f = GATE(x @ W[:, VALVE] + h_ @ R[:, VALVE] + b[VALVE])
    n = np.tanh(x @ W[:, NEW] + (f * h_) @ R[:, NEW] + b[NEW])
    return h_ + f * (n - h_)
"""
PARTS = """
def mgu_step(x, h_, W, R, b):
    VALVE, NEW = zip(*(np.split(array, 2, axis=-1) for array in (W, R, b)))
    W_v, R_v, b_v = VALVE
    W_n, R_n, b_n = NEW
    f = GATE(np.hstack([x, h_]) @ np.vstack([W_v, R_v]) + b_v)
    n = np.tanh(np.hstack([x, f * h_]) @ np.vstack([W_n, R_n]) + b_n)
    return (1 - f) * h_ + f * n
"""
TYPED = """
def to_trnn(W, b):
    H = len(b) // 2
    FIRST, SECOND = W[:, :H], W[:, H:]
    b_FIRST, b_SECOND = b[:H], b[H:]
    z, b_z = -z, -b_z
    return np.hstack([AHEAD, BEHIND]), np.hstack([b_AHEAD, b_BEHIND])
"""
MATRIX = """
def to_trnn(W, b):
    one, none = np.eye(len(b) // 2), np.zeros((len(b) // 2, len(b) // 2))
    sign = {"z": -one, "n": one}
    M = np.block([[sign[k] if k == to else none for to in "AHEADBEHIND"] for k in "FIRSTSECOND"])
    return W @ M, b @ M
"""


def minimal(keeps: bool, n_first: bool) -> dict:
    told = [("GATE", "1 - sigmoid" if keeps else "sigmoid")]
    if n_first:
        told.append(("VALVE, NEW =", "NEW, VALVE ="))
    right = changed(STEP, *told)
    name = "k" if keeps else "f"
    return {
        "right": {"towards n": right, "in parts": changed(PARTS, *told)},
        "wrong": {
            "turned round": (changed(right, ("h_ + f * (n - h_)", "n + f * (h_ - n)")), "round"),
            "no reset": (changed(right, ("(f * h_)", "h_")), f"{name} stands for r as well"),
            "reset after": (
                changed(right, ("(f * h_) @ R[:, NEW]", "f * (h_ @ R[:, NEW])")),
                "reset after",
            ),
            "no tanh": (changed(right, ("np.tanh", "")), "tanh is missing"),
            "no bias": (changed(right, (" + b[VALVE]", ""), (" + b[NEW]", "")), "bias is missing"),
        },
    }


def typed(order: str) -> dict:
    told = [("AHEAD", order[2]), ("BEHIND", order[3]), ("FIRST", order[0]), ("SECOND", order[1])]
    right = changed(TYPED, *told)
    return {
        "right": {"block by block": right, "by a matrix": changed(MATRIX, *told)},
        "wrong": {
            "the bias as it was": (changed(right, ("-z, -b_z", "-z, b_z")), "bias keeps its sign"),
            "the bias alone": (changed(right, ("-z, -b_z", "z, -b_z")), "only the bias changes"),
            "one minus": (changed(right, ("-z, -b_z", "1 - z, 1 - b_z")), "1 − is taken of the"),
            "n instead": (
                changed(right, ("z, b_z = -z, -b_z", "n, b_n = -n, -b_n")),
                "wrong block",
            ),
        },
    }


OWN = {
    ("ps6.1", 1): minimal(keeps=True, n_first=False),
    ("ps6.1", 2): minimal(keeps=False, n_first=True),
    ("ps6.1", 3): minimal(keeps=True, n_first=True),
    **{("ps6.5", k): typed(order) for k, order in enumerate(("nznz", "nzzn", "znnz"), 1)},
}  # fmt: skip
