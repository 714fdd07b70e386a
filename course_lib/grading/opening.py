"""Find the notebook in what one student handed in: files, folders and archives, within bounds.

Links are not followed. Of a folder or an archive no more is looked at than a hand-in can need, so
that one that is a thousand levels deep, or unpacks without end, costs the others nothing.
"""

from __future__ import annotations

import errno
import io
import lzma
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from course_lib.grading.names import COPY, SYSTEMS, TAIL, readable
from course_lib.grading.reading import LARGEST, Unreadable

DEEPEST = 8  # folders within one another
MOST = 1000  # files
UNPACKED = 64 * 2**20  # bytes of a packed tar
NOTEBOOK = re.compile(rf"(.+)\.ipynb{TAIL}", re.I)
ARCHIVE = re.compile(r".+\.(zip|tar|tgz|tar\.(gz|bz2|xz))", re.I)
BROKEN = (RuntimeError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError,
          zipfile.BadZipFile, tarfile.TarError)  # fmt: skip
LINK = "A symbolic link was handed in; links are not followed."


class Found(NamedTuple):
    """A file that may be the notebook: its name, its bytes when asked, when it was changed."""

    name: str
    bytes: Callable[[], bytes]
    changed: float
    within: Path
    archive: str = ""  # that it was taken out of

    def is_notebook(self) -> bool:
        return bool(NOTEBOOK.fullmatch(self.name))

    def is_named(self, assignment: str) -> bool:
        """Whether it has the exercise's name, but for what a browser or a platform adds."""
        base = NOTEBOOK.fullmatch(self.name)
        name = rf"(?:.*[\W_])?{re.escape(assignment)}{COPY}"
        return bool(base and re.fullmatch(name, base[1], re.I))


def opened(path: Path, remarks: list[str]) -> list[Found]:
    """Every file of a hand-in, those in its archives too.

    Raises Unreadable for a link, and for an archive that cannot be opened where there is no
    notebook beside it; where there is one, that is a remark.
    """
    if path.is_symlink():
        raise Unreadable(LINK)
    made: list[Found] = []
    closed: list[Unreadable] = []
    for number, (file, changed) in enumerate(files(path)):
        if number == MOST:
            remarks.append(f"Of what was handed in, the first {MOST} files were looked at.")
            break
        name = readable(file.name)
        if ARCHIVE.fullmatch(name):
            try:
                found = _unpacked(name, plain(file), changed, path)
            except Unreadable as error:
                closed.append(error)
                continue
            made += [one._replace(archive=name) for one in found]
        elif name.lower() not in SYSTEMS:
            made.append(Found(name, lambda file=file: plain(file), changed, path))  # type: ignore[misc]
    if closed and not any(one.is_notebook() for one in made):
        raise closed[0]
    remarks += map(str, closed)
    return made


def files(path: Path) -> Iterator[tuple[Path, float]]:
    """The files in a folder, as far down as DEEPEST, with their times; a file is its own."""
    if not path.is_dir() or path.is_symlink():
        yield path, path.lstat().st_mtime
        return
    waiting = [(path, 0)]
    while waiting:
        folder, depth = waiting.pop()
        with suppress(OSError):
            for entry in sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name)):
                if entry.name.startswith((".", "__")):
                    continue
                if not entry.is_dir(follow_symlinks=False):
                    yield Path(entry.path), entry.stat(follow_symlinks=False).st_mtime
                elif depth < DEEPEST:
                    waiting.append((Path(entry.path), depth + 1))


def plain(path: Path) -> bytes:
    """A file's bytes, if it is a plain file."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Unreadable(LINK) from None
        raise Unreadable(f"What was handed in cannot be opened ({error.strerror}).") from None
    with open(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise Unreadable("What was handed in is no plain file.")
        return file.read(LARGEST + 1)


def _unpacked(name: str, data: bytes, changed: float, within: Path) -> list[Found]:
    if len(data) > LARGEST:
        raise Unreadable(f"The archive {name} is larger than {LARGEST / 2**20:.0f} MiB.")
    try:
        if tarfile.is_tarfile(io.BytesIO(data)):
            return _untarred(data, changed, within)
        if zipfile.is_zipfile(io.BytesIO(data)):
            return _unzipped(data, changed, within)
        raise ValueError("it is neither a ZIP nor a tar archive, or only a part of one")
    except BROKEN as error:
        raise Unreadable(f"The archive {name} cannot be unpacked ({error}).") from None


def _base(path: str) -> str:
    """A member's own name; empty where it lies too deep, or is what a system leaves behind."""
    parts = [readable(p) for p in path.replace("\\", "/").split("/") if p not in ("", ".")]
    hidden = any(part.startswith((".", "__")) for part in parts)
    if hidden or not 0 < len(parts) <= DEEPEST or parts[-1].lower() in SYSTEMS:
        return ""
    return parts[-1]


def _unzipped(data: bytes, changed: float, within: Path) -> list[Found]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return [
            Found(base, _once(packed, info), changed, within)
            for info in packed.infolist()[:MOST]
            if info.file_size and (base := _base(info.filename))
        ]


def _once(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    """A notebook among an archive's members is read now; of any other file there is the name."""
    if not NOTEBOOK.fullmatch(_base(info.filename)):
        return bytes
    with packed.open(info) as member:
        data = member.read(LARGEST + 1)
    return lambda: data


def _untarred(data: bytes, changed: float, within: Path) -> list[Found]:
    made: list[Found] = []
    with tarfile.open(fileobj=io.BytesIO(data)) as packed:
        for member in packed:
            if len(made) == MOST or packed.offset > UNPACKED:
                break
            base = _base(member.name) if member.isfile() else ""
            file = packed.extractfile(member) if base and NOTEBOOK.fullmatch(base) else None
            text = file.read(LARGEST + 1) if file else b""
            if base:
                made.append(Found(base, lambda text=text: text, changed, within))  # type: ignore[misc]
    return made
