"""Who handed in what: students' names out of the names of files and folders.

A name is read as the learning platform writes it. Two people of one name stay two, by the
platform's number; one name in two spellings of Unicode is one person.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from course_lib.grading.sandbox import CannotGradeError

NOT_IN_A_NAME = re.compile(r"[^\w.@-]+")
LONGEST = 80  # bytes of a student's id: files are named after it
PLATFORMS = {
    # Anna Schmidt_4711_assignsubmission_file_ and, below it or behind it, the file
    "moodle": re.compile(
        r"(?P<name>.+?)_(?P<number>\d+)_(?:assignsubmission_)?(?P<kind>file|onlinetext)(?:_.*)?"
    ),
    # schmidtanna_LATE_815_4711_ps1_standard_lstm-1.ipynb: the person's number, then the file's
    "canvas": re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<number>\d+)_\d+_.+"),
}
SYSTEMS = {"thumbs.db", "desktop.ini", "timestamp.txt"}  # files that nobody hands in
NOBODY = SYSTEMS | {"index.html"}
COPY = r"(?:[ _-]*(?:\(\d+\)|-\d+|copy\d*))*"  # what is put behind a name
TAIL = r"(?:[ _.-]*(?:\(\d+\)|\d|txt|json))*"  # what a browser or a platform puts behind .ipynb
AGAIN = re.compile(r"(\s*\(\d+\))+$")  # what a browser puts behind a name it knows already


class Entry(NamedTuple):
    """One file or folder that was handed in: whose, as an id and in words, and by which number."""

    student: str
    name: str
    path: Path
    number: str = ""
    late: bool = False


def readable(name: str) -> str:
    """A file's name as text: in UTF-8, else in the one byte a letter of an old archive; NFC."""
    data = os.fsencode(name)
    for encoding in ("utf-8", "cp1252", "latin-1"):
        try:
            return unicodedata.normalize("NFC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes everything")


def ident(name: str) -> str:
    """A student's id, fit for a file's name; where little is left of a name, told by a hash."""
    made = NOT_IN_A_NAME.sub("_", name).strip("._-")
    if made and len(made.encode()) <= LONGEST:
        return made
    short = made.encode()[: LONGEST - 20].decode(errors="ignore").strip("._-")
    return f"{short or 'student'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def split_name(name: str) -> tuple[str, str]:
    """A first and a last name out of "Anna Schmidt" or "Schmidt, Anna"; one word is a last name."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.strip().rpartition(" ")
    return first.strip(), last.strip()


def is_nobody(path: Path) -> bool:
    """Whether it is a file of a system's, a browser's or a platform's, and no hand-in."""
    name = path.name.lower()
    return name.startswith((".", "__", "~$")) or name in NOBODY or name.endswith(".csv")


def handed_in(folder: Path) -> list[Path]:
    """What lies in a class's folder and is somebody's, in order."""
    return sorted(path for path in folder.iterdir() if not is_nobody(path))


def platform_of(paths: list[Path]) -> str:
    """The platform whose form every name has; "folder" where there is none."""
    for platform, form in PLATFORMS.items():
        if paths and all(form.fullmatch(readable(path.name)) for path in paths):
            return platform
    return "folder"


def odd_ones(paths: list[Path]) -> tuple[str, list[str]]:
    """The platform whose form most names have, but not all, and those that have another."""
    for platform, form in PLATFORMS.items():
        odd = [path.name for path in paths if not form.fullmatch(readable(path.name))]
        if 0 < len(odd) < len(paths) / 2:
            return platform, [readable(name) for name in odd]
    return "", []


def entries(folder: Path, assignment: str, student: str = "", lms: str = "") -> list[Entry]:
    """Who handed in what, by name.

    lms: "moodle", "canvas" or "folder"; without it, the one that all names agree with. What isn't
    as that platform writes it is read as a folder's. student: a regular expression with one group
    that finds a student's name in that of a file or folder.
    Raises CannotGradeError where it finds none, or the folder is not there or holds nothing.
    """
    if lms and lms not in (*PLATFORMS, "folder"):
        expected = f"expected one of {sorted((*PLATFORMS, 'folder'))}"
        raise CannotGradeError(f"lms: came {lms!r}, {expected}")
    if not folder.is_dir():
        raise CannotGradeError(f"There is no folder {folder}.")
    paths = handed_in(folder)
    lms = lms or ("folder" if student else platform_of(paths))
    found = [_entry(path, assignment, student, PLATFORMS.get(lms)) for path in paths]
    kept = [entry for entry in found if entry]
    if not kept:
        raise CannotGradeError(f"Nothing was handed in: {folder} holds nothing to grade.")
    by_id: dict[str, set[str]] = {}
    for entry in kept:
        by_id.setdefault(entry.student, set()).add(entry.name)
    return [  # o'neil and o neil
        entry._replace(student=_apart(entry)) if len(by_id[entry.student]) > 1 else entry
        for entry in kept
    ]


def _apart(entry: Entry) -> str:
    return f"{entry.student}-{hashlib.sha256(entry.name.encode()).hexdigest()[:8]}"


def _entry(path: Path, assignment: str, student: str, form: re.Pattern | None) -> Entry | None:
    written = readable(path.name)
    match = form.fullmatch(written) if form else None
    if match:
        part = match.groupdict()
        if part.get("kind") == "onlinetext":
            return None
        name = part["name"].strip()
        number, late = part["number"], bool(part.get("late"))
        return Entry(f"{ident(name)}_{number}", name, path, number, late)
    name = _stem(written)
    if student:
        found = re.search(student, written)
        if not found or not found.groups():
            raise CannotGradeError(f"--student {student!r} finds no one in {written!r}.")
        name = found[1]
    suffix = rf"[\W_]*{re.escape(assignment)}{COPY}$"
    name = AGAIN.sub("", re.sub(suffix, "", name, flags=re.I) or name).strip() or name
    return Entry(ident(name), name.strip("_ ") or name, path)


def _stem(written: str) -> str:
    """A name without what says that it is a notebook or an archive."""
    return re.sub(rf"\.(ipynb|zip|tar|tgz|tar\.\w+){TAIL}$", "", written, flags=re.I)
