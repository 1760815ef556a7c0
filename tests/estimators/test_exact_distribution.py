"""Exact conditional counts beyond machine words against sums of products in big integers.

Counts of small designs are held against full enumeration in test_exact.py.
"""

from collections import Counter
from itertools import product
from math import comb

import numpy as np
import pytest

from replication.estimators.exact_distribution import conditional_distribution


@pytest.mark.parametrize("n", [45, 150])
def test_counts_of_one_covariate_are_coefficients_of_a_polynomial_of_any_size(n):
    rng = np.random.default_rng(n)
    values = rng.integers(0, 4, n).tolist()
    events = n // 2
    # Product of (1 + y z^value), one dictionary of powers of z for each power of y.
    by_events = [Counter() for _ in range(events + 1)]
    by_events[0][0] = 1
    for value in values:
        for m in range(events, 0, -1):
            for total, count in by_events[m - 1].items():
                by_events[m][total + value] += count
    outcome = rng.permutation(np.arange(n) < events).astype(float)
    result = conditional_distribution(outcome, np.array(values)[:, None], [0])
    assert dict(zip(result.support[:, 0], result.counts, strict=True)) == by_events[events]
    assert sum(result.counts) == comb(n, events)


def test_counts_within_strata_are_a_convolution_of_hypergeometric_ones_of_any_size():
    sizes, exposed, events = (40, 60), (20, 25), (18, 31)
    rows = [
        (stratum, int(i < exposed[stratum]), int(i % 7 < 4 and i < 2 * events[stratum]))
        for stratum in (0, 1)
        for i in range(sizes[stratum])
    ]
    stratum, x, outcome = np.array(rows).T
    events = [int(outcome[stratum == s].sum()) for s in (0, 1)]
    factors = [
        [comb(x, t) * comb(size - x, m - t) for t in range(m + 1)]
        for size, x, m in zip(sizes, exposed, events, strict=True)
    ]
    expected = Counter()
    for (a, ways), (b, others) in product(enumerate(factors[0]), enumerate(factors[1])):
        expected[a + b] += ways * others
    result = conditional_distribution(outcome, np.column_stack([stratum, x]), [1])
    assert dict(zip(result.support[:, 0], result.counts, strict=True)) == +expected
    assert max(result.counts) > 2**63
