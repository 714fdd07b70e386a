"""README's first lines say where the course opens, and agree with pyproject.toml."""

from __future__ import annotations

import pytest

from course_lib.authoring.prepare import ROOT
from course_lib.authoring.web import ways_in

BOOK, REPOSITORY = "https://owner.github.io/course", "https://github.com/owner/course"


def test_the_readme_is_up_to_date():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    now = ways_in.ways_in(ways_in.address("Book"), ways_in.address("Repository"))
    assert ways_in.readme(text, now) == text, "make ways-in"


def test_nothing_stands_before_them_but_the_title():
    before, _, _ = (ROOT / "README.md").read_text(encoding="utf-8").partition(ways_in.START)
    assert before.splitlines() == ["# LSTM variations, built by hand", ""]


def test_a_published_course_has_its_links():
    lines = ways_in.ways_in(BOOK, REPOSITORY)
    edition = f"{BOOK}/lite/lab/index.html?path=notebooks/00_start_here.ipynb"
    assert lines.startswith(f"**[Open the course in your browser]({edition})**")
    assert f"]({BOOK})" in lines
    assert "mybinder.org/v2/gh/owner/course/HEAD" in lines
    assert "colab.research.google.com/github/owner/course/blob/HEAD/notebooks/00" in lines
    assert f"git+{REPOSITORY}`" in lines
    assert lines.index("Untried") < lines.index("mybinder")
    assert (ROOT / ways_in.FIRST).exists()


@pytest.mark.parametrize("repository", ["", "https://gitlab.example/owner/course"])
def test_binder_and_colab_are_named_for_github_alone(repository):
    assert "mybinder" not in ways_in.ways_in(BOOK, repository)


def test_without_an_address_it_says_so():
    assert "once this copy of the course has been published" in ways_in.ways_in("", "")


@pytest.mark.parametrize(("book", "repository"), [("owner.github.io", ""), ("", "github.com/o/r")])
def test_what_is_no_address_is_refused(book, repository):
    with pytest.raises(ValueError, match=r"expected an address"):
        ways_in.ways_in(book, repository)


def test_a_readme_without_its_marks_is_refused():
    with pytest.raises(ValueError, match="expected both"):
        ways_in.readme("# Title\n", "lines")
