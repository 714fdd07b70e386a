"""What a study shows, as a page of tables beside the paper's findings.

python -m course_lib.odyssey report results.csv
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from course_lib.odyssey import SHIPPED, SHIPPED_BUILT, analysis, rows
from course_lib.odyssey.findings import Shares, all_pairs, evidence, judged, p_said
from course_lib.odyssey.study import description
from course_lib.odyssey.trial import Row

HIGH = 1e-4  # from here on the learning rate no longer decides alone
ENOUGH = 15  # trials that ended, for a forest
DRAWS = 50  # of V's trials, to see how sure its shares are


def report(path: str | os.PathLike[str]) -> str:
    """The whole page for a results file, in Markdown. Raises what ``rows.read`` raises."""
    studied, what = rows.read(path), description(path)
    diverged = sum(row.status == "diverged" for row in studied)
    hours = sum(row.seconds for row in studied) / 3600
    summary = analysis.summary(studied)
    found = evidence(studied)
    tests = found.tests.values()
    of_v = found.shares if _enough(studied, "V") else {}
    shares = {name: of_v if name == "V" else _shares(studied, name) for name in summary.index}
    above = {name: _shares(studied, name, HIGH) for name in summary.index}
    keys = sorted(shares["V"], key=lambda key: (len(key), -shares["V"][key]))
    protocol, music = what["protocol"], what["music"]
    return "\n".join(
        [
            f"# {Path(path).name}",
            "",
            f"{len(studied)} trials, {diverged} diverged, {hours:.1f} hours of one core. Protocol "
            f"{protocol['name']}: minibatches of {protocol['batch_size']}, at most "
            f"{protocol['epochs']} epochs, patience {protocol['patience']}. Seed {what['seed']}; "
            f"{music['pieces']} pieces (SHA-256 {music['sha256'][:12]}…); "
            f"NumPy {what['versions']['numpy']}.",
            "",
            "## Variants",
            "",
            "Nats per frame; chosen by validation, quartiles and means on test.",
            "",
            _table(
                ["variant", *summary.columns],
                [
                    [name, *(f"{v:.3f}" if v % 1 else f"{v:.0f}" for v in line)]
                    for name, *line in summary.itertuples()
                ],
            ),
            "",
            f"## Welch's t-test of the best tenth against V, {len(tests)} tests",
            "",
            _table(
                ["variant", "mean", "difference", "t", "p", f"p × {len(tests)}"],
                [
                    [
                        test.variant,
                        f"{test.mean:.3f}",
                        f"{test.difference:+.3f}",
                        f"{test.t:.2f}",
                        p_said(test.p),
                        p_said(test.p_corrected),
                    ]
                    for test in tests
                ],
            ),
            "",
            "## Which hyperparameter explains how much (fANOVA, trials that ended)",
            "",
            _table(
                ["share of", *summary.index],
                [
                    [" × ".join(key), *(_percent(shares[name], key) for name in summary.index)]
                    for key in keys
                ],
            ),
            "",
            *(_how_sure(studied, of_v) if of_v else []),
            *(_from_high(above, keys) if any(above.values()) else []),
            "## Beside the paper",
            "",
            _table(["the paper", "where", "here", "verdict"], judged(found)),
        ]
    )


def _how_sure(studied: Sequence[Row], shares: Shares) -> list[str]:
    drawn = analysis.resampled(studied, "V", DRAWS)
    lines = [(key[0], shares[key], drawn[key]) for key in drawn if len(key) == 1]
    lines.append(("all pairs together", all_pairs(shares), all_pairs(drawn)))
    return [
        "## How sure the shares of V are",
        "",
        f"From {DRAWS} draws of its trials with repetition, as many as ended: 90 % of the draws "
        "lie between the two figures.",
        "",
        _table(
            ["share of", "all trials", "from", "to"],
            [
                [name, *(f"{part:.1%}" for part in (share, *np.percentile(parts, [5, 95])))]
                for name, share, parts in lines
            ],
        ),
        "",
    ]


def _from_high(above: Mapping[str, Shares], keys: Sequence[tuple[str, ...]]) -> list[str]:
    return [
        f"## The same from a learning rate of {HIGH:g} on",
        "",
        "A share is a share of what a range does to the loss: the lowest learning rates do so "
        f"much that they hide the rest. A dash: fewer than {ENOUGH} such trials ended.",
        "",
        _table(
            ["share of", *above],
            [[" × ".join(key), *(_percent(above[name], key) for name in above)] for key in keys],
        ),
        "",
    ]


def _trials(path: Path) -> int:
    return max(row.trial for row in rows.read(path))


def _shares(studied: Sequence[Row], variant: str, lr_from: float = 1e-6) -> Shares:
    """A variant's shares, or none where too few trials are left to grow a forest on."""
    enough = _enough(studied, variant, lr_from)
    return analysis.importance(studied, variant, lr_from) if enough else {}


def _enough(studied: Sequence[Row], variant: str, lr_from: float = 1e-6) -> bool:
    ended = [row for row in studied if row.variant == variant and row.status == "ok"]
    return sum(row.lr >= lr_from for row in ended) >= ENOUGH


def _percent(shares: Shares, key: tuple[str, ...]) -> str:
    return f"{shares[key]:.1%}" if shares else "–"


def page() -> str:
    """README.md beside the rows that come with the course: what each study shows."""
    commands = (
        f"python -m course_lib.odyssey run jsb_quick.csv --data FILE --trials {_trials(SHIPPED)}",
        f"python -m course_lib.odyssey run jsb_quick_built.csv --trials {_trials(SHIPPED_BUILT)}",
    )
    opening = (
        "# The studies that come with the course\n\nWritten by `python -m course_lib.odyssey "
        "report`. The rows were made by\n\n    "
        + "\n    ".join(commands)
        + "\n\nwhere FILE holds the literature's chorales (Boulanger-Lewandowski et al. 2012), "
        "and the second study uses those\nthat are built from music21's corpus. With more "
        "trials the same command goes on from these rows.\n\nWhy a finding may differ from the "
        "paper's is in notebooks/05_search_space_odyssey.ipynb, section 9.\n"
    )
    studies = [report(path).replace("\n## ", "\n### ") for path in (SHIPPED, SHIPPED_BUILT)]
    return "\n".join([opening, *(f"#{text}\n" for text in studies)])


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---"] * len(header)
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *lines))
