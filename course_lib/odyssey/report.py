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
from course_lib.odyssey.selection import DRAWS, ENOUGH
from course_lib.odyssey.trial import Row

HIGH = 1e-4  # from here on the learning rate no longer decides alone
Shares = Mapping[tuple[str, ...], float]


def report(path: str | os.PathLike[str]) -> str:
    """The whole page for a results file, in Markdown.

    Raises what ``rows.read`` and ``about.description`` raise.
    """
    studied, what = rows.read(path), description(path)
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
            *_made_by(studied),
            *_variants(studied, protocol["epochs"]),
            *_differences(studied, found),
            *_by_learning_rate(studied),
            *_shares(studied, found),
            *_memory(Path(path)),
            "## Beside the paper",
            "",
            "Where each finding was read, and the bounds of a verdict: "
            "`course_lib/odyssey/findings.py`. The bounds were set before any trial by the "
            "protocol `paper`, but after the trials by `quick` had been seen.",
            "",
            table(["the paper", "where", "here", "verdict"], findings.judged(found)),
        ]
    )


def _made_by(studied: Sequence[Row]) -> list[str]:
    lines = []
    for maker in sorted({(row.engine, row.versions) for row in studied}):
        mine = [row for row in studied if (row.engine, row.versions) == maker]
        hours = sum(row.seconds for row in mine) / 3600
        diverged = sum(row.status == "diverged" for row in mine)
        rate = f"{len(mine) / hours:.0f}" if hours else "–"
        lines.append([*maker, str(len(mine)), str(diverged), f"{hours:.1f}", rate])
    header = ["engine", "versions", "trials", "diverged", "core hours", "trials a core hour"]
    return [table(header, lines), ""]


def _variants(studied: Sequence[Row], epochs: int) -> list[str]:
    summary = analysis.summary(studied)
    lines = []
    for name, *line in summary.itertuples():
        top = analysis.best_tenth(studied, name)
        cut = sum(row.epochs == epochs for row in top)
        figures = (f"{value:.3f}" if value % 1 else f"{value:.0f}" for value in line)
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
    welch = {test.variant: test for test in analysis.welch(studied)}
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
        f"time, for all {tests} tests together at 5 % (Bonferroni). Welch's test, which by "
        "its readers' notes the paper uses, takes the tenths for samples that nobody selected; how "
        "often either raises a false alarm is in `LEVEL.md`.",
        *(
            ["", f"Fewer than {ENOUGH} trials of a variant: too few for either, so all is open."]
            if few
            else []
        ),
        "",
        table([*header, "Welch's t", f"Welch's p × {tests}"], lines),
        "",
    ]


def _by_learning_rate(studied: Sequence[Row]) -> list[str]:
    medians = analysis.by_learning_rate(studied)
    lines = [
        [str(decade), *("–" if np.isnan(v) else f"{v:.2f}" for v in line)]
        for decade, *line in medians.itertuples()
    ]
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
            "A share is a share of what a range does to the loss: the lowest learning rates do so "
            f"much that they hide the rest. {few}",
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
    trials = min((one.trials for one in found.differences.values()), default=ENOUGH)
    few = ["", f"{trials} trials grow a poor forest: the verdicts on shares below rest on little."]
    return [
        "## How sure the shares of V are",
        "",
        f"From {draws} draws of its trials with repetition, as many as ended: 90 % of the draws "
        "lie between the two figures. Beside them the first author's pilot "
        f"({findings.PILOT_SOURCE}): other data, and two further hyperparameters.",
        *(few if trials < ENOUGH else []),
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


def _memory(path: Path) -> list[str]:
    beside = memory.beside(path)
    if not beside.exists():
        return []
    kept = memory.read(beside)
    mean = {
        "as they were": np.mean([one.test for one in kept]),
        "state back to 0 before every frame, trained so too": np.mean([one.reset for one in kept]),
    }
    for place, frames in enumerate(memory.LAST):
        name = f"as they were, but hearing the last {frames} alone"
        mean[name] = np.mean([one.last[place] for one in kept])
    gain = [one.reset - one.test for one in kept]
    return [
        "## Whether memory is used",
        "",
        f"The best tenth of {kept[0].variant} again, {len(kept)} trials, the same hyperparameters "
        "and seeds; mean test loss. Without its memory a trial does worse by "
        f"{np.mean(gain):.3f} nats on average, from trial to trial by {min(gain):+.3f} to "
        f"{max(gain):+.3f}. "
        f"`python -m course_lib.odyssey memory {path.name} --data FILE`, by "
        f"{memory.made(beside)}.",
        "",
        table(["trials", "nats a frame"], [[name, f"{loss:.3f}"] for name, loss in mean.items()]),
        "",
    ]


def _of(studied: Sequence[Row], variant: str, lr_from: float = 1e-6) -> Shares:
    """A variant's shares, or none where too few trials are left to grow a forest on."""
    enough = analysis.for_a_forest(studied, variant, lr_from)
    return analysis.importance(studied, variant, lr_from) if enough else {}


def _percent(shares: Shares, key: tuple[str, ...]) -> str:
    return f"{shares[key]:.1%}" if shares else "–"


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    rule = ["---"] * len(header)
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *lines))
