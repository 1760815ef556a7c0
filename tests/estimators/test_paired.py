"""Paired tests against Fisher's count, R and listing every change of sign."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from replication.estimators.paired import paired_tests

# Heights of crossed less self-fertilised maize, in eighths of an inch (Darwin 1876).
DARWIN = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])
CODES = st.lists(st.integers(-4, 4), min_size=1, max_size=10)


# Fisher 1935, section 21: of the 32,768 sums, 863 are as large as the observed 314, ties included.
def test_darwins_maize_gives_fishers_count():
    result = paired_tests(DARWIN)
    assert result.permutation_p == pytest.approx(2 * 863 / 2**15, rel=1e-12)
    assert result.mean_difference == pytest.approx(314 / 15)
    assert (result.n_pairs, result.n_positive, result.n_zero, result.n_negative) == (15, 13, 0, 2)
    assert result.sign_p == pytest.approx(2 * (1 + 15 + 105) / 2**15, rel=1e-12)
    assert result.note == ""


# R's help page of wilcox.test, depression scores of nine patients (Hollander and Wolfe 1973, p. 29):
# V = 40, one-sided p = 0.01953.
def test_signed_ranks_of_nine_patients():
    first = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
    second = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
    result = paired_tests(first - second)
    assert result.signed_rank_statistic == 40
    assert result.signed_rank_p == pytest.approx(2 * 0.01953125, rel=1e-12)


# R 4.2.2, coin 1.4-2, exact: oneway_test(v ~ t | b), wilcoxsign_test(., zero.method = "Wilcoxon")
def test_tied_codes_agree_with_coin():
    result = paired_tests(np.array([2, 1, 0, -1, 3, 2, 0, 1, -2, 4, 1, 1, -1]))
    assert result.permutation_p == pytest.approx(0.130859375, rel=1e-12)
    assert result.signed_rank_p == pytest.approx(0.1337890625, rel=1e-12)
    assert result.n_zero == 2


def listed_p(difference, centre=0.0):
    """Two-sided p-value of the sum from all 2^n changes of sign."""
    shifted = np.asarray(difference, dtype=float) - centre
    signs = np.array(list(product([1, -1], repeat=len(shifted))))
    return (np.abs(signs @ shifted) >= abs(shifted.sum()) - 1e-9).mean()


@given(CODES)
@settings(max_examples=60, deadline=None)
def test_codes_agree_with_listing(codes):
    result = paired_tests(np.array(codes))
    assert result.permutation_p == pytest.approx(listed_p(codes), rel=1e-9)
    nonzero = [code for code in codes if code]
    ranks = stats.rankdata(np.abs(nonzero)) * np.sign(nonzero)
    assert result.signed_rank_p == pytest.approx(listed_p(ranks) if nonzero else 1, rel=1e-9)
    n_positive = sum(code > 0 for code in codes)
    tail = stats.binom.cdf(min(n_positive, len(nonzero) - n_positive), len(nonzero), 0.5)
    assert result.sign_p == pytest.approx(min(1, 2 * tail), rel=1e-9)


@given(CODES, st.sampled_from([0.5, 0.8, 0.95]))
@settings(max_examples=60, deadline=None)
def test_the_interval_holds_what_is_not_rejected(codes, level):
    result = paired_tests(np.array(codes), level)
    for limit, outward in ((result.conf_low, -1e-4), (result.conf_high, 1e-4)):
        if np.isfinite(limit):
            assert listed_p(codes, limit + outward) <= 1 - level + 1e-12
            if result.conf_low < result.conf_high:
                assert listed_p(codes, limit - outward) > 1 - level
        else:
            assert listed_p(codes, np.sign(limit) * 100) > 1 - level
    assert result.conf_low <= result.mean_difference <= result.conf_high
    if result.permutation_p > 1 - level + 1e-9:
        assert result.conf_low <= 0 <= result.conf_high


@given(CODES)
@settings(max_examples=30, deadline=None)
def test_reversing_the_pairs_reverses_the_answer(codes):
    first, second = paired_tests(np.array(codes)), paired_tests(-np.array(codes))
    assert second.permutation_p == pytest.approx(first.permutation_p, rel=1e-12)
    assert second.signed_rank_p == pytest.approx(first.signed_rank_p, rel=1e-12)
    assert second.hodges_lehmann == -first.hodges_lehmann
    assert (second.conf_low, second.conf_high) == pytest.approx((-first.conf_high, -first.conf_low))


def test_hodges_lehmann_is_the_median_of_walsh_averages():
    assert paired_tests(np.array([1.0, 2, 9])).hodges_lehmann == 3.5  # of 1, 1.5, 2, 5, 5.5, 9
    assert paired_tests(np.array([4.0])).hodges_lehmann == 4


def test_irregular_numbers_are_exact_up_to_twenty_pairs():
    rng = np.random.default_rng(7)
    difference = rng.normal(size=20)
    result = paired_tests(difference)
    reference = stats.permutation_test(
        (difference[:12],), np.sum, permutation_type="samples", n_resamples=np.inf
    )
    assert paired_tests(difference[:12]).permutation_p == pytest.approx(reference.pvalue, rel=1e-9)
    assert np.isfinite([result.permutation_p, result.conf_low, result.conf_high]).all()
    beyond = paired_tests(rng.normal(size=21))
    assert np.isnan([beyond.permutation_p, beyond.conf_low, beyond.conf_high]).all()
    assert "21 pairs" in beyond.note
    assert np.isfinite([beyond.sign_p, beyond.signed_rank_p]).all()


def test_nothing_to_test():
    empty = paired_tests(np.zeros(0))
    assert empty.note == "no pairs"
    assert empty.n_pairs == 0
    assert np.isnan([empty.sign_p, empty.conf_low, empty.mean_difference]).all()
    zeros = paired_tests(np.zeros(7))
    assert (zeros.sign_p, zeros.permutation_p, zeros.signed_rank_p) == (1, 1, 1)
    with pytest.raises(ValueError, match="missing"):
        paired_tests(np.array([1.0, np.nan]))
