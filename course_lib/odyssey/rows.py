"""The results of a study: one CSV file, a line a trial, that no accident leaves unreadable.

Lines are appended as trials finish and forced to the disk. A line that an accident cut off is
dropped when the study goes on, and its trial is run again. The file's name ends in .csv; what the
study is made of lies beside it under the same name in .json.
"""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO, get_type_hints

from course_lib import files
from course_lib.arguments import one_of
from course_lib.odyssey.trial import VARIANTS, Row

HEADER = ",".join(Row._fields) + "\n"
STATUSES = ("ok", "diverged")
KINDS = get_type_hints(Row)
# What the search can draw (trial.py), a little rounding included.
DRAWN = {"hidden": (20, 200), "lr": (1e-6, 1e-2), "momentum": (0, 0.99), "noise": (0, 1)}
_WRITTEN = {"lr": ".6g", "momentum": ".6g", "noise": ".6g", "val_nll": ".6f", "test_nll": ".6f"}


def line(row: Row) -> str:
    """A row as a line of the file: NaN as nothing, NLL to six decimals, the rest to six digits."""
    cells = []
    for name, value in row._asdict().items():
        text = format(value, {**_WRITTEN, "seconds": ".2f"}.get(name, ""))
        cells.append("" if text == "nan" else text)
    return ",".join(cells) + "\n"


def parse(text: str) -> Row:
    """The row that a line holds. Raises ValueError where it holds none, or one that cannot be."""
    cells = next(csv.reader(io.StringIO(text)), [])
    if len(cells) != len(Row._fields):
        raise ValueError(f"came {len(cells)} cells, expected {len(Row._fields)}")
    row = Row(
        *(_value(name, cell) for name, cell in zip(Row._fields, cells, strict=True))  # type: ignore[arg-type]
    )
    one_of("variant", row.variant, VARIANTS)
    one_of("status", row.status, STATUSES)
    if row.trial < 1:
        raise ValueError(f"trial: came {row.trial}, expected 1 or more")
    for name, (low, high) in DRAWN.items():
        if not low <= (value := getattr(row, name)) <= high:
            raise ValueError(f"{name}: came {value}, expected {low:g} to {high:g}")
    for name in ("val_nll", "test_nll"):
        value = getattr(row, name)
        if row.status == "ok" and not 0 <= value < math.inf:
            raise ValueError(f"{name}: came {value}, expected a figure since status is ok")
        if row.status == "diverged" and not math.isnan(value):
            raise ValueError(f"{name}: came {value}, expected nothing since status is diverged")
    return row


def _value(name: str, cell: str) -> str | int | float:
    kind = {str: str, int: int, float: float}[KINDS[name]]
    try:
        return kind(cell or "nan") if kind is float else kind(cell)
    except ValueError:
        expected = {int: "a whole number", float: "a number"}[kind]
        raise ValueError(f"{name}: came {cell!r}, expected {expected}") from None


def as_stored(row: Row) -> Row:
    """A row with its figures rounded as the file holds them."""
    return parse(line(row))


def named(path: str | os.PathLike[str]) -> Path:
    """A results file's path; ValueError unless its name ends in .csv.

    So no two studies share the .json beside their rows, and that is never taken for rows.
    """
    path = Path(path)
    if path.suffix != ".csv" or not path.stem:
        raise ValueError(f"path: came {str(path)!r}, expected a file name that ends in .csv")
    return path


def read(path: str | os.PathLike[str]) -> list[Row]:
    """All whole rows of a results file, in its order; a cut-off last line is left out.

    Raises FileNotFoundError, and ValueError that names the file, the line and the cure where it
    is no such file, or has a damaged line or a trial twice. A file that a spreadsheet saved is
    refused: it may have rounded the figures.
    """
    path = named(path)
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
    path = named(path)
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


def abreast(rows: Iterable[Row]) -> list[Row]:
    """The trials 1 … n of each variant, as far as all variants there have them: an even comparison.

    A study's variants go on abreast, so of one that is not complete few rows are left out.
    """
    rows = list(rows)
    there, names, n = {row[:2] for row in rows}, {row.variant for row in rows}, 0
    while names and all((name, n + 1) in there for name in names):
        n += 1
    return [row for row in rows if row.trial <= n]


def _whole(data: bytes, path: Path) -> list[str]:
    """The file's whole lines, the header first. Raises ValueError for a file of another kind."""
    whole = data[: data.rfind(b"\n") + 1]
    lines = whole.decode("utf-8", errors="replace").splitlines(keepends=True)
    if not lines and HEADER.encode().startswith(data):
        return [HEADER]
    if not lines or lines[0] != HEADER:
        raise ValueError(f"{path} holds no results of a study: {_unlike(data)}")
    return lines


def _unlike(data: bytes) -> str:
    """What is wrong with a first line that is not HEADER, also where it looks the same."""
    text = data.decode("utf-8-sig", errors="replace")
    first = text.partition("\n")[0]
    names = [cell.strip().strip('"') for cell in first.replace(";", ",").split(",")]
    expected = list(Row._fields)
    if names == expected[: len(names)] and len(names) > len(Row._fields) - 3:
        if len(names) < len(expected):
            lacking = ", ".join(expected[len(names) :])
            return (
                f"it was written by an earlier edition of the course, without {lacking}. "
                "Cure: another file name; the trials are run again"
            )
        marks = {
            "a byte-order mark": data.startswith(b"\xef\xbb\xbf"),
            "semicolons": ";" in first,
            "quotes": '"' in first,
            "Windows line ends": first.endswith("\r"),
        }
        found = ", ".join(mark for mark, there in marks.items() if there) or "other spaces"
        return (
            f"a spreadsheet or an editor saved it anew (came {found}), and may have rounded its "
            "figures. Cure: the file as the study wrote it; look at a copy of it"
        )
    return f"its first line is {first[:80]!r}, expected {HEADER!r}"


def _lock(file: TextIO, path: Path) -> None:
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # Windows, and a browser
        return
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        raise BlockingIOError(f"{path} is being written by another run of this study") from None
