"""How values pass between the sandbox and the grader: JSON and base64, never pickle.

Both sides use it, so it needs NumPy alone. What comes out of the sandbox was written by code that
nobody trusts: `decode` builds nothing but arrays of numbers, texts and truth values, Python's
plain values, and tuples, lists and dicts of these, and raises ValueError for all else.
"""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np

DEPTH = 6  # an answer is an array, or a few in a tuple: more nesting than this is no answer
BYTES = 8 * 2**20  # in one array
KINDS = "fiub"


def encode(value: Any, depth: int = DEPTH) -> Any:
    """A value as JSON can hold it; what is no plain value is named, {"odd": its type}."""
    if value is None or isinstance(value, (bool, str, int)):
        return {"plain": value}
    if isinstance(value, np.generic):
        return {"scalar": encode(np.asarray(value), depth)}
    if isinstance(value, float):
        return {"plain": float(value)}
    if depth and isinstance(value, (tuple, list)):
        name = "tuple" if isinstance(value, tuple) else "list"
        return {name: [encode(part, depth - 1) for part in value]}
    if depth and isinstance(value, dict):
        return {"dict": [[str(key), encode(part, depth - 1)] for key, part in value.items()]}
    if isinstance(value, np.ndarray) or hasattr(value, "__array__"):
        array = np.array(value, subok=False, order="C")
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:  # np.longdouble, which check takes
            array = array.astype(np.float64)
        if array.dtype.kind == "U":
            return {"texts": array.ravel().tolist(), "shape": list(array.shape)}
        if array.dtype.kind in KINDS and array.dtype.itemsize <= 8:
            data = base64.b64encode(array.tobytes()).decode()
            return {"array": array.dtype.str, "shape": list(array.shape), "data": data}
        return {"odd": f"an array of {array.dtype}"}
    return {"odd": f"{type(value).__module__}.{type(value).__qualname__}"}


def decode(tree: Any) -> Any:
    """The value that `encode` was given.

    Raises ValueError for whatever `encode` does not write, and for {"odd": …} with its words.
    """
    if _as_texts(tree) > BYTES:
        raise ValueError("longer texts than an answer has were handed over")
    return _value(tree, DEPTH)


def _value(tree: Any, depth: int) -> Any:
    if not isinstance(tree, dict):
        raise ValueError("what was handed over is no value")
    if "plain" in tree and isinstance(tree["plain"], (bool, int, float, str, type(None))):
        return tree["plain"]
    if "scalar" in tree and depth:
        value = _value(tree["scalar"], 0)
        if isinstance(value, np.ndarray) and value.shape == ():
            return value[()]
    for name, make in (("tuple", tuple), ("list", list)):
        if depth and isinstance(tree.get(name), list):
            return make(_value(part, depth - 1) for part in tree[name])
    if depth and isinstance(tree.get("dict"), list):
        return {_text(key): _value(part, depth - 1) for key, part in tree["dict"]}
    if "array" in tree:
        return _array(tree)
    if isinstance(tree.get("texts"), list):
        texts = [_text(text) for text in tree["texts"]]
        return np.array(texts, dtype=np.str_).reshape(_shape(tree))
    if "odd" in tree:
        words = "which is no array of real numbers, texts or truth values"
        raise ValueError(f"it returns {_text(tree['odd'])[:200]}, {words}")
    raise ValueError("what was handed over is no value")


def _as_texts(tree: Any) -> int:
    """Bytes of one array of texts that holds all values: NumPy pads each to the longest.

    An array of numbers counts by its data as they are written, which is more than its values.
    """
    count, longest, waiting = 0, 0, [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            data = part.get("data")
            count += len(data) if isinstance(data, str) else 0
            waiting += [part[key] for key in part.keys() - {"array", "shape", "data", "odd"}]
        elif isinstance(part, list):
            waiting += part
        else:
            count += 1
            longest = max(longest, len(part) if isinstance(part, str) else 0)
    return 4 * count * longest


def _array(tree: dict) -> np.ndarray:
    dtype = np.dtype(_text(tree["array"]))
    if dtype.kind not in KINDS or dtype.itemsize > 8 or len(_text(tree.get("data"))) > 2 * BYTES:
        raise ValueError("an array of an odd kind or size was handed over")
    data = base64.b64decode(tree["data"], validate=True)
    shape = _shape(tree)
    if math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError("an array was handed over whose shape is not that of its values")
    return np.frombuffer(data, dtype).reshape(shape).copy()


def _shape(tree: dict) -> tuple[int, ...]:
    shape = tree.get("shape")
    if not isinstance(shape, list) or len(shape) > 8:
        raise ValueError("an array was handed over without a shape")
    if not all(type(size) is int and 0 <= size < 2**31 for size in shape):
        raise ValueError("an array was handed over with a shape of odd sizes")
    return tuple(shape)


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError("a text was expected")
    return text
