"""A question of one's own: each student's edition of a problem set, drawn from the class's secret.

Some questions are asked in several ways (course_lib/checks/editions.py). Which way a student is
asked follows from the secret, from who they are, and from the question: a keyed hash, so that
whoever has the roster and the secret finds it again, and nobody else does. Nothing is stored but
who was given an edition (ROSTER, under grading/); a hand-in is marked as its student was asked.

The words of a variant lie beside the masters, in solutions/NAME.variants.toml, as places in the
master's cells and what stands there instead:

    ["ps1.5".1]                     # question ps1.5, asked in its way 1
    question-5 = [                  # this cell
        ["should be left", "should be lost"],       # what stands in the master, and what instead
    ]

The plain edition is the master as it stands.
"""

from __future__ import annotations

import ast
import copy
import csv
import hashlib
import hmac
import io
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from nbformat import NotebookNode

from course_lib.checks import CHOICES
from course_lib.grading.reading import Cell
from course_lib.grading.roster import Person, folded, read
from course_lib.grading.sandbox import CannotGradeError
from course_lib.grading.submission import marks_of

ROSTER = "editions.csv"
COLUMNS = ("Full name", "First name", "Last name", "Email address", "Id", "Username")
PLAIN_LINE = "from course_lib.checks import check\n"
OWN_LINE = "from course_lib.checks import edition\n\ncheck = edition({})\n"
GIVEN = re.compile(r"^check = edition\((\{.*\})\)$", re.M)

# --- who is asked what --------------------------------------------------------------------------


def key(person: Person) -> str:
    """What somebody's variants are drawn from: the first of these that a roster has."""
    who = person.email or person.login or person.number or person.called()
    return folded(who)


def drawn(secret: bytes, person: Person, questions: list[str]) -> dict[str, int]:
    """The variant of each of these questions that varies, for this person."""
    found = {}
    for name in (name for name in questions if name in CHOICES):
        about = json.dumps(["edition", key(person), name]).encode()
        number = int.from_bytes(hmac.digest(secret, about, hashlib.sha256))
        found[name] = number % len(CHOICES[name])
    return found


def given_out(folder: Path) -> list[Person]:
    """Who was given an edition; nobody where none were written."""
    return read(folder / ROSTER) if (folder / ROSTER).exists() else []


def together(before: list[Person], now: list[Person]) -> list[Person]:
    """Everybody who was or is given an edition, each once.

    Raises CannotGradeError where two people cannot be told apart, or somebody would be asked
    anew because this roster knows them by something else than the one before.
    """
    keys = [key(person) for person in now]
    if twice := sorted({one for one in keys if keys.count(one) > 1}):
        raise CannotGradeError(f"The roster has {twice[0]!r} twice. An e-mail tells people apart.")
    known = {key(person) for person in before}
    for person, one in zip(now, keys, strict=True):
        namesakes = {key(p) for p in before if p.called() == person.called()} - set(keys)
        if one not in known and namesakes:
            raise CannotGradeError(
                f"{person.called()} was given an edition as {min(namesakes)!r}, and is {one!r} in "
                "this roster, which would draw another. Keep the column that told people apart."
            )
    return list({key(person): person for person in (*before, *now)}.values())


def as_csv(people: list[Person]) -> str:
    """A roster of one's own of these people."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in people:
        writer.writerow([one.name, one.first, one.last, one.email, one.number, one.login])
    return text.getvalue()


# --- what stands in an edition ------------------------------------------------------------------


Words = dict[str, dict[int, dict[str, list[list[str]]]]]


def texts(path: Path) -> Words:
    """The words of a master's variants: by question, number and cell, pairs of old and new."""
    if not path.exists():
        return {}
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: {int(n): cells for n, cells in ways.items()} for name, ways in found.items()}


def in_own_words(master: NotebookNode, words: Words, variants: Mapping[str, int]) -> NotebookNode:
    """The master of an edition, which asks these variants, and whose check knows them.

    Raises ValueError for a place that is not in the master.
    """
    made = NotebookNode(copy.deepcopy(master))
    by_id = {cell.id: cell for cell in made.cells}
    for name, number in variants.items():
        for ident, pairs in (words[name][number] if number else {}).items():
            cell = by_id[ident]
            for old, new in pairs:
                if old not in cell.source:
                    where = f"{name}, way {number}, cell {ident}"
                    raise ValueError(f"{where}: there is no {old!r} in the master")
                cell.source = cell.source.replace(old, new)
    (begin,) = (cell for cell in made.cells if PLAIN_LINE in f"{cell.source}\n")
    own = OWN_LINE.replace("{}", json.dumps(dict(variants)))
    begin.source = f"{begin.source}\n".replace(PLAIN_LINE, own).removesuffix("\n")
    return made


def cleared(cell: NotebookNode) -> str:
    """A master's cell as it is handed out: without its solution and its hidden tests."""
    from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

    made = NotebookNode(copy.deepcopy(cell))
    for step in (ClearSolutions(), ClearHiddenTests()):
        made, _ = step.preprocess_cell(made, {"language": "python"}, 0)
    return made.source


def exercise(plain: NotebookNode, master: NotebookNode, own: NotebookNode) -> NotebookNode:
    """The exercise of an edition, from the plain exercise, its master, and the edition's master."""
    from nbgrader.utils import compute_checksum

    made = NotebookNode(copy.deepcopy(plain))
    for cell, before, now in zip(made.cells, master.cells, own.cells, strict=True):
        if now.source != before.source:
            cell.source = cleared(now)
            if "checksum" in marks_of(cell):
                cell.metadata.nbgrader.checksum = compute_checksum(cell)
    return made


# --- whose edition was handed in ----------------------------------------------------------------


def named_in(sources: Iterable[str]) -> dict | None:
    """The variants that a notebook's check knows, from its code cells; None in a plain one.

    What cannot be read is none that anybody was given: an empty dict.
    """
    found = [match[1] for source in sources for match in GIVEN.finditer(source)]
    try:
        came = ast.literal_eval(found[-1]) if found else None
    except (ValueError, SyntaxError):
        return {}
    return came if came is None or isinstance(came, dict) else {}


def amiss(cells: list[Cell], variants: Mapping[str, int]) -> list[str]:
    """A remark where what was handed in is not the edition that asks these variants."""
    came = named_in(cell.source for cell in cells if cell.kind == "code")
    known = dict.fromkeys(variants, 0) if came is None else came
    others = [name for name, number in variants.items() if known.get(name) != number]
    if not others:
        return []
    whose = "the plain edition, and not yours" if came is None else "somebody else's edition"
    return [f"This is {whose}. It was marked on yours, which asks {', '.join(others)} differently."]
