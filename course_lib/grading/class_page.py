"""What the class shows: a page for the lecturer, from results that are there already.

By question: how many were right, the usual mistakes by the hints that were given, how well it tells
strong hand-ins from weak ones, how long it ran. Then what to repeat in the next lecture, and which
answers are nearly the same text: that is a reason to ask, and proves nothing.
"""

from __future__ import annotations

import ast
import json
import statistics
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from course_lib import files
from course_lib.checks.editions import ANOTHER
from course_lib.checks.question import NOT_WRITTEN
from course_lib.grading.course import Assignment
from course_lib.grading.marking import NOTES
from course_lib.grading.scores import NO_FUNCTION
from course_lib.grading.submission import is_answer, name_of
from course_lib.grading.table import Class

TEMPLATE = Path(__file__).with_name("class_page.html")
REPEAT = 0.6  # a question that fewer have right is worth a few minutes of the next lecture
ALIKE = 0.9  # share of the shingles that two answers have in common
SHINGLE = 6  # words of a program in a row
SHORTEST = 60  # words: shorter answers are alike since there is little to write


class Question(NamedTuple):
    """What the class made of one question."""

    name: str
    right: int
    wrong: int
    untouched: int
    helped: int  # right with a correct helper in the place of their own
    mistakes: list[tuple[str, int]]  # the hint that was given, and to how many
    discrimination: float | None
    milliseconds: float | None  # of the processor, in the middle, for all the calls of a hand-in

    def share(self) -> float:
        return self.right / max(1, self.right + self.wrong + self.untouched)


def questions(assignment: Assignment, results: dict[str, dict]) -> list[Question]:
    """Every question, from the kept results by student."""
    made = []
    scores = {student: _passed(result) for student, result in results.items()}
    for asked in assignment.asked:
        verdicts = [result["verdicts"].get(asked.cell, [False, ""]) for result in results.values()]
        right = [passed for passed, _ in verdicts]
        texts = [text for passed, text in verdicts if not passed]
        untouched = sum(_is_untouched(text) for text in texts)
        hints = Counter(_hint(text) for text in texts if not _is_untouched(text))
        rest = [scores[student] - passed for student, passed in zip(results, right, strict=True)]
        made.append(
            Question(
                f"{asked.question} · {asked.function}", sum(right), len(texts) - untouched,
                untouched, sum(bool(text) for passed, text in verdicts if passed),
                hints.most_common(6), discrimination(right, rest), _middle(asked.cell, results),
            )
        )  # fmt: skip
    return made


def _middle(cell: str, results: dict[str, dict]) -> float | None:
    spent = [
        took for one in results.values() if (took := one.get("took", {}).get(cell)) is not None
    ]
    return 1000 * statistics.median(spent) if spent else None


def _passed(result: dict[str, Any]) -> int:
    return sum(passed for passed, _ in result["verdicts"].values())


def _is_untouched(text: str) -> bool:
    return text.startswith((NOT_WRITTEN, NO_FUNCTION))


def _hint(text: str) -> str:
    """A mistake's name: the hint, else the first line of what differs.

    Of a neighbour's answer not what this edition asks, which is another in each.
    """
    hint = text.partition("hint: ")[2].splitlines()
    found = (hint or text.splitlines() or ["no reason"])[0].removeprefix("what differs: ")
    if found.startswith(ANOTHER):
        return "an answer to another edition of the question"
    return textwrap.shorten(found, 160, placeholder=" …")


def discrimination(right: list[bool], rest: list[float]) -> float | None:
    """The correlation of a question with the other questions of the same hand-in.

    Near 1 it parts strong from weak, near 0 it says nothing of the rest, below 0 look at the
    question itself. None where all or none are right, or all others are the same.
    """
    if len(right) < 3 or len(set(right)) < 2 or len(set(rest)) < 2:
        return None
    return statistics.correlation([float(one) for one in right], rest)


class Pair(NamedTuple):
    """Two hand-ins, one of whose answers is nearly the same text in both."""

    one: str
    other: str
    cell: str
    share: float


def shingles(source: str) -> frozenset[tuple[str, ...]]:
    """The program's words in runs of SHINGLE, names and comments left out; empty if it is short."""
    try:
        words = [_word(node) for node in ast.walk(ast.parse(source))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a number of 5,000 digits, too
        return frozenset()
    if len(words) < SHORTEST:
        return frozenset()
    return frozenset(tuple(words[k : k + SHINGLE]) for k in range(len(words) - SHINGLE + 1))


def _word(node: ast.AST) -> str:
    value = getattr(node, "value", None)
    called = node.attr if isinstance(node, ast.Attribute) else ""
    told = repr(value) if isinstance(node, ast.Constant) else called
    return f"{type(node).__name__}{told}"


def alike(answers: dict[str, dict[str, str]], given: Iterable[str] = ()) -> list[Pair]:
    """Pairs of answers whose programs hardly differ, but by names; the exercise's own text apart.

    answers: by student, the text of each answer's cell. A shape that a tenth of the class has, and
    three at least, is how one writes it, and is left out.
    """
    ours = frozenset().union(*map(shingles, given)) if given else frozenset()
    found = []
    for cell in sorted({cell for mine in answers.values() for cell in mine}):
        made = {student: shingles(mine.get(cell, "")) - ours for student, mine in answers.items()}
        usual = Counter(made.values())
        many = max(3, len(answers) / 10)
        rare = {student: one for student, one in made.items() if one and usual[one] < many}
        for (a, one), (b, other) in combinations(rare.items(), 2):
            share = len(one & other) / len(one | other)
            if share >= ALIKE:
                found.append(Pair(a, b, cell, share))
    return sorted(found, key=lambda pair: (-pair.share, pair))


def by_two(
    pairs: Iterable[Pair], names: Mapping[str, str], asked: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, float]]]]:
    """For each two hand-ins their names, and by question how much is in common; the most first."""
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for pair in pairs:
        shares = found.setdefault((pair.one, pair.other), [])
        shares.append((asked.get(pair.cell, pair.cell), pair.share))
    rows = [(f"{names[a]}, {names[b]}", sorted(shares)) for (a, b), shares in found.items()]
    return sorted(rows, key=lambda row: (-len(row[1]), row[0]))


def _names(notes: Mapping[str, Mapping], class_: Class) -> dict[str, str]:
    """What students are called, from their hand-ins' notes; namesakes with their ids."""
    found = {student: class_.called(student, told) for student, told in notes.items()}
    many = Counter(found.values())
    return {one: f"{name} ({one})" if many[name] > 1 else name for one, name in found.items()}


def write(assignment: Assignment, path: Path, class_: Class | None = None) -> Path:
    """Write the page from the results of those who handed in → its path; class_ says who is who."""
    from jinja2 import Environment

    class_, unread = class_ or Class(), 0
    results, answers, told = {}, {}, {}
    asked_in = {assignment}  # and the editions of those who have one
    cells = [cell for cell in assignment.master.cells if is_answer(cell)]
    wanted = {name_of(cell) for cell in cells if cell.cell_type == "code"}
    for student in assignment.students():
        kept = assignment.kept(student, "json")
        if kept.exists():
            notebook = assignment.taken_in(student)
            notes = notebook.metadata.get(NOTES, {})
            if notes.get("unreadable"):
                unread += 1
                continue
            told[student] = notes
            results[student] = json.loads(kept.read_text(encoding="utf-8"))
            asked_in.add(assignment.edition_of(student, notes))
            answers[student] = {
                name_of(c): c.source for c in notebook.cells if name_of(c) in wanted
            }
    asked = questions(assignment, results)
    seconds = sorted(result["seconds"] for result in results.values()) or [0.0]
    exercises = [cell for one in asked_in for cell in one.exercise().cells]
    given = [cell.source for cell in exercises if cell.cell_type == "code"]
    names = _names(told, class_)
    pairs = by_two(alike(answers, given), names, assignment.answered_in)
    text = Environment(autoescape=True).from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        title=assignment.title, size=len(results), questions=asked,
        absent=len(class_.absent), unread=unread,
        repeat=[one for one in asked if one.share() < REPEAT],
        median=statistics.median(seconds), longest=seconds[-1], pairs=pairs,
    )  # fmt: skip
    files.write(path, text)
    return path
