"""Sensitivity to confounding against the published Darfur example and against adding a confounder."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from replication.estimators.sensitivity import (
    adjusted,
    benchmark,
    bound_strength,
    robustness,
    treatment_robustness,
)

# Cinelli and Hazlett 2020, section 5, and the tests of their R package sensemakr: direct harm and
# attitudes to peace in Darfur, bounds in multiples of the covariate `female`.
DARFUR = {"estimate": 0.09731582, "std_error": 0.02325654, "dof": 783}
R2_TREATMENT = [0.00916428667504862, 0.0183285733500972, 0.0274928600251459]
R2_OUTCOME = [0.12464092303637, 0.249324064199975, 0.374050471038094]
FEMALE_TREATMENT, FEMALE_OUTCOME = 0.00908106519032958, 0.109033915427842  # [R] from their data


def test_robustness_of_the_darfur_example():
    result = robustness(**DARFUR)
    assert result.partial_r2 == pytest.approx(0.02187309, abs=5e-9)
    assert result.robustness_value == pytest.approx(0.1387764, abs=1e-7)
    assert result.robustness_value_alpha == pytest.approx(0.07625797, abs=2e-8)
    assert result.statistic == pytest.approx(4.18445, abs=5e-6)


def test_bounds_of_the_darfur_example():
    treatment, outcome, note = bound_strength(
        FEMALE_TREATMENT, FEMALE_OUTCOME, np.array([1.0, 2, 3])
    )
    np.testing.assert_allclose(treatment, R2_TREATMENT, rtol=1e-9)
    np.testing.assert_allclose(outcome, R2_OUTCOME, rtol=1e-9)
    assert note == ("",) * 3
    row = adjusted(**DARFUR, r2_treatment=treatment, r2_outcome=outcome)
    estimate, std_error, statistic, low, high = row
    np.testing.assert_allclose(
        estimate, [0.0752202698486415, 0.0529151689180575, 0.0303960178770157], rtol=1e-8
    )
    np.testing.assert_allclose(
        std_error, [0.0218733298036818, 0.0203500639944344, 0.0186700665753491], rtol=1e-9
    )
    np.testing.assert_allclose(
        statistic, [3.43890347394571, 2.60024582392121, 1.62806156873318], rtol=1e-8
    )
    # Their table takes 783 degrees of freedom here, their robustness value 782, as all is here.
    np.testing.assert_allclose(low, [0.0322829603, 0.0129680276, -0.0062532913], atol=1e-7)
    np.testing.assert_allclose(high, [0.1181575794, 0.0928623102, 0.0670453271], atol=1e-7)


def linear_data(seed):
    rng = np.random.default_rng(seed)
    n = 30
    common = rng.normal(size=n)
    design = np.column_stack([common + rng.normal(size=n), rng.integers(0, 3, n), common])
    design = np.column_stack([design, rng.normal(size=n) + design[:, 0]])
    return design @ rng.normal(size=4) + rng.normal(size=n), design


# The last column plays the confounder that was left out: putting it in has to give what is said.
@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_a_known_confounder_moves_the_estimate_as_said(seed):
    outcome, design = linear_data(seed)
    terms = ("treatment", "a", "b")
    short = treatment_robustness(outcome, design[:, :3], terms, 0)
    long = sm.OLS(outcome, sm.add_constant(design)).fit()
    partial = long.tvalues[4] ** 2 / (long.tvalues[4] ** 2 + long.df_resid)
    first = sm.OLS(design[:, 0], sm.add_constant(design[:, 1:])).fit()
    with_treatment = first.tvalues[3] ** 2 / (first.tvalues[3] ** 2 + first.df_resid)
    estimate, std_error, *_ = adjusted(
        short.estimate, short.std_error, short.dof, np.array([with_treatment]), np.array([partial])
    )
    assert std_error[0] == pytest.approx(long.bse[1], rel=1e-8)
    moved = abs(short.estimate) - estimate[0] * np.sign(short.estimate)
    assert moved == pytest.approx(abs(short.estimate - long.params[1]), rel=1e-7)


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_figures_and_benchmarks_agree_with_statsmodels(seed):
    outcome, design = linear_data(seed)
    terms = ("a", "treatment", "b", "c")
    fit = sm.OLS(outcome, sm.add_constant(design)).fit()
    result = treatment_robustness(outcome, design, terms, 1)
    assert result.estimate == pytest.approx(fit.params[2], rel=1e-8)
    assert result.std_error == pytest.approx(fit.bse[2], rel=1e-8)
    assert result.dof == 25
    assert result.partial_r2 == pytest.approx(fit.tvalues[2] ** 2 / (fit.tvalues[2] ** 2 + 25))
    bounds = benchmark(outcome, design, terms, treatment=1, observed=2, multiples=(0.5, 1))
    first = sm.OLS(design[:, 1], sm.add_constant(design[:, [0, 2, 3]])).fit()
    with_treatment = first.tvalues[2] ** 2 / (first.tvalues[2] ** 2 + first.df_resid)
    with_outcome = fit.tvalues[3] ** 2 / (fit.tvalues[3] ** 2 + 25)
    expected = bound_strength(with_treatment, with_outcome, np.array([0.5, 1]))
    np.testing.assert_allclose(bounds.r2_treatment, expected[0], rtol=1e-6)
    np.testing.assert_allclose(bounds.r2_outcome, expected[1], rtol=1e-6)
    assert bounds.note == expected[2]
    assert bounds.term == "b"


# A confounder of exactly the robustness value brings the estimate, or the limit, to the null; and
# no confounder weaker in either respect does. The second form appears from t about 8 at 18 degrees.
@pytest.mark.parametrize("statistic", [-1.0, 2.2, 2.6, 4.0, 9.0, 14.0, 40.0])
@pytest.mark.parametrize("q", [0.5, 1.0])
def test_robustness_values_are_the_point_of_no_return(statistic, q):
    result = robustness(statistic * 0.1, 0.1, 18, q=q)
    value = np.array([result.robustness_value])
    estimate, *_ = adjusted(result.estimate, 0.1, 18, value, value)
    assert estimate[0] == pytest.approx((1 - q) * result.estimate, abs=1e-12)

    def worst_limit(strength):
        outcome = np.linspace(0, strength, 4001)
        treatment = np.full(4001, strength)
        moved, error, *_ = adjusted(abs(result.estimate), 0.1, 18, treatment, outcome)
        distance = moved - (1 - q) * abs(result.estimate)
        return (distance - 2.1098155778331806 * error).min()  # t of 17 degrees at 0.975

    if worst_limit(0.0) <= 0:
        assert result.robustness_value_alpha == 0
    else:
        assert result.robustness_value_alpha == pytest.approx(
            brentq(worst_limit, 0, 0.999), abs=1e-6
        )


def test_impossible_confounders_are_marked():
    treatment, outcome, note = bound_strength(0.4, 0.2, np.array([0.5, 1, 3]))
    assert note[0] == ""
    assert note[1] == "capped: more than all of the outcome"
    assert outcome[1] == 1
    assert note[2] == "impossible: more than all of the treatment"
    assert np.isnan(treatment[2])
    estimate, std_error, statistic, *_ = adjusted(1.0, 0.1, 20, treatment, outcome)
    assert std_error[1] == 0
    assert np.isnan(statistic[1])
    assert np.isnan(estimate[2])


def test_what_does_not_exist_says_why():
    _, design = linear_data(1)
    terms = tuple("abcd")
    reason = "needs a positive standard error and two residual degrees of freedom"
    exact = treatment_robustness(design @ np.arange(4.0), design, terms, 2)
    assert exact.note == reason
    assert exact.estimate == pytest.approx(2)
    assert np.isnan(exact.robustness_value)
    bounds = benchmark(design @ np.arange(4.0), design, terms, treatment=2, observed=0)
    assert bounds.note == (reason,) * 3
    few = treatment_robustness(np.arange(6.0) ** 2, design[:6], terms, 0)
    assert (few.note, few.dof) == (reason, 1)
    twice = treatment_robustness(design[:, 0], design[:, [0, 1, 1]], ("a", "b", "again"), 0)
    assert "again" in twice.note
    with pytest.raises(ValueError, match="columns are 2, 2"):
        benchmark(design[:, 0], design, terms, treatment=2, observed=2)
    with pytest.raises(ValueError, match="q is 0"):
        robustness(1.0, 0.1, 20, q=0)
