"""Individual observations to counts of patterns, for one sample or very many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from replication.estimators.compiled import entry


@dataclass(frozen=True)
class Collapsed:
    """Counts of B samples on the patterns that occur in any of them.

    Attributes
    ----------
    patterns : ndarray, shape (P, k)
        Distinct rows of the design, sorted.
    trials : ndarray, shape (B, P)
        Total weight of the observations of each pattern.
    sums : ndarray, shape (B, P)
        Total of weight times outcome: the events, for an outcome of 0 and 1.
    """

    patterns: np.ndarray
    trials: np.ndarray
    sums: np.ndarray


def collapse(
    design: np.ndarray, outcomes: np.ndarray, weights: np.ndarray | None = None
) -> Collapsed:
    """Count observations by pattern of the design.

    Arguments with a leading axis B differ between samples, the others are shared. Least squares
    also needs sums of squares: ``collapse(design, outcomes**2, weights).sums``.

    Parameters
    ----------
    design : ndarray, shape (n, k) or (B, n, k)
        Without a constant.
    outcomes : ndarray, shape (n,) or (B, n)
        May be missing (NaN) where the weight is zero.
    weights : ndarray, shape (n,) or (B, n), optional
        How often each observation counts, false or zero for not at all; once if not given.

    Raises
    ------
    ValueError
        When shapes disagree, the design has a missing or infinite value, a weight is missing or
        negative, or an observation with weight has no finite outcome.
    """
    design, outcomes = np.asarray(design, dtype=float), np.asarray(outcomes, dtype=float)
    weights = np.ones(1) if weights is None else np.asarray(weights, dtype=float)
    try:
        samples, n = np.broadcast_shapes((1, 1), design.shape[:-1], outcomes.shape, weights.shape)
    except ValueError:
        samples, n = 0, -1
    if design.ndim < 2 or design.shape[-2] != n or outcomes.shape[-1:] != (n,):  # noqa: PLR2004
        raise ValueError(
            f"shapes are {design.shape} of the design, {outcomes.shape} of the outcomes and "
            f"{weights.shape} of the weights; allowed: (n, k), (n,), (n,), each with or without "
            "a leading axis B"
        )
    if not np.isfinite(design).all():
        raise ValueError("the design has a missing or infinite value; allowed: finite ones")
    if not ((weights >= 0) & (weights < np.inf)).all():
        raise ValueError("a weight is missing, infinite or negative; allowed: zero or more")
    if (~np.isfinite(outcomes) & (weights > 0)).any():
        raise ValueError(
            "an observation with weight has no finite outcome; weight zero leaves it out"
        )
    patterns, index = _patterns(design)
    trials, sums = np.zeros((2, samples, len(patterns)))
    _tally(*(np.atleast_2d(values) for values in (index, outcomes, weights)), trials, sums)
    return Collapsed(patterns, trials, sums)


def _patterns(design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct rows over all samples, and which of them each observation has."""
    rows = design.reshape(-1, design.shape[-1])
    code = np.zeros(len(rows), dtype=np.int64)
    # Sorting integers column by column is much quicker than sorting rows.
    for column in rows.T:
        levels, level = np.unique(column, return_inverse=True)
        _, code = np.unique(code * len(levels) + level, return_inverse=True)
    _, first, index = np.unique(code, return_index=True, return_inverse=True)
    return rows[first], index.reshape(design.shape[:-1])


@entry
def _tally(
    index: np.ndarray,
    outcomes: np.ndarray,
    weights: np.ndarray,
    trials: np.ndarray,
    sums: np.ndarray,
) -> None:
    samples, n = len(trials), index.shape[1]
    for i in range(samples):
        a, b, c = min(i, len(index) - 1), min(i, len(outcomes) - 1), min(i, len(weights) - 1)
        for j in range(n):
            weight = weights[c, min(j, weights.shape[1] - 1)]
            if weight > 0.0:
                trials[i, index[a, j]] += weight
                sums[i, index[a, j]] += weight * outcomes[b, j]
