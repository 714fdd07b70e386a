"""A notebook's cells as HTML that does nothing: Markdown, formulas and code, without a script.

What a student wrote is escaped; formulas become MathML, which browsers draw without a network.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

import mistune
from mistune.plugins.math import math
from mistune.plugins.table import table
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

CODE = HtmlFormatter(nowrap=True)
COLOURS = HtmlFormatter().get_style_defs("pre.code")
ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LONGEST = 4000  # characters of a formula


@cache
def formula(text: str, display: bool = False) -> str:
    """A formula as MathML, or as it was written where it is none."""
    from latex2mathml.converter import convert  # of the extra grading

    try:
        if len(text) > LONGEST:
            raise ValueError
        known = text.strip().replace("{aligned}", "{align*}")  # which the converter doesn't know
        return convert(known, display="block" if display else "inline")
    except Exception:  # whatever a text between two dollars is
        return f"<code>{html.escape(text)}</code>"


class Renderer(mistune.HTMLRenderer):
    """Without pictures, and with links to the web alone: a page stands by itself."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith(("http://", "https://")):
            return f'<a href="{html.escape(url)}" rel="noreferrer">{text}</a>'
        return text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"[{html.escape(text)}]"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f'<pre class="code">{highlight(code, PythonLexer(), CODE)}</pre>\n'


def _parser(trusted: bool) -> mistune.Markdown:
    renderer = Renderer(escape=not trusted)
    made = mistune.create_markdown(renderer=renderer, plugins=[table, math])
    renderer.register("inline_math", lambda _, text: formula(text))
    renderer.register("block_math", lambda _, text: f"<p>{formula(text, True)}</p>\n")
    return made


OURS, STUDENTS = _parser(True), _parser(False)


def markdown(text: str, trusted: bool = False) -> str:
    """A text as HTML; only the course's own may hold some."""
    return str((OURS if trusted else STUDENTS)(text))


def code(text: str) -> str:
    return f'<pre class="code">{highlight(text, PythonLexer(), CODE)}</pre>'


def plain(text: str) -> str:
    return f"<pre>{html.escape(ESCAPE.sub('', text))}</pre>"


def output(shown: dict[str, Any]) -> str:
    """An output: text, or a picture beside its text in words."""
    if shown["output_type"] == "stream":
        return plain(shown["text"])
    if shown["output_type"] == "error":
        return plain("\n".join(shown["traceback"]) or f"{shown['ename']}: {shown['evalue']}")
    text, picture = shown["data"].get("text/plain", ""), shown["data"].get("image/png")
    if picture:
        alt = html.escape(text[:200], quote=True)
        return f'<img alt="{alt}" src="data:image/png;base64,{"".join(str(picture).split())}">'
    return plain(text)
