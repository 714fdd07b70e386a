"""The trusted side of a question: its inputs, drawn for one submission, and the verdict.

The inputs follow from a secret, the assignment, the student, the submission's own text and the
question. So they are the same whenever that file is graded, and others as soon as anything in it
changes: what a student learns from one submission's inputs is of no use for the next.
"""

from __future__ import annotations

import ast
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from nbformat import NotebookNode

from course_lib.checks import CHOICES, PLAIN, QUESTIONS
from course_lib.checks.question import Question, Verdict, unwritten
from course_lib.grading import wire
from course_lib.grading.running import Ran
from course_lib.grading.submission import is_answer, marks_of

DRAWS = 4  # of inputs, for each question; every one must come out right
LONGEST = 1500  # characters of a reason
NO_FUNCTION = "There is no function"
Drawn = dict[str, list[tuple]]


class Asked(NamedTuple):
    """A graded cell of a master: its name, its question, and the function that answers it.

    variant: which of the question's ways of asking it takes, in a class that has editions.
    """

    cell: str
    question: str
    function: str
    variant: int | None = None

    def judged_by(self) -> Question:
        if self.variant is None:
            return QUESTIONS[self.question]
        return CHOICES[self.question][self.variant]


def asked(master: NotebookNode, variants: Mapping[str, int] = PLAIN) -> list[Asked]:
    """What a master's graded cells ask, in order; those that are graded by hand are left out.

    variants: the edition's, by question; none in the plain one.
    Raises ValueError for a graded cell that does not begin with check("a question", function).
    """
    found = []
    for cell in master.cells:
        marks = marks_of(cell)
        if marks.get("grade") and not is_answer(cell) and cell.cell_type == "code":
            question, function = _check_line(cell.source, marks["grade_id"])
            found.append(Asked(marks["grade_id"], question, function, variants.get(question)))
    return found


def _check_line(source: str, cell: str) -> tuple[str, str]:
    try:
        match ast.parse(source).body[0]:
            case ast.Expr(
                ast.Call(ast.Name("check"), [ast.Constant(str(question)), ast.Name(function)])
            ) if question in QUESTIONS:
                return question, function
    except (SyntaxError, IndexError):
        pass
    raise ValueError(
        f"cell {cell}: came {source.strip()[:60]!r}, expected check(a question of "
        "course_lib.checks.QUESTIONS, the function that answers it) as its first statement"
    )


def hidden_modules(questions: list[Asked]) -> set[str]:
    """The modules that answer any of these questions."""
    return {name for question in questions for name in QUESTIONS[question.question].answered_by}


def secret(folder: Path) -> bytes:
    """The secret that inputs are drawn from; made at first use, readable by the grader alone."""
    path = folder / "secret"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        number, partial = tempfile.mkstemp(dir=folder, prefix="secret-")  # which only we may read
        try:
            with open(number, "w") as file:
                file.write(secrets.token_hex(32) + "\n")
            with suppress(FileExistsError):  # somebody else was faster
                os.link(partial, path)
        finally:
            os.remove(partial)
    known = path.read_text().strip()
    if len(known) < 32:
        raise ValueError(f"{path}: came {len(known)} characters, expected 64; remove the file")
    return known.encode()


def draw(key: bytes, assignment: str, student: str, text: str, questions: list[Asked]) -> Drawn:
    """The inputs of each question, by its name, for this submission of this student."""
    drawn = {}
    for question in questions:
        about = json.dumps([assignment, student, text, question.question]).encode()
        seed = int.from_bytes(hmac.new(key, about, hashlib.sha256).digest())
        inputs = question.judged_by().inputs
        drawn[question.question] = [
            inputs(np.random.default_rng([seed, number])) for number in range(DRAWS)
        ]
    return drawn


def step(question: Asked, drawn: Drawn) -> dict:
    """The question as the sandbox gets it: the function to call, and with what."""
    draws = [[wire.encode(value) for value in given] for given in drawn[question.question]]
    return {"id": question.cell, "function": question.function, "draws": draws}


def judge(question: Asked, drawn: Drawn, ran: Ran) -> Verdict:
    """Whether what was handed over answers the question, and where not, why."""
    passed, why = _judge(question.judged_by(), question, drawn[question.question], ran)
    return Verdict(passed, why if len(why) <= LONGEST else f"{why[:LONGEST]} …")


def is_written(question: Asked, ran: Ran) -> bool:
    """Whether a question's function did anything else than say that it is yet to be written."""
    return question.cell in ran.stopped or any(
        found.get("raised") != "NotImplementedError"
        for found in ran.answers.get(question.cell, {}).values()
    )


def raised(question: Asked, ran: Ran) -> bool:
    """Whether a call of a question's function ended with an error."""
    return any("raised" in found for found in ran.answers.get(question.cell, {}).values())


def _judge(asked: Question, question: Asked, draws: list[tuple], ran: Ran) -> Verdict:
    if question.cell in ran.stopped:
        return Verdict(False, f"calling {question.function} {ran.stopped[question.cell]}.")
    if question.cell in ran.missing:
        words = f"{NO_FUNCTION} {question.function} by the time it is called"
        return Verdict(False, f"{words}: no cell above its check defines it.")
    answers = ran.answers.get(question.cell, {})
    for number, given in enumerate(draws):
        found = answers.get(number, {})
        if "came" not in found:
            return Verdict(False, _not_returned(question, found))
        try:
            came = wire.decode(found["came"])
            after = wire.decode({"tuple": found["after"]})
            verdict = asked.judge_values(given, came, after)
        except ValueError as error:
            return Verdict(False, f"what differs: {error}.")
        except Exception as error:  # values that no comparison was made for
            return Verdict(False, f"what it returns cannot be compared ({type(error).__name__}).")
        if not verdict.passed:
            return verdict
    return Verdict(True)


def _not_returned(question: Asked, found: dict) -> str:
    """Why a call handed nothing over, in the sandbox's words: only the student reads them."""
    if "late" in found:
        return f"{question.function} {found['late']}."
    if found.get("raised") == "NotImplementedError":
        return unwritten(question.function, found.get("within"))
    if "raised" in found:
        line = f"\nat the line:  {found['line']}" if found.get("line") else ""
        words = f"what differs: it raised {found['raised']}: {found.get('words')}{line}"
        if "read-only" in str(found.get("words")):
            words += (
                "\nhint: your function changes its argument. Whoever called it may still need "
                "the old values. Make a new array (no +=, no [:] =)."
            )
        return words
    return f"{question.function} handed over no value."
