"""The equations of the course's own thirteen cells, written out once more over PyTorch's autograd.

Nothing here comes from course_lib: this is the second opinion. The differences between variants
are those of 'LSTM: A Search Space Odyssey' (Greff et al. 2015).
"""

from __future__ import annotations

# Which blocks a cell has, in the order in which W, R and b stack them, and which of them peek.
BLOCKS = dict.fromkeys(("lstm", "peephole", "niaf", "noaf", "fgr"), "ifgo")
BLOCKS |= {"rnn": "g", "coupled": "igo", "cifg": "igo", "gru": "rzn", "gru_before": "rzn"}
BLOCKS |= {"nig": "fgo", "nfg": "igo", "nog": "ifg"}
PEEPHOLES = dict.fromkeys(("peephole", "niaf", "noaf", "fgr"), "ifo")
PEEPHOLES |= {"cifg": "io", "nig": "fo", "nfg": "io", "nog": "if"}
STATES = dict.fromkeys(BLOCKS, "hc")
STATES |= {"fgr": "hcifo", "rnn": "h", "gru": "h", "gru_before": "h"}


def shapes(cell: str, D: int, H: int) -> dict[str, tuple[int, ...]]:
    k = len(BLOCKS[cell])
    needed: dict = {"W": (D, k * H), "R": (H, k * H), "b": (k * H,)}
    needed |= {f"p_{gate}": (H,) for gate in PEEPHOLES.get(cell, "")}
    needed |= {"b_hn": (H,)} if cell == "gru" else {}
    needed |= {f"R_{gate}": (H, 3 * H) for gate in "ifo"} if cell == "fgr" else {}
    return needed


def apart(cell: str, params: dict) -> dict:
    """The parameters of each gate by themselves: Wi, Ri, bi …, p_i …, and Rif from i₋ to f."""
    H = params["R"].shape[0]
    P = dict(params)
    for n, gate in enumerate(BLOCKS[cell]):
        for name in "WRb":
            P[name + gate] = params[name][..., n * H : (n + 1) * H]
    if cell == "fgr":
        for last in "ifo":
            for n, gate in enumerate("ifo"):
                P[f"R{last}{gate}"] = params[f"R_{last}"][:, n * H : (n + 1) * H]
    return P


def step(cell: str, P: dict, x, state: dict) -> dict:
    """The equations, once more; σ is the logistic function, rows are the batch."""
    import torch

    σ, tanh = torch.sigmoid, torch.tanh
    h = state["h"]

    def a(gate, seen=0.0):
        total = x @ P["W" + gate] + h @ P["R" + gate] + P["b" + gate]
        if gate in PEEPHOLES.get(cell, ""):
            total = total + P["p_" + gate] * seen
        if cell == "fgr" and gate != "g":
            total = total + sum(state[last] @ P[f"R{last}{gate}"] for last in "ifo")
        return total

    if cell == "rnn":
        return {"h": tanh(a("g"))}
    if cell in ("gru", "gru_before"):
        r, z = σ(a("r")), σ(a("z"))
        after = r * (h @ P["Rn"] + P["b_hn"]) if cell == "gru" else (r * h) @ P["Rn"]
        n = tanh(x @ P["Wn"] + P["bn"] + after)
        return {"h": (1 - z) * n + z * h}

    c = state["c"]
    i = 1.0 if cell == "nig" else σ(a("i", c))
    f = 1.0 if cell == "nfg" else 1 - i if cell in ("coupled", "cifg") else σ(a("f", c))
    g = a("g") if cell == "niaf" else tanh(a("g"))
    c = f * c + i * g
    o = 1.0 if cell == "nog" else σ(a("o", c))
    h = o * c if cell == "noaf" else o * tanh(c)
    return {"h": h, "c": c, "i": i, "f": f, "o": o} if cell == "fgr" else {"h": h, "c": c}
