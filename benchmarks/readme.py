"""Puts what a benchmark measured between its two marks in benchmarks/README.md."""

from __future__ import annotations

from pathlib import Path

from course_lib import files

README = Path(__file__).with_name("README.md")


def put(mark: str, text: str) -> None:
    """The text in place of what stands between the marks. Raises ValueError where they are not."""
    parts = README.read_text(encoding="utf-8").split(mark)
    if len(parts) != 3:
        raise ValueError(f"{README}: expected the mark twice, came {len(parts) - 1}: {mark}")
    files.write(README, f"{parts[0]}{mark}\n\n{text}\n{mark}{parts[2]}")
