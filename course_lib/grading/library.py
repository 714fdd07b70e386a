"""The copy of course_lib that a student's code may import while it is graded.

Left out are the modules that answer the problem set's questions, the checks with their references,
and what grades. In their place stands a module that says so when it is imported; `check` is there
and does nothing but say that grading happens elsewhere; what shows or keeps progress does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
NEVER = ("course_lib.grading", "course_lib.authoring")
CHECKS = "course_lib.checks"
HERE = Path(__file__).parent

MISSING = """raise ImportError(
    "{name} answers a question of this problem set: an answer may not import it, and it isn't "
    "here while the answers are graded.", name="{name}"
)
"""
CHECK = '''"""Stands in for the checks while the answers are graded."""


def check(name, answer):
    """Say that this question is judged elsewhere."""
    print(f"{name}: judged by the grader, on other inputs")


def edition(variants):
    """The same for a copy of one's own."""
    return check


def quiz(*given, **named):
    """There is nothing to click here, and no progress is kept."""


progress = export_progress = import_progress = quiz
'''


def files() -> list[Path]:
    """The library's own files, below the package, in order."""
    every = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*") if path.is_file())
    return sorted(path for path in every if "__pycache__" not in path.parts)


def fingerprint(hidden: Iterable[str]) -> str:
    """Changes when the library, or what is hidden of it, changes."""
    digest = hashlib.sha256(repr(sorted(hidden)).encode())
    for path in files():
        digest.update(f"\0{path}\0".encode() + (PACKAGE / path).read_bytes())
    return digest.hexdigest()


def module_of(path: Path) -> str:
    """The module in a file below the package, or the package that a data file belongs to."""
    parts = ["course_lib", *path.with_suffix("").parts]
    if path.suffix != ".py" or parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def below(module: str, names: Iterable[str]) -> bool:
    return any(f"{module}.".startswith(f"{name}.") for name in names)


def assemble(folder: Path, hidden: Iterable[str]) -> Path:
    """A folder with the copy, made once for each fingerprint and whole or not at all → its path.

    Raises ValueError for the name of a module that does not exist.
    """
    left_out = {*hidden, *NEVER, CHECKS}
    modules = {module_of(path) for path in files()}
    if unknown := left_out - modules:
        raise ValueError(f"hidden: came {sorted(unknown)}, expected modules of course_lib")
    wanted = folder / fingerprint(left_out)[:16]
    if wanted.is_dir():
        return wanted
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder, prefix="part-"))
    for path in files():
        if not below(module_of(path), left_out):
            write(made / "course_lib" / path, (PACKAGE / path).read_bytes())
    for name in left_out:
        place = Path(*name.split("."))
        is_package = (PACKAGE.parent / place).is_dir()
        file = place / "__init__.py" if is_package else place.with_suffix(".py")
        text = CHECK if name == CHECKS else MISSING.format(name=name)
        write(made / file, text.encode())
    for name in ("inside.py", "shell.py", "wire.py"):
        write(made / name, (HERE / name).read_bytes())
    made.chmod(0o755)
    try:
        os.replace(made, wanted)
    except OSError:  # somebody else was faster
        shutil.rmtree(made)
    return wanted


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    path.write_bytes(data)
    path.chmod(0o644)
