"""A cell's equations as expressions, read off the source of its methods.

What an equation may be made of is said once, here: names, numbers, + − · / and powers, and a few
known functions. ``course_lib.readings`` writes the same expressions as text, as LaTeX and as
JavaScript.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any

# Name in Python → (as text, in LaTeX, in JavaScript)
FUNCTIONS = {
    "tanh": ("tanh", r"\tanh", "Math.tanh"),
    "sigmoid": ("σ", r"\sigma", "sigmoid"),
    "identity": ("", "", ""),
    "exp": ("exp", r"\exp", "Math.exp"),
    "log": ("log", r"\log", "Math.log"),
    "sqrt": ("√", r"\sqrt", "Math.sqrt"),
    "abs": ("abs", r"\operatorname{abs}", "Math.abs"),
    "maximum": ("max", r"\max", "Math.max"),
    "minimum": ("min", r"\min", "Math.min"),
    "sign": ("sign", r"\operatorname{sign}", "Math.sign"),
    "logaddexp": ("logaddexp", r"\operatorname{logaddexp}", "logaddexp"),  # log(exp a + exp b)
}


def statements(kind: Any, method: str) -> tuple[list[tuple[str, ast.expr]], list[ast.expr]]:
    """What a method names on its way, and what it returns: one expression, or one for each partial.

    The class's numbers (self.epsilon) are put in their places, functions have their bare names.
    Raises ValueError for a method that does anything else than name and return.
    """
    try:
        text = textwrap.dedent(inspect.getsource(getattr(kind, method)))
    except (OSError, TypeError) as why:
        raise ValueError(f"{kind.__name__}.{method}: its source is not to be found") from why
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    named: list[tuple[str, ast.expr]] = []
    known = {*FUNCTIONS, *(argument.arg for argument in function.args.args)}
    for line in function.body:
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
            continue  # a docstring
        if isinstance(line, ast.Assign) and len(line.targets) == 1:
            value = _filled(kind, line.value, {})
            _check_names(kind, method, value, known)
            named += _named(line.targets[0], value)
            known |= {name for name, _ in named}
        elif isinstance(line, ast.Return) and line.value is not None:
            value = _filled(kind, line.value, {})
            _check_names(kind, method, value, known)
            return named, list(value.elts) if isinstance(value, ast.Tuple) else [value]
        else:
            break
    raise ValueError(
        f"{kind.__name__}.{method}: came a method that does more than name values and return "
        "them, expected an equation"
    )


def _check_names(kind: Any, method: str, value: ast.expr, known: set[str]) -> None:
    for node in ast.walk(value):
        if isinstance(node, ast.Name) and node.id not in known:
            raise ValueError(
                f"{kind.__name__}.{method}: came {node.id!r}, expected an argument or a number of "
                f"the class: write {node.id} = … in the class, and self.{node.id} here"
            )


def expressions(kind: Any, method: str) -> list[ast.expr]:
    """What a method returns, with what it names on the way put in its place."""
    named, returned = statements(kind, method)
    known: dict[str, ast.expr] = {}
    for name, value in named:
        known[name] = _filled(kind, value, known)
    return [_filled(kind, value, known) for value in returned]


def _named(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = zip(target.elts, value.elts, strict=True)
        return [found for pair in pairs for found in _named(*pair)]
    if isinstance(target, ast.Name):
        return [(target.id, value)]
    raise ValueError(f"{ast.unparse(target)} = …: expected a name")


def _filled(kind: Any, expression: ast.expr, named: dict[str, ast.expr]) -> ast.expr:
    """The expression with names put in place, numbers of the class, and functions by their name."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return named.get(node.id, node)

        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if owner == "self" and isinstance(getattr(kind, node.attr, None), (int, float)):
                number = getattr(kind, node.attr)
                plain = repr(number if type(number) is int else float(number))  # NumPy's, too
                return ast.parse(plain.replace("inf", "1e309"), mode="eval").body
            if owner == "np":
                return ast.Name(node.attr)
            raise ValueError(f"{ast.unparse(node)}: expected a value, a number or a function")

        def visit_Call(self, node: ast.Call) -> ast.expr:
            name = ast.unparse(node.func).removeprefix("np.")
            if name not in FUNCTIONS:
                raise ValueError(f"{name}(): came an unknown function, known: {list(FUNCTIONS)}")
            return ast.Call(ast.Name(name), [self.visit(part) for part in node.args], [])

    return ast.parse(ast.unparse(Fill().visit(expression)), mode="eval").body


class Writer(ast.NodeVisitor):
    """Writes an expression; the few methods below differ from script to script."""

    column = 0  # in FUNCTIONS
    times = " * "  # between a number and a value
    signs: dict[type, str] = {ast.Add: " + ", ast.Sub: " - ", ast.Mult: " * ", ast.Div: " / "}
    ranks: dict[type, int] = {
        ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2, ast.Pow: 4, ast.USub: 3,
    }  # fmt: skip

    def visit_Name(self, node: ast.Name) -> str:
        return node.id

    def visit_Constant(self, node: ast.Constant) -> str:
        return format(node.value, "g")

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        if not isinstance(node.op, ast.USub):
            raise ValueError(f"{ast.unparse(node)}: expected + − · / or a power")
        return self.signs[ast.Sub].strip() + self.part(node.operand, 4)

    def visit_BinOp(self, node: ast.BinOp) -> str:
        rank = self.ranks.get(type(node.op))
        if rank is None:
            raise ValueError(f"{ast.unparse(node)}: expected + − · / or a power")
        if isinstance(node.op, ast.Pow):
            return self.power(self.part(node.left, 5), self.visit(node.right))
        right = rank + isinstance(node.op, (ast.Sub, ast.Div))
        sign = self.signs[type(node.op)]
        if isinstance(node.op, ast.Mult) and _is_number(node.left):
            sign = self.times
        return self.part(node.left, rank) + sign + self.part(node.right, right)

    def visit_Call(self, node: ast.Call) -> str:
        assert isinstance(node.func, ast.Name)
        written = FUNCTIONS[node.func.id][self.column]
        return f"{written}({', '.join(map(self.visit, node.args))})"

    def part(self, node: ast.expr, rank: int) -> str:
        """A part of an expression, in parentheses where it binds less than what is around it."""
        op = getattr(node, "op", None)
        text = self.visit(node)
        return f"({text})" if op is not None and self.ranks.get(type(op), 9) < rank else text

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{exponent}"

    def generic_visit(self, node: ast.AST) -> str:
        raise ValueError(f"{ast.unparse(node)}: expected names, numbers, + − · / and functions")


def _is_number(node: ast.expr) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)
