"""Answers to the ways of asking in a class's editions of problem set 2."""

from tests.answers.changed import changed

COUNT = """
def parameter_counts(D, H):
    a_block = D * H + H * H + biases * H
    return 4 * a_block, 4 * a_block + looks * H
"""
ARRAYS = """
def parameter_counts(D, H):
    shapes = (D, 4 * H), (H, 4 * H), (biases, 4 * H)
    standard = sum(np.zeros(shape).size for shape in shapes)
    return np.array([standard, standard + looks * H])
"""
ABSOLUTE = """
def baselines(target):
    constant = np.median(target)
    return constant, abs(target - constant).mean(), abs(np.diff(target)).mean()
"""
SORTED = """
def baselines(target):
    ordered, n = sorted(target), len(target)
    constant = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    error = sum(abs(value - constant) for value in target) / n
    return constant, error, sum(abs(b - a) for a, b in zip(target, target[1:])) / (n - 1)
"""
SQUARED = """
def baselines(target):
    constant = target.mean()
    return constant, ((target - constant) ** 2).mean(), (np.diff(target) ** 2).mean()
"""
MOMENTS = """
def baselines(target):
    return np.mean(target), np.var(target), sum(np.diff(target) ** 2) / (len(target) - 1)
"""


def counts(biases: int, looks: int) -> dict:
    told = ("biases", str(biases)), ("looks", str(looks))
    right = changed(COUNT, *told)
    return {
        "right": {"a block four times": right, "by arrays": changed(ARRAYS, *told)},
        "wrong": {
            "no biases": (changed(right, (f" + {biases} * H\n", "\n")), "biases are missing"),
            "whole matrices": (
                changed(right, (f"a_block + {looks} * H", f"a_block + {looks} * H * H")),
                "number a unit",
            ),
            "g looks too": (
                changed(right, (f"a_block + {looks} * H", "a_block + 4 * H")),
                "g is no valve",
            ),
            "three blocks": (changed(right, ("4 * a", "3 * a")), "new memory has weights too"),
        },
    }


OWN = {
    ("ps2.3", 1): counts(biases=2, looks=3),
    ("ps2.3", 2): counts(biases=1, looks=2),
    ("ps2.3", 3): counts(biases=2, looks=2),
    ("ps2.5", 1): {
        "right": {"by arrays": ABSOLUTE, "sorted": SORTED},
        "wrong": {
            "the mean": (changed(ABSOLUTE, ("np.median", "np.mean")), "that is the mean"),
            "the middle": (
                changed(ABSOLUTE, ("np.median(target)", "(target.min() + target.max()) / 2")),
                "that is the middle",
            ),
            "the largest": (changed(ABSOLUTE, (".mean()", ".max()")), "that is the largest error"),
            "two back": (
                changed(ABSOLUTE, ("np.diff(target)", "target[2:] - target[:-2]")),
                "compare target[1:]",
            ),
        },
    },
    ("ps2.5", 2): {
        "right": {"by arrays": SQUARED, "by its moments": MOMENTS},
        "wrong": {
            "the median": (changed(SQUARED, ("target.mean()", "np.median(target)")), "the median"),
            "not squared": (
                changed(
                    SQUARED,
                    ("((target - constant) ** 2)", "abs(target - constant)"),
                    ("(np.diff(target) ** 2)", "abs(np.diff(target))"),
                ),
                "that is the mean absolute error",
            ),
            "the root": (
                changed(SQUARED, ("** 2).mean()", "** 2).mean() ** 0.5")),
                "that is the root",
            ),
            "two back": (
                changed(SQUARED, ("np.diff(target)", "(target[2:] - target[:-2])")),
                "compare target[1:]",
            ),
        },
    },
}
