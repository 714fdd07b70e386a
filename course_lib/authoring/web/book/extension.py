"""What Sphinx is taught: to read the library's docstrings, and to write formulas as MathML."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from course_lib.authoring.web.book.docstrings import rest


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", _read)
    app.connect("html-page-context", _in_one_file, priority=900)
    app.connect("autodoc-process-signature", _sign)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _read(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = rest(lines)


def _sign(app: Sphinx, what: str, name: str, thing: Any, *_: Any) -> tuple[str, str] | None:
    """A class that is made as its base is says nothing of it again."""
    ours = what == "class" and thing.__module__.startswith("course_lib.")
    taken = ours and not {"__init__", "__dataclass_fields__", "_fields"} & vars(thing).keys()
    return ("", "") if taken else None


def _in_one_file(app: Sphinx, page: str, template: str, context: dict, tree: Any) -> None:
    """MyST-NB puts its style in place once all is built: too late for an EPUB, which is packed."""
    if app.builder.name == "epub":
        kept = [style for style in context["css_files"] if "mystnb" not in str(style.filename)]
        context["css_files"] = kept


def _inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(_mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="math">{_mathml(node.astext(), "block")}</div>\n')
    raise nodes.SkipNode


def _mathml(latex: str, display: str) -> str:
    """A formula for readers that have no MathJax."""
    import latex2mathml.converter

    known = latex.replace("{aligned}", "{align*}")  # which the converter doesn't know
    return latex2mathml.converter.convert(known, display=display)
