"""Compiled loops of the batched fits: many small problems side by side, one problem a lane.

Work goes in blocks of `LANES` problems that share one design of patterns. Arrays have the lane as
last axis, and every innermost loop runs over the lanes and does the same arithmetic in each, so
that the compiler turns it into vector instructions. No operation mixes lanes and none may be
reordered or fused (no fast-math; exponential and logarithm from plain sums and products): a lane's
result depends on that lane alone, bit for bit, whatever its block, the batch, the thread or the
width of the machine's vectors.

Symmetric arrays are packed: row a(a+1)/2 + b of a matrix is entry (a, b), a >= b, and three-way
arrays go on in the same way. `x` is the design (patterns, k), its constant first, and `pairs` and
`triples` hold the products of two and three of its columns in packed order, so that every sum over
patterns is a call of `_moments`. Patterns are padded to a multiple of four with some that have no
trials, packed orders to an even length with zeros.

All compiled functions stand in this one file because the compiler's cache on disk notices changes
of a function's own file only.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

LANES = 64

SOUND, NOT_CONVERGED, RANK_DEFICIENT, CONSTANT_OUTCOME, TOO_FEW, IMPOSSIBLE, UNTESTED = range(7)

# A pivot below this share of its diagonal means linearly dependent columns.
RANK_TOLERANCE = 1e-10
# The search ends with the step whose square, in units of standard errors, is below this. Newton
# steps converge quadratically: what remains after that step is about as large as its square.
LAST_STEP = 1e-11
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
    n, y, residual = _lanes(rows), _lanes(rows), _lanes(rows)
    info, factor, inverse = _lanes(pairs.shape[1]), _lanes(pairs.shape[1]), _lanes(pairs.shape[1])
    score, step = _lanes(columns.shape[1]), _lanes(k)
    for first in range(0, len(reason), LANES):
        count = min(LANES, len(reason) - first)
        for lane in range(count):
            _load(first + lane, trials, events, lane, n, y)
        for p in range(rows):
            for lane in range(LANES):
                residual[p, lane] = 4.0 * y[p, lane] - 2.0 * n[p, lane]
        _moments(pairs, n, info)
        _moments(columns, residual, score)
        _cholesky(info, info, 0.0, factor, inverse, k)
        _solve(factor, inverse, score, step, k)
        for lane in range(count):
            i = first + lane
            reason[i] = _soundness(n, y, info, factor, lane, k)
            for a in range(k):
                beta[i, a] = step[a, lane]


@compiled
def newton(x, trials, events, held, beta, reason):
    """Maximise the penalised likelihood of the sound problems from `beta` (B, k), in place.

    Coefficient number `held` stays at zero, none with -1. The steps are Newton's with the exact
    second derivatives. A step is halved while the slope at its end is downhill by more than half
    the slope uphill at its start. The lane of a problem that is done takes the next one at once.
    """
    rows, k = x.shape
    columns, pairs, triples = _products(x)
    size = pairs.shape[1]
    n, y, p1, p0 = _lanes(rows), _lanes(rows), _lanes(rows), _lanes(rows)
    weight, skew, residual, curvature = _lanes(rows), _lanes(rows), _lanes(rows), _lanes(rows)
    info, hessian, factor, inverse = _lanes(size), _lanes(size), _lanes(size), _lanes(size)
    form, third, whitened = _lanes(size), _lanes(triples.shape[1]), _lanes(k * size)
    score, proposal, step = _lanes(columns.shape[1]), _lanes(k), _lanes(k)
    base, point, work = _lanes(k), _lanes(k), _lanes(k)
    slope, share, bits = _lanes(1)[0], _lanes(1)[0], np.zeros(LANES, np.int64)
    problem, evaluations = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)

    waiting = 0
    working = 0
    for lane in range(LANES):
        waiting = _next(waiting, trials, events, beta, reason, lane, n, y, point, problem)
        slope[lane] = np.inf
        working += problem[lane] >= 0
    while working > 0:
        _probabilities(x, point, p1, p0, work[0], bits)
        _weights(n, p1, p0, weight, skew)
        _moments(pairs, weight, info)
        _moments(triples, skew, third)
        _cholesky(info, info, 0.0, factor, inverse, k)
        _invert(factor, inverse, k)
        _square(inverse, form, k)
        _leverage(pairs, form, n, y, p1, p0, weight, residual, curvature)
        _moments(columns, residual, score)
        _moments(pairs, curvature, hessian)
        _penalty_curvature(third, inverse, work, whitened, hessian, k)
        _hold(held, hessian, info, score, k)
        _cholesky(hessian, info, 1e-3, factor, inverse, k)
        _solve(factor, inverse, score, proposal, k)
        for lane in range(LANES):
            i = problem[lane]
            if i < 0:
                continue
            evaluations[lane] += 1
            done = _move(lane, score, proposal, base, point, step, slope, share, k)
            if done or evaluations[lane] == MAX_EVALUATIONS:
                reason[i] = SOUND if done else NOT_CONVERGED
                for a in range(k):
                    beta[i, a] = point[a, lane]
                waiting = _next(waiting, trials, events, beta, reason, lane, n, y, point, problem)
                slope[lane], evaluations[lane] = np.inf, 0
                working -= problem[lane] < 0


@compiled
def finish(x, trials, events, beta, tested, loglik, std_error, held_beta):
    """Evaluate every problem at `beta` (B, k): penalised log-likelihood and standard errors.

    The errors are those of the information with each observation weighted by one plus its leverage.
    With `tested` >= 0, `held_beta` (B, k) becomes the maximum of the quadratic approximation with
    that coefficient at zero. With `std_error` of no rows the log-likelihood alone is computed.
    """
    rows, k = x.shape
    columns, pairs, _ = _products(x)
    size = pairs.shape[1]
    n, y, p1, p0, weight, skew = (
        _lanes(rows), _lanes(rows), _lanes(rows), _lanes(rows), _lanes(rows), _lanes(rows)
    )  # fmt: skip
    info, factor, inverse, form = _lanes(size), _lanes(size), _lanes(size), _lanes(size)
    failed, point, work = _lanes(columns.shape[1]), _lanes(k), _lanes(3)
    bits = np.zeros(LANES, np.int64)
    for first in range(0, len(loglik), LANES):
        count = min(LANES, len(loglik) - first)
        for lane in range(count):
            _load(first + lane, trials, events, lane, n, y)
            for a in range(k):
                point[a, lane] = beta[first + lane, a]
        _probabilities(x, point, p1, p0, work[0], bits)
        _weights(n, p1, p0, weight, skew)
        _moments(pairs, weight, info)
        _cholesky(info, info, 0.0, factor, inverse, k)
        _failures(n, y, skew)
        _moments(columns, skew, failed)
        _loglik(n, p1, point, factor, failed, work, bits, k)
        for lane in range(count):
            loglik[first + lane] = work[0, lane]
        if len(std_error) == 0:
            continue
        _invert(factor, inverse, k)
        _square(inverse, form, k)
        _augment(pairs, form, p1, p0, weight)
        _moments(pairs, weight, info)
        _cholesky(info, info, 0.0, factor, inverse, k)
        _invert(factor, inverse, k)
        _square(inverse, form, k)
        for lane in range(count):
            i = first + lane
            for a in range(k):
                std_error[i, a] = math.sqrt(form[_at(a, a), lane])
            if tested >= 0:
                _hold_quadratic(i, lane, form, beta, tested, held_beta)


@compiled
def _lanes(rows):
    return np.zeros((rows, LANES))


@compiled
def _at(a, b):
    """Row of entry (a, b) of a packed symmetric matrix."""
    return a * (a + 1) // 2 + b if a >= b else b * (b + 1) // 2 + a


@compiled
def _at3(a, b, c):
    """Row of entry (a, b, c) of a packed symmetric three-way array."""
    high, low = max(a, b, c), min(a, b, c)
    return high * (high + 1) * (high + 2) // 6 + _at(a + b + c - high - low, low)


@compiled
def _products(x):
    rows, k = x.shape
    size, size3 = k * (k + 1) // 2, k * (k + 1) * (k + 2) // 6
    columns = np.zeros((rows, k + k % 2))
    pairs = np.zeros((rows, size + size % 2))
    triples = np.zeros((rows, size3 + size3 % 2))
    for p in range(rows):
        for a in range(k):
            columns[p, a] = x[p, a]
            for b in range(a + 1):
                pairs[p, _at(a, b)] = x[p, a] * x[p, b]
                for c in range(b + 1):
                    triples[p, _at3(a, b, c)] = x[p, a] * x[p, b] * x[p, c]
    return columns, pairs, triples


@compiled
def _load(i, trials, events, lane, n, y):
    for p in range(trials.shape[1]):
        n[p, lane] = trials[i, p]
        y[p, lane] = events[i, p]


@compiled
def _next(waiting, trials, events, beta, reason, lane, n, y, point, problem):
    """Give the lane the first sound problem from number `waiting` on; return the number after."""
    while waiting < len(reason) and reason[waiting] != SOUND:
        waiting += 1
    if waiting == len(reason):
        problem[lane] = -1
        return waiting
    problem[lane] = waiting
    _load(waiting, trials, events, lane, n, y)
    for a in range(len(point)):
        point[a, lane] = beta[waiting, a]
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
def _move(lane, score, proposal, base, point, step, slope, share, k):
    """Take the proposed step from `point`, or halve the step that led there; True when done."""
    here = 0.0
    decrement = 0.0
    for a in range(k):
        here += score[a, lane] * step[a, lane]
        decrement += score[a, lane] * proposal[a, lane]
    if here > -0.5 * slope[lane]:
        for a in range(k):
            base[a, lane] = point[a, lane]
            step[a, lane] = proposal[a, lane]
            point[a, lane] += proposal[a, lane]
        slope[lane], share[lane] = decrement, 1.0
        return decrement < LAST_STEP
    share[lane] *= 0.5
    for a in range(k):
        point[a, lane] = base[a, lane] + share[lane] * step[a, lane]
    return False


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
def _weights(n, p1, p0, weight, skew):
    """Weights n p (1 - p) and their derivative by the index."""
    for p in range(len(n)):
        for lane in range(LANES):
            w = n[p, lane] * (p1[p, lane] * p0[p, lane])
            weight[p, lane] = w
            skew[p, lane] = w * (p0[p, lane] - p1[p, lane])


@compiled
def _moments(products, weight, out):
    """Sum over patterns of each column of `products` (patterns, m) times `weight`."""
    rows, size = products.shape
    for m in range(0, size, 2):
        for lane in range(LANES):
            out[m, lane] = 0.0
            out[m + 1, lane] = 0.0
        for p in range(0, rows, 4):
            a0, a1, a2, a3 = (
                products[p, m],
                products[p + 1, m],
                products[p + 2, m],
                products[p + 3, m],
            )
            m1 = m + 1
            b0, b1, b2, b3 = (
                products[p, m1],
                products[p + 1, m1],
                products[p + 2, m1],
                products[p + 3, m1],
            )
            for lane in range(LANES):
                w0, w1, w2, w3 = (
                    weight[p, lane],
                    weight[p + 1, lane],
                    weight[p + 2, lane],
                    weight[p + 3, lane],
                )
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
            bb = _at(b, b)
            if b < a:
                for lane in range(LANES):
                    factor[ab, lane] *= reciprocal[bb, lane]
            elif share == 0.0:
                for lane in range(LANES):
                    root = math.sqrt(factor[ab, lane])
                    factor[ab, lane] = root
                    reciprocal[ab, lane] = 1.0 / root
            else:
                for lane in range(LANES):
                    pivot = factor[ab, lane]
                    root = math.sqrt(pivot if pivot > share * floor[ab, lane] else floor[ab, lane])
                    factor[ab, lane] = root
                    reciprocal[ab, lane] = 1.0 / root


@compiled
def _invert(factor, inverse, k):
    """Inverse of a lower factor whose reciprocal diagonal stands in `inverse` already."""
    for a in range(k):
        aa = _at(a, a)
        for b in range(a):
            ab = _at(a, b)
            for lane in range(LANES):
                inverse[ab, lane] = 0.0
            for c in range(b, a):
                ac, cb = _at(a, c), _at(c, b)
                for lane in range(LANES):
                    inverse[ab, lane] -= factor[ac, lane] * inverse[cb, lane]
            for lane in range(LANES):
                inverse[ab, lane] *= inverse[aa, lane]


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
def _quadratic(pairs, form, p, q):
    """Quadratic form of patterns p to p + 3."""
    for lane in range(LANES):
        q[0, lane] = q[1, lane] = q[2, lane] = q[3, lane] = 0.0
    for m in range(0, len(form), 2):
        m1 = m + 1
        a0, a1, a2, a3 = pairs[p, m], pairs[p + 1, m], pairs[p + 2, m], pairs[p + 3, m]
        b0, b1, b2, b3 = pairs[p, m1], pairs[p + 1, m1], pairs[p + 2, m1], pairs[p + 3, m1]
        for lane in range(LANES):
            f0, f1 = form[m, lane], form[m1, lane]
            q[0, lane] += a0 * f0 + b0 * f1
            q[1, lane] += a1 * f0 + b1 * f1
            q[2, lane] += a2 * f0 + b2 * f1
            q[3, lane] += a3 * f0 + b3 * f1


@compiled
def _leverage(pairs, form, n, y, p1, p0, weight, residual, curvature):
    """Firth's modified residuals, and the weights of the second derivatives but for one term."""
    q = _lanes(4)
    for first in range(0, len(n), 4):
        _quadratic(pairs, form, first, q)
        for p in range(first, first + 4):
            for lane in range(LANES):
                half = 0.5 * q[p - first, lane]
                w, one, none = weight[p, lane], p1[p, lane], p0[p, lane]
                residual[p, lane] = (y[p, lane] - n[p, lane] * one) + w * half * (none - one)
                curvature[p, lane] = w * (1.0 - (1.0 - 6.0 * (one * none)) * half)


@compiled
def _augment(pairs, form, p1, p0, weight):
    """Multiply weights by one plus the leverage of one observation."""
    q = _lanes(4)
    for first in range(0, len(p1), 4):
        _quadratic(pairs, form, first, q)
        for p in range(first, first + 4):
            for lane in range(LANES):
                weight[p, lane] *= 1.0 + p1[p, lane] * p0[p, lane] * q[p - first, lane]


@compiled
def _penalty_curvature(third, inverse, y, whitened, hessian, k):
    """Add half the trace of J dI/da J dI/db, J the inverse information, to entry (a, b).

    With C the inverse factor, `whitened` number a is C (dI/da) C', its diagonal divided by root
    two, and the traces are sums of products of its packed entries.
    """
    size = len(inverse)
    for d in range(k):
        for a in range(k):
            for c in range(a + 1):
                for lane in range(LANES):
                    y[c, lane] = 0.0
                for b in range(a + 1):
                    ab, bcd = _at(a, b), _at3(b, c, d)
                    for lane in range(LANES):
                        y[c, lane] += inverse[ab, lane] * third[bcd, lane]
            for b in range(a + 1):
                dab = d * size + _at(a, b)
                for lane in range(LANES):
                    whitened[dab, lane] = 0.0
                for c in range(b + 1):
                    bc = _at(b, c)
                    for lane in range(LANES):
                        whitened[dab, lane] += y[c, lane] * inverse[bc, lane]
            for lane in range(LANES):
                whitened[dab, lane] *= ROOT_HALF
    for d in range(k):
        for e in range(d + 1):
            de = _at(d, e)
            for m in range(0, size, 2):
                dm, em = d * size + m, e * size + m
                for lane in range(LANES):
                    hessian[de, lane] += (
                        whitened[dm, lane] * whitened[em, lane]
                        + whitened[dm + 1, lane] * whitened[em + 1, lane]
                    )


@compiled
def _hold(held, hessian, info, score, k):
    """Turn the step of one coefficient into zero."""
    if held < 0:
        return
    for a in range(k):
        row = _at(a, held)
        for lane in range(LANES):
            hessian[row, lane] = 1.0 if a == held else 0.0
    diagonal = _at(held, held)
    for lane in range(LANES):
        info[diagonal, lane] = 1.0
        score[held, lane] = 0.0


@compiled
def _solve(factor, reciprocal, right, out, k):
    """Solve by forward and back substitution."""
    for a in range(k):
        aa = _at(a, a)
        for lane in range(LANES):
            out[a, lane] = right[a, lane]
        for c in range(a):
            ac = _at(a, c)
            for lane in range(LANES):
                out[a, lane] -= factor[ac, lane] * out[c, lane]
        for lane in range(LANES):
            out[a, lane] *= reciprocal[aa, lane]
    for a in range(k - 1, -1, -1):
        aa = _at(a, a)
        for c in range(a + 1, k):
            ca = _at(c, a)
            for lane in range(LANES):
                out[a, lane] -= factor[ca, lane] * out[c, lane]
        for lane in range(LANES):
            out[a, lane] *= reciprocal[aa, lane]


@compiled
def _failures(n, y, out):
    for p in range(len(n)):
        for lane in range(LANES):
            out[p, lane] = n[p, lane] - y[p, lane]


@compiled
def _loglik(n, p1, point, factor, failed, work, bits, k):
    """Penalised log-likelihood of each lane, in `work[0]`.

    The sum of n log p less the index of the failures, plus the log of the factor's diagonal.
    """
    value, v = work[0], work[1]
    for lane in range(LANES):
        v[lane] = 1.0
    for a in range(k):
        aa = _at(a, a)
        for lane in range(LANES):
            v[lane] *= factor[aa, lane]
    _log(v, bits, work[2])
    for lane in range(LANES):
        value[lane] = work[2, lane]
    for p in range(len(n)):
        for lane in range(LANES):
            v[lane] = p1[p, lane]
        _log(v, bits, work[2])
        for lane in range(LANES):
            value[lane] += n[p, lane] * work[2, lane]
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
