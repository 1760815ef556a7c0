"""Exact tests for a cross-tabulation with ordered categories: Freeman-Halton and linear trend.

SciPy offers only resampling beyond two by two. Here the rows are filled in two halves, in every way
that the column totals allow, and the halves are matched. Probabilities of tables are compared as
integers, so that equal ones are equal.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import factorial, nan, prod

import numpy as np

from replication.estimators.arguments import check_whole, checked_numbers
from replication.estimators.contingency import checked_table
from replication.estimators.exact_distribution import TooManyStatesError
from replication.estimators.exact_inference import PValues, p_values

MAX_TABLES = 500_000
MOST_OBSERVATIONS = 2_000
_MAX_PAIRS = 10_000_000

# How many partial tables share a trend and a number of ways to arrange their rows.
_Tables = Counter[tuple[int, int]]
# The same for each vector of column totals used up.
_Half = dict[tuple[int, ...], _Tables]


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
    smallest_p : float
        Smallest `p_freeman_halton` of any table with these margins; see `smallest_p`.
    nobs : int
    note : str
        Empty, or why all numbers are NaN.
    """

    p_freeman_halton: float
    trend: float
    trend_mean: float
    p_trend: PValues
    smallest_p: float
    nobs: int
    note: str


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

    Time grows with the number of partial tables and the digits of their counts: some ten seconds
    at the limits below.

    Parameters
    ----------
    table : array_like of int, shape (R, C)
        Counts; empty rows and columns are allowed and change nothing. Beyond 2,000 observations the
        numbers are NaN with a note.
    row_scores, column_scores : sequence of int, optional
        Scores of the categories; 0, 1, 2, ... when left out.
    max_tables : int
        Partial tables allowed for either half; beyond it the numbers are NaN with a note.

    Raises
    ------
    ValueError
        For fewer than two rows or columns, entries that are not counts, or scores that are not
        different whole numbers, one a category.
    """
    table = checked_table(table)
    row_scores = _checked_scores(row_scores, table.shape[0], "row")
    column_scores = _checked_scores(column_scores, table.shape[1], "column")
    check_whole("max_tables", max_tables)
    nobs = int(table.sum())
    if any(np.count_nonzero(table.sum(axis=axis)) <= 1 for axis in (0, 1)):
        return _no_result(nobs, "all observations are in one row or one column")
    score = np.outer(row_scores, column_scores)
    if nobs > MOST_OBSERVATIONS:
        return _no_result(nobs, f"more than {MOST_OBSERVATIONS:,} observations")
    if table.shape[1] > table.shape[0]:
        table, score = table.T, score.T
    try:
        matched = _matched_halves(table, score, max_tables)
        trends = _trend_counts(matched)
    except TooManyStatesError as refusal:
        return _no_result(nobs, str(refusal))
    total = _arrangements(table.sum(axis=0).tolist())
    observed = int((score * table).sum())
    return OrderedTable(
        p_freeman_halton=_freeman_halton(matched, prod(map(_arrangements, table.tolist()))) / total,
        trend=float(observed),
        trend_mean=sum(trend * count for trend, count in trends.items()) / total,
        p_trend=p_values(list(trends.values()), list(trends).index(observed)),
        smallest_p=_freeman_halton(matched, _fewest_ways(matched)) / total,
        nobs=nobs,
        note="",
    )


def _checked_scores(scores: Sequence[int] | None, length: int, which: str) -> list[int]:
    if scores is None:
        return list(range(length))
    whole = [
        int(score) for score in checked_numbers(f"{which} scores", scores) if score.is_integer()
    ]
    if not len(scores) == len(set(whole)) == length:
        raise ValueError(
            f"{which} scores are {list(scores)}; allowed: {length} different whole numbers"
        )
    return whole


def _no_result(nobs: int, note: str) -> OrderedTable:
    return OrderedTable(nan, nan, nan, PValues(nan, nan, nan, nan, nan), nan, nobs, note)


def _matched_halves(
    table: np.ndarray, score: np.ndarray, max_tables: int
) -> list[tuple[_Tables, _Tables]]:
    """Pairs of partial tables, upper and lower rows, whose columns add up to the totals."""
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
    formed = 0
    for row_total, row_score in zip(rows.sum(axis=1).tolist(), score.tolist(), strict=True):
        fuller: _Half = defaultdict(Counter)
        for used, tables in half.items():
            room = [t - u for t, u in zip(totals, used, strict=True)]
            for cells in _fillings(row_total, room):
                trend = sum(s * c for s, c in zip(row_score, cells, strict=True))
                ways = _arrangements(cells)
                filled = fuller[tuple(u + c for u, c in zip(used, cells, strict=True))]
                for (old_trend, old_ways), number in tables.items():
                    filled[old_trend + trend, old_ways * ways] += number
                formed += len(tables)
                if formed > max_tables:
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
    return _factorial(sum(cells)) // prod(_factorial(cell) for cell in cells)


@lru_cache(maxsize=MOST_OBSERVATIONS + 1)
def _factorial(number: int) -> int:
    return factorial(number)


def _freeman_halton(matched: list[tuple[_Tables, _Tables]], observed: int) -> int:
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


def _fewest_ways(matched: list[tuple[_Tables, _Tables]]) -> int:
    """Arrangements of the least probable table."""
    return min(
        min(ways for _, ways in upper) * min(ways for _, ways in lower) for upper, lower in matched
    )


def _trend_counts(matched: list[tuple[_Tables, _Tables]]) -> dict[int, int]:
    """Arrangements by value of the trend statistic, in ascending order."""
    counts = Counter[int]()
    halves = [(_by_trend(upper), _by_trend(lower)) for upper, lower in matched]
    if sum(len(upper) * len(lower) for upper, lower in halves) > _MAX_PAIRS:
        raise TooManyStatesError(f"more than {_MAX_PAIRS:,} pairs of partial tables")
    for upper, lower in halves:
        for trend, ways in upper.items():
            for other, other_ways in lower.items():
                counts[trend + other] += ways * other_ways
    return dict(sorted(counts.items()))


def _by_trend(half: _Tables) -> Counter[int]:
    counts = Counter[int]()
    for (trend, ways), number in half.items():
        counts[trend] += ways * number
    return counts
