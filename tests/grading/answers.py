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
from itertools import zip_longest
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


class Try(NamedTuple):
    """An answer to a question, plain or in one of its ways, which is right or wrong."""

    question: str
    way: int | None
    right: bool
    title: str
    text: str


def tries(name: str, way: int | None) -> list[Try]:
    """What is handed in to a question; way 0 has the plain one's wrong answers, tried there."""
    if way is None:
        right, wrong = ANSWERS[name]["right"], ANSWERS[name]["wrong"]
    else:
        right, wrong = OWN[name, way]["right"], neighbours(name, way)
        own = OWN[name, way]["wrong"] if way else {}
        wrong = wrong | {how: text for how, (text, _) in own.items()}
    return [Try(name, way, good, how, text) for good, found in ((True, right), (False, wrong))
            for how, text in found.items()]  # fmt: skip


def handed_in(names: list[str]) -> list[list[Try]]:
    """The notebooks' answers: a plain one each, and of the ways one to every question that varies,
    for no other question asks for their functions."""
    plain = [[one] for name in names for one in tries(name, None)]
    varied = [[one for way in range(len(CHOICES[name])) for one in tries(name, way)]
              for name in names if name in CHOICES]  # fmt: skip
    return plain + [[one for one in row if one] for row in zip_longest(*varied)]


def lines(master: str, folder: Path, workers: int = 2) -> list[Line]:
    """A line a question of one problem set, and one each of its ways; the last is that of the
    untouched exercise."""
    if not (folder / "solutions").exists():
        (folder / "solutions").symlink_to(ROOT / "solutions")
    course = Course(folder)
    assignment = course.assignment(master)
    assert assignment.library  # assembled once, before several threads ask for it
    questions = {name: one for name, one in asked().items() if one.master == master}
    notebooks = handed_in(list(questions))

    def outcome(at: int) -> list[str]:
        row = notebooks[at]
        variants = tuple((one.question, one.way) for one in row if one.way is not None)
        own = course.assignment(master, variants)
        replaced = {questions[one.question].answer: one.text for one in row}
        passed = verdicts(own, f"student{at}", replaced)
        tried = {one.question for one in row}
        above = list(questions)[: max(map(list(questions).index, tried))]
        costs = not all(passed[questions[name].check] for name in above if name not in tried)
        found = []
        for one in row:
            what = f"{'right' if one.right else 'wrong'} {one.title!r}"
            good = passed[questions[one.question].check]
            amiss = f"{what} {'passed' if good else 'did not pass'}" if good != one.right else ""
            found.append(f"{what} costs a question above it" if costs else amiss)
        return found

    with ThreadPoolExecutor(workers) as pool:
        outcomes = list(pool.map(outcome, range(len(notebooks))))
    of: dict[tuple[str, int | None], list[tuple[Try, str]]] = {}
    for row, found in zip(notebooks, outcomes, strict=True):
        for one, amiss in zip(row, found, strict=True):
            of.setdefault((one.question, one.way), []).append((one, amiss))
    made = []
    for (name, way), all_of_it in sorted(
        of.items(), key=lambda item: (item[0][0], item[0][1] or 0)
    ):
        called = name if way is None else f"{name}, way {way}"
        right = sum(one.right for one, _ in all_of_it)
        counts, faults = (right, len(all_of_it) - right), [why for _, why in all_of_it if why]
        made.append(Line(called, questions[name].function, questions[name].points, *counts, faults))
    untouched = {cell.id: cell.source for cell in read("exercises", master).cells}
    passed = verdicts(assignment, "untouched", untouched)
    faults = [f"untouched: {cell} passed" for cell, good in passed.items() if good]
    return [*made, Line(master, "untouched", 0, 0, len(passed), faults)]


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
