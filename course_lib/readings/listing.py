"""A cell put on paper by its own code: its equations, its source, and what a variation changes.

Nothing here is written down a second time: blocks, activations and peepholes are read off the
class, and the two equations off the source of ``memory`` and ``output``.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import textwrap

from course_lib.cells import Cell

_BEFORE = {"c_": "c₋", "h_": "h₋"}


def equations(cell: type[Cell]) -> str:
    """The equations of a cell, a line each, with x and h₋ as rows and ∘ for elementwise."""
    single = "c" not in cell.state_names
    lines = [_layer(cell, block) for block in cell.memory_blocks]
    lines.append(f"{'h' if single else 'c'} = {_returned(cell, 'memory')}")
    lines += [_layer(cell, block) for block in cell.output_blocks]
    if not single:
        squashed = f"{cell.squash.name}(c)" if cell.squash.squashes else "c"
        lines.append(f"h = {_returned(cell, 'output', m=squashed)}")
    return "\n".join(lines)


def difference(cell: type[Cell], other: type[Cell]) -> str:
    """What changes in the equations from one cell to another: lines with −, lines with +."""
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


def _layer(cell: type[Cell], k: str) -> str:
    """One block: k = σ(x W_k + h₋ R_k + b_k), and what the variation adds."""
    terms = [f"x W_{k}", f"h₋ R_{k}", f"b_{k}"]
    if k == "n" and cell.reset == "u":
        terms = [f"x W_{k}", f"b_{k}", f"r ∘ (h₋ R_{k} + b_h{k})"]
    if k == "n" and cell.reset == "h":
        terms[1] = f"(r ∘ h₋) R_{k}"
    if k in cell.peeking():
        terms.insert(2, f"p_{k} ∘ " + ("c₋" if k in cell.memory_blocks else "c"))
    if k in cell.feedback:
        terms[2:2] = [f"{gate}₋ R_{gate}{k}" for gate in cell.feedback]
    activation = {**cell.memory_blocks, **cell.output_blocks}[k]
    inner = " + ".join(terms)
    return f"{k} = {activation.name}({inner})" if activation.squashes else f"{k} = {inner}"


def _returned(cell: type[Cell], method: str, **names: str) -> str:
    """The expression a method returns, in the field's signs."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(cell, method)))).body[0]
    returned = next(node for node in ast.walk(tree) if isinstance(node, ast.Return))
    assert returned.value is not None
    for node in ast.walk(returned.value):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, _BEFORE.get(node.id, node.id))
    return ast.unparse(returned.value).replace("*", "∘").replace(" - ", " − ")
