"""What the chorales cost a model that remembers less, and how far back a network listens."""

from __future__ import annotations

import numpy as np

from course_lib.arguments import whole
from course_lib.learning.losses import Bernoulli
from course_lib.learning.network import Network
from course_lib.tasks.task import SPLITS, Example, Task


def independent(task: Task, split: str = "test") -> float:
    """Nats per frame of a model that hears nothing, and knows only how often each key sounds.

        p_k = (frames with key k + ½) / (frames + 1),    −Σ_k (t_k log p_k + (1 − t_k) log(1 − p_k))

    The ½ keeps a key that training never heard from being impossible. To hear the last frame is
    worth far more than this, without any memory: see ``last_frame``.
    """
    seen = np.concatenate([example.target for example in task.split("train")])
    asked = np.concatenate([example.target for example in task.split(split)]).astype(np.float64)
    p = (seen.sum(axis=0, dtype=np.float64) + 0.5) / (len(seen) + 1)
    return float(-(asked @ np.log(p) + (1 - asked) @ np.log1p(-p)).mean())


class LastFrame(Task):
    """The same frames to predict, each a sequence of its own: the last frame is all there is."""

    name = "last frame only"
    loss = Bernoulli()
    measure = "nats per frame"
    better = "lower"


def last_frame(task: Task) -> LastFrame:
    """The task without a past: a network trained on it sees one frame, and starts anew each time.

    Its loss is that of the task, over the same frames of the same splits. Batches of
    as many frames as the task's own hold make the same number of updates an epoch.
    """
    return LastFrame(
        {
            split: [
                Example(one.x[t : t + 1], one.target[t : t + 1])
                for one in task.split(split)
                for t in range(len(one.x))
            ]
            for split in SPLITS
        }
    )


def frames_back(net: Network, task: Task, frames: int, split: str = "test") -> float:
    """Nats per frame of a network that hears only the last `frames` frames before each.

    It starts from zeros before them. Where a piece does not have that many yet, it hears all there
    are. Raises TypeError and ValueError unless `frames` is a whole number of at least 1.
    """
    frames = whole("frames", frames)
    costs = []
    for x, target, _ in task.split(split):
        first, _ = net.outputs(x[:frames, None])  # before these there are no more
        a = first[:, 0]
        if len(x) > frames:
            windows = np.lib.stride_tricks.sliding_window_view(x[1:], frames, axis=0)
            later, _ = net.outputs(np.ascontiguousarray(windows.transpose(2, 0, 1)))
            a = np.concatenate([a, later[-1]])
        costs.append(net.loss.per_frame(a[:, None], target[:, None])[:, 0])
    return float(np.concatenate(costs).mean(dtype=np.float64))
