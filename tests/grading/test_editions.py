"""Editions of one's own: who is asked what, what they are handed, and how it is marked."""

import copy
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from course_lib.authoring.notebooks import ROOT
from course_lib.checks import CHOICES
from course_lib.grading import bundle, collect, editions, scores
from course_lib.grading.course import Course
from course_lib.grading.marking import NOTES
from course_lib.grading.reading import Cell
from course_lib.grading.roster import Person
from course_lib.grading.sandbox import CannotGradeError
from tests.answers.own import OTHER
from tests.masters import MASTERS, asked, read
from tests.test_exercises import faults

SECRET = b"a secret of thirty-two letters or more"
PS1 = "ps1_standard_lstm"
QUESTIONS = list(CHOICES)


def person(name: str, email: str = "", number: str = "") -> Person:
    first, _, last = name.rpartition(" ")
    return Person(name, first, last, email, number)


ANNA, BEN = person("Anna Schmidt", "anna@uni.edu", "4711"), person("Ben Ito", "ben@uni.edu", "4712")


# --- who is asked what --------------------------------------------------------------------------


def test_the_same_person_is_asked_the_same_and_the_secret_decides():
    first = editions.drawn(SECRET, ANNA, QUESTIONS)
    assert first == editions.drawn(SECRET, person("Anna  S.", "ANNA@uni.edu "), QUESTIONS)
    assert list(first) == QUESTIONS
    assert editions.drawn(SECRET, ANNA, [*QUESTIONS[1:], "ps1.1"]) == {
        name: first[name] for name in QUESTIONS[1:]
    }
    others = [editions.drawn(bytes([k]) * 32, ANNA, QUESTIONS) for k in range(40)]
    assert len({json.dumps(one) for one in others}) > 1


def test_nobody_is_drawn_anew():
    """What variants are drawn from stays as it is: who was given an edition has it."""
    assert editions.key(person("Zoë  van Straße\t")) == "zoë van strasse"
    asked = ["ps2.3", "ps3.2", "ps5.3", "ps6.5"]
    assert [*editions.drawn(SECRET, ANNA, asked).values()] == [2, 3, 1, 3]
    assert [*editions.drawn(SECRET, person("Núñez, Zoë"), asked).values()] == [0, 1, 1, 2]


def test_every_way_is_drawn_about_as_often():
    many = [person(f"A B{k}", f"{k}@uni.edu") for k in range(1000)]
    for name in CHOICES:
        ways = Counter(editions.drawn(SECRET, one, [name])[name] for one in many)
        assert sorted(ways) == list(range(len(CHOICES[name])))
        expected = 1000 / len(ways)
        assert all(abs(n - expected) < 5 * expected**0.5 for n in ways.values())


def test_a_roster_grows_and_nobody_is_asked_anew():
    made = editions.together([ANNA], [BEN, person("Anna Schmidt", "anna@uni.edu")])
    assert [one.email for one in made] == ["anna@uni.edu", "ben@uni.edu"]
    namesake = person("Anna Schmidt", "another@uni.edu")
    assert len(editions.together([ANNA], [ANNA, namesake])) == 2
    with pytest.raises(CannotGradeError, match=r"given an edition as 'anna@uni\.edu', and is"):
        editions.together([ANNA], [person("Anna Schmidt")])
    with pytest.raises(CannotGradeError, match="has 'anna schmidt' twice"):
        editions.together([], [person("Anna Schmidt"), person("Anna Schmidt")])


def test_who_was_given_one_is_read_as_it_was_written(tmp_path):
    assert editions.given_out(tmp_path) == []
    people = [ANNA, person("Núñez, Zoë", "", "7")]
    (tmp_path / editions.ROSTER).write_text(editions.as_csv(people), encoding="utf-8")
    assert editions.given_out(tmp_path) == people


# --- what they are handed -----------------------------------------------------------------------


def a_course(root: Path) -> Course:
    root.mkdir()
    (root / "solutions").symlink_to(ROOT / "solutions")
    (root / "grading").mkdir()
    (root / "grading" / "secret").write_text(SECRET.decode())
    return Course(root)


@pytest.mark.slow  # needs the extra grading, which `make check` installs
@pytest.mark.parametrize("name", sorted({asked()[name].master for name in CHOICES}))
def test_an_edition_is_its_own_masters_and_shows_no_answer(tmp_path, name):
    course, plain = a_course(tmp_path / "course"), read("exercises", name)
    varied = [one.question for one in course.assignment(name).asked if one.question in CHOICES]
    for number in range(max(len(CHOICES[one]) for one in varied)):
        variants = tuple((one, min(number, len(CHOICES[one]) - 1)) for one in varied)
        own = course.assignment(name, variants)
        made = editions.exercise(plain, own.plain, own.master)
        assert faults(own.master, made) == []
        assert editions.named_in(cell.source for cell in made.cells) == dict(variants)


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.stem for path in MASTERS])
def test_what_is_cleared_is_what_nbgrader_hands_out(name):
    for cell, handed_out in zip(
        read("solutions", name).cells, read("exercises", name).cells, strict=True
    ):
        if "MARK SCHEME" not in cell.source:
            assert editions.cleared(cell) == handed_out.source


@pytest.mark.slow
def test_each_student_gets_an_archive_of_their_own(tmp_path):
    course = a_course(tmp_path / "course")
    plain = {Path(p.stem, p.name): (ROOT / "exercises" / p.stem / p.name).read_bytes()
             for p in MASTERS}  # fmt: skip
    twin = person("Ben Ito", "ito2@uni.edu")
    written = bundle.give_out(course, [ANNA, BEN, twin], plain, "course", tmp_path / "editions")
    assert [path.name for path in written] == [
        "Anna_Schmidt.zip", "Ben_Ito-ben@uni.edu.zip", "Ben_Ito-ito2@uni.edu.zip",
    ]  # fmt: skip
    for who, path in zip([ANNA, BEN, twin], written, strict=True):
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
            assert f"course/exercises/{PS1}/{PS1}.ipynb" in packed.namelist()
            text = packed.read(f"course/exercises/{PS1}/{PS1}.ipynb").decode()
            assert not [name for name in packed.namelist() if not name.endswith(".ipynb")]
        mine = [name for name in CHOICES if name.startswith("ps1.")]
        drawn = editions.drawn(SECRET, who, mine)
        notebook = nbformat.reads(text, as_version=4)
        assert editions.named_in(cell.source for cell in notebook.cells) == drawn
        assert SECRET.decode() not in text
    again = bundle.give_out(Course(course.root), [BEN], plain, "course", tmp_path / "editions")
    assert [path.name for path in again] == [path.name for path in written]


# --- how it is marked ---------------------------------------------------------------------------


def test_whose_edition_was_handed_in_is_told():
    def cells(line: str) -> list[Cell]:
        return [Cell("code", "tiny", "", f"import numpy as np\n\n{line}\n\nx = 1")]

    mine = {"ps1.5": 2, "ps1.6": 0}
    assert editions.amiss(cells('check = edition({"ps1.5": 2, "ps1.6": 0})'), mine) == []
    (told,) = editions.amiss(cells('check = edition({"ps1.5": 1, "ps1.6": 0})'), mine)
    assert told.startswith("This is somebody else's edition.") and "which asks ps1.5" in told
    (told,) = editions.amiss(cells("from course_lib.checks import check"), mine)
    assert told.startswith("This is the plain edition, and not yours.")
    (told,) = editions.amiss(cells("check = edition({1: [}, 2})"), mine)
    assert "ps1.5, ps1.6" in told
    assert editions.amiss(cells("anything"), {}) == []


def solved(assignment) -> nbformat.NotebookNode:
    """The exercise of an edition with its own master's answers."""
    notebook, right = assignment.exercise(), {c.id: c.source for c in assignment.master.cells}
    for cell in notebook.cells:
        if cell.metadata.nbgrader.solution:
            cell.source = right[cell.id]
    return notebook


@pytest.mark.slow
def test_everybody_is_marked_as_they_were_asked(sandboxed, tmp_path):
    """Whatever is handed in: one's own, a neighbour's whole notebook, a neighbour's answers."""
    course = a_course(tmp_path / "course")
    release = course.grading / "release" / PS1
    release.mkdir(parents=True)
    nbformat.write(read("exercises", PS1), release / f"{PS1}.ipynb")
    mine = [name for name in CHOICES if name.startswith("ps1.")]
    key = scores.secret(course.grading)
    many = [person(f"Student {k}", f"s{k}@uni.edu") for k in range(50)]
    ways = {one.name: editions.drawn(key, one, mine) for one in many}
    neighbour = many[0]
    other = next(
        one for one in many if all(ways[one.name][q] != ways[neighbour.name][q] for q in mine)
    )
    copier = next(one for one in many[1:] if ways[one.name] == ways[other.name])
    people = list({one.email: one for one in (neighbour, other, copier)}.values())
    (course.grading / editions.ROSTER).write_text(editions.as_csv(people), encoding="utf-8")
    base = course.assignment(PS1)
    handed_in = {neighbour.name: solved(base.of(neighbour)), other.name: solved(base.of(neighbour))}
    if copier is not other:
        handed_in[copier.name] = copy.deepcopy(base.of(copier).exercise())
        theirs = {cell.id: cell.source for cell in solved(base.of(neighbour)).cells}
        for cell in handed_in[copier.name].cells:
            if cell.metadata.nbgrader.solution:
                cell.source = theirs[cell.id]
    handed_in["Somebody Else"] = solved(base)
    for who, notebook in handed_in.items():
        (tmp_path / "class" / who).mkdir(parents=True)
        nbformat.write(notebook, tmp_path / "class" / who / f"{PS1}.ipynb")
    found, remarks = {}, {}
    for student in collect.collect(base, tmp_path / "class"):
        taken = base.taken_in(student)
        notes = taken.metadata[NOTES]
        result = base.edition_of(student, notes).result(student, taken)
        asks = {one.check: question for question, one in asked().items() if one.master == PS1}
        found[notes["name"]] = {asks[cell]: v for cell, v in result["verdicts"].items()}
        remarks[notes["name"]] = " ".join(notes["remarks"])
    passed = {who: {q for q, (good, _) in v.items() if good} for who, v in found.items()}
    every = set(asks.values())
    assert passed[neighbour.name] == passed["Somebody Else"] == every
    assert remarks[neighbour.name] == "" and "No edition was written" in remarks["Somebody Else"]
    assert passed[other.name] == every - set(mine)
    assert "is not to be edited" not in remarks[other.name]  # the edition itself says otherwise
    assert "This is somebody else's edition." in remarks[other.name]
    assert f"which asks {', '.join(mine)} differently." in remarks[other.name]
    assert all(OTHER in found[other.name][q][1] for q in mine)
    if copier is not other:
        assert passed[copier.name] == every - set(mine) and remarks[copier.name] == ""
