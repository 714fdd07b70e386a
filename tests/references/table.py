"""Print what is known of each cell: how long, how right, how large, how slow.

    python -m tests.references.table

lines: the class's own, without docstring. The oracles: max |ours − theirs| ÷ max(1, max |theirs|),
the worst over values and gradients of the committed references. gradient check: the worst of ten
random draws, in float64. parameters: as a formula of input size D and hidden size H, and for
D = 32 and H = 64. cost: processor time of a training step, forwards and backwards with the
gradient of x, at T 50, B 16, D 32, H 64 in float32, over the LSTM's. Each is the fastest of ten,
and the cells take turns, so that a busy machine slows all of them.
"""

from time import process_time

import numpy as np
from threadpoolctl import threadpool_limits

from course_lib.cells import CELLS
from course_lib.readings import listing
from course_lib.sequence import backward, forward
from course_lib.sequence.gradcheck import gradcheck
from tests.references.make_oracles import ORACLES
from tests.test_oracles import differences, reference, worst

LIBRARIES = ("equations", "torch float64", "torch float32", "keras", "onnx", "torchrecurrent")
TITLES = ("cell", "lines", *LIBRARIES, "gradient check", "parameters", "at 32, 64", "cost")


def column(oracle: str) -> str:
    library, _, rest = oracle.partition("_")
    return f"torch {rest.split('_')[-1]}" if library == "torch" else library


def costs(rounds: int = 10) -> dict[str, float]:
    """Processor seconds of a training step, each cell's fastest."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 16, 32)).astype(np.float32)
    dh = rng.normal(size=(50, 16, 64)).astype(np.float32)
    cells = {name: cell(32, 64, rng=rng) for name, cell in CELLS.items()}
    found = dict.fromkeys(cells, np.inf)
    for _ in range(rounds):
        for name, cell in cells.items():
            start = process_time()
            _ = backward(cell, forward(cell, x), dh).x
            found[name] = min(found[name], process_time() - start)
    return found


def rows():
    with threadpool_limits(1, user_api="blas"):  # a second thread's waiting counts as well
        seconds = costs()
    for name, cell in CELLS.items():
        apart = {
            column(oracle): worst(differences(oracle, reference(oracle)))
            for oracle in ORACLES
            if ORACLES[oracle].cell == name
        }
        checks = [
            worst(gradcheck(cell(3, 4), rng=np.random.default_rng(seed))) for seed in range(10)
        ]
        yield [
            name,
            str(listing.code_lines(cell)),
            *(f"{apart[key]:.0e}" if key in apart else "" for key in LIBRARIES),
            f"{max(checks):.0e}",
            listing.parameter_formula(cell),
            f"{cell(32, 64).parameter_count:,}",
            f"{seconds[name] / seconds['lstm']:.2f}",
        ]


def main() -> None:
    for row in (TITLES, ["---"] * len(TITLES), *rows()):
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
