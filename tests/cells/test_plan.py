"""How a declaration is read: what is worked out after what, and what is wrong with it, in words."""

import numpy as np
import pytest

from course_lib.cells import CELLS, GRU, LSTM, Cell, CoupledLSTM, PeepholeLSTM
from course_lib.cells.activations import Activation, sigmoid, tanh
from course_lib.cells.plan import plan_of
from course_lib.sequence import forward, gradcheck
from tests.cells.test_gradients import cell_of


def test_what_is_worked_out_after_what():
    assert plan_of(LSTM).order == ("i", "f", "g", "o", "c", "h")
    assert plan_of(PeepholeLSTM).order == ("i", "f", "g", "c", "o", "h")  # o sees the new c
    assert plan_of(CoupledLSTM).order == ("i", "g", "o", "f", "c", "h")
    assert plan_of(GRU).order == ("r", "z", "s", "n", "h")


def test_a_block_with_an_equation_or_a_number_of_its_own_is_no_block():
    assert [*CoupledLSTM.blocks] == ["i", "g", "o"]
    assert [*CELLS["nig"].blocks] == ["f", "g", "o"] and plan_of(CELLS["nig"]).numbers == {"i": 1}
    assert CELLS["nig"].peeking() == ("f", "o")
    assert [*LSTM.blocks] == ["i", "f", "g", "o"]  # the parent keeps its own


def made(**parts):
    return type("Mine", (LSTM,), parts)


def circle(self, c, i, f, g):
    return f * c + i * g


def asks_for_q(self, c_, i, f, g, q):
    return f * c_ + i * g + q


def three(self, c_, i, f, g):
    return f, g, c_


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (made(c=circle, c_slopes=circle), r"c_slopes: came .*, expected a tuple of 4"),
        (made(c=circle, c_slopes=lambda self, c, i, f, g: (f, g, c, i)), "a circle: .*c waits for"),
        (made(c=asks_for_q), r"Mine\.c_slopes: takes .*, expected the arguments of c: c_, i, f, g"),
        (made(c_slopes=three), "came .*, expected a tuple of 4 partial derivatives, by c_, i, f"),
        (made(peeks={"i": "q"}), "takes 'q', which nothing gives"),
        (made(peeks={"q": "c_"}), r"Mine\.peeks: came 'q', expected one of \['i', 'f', 'g', 'o'\]"),
        (made(peeks={"f": "c"}), "a circle: .*f waits for c"),
        (made(blocks={**LSTM.blocks, "q": tanh}), "nothing takes 'q'"),
        (
            made(
                apart={"g": "u"},
                reads={"g": ("x", "s")},
                s=lambda self, i, u: i * u,
                s_slopes=lambda self, i, u: (u, i),
            ),
            r"Mine\.apart: 'u' reads 's', expected a state before it",
        ),
        (
            made(blocks={**LSTM.blocks, "g": Activation("2tanh", inside=0.5, scale=2.0)}),
            r"Mine\.blocks\['g'\]: came .*2tanh.*, expected sigmoid, tanh or identity",
        ),
        (made(state_names=("h", "c", "m")), "the class takes 'm', which nothing gives"),
        (made(state_names=("h", "c", "m"), m=True), "the class takes 'm', which nothing gives"),
        (made(reads={"g": ("x", "m_")}), "takes 'm_', which nothing gives"),
    ],
)
def test_a_declaration_that_cannot_work_says_why(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong(3, 4)


def test_a_block_may_not_be_called_as_a_method_of_every_cell():
    with pytest.raises(ValueError, match=r"Mine\.blocks: came \['gate'\], names that every cell"):
        made(blocks={**LSTM.blocks, "gate": sigmoid})


@pytest.mark.parametrize("value", [True, np.float32(1), np.ones(4), "1"])
def test_a_block_is_given_an_equation_or_a_plain_number(value):
    with pytest.raises(ValueError, match=r"Mine\.f: came .*, expected an equation or a number"):
        made(f=value)


def test_an_equation_without_slopes_says_so():
    class Bare(Cell):
        blocks = {"g": tanh}  # noqa: RUF012

        def h(self, h_, g):
            return h_ + g

    with pytest.raises(ValueError, match="Bare: h has no h_slopes, its partial derivatives"):
        Bare(3, 4)


class Hidden(Cell):
    """What no cell of the catalogue has: a block without x, one without anything to read, a value
    that matrices multiply within the step, a state that starts elsewhere, and one in a mean.
    """

    name = "hidden"
    state_names = ("h", "c", "n")
    blocks = {"q": tanh, "u": tanh, "l": sigmoid, "i": sigmoid, "g": tanh}  # noqa: RUF012
    reads = {"q": ("x",), "u": ("h_", "n_"), "l": (), "i": ("x", "s"), "g": ("x", "s", "c_")}  # noqa: RUF012
    peeks = {"i": "n_"}  # noqa: RUF012
    starts = {"n": 0.5}  # noqa: RUF012

    def s(self, q, u):
        return q * u

    def s_slopes(self, q, u):
        return u, q

    def n(self, n_, l, i):  # noqa: E741
        return l * n_ + (1 - l) * i

    def n_slopes(self, n_, l, i):  # noqa: E741
        return l, n_ - i, 1 - l

    def c(self, c_, i, g):
        return (1 - i) * c_ + i * g

    def c_slopes(self, c_, i, g):
        return 1 - i, g - c_, i

    def h(self, c, n):
        return c * n

    def h_slopes(self, c, n):
        return n, c


def test_a_cell_that_uses_every_part_of_the_form():
    cell = Hidden(3, 4)
    assert set(cell.params) == {"W", "R", "b", "p_i", "R_n", "R_c"}
    assert cell.columns("W") == ("q", "i", "g") and cell.columns("R") == ("u", "i", "g")
    errors = gradcheck(Hidden(3, 4), rng=np.random.default_rng(0))
    assert max(errors.values()) < 1e-8, errors
    for block in Hidden.blocks:
        errors = gradcheck(Hidden(3, 4), rng=np.random.default_rng(1), clamp={block: 0.3})
        assert max(errors.values()) < 1e-8, (block, errors)


def test_a_state_starts_where_the_cell_says():
    cell, x = Hidden(3, 4), np.zeros((2, 1, 3))
    told = tuple(np.full((1, 4), value) for value in (0.0, 0.0, 0.5))
    np.testing.assert_array_equal(forward(cell, x).h, forward(cell, x, told).h)


# The antisymmetric RNN joins R − Rᵀ − γ I, from which R does not come back.
@pytest.mark.parametrize("name", [name for name, cell in CELLS.items() if not cell.written])
def test_what_is_joined_comes_apart_again(name):
    cell = cell_of(name)
    apart = cell.split(cell.joined())
    late = [piece for piece in plan_of(CELLS[name]).pieces if piece.source == "s"]
    for param, array in apart.items():
        whole = cell.params[param].copy()
        for piece in late:  # filled by whoever has the late product's gradient
            if piece.param == param:
                columns, _ = cell.place(piece)
                array[..., columns] = whole[..., columns]
        np.testing.assert_array_equal(array, whole)
