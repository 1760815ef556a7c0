"""Run the parts of a long computation: in local processes, or on a Dask cluster with one switch.

EXECUTOR=processes (the default, one process a core), processes:N, or dask:tcp://host:port.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from replication.progress import shown

VARIABLE = "EXECUTOR"
# Names of two settings of malloc.h, and the largest value that the second takes.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _KEPT = -1, -3, 32 * 2**20
# Seconds between two looks whether the process that started a worker is still there.
_WATCHED = 1.0
_ALLOWED = "processes, processes:N with N at least 1, or dask:tcp://host:port"


def run_parts(
    function: Callable[..., Any], parts: Sequence[tuple[Any, ...]], title: str
) -> Iterator[tuple[int, Any]]:
    """Yield (number of the part, result) as parts finish, in any order.

    Each part is computed by `function(*part)` and depends on its arguments only, so a part whose
    worker dies is simply computed again, and the results do not depend on where they were made.
    A bar with the remaining time is shown where standard error is a terminal.

    Raises
    ------
    ValueError
        When the environment variable EXECUTOR has a value that is not allowed.
    """
    if not parts:
        return
    with _executor(os.environ.get(VARIABLE, "processes"), len(parts)) as executor:
        waiting = {
            executor.submit(_computed, function, *part): number for number, part in enumerate(parts)
        }
        done = as_completed(list(waiting))
        for future in shown(done, title, total=len(parts)):
            # What is yielded is not kept: results of all parts together may be too much to hold.
            yield waiting.pop(future), future.result()


def worker_pool(workers: int, start: str) -> ProcessPoolExecutor:
    """Make a pool, by a start method of multiprocessing, whose processes end with this one, however it ends."""
    return ProcessPoolExecutor(workers, get_context(start), _end_with, (os.getpid(),))


def _end_with(parent: int) -> None:
    # Each worker holds the pipes of all open, so none of them would hear that a killed parent is gone.
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCHED)
        os._exit(1)

    if os.name == "posix":  # elsewhere a process keeps the number of a parent that is gone
        threading.Thread(target=watch, daemon=True).start()


def _computed(function: Callable[..., Any], *part: Any) -> Any:
    _keep_memory()
    return function(*part)


def _keep_memory() -> None:
    """Let this process keep memory that it frees, for its next arrays, where the C library is GNU's.

    Dask starts its workers with MALLOC_TRIM_THRESHOLD_=65536: every array of the size that fits take
    is then asked for from the system anew, page by page, which makes them half as slow again.
    """
    if not sys.platform.startswith("linux"):
        return
    change = getattr(ctypes.CDLL(None), "mallopt", None)
    if change is not None:
        for name in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            change(name, _KEPT)


@contextmanager
def _executor(choice: str, parts: int) -> Iterator[Executor]:
    kind, _, rest = choice.partition(":")
    if kind == "processes" and (not rest or (rest.isdigit() and int(rest) > 0)):
        wanted = int(rest) if rest else os.cpu_count() or 1
        # The processes fill the machine: threads of the linear algebra would only be in their way.
        for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(variable, "1")
        with worker_pool(max(1, min(wanted, parts)), "spawn") as pool:
            yield pool
    elif kind == "dask" and rest:
        from distributed import Client  # noqa: PLC0415 - only on a cluster

        # A part may be lost with its worker several times before that counts as a failure.
        with Client(rest) as client, client.get_executor(retries=5, pure=False) as pool:
            yield pool
    else:
        raise ValueError(f"{VARIABLE}={choice}: not allowed; allowed: {_ALLOWED}")
