"""The embedded Reber grammar: strings whose last symbol but one repeats the second.

    Reber:       B, then a walk through a small graph of T, S, X, P and V, then E
    embedded:    B, T or P, a whole Reber string, the same T or P again, E

At each step the network says which symbols may come next. All but one of these answers depend on
the last few symbols; the last but one depends on the second, however long the walk between was.

Sources: Reber (1967); Cleeremans, Servan-Schreiber and McClelland (1989); embedded as experiment 1
of Hochreiter and Schmidhuber (1997).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_lib.arguments import generator
from course_lib.learning.losses import Array, Categorical
from course_lib.learning.network import Batch
from course_lib.tasks.task import Example, Task, counts_of, one_hot

SYMBOLS = "BTPSXVE"

# The graph: in each state, the symbols that may come next, and the state each leads to.
REBER: tuple[dict[str, int], ...] = (
    {"B": 1},
    {"T": 2, "P": 3},
    {"S": 2, "X": 4},
    {"T": 3, "V": 5},
    {"X": 3, "S": 6},
    {"P": 4, "V": 6},
    {"E": 7},
)


def _embed() -> tuple[dict[str, int], ...]:
    """REBER twice, behind T and behind P: which copy one is in remembers the second symbol."""
    first = {"T": 2, "P": 2 + len(REBER) + 1}
    end = 2 + 2 * (len(REBER) + 1)
    table: list[dict[str, int]] = [{"B": 1}, first]
    for symbol, start in first.items():
        table += [{s: start + to for s, to in row.items()} for row in REBER]
        table.append({symbol: end})
    return (*table, {"E": end + 1}, {})


GRAMMAR = _embed()
_NEXT = np.array([[row.get(s, len(GRAMMAR) - 1) for s in SYMBOLS] for row in GRAMMAR])
_LEGAL = np.array([[s in row for s in SYMBOLS] for row in GRAMMAR])


def encode(string: str) -> Array:
    """One-hot rows [T, 7] of a string, in the order of SYMBOLS; ValueError for another symbol."""
    return one_hot(string, SYMBOLS)


def decode(rows: Array) -> str:
    """The string of rows [T, 7]: the largest entry of each."""
    return "".join(SYMBOLS[k] for k in np.asarray(rows).argmax(axis=-1))


def successors(prefix: str) -> str:
    """The symbols that may follow the beginning of an embedded Reber string; "" after its end.

    Raises ValueError where no string of the grammar begins like this.
    """
    state = 0
    for k, symbol in enumerate(prefix):
        if symbol not in GRAMMAR[state]:
            expected = " or ".join(GRAMMAR[state]) or "nothing more"
            raise ValueError(f"prefix: came {symbol!r} after {prefix[:k]!r}, expected {expected}")
        state = GRAMMAR[state][symbol]
    return "".join(sorted(GRAMMAR[state], key=SYMBOLS.index))


def generate(rng: np.random.Generator | None = None) -> str:
    """A random string of the embedded grammar, every fork taken with equal chances."""
    rng, string = generator(rng), ""
    while ways := successors(string):
        string += ways[rng.integers(len(ways))]
    return string


def legal(x: Array) -> Array:
    """Which symbols may follow each frame of one-hot strings x [T, B, 7], as [T, B, 7] of bool."""
    state = np.zeros(x.shape[1], int)
    rows = np.empty(x.shape, bool)
    for t, symbols in enumerate(x.argmax(axis=-1)):
        state = _NEXT[state, symbols]
        rows[t] = _LEGAL[state]
    return rows


class Reber(Task):
    """Predict the next symbol of embedded Reber strings.

    x is a string without its last symbol, the target the string without its first, both one-hot of
    7. The network is shown what did come next, never what could have: that both ways of a fork are
    possible it learns from the strings. The loss is therefore categorical, and its floor is log 2
    for every fork, not 0.

    Success, as in the papers: the share of strings where at every step all symbols that may come
    next score above all that may not. No string is in two splits, or twice in one.
    Raises ValueError for a size below 1, TypeError for sizes that are no whole numbers.
    """

    name = "embedded Reber grammar"
    loss = Categorical()
    measure = "share of strings with every step right"
    better = "higher"

    def __init__(self, sizes: Sequence[int] = (256, 128, 256), seed: int = 0) -> None:
        counts = counts_of(sizes)
        rng = np.random.default_rng(seed)
        found: dict[str, None] = {}  # a dict keeps the order in which strings were drawn
        while len(found) < sum(counts.values()):
            found[generate(rng)] = None
        # Short strings are drawn early: without shuffling the test would hold only long ones.
        strings = [str(s) for s in rng.permutation(list(found))]
        ends = np.cumsum(list(counts.values()))
        self.strings = {
            split: strings[end - count : end]
            for (split, count), end in zip(counts.items(), ends, strict=True)
        }
        super().__init__(
            {
                split: [Example(encode(s[:-1]), encode(s[1:])) for s in row]
                for split, row in self.strings.items()
            }
        )

    def solved(self, a: Array, batch: Batch) -> Array:
        may = legal(batch.x)
        worst_legal = np.where(may, a, np.inf).min(axis=-1)
        best_illegal = np.where(may, -np.inf, a).max(axis=-1)
        right = worst_legal > best_illegal
        return (right if batch.mask is None else right | (batch.mask == 0)).all(axis=0)
