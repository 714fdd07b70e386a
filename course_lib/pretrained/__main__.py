"""Train the networks that come with the course, and write down what each reached.

python -m course_lib.pretrained
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib import pretrained
from course_lib.cells import CELLS
from course_lib.learning.network import Network
from course_lib.learning.optim import Adam
from course_lib.learning.training import train
from course_lib.tasks import Reber, chorales

# 12 units are enough for the grammar and few enough to look at one by one; 64 keep a file on the
# chorales below 200 kB. Where training needs luck, the first seed that has it is taken.
RECIPES: dict[str, dict[str, Any]] = {
    "reber": {"hidden": 12, "lr": 1e-2, "epochs": 300, "batch_size": 16, "target": 1.0},
    "chorales": {"hidden": 64, "lr": 1e-2, "epochs": 100, "batch_size": 8, "patience": 8},
}
LR = {("chorales", "gru"): 3e-3}  # at 1e-2 it stops above 9 nats
ENOUGH = {"reber": 0.98, "chorales": 8.8}
HEAD = """# What these networks reached

Written by `make pretrained`. Reber: share of test strings with every step right. Chorales, as built
from music21's corpus: nats a frame on the test pieces.

| file | cell | units | seed | epochs | test |
| --- | --- | --- | --- | --- | --- |
"""


def trained(task, name: str, kind: str, seed: int) -> tuple[Network, int, float]:
    """One network by its recipe, how many epochs it took, and what it reached on the test."""
    recipe = dict(RECIPES[name])
    hidden, lr = recipe.pop("hidden"), recipe.pop("lr")
    lr = LR.get((name, kind), lr)
    rng = np.random.default_rng(seed)
    cell = CELLS[kind](task.input_size, hidden, rng=rng)
    net = Network(cell, task.output_size, task.loss, rng=rng)
    history = train(net, task, optimizer=Adam(lr), rng=rng, **recipe)
    return net, len(history.rows), task.evaluate(net, "test")[1]


def main() -> None:
    rows = []
    for name, task in (("reber", Reber()), ("chorales", chorales.load())):
        for kind in pretrained.CELLS:
            for seed in range(20):
                net, epochs, reached = trained(task, name, kind, seed)
                good = reached >= ENOUGH[name] if name == "reber" else reached <= ENOUGH[name]
                if good:
                    break
            else:
                raise SystemExit(f"no seed of 20 trained a {kind} on {name}: change the recipe")
            path = pretrained.path(name, kind)
            net.save(path)
            units = net.cell.hidden_size
            rows.append(f"| {path.name} | {kind} | {units} | {seed} | {epochs} | {reached:.3f} |")
            print(rows[-1])
    (pretrained.FOLDER / "README.md").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
