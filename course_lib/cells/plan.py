"""A cell's equations and products, sorted by their names: what an engine runs.

A value's name says what it is: a block, an equation (a method of that name), a number that stands
in the class, or, with a trailing _, a state as the step before left it. Whatever needs a value
names it, and the order in which values are worked out follows from that alone. Nothing here knows
of time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import FunctionType
from typing import Any, NamedTuple

from course_lib.cells.activations import identity, sigmoid, tanh


class Piece(NamedTuple):
    """Neighbouring columns of a parameter: they multiply one source and give neighbouring lines.

    source: "x", "1" for a bias, or the value that is multiplied. first counts the parameter's
    columns, line the lines, count both, each H wide.
    """

    param: str
    source: str
    first: int
    line: int
    count: int


class Plan(NamedTuple):
    """What an engine has to know of a kind of cell.

    lines      the sums: one for each block, then one for each hidden part that stands apart
    order      blocks and equations in the order in which they are worked out
    arguments  of each equation, by name
    numbers    what stands at a plain number
    columns    the blocks stacked in each parameter's columns
    pieces     where each parameter's columns belong
    sources    the states that matrices multiply, in the order of a row [x | 1 | h₋ …]
    late       values of the step that matrices multiply: each needs a product of its own
    """

    lines: tuple[str, ...]
    order: tuple[str, ...]
    arguments: dict[str, tuple[str, ...]]
    numbers: dict[str, float]
    columns: dict[str, tuple[str, ...]]
    pieces: tuple[Piece, ...]
    sources: tuple[str, ...]
    late: tuple[str, ...]

    @property
    def early(self) -> tuple[Piece, ...]:
        """The pieces of the one product that begins a step."""
        return tuple(piece for piece in self.pieces if piece.source not in self.late)

    def runs(self, names: Any) -> list[tuple[int, int]]:
        """The lines of some names as stretches of neighbours: (first, end)."""
        found: list[tuple[int, int]] = []
        for line in sorted(self.lines.index(name) for name in names):
            if found and found[-1][1] == line:
                found[-1] = (found[-1][0], line + 1)
            else:
                found.append((line, line + 1))
        return found


def _plan_of(kind: Any) -> Plan:
    """The plan of a class of cells; made once and kept.

    Raises ValueError where the declaration cannot work: an activation that is none of the course's,
    a name that nothing gives, a circle, a block that nothing takes, slopes that are missing or of
    another number.
    """
    for block, activation in kind.blocks.items():
        if activation not in (sigmoid, tanh, identity):
            raise ValueError(
                f"{kind.__name__}.blocks[{block!r}]: came {activation!r}, expected sigmoid, tanh "
                "or identity; anything else is an equation that takes an identity block"
            )
    arguments, numbers = _equations(kind)
    columns, multiplied = _matrices(kind)
    lines = (*kind.blocks, *kind.apart.values())
    order = _sorted(kind, arguments, numbers, multiplied)
    before = {f"{state}_" for state in kind.state_names}
    sources = tuple(dict.fromkeys(s for s, *_ in multiplied if s in before))
    late = tuple(dict.fromkeys(s for s, *_ in multiplied if s not in before))
    for source, _, line in multiplied:
        if line in kind.apart.values() and source not in before:
            raise ValueError(
                f"{kind.__name__}.apart: {line!r} reads {source!r}, expected a state before it"
            )
    pieces = [
        Piece(param, *rest)
        for param, blocks in columns.items()
        if param[0] in "WRb"
        for rest in _pieces(kind, param, blocks, lines, multiplied)
    ]
    return Plan(lines, order, arguments, numbers, columns, tuple(pieces), sources, late)


plan_of: Callable[[Any], Plan] = lru_cache(maxsize=256)(_plan_of)


def memory_of(kind: Any) -> str:
    """The memory pipeline: "c", or "h" where there is a single one."""
    return "c" if "c" in kind.state_names else "h"


def is_given(value: Any) -> bool:
    """Is this an equation or a plain number?"""
    return isinstance(value, (FunctionType, int, float)) and not isinstance(value, bool)


def _equations(kind: Any) -> tuple[dict[str, tuple[str, ...]], dict[str, float]]:
    """The equations that the states need, each with its arguments; and the plain numbers."""
    arguments: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, float] = {}
    wanted = [*kind.state_names, *kind.peeks.values(), *kind.adds.values()]
    wanted += [source for sources in kind.reads.values() for source in sources if source != "x"]
    for part in ("peeks", "adds", "reads", "apart"):
        for block in getattr(kind, part):
            if block not in kind.blocks and getattr(kind, block, None) is None:
                raise ValueError(
                    f"{kind.__name__}.{part}: came {block!r}, expected one of {list(kind.blocks)}"
                )
    known = {*kind.blocks, *kind.apart.values(), *(f"{state}_" for state in kind.state_names)}
    asks = dict.fromkeys(wanted, "the class")
    while asks:
        name, asking = asks.popitem()
        if name in known or name in arguments or name in numbers:
            continue
        given: Any = getattr(kind, name, None)
        if not is_given(given):
            raise ValueError(
                f"{kind.__name__}: {asking} takes {name!r}, which nothing gives; expected a block, "
                f"an equation, a number, or one of {sorted(known)}"
            )
        if isinstance(given, FunctionType):
            arguments[name] = _arguments(kind, name)
            asks |= dict.fromkeys(arguments[name], f"{name}()")
        else:
            numbers[name] = float(given)
    return arguments, numbers


def _arguments(kind: Any, name: str) -> tuple[str, ...]:
    """What an equation takes; its slopes have to take the same, and give one partial for each."""
    taken = _taken(getattr(kind, name))
    slopes = getattr(kind, f"{name}_slopes", None)
    if not isinstance(slopes, FunctionType):
        raise ValueError(f"{kind.__name__}: {name} has no {name}_slopes, its partial derivatives")
    if _taken(slopes) != taken:
        raise ValueError(
            f"{kind.__name__}.{name}_slopes: takes {', '.join(_taken(slopes))}, expected the "
            f"arguments of {name}: {', '.join(taken)}"
        )
    partials = slopes(object.__new__(kind), *(0.5 for _ in taken))
    if not isinstance(partials, tuple) or len(partials) != len(taken):
        raise ValueError(
            f"{kind.__name__}.{name}_slopes: came {partials!r}, expected a tuple of {len(taken)} "
            f"partial derivatives, by {', '.join(taken)}"
        )
    return taken


def _taken(equation: FunctionType) -> tuple[str, ...]:
    """The names of its arguments, self apart."""
    return equation.__code__.co_varnames[1 : equation.__code__.co_argcount]


def _matrices(kind: Any):
    """The blocks in each parameter's columns, and (source, parameter, line) of every product."""
    columns: dict[str, list[str]] = {"W": [], "R": [], "b": []}
    columns |= {f"p_{block}": [] for block in kind.peeks if block in kind.blocks}
    multiplied = []
    for block in kind.blocks:
        reads = kind.reads.get(block, ("x", "h_"))
        if "x" in reads:
            columns["W"].append(block)
        columns["b"].append(block)
        for place, source in enumerate(source for source in reads if source != "x"):
            param = f"R_{source.removesuffix('_')}" if place else "R"
            columns.setdefault(param, []).append(block)
            multiplied.append((source, param, kind.apart.get(block, block)))
    columns |= {f"b_h{block}": [part] for block, part in kind.apart.items()}
    return {name: tuple(of) for name, of in columns.items() if of or name[0] == "p"}, multiplied


def _pieces(kind: Any, param: str, blocks: tuple[str, ...], lines: tuple[str, ...], multiplied):
    """A parameter's columns as stretches with one source and neighbouring lines."""
    at = {}
    for source, name, line in multiplied:
        if name == param:
            block = next(b for b in blocks if kind.apart.get(b, b) == line)
            at[block] = (source, lines.index(line))
    found: list[list[Any]] = []
    for first, block in enumerate(blocks):
        source, line = at.get(block, ("x" if param == "W" else "1", lines.index(block)))
        if found and found[-1][0] == source and found[-1][2] + found[-1][3] == line:
            found[-1][3] += 1
        else:
            found.append([source, first, line, 1])
    return [tuple(piece) for piece in found]


def _sorted(kind: Any, arguments: dict, numbers: dict, multiplied: list) -> tuple[str, ...]:
    """Blocks as soon as what they read is known, then equations; ValueError for a circle."""
    needs = {block: {kind.peeks.get(block), kind.adds.get(block)} - {None} for block in kind.blocks}
    for source, _, line in multiplied:
        if line in needs:
            needs[line].add(source)
    needs |= {name: set(taken) for name, taken in arguments.items()}
    known = {*numbers, *kind.apart.values(), *(f"{state}_" for state in kind.state_names)}
    order: list[str] = []
    while len(order) < len(needs):
        ready = [name for name in needs if name not in known and needs[name] <= known]
        blocks = [name for name in ready if name in kind.blocks]
        if not ready:
            waiting = {n: sorted(needs[n] - known) for n in needs if n not in known}
            said = "; ".join(f"{name} waits for {', '.join(by)}" for name, by in waiting.items())
            raise ValueError(f"{kind.__name__}: a circle: {said}")
        for name in blocks or ready[:1]:
            order.append(name)
            known.add(name)
    taken = {name for by in needs.values() for name in by} | set(kind.state_names)
    if idle := [name for name in (*kind.blocks, *kind.apart.values()) if name not in taken]:
        raise ValueError(f"{kind.__name__}: nothing takes {idle[0]!r}")
    return tuple(order)
