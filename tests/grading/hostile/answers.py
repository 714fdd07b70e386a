"""The honest, as a control; and answers that are taken from somewhere else."""

from __future__ import annotations

import numpy as np

from course_lib.checks import QUESTIONS
from tests.grading.hostile.hand import EVERYTHING, NOTHING, attack, reading

# --- controls: the honest are marked as they deserve ---------------------------------------------


@attack("nothing: right answers", EVERYTHING, "passed, on inputs not seen before")
def honest(hand):
    return hand.solved()


@attack("nothing: an untouched exercise", NOTHING, "nothing is written here yet")
def untouched(hand):
    return hand.notebook()


SWAPPED = """
right_valves = valves
def valves(*given):
    i, f, g, o = right_valves(*given)
    return f, i, g, o
"""


@attack("nothing: a right answer with two valves swapped on their way out", (0.0, 4.0, 3.0),
        "what differs")  # fmt: skip
def swapped(hand):
    return hand.solved(one=hand.right["answer-1"] + SWAPPED)


# --- the answer, from somewhere else -------------------------------------------------------------

FROM_THE_LIBRARY = """
def valves(x, h_, W, R, b):
    from course_lib.cells import LSTM
    from course_lib.sequence import step
    cell = LSTM(W.shape[0], R.shape[0], dtype=np.float64)
    for name, values in (("W", W), ("R", R), ("b", b)):
        cell.params[name][:] = values
    values = step(cell, x, (h_, 0 * h_))[1]
    return tuple(values[block] for block in "ifgo")
"""


@attack("the answer imported from course_lib", NOTHING, "an answer may not import it")
def imports_the_answer(hand):
    return hand.wrong(one=FROM_THE_LIBRARY)


@attack("the reference imported from the checks", NOTHING, "There is no function valves")
def imports_the_reference(hand):
    step = "from course_lib.checks import QUESTIONS\nlstm_step = QUESTIONS['ps1.2'].reference"
    return hand.wrong(one="from course_lib.checks.ps1 import valves", two=step)


@attack("the library's own file, looked for everywhere")
def hunts_for_the_library(hand):
    return hand.wrong(f"""
import os, sys
for top in ("/", *sys.path, {str(hand.root)!r}):
    for folder, _, files in os.walk(top):
        for name in files:
            if name in ("lstm.py", "ps1.py", "recurrent.py") and "course" in folder:
                print("LEAK", folder, name)
""")


@attack("the master read from solutions/", leaks=True)
def reads_the_solutions(hand):
    return hand.wrong(reading(hand.root / "solutions/*/*", "../../solutions/*/*",
                              "/course/solutions/*", hand.root / "tests/*"))  # fmt: skip


@attack("answers for the visible check's inputs alone, known by heart")
def knows_the_visible_check(hand):
    table = {}
    for seed in (0, 1):
        given = QUESTIONS["ps1.1"].inputs(np.random.default_rng(seed))
        values = QUESTIONS["ps1.1"].reference(*given)
        table[float(given[0][0, 0])] = [value.tolist() for value in values]
    code = f"""
TABLE = {table!r}
def valves(x, *rest):
    return tuple(map(np.array, TABLE.get(x[0, 0], TABLE[{next(iter(table))!r}])))
"""
    return hand.wrong(one=code)
