"""What the web book is made from, before Sphinx reads it."""

from __future__ import annotations

import re
import tomllib
import zipfile

import nbformat
import pytest

from course_lib.authoring.commands import COMMANDS
from course_lib.authoring.web.book import __main__ as making
from course_lib.authoring.web.book import page, paper, reference, sources
from course_lib.authoring.web.book.docstrings import rest
from course_lib.authoring.web.book.epub import declare_formulas
from course_lib.authoring.web.book.links import Places, relink
from tests.needs import needs_sphinx
from tests.test_rooms import FLOOR

PLACES = Places({"notebooks/01.ipynb", "index.md"}, {"course_lib.cells.lstm"})
WIDGET = page.WIDGET
QUESTION = "<p>a question<br> in <a href='01.ipynb'>01</a></p>"


@pytest.mark.parametrize(
    "came, becomes",
    [
        ("[one](01.ipynb)", "[one](01.ipynb)"),
        ("[one](../notebooks/01.ipynb#end)", "[one](01.ipynb#end)"),
        ("[top](../README.md)", "[top](../index.md)"),
        ("[`lstm.py`](../course_lib/cells/lstm.py)", "{py:mod}`lstm.py <course_lib.cells.lstm>`"),
        ("[more](../CONTRIBUTING.md)", "more"),
        ("[paper](https://arxiv.org/abs/1503.04069)", "[paper](https://arxiv.org/abs/1503.04069)"),
        ("`x[0](../README.md)` and [B, H]", "`x[0](../README.md)` and [B, H]"),
        ("```\n[a](../README.md)\n```", "```\n[a](../README.md)\n```"),
    ],
)
def test_a_link_leads_to_a_page_to_the_library_or_is_none(came, becomes):
    assert relink(came, "notebooks/02.ipynb", PLACES) == becomes


def test_with_a_repository_what_is_not_in_the_book_is_linked_there():
    places = PLACES._replace(repository="https://example.org/course")
    expected = "[more](https://example.org/course/blob/HEAD/CONTRIBUTING.md)"
    assert relink("[more](../CONTRIBUTING.md)", "notebooks/02.ipynb", places) == expected


def test_a_docstring_keeps_its_equations_columns_examples_and_symbols():
    told = ["Of c_ and `h_`, **both**.", "", "    c = f ∘ c₋", "", "    h = o", "", "x    inputs",
            "W    weights", "", "- a_k, once", "  and on", "- b", "", ">>> 1 + 1", "2"]  # fmt: skip
    assert "\n".join(rest(told)).split("\n\n") == [
        r"Of c\_ and ``h_``, **both**.",
        ".. code-block:: text",
        "   c = f ∘ c₋",
        "   h = o",
        ".. code-block:: text",
        "   x    inputs\n   W    weights",
        "- a\\_k, once\n  and on\n- b",
        ".. code-block:: pycon",
        "   >>> 1 + 1\n   2\n",
    ]


def stored() -> nbformat.NotebookNode:
    """A cell that showed two bars, a widget, its still with a description, a widget forgotten."""
    output = nbformat.v4.new_output
    outputs = [
        output(
            "display_data", {WIDGET: {"model_id": "known"}, "text/plain": "seeds:   0%|   | 0/3"}
        ),
        output("display_data", {"text/html": page.PROGRESS + "></div>", "text/plain": "100 %"}),
        output("display_data", {WIDGET: {"model_id": "known"}, "text/plain": ""}),
        output(
            "display_data",
            {"image/png": "AAAA", "text/plain": "Figure: a valve"},
            metadata={"image/png": {"alt": "a valve"}},
        ),
        output("display_data", {"text/html": '<p style="left:-9999px">Figure: a valve</p>'}),
        output("display_data", {WIDGET: {"model_id": "lost"}, "text/html": QUESTION}),
    ]
    cells = [
        nbformat.v4.new_markdown_cell("# Valves\n\n" + "word " * 399 + "[up](../README.md)"),
        nbformat.v4.new_code_cell("x = 1\n" * 30, outputs=outputs),
    ]
    made = nbformat.v4.new_notebook(cells=cells)
    state = {"known": {"model_name": "AnyModel", "state": {}}}
    made.metadata["widgets"] = {page.WIDGETS: {"state": state}}
    return made


def test_a_page_has_widgets_their_stills_and_what_they_say():
    made = page.page(stored(), "notebooks/02.ipynb", PLACES, alive=True)
    code = made.cells[1]
    assert [sorted(output.data) for output in code.outputs] == [
        [WIDGET, "text/plain"], ["image/png", "text/plain"], ["text/html"],
    ]  # fmt: skip
    assert code.outputs[2].data["text/html"] == '<p>a question<br/> in <a href="01.html">01</a></p>'
    assert code.metadata["mystnb"] == {"image": {"alt": "a valve"}}
    assert made.cells[0].source.endswith("[up](../index.md)")


def test_a_page_for_paper_has_stills_alone():
    made = page.page(stored(), "notebooks/02.ipynb", PLACES, alive=False)
    assert [sorted(output.data) for output in made.cells[1].outputs] == [
        ["image/png", "text/plain"], ["text/html"],
    ]  # fmt: skip
    assert made.cells[1].outputs[1].data["text/html"] == "<p>a question<br/> in 01</p>"
    assert "widgets" not in made.metadata


def test_reading_takes_a_minute_for_200_words_or_15_lines():
    assert page.minutes(stored()) == 4
    assert page.title("text\n\n# A page\n") == "A page"
    with pytest.raises(ValueError, match="heading"):
        page.title("no heading")


def test_the_words_stand_in_both_vocabularies():
    table = "| the lecture says | the field says | symbol |\n| --- | --- | --- |\n"
    made = reference.glossary(table + "| forget valve | forget gate, keep gate | $f$ |\n")
    entries = made.split("```{glossary}\n")[1].split("\n\n")
    assert entries[0].startswith("batch\n  Sequences that are read at once")
    assert entries[2:4] == [
        "forget gate\n  The share of the old memory that is kept. The field's word. "
        "The lecture says {term}`forget valve`. In symbols: $f$.",
        "forget valve\n  The share of the old memory that is kept. The lecture's word. "
        "The field says {term}`forget gate` or {term}`keep gate`. In symbols: $f$.",
    ]
    with pytest.raises(ValueError, match="table of words"):
        reference.glossary("no table")
    with pytest.raises(ValueError, match=r"words\.toml: expected a sentence for 'new valve'"):
        reference.glossary(table + "| new valve | new gate | $v$ |\n")


def test_every_row_of_the_readmes_words_is_explained():
    words = sources.section((sources.ROOT / "README.md").read_text(encoding="utf-8"))
    rows = set(tomllib.loads(reference.WORDS.read_text(encoding="utf-8"))["rows"])
    assert reference.glossary(words).count("The lecture's word.") == len(rows)


def test_the_first_page_does_not_send_its_readers_to_the_book():
    readme = (sources.ROOT / "README.md").read_text(encoding="utf-8")
    markdown = {"exercises/ps1/ps1.ipynb": "# Set 1", "notebooks/01.ipynb": "# 01"}
    index = sources.between(readme, "## Reading\n", markdown, PLACES)["index.md"]
    assert index.startswith("# LSTM variations, built by hand\n\nA course in notebooks.")
    assert "## Start" not in index and "## Reading" in index


def test_the_library_is_listed_from_the_ground_up():
    """As its page says, and as tests/test_rooms.py holds it."""
    assert sorted(reference.ROOMS, key=lambda room: FLOOR[room]) == list(reference.ROOMS)


def test_every_cell_has_its_equations():
    from course_lib.cells import CELLS

    made = reference.cells()
    assert made.count("\\begin{aligned}") == len(CELLS)
    assert "f &= 1 - i" in made


@needs_sphinx
def test_the_papers_are_those_that_pages_link():
    texts = {
        path: "".join(cell.source for cell in nbformat.read(file, 4).cells)
        for path, file in sources.notebooks().items()
    }
    made = reference.bibliography(texts)
    assert "K. Greff, R. K. Srivastava, J. Koutník" in made
    assert (
        "IEEE Transactions on Neural Networks and Learning Systems 28(10), 2017; arXiv 2015."
        in made
    )
    with pytest.raises(ValueError, match=r"new\.md links https://arxiv\.org/abs/1"):
        reference.bibliography({**texts, "new.md": "[x](https://arxiv.org/abs/1)"})
    with pytest.raises(ValueError, match="no page links"):
        reference.bibliography({})


def test_the_library_has_no_room_that_holds_answers():
    told = reference.modules()
    assert set(told) == set(reference.ROOMS)
    assert not any(
        ".checks" in name or ".grading" in name for room in told.values() for name in room
    )
    assert "course_lib.cells.lstm" in told["cells"]


@needs_sphinx
def test_the_sources_hold_every_notebook_and_no_answer(tmp_path):
    sources.write(tmp_path, alive=True)
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.ipynb")}
    assert made == set(sources.notebooks())
    for path in tmp_path.glob("exercises/*/*.ipynb"):
        cells = nbformat.read(path, 4).cells
        solved = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("solution")]
        answers = [cell for cell in solved if cell.cell_type == "code"]
        assert answers and all("YOUR CODE HERE" in cell.source for cell in answers), path.name
    index = (tmp_path / "index.md").read_text()
    assert ":class: only-dark" in index and "<picture>" not in index


def test_an_epub_says_which_of_its_pages_hold_formulas(tmp_path):
    listed = '<item href="{0}.xhtml" id="{0}" />'
    with zipfile.ZipFile(tmp_path / "made.epub", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("content.opf", listed.format("a") + listed.format("b"))
        book.writestr("a.xhtml", "<p><math></math></p>")
        book.writestr("b.xhtml", "<p></p>")
    declare_formulas(tmp_path / "made.epub", tmp_path / "book.epub")
    with zipfile.ZipFile(tmp_path / "book.epub") as book:
        assert book.namelist() == ["mimetype", "content.opf", "a.xhtml", "b.xhtml"]
        told = book.read("content.opf").decode().split("/>")
    assert ['properties="mathml"' in item for item in told] == [True, False, False]


def test_a_contents_finds_its_pages_in_the_order_of_the_book(monkeypatch):
    outline = [("Book", 1), ("Papers", 3), ("01", 5), ("Papers", 7), ("02", 9)]
    monkeypatch.setattr(paper, "entries", lambda printed: iter(outline))
    assert paper.pages(b"", ["01", "Papers", "02"]) == [5, 7, 9]
    with pytest.raises(ValueError, match="no '03'"):
        paper.pages(b"", ["01", "03"])


def test_the_workflow_makes_the_book_by_a_command_that_there_is():
    text = (sources.ROOT / ".github/workflows/pages.yml").read_text(encoding="utf-8")
    assert re.findall(r"python course_lib (\S+)", text) == ["lite", "book"]
    assert "book" in COMMANDS and "path: dist/web\n" in text


def test_ctrl_c_ends_the_serving_without_a_word(tmp_path, monkeypatch, capsys):
    def stopped(server):
        raise KeyboardInterrupt

    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", stopped)
    making.serve(tmp_path, 0)
    assert "(Ctrl-C ends it)" in capsys.readouterr().out


def test_the_pages_that_are_counted_are_the_books(tmp_path, monkeypatch, capsys):
    web = tmp_path / "lite" / "web"  # a clone may lie anywhere
    for name in ("index.html", "lite/lab.html"):
        (web / name).parent.mkdir(parents=True, exist_ok=True)
        (web / name).touch()
    monkeypatch.setattr(making, "WEB", web)
    monkeypatch.setattr(making, "build", lambda folder, **how: None)
    monkeypatch.setattr("sys.argv", ["book"])
    assert making.main() == 0
    assert ": 1 pages, 0.0 MB" in capsys.readouterr().out
