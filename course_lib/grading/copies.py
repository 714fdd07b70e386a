"""Find copies of the course in the folders that a sandbox shows, so that they can be hidden.

On a shared server the course may be installed in the Python that an environment was made from, lie
packed in a cache, or be laid out as documents. Each of these holds every answer. What counts is the
name of a file or folder, the names inside an archive, or a mention of the library in a text.
"""

from __future__ import annotations

import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

LIBRARY = "course_lib"
NAMES = (LIBRARY, f"{LIBRARY}.*", f"{LIBRARY}-*", "*lstm?variations*")  # installed, linked, packed
ARCHIVES = (
    "*.zip",
    "*.whl",
    "*.egg",
    "*.pyz",
    "*.tar",
    "*.tar.gz",
    "*.tgz",
    "*.tar.bz2",
    "*.tar.xz",
)
TEXTS = ("*.py", "*.pyc", "*.ipynb", "*.html", "*.md", "*.rst", "*.txt", "*.json")
LARGEST = 256 * 2**20  # bytes of an archive that is looked into


@cache
def copies(folders: tuple[str, ...]) -> tuple[Path, ...]:
    """The files and folders below these that hold the course, none of them inside another.

    Raises RuntimeError where they could not be searched.
    """
    whole = {Path(folder).resolve() for folder in folders if Path(folder).is_dir()}
    there = [str(folder) for folder in sorted(whole) if not whole & set(folder.parents)]
    named = [part for name in (*NAMES, *ARCHIVES) for part in ("-o", "-iname", name)][1:]
    listed = _lines(["find", "-H", *there, "-mindepth", "1", "(", *named, ")", "-print0"])
    texts = [f"--include={name}" for name in TEXTS]
    mention = _lines(["grep", "-rlsZF", *texts, "-e", LIBRARY, "--", *there])
    found = {path.resolve() for path in listed if _is_named(path) or _holds(path)}
    inside = {path for path in found | set(mention) if path.exists() and whole & set(path.parents)}
    return tuple(sorted(path for path in inside if not inside & set(path.parents)))


def _lines(command: list[str]) -> Iterator[Path]:
    """What a search prints; a folder that only root may read is not shown to a sandbox either."""
    done = subprocess.run(command, capture_output=True)
    if done.returncode > 2 or done.returncode < 0:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace')[-300:]}")
    return (
        Path(name.decode(errors="surrogateescape")) for name in done.stdout.split(b"\0") if name
    )


def _is_named(path: Path) -> bool:
    return any(fnmatch(path.name.lower(), pattern) for pattern in NAMES)


def _holds(path: Path) -> bool:
    """Whether a file is an archive with the library inside."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return False
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                names = packed.namelist()
        else:
            with tarfile.open(path) as unpacked:
                names = unpacked.getnames()
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, ValueError):
        return False
    return any(LIBRARY in Path(name).parts for name in names)
