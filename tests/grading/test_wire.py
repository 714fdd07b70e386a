"""Values come back as they were sent; nothing else is built from what a sandbox hands over."""

import json

import numpy as np
import pytest

from course_lib.grading import wire

VALUES = [
    np.arange(6.0).reshape(2, 3),
    np.array([1, np.nan, np.inf], np.float32),
    np.zeros((0, 4)),
    np.array([[True], [False]]),
    np.array(["a", "bc"]),
    np.arange(12)[::2],
    np.float64(2.5),
    np.int64(3),
    7,
    -2.5,
    True,
    None,
    "text σ",
    (np.ones(2), [1, "a"], ()),
    {"W": np.ones((2, 2)), "b": 1},
]


def same(a, b) -> bool:
    if isinstance(a, (tuple, list)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (np.ndarray, np.generic)):
        return type(a) is type(b) and a.dtype == b.dtype and bool(
            np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        )  # fmt: skip
    return type(a) is type(b) and a == b


@pytest.mark.parametrize(
    "value", VALUES, ids=[f"{type(v).__name__}-{k}" for k, v in enumerate(VALUES)]
)
def test_what_is_sent_comes_back(value):
    assert same(value, wire.decode(json.loads(json.dumps(wire.encode(value)))))


class Equal:
    def __eq__(self, other):
        return True


class Zero(np.ndarray):
    def __array_ufunc__(self, *args, **more):
        return 0.0


@pytest.mark.parametrize(
    "value", [Equal(), np.array([Equal()], dtype=object), [[[[[[[[1]]]]]]]], 1j * np.ones(2), open]
)
def test_what_is_no_plain_value_is_named_and_refused(value):
    with pytest.raises(ValueError, match="no array of real numbers, texts or truth values"):
        wire.decode(wire.encode(value))


def test_an_array_of_another_class_comes_as_an_array():
    came = wire.decode(wire.encode(np.ones(3).view(Zero)))
    assert type(came) is np.ndarray
    assert np.array_equal(came - 1, np.zeros(3))


def test_numbers_longer_than_a_float_come_as_floats():
    """A check takes them, so grading does."""
    longer = np.ones((2, 3), np.longdouble) / 3
    for value in (longer, longer[0, 0]):
        came = wire.decode(wire.encode(value))
        assert came.dtype == np.float64 and np.array_equal(came, np.asarray(value, float))


PADDED = [{"plain": "x" * 3000}, *[{"plain": ""}] * 3000]  # 36 MB as an array of texts
MIXED = {"array": "|i1", "shape": [60_000], "data": "AAAA" * 20_000}


@pytest.mark.parametrize(
    "tree",
    [
        {"texts": ["x" * 3000, *[""] * 3000], "shape": [3001]},
        {"list": PADDED},
        {"tuple": [PADDED[0], MIXED]},
        {"tuple": [{"texts": ["x" * 1400, *[""] * 1400], "shape": [1401]}] * 50},
    ],
)
def test_texts_that_would_be_padded_without_end_are_refused(tree):
    with pytest.raises(ValueError, match="longer texts than an answer has"):
        wire.decode(tree)


FORGED: list = [
    None,
    [],
    7,
    {},
    {"passed": True},
    {"plain": [1]},
    {"plain": {"a": 1}},
    {"scalar": {"plain": 1}},
    {"array": "|O", "shape": [1], "data": "AAAAAAAAAAA="},
    {"array": "<f8", "shape": [2], "data": "AAAAAAAAAAA="},
    {"array": "<f8", "shape": [2**31 - 1] * 8, "data": ""},
    {"array": "<f8", "shape": [-1], "data": "AAAAAAAAAAA="},
    {"array": "<f8", "shape": [True], "data": "AAAAAAAAAAA="},
    {"array": "<f8", "shape": "1", "data": "AAAAAAAAAAA="},
    {"array": "<f8", "shape": [1], "data": "not base64!!"},
    {"array": "no type", "shape": [1], "data": ""},
    {"array": "<M8[s]", "shape": [1], "data": "AAAAAAAAAAA="},
    {"array": "<f16", "shape": [1], "data": "AAAAAAAAAAAAAAAAAAAAAA=="},
    {"texts": [1], "shape": [1]},
    {"texts": ["a"], "shape": [2]},
    {"texts": 3, "shape": [1]},
    {"texts": {"a": 1}, "shape": [1]},
    {"tuple": [{"tuple": [{"tuple": [{"tuple": [{"tuple": [{"tuple": [{"tuple": []}]}]}]}]}]}]},
    {"dict": [["a", {"plain": 1}, 3]]},
    {"dict": [[1, {"plain": 1}]]},
    {"dict": [7]},
    {"odd": ["x"]},
]


@pytest.mark.parametrize("tree", FORGED, ids=range(len(FORGED)))
def test_what_encode_does_not_write_is_refused(tree):
    with pytest.raises((ValueError, TypeError)):
        wire.decode(tree)
