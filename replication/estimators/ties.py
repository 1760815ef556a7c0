"""When two numbers are one, and when what is left of a number is nothing: one rule for all tests.

A rule in absolute numbers changes its answer with the unit, and one relative to the largest value
changes it with the origin: years less 2000 and years are the same data. So ties and zeros are judged
by the spread of the numbers, with an allowance for what was lost when they were stored, which is
some sixteen digits of the largest. Numbers that leave a test, with a size of their own, are compared
by the coarser rule of `precision`.
"""

from __future__ import annotations

import numpy as np

from replication.precision import TOLERANCE

# Numbers nearer than this share of the spread are equal: a tenth of what tells finished ones apart.
SHARE = TOLERANCE / 10
# Rounding of a stored number and of a few sums with it, as a share of its size.
STORED = 16 * float(np.finfo(float).eps)
# Numbers within this share of a step of a decimal grid, and of their spread, are meant to lie on it.
_OFF_GRID = 2.0**-25
_DIGITS = 10
# A step that rounding blurs by more than this share of it is no grid: too much would lie on it by chance.
_BLURRED = 2.0**-10


def slack(values: np.ndarray) -> float:
    """Distance at which two numbers computed from `values` still count as equal.

    Parameters
    ----------
    values : ndarray
        Any shape; what is not finite counts for nothing.
    """
    finite = values[np.isfinite(values)]
    return SHARE * float(np.ptp(finite)) + stored(finite) if finite.size else 0.0


def stored(values: np.ndarray) -> float:
    """Size that rounding alone can give to a deviation of `values` from each other."""
    return STORED * float(np.abs(values).max(initial=0.0))


def cleared(left: np.ndarray, deviations: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Residuals `left`, exactly zero where they are rounding.

    Parameters
    ----------
    left : ndarray, shape (n,)
    deviations : ndarray, shape (n,)
        What the residuals are left of, such as deviations from a mean.
    values : ndarray, shape (n,)
        The numbers as they were given.
    """
    rounding = 10 * SHARE * float(np.abs(deviations).max(initial=0.0)) + stored(values)
    return np.where(np.abs(left) > rounding, left, 0.0)


def settled(values: np.ndarray, rounding: float = 0.0) -> np.ndarray:
    """`values` with those that differ by rounding only made equal.

    Numbers with few decimals are rounded to them: 0.525 - 0.5 and 0.775 - 0.75 then are one number.
    Others join their neighbours as long as the gap is no wider than `slack`.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Infinite ones stay as they are.
    rounding : float
        How far the values may be off because of the numbers that they were computed from.
    """
    result = np.array(values, dtype=float)
    finite = np.isfinite(result)
    numbers = result[finite]
    if numbers.size:
        rounded = _to_own_digits(numbers)
        result[finite] = _joined(numbers, rounding) if rounded is None else rounded
    return result


def from_least(values: np.ndarray) -> np.ndarray:
    """`values` less the least of them, with the digits that they were meant to have.

    A number far from zero is stored with few digits of its distance to the next: 10000000.325 less
    10000000 is 0.3249999993. Distances on a decimal grid much wider than that are put back on it.
    Where there is no such grid, the values come back as they are.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Finite.
    """
    if not values.size:
        return values
    found = _to_own_digits(values - values.min(), stored(values))
    return values if found is None else found


def mid_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1 with ties, as `settled` sees them, at their mean; shape (n,)."""
    from scipy import stats  # noqa: PLC0415 - a second, and checking case files must not wait for it

    ranks: np.ndarray = stats.rankdata(settled(values))
    return ranks


def _to_own_digits(numbers: np.ndarray, rounding: float = 0.0) -> np.ndarray | None:
    largest = float(np.abs(numbers).max())
    if largest == 0:
        return numbers
    first = -int(np.floor(np.log10(largest)))
    for decimals in range(first, first + _DIGITS):
        step = 10.0**-decimals
        steps = np.round(numbers / step)
        # Far from zero a step can be larger than the spread, and would make all numbers one.
        allowed = _OFF_GRID * min(1.0, float(np.ptp(numbers)) / step)
        if rounding > _BLURRED * step:
            return None
        allowed = max(allowed, rounding / step)
        if (np.abs(numbers / step - steps) <= allowed).all():
            # Divided, not multiplied: 3 / 10 is the float nearest to 0.3, 3 * 0.1 is not.
            return steps / 10.0**decimals if decimals > 0 else steps * 10.0**-decimals
    return None


def _joined(numbers: np.ndarray, rounding: float) -> np.ndarray:
    order = np.argsort(numbers, kind="stable")
    ascending = numbers[order]
    starts = np.concatenate([[True], np.diff(ascending) > slack(numbers) + rounding])
    result = np.empty_like(numbers)
    result[order] = ascending[starts][np.cumsum(starts) - 1]
    return result
