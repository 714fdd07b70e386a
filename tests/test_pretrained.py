"""The networks that ship: small, whole, and as good as their table says."""

import re

import pytest

from course_lib import pretrained
from course_lib.tasks import Reber, chorales

ALL = [(task, cell) for task in pretrained.TASKS for cell in pretrained.CELLS]


@pytest.fixture(scope="module")
def tasks():
    return {"reber": Reber(), "chorales": chorales.load(progress=False)}


def said(path) -> float:
    text = (pretrained.FOLDER / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^\| {re.escape(path.name)} .*\| ([\d.]+) \|$", text, re.MULTILINE)
    assert found, path.name
    return float(found[1])


@pytest.mark.parametrize(("task", "cell"), ALL)
def test_a_network_reaches_what_its_table_says(tasks, task, cell):
    path = pretrained.path(task, cell)
    assert path.stat().st_size <= 200_000
    net = pretrained.load(task, cell)
    assert net.cell.name == cell
    _, reached = tasks[task].evaluate(net, "test")
    assert reached == pytest.approx(said(path), abs=2e-3)


def test_nothing_else_lies_there():
    files = {path.name for path in pretrained.FOLDER.glob("*.npz")}
    assert files == {pretrained.path(task, cell).name for task, cell in ALL}


def test_unknown_names():
    with pytest.raises(ValueError, match="task: came 'copy', expected one of reber, chorales"):
        pretrained.load("copy")
    with pytest.raises(ValueError, match="cell: came 'fgr', expected one of lstm"):
        pretrained.load("reber", "fgr")
