"""Every answer that ships with the tests, marked as a submission is: a table by question.

    python -m tests.grading.answers              all problem sets
    python -m tests.grading.answers ps2          those whose name begins so

Each answer stands in a notebook whose other answers are the master's. A right one gets its
question's points; a wrong one loses them, and costs no question above it anything. So it is in
every way in which a class's editions ask a question, where a neighbour's answer is a wrong one.
"""

from __future__ import annotations

import argparse
import copy
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from course_lib.authoring.notebooks import ROOT
from course_lib.checks import CHOICES
from course_lib.grading.course import Assignment, Course
from tests.answers import ANSWERS
from tests.answers.own import OWN, neighbours
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
    notebook = copy.deepcopy(assignment.master)
    graded = {one.check for one in asked().values() if one.master == assignment.name}
    last = max(k for k, cell in enumerate(notebook.cells) if cell.id in graded)
    notebook.cells = notebook.cells[: last + 1]  # what comes below is marked by hand
    for cell in notebook.cells:
        cell.source = replaced.get(cell.id, cell.source)
    found = assignment.result(student, notebook)["verdicts"]
    return {name: passed for name, (passed, _) in found.items()}


def answers(name: str, number: int | None) -> list[tuple[str, str, str]]:
    """What is handed in to a question, plain or in one of its ways: right or wrong, title, text."""
    if number is None:
        return [(kind, how, text) for kind in ANSWERS[name] for how, text in
                ANSWERS[name][kind].items()]  # fmt: skip
    wrong = {how: text for how, (text, _) in OWN[name, number]["wrong"].items()}
    wrong = neighbours(name, number) | (wrong if number else {})  # way 0 has the plain one's
    right = OWN[name, number]["right"]
    return [(k, how, text) for k, found in (("right", right), ("wrong", wrong))
            for how, text in found.items()]  # fmt: skip


def lines(master: str, folder: Path, workers: int = 2) -> list[Line]:
    """A line a question of one problem set, and one each of its ways; the last is that of the
    untouched exercise."""
    if not (folder / "solutions").exists():
        (folder / "solutions").symlink_to(ROOT / "solutions")
    course = Course(folder)
    assignment = course.assignment(master)
    assert assignment.library  # assembled once, before several threads ask for it
    questions = {name: one for name, one in asked().items() if one.master == master}
    ways: list[tuple[str, int | None]] = []
    for name in questions:
        ways += [(name, None), *((name, k) for k in range(len(CHOICES.get(name, ()))))]
    tried = [(*way, *answer) for way in ways for answer in answers(*way)]

    def outcome(at: int) -> str:
        name, number, kind, title, text = tried[at]
        one = questions[name]
        own = course.assignment(master, ((name, number),)) if number is not None else assignment
        passed = verdicts(own, f"student{at}", {one.answer: text})
        above = list(questions)[: list(questions).index(name)]
        if not all(passed[questions[other].check] for other in above):
            return f"{kind} {title!r} costs a question above it"
        if passed[one.check] != (kind == "right"):
            return f"{kind} {title!r} {'passed' if passed[one.check] else 'did not pass'}"
        return ""

    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(outcome, range(len(tried))))
    made = []
    for name, number in ways:
        of = [k for k, (*way, _, _, _) in enumerate(tried) if way == [name, number]]
        kinds = [tried[k][2] for k in of]
        one, called = questions[name], name if number is None else f"{name}, way {number}"
        counts = kinds.count("right"), kinds.count("wrong")
        amiss = [found[k] for k in of if found[k]]
        made.append(Line(called, one.function, one.points, *counts, amiss))
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
