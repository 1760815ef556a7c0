"""Necessary conditions: single ones, their negations, and unions of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from replication.estimators.qca.fit import relevance_of_necessity, subset_share
from replication.estimators.qca.terms import checked_sets

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Necessity:
    """How far the outcome lies inside each of k expressions.

    Attributes
    ----------
    labels : tuple of str, length k
        Written as ``A+~B`` for a union.
    size : ndarray of int, shape (k,)
        Conditions in the expression.
    consistency, coverage, relevance : ndarray, shape (k,)
        Relevance (RoN) near 0 warns of an expression close to a constant, which is necessary for
        anything. NaN where the outcome or the expression is empty.
    necessary : ndarray of bool, shape (k,)
        Whether consistency reaches the cut-off.
    minimal : ndarray of bool, shape (k,)
        Whether besides no shorter expression inside this one does: a union that contains a
        necessary condition is necessary whatever else is in it.
    """

    labels: tuple[str, ...]
    size: np.ndarray
    consistency: np.ndarray
    coverage: np.ndarray
    relevance: np.ndarray
    necessary: np.ndarray
    minimal: np.ndarray


def necessity(
    conditions: np.ndarray,
    outcome: np.ndarray,
    names: Sequence[str],
    *,
    largest: int = 2,
    consistency_cut: float = 0.9,
) -> Necessity:
    """Test all unions of up to `largest` conditions, present or absent.

    The cut-off of 0.9 is the convention of Schneider and Wagemann (2012). Read what passes
    with its coverage and relevance, and a union only if there is a concept for what its parts have
    in common.

    Parameters
    ----------
    conditions : ndarray, shape (n, c)
        Degrees of membership from 0 to 1.
    outcome : ndarray, shape (n,)
        Degrees of membership in the outcome; pass ``1 - outcome`` for the negated one.
    names : sequence of str, length c
    largest : int
        Most conditions in one expression.
    consistency_cut : float
        Smallest consistency, from 0 to 1, of a necessary condition.

    Raises
    ------
    ValueError
        When the sets or names are not as described, `largest` is not between 1 and c, or the
        cut-off not between 0 and 1.
    """
    conditions, outcome = checked_sets(conditions, outcome, names)
    if not 1 <= largest <= len(names):
        raise ValueError(f"largest is {largest}; allowed: 1 to the {len(names)} conditions")
    if not 0 <= consistency_cut <= 1:
        raise ValueError(f"consistency_cut is {consistency_cut}; allowed: 0 to 1")
    expressions = _expressions(len(names), largest)
    degrees = [np.max([_side(conditions, part) for part in parts], axis=0) for parts in expressions]
    consistency = np.array([subset_share(outcome, degree) for degree in degrees])
    necessary = consistency >= consistency_cut - _ROUNDING
    tested = list(zip(expressions, necessary.tolist(), strict=True))
    passed = [parts for parts, passes in tested if passes]
    return Necessity(
        labels=tuple(_label(parts, names) for parts in expressions),
        size=np.array([len(parts) for parts in expressions]),
        consistency=consistency,
        coverage=np.array([subset_share(degree, outcome) for degree in degrees]),
        relevance=np.array([relevance_of_necessity(degree, outcome) for degree in degrees]),
        necessary=necessary,
        minimal=np.array(
            [passes and not any(part < parts for part in passed) for parts, passes in tested]
        ),
    )


def _expressions(count: int, largest: int) -> list[frozenset[tuple[int, int]]]:
    # A part is a condition and its state, 1 present, 0 absent; a condition occurs once in a union.
    return [
        frozenset(zip(chosen, states, strict=True))
        for size in range(1, largest + 1)
        for chosen in combinations(range(count), size)
        for states in product((1, 0), repeat=size)
    ]


def _side(conditions: np.ndarray, part: tuple[int, int]) -> np.ndarray:
    column, state = part
    return conditions[:, column] if state else 1 - conditions[:, column]


def _label(parts: frozenset[tuple[int, int]], names: Sequence[str]) -> str:
    return "+".join(
        names[column] if state else f"~{names[column]}" for column, state in sorted(parts)
    )
