"""Answers to problem set 5."""

from tests.answers.changed import changed

TENTH = """
def best_tenth(rows, variant):
    mine = np.flatnonzero(rows["variant"] == variant)
    k = -(-len(mine) // 10)
    loss = np.where(rows["status"][mine] == "ok", rows["val_nll"][mine], np.inf)
    best = mine[np.argsort(loss)[:k]]
    return rows["trial"][best], rows["test_nll"][best]
"""
WELCH = """
def welch(a, b):
    n, m = len(a), len(b)
    u, v = np.var(a, ddof=1) / n, np.var(b, ddof=1) / m
    df = (u + v) ** 2 / (u**2 / (n - 1) + v**2 / (m - 1))
    return (np.mean(a) - np.mean(b)) / (u + v) ** 0.5, df
"""
WORDS = """
def conclude(t, df, alpha):
    words = []
    for one, p in zip(t, two_sided_p(t, df)):
        if p * len(t) >= alpha:
            words.append("not shown")
        else:
            words.append("worse" if one > 0 else "better")
    return words
"""
COMPARE = """
def compare(rows, variant):
    t, df = welch(best_tenth(rows, variant)[1], best_tenth(rows, "V")[1])
    lost = rows["variant"][rows["status"] == "diverged"]
    return t, df, np.sum(lost == variant), np.sum(lost == "V")
"""
MENDED = """
def compare(rows, variant):  # the hasty analysis, edited
    samples = []
    for name in (variant, "V"):
        mine = rows["variant"] == name
        best = rows["test_nll"][mine][np.argsort(rows["{by}"][mine])]
        best = {of}
        samples.append(best[: {size}])
    lost = rows["variant"][rows["status"] == "diverged"]
    return *welch(*samples), np.sum(lost == variant), np.sum(lost == "V")
"""
REDRAWN = """
def redrawn(rows, variant, places):
    mine = np.flatnonzero(rows["variant"] == variant)
    drawn = mine[places]
    k = -(-drawn.shape[1] // 10)
    loss = np.where(rows["status"][drawn] == "ok", rows["val_nll"][drawn], np.inf)
    best = np.take_along_axis(drawn, np.argsort(loss, axis=1)[:, :k], axis=1)
    return rows["test_nll"][best].mean(axis=1)
"""

ANSWERS = {
    "ps5.1": {
        "right": {
            "infinite where it diverged": TENTH,
            "sorted pairs": """
def best_tenth(rows, variant):
    pairs, n = [], 0
    for k, name in enumerate(rows["variant"]):
        if name == variant:
            n += 1
            if rows["status"][k] == "ok":
                pairs.append((rows["val_nll"][k], rows["trial"][k], rows["test_nll"][k]))
    best = sorted(pairs)[: int(np.ceil(n / 10))]
    return [trial for _, trial, _ in best], [test for _, _, test in best]
""",
        },
        "wrong": {
            "by the test loss": changed(TENTH, ('["val_nll"][mine]', '["test_nll"][mine]')),
            "of those that ended well": changed(
                TENTH,
                (
                    'rows["variant"] == variant)',
                    '(rows["variant"] == variant) & (rows["status"] == "ok"))',
                ),
            ),
            "rounded down": changed(TENTH, ("-(-len(mine) // 10)", "len(mine) // 10")),
            "diverged as 0": changed(TENTH, ("np.inf", "0.0")),
            "the worst": changed(TENTH, ('"ok", rows', '"ok", -rows')),
            "all variants": changed(
                TENTH,
                ('np.flatnonzero(rows["variant"] == variant)', 'np.arange(len(rows["variant"]))'),
            ),
            "validation returned": changed(
                TENTH, ('rows["test_nll"][best]', 'rows["val_nll"][best]')
            ),
            "places": changed(TENTH, ('rows["trial"][best]', "best")),
        },
    },
    "ps5.2": {
        "right": {
            "by NumPy": WELCH,
            "by sums": """
def welch(a, b):
    means, parts = [], []
    for x in (a, b):
        mean = sum(x) / len(x)
        means.append(mean)
        parts.append((sum((v - mean) ** 2 for v in x) / (len(x) - 1) / len(x), len(x) - 1))
    total = sum(u for u, _ in parts)
    return (means[0] - means[1]) / np.sqrt(total), total**2 / sum(u**2 / k for u, k in parts)
""",
        },
        "wrong": {
            "Student's": changed(
                WELCH,
                (
                    "    u, v = np.var(a, ddof=1) / n, np.var(b, ddof=1) / m",
                    "    s = (np.var(a, ddof=1) * (n - 1) + np.var(b, ddof=1) * (m - 1))\n"
                    "    s = s / (n + m - 2)\n"
                    "    u, v = s / n, s / m",
                ),
                ("(u + v) ** 2 / (u**2 / (n - 1) + v**2 / (m - 1))", "n + m - 2"),
            ),
            "Student's degrees": changed(
                WELCH, ("(u + v) ** 2 / (u**2 / (n - 1) + v**2 / (m - 1))", "n + m - 2")
            ),
            "divides by n": changed(WELCH, ("ddof=1", "ddof=0")),
            "not squared": changed(WELCH, ("np.var", "np.std")),
            "the sign": changed(WELCH, ("np.mean(a) - np.mean(b)", "np.mean(b) - np.mean(a)")),
            "no root": changed(WELCH, (" ** 0.5", "")),
            "only t": changed(WELCH, (" ** 0.5, df", " ** 0.5")),
        },
    },
    "ps5.3": {
        "right": {
            "in a loop": WORDS,
            "by np.select": """
def conclude(t, df, alpha):
    shown = two_sided_p(t, df) < alpha / t.size
    return np.select([shown & (t > 0), shown & (t < 0)], ["worse", "better"], "not shown")
""",
        },
        "wrong": {
            "each at alpha": changed(WORDS, ("p * len(t)", "p")),
            "one side": changed(WORDS, ("p * len(t)", "p / 2 * len(t)")),
            "turned round": changed(WORDS, ("one > 0", "one < 0")),
            "the same": changed(WORDS, ("not shown", "same")),
            "no test": changed(WORDS, ("p * len(t) >= alpha", "False")),
            "a large p": changed(WORDS, (">= alpha", "< alpha")),
            "numbers": changed(WORDS, ("return words", "return two_sided_p(t, df)")),
        },
    },
    "ps5.4": {
        "right": {
            "by questions 1 and 2": COMPARE,
            "from nothing": """
def compare(rows, variant):
    samples, lost = [], []
    for name in (variant, "V"):
        mine = {key: values[rows["variant"] == name] for key, values in rows.items()}
        n = len(mine["trial"])
        order = np.argsort(np.nan_to_num(mine["val_nll"], nan=1e9))
        samples.append(mine["test_nll"][order[: (n + 9) // 10]])
        lost.append(int(np.isnan(mine["val_nll"]).sum()))
    (n, m), (u, v) = map(len, samples), (s.var(ddof=1) / len(s) for s in samples)
    t = (samples[0].mean() - samples[1].mean()) / np.sqrt(u + v)
    return [t, (u + v) ** 2 / (u * u / (n - 1) + v * v / (m - 1)), *lost]
""",
        },
        "wrong": {
            "as it was, counted": """
def compare(rows, variant):
    lost = rows["variant"][rows["status"] == "diverged"]
    return *hasty_analysis(rows, variant), np.sum(lost == variant), np.sum(lost == "V")
""",
            "as it was": "compare = hasty_analysis\n",
            "only the test mended": MENDED.format(
                by="test_nll", of="best[~np.isnan(best)]", size="max(2, len(best) // 10)"
            ),
            "all but the rounding": MENDED.format(
                by="val_nll", of="best", size="max(2, len(best) // 10)"
            ),
            "still pooled": changed(
                COMPARE,
                (
                    't, df = welch(best_tenth(rows, variant)[1], best_tenth(rows, "V")[1])',
                    """a, b = best_tenth(rows, variant)[1], best_tenth(rows, "V")[1]
    df = len(a) + len(b) - 2
    s = (np.var(a, ddof=1) * (len(a) - 1) + np.var(b, ddof=1) * (len(b) - 1)) / df
    t = (np.mean(a) - np.mean(b)) / np.sqrt(s / len(a) + s / len(b))""",
                ),
            ),
            "still by the test loss": changed(
                COMPARE,
                ("    t, df", '    by_test = {**rows, "val_nll": rows["test_nll"]}\n    t, df'),
                ("best_tenth(rows,", "best_tenth(by_test,"),
            ),
            "V first": changed(COMPARE, ("return t", "return -t")),
            "the ended counted": changed(COMPARE, ('== "diverged"', '== "ok"')),
            "tenth of the ended": changed(
                COMPARE,
                (
                    "    t, df",
                    '    well = rows["status"] == "ok"\n'
                    "    ok = {key: values[well] for key, values in rows.items()}\n"
                    "    t, df",
                ),
                ("best_tenth(rows,", "best_tenth(ok,"),
            ),
        },
    },
    "ps5.5": {
        "right": {
            "all draws at once": REDRAWN,
            "by question 1": """
def redrawn(rows, variant, places):
    mine = np.flatnonzero(rows["variant"] == variant)
    means = []
    for draw in places:
        again = {key: values[mine[draw]] for key, values in rows.items()}
        means.append(best_tenth(again, variant)[1].mean())
    return means
""",
        },
        "wrong": {
            "no selection": changed(REDRAWN, ("[:, :k]", ""), (".mean(axis=1)", "")).replace(
                'return rows["test_nll"][best]', 'return np.nanmean(rows["test_nll"][best], axis=1)'
            ),
            "the same tenth": """
def redrawn(rows, variant, places):
    return np.full(len(places), best_tenth(rows, variant)[1].mean())
""",
            "by the test loss": changed(
                REDRAWN, ('rows["val_nll"][drawn]', 'rows["test_nll"][drawn]')
            ),
            "each trial once": """
def redrawn(rows, variant, places):
    mine = np.flatnonzero(rows["variant"] == variant)
    means = []
    for draw in places:
        again = {key: values[mine[np.unique(draw)]] for key, values in rows.items()}
        means.append(best_tenth(again, variant)[1].mean())
    return np.array(means)
""",
            "rounded down": changed(REDRAWN, ("-(-drawn.shape[1] // 10)", "drawn.shape[1] // 10")),
            "places among all rows": changed(REDRAWN, ("drawn = mine[places]", "drawn = places")),
            "validation returned": changed(
                REDRAWN, ('rows["test_nll"][best]', 'rows["val_nll"][best]')
            ),
            "one number": changed(REDRAWN, (".mean(axis=1)", ".mean()")),
        },
    },
}

HINTS = {
    "ps5.1": {
        "by the test loss": "chosen by the test loss",
        "of those that ended well": "of the trials that ended well",
        "rounded down": "rounded down",
        "diverged as 0": "loss of 0",
        "the worst": "worst tenth",
        "all variants": "all variants together",
        "validation returned": "validation loss is returned",
        "places": "row's place",
    },
    "ps5.2": {
        "Student's": "Student's t",
        "Student's degrees": "degrees of freedom are Student's",
        "divides by n": "divides by n",
        "not squared": "not squared",
        "the sign": "the sign",
        "no root": "root is missing",
        "only t": "return t, df",
    },
    "ps5.3": {
        "each at alpha": "Bonferroni divides",
        "one side": "one side only",
        "turned round": "change places",
        "the same": "show that there is none",
        "no test": "need a test",
        "a large p": "other way round",
        "numbers": "texts are expected",
    },
    "ps5.4": {
        "as it was, counted": "all three flaws are still there",
        "only the test mended": "chosen by the test loss, and the tenth",
        "all but the rounding": "still rounded down",
        "as it was": "return t, df, lost, lost_of_V",
        "still pooled": "one spread for both",
        "still by the test loss": "still chosen by the test loss",
        "V first": "the sign",
        "the ended counted": "those that ended well are counted",
        "tenth of the ended": "one of the trials that ended well",
    },
    "ps5.5": {
        "no selection": "averaged",
        "the same tenth": "same tenth in every draw",
        "by the test loss": "chosen by the test loss",
        "each trial once": "drawn twice counts once",
        "rounded down": "rounded down",
        "places among all rows": "among all rows",
        "validation returned": "validation loss",
        "one number": "shape",
    },
}
