"""One course folder: its masters, and what grading keeps under grading/."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_lib import files
from course_lib.checks import CHOICES
from course_lib.grading import editions, library, marking, roster, scores
from course_lib.grading.marking import NOTES
from course_lib.grading.reading import Cell
from course_lib.grading.sandbox import CannotGradeError, Limits
from course_lib.grading.submission import is_answer, name_of

RESULTS = 4  # raise this when results of before are to be made anew


class Course:
    """Where things are; limits and unsafe say how students' code is held."""

    def __init__(self, root: Path, limits: Limits | None = None, unsafe: bool = False) -> None:
        self.root, self.limits, self.unsafe = root.resolve(), limits or Limits(), unsafe
        self.grading = self.root / "grading"

    @cached_property
    def library_now(self) -> str:
        """The library, with its questions and references, as a mark depends on it."""
        return library.fingerprint(())

    def assignments(self) -> list[str]:
        return sorted(
            p.stem for p in self.root.glob("solutions/*/*.ipynb") if p.parent.name == p.stem
        )

    @cache  # noqa: B019 (a course lives as long as the process)
    def assignment(self, name: str, variants: tuple[tuple[str, int], ...] = ()) -> Assignment:
        """An assignment, plain or in the edition that asks these variants, by question.

        Raises CannotGradeError where there is no such master.
        """
        if name not in self.assignments():
            known = ", ".join(self.assignments()) or "none"
            raise CannotGradeError(f"There is no assignment {name!r}; there are: {known}.")
        return Assignment(self, name, dict(variants))

    @cached_property
    def given_out(self) -> roster.Keys:
        """Who was given an edition of their own, by what they are known; nobody where none were."""
        return roster.keys(editions.given_out(self.grading))


class Assignment:
    """A problem set: its master, what it asks, and how one submission to it is marked.

    variants: of an edition, which way each question that varies is asked; none in the plain one.
    """

    def __init__(self, course: Course, name: str, variants: Mapping[str, int]) -> None:
        self.course, self.name, self.variants = course, name, variants
        self._exercise: tuple[bytes, Any] = b"", None

    @cached_property
    def plain(self) -> NotebookNode:
        """The master as it stands."""
        file = f"{self.name}.ipynb"
        return nbformat.read(self.course.root / "solutions" / self.name / file, as_version=4)

    @cached_property
    def master(self) -> NotebookNode:
        if not self.variants:
            return self.plain
        words = editions.texts(self.course.root / "solutions" / f"{self.name}.variants.toml")
        try:
            return editions.in_own_words(self.plain, words, self.variants)
        except ValueError as error:
            raise CannotGradeError(f"solutions/{self.name}.variants.toml: {error}") from None

    def of(self, person: roster.Person) -> Assignment:
        """The assignment as this person is asked it."""
        asked = [one.question for one in self.asked]
        drawn = editions.drawn(scores.secret(self.course.grading), person, asked)
        return self.course.assignment(self.name, tuple(drawn.items()))

    def edition_of(self, student: str, notes: Mapping[str, Any]) -> Assignment:
        """The assignment as this student was asked it; plain where no edition was written for them.

        notes: the name and the number that the hand-in bears. Of what is in it, nothing counts.
        """
        texts = notes.get("name", ""), notes.get("number", "")
        person = roster.one(self.course.given_out, student, *texts)
        return self.of(person) if person else self

    def named_in(self, cells: list[Cell]) -> Assignment:
        """The edition that a hand-in says it is; this one where that is none that there is."""
        varies = [one.question for one in self.asked if one.question in CHOICES]
        came = editions.named_in(cell.source for cell in cells if cell.kind == "code")
        if came is None:
            return self.course.assignment(self.name)
        if came.keys() != set(varies) or any(
            came[name] not in range(len(CHOICES[name])) for name in varies
        ):
            return self
        return self.course.assignment(self.name, tuple((name, int(came[name])) for name in varies))

    def is_strange(self) -> bool:
        """Whether it is the plain edition of what others were given editions of."""
        varies = any(one.question in CHOICES for one in self.asked)
        return varies and not self.variants and bool(self.course.given_out)

    @cached_property
    def asked(self) -> list[scores.Asked]:
        try:
            return scores.asked(self.master, self.variants)
        except ValueError as error:
            raise CannotGradeError(f"solutions/{self.name}: {error}") from None

    @cached_property
    def right(self) -> dict[str, str]:
        """The master's own answer to each question, by its graded cell."""
        return {cell: answer.source for cell, answer in self._answers.items()}

    @cached_property
    def answered_in(self) -> dict[str, str]:
        """The question that each cell for an answer belongs to, by the cell's name."""
        called = {one.cell: one.question for one in self.asked}
        return {name_of(answer): called[cell] for cell, answer in self._answers.items()}

    @cached_property
    def _answers(self) -> dict[str, NotebookNode]:
        """By graded cell the one before it that holds the answer."""
        answer, found = NotebookNode(source=""), {}
        for cell in self.master.cells:
            if is_answer(cell) and cell.cell_type == "code":
                answer = cell
            found[name_of(cell)] = answer
        return {question.cell: found[question.cell] for question in self.asked}

    @property
    def title(self) -> str:
        """What the problem set calls itself."""
        first = self.plain.cells[0].source.partition("\n")[0] if self.plain.cells else ""
        return first.removeprefix("# ") if first.startswith("# ") else self.name

    @cached_property
    def library(self) -> Path:
        """The copy of course_lib for the sandbox."""
        if self.variants:
            return self.course.assignment(self.name).library
        return library.assemble(self.course.grading / "library", scores.hidden_modules(self.asked))

    def exercise(self) -> NotebookNode:
        """The exercise as it was released: what a submission is put into."""
        path = self.course.grading / "release" / self.name / f"{self.name}.ipynb"
        if not path.exists():
            raise CannotGradeError(f"{self.name} is not released yet.")
        data = path.read_bytes()
        known, notebook = self._exercise
        if known != data:
            notebook = nbformat.reads(data.decode(), as_version=4)
            if self.variants:
                notebook = editions.exercise(notebook, self.plain, self.master)
            self._exercise = data, notebook
        return copy.deepcopy(notebook)

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

    def autograded(self, student: str) -> Path:
        return self.course.grading / "autograded" / student / self.name / f"{self.name}.ipynb"

    def page(self, student: str) -> Path:
        return self.course.grading / "feedback" / student / self.name / f"{self.name}.html"

    def kept(self, student: str, what: str) -> Path:
        """The result (json), and what marks (marked) and page (page) were made from."""
        return self.course.grading / "results" / self.name / f"{student}.{what}"

    def taken_in(self, student: str) -> NotebookNode:
        """A student's submission as it was stored; a text of many lines may be stored as a list."""
        return nbformat.v4.reads(self.submitted(student).read_text(encoding="utf-8"))

    def students(self) -> list[str]:
        """Whose submissions were taken in."""
        files = self.course.grading.glob(f"submitted/*/{self.name}/{self.name}.ipynb")
        return sorted(path.parents[1].name for path in files)

    def result(self, student: str, notebook: NotebookNode) -> dict[str, Any]:
        """What came of a collected notebook: outputs by cell, verdicts by graded cell.

        Kept in a file: the same notebook, master, library, limits and secret are not run twice.
        """
        path = self.kept(student, "json")
        key = self._key(student, notebook)
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            if known["key"] == key:
                return known
        except (OSError, ValueError, KeyError):
            pass
        key_of_inputs = scores.secret(self.course.grading)
        drawn = scores.draw(key_of_inputs, self.name, student, self._text(notebook), self.asked)
        made = {"key": key, **marking.mark(self, notebook, drawn)}
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, json.dumps(made, indent=1))
        return made

    def _text(self, notebook: NotebookNode) -> str:
        """All of a notebook that can change what it is marked."""
        unreadable = notebook.metadata.get(NOTES, {}).get("unreadable", "")
        return json.dumps([[[c.id, c.cell_type, c.source] for c in notebook.cells], unreadable])

    def _key(self, student: str, notebook: NotebookNode) -> str:
        parts = [RESULTS, self._text(notebook), student, self.name, self.asked, self.right]
        parts += [self.course.library_now, self.course.limits.plain(), self.course.unsafe]
        parts += [scores.secret(self.course.grading).decode()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
