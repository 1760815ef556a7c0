"""The smallest p-value that a discrete test could return: what it can find at best.

Every discrete test's result has it as ``smallest_p``. It is the smallest of the p-values, by the
same rule as the result's ``p_value``, over all outcomes that the test holds possible:

- a test conditional on margins (Fisher, Freeman-Halton, exact logistic): every table or sum with
  these margins;
- an unconditional test of two groups (Barnard, Boschloo): every table with these sizes of the groups;
- a permutation or rank test: every arrangement of the values observed, within blocks or groups, so
  that ties among them raise it;
- a test of signs: every pattern of signs of the differences that are not zero;
- a wild cluster bootstrap with all sign vectors: two of the patterns, which always tie;
- where arrangements are sampled: that none of the ``draws`` reaches the observed one, which is
  ``1 / (1 + draws)`` however many arrangements there are.

A test whose ``smallest_p`` is above the level cannot reject whatever the data say, and one near it has
next to no power (Tarone 1990, Biometrics 46: 515-522, leaves such tests out of a correction for many).
It is 1 where every outcome is as extreme as any other, and NaN where there is no test.
"""

from __future__ import annotations

from math import comb

import numpy as np
from scipy.optimize import minimize_scalar

_GRID = 2_001


def smallest_share(extremity: np.ndarray, weight: np.ndarray, tie: float) -> float:
    """Share of the outcomes that are as extreme as any.

    Parameters
    ----------
    extremity : ndarray, shape (m,)
        How far each possible outcome is from the null, in the direction tested.
    weight : ndarray, shape (m,)
        Their probabilities, or numbers in proportion to them.
    tie : float
        Difference below which two outcomes are equally extreme, as in the test.
    """
    farthest = extremity >= extremity.max() - tie
    return float(min(1.0, weight[farthest].sum() / weight.sum()))


def smallest_fisher(table: np.ndarray) -> float:
    """Smallest two-sided p-value of Fisher's test, tables ordered by probability.

    Parameters
    ----------
    table : ndarray of int, shape (2, 2)
        Any table with the margins in question.
    """
    (first, second), events = table.sum(axis=1).tolist(), int(table[:, 0].sum())
    # Counts rise to one mode and fall: the least is at an end, or at both.
    ends = {max(0, events - second), min(first, events)}
    counts = [comb(first, x) * comb(second, events - x) for x in ends]
    least = min(counts)
    return counts.count(least) * least / comb(first + second, events)


def smallest_boschloo(first: int, second: int) -> float:
    """Smallest two-sided p-value of Boschloo's test of groups of these sizes, twice one side.

    All events in one group and none in the other is the one table with the smallest of Fisher's
    one-sided p-values; its probability is greatest where the common one is the group's share.
    """
    shares = first / (first + second), second / (first + second)
    return min(1.0, 2 * shares[0] ** first * shares[1] ** second)


def smallest_barnard(first: int, second: int) -> float:
    """Smallest two-sided p-value of Barnard's test of groups of these sizes.

    The two tables with all events in one group and none in the other have the largest score.
    """

    def probability(common: np.ndarray | float) -> np.ndarray | float:
        rest = 1 - common
        return common**first * rest**second + common**second * rest**first

    grid = np.linspace(0, 0.5, _GRID)
    best = int(np.argmax(probability(grid)))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, _GRID - 1)])
    refined = minimize_scalar(
        lambda common: -probability(common),
        bounds=around,
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(min(1.0, max(-refined.fun, probability(grid[best]))))
