"""Exact distributions of sums, the engine of the exact tests of ranks, signs and positions.

Numbers on a lattice, as ranks and codes are, have few different sums however many arrangements
there are: one table over the lattice is filled number by number. The sums of other numbers are
listed, equal ones joined; they double with each number. Both refuse beyond a stated size, which a
few seconds reach.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from replication.estimators.ties import slack
from replication.ordered_sums import ordered_sum

# Different sums held at a time where they are listed, and entries of a table over a lattice.
MOST_SUMS = 2**20
_MOST_CELLS = 2**23
# Additions in all.
_MOST_WORK = 2**32
# Listing costs this many additions for each list it touches, whatever its length.
_LIST = 2**12


class TooManySumsError(ValueError):
    """The sums are too many to hold; use fewer numbers or draw at random."""


def sums_of_choices(choices: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Give the distribution of a sum of numbers, one from each set, all equally likely.

    Parameters
    ----------
    choices : sequence of ndarray, each of shape (m_i,)
        The numbers of each set. None may be empty.

    Returns
    -------
    sums, probability : ndarray, shape (s,)
        Different sums, ascending, and their probabilities.

    Raises
    ------
    TooManySumsError
        When more than `MOST_SUMS` different sums have to be held.
    """
    lattice = _lattice([numbers - numbers.min() for numbers in choices])
    if lattice is None:
        return _listed_choices(choices)
    unit, steps = lattice
    table = np.ones(1)
    for own in steps:
        longer = np.zeros(len(table) + own.max())
        for step in own.tolist():
            longer[step : step + len(table)] += table
        table = longer / len(own)
    return _support(table, ordered_sum(float(numbers.min()) for numbers in choices), unit)


def sums_of_subsets(numbers: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give the distribution of the sum of a subset drawn at random, by the size of the subset.

    Parameters
    ----------
    numbers : ndarray, shape (n,)

    Returns
    -------
    list of (sums, probability), length n + 1
        For the subsets of size 0 to n: different sums, ascending, and the share of the subsets of
        this size that have each. (Shares, because counts leave the range of floats.)

    Raises
    ------
    TooManySumsError
        When more than `MOST_SUMS` different sums have to be held.
    """
    n, least = len(numbers), float(numbers.min(initial=np.inf))
    lattice = _lattice([np.append(numbers - least, 0.0)]) if n else None
    total = int(lattice[1][0].sum()) + 1 if lattice else 0
    if lattice is None or (n + 1) * total > _MOST_CELLS or n * (n + 1) * total > _MOST_WORK:
        return _listed_subsets(numbers)
    unit, (steps,) = lattice
    table = np.zeros((n + 1, total))
    table[0, 0] = 1.0
    for m, step in enumerate(steps[:-1].tolist(), start=1):
        # Of the subsets of size j among the first m numbers, the share j / m has the m-th.
        size = np.arange(m + 1)[:, None]
        holding = table[:m] * (size[1:] / m)
        table[: m + 1] *= (m - size) / m
        table[1 : m + 1, step:] += holding[:, : total - step]
    return [_support(row, least * size if size else 0.0, unit) for size, row in enumerate(table)]


def share_as_extreme(
    sums: np.ndarray, weight: np.ndarray, observed: float, rounding: float = 0.0
) -> float:
    """Weight of the sums at least as far from their mean as the observed one, ties counted.

    `rounding` is what the sums may have lost before they came here.
    """
    mean = (sums @ weight) / weight.sum()
    reached = np.abs(sums - mean) >= abs(observed - mean) - 10 * slack(sums) - rounding
    return float(weight[reached].sum() / weight.sum())


def smallest_share_as_extreme(sums: np.ndarray, weight: np.ndarray, rounding: float = 0.0) -> float:
    """Smallest value that `share_as_extreme` has for any of the sums; see `smallest_p`."""
    return min(share_as_extreme(sums, weight, end, rounding) for end in (sums[0], sums[-1]))


def share_at_least(
    sums: np.ndarray, weight: np.ndarray, observed: float, rounding: float = 0.0
) -> float:
    """Weight of the sums not below the observed one, ties counted; `rounding` as above."""
    reached = sums >= observed - 10 * slack(sums) - rounding
    return float(weight[reached].sum() / weight.sum())


def _lattice(sets: Sequence[np.ndarray]) -> tuple[float, list[np.ndarray]] | None:
    """Find unit and whole steps of numbers from zero up, or None where they share no unit fit to use."""
    numbers = np.concatenate(sets) if sets else np.zeros(1)
    rounding = len(numbers) * slack(numbers)
    unit = _common_unit(np.unique(numbers), rounding)
    longest = ordered_sum(float(own.max()) for own in sets) / unit
    if not longest < MOST_SUMS or len(numbers) * longest > _MOST_WORK:
        return None
    steps = [np.rint(own / unit).astype(int) for own in sets]
    off = max(
        (np.abs(own - unit * step).max() for own, step in zip(sets, steps, strict=True)), default=0
    )
    return (unit, steps) if off <= rounding else None


def _common_unit(values: np.ndarray, rounding: float) -> float:
    """Greatest common divisor by Euclid's rule, remainders within `rounding` being none."""
    unit = 0.0
    for value in values.tolist():
        rest = value
        while rest > rounding:
            unit, rest = rest, abs(unit - rest * round(unit / rest))
    return unit or 1.0


def _support(table: np.ndarray, least: float, unit: float) -> tuple[np.ndarray, np.ndarray]:
    found = np.flatnonzero(table)
    return least + unit * found, table[found]


def _listed_choices(choices: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    equal = ordered_sum(slack(numbers) for numbers in choices)
    sums, probability = np.zeros(1), np.ones(1)
    work = 0
    for numbers in choices:
        work += len(sums) * len(numbers)
        _refuse(len(sums) * len(numbers), work)
        added = (sums[:, None] + numbers[None, :]).ravel()
        weight = np.repeat(probability / len(numbers), len(numbers))
        sums, probability = _joined(added, weight, equal)
    return sums, probability


def _listed_subsets(numbers: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    equal = len(numbers) * slack(numbers)
    empty = (np.zeros(0), np.zeros(0))
    by_size = [(np.zeros(1), np.ones(1))]
    work = 0
    for m, number in enumerate(numbers, start=1):
        held = 2 * sum(len(sums) for sums, _ in by_size)
        work += held + _LIST * len(by_size)
        _refuse(held, work)
        without = [(sums, share * (m - j) / m) for j, (sums, share) in enumerate(by_size)]
        holding = [(sums + number, share * (j + 1) / m) for j, (sums, share) in enumerate(by_size)]
        by_size = [
            _joined(np.concatenate([old[0], new[0]]), np.concatenate([old[1], new[1]]), equal)
            for old, new in zip([*without, empty], [empty, *holding], strict=True)
        ]
    return by_size


def _joined(sums: np.ndarray, weight: np.ndarray, equal: float) -> tuple[np.ndarray, np.ndarray]:
    """Sort the sums and add the weights of equal ones."""
    order = np.argsort(sums, kind="stable")
    sums, weight = sums[order], weight[order]
    first = np.concatenate([[True], np.diff(sums) > equal])
    starts = np.flatnonzero(first)
    return sums[starts], np.add.reduceat(weight, starts)


def _refuse(size: int, work: int) -> None:
    # Sorting makes an addition here some fifty times as dear as in a table.
    if size > MOST_SUMS or 64 * work > _MOST_WORK:
        raise TooManySumsError(f"{size} different sums; allowed: at most {MOST_SUMS}")
