"""A roster says who is who and who handed in nothing; a policy's file says what is done."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest

from course_lib.grading import platforms, policy, roster
from course_lib.grading.platforms import Line
from course_lib.grading.sandbox import CannotGradeError
from course_lib.grading.table import Class

# The columns as a Moodle of today writes them when the grading worksheet is downloaded, and as
# Canvas does when its gradebook is exported.
MOODLE = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 4711,Anna Schmidt,anna@uni.edu,Submitted for grading,,100.00,Yes,"Monday, 1 December",-,
Participant 4712,Anna Schmidt,anna.s@uni.edu,Submitted for grading,,100.00,Yes,-,-,
Participant 4713,Zoë Müller,zoe@uni.edu,No submission,,100.00,Yes,-,-,
"""
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,ps1_standard_lstm (90210),Final Score
    Points Possible,,,,,20.0,(read only)
"Schmidt, Anna",815,s1,anna,Monday,,
"Schmidt, Anna",816,s2,anna2,Monday,,
"Lee, Min",900,s3,min,Friday,,
"""
OWN = "Vorname;First name;Last name;E-Mail\nx;Anna;Schmidt;anna@uni.edu\nx;Bo;O'Neil;bo@uni.edu\n"


def people(tmp_path, text, encoding="utf-8"):
    file = tmp_path / "class.csv"
    file.write_bytes(text.encode(encoding))
    return roster.read(file)


def test_each_platforms_export_and_a_table_of_ones_own_are_read(tmp_path):
    moodle = people(tmp_path, MOODLE)
    assert [(p.number, p.first, p.last, p.email) for p in moodle] == [
        ("4711", "Anna", "Schmidt", "anna@uni.edu"),
        ("4712", "Anna", "Schmidt", "anna.s@uni.edu"),
        ("4713", "Zoë", "Müller", "zoe@uni.edu"),
    ]
    canvas = people(tmp_path, CANVAS)
    assert [(p.number, p.first, p.last, p.login) for p in canvas] == [
        ("815", "Anna", "Schmidt", "anna"),
        ("816", "Anna", "Schmidt", "anna2"),
        ("900", "Min", "Lee", "min"),
    ]
    assert [p.called() for p in people(tmp_path, OWN)] == ["Anna Schmidt", "Bo O'Neil"]
    for encoding in ("utf-8-sig", "cp1252"):
        assert people(tmp_path, MOODLE, encoding)[2].name == "Zoë Müller"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "expected a column"),
        ("a,b\n1,2\n", r"came the columns \['a', 'b'\]"),
        ("Name,ID\nAnn,1\nBen,1\n", "two people have the number 1"),
    ],
)
def test_what_is_no_roster_is_refused(tmp_path, text, says):
    with pytest.raises(CannotGradeError, match=says):
        people(tmp_path, text)
    with pytest.raises(CannotGradeError, match="There is no roster"):
        roster.read(tmp_path / "none.csv")


def test_people_are_found_by_number_and_by_a_name_that_one_person_has(tmp_path):
    moodle = people(tmp_path, MOODLE)
    handed_in = {
        "Anna_Schmidt_4712": ("Anna Schmidt", "4712"),
        "zoe": ("Zoe\u0308 Mu\u0308ller", ""),  # decomposed, and without a number
        "Anna_Schmidt": ("Anna Schmidt", ""),  # which of them?
        "Bo_9": ("Bo", "9"),
    }
    found, absent = roster.matched(moodle, handed_in)
    assert {student: person.number for student, person in found.items()} == {
        "Anna_Schmidt_4712": "4712", "zoe": "4713",
    }  # fmt: skip
    assert [person.number for person in absent] == ["4711"]


@pytest.mark.parametrize(
    "name", ["bo@uni.edu", "bo", "Bo O'Neil", "Bo_O_Neil", "O'Neil, Bo", "ONEILBO"]
)
def test_a_file_may_be_named_after_a_mail_or_a_name(tmp_path, name):
    from course_lib.grading.names import ident

    found, _ = roster.matched(people(tmp_path, OWN), {ident(name): (name, "")})
    expected = [] if name == "ONEILBO" else ["bo@uni.edu"]
    assert [person.email for person in found.values()] == expected


# --- what is done with marks ----------------------------------------------------------------------

QUESTIONS = ["ps1.1", "ps1.2"]
MOST = {"ps1.1": 4.0, "ps1.2": 6.0}


def ruled(tmp_path, text):
    file = tmp_path / "policy.toml"
    file.write_text(text)
    return policy.read(file, QUESTIONS)


@pytest.mark.parametrize(
    ("text", "late", "total", "top", "done"),
    [
        ("", 0, 7.0, 10.0, []),
        ("[late]\npercent_a_day = 10", 1, 6.3, 10.0, ["10 % off for 1 day late."]),
        ("[late]\npercent_a_day = 10\nfree_minutes = 15", 900, 7.0, 10.0, []),
        ("[late]\npercent_a_day = 10\nfree_minutes = 15", 901, 6.3, 10.0,
         ["10 % off for 1 day late."]),
        ("[late]\npercent_a_day = 30\nmost_percent = 50", 3 * 86400, 3.5, 10.0,
         ["50 % off for 3 days late."]),
        ('[drop]\n"ps1.2" = "unclear"', 0, 4.0, 4.0, ["ps1.2: dropped (unclear)."]),
        ('[full]\n"ps1.2" = "a slip of ours"', 0, 10.0, 10.0,
         ["ps1.2: full points (a slip of ours)."]),
        ('[full]\n"ps1.1" = "a slip of ours"', 0, 7.0, 10.0, []),
        ('[curve]\nadd = 2\nwhy = "hard"', 0, 9.0, 10.0, ["2 points more (hard)."]),
        ("[curve]\nadd = 9", 0, 10.0, 10.0, ["3 points more (the curve)."]),
    ],
)  # fmt: skip
def test_marks_after_all(tmp_path, text, late, total, top, done):
    rules = ruled(tmp_path, text)
    assert policy.final(rules, {"ps1.1": 4.0, "ps1.2": 3.0}, MOST, late, 0) == (total, top, done)


def test_what_was_reached_beyond_the_most_stays(tmp_path):
    scores, most = {"ps1.1": 5.0}, {"ps1.1": 4.0}  # with nbgrader's extra credit
    for text in ("[curve]\nadd = 1", '[full]\n"ps1.1" = "a slip of ours"'):
        assert policy.final(ruled(tmp_path, text), scores, most, 0, 0) == (5.0, 4.0, [])


def test_nbgraders_own_late_policy_is_told(tmp_path):
    came = policy.final(policy.Policy(), {"ps1.1": 4.0, "ps1.2": 3.0}, MOST, 60, 7.0)
    assert came == (0.0, 10.0, ["7 points off by nbgrader's late policy."])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[lates]\nx = 1", "expected one of"),
        ("late = 3", "expected one of"),
        ("[late]\npercent = 1", "came 'percent', expected"),
        ("[late]\npercent_a_day = '10'", "came '10', expected a number"),
        ("[late]\npercent_a_day = -1", "came -1, expected a number"),
        ('[drop]\n"ps1.9" = "x"', "came 'ps1.9'"),
        ('[extensions]\n"ann" = "tomorrow"', "came 'tomorrow'"),
        ("[late\n", "policy.toml"),
    ],
)
def test_a_policy_that_says_something_unknown_is_refused(tmp_path, text, says):
    with pytest.raises(CannotGradeError, match=says):
        ruled(tmp_path, text)


@pytest.mark.parametrize("who", ["anna@uni.edu", "Anna_Schmidt_4711", "Anna Schmidt"])
def test_a_deadline_is_put_off_by_mail_id_or_name(tmp_path, who):
    rules = ruled(tmp_path, f'[extensions]\n"{who}" = "2026-12-03 12:00 +0100"')
    person = people(tmp_path, MOODLE)[0]
    due = policy.moment("2026-12-01 12:00 +0100").replace(tzinfo=None)
    class_ = Class({"Anna_Schmidt_4711": person}, (), rules)
    assert class_.extension("Anna_Schmidt_4711", due) == timedelta(days=2)
    assert class_.extension("somebody_1", due) is None


# --- back to the platform -------------------------------------------------------------------------


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_moodles_worksheet_comes_back_with_its_columns_and_others_untouched(tmp_path):
    known = people(tmp_path, MOODLE)
    lines = [Line(known[0], 17.5, "17.5 of 20 points."), Line(known[2], None, "=HYPERLINK(1)")]
    made = {path.name: path for path in platforms.write(tmp_path, "ps1", lines)}
    rows = table(made["ps1.moodle.csv"])
    assert list(rows[0]) == MOODLE.partition("\n")[0].split(",")
    assert rows[0]["Identifier"] == "Participant 4711" and rows[0]["Grade"] == "17.5"
    assert rows[0]["Last modified (submission)"] == "Monday, 1 December"
    assert rows[1]["Grade"] == "" and rows[1]["Feedback comments"] == "'=HYPERLINK(1)"
    plain = table(made["ps1.gradebook.csv"])
    assert plain[0]["Email address"] == "anna@uni.edu" and plain[0]["Grade"] == "17.5"


def test_canvas_gets_the_columns_it_asks_for_and_its_own_name_for_the_assignment(tmp_path):
    known = people(tmp_path, CANVAS)
    lines = [Line(known[0], 17.5, ""), Line(known[2], None, "")]
    made = {path.name: path for path in platforms.write(tmp_path, "ps1_standard_lstm", lines)}
    rows = table(made["ps1_standard_lstm.canvas.csv"])
    assert list(rows[0]) == [*platforms.CANVAS, "ps1_standard_lstm (90210)"]
    assert [row["ID"] for row in rows] == ["815", "900"]
    assert [row["ps1_standard_lstm (90210)"] for row in rows] == ["17.5", ""]
    with pytest.raises(CannotGradeError, match=r"which of Canvas' columns is ps7\?"):
        platforms.write(tmp_path, "ps7", lines)
    assert platforms.write(tmp_path, "ps7", lines, "Set 7 (12)")


def test_points_at_most_are_read_from_what_a_platform_exports(tmp_path):
    def told(text, name="ps1_standard_lstm"):
        (tmp_path / "class.csv").write_text(text, encoding="utf-8")
        return platforms.most(roster.rows(tmp_path / "class.csv"), name)

    assert told(MOODLE) == 100 and told(MOODLE.replace("100.00", '"15,50"')) == 15.5
    assert told(MOODLE.replace("100.00", "Scale: good")) is None  # which has no points
    assert told(CANVAS) == 20 and told(CANVAS.replace("Points Possible", "")) is None
    assert told(OWN) is None and told("") is None


def moodle_finds(name: str) -> tuple[str, str, str]:
    """Whose a file in the archive is, as Moodle's importer reads it: parts between underscores."""
    parts = name.split("_", 4)
    return parts[1], "_".join(parts[2:4]), parts[4]


def test_pages_are_named_as_moodles_upload_reads_names(tmp_path):
    known = people(tmp_path, MOODLE)
    page = tmp_path / "ps1.html"
    page.write_text("<p>")
    odd = roster.Person("A_B/C", "A", "B", number="7")
    path = platforms.feedback_archive(
        tmp_path / "f.zip", {known[1]: page, known[0]: page, odd: page}
    )
    with zipfile.ZipFile(path) as packed:
        found = [moodle_finds(name) for name in packed.namelist()]
    assert found == [(n, "assignfeedback_file", "ps1.html") for n in ("4711", "4712", "7")]
    again = platforms.feedback_archive(
        tmp_path / "g.zip", {known[0]: page, known[1]: page, odd: page}
    )
    assert again.read_bytes() == path.read_bytes()


def test_names_are_kept_back_where_marking_is_anonymous(tmp_path):
    person = people(tmp_path, MOODLE)[0]
    class_ = Class({"Anna_Schmidt_4711": person}, (), policy.Policy(), b"secret")
    first, last = class_.name("Anna_Schmidt_4711") or ("", "")
    assert first == "" and last.startswith("Hand-in ") and "Anna" not in last
    assert class_.name("other") != class_.name("Anna_Schmidt_4711")
