"""Which of two groups comes earlier, when some times are ranges and some never come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from replication.estimators.arguments import checked_flags, checked_numbers
from replication.estimators.exact_sums import (
    share_as_extreme,
    share_at_least,
    smallest_share_as_extreme,
    sums_of_subsets,
)
from replication.estimators.results import without
from replication.estimators.ties import settled


@dataclass(frozen=True)
class EarlierTest:
    """Test whether the first group comes earlier than the second.

    Attributes
    ----------
    n_first, n_second : int
    statistic : int
        Pairs in which the first group's member is earlier, less those in which it is later.
    n_pairs, n_undecided : int
        Pairs of one member of each group, and those of them whose order the times leave open.
    share_earlier : float
        Pairs in which the first group's member is earlier plus half of the undecided ones, as a
        share of all: one half under the null.
    p_value, p_earlier, p_later : float
        Two-sided, and one-sided for the first group earlier and later.
    smallest_p : float
        Smallest `p_value` of any arrangement of these times; see `smallest_p`.
    note : str
        Why the rest is NaN; empty otherwise.
    """

    n_first: int
    n_second: int
    statistic: float
    n_pairs: int
    n_undecided: int
    share_earlier: float
    p_value: float
    p_earlier: float
    p_later: float
    smallest_p: float
    note: str


def earlier_test(low: np.ndarray, high: np.ndarray, first: np.ndarray) -> EarlierTest:
    """Compare two groups by Gehan's scores, with the permutation distribution counted in full.

    Each observation scores one for every other that is surely later, minus one for every other that
    is surely earlier; pairs that may be in either order score nothing (Gehan 1965, Biometrika 52:
    203-223; for ranges on both sides Mantel 1967, Biometrics 23: 65-78). The test permutes the
    groups over the scores, which is valid as long as the two groups' times are left open alike.

    Parameters
    ----------
    low, high : ndarray, shape (n,)
        Earliest and latest time of each; equal where it is known, ``high`` infinite where the event
        had not come by ``low``, both infinite where it never came.
    first : ndarray of bool, shape (n,)
        Members of the first group.

    Raises
    ------
    ValueError
        When shapes differ, a time or a group is missing or a range ends before it begins.
    TooManySumsError
        For more sums of scores than `exact_sums` can hold, as with 200 observations.
    """
    low, high, first = _checked(low, high, first)
    n_first, n_second = int(first.sum()), int((~first).sum())
    if not (n_first and n_second):
        return _failed(n_first, n_second, "one group is empty")
    # Known times are points, so that equal ones, up to rounding, are in neither order.
    low, high = np.split(settled(np.concatenate([low, high])), 2)
    earlier = high[:, None] < low[None, :]
    scores = earlier.sum(axis=1) - earlier.sum(axis=0)
    if not scores.any():
        return _failed(n_first, n_second, "no two times are surely in order")
    between = earlier[np.ix_(first, ~first)].sum(), earlier[np.ix_(~first, first)].sum()
    n_pairs = n_first * n_second
    observed = float(scores[first].sum())
    sums, share = sums_of_subsets(scores.astype(float))[n_first]
    undecided = int(n_pairs - sum(between))
    return EarlierTest(
        n_first,
        n_second,
        statistic=float(between[0] - between[1]),
        n_pairs=n_pairs,
        n_undecided=undecided,
        share_earlier=float((between[0] + undecided / 2) / n_pairs),
        p_value=share_as_extreme(sums, share, observed),
        p_earlier=share_at_least(sums, share, observed),
        p_later=share_at_least(-sums, share, -observed),
        smallest_p=smallest_share_as_extreme(sums, share),
        note="",
    )


def _checked(
    low: np.ndarray, high: np.ndarray, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low = checked_numbers("low", low, infinite_allowed=True)
    high = checked_numbers("high", high, infinite_allowed=True)
    if low.shape != high.shape or (low > high).any():
        raise ValueError("a range ends before it begins or has one end only; allowed: low <= high")
    return low, high, checked_flags("first", first, len(low))


def _failed(n_first: int, n_second: int, reason: str) -> EarlierTest:
    sizes = {"n_first": n_first, "n_second": n_second, "n_pairs": n_first * n_second}
    return without(EarlierTest, **sizes, n_undecided=0, note=reason)
