"""The one seed, and a generator of its own for every task that draws."""

from __future__ import annotations

import zlib

import numpy as np

SEED = 20261124


def generator(task: str) -> np.random.Generator:
    """Make a generator that depends on the seed and the task's name only.

    Tasks may run in any order, in any process, or alone: each draws the same numbers.
    """
    return np.random.default_rng(
        np.random.SeedSequence(SEED, spawn_key=(zlib.crc32(task.encode()),))
    )
