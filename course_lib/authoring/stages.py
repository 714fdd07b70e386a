"""What `test` and `check` consist of, run side by side where one does not need the other.

At the end stands what passed, and in a table what was left out on this machine, with what brings it
(tests/needs.py). In CI nothing is left out: there a test that lacks something fails.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.authoring.jobs import Job, Result, side_by_side
from course_lib.authoring.prepare import ROOT

if TYPE_CHECKING:
    from course_lib.authoring.launcher import Course

LEFT_OUT = "COURSE_LEFT_OUT"  # names the file in which test runs note what they left out


def kept(course: Course) -> dict[str, str]:
    """A cache of the tests' own, in the environment: none of a learner's is read or changed.

    What depends on the library's code is removed where that has changed: networks (kept.py), and
    the studies that notebook 05 runs. The chorales know themselves when they are out of date.
    """
    cache, digest = course.venv / "tested", hashlib.sha256()
    for path in sorted((ROOT / "course_lib").rglob("*.py")):
        digest.update(path.read_bytes())
    mark = cache / "course_lib"
    if not mark.exists() or mark.read_text() != digest.hexdigest():
        shutil.rmtree(cache / "trained", ignore_errors=True)
        for path in cache.glob("my_*"):
            path.unlink()
        cache.mkdir(exist_ok=True)
        mark.write_text(digest.hexdigest())
    return {"COURSE_CACHE": str(cache), "COURSE_TRAINED": str(cache / "trained")}


def job(course: Course, name: str, words: list[str], more: dict[str, str] | None = None) -> Job:
    environment = {**course.environment, "PYTHONUNBUFFERED": "1", **(more or {})}
    return Job(name, [course.python, "-m", *words], environment)


def unit_tests(course: Course) -> Job:
    marks = "not browser and not slow and not oracles and not hub and not web"
    cache = {"COURSE_CACHE": kept(course)["COURSE_CACHE"]}  # networks are trained anew
    return job(course, "unit tests", ["pytest", "-n", "2", "-m", marks], cache)


def notebooks(course: Course) -> Job:
    """The longest first, which are the last: so both processes end at nearly the same time.

    A cell's 15 minutes are for one that hangs: a training takes three on a slow and busy machine.
    """
    stored = sorted(ROOT.glob("notebooks/*.ipynb"), reverse=True)
    stored += sorted(ROOT.glob("solutions/*/*.ipynb"))
    words = ["pytest", "--nbval-lax", "--nbval-cell-timeout=900", "-n", "2", "--dist", "loadfile"]
    words += ["--no-loadscope-reorder"]  # else those with most cells come first
    words += [str(path.relative_to(ROOT)) for path in stored]
    return job(course, "notebooks", words, kept(course))


def browser_pass(course: Course) -> Job:
    words = ["pytest", "-m", "browser and not slow", "tests/browser"]
    return job(course, "in a browser", words, kept(course))


def slow_tests(course: Course) -> Job:
    words = ["pytest", "-n", "2", "--dist", "loadfile", "-m", "slow"]
    return job(course, "slow tests", words, kept(course))


def unit(course: Course) -> int:
    return perform([[unit_tests(course)]])


def nbval(course: Course) -> int:
    return perform([[notebooks(course)]])


def browser(course: Course) -> int:
    return perform([[browser_pass(course)]])


def test(course: Course) -> int:
    """All that needs no grading: first what measures times, then the notebooks beside a browser."""
    if not (ROOT / "tests").is_dir():  # what students get has none
        return nbval(course)
    return perform([[unit_tests(course)], [notebooks(course), browser_pass(course)]])


def check(course: Course) -> int:
    return perform(
        [
            [
                job(course, "formatting", ["ruff", "format", "--check", "."]),
                job(course, "lint", ["ruff", "check", "."]),
                job(course, "types", ["mypy", "course_lib", "tests", "benchmarks"]),
                job(course, "exercises", ["course_lib.authoring.exercises", "--check"]),
                slow_tests(course),
            ]
        ]
    )


def perform(groups: list[list[Job]]) -> int:
    """Run each group's jobs side by side, a group after the other, and say how it went."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "left_out"
        os.environ[LEFT_OUT] = str(notes)
        for group in groups:
            results += side_by_side(group)
        lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    print()
    for result in results:
        minutes, seconds = divmod(round(result.seconds), 60)
        how = "passed" if result.code == 0 else "FAILED"
        print(f"{result.name:<12}  {how}  {minutes:3d} min {seconds:2d} s")
    print("\n".join(table([json.loads(line) for line in lines])), flush=True)
    return next((result.code for result in results if result.code), 0)


def table(notes: list[dict]) -> list[str]:
    """The lines that say what was left out, from what test runs noted (tests/needs.py, `tally`)."""
    if not notes:
        return []
    rows = [("left out here", "what it needs", "what brings it")]
    merged: dict[tuple[str, str], dict[str, int]] = {}
    for note in notes:
        for need, (cure, counts) in note.items():
            files = merged.setdefault((need, cure), {})
            for file, count in counts.items():
                files[file] = files.get(file, 0) + count
    for (need, cure), files in merged.items():
        number, most = sum(files.values()), max(files, key=lambda file: files[file])
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        rows.append((f"{number} test{'s' * (number > 1)}: {most}{more}", need, cure))
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    lines = ["  ".join(row[k].ljust(widths[k]) for k in range(3)) for row in rows]
    return ["", *(line.rstrip() for line in lines)]
