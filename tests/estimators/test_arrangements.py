"""Arrangements that were drawn before are given again, as if they had been drawn."""

import numpy as np
import pytest

from replication.estimators.arrangements import drawn_arrangements


def test_arrangements_drawn_again_are_the_same_and_leave_the_generator_alike():
    """Between the two calls more is drawn than is kept, so that the second of each pair draws anew."""
    blocks = np.array([0, 0, 0, 1, 1, 1, 1, 0])
    kept, anew = [], []
    for found in (kept, kept, anew):
        rng = np.random.default_rng(3)
        found.append((drawn_arrangements(blocks, 50, rng), rng.random()))
        if len(kept) == 2:
            for seed in range(100, 140):
                drawn_arrangements(blocks, 5, np.random.default_rng(seed))
    (first, number), (second, again) = kept
    assert first is second
    assert anew[0][0] is not first
    assert np.array_equal(anew[0][0], first)
    assert number == again == anew[0][1]
    assert (blocks[first] == blocks).all()
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1
    others = [
        drawn_arrangements(blocks, 50, np.random.default_rng(4)),
        drawn_arrangements(blocks, 49, np.random.default_rng(3)),
        drawn_arrangements(blocks[::-1], 50, np.random.default_rng(3)),
    ]
    assert all(other.shape != first.shape or (other != first).any() for other in others)
