"""Compiled search for the maximum of Firth's penalised likelihood in many lanes at once."""
# ruff: noqa: ANN001, ANN201, ANN202, C901 (compiled: types are inferred, loops must be spelt out)

from __future__ import annotations

import math

import numpy as np

from replication.estimators.batch.lanes import (
    LANES,
    at,
    block,
    cholesky,
    exponential,
    forms,
    invert,
    load,
    logarithm,
    moments,
    products,
    solve,
)
from replication.estimators.batch.quasi_newton import DISTANCE, SLOPE, hold, judge, learn, move
from replication.estimators.compiled import entry, part

SOUND, NOT_CONVERGED, RANK_DEFICIENT, CONSTANT_OUTCOME, TOO_FEW, UNTESTED, IMPOSSIBLE = range(7)

# A pivot below this share of its diagonal means linearly dependent columns.
_RANK_TOLERANCE = 1e-12
_MAX_EVALUATIONS = 200


@entry
def start(x, trials, events, beta, reason):
    """Say which problems have an answer, and set `beta` (B, k) to a scoring step from zero.

    At zero all weights are a quarter, so the step needs no exponential, and the factorisation it
    takes shows whether the problem's design has full column rank.
    """
    rows, k = x.shape
    columns, pairs, _ = products(x)
    size = pairs.shape[1]
    n, y, residual, totals = block(rows), block(rows), block(rows), block(3)
    info, nothing, factor, reciprocal = block(size), block(size), block(size), block(k)
    score, step = block(columns.shape[1]), block(k)
    for first in range(0, len(reason), LANES):
        count = min(LANES, len(reason) - first)
        load(first, count, trials, n)
        load(first, count, events, y)
        _residuals_at_zero(n, y, residual, totals)
        moments(pairs, n, info)
        moments(columns, residual, score)
        cholesky(info, nothing, 0.0, factor, reciprocal, k)
        solve(factor, reciprocal, score, step, k)
        for lane in range(count):
            reason[first + lane] = _soundness(totals, info, factor, lane, k)
            for a in range(k):
                beta[first + lane, a] = step[a, lane]


@entry
def climb(x, trials, events, held, near, beta, reason, number, bits):
    """Maximise the penalised likelihood of the sound problems from `beta` (B, k), in place.

    Coefficient number `held` stays at zero, none with -1. A search ends at the squared distance
    `near` (B,) from its maximum, in standard errors. Quasi-Newton steps: the curvature is an
    approximation without third moments (`_modify`) plus what the last steps have shown it to lack
    (`learn`). A step is halved while the slope at its end is downhill by more than half the slope
    uphill at its start. The lane of a problem that is done takes the next one at once.
    """
    rows, k = x.shape
    columns, pairs, turned = products(x)
    size = pairs.shape[1]
    n, y, p1, p0 = block(rows), block(rows), block(rows), block(rows)
    weight, residual, form = block(rows), block(rows), block(rows)
    info, nothing, curvature, lacking = block(size), block(size), block(size), block(size)
    factor, root, inverse, reciprocal = block(size), block(size), block(size), block(k)
    score, old_score, proposal = block(columns.shape[1]), block(k), block(k)
    base, step, point = block(k), block(k), block(k)
    state, work = block(5), block(2 * k + 3)
    problem, evaluations = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)

    following = 0
    busy = 0
    for lane in range(LANES):
        following = _take(following, reason, lane, problem, state)
        _load_one(problem[lane], trials, events, beta, lane, n, y, base, point, step)
        busy += problem[lane] >= 0
    while busy > 0:
        _probabilities(x, n, point, p1, p0, weight, work[0], number, bits)
        moments(pairs, weight, info)
        cholesky(info, nothing, 0.0, factor, reciprocal, k)
        invert(factor, reciprocal, root, inverse, k)
        forms(turned, inverse, root, form, k)
        _modify(n, y, p1, p0, form, weight, residual)
        moments(columns, residual, score)
        moments(pairs, weight, curvature)
        judge(score, step, state, k)
        learn(info, score, old_score, step, state, curvature, lacking, work, k)
        hold(held, curvature, info, score, k)
        cholesky(curvature, info, 1e-3, factor, reciprocal, k)
        solve(factor, reciprocal, score, proposal, k)
        move(score, proposal, base, point, step, state, k)
        for lane in range(LANES):
            evaluations[lane] += 1
            i = problem[lane]
            there = i >= 0 and state[DISTANCE, lane] < near[i]
            if i >= 0 and (there or evaluations[lane] == _MAX_EVALUATIONS):
                reason[i] = SOUND if there else NOT_CONVERGED
                for a in range(k):
                    beta[i, a] = point[a, lane]
                following = _take(following, reason, lane, problem, state)
                _load_one(problem[lane], trials, events, beta, lane, n, y, base, point, step)
                evaluations[lane] = 0
                busy -= problem[lane] < 0


@entry
def finish(x, shift, trials, events, beta, tested, loglik, std_error, held_beta, number, bits):
    """Evaluate every problem at `beta` (B, k): penalised log-likelihood and standard errors.

    The errors are those of the information with each observation weighted by one plus its leverage,
    that of the constant for columns higher by `shift` (k,). With `tested` >= 0, `held_beta` (B, k)
    becomes the maximum of the quadratic approximation with that coefficient at zero. With
    `std_error` of no rows the log-likelihood alone is computed.
    """
    rows, k = x.shape
    columns, pairs, turned = products(x)
    size = pairs.shape[1]
    n, y, p1, p0 = block(rows), block(rows), block(rows), block(rows)
    weight, form = block(rows), block(rows)
    info, nothing, factor, root = block(size), block(size), block(size), block(size)
    inverse, sums, point = block(size), block(columns.shape[1]), block(k)
    reciprocal, work = block(k), block(3)
    for first in range(0, len(loglik), LANES):
        count = min(LANES, len(loglik) - first)
        load(first, count, trials, n)
        load(first, count, events, y)
        for lane in range(count):
            for a in range(k):
                point[a, lane] = beta[first + lane, a]
        _probabilities(x, n, point, p1, p0, weight, work[0], number, bits)
        moments(pairs, weight, info)
        cholesky(info, nothing, 0.0, factor, reciprocal, k)
        _penalised_loglik(n, y, p1, point, columns, factor, sums, work, number, bits)
        for lane in range(count):
            loglik[first + lane] = work[0, lane]
        if len(std_error) == 0:
            continue
        invert(factor, reciprocal, root, inverse, k)
        forms(turned, inverse, root, form, k)
        for p in range(rows):
            for lane in range(LANES):
                weight[p, lane] *= 1.0 + p1[p, lane] * p0[p, lane] * form[p, lane]
        moments(pairs, weight, info)
        cholesky(info, nothing, 0.0, factor, reciprocal, k)
        invert(factor, reciprocal, root, inverse, k)
        for lane in range(count):
            variance = inverse[0, lane]
            for a in range(1, k):
                std_error[first + lane, a] = math.sqrt(inverse[at(a, a), lane])
                variance -= 2.0 * shift[a] * inverse[at(a, 0), lane]
                for b in range(1, k):
                    variance += shift[a] * shift[b] * inverse[at(a, b), lane]
            std_error[first + lane, 0] = math.sqrt(variance)
            if tested >= 0:
                excess = point[tested, lane] / inverse[at(tested, tested), lane]
                for a in range(k):
                    change = excess * inverse[at(a, tested), lane]
                    held_beta[first + lane, a] = point[a, lane] - change
                held_beta[first + lane, tested] = 0.0


@part
def _residuals_at_zero(n, y, residual, totals):
    """Residuals over their weight, trials and events of each problem, and its impossible counts."""
    for lane in range(LANES):
        totals[0, lane] = totals[1, lane] = totals[2, lane] = 0.0
    for p in range(len(n)):
        for lane in range(LANES):
            trials, events = n[p, lane], y[p, lane]
            residual[p, lane] = 4.0 * events - 2.0 * trials
            totals[0, lane] += trials
            totals[1, lane] += events
            totals[2, lane] += 0.0 if 0.0 <= events <= trials < np.inf else 1.0


@part
def _soundness(totals, info, factor, lane, k):
    if totals[2, lane] > 0.0:
        return IMPOSSIBLE
    if totals[0, lane] < k:
        return TOO_FEW
    if totals[1, lane] in (0.0, totals[0, lane]):
        return CONSTANT_OUTCOME
    for a in range(k):
        if not factor[at(a, a), lane] ** 2 > _RANK_TOLERANCE * info[at(a, a), lane]:
            return RANK_DEFICIENT
    return SOUND


@part
def _take(following, reason, lane, problem, state):
    """Give the lane the first sound problem from number `following` on; return the number after."""
    while following < len(reason) and reason[following] != SOUND:
        following += 1
    problem[lane] = following if following < len(reason) else -1
    state[SLOPE, lane] = np.inf
    return following + 1


@part
def _load_one(i, trials, events, beta, lane, n, y, base, point, step):
    if i < 0:
        return
    for p in range(trials.shape[1]):
        n[p, lane] = trials[i, p]
        y[p, lane] = events[i, p]
    for a in range(len(point)):
        base[a, lane] = point[a, lane] = beta[i, a]
        step[a, lane] = 0.0


@part
def _probabilities(x, n, point, p1, p0, weight, v, number, bits):
    """Probability of an event and of none, and the weight: trials times both."""
    rows, k = x.shape
    for p in range(rows):
        for lane in range(LANES):
            v[lane] = 0.0
        for a in range(k):
            value = x[p, a]
            for lane in range(LANES):
                v[lane] -= value * point[a, lane]
        exponential(v, number, bits)
        for lane in range(LANES):
            odds_against = v[lane]
            probability = 1.0 / (1.0 + odds_against)
            p1[p, lane] = probability
            p0[p, lane] = odds_against * probability
            weight[p, lane] = n[p, lane] * (probability * (odds_against * probability))


@part
def _modify(n, y, p1, p0, form, weight, residual):
    """Firth's modified residuals; and `weight` becomes that of the approximate curvature.

    With w = p(1 - p), c = 1 - 2p and q the products of two observations in the inverse information,
    minus the second derivative of the criterion is X'diag(w (1 + w q_ii))X, the matrix of logistf,
    less a quarter of the sum over i and j of w_i w_j q_ij**2 times the square of c_i x_i - c_j x_j.
    That sum is not computed: it is put at one half of its terms in x_i x_i and x_j x_j alone.
    """
    for p in range(len(n)):
        for lane in range(LANES):
            event, none, w, q = p1[p, lane], p0[p, lane], weight[p, lane], form[p, lane]
            c = none - event
            residual[p, lane] = (y[p, lane] - n[p, lane] * event) + 0.5 * (w * q * c)
            weight[p, lane] = w * (1.0 + q * (event * none - 0.25 * (c * c)))


@part
def _penalised_loglik(n, y, p1, point, columns, factor, sums, work, number, bits):
    """Into `work[0]`: n log p less the index of the non-events, plus the log root determinant."""
    k = len(point)
    for lane in range(LANES):
        work[1, lane] = 1.0
    for a in range(k):
        aa = at(a, a)
        for lane in range(LANES):
            work[1, lane] *= factor[aa, lane]
    logarithm(work[1], number, bits, work[0])
    for p in range(len(n)):
        logarithm(p1[p], number, bits, work[2])
        for lane in range(LANES):
            work[0, lane] += n[p, lane] * work[2, lane]
            y[p, lane] = n[p, lane] - y[p, lane]
    moments(columns, y, sums)
    for a in range(k):
        for lane in range(LANES):
            work[0, lane] -= point[a, lane] * sums[a, lane]
