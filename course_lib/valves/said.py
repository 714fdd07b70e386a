"""What stands beside each slider of a scene: the name of its number, and what that is."""

from __future__ import annotations

from collections.abc import Iterable

from course_lib import plots
from course_lib.cells import Cell

SAID = {"c_": "c₋ memory before", "h_": "h₋ pipeline before", "u": "u what r gates"}
SAID |= {f"{gate}_": f"{gate}₋ valve before" for gate in "ifo"}
SAID |= {f"p_{gate}": f"p_{gate} peephole" for gate in "ifo"}


def said(name: str, cell: type[Cell]) -> str:
    """The words for the slider `name`; what is read of the step before is written h₋, c₋ …"""
    if name in SAID:
        return SAID[name]
    if name[0] == "d" and name[1:] in cell.state_names:
        return f"δ{name[1:]} arrives"
    if name == "w":
        return f"w weighs {_others(cell, cell.blocks, before=True)}"
    if name.startswith("R_"):
        block = name.removeprefix("R_")
        gated = block == "n" and "r" in cell.blocks
        return f"{name} mixes r h₋" if gated else f"{name} weighs {_others(cell, [block])}"
    block = name.removeprefix("a_")
    if name != block and block in cell.peeking():  # the peephole adds its own
        read = [_written(source) for source in ("x", "h_") if source in _reads(cell, block)]
        return f"to a_{block} from {' and '.join(read) or 'b'}"
    if block in plots.WORDS:
        return f"{name} {plots.WORDS[block].removesuffix(f' {block}')}"
    return _written(name)


def _reads(cell: type[Cell], block: str) -> tuple[str, ...]:
    return cell.reads.get(block, ("x", "h_"))


def _others(cell: type[Cell], blocks: Iterable[str], *, before: bool = False) -> str:
    """What blocks read by matrices besides x and h₋: of the step before, or of this one."""
    read = [source for block in blocks for source in _reads(cell, block)]
    return ", ".join(
        _written(source)
        for source in dict.fromkeys(read)
        if source not in ("x", "h_") and source.endswith("_") == before
    )


def _written(name: str) -> str:
    return name.replace("_", "₋") if name.endswith("_") else name
