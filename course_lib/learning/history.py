"""What happened in training: a row an epoch, and how it ended, in figures and in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib.arguments import one_of

FIELDS = ("epoch", "train_loss", "validation_loss", "success", "grad_norm", "seconds")


class History:
    """What happened in training, one row per epoch.

    rows       one dict a completed epoch: epoch, from 1; train_loss, a frame's mean while the
               parameters changed; validation_loss and success after the epoch; grad_norm, the mean
               over batches of the norm before clipping; seconds since training began
    best       the row with the lowest validation loss, or the one that reached the target; None
               before the first
    stopped    "epochs", "patience", "target", "interrupted" or "diverged"; None while it runs
    message    the same in words, with figures
    engine     the engine that ran: "numpy" or "compiled"
    """

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.best: dict[str, Any] | None = None
        self.stopped: str | None = None
        self.engine = "numpy"
        self.message = "Training has not ended yet."

    def series(self, name: str) -> npt.NDArray[np.float64]:
        """One column of the rows as an array; ValueError where there is no such column."""
        one_of("name", name, FIELDS)
        return np.array([row[name] for row in self.rows], dtype=np.float64)

    def __repr__(self) -> str:
        best = "none"
        if self.best is not None:
            best = (
                f"epoch {self.best['epoch']}, validation loss {self.best['validation_loss']:.4g}, "
                f"success {self.best['success']:.4g}"
            )
        done = f"{len(self.rows)} epoch{'' if len(self.rows) == 1 else 's'}"
        return f"History({done}; best: {best}; stopped: {self.stopped})"


def end(history: History, stopped: str, what: str = "") -> None:
    """Say why training stopped, and which parameters the network is left with."""
    done = len(history.rows)
    opening = {
        "epochs": "Trained the one epoch" if done == 1 else f"Trained all {done} epochs",
        "patience": f"Stopped after epoch {done}: the validation loss no longer fell",
        "target": f"Stopped after epoch {done}: the target was reached",
        "interrupted": f"Interrupted after {done} whole epoch{'' if done == 1 else 's'}",
        "diverged": f"Diverged in epoch {done + 1}: {what}",
    }[stopped]
    if history.best is None:
        left = "The parameters are what they were before."
    else:
        left = (
            f"The parameters are those of epoch {history.best['epoch']}, "
            f"validation loss {history.best['validation_loss']:.4g}."
        )
    history.stopped, history.message = stopped, f"{opening}. {left}"
