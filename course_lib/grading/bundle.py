"""What students get, in one archive: `make release` writes dist/lstm-variations-VERSION.zip.

The course without solutions/, tests, what grades, and without history; a link to what stays behind
becomes plain text. Exercises are generated anew from their masters, so whatever was tried in
exercises/ stays at home; of the rest only what git tracks is taken. Two runs over the same files
give the same bytes.

With ROSTER=class.csv it also writes each student's own exercises (editions.py), an archive a person
under dist/editions/, to be unpacked over the course, and notes in grading/ who was given one.
"""

from __future__ import annotations

import argparse
import io
import posixpath
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import nbformat

from course_lib import __version__
from course_lib.authoring import exercises
from course_lib.authoring.notebooks import ROOT
from course_lib.files import write
from course_lib.grading import editions, roster
from course_lib.grading.course import Assignment, Course
from course_lib.grading.names import ident
from course_lib.grading.sandbox import CannotGradeError

FOR_STUDENTS = (
    "course_lib", "notebooks", "README.md", "LICENSE", "Makefile", "pyproject.toml",
    "constraints.txt", "environment.yml",
)  # fmt: skip
LEFT_OUT = "course_lib/grading/"
LINK = re.compile(rb"\[([^\[\]]+)\]\(([\w./-]+)\)")  # to a file of the course


def tracked(root: Path) -> dict[Path, bytes]:
    """The course's files for students, but for the exercises: each path below root, its bytes."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--", *FOR_STUDENTS]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name and not name.startswith(LEFT_OUT)]
    return {Path(name): (root / name).read_bytes() for name in names if (root / name).is_file()}


def for_students(root: Path, made: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """All that students get, each path below root and its bytes; made: the plain exercises."""
    files = tracked(root) | {Path("exercises", path): data for path, data in made.items()}
    there = {str(place) for path in files for place in (path, *path.parents)}

    def kept(link: re.Match[bytes], here: Path) -> bytes:
        leads = posixpath.normpath(posixpath.join(here.as_posix(), link[2].decode()))
        stays_behind = leads not in there and (root / leads).exists()
        return link[1] if stays_behind else link[0]

    for path in (path for path in files if path.suffix in (".md", ".ipynb")):
        files[path] = LINK.sub(partial(kept, here=path.parent), files[path])
    return files


def archive(files: Mapping[Path, bytes], top: str) -> bytes:
    """A ZIP archive of these files in a folder of that name, in order, all of one day."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{path.as_posix()}")  # of the first day that it can hold
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, files[path], zipfile.ZIP_DEFLATED)
    return data.getvalue()


def own_exercise(own: Assignment, plain: bytes) -> bytes:
    """The exercise of an edition, from the plain one's bytes."""
    made = editions.exercise(nbformat.reads(plain.decode(), as_version=4), own.plain, own.master)
    return (nbformat.writes(made) + "\n").encode()


def give_out(
    course: Course, people: list[roster.Person], made: Mapping[Path, bytes], top: str, folder: Path
) -> list[Path]:
    """Write everybody's own exercises, and note who was given some → the archives.

    made: the plain exercises. Whoever was given an edition before keeps the same.
    Raises CannotGradeError where two people of the roster cannot be told apart.
    """
    everybody = editions.together(editions.given_out(course.grading), people)
    course.grading.mkdir(exist_ok=True)
    write(course.grading / editions.ROSTER, editions.as_csv(everybody))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = Counter(ident(person.called() or person.email) for person in everybody)
    known: dict[Assignment, bytes] = {}
    written = []
    for person in everybody:
        own = [course.assignment(name).of(person) for name in course.assignments()]
        files = {}
        for one in (one for one in own if one.variants):
            path = Path(one.name, f"{one.name}.ipynb")
            known[one] = known.get(one) or own_exercise(one, made[path])
            files[Path("exercises", path)] = known[one]
        called = ident(person.called() or person.email)
        called += f"-{ident(editions.key(person))}" if names[called] > 1 else ""
        written.append(folder / f"{called}.zip")
        write(written[-1], archive(files, top))
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--roster", type=Path, help="who is in the class: a CSV")
    options = parser.parse_args()
    people = roster.read(options.roster) if options.roster else []
    made = exercises.generate(ROOT / "solutions")
    files = for_students(ROOT, made)
    name = f"lstm-variations-{__version__}"
    data = archive(files, name)
    path = ROOT / "dist" / f"{name}.zip"
    path.parent.mkdir(exist_ok=True)
    write(path, data)
    print(f"dist/{path.name}: {len(files)} files, {len(data) / 2**20:.1f} MiB, for students")
    if people:
        own = give_out(Course(ROOT), people, made, name, ROOT / "dist" / "editions")
        print(f"dist/editions/: own exercises for {len(own)} people, to unpack over the course")


if __name__ == "__main__":
    try:
        main()
    except CannotGradeError as error:
        sys.exit(str(error))
