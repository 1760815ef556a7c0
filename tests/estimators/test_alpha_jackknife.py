"""Alpha on a ratio scale, and its jackknife, against the krippendorff package and irrCAC."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from replication.estimators.agreement import agreement, agreement_of_sets

NA = np.nan
SCALES = ("nominal", "ordinal", "interval", "ratio")
# Krippendorff's examples with three and four coders, as in test_agreement.
THREE = np.array([
    [NA, NA, NA, NA, NA, 3, 4, 1, 2, 1, 1, 3, 3, NA, 3],
    [1, NA, 2, 1, 3, 3, 4, 3, NA, NA, NA, NA, NA, NA, NA],
    [NA, NA, 2, 1, 3, 4, 4, NA, 2, 1, 1, 3, 3, NA, 4],
])  # fmt: skip
FOUR = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3],
    [NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA],
])  # fmt: skip


def coded(codes, scale, categories=(1, 2, 3, 4, 5), level=0.95):
    generator = np.random.default_rng(8)
    return agreement(codes, categories, scale, rng=generator, draws=50, level=level)


# krippendorff 0.9.0 run on its example; Krippendorff 2011 prints 0.797 for four coders.
def test_ratio_alpha_of_the_examples():
    assert coded(THREE, "ratio").alpha == pytest.approx(0.808943670784, abs=1e-12)
    assert coded(FOUR, "ratio").alpha == pytest.approx(0.797, abs=5e-4)


def drawn(seed):
    generator = np.random.default_rng(seed)
    coders, units = generator.integers(2, 5), generator.integers(5, 15)
    truth = generator.integers(0, 5, units)
    codes = np.where(
        generator.random((coders, units)) < 0.6, truth, generator.integers(0, 5, (coders, units))
    )
    return np.where(generator.random((coders, units)) < 0.2, NA, codes)


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_package_krippendorff_agrees_on_a_ratio_scale(seed):
    codes = drawn(seed)
    found = coded(codes, "ratio", range(5))
    if np.isnan(found.alpha):
        assert found.note
        return
    other = krippendorff.alpha(
        reliability_data=codes, level_of_measurement="ratio", value_domain=list(range(5))
    )
    assert found.alpha == pytest.approx(other, abs=1e-12)


@given(st.integers(0, 10**6), st.sampled_from(SCALES))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_jackknife_is_a_run_without_each_unit(seed, scale):
    codes = drawn(seed)
    found = coded(codes, scale, range(5), level=0.9)
    paired = codes[:, (~np.isnan(codes)).sum(axis=0) >= 2]
    n = paired.shape[1]
    if found.alpha_jackknife_note or np.isnan(found.alpha):
        assert np.isnan([found.alpha_jackknife_low, found.alpha_jackknife_high]).all()
        return
    without = np.array([
        krippendorff.alpha(
            reliability_data=np.delete(paired, unit, axis=1),
            level_of_measurement=scale, value_domain=list(range(5)),
        )
        for unit in range(n)
    ])  # fmt: skip
    error = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    half = stats.t.ppf(0.95, n - 1) * error
    assert found.alpha_jackknife_low == pytest.approx(found.alpha - half, abs=1e-9)
    assert found.alpha_jackknife_high == pytest.approx(min(1, found.alpha + half), abs=1e-9)


# irrCAC's linearised standard errors of alpha (Gwet 2014): 0.14557 printed for four coders and
# nominal codes, 0.1713464 from irrCAC 0.4.4 (Python) for three. The jackknife agrees to first order.
@pytest.mark.parametrize(("codes", "gwet", "units"), [(FOUR, 0.14557, 11), (THREE, 0.1713464, 12)])
def test_the_jackknife_error_is_near_gwets(codes, gwet, units):
    found = coded(codes, "nominal")
    error = (found.alpha - found.alpha_jackknife_low) / stats.t.ppf(0.975, units - 1)
    assert error == pytest.approx(gwet, rel=0.02)


def test_without_limits_there_is_a_reason():
    two = coded(np.array([[1, 2, NA], [1, 1, 3]]), "nominal")
    assert two.alpha_jackknife_note == "no jackknife: 2 units have two codes"
    perfect = coded(np.array([[1, 2, 3, 1], [1, 2, 3, 1]]), "nominal")
    assert perfect.alpha_jackknife_note == "no jackknife: alpha is the same without any unit"
    lone = coded(np.array([[1, 1, 1, 2], [1, 1, 1, 1]]), "nominal")
    assert lone.alpha_jackknife_note == "no jackknife: alpha does not exist without some unit"
    constant = coded(np.ones((2, 5)), "nominal")
    assert (constant.alpha_jackknife_note, constant.note[:9]) == ("", "all codes")
    none = coded(np.full((2, 4), NA), "nominal")
    for found in (two, perfect, lone, constant, none):
        assert np.isnan([found.alpha_jackknife_low, found.alpha_jackknife_high]).all()


def test_sets_have_limits_too():
    sets = [frozenset(text) for text in ("a", "ab", "b", "", "a", "abc", "b")]
    found = agreement_of_sets([sets, [*sets[1:], sets[0]]], rng=np.random.default_rng(0), draws=20)
    assert found.alpha_jackknife_low < found.alpha < found.alpha_jackknife_high


def test_a_ratio_scale_begins_at_zero():
    with pytest.raises(ValueError, match="category -1; allowed on a ratio scale: from 0"):
        coded(np.ones((2, 5)), "ratio", (-1, 0, 1))
    codes = np.array([[0.0, 0, 1, 2, 4], [0, 1, 1, 2, 2]])
    # Nothing but the ratio of two codes counts.
    scaled = coded(codes * 7, "ratio", np.arange(5) * 7)
    assert scaled.alpha == pytest.approx(coded(codes, "ratio", range(5)).alpha, abs=1e-12)
