"""Compiled searches along the profiles of one data set: limits, and maxima under one restriction.

Coefficients are those of a design in good units (`designs[0]`: columns centred and scaled). There
the constant of the design as it was given is a sum of coefficients. In `designs[1]` the coefficient
number `pivot` is that sum, in units of its own, and the others are the same: the column of the
pivot, times its `ratio`, is taken off each other column.
"""
# ruff: noqa: ANN001, ANN201, ANN202 (compiled: types are inferred)

from __future__ import annotations

import math

import numpy as np

from replication.estimators.compiled import entry, part
from replication.estimators.elementary_kernels import (
    cholesky_factor,
    dot,
)
from replication.estimators.penalised_kernels import climb, room

_ROOT_TOLERANCE = 1e-11
# Distance from the maximum, in standard errors, that is rounding error.
_ROUNDING = 1e-6
# Patterns that are told apart; in a data set with more of them rows stand for themselves.
_MOST_PATTERNS = 64
# A column that spreads by no more than this share of its size is a constant with rounding errors.
_SPREAD = 1e-13
# Length of a column beyond those before it, relative to its own, that is surely not rounding.
_SURELY = 1e-4


@entry
def prepare(outcome, design):
    """Count cases by pattern of a design (n, k - 1), with a constant put before it.

    Returns
    -------
    designs : (2, k, p)
        As the module says.
    counts : (2, p)
        Observations and events of each pattern.
    middle, unit : (k,)
        What was taken off each column and by what power of two it was divided then.
    ratio : (k,)
    pivot : int
    sure : bool
        Whether the columns are far from linearly dependent. Where not, it has to be looked into.
    """
    cases, k = design.shape[0], design.shape[1] + 1
    middle, unit, ratio = np.zeros(k), np.ones(k), np.zeros(k)
    for a in range(1, k):
        middle[a], unit[a] = _units(design[:, a - 1])
    member = np.zeros((k, cases))
    counts = np.zeros((2, cases))
    p = 0
    for i in range(cases):
        j = _pattern(design, i, middle, unit, member, p)
        p = max(p, j + 1)
        counts[0, j] += 1.0
        counts[1, j] += outcome[i]
    pivot = 0
    for a in range(1, k):
        ratio[a] = -middle[a] / unit[a]
        if abs(ratio[a]) > max(1.0, abs(ratio[pivot])):
            pivot = a
    ratio[0] = 1.0
    largest = ratio[pivot]
    designs = np.zeros((2, k, p))
    for a in range(k):
        ratio[a] = ratio[a] / largest if a != pivot else 0.0
        for j in range(p):
            designs[0, a, j] = member[a, j]
            designs[1, a, j] = member[a, j] - ratio[a] * member[pivot, j]
    return designs, counts[:, :p].copy(), middle, unit, ratio, pivot, _independent(designs[0])


@part
def _units(column):
    """Middle of the range, and half the range brought to a power of two: both are exact.

    The unit of a constant is infinite, so that nothing is left of it.
    """
    lowest, highest = column[0], column[0]
    for value in column:
        lowest, highest = min(lowest, value), max(highest, value)
    half = highest / 2.0 - lowest / 2.0
    middle = lowest + half
    if not half > _SPREAD * max(abs(lowest), abs(highest)):
        return middle, np.inf
    return middle, math.ldexp(1.0, math.frexp(half)[1])


@part
def _pattern(design, case, middle, unit, member, p):
    """Find the case's pattern among the first p of `member`, or put it there after them."""
    k = len(member)
    member[0, p] = 1.0
    for a in range(1, k):
        member[a, p] = (design[case, a - 1] - middle[a]) / unit[a]
    for j in range(min(p, _MOST_PATTERNS)):
        same = True
        for a in range(1, k):
            same = same and member[a, j] == member[a, p]
        if same:
            return j
    return p


@part
def _independent(x):
    """Whether no column of the patterns `x` (k, p) is nearly a sum of others."""
    k = len(x)
    products, factor = np.zeros((k, k)), np.zeros((k, k))
    for a in range(k):
        for b in range(a + 1):
            products[a, b] = dot(x[a], x[b])
    for a in range(k):
        for b in range(a):
            products[a, b] /= math.sqrt(products[a, a] * products[b, b])
    for a in range(k):
        if not products[a, a] > 0.0:
            return False
        products[a, a] = 1.0
    if not cholesky_factor(products, factor):
        return False
    least = 1.0
    for a in range(k):
        least = min(least, factor[a, a])
    return least > _SURELY


@entry
def search_each(designs, counts, share, ratio, pivot, highest, drop, roots, steps, term, side, along,
                centre, spread, tangent, free, beta, value, loglik, score, information, curvature,
                converged):  # fmt: skip
    """Climb from each row of `beta` (m, k); fill in what is found there and whether it is a maximum.

    Row j climbs over the coefficients that row j of `free` has. With `term` -1 that is all. With
    another one it goes along the profile of that term, number 0 being the constant of the design as
    it was given. With `side` -1 or 1 the limit to that side is searched, where the criterion has
    fallen by `drop` below `highest`, its maximum, at which the term has the value in `centre`; with
    0 the maximum where the term has the value in `value`. `tangent` (m, k) and `spread` (m,) are the
    direction of the profile and the error of the term there. From the start on, coefficients are
    moved along that direction where `along` is true. `value` receives the value of the term.
    """
    s = room(*designs.shape[1:])
    target = math.sqrt(2.0 * drop)
    for j in range(len(term)):
        constant = term[j] == 0
        own = pivot if constant else term[j]
        x = designs[1] if constant else designs[0]
        s.beta[:] = beta[j]
        if constant:
            s.beta[pivot] += dot(ratio, beta[j])
        distance, inside, outside = 0.0, 0.0, np.inf
        if side[j] != 0.0:
            distance = side[j] * (s.beta[own] - centre[j])
            distance = distance if distance > _ROUNDING * spread[j] else target * spread[j]
        for _ in range(roots):
            if term[j] >= 0:
                aim = value[j] if side[j] == 0.0 else centre[j] + side[j] * distance
                _shift(aim, own, tangent[j], along, s.beta)
            loglik[j], sound = climb(x, counts[0], counts[1], share, free[j], steps, s)
            converged[j] = sound
            if side[j] == 0.0:
                break
            # Twice the fall is close to quadratic, so its root is close to linear in the
            # coefficient. The slope of a profile is the score of its fixed coefficient.
            root = math.sqrt(max(0.0, 2.0 * (highest - loglik[j])))
            if root < target:
                inside = max(inside, distance)
            else:
                outside = min(outside, distance)
            fall = -side[j] * s.score[own]
            change = (target - root) * root / fall if fall > 0.0 else np.inf
            if not (sound and abs(change) >= _ROOT_TOLERANCE * (1.0 + distance)):
                break
            converged[j] = False
            distance = _between(distance + change, inside, outside)
        value[j] = s.beta[own]
        beta[j], score[j] = s.beta, s.score
        information[j], curvature[j] = s.information, s.curvature
        if constant:
            beta[j, pivot] -= dot(ratio, s.beta)


@part
def _shift(value, own, tangent, along, beta):
    change = value - beta[own] if along else 0.0
    for a in range(len(beta)):
        beta[a] += change * tangent[a]
    beta[own] = value


@part
def _between(proposal, inside, outside):
    """Keep to the bracket; without a far end of it a step may lead four times as far at most."""
    open_ended = outside == np.inf
    if inside < proposal < outside:
        return min(proposal, 4.0 * inside) if open_ended and inside > 0.0 else proposal
    return 2.0 * inside if open_ended else (inside + outside) / 2.0
