"""Arithmetic on many small problems side by side, one problem a lane.

Work goes in blocks of `LANES` problems that share one design of patterns. Arrays have the lane as
last axis, and every innermost loop runs over the lanes and does the same arithmetic in each, so
that the compiler turns it into vector instructions. No operation mixes lanes and none may be
reordered or fused (no fast-math; exponential and logarithm from plain sums and products): a lane's
result depends on that lane alone, bit for bit, whatever its block, the batch, the thread or the
width of the machine's vectors.

Symmetric matrices are packed: row a(a+1)/2 + b is entry (a, b), a >= b. The products of pairs of
columns of the design are kept in that order too, so that every sum over patterns is a call of
`moments`. It takes four patterns and two columns at a time: patterns are padded with some that have
no trials, columns with zeros.
"""
# ruff: noqa: ANN001, ANN201, C901 (compiled: types are inferred, loops must be spelt out)

from __future__ import annotations

import math

import numpy as np

from replication.estimators.compiled import part
from replication.estimators.elementary_kernels import (
    ATANH,
    EXP,
    LN2_HIGH,
    LN2_LOW,
    LOG2_E,
    ROOT_HALF,
)

LANES = 128
# Rows are a little longer than the lanes: at a stride of a power of two they would crowd each other
# out of the processor's cache.
_STRIDE = LANES + 8

_TO_INTEGER = 1.5 * 2.0**52  # adding it rounds to an integer and leaves that in the low bits
_MANTISSA = 0x000FFFFFFFFFFFFF
_ONE_HALF = 0x3FE0000000000000  # the bits of 0.5


@part
def block(rows):
    """Rows of zeros, one place a lane."""
    return np.zeros((rows, _STRIDE))


@part
def at(a, b):
    """Row of entry (a, b) of a packed symmetric matrix."""
    return a * (a + 1) // 2 + b if a >= b else b * (b + 1) // 2 + a


@part
def products(x):
    """Columns of `x` (patterns, k), products of two of them in packed order, and these turned."""
    rows, k = x.shape
    size = (k * (k + 1) // 2 + 3) // 4 * 4
    columns = np.zeros((rows, k + k % 2))
    pairs, turned = np.zeros((rows, size)), np.zeros((size, rows))
    for p in range(rows):
        for a in range(k):
            columns[p, a] = x[p, a]
            for b in range(a + 1):
                pairs[p, at(a, b)] = turned[at(a, b), p] = x[p, a] * x[p, b]
    return columns, pairs, turned


@part
def load(first, count, source, out):
    """Put problems `first` on of `source` (B, patterns) into the lanes."""
    for p in range(source.shape[1]):
        for lane in range(count):
            out[p, lane] = source[first + lane, p]


@part
def moments(columns, weight, out):
    """Sum over patterns of each column of `columns` (patterns, m) times `weight`."""
    rows, size = columns.shape
    for m in range(0, size, 2):
        m1 = m + 1
        for lane in range(LANES):
            out[m, lane] = 0.0
            out[m1, lane] = 0.0
        for p in range(0, rows, 4):
            p1, p2, p3 = p + 1, p + 2, p + 3
            a0, a1, a2, a3 = columns[p, m], columns[p1, m], columns[p2, m], columns[p3, m]
            b0, b1, b2, b3 = columns[p, m1], columns[p1, m1], columns[p2, m1], columns[p3, m1]
            for lane in range(LANES):
                w0, w1 = weight[p, lane], weight[p1, lane]
                w2, w3 = weight[p2, lane], weight[p3, lane]
                out[m, lane] += (a0 * w0 + a1 * w1) + (a2 * w2 + a3 * w3)
                out[m1, lane] += (b0 * w0 + b1 * w1) + (b2 * w2 + b3 * w3)


@part
def cholesky(matrix, spare, share, factor, reciprocal, k):
    """Lower Cholesky factor of a packed matrix, and one over its diagonal (k rows).

    A pivot not above `share` times the diagonal of the matrix `spare` is replaced by the latter,
    which makes an indefinite matrix definite; with a `spare` of zeros the factor ends there.
    """
    for a in range(k):
        for b in range(a + 1):
            ab = at(a, b)
            for lane in range(LANES):
                factor[ab, lane] = matrix[ab, lane]
            for c in range(b):
                ac, bc = at(a, c), at(b, c)
                for lane in range(LANES):
                    factor[ab, lane] -= factor[ac, lane] * factor[bc, lane]
            if b < a:
                for lane in range(LANES):
                    factor[ab, lane] *= reciprocal[b, lane]
            else:
                for lane in range(LANES):
                    pivot, instead = factor[ab, lane], spare[ab, lane]
                    root = math.sqrt(pivot if pivot > share * instead else instead)
                    factor[ab, lane] = root
                    reciprocal[a, lane] = 1.0 / root


@part
def solve(factor, reciprocal, right, out, k):
    """Solve a system by the factor of its matrix."""
    for a in range(k):
        for lane in range(LANES):
            out[a, lane] = right[a, lane]
        for c in range(a):
            ac = at(a, c)
            for lane in range(LANES):
                out[a, lane] -= factor[ac, lane] * out[c, lane]
        for lane in range(LANES):
            out[a, lane] *= reciprocal[a, lane]
    for a in range(k - 1, -1, -1):
        for c in range(a + 1, k):
            ca = at(c, a)
            for lane in range(LANES):
                out[a, lane] -= factor[ca, lane] * out[c, lane]
        for lane in range(LANES):
            out[a, lane] *= reciprocal[a, lane]


@part
def invert(factor, reciprocal, root, inverse, k):
    """Inverse of the factored matrix; `root` receives the inverse of the factor."""
    for a in range(k):
        aa = at(a, a)
        for lane in range(LANES):
            root[aa, lane] = reciprocal[a, lane]
        for b in range(a):
            ab = at(a, b)
            for lane in range(LANES):
                root[ab, lane] = 0.0
            for c in range(b, a):
                ac, cb = at(a, c), at(c, b)
                for lane in range(LANES):
                    root[ab, lane] -= factor[ac, lane] * root[cb, lane]
            for lane in range(LANES):
                root[ab, lane] *= reciprocal[a, lane]
    for a in range(k):
        for b in range(a + 1):
            ab = at(a, b)
            for lane in range(LANES):
                inverse[ab, lane] = 0.0
            for c in range(a, k):
                ca, cb = at(c, a), at(c, b)
                for lane in range(LANES):
                    inverse[ab, lane] += root[ca, lane] * root[cb, lane]


@part
def forms(turned, matrix, work, out, k):
    """Quadratic form of each pattern in a packed matrix, from the turned products of pairs."""
    for a in range(k):
        for b in range(a + 1):
            ab = at(a, b)
            for lane in range(LANES):
                work[ab, lane] = matrix[ab, lane] if a == b else 2.0 * matrix[ab, lane]
    moments(turned, work, out)


@part
def exponential(v, number, bits):
    """Replace `v` by exp(v), v held between -700 and 700.

    exp(v) = 2**m exp(r) with m = round(v / ln 2), so that abs(r) <= ln(2)/2, and Taylor's sum for
    exp(r). `number` and `bits` (lanes,) are one piece of memory seen as floats and as integers.
    """
    for lane in range(LANES):
        u = min(max(v[lane], -700.0), 700.0)
        shifted = u * LOG2_E + _TO_INTEGER
        number[lane] = shifted
        m = shifted - _TO_INTEGER
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
        v[lane] = s * number[lane]


@part
def logarithm(v, number, bits, out):
    """Natural logarithm of positive normal numbers.

    v = 2**m f with f between root one half and root two, and log f = 2 atanh((f - 1) / (f + 1)).
    """
    for lane in range(LANES):
        number[lane] = v[lane]
    for lane in range(LANES):
        out[lane] = (bits[lane] >> 52) - 1022.0
        bits[lane] = (bits[lane] & _MANTISSA) | _ONE_HALF
    for lane in range(LANES):
        f, m = number[lane], out[lane]
        small = f < ROOT_HALF
        f = 2.0 * f if small else f
        m = m - 1.0 if small else m
        s = (f - 1.0) / (f + 1.0)
        z = s * s
        t = ((ATANH[10] * z + ATANH[9]) * z + ATANH[8]) * z + ATANH[7]
        t = ((t * z + ATANH[6]) * z + ATANH[5]) * z + ATANH[4]
        t = ((t * z + ATANH[3]) * z + ATANH[2]) * z + ATANH[1]
        out[lane] = m * LN2_HIGH + ((t * z + ATANH[0]) * s + m * LN2_LOW)
