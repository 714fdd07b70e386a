"""Who is in the class: a table of one's own, or what a learning platform exports.

Columns are known by their names, as Moodle's grading worksheet and participants list, Canvas'
gradebook, and tables of one's own call them. People are matched with hand-ins by the platform's
number, by an id or a login that the file was named after, or by a name that only one person has.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.grading.names import ident, split_name
from course_lib.grading.sandbox import CannotGradeError

CALLED = {  # what a column means, by what it may be called
    "name": ("full name", "name", "student"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "surname", "lastname", "family name"),
    "email": ("email address", "email", "e-mail", "mail"),
    "number": ("identifier", "id", "number", "user id", "id number", "student id"),
    "login": ("sis login id", "login", "username", "sis user id"),
}
NOT_A_PERSON = ("points possible", "student, test", "test student")


@dataclass(frozen=True)
class Person:
    """One line of a roster; row is the line as it came, for the platform to have back."""

    name: str
    first: str
    last: str
    email: str = ""
    number: str = ""
    login: str = ""
    row: dict[str, str] = field(default_factory=dict, compare=False, hash=False)

    def called(self) -> str:
        return f"{self.first} {self.last}".strip()


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a roster as they came, by column.

    Raises CannotGradeError where there is none.
    """
    if not path.is_file():
        raise CannotGradeError(f"There is no roster {path}.")
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    text = unicodedata.normalize("NFC", text)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def read(path: Path) -> list[Person]:
    """The people of a roster, in its order.

    Raises CannotGradeError where it has no column for a name or an e-mail, or a number twice.
    """
    lines = rows(path)
    columns = [name for name in (lines[0] if lines else {}) if name]
    means = {
        what: [c for name in names for c in columns if c.strip().lower() == name]
        for what, names in CALLED.items()
    }
    if not (means["name"] or means["last"] or means["email"]):
        expected = "expected a column such as 'Full name', 'Last name' or 'Email address'"
        raise CannotGradeError(f"{path.name}: came the columns {columns}, {expected}")
    people = [person for row in lines if (person := _person(row, means))]
    twice = [n for n, count in Counter(p.number for p in people if p.number).items() if count > 1]
    if twice:
        raise CannotGradeError(f"{path.name}: two people have the number {twice[0]}.")
    return people


def _person(row: dict, means: dict[str, list[str]]) -> Person | None:
    def of(what: str) -> str:
        return next((str(row[c]).strip() for c in means[what] if row.get(c)), "")

    name = of("name")
    first, last = split_name(name)
    first, last = of("first") or first, of("last") or last
    if name.lower().startswith(NOT_A_PERSON) or not (first or last or of("email")):
        return None
    number = of("number").removeprefix("Participant").strip()
    kept = {column: value or "" for column, value in row.items() if column}
    return Person(name or f"{first} {last}".strip(), first, last, of("email"), number,
                  of("login"), kept)  # fmt: skip


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def spellings(text: str) -> set[str]:
    """A name as it is compared, as written and as an id; letters' size and spaces are no matter."""
    return {folded(text), ident(text).casefold()}


Keys = dict[str, list[Person]]


def keys(people: list[Person]) -> Keys:
    """Who is known by a name, an id, a login or an e-mail, as a hand-in may bear it."""
    found: Keys = {}
    for person in people:
        written = {person.name, person.called(), person.email, person.login, person.number,
                   person.email.partition("@")[0], f"{person.last}, {person.first}"}  # fmt: skip
        for key in {one for text in written if text for one in spellings(text)}:
            found.setdefault(key, []).append(person)
    return found


def one(known: Keys, student: str, *texts: str) -> Person | None:
    """The person whom the first of these texts names that only one has; else None."""
    for key in (*map(folded, texts), student.casefold()):
        if key and len(same := known.get(key, [])) == 1:
            return same[0]
    return None


def matched(
    people: list[Person], students: dict[str, tuple[str, str]]
) -> tuple[dict[str, Person], list[Person]]:
    """Each student's person, and who handed in nothing.

    students: by id, the name that the hand-in's file bears and the platform's number in it. A
    person whose name two have is found by the number alone.
    """
    by_number = {person.number: person for person in people if person.number}
    known = keys(people)
    found: dict[str, Person] = {}
    for student, (name, number) in students.items():
        if person := by_number.get(number) if number else one(known, student, name):
            found[student] = person
    there = {id(person) for person in found.values()}
    return found, [person for person in people if id(person) not in there]
