"""Exact tests for two-by-two tables: Fisher, Boschloo, Barnard, and the conditional odds ratio.

Fisher's and Boschloo's test and the odds ratio are SciPy's; the tests hold SciPy 1.17.1 against
full enumeration. Barnard's test is computed here: SciPy's compares floating-point scores without a
tolerance, so that rounding decides whether tables exactly as extreme as the observed one count. Of
200 random small tables, 26 two-sided p-values came out wrong (for [[3, 2], [3, 4]] 0.7303, where
enumeration gives 793/1024 = 0.7744).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, nan

import numpy as np
from scipy import stats
from scipy.optimize import minimize_scalar

from replication.estimators.arguments import check_level
from replication.estimators.exact_inference import TiltedDistribution
from replication.estimators.smallest_p import (
    smallest_barnard,
    smallest_boschloo,
    smallest_fisher,
)

EMPTY_MARGIN = "a row or a column is empty"
_TWO_BY_TWO = (2, 2)
_GRID = 2_001


@dataclass(frozen=True)
class TwoSided:
    """One test of a two-by-two table.

    Attributes
    ----------
    p_value : float
        Two-sided; `TwoByTwo` says by which rule.
    p_less, p_greater : float
        Against an odds ratio below and above 1.
    smallest_p : float
        Smallest `p_value` of any table that the test holds possible; see `smallest_p`.
    """

    p_value: float
    p_less: float
    p_greater: float
    smallest_p: float


@dataclass(frozen=True)
class TwoByTwo:
    """Exact tests of no association in a two-by-two table of groups (rows) by outcomes (columns).

    Attributes
    ----------
    fisher : TwoSided
        Conditional on both margins; two-sided by ordering tables by probability.
    boschloo : TwoSided
        Conditional on the row totals only, Fisher's one-sided p-value as the statistic, maximised
        over the common probability; two-sided by doubling the smaller side.
    barnard : TwoSided
        The same with the pooled score statistic, two-sided by its absolute value.
    odds_ratio, conf_low, conf_high : float
        Conditional maximum likelihood (not the cross-product) and its exact equal-tailed interval;
        0 and infinity are possible.
    odds_ratio_mue : float
        Median-unbiased odds ratio, which is never 0 or infinite (see `exact.ExactEstimates`).
    nobs : int
    note : str
        Empty, or why all numbers are NaN.
    """

    fisher: TwoSided
    boschloo: TwoSided
    barnard: TwoSided
    odds_ratio: float
    conf_low: float
    conf_high: float
    odds_ratio_mue: float
    nobs: int
    note: str


def two_by_two(table: np.ndarray, level: float = 0.95) -> TwoByTwo:
    """Fisher, Boschloo and Barnard tests with the conditional odds ratio.

    Parameters
    ----------
    table : array_like of int, shape (2, 2)
        Rows are the groups compared, columns the outcomes. (SciPy has groups in columns.)
    level : float
        Confidence level of the interval of the odds ratio.

    Raises
    ------
    ValueError
        For another shape, entries that are not counts, or a level outside (0, 1).
    """
    table = checked_table(table)
    check_level(level)
    if table.shape != _TWO_BY_TWO:
        raise ValueError(f"table has shape {table.shape}; allowed: (2, 2)")
    nobs = int(table.sum())
    if 0 in table.sum(axis=0) or 0 in table.sum(axis=1):
        blank = TwoSided(nan, nan, nan, nan)
        return TwoByTwo(blank, blank, blank, nan, nan, nan, nan, nobs, EMPTY_MARGIN)
    ratio = stats.contingency.odds_ratio(table, kind="conditional")
    interval = ratio.confidence_interval(level)
    sides = ("two-sided", "less", "greater")
    fisher = [float(stats.fisher_exact(table, side).pvalue) for side in sides]
    boschloo = [float(stats.boschloo_exact(table.T, side).pvalue) for side in sides]
    return TwoByTwo(
        fisher=TwoSided(*fisher, smallest_fisher(table)),
        boschloo=TwoSided(*boschloo, smallest_boschloo(*table.sum(axis=1).tolist())),
        barnard=_barnard(table),
        odds_ratio=float(ratio.statistic),
        conf_low=float(interval.low),
        conf_high=float(interval.high),
        odds_ratio_mue=_median_unbiased(table),
        nobs=nobs,
        note="",
    )


def checked_table(table: np.ndarray) -> np.ndarray:
    """Return the counts as integers, shape (R, C).

    Raises
    ------
    ValueError
        For fewer than two rows or columns, or entries that are not whole numbers from 0.
    """
    counts = np.asarray(table, dtype=float)
    if counts.ndim != len(_TWO_BY_TWO) or min(counts.shape) < min(_TWO_BY_TWO):
        raise ValueError(
            f"table has shape {counts.shape}; allowed: at least two rows and two columns"
        )
    wrong = counts[~(np.isfinite(counts) & (counts >= 0) & (counts == np.rint(counts)))]
    if len(wrong):
        raise ValueError(f"table has the entry {wrong[0]:g}; allowed: whole numbers from 0")
    return counts.astype(np.int64)


def _median_unbiased(table: np.ndarray) -> float:
    (first, second), events = table.sum(axis=1).tolist(), int(table[:, 0].sum())
    support = range(max(0, events - second), min(first, events) + 1)
    counts = [comb(first, x) * comb(second, events - x) for x in support]
    at = support.index(int(table[0, 0]))
    tilted = TiltedDistribution.of(np.array(support, dtype=float), counts, at)
    return float(np.exp(tilted.median_unbiased()))


def _barnard(table: np.ndarray) -> TwoSided:
    """Maximise each rejection probability over the success probability common to both groups.

    Tables are ordered by the signed square of the pooled score as a fraction (Barnard 1947,
    Biometrika 34: 123-138; Suissa and Shuster 1985, JRSS A 148: 317-327).
    """
    sizes = [int(size) for size in table.sum(axis=1)]
    observed = _signed_score(int(table[0, 0]), int(table[1, 0]), sizes)
    scores = {
        (x1, x2): _signed_score(x1, x2, sizes)
        for x1 in range(sizes[0] + 1)
        for x2 in range(sizes[1] + 1)
    }
    return TwoSided(
        p_value=_greatest([x for x in scores if abs(scores[x]) >= abs(observed)], sizes),
        p_less=_greatest([x for x in scores if scores[x] <= observed], sizes),
        p_greater=_greatest([x for x in scores if scores[x] >= observed], sizes),
        smallest_p=smallest_barnard(*sizes),
    )


def _signed_score(x1: int, x2: int, sizes: Sequence[int]) -> Fraction:
    # Up to a constant of the sizes: (x1 n2 - x2 n1)^2 / (s (N - s)), with s = x1 + x2.
    difference = x1 * sizes[1] - x2 * sizes[0]
    successes = x1 + x2
    # With no success, or nothing else, the difference is zero and so is the score.
    variance = successes * (sum(sizes) - successes) or 1
    return Fraction(difference * abs(difference), variance)


def _greatest(region: Iterable[tuple[int, int]], sizes: Sequence[int]) -> float:
    """Greatest probability of `region` over the common success probability."""
    total = sum(sizes)
    ways = Counter[int]()
    for x1, x2 in region:
        ways[x1 + x2] += comb(sizes[0], x1) * comb(sizes[1], x2)
    successes = np.arange(total + 1)
    share = np.array([ways[s] / comb(total, s) for s in successes.tolist()])

    def probability(common: np.ndarray) -> np.ndarray:
        return (stats.binom.pmf(successes, total, np.reshape(common, (-1, 1))) * share).sum(axis=1)

    grid = np.linspace(0, 1, _GRID)
    best = int(np.argmax(probability(grid)))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)])
    refined = minimize_scalar(
        lambda common: -probability(common)[0],
        bounds=around,
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(min(1.0, max(-refined.fun, probability(grid[best])[0])))
