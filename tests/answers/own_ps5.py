"""Answers to the ways of asking in a class's editions of problem set 5."""

from tests.answers.changed import changed
from tests.answers.ps5 import REDRAWN, WORDS

SELECT = """
def conclude(t, df, alpha):
    shown = two_sided_p(t, df) < alpha / t.size
    return np.select([shown & (t < 0), shown & (t > 0)], ["worse", "better"], "not shown")
"""
TURNED = changed(WORDS, ("one > 0", "one < 0"))
BY_QUESTION_1 = """
def redrawn(rows, variant, places):
    mine = np.flatnonzero(rows["variant"] == variant)
    found = []
    for draw in places:
        again = {key: values[mine[draw]] for key, values in rows.items()}
        found.append(np.OF(best_tenth(again, variant)[1]))
    return found
"""
ONCE = changed(
    BY_QUESTION_1,
    ("mine[draw]", "mine[np.unique(draw)]"),
    ("np.OF", "float(np.OF"),
    ("[1]))", "[1])))"),
)
SAME = """
def redrawn(rows, variant, places):
    return np.full(len(places), np.OF(best_tenth(rows, variant)[1]))
"""


def redrawn(of: str) -> dict:
    named = ("np.OF", f"np.{of}")
    right = changed(REDRAWN, ('return rows["test_nll"][best].mean(axis=1)',
                              f'return np.{of}(rows["test_nll"][best], axis=1)'))  # fmt: skip
    return {
        "right": {"all draws at once": right, "by question 1": changed(BY_QUESTION_1, named)},
        "wrong": {
            "the same tenth": (changed(SAME, named), "same tenth in every draw"),
            "by the test loss": (
                changed(right, ('rows["val_nll"][drawn]', 'rows["test_nll"][drawn]')),
                "chosen by the test loss",
            ),
            "each trial once": (changed(ONCE, named), "drawn twice counts once"),
            "rounded down": (
                changed(right, ("-(-drawn.shape[1] // 10)", "drawn.shape[1] // 10")),
                "rounded down",
            ),
            "validation returned": (
                changed(right, ('rows["test_nll"][best]', 'rows["val_nll"][best]')),
                "validation loss",
            ),
        },
    }


OWN = {
    ("ps5.3", 1): {
        "right": {"in a loop": TURNED, "by np.select": SELECT},
        "wrong": {
            "each at alpha": (changed(TURNED, ("p * len(t)", "p")), "Bonferroni divides"),
            "one side": (changed(TURNED, ("p * len(t)", "p / 2 * len(t)")), "one side only"),
            "the same": (changed(TURNED, ("not shown", "same")), "show that there is none"),
            "no test": (changed(TURNED, ("p * len(t) >= alpha", "False")), "need a test"),
        },
    },
    ("ps5.5", 1): redrawn("median"),
    ("ps5.5", 2): redrawn("max"),
}
