"""Every answer that ships with the tests, marked as a submission is: a table by question.

    python -m tests.grading.answers              all problem sets
    python -m tests.grading.answers ps2          those whose name begins so

Each answer stands in a notebook whose other answers are the master's. A right one gets its
question's points; a wrong one loses them, and costs no question above it anything.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from course_lib.authoring.notebooks import ROOT
from course_lib.grading.course import Assignment, Course
from tests.answers import ANSWERS
from tests.masters import MASTERS, asked, read


class Line(NamedTuple):
    """What became of one question's answers, and what was not as it should be."""

    question: str
    function: str
    points: int
    right: int
    wrong: int
    amiss: list[str]


def verdicts(assignment: Assignment, student: str, replaced: dict[str, str]) -> dict[str, bool]:
    """Whether each graded cell passed, for the master with some answers replaced."""
    notebook = read("solutions", assignment.name)
    graded = {one.check for one in asked().values() if one.master == assignment.name}
    last = max(k for k, cell in enumerate(notebook.cells) if cell.id in graded)
    notebook.cells = notebook.cells[: last + 1]  # what comes below is marked by hand
    for cell in notebook.cells:
        cell.source = replaced.get(cell.id, cell.source)
    found = assignment.result(student, notebook)["verdicts"]
    return {name: passed for name, (passed, _) in found.items()}


def lines(master: str, folder: Path, workers: int = 2) -> list[Line]:
    """A line a question of one problem set; the last is that of the untouched exercise."""
    if not (folder / "solutions").exists():
        (folder / "solutions").symlink_to(ROOT / "solutions")
    assignment = Course(folder).assignment(master)
    assert assignment.library  # assembled once, before several threads ask for it
    questions = {name: one for name, one in asked().items() if one.master == master}
    tried = [
        (name, kind, title, text)
        for name in questions
        for kind in ("right", "wrong")
        for title, text in ANSWERS[name][kind].items()
    ]

    def outcome(number: int) -> str:
        name, kind, title, text = tried[number]
        one = questions[name]
        passed = verdicts(assignment, f"student{number}", {one.answer: text})
        above = list(questions)[: list(questions).index(name)]
        if not all(passed[questions[other].check] for other in above):
            return f"{kind} {title!r} costs a question above it"
        if passed[one.check] != (kind == "right"):
            return f"{kind} {title!r} {'passed' if passed[one.check] else 'did not pass'}"
        return ""

    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(outcome, range(len(tried))))
    made = []
    for name, one in questions.items():
        mine = [amiss for (of, *_), amiss in zip(tried, found, strict=True) if of == name and amiss]
        counts = (len(ANSWERS[name]["right"]), len(ANSWERS[name]["wrong"]))
        made.append(Line(name, one.function, one.points, *counts, mine))
    untouched = {cell.id: cell.source for cell in read("exercises", master).cells}
    passed = verdicts(assignment, "untouched", untouched)
    amiss = [f"untouched: {cell} passed" for cell, good in passed.items() if good]
    return [*made, Line(master, "untouched", 0, 0, len(passed), amiss)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("only", nargs="?", default="", help="how a problem set's name begins")
    options = parser.parse_args()
    print("| question | function | points | right, all passed | wrong, all lost them | amiss |")
    print("| --- | --- | --- | --- | --- | --- |")
    faults = 0
    for path in MASTERS:
        if not path.stem.startswith(options.only):
            continue
        with tempfile.TemporaryDirectory() as folder:
            for line in lines(path.stem, Path(folder)):
                faults += len(line.amiss)
                cells = [*map(str, line[:5]), "; ".join(line.amiss) or "–"]
                print(f"| {' | '.join(cells)} |", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
