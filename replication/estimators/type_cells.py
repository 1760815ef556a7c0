"""The cases with one value of cause and outcome: how many of them are of which of the two types that fit.

A case with a cause X and an outcome Y fits two of the four causal types, so that a cell of n cases leaves n + 1 splits.
The weight of each split, given what clues were found, is a finite sum; where it has too many terms they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln, logsumexp

from replication.estimators.type_draws import drawn_splits, normalised

# More splits of patterns of clues than this are drawn: to go through them takes seconds and gigabytes, and each further
# case with a pattern of its own doubles them.
LARGEST = 2_000_000


@dataclass(frozen=True)
class Beliefs:
    """What is believed, in one cell, of the clues under the first and the second type.

    Attributes
    ----------
    mean : ndarray, shape (2, c)
        Expected probability that a clue is found, by type.
    size : ndarray, shape (2, c)
        How many cases that expectation is worth (sum of the two Beta parameters); infinite where it is held fixed.
    """

    mean: np.ndarray
    size: np.ndarray


@dataclass(frozen=True)
class TypeCell:
    """Splits of one cell between its two types.

    Attributes
    ----------
    n : int
        Cases.
    log_weight : ndarray, shape (n + 1,)
        Logarithm of the weight of k cases of the first type, summed over which ones, shares of types apart.
    pattern : ndarray of int, shape (n,)
        Pattern of clues of each case, a row of `first`.
    first : ndarray, shape (s, n + 1)
        Probability that a case of a pattern is of the first type, given k.
    seen : ndarray, shape (r, 2, c, 2)
        For each detailed split: cases of either type in which a clue was found (1) and was not (0).
    split, log_part : ndarray, shape (r,)
        Its k, and its part of the weight; where there are more than `LARGEST` splits they are drawn.
    """

    n: int
    log_weight: np.ndarray
    pattern: np.ndarray
    first: np.ndarray
    seen: np.ndarray
    split: np.ndarray
    log_part: np.ndarray


def cell_of(clues: np.ndarray, beliefs: Beliefs) -> TypeCell:
    """Weigh every split of one cell.

    Parameters
    ----------
    clues : ndarray, shape (n, c)
        1 found, 0 looked for and not found, NaN not looked for.
    beliefs : Beliefs

    Raises
    ------
    ValueError
        Where splits are too many to go through, and a probability to be learnt is worth too few cases to draw them.
    """
    patterns, place, counts = _patterns(clues)
    told = ~np.isnan(patterns).all(axis=0) if len(patterns) else np.zeros(clues.shape[1], bool)
    if np.isinf(beliefs.size[:, told]).all():
        return _fixed_cell(patterns, place, counts, beliefs)
    if np.prod(counts + 1.0) > LARGEST:
        return _drawn_cell(patterns, place, counts, beliefs)
    return _learnt_cell(patterns, place, counts, beliefs)


def _patterns(clues: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not len(clues):
        return np.empty((0, clues.shape[1])), np.empty(0, int), np.empty(0, int)
    marked = np.where(np.isnan(clues), -1, clues)
    rows, place, counts = np.unique(marked, axis=0, return_inverse=True, return_counts=True)
    return np.where(rows < 0, np.nan, rows), place.reshape(-1), counts


def _fixed_cell(
    patterns: np.ndarray, place: np.ndarray, counts: np.ndarray, beliefs: Beliefs
) -> TypeCell:
    """Multiply the polynomials of the patterns: any number of cases, patterns and clues."""
    chance = _chances(patterns, beliefs.mean)
    # A pattern's common factor is taken out, so that long products neither vanish nor overflow.
    largest = chance.max(axis=1, initial=0.0)
    scale = np.where(largest > 0, largest, 1.0)
    whole = _product(chance / scale[:, None], counts)
    with np.errstate(divide="ignore"):
        log_weight = np.log(whole) + counts @ np.log(np.where(largest > 0, largest, 1.0))
    n = int(counts.sum())
    first = np.zeros((len(patterns), n + 1))
    for row in range(len(patterns)):
        rest = counts.copy()
        rest[row] -= 1
        others = _product(chance / scale[:, None], rest)
        one = chance[row, 0] / scale[row] * np.concatenate(([0.0], others))
        first[row] = np.divide(one, whole, out=np.zeros(n + 1), where=whole > 0)
    empty = np.empty((0, 2, beliefs.mean.shape[1], 2))
    return TypeCell(n, log_weight, place, first, empty, np.empty(0, int), np.empty(0))


def _chances(patterns: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Probability of each pattern under either type, shape (s, 2); a clue not looked for counts 1."""
    each = np.where(patterns[:, None, :] == 1, mean, 1 - mean)
    chances: np.ndarray = np.where(np.isnan(patterns)[:, None, :], 1.0, each).prod(axis=2)
    return chances


def _product(chance: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Coefficients of the product of (second + first z) over all cases."""
    out = np.ones(1)
    for (first, second), count in zip(chance, counts, strict=True):
        for _ in range(int(count)):
            out = np.convolve(out, (second, first))
    return out


def _learnt_cell(
    patterns: np.ndarray, place: np.ndarray, counts: np.ndarray, beliefs: Beliefs
) -> TypeCell:
    """Go through every split of every pattern: what is learnt of a clue ties its cases together."""
    grid = np.indices(tuple(counts + 1)).reshape(len(counts), -1).T
    ways = gammaln(counts + 1) - gammaln(grid + 1) - gammaln(counts - grid + 1)
    found = np.stack([patterns == 0, patterns == 1], axis=-1).astype(float)
    seen = np.stack(
        [np.tensordot(part, found, axes=(1, 0)) for part in (grid, counts - grid)], axis=1
    )
    log_part = ways.sum(axis=1) + _log_clues(seen, beliefs).sum(axis=(1, 2))
    split, n = grid.sum(axis=1), int(counts.sum())
    log_weight = np.array([logsumexp(log_part[split == k]) for k in range(n + 1)])
    first = np.zeros((len(counts), n + 1))
    for k in range(n + 1):
        own = split == k
        share = np.exp(log_part[own] - log_weight[k]) if np.isfinite(log_weight[k]) else 0.0
        first[:, k] = (share * (grid[own] / counts).T).sum(axis=1)
    return TypeCell(n, log_weight, place, first, seen, split, log_part)


def _drawn_cell(
    patterns: np.ndarray, place: np.ndarray, counts: np.ndarray, beliefs: Beliefs
) -> TypeCell:
    """Draw splits where there are too many to go through."""
    # In the order of the patterns, so that the order of the cases changes nothing.
    place, own = np.sort(place), place
    drawn = drawn_splits(
        patterns[place], beliefs.mean, beliefs.size,
        lambda seen: _log_clues(seen, beliefs).sum(axis=(1, 2)),
    )  # fmt: skip
    share = normalised(drawn.log_part)
    log_weight = logsumexp(drawn.log_part.reshape(share.shape), axis=1)
    by_case = (share[..., None] * drawn.chosen.reshape(*share.shape, -1)).sum(axis=1).T
    first = np.stack([by_case[place == row].mean(axis=0) for row in range(len(counts))])
    return TypeCell(len(place), log_weight, own, first, drawn.seen, drawn.split, drawn.log_part)


def _log_clues(seen: np.ndarray, beliefs: Beliefs) -> np.ndarray:
    """Log probability of what was seen of each clue under each type, its own probability integrated out."""
    fixed = np.isinf(beliefs.size)
    size = np.where(fixed, 1.0, beliefs.size)
    first, second = size * beliefs.mean, size * (1 - beliefs.mean)
    # A learnt probability lies between 0 and 1; the places of fixed ones are not used.
    a, b = np.where(fixed, 1.0, first), np.where(fixed, 1.0, second)
    learnt = betaln(a + seen[..., 1], b + seen[..., 0]) - betaln(a, b)
    with np.errstate(divide="ignore"):
        yes, no = np.log(beliefs.mean), np.log(1 - beliefs.mean)
    held = _times(seen[..., 1], yes) + _times(seen[..., 0], no)
    means: np.ndarray = np.where(fixed, held, learnt)
    return means


def _times(count: np.ndarray, log: np.ndarray) -> np.ndarray:
    """Multiply a count with a logarithm, nothing of minus infinity being nothing."""
    out: np.ndarray = np.zeros(count.shape)
    np.multiply(count, log, out=out, where=count > 0)
    return out
