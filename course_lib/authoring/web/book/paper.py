"""The book as one PDF, printed by a browser: contents with page numbers, stills for drawings.

A browser can't write in a table of contents on which page something stands. It does write an
outline into the PDF, from the same headings. So the book is printed twice: the first time to read
from the outline where everything is, the second with the numbers in their places.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONTENTS = """() => {
    for (const answer of document.querySelectorAll("details")) answer.open = true;
    for (const link of document.querySelectorAll(".headerlink")) link.remove();
    const list = document.createElement("ol");
    for (const heading of document.querySelectorAll("section > h2, section > h3")) {
        const entry = list.appendChild(document.createElement("li"));
        entry.className = heading.tagName.toLowerCase();
        const link = entry.appendChild(document.createElement("a"));
        link.href = `#${heading.closest("section").id}`;
        link.textContent = heading.textContent;
        entry.appendChild(document.createElement("span"));
    }
    const contents = document.createElement("nav");
    contents.className = "book-contents";
    contents.append(document.createElement("p"), list);
    contents.firstChild.textContent = "Contents";
    document.querySelector("section > h2").closest("section").before(contents);
    return [...list.querySelectorAll("a")].map((link) => link.textContent);
}"""
NUMBER = """(pages) => document.querySelectorAll(".book-contents span").forEach(
    (place, k) => { place.textContent = pages[k]; })"""
FOOT = (
    '<div style="width: 100%; text-align: center; font: 9px sans-serif">'
    '<span class="pageNumber"></span></div>'
)
HOW: dict[str, Any] = {
    "format": "A4",
    "margin": {"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"},
    "display_header_footer": True,
    "header_template": "<span></span>",
    "footer_template": FOOT,
    "print_background": True,
    "outline": True,
    "tagged": True,
}


def print_book(chromium: Any, page: Path, to: Path) -> None:
    """Print a book that is one page of HTML, on disk, to a PDF. No network is there to be asked.

    Raises ValueError where the outline lacks a heading of the contents.
    """
    context = chromium.new_context(offline=True)
    context.set_default_timeout(300_000)
    try:
        sheet = context.new_page()
        sheet.goto(page.as_uri())
        sheet.evaluate("MathJax.startup.promise")
        headings = sheet.evaluate(CONTENTS)
        sheet.evaluate(NUMBER, ["999"] * len(headings))  # as wide as the numbers will be
        sheet.evaluate(NUMBER, pages(sheet.pdf(**HOW), headings))
        to.write_bytes(sheet.pdf(**HOW))
    finally:
        context.close()


def pages(printed: bytes, headings: list[str]) -> list[int]:
    """On which page of a PDF each heading stands, by its outline; both are in the book's order."""
    outline = list(entries(printed))
    found, at = [], 0
    for heading in headings:
        rest = [k for k in range(at, len(outline)) if plain(outline[k][0]) == plain(heading)]
        if not rest:
            raise ValueError(f"the PDF's outline has no {heading!r} after entry {at}")
        at = rest[0] + 1
        found.append(outline[rest[0]][1])
    return found


def entries(printed: bytes) -> Iterator[tuple[str, int]]:
    """Each entry of a PDF's outline with its page, from 1, in the order in which they stand."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(printed))

    def walk(level: list) -> Iterator[tuple[str, int]]:
        for entry in level:
            if isinstance(entry, list):
                yield from walk(entry)
            else:
                yield entry.title, 1 + (reader.get_destination_page_number(entry) or 0)

    return walk(reader.outline)


def plain(text: str) -> str:
    return " ".join(text.split())
