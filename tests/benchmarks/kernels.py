"""Rows of single computations: the same snippet in both commits and, where there is one, in other software."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np
from rows import Found, Row
from trees import Tree, run

SNIPPETS = Path(__file__).parent / "snippets"
# Fewer draws and controls than the plan's, so that ten times as much ends in a minute.
_ONCE = ("--draws", "100", "--controls", "4", "--samples")
_BY_SAMPLES = ((*_ONCE, "1"), (*_ONCE, "10"))
_BY_CONTROLS = ((*_ONCE, "4"), ("--draws", "100", "--controls", "7", "--samples", "5"))


def kernel_rows() -> list[Row]:
    """Give the rows of fits, tests and the multiverse."""
    return [
        *(_firth_row(model, times) for model in ("M1", "M3") for times in ("1", "10")),
        Row(
            "permutation n 210", "ms", _snippet("permutation.py", "ours"), 1.0, "R coin",
            {"R coin": partial(_in_r, "coin", ("permutation.py",))}, rounds=2,
        ),
        Row("multiverse", "CPU s", _multiverse, 0.5),
        *_growth_rows("10 x the samples", _BY_SAMPLES),
        *_growth_rows("10 x by controls", _BY_CONTROLS),
        Row("two Dask workers", "wall over that of two processes", _dask_over_local, 1.15, ""),
    ]  # fmt: skip


def _firth_row(model: str, times: str) -> Row:
    what = ("firth.py", model, times)
    peers = {
        "firthmodels": _snippet(*what, "firthmodels"),
        "R logistf": partial(_in_r, "logistf", what),
    }
    name = f"firth {model} x {times}"
    return Row(name, "ms", _snippet(*what, "ours"), 0.5, "firthmodels", peers, rounds=2)


def _growth_rows(name: str, sizes: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[Row, Row]:
    """Rows of processor time and of memory of the largest process, ten times as much over once."""
    time = Row(name, "CPU over that of 1 x", lambda tree: _growth(tree, sizes)[0], 11.0, "")
    memory = Row(
        f"{name}: MB", "memory over that of 1 x", lambda tree: _growth(tree, sizes)[1], 1.3, ""
    )
    return time, memory


@cache
def _growth(tree: Tree, sizes: tuple[tuple[str, ...], ...]) -> tuple[Found | None, Found | None]:
    if tree.has_all_cases:
        return None, None
    (once, memory), (ten, more) = (_ran(tree, "multiverse.py", *size) for size in sizes)
    time_told = f"{once.cost:.1f} to {ten.cost:.1f} s"
    memory_told = f"{memory:.0f} to {more:.0f} MB"
    return (
        Found(ten.cost / once.cost, ten.answer, time_told),
        Found(more / memory, beside=memory_told),
    )


def _dask_over_local(tree: Tree) -> Found | None:
    if tree.has_all_cases:
        return None
    walls = {}
    for name in ("local", "dask"):
        some = [_ran(tree, "multiverse.py", "--draws", "100", "--wall", name)[0] for _ in range(2)]
        walls[name] = min(some, key=lambda one: one.cost)
    local, dask = walls["local"], walls["dask"]
    if not np.array_equal(local.answer, dask.answer, equal_nan=True):
        raise ValueError("two Dask workers and two processes give other numbers")
    return Found(dask.cost / local.cost, dask.answer, f"{dask.cost:.1f} over {local.cost:.1f} s")


def _multiverse(tree: Tree) -> Found:
    _ran(tree, "multiverse.py", "--draws", "9", "--controls", "1")  # compiles
    return _ran(tree, "multiverse.py")[0]


def _snippet(name: str, *arguments: str) -> Callable[[Tree], Found | None]:
    return lambda tree: None if tree.has_all_cases else _ran(tree, name, *arguments)[0]


def _in_r(package: str, writer: tuple[str, ...], tree: Tree) -> Found | None:
    """Measure R on the data that the snippet `writer` puts into a file; None where R lacks the package."""
    rscript = shutil.which("Rscript")
    asked = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
    if rscript is None or subprocess.run([rscript, "-e", asked], check=False).returncode:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "data.csv")
        _run_snippet(tree, sys.executable, *writer, file)
        return _read(_run_snippet(tree, rscript, f"{package}.R", file))[0]


def _ran(tree: Tree, name: str, *arguments: str) -> tuple[Found, float]:
    """Run a snippet with the packages of this environment; give also the memory of its largest process."""
    return _read(_run_snippet(tree, sys.executable, name, *arguments))


def _run_snippet(tree: Tree, program: str, name: str, *arguments: str) -> str:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    command = [program, str(SNIPPETS / name), *arguments]
    return run(command, tree.path, BENCHMARK_DATA=str(tree.data), **one).printed


def _read(printed: str) -> tuple[Found, float]:
    words = printed.split()
    cost, memory = (float(words[words.index(name) + 1]) for name in ("cost", "memory"))
    answer = np.array([float(word) for word in words[words.index("answer") + 1 :]])
    return Found(cost, answer), memory
