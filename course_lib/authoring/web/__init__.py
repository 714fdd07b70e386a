"""The course on the web: one static folder, dist/web/, for any plain web server.

The book lies at its top (`make book`).
"""
