"""Adjusted p-values against the example of Benjamini and Hochberg 1995."""

import numpy as np
import pytest

from replication.estimators.multiple_testing import adjusted

# Fifteen tests of a trial, from the paper; adjusted values as SciPy's manual prints them.
P_VALUES = np.array([
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.000,
])  # fmt: skip
BENJAMINI_HOCHBERG = [
    0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714, 0.06385714, 0.0645, 0.0765, 0.486,
    0.58118182, 0.714875, 0.75323077, 0.81321429, 1.0,
]  # fmt: skip


def test_benjamini_and_hochbergs_example():
    found = adjusted(P_VALUES, "fdr_bh")
    np.testing.assert_allclose(found, BENJAMINI_HOCHBERG, atol=5e-9)
    assert (found < 0.05).sum() == 4


def test_holm_on_the_same_example():
    found = adjusted(P_VALUES, "holm")
    np.testing.assert_allclose(found[:4], [0.0015, 0.0056, 0.0247, 0.114], atol=1e-12)
    assert (found < 0.05).sum() == 3
    assert (found >= P_VALUES).all()


def test_order_does_not_matter_and_missing_tests_do_not_count():
    order = np.random.default_rng(1).permutation(len(P_VALUES))
    np.testing.assert_array_equal(
        adjusted(P_VALUES[order], "holm"), adjusted(P_VALUES, "holm")[order]
    )
    gaps = np.insert(P_VALUES, [0, 7, 15], np.nan)
    found = adjusted(gaps, "fdr_bh")
    np.testing.assert_array_equal(found[~np.isnan(gaps)], adjusted(P_VALUES, "fdr_bh"))
    assert np.isnan(found[np.isnan(gaps)]).all()


def test_no_test_at_all():
    assert adjusted(np.array([]), "holm").shape == (0,)
    assert np.isnan(adjusted(np.array([np.nan]), "fdr_bh")).all()


@pytest.mark.parametrize(
    ("values", "method"), [([0.5], "bonferroni"), ([1.5], "holm"), ([-0.1], "fdr_bh")]
)
def test_what_is_not_allowed_is_named(values, method):
    with pytest.raises(ValueError, match=r"allowed: (holm, fdr_bh|0 to 1)"):
        adjusted(np.array(values), method)
