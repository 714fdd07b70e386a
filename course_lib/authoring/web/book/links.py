"""Where a link leads, from within the book: to a page, into the library, to the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import NamedTuple

# Code is passed by; so is what looks like a link in it.
_LINK = re.compile(
    r"(?P<code>^```.*?^```|`[^`\n]+`)|(?P<mark>!?)\[(?P<text>(?:`[^`]*`|[^\[\]`])+)\]\((?P<to>[^)\s]+)\)",
    re.MULTILINE | re.DOTALL,
)


class Places(NamedTuple):
    """What there is to lead to: the book's own files, the library's modules, a repository."""

    files: Collection[str]  # paths within the book's sources, which are those of the repository
    modules: Collection[str]  # dotted names that the library's pages describe
    repository: str = ""  # the address under which the course's files can be read, or none


def relink(text: str, here: str, places: Places) -> str:
    """A text in Markdown, of the file `here`, with links that lead somewhere from its page.

    A file that is neither in the book nor in a repository keeps its name and loses its link.
    """

    def mended(found: re.Match[str]) -> str:
        if found["code"]:
            return found[0]
        return link(found["mark"], found["text"], found["to"], here, places)

    return _LINK.sub(mended, text)


def link(mark: str, text: str, to: str, here: str, places: Places) -> str:
    path, _, place = to.partition("#")
    if re.match(r"\w+:", to) or not path:
        return f"{mark}[{text}]({to})"
    target = posixpath.normpath(posixpath.join(posixpath.dirname(here), path))
    if target == "README.md":
        target = "index.md"
    if target in places.files:
        way = posixpath.relpath(target, posixpath.dirname(here) or ".")
        return f"{mark}[{text}]({way}{'#' + place if place else ''})"
    module = str(PurePosixPath(target).with_suffix("")).replace("/", ".")
    if module in places.modules:
        return f"{{py:mod}}`{text.replace('`', '')} <{module}>`"
    if places.repository:
        return f"{mark}[{text}]({places.repository}/blob/HEAD/{target})"
    return text
