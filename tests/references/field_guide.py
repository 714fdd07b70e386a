"""The equations of the field guide's cells, written out once more over PyTorch's autograd.

Nothing here comes from course_lib, and nothing is written as it is there: gates in full where the
library has them follow from one another, the sLSTM with its three states and running maximum.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Declared(NamedTuple):
    """Blocks in the columns of b; of W and R, if not the same; those that peek; the states."""

    b: str
    W: str | None = None
    R: str | None = None
    p: str = ""
    states: str = "h"
    Rc: str = ""


GUIDE = {
    "lstm1997": Declared("igo", states="hc"),
    "ugrnn": Declared("zn"),
    "mgu": Declared("fn"),
    "janet": Declared("ag"),
    "ran": Declared("ifg", R="if", states="hc"),
    "cfn": Declared("fig", R="fi"),
    "star": Declared("kn", R="k"),
    "indrnn": Declared("g", R="", p="g"),
    "brc": Declared("vzn", R="", p="vz"),
    "trnn": Declared("zn", R=""),
    "mingru": Declared("zn", R=""),
    "minlstm": Declared("fin", R=""),
    "qrnn": Declared("fgo", R="", states="hc"),
    "sru": Declared("fgrs", R="", p="fr", states="hc"),
    "rglru": Declared("rinl", W="rin", R=""),
    "mlstm": Declared("quifgo", W="qifgo", R="uifgo", states="hc"),
    "slstm": Declared("ekgo", states="hcn"),
    "antisymmetric": Declared("g"),
    "cornn": Declared("g", states="hc", Rc="g"),
    "nas": Declared("abdepqso", states="hc"),
}


def shapes(cell: str, D: int, H: int) -> dict[str, tuple[int, ...]]:
    b, W, R, p, _, Rc = GUIDE[cell]
    W, R = (b if of is None else of for of in (W, R))
    stacked = {"W": (D, len(W) * H), "R": (H, len(R) * H), "b": (len(b) * H,)}
    stacked |= {f"p_{block}": (H,) for block in p} | ({"R_c": (H, H)} if Rc else {})
    return {name: shape for name, shape in stacked.items() if 0 not in shape}


def apart(cell: str, params: dict) -> dict:
    """The parameters of each block by themselves: Wi, Ri, bi …, and p_i … as they are."""
    b, W, R, *_ = GUIDE[cell]
    H = len(params["b"]) // len(b)
    found = dict(params)
    for name, blocks in (("W", W), ("R", R), ("b", b)):
        for n, block in enumerate(b if blocks is None else blocks):
            found[name + block] = params[name][..., n * H : (n + 1) * H]
    return found


def step(cell: str, P: dict, x, state: dict) -> dict:
    """One step; what each name stands for is the docstring's of the cell."""
    import torch

    σ, tanh, exp, log = torch.sigmoid, torch.tanh, torch.exp, torch.log
    h = state["h"]
    c: Any = state.get("c")

    def a(block, past=h):
        """The block's sum, of what it reads."""
        total = P["b" + block]
        if "W" + block in P:
            total = total + x @ P["W" + block]
        return total + past @ P["R" + block] if "R" + block in P else total

    if cell == "lstm1997":
        c = c + σ(a("i")) * tanh(a("g"))
        return {"h": σ(a("o")) * tanh(c), "c": c}
    if cell in ("ugrnn", "trnn"):
        z, n = σ(a("z")), tanh(a("n")) if cell == "ugrnn" else a("n")
        return {"h": z * h + (1 - z) * n}
    if cell == "mgu":
        f = σ(a("f"))
        return {"h": (1 - f) * h + f * tanh(a("n", f * h))}
    if cell == "janet":
        return {"h": σ(a("a")) * h + σ(1 - a("a")) * tanh(a("g"))}
    if cell == "ran":
        c = σ(a("i")) * a("g") + σ(a("f")) * c
        return {"h": tanh(c), "c": c}
    if cell == "cfn":
        return {"h": σ(a("f")) * tanh(h) + σ(a("i")) * tanh(a("g"))}
    if cell == "star":
        return {"h": tanh(h + σ(a("k")) * (tanh(a("n")) - h))}
    if cell == "indrnn":
        return {"h": tanh(a("g") + P["p_g"] * h)}
    if cell == "brc":
        z = σ(a("z") + P["p_z"] * h)
        held = 1 + tanh(a("v") + P["p_v"] * h)
        return {"h": z * h + (1 - z) * tanh(a("n") + held * h)}
    if cell == "mingru":
        z = σ(a("z"))
        return {"h": (1 - z) * h + z * a("n")}
    if cell == "minlstm":
        f, i = σ(a("f")), σ(a("i"))
        return {"h": f / (f + i) * h + i / (f + i) * a("n")}
    if cell == "qrnn":
        f = σ(a("f"))
        c = f * c + (1 - f) * tanh(a("g"))
        return {"h": σ(a("o")) * c, "c": c}
    if cell == "sru":
        f, r = σ(a("f") + P["p_f"] * c), σ(a("r") + P["p_r"] * c)
        c = f * c + (1 - f) * a("g")
        return {"h": r * c + (1 - r) * a("s"), "c": c}
    if cell == "rglru":
        kept = σ(-P["bl"]) ** (8 * σ(a("r")))
        return {"h": kept * h + torch.sqrt(1 - kept**2) * (σ(a("i")) * a("n"))}
    if cell == "mlstm":
        m = a("q") * a("u")
        i, f, g, o = σ(a("i", m)), σ(a("f", m)), tanh(a("g", m)), σ(a("o", m))
        c = f * c + i * g
        return {"h": o * tanh(c), "c": c}
    if cell == "slstm":  # with N = exp(n), C = c N and a maximum m kept out of both
        before = torch.nn.functional.logsigmoid(a("k"))
        m = torch.maximum(before + state["n"], a("e")).detach()
        N_ = exp(before + state["n"] - m)
        C, N = N_ * c + exp(a("e") - m) * tanh(a("g")), N_ + exp(a("e") - m)
        return {"h": σ(a("o")) * C / N, "c": C / N, "n": m + log(N)}
    if cell == "antisymmetric":
        R = P["R"] - P["R"].T - 0.01 * torch.eye(len(P["R"]), dtype=P["R"].dtype)
        return {"h": h + 0.1 * tanh(x @ P["W"] + h @ R + P["b"])}
    if cell == "cornn":
        c = c + 0.1 * tanh(a("g") + c @ P["R_c"]) - 0.1 * 2.0 * h - 0.1 * 0.5 * c
        return {"h": h + 0.1 * c, "c": c}
    assert cell == "nas"
    relu = torch.relu
    left = tanh(tanh(σ(a("a")) * relu(a("b"))) + c)
    c = left * tanh(σ(a("d")) + relu(a("e")))
    right = tanh(tanh(tanh(a("p")) * σ(a("q"))) + σ(tanh(a("s")) + σ(a("o"))))
    return {"h": tanh(c * right), "c": c}
