"""The hostile class, graded as one: none gains a point it hasn't earned, nor learns a thing."""

import pytest

from tests.grading.hostile import ATTACKS
from tests.grading.hostile.graded import grade_all
from tests.grading.outlives import outlives

pytestmark = pytest.mark.slow  # needs the extra grading, which `make check` installs


@pytest.fixture(scope="module")
def graded(sandboxed, tmp_path_factory):
    return grade_all(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("name", ATTACKS)
def test_it_gets_the_mark_it_has_earned_and_its_page_says_why(graded, name):
    assert graded[name].fault() == ""


def test_there_are_enough_of_them():
    assert len([a for a in ATTACKS.values() if not a.tries.startswith("nothing:")]) >= 25


def test_nothing_outlives_the_grading(graded):
    assert not outlives()


def test_let_loose_they_would_find_what_they_look_for(tmp_path):
    names = [name for name, attack in ATTACKS.items() if attack.leaks]
    found = grade_all(tmp_path, names, unsafe=True)
    assert [name for name in names if not found[name].leaked()] == []
