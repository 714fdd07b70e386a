"""Whose a hand-in is, from names as platforms, browsers and systems write them."""

import unicodedata
import zipfile

import pytest

from course_lib.grading.marking import NOTES
from tests.grading.test_collect import NAME, answer, collected, hand_in
from tests.grading.test_collect import assignment as assignment  # a fixture


@pytest.mark.parametrize(("form", "other"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_one_name_in_two_spellings_of_unicode_is_one_student(assignment, form, other):
    hand_in(assignment, unicodedata.normalize(form, f"Zoë/{NAME}.ipynb"), "first = 1")
    hand_in(
        assignment, unicodedata.normalize(other, f"Zoë_{NAME}.ipynb"), "last = 2", 1_700_000_009
    )
    assert {name: answer(made) for name, made in collected(assignment).items()} == {
        "Zoë": "last = 2"
    }


def test_moodles_folders_are_told_apart_by_its_number(assignment):
    for number in (4711, 4712):
        folder = f"Anna Schmidt_{number}_assignsubmission"
        hand_in(assignment, f"{folder}_file_/{NAME}.ipynb", f"n = {number}")
        online = assignment.course.root / "class" / f"{folder}_onlinetext_"
        online.mkdir()
        (online / "onlinetext.html").write_text("See my file.")
    hand_in(assignment, f"Ben_1_assignsubmission_file_{NAME}.ipynb")  # without folders
    (assignment.course.root / "class" / "Thumbs.db").write_bytes(b"\0")
    made = collected(assignment)
    assert {name: answer(one) for name, one in made.items()} == {
        "Anna_Schmidt_4711": "n = 4711", "Anna_Schmidt_4712": "n = 4712", "Ben_1": "x = 1",
    }  # fmt: skip
    assert made["Anna_Schmidt_4711"].metadata[NOTES]["name"] == "Anna Schmidt"
    assert made["Anna_Schmidt_4711"].metadata[NOTES]["number"] == "4711"


def test_canvas_notebook_counts_and_its_picture_does_not(assignment):
    hand_in(assignment, f"schmidtanna_815_1001_{NAME}.ipynb")
    (assignment.course.root / "class/schmidtanna_815_1002_plot.png").write_bytes(b"\x89PNG")
    hand_in(assignment, f"schmidtanna_816_1003_{NAME}-1.ipynb", "other = 1")
    hand_in(assignment, f"lee_LATE_900_1004_{NAME} (1).ipynb", "late = 1")
    made = collected(assignment)
    assert {name: answer(one) for name, one in made.items()} == {
        "schmidtanna_815": "x = 1", "schmidtanna_816": "other = 1", "lee_900": "late = 1",
    }  # fmt: skip
    assert "calls this late" in str(made["lee_900"].metadata[NOTES]["remarks"])
    assert "not schmidtanna_815_1002_plot.png" in str(made["schmidtanna_815"].metadata[NOTES])


@pytest.mark.parametrize(
    "name", ["ann (1).ipynb", f"ann_{NAME} (2).ipynb", f"ann_{NAME}-1.ipynb", "ann.ipynb.txt",
             f"ann_{NAME}-Copy1.ipynb", "ann.IPYNB", f"ann_{NAME}.ipynb.json", "ann.zip",
             "ann.ipynb-1", "ann.ipynb.1", "ann.ipynb_2.txt"]
)  # fmt: skip
def test_what_a_browser_or_a_platform_adds_is_no_part_of_a_name(assignment, name):
    file = hand_in(assignment, name)
    if name.endswith(".zip"):
        data = file.read_bytes()
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr(f"{NAME}.ipynb", data)
    assert {student: answer(one) for student, one in collected(assignment).items()} == {
        "ann": "x = 1"
    }


def test_a_name_with_many_digits_behind_it_holds_nobody_up(assignment):
    hand_in(assignment, f"ann/{NAME}.ipynb{'1' * 60}x")
    made = collected(assignment)["ann"]
    assert answer(made) == "x = 1"


def test_a_number_of_ones_own_stays_in_a_name(assignment):
    for name in ("student-1", "student-2"):
        hand_in(assignment, f"{name}.ipynb")
    assert list(collected(assignment)) == ["student-1", "student-2"]
