"""One course folder: its masters, and what grading keeps under grading/."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_lib import files
from course_lib.authoring.notebooks import ROOT
from course_lib.grading import library, scores
from course_lib.grading.reading import Cell, printable
from course_lib.grading.running import Ran, run
from course_lib.grading.sandbox import CannotGradeError, Limits

NOTES = "course_grading"  # where a collected notebook's metadata says what was amiss
RESULTS = 1  # raise this when results of before are to be made anew
LONGEST = 20_000  # characters of one output
LARGEST = 2 * 2**20  # characters of one picture
PLACES = [(sys.prefix, "…/python"), (sys.base_prefix, "…/python"), (str(ROOT), "…")]


class Course:
    """Where things are; limits and unsafe say how students' code is held."""

    def __init__(self, root: Path, limits: Limits | None = None, unsafe: bool = False) -> None:
        self.root, self.limits, self.unsafe = root.resolve(), limits or Limits(), unsafe
        self.grading = self.root / "grading"

    def assignments(self) -> list[str]:
        return sorted(
            p.stem for p in self.root.glob("solutions/*/*.ipynb") if p.parent.name == p.stem
        )

    @cache  # noqa: B019 (a course lives as long as the process)
    def assignment(self, name: str) -> Assignment:
        """Raises CannotGradeError where there is no such master."""
        if name not in self.assignments():
            known = ", ".join(self.assignments()) or "none"
            raise CannotGradeError(f"There is no assignment {name!r}; there are: {known}.")
        return Assignment(self, name)


class Assignment:
    """A problem set: its master, what it asks, and how one submission to it is marked."""

    def __init__(self, course: Course, name: str) -> None:
        self.course, self.name = course, name

    @cached_property
    def master(self) -> NotebookNode:
        file = f"{self.name}.ipynb"
        return nbformat.read(self.course.root / "solutions" / self.name / file, as_version=4)

    @cached_property
    def asked(self) -> list[scores.Asked]:
        try:
            return scores.asked(self.master)
        except ValueError as error:
            raise CannotGradeError(f"solutions/{self.name}: {error}") from None

    @cached_property
    def library(self) -> Path:
        """The copy of course_lib for the sandbox."""
        return library.assemble(self.course.grading / "library", scores.hidden_modules(self.asked))

    def exercise(self) -> NotebookNode:
        """The exercise as it was released: what a submission is put into."""
        path = self.course.grading / "release" / self.name / f"{self.name}.ipynb"
        if not path.exists():
            raise CannotGradeError(f"{self.name} is not released yet.")
        return nbformat.read(path, as_version=4)

    def mistaken_for(self, cells: list[Cell]) -> str:
        """The problem set that a submission really belongs to; empty where it is this one.

        It is the one that most of its text is from; sets may share the names of cells.
        """
        came = {cell.source.strip() for cell in cells if cell.kind == "markdown"}
        shared = {}
        for name in self.course.assignments():
            texts = self.course.assignment(name).master.cells
            shared[name] = sum(cell.source.strip() in came for cell in texts)
        best = max(shared, key=lambda name: shared[name])
        return best if shared[best] > shared[self.name] else ""

    def submitted(self, student: str) -> Path:
        return self.course.grading / "submitted" / student / self.name / f"{self.name}.ipynb"

    def students(self) -> list[str]:
        """Whose submissions were taken in."""
        files = self.course.grading.glob(f"submitted/*/{self.name}/{self.name}.ipynb")
        return sorted(path.parents[1].name for path in files)

    def result(self, student: str, notebook: NotebookNode) -> dict[str, Any]:
        """What came of a collected notebook: outputs by cell, verdicts by graded cell.

        Kept in a file: the same notebook, library, limits and secret are not run twice.
        """
        path = self.course.grading / "results" / self.name / f"{student}.json"
        key = self._key(student, notebook)
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            if known["key"] == key:
                return known
        except (OSError, ValueError, KeyError):
            pass
        made = {"key": key, **self._mark(student, notebook)}
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, json.dumps(made, indent=1))
        return made

    def _text(self, notebook: NotebookNode) -> str:
        """All of a notebook that can change what it is marked."""
        unreadable = notebook.metadata.get(NOTES, {}).get("unreadable", "")
        return json.dumps([[[c.id, c.cell_type, c.source] for c in notebook.cells], unreadable])

    def _key(self, student: str, notebook: NotebookNode) -> str:
        parts = [RESULTS, self._text(notebook), student, self.name, self.asked]
        parts += [library.fingerprint(()), self.course.limits.plain(), self.course.unsafe]
        parts += [scores.secret(self.course.grading).decode()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _mark(self, student: str, notebook: NotebookNode) -> dict[str, Any]:
        if reason := notebook.metadata.get(NOTES, {}).get("unreadable"):
            refused = {question.cell: [False, reason] for question in self.asked}
            return {"outputs": {}, "verdicts": refused, "stopped": {}, "seconds": 0.0}
        key = scores.secret(self.course.grading)
        drawn = scores.draw(key, self.name, student, self._text(notebook), self.asked)
        by_cell = {question.cell: question for question in self.asked}
        steps = []
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
            if name in by_cell:
                steps.append(scores.step(by_cell[name], drawn))
            elif cell.cell_type == "code":
                steps.append({"id": cell.id, "source": cell.source})
        ran = run(steps, self.library, self.course.limits, self.course.unsafe)
        verdicts = {q.cell: scores.judge(q, drawn, ran) for q in self.asked}
        return {
            "outputs": {name: shown(outputs) for name, outputs in ran.outputs.items()},
            "verdicts": {
                cell: [found.passed, found.text + cause(notebook, cell, ran)]
                for cell, found in verdicts.items()
            },
            "stopped": ran.stopped,
            "seconds": round(ran.seconds, 3),
        }


def cause(notebook: NotebookNode, graded: str, ran: Ran) -> str:
    """Why a function isn't there: what the answer's own cell ended with; empty where unknown."""
    if graded not in ran.missing:
        return ""
    answer = None
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade_id") == graded:
            break
        answer = cell if marks.get("solution") else answer
    if answer is None:
        return ""
    if answer.id in ran.stopped:
        return f" The answer's cell {ran.stopped[answer.id]}."
    for output in shown(ran.outputs.get(answer.id, [])):
        if output["output_type"] == "error":
            return f" The answer's cell ended with {output['ename']}: {output['evalue'][:300]}"
    return ""


def shown(outputs: list) -> list[dict[str, Any]]:
    """A cell's outputs, of which a page can show no more than text and pictures: no HTML, no
    script; what the sandbox handed over in another form is left out."""
    made: list[dict[str, Any]] = []
    for output in outputs:
        kind = output.get("output_type") if isinstance(output, dict) else None
        if kind == "stream" and output.get("name") in ("stdout", "stderr"):
            made.append(
                {"output_type": kind, "name": output["name"], "text": _text(output, "text")}
            )
        elif kind == "error":
            lines = output.get("traceback")
            kept = lines if isinstance(lines, list) else []
            words = {name: _text(output, name)[:2000] for name in ("ename", "evalue")}
            traceback = [_line(line[:4000]) for line in kept[:20] if isinstance(line, str)]
            made.append({"output_type": kind, **words, "traceback": traceback})
        elif kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
            data = {"text/plain": _text(output["data"], "text/plain")}
            if picture := _picture(output["data"].get("image/png")):
                data["image/png"] = picture
            made.append({"output_type": kind, "data": data, "metadata": {}})
    return made[:200]


def _text(of: dict, name: str) -> str:
    text = of.get(name)
    return _line(text[:LONGEST]) if isinstance(text, str) else ""


def _line(text: str) -> str:
    """A text that a file can hold, without the names of this machine's folders."""
    for folder, name in PLACES:
        text = text.replace(folder, name)
    return printable(text)


def _picture(data: Any) -> str:
    if not isinstance(data, str) or len(data) > LARGEST:
        return ""
    try:
        base64.b64decode("".join(data.split()), validate=True)
    except ValueError:
        return ""
    return "".join(data.split())
