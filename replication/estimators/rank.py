"""Exact comparison of two groups by ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from replication.estimators.arguments import checked_numbers
from replication.estimators.exact_sums import (
    share_as_extreme,
    share_at_least,
    smallest_share_as_extreme,
    sums_of_subsets,
)
from replication.estimators.results import without
from replication.estimators.ties import mid_ranks


@dataclass(frozen=True)
class RankTest:
    """Wilcoxon-Mann-Whitney test of x against y.

    Attributes
    ----------
    n_x, n_y : int
    statistic : float
        Mann-Whitney U: pairs in which x is larger, plus half of the tied pairs.
    superiority : float
        ``U / (n_x n_y)``: the chance that x is larger in a pair drawn at random, ties split evenly;
        one half under the null.
    p_value : float
        Two-sided: arrangements whose U is as far from its mean as the observed one, or farther.
    p_greater, p_less : float
        One-sided, for x larger and for x smaller.
    smallest_p : float
        Smallest `p_value` of any arrangement of these observations; see `smallest_p`.
    note : str
        Why the rest is NaN; empty otherwise.
    """

    n_x: int
    n_y: int
    statistic: float
    superiority: float
    p_value: float
    p_greater: float
    p_less: float
    smallest_p: float
    note: str


def rank_test(x: np.ndarray, y: np.ndarray) -> RankTest:
    """Test whether two groups come from one distribution, ties and all.

    The null distribution is that of the sum of mid-ranks over all ways to choose which
    observations form the first group (Wilcoxon 1945, Biometrics Bulletin 1: 80-83; Mann and
    Whitney 1947, Annals of Mathematical Statistics 18: 50-60; Lehmann 1975, Nonparametrics, chapter
    1, for ties), counted in full. Values that differ by rounding only are tied (`ties.settled`).
    The work grows with the fourth power of the size where all values differ.

    Parameters
    ----------
    x : ndarray, shape (n_x,)
    y : ndarray, shape (n_y,)

    Returns
    -------
    RankTest

    Raises
    ------
    ValueError
        When an argument is not a vector or has a missing value.
    TooManySumsError
        For more different sums of ranks than `exact_sums.MOST_SUMS`, as with 150 different values.
    """
    x, y = checked_numbers("x", x), checked_numbers("y", y)
    if not (len(x) and len(y)):
        return without(RankTest, n_x=len(x), n_y=len(y), note="one group is empty")
    ranks = mid_ranks(np.concatenate([x, y]))
    rank_sum = float(ranks[: len(x)].sum())
    sums, share = sums_of_subsets(ranks)[len(x)]
    statistic = float(rank_sum - len(x) * (len(x) + 1) / 2)
    return RankTest(
        len(x),
        len(y),
        statistic=statistic,
        superiority=statistic / (len(x) * len(y)),
        p_value=share_as_extreme(sums, share, rank_sum),
        p_greater=share_at_least(sums, share, rank_sum),
        p_less=share_at_least(-sums, share, -rank_sum),
        smallest_p=smallest_share_as_extreme(sums, share),
        note="",
    )
