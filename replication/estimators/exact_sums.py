"""Exact distributions of sums, the engine of the exact tests of ranks, signs and positions.

Sums are built up one number at a time, and equal sums are joined. Where the numbers lie on a
lattice, as ranks and codes do, few different sums remain however many arrangements there are. Where
they do not, the number of sums doubles with each, and the functions refuse beyond a stated size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MOST_SUMS = 2**20
# Sums nearer than this share of the largest possible one are equal: rounding must not split them.
_EQUAL = 1e-10


class TooManySumsError(ValueError):
    """The sums are too many to hold; use fewer numbers or draw at random."""


def sums_of_choices(choices: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Give the distribution of a sum of numbers, one from each set, all equally likely.

    Parameters
    ----------
    choices : sequence of ndarray, each of shape (m_i,)
        The numbers of each set. None may be empty.

    Returns
    -------
    sums, probability : ndarray, shape (s,)
        Different sums, ascending, and their probabilities.

    Raises
    ------
    TooManySumsError
        When more than `MOST_SUMS` different sums have to be held.
    """
    scale = sum(np.abs(numbers).max() for numbers in choices)
    sums, probability = np.zeros(1), np.ones(1)
    for numbers in choices:
        _refuse(len(sums) * len(numbers))
        added = (sums[:, None] + numbers[None, :]).ravel()
        weight = np.repeat(probability / len(numbers), len(numbers))
        sums, probability = _joined(added, weight, scale)
    return sums, probability


def sums_of_subsets(numbers: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Count the sums of all subsets, by the size of the subset.

    Parameters
    ----------
    numbers : ndarray, shape (n,)

    Returns
    -------
    list of (sums, count), length n + 1
        For the subsets of size 0 to n: different sums, ascending, and how many subsets have each.
        Counts are whole numbers held as floats, exact up to 2^53.

    Raises
    ------
    TooManySumsError
        When more than `MOST_SUMS` different sums have to be held.
    """
    scale = float(np.abs(numbers).sum())
    empty = (np.zeros(0), np.zeros(0))
    by_size = [(np.zeros(1), np.ones(1))]
    for number in numbers:
        _refuse(2 * sum(len(sums) for sums, _ in by_size))
        shifted = [empty, *((sums + number, count) for sums, count in by_size)]
        by_size = [
            _joined(np.concatenate([old[0], new[0]]), np.concatenate([old[1], new[1]]), scale)
            for old, new in zip([*by_size, empty], shifted, strict=True)
        ]
    return by_size


def share_as_extreme(sums: np.ndarray, weight: np.ndarray, observed: float) -> float:
    """Weight of the sums at least as far from their mean as the observed one, ties counted."""
    mean = (sums @ weight) / weight.sum()
    slack = 10 * _EQUAL * np.abs(sums).max(initial=0.0)
    return float(weight[np.abs(sums - mean) >= abs(observed - mean) - slack].sum() / weight.sum())


def smallest_share_as_extreme(sums: np.ndarray, weight: np.ndarray) -> float:
    """Smallest value that `share_as_extreme` has for any of the sums; see `smallest_p`."""
    return min(share_as_extreme(sums, weight, end) for end in (sums[0], sums[-1]))


def share_at_least(sums: np.ndarray, weight: np.ndarray, observed: float) -> float:
    """Weight of the sums not below the observed one, ties counted."""
    slack = 10 * _EQUAL * np.abs(sums).max(initial=0.0)
    return float(weight[sums >= observed - slack].sum() / weight.sum())


def _joined(sums: np.ndarray, weight: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Sort the sums and add the weights of equal ones."""
    order = np.argsort(sums, kind="stable")
    sums, weight = sums[order], weight[order]
    first = np.concatenate([[True], np.diff(sums) > _EQUAL * scale])
    starts = np.flatnonzero(first)
    return sums[starts], np.add.reduceat(weight, starts)


def _refuse(size: int) -> None:
    if size > MOST_SUMS:
        raise TooManySumsError(f"{size} different sums; allowed: at most {MOST_SUMS}")
