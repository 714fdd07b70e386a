"""What there is to look things up in, made from tables and code: words, cells, papers, library."""

from __future__ import annotations

import importlib.util
import inspect
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOMS = {
    "cells": "The cells",
    "sequence": "A cell over time",
    "readings": "What is read from a cell",
    "learning": "Learning",
    "tasks": "Tasks",
    "pretrained": "Trained networks",
    "odyssey": "The Odyssey",
    "plots": "Figures",
    "valves": "Valves to turn",
}  # what a learner calls, or reads; not what keeps the course in order, nor what checks answers
PAPERS = Path(__file__).parent / "references.bib"
WORDS = Path(__file__).parent / "words.toml"
_ROW = re.compile(r"^\| (?!-)(.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
# Where papers stand. What lies elsewhere (an issue, a library) is no paper.
_PAPER = re.compile(r"\]\((https://(?:arxiv|doi|proceedings|www\.jmlr)\.[^)\s]+)\)")


def glossary(table: str) -> str:
    """A page of both vocabularies from the course's table of words, in Markdown.

    Raises ValueError where the text holds no table of three columns, or a row that WORDS lacks.
    """
    rows = _ROW.findall(table)[1:]
    if not rows:
        raise ValueError("the table of words: expected rows of three columns, found none")
    means = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    entries: dict[str, str] = dict(means["shared"])
    for lecture, field, symbol in rows:
        if lecture not in means["rows"]:
            raise ValueError(f"{WORDS.name}: expected a sentence for {lecture!r}, found none")
        names = [name.strip() for name in field.split(",")]
        also = " or ".join(f"{{term}}`{name}`" for name in names)
        what, how = means["rows"][lecture], f"In symbols: {symbol}."
        entries[lecture] = f"{what} The lecture's word. The field says {also}. {how}"
        for name in names:
            entries[name] = f"{what} The field's word. The lecture says {{term}}`{lecture}`. {how}"
    told = [f"{word}\n  {entries[word]}" for word in sorted(entries, key=str.casefold)]
    head = (
        "# The words\n\nTwo vocabularies for the same things, side by side, and then in "
        "alphabetical order, with a few words that both share.\n"
    )
    lines = [line for line in table.splitlines() if line.startswith("|")]
    listed = "\n".join(["```{glossary}", "\n\n".join(told), "```"])
    return "\n".join([head, *lines, "", "## A to Z", "", listed, ""])


def cells() -> str:
    """A page of every cell: its equations and its parameters, read from its code."""
    from course_lib.cells import FAMILIES
    from course_lib.readings import listing

    made = [
        "# Every cell",
        "The equations are read from the code that runs them. $D$ inputs, $H$ units; $c_-$ and "
        "$h_-$ are of the step before.",
    ]
    for family, kinds in FAMILIES.items():
        made.append(f"## {family[0].upper()}{family[1:]}")
        for kind in kinds:
            says = inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")
            made += [
                f"### {kind.__name__}",
                says,
                f"$$\n{listing.latex(kind)}\n$$",
                f"{listing.parameter_formula(kind)} parameters · `CELLS[{kind.name!r}]` · "
                f"{{py:class}}`in the library <{kind.__module__}.{kind.__name__}>`",
            ]
    return "\n\n".join(made) + "\n"


def cited(text: str) -> set[str]:
    """The addresses of the papers that a text links."""
    return set(_PAPER.findall(text))


def bibliography(pages: Mapping[str, str]) -> str:
    """A page of all papers, each with its address and the pages that link it.

    pages   a page's path within the book → its text. Raises ValueError where a linked paper is
    not in references.bib, or one of these is linked nowhere.
    """
    from pybtex.database import parse_file

    entries = {entry.fields["url"]: entry for entry in parse_file(str(PAPERS)).entries.values()}
    where: dict[str, list[str]] = {address: [] for address in entries}
    for path, text in pages.items():
        for address in cited(text):
            if address not in where:
                raise ValueError(f"{path} links {address}, which is not in {PAPERS.name}")
            where[address].append(path)
    if alone := sorted(address for address, paths in where.items() if not paths):
        raise ValueError(f"{PAPERS.name}: no page links {alone}")
    made = ["# The papers", "Each with the pages that refer to it."]
    for address, entry in sorted(entries.items(), key=lambda one: _order(one[1])):
        links = ", ".join(f"[{_short(path)}]({path})" for path in where[address])
        title = _plain(entry.fields["title"])
        told = f"{_people(entry)}: [*{title}*]({address}). {_venue(entry)}"
        made.append(f"- {told}  \n  In {links}.")
    return "\n\n".join(made) + "\n"


def _plain(latex: str) -> str:
    return latex.replace("{", "").replace("}", "").replace("--", "–")


def _people(entry) -> str:
    parts = ("first_names", "middle_names", "prelast_names", "last_names")
    people = [
        " ".join(name for part in parts for name in getattr(person, part))
        for person in entry.persons["author"]
    ]
    if people[-1] == "others":
        return ", ".join(people[:-1]) + " and others"
    return ", ".join(people)


def _venue(entry) -> str:
    fields = entry.fields
    place = _plain(fields.get("journal") or fields.get("booktitle") or fields["howpublished"])
    number = f" {fields['volume']}" if "volume" in fields else ""
    first = f"; {fields['preprint']}" if "preprint" in fields else ""
    return f"{place}{number}, {fields['year']}{first}."


def _order(entry) -> tuple[str, str]:
    return " ".join(entry.persons["author"][0].last_names).casefold(), entry.fields["year"]


def _short(path: str) -> str:
    """A notebook by its number, a problem set by its own."""
    return Path(path).stem.split("_")[0]


def modules() -> dict[str, list[str]]:
    """The modules of each of ROOMS, by dotted name, the room's own text first."""
    found = {}
    for room in ROOMS:
        spec = importlib.util.find_spec(f"course_lib.{room}")
        assert spec is not None and spec.submodule_search_locations
        folder = Path(spec.submodule_search_locations[0])
        names = sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_"))
        found[room] = [f"course_lib.{room}", *(f"course_lib.{room}.{name}" for name in names)]
    return found


def library(names: Iterable[str], title: str) -> str:
    """A page on modules, in reStructuredText; what it says are their docstrings."""
    first, *others = names
    made = [title, "=" * len(title), "", f".. automodule:: {first}", "   :no-members:", ""]
    for name in others:
        head = name.removeprefix(f"{first}.")
        made += [head, "-" * len(head), "", f".. automodule:: {name}", "   :members:"]
        made += ["   :show-inheritance:", ""]
    return "\n".join(made)
