"""Exact tests for small cross-tabulations: two by two, and rows by columns with ordered categories.

Fisher's and Boschloo's test and the conditional odds ratio are SciPy's; the tests hold SciPy 1.17.1
against full enumeration. Barnard's test is computed here: SciPy's compares floating-point scores
without a tolerance, so that rounding decides whether tables that are exactly as extreme as the
observed one count. Of 200 random small tables, 26 two-sided p-values came out wrong
(for [[3, 2], [3, 4]] 0.7303 where enumeration gives 793/1024 = 0.7744).
Beyond two by two SciPy offers resampling only, so that Freeman-Halton is computed here as well.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import comb, factorial, nan, prod

import numpy as np
from scipy import stats
from scipy.optimize import minimize_scalar

from replication.estimators.arguments import check_level
from replication.estimators.exact_distribution import TooManyStatesError
from replication.estimators.exact_inference import PValues, p_values

EMPTY_MARGIN = "a row or a column is empty"
MAX_TABLES = 1_000_000
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
    """

    p_value: float
    p_less: float
    p_greater: float


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
    nobs: int
    note: str


@dataclass(frozen=True)
class OrderedTable:
    """Exact tests of no association in an R x C table, conditional on both margins.

    Attributes
    ----------
    p_freeman_halton : float
        Fisher's test beyond two by two: total probability of the tables no more probable than the
        observed one (Freeman and Halton 1951, Biometrika 38: 141-149). Ignores the order.
    trend : float
        Linear-by-linear statistic: sum of row score times column score over the observations. With
        a binary column this is the Cochran-Armitage trend test in its conditional form.
    trend_mean : float
        Its null expectation; `trend` above it means that the two rise together.
    p_trend : PValues
        All four versions; `doubled` is the one used elsewhere as p_value.
    nobs : int
    note : str
        Empty, or why all numbers are NaN.
    """

    p_freeman_halton: float
    trend: float
    trend_mean: float
    p_trend: PValues
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
    table = _checked(table)
    check_level(level)
    if table.shape != (2, 2):
        raise ValueError(f"table has shape {table.shape}; allowed: (2, 2)")
    nobs = int(table.sum())
    if 0 in table.sum(axis=0) or 0 in table.sum(axis=1):
        blank = TwoSided(nan, nan, nan)
        return TwoByTwo(blank, blank, blank, nan, nan, nan, nobs, EMPTY_MARGIN)
    ratio = stats.contingency.odds_ratio(table, kind="conditional")
    interval = ratio.confidence_interval(level)
    sides = ("two-sided", "less", "greater")
    return TwoByTwo(
        fisher=TwoSided(*(float(stats.fisher_exact(table, side).pvalue) for side in sides)),
        boschloo=TwoSided(*(float(stats.boschloo_exact(table.T, side).pvalue) for side in sides)),
        barnard=_barnard(table),
        odds_ratio=float(ratio.statistic),
        conf_low=float(interval.low),
        conf_high=float(interval.high),
        nobs=nobs,
        note="",
    )


def ordered_table(
    table: np.ndarray,
    row_scores: Sequence[int] | None = None,
    column_scores: Sequence[int] | None = None,
    max_tables: int = MAX_TABLES,
) -> OrderedTable:
    """Freeman-Halton test and linear-by-linear trend test from all tables with these margins.

    The rows are filled in two halves, which are then matched on the column totals; tables are
    compared by integers, so that equal probabilities are equal (linear-by-linear test: Agresti,
    Mehta and Patel 1990, JASA 85: 453-458).

    Parameters
    ----------
    table : array_like of int, shape (R, C)
        Counts; empty rows and columns are allowed and change nothing.
    row_scores, column_scores : sequence of int, optional
        Scores of the categories; 0, 1, 2, ... when left out.
    max_tables : int
        Partial tables allowed for either half; beyond it the numbers are NaN with a note.

    Raises
    ------
    ValueError
        For fewer than two rows or columns, entries that are not counts, or scores that are not
        whole numbers, one a category.
    """
    table = _checked(table)
    row_scores = _checked_scores(row_scores, table.shape[0], "row")
    column_scores = _checked_scores(column_scores, table.shape[1], "column")
    nobs = int(table.sum())
    if min((table.sum(axis=0) > 0).sum(), (table.sum(axis=1) > 0).sum()) < 2:
        return _no_result(nobs, "fewer than two rows or columns hold observations")
    score = np.outer(row_scores, column_scores)
    if table.shape[1] > table.shape[0]:
        table, score = table.T, score.T
    try:
        matched = _matched_halves(table, score, max_tables)
    except TooManyStatesError as refusal:
        return _no_result(nobs, str(refusal))
    total = _arrangements(table.sum(axis=0).tolist())
    trends = _trend_counts(matched)
    observed = int((score * table).sum())
    return OrderedTable(
        p_freeman_halton=_freeman_halton(matched, prod(map(_arrangements, table.tolist()))) / total,
        trend=float(observed),
        trend_mean=sum(trend * count for trend, count in trends.items()) / total,
        p_trend=p_values(list(trends.values()), list(trends).index(observed)),
        nobs=nobs,
        note="",
    )


def _checked(table: np.ndarray) -> np.ndarray:
    counts = np.asarray(table)
    if counts.ndim != 2 or min(counts.shape) < 2:
        raise ValueError(f"table has shape {counts.shape}; allowed: at least two rows and two columns")
    whole = np.asarray(counts, dtype=float)
    wrong = whole[~(np.isfinite(whole) & (whole >= 0) & (whole == np.rint(whole)))]
    if len(wrong):
        raise ValueError(f"table has the entry {wrong[0]:g}; allowed: whole numbers from 0")
    return counts.astype(np.int64)


def _checked_scores(scores: Sequence[int] | None, length: int, which: str) -> list[int]:
    if scores is None:
        return list(range(length))
    if len(scores) != length or any(score != int(score) for score in scores):
        raise ValueError(
            f"{which} scores are {list(scores)}; allowed: {length} whole numbers, one a category"
        )
    return [int(score) for score in scores]


def _no_result(nobs: int, note: str) -> OrderedTable:
    return OrderedTable(nan, nan, nan, PValues(nan, nan, nan, nan), nobs, note)


def _barnard(table: np.ndarray) -> TwoSided:
    """Maximise each rejection probability over the success probability common to both groups.

    Tables are ordered by the signed square of the pooled score, (x1 n2 - x2 n1)^2 / (s (N - s)) up
    to a constant, compared by cross-multiplication in integers (Barnard 1947, Biometrika 34:
    123-138; Suissa and Shuster 1985, JRSS A 148: 317-327).
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
    )


def _signed_score(x1: int, x2: int, sizes: Sequence[int]) -> Fraction:
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
        lambda common: -probability(common)[0], bounds=around, method="bounded", options={"xatol": 1e-10}
    )
    return float(min(1.0, max(-refined.fun, probability(grid[best])[0])))


_Half = dict[tuple[int, ...], Counter[tuple[int, int]]]


def _matched_halves(
    table: np.ndarray, score: np.ndarray, max_tables: int
) -> list[tuple[Counter[tuple[int, int]], Counter[tuple[int, int]]]]:
    """Pairs of partial tables, upper and lower rows, whose columns add up to the observed totals.

    A partial table is known by its trend and by the number of ways to arrange its rows; how many
    tables share both is the value.
    """
    totals = table.sum(axis=0).tolist()
    half = len(table) // 2
    upper = _partial_tables(table[:half], score[:half], totals, max_tables)
    lower = _partial_tables(table[half:], score[half:], totals, max_tables)
    rest = {used: tuple(t - u for t, u in zip(totals, used, strict=True)) for used in upper}
    return [(upper[used], lower[rest[used]]) for used in upper if rest[used] in lower]


def _partial_tables(
    rows: np.ndarray, score: np.ndarray, totals: Sequence[int], max_tables: int
) -> _Half:
    half: _Half = {(0,) * len(totals): Counter({(0, 1): 1})}
    for row_total, row_score in zip(rows.sum(axis=1).tolist(), score.tolist(), strict=True):
        fuller: _Half = defaultdict(Counter)
        size = 0
        for used, tables in half.items():
            room = [t - u for t, u in zip(totals, used, strict=True)]
            for cells in _fillings(row_total, room):
                trend = sum(s * c for s, c in zip(row_score, cells, strict=True))
                ways = _arrangements(cells)
                filled = fuller[tuple(u + c for u, c in zip(used, cells, strict=True))]
                size -= len(filled)
                for (old_trend, old_ways), number in tables.items():
                    filled[old_trend + trend, old_ways * ways] += number
                size += len(filled)
                if size > max_tables:
                    raise TooManyStatesError(f"more than {max_tables:,} partial tables")
        half = fuller
    return half


def _fillings(total: int, room: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All ways to spread `total` over cells that hold at most `room`."""
    if len(room) == 1:
        if total <= room[0]:
            yield (total,)
        return
    for first in range(max(0, total - sum(room[1:])), min(total, room[0]) + 1):
        for others in _fillings(total - first, room[1:]):
            yield (first, *others)


def _arrangements(cells: Sequence[int]) -> int:
    return factorial(sum(cells)) // prod(factorial(cell) for cell in cells)


def _freeman_halton(matched: list[tuple[Counter, Counter]], observed: int) -> int:
    """Arrangements in tables that are no more probable than the observed one."""
    extreme = 0
    for upper, lower in matched:
        below = Counter[int]()
        for (_, ways), number in lower.items():
            below[ways] += ways * number
        steps = sorted(below)
        cumulative = [0, *accumulate(below[ways] for ways in steps)]
        extreme += sum(
            ways * number * cumulative[bisect_right(steps, observed // ways)]
            for (_, ways), number in upper.items()
        )
    return extreme


def _trend_counts(matched: list[tuple[Counter, Counter]]) -> dict[int, int]:
    """Arrangements by value of the trend statistic, in ascending order."""
    counts = Counter[int]()
    for halves in matched:
        upper, lower = (_by_trend(half) for half in halves)
        for trend, ways in upper.items():
            for other, other_ways in lower.items():
                counts[trend + other] += ways * other_ways
    return dict(sorted(counts.items()))


def _by_trend(half: Counter[tuple[int, int]]) -> Counter[int]:
    counts = Counter[int]()
    for (trend, ways), number in half.items():
        counts[trend] += ways * number
    return counts
