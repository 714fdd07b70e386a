"""What a page may show of a cell's outputs: text and pictures, no HTML, no script."""

from __future__ import annotations

import base64
import sys
from typing import Any

from course_lib.authoring.notebooks import ROOT
from course_lib.grading.reading import printable

LONGEST = 20_000  # characters of one output
LARGEST = 2 * 2**20  # characters of one picture
PLACES = [(sys.prefix, "…/python"), (sys.base_prefix, "…/python"), (str(ROOT), "…")]


def shown(outputs: list) -> list[dict[str, Any]]:
    """A cell's outputs, of which a page can show no more than text and pictures: no HTML, no
    script; what the sandbox handed over in another form is left out."""
    made: list[dict[str, Any]] = []
    for output in outputs:
        kind = output.get("output_type") if isinstance(output, dict) else None
        if kind == "stream" and output.get("name") in ("stdout", "stderr"):
            made.append(
                {"output_type": kind, "name": output["name"], "text": _text(output, "text")}
            )
        elif kind == "error":
            lines = output.get("traceback")
            kept = lines if isinstance(lines, list) else []
            words = {name: _text(output, name)[:2000] for name in ("ename", "evalue")}
            traceback = [_line(line[:4000]) for line in kept[:20] if isinstance(line, str)]
            made.append({"output_type": kind, **words, "traceback": traceback})
        elif kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
            data = {"text/plain": _text(output["data"], "text/plain")}
            if picture := _picture(output["data"].get("image/png")):
                data["image/png"] = picture
            made.append({"output_type": kind, "data": data, "metadata": {}})
    return made[:200]


def _text(of: dict, name: str) -> str:
    text = of.get(name)
    return _line(text[:LONGEST]) if isinstance(text, str) else ""


def _line(text: str) -> str:
    """A text that a file can hold, without the names of this machine's folders."""
    for folder, name in PLACES:
        text = text.replace(folder, name)
    return printable(text)


def _picture(data: Any) -> str:
    if not isinstance(data, str) or len(data) > LARGEST:
        return ""
    try:
        base64.b64decode("".join(data.split()), validate=True)
    except ValueError:
        return ""
    return "".join(data.split())
