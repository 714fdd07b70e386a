"""The library's rooms stand one above the other: imports run down this list and never up."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "course_lib"
ROOMS = [  # from the ground up; rooms in a line don't import each other
    {"lite"},
    {"arguments", "bars", "files"},
    {"cells"},
    {"sequence"},
    {"readings"},
    {"learning"},
    {"tasks"},
    {"odyssey", "pretrained"},
    {"plots"},
    {"valves", "environment"},
    {"checks"},
    {"authoring"},
    {"grading"},
    {"__main__"},
]
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}


def imported(file: Path) -> set[str]:
    """The rooms that a file imports, at its top or within a function."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "course_lib":
            found |= {alias.name for alias in node.names if alias.name != "__version__"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_lib."):
            found.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("course_lib.")}
    return found


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if file.parent != PACKAGE or
         file.name != "__init__.py"]  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_run_down(file):
    room = room_of(file)
    assert room in FLOOR, f"{room} has no floor in tests/test_rooms.py"
    for other in imported(file) - {room}:
        assert FLOOR[other] < FLOOR[room], f"{file.name} of {room} imports {other}, which is above"


def modules_of(room: str) -> dict[str, set[str]]:
    """Each module of a room with those of the same room that it imports."""
    files = {}
    for file in (PACKAGE / room).rglob("*.py"):
        parts = ("course_lib", *file.relative_to(PACKAGE).with_suffix("").parts)
        files[".".join(parts).removesuffix(".__init__")] = file
    found: dict[str, set[str]] = {name: set() for name in files}
    for name, file in files.items():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & files.keys()
                found[name] |= inner or {node.module} & files.keys()
    return found


@pytest.mark.parametrize(
    "room",
    [
        "cells",
        "sequence",
        "readings",
        "learning",
        "tasks",
        "plots",
        "valves",
        "odyssey",
        "authoring",
    ],
)
def test_no_circle_within_a_room(room):
    left = modules_of(room)
    while left:
        free = [name for name, by in left.items() if not by & left.keys()]
        assert free, f"a circle among {sorted(left)}"
        left = {name: by for name, by in left.items() if name not in free}
