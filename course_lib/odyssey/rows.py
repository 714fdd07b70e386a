"""The results of a study: one CSV file, a line a trial, that no accident leaves unreadable.

Lines are appended as trials finish and forced to the disk. A line that an accident cut off is
dropped when the study goes on, and its trial is run again.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from course_lib import files
from course_lib.odyssey.trial import VARIANTS, Row

HEADER = ",".join(Row._fields) + "\n"
STATUSES = ("ok", "diverged")
_WRITTEN = {"lr": ".6g", "momentum": ".6g", "noise": ".6g", "val_nll": ".6f", "test_nll": ".6f"}


def line(row: Row) -> str:
    """A row as a line of the file: NaN as nothing, NLL to six decimals, the rest to six digits."""
    cells = []
    for name, value in row._asdict().items():
        text = format(value, {**_WRITTEN, "seconds": ".2f"}.get(name, ""))
        cells.append("" if text == "nan" else text)
    return ",".join(cells) + "\n"


def parse(text: str) -> Row:
    """The row that a line holds. Raises ValueError where it holds none."""
    cells = next(csv.reader(io.StringIO(text)), [])
    if len(cells) != len(Row._fields):
        raise ValueError(f"came {len(cells)} cells, expected {len(Row._fields)}")
    kinds = (str, int, int, float, float, float, str, int, float, float, float)
    row = Row(*(kind(cell or "nan") for kind, cell in zip(kinds, cells, strict=True)))
    if row.variant not in VARIANTS:
        raise ValueError(f"variant: came {row.variant!r}, expected one of {', '.join(VARIANTS)}")
    if row.status not in STATUSES:
        raise ValueError(f"status: came {row.status!r}, expected one of {', '.join(STATUSES)}")
    return row


def as_stored(row: Row) -> Row:
    """A row with its figures rounded as the file holds them."""
    return parse(line(row))


def read(path: str | os.PathLike[str]) -> list[Row]:
    """All whole rows of a results file, in its order; a cut-off last line is left out.

    Raises FileNotFoundError, and ValueError that names the file, the line and the cure where it
    is no such file, or has a damaged line or a trial twice.
    """
    path = Path(path)
    _, *lines = _whole(path.read_bytes(), path)
    rows: list[Row] = []
    seen: set[tuple[str, int]] = set()
    for number, text in enumerate(lines, start=2):
        try:
            row = parse(text)
            if row[:2] in seen:
                raise ValueError(f"{row.variant} {row.trial} stands in the file twice")
        except ValueError as wrong:
            raise ValueError(
                f"{path}, line {number}: {wrong}. Cure: delete the line; its trial is run again"
            ) from wrong
        seen.add(row[:2])
        rows.append(row)
    return rows


def open_to_append(path: str | os.PathLike[str]) -> TextIO:
    """The file, made if there is none, without a cut-off last line, ready for `append`.

    One process at a time: BlockingIOError where another has it open (not on Windows).
    """
    path = Path(path)
    file = path.open("a+", encoding="utf-8", newline="")
    try:
        _lock(file, path)
        data = path.read_bytes()
        _whole(data, path)  # another kind of file is left alone
        file.truncate(end := data.rfind(b"\n") + 1)
        if end == 0:
            file.write(HEADER)
            file.flush()
    except BaseException:
        file.close()
        raise
    return file


def append(file: TextIO, row: Row) -> None:
    """Write a row and force it to the disk; where that fails, leave the file as it was.

    Raises OSError where the disk is full.
    """
    end = os.fstat(file.fileno()).st_size
    try:
        os.write(file.fileno(), line(row).encode())
        os.fsync(file.fileno())
    except OSError:
        os.ftruncate(file.fileno(), end)
        raise
    if os.fstat(file.fileno()).st_size != end + len(line(row).encode()):
        os.ftruncate(file.fileno(), end)
        raise OSError(28, "no space left: a row could not be written whole")


def write_sorted(path: str | os.PathLike[str], rows: Iterable[Row]) -> None:
    """All rows in the order of VARIANTS and trials, in place of the file, whole or not at all."""
    order = list(VARIANTS)
    ordered = sorted(rows, key=lambda row: (order.index(row.variant), row.trial))
    files.write(path, HEADER + "".join(map(line, ordered)))


def _whole(data: bytes, path: Path) -> list[str]:
    """The file's whole lines, the header first. Raises ValueError for a file of another kind."""
    whole = data[: data.rfind(b"\n") + 1]
    lines = whole.decode("utf-8", errors="replace").splitlines(keepends=True)
    if not lines and HEADER.encode().startswith(data):
        return [HEADER]
    if not lines or lines[0] != HEADER:
        raise ValueError(f"{path} holds no results of a study: its first line is not {HEADER!r}")
    return lines


def _lock(file: TextIO, path: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BlockingIOError(f"{path} is being written by another run of this study") from None
