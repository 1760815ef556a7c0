"""Compiled loops of the batched fits: many small problems side by side, one problem a lane.

Work goes in blocks of `LANES` problems that share one design of patterns. Arrays have the lane as
last axis, and every innermost loop runs over the lanes and does the same arithmetic in each, so
that the compiler turns it into vector instructions. No operation mixes lanes and none may be
reordered or fused (no fast-math; exponential and logarithm from plain sums and products): a lane's
result depends on that lane alone, bit for bit, whatever its block, the batch, the thread or the
width of the machine's vectors.

Symmetric matrices are packed: row a(a+1)/2 + b is entry (a, b), a >= b. `x` is the design
(patterns, k), its constant first. `pairs` (patterns, k(k+1)/2) holds the products of two of its
columns in packed order, so that every sum over patterns is a call of `_moments`. Patterns are
padded to a multiple of four with some that have no trials, packed orders with zeros.

All compiled functions stand in this one file because the compiler's cache on disk notices changes
of a function's own file only.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

LANES = 64
# Rows a little longer than the lanes: at a stride of a power of two they would crowd each other
# out of the processor's cache.
_STRIDE = LANES + 8

SOUND, NOT_CONVERGED, RANK_DEFICIENT, CONSTANT_OUTCOME, TOO_FEW, IMPOSSIBLE, UNTESTED = range(7)

# A pivot below this share of its diagonal means linearly dependent columns.
RANK_TOLERANCE = 1e-10
# Squared distance from the maximum at which a search ends, in standard errors.
DISTANCE = 1e-20
# Steps shorter than this (squared, in standard errors) tell about the curvature at the maximum.
SHORT = 0.1
MAX_EVALUATIONS = 200

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01  # its last bits are zero: whole multiples are exact
LN2_LOW = 1.90821492927058770002e-10
TO_INTEGER = 6755399441055744.0  # 1.5 * 2**52: adding it leaves the integer in the low bits
EXP = tuple(1.0 / math.factorial(n) for n in range(14))
ATANH = tuple(2.0 / (2 * n + 1) for n in range(11))
MANTISSA = 0x000FFFFFFFFFFFFF
ONE_HALF = 0x3FE0000000000000  # bits of 0.5
ROOT_HALF = math.sqrt(0.5)

compiled = njit(nogil=True, error_model="numpy", cache=True)


@compiled
def start(x, trials, events, beta, reason):
    """Say which problems have an answer, and set `beta` (B, k) to a scoring step from zero.

    At zero all weights are a quarter, so the step needs no exponential, and the factorisation it
    takes shows whether the problem's design has full column rank.
    """
    rows, k = x.shape
    columns, pairs, _ = _products(x)
    size = pairs.shape[1]
    n, y, residual = _lanes(rows), _lanes(rows), _lanes(rows)
    info, factor, reciprocal = _lanes(size), _lanes(size), _lanes(k)
    score, step = _lanes(columns.shape[1]), _lanes(k)
    for first in range(0, len(reason), LANES):
        count = min(LANES, len(reason) - first)
        _load(first, count, trials, events, n, y)
        for p in range(rows):
            for lane in range(LANES):
                residual[p, lane] = 4.0 * y[p, lane] - 2.0 * n[p, lane]
        _moments(pairs, n, info)
        _moments(columns, residual, score)
        _cholesky(info, info, 0.0, factor, reciprocal, k)
        _solve(factor, reciprocal, score, step, k)
        for lane in range(count):
            i = first + lane
            reason[i] = _soundness(n, y, info, factor, lane, k)
            for a in range(k):
                beta[i, a] = step[a, lane]


@compiled
def climb(x, trials, events, held, beta, reason):
    """Maximise the penalised likelihood of the sound problems from `beta` (B, k), in place.

    Coefficient number `held` stays at zero, none with -1. Quasi-Newton steps: the curvature is an
    approximation that needs no third moments (`_modified`) plus what the last steps have shown it
    to lack (`_learn`). A step is halved while the slope at its end is downhill by more than half
    the slope uphill at its start. The lane of a problem that is done takes the next one at once.
    """
    rows, k = x.shape
    columns, pairs, turned = _products(x)
    size = pairs.shape[1]
    n, y, p1, p0 = _lanes(rows), _lanes(rows), _lanes(rows), _lanes(rows)
    weight, residual, q = _lanes(rows), _lanes(rows), _lanes(rows)
    info, curvature, lacking = _lanes(size), _lanes(size), _lanes(size)
    factor, inverse, form, reciprocal = _lanes(size), _lanes(size), _lanes(size), _lanes(k)
    score, old_score, proposal = _lanes(columns.shape[1]), _lanes(k), _lanes(k)
    base, step, point, work = _lanes(k), _lanes(k), _lanes(k), _lanes(2 * k + 3)
    state = _lanes(5)
    bits = np.zeros(LANES, np.int64)
    problem, evaluations = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)

    waiting = 0
    working = 0
    for lane in range(LANES):
        waiting = _next(waiting, trials, events, beta, reason, lane, n, y, point, step, state, problem)
        working += problem[lane] >= 0
    while working > 0:
        _probabilities(x, point, p1, p0, work[0], bits)
        _weights(n, p1, p0, weight)
        _moments(pairs, weight, info)
        _cholesky(info, info, 0.0, factor, reciprocal, k)
        _invert(factor, reciprocal, inverse, k)
        _square(inverse, form, k)
        _moments(turned, form, q)
        _modified(n, y, p1, p0, q, weight, residual)
        _moments(columns, residual, score)
        _moments(pairs, weight, curvature)
        _judge(score, step, state, k)
        _learn(info, score, old_score, step, state, curvature, lacking, work, k)
        _keep_score(score, old_score, state, k)
        _hold(held, curvature, info, score, k)
        _cholesky(curvature, info, 1e-3, factor, reciprocal, k)
        _solve(factor, reciprocal, score, proposal, k)
        _move(score, proposal, base, point, step, state, k)
        for lane in range(LANES):
            evaluations[lane] += 1
            done = state[DISTANCE_LEFT, lane] < DISTANCE
            if problem[lane] >= 0 and (done or evaluations[lane] == MAX_EVALUATIONS):
                i = problem[lane]
                reason[i] = SOUND if done else NOT_CONVERGED
                for a in range(k):
                    beta[i, a] = point[a, lane]
                evaluations[lane] = 0
                waiting = _next(waiting, trials, events, beta, reason, lane, n, y, point, step, state, problem)
                working -= problem[lane] < 0


@compiled
def finish(x, trials, events, beta, tested, loglik, std_error, held_beta):
    """Evaluate every problem at `beta` (B, k): penalised log-likelihood and standard errors.

    The errors are those of the information with each observation weighted by one plus its leverage.
    With `tested` >= 0, `held_beta` (B, k) becomes the maximum of the quadratic approximation with
    that coefficient at zero. With `std_error` of no rows the log-likelihood alone is computed.
    """
    rows, k = x.shape
    columns, pairs, turned = _products(x)
    size = pairs.shape[1]
    n, y, p1, p0 = _lanes(rows), _lanes(rows), _lanes(rows), _lanes(rows)
    weight, failures, q = _lanes(rows), _lanes(rows), _lanes(rows)
    info, factor, inverse, form = _lanes(size), _lanes(size), _lanes(size), _lanes(size)
    failed, point, reciprocal, work = _lanes(columns.shape[1]), _lanes(k), _lanes(k), _lanes(3)
    bits = np.zeros(LANES, np.int64)
    for first in range(0, len(loglik), LANES):
        count = min(LANES, len(loglik) - first)
        _load(first, count, trials, events, n, y)
        for lane in range(count):
            for a in range(k):
                point[a, lane] = beta[first + lane, a]
        _probabilities(x, point, p1, p0, work[0], bits)
        _weights(n, p1, p0, weight)
        _moments(pairs, weight, info)
        _cholesky(info, info, 0.0, factor, reciprocal, k)
        for p in range(rows):
            for lane in range(LANES):
                failures[p, lane] = n[p, lane] - y[p, lane]
        _moments(columns, failures, failed)
        _loglik(n, p1, point, factor, failed, work, bits, k)
        for lane in range(count):
            loglik[first + lane] = work[0, lane]
        if len(std_error) == 0:
            continue
        _invert(factor, reciprocal, inverse, k)
        _square(inverse, form, k)
        _moments(turned, form, q)
        for p in range(rows):
            for lane in range(LANES):
                weight[p, lane] *= 1.0 + p1[p, lane] * p0[p, lane] * q[p, lane]
        _moments(pairs, weight, info)
        _cholesky(info, info, 0.0, factor, reciprocal, k)
        _invert(factor, reciprocal, inverse, k)
        _square(inverse, form, k)
        for lane in range(count):
            i = first + lane
            for a in range(k):
                std_error[i, a] = math.sqrt(form[_at(a, a), lane])
            if tested >= 0:
                _hold_quadratic(i, lane, form, beta, tested, held_beta)


@compiled
def _lanes(rows):
    return np.zeros((rows, _STRIDE))


@compiled
def _at(a, b):
    """Row of entry (a, b) of a packed symmetric matrix."""
    return a * (a + 1) // 2 + b if a >= b else b * (b + 1) // 2 + a


@compiled
def _products(x):
    """Columns of `x`, products of two of them, and the latter turned; padded for `_moments`."""
    rows, k = x.shape
    size = (k * (k + 1) // 2 + 3) // 4 * 4
    columns = np.zeros((rows, k + k % 2))
    pairs, turned = np.zeros((rows, size)), np.zeros((size, rows))
    for p in range(rows):
        for a in range(k):
            columns[p, a] = x[p, a]
            for b in range(a + 1):
                pairs[p, _at(a, b)] = turned[_at(a, b), p] = x[p, a] * x[p, b]
    return columns, pairs, turned


@compiled
def _load(first, count, trials, events, n, y):
    for p in range(trials.shape[1]):
        for lane in range(count):
            n[p, lane] = trials[first + lane, p]
            y[p, lane] = events[first + lane, p]


# Rows of the state of a search: slope uphill at the start of the step under way, share of the step
# taken, whether the step was accepted, whether it tells about the curvature, distance left.
SLOPE, SHARE, TAKEN, TELLS, DISTANCE_LEFT = range(5)


@compiled
def _next(waiting, trials, events, beta, reason, lane, n, y, point, step, state, problem):
    """Give the lane the first sound problem from number `waiting` on; return the number after."""
    while waiting < len(reason) and reason[waiting] != SOUND:
        waiting += 1
    if waiting == len(reason):
        problem[lane] = -1
        return waiting
    problem[lane] = waiting
    for p in range(trials.shape[1]):
        n[p, lane] = trials[waiting, p]
        y[p, lane] = events[waiting, p]
    for a in range(len(point)):
        point[a, lane] = beta[waiting, a]
        step[a, lane] = 0.0
    state[SLOPE, lane] = np.inf
    return waiting + 1


@compiled
def _soundness(n, y, info, factor, lane, k):
    total = 0.0
    happened = 0.0
    for p in range(len(n)):
        if not 0.0 <= y[p, lane] <= n[p, lane] < np.inf:
            return IMPOSSIBLE
        total += n[p, lane]
        happened += y[p, lane]
    if total < k:
        return TOO_FEW
    if happened in (0.0, total):
        return CONSTANT_OUTCOME
    for a in range(k):
        if not factor[_at(a, a), lane] ** 2 > RANK_TOLERANCE * info[_at(a, a), lane]:
            return RANK_DEFICIENT
    return SOUND


@compiled
def _probabilities(x, point, p1, p0, v, bits):
    """Probability of an event and of none, 1 / (1 + e) and e / (1 + e) with e = exp(-index).

    exp(v) = 2**m exp(r) with m = round(v / ln 2) and |r| <= ln(2)/2, Taylor's sum for the latter.
    """
    rows, k = x.shape
    power = bits.view(np.float64)
    for p in range(rows):
        for lane in range(LANES):
            v[lane] = -point[0, lane]
        for a in range(1, k):
            value = x[p, a]
            for lane in range(LANES):
                v[lane] -= value * point[a, lane]
        for lane in range(LANES):
            u = min(max(v[lane], -700.0), 700.0)
            shifted = u * LOG2_E + TO_INTEGER
            power[lane] = shifted
            m = shifted - TO_INTEGER
            v[lane] = (u - m * LN2_HIGH) - m * LN2_LOW
        for lane in range(LANES):
            bits[lane] = (bits[lane] + 1023) << 52
        for lane in range(LANES):
            r = v[lane]
            s = EXP[13] * r + EXP[12]
            s = ((s * r + EXP[11]) * r + EXP[10]) * r + EXP[9]
            s = ((s * r + EXP[8]) * r + EXP[7]) * r + EXP[6]
            s = ((s * r + EXP[5]) * r + EXP[4]) * r + EXP[3]
            s = ((s * r + EXP[2]) * r + EXP[1]) * r + EXP[0]
            e = s * power[lane]
            probability = 1.0 / (1.0 + e)
            p1[p, lane] = probability
            p0[p, lane] = e * probability


@compiled
def _weights(n, p1, p0, weight):
    for p in range(len(n)):
        for lane in range(LANES):
            weight[p, lane] = n[p, lane] * (p1[p, lane] * p0[p, lane])


@compiled
def _moments(products, weight, out):
    """Sum over patterns of each column of `products` (patterns, m) times `weight`."""
    rows, size = products.shape
    for m in range(0, size, 2):
        m1 = m + 1
        for lane in range(LANES):
            out[m, lane] = 0.0
            out[m1, lane] = 0.0
        for p in range(0, rows, 4):
            p1, p2, p3 = p + 1, p + 2, p + 3
            a0, a1, a2, a3 = products[p, m], products[p1, m], products[p2, m], products[p3, m]
            b0, b1, b2, b3 = products[p, m1], products[p1, m1], products[p2, m1], products[p3, m1]
            for lane in range(LANES):
                w0, w1, w2, w3 = weight[p, lane], weight[p1, lane], weight[p2, lane], weight[p3, lane]
                out[m, lane] += (a0 * w0 + a1 * w1) + (a2 * w2 + a3 * w3)
                out[m1, lane] += (b0 * w0 + b1 * w1) + (b2 * w2 + b3 * w3)


@compiled
def _cholesky(matrix, floor, share, factor, reciprocal, k):
    """Lower Cholesky factor, and in `reciprocal` one over its diagonal.

    A pivot not above `share` of the diagonal of `floor` is replaced by that diagonal, which makes
    an indefinite matrix definite.
    """
    for a in range(k):
        for b in range(a + 1):
            ab = _at(a, b)
            for lane in range(LANES):
                factor[ab, lane] = matrix[ab, lane]
            for c in range(b):
                ac, bc = _at(a, c), _at(b, c)
                for lane in range(LANES):
                    factor[ab, lane] -= factor[ac, lane] * factor[bc, lane]
            if b < a:
                for lane in range(LANES):
                    factor[ab, lane] *= reciprocal[b, lane]
            else:
                for lane in range(LANES):
                    pivot = factor[ab, lane]
                    pivot = pivot if pivot > share * floor[ab, lane] else floor[ab, lane]
                    factor[ab, lane] = math.sqrt(pivot)
                    reciprocal[a, lane] = 1.0 / math.sqrt(pivot)


@compiled
def _invert(factor, reciprocal, inverse, k):
    """Inverse of a lower factor."""
    for a in range(k):
        aa = _at(a, a)
        for lane in range(LANES):
            inverse[aa, lane] = reciprocal[a, lane]
        for b in range(a):
            ab = _at(a, b)
            for lane in range(LANES):
                inverse[ab, lane] = 0.0
            for c in range(b, a):
                ac, cb = _at(a, c), _at(c, b)
                for lane in range(LANES):
                    inverse[ab, lane] -= factor[ac, lane] * inverse[cb, lane]
            for lane in range(LANES):
                inverse[ab, lane] *= reciprocal[a, lane]


@compiled
def _square(inverse, form, k):
    """Inverse'inverse, the inverse of the factored matrix, with entries off the diagonal doubled.

    Doubled, its product with packed `pairs` is the quadratic form.
    """
    for a in range(k):
        for b in range(a + 1):
            ab = _at(a, b)
            for lane in range(LANES):
                form[ab, lane] = 0.0
            for c in range(a, k):
                ca, cb = _at(c, a), _at(c, b)
                for lane in range(LANES):
                    form[ab, lane] += inverse[ca, lane] * inverse[cb, lane]
            if b < a:
                for lane in range(LANES):
                    form[ab, lane] *= 2.0


@compiled
def _modified(n, y, p1, p0, q, weight, residual):
    """Firth's modified residuals; and `weight` becomes that of the approximate curvature.

    With w = p(1 - p), q the quadratic form of the inverse information and c = 1 - 2p, minus the
    second derivative of the criterion is X'diag(n w (1 + w q))X, the matrix of logistf, less a
    quarter of the sum over pairs of observations of w_i w_j q_ij**2 times the square of
    c_i x_i - c_j x_j. The weight here lowers the first part by half of what the terms in
    c_i x_i alone would come to.
    """
    for p in range(len(n)):
        for lane in range(LANES):
            one, none, w, form = p1[p, lane], p0[p, lane], weight[p, lane], q[p, lane]
            c = none - one
            residual[p, lane] = (y[p, lane] - n[p, lane] * one) + 0.5 * (w * form * c)
            weight[p, lane] = w * (1.0 + form * (one * none - 0.25 * (c * c)))


@compiled
def _judge(score, step, state, k):
    """Accept the step that led here or not, and say whether it tells about the curvature."""
    ends, slope, taken, tells = state[DISTANCE_LEFT], state[SLOPE], state[TAKEN], state[TELLS]
    for lane in range(LANES):
        ends[lane] = 0.0
    for a in range(k):
        for lane in range(LANES):
            ends[lane] += score[a, lane] * step[a, lane]
    for lane in range(LANES):
        taken[lane] = 1.0 if ends[lane] > -0.5 * slope[lane] else 0.0
        tells[lane] = taken[lane] if slope[lane] < SHORT else 0.0


@compiled
def _learn(info, score, old_score, step, state, curvature, lacking, work, k):
    """Powell's symmetric update of what the curvature lacks, in the metric of the information.

    It is the smallest change after which the curvature explains the change in score over the last
    step (Powell 1970; Dennis and More 1977, SIAM Review 19: 46-89, section 7.3).
    """
    slope, share, tells = state[SLOPE], state[SHARE], state[TELLS]
    miss, image = work[:k], work[k : 2 * k]
    length, overlap, ratio = work[2 * k], work[2 * k + 1], work[2 * k + 2]
    for m in range(len(info)):
        for lane in range(LANES):
            lacking[m, lane] = lacking[m, lane] if slope[lane] < np.inf else 0.0
            curvature[m, lane] += lacking[m, lane]
    for lane in range(LANES):
        length[lane] = 0.0
        overlap[lane] = 0.0
    for a in range(k):
        for lane in range(LANES):
            miss[a, lane] = old_score[a, lane] - score[a, lane]
            image[a, lane] = 0.0
        for b in range(k):
            ab = _at(a, b)
            for lane in range(LANES):
                s = share[lane] * step[b, lane]
                miss[a, lane] -= curvature[ab, lane] * s
                image[a, lane] += info[ab, lane] * s
        for lane in range(LANES):
            s = share[lane] * step[a, lane]
            overlap[lane] += miss[a, lane] * s
            length[lane] += image[a, lane] * s
    for lane in range(LANES):
        ratio[lane] = overlap[lane] / length[lane]
    for a in range(k):
        for b in range(a + 1):
            ab = _at(a, b)
            for lane in range(LANES):
                change = miss[a, lane] * image[b, lane] + image[a, lane] * miss[b, lane]
                change = (change - ratio[lane] * image[a, lane] * image[b, lane]) / length[lane]
                change = change if tells[lane] == 1.0 else 0.0
                lacking[ab, lane] += change
                curvature[ab, lane] += change


@compiled
def _keep_score(score, old_score, state, k):
    for a in range(k):
        for lane in range(LANES):
            old_score[a, lane] = score[a, lane] if state[TAKEN, lane] == 1.0 else old_score[a, lane]


@compiled
def _hold(held, curvature, info, score, k):
    """Turn the step of one coefficient into zero."""
    if held < 0:
        return
    for a in range(k):
        row = _at(a, held)
        for lane in range(LANES):
            curvature[row, lane] = 1.0 if a == held else 0.0
    diagonal = _at(held, held)
    for lane in range(LANES):
        info[diagonal, lane] = 1.0
        score[held, lane] = 0.0


@compiled
def _solve(factor, reciprocal, right, out, k):
    """Solve by forward and back substitution."""
    for a in range(k):
        for lane in range(LANES):
            out[a, lane] = right[a, lane]
        for c in range(a):
            ac = _at(a, c)
            for lane in range(LANES):
                out[a, lane] -= factor[ac, lane] * out[c, lane]
        for lane in range(LANES):
            out[a, lane] *= reciprocal[a, lane]
    for a in range(k - 1, -1, -1):
        for c in range(a + 1, k):
            ca = _at(c, a)
            for lane in range(LANES):
                out[a, lane] -= factor[ca, lane] * out[c, lane]
        for lane in range(LANES):
            out[a, lane] *= reciprocal[a, lane]


@compiled
def _move(score, proposal, base, point, step, state, k):
    """Set out on the proposed step, or halve the step that led here.

    The distance left after a full step is put at the length of that step times the factor by which
    steps have become shorter.
    """
    slope, share, taken, left = state[SLOPE], state[SHARE], state[TAKEN], state[DISTANCE_LEFT]
    for lane in range(LANES):
        left[lane] = 0.0
    for a in range(k):
        for lane in range(LANES):
            left[lane] += score[a, lane] * proposal[a, lane]
            accept = taken[lane] == 1.0
            base[a, lane] = point[a, lane] if accept else base[a, lane]
            step[a, lane] = proposal[a, lane] if accept else step[a, lane]
    for lane in range(LANES):
        accept = taken[lane] == 1.0
        uphill, before = left[lane], slope[lane]
        left[lane] = np.inf if not accept else uphill * min(1.0, uphill / before) if before < np.inf else uphill
        share[lane] = 1.0 if accept else 0.5 * share[lane]
        slope[lane] = uphill if accept else before
    for a in range(k):
        for lane in range(LANES):
            point[a, lane] = base[a, lane] + share[lane] * step[a, lane]


@compiled
def _loglik(n, p1, point, factor, failed, work, bits, k):
    """Penalised log-likelihood of each lane, in `work[0]`.

    The sum of n log p less the index of the failures, plus the log of the factor's diagonal.
    """
    value, v, logarithm = work[0], work[1], work[2]
    for lane in range(LANES):
        v[lane] = 1.0
    for a in range(k):
        aa = _at(a, a)
        for lane in range(LANES):
            v[lane] *= factor[aa, lane]
    _log(v, bits, value)
    for p in range(len(n)):
        _log(p1[p], bits, logarithm)
        for lane in range(LANES):
            value[lane] += n[p, lane] * logarithm[lane]
    for a in range(k):
        for lane in range(LANES):
            value[lane] -= point[a, lane] * failed[a, lane]


@compiled
def _log(v, bits, out):
    """Natural logarithm of positive normal numbers: v = 2**m f, f near 1, log f = 2 atanh(...)."""
    number = bits.view(np.float64)
    for lane in range(LANES):
        number[lane] = v[lane]
    for lane in range(LANES):
        out[lane] = (bits[lane] >> 52) - 1022.0
        bits[lane] = (bits[lane] & MANTISSA) | ONE_HALF
    for lane in range(LANES):
        f, m = number[lane], out[lane]
        low = f < ROOT_HALF
        f = 2.0 * f if low else f
        m = m - 1.0 if low else m
        s = (f - 1.0) / (f + 1.0)
        z = s * s
        t = ((ATANH[10] * z + ATANH[9]) * z + ATANH[8]) * z + ATANH[7]
        t = ((t * z + ATANH[6]) * z + ATANH[5]) * z + ATANH[4]
        t = ((t * z + ATANH[3]) * z + ATANH[2]) * z + ATANH[1]
        out[lane] = m * LN2_HIGH + ((t * z + ATANH[0]) * s + m * LN2_LOW)


@compiled
def _hold_quadratic(i, lane, form, beta, tested, held_beta):
    shift = beta[i, tested] / form[_at(tested, tested), lane]
    for a in range(beta.shape[1]):
        # Entries off the diagonal of `form` are doubled.
        held_beta[i, a] = beta[i, a] - shift * 0.5 * form[_at(a, tested), lane]
    held_beta[i, tested] = 0.0
