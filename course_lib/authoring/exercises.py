"""Generate the students' exercises from their masters in solutions/, as nbgrader does.

    python -m course_lib.authoring.exercises            write exercises/
    python -m course_lib.authoring.exercises --check    write nothing, say what is out of date

nbgrader works in a temporary folder, so its database stays out of the course, and exercises/ is
changed only when every master could be read. Needs the extra `grading`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from course_lib import files
from course_lib.authoring.notebooks import ROOT, tidy
from course_lib.authoring.working_copy import LEFT_BEHIND, left_behind
from course_lib.environment import MAKE

# nbgrader calls alembic by name, which stands beside the Python that runs this.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def generate(solutions: Path) -> dict[Path, bytes]:
    """What exercises/ should hold: each file's path below it, and its bytes.

    Raises RuntimeError with nbgrader's own words where a master cannot be turned into an exercise.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(solutions, work / "source", ignore=shutil.ignore_patterns(*LEFT_BEHIND))
        for assignment in sorted(p.name for p in (work / "source").iterdir() if p.is_dir()):
            release(work, assignment)
        made = work / "release"
        found = sorted(path for path in made.rglob("*") if path.is_file())
        return {path.relative_to(made): stored_form(path) for path in found}


def release(work: Path, assignment: str) -> None:
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(work)
    config.CourseDirectory.db_url = f"sqlite:///{work}/gradebook.db"
    course = CourseDirectory(config=config)
    result = NbGraderAPI(course, config=config).generate_assignment(assignment)
    if not result["success"]:
        raise RuntimeError(f"solutions/{assignment} gives no exercise:\n{reason(result)}")


def reason(result: dict) -> str:
    """nbgrader's own words for what did not succeed."""
    return result.get("error") or result.get("log") or "nbgrader gave no reason"


def stored_form(path: Path) -> bytes:
    """A file's bytes, a notebook's in the same form as the course's other notebooks."""
    import nbformat

    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook = tidy(nbformat.read(path, as_version=4))
    notebook.metadata.pop("widgets", None)
    return (nbformat.writes(notebook) + "\n").encode()


def existing(exercises: Path) -> dict[Path, bytes]:
    """What exercises/ holds, without what a run leaves behind."""
    found = [path.relative_to(exercises) for path in exercises.rglob("*") if path.is_file()]
    return {p: (exercises / p).read_bytes() for p in sorted(found) if not left_behind(p)}


def out_of_date(wanted: dict[Path, bytes], there: dict[Path, bytes]) -> list[Path]:
    """The files that are missing, differ, or have no master any more."""
    return sorted(
        path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    exercises = ROOT / "exercises"
    wanted = generate(ROOT / "solutions")
    for path in (changed := out_of_date(wanted, existing(exercises))):
        if options.check:
            print(f"exercises/{path} is out of date; cure: {MAKE} exercises", file=sys.stderr)
        elif path in wanted:
            print(f"writing exercises/{path}")
            (exercises / path).parent.mkdir(parents=True, exist_ok=True)
            files.write(exercises / path, wanted[path])
        else:
            print(f"removing exercises/{path}, which has no master")
            (exercises / path).unlink()
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
