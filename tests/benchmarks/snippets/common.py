"""What the snippets share: modules under their name in either commit, data, how a figure is printed."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

# Both commits read the same data: those of this tree.
DATA = Path(os.environ["BENCHMARK_DATA"])


def module(*names: str) -> ModuleType:
    """Give the first of some modules that this commit has."""
    for name in names[:-1]:
        try:
            return importlib.import_module(f"replication.{name}")
        except ModuleNotFoundError:
            continue
    return importlib.import_module(f"replication.{names[-1]}")


def derived(name: str) -> pd.DataFrame:
    tables = module("tables", "files")
    read = tables.read_table if hasattr(tables, "read_table") else tables.read_csv
    return read(DATA / "data" / "derived" / f"{name}.csv")


def cheapest(function: Callable[[], Any], calls: int = 40) -> float:
    """Least processor time of some calls, in milliseconds; the first one compiles."""
    function()
    costs = []
    for _ in range(calls):
        started = time.process_time()
        function()
        costs.append(time.process_time() - started)
    return 1e3 * min(costs)


def report(cost: float, *answer: Any, memory: float = np.nan) -> None:
    """Print what is measured, the largest process's memory in MB, and the numbers to compare."""
    print("cost", cost)
    print("memory", memory)
    print("answer", *np.concatenate([np.ravel(part) for part in answer]).tolist())
