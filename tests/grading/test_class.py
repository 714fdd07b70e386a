"""Who is in the class: what `make grade` says of names, extensions and who was not marked."""

import csv

import pytest

from course_lib.grading import __main__ as command
from course_lib.grading import pipeline, platforms, policy, table
from course_lib.grading.platforms import Line
from course_lib.grading.roster import Person
from course_lib.grading.sandbox import CannotGradeError
from tests.grading.test_collect import NAME, collected, hand_in
from tests.grading.test_collect import assignment as assignment  # a fixture

ROSTER = """First name,Last name,Email,Username
Anna,Schmidt,anna@uni.edu,as12
Bo,Lee,bo@uni.edu,bl07
"""


def options(assignment, *more: str, extensions: str = "", roster: bool = True):
    root = assignment.course.root
    (root / "roster.csv").write_text(ROSTER)
    (root / "policy.toml").write_text(f"[extensions]\n{extensions}")
    given = ["--roster", str(root / "roster.csv")] if roster else []
    given += ["--policy", str(root / "policy.toml")]
    return command.parser().parse_args(["export", NAME, *given, *more])


def graded(assignment, monkeypatch, *words: str) -> int:
    monkeypatch.setattr(pipeline, "release", lambda *_: None)
    given = command.parser().parse_args(list(words))
    return command.graded(given, assignment.course, words[0])


def test_two_hand_ins_of_one_person_are_refused(assignment):
    hand_in(assignment, "Anna Schmidt.ipynb")
    hand_in(assignment, "anna.ipynb")
    collected(assignment)
    with pytest.raises(CannotGradeError, match=r"names: Anna Schmidt: Anna_Schmidt, anna\.\nCure"):
        command._class(options(assignment), assignment)


@pytest.mark.parametrize(
    "who",
    [
        "Anna@uni.edu",
        "ANNA",
        "anna schmidt",
        "Schmidt, Anna",
        "as12",
        "Bo@Uni.edu",
        "bo lee",
        "bl07",
    ],
)
def test_an_extension_is_found_whatever_letters_it_is_written_in(assignment, who):
    hand_in(assignment, "anna.ipynb")
    collected(assignment)
    given = options(assignment, extensions=f'"{who}" = "2026-12-03 12:00 UTC"')
    class_ = command._class(given, assignment)
    due = class_.policy.extensions[who].replace(tzinfo=None)
    assert (class_.extension("anna", due) is not None) == (not who.lower().startswith("b"))


def test_an_extension_is_refused_where_several_are_called_so(assignment, monkeypatch):
    monkeypatch.setitem(globals(), "ROSTER", ROSTER + "Anna,Meier,anna@mail.org,am34\n")
    hand_in(assignment, "as12.ipynb")
    collected(assignment)
    given = options(assignment, extensions='"Anna" = "2026-12-03 12:00 UTC"')
    with pytest.raises(CannotGradeError, match=r"'Anna' fits as12, anna@mail\.org; give an e-mail"):
        command._class(given, assignment)
    given = options(assignment, extensions='"anna@uni.edu" = "2026-12-03 12:00 UTC"')
    assert command._class(given, assignment).people["as12"].last == "Schmidt"


@pytest.mark.parametrize("who", ["Anna  Schmidt", "ZOE\u0308 LEE"])
def test_an_extension_is_found_however_it_is_spaced_and_composed(who):
    rules = policy.Policy(extensions={who: policy.moment("2026-12-03 12:00 UTC")})
    people = {"a": Person("Anna Schmidt", "Anna", "Schmidt"), "z": Person("Zoë Lee", "Zoë", "Lee")}
    fits = table.Class(people, (), rules).put_off(people)
    assert fits == {who: ["a" if who.startswith("A") else "z"]}


def test_an_extension_for_nobody_here_is_refused_or_told_of(assignment, capsys):
    hand_in(assignment, "Anna Schmidt.ipynb")
    collected(assignment)
    extensions = '"anne@uni.edu" = "2026-12-03 12:00 UTC"'
    with pytest.raises(CannotGradeError, match=r"nobody here is called anne@uni\.edu"):
        command._class(options(assignment, extensions=extensions), assignment)
    command._class(options(assignment, extensions=extensions, roster=False), assignment)
    assert "nobody here is called anne@uni.edu" in capsys.readouterr().out
    extensions = '"Anna Schmidt" = "2026-12-03 12:00 UTC"'
    command._class(options(assignment, extensions=extensions, roster=False), assignment)
    assert "nobody here" not in capsys.readouterr().out


def test_a_name_that_keeps_all_from_being_read_is_told(assignment, monkeypatch, capsys):
    folder = assignment.course.root / "class"
    for number in (1, 2, 3):
        hand_in(assignment, f"Anna Schmidt_{number}_assignsubmission_file/{NAME}.ipynb")
    (folder / "grading notes.txt").write_text("mine")
    graded(assignment, monkeypatch, "collect", NAME, str(folder))
    assert "these are not: grading notes.txt. Is it moodle's folder?" in capsys.readouterr().out
    (folder / "grading notes.txt").unlink()
    graded(assignment, monkeypatch, "collect", NAME, str(folder), "--lms", "moodle")
    said = capsys.readouterr().out
    assert "these are not" not in said
    assert "Taken in before, and not in this folder: Anna_Schmidt_1_assignsubmission_file," in said


@pytest.mark.parametrize("words", [["--unsafe", "export"], ["export", "--unsafe"], ["export"]])
def test_unsafe_may_stand_before_and_behind_the_command(words):
    given = command.parser().parse_args([*words, NAME])
    assert given.unsafe == ("--unsafe" in words)


def test_no_workers_are_an_error_that_says_so():
    given = command.parser().parse_args(["autograde", NAME, "--workers", "0"])
    with pytest.raises(CannotGradeError, match="workers: came 0, expected 1 or more"):
        command.run(given)


def test_who_was_not_marked_is_told_at_the_end(assignment, monkeypatch, capsys):
    monkeypatch.setattr(pipeline, "autograde", lambda *_, **__: {"ann": "OSError: no space left"})
    assert graded(assignment, monkeypatch, "autograde", NAME) == 1
    said = capsys.readouterr().err
    assert said.startswith("NOT MARKED: ann: OSError: no space left\nIn the table they have no")


def test_no_table_holds_a_formula(assignment, tmp_path):
    hand_in(assignment, "=1+1.ipynb")
    (student,) = collected(assignment)
    row = {"student": student, "late_seconds": 0, "check-1": 1.0}
    made = table._after_all(assignment, table.Class(), row, {"check-1": 3.0}, 0)
    assert made["name"] == "'=1+1"
    person = Person("=A", "=A", "@B", "a@uni.edu")
    assert table._absent(assignment, person)["name"] == "'=A @B"
    (path,) = platforms.write(tmp_path, NAME, [Line(person, 1.0, "")])
    (line,) = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    assert (line["First name"], line["Last name"]) == ("'=A", "'@B")
