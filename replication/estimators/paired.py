"""Exact tests of paired differences: signs, signed ranks, and the differences themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from replication.estimators.arguments import check_level, checked_numbers
from replication.estimators.exact_sums import (
    TooManySumsError,
    share_as_extreme,
    sums_of_choices,
    sums_of_subsets,
)
from replication.estimators.results import without
from replication.estimators.ties import mid_ranks, settled, slack

_MOST_PAIRS = 5_000
# Shares of all changes of sign nearer than this, as a share, are one share.
_TIE = 1e-9


@dataclass(frozen=True)
class PairedTests:
    """Three tests of the same pairs. All p-values are two-sided and exact.

    Attributes
    ----------
    n_pairs, n_positive, n_zero, n_negative : int
    mean_difference : float
        In the unit of the differences, like the next three.
    hodges_lehmann : float
        Median of the means of all pairs of differences, each with itself too.
    conf_low, conf_high : float
        Limits for the centre of symmetry, from the permutation test; infinite with few pairs.
    sign_p : float
        Sign test, zeros left out.
    permutation_p : float
        Test of the mean under all changes of sign.
    signed_rank_statistic : float
        Sum of the ranks of the positive differences; zeros left out, ties at mid-rank.
    signed_rank_p : float
        Wilcoxon's signed-rank test under all changes of sign of these ranks.
    smallest_p : float
        Smallest p-value of each of the three for any signs of these differences; see `smallest_p`.
    note : str
        Why something is NaN; empty otherwise.
    """

    n_pairs: int
    n_positive: int
    n_zero: int
    n_negative: int
    mean_difference: float
    hodges_lehmann: float
    conf_low: float
    conf_high: float
    sign_p: float
    permutation_p: float
    signed_rank_statistic: float
    signed_rank_p: float
    smallest_p: float
    note: str


def paired_tests(difference: np.ndarray, level: float = 0.95) -> PairedTests:
    """Test whether paired differences are symmetric about zero, and bound their centre.

    The permutation test compares the mean with its value under all 2^n changes of sign (Fisher
    1935, The Design of Experiments, section 21). Its interval holds all centres that the test does
    not reject at ``(1 - level) / 2`` on either side. Its limits are means of subsets of the
    differences (Hartigan 1969, Journal of the American Statistical Association 64: 1303-1317), so
    no search is needed. Wilcoxon's test leaves zeros out, as Wilcoxon did; keeping their ranks
    (Pratt) is another convention, the default of R's coin.

    Differences on a lattice, such as those of codes, are counted exactly for any n of this project;
    others up to 20 pairs, beyond which the permutation test is NaN with a note. Ties and zeros are
    decided on the differences' own digits (`ties.settled`): 0.525 - 0.5 is as far from zero as
    0.75 - 0.775. Work and memory grow with the square of the number of pairs.

    Parameters
    ----------
    difference : ndarray, shape (n,)
        First minus second member of each pair with both known.
    level : float

    Returns
    -------
    PairedTests

    Raises
    ------
    ValueError
        When `difference` is not a vector, has a missing value or more than 5,000 pairs, or the
        level is not between 0 and 1.
    """
    difference = _settled(checked_numbers("difference", difference))
    check_level(level)
    if len(difference) > _MOST_PAIRS:
        raise ValueError(f"there are {len(difference)} pairs; allowed: at most {_MOST_PAIRS:,}")
    n_positive, n_negative = int((difference > 0).sum()), int((difference < 0).sum())
    counts = (len(difference), n_positive, len(difference) - n_positive - n_negative, n_negative)
    if not len(difference):
        sizes = dict(zip(("n_pairs", "n_positive", "n_zero", "n_negative"), counts, strict=True))
        return without(PairedTests, **sizes, note="no pairs")
    note = ""
    try:
        permutation_p, low, high = _sign_permutation(difference, level)
    except TooManySumsError:
        permutation_p, low, high = np.nan, np.nan, np.nan
        note = f"{len(difference)} pairs off a lattice are too many for an exact permutation test"
    rank_sum, signed_rank_p, refusal = _signed_rank(difference[difference != 0])
    return PairedTests(
        *counts,
        mean_difference=float(difference.mean()),
        hodges_lehmann=_hodges_lehmann(difference),
        conf_low=low,
        conf_high=high,
        sign_p=_sign_test(n_positive, n_negative),
        permutation_p=permutation_p,
        signed_rank_statistic=rank_sum,
        signed_rank_p=signed_rank_p,
        # Only all plus and all minus are farthest from zero.
        smallest_p=min(1.0, 2.0 ** (1 - n_positive - n_negative)),
        note="; ".join(reason for reason in (note, refusal) if reason),
    )


def _settled(difference: np.ndarray) -> np.ndarray:
    """Make differences equal, to each other or to zero, that are so but for rounding."""
    with_zero = np.append(difference, 0.0)
    return np.where(np.abs(difference) > slack(with_zero), settled(with_zero)[:-1], 0.0)


def _sign_permutation(difference: np.ndarray, level: float) -> tuple[float, float, float]:
    """P-value and interval of the mean under all changes of sign.

    About a centre c, changing the signs of a subset leaves the sum as large as observed where the
    mean of the subset is at most c. So the one-sided p-value counts subsets by their means; the
    empty one always counts.
    """
    sums, probability = sums_of_choices([np.array([-d, d]) for d in difference])
    p_value = share_as_extreme(sums, probability, difference.sum())
    by_size = sums_of_subsets(difference)[1:]
    means = np.concatenate([sums / size for size, (sums, _) in enumerate(by_size, start=1)])
    of_size = stats.binom.pmf(np.arange(len(difference) + 1), len(difference), 0.5)
    shares = [share * own for (_, share), own in zip(by_size, of_size[1:], strict=True)]
    limits = (means, np.concatenate(shares), of_size[0], (1 - level) / 2)
    return p_value, _first_accepted(*limits), -_first_accepted(-limits[0], *limits[1:])


def _first_accepted(means: np.ndarray, shares: np.ndarray, empty: float, rejected: float) -> float:
    """Least centre at which more than the share `rejected` of the subsets counts."""
    if rejected < empty * (1 - _TIE):
        return -np.inf
    order = np.argsort(means, kind="stable")
    reached = empty + np.cumsum(shares[order]) > rejected * (1 + _TIE)
    return float(means[order][reached.argmax()])


def _hodges_lehmann(difference: np.ndarray) -> float:
    first, second = np.triu_indices(len(difference))
    return float(np.median((difference[first] + difference[second]) / 2))


def _sign_test(n_positive: int, n_negative: int) -> float:
    if n_positive + n_negative == 0:
        return 1.0
    return float(stats.binomtest(n_positive, n_positive + n_negative).pvalue)


def _signed_rank(nonzero: np.ndarray) -> tuple[float, float, str]:
    ranks = mid_ranks(np.abs(nonzero))
    rank_sum = float(ranks[nonzero > 0].sum())
    try:
        sums, probability = sums_of_choices([np.array([0.0, rank]) for rank in ranks])
    except TooManySumsError:
        reason = f"{len(nonzero)} signed ranks are too many for an exact test"
        return rank_sum, np.nan, reason
    return rank_sum, share_as_extreme(sums, probability, rank_sum), ""
