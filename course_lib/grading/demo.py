"""A made-up class of twenty, graded from release to CSV: `make grade-demo`.

Everything is under grading/demo: the class as a learning platform's download would give it
(class/), a course folder of its own, its gradebook, the feedback pages and the table. Each student
has an edition of their own. To look at it in the formgrader:  cd grading/demo && jupyter lab
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import class_page, editions, pages, pipeline, table
from course_lib.grading.collect import collect
from course_lib.grading.course import Assignment, Course
from course_lib.grading.roster import Person
from course_lib.grading.sandbox import CannotGradeError, Limits

NAME = "ps1_standard_lstm"
DUE = "2026-01-31 12:00:00 UTC"
IN_TIME, LATE = 1769846400, 1769871600  # 08:00 and 15:00 on that day
NAMES = (
    "amira bo chidi dunya emil farah goran hana ivo jun kai leila milo nour olga pavel qiao rosa "
    "sven tala"
)
FUNCTIONS = {"answer-1": "valves", "answer-2": "lstm_step", "answer-3": "lstm_sequence"}
MARKER = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.M)
COPIED = "right in a neighbour's edition"
MISTAKES = {  # what a wrong answer makes of a right one's values
    "gates in another order": ("answer-1", "i, f, g, o = came\n    return f, i, g, o"),
    "no tanh on the new memory": (
        "answer-1",
        "i, f, g, o = came\n    return i, f, np.arctanh(g), o",
    ),
    "c and h change places": ("answer-2", "h, c = came\n    return c, h"),
    "returns one value in place of two": ("answer-2", "return came[0]"),
    "only the last step": ("answer-3", "hs, cs = came\n    return hs[-1], cs[-1]"),
    "raises an error": ("answer-3", "return came[0] @ came[1]"),
}
HOSTILE = {
    "ends the kernel": "import os\nos._exit(0)",
    "loops without end": "def lstm_step(*given):\n    while True:\n        pass",
    "imports the library's answer": "from course_lib.cells import LSTM\n"
    "from course_lib.sequence import step\n"
    "def lstm_step(x, h_, c_, W, R, b):\n    return step(LSTM(2, 2), x, (h_, c_))[0]",
    "returns what equals everything": "class Equal:\n    def __eq__(self, other): return True\n"
    "def lstm_step(*given):\n    return Equal(), Equal()",
}


class Student(NamedTuple):
    """One of the class: a name, what is to be seen, which answers, and when it was handed in."""

    name: str
    what: str
    answers: dict[str, str]
    time: int = IN_TIME


def students(right: dict[str, str]) -> list[Student]:
    """Twenty: right, copied, wrong, partly right, late, hostile."""
    names = iter(NAMES.split())
    made = [Student(next(names), "right", right) for _ in range(4)]
    made += [Student(next(names), COPIED, right)]
    made += [Student(next(names), "untouched", {})]
    for what, (cell, ending) in MISTAKES.items():
        made.append(Student(next(names), what, {**right, cell: wrong(right[cell], cell, ending)}))
    made += [Student(next(names), "the first answer only", {"answer-1": right["answer-1"]})]
    made += [Student(next(names), "right, and late", right, LATE)]
    for what, source in HOSTILE.items():
        made.append(Student(next(names), what, {**right, "answer-2": source}))
    made.append(Student(next(names), "a file that is no notebook", {}))
    edited = {**right, "check-2": "10"}
    return [*made, Student(next(names), "right, and a test cell edited", edited)]


def wrong(right: str, cell: str, ending: str) -> str:
    """A right answer, and after it one of the same name that spoils what it returns."""
    name = FUNCTIONS[cell]
    lines = f"right_{name} = {name}\ndef {name}(*given):\n    came = right_{name}(*given)"
    return f"{right}\n\n{lines}\n    {ending}\n"


def right_in(assignment: Assignment) -> dict[str, str]:
    """The right answers to an edition, by cell."""
    cells = assignment.master.cells
    return {c.id: MARKER.sub("", c.source) for c in cells if c.metadata.nbgrader.solution}


def hand_in(assignment: Assignment, folder: Path) -> list[Student]:
    """Write the class's folder: half of them as folders, half as files."""
    right = right_in(assignment)
    made = students(right)
    own = {student.name: assignment.edition_of(student.name, {}) for student in made}
    for number, student in enumerate(made):
        edition = own[student.name]
        others = [
            one for one in own.values() if not one.variants.items() & edition.variants.items()
        ]
        theirs = right_in(others[0] if student.what == COPIED else edition)
        notebook = copy.deepcopy(edition.exercise())
        for cell in notebook.cells:
            text = student.answers.get(cell.id, cell.source)
            cell.source = theirs[cell.id] if text == right.get(cell.id) else text
        file = folder / student.name / f"{NAME}.ipynb"
        if number % 2:
            file = folder / f"{student.name}_{NAME}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(notebook, indent=1)
        file.write_text(text if "no notebook" not in student.what else text[:1000])
        os.utime(file, (student.time, student.time))
    return made


def demo(folder: Path, workers: int = 2, say: Callable = print) -> list[dict]:
    """Everything, in a folder that is made anew → the table's rows."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "solutions" / NAME, folder / "solutions" / NAME)
    shutil.copy(ROOT / "solutions" / f"{NAME}.variants.toml", folder / "solutions")
    course = Course(folder, Limits(cell_seconds=10, call_seconds=5))
    course.grading.mkdir()
    people = [Person(name, "", name) for name in NAMES.split()]
    (course.grading / editions.ROSTER).write_text(editions.as_csv(people), encoding="utf-8")
    assignment = course.assignment(NAME)
    pipeline.release(assignment, DUE)
    made = hand_in(assignment, folder / "class")
    names = collect(assignment, folder / "class")
    failed = pipeline.autograde(assignment, names, workers, say)
    pages.feedback(assignment)
    rows = {r["student"]: r for r in table.export(assignment, course.grading / f"{NAME}.csv")}
    for student in made:
        row = rows.get(student.name, {"score": failed.get(student.name)})
        late = "  late" if row.get("late_seconds") else ""
        say(f"{student.name:8}{row['score']:>5} of {row.get('max_score')}  {student.what}{late}")
    shows = class_page.write(assignment, course.grading / f"{NAME}.class.html")
    say(f"What the class shows: {shows}")
    say(f"Table: {course.grading / NAME}.csv\nFeedback pages: {course.grading / 'feedback'}")
    return [rows[student.name] for student in made if student.name in rows]


if __name__ == "__main__":
    try:
        demo(ROOT / "grading" / "demo")
    except CannotGradeError as error:
        sys.exit(str(error))
