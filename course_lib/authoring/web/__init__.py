"""The course as a web site, dist/web/: a book to read, and an edition that runs in the browser.

The book lies at its top (`make book`), the edition in lite/ (`make lite`); `make web` makes both.
"""
