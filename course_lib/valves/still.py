"""A drawing as a picture, where no widget can live: the browser's own modules, run without one."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from course_lib.valves.drawing import DRAWN, OVER_TIME, STATIC, Scripted, joined

STILL = ("stand_in", *DRAWN, *OVER_TIME, "still")
COLOURS = 128  # enough for what is drawn, and a third of the bytes
ZOOM = 1.4  # pixels of the picture for each unit of the drawing
NARROWER = 0.9  # of the size of letters: matplotlib's are wider than a browser's


def picture(drawing: Scripted) -> bytes | None:
    """The PNG of what a widget shows; None on a machine that can make none."""
    try:
        return png(svg(drawing.get_state()))
    except ImportError:
        return None


def svg(state: Mapping[str, Any], *, dark: bool = False) -> str:
    """The drawing that a widget of this state shows, as SVG that needs nothing else.

    Raises ImportError where there is no QuickJS, which has no wheels for a few machines.
    """
    drawn = _engine().eval(f"String(still({json.dumps(dict(state), default=_base64)}))")
    rules, tones = _style(dark)
    resolved = _resolve(drawn, tones)
    head, rest = resolved.split(">", 1)
    return f'{head} xmlns="http://www.w3.org/2000/svg"><style>{rules}</style>{rest}'


def png(drawn: str) -> bytes:
    """An SVG drawing as the bytes of a PNG, with matplotlib's fonts: the same on every machine.

    Raises ImportError where there is no resvg.
    """
    import matplotlib
    import resvg_py
    from PIL import Image

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    made = resvg_py.svg_to_bytes(
        svg_string=drawn, zoom=ZOOM, font_family="DejaVu Sans", skip_system_fonts=True,
        font_files=[str(fonts / "DejaVuSans.ttf")],
    )  # fmt: skip
    few = Image.open(io.BytesIO(made)).convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE)
    small = io.BytesIO()
    few.save(small, format="PNG", optimize=True)
    return small.getvalue()


def _base64(value: Any) -> str:
    """The bytes of a trait as text; a widget that is named there is of no use to a picture."""
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else ""


@lru_cache(1)
def _engine() -> Any:
    import quickjs  # type: ignore[import-untyped]

    context = quickjs.Context()
    context.eval(re.sub(r"^export (default )?", "", joined(STILL), flags=re.MULTILINE))
    return context


@lru_cache(2)
def _style(dark: bool) -> tuple[str, dict[str, str]]:
    """The drawing's rules with their colours put in, and the colours by name."""
    text = (STATIC / "drawing.css").read_text(encoding="utf-8")
    light, night = re.findall(r"\{(\s+--.*?)\}", text, flags=re.DOTALL)
    tones = dict(re.findall(r"--([\w-]+): ([^;]+);", light + night * dark))
    rules = [line.replace(".valves ", "") for line in text.splitlines() if line.endswith("}")]
    rules = [re.sub(r"(\d+)px", lambda m: f"{NARROWER * int(m[1]):g}px", rule) for rule in rules]
    own = [
        "text { font-family: 'DejaVu Sans', system-ui, sans-serif; }",
        f".ground {{ fill: {tones['page']}; }}",
    ]
    return _resolve("\n".join([*(rule for rule in rules if len(rule) > 1), *own]), tones), tones


def _resolve(text: str, tones: Mapping[str, str]) -> str:
    """CSS variables in their place: a picture outside a browser has none."""
    inner = re.compile(r"var\(--([\w-]+)(?:, ([^()]*))?\)")
    while inner.search(text):
        text = inner.sub(lambda m: tones.get(m[1], m[2] or "inherit"), text)
    return text
