"""Files and folders that are there whole or not at all: made beside their place, then moved there.

At its top the standard library alone is imported, in a form that Python 3.8 reads: a set-up
uses it, too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COURSE = "lstm-variations-course"


def cache_folder() -> Path:
    """Where the course keeps what it builds on this machine: COURSE_CACHE, or the user's cache."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("COURSE_CACHE") or user_cache_path(COURSE, appauthor=False))


@contextmanager
def beside(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A file beside `path` to write, which takes its place when the block ends.

    with beside("net.npz") as part, part.open("wb") as file: ...

    Where the block fails, `path` is as it was, and nothing is left beside it.
    Raises OSError where nothing can be written there.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write(path: str | os.PathLike[str], data: str | bytes) -> None:
    """Put a text, as UTF-8 with its own line ends, or bytes into a file's place (`beside`)."""
    with beside(path) as part:
        part.write_bytes(data.encode() if isinstance(data, str) else data)


def put_folder(made: Path, place: Path, *stays: str) -> None:
    """Move a folder into the place of another, of which there stays what `stays` names.

    `made` lies in a temporary folder on the same disk; there the old one is left, to go with it.
    Raises OSError where the old one cannot be moved away; both are then as they were.
    """
    old = made.with_name(f"{made.name}.old")
    if place.exists():
        os.replace(place, old)
    os.replace(made, place)
    for name in stays:
        if (old / name).exists():
            os.replace(old / name, place / name)
