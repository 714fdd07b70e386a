"""Made-up studies for problem set 5: every flaw of an analysis shows in each of them."""

from __future__ import annotations

import numpy as np

VARIANTS = ("V", "CIFG", "FGR", "NP", "NOG", "NIAF", "NIG", "NFG", "NOAF")


def study(rng: np.random.Generator, variants: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The rows of a made-up study, in no order; a diverged trial has NaN as both its losses.

    Three variants at most. A tenth of all trials, rounded up, is never a tenth of those that ended
    well, nor one rounded down; the best by test is never among the best tenth by validation.
    """
    columns: dict[str, list] = {name: [] for name in ("variant", "trial", "val_nll", "test_nll")}
    tens, losses = rng.permutation([3, 4, 5]), rng.permutation([14, 15, 16, 17, 18])
    for variant, ten, loss in zip(variants, tens, losses, strict=False):
        n = 10 * int(ten) + int(rng.integers(1, 4))
        ok = n - int(loss)
        val = np.sort(8.5 + rng.uniform(0, 0.4) + rng.gamma(2, 0.4, ok))
        test = val + rng.uniform(0.02, 0.2) + rng.normal(0, 0.15, ok)
        test[-(-n // 10)] = test.min() - 0.1
        lost = np.full(n - ok, np.nan)
        columns["variant"] += [variant] * n
        columns["trial"] += range(n)
        columns["val_nll"] += [*val, *lost]
        columns["test_nll"] += [*test, *lost]
    order = rng.permutation(len(columns["trial"]))
    rows = {name: np.array(values)[order] for name, values in columns.items()}
    for variant in variants:  # trial numbers say nothing of how good a trial is
        mine = rows["variant"] == variant
        rows["trial"][mine] = rng.permutation(rows["trial"][mine])
    return with_settings(rng, rows)


def with_settings(rng: np.random.Generator, rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The columns that no question reads, drawn as the paper's search draws them."""
    n = len(order := rows["trial"])
    return {
        "variant": rows["variant"],
        "trial": order,
        "hidden": np.exp(rng.uniform(np.log(20), np.log(200), n)).astype(int),
        "lr": 10 ** rng.uniform(-6, -2, n),
        "momentum": 1 - 10 ** rng.uniform(-2, 0, n),
        "noise": rng.uniform(0, 1, n),
        "status": np.where(np.isnan(rows["val_nll"]), "diverged", "ok"),
        "epochs": rng.integers(5, 60, n),
        "val_nll": rows["val_nll"],
        "test_nll": rows["test_nll"],
        "seconds": rng.uniform(5, 60, n),
    }
