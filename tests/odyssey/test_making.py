"""What makes a row is told apart by the bits that come out."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from course_lib.cells import CELLS
from course_lib.odyssey import SHIPPED, VARIANTS, making, read
from course_lib.odyssey.trial import made_by
from tests.needs import needs_numba

NINE = tuple(VARIANTS.values())


def test_the_bits_are_the_same_each_time_and_differ_from_cell_to_cell():
    found = [making.bits((name,)) for name in NINE]
    assert found == [making.bits((name,)) for name in NINE]
    assert len(set(found)) == len(NINE) and all(len(bits) == 6 for bits in found)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_bits_are_those_of_training_whatever_threads_there_are(threads):
    with threadpool_limits(1, user_api="blas"):
        alone = making._bits(NINE[:1], "numpy")
    with threadpool_limits(threads, user_api="blas"):
        assert making.bits(NINE[:1]) == alone


def test_a_single_bit_in_one_cell_shows(monkeypatch):
    before = making.bits(NINE)

    def h(self, c, o):  # one step of float32 below the cell's own
        return np.nextafter(o * c, np.float32(0))

    monkeypatch.setitem(CELLS, "noaf", type("Rounded", (CELLS["noaf"],), {"h": h}))
    assert making.bits(NINE) != before


def test_a_row_says_engine_versions_and_bits():
    engine, versions = made_by("numpy")
    assert engine == "numpy"
    names = [part.split("=")[0] for part in versions.split()]
    assert names == ["course_lib", "numpy", "blas", "bits"]
    for row in read(SHIPPED):
        there = [part.split("=")[0] for part in row.versions.split()]
        assert there == (names if row.engine == "numpy" else [*names[:2], "numba", *names[2:]])


@needs_numba
def test_the_compiled_engine_makes_rows_of_its_own_kind():
    engine, versions = making.made_by("compiled", NINE[:1])
    assert engine == "compiled" and " numba=" in versions
    assert making.made_by("auto", NINE[:1]) == (engine, versions)
    assert making.bits(NINE[:1], "compiled") != making.bits(NINE[:1], "numpy")
