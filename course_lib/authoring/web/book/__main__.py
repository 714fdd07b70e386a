"""Make the book, or show what there is of it.

python -m course_lib.authoring.web.book                  the pages, into dist/web/
python -m course_lib.authoring.web.book --epub --pdf     and the two files beside them
python -m course_lib.authoring.web.book --serve          serve dist/web/, and make nothing
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import http.server
import sys
from pathlib import Path

from course_lib.authoring.web.book.build import LITE, WEB, build
from course_lib.environment import MAKE


def serve(folder: Path, port: int) -> None:
    """Serve a folder to this machine until Ctrl-C, and print the address."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"http://localhost:{server.server_port}/  (Ctrl-C ends it)", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epub", action="store_true", help="one file for readers of books, too")
    parser.add_argument("--pdf", action="store_true", help="one file for paper, too (a browser)")
    parser.add_argument(
        "--button",
        action=argparse.BooleanOptionalAction,
        help="lead to the browser edition; without either: where dist/web/lite is there",
    )
    parser.add_argument("--serve", action="store_true", help="serve dist/web/, and make nothing")
    parser.add_argument("--port", type=int, default=8000, help="where to serve; 0 for any")
    options = parser.parse_args()
    try:
        if options.serve:
            if not (WEB / "index.html").exists():
                raise FileNotFoundError(f"there is no book in {WEB}; cure: {MAKE} book")
            serve(WEB, options.port)
            return 0
        build(WEB, button=options.button, epub=options.epub, pdf=options.pdf)
    except (OSError, ValueError) as fault:
        print(fault, file=sys.stderr)
        return 1
    files = [path for path in WEB.rglob("*") if path.is_file()]
    book = [path for path in files if LITE not in path.relative_to(WEB).parts]
    size = sum(path.stat().st_size for path in book)
    pages = sum(path.suffix == ".html" for path in book)
    print(f"{WEB / 'index.html'}: {pages} pages, {size / 1e6:.1f} MB; {MAKE} web-serve shows them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
