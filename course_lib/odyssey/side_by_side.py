"""Two studies of the same trials side by side: what another protocol, or another engine, changes.

python -m course_lib.odyssey report quick.csv paper.csv

With the same seed, trial k of a variant has the same hyperparameters in both, so trials are
compared one by one, and no difference comes from what was drawn.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from course_lib.odyssey import analysis, findings, rows
from course_lib.odyssey.about import description
from course_lib.odyssey.selection import ENOUGH, Difference
from course_lib.odyssey.tables import table
from course_lib.odyssey.trial import Row

Pair = tuple[Row, Row]


def pairs(first: Sequence[Row], second: Sequence[Row]) -> list[Pair]:
    """The trials that both have, in the first's order.

    Raises ValueError where there are none, and where one has other hyperparameters in the second.
    """
    others = {row[:2]: row for row in second}
    found = [(row, others[row[:2]]) for row in first if row[:2] in others]
    if not found:
        raise ValueError("the two studies have no trial in common: expected some")
    for mine, other in found:
        if mine[:6] != other[:6]:
            raise ValueError(
                f"{mine.variant} {mine.trial} has the hyperparameters {mine[2:6]} in the first and "
                f"{other[2:6]} in the second study: expected two with the same seed"
            )
    return found


def side_by_side(first: str | os.PathLike[str], second: str | os.PathLike[str]) -> str:
    """The page for two results files, in Markdown.

    Raises what ``rows.read``, ``about.description`` and `pairs` raise.
    """
    paths = [Path(first), Path(second)]
    studies = [rows.abreast(rows.read(path)) for path in paths]
    both = pairs(*studies)
    of_what = [description(path) for path in paths]
    names = [path.stem for path in paths]
    a, b = names
    music = [what["music"]["sha256"] for what in of_what]
    protocols = [what["protocol"] for what in of_what]
    shared = ["trials", "ended in both", f"only in {a}", f"only in {b}", *MEASURES]
    return "\n".join(
        [
            f"# {b} beside {a}",
            "",
            *(
                f"- {name}: protocol {of['name']}, minibatches of {of['batch_size']}, at most "
                f"{of['epochs']} epochs, patience {of['patience']}"
                for name, of in zip(names, protocols, strict=True)
            ),
            *(["- The two studies are on different music."] if music[0] != music[1] else []),
            "",
            f"## Trial by trial, {len(both)} in both",
            "",
            f"Loss on test, {b} minus {a}: below 0 where {b} is better. Rank: Spearman's "
            "correlation of the two studies' orders of a variant's trials. Better: the share of "
            f"trials with a lower loss in {b}. Time ÷: the median of the seconds in {b} divided by "
            f"those in {a}; engine and machine may differ.",
            "",
            table(
                ["variant", *shared],
                [_line(name, both) for name in analysis.variants_in(studies[0])],
            ),
            "",
            "## The same by learning rate, all variants",
            "",
            table(
                ["learning rate", *shared],
                [_decade(power, both) for power in range(-6, -2)],
            ),
            "",
            "## The best tenths against V's, in the trials that both have",
            "",
            _differences(names, both),
            "",
            "## Beside the paper, each study with all its trials",
            "",
            *_judged(names, studies),
        ]
    )


MEASURES = ["median", "quarter below", "quarter above", "better", "rank", "time ÷"]


def _line(variant: str, both: Sequence[Pair]) -> list[str]:
    return _measured(variant, [pair for pair in both if pair[0].variant == variant])


def _decade(power: int, both: Sequence[Pair]) -> list[str]:
    low, high = 10.0**power, 10.0 ** (power + 1)
    mine = [pair for pair in both if low <= pair[0].lr < high]
    return _measured(f"1e{power} to 1e{power + 1}", mine)


def _measured(name: str, mine: Sequence[Pair]) -> list[str]:
    from scipy.stats import spearmanr

    ended = [(a, b) for a, b in mine if a.status == b.status == "ok"]
    only = [sum(pair[k].status == "ok" for pair in mine) - len(ended) for k in (0, 1)]
    opening = [name, str(len(mine)), str(len(ended)), *map(str, only)]
    if len(ended) < 3:
        return [*opening, *["–"] * len(MEASURES)]
    losses = np.array([(a.test_nll, b.test_nll) for a, b in ended])
    change = losses[:, 1] - losses[:, 0]
    low, middle, high = np.percentile(change, [25, 50, 75])
    rank = float(spearmanr(losses[:, 0], losses[:, 1]).statistic)
    seconds = np.array([(a.seconds, b.seconds) for a, b in ended])
    ratio = np.median(seconds[:, 1] / np.maximum(seconds[:, 0], 0.01))
    figures = [f"{middle:+.3f}", f"{low:+.3f}", f"{high:+.3f}", f"{(change < 0).mean():.0%}"]
    return [*opening, *figures, f"{rank:.2f}", f"{ratio:.1f}"]


def _differences(names: Sequence[str], both: Sequence[Pair]) -> str:
    a, b = (findings.evidence([pair[k] for pair in both], draws=1).differences for k in (0, 1))
    lines = [
        [
            name,
            *(part for of in (a, b) for part in (f"{of[name].difference:+.3f}", _range(of[name]))),
        ]
        for name in a
        if name in b
    ]
    header = [
        "variant",
        *(f"{what} {name}" for name in names for what in ("minus V,", "interval,")),
    ]
    return table(header, lines)


def _judged(names: Sequence[str], studies: Sequence[Sequence[Row]]) -> list[str]:
    """Each finding: the paper's, where it was read, each study's figures and its verdict."""
    few = [
        f"{name}: {study[-1].trial} trials of each variant. With fewer than {ENOUGH} all is open."
        for name, study in zip(names, studies, strict=True)
        if study[-1].trial < ENOUGH
    ]
    first, second = (findings.judged(findings.evidence(study)) for study in studies)
    others = {text: (figures, verdict) for text, _, figures, verdict in second}
    lines = [[*line, *others.get(line[0], ("–", "–"))] for line in first]
    header = ["the paper", "where", *(part for name in names for part in (name, "verdict"))]
    return [*few, *([""] if few else []), table(header, lines)]


def _range(found: Difference) -> str:
    return f"{found.low:+.3f} to {found.high:+.3f}"
