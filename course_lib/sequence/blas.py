"""NumPy's own matrix product, for compiled code to call.

numba's np.dot would take SciPy's library, which is up to twice as slow at these sizes, and would
need SciPy. Raises ImportError where NumPy's library does not show its products by name.
"""

from __future__ import annotations

import ctypes
from typing import Any

import llvmlite.binding
import numpy as np
from numba import types
from numba.extending import overload
from threadpoolctl import threadpool_info

# contract: a · b + c may be rounded once instead of twice. NaN and infinity stay what they are.
HOW: Any = {"fastmath": {"contract"}, "error_model": "numpy"}
ROWS, AS_IT_IS = 101, 111  # cblas's own numbers


def _borrowed() -> dict[Any, Any]:
    np.dot(np.ones((2, 2)), np.ones((2, 2)))  # so that the library is loaded
    found: dict[Any, Any] = {}
    for library in threadpool_info():
        if library["user_api"] != "blas" or "numpy" not in library["filepath"]:
            continue
        loaded = ctypes.CDLL(library["filepath"])
        for letter, number in (("s", types.float32), ("d", types.float64)):
            for name, whole in (
                (f"scipy_cblas_{letter}gemm64_", types.int64),
                (f"cblas_{letter}gemm64_", types.int64),
                (f"cblas_{letter}gemm", types.int32),
            ):
                function = getattr(loaded, name, None)
                if function is not None and number not in found:
                    address = ctypes.cast(function, ctypes.c_void_p).value
                    llvmlite.binding.add_symbol(f"course_{letter}gemm", address)
                    flag, at = types.int32, types.uintp
                    sizes, matrices = (
                        [flag, flag, flag, whole, whole, whole],
                        [at, whole, at, whole],
                    )
                    signature = types.void(*sizes, number, *matrices, number, at, whole)
                    found[number] = types.ExternalFunction(f"course_{letter}gemm", signature)
    if len(found) < 2:
        raise ImportError("NumPy's BLAS shows no cblas_sgemm and cblas_dgemm here")
    return found


BLAS = _borrowed()


def product(a, b, out):
    """out += a b; every row of a, b and out lies in one stretch."""
    raise NotImplementedError("for compiled code")


@overload(product, jit_options=HOW)
def _product(a, b, out):
    gemm, one = BLAS[out.dtype], np.dtype(out.dtype.name).type(1)

    def of(a, b, out):
        size = a.itemsize
        gemm(
            ROWS, AS_IT_IS, AS_IT_IS, out.shape[0], out.shape[1], a.shape[1],
            one, a.ctypes.data, a.strides[0] // size, b.ctypes.data, b.strides[0] // size,
            one, out.ctypes.data, out.strides[0] // size,
        )  # fmt: skip

    return of
