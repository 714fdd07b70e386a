"""A cell put on paper by its own code: its equations, its source, and what a variation changes.

Nothing here is written down a second time: what a block reads is read off the plan that the engine
runs, and the equations off the source of the methods that it calls.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import re
import textwrap

from course_lib.cells import Cell
from course_lib.cells.expressions import FUNCTIONS, Writer, expressions
from course_lib.cells.plan import plan_of


class Text(Writer):
    """As in the course's text: c₋, ∘ for elementwise, −."""

    times = " · "
    signs = Writer.signs | {ast.Sub: " − ", ast.Mult: " ∘ "}

    def visit_Name(self, node: ast.Name) -> str:
        return node.id.replace("_", "₋")

    def power(self, base: str, exponent: str) -> str:
        return base + exponent.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


class Latex(Writer):
    """As in the course's formulas: c_-, \\circ."""

    column = 1
    times = r" \cdot "
    signs = Writer.signs | {ast.Mult: r" \circ "}

    def visit_Name(self, node: ast.Name) -> str:
        return node.id.replace("_", "_-")

    def visit_Call(self, node: ast.Call) -> str:
        if ast.unparse(node.func) == "sqrt":
            return rf"\sqrt{{{self.visit(node.args[0])}}}"
        return super().visit_Call(node)

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"


def equations(cell: type[Cell]) -> str:
    """The equations of a cell, a line each, with x and h₋ as rows and ∘ for elementwise.

    >>> from course_lib.cells import RNN
    >>> print(equations(RNN))
    g = tanh(x W_g + h₋ R_g + b_g)
    h = g
    """
    return "\n".join(f"{name} = {right}" for name, right in _lines(cell, Text()))


def latex(cell: type[Cell]) -> str:
    r"""The same for a formula: lines of an aligned environment.

    >>> from course_lib.cells import RNN
    >>> print(latex(RNN))
    \begin{aligned}
    g &= \tanh(x W_g + h_- R_g + b_g) \\
    h &= g
    \end{aligned}
    """
    lines = [f"{name} &= {right}" for name, right in _lines(cell, Latex())]
    return "\n".join(["\\begin{aligned}", " \\\\\n".join(lines), "\\end{aligned}"])


def parameter_formula(cell: type[Cell]) -> str:
    """How many numbers a cell learns, as a formula of its sizes D and H.

    >>> from course_lib.cells import LSTM
    >>> parameter_formula(LSTM)
    '4 DH + 4 H² + 4 H'
    """
    count = {"DH": 0, "H²": 0, "H": 0}
    for name, columns in plan_of(cell).columns.items():
        count[{"W": "DH", "R": "H²"}.get(name[0], "H")] += len(columns) or 1
    return " + ".join(f"{n if n > 1 else ''} {size}".strip() for size, n in count.items() if n)


def difference(cell: type[Cell], other: type[Cell]) -> str:
    """What changes in the equations from one cell to another: lines with −, lines with +.

    >>> from course_lib.cells import CoupledLSTM, LSTM
    >>> print(*[line for line in difference(LSTM, CoupledLSTM).splitlines() if line[0] in "−+"])
    −  f = σ(x W_f + h₋ R_f + b_f) +  f = 1 − i
    """
    pairs = difflib.ndiff(equations(cell).splitlines(), equations(other).splitlines())
    signs = {"- ": "−  ", "+ ": "+  ", "  ": "   "}
    return "\n".join(signs[line[:2]] + line[2:] for line in pairs if line[:2] in signs)


def source(cell: type[Cell]) -> str:
    """The class as it stands in its file, without its docstring."""
    text = textwrap.dedent(inspect.getsource(cell))
    node = ast.parse(text).body[0]
    lines = text.splitlines()
    assert isinstance(node, ast.ClassDef)
    if ast.get_docstring(node) is not None:
        doc = node.body[0]
        del lines[doc.lineno - 1 : doc.end_lineno]
        while len(lines) > doc.lineno - 1 and not lines[doc.lineno - 1].strip():
            del lines[doc.lineno - 1]
    return "\n".join(lines)


def code_lines(cell: type[Cell]) -> int:
    """How many lines of its own a class has, the docstring and blank lines not counted."""
    return sum(bool(line.strip()) for line in source(cell).splitlines())


def year(cell: type[Cell]) -> int:
    """When it was published: the first year in brackets in its docstring, or in its module's.

    >>> from course_lib.cells import MinGRU
    >>> year(MinGRU)
    2024
    """
    for kind in cell.__mro__:  # CIFG's stands in what it is made of
        text = f"{kind.__doc__} {getattr(inspect.getmodule(kind), '__doc__', '')}"
        if found := re.search(r"\([^()]*?\b((?:19|20)\d\d)\b", text):
            return int(found.group(1))
    raise ValueError(f"cell: came {cell.__name__}, whose docstring names no year in brackets")


def _lines(cell: type[Cell], writer: Writer) -> list[tuple[str, str]]:
    """(name, what it equals) of every value; a block stands before the first that takes it."""
    plan = plan_of(cell)
    found: dict[str, str] = {}
    for name in (name for name in plan.order if name in plan.arguments):
        for taken in plan.arguments[name]:
            if taken in plan.lines:
                found.setdefault(taken, _sum(cell, taken, writer))
            elif taken in plan.numbers:
                found.setdefault(taken, f"{plan.numbers[taken]:g}")
        found[name] = writer.visit(expressions(cell, name)[0])
    return list(found.items())


def _sum(cell: type[Cell], line: str, writer: Writer) -> str:
    """A block: σ(x W_k + h₋ R_k + p_k ∘ c₋ + b_k), or whatever of it and more it has."""
    plan = plan_of(cell)
    block = next((k for k, part in cell.apart.items() if part == line), line)
    terms = {"x": [], "hidden": [], "1": []}  # type: dict[str, list[str]]
    for piece in plan.pieces:
        if not piece.line <= plan.lines.index(line) < piece.line + piece.count:
            continue
        if piece.source == "1":
            terms["1"].append(piece.param if line != block else f"b_{block}")
        elif piece.source == "x":
            terms["x"].append(f"x W_{block}")
        else:
            index = f"{piece.param[2:]}{block}"  # R_i's part for f is R_if
            weights = f"R_{index}" if len(index) == 1 else f"R_{_group(writer, index)}"
            if f"R_{index}" in cell.written:
                weights = _matrix(writer, cell.written[f"R_{index}"])
            terms["hidden"].append(f"{_value(writer, piece.source)} {weights}")
    peek = cell.peeks.get(line)
    times = writer.signs[ast.Mult]
    peeks = [f"p_{line}{times}{_value(writer, peek)}"] if peek else []
    adds = [_value(writer, cell.adds[line])] if line in cell.adds else []
    bias = [_bias(writer, name) for name in terms["1"]]
    inner = " + ".join([*terms["x"], *terms["hidden"], *peeks, *bias, *adds])
    if line != block or not cell.blocks[block].squashes:
        return inner
    function = next(k for k, written in FUNCTIONS.items() if written[0] == cell.blocks[block].name)
    return f"{FUNCTIONS[function][writer.column]}({inner})"


def _value(writer: Writer, name: str) -> str:
    return writer.visit(ast.Name(name))


def _matrix(writer: Writer, written: str) -> str:
    return written.replace("ᵀ", "^T").replace("−", "-") if isinstance(writer, Latex) else written


def _group(writer: Writer, index: str) -> str:
    return f"{{{index}}}" if isinstance(writer, Latex) else index


def _bias(writer: Writer, name: str) -> str:
    return f"b_{_group(writer, name[2:])}" if len(name) > 3 else name
