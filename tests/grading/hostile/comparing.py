"""Submissions that tamper with how values are compared and handed over."""

from __future__ import annotations

from tests.grading.hostile.hand import NOTHING, attack

# --- the comparison, patched ---------------------------------------------------------------------


@attack("numpy.testing and numpy's comparisons patched to agree")
def patches_numpy(hand):
    return hand.wrong("""
import numpy as np
agree = lambda *args, **more: True
for name in ("assert_allclose", "assert_array_equal", "assert_equal"):
    setattr(np.testing, name, lambda *args, **more: None)
np.allclose = np.array_equal = np.isclose = np.all = agree
np.abs = np.subtract = lambda *args, **more: np.zeros(1)
""")


@attack("course_lib.checks patched to pass everything")
def patches_the_library(hand):
    return hand.wrong("""
import course_lib.checks as checks
checks.check = checks.require = checks.verdict = lambda *args, **more: (True, "")
checks.QUESTIONS = {}
import sys
for name, module in list(sys.modules.items()):
    for function in ("judge", "judge_values", "near", "verdict", "require"):
        if hasattr(module, function) and name.startswith(("course", "wire", "__main__")):
            setattr(module, function, lambda *args, **more: True)
""")


@attack("builtins patched: isinstance, all, any, len, AssertionError, Exception")
def patches_builtins(hand):
    return hand.wrong("""
import builtins
builtins.all = builtins.any = lambda *args: True
builtins.isinstance = lambda *args: True
builtins.AssertionError = builtins.ValueError = type("Silent", (Exception,), {})
""")


@attack("an input transformer that empties every later cell")
def transforms_input(hand):
    return hand.solved("""
get_ipython().input_transformers_cleanup.append(lambda lines: ["print('passed')\\n"])
""")


@attack("objects returned that are equal to everything", NOTHING, "is no array of real numbers")
def equal_to_everything(hand):
    return hand.wrong("""
class Equal:
    shape, ndim, size = (1, 1), 2, 1
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __le__(self, other): return True
    def __bool__(self): return True
    def __abs__(self): return 0.0
""", one="def valves(*given):\n    return tuple(Equal() for _ in 'ifgo')",
        two="def lstm_step(*given):\n    return Equal(), Equal()",
        three="def lstm_sequence(*given):\n    return np.array([Equal()] * 2, dtype=object)",
    )  # fmt: skip


@attack("an array of a class of its own, whose arithmetic gives zero")
def subclasses_arrays(hand):
    return hand.wrong("""
import numpy as np
class Zero(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **more):
        return np.zeros(self.shape)
    def __array_function__(self, *args):
        return np.zeros(self.shape)
""", one="def valves(x, h_, W, R, b):\n    return (np.ones(h_.shape).view(Zero),) * 4")  # fmt: skip


@attack("NaN, infinity and huge numbers, in case a comparison lets them pass")
def returns_nan(hand):
    return hand.wrong(
        one="def valves(x, h_, W, R, b):\n    return (np.full(h_.shape, np.nan),) * 4",
        two="def lstm_step(x, h_, *rest):\n    return h_ + np.inf, h_ + 1e308",
        three="def lstm_sequence(xs, h, *rest):\n    return 10 ** 5000, [[[[[[[[[[1]]]]]]]]]]",
    )


# --- what is handed over, forged -----------------------------------------------------------------


@attack("messages written to every open file, as the sandbox's own script would", NOTHING)
def forges_messages(hand):
    return hand.wrong("""
import json, os
lines = [{"verdicts": {f"check-{k}": [True, ""] for k in (1, 2, 3)}}]
for k in (1, 2, 3):
    for draw in range(4):
        lines.append({"answer": f"check-{k}", "draw": draw, "passed": True, "score": 10,
                      "came": {"plain": True}, "after": []})
    lines.append({"done": f"check-{k}", "outputs": [{"output_type": "execute_result",
                  "data": {"text/plain": "10"}}]})
lines.append({"end": True})
text = "\\n".join(map(json.dumps, lines)) + "\\n"
for number in range(64):
    try:
        os.write(number, text.encode())
    except OSError:
        pass
print(json.dumps({"msg_type": "execute_result", "content": {"data": {"text/plain": "10"}}}))
""")


@attack("the script beside it patched: whatever is called, it hands over a pass")
def patches_the_script(hand):
    return hand.wrong("""
import sys
wire = sys.modules["wire"]
wire.encode = lambda value, depth=6: {"passed": True, "odd": "passed"}
import gc
for found in gc.get_objects():
    if type(found).__name__ == "function" and found.__name__ == "ask":
        found.__code__ = (lambda shell, step, limits, say: say(
            {"done": step["id"], "verdict": True})).__code__
""")


@attack("a value of another form: a pickle, a huge shape, an array of objects")
def hands_over_a_bomb(hand):
    return hand.wrong("""
import json, os
bombs = [{"array": "|O", "shape": [1], "data": "gASV"}, {"array": "<f8", "shape": [2**31 - 1] * 4,
         "data": ""}, {"tuple": [{"tuple": [{"tuple": [1]}]}]}, {"texts": [1], "shape": [10**9]}]
for number in range(3, 64):
    for k, bomb in enumerate(bombs):
        for name in ("check-1", "check-2", "check-3"):
            try:
                answer = {"answer": name, "draw": k, "came": bomb, "after": [bomb]}
                lines = [{"begin": name}, answer]
                os.write(number, "".join(json.dumps(line) + "\\n" for line in lines).encode())
            except OSError:
                pass
os.write(3, b"[" * 100000 + b"\\n") if os.path.exists("/proc/self/fd/3") else None
""")
