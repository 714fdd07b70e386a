"""README's first lines: where the course opens with nothing installed.

The addresses stand once, in pyproject.toml under [project.urls]; this writes them into README.md.
The book, which begins with README's text, leaves these lines out: its readers are there already.
Binder's and Colab's forms are those that these services document. Neither could be tried.

    python -m course_lib.authoring.web.ways_in
"""

from __future__ import annotations

import re
import sys
import tomllib

from course_lib import files
from course_lib.authoring.prepare import ROOT

START, END = "<!-- `make ways-in` writes this -->", "<!-- until here -->"
FIRST = "notebooks/00_start_here.ipynb"
NOWHERE = """\
**In a browser, with nothing to install:** once this copy of the course has been published, the
links to it will be here."""
PUBLISHED = """\
**[Open the course in your browser]({book}/lite/lab/index.html?path={first})**, with nothing to
install; nothing that you write leaves your machine. Or [read it as a web book]({book})."""
ELSEWHERE = """\
Untried: [on Binder](https://mybinder.org/v2/gh/{name}/HEAD?urlpath=lab/tree/{first}); or
[in Colab](https://colab.research.google.com/github/{name}/blob/HEAD/{first}), after
`%pip install git+{repository}` in a cell of its own."""


def address(name: str) -> str:
    """An address that a maintainer has set in pyproject.toml's [project.urls], or none."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project.get("urls", {}).get(name, "").rstrip("/")


def ways_in(book: str, repository: str) -> str:
    """The lines for these two addresses, of which either may be "".

    Raises ValueError for one that is no web address.

    >>> print(ways_in("", ""))
    **In a browser, with nothing to install:** once this copy of the course has been published, the
    links to it will be here.
    """
    for name, came in (("Book", book), ("Repository", repository)):
        if came and not re.match(r"https?://[^/]+", came):
            raise ValueError(
                f"{name}: came {came!r} in pyproject.toml's [project.urls], expected an address "
                "such as https://owner.github.io/repository"
            )
    lines = PUBLISHED.format(book=book, first=FIRST) if book else NOWHERE
    github = re.match(r"https://github\.com/([^/]+/[^/]+?)(\.git)?/?$", repository)
    if github:  # the two services that are named here take theirs from there
        lines += "\n\n" + ELSEWHERE.format(
            name=github[1], first=FIRST, repository=repository.removesuffix("/")
        )
    return lines


def readme(text: str, lines: str) -> str:
    """README's text with these lines between the two marks. Raises ValueError without the marks."""
    before, after = around(text)
    return f"{before}{START}\n\n{lines}\n\n{END}{after}"


def around(text: str) -> tuple[str, str]:
    """README's text before the two marks, and after. Raises ValueError without the marks."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"README.md: came no '{START}' … '{END}', expected both, in this order")
    return before, after


def main() -> int:
    path = ROOT / "README.md"
    try:
        text = readme(
            path.read_text(encoding="utf-8"), ways_in(address("Book"), address("Repository"))
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    files.write(path, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
