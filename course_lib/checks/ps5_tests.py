"""Problem set 5, in the middle: Welch's test, and what follows from many tests at once."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.checks.question import Mistake, Question

LIBRARY = ("course_lib.odyssey", "course_lib.checks")

# --- ps5.2: Welch's t ---------------------------------------------------------------------------


def welch(a, b, *, ddof=1, share=True, spread=np.var):
    """Welch's t of two samples (Welch 1947), and its degrees of freedom (Satterthwaite 1946)."""
    u, v = (spread(x, ddof=ddof) / (len(x) if share else 1) for x in (a, b))
    df = (u + v) ** 2 / (u**2 / (len(a) - 1) + v**2 / (len(b) - 1))
    return (np.mean(a) - np.mean(b)) / np.sqrt(u + v), df


def pooled(a, b):
    """Student's t: one spread for both samples."""
    df = len(a) + len(b) - 2
    spread = (np.var(a, ddof=1) * (len(a) - 1) + np.var(b, ddof=1) * (len(b) - 1)) / df
    return (np.mean(a) - np.mean(b)) / np.sqrt(spread * (1 / len(a) + 1 / len(b))), df


def for_welch(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n, m = rng.choice(np.arange(4, 12), 2, replace=False)
    wide, narrow = rng.permutation([rng.uniform(0.6, 1), rng.uniform(0.1, 0.2)])
    low = rng.uniform(0.1, 0.6)
    return rng.normal(8.8 + low, wide, n), rng.normal(8.8, narrow, m)


WELCH = [
    Mistake(
        "that is Student's t, which takes one spread for both. Welch's leaves each its own.", pooled
    ),
    Mistake(
        "the degrees of freedom are Student's, n + m − 2: Welch's are fewer where spreads differ.",
        lambda a, b: (welch(a, b)[0], len(a) + len(b) - 2),
    ),
    Mistake(
        "the variance divides by n: around a sample's own mean it has to be n − 1 (ddof=1).",
        partial(welch, ddof=0),
    ),
    Mistake(
        "the spread is not squared: it is the variances that add.", partial(welch, spread=np.std)
    ),
    Mistake(
        "the numbers of values are missing: a mean of n values varies by variance ÷ n.",
        partial(welch, share=False),
    ),
    Mistake("the sign: mean(a) − mean(b).", lambda a, b: welch(b, a)),
    Mistake(
        "the root is missing: t divides by the square root of the two parts' sum.",
        lambda a, b: (unrooted(a, b), welch(a, b)[1]),
    ),
    Mistake(
        "the smaller sample's degrees of freedom: a cautious choice, not Welch's.",
        lambda a, b: (welch(a, b)[0], min(len(a), len(b)) - 1),
    ),
]


def unrooted(a, b):
    return (np.mean(a) - np.mean(b)) / (np.var(a, ddof=1) / len(a) + np.var(b, ddof=1) / len(b))


# --- ps5.3: a conclusion from many tests --------------------------------------------------------


def two_sided_p(t, df):
    """How often chance alone gives a t this far from 0, to either side.

    With t = √df tan θ, Student's density becomes cos(θ) to the power of df − 1.
    """
    edge = np.arctan(np.abs(t) / np.sqrt(df))

    def area(start):
        theta = np.linspace(start, np.pi / 2, 2001)
        return np.trapezoid(np.cos(theta).clip(0) ** (df - 1), theta, axis=0)

    return area(edge) / area(0 * edge)


WORDS = ("worse", "better", "not shown")


def conclude(t, df, alpha, *, tests=len, p=two_sided_p, words=WORDS, sign=1):
    """For each variant "worse" or "better" than V where Bonferroni allows it, or "not shown"."""
    worse, better, open_ = words
    found = p(t, df) < alpha / tests(t)
    return np.where(found, np.where(sign * t > 0, worse, better), open_)


def t_of(p: np.ndarray, df: np.ndarray) -> np.ndarray:
    """The t > 0 of which two_sided_p is p, by halving."""
    low, high = 0 * p, 0 * p + 100
    for _ in range(25):
        middle = (low + high) / 2
        further = two_sided_p(middle, df) > p
        low, high = np.where(further, middle, low), np.where(further, high, middle)
    return low


def for_concluding(rng: np.random.Generator) -> tuple:
    """t's whose p lies clearly on either side of every threshold that a mistake would use."""
    n = int(rng.integers(7, 10))
    alpha = float(rng.choice([0.02, 0.05]))
    share = alpha / n
    clear, corrected = share * rng.uniform(0.05, 0.4, 2), rng.uniform(2.5 * share, 0.8 * alpha, 2)
    one_sided = share * rng.uniform(1.2, 1.8, 1)
    p = np.concatenate([clear, corrected, one_sided, rng.uniform(0.3, 0.9, n - 5)])
    df = rng.uniform(6, 30, n)
    signs = np.concatenate([[1, -1, 1, -1], rng.choice([1, -1], n - 4)])
    t = signs * t_of(p, df)
    order = rng.permutation(n)
    return t[order], df[order], alpha


def concluding(sign: int = 1) -> Question:
    """What many tests allow to be said; t is of the variant's losses minus V's, or with sign −1
    of V's minus the variant's."""
    right = partial(conclude, sign=sign)
    larger = "larger" if sign > 0 else "smaller"
    mistakes = [
        Mistake(
            "each test at alpha: of many tests of nothing, some come out below it. Bonferroni "
            "divides alpha by their number.",
            partial(right, tests=lambda t: 1),
        ),
        Mistake(
            "one side only: a variant might have been better as well as worse, so both sides "
            "count.",
            partial(right, p=lambda t, df: two_sided_p(t, df) / 2),
        ),
        Mistake(
            f"better and worse change places: t > 0 says that the variant's loss is {larger} than "
            "V's.",
            partial(right, sign=-sign),
        ),
        Mistake(
            "that no difference was shown does not show that there is none: the word is "
            "'not shown'.",
            partial(right, words=("worse", "better", "same")),
        ),
        Mistake(
            "better and worse need a test: a t that chance often gives shows neither.",
            lambda t, df, alpha: np.where(sign * t > 0, "worse", "better"),
        ),
        Mistake(
            "the other way round: a small p speaks against chance.",
            lambda t, df, alpha: np.where(
                two_sided_p(t, df) < alpha / len(t),
                "not shown",
                np.where(sign * t > 0, "worse", "better"),
            ),
        ),
        Mistake(
            "nothing counts as better: a t far from 0 on the other side is a finding too.",
            partial(right, words=("worse", "not shown", "not shown")),
        ),
    ]
    return Question(right, ("verdicts",), for_concluding, mistakes, LIBRARY)


QUESTIONS = {
    "ps5.2": Question(welch, ("t", "df"), for_welch, WELCH, LIBRARY),
    "ps5.3": concluding(),
}
