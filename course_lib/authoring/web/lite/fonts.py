"""Matplotlib's list of fonts in the browser edition, so that a first figure need not make one.

Pyodide's wheel brings a list, of another version than the code in it asks for. Matplotlib then
leaves it aside, and looks through all fonts again each time Python starts there: about 3 s.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile

LIST, CODE = "matplotlib/fontlist.json", "matplotlib/font_manager.py"
ASKED = re.compile(rb"^    __version__ = (\d+)$", re.MULTILINE)


def with_its_list(wheel: bytes) -> bytes:
    """The wheel, whose list of fonts now has the version that its code asks for.

    Raises ValueError where the list or the version is not in it.
    """
    with zipfile.ZipFile(io.BytesIO(wheel)) as package:
        held = {info: package.read(info) for info in package.infolist()}
    texts = {info.filename: text for info, text in held.items()}
    asked = ASKED.search(texts.get(CODE, b""))
    if LIST not in texts or asked is None:
        raise ValueError(f"wheel: came one without {LIST} or its version, expected Matplotlib's")
    listed = re.sub(rb'(?<="_version": )\d+', asked[1], texts[LIST], count=1)
    digest = base64.urlsafe_b64encode(hashlib.sha256(listed).digest()).rstrip(b"=")
    line = b"%s,sha256=%s,%d" % (LIST.encode(), digest, len(listed))
    with zipfile.ZipFile(made := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as package:
        for info, text in held.items():
            if info.filename == LIST:
                text = listed
            elif info.filename.endswith(".dist-info/RECORD"):
                text = re.sub(rb"^%s,[^\r\n]*" % re.escape(LIST.encode()), line, text, flags=re.M)
            package.writestr(info, text)
    return made.getvalue()
