"""`make grade` from a platform's download to its tables: a roster, a policy, and who is missing."""

import csv
import json
import subprocess
import sys
import zipfile

import pytest

from course_lib.grading import pipeline
from tests.grading.hostile.graded import NAME, QUICK, course
from tests.grading.test_roster import MOODLE

pytestmark = pytest.mark.slow  # needs the extra grading, which `make check` installs
POLICY = """
[late]
percent_a_day = 10
[extensions]
"anna.s@uni.edu" = "2030-01-01 00:00 UTC"
[drop]
"ps1.6" = "unclear"
"""


def test_a_class_goes_from_moodle_and_back(sandboxed, tmp_path):
    made = course(tmp_path / "course", QUICK).assignment(NAME)
    pipeline.release(made)
    right = {cell.id: cell.source for cell in made.master.cells}
    marks = [cell.metadata.nbgrader for cell in made.master.cells]
    most = float(sum(m.points for m in marks if m.get("points") and m.grade_id != "check-6"))
    for name in ("Anna Schmidt_4711", "Anna Schmidt_4712", "Somebody Else_99"):
        notebook = made.exercise()
        for cell in notebook.cells:
            if cell.metadata.nbgrader.solution:
                cell.source = right[cell.id]
        place = tmp_path / "class" / f"{name}_assignsubmission_file"
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "worksheet.csv").write_text(MOODLE)
    (tmp_path / "policy.toml").write_text(POLICY)
    command = [sys.executable, "-m", "course_lib.grading", "--course", str(made.course.root)]
    command += ["grade", NAME, str(tmp_path / "class"), "--due", "2026-01-01 12:00 +0100"]
    command += ["--roster", str(tmp_path / "worksheet.csv")]
    command += ["--policy", str(tmp_path / "policy.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "names were read as: moodle" in done.stdout
    assert "Not in the roster, so in no table for the platform: Somebody_Else_99." in done.stdout

    grading = made.course.grading
    with (grading / f"{NAME}.csv").open(encoding="utf-8") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["4713"]["remarks"] == "Handed in nothing." and rows["4713"]["name"] == "Zoë Müller"
    late, extended = rows["Anna_Schmidt_4711"], rows["Anna_Schmidt_4712"]
    assert (extended["final"], extended["final_max"], extended["late_seconds"]) == (
        str(most),
        str(most),
        "0",
    )
    assert late["final"] == "0.0" and "100 % off for" in late["done"]
    with (grading / f"{NAME}.moodle.csv").open(encoding="utf-8") as file:
        grades = [(row["Identifier"], row["Grade"]) for row in csv.DictReader(file)]
    assert sorted(grades) == [
        ("Participant 4711", "0"), ("Participant 4712", f"{most:g}"), ("Participant 4713", ""),
    ]  # fmt: skip
    with zipfile.ZipFile(grading / f"{NAME}.feedback.zip") as packed:
        assert packed.namelist() == [
            f"Anna Schmidt_{number}_assignfeedback_file_{NAME}.html" for number in (4711, 4712)
        ]
        page = packed.read(packed.namelist()[1]).decode()
        assert f"All told, this counts as {most:g} of {most:g} points." in page
        assert "ps1.6: dropped (unclear)." in page
        assert "<strong>Anna Schmidt</strong>" in packed.read(packed.namelist()[0]).decode()
    assert (grading / f"{NAME}.class.html").exists()

    command += ["--anonymous"]
    subprocess.run(command, capture_output=True, text=True, check=True)
    anonymous = grading / "feedback" / "Anna_Schmidt_4711" / NAME / f"{NAME}.html"
    assert "Anna" not in anonymous.read_text(encoding="utf-8")
