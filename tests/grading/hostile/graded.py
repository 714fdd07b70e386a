"""Grade the hostile set by the real route, as one class, with an eye on what leaks."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import pipeline
from course_lib.grading.collect import collect
from course_lib.grading.course import Course
from course_lib.grading.pages import feedback
from course_lib.grading.sandbox import Limits
from course_lib.grading.table import export
from tests.grading.hostile.hand import ANSWERS, ATTACKS, Attack, Hand

NAME = "ps1_standard_lstm"
QUICK = Limits(cell_seconds=4, call_seconds=2, patience=30)


@dataclass
class Graded:
    """An attack, the marks it got, and its feedback page."""

    attack: Attack
    marks: tuple[float, ...]
    more: float  # marks for the questions that no attack answers
    page: str
    notebook: nbformat.NotebookNode

    def leaked(self) -> list[str]:
        """What it found that it should not have."""
        printed = json.dumps([cell.get("outputs", []) for cell in self.notebook.cells])
        return [line for line in re.findall(r"LEAK[^\\\"]*", printed) if "LEAK-SCRIPT" not in line]

    def fault(self) -> str:
        """What is not as it should be; empty where all is."""
        if self.marks != self.attack.marks or self.more:
            return f"got {self.marks} and {self.more} more; {self.attack.marks} are right"
        if self.leaked():
            return f"leaked: {self.leaked()[:3]}"
        if re.search(r"<script>document.title|<[^>]*(onerror|javascript:)", self.page):
            return "its script is on the page"
        if self.attack.says and self.attack.says not in " ".join(words(self.notebook).split()):
            return f"the page doesn't say {self.attack.says!r}"
        return ""

    def happened(self) -> str:
        """The first reason, in one line."""
        said = reasons(self.notebook)
        if self.attack.leaks and not self.leaked():
            said = ["It found nothing."]
        return " ".join((said[0] if said else "all passed").split())[:160].replace("|", "¦")


def words(notebook: nbformat.NotebookNode) -> str:
    """All that a page says about how it was graded."""
    printed = [o.get("text", "") for c in notebook.cells for o in c.get("outputs", [])]
    return "\n".join(reasons(notebook) + printed)


def reasons(notebook: nbformat.NotebookNode) -> list[str]:
    remarks = [c.source.partition("\n\n")[2] for c in notebook.cells if c.id == "grading-remarks"]
    errors = [
        output.evalue
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    return remarks + errors


def course(root: Path, limits: Limits = QUICK, unsafe: bool = False) -> Course:
    """A course folder of its own, with the real masters and one more, of another set."""
    root.mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "solutions" / NAME, root / "solutions" / NAME)
    other = nbformat.read(ROOT / "solutions" / NAME / f"{NAME}.ipynb", as_version=4)
    for cell in other.cells:
        if cell.cell_type == "markdown":
            cell.source = f"Of another set. {cell.source}"
    (root / "solutions" / "ps0_other").mkdir()
    nbformat.write(other, root / "solutions" / "ps0_other" / "ps0_other.ipynb")
    return Course(root, limits, unsafe)


@contextmanager
def something_to_find() -> Iterator[None]:
    """A server on this machine, and a variable in the grader's environment."""
    with socket.socket() as server, socket.socket(socket.AF_UNIX) as abstract:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = str(server.getsockname()[1])
        abstract.bind(f"\0hostile-{port}")
        abstract.listen()
        os.environ["HOSTILE_PORT"], os.environ["GRADER_TOKEN"] = port, "secret"
        try:
            yield
        finally:
            del os.environ["HOSTILE_PORT"], os.environ["GRADER_TOKEN"]


def hand_in(assignment, folder: Path, names: list[str]) -> None:
    """Write each attack's submission into a folder of its own."""
    right = {cell.id: cell.source for cell in assignment.master.cells if cell.id in ANSWERS}
    for name in names:
        place = folder / name
        place.mkdir(parents=True)
        hand = Hand(assignment.exercise(), right, place, assignment.course.root)
        made = ATTACKS[name].make(hand)
        if isinstance(made, bytes):
            (place / f"{NAME}.ipynb").write_bytes(made)
        elif made is not None:
            (place / f"{NAME}.ipynb").write_text(json.dumps(made))


def grade_all(
    folder: Path, names: Iterable[str] = ATTACKS, unsafe: bool = False
) -> dict[str, Graded]:
    """These attacks and an honest one: handed in, collected, marked, each with its page."""
    assignment = course(folder / "course", unsafe=unsafe).assignment(NAME)
    names = list(dict.fromkeys(["honest", *names]))
    with something_to_find():
        pipeline.release(assignment)
        hand_in(assignment, folder / "class", names)
        students = collect(assignment, folder / "class")
        failed = pipeline.autograde(
            assignment, students, say=lambda line: print(line, file=sys.stderr)
        )
        assert not failed, failed
        pages = feedback(assignment)
        rows = {r["student"]: r for r in export(assignment, folder / "marks.csv")}
    found = {}
    for name in names:
        marks = tuple(rows[name][f"check-{k}"] for k in (1, 2, 3))
        more = rows[name]["score"] - sum(marks)
        page = (pages / name / NAME / f"{NAME}.html").read_text(encoding="utf-8")
        marked = assignment.course.grading / "autograded" / name / NAME / f"{NAME}.ipynb"
        found[name] = Graded(ATTACKS[name], marks, more, page, nbformat.read(marked, as_version=4))
    return found
