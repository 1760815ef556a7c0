"""Shared by the batched fits: the padded design, and a batch cut into chunks for threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

# Problems a chunk: large enough to keep the lanes full, small enough to stay in the cache.
_CHUNK = 4096


def centred_design(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put the constant before the patterns, and centre their columns.

    Centring leaves the slopes and the determinant of the information as they are and keeps columns
    such as years apart from the constant. The middle of the range is exact for integers.

    Returns
    -------
    design : ndarray, shape (P, k)
        Padded with rows of zeros to a multiple of four.
    shift : ndarray, shape (k,)
        What was taken off each column, 0 off the constant.

    Raises
    ------
    ValueError
        When `patterns` is not a matrix of finite numbers with at least one row.
    """
    patterns = np.asarray(patterns, dtype=float)
    if patterns.ndim != 2 or len(patterns) == 0 or not np.isfinite(patterns).all():  # noqa: PLR2004
        raise ValueError(
            f"patterns have shape {patterns.shape}; allowed: (P, k), P >= 1, finite numbers only"
        )
    rows, k = patterns.shape
    shift = np.zeros(k + 1)
    shift[1:] = (patterns.min(axis=0) + patterns.max(axis=0)) / 2
    design = np.zeros((-(-rows // 4) * 4, k + 1))
    design[:rows, 0] = 1.0
    design[:rows, 1:] = patterns - shift[1:]
    return design, shift


def uncentre(estimate: np.ndarray, shift: np.ndarray) -> None:
    """Turn constants of a centred design, column 0 of (B, k), into those of the design itself."""
    # A problem without an answer may have run to infinity; its numbers are taken out afterwards.
    with np.errstate(invalid="ignore", over="ignore"):
        for j in range(1, len(shift)):
            estimate[:, 0] -= shift[j] * estimate[:, j]


def checked_counts(
    patterns: np.ndarray, trials: np.ndarray, **sums: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return `trials` and the other counts with shape (B, P), uncopied.

    Raises
    ------
    ValueError
        When a count has another shape; `trials` alone may have shape (P,).
    """
    counts = [np.asarray(values) for values in sums.values()]
    shape = (*counts[0].shape[:1], len(patterns))
    for name, values in zip(sums, counts, strict=True):
        if values.shape != shape:
            raise ValueError(
                f"{name} has shape {values.shape}; allowed: (B, {len(patterns)}), one a pattern"
            )
    trials = np.asarray(trials)
    if trials.shape not in (shape, shape[1:]):
        raise ValueError(f"trials have shape {trials.shape}; allowed: {shape} or {shape[1:]}")
    return np.broadcast_to(trials, shape), *counts


def checked_flags(flags: np.ndarray, lanes: int) -> np.ndarray:
    """Return `flags` as booleans of shape (B,).

    Raises
    ------
    ValueError
        When the shape is another.
    """
    flags = np.ascontiguousarray(flags, dtype=bool)
    if flags.shape != (lanes,):
        raise ValueError(f"exact has shape {flags.shape}; allowed: ({lanes},), one a problem")
    return flags


def checked_column(tested: int, columns: int) -> int:
    """Return the position of column `tested` of the patterns among the coefficients.

    Raises
    ------
    ValueError
        When there is no such column.
    """
    if not 0 <= tested < columns:
        raise ValueError(f"tested is {tested}; allowed: 0 to {columns - 1}, a column of patterns")
    return tested + 1


def in_chunks(fit: Callable[[slice], None], lanes: int, threads: int) -> None:
    """Call `fit` for one chunk of problems after another, `threads` of them at a time.

    Raises
    ------
    ValueError
        When `threads` is below one, and whatever `fit` raises.
    """
    if threads < 1:
        raise ValueError(f"threads is {threads}; allowed: 1 or more")
    if threads == 1:
        for chunk in _chunks(lanes):
            fit(chunk)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(fit, _chunks(lanes)):
            pass


def floats(counts: np.ndarray, chunk: slice) -> np.ndarray:
    """Return one chunk of counts as a contiguous array of floats, of its own."""
    return np.array(counts[chunk], dtype=float, order="C")


def _chunks(lanes: int) -> Iterator[slice]:
    return (slice(first, min(first + _CHUNK, lanes)) for first in range(0, lanes, _CHUNK))
