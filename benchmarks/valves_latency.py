"""How long from a key on a slider to the painted frame: the drawings, beside `interact`.

    python -m benchmarks.valves_latency [--write]

In JupyterLab as installed and the browser that `course_lib.authoring.browser` finds, headless. 60
key presses for each row, one after the other; from the key event to the end of the frame in which
the answer was painted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from course_lib import files
from course_lib.authoring.browser import launch
from tests.browser.lab import Page, jupyterlab, write

PRESSES = 60
REPORT = Path(__file__).parent / "valves_latency.md"
START = """
import numpy as np
from ipywidgets import FloatSlider, interact
from course_lib import plots, valves
from course_lib.cells import CELLS
from course_lib.learning.losses import Bernoulli
from course_lib.learning.network import Network
%matplotlib inline
rng = np.random.default_rng(0)
net = Network(CELLS["lstm"](88, 100, rng=rng), 88, Bernoulli(), rng=rng)
chorale = (rng.random((60, 1, 88)) < 0.05).astype(np.float32)
"""
INTERACT = """
from IPython.display import display
def picture(f):
    display(plots.curves({"what is left": f ** np.arange(20)}))
interact(picture, f=FloatSlider(0.5, min=0, max=1, step=0.01));
"""
# name → what is in the notebook's cell, which slider, what changes when the answer is there
ROWS = {
    "by hand": ("valves.by_hand()", 1, "svg"),
    "one step": ("valves.one_step('peephole')", 1, "svg"),
    "gradient": ("valves.gradient('peephole')", 2, "svg"),
    "inside: another step": ("valves.inside(net, chorale)", 0, "svg"),
    "inside: another unit": ("valves.inside(net, chorale)", 1, ".series"),
    "inside: held elsewhere": ("valves.inside(net, chorale)", 2, ".series"),
    "`interact` with an inline figure": (INTERACT, 0, "img"),
}
WATCH = """(cell, target) => {
    window.times = [];
    let start = 0;
    const painted = () => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel(); // its message comes after the paint
        port1.onmessage = () => {
            if (start) window.times.push(performance.now() - start);
            start = 0;
        };
        port2.postMessage(null);
    });
    document.addEventListener("keydown", (event) => { start = event.timeStamp; }, true);
    const watched = new MutationObserver((changes) => {
        if (!start) return;
        if (target === "svg") return painted();
        const fresh = changes.flatMap((change) => [...change.addedNodes, change.target])
            .filter((node) => node instanceof Element)
            .flatMap((node) => [node, ...node.querySelectorAll(target)])
            .filter((node) => node.matches(target));
        if (!fresh.length) return;
        if (target !== "img") return painted();
        fresh.at(-1).decode().then(painted);
    });
    const options = { subtree: true, childList: true, attributes: true, characterData: true };
    const drawn = target === ".series" ? ".valves-charts svg" : ".valves-stage > svg";
    const place = target === "img" ? cell : cell.querySelector(drawn);
    watched.observe(place, options);
}"""


def measure(page: Page, ident: str, slider: int, target: str) -> list[float]:
    """Milliseconds from key to painted frame, for each press."""
    cell = page.cell(ident)
    handle = cell.locator(".noUi-handle").nth(slider)
    handle.wait_for()
    if ident == "held":
        cell.get_by_label("hold a valve").check()
        page.page.wait_for_timeout(1000)
    cell.evaluate(WATCH, target)
    handle.focus()
    there, back = ("ArrowLeft", "ArrowRight") if ident == "held" else ("ArrowRight", "ArrowLeft")
    for k in range(PRESSES):
        page.page.keyboard.press(there if k % 20 < 10 else back)
        page.page.wait_for_function(f"() => window.times.length > {k}", timeout=5000)
        page.page.wait_for_timeout(40)
    return page.page.evaluate("() => window.times")


def table() -> str:
    from playwright.sync_api import sync_playwright

    lines = ["| scene | median, ms | p95, ms |", "| --- | --- | --- |"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        work, home = Path(folder) / "work", Path(folder) / "home"
        work.mkdir()
        home.mkdir()
        with jupyterlab(work, home) as address:
            browser = launch(playwright)
            for number, (name, (source, slider, target)) in enumerate(ROWS.items()):
                ident = "held" if "held" in name else f"row-{number}"
                file = write(work, f"row{number}.ipynb", {"start": START, ident: source})
                opened = browser.new_page(viewport={"width": 1280, "height": 900})
                page = Page(opened, address, file)
                page.run_all()
                times = measure(page, ident, slider, target)
                opened.close()
                p95 = statistics.quantiles(times, n=20)[-1]
                lines.append(f"| {name} | {statistics.median(times):.1f} | {p95:.1f} |")
                print(lines[-1], flush=True)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    options = parser.parse_args()
    measured = table()
    if not options.write:
        return
    about = (
        f"# From key to painted frame\n\n`python -m benchmarks.valves_latency --write`: "
        f"{PRESSES} key presses on a slider for each row, JupyterLab and a headless Chromium on "
        f"{os.cpu_count()} cores. The network has 100 units, the sequence 60 frames.\n\n"
    )
    files.write(REPORT, about + measured + "\n")


if __name__ == "__main__":
    main()
