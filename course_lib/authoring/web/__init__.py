"""The course as a web site: a book to read, and an edition that runs in the browser."""
