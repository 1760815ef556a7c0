"""Compiled least squares in many lanes at once."""
# ruff: noqa: ANN001, ANN201, ANN202 (compiled: types are inferred)

from __future__ import annotations

import math

import numpy as np

from replication.estimators.batch.lanes import (
    LANES,
    at,
    block,
    cholesky,
    forms,
    invert,
    load,
    moments,
    products,
    solve,
)
from replication.estimators.compiled import entry, part

SOUND, RANK_DEFICIENT, TOO_FEW, LEVERAGE, NO_VARIATION, IMPOSSIBLE = range(6)

# A pivot below this share of its diagonal means linearly dependent columns.
_RANK_TOLERANCE = 1e-12
# One minus a leverage is zero below this, and so is an error over what residuals as large as the
# outcome would give.
_ZERO = 1e-10
_ROUNDING = 1e-13

# Rows of the totals of a problem.
_TRIALS, _SQUARES, _FAULTS, _VARIANCE, _NORM, _LARGEST, _EXACT = range(7)


@entry
def least_squares(x, trials, sums, squares, tested, beta, std_error, dof, reason):
    """Fill in `beta` (B, k), `std_error` of coefficient `tested`, `dof` and `reason`, (B,) each."""
    rows, k = x.shape
    columns, pairs, turned = products(x)
    size = pairs.shape[1]
    n, s, ss, form = block(rows), block(rows), block(rows), block(rows)
    info, nothing, factor, root, inverse = (
        block(size), block(size), block(size), block(size), block(size)
    )  # fmt: skip
    reciprocal, right, point = block(k), block(columns.shape[1]), block(k)
    totals, work = block(7), block(2)
    for first in range(0, len(reason), LANES):
        count = min(LANES, len(reason) - first)
        load(first, count, trials, n)
        load(first, count, sums, s)
        load(first, count, squares, ss)
        moments(pairs, n, info)
        moments(columns, s, right)
        cholesky(info, nothing, 0.0, factor, reciprocal, k)
        solve(factor, reciprocal, right, point, k)
        invert(factor, reciprocal, root, inverse, k)
        forms(turned, inverse, root, form, k)
        _sandwich(x, n, s, ss, point, inverse, form, tested, totals, work)
        for lane in range(count):
            i = first + lane
            reason[i] = _soundness(totals, info, factor, lane, k)
            if reason[i] not in (RANK_DEFICIENT, TOO_FEW, IMPOSSIBLE):
                dof[i] = totals[_TRIALS, lane] - k
                for a in range(k):
                    beta[i, a] = point[a, lane]
                if reason[i] == SOUND:
                    std_error[i] = math.sqrt(totals[_VARIANCE, lane])


@part
def _sandwich(x, n, s, ss, point, inverse, form, tested, totals, work):
    """Variance of the tested coefficient, and the totals that tell whether it is sound.

    A coefficient is a sum of outcomes times loadings, row `tested` of the inverse times the design.
    """
    rows, k = x.shape
    for m in range(len(totals)):
        for lane in range(LANES):
            totals[m, lane] = 0.0
    for p in range(rows):
        for lane in range(LANES):
            work[0, lane] = 0.0
            work[1, lane] = 0.0
        for a in range(k):
            value, ta = x[p, a], at(tested, a)
            for lane in range(LANES):
                work[0, lane] += value * point[a, lane]
                work[1, lane] += value * inverse[ta, lane]
        for lane in range(LANES):
            trials, total, square = n[p, lane], s[p, lane], ss[p, lane]
            observed = trials > 0.0
            mean = total / trials if observed else 0.0
            within = square - total * mean
            within = within if within > _ROUNDING * square else 0.0
            rest = 1.0 - form[p, lane]
            exact = observed and rest < _ZERO
            loading = work[1, lane] if observed else 0.0
            residual = mean - work[0, lane]
            scale = loading / rest if observed and not exact else 0.0
            totals[_VARIANCE, lane] += scale * scale * (within + trials * (residual * residual))
            totals[_TRIALS, lane] += trials
            totals[_SQUARES, lane] += square
            totals[_NORM, lane] += trials * (loading * loading)
            totals[_LARGEST, lane] = max(totals[_LARGEST, lane], abs(loading))
            totals[_EXACT, lane] = max(totals[_EXACT, lane], abs(loading) if exact else 0.0)
            # A sum that is not finite makes its difference from itself a NaN.
            sound = trials >= 0.0 and square >= 0.0 and trials + square < np.inf
            sound = sound and total - total == 0.0
            empty = not observed and (total != 0.0 or square != 0.0)
            totals[_FAULTS, lane] += 0.0 if sound and not empty else 1.0


@part
def _soundness(totals, info, factor, lane, k):
    if totals[_FAULTS, lane] > 0.0:
        return IMPOSSIBLE
    if totals[_TRIALS, lane] <= k:
        return TOO_FEW
    for a in range(k):
        if not factor[at(a, a), lane] ** 2 > _RANK_TOLERANCE * info[at(a, a), lane]:
            return RANK_DEFICIENT
    if totals[_EXACT, lane] > 1e-8 * totals[_LARGEST, lane]:
        return LEVERAGE
    if totals[_VARIANCE, lane] <= _ZERO**2 * totals[_NORM, lane] * totals[_SQUARES, lane]:
        return NO_VARIATION
    return SOUND
