"""What a study shows, as a page of tables beside the paper's findings.

python -m course_lib.odyssey report results.csv
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from course_lib.odyssey import analysis, findings, memory, rows
from course_lib.odyssey.about import description
from course_lib.odyssey.findings import all_pairs, p_said
from course_lib.odyssey.protocols import TRIALS
from course_lib.odyssey.selection import DRAWS, ENOUGH
from course_lib.odyssey.tables import MADE_BY, figure, made_by, table
from course_lib.odyssey.trial import Row

HIGH = 1e-4  # from here on the learning rate no longer decides alone
Shares = Mapping[tuple[str, ...], float]


def report(path: str | os.PathLike[str]) -> str:
    """The whole page for a results file, in Markdown.

    Raises what ``rows.read`` and ``about.description`` raise.
    """
    there, what = rows.read(path), description(path)
    studied = rows.abreast(there)
    if not studied:
        raise ValueError(f"{path} holds no trial that all its variants have: nothing to compare")
    protocol, music = what["protocol"], what["music"]
    found = findings.evidence(studied)
    return "\n".join(
        [
            f"# {Path(path).name}",
            "",
            f"Protocol {protocol['name']}: minibatches of {protocol['batch_size']}, at most "
            f"{protocol['epochs']} epochs, patience {protocol['patience']}. Seed {what['seed']}; "
            f"{music['pieces']} pieces (SHA-256 {music['sha256'][:12]}…).",
            "",
            *_so_far(there, studied),
            table(MADE_BY, made_by(there)),
            "",
            "Hours by each trial's own clock: whatever else the machine was doing is in them.\n",
            *_variants(studied, protocol["epochs"]),
            *_differences(studied, found),
            *_by_learning_rate(studied),
            *_shares(studied, found),
            *_memory(Path(path), studied),
            "## Beside the paper",
            "",
            "Where each finding was read, and the bounds of a verdict: "
            "`course_lib/odyssey/findings.py`. The bounds were set before any trial by the "
            "protocol `paper`, but after the trials by `quick` had been seen.",
            "",
            table(["the paper", "where", "here", "verdict"], findings.judged(found)),
        ]
    )


def _so_far(there: Sequence[Row], studied: Sequence[Row]) -> list[str]:
    if (n := studied[-1].trial) >= TRIALS:
        return []
    more = len(there) - len(studied)
    left_out = f" {more} further {'one' if more == 1 else 'ones'} are left out, to compare evenly."
    return [f"**{n} of {TRIALS} trials of each variant.**{left_out if more else ''}", ""]


def _variants(studied: Sequence[Row], epochs: int) -> list[str]:
    summary = analysis.summary(studied)
    lines = []
    for name, *line in summary.itertuples():
        ended, count = analysis.ranked(studied, name)
        top = ended[:count]
        cut = sum(row.epochs == epochs for row in top)
        figures = (figure(value) for value in line)
        lines.append([name, *figures, f"{cut} of {len(top)}"])
    return [
        "## Variants",
        "",
        "Nats a frame; chosen by validation, quartiles and means on test. Cut off: how many of the "
        f"best tenth had not run out of patience when their {epochs} epochs were over.",
        "",
        table(["variant", *summary.columns, "cut off"], lines),
        "",
    ]


def _differences(studied: Sequence[Row], found: findings.Evidence) -> list[str]:
    names = ["V", *found.differences]
    lacking = [name for name in analysis.variants_in(studied) if name not in names]
    if not found.differences:
        return []
    welch = {
        test.variant: test
        for test in analysis.welch([row for row in studied if row.variant in names])
    }
    tests = len(welch)
    few = any(one.trials < ENOUGH for one in found.differences.values())
    lines = [
        [
            name,
            f"{one.mean:.3f}",
            f"{one.difference:+.3f}",
            f"{one.low:+.3f} to {one.high:+.3f}",
            p_said(one.p),
            f"{welch[name].t:.2f}",
            p_said(welch[name].p_corrected),
        ]
        for name, one in found.differences.items()
    ]
    header = ["variant", "best tenth", "minus V", "interval", f"p × {tests}"]
    return [
        "## The best tenths against V's",
        "",
        f"Interval and p: the trials drawn anew {DRAWS:,} times, the best tenth chosen anew each "
        f"time, for all {tests} tests together at 5 % (Bonferroni). Welch's test, which the "
        "paper uses according to readers' notes on it, treats the tenths as samples that nobody "
        "selected; `LEVEL.md` says how often either raises a false alarm.",
        *(["", f"Fewer than {ENOUGH} trials of a variant: all is left open."] if few else []),
        *(["", f"Too few trials ended for a best tenth: {', '.join(lacking)}."] if lacking else []),
        "",
        table([*header, "Welch's t", f"Welch's p × {tests}"], lines),
        "",
    ]


def _by_learning_rate(studied: Sequence[Row]) -> list[str]:
    medians = analysis.by_learning_rate(studied)
    lines = [[str(at), *(figure(v, 2) for v in line)] for at, *line in medians.itertuples()]
    return [
        "## By learning rate alone",
        "",
        "The median test loss of the trials that ended, in each decade of the learning rate.",
        "",
        table(["learning rate", *medians.columns], lines),
        "",
    ]


def _shares(studied: Sequence[Row], found: findings.Evidence) -> list[str]:
    names = analysis.variants_in(studied)
    shares = {name: _of(studied, name) for name in names}
    above = {name: _of(studied, name, HIGH) for name in names}
    grown = [one for one in shares.values() if one]
    if not grown:
        return []
    first = shares.get("V") or grown[0]
    keys = sorted(first, key=lambda key: (len(key), -first[key]))

    def of_each(of: Mapping[str, Shares]) -> str:
        lines = [[" × ".join(key), *(_percent(of[name], key) for name in names)] for key in keys]
        return table(["share of", *names], lines)

    few = f"A dash: fewer than {analysis.FOR_A_FOREST} such trials ended."
    page = ["## Which hyperparameter explains how much (fANOVA, trials that ended)", ""]
    page += [of_each(shares), "", *_how_sure(shares.get("V", {}), found)]
    if any(above.values()):
        page += [
            f"## The same from a learning rate of {HIGH:g} on",
            "",
            "A share is a share of the loss's spread over a range: the lowest learning rates make "
            f"so much of it that they hide the rest. {few}",
            "",
            of_each(above),
            "",
        ]
    return page


def _how_sure(shares: Shares, found: findings.Evidence) -> list[str]:
    drawn = found.shares
    if not (shares and drawn):
        return []
    lines = [(key[0], shares[key], drawn[key]) for key in drawn if len(key) == 1]
    lines.append(("all pairs together", all_pairs(shares), all_pairs(drawn)))
    draws = len(drawn["lr",])
    few = ["", f"{found.trials} trials grow a poor forest: the shares below get no verdict."]
    return [
        "## How sure the shares of V are",
        "",
        f"From {draws} draws of its trials with replacement, as many as ended: 90 % of the draws "
        "lie between the two figures. Beside them the first author's pilot "
        f"({findings.PILOT_SOURCE}): other data, and two further hyperparameters.",
        *(few if not found.enough else []),
        "",
        table(
            ["share of", "all trials", "from", "to", "pilot"],
            [
                [
                    name,
                    *(f"{part:.1%}" for part in (share, *np.percentile(parts, [5, 95]))),
                    findings.PILOT[name],
                ]
                for name, share, parts in lines
            ],
        ),
        "",
    ]


def _memory(path: Path, studied: Sequence[Row]) -> list[str]:
    there = [name for name in analysis.variants_in(studied) if memory.beside(path, name).exists()]
    if not there:
        return []
    page = [
        "## Whether memory is used",
        "",
        "Trials of a best tenth, run again with the same hyperparameters and seeds; mean test "
        "loss. Without: the state is set back to 0 before every frame, in training as well. Last: "
        "trained as they were, but on test they hear only so many of the last frames.",
        "",
    ]
    lines = []
    for name in there:
        beside = memory.beside(path, name)
        kept = memory.read(beside)
        ended, count = analysis.ranked(studied, name)
        best = {row.trial for row in ended[:count]}
        gain = [one.reset - one.test for one in kept]
        page += [
            f"- {name}: {len(kept)} trials, {sum(one.trial in best for one in kept)} of them among "
            f"the best {len(best)} of the rows above. A trial's memory is worth "
            f"{np.mean(gain):+.3f} nats on average, from trial to trial {min(gain):+.3f} to "
            f"{max(gain):+.3f}. `python -m course_lib.odyssey memory {path.name} --variant {name} "
            f"--data FILE`, by {memory.made(beside)}.",
        ]
        means = np.mean([(one.test, one.reset, *one.last) for one in kept], axis=0)
        lines.append([name, *(f"{loss:.3f}" for loss in means)])
    header = ["variant", "as they were", "without", *(f"last {frames}" for frames in memory.LAST)]
    return [*page, "", table(header, lines), ""]


def _of(studied: Sequence[Row], variant: str, lr_from: float = 1e-6) -> Shares:
    """A variant's shares, or none where too few trials are left to grow a forest on."""
    enough = analysis.for_a_forest(studied, variant, lr_from)
    return analysis.importance(studied, variant, lr_from) if enough else {}


def _percent(shares: Shares, key: tuple[str, ...]) -> str:
    return f"{shares[key]:.1%}" if shares else "–"
