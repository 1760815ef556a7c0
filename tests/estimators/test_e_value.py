"""E-values against the published examples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.estimators.e_value import e_value, risk_ratio_of_odds_ratio


# VanderWeele and Ding 2017: breast-feeding and infant deaths, 3.9 (1.8 to 8.7).
# README of the R package EValue: smoking and lung cancer, 10.73 (8.02 to 14.36).
@pytest.mark.parametrize(
    ("ratio", "interval", "estimate", "limit", "places"),
    [
        (3.9, (1.8, 8.7), 7.26, 3.0, 2),
        (10.73, (8.02, 14.36), 20.94777, 15.52336, 5),
    ],
)
def test_published_examples(ratio, interval, estimate, limit, places):
    result = e_value(ratio, *interval)
    assert round(result.estimate, places) == estimate
    assert round(result.limit, places) == limit


@given(st.floats(1.01, 50), st.floats(1.01, 3), st.floats(1.01, 3))
def test_protective_effects_mirror_harmful_ones(ratio, down, up):
    harmful = e_value(ratio, ratio / down, ratio * up)
    protective = e_value(1 / ratio, 1 / (ratio * up), ratio**-1 * down)
    assert protective.estimate == pytest.approx(harmful.estimate, rel=1e-9)
    assert protective.limit == pytest.approx(harmful.limit, rel=1e-6)
    # the defining property: bias of two associations of that size equals the ratio
    e = harmful.estimate
    assert e * e / (2 * e - 1) == pytest.approx(ratio, rel=1e-9)


def test_intervals_that_cover_no_effect_need_no_confounding():
    assert e_value(1.4, 0.9, 2.2).limit == 1
    assert e_value(1.0, 0.5, 2.0).estimate == 1
    assert e_value(3.0, 0.0, np.inf).limit == 1


def test_limits_of_the_scale():
    assert e_value(np.inf, 1.5, np.inf).estimate == np.inf
    assert e_value(0.0, 0.0, 0.5).estimate == np.inf
    assert e_value(0.0, 0.0, 0.5).limit == pytest.approx(2 + np.sqrt(2))
    missing = e_value(np.nan, np.nan, np.nan)
    assert np.isnan([missing.estimate, missing.limit]).all()
    no_interval = e_value(2.0, np.nan, np.nan)
    assert no_interval.estimate == pytest.approx(2 + np.sqrt(2))
    assert np.isnan(no_interval.limit)


# For risks p and 1 - p the root of the odds ratio is the risk ratio exactly.
def test_root_of_the_odds_ratio():
    assert risk_ratio_of_odds_ratio((0.7 / 0.3) / (0.3 / 0.7)) == pytest.approx(0.7 / 0.3)
    assert risk_ratio_of_odds_ratio(np.inf) == np.inf


def test_impossible_ratios_are_refused():
    with pytest.raises(ValueError, match="allowed: from 0"):
        e_value(-1.0, -2.0, 3.0)
    with pytest.raises(ValueError, match="outside its interval"):
        e_value(4.0, 1.0, 3.0)
