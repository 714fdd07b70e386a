"""Print how far each cell is from its oracles, and its gradients from finite differences.

    python -m tests.references.table

Differences are max |ours − theirs| ÷ max(1, max |theirs|), the worst over values and gradients
of the committed references; the gradient check is the worst of ten random draws, in float64.
"""

import numpy as np

from course_lib.cells import CELLS
from course_lib.sequence.gradcheck import gradcheck
from tests.references.make_oracles import ORACLES
from tests.test_oracles import differences, reference, worst

COLUMNS = ("equations", "torch float64", "torch float32", "keras", "onnx")


def column(oracle: str) -> str:
    library, _, rest = oracle.partition("_")
    return f"torch {rest.split('_')[-1]}" if library == "torch" else library


def rows():
    for name in CELLS:
        apart = {
            column(oracle): worst(differences(oracle, reference(oracle)))
            for oracle in ORACLES
            if ORACLES[oracle].cell == name
        }
        checks = [
            worst(gradcheck(CELLS[name](3, 4), rng=np.random.default_rng(seed)))
            for seed in range(10)
        ]
        figures = [f"{apart[key]:.0e}" if key in apart else "" for key in COLUMNS]
        yield [name, *figures, f"{max(checks):.0e}"]


def main() -> None:
    for row in (["cell", *COLUMNS, "gradient check"], ["---"] * (len(COLUMNS) + 2), *rows()):
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
