"""The library's docstrings, which are plain text, as reStructuredText: layout and symbols kept."""

from __future__ import annotations

import re
import textwrap

_CODE = re.compile(r"(``.+?``|`[^`]+`)")
_BOLD = re.compile(r"\\\*\\\*(\S(?:.*?\S)?)\\\*\\\*")
_COLUMNS = re.compile(r"\S {3,}\S")


def rest(lines: list[str]) -> list[str]:
    """A docstring's lines, its margin taken away, as reStructuredText.

    Examples, and what is indented or set in columns (equations, tables of arguments), keep their
    lines; all else is running text. In it `x` is code and **x** bold, as everywhere in the library;
    a trailing underscore, as in c_, is a part of the name.

    >>> rest(["Gates f and c_:", "", "    c = f ∘ c₋"])
    ['Gates f and c\\\\_:', '', '.. code-block:: text', '', '   c = f ∘ c₋', '']
    """
    made: list[str] = []
    for block in _blocks(lines):
        first = block[0]
        if first.startswith(">>>"):
            made += _literal("pycon", block)
        elif first.startswith(" ") or (len(block) > 1 and any(map(_COLUMNS.search, block))):
            made += _literal("text", block)
        else:
            made += [*map(running, block), ""]
    return made


def _blocks(lines: list[str]) -> list[list[str]]:
    """Lines in blocks: a blank line parts them, but not within what is indented; so do margins."""
    found: list[list[str]] = []
    gap = True
    for line in lines:
        if not line.strip():
            gap = True
            continue
        kind = line.startswith(" ")
        before = found[-1] if found else [""]
        listed = before[0].startswith((">>>", "- ")) and not gap
        if found and (listed or (kind == before[0].startswith(" ") and (kind or not gap))):
            found[-1] += [""] * gap + [line] if kind else [line]
        else:
            found.append([line])
        gap = False
    return found


def _literal(language: str, block: list[str]) -> list[str]:
    body = textwrap.dedent("\n".join(block)).splitlines()
    return [f".. code-block:: {language}", "", *(f"   {line}".rstrip() for line in body), ""]


def running(line: str) -> str:
    """A line of running text, with what reStructuredText would take for marks as it stands."""
    parts = _CODE.split(line)
    for k, part in enumerate(parts):
        if k % 2:
            parts[k] = f"``{part.strip('`')}``"
        else:
            bullet = "- " if k == 0 and part.startswith("- ") else ""
            plain = re.sub(r"([\\*_|])", r"\\\1", part.removeprefix(bullet))
            parts[k] = bullet + _BOLD.sub(r"**\1**", plain)
    return "".join(parts)
