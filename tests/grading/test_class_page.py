"""What the class shows is counted rightly, and answers that are alike are spoken of with care."""

import json

import pytest

from course_lib.grading import class_page
from course_lib.grading.class_page import alike, discrimination, shingles
from course_lib.grading.roster import Person
from course_lib.grading.table import Class
from tests.grading.test_collect import NAME, hand_in
from tests.grading.test_collect import assignment as assignment  # a fixture


@pytest.fixture
def marked(assignment):
    """Ten hand-ins with results, made by hand: the first question is hard."""
    from course_lib.grading.collect import collect

    for number in range(10):
        hand_in(assignment, f"student{number}.ipynb", f"x = {number}")
    students = collect(assignment, assignment.course.root / "class")
    folder = assignment.course.grading / "results" / NAME
    folder.mkdir(parents=True)
    for number, student in enumerate(students):
        strong = number >= 6
        verdicts = {f"check-{k}": [strong, ""] for k in range(2, 7)}
        verdicts["check-1"] = [strong, "" if strong else "what differs: i.\nhint: no <bias>."]
        verdicts["check-2"] = [True, "with the right valves in place of yours"]
        verdicts["check-6"] = [False, "hint: nothing is written here yet."]
        result = {"verdicts": verdicts, "seconds": float(number),
                  "took": {"check-1": number / 1000}}  # fmt: skip
        (folder / f"{student}.json").write_text(json.dumps(result))
    return assignment


def test_each_question_is_counted(marked):
    text = class_page.write(marked, marked.course.grading / "class.html").read_text()
    assert "10 hand-ins. The median one ran for 4.5 seconds, the slowest for 9.0." in text
    assert "<h1>Problem set 1: the standard LSTM · what the class shows</h1>" in text
    assert "<td>4.5</td>" in text
    assert "4 (40 %)" in text and "6 × no &lt;bias&gt;." in text
    assert "10 (100 %)</span><br>10 with a correct helper" in text
    assert "<strong>ps1.1 · valves</strong>: most often, no &lt;bias&gt;." in text
    assert "<strong>ps1.6 · mended_step</strong>: mostly not written" in text
    assert "<strong>ps1.2" not in text
    assert "<td>1.00</td>" in text  # who has the first right has the others


def test_what_could_not_be_read_is_no_mistake_of_the_class(marked):
    from course_lib.grading.collect import collect

    (marked.course.root / "class" / "student0.ipynb").write_text("{")
    collect(marked, marked.course.root / "class")
    text = class_page.write(marked, marked.course.grading / "class.html").read_text()
    assert "9 hand-ins; 1 more could not be read." in text
    assert "4 (44 %)" in text and "JSON" not in text


def test_a_question_that_parts_nobody_has_no_figure():
    assert discrimination([True] * 5, [1, 2, 3, 4, 5]) is None
    assert discrimination([True, False], [1, 2]) is None
    assert discrimination([True, False, True], [2, 2, 2]) is None
    assert discrimination([False, False, True, True], [0, 1, 2, 3]) == pytest.approx(
        0.894, abs=1e-3
    )
    assert discrimination([True, True, False, False], [0, 1, 2, 3]) == pytest.approx(
        -0.894, abs=1e-3
    )


# --- answers that are alike -----------------------------------------------------------------------

LONG = """
def valves(x, h_, W, R, b):
    H = h_.shape[1]
    total = x @ W + h_ @ R + b
    parts = [total[:, k * H:(k + 1) * H] for k in range(4)]
    opened = [1 / (1 + np.exp(-part)) for part in (parts[0], parts[1], parts[3])]
    fresh = np.tanh(parts[2])
    for value in opened:
        assert value.shape == fresh.shape and (value >= 0).all()
    return opened[0], opened[1], fresh, opened[2]
"""
OTHER = """
def valves(x, h_, W, R, b):
    a = np.concatenate([x, h_], axis=1) @ np.concatenate([W, R]) + b
    i, f, g, o = np.hsplit(a, 4)
    def s(v):
        return 0.5 * (1 + np.tanh(v / 2))
    result = []
    for name, v in zip("ifgo", (i, f, g, o)):
        result.append(np.tanh(v) if name == "g" else s(v))
    print(len(result), "values", sum(map(np.size, result)), "numbers")
    return tuple(result)
"""


def renamed(text):
    return (
        text.replace("opened", "gates").replace("total", "a").replace("fresh", "new") + "# mine\n"
    )


def test_a_renamed_copy_is_found_and_another_way_is_not():
    answers = {"ann": LONG, "ben": renamed(LONG), "cleo": OTHER, "dora": "def valves(): pass"}
    pairs = alike({student: {"answer-1": text} for student, text in answers.items()})
    assert [(pair.one, pair.other, pair.share) for pair in pairs] == [("ann", "ben", 1.0)]


def test_what_many_write_and_what_was_given_says_nothing():
    many = {f"student{k}": {"answer-1": LONG} for k in range(5)}
    assert alike(many) == []
    two = {"ann": {"answer-1": LONG}, "ben": {"answer-1": LONG}}
    assert alike(two, given=[LONG]) == []
    assert len(alike(two)) == 1


def test_two_hand_ins_stand_in_one_line_by_their_names(marked):
    both = {"answer-1": LONG, "answer-2": LONG}
    pairs = alike({"ann": both, "ben": both, "cleo": {"answer-1": OTHER}})
    asked = marked.answered_in
    assert asked["answer-1"] == "ps1.1" and asked["answer-2"] == "ps1.2"
    names = {"ann": "Ann Lee", "ben": "Ben Lee"}
    shares = [("ps1.1", 1.0), ("ps1.2", 1.0)]
    assert class_page.by_two(pairs, names, asked) == [("Ann Lee, Ben Lee", shares)]


def test_people_are_called_as_the_class_calls_them():
    people = {
        "student0": Person("Ann Lee", "Ann", "Lee"),
        "student1": Person("Ann Lee", "Ann", "Lee"),
    }
    notes = {"student0": {"name": "lee"}, "student1": {}, "student2": {"name": "Bo"}, "four": {}}
    names = class_page._names(notes, Class(people))
    assert list(names.values()) == ["Ann Lee (student0)", "Ann Lee (student1)", "Bo", "four"]
    secret = class_page._names(notes, Class(people, secret=b"x"))
    assert secret["student0"].startswith("Hand-in ") and "Ann" not in secret["student0"]


def test_an_answer_to_another_edition_is_one_mistake_whatever_is_asked():
    hints = {
        class_page._hint(f"what differs: W.\nhint: {class_page.ANOTHER}. In yours it is {order}.")
        for order in ("i f g o", "f i g o")
    }
    assert hints == {"an answer to another edition of the question"}


@pytest.mark.parametrize("text", ["", "def f(:", "x = 1", "(" * 500, "x = 0x" + "f" * 5000])
def test_what_is_short_or_no_program_is_compared_with_nothing(text):
    assert shingles(text) == frozenset()


def test_the_words_are_careful():
    text = class_page.TEMPLATE.read_text()
    assert "It proves nothing about anybody." in text
    for word in ("cheat", "plagiar", "fraud", "guilty", "suspect"):
        assert word not in text.lower()
