"""Problems for the batched fits, and whether two batches are one."""

import numpy as np


def codes(rng, n, k):
    """Columns of small integers, as coded cases have them."""
    return np.column_stack([rng.integers(0, (4, 4, 3, 2)[j % 4], n) for j in range(k)]).astype(
        float
    )


def draws(rng, samples, n):
    return (rng.random((samples, n)) < rng.uniform(0.15, 0.85, (samples, 1))).astype(float)


def same_bits(first, second, select=...):
    return all(
        np.array_equal(a[select], b, equal_nan=True)
        for a, b in zip(vars(first).values(), vars(second).values(), strict=True)
    )
