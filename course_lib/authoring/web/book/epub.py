"""What Sphinx leaves out of an EPUB: which pages hold formulas, as readers want to be told."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path

from course_lib import files

LIST = "content.opf"  # names every file of an EPUB
_PAGE = re.compile(r'<item (?=[^>]*\bhref="(?P<page>[^"]+\.xhtml)")(?![^>]*\bproperties=)')


def declare_formulas(source: Path, to: Path) -> None:
    """Copy an EPUB, with the property `mathml` beside each page that holds MathML.

    Source: EPUB 3.3, section 5.9.3.
    """
    with zipfile.ZipFile(source) as book, files.beside(to) as part:
        folder = next(posixpath.dirname(name) for name in book.namelist() if name.endswith(LIST))

        def declared(item: re.Match[str]) -> str:
            page = book.read(posixpath.join(folder, item["page"]))
            return item[0] + 'properties="mathml" ' * (b"<math" in page)

        with zipfile.ZipFile(part, "w") as made:  # in its order: the type comes first, as it is
            for entry in book.infolist():
                data = book.read(entry)
                if entry.filename.endswith(LIST):
                    data = _PAGE.sub(declared, data.decode()).encode()
                made.writestr(entry, data, entry.compress_type)
