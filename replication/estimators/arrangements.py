"""Arrangements of a treatment over units: counted by their sums, listed, or drawn.

Counting is dynamic programming over units, in which each state, the labels handed out so far and
their sum, is met once: the shift algorithm (Streitberg and Roehmel 1986, Computational Statistics
Quarterly 3: 23-41), here for any number of labels, and with units that bring the same taken at once.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

# Additions that counting may take, were no two units alike: about a third of a second.
MAX_WORK = 200_000_000
# Arrangements drawn last, with the state in which they left the generator, by all that they depend on.
_DRAWN: dict[bytes, tuple[np.ndarray, Mapping[str, Any]]] = {}
_MOST_DRAWN = 16


def count_by_sum(counts: Sequence[int], increments: np.ndarray) -> np.ndarray:
    """Count the ways to give each unit a label, by the sum of what unit and label bring.

    Parameters
    ----------
    counts : sequence of int, length v
        How often each label is given; their sum is m.
    increments : ndarray of int, shape (m, v)
        What unit i adds to the sum when it gets label j, at least zero.

    Returns
    -------
    ndarray of float
        Entry s counts the ways with sum s. Whole numbers, exact below 2 to the 53rd.
    """
    # The label given most often is left out of the states: who has none of the others has it.
    rest = int(np.argmax(counts))
    others = [label for label in range(len(counts)) if label != rest]
    most = np.array([counts[label] for label in others], dtype=int)
    kinds, times = np.unique(increments, axis=0, return_counts=True)
    lengths = 1 + np.cumsum([0, *(times * kinds.max(axis=1))])
    table = np.zeros((*(most + 1), 1))
    table[(0,) * len(others)] = 1.0
    for kind, many, length in zip(kinds, times.tolist(), lengths[1:], strict=True):
        if len(others) == 1:
            table = _given_at_once(table, kind[rest], kind[others[0]], many, int(length))
            continue
        for handed in range(1, many + 1):
            # Sums reach this far before the unit gets its label.
            reached = int(length) - (many - handed) * int(kind.max())
            table = _given_to_one(table, kind[rest], kind[others], reached)
    ways: np.ndarray = table[tuple(most)]
    return ways


def _given_at_once(
    table: np.ndarray, without: int, with_it: int, many: int, length: int
) -> np.ndarray:
    """Hand out one label, or none, to `many` units; states are how often it was given, and the sum."""
    given, sums = table.shape
    further = np.zeros((given, length))
    for chosen in range(min(many, given - 1) + 1):
        step = chosen * int(with_it) + (many - chosen) * int(without)
        ways = float(math.comb(many, chosen))
        further[chosen:, step : step + sums] += ways * table[: given - chosen]
    return further


def _given_to_one(
    table: np.ndarray, without: int, with_each: np.ndarray, length: int
) -> np.ndarray:
    """Hand out one of several labels, or none, to one unit."""
    sums = table.shape[-1]
    further = np.zeros((*table.shape[:-1], length))
    further[..., without : without + sums] = table
    for axis, step in enumerate(with_each):
        before = [slice(None)] * (table.ndim - 1)
        after = list(before)
        before[axis], after[axis] = slice(None, -1), slice(1, None)
        further[(*after, slice(step, step + sums))] += table[tuple(before)]
    return further


def counting_work(counts: Sequence[int], increments: np.ndarray) -> int:
    """Additions that `count_by_sum` takes at most."""
    states = math.prod(count + 1 for count in counts)
    return states * len(counts) * (1 + int(increments.max(axis=1, initial=0).sum()))


def number_of_arrangements(labels: np.ndarray, blocks: np.ndarray) -> int:
    """Count the distinct arrangements of `labels` within blocks; both ndarrays of int, shape (n,)."""
    return math.prod(
        math.factorial(len(own)) // math.prod(map(math.factorial, np.bincount(own).tolist()))
        for own in (labels[blocks == block] for block in np.unique(blocks))
    )


def listed_arrangements(labels: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    """Every distinct arrangement within blocks, as positions, shape (arrangements, n).

    Row r gives unit i the label of unit ``row[i]``.
    """
    members = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    members = [own for own in members if len(np.unique(labels[own])) > 1]
    orders = [
        np.array(
            [[order[place] for place in own] for order in _orders(_by_label(labels, own), own)]
        )
        for own in (rows.tolist() for rows in members)
    ]
    pick = np.indices([len(order) for order in orders]).reshape(len(orders), -1)
    rows = np.tile(np.arange(len(labels)), (pick.shape[1], 1))
    for own, order, chosen in zip(members, orders, pick, strict=True):
        rows[:, own] = order[chosen]
    return rows


def drawn_arrangements(blocks: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Random arrangements within blocks after the observed one, shape (draws + 1, n), not to be changed.

    Asked again with the generator in the same state, it gives the same array and leaves the generator as the first
    call did: drawing takes longer than most of what is done with it.
    """
    asked = pickle.dumps((blocks.tolist(), draws, rng.bit_generator.state))
    if asked in _DRAWN:
        rows, rng.bit_generator.state = _DRAWN[asked]
        return rows
    rows = np.tile(np.arange(len(blocks)), (draws + 1, 1))
    for block in np.unique(blocks):
        own = np.flatnonzero(blocks == block)
        if len(own) > 1:
            rows[1:, own] = rng.permuted(rows[1:, own], axis=1)
    rows.flags.writeable = False
    while len(_DRAWN) >= _MOST_DRAWN:
        del _DRAWN[next(iter(_DRAWN))]
    _DRAWN[asked] = rows, rng.bit_generator.state
    return rows


def _by_label(labels: np.ndarray, own: list[int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for unit in own:
        groups.setdefault(int(labels[unit]), []).append(unit)
    return sorted(groups.values(), key=len)


def _orders(groups: list[list[int]], places: list[int]) -> Iterator[dict[int, int]]:
    """All ways to fill `places` with the groups, as the member at each place; the largest is last."""
    if len(groups) == 1:
        yield dict(zip(places, groups[0], strict=True))
        return
    for taken in combinations(places, len(groups[0])):
        own = dict(zip(taken, groups[0], strict=True))
        rest = [place for place in places if place not in own]
        for others in _orders(groups[1:], rest):
            yield own | others
