"""The exact rank test against published data, coin, SciPy and listing."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from replication.estimators.rank import rank_test

CODES = st.lists(st.integers(0, 4), min_size=1, max_size=6)


# R's help page of wilcox.test, permeability (Hollander and Wolfe 1973, p. 69): W = 35, p = 0.1272
# one-sided.
def test_permeability_data():
    at_term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    early = [1.15, 0.88, 0.90, 0.74, 1.21]
    result = rank_test(np.array(at_term), np.array(early))
    assert result.statistic == 35
    assert result.superiority == 0.7
    assert result.p_greater == pytest.approx(0.1272, abs=5e-5)


# R 4.2.2, coin 1.4-2: wilcox_test(v ~ g, distribution = "exact")
def test_ties_agree_with_coin():
    result = rank_test(np.array([0, 0, 1, 1, 2, 3, 3, 3]), np.array([1, 2, 2, 3, 4, 4, 3]))
    assert result.p_value == pytest.approx(0.145299145299, rel=1e-11)
    assert result.p_greater == pytest.approx(0.938306138306, rel=1e-11)
    assert result.p_less == pytest.approx(0.0761460761461, rel=1e-11)


def test_without_ties_it_is_scipys_exact_test():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=22), rng.normal(size=23) + 0.4
    reference = stats.mannwhitneyu(x, y, method="exact")
    result = rank_test(x, y)
    assert result.statistic == reference.statistic
    assert result.p_value == pytest.approx(reference.pvalue, rel=1e-10)


@given(CODES, CODES)
@settings(max_examples=60, deadline=None)
def test_ties_agree_with_listing(x, y):
    result = rank_test(np.array(x), np.array(y))
    wins = sum((a > b) + (a == b) / 2 for a in x for b in y)
    assert result.statistic == wins
    assert result.superiority == wins / (len(x) * len(y))
    pooled = np.array(x + y)
    listed = []
    for chosen in combinations(range(len(pooled)), len(x)):
        first, second = pooled[list(chosen)], np.delete(pooled, chosen)
        listed.append(np.sum(first[:, None] > second) + np.sum(first[:, None] == second) / 2)
    listed, centre = np.array(listed), len(x) * len(y) / 2
    assert result.p_value == pytest.approx(np.mean(abs(listed - centre) >= abs(wins - centre)))
    assert result.p_greater == pytest.approx(np.mean(listed >= wins))
    assert result.p_less == pytest.approx(np.mean(listed <= wins))


def test_nothing_to_compare():
    result = rank_test(np.array([1.0, 2]), np.zeros(0))
    assert result.note == "one group is empty"
    assert np.isnan([result.statistic, result.p_value]).all()
    same = rank_test(np.ones(4), np.ones(5))
    assert (same.p_value, same.superiority) == (1, 0.5)
    with pytest.raises(ValueError, match="missing"):
        rank_test(np.array([np.nan]), np.array([1.0]))


@pytest.mark.parametrize(("origin", "unit"), [(1e8, 1.0), (1e7, 0.1), (-1e8, 1.0), (1e12, 0.5)])
def test_a_small_spread_far_from_zero_is_no_tie(origin, unit):
    """One step of 1e8 once took all of them for a single number, and p for one."""
    x, y = np.array([0.0, 1.0, 0.0, 1.0, 0.0]), np.array([2.0, 1.0, 2.0, 2.0, 2.0])
    near, far = rank_test(x, y), rank_test(origin + unit * x, origin + unit * y)
    assert near.p_value < 0.05
    assert far.p_value == near.p_value
    assert far.superiority == near.superiority
