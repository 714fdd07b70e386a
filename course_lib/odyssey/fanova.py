"""Which hyperparameter explains how much: functional analysis of variance on a random forest.

A forest learns the loss from the hyperparameters. Each of its trees is constant on boxes, so the
variance over the whole range splits exactly into what one parameter explains by itself, what two
explain together beyond that, and so on (Hutter, Hoos, Leyton-Brown 2014):

    f_U(x_U) = mean of f over all other parameters
    V_U      = variance of f_U over x_U − Σ V_S of all S within U
    share_U  = V_U / V

Parameters come on the scale on which they were drawn: log10 where the draw was log-uniform. The
mean over a range that is linear where the draw was not would weigh the largest values alone.

This is our own code, though Optuna has an evaluator for single parameters: a pair's share has to
come from the same trees, which Optuna keeps to itself. A test compares the single shares with
Optuna's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from course_lib.arguments import one_of

TREES = 64
Figures = Sequence[float] | np.ndarray


def shares(
    values: Mapping[str, Figures],
    loss: Figures,
    bounds: Mapping[str, tuple[float, float]],
    *,
    seed: int = 0,
) -> dict[tuple[str, ...], float]:
    """The share of the loss's variance that each parameter, and each pair, explains.

    values    name → one figure a trial; bounds    name → the range that was drawn from
    Keys are ("lr",), …, ("lr", "hidden"), …; the rest, up to 1, belongs to three or more together.
    Where the loss is the same everywhere, nothing explains anything: all shares are 0.
    Raises ValueError where names, lengths or ranges disagree, or a value is not finite.
    """
    x, y = _checked(values, loss, bounds)
    names = list(values)
    keys = [*((name,) for name in names), *combinations(names, 2)]
    of_trees: dict[tuple[str, ...], list[float]] = {key: [] for key in keys}
    for tree in _forest(x, y, seed).estimators_:
        low, high, leaf = _boxes(tree.tree_, len(names))
        sizes = high - low
        volume = sizes.prod(axis=1)
        mean = (leaf * volume).sum()
        variance = (leaf**2 * volume).sum() - mean**2
        if variance <= 0:
            continue  # a tree without a split explains nothing
        cuts = [_intervals(low[:, j], high[:, j]) for j in range(len(names))]
        inside, widths = [covers for covers, _ in cuts], [width for _, width in cuts]
        single = []
        for j, name in enumerate(names):
            along = inside[j].T @ (leaf * volume / sizes[:, j])
            single.append((along**2 * widths[j]).sum() - mean**2)
            of_trees[(name,)].append(single[j] / variance)
        for j, k in combinations(range(len(names)), 2):
            rest = leaf * volume / (sizes[:, j] * sizes[:, k])
            surface = (inside[j] * rest[:, None]).T @ inside[k]
            both = (surface**2 * np.outer(widths[j], widths[k])).sum() - mean**2
            pair = (both - single[j] - single[k]) / variance
            of_trees[(names[j], names[k])].append(pair)
    return {key: float(np.mean(parts)) if parts else 0.0 for key, parts in of_trees.items()}


def marginal(
    values: Mapping[str, Figures],
    loss: Figures,
    bounds: Mapping[str, tuple[float, float]],
    name: str,
    *,
    points: int = 60,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The loss over one parameter, all others averaged out: (points, mean, spread over trees).

    Raises what ``shares`` does, and ValueError for a name that is not among the values.
    """
    x, y = _checked(values, loss, bounds)
    j = list(values).index(one_of("name", name, values))
    at = np.linspace(0, 1, points)
    lines = []
    for tree in _forest(x, y, seed).estimators_:
        low, high, leaf = _boxes(tree.tree_, x.shape[1])
        sizes = high - low
        rest = leaf * sizes.prod(axis=1) / sizes[:, j]
        within = (low[:, j] <= at[:, None]) & ((at[:, None] < high[:, j]) | (high[:, j] == 1))
        lines.append(within @ rest)
    start, end = bounds[name]
    return start + at * (end - start), np.mean(lines, axis=0), np.std(lines, axis=0)


def _checked(values, loss, bounds) -> tuple[np.ndarray, np.ndarray]:
    """Parameters in [0, 1] by their bounds, [n, d], and the loss [n]."""
    y = np.asarray(loss, float)
    if set(values) != set(bounds):
        raise ValueError(f"bounds: came {sorted(bounds)}, expected {sorted(values)} as in values")
    columns = []
    for name, column in values.items():
        array, (low, high) = np.asarray(column, float), bounds[name]
        if array.shape != y.shape:
            raise ValueError(f"values[{name!r}]: came {array.shape}, expected {y.shape} as loss")
        if not low < high or array.min() < low or array.max() > high:
            raise ValueError(
                f"bounds[{name!r}]: came {low} to {high}, expected a range that holds all values"
            )
        columns.append((array - low) / (high - low))
    x = np.stack(columns, axis=1)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("loss: came NaN or infinity; leave diverged trials out, and count them")
    return x, y


def _forest(x: np.ndarray, y: np.ndarray, seed: int):
    from sklearn.ensemble import RandomForestRegressor

    forest = RandomForestRegressor(
        TREES, max_depth=64, min_samples_split=2, min_samples_leaf=1, random_state=seed
    )
    return forest.fit(x, y)


def _boxes(tree, d: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each leaf of a tree begins and ends in [0, 1]^d, [leaves, d] both, and its value."""
    low, high, leaf = [], [], []
    waiting = [(0, np.zeros(d), np.ones(d))]
    while waiting:
        node, start, end = waiting.pop()
        left, right = tree.children_left[node], tree.children_right[node]
        if left == right:
            low.append(start)
            high.append(end)
            leaf.append(tree.value[node].item())
            continue
        j, threshold = tree.feature[node], tree.threshold[node]
        for child, edge in ((left, end.copy()), (right, start.copy())):
            edge[j] = threshold
            waiting.append((child, start, edge) if child == left else (child, edge, end))
    return np.array(low), np.array(high), np.array(leaf)


def _intervals(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which leaf covers which interval between two splits, [leaves, m] of 0 and 1, and widths."""
    edges = np.unique(np.concatenate([low, high]))
    start, end = edges[:-1], edges[1:]
    covers = (low[:, None] <= start) & (end <= high[:, None])
    return covers.astype(float), end - start
