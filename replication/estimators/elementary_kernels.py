"""Compiled exponential, logarithm and small linear algebra, from plain sums and products.

The mathematical library of a system chooses its code by the processor; these are the same bits on
all. Vectors are rows of arrays, so that they lie together in memory.
"""
# ruff: noqa: ANN001, ANN201 (compiled: types are inferred)

from __future__ import annotations

import math

from replication.estimators.compiled import part

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01  # its last bits are zero: whole multiples are exact
LN2_LOW = 1.90821492927058770002e-10
EXP = tuple(1.0 / math.factorial(n) for n in range(14))
ATANH = tuple(2.0 / (2 * n + 1) for n in range(11))
ROOT_HALF = math.sqrt(0.5)


@part
def exponential_of(v):
    """exp(v) of a number not above zero, held at -700: 2**m exp(r), abs(r) <= ln(2)/2."""
    v = max(v, -700.0)
    m = math.floor(v * LOG2_E + 0.5)
    r = (v - m * LN2_HIGH) - m * LN2_LOW
    s = EXP[13] * r + EXP[12]
    s = ((s * r + EXP[11]) * r + EXP[10]) * r + EXP[9]
    s = ((s * r + EXP[8]) * r + EXP[7]) * r + EXP[6]
    s = ((s * r + EXP[5]) * r + EXP[4]) * r + EXP[3]
    s = ((s * r + EXP[2]) * r + EXP[1]) * r + EXP[0]
    return math.ldexp(s, int(m))


@part
def logarithm_of(v):
    """Natural logarithm of a positive number: v = 2**m f, log f = 2 atanh((f - 1) / (f + 1))."""
    f, m = math.frexp(v)
    if f < ROOT_HALF:
        f, m = 2.0 * f, m - 1
    s = (f - 1.0) / (f + 1.0)
    z = s * s
    t = ((ATANH[10] * z + ATANH[9]) * z + ATANH[8]) * z + ATANH[7]
    t = ((t * z + ATANH[6]) * z + ATANH[5]) * z + ATANH[4]
    t = ((t * z + ATANH[3]) * z + ATANH[2]) * z + ATANH[1]
    return m * LN2_HIGH + ((t * z + ATANH[0]) * s + m * LN2_LOW)


@part
def dot(u, v):
    """Sum of products, in four sums that do not wait for one another."""
    n = len(u)
    s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
    for i in range(0, n - 3, 4):
        s0 += u[i] * v[i]
        s1 += u[i + 1] * v[i + 1]
        s2 += u[i + 2] * v[i + 2]
        s3 += u[i + 3] * v[i + 3]
    for i in range(n - n % 4, n):
        s0 += u[i] * v[i]
    return (s0 + s1) + (s2 + s3)


@part
def orthonormal(q):
    """Make the rows of `q` (k, n) orthonormal in place; return the log volume that they span.

    Gram and Schmidt's way, twice, which keeps rows orthogonal to rounding error. Minus infinity
    where a row depends on those before; the rows from it on are then of no use.
    """
    volume = 0.0
    for a in range(len(q)):
        for _ in range(2):
            for b in range(a):
                share = dot(q[a], q[b])
                for i in range(q.shape[1]):
                    q[a, i] -= share * q[b, i]
        length = math.sqrt(dot(q[a], q[a]))
        if not length > 0.0:
            return -math.inf
        volume += logarithm_of(length)
        for i in range(q.shape[1]):
            q[a, i] /= length
    return volume


@part
def cholesky_factor(matrix, factor):
    """Lower factor of a symmetric matrix; say whether the matrix is positive definite."""
    k = len(matrix)
    for a in range(k):
        for b in range(a + 1):
            s = matrix[a, b]
            for c in range(b):
                s -= factor[a, c] * factor[b, c]
            if b < a:
                factor[a, b] = s / factor[b, b]
            elif s > 0.0:
                factor[a, a] = math.sqrt(s)
            else:
                return False
    return True


@part
def solve_factored(factor, right):
    """Replace `right` by the solution of the system whose matrix has this lower factor."""
    k = len(right)
    for a in range(k):
        for c in range(a):
            right[a] -= factor[a, c] * right[c]
        right[a] /= factor[a, a]
    for a in range(k - 1, -1, -1):
        for c in range(a + 1, k):
            right[a] -= factor[c, a] * right[c]
        right[a] /= factor[a, a]
