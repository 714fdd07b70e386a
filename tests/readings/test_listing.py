"""The equations that the code prints of itself."""

import numpy as np
import pytest

from course_lib.cells import CELLS, LSTM, CoupledLSTM, PeepholeLSTM
from course_lib.readings import listing
from course_lib.sequence import forward
from tests.cells.test_gradients import cell_of

LSTM_EQUATIONS = """\
i = σ(x W_i + h₋ R_i + b_i)
f = σ(x W_f + h₋ R_f + b_f)
g = tanh(x W_g + h₋ R_g + b_g)
c = f ∘ c₋ + i ∘ g
o = σ(x W_o + h₋ R_o + b_o)
h = o ∘ tanh(c)"""


def test_the_standard_lstm():
    assert listing.equations(LSTM) == LSTM_EQUATIONS


@pytest.mark.parametrize("name", CELLS)
def test_the_formula_counts_the_parameters(name):
    D, H = 5, 7
    formula = listing.parameter_formula(CELLS[name])
    sizes = {"DH": D * H, "H²": H * H, "H": H}
    counts = (term.rpartition(" ") for term in formula.split(" + "))
    total = sum(int(count or 1) * sizes[size] for count, _, size in counts)
    assert total == CELLS[name](D, H).parameter_count


@pytest.mark.parametrize("name", CELLS)
def test_the_formula_in_latex_says_what_the_text_says(name):
    signs = {r"\circ": "∘", r"\sigma": "σ", "_-": "₋", "^T": "ᵀ", r"\cdot": "·"}
    signs |= {r"\sqrt{1 - a ∘ a}": "√(1 − a ∘ a)", r"\operatorname": "", "{": "", "}": "", "\\": ""}
    text = listing.latex(CELLS[name])
    for there, here in (("&=", "="), (" \\\\", ""), *signs.items(), ("-", "−")):
        text = text.replace(there, here)
    assert text.splitlines()[1:-1] == listing.equations(CELLS[name]).splitlines()


def computed(cell, x, state):
    """What the printed equations give when they are worked out as they stand."""
    named = dict(zip(cell.state_names, state, strict=True))
    known = {f"{name}₋": value for name, value in named.items()}
    known |= {"x": x, "tanh": np.tanh, "σ": lambda a: 1 / (1 + np.exp(-a)), "exp": np.exp}
    known |= {"sqrt": np.sqrt, "max": np.maximum, "logaddexp": np.logaddexp}
    for block in cell.blocks:
        parts = [p for p in ("W", "R", "b") if p in cell.params and block in cell.columns(p)]
        known |= {f"{p}_{block}": cell.gate(p, block) for p in parts}
        for gate in "ifo" if cell.name == "fgr" and block != "g" else "":
            known[f"R_{gate}{block}"] = cell.gate(f"R_{gate}", block)
    known |= {name: value for name, value in cell.params.items() if name[:2] in ("p_", "b_")}
    if cell.name == "cornn":
        known["R_cg"] = cell.params["R_c"]
    text = listing.equations(type(cell))
    if cell.name == "antisymmetric":
        text = text.replace("(R_g − R_gᵀ − 0.01 I)", "R_A")
        R = cell.params["R"]
        known["R_A"] = R - R.T - 0.01 * np.eye(len(R))
    code = text.replace("√", "sqrt").replace("−", "-").replace("₋", "_before")
    known = {name.replace("₋", "_before"): value for name, value in known.items()}
    for line in code.splitlines():
        name, expression = line.split(" = ")
        words = []
        for word in expression.replace("(", " ( ").replace(")", " ) ").split():
            matrix = word[:2] in ("W_", "R_")
            words += ["@", word] if matrix else ["*"] if word in "∘·" else [word]
        known[name] = eval(" ".join(words).replace("σ (", "σ("), {}, known)  # our own text
    return known


@pytest.mark.parametrize("name", CELLS)
def test_the_printed_equations_are_what_the_cell_computes(name):
    rng = np.random.default_rng(0)
    cell, x = cell_of(name), rng.normal(size=(2, 3))
    state = tuple(rng.normal(size=(2, 4)) for _ in cell.state_names)
    trace = forward(cell, x[None], state)
    known = computed(cell, x, state)
    for block in (*cell.blocks, *cell.state_names):
        value = np.broadcast_to(known[block], (2, 4))  # a block that reads nothing is a row
        np.testing.assert_allclose(trace[block][0], value, rtol=0, atol=1e-14)


def test_what_a_variation_changes():
    changed = [
        line for line in listing.difference(LSTM, PeepholeLSTM).splitlines() if line[0] == "+"
    ]
    assert [line[3] for line in changed] == ["i", "f", "o"]
    assert "+  f = 1 − i" in listing.difference(LSTM, CoupledLSTM)


K = 0.5


class WithGlobal(LSTM):
    def c(self, c_, i, f, g):
        return K * f * c_ + i * g


class WithNumber(LSTM):
    less = -0.5

    def c(self, c_, i, f, g):
        return self.less**2 * f * c_ + i * -(-g)  # noqa: B002


def test_a_number_of_ones_own_belongs_to_the_class():
    with pytest.raises(ValueError, match=r"WithGlobal\.c: came 'K', .* write K = … in the class"):
        listing.equations(WithGlobal)
    assert "c = (−0.5)² ∘ f ∘ c₋ + i ∘ −(−g)" in listing.equations(WithNumber)
    of_numpy = type("OfNumPy", (WithNumber,), {"less": -np.sqrt(0.25)})
    assert "c = (−0.5)² ∘ f ∘ c₋" in listing.equations(of_numpy)


def test_the_source_is_the_class_without_its_docstring():
    text = listing.source(PeepholeLSTM)
    assert text.startswith("class PeepholeLSTM(LSTM):") and '"""' not in text
    assert listing.code_lines(PeepholeLSTM) == len(text.splitlines()) == 3


def test_the_year_is_the_papers():
    years = {"lstm": 2000, "nfg": 2015, "cifg": 2015, "mgu": 2016, "slstm": 2024, "rglru": 2024}
    assert {name: listing.year(CELLS[name]) for name in years} == years
    assert all(1990 <= listing.year(cell) <= 2024 for cell in CELLS.values())
    with pytest.raises(ValueError, match="Unsaid, whose docstring names no year"):
        listing.year(type("Unsaid", (), {"__doc__": "None.", "__module__": __name__}))
