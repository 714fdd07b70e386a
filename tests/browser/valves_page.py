"""One notebook with every scene of every cell, and how its drawings are read and turned."""

from __future__ import annotations

import inspect
import re

from course_lib.cells import FAMILIES
from tests.leaky import Leaky

# The course's own road, and a cell that is drawn from its equations alone.
ROAD = [kind.name for family in list(FAMILIES)[:2] for kind in FAMILIES[family]]
KINDS = (*(name for name in ROAD if name != "rnn"), "mlstm")
SCENES = {"by hand": "by_hand", "one step": "one_step", "gradient": "gradient"}
NET = """
import numpy as np
from course_lib import valves
from course_lib.cells import CELLS
from course_lib.learning.losses import Categorical
from course_lib.learning.network import Network

def net(kind):
    rng = np.random.default_rng(0)
    return Network(CELLS[kind](3, 4, rng=rng), 3, Categorical(), rng=rng)

x = np.random.default_rng(1).normal(size=(6, 1, 3))
"""


MUSIC = """
from course_lib.learning.losses import Bernoulli

roll = np.zeros((3, 1, 88), np.float32)
roll[0, 0, [39, 43]] = roll[1, 0, 48] = 1  # c' and e', then a'
valves.inside(Network(CELLS["lstm"](88, 4), 88, Bernoulli()), roll)
"""
FIGURE = """
from IPython.display import Image
from course_lib import plots

figure = plots.curves({"line": [1.0, 2.0]})
plots.show(figure, alt="One line.")
Image(plots.png(figure))  # as a learner may show one
"""
OWN = f"from course_lib.cells import LSTM\n\n{inspect.getsource(Leaky)}"


def cell_of(kind: str, scene: str) -> str:
    return f"{SCENES[scene].replace('_', '-')}-{kind}".replace("_", "-")


def every_scene() -> dict[str, str]:
    """The notebook's cells, by their ids."""
    cells = {"start": NET}
    for kind in KINDS:
        for scene, name in SCENES.items():
            cells[cell_of(kind, scene)] = f"valves.{name}({kind!r})"
    for kind in ("rnn", *KINDS):
        cells[f"inside-{kind}".replace("_", "-")] = (
            f"valves.inside(net({kind!r}), x, labels='abcdef')"
        )
    cells |= {"own": OWN, "one-step-own": "valves.one_step(Leaky)"}
    return cells | {"fading": "valves.fading()", "music": MUSIC, "figure": FIGURE}


def labels(cell) -> list[str]:
    """What is written on a drawing; what stands lower follows a _."""
    read = "(texts) => texts.map((text) => text.dataset.says ?? text.textContent)"
    return cell.locator(".valves-stage > svg .label").evaluate_all(read)


def written_on(cell, words: str):
    """The label that says just this."""
    return cell.locator(f'.valves-stage > svg [data-says="{words}"]').first


def press(page, cell, slider: int, key: str, times: int = 1) -> None:
    handle = cell.locator(".noUi-handle").nth(slider)
    for _ in range(times):
        handle.press(
            key
        )  # JupyterLab may take a cell off the page meanwhile, and its focus with it


def written(values: dict[str, float], name: str) -> str:
    """A number as the drawing writes it."""
    value = values[name]
    if name in ("i", "f", "o", "z", "r"):
        return f"{value:.2f}"
    return f"{'−' if round(value, 2) < 0 else '+'}{abs(value):.2f}"


def contrast(ink: str, ground: str) -> float:
    """The ratio of two CSS colours' luminance, as WCAG 2 has it; ink may let ground through."""

    def parts(colour: str) -> list[float]:
        return [float(n) for n in re.findall(r"[\d.]+", colour)]

    below = parts(ground)[:3]
    *above, alpha = (*parts(ink), 1.0)[:4]

    def luminance(colour: list[float]) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (value / 255 for value in colour)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    mixed = [alpha * a + (1 - alpha) * b for a, b in zip(above, below, strict=True)]
    low, high = sorted((luminance(mixed), luminance(below)))
    return (high + 0.05) / (low + 0.05)
