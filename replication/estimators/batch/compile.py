"""Compile every kernel once, ahead of the steps that need them: ``python -m replication.estimators.batch.compile``.

Two processes that meet a kernel for the first time would each compile it. Called at set-up, or by
each process before its first fit, this makes one of them compile while the others wait and then read
what it left on disk. The store knows the processor it was made for, so that another one compiles
anew.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from filelock import FileLock

from replication import paths
from replication.estimators.batch import collapse, fit_firth_batch, fit_ols_batch
from replication.estimators.firth import fit_firth

_LOCK = paths.BUILD / "compiling.lock"


def compile_kernels(lock: Path = _LOCK) -> None:
    """Call each compiled entry with the types that it meets elsewhere.

    Takes seconds of a processor the first time on a machine, then the time to read the store.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    design = np.array([[0.0], [0.0], [1.0], [1.0]])
    outcome = np.array([0.0, 1.0, 0.0, 1.0])
    with FileLock(lock):
        counts = collapse(design, outcome)
        fit_firth_batch(counts.patterns, counts.trials, counts.sums, tested=0)
        fit_ols_batch(counts.patterns, counts.trials, counts.sums, counts.sums, tested=0)
        fit_firth(outcome, design, ("term",))


if __name__ == "__main__":
    compile_kernels()
