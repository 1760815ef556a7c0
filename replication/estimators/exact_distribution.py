"""The conditional distribution behind exact logistic regression: counted, not sampled.

Given the number of events and the sums of the other covariates over the events, the likelihood of
a covariate's own sum t holds no coefficient but its own: P(t) is proportional to
c(t) exp(coefficient * t), where c(t) counts the outcome vectors that have all these sums
(Cox 1970, The Analysis of Binary Data). This module finds c(t).

Rows are taken one by one into partial sums with counts, as in the multivariate shift algorithm of
Hirji, Mehta and Patel (1987, JASA 82: 1110-1117). Equal partial sums merge, so that repeated
covariate patterns cost little, and those from which the observed values cannot be reached any more
are dropped. The rows are worked on from both ends and the two halves matched at the end, which
halves the exponent of the work (Horowitz and Sahni 1974, JACM 21: 277-292).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, gcd, lcm, prod
from typing import Any

import numpy as np
from scipy import sparse

from replication.estimators.arguments import check_binary, checked_arrays

MAX_STATES = 1_500_000
MAX_PAIRS = 50_000_000
# Products held at a time, some 50 bytes each.
_MAX_CELLS = 4_000_000
_MAX_DENOMINATOR = 1_000_000
_WORD_BITS = 62
# Limbs of this size, multiplied and summed over at most MAX_PAIRS pairs, stay below 2 ** 61.
_LIMB_BITS = 17

_States = tuple[np.ndarray, np.ndarray]


class TooManyStatesError(ValueError):
    """A distribution beyond the stated size; the message is fit for the note of a table."""


@dataclass(frozen=True)
class ConditionalDistribution:
    """Null distribution of the sums of q tested covariates over the events.

    Attributes
    ----------
    support : ndarray, shape (m, q)
        Attainable sums in the units of the covariates; with q = 1 in ascending order.
    counts : tuple of int, length m
        Outcome vectors with these sums and the observed sums of all else, exact at any size.
    at : int
        The row of `support` that was observed.
    """

    support: np.ndarray
    counts: tuple[int, ...]
    at: int


def conditional_distribution(
    outcome: np.ndarray, design: np.ndarray, tested: Sequence[int], max_states: int = MAX_STATES
) -> ConditionalDistribution:
    """Count the outcome vectors for every attainable sum of the tested columns.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Zeros and ones.
    design : ndarray, shape (n, k)
        Without a constant. The number of events and the sums of all columns that are not tested
        are held at their observed values.
    tested : sequence of int
        Column numbers in `design`, q of them, each once.
    max_states : int
        Partial sums allowed for either half of the rows. At the default of 1,500,000 a
        distribution, or its refusal, takes about a second and 300 MB.

    Raises
    ------
    TooManyStatesError
        When more than `max_states` partial sums or `MAX_PAIRS` pairs of them are needed.
    ValueError
        For an outcome other than 0 and 1, a missing value, or a column whose values are not whole
        multiples of a common fraction with denominator at most 1,000,000.
    """
    outcome, design = checked_arrays(outcome, design)
    check_binary(outcome)
    order = [*tested, *(j for j in range(design.shape[1]) if j not in tested)]
    grids = [_Grid.of(design[:, j]) for j in order]
    problem = _CountingProblem.of([grid.steps for grid in grids], outcome == 1, len(tested))
    counts = _match(*_grow_halves(problem, max_states), problem)
    keys = sorted(counts)
    sums = np.array(keys, dtype=problem.rows.dtype)
    return ConditionalDistribution(
        support=np.column_stack(
            [grids[j].totals(problem.sums(sums, j), problem.target[-1]) for j in range(len(tested))]
        ),
        counts=tuple(counts[key] for key in keys),
        at=keys.index(sum(problem.target[j] * problem.place[j] for j in range(len(tested)))),
    )


@dataclass(frozen=True)
class _Grid:
    """A column as whole steps: value = start + unit * step, exactly."""

    start: Fraction
    unit: Fraction
    steps: list[int]

    @classmethod
    def of(cls, column: np.ndarray) -> _Grid:
        values = [_as_fraction(value) for value in column.tolist()]
        start = min(values, default=Fraction(0))
        scale = lcm(*(value.denominator for value in values))
        whole = [int((value - start) * scale) for value in values]
        step = gcd(*whole) or 1
        return cls(start, Fraction(step, scale), [value // step for value in whole])

    def totals(self, steps: np.ndarray, n_events: int) -> np.ndarray:
        """Convert sums of steps over the events to the units of the column, each rounded once."""
        distinct, place = np.unique(steps, return_inverse=True)
        values = [float(self.unit * step + self.start * n_events) for step in distinct.tolist()]
        return np.array(values)[place]


def _as_fraction(value: float) -> Fraction:
    # Ties between sums decide everything here; a value known only to rounding error has none.
    fraction = Fraction(value).limit_denominator(_MAX_DENOMINATOR)
    if float(fraction) != value:
        raise ValueError(
            f"design has the value {value!r}; allowed: whole numbers, or fractions with a "
            f"denominator up to {_MAX_DENOMINATOR:,}"
        )
    return fraction


@dataclass(frozen=True)
class _CountingProblem:
    """The rows, what their sums must be, and how sums are packed into one number.

    Attributes
    ----------
    rows : ndarray, shape (n, k + 1)
        Grid steps, all >= 0: tested columns, conditioned columns, a column of ones.
    target : tuple of int, length k + 1
        Observed sums over the events.
    base, place : tuple of int, length k + 1
        A key is the sum of place[j] * sums[j]; base[j] exceeds every possible sum of column j, so
        that no digit runs over.
    n_tested : int
    """

    rows: np.ndarray
    target: tuple[int, ...]
    base: tuple[int, ...]
    place: tuple[int, ...]
    n_tested: int

    @classmethod
    def of(cls, columns: list[list[int]], events: np.ndarray, n_tested: int) -> _CountingProblem:
        columns = [*columns, [1] * len(events)]
        base = tuple(sum(column) + 1 for column in columns)
        rows = np.array(columns, dtype=_dtype_for(prod(base))).T
        # Rows that agree in the narrow conditioned columns stand together: within a half the sums
        # of these columns then vary little, and the halves stay small.
        widths = [max(column, default=0) for column in columns]
        conditioned = sorted(range(n_tested, len(columns) - 1), key=widths.__getitem__)
        order = sorted(
            range(len(events)),
            key=lambda i: [columns[j][i] for j in (*conditioned, *range(n_tested))],
        )
        return cls(
            rows=rows[order],
            target=tuple(int(total) for total in rows[events].sum(axis=0)),
            base=base,
            place=tuple(prod(base[:j]) for j in range(len(base))),
            n_tested=n_tested,
        )

    @property
    def count_dtype(self) -> type[Any]:
        """No kept count exceeds the number of ways to place the events."""
        return _dtype_for(comb(len(self.rows), self.target[-1]))

    def sums(self, keys: np.ndarray, column: int) -> np.ndarray:
        return keys // self.place[column] % self.base[column]


def _dtype_for(bound: int) -> type[Any]:
    """Machine words where nothing can run over, Python's own integers otherwise."""
    return np.int64 if bound.bit_length() <= _WORD_BITS else object


def _grow_halves(problem: _CountingProblem, max_states: int) -> tuple[_States, _States]:
    """Take rows from either end, always into the half that is smaller, until none is left."""
    keys = np.zeros(1, dtype=problem.rows.dtype)
    front = back = (keys, np.ones(1, dtype=problem.count_dtype))
    row_keys = problem.rows @ np.array(problem.place, dtype=problem.rows.dtype)
    low, high = 0, len(row_keys)
    while low < high:
        if len(front[0]) <= len(back[0]):
            front = _drop_hopeless(_add_row(front, row_keys[low]), problem, problem.rows[low + 1 :])
            low += 1
        else:
            high -= 1
            back = _drop_hopeless(_add_row(back, row_keys[high]), problem, problem.rows[:high])
        if max(len(front[0]), len(back[0])) > max_states:
            raise TooManyStatesError(f"more than {max_states:,} states")
    return front, back


def _add_row(states: _States, row_key: int) -> _States:
    keys, counts = states
    keys = np.concatenate([keys, keys + row_key])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[starts], np.add.reduceat(np.concatenate([counts, counts])[order], starts)


def _drop_hopeless(states: _States, problem: _CountingProblem, rest: np.ndarray) -> _States:
    """Drop partial sums that the remaining rows cannot bring to the conditioned values.

    With r events still to place, a column can gain at least its r smallest and at most its r
    largest remaining values.
    """
    keys, counts = states
    missing = (problem.target[-1] - keys // problem.place[-1]).astype(np.int64)
    possible = (missing >= 0) & (missing <= len(rest))
    keys, counts, missing = keys[possible], counts[possible], missing[possible]
    keep = np.ones(len(keys), dtype=bool)
    for column in range(problem.n_tested, len(problem.target) - 1):
        values = np.sort(rest[:, column])
        nothing = np.zeros(1, dtype=values.dtype)
        least = np.concatenate([nothing, np.cumsum(values)])[missing]
        most = np.concatenate([nothing, np.cumsum(values[::-1])])[missing]
        gap = problem.target[column] - problem.sums(keys, column)
        keep &= (gap >= least) & (gap <= most)
    return keys[keep], counts[keep]


def _match(front: _States, back: _States, problem: _CountingProblem) -> dict[int, int]:
    """Join the halves whose conditioned sums add up to the observed ones.

    Returns counts by the packed sum of the tested columns.
    """
    split = prod(problem.base[: problem.n_tested])
    goal = sum(t * p for t, p in zip(problem.target, problem.place, strict=True)) // split
    groups = np.intersect1d(front[0] // split, goal - back[0] // split)
    left = _by_group(front[0] // split, front, groups, split)
    right = _by_group(goal - back[0] // split, back, groups, split)
    if int(np.bincount(left.group) @ np.bincount(right.group)) > MAX_PAIRS:
        raise TooManyStatesError(f"more than {MAX_PAIRS:,} pairs of states")
    counts: dict[int, int] = {}
    width = _WORD_BITS if problem.count_dtype is np.int64 else _LIMB_BITS
    for i, a in enumerate(left.matrices(width)):
        for j, b in enumerate(right.matrices(width)):
            for key, total in _summed_products(a, b, left.sums, right.sums):
                counts[key] = counts.get(key, 0) + (total << width * (i + j))
    return counts


def _summed_products(
    a: sparse.csr_array, b: sparse.csr_array, sums_a: np.ndarray, sums_b: np.ndarray
) -> Iterator[tuple[int, int]]:
    """Multiply counts within groups and add them up by the sum of the tested sums."""
    chunk = max(1, _MAX_CELLS // len(sums_b))
    for start in range(0, len(sums_a), chunk):
        pairs = (a[start : start + chunk] @ b.T).tocoo()
        sums = sums_a[start + pairs.coords[0]] + sums_b[pairs.coords[1]]
        distinct, place = np.unique(sums, return_inverse=True)
        totals = np.zeros(len(distinct), dtype=np.int64)
        np.add.at(totals, place, pairs.data)
        yield from zip(distinct.tolist(), totals.tolist(), strict=True)


@dataclass(frozen=True)
class _Grouped:
    """One half as a matrix of counts: distinct tested sums by groups of conditioned sums."""

    row: np.ndarray
    group: np.ndarray
    counts: np.ndarray
    sums: np.ndarray
    n_groups: int

    def matrices(self, width: int) -> list[sparse.csr_array]:
        """Cut the counts into limbs of `width` bits, one matrix of machine words a limb."""
        shape = (len(self.sums), self.n_groups)
        n_limbs = -(-int(self.counts.max()).bit_length() // width)
        limbs = [self.counts >> width * i & (1 << width) - 1 for i in range(n_limbs)]
        return [
            sparse.csr_array((limb.astype(np.int64), (self.row, self.group)), shape=shape)
            for limb in limbs
        ]


def _by_group(of_state: np.ndarray, states: _States, groups: np.ndarray, split: int) -> _Grouped:
    place = np.searchsorted(groups, of_state)
    place[place == len(groups)] = 0
    found = groups[place] == of_state
    sums, row = np.unique(states[0][found] % split, return_inverse=True)
    return _Grouped(row, place[found], states[1][found], sums, len(groups))
