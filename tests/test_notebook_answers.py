"""What a notebook leaves open is answered below it, and the answer passes the notebook's check."""

import json
import re

import pytest

from course_lib.authoring.notebooks import ROOT

# notebook, the cell with dots, its folded answer, its check
OPEN = {
    "step back": ("01_standard_lstm", "step-back", "step-back-answer", "step-back-check"),
    "through time": (
        "01_standard_lstm", "through-time-code", "through-time-answer", "through-time-check",
    ),
}  # fmt: skip


def filled(source: str, answer: str) -> str:
    """The cell with each line that holds dots replaced by the answer's line for the same name."""
    code = re.search(r"```python\n(.*?)```", answer, flags=re.DOTALL)
    assert code
    for line in code[1].splitlines():
        name = re.match(r"\w+ \+?=", line)
        assert name
        open_line = rf"^(\s*){re.escape(name[0])}.*\.\.\..*$"
        new = r"\g<1>" + line.replace("\\", r"\\")
        source, count = re.subn(open_line, new, source, flags=re.MULTILINE)
        assert count == 1, line
    assert "..." not in source
    return source


@pytest.mark.parametrize("name", OPEN)
def test_the_answer_passes_the_check_and_dots_do_not(name, capsys):
    notebook, open_cell, _, check_cell = OPEN[name]
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    source = {cell["id"]: "".join(cell["source"]) for cell in cells["cells"]}
    kept = ["setup", "sizes", "layer", "sequence-code"]
    answers = {}
    for _, one, answer, _ in OPEN.values():
        answers[one] = filled(source[one], source[answer])
    for fill in (False, True):
        space: dict = {}
        for ident in kept:
            exec(source[ident], space)
        for one in answers:
            exec(answers[one] if fill or one != open_cell else source[one], space)
        capsys.readouterr()
        exec(source[check_cell], space)
        said = capsys.readouterr().out
        assert ("not yet" in said) is not fill
        assert ("right" in said) or not fill
