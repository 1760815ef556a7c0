"""How loops are compiled: to machine code, once for each kind of processor, kept on disk.

The compiler's store stands beside the sources (or in the folder NUMBA_CACHE_DIR). It goes by the
processor as well, so that a folder copied to another machine compiles anew there instead of running
what was made for the first. Products and sums are never fused or reordered, so the numbers are the
same bits on every processor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import njit

_HERE = Path(__file__).parent
_SOURCES = sorted([Path(__file__), *_HERE.glob("*_kernels.py"), *_HERE.glob("batch/*.py")])
_VERSION = hashlib.sha256(b"".join(file.read_bytes() for file in _SOURCES)).hexdigest()[:12]

_OPTIONS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
part: Callable[..., Any] = njit(error_model="numpy", **_OPTIONS)


def entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that Python calls; it lets other threads run and is kept on disk.

    The store goes by the name of a function and the contents of its own file. What it calls stands
    in other files, so the contents of all of them are put into the name.
    """
    function.__qualname__ = f"{function.__name__}_{_VERSION}"
    return njit(nogil=True, error_model="numpy", cache=True)(function)
