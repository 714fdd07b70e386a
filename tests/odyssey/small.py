"""A few short pieces of made-up music, over which a study takes seconds; and made-up rows."""

import math

import numpy as np

from course_lib.odyssey.trial import Row, made_by
from course_lib.tasks.chorales import Chorales
from course_lib.tasks.chorales.task import Pieces


def music(seed=0) -> Chorales:
    rng = np.random.default_rng(seed)
    lengths = [*rng.integers(5, 14, 12), *rng.integers(5, 9, 4), *rng.integers(5, 9, 4)]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    pitches = np.sort(rng.integers(50, 70, (offsets[-1], 4)), axis=1).astype(np.uint8)
    return Chorales(Pieces(pitches, offsets, np.repeat([0, 1, 2], [12, 4, 4]).astype(np.uint8)))


def made_up(variant="V", trial=1, val=9.0, test=9.1, **changes) -> Row:
    row = Row(variant, trial, 50, 1e-3, 0.9, 0.5, "ok", 40, val, test, 5.0, *made_by("numpy"))
    return row._replace(**changes)


def study(variants=("V", "NP"), trials=30, seed=0, shift=0.0):
    """Made-up rows: NP is worse than V by `shift`; test is validation and a little luck."""
    rng = np.random.default_rng(seed)
    return [
        made_up(
            variant,
            trial,
            val := 9 + rng.exponential() + shift * (variant != "V"),
            val + rng.normal(0.1, 0.05),
            lr=10 ** rng.uniform(-6, -2),
            hidden=int(rng.integers(20, 201)),
            momentum=1 - 10 ** rng.uniform(-2, 0),
            noise=rng.uniform(),
        )
        for variant in variants
        for trial in range(1, trials + 1)
    ]


def lost(variant, trial):
    return made_up(variant, trial, math.nan, math.nan, status="diverged")
