"""Many variants of one model at once: counts on shared patterns for the batched Firth fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from replication.estimators.batch import FIRTH_REASONS, fit_firth_batch


@dataclass(frozen=True)
class Variants:
    """Firth fits of variants of one model, for one tested term.

    Attributes
    ----------
    estimate, std_error, p_value : ndarray, shape (b,)
        NaN where a variant cannot be estimated.
    reason : ndarray of str, shape (b,)
        Empty where it was.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    p_value: np.ndarray
    reason: np.ndarray


def fit_subsets(outcome: np.ndarray, design: np.ndarray, keep: np.ndarray, tested: int) -> Variants:
    """Fit a model on subsets of its cases.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k)
        Without a constant.
    keep : ndarray of bool, shape (b, n)
        Which cases each variant has.
    tested : int
        Column of `design`.
    """
    patterns, index = np.unique(design, axis=0, return_inverse=True)
    member = np.eye(len(patterns))[index.ravel()]
    kept = keep.astype(float)
    return fit_counts(patterns, kept @ member, (kept * outcome) @ member, tested)


def fit_recoded(
    outcome: np.ndarray, design: np.ndarray, levels: tuple[np.ndarray, ...], tested: int
) -> Variants:
    """Fit a model whose outcome and design differ from variant to variant.

    Parameters
    ----------
    outcome : ndarray, shape (b, n)
    design : ndarray, shape (b, n, k)
    levels : tuple of ndarray, length k
        Every value a column can take; variants are counted on the grid of all combinations.
    tested : int
        Column of the design.
    """
    grid = np.stack(np.meshgrid(*levels, indexing="ij"), axis=-1).reshape(-1, len(levels))
    index = np.zeros(outcome.shape, dtype=np.int64)
    for column, values in enumerate(levels):
        index = index * len(values) + np.searchsorted(values, design[:, :, column])
    cell = index + len(grid) * np.arange(len(outcome))[:, None]
    size = len(outcome) * len(grid)
    trials = np.bincount(cell.ravel(), minlength=size).reshape(len(outcome), -1)
    events = np.bincount(cell.ravel(), outcome.ravel(), size).reshape(len(outcome), -1)
    return fit_counts(grid, trials.astype(float), events, tested)


def fit_counts(
    patterns: np.ndarray, trials: np.ndarray, events: np.ndarray, tested: int
) -> Variants:
    """Fit counts on patterns; patterns no variant uses are left out first.

    Parameters
    ----------
    patterns : ndarray, shape (p, k)
    trials, events : ndarray, shape (b, p)
    tested : int
        Column of `patterns`.
    """
    used = trials.any(axis=0)
    fit = fit_firth_batch(patterns[used], trials[:, used], events[:, used], tested=tested)
    sound = fit.reason == 0
    return Variants(
        estimate=np.where(sound, fit.estimate[:, tested + 1], np.nan),
        std_error=np.where(sound, fit.std_error[:, tested + 1], np.nan),
        p_value=np.where(sound, fit.p_value, np.nan),
        reason=np.array(["", *FIRTH_REASONS[1:]], dtype=object)[fit.reason],
    )


def in_blocks(total: int, size: int = 20_000) -> Iterator[slice]:
    """Cut a range into blocks, so that memory does not grow with the number of variants."""
    for first in range(0, total, size):
        yield slice(first, min(first + size, total))
