"""Compiled value, derivatives and maximum of the penalised log-likelihood of one data set.

Observations are counts: `x` (k, p) holds one pattern a column, `n` and `y` (p,) its observations
and its events. With `share` 1.0 the criterion is Firth's, with 0.0 the plain log-likelihood.
"""
# ruff: noqa: ANN001, ANN201, ANN202 (compiled: types are inferred)

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from replication.estimators.compiled import part
from replication.estimators.elementary_kernels import (
    cholesky_factor,
    dot,
    exponential_of,
    logarithm_of,
    orthonormal,
    solve_factored,
)

_MAX_HALVINGS = 40
# Newton decrement, the squared distance from the maximum in standard errors: free of units.
_DECREMENT = 1e-20
# Longest step of one iteration on the scale of the linear index: further out the curvature seen
# from here says nothing about the curvature there.
_LONGEST_STEP = 3.0
# Relative size below which a difference between two values of the criterion is rounding error.
_ROUNDING = 1e-12
# Rows of the patterns' own numbers: probability of an event, weight of one observation and of all,
# leverage of all together, and room.
_EVENT, _ONE, _WEIGHT, _LEVERAGE, _WORK, _MORE = range(6)


class Space(NamedTuple):
    """Room for one search: the point, the criterion's derivatives there, and work."""

    beta: np.ndarray
    score: np.ndarray
    information: np.ndarray
    curvature: np.ndarray
    base: np.ndarray
    step: np.ndarray
    unit: np.ndarray
    third: np.ndarray
    matrix: np.ndarray
    factor: np.ndarray
    basis: np.ndarray
    own: np.ndarray


@part
def room(k, p):
    """Give room for searches with k coefficients and p patterns."""
    vectors, squares = np.zeros((6, k)), np.zeros((4, k, k))
    return Space(
        vectors[0], vectors[1], squares[0], squares[1], vectors[2], vectors[3], vectors[4],
        vectors[5], squares[2], squares[3], np.zeros((k, p)), np.zeros((6, p)),
    )  # fmt: skip


@part
def climb(x, n, y, share, free, steps, s):
    """Newton's way to the maximum from `s.beta`; return the value there and whether it is one.

    Each step is halved until the criterion does not fall. No steps at all: the criterion and its
    derivatives at `s.beta`. (It is evaluated in one place, so that it is compiled into this once.)
    """
    s.base[:] = s.beta
    s.step[:] = 0.0
    floor, halvings, taken = -np.inf, 0, 0
    while True:
        value = evaluate(x, n, y, share, s)
        if value >= floor:
            if taken == steps or halvings > _MAX_HALVINGS or not value > -np.inf:
                return value, False
            _newton_step(free, s)
            slope = dot(s.score, s.step)
            if slope < _DECREMENT:
                return value, True
            if not slope < np.inf:
                return value, False
            _shorten(x, s)
            s.base[:] = s.beta
            floor = value - _ROUNDING * max(1.0, abs(value))
            halvings, taken = 0, taken + 1
        elif halvings > _MAX_HALVINGS:
            return value, False
        else:
            halvings += 1
            for a in range(len(x)):
                s.step[a] *= 0.5 if halvings < _MAX_HALVINGS else 0.0
            if halvings == _MAX_HALVINGS:
                floor, halvings = -np.inf, _MAX_HALVINGS + 1
        for a in range(len(x)):
            s.beta[a] = s.base[a] + s.step[a]


@part
def evaluate(x, n, y, share, s):
    """Value of the criterion at `s.beta`; score, information and curvature go into `s`.

    Minus infinity where all weights underflow, far out.
    """
    k, p = x.shape
    value = _probabilities(x, n, y, s)
    for a in range(k):
        for i in range(p):
            s.basis[a, i] = math.sqrt(s.own[_WEIGHT, i]) * x[a, i]
    volume = orthonormal(s.basis)
    if not volume > -np.inf:
        return -np.inf
    for i in range(p):
        leverage = 0.0
        for a in range(k):
            leverage += s.basis[a, i] * s.basis[a, i]
        event = s.own[_EVENT, i]
        s.own[_LEVERAGE, i] = share * leverage
        s.own[_WORK, i] = (y[i] - n[i] * event) + share * leverage * (0.5 - event)
    for a in range(k):
        s.score[a] = dot(x[a], s.own[_WORK])
    _square_forms(x, s)
    if share > 0.0:
        _add_products_of_leverages(x, s)
    return value + share * volume


@part
def _probabilities(x, n, y, s):
    """Probabilities and weights of the patterns; return the log-likelihood."""
    value = 0.0
    for i in range(len(n)):
        index = 0.0
        for a in range(len(x)):
            index += x[a, i] * s.beta[a]
        odds = exponential_of(-abs(index))
        likely = 1.0 / (1.0 + odds)
        one = likely * (odds * likely)
        s.own[_EVENT, i] = likely if index > 0.0 else odds * likely
        s.own[_ONE, i] = one
        s.own[_WEIGHT, i] = n[i] * one
        against = n[i] - y[i] if index > 0.0 else y[i]
        value -= against * abs(index) + n[i] * logarithm_of(1.0 + odds)
    return value


@part
def _square_forms(x, s):
    """Information and curvature, the latter without the products of leverages.

    Derivatives of the weights, relative to the weights, are 1 - 2p and 1 - 6p(1 - p).
    """
    k, p = x.shape
    for a in range(k):
        for i in range(p):
            one, leverage = s.own[_ONE, i], s.own[_LEVERAGE, i]
            s.own[_WORK, i] = x[a, i] * (s.own[_WEIGHT, i] + one * leverage)
            s.own[_MORE, i] = x[a, i] * (s.own[_WEIGHT, i] - leverage * (0.5 - 3.0 * one))
        for b in range(a + 1):
            s.information[a, b] = s.information[b, a] = dot(x[b], s.own[_WORK])
            s.curvature[a, b] = s.curvature[b, a] = dot(x[b], s.own[_MORE])


@part
def _add_products_of_leverages(x, s):
    """Add half the sum over i and j of h_ij squared times (1 - 2p_i) x_i times (1 - 2p_j) x_j'.

    h_ij is the sum over a of q_ai q_aj, so its square is a sum over pairs a, b, and the double sum
    over observations falls into products of single ones.
    """
    k, p = x.shape
    for a in range(k):
        for b in range(a + 1):
            for i in range(p):
                skewed = 1.0 - 2.0 * s.own[_EVENT, i]
                s.own[_WORK, i] = s.basis[a, i] * s.basis[b, i] * skewed
            for c in range(k):
                s.third[c] = dot(x[c], s.own[_WORK])
            times = 0.5 if a == b else 1.0
            for c in range(k):
                for d in range(k):
                    s.curvature[c, d] += times * s.third[c] * s.third[d]


@part
def _newton_step(free, s):
    """Into `s.step`; coefficients that are not free stay.

    In units in which the information has a unit diagonal. Where the criterion is not concave the
    information is used instead: uphill, if slowly. Not a number where both fail.
    """
    k = len(free)
    for a in range(k):
        s.unit[a] = 1.0 / math.sqrt(s.information[a, a])
    for attempt in range(2):
        matrix = s.information if attempt else s.curvature
        for a in range(k):
            s.step[a] = s.score[a] * s.unit[a] if free[a] else 0.0
            for b in range(k):
                both = free[a] and free[b]
                other = 1.0 if a == b else 0.0
                s.matrix[a, b] = matrix[a, b] * s.unit[a] * s.unit[b] if both else other
        if cholesky_factor(s.matrix, s.factor):
            solve_factored(s.factor, s.step)
            for a in range(k):
                s.step[a] *= s.unit[a]
            return
    s.step[:] = np.nan


@part
def _shorten(x, s):
    longest = 0.0
    for i in range(x.shape[1]):
        index = 0.0
        for a in range(len(x)):
            index += x[a, i] * s.step[a]
        longest = max(longest, abs(index))
    if longest > _LONGEST_STEP:
        for a in range(len(x)):
            s.step[a] *= _LONGEST_STEP / longest
