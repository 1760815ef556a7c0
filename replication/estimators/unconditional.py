"""Barnard's and Boschloo's exact tests of a two-by-two table, given the sizes of its rows only.

Both count the tables that are as extreme as the observed one and take the probability common to the
rows that makes them likeliest. Given the number of successes, both statistics rise with the
successes of the first row, so that what counts is a tail of a hypergeometric distribution: one
tail for each number of successes instead of one table for each pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np
from scipy import stats
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

# Two p-values of Fisher's test nearer than this, as a share, are one: no rounding may part them.
_TIE = 1e-9
_GRID = 2_001
# Rows of the grid held at a time.
_ROWS = 128


@dataclass(frozen=True)
class Unconditional:
    """Greatest probabilities of the tables as extreme as the observed one.

    Attributes
    ----------
    barnard_two_sided, barnard_less, barnard_greater : float
        By the pooled score, two-sided by its absolute value.
    boschloo_less, boschloo_greater : float
        By Fisher's one-sided p-value.
    """

    barnard_two_sided: float
    barnard_less: float
    barnard_greater: float
    boschloo_less: float
    boschloo_greater: float


def unconditional_tests(table: np.ndarray) -> Unconditional:
    """Barnard's and Boschloo's tests of a table without empty margin.

    Barnard 1947, Biometrika 34: 123-138; Suissa and Shuster 1985, Journal of the Royal Statistical
    Society A 148: 317-327; Boschloo 1970, Statistica Neerlandica 24: 1-9. Scores are compared as
    whole numbers. The maximum is sought on a grid and refined around its best point.

    Time grows with the product of the two rows, and with two thousand times the number of
    observations: a second at 3,000 observations, some ten at 10,000.

    Parameters
    ----------
    table : ndarray of int, shape (2, 2)
        Groups by outcomes; successes in the first column.
    """
    # Shares of each number of successes that are as extreme, shape (N + 1, 5).
    shares = np.vstack([_barnard_shares(table), _boschloo_shares(table)]).T
    return Unconditional(*(min(1.0, value) for value in _greatest(shares)))


def _barnard_shares(table: np.ndarray) -> np.ndarray:
    """Two-sided, less and greater, shape (3, N + 1).

    The score is, up to a constant of the sizes, d |d| / v with d = x1 N - s n1 and
    v = s (N - s), for s successes of which x1 are in the first row.
    """
    first, total = int(table[0].sum()), int(table.sum())
    successes = int(table[:, 0].sum())
    observed = int(table[0, 0]) * total - successes * first
    spread = successes * (total - successes)
    shares = np.zeros((3, total + 1))
    for s in range(total + 1):
        below, above = _tails(table, s)
        least = below.start
        # Without success, or with nothing else, the score is zero.
        limit = observed * abs(observed) * (s * (total - s) or 1)
        from_above = _count_from(_least_root(limit, spread), s * first, total) - least
        from_below = (s * first - _least_root(-limit, spread)) // total - least
        far = _least_root(abs(limit), spread)
        shares[0, s] = min(
            1.0,
            above.at(_count_from(far, s * first, total) - least)
            + below.at((s * first - far) // total - least),
        )
        shares[1, s], shares[2, s] = below.at(from_below), above.at(from_above)
    return shares


def _boschloo_shares(table: np.ndarray) -> np.ndarray:
    """Less and greater, shape (2, N + 1)."""
    total, successes = int(table.sum()), int(table[:, 0].sum())
    below, above = _tails(table, successes)
    at = int(table[0, 0]) - below.start
    cut_below, cut_above = below.at(at) * (1 + _TIE), above.at(at) * (1 + _TIE)
    shares = np.zeros((2, total + 1))
    for s in range(total + 1):
        below, above = _tails(table, s)
        shares[:, s] = below.largest_up_to(cut_below), above.largest_up_to(cut_above)
    return shares


@dataclass(frozen=True)
class _Tail:
    """Probabilities of a tail by the place where it begins, counted from the least value `start`."""

    start: int
    probability: np.ndarray
    rising: bool

    def at(self, place: int) -> float:
        """Probability of the tail that begins at `place`, which may lie outside the support."""
        if not self.rising:
            place = max(place, 0)
            return float(self.probability[place]) if place < len(self.probability) else 0.0
        place = min(place, len(self.probability) - 1)
        return float(self.probability[place]) if place >= 0 else 0.0

    def largest_up_to(self, cut: float) -> float:
        """Largest of the tails that is no more probable than `cut`; zero if there is none."""
        ascending = self.probability if self.rising else self.probability[::-1]
        reached = int(np.searchsorted(ascending, cut, side="right"))
        return float(ascending[reached - 1]) if reached else 0.0


def _tails(table: np.ndarray, successes: int) -> tuple[_Tail, _Tail]:
    """Lower and upper tails of the successes in the first row."""
    first, second = table.sum(axis=1).tolist()
    least, most = max(0, successes - second), min(successes, first)
    x = np.arange(least, most + 1)
    log_ways = _log_choose(first, x) + _log_choose(second, successes - x)
    probability = np.exp(log_ways - _log_choose(first + second, successes))
    probability /= probability.sum()
    below = np.minimum(np.cumsum(probability), 1.0)
    above = np.minimum(np.cumsum(probability[::-1])[::-1], 1.0)
    return _Tail(least, below, rising=True), _Tail(least, above, rising=False)


def _log_choose(n: int, k: np.ndarray | int) -> np.ndarray:
    ways: np.ndarray = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return ways


def _least_root(limit: int, spread: int) -> int:
    """Least whole d with d |d| * spread >= limit."""
    if limit > 0:
        return isqrt(-(-limit // spread) - 1) + 1
    return -isqrt(-limit // spread)


def _count_from(d: int, expected: int, total: int) -> int:
    """Least x1 with x1 * total - expected >= d."""
    return -(-(d + expected) // total)


def _greatest(shares: np.ndarray) -> list[float]:
    """Greatest probability of each column over the success probability common to both rows."""
    total = len(shares) - 1
    successes = np.arange(total + 1)
    # Equal steps of the arcsine: narrow near zero and one, where few successes decide.
    grid = np.sin(np.linspace(0, np.pi / 2, _GRID)) ** 2

    def probability(common: np.ndarray, columns: np.ndarray) -> np.ndarray:
        chance: np.ndarray = stats.binom.pmf(successes, total, common[:, None]) @ columns
        return chance

    parts = [probability(grid[i : i + _ROWS], shares) for i in range(0, _GRID, _ROWS)]
    found = np.concatenate(parts)
    greatest = []
    for column, best in enumerate(found.argmax(axis=0).tolist()):
        own = shares[:, [column]]
        refined = minimize_scalar(
            lambda common, own=own: -float(probability(np.array([common]), own)[0, 0]),
            bounds=(grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)]),
            method="bounded",
            options={"xatol": 1e-10},
        )
        greatest.append(max(-float(refined.fun), float(found[best, column])))
    return greatest
