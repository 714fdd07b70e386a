"""What students get, in one archive: `make release` writes dist/lstm-variations-VERSION.zip.

The course without solutions/, tests, what grades, and without history. Exercises are generated
anew from their masters, so whatever was tried in exercises/ stays at home; of the rest only what
git tracks is taken. Two runs over the same files give the same bytes.
"""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

from course_lib import __version__
from course_lib.authoring import exercises
from course_lib.authoring.notebooks import ROOT
from course_lib.files import write

FOR_STUDENTS = (
    "course_lib", "notebooks", "README.md", "LICENSE", "Makefile", "pyproject.toml",
    "constraints.txt", "environment.yml",
)  # fmt: skip
LEFT_OUT = "course_lib/grading/"
DAY = (1980, 1, 1, 0, 0, 0)  # the first that an archive can hold


def tracked(root: Path) -> dict[Path, bytes]:
    """The course's files for students, but for the exercises: each path below root, its bytes."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--", *FOR_STUDENTS]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name and not name.startswith(LEFT_OUT)]
    return {Path(name): (root / name).read_bytes() for name in names if (root / name).is_file()}


def archive(files: Mapping[Path, bytes], top: str) -> bytes:
    """A ZIP archive of these files in a folder of that name, in order, all of one day."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{path.as_posix()}", DAY)
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, files[path], zipfile.ZIP_DEFLATED)
    return data.getvalue()


def main() -> None:
    made = exercises.generate(ROOT / "solutions")
    files = tracked(ROOT) | {Path("exercises", path): data for path, data in made.items()}
    name = f"lstm-variations-{__version__}"
    data = archive(files, name)
    path = ROOT / "dist" / f"{name}.zip"
    path.parent.mkdir(exist_ok=True)
    write(path, data)
    print(f"dist/{path.name}: {len(files)} files, {len(data) / 2**20:.1f} MiB, for students")


if __name__ == "__main__":
    main()
