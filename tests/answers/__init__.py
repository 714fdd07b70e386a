"""Right and wrong answers to every graded question, as the text of an answer's cell.

    ANSWERS["ps1.2"]["right"]["in one line"]         text of a cell that must pass
    ANSWERS["ps1.2"]["wrong"]["valves swapped"]      text of a cell that must not
    HINTS["ps1.2"]["valves swapped"]                 a part of what the check says to it

A text may use what the cells above it define: it stands in place of the master's answer, in a
notebook that is otherwise the master.
"""

from tests.answers import capstone, ps1, ps2, ps3, ps4, ps4_reading, ps5, ps6

MODULES = (ps1, ps2, ps3, ps4, ps4_reading, ps5, ps6, capstone)
ANSWERS = {name: answers for module in MODULES for name, answers in module.ANSWERS.items()}
HINTS = {name: hints for module in MODULES for name, hints in module.HINTS.items()}
