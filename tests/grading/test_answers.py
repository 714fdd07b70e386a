"""Solutions score fully, untouched exercises nothing, each shipped wrong answer loses."""

import pytest

from tests.grading.answers import lines
from tests.masters import MASTERS

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sandboxed")]


@pytest.mark.parametrize("master", [path.stem for path in MASTERS])
def test_every_shipped_answer_gets_what_it_has_earned(master, tmp_path):
    found = lines(master, tmp_path)
    assert [fault for line in found for fault in line.amiss] == []
    for line in found[:-1]:  # a way's wrong answers are its neighbours' right ones, at least two
        assert line.right >= 2 and line.wrong >= (2 if ", way" in line.question else 3), line
