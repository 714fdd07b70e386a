"""Feedback in the exercises: passed, or not yet with what differs and a hint; never the solution.

    from course_lib.checks import check
    check("ps1.1", valves)
    quiz("01.3")                # a closed question of a notebook, to click
    progress()                  # how many questions of each are answered
    export_progress()           # into a file, which import_progress reads elsewhere

The questions of a problem set live in a file of their own, as `ps1.py`; what they share is in
`question.py`; the closed ones in `closed/`. NumPy only, and no grader is needed; a closed question
loads ipywidgets when it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from course_lib.checks import capstone, helpers, keeping, ps1, ps2, ps3, ps4, ps5, ps6, unanswered
from course_lib.checks.carrying import export_progress, import_progress
from course_lib.checks.closed import questions, quiz
from course_lib.checks.filling import Progress, passed, table
from course_lib.checks.further import FURTHER, PATIENCE, mark
from course_lib.checks.question import NOT_WRITTEN, Question, Verdict

__all__ = [
    "QUESTIONS",
    "check",
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


def verdict(name: str, answer: Callable, seeds: Iterable[int] = (0, 1)) -> Verdict:
    """Compare an answer with a question's reference on the inputs that each seed gives.

    Where an earlier answer that it calls is wrong, it is asked with the right one as well: a
    mistake costs its own question.
    Raises ValueError for the name of a question that does not exist.
    """
    if name not in QUESTIONS:
        raise ValueError(f"name: came {name!r}, expected one of {sorted(QUESTIONS)}")
    seeds = tuple(seeds)
    found = QUESTIONS[name].judge(answer, seeds)
    if not found.passed:
        with helpers.helped(name, answer, QUESTIONS) as replaced:
            if replaced and QUESTIONS[name].judge(answer, seeds).passed:
                return Verdict(True, helpers.words(replaced))
    return found


def check(name: str, answer: Callable) -> None:
    """Say whether a function answers a question, and where it does not yet, give a hint.

    Whoever has tried several different answers gets a further one, where there is one.
    What has passed is remembered, on this machine alone; see ``progress``. Then it also says how
    much of the problem set is done, and what comes next.
    Raises ValueError for the name of a question that does not exist.
    """
    found = verdict(name, answer)
    if not found.passed:
        print(f"{name}: not yet\n{found.text}")
        counts = name in FURTHER and found.text != NOT_WRITTEN
        if counts and len(keeping.miss(name, mark(answer))) >= PATIENCE:
            print(f"further hint: {FURTHER[name]}")
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


def progress() -> Progress:
    """How many questions of each notebook and problem set are answered, as pipes that fill."""
    return table([*questions(), *QUESTIONS], keeping.passed())


def require(name: str, answer: Callable, seeds: Iterable[int]) -> None:
    """As check, on other inputs, for tests: silent where it passes, AssertionError where not."""
    found = verdict(name, answer, seeds)
    if not found.passed:
        raise AssertionError(f"{name}: not yet\n{found.text}")


unanswered.install()
