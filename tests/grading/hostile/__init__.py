"""Submissions that want points they haven't earned, or to learn what they may not.

    python -m tests.grading.hostile        grades them all; what happened to each, and its mark

Each is a function that makes what is handed in for problem set 1, with the marks it must get, and
what its page must say. Code that finds something it should not prints LEAK.
"""

from tests.grading.hostile import answers, comparing, machine, notebooks, reading
from tests.grading.hostile.hand import ATTACKS, Attack, Hand

__all__ = ["ATTACKS", "Attack", "Hand", "answers", "comparing", "machine", "notebooks", "reading"]
