"""Average marginal effects against derivatives, brute force and coefficients' own intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime, brentq
from scipy.special import expit

from replication.estimators import likelihood_region
from replication.estimators.arguments import with_constant
from replication.estimators.firth import fit_firth
from replication.estimators.marginal_effects import (
    average_marginal_effects,
    predicted_probabilities,
)
from replication.estimators.penalised import evaluate

QUANTILE = 3.841458820694124
few = settings(max_examples=8, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)


def coded(seed, columns):
    """Draw scales of 0 to 3, the last column of 0 and 1, and an outcome that leans on the first."""
    rng = np.random.default_rng(seed)
    design = rng.integers(0, 4, (26, columns)).astype(float)
    design[:, -1] = rng.integers(0, 2, 26)
    outcome = (rng.random(26) < expit(design[:, 0] - 1.5)).astype(float)
    return outcome, design


def names(design):
    return tuple("abcd"[: design.shape[1]])


def mean_probability(design, beta):
    return expit(with_constant(design) @ beta).mean()


@given(seeds)
@few
def test_effects_are_averages_of_slopes_and_of_steps(seed):
    outcome, design = coded(seed, 3)
    fit = fit_firth(outcome, design, names(design))
    effects = average_marginal_effects(fit, outcome, design, names(design))
    shift = np.array([1e-5, 0, 0])

    def slope(beta):
        return (
            mean_probability(design + shift, beta) - mean_probability(design - shift, beta)
        ) / 2e-5

    def step(beta):
        at = [np.column_stack([design[:, :2], np.full(26, value)]) for value in (0.0, 1.0)]
        return mean_probability(at[1], beta) - mean_probability(at[0], beta)

    for row, effect in ((0, slope), (2, step)):
        assert effects.estimate[row] == pytest.approx(effect(fit.estimate), rel=1e-6)
        gradient = approx_fprime(fit.estimate, effect, 1e-5)
        delta = np.sqrt(gradient @ fit.covariance @ gradient)
        assert effects.std_error[row] == pytest.approx(delta, rel=1e-3)
    assert effects.terms == ("a", "b", "c")
    assert (effects.nobs, effects.n_events) == (26, outcome.sum())


@given(seeds)
@few
def test_an_interval_excludes_zero_exactly_when_the_coefficient_does(seed):
    outcome, design = coded(seed, 3)
    fit = fit_firth(outcome, design, names(design))
    effects = average_marginal_effects(fit, outcome, design, names(design))
    assert effects.note == ("", "", "")
    np.testing.assert_array_equal(effects.p_value, fit.p_value[1:])
    excludes = (effects.conf_low > 0) | (effects.conf_high < 0)
    np.testing.assert_array_equal(excludes, effects.p_value < 0.05)
    assert (effects.conf_low < effects.estimate).all()
    assert (effects.estimate < effects.conf_high).all()
    assert abs(effects.conf_low[2]) < 1
    assert abs(effects.conf_high[2]) < 1


def surface(outcome, x, fit, direction):
    """Walk from the estimate along `direction` to the edge of the likelihood region."""

    def excess(length):
        point = evaluate(outcome, x, (fit.estimate + length * direction)[None])
        return 2 * (fit.loglik - point.loglik[0]) - QUANTILE

    far = 1.0
    while excess(far) < 0:
        far *= 2
    return brentq(excess, 0, far, xtol=1e-12)


@pytest.mark.parametrize("separated", [False, True])
def test_limits_of_a_two_coefficient_model_are_those_of_a_walk_round_the_region(separated):
    outcome, design = coded(5, 2)
    design = design[:, :1]
    if separated:
        outcome = (design[:, 0] >= 2).astype(float)
    x = with_constant(design)
    fit = fit_firth(outcome, design, ("a",))
    assert (fit.separation[1] == "+infinity") is separated
    axes = np.linalg.cholesky(fit.covariance)
    values = []
    for angle in np.linspace(0, 2 * np.pi, 500, endpoint=False):
        direction = axes @ np.array([np.cos(angle), np.sin(angle)])
        edge = surface(outcome, x, fit, direction)
        for inward in np.linspace(0.05, 1, 20):
            beta = fit.estimate + inward * edge * direction
            p = expit(x @ beta)
            values.append((p * (1 - p) * beta[1]).mean())
    effect = average_marginal_effects(fit, outcome, design, ("a",))
    assert effect.conf_low[0] == pytest.approx(min(values), abs=2e-4)
    assert effect.conf_high[0] == pytest.approx(max(values), abs=2e-4)
    assert effect.conf_low[0] < min(values) + 1e-8
    assert effect.conf_high[0] > max(values) - 1e-8


@given(seeds)
@few
def test_no_point_of_the_region_leads_beyond_the_limits(seed):
    outcome, design = coded(seed, 3)
    if seed % 2:
        outcome = (design[:, 0] >= 2).astype(float)
    x = with_constant(design)
    fit = fit_firth(outcome, design, names(design))
    effect = average_marginal_effects(fit, outcome, design, names(design))
    rng = np.random.default_rng(seed)
    axes = np.linalg.cholesky(fit.covariance)
    for direction in rng.normal(size=(60, x.shape[1])):
        edge = surface(outcome, x, fit, axes @ direction)
        for inward in (0.5, 1):
            beta = fit.estimate + inward * edge * (axes @ direction)
            p = expit(x @ beta)
            value = (p * (1 - p)).mean() * beta[1]
            assert effect.conf_low[0] - 1e-7 <= value <= effect.conf_high[0] + 1e-7


def test_probabilities_of_a_single_term_have_the_intervals_of_a_shifted_constant():
    outcome, design = coded(11, 2)
    design = design[:, :1]
    fit = fit_firth(outcome, design, ("a",))
    curve = predicted_probabilities(fit, outcome, design, ("a",), term="a", grid=range(4))
    assert curve.note == ""
    for i in range(4):
        shifted = fit_firth(outcome, design - i, ("a",))
        expected = expit([shifted.estimate[0], shifted.conf_low[0], shifted.conf_high[0]])
        found = [curve.probability[i], curve.conf_low[i], curve.conf_high[i]]
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_probabilities_average_over_the_other_terms_and_their_change_is_a_difference():
    outcome, design = coded(7, 2)
    design = np.column_stack([design, design[:, 0] * design[:, 1]])
    terms = ("a", "b", "a:b")
    fit = fit_firth(outcome, design, terms)
    curve = predicted_probabilities(fit, outcome, design, terms, term="a", grid=[0, 3])
    for i, value in enumerate((0.0, 3.0)):
        moved = np.column_stack([np.full(26, value), design[:, 1], value * design[:, 1]])
        expected = mean_probability(moved, fit.estimate)
        assert curve.probability[i] == pytest.approx(expected, rel=1e-12)
    assert curve.change == pytest.approx(curve.probability[1] - curve.probability[0])
    assert curve.change_low < curve.change < curve.change_high
    assert (curve.conf_low > 0).all()
    assert (curve.conf_high < 1).all()


@pytest.mark.parametrize("seed", range(4))
def test_an_effect_that_runs_through_a_product_has_its_own_test(seed):
    outcome, design = coded(seed, 2)
    design = np.column_stack([design, design[:, 0] * design[:, 1]])
    terms = ("a", "b", "a:b")
    fit = fit_firth(outcome, design, terms)
    effects = average_marginal_effects(fit, outcome, design, terms)
    by_b = design[:, 1:2] * [0, 0, 1] + [1, 0, 0]
    higher, lower = design + 1e-5 * by_b, design - 1e-5 * by_b
    slope = (mean_probability(higher, fit.estimate) - mean_probability(lower, fit.estimate)) / 2e-5
    assert effects.estimate[0] == pytest.approx(slope, rel=1e-6)
    assert effects.p_value[0] != fit.p_value[1]
    excludes = (effects.conf_low > 0) | (effects.conf_high < 0)
    np.testing.assert_array_equal(excludes[:2], effects.p_value[:2] < 0.05)
    assert np.isnan(effects.estimate[2])
    assert effects.note == ("", "", "a product of terms has no marginal effect of its own")


def test_a_wider_level_gives_a_wider_interval():
    outcome, design = coded(3, 2)
    fits = [fit_firth(outcome, design, ("a", "b"), level) for level in (0.8, 0.99)]
    narrow, wide = (
        average_marginal_effects(fit, outcome, design, ("a", "b"), level)
        for fit, level in zip(fits, (0.8, 0.99), strict=True)
    )
    assert (wide.conf_low < narrow.conf_low).all()
    assert (wide.conf_high > narrow.conf_high).all()


def test_a_failed_fit_and_a_failed_search_give_reasons(monkeypatch):
    outcome, design = coded(3, 2)
    fit = fit_firth(np.ones(26), design, ("a", "b"))
    effects = average_marginal_effects(fit, np.ones(26), design, ("a", "b"))
    assert effects.note == ("the outcome is 1 in all 26 observations",) * 2
    curve = predicted_probabilities(fit, np.ones(26), design, ("a", "b"), term="a", grid=[0, 1])
    assert np.isnan(curve.probability).all()
    assert curve.note == effects.note[0]
    monkeypatch.setattr(likelihood_region, "_OPTIONS", {"maxiter": 1})
    fit = fit_firth(outcome, design, ("a", "b"))
    effects = average_marginal_effects(fit, outcome, design, ("a", "b"))
    assert np.isnan(effects.conf_low).all()
    assert np.isfinite(effects.estimate).all()
    assert effects.note == ("the search for the interval did not converge",) * 2


def test_wrong_arguments_are_refused():
    outcome, design = coded(3, 2)
    fit = fit_firth(outcome, design, ("a", "b"))
    with pytest.raises(ValueError, match="allowed: the same"):
        average_marginal_effects(fit, outcome, design, ("a", "c"))
    with pytest.raises(ValueError, match="level is 2"):
        average_marginal_effects(fit, outcome, design, ("a", "b"), level=2)
    with pytest.raises(ValueError, match="term is 'c'; allowed: a, b"):
        predicted_probabilities(fit, outcome, design, ("a", "b"), term="c", grid=[0, 1])
    for grid in ([1], [1, 1], [0, np.nan]):
        with pytest.raises(ValueError, match="allowed: two or more different values"):
            predicted_probabilities(fit, outcome, design, ("a", "b"), term="a", grid=grid)
    product = fit_firth(outcome, design, ("a", "a:z"))
    with pytest.raises(ValueError, match="products of different terms of the model"):
        average_marginal_effects(product, outcome, design, ("a", "a:z"))
