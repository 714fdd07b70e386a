"""Right and wrong answers to the ways in which a class's editions ask.

    OWN["ps1.5", 2]["right"]["by halving"]       text of a cell that must pass
    OWN["ps1.5", 2]["wrong"]["one step"]         text of one that must not, and what is said

Way 0 is the plain edition's, whose answers are in ANSWERS. In every other way, the right answers to
the others are wrong ones too, and whoever hands one in is told so.
"""

from course_lib.checks import CHOICES
from tests.answers import (
    ANSWERS,
    HINTS,
    own_ps1,
    own_ps2,
    own_ps3,
    own_ps4,
    own_ps5,
    own_ps6,
)

MODULES = (own_ps1, own_ps2, own_ps3, own_ps4, own_ps5, own_ps6)
OTHER = "answers another edition"


def plain(name: str) -> dict:
    """The plain way, in the form of the others."""
    wrong = {how: (text, HINTS[name][how]) for how, text in ANSWERS[name]["wrong"].items()}
    return {"right": ANSWERS[name]["right"], "wrong": wrong}


OWN: dict[tuple[str, int], dict] = {
    **{(name, 0): plain(name) for name in CHOICES},
    **{way: answers for module in MODULES for way, answers in module.OWN.items()},
}


def neighbours(name: str, number: int) -> dict[str, str]:
    """Right answers to the other ways of a question."""
    return {
        f"way {other}, {how}": text
        for other in range(len(CHOICES[name]))
        if other != number
        for how, text in OWN[name, other]["right"].items()
    }
