"""The web book: the course to read in any browser, made by Sphinx from what is there already.

    page.py        a stored notebook as a page: nothing is run, progress bars are left out
    links.py       where the links of a text lead, from within the book
    docstrings.py  the library's docstrings as Sphinx reads them
    reference.py   made from tables and code: the words, every cell, the papers, the library
    sources.py     the folder that Sphinx reads
    settings.py    what Sphinx is told; extension.py what it is taught
    build.py       Sphinx's run, and dist/web/ put in place
    epub.py        what an EPUB needs besides; paper.py the same pages as one PDF

A page's text is a notebook's, the README's, TEACHING.md's or a docstring's own. To change the book,
change those. Widgets live without a kernel; scripts and styles come with the book, and no page asks
another host for anything.
"""
