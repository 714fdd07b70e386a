"""Feedback in the exercises: passed, or not yet with what differs and a hint; never the solution.

    from course_lib.checks import check
    check("ps1.1", valves)
    quiz("01.3")                # a closed question of a notebook, to click
    check = edition({"ps1.5": 2})       # for a copy in which questions are asked differently
    progress()                  # how many questions of each are answered
    export_progress()           # into a file, which import_progress reads elsewhere

The questions of a problem set live in a file of their own, as `ps1.py`; what they share is in
`question.py`; the closed ones in `closed/`. NumPy only, and no grader is needed; a closed question
loads ipywidgets when it is shown.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from course_lib.checks import (
    capstone,
    editions,
    helpers,
    keeping,
    ps1,
    ps1_variants,
    ps2,
    ps2_variants,
    ps3,
    ps3_variants,
    ps4,
    ps4_variants,
    ps5,
    ps5_variants,
    ps6,
    ps6_variants,
    unanswered,
)
from course_lib.checks.carrying import export_progress, import_progress
from course_lib.checks.closed import questions, quiz
from course_lib.checks.filling import Progress, passed, table
from course_lib.checks.further import FURTHER, PATIENCE, mark
from course_lib.checks.question import Question, Verdict, is_unwritten

__all__ = [
    "CHOICES",
    "QUESTIONS",
    "check",
    "edition",
    "export_progress",
    "import_progress",
    "progress",
    "quiz",
    "require",
    "verdict",
]

QUESTIONS: dict[str, Question] = {
    **ps1.QUESTIONS,
    **ps2.QUESTIONS,
    **ps3.QUESTIONS,
    **ps4.QUESTIONS,
    **ps5.QUESTIONS,
    **ps6.QUESTIONS,
    **capstone.QUESTIONS,
}
CHOICES: editions.Choices = {
    **ps1_variants.CHOICES,
    **ps2_variants.CHOICES,
    **ps3_variants.CHOICES,
    **ps4_variants.CHOICES,
    **ps5_variants.CHOICES,
    **ps6_variants.CHOICES,
}
PLAIN: Mapping[str, int] = {}  # nothing varies
WIDTH = 88  # letters; a longer line breaks within a word in JupyterLab


def verdict(
    name: str,
    answer: Callable,
    seeds: Iterable[int] = (0, 1),
    variants: Mapping[str, int] = PLAIN,
) -> Verdict:
    """Compare an answer with a question's reference on the inputs that each seed gives.

    Where an earlier answer that it calls is wrong, it is asked with the right one as well: a
    mistake costs its own question. variants: which of its ways of asking each question takes.
    Raises ValueError for the name of a question, or a variant, that does not exist.
    """
    if name not in QUESTIONS:
        raise ValueError(f"name: came {name!r}, expected one of {sorted(QUESTIONS)}")
    questions = editions.asked(QUESTIONS, CHOICES, variants)
    seeds = tuple(seeds)
    found = questions[name].judge(answer, seeds)
    if not found.passed:
        with helpers.helped(name, answer, questions) as replaced:
            if replaced and questions[name].judge(answer, seeds).passed:
                return Verdict(True, helpers.words(replaced))
    return found


def check(name: str, answer: Callable, variants: Mapping[str, int] = PLAIN) -> None:
    """Say whether a function answers a question, and where it does not yet, give a hint.

    Whoever has tried several different answers gets a further one, where there is one.
    What has passed is remembered, on this machine alone; see ``progress``. Then it also says how
    much of the problem set is done, and what comes next.
    Raises ValueError for the name of a question that does not exist.
    """
    found = verdict(name, answer, variants=variants)
    if not found.passed:
        print(_in_lines(f"{name}: not yet\n{found.text}"))
        asked_so = name in FURTHER and not variants.get(name)  # they are of the plain way
        counts = asked_so and not is_unwritten(found.text)
        if counts and len(keeping.miss(name, mark(answer))) >= PATIENCE:
            print(_in_lines(f"further hint: {FURTHER[name]}"))
        return
    more = f", {found.text}" if found.text else ""
    so_far = keeping.record(name)
    if so_far:
        from IPython.display import display

        if more:
            print(f"{name}: passed{more}")
        display(passed(name, QUESTIONS, so_far))
    else:
        print(f"{name}: passed{more}")


def _in_lines(text: str) -> str:
    lines = [
        textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    ]
    return "\n".join(lines)


def edition(variants: Mapping[str, int]) -> Callable[[str, Callable], None]:
    """The check for a student's own copy, in which some questions are asked differently.

    variants: which way, by question, from 0.
    Raises ValueError for a question that does not vary, or a variant that it does not have.
    """
    editions.asked(QUESTIONS, CHOICES, variants)
    return partial(check, variants=variants)


def progress() -> Progress:
    """How many questions of each notebook and problem set are answered, as pipes that fill."""
    return table([*questions(), *QUESTIONS], keeping.passed())


def require(
    name: str, answer: Callable, seeds: Iterable[int], variants: Mapping[str, int] = PLAIN
) -> None:
    """As check, on other inputs, for tests: silent where it passes, AssertionError where not."""
    found = verdict(name, answer, seeds, variants)
    if not found.passed:
        raise AssertionError(f"{name}: not yet\n{found.text}")


unanswered.install()
