"""What Sphinx is taught: to read the library's docstrings, and to write formulas as MathML."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from course_lib.authoring.web.book.docstrings import rest


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", _read)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _read(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = rest(lines)


def _inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(_mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="math">{_mathml(node.astext(), "block")}</div>\n')
    raise nodes.SkipNode


def _mathml(latex: str, display: str) -> str:
    """A formula for readers that have no MathJax."""
    import latex2mathml.converter

    return latex2mathml.converter.convert(latex, display=display)
