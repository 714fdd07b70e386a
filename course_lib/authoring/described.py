"""Pictures with their descriptions, where nbconvert leaves them out: in pages of HTML.

`prepare.py` names this in the environment's nbconvert settings, so that `jupyter nbconvert
--to html` writes the alt text that a notebook stores beside a picture.
"""

from __future__ import annotations

import html
from typing import Any

from nbconvert.preprocessors import Preprocessor


class Described(Preprocessor):
    """Puts a PNG that has an alt text into a cell's outputs as HTML that says it."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        for output in cell.get("outputs", []):
            data, notes = output.get("data", {}), output.get("metadata", {}).get("image/png", {})
            if "image/png" in data and "text/html" not in data and notes.get("alt"):
                alt, source = html.escape(notes["alt"]), data["image/png"].strip()
                data["text/html"] = f'<img alt="{alt}" src="data:image/png;base64,{source}">'
        return cell, resources
