"""A mistake costs its own question: later ones are tried with a correct helper as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from course_lib.checks.question import Question, is_unwritten

# What the exercises call each question's function. A test compares them with the masters.
CALLED = {
    "ps1.1": "valves", "ps1.2": "lstm_step", "ps1.3": "lstm_sequence", "ps1.4": "what_is_left",
    "ps1.5": "forget_bias", "ps1.6": "mended_step", "ps1.7": "step_back",
    "ps1.8": "sequence_back", "ps2.1": "peeking_memory", "ps2.2": "peephole_step",
    "ps2.3": "parameter_counts", "ps2.4": "carry_slope", "ps2.5": "baselines",
    "ps3.1": "coupled_step", "ps3.2": "as_standard", "ps3.3": "coupled_slopes",
    "ps3.4": "coupled_sequence", "ps3.5": "attributed", "ps4.1": "gru_step",
    "ps4.2": "gru_step_before", "ps4.3": "other_z", "ps4.4": "from_pytorch",
    "ps4.5": "pytorch_step", "ps4.6": "carried", "ps4.7": "same_size", "ps5.1": "best_tenth",
    "ps5.2": "welch", "ps5.3": "conclude", "ps5.4": "compare", "ps5.5": "redrawn",
    "ps6.1": "mgu_step", "ps6.2": "slstm_step", "ps6.3": "first_step", "ps6.4": "parallel",
    "ps6.5": "to_trnn",
    "capstone.1": "my_step", "capstone.2": "my_numerical_slopes", "capstone.3": "my_slopes",
}  # fmt: skip


def earlier(name: str) -> list[str]:
    """The questions of the same problem set that come before this one."""
    begins, number = name.split(".")
    return [f"{begins}.{k}" for k in range(1, int(number))]


def words(functions: list[str]) -> str:
    """How it is said that an answer passed with other helpers than its author's."""
    return f"with the right {' and '.join(functions)} in place of yours"


def _is_wrong(question: Question, answer: Callable) -> bool:
    """Whether a mistake was made; what is left to be written is none."""
    found = question.judge(answer, (0, 1))
    return not found.passed and not is_unwritten(found.text)


@contextmanager
def helped(name: str, answer: Callable, questions: Mapping[str, Question]) -> Iterator[list[str]]:
    """Put references in place of the wrong helpers that an answer finds in its module.

    → the names that were replaced; afterwards they are what they were.
    """
    space = getattr(answer, "__globals__", {})
    found = [(questions[other], CALLED[other]) for other in earlier(name)]
    kept = {}
    try:
        for question, called in found:  # each with the right ones before it
            if callable(space.get(called)) and _is_wrong(question, space[called]):
                kept[called] = space[called]
                space[called] = question.reference
        yield list(kept)
    finally:
        space.update(kept)
