"""Files that are there whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
