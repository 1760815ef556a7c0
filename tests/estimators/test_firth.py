"""Firth's logit against logistf, firthmodels, closed forms and its invariances."""

import warnings

import numpy as np
import pytest
from firthmodels import FirthLogisticRegression, detect_separation
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime, minimize
from scipy.special import expit

from replication import paths
from replication.estimators import penalised, profile_likelihood
from replication.estimators.arguments import with_constant
from replication.estimators.firth import firth_joint_test, fit_firth
from replication.estimators.separation import separation_sides

TERMS = ("NV", "PI", "EH")
QUANTILE = 3.841458820694124


@pytest.fixture(scope="module")
def endometrial():
    table = np.loadtxt(paths.ROOT / "tests/reference/endometrial.csv", delimiter=",", skiprows=1)
    return table[:, 3], table[:, :3]


@pytest.fixture(scope="module")
def fitted(endometrial):
    return fit_firth(*endometrial, TERMS)


def random_data(seed):
    """Draw a small coded data set as the package meets them; about a third are separated."""
    rng = np.random.default_rng(seed)
    while True:
        n, k = rng.integers(8, 32), rng.integers(1, 5)
        design = np.column_stack([rng.integers(0, rng.choice([2, 3, 4]), n) for _ in range(k)])
        slopes = rng.normal(size=k) * rng.choice([0, 1, 3])
        outcome = rng.random(n) < expit((design - design.mean(axis=0)) @ slopes)
        full_rank = np.linalg.matrix_rank(with_constant(design)) == k + 1
        if full_rank and 0 < outcome.sum() < n:
            return outcome.astype(float), design.astype(float)


def names(design):
    return tuple(f"x{i}" for i in range(design.shape[1]))


seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=8, deadline=None, derandomize=True)
many = settings(max_examples=40, deadline=None, derandomize=True)


def test_logistf_figures_for_the_endometrial_data(fitted):
    logistf = np.array([
        [3.7745597136, 1.43900693, 8.198014, 0.0041936279, 1.08253711, 7.20928050],
        [2.9292733532, 1.46497422, 6.798457, 0.0091236675, 0.60972444, 7.85463171],
        [-0.0347517599, 0.03789237, 0.746829, 0.3874822, -0.12445872, 0.04045547],
        [-2.6041639253, 0.75362838, 17.759317, 2.5068672e-05, -4.36518325, -1.23272106],
    ])  # fmt: skip
    ours = np.column_stack([
        fitted.estimate, fitted.std_error, fitted.statistic, fitted.p_value, fitted.conf_low,
        fitted.conf_high,
    ])  # fmt: skip
    np.testing.assert_allclose(ours, logistf, rtol=1e-6, atol=5e-8)
    assert fitted.loglik == pytest.approx(-24.0372678007, abs=1e-10)
    assert fitted.terms == ("const", *TERMS)
    assert (fitted.nobs, fitted.n_events) == (79, 30)
    assert fitted.note == ("", "", "", "")
    assert fitted.converged


def test_plain_information_gives_the_other_convention_for_standard_errors(endometrial, fitted):
    x = with_constant(endometrial[1])
    p = expit(x @ fitted.estimate)
    plain = np.sqrt(np.diag(np.linalg.inv((x.T * p * (1 - p)) @ x)))
    brglm2 = [1.48869166, 1.55076373, 0.03957815, 0.77601764]
    np.testing.assert_allclose(plain, brglm2, rtol=1e-6)
    assert (fitted.std_error < plain).all()


def test_only_neovasculisation_separates_the_endometrial_data(fitted):
    assert fitted.separation == ("", "+infinity", "", "")


def test_separated_toy_has_its_closed_form():
    x = np.array([[0.0], [0], [0], [1], [1], [1]])
    fit = fit_firth(x[:, 0], x, ("x",))
    np.testing.assert_allclose(fit.estimate, [-np.log(7), 2 * np.log(7)], rtol=1e-9)
    assert fit.separation == ("-infinity", "+infinity")


@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
@some
def test_a_two_by_two_table_gains_half_a_case_in_each_cell(cells):
    a, b, c, d = cells
    if 0 in (a + b, c + d, a + c, b + d):
        return
    x = np.repeat([0.0, 0, 1, 1], cells)
    outcome = np.repeat([0.0, 1, 0, 1], cells)
    fit = fit_firth(outcome, x[:, None], ("x",))
    low = np.log((b + 0.5) / (a + 0.5))
    high = np.log((d + 0.5) / (c + 0.5))
    np.testing.assert_allclose(fit.estimate, [low, high - low], rtol=1e-8, atol=1e-8)


def test_the_constant_alone_has_its_closed_form():
    fit = fit_firth(np.array([1.0, 0, 0, 0, 0]), np.empty((5, 0)), ())
    np.testing.assert_allclose(fit.estimate, [np.log(1.5 / 4.5)])
    # Penalised log-likelihood of a share p: 1.5 log p + 4.5 log(1 - p), up to a constant.
    at = lambda b: 1.5 * np.log(expit(b)) + 4.5 * np.log(expit(-b))  # noqa: E731
    assert fit.statistic[0] == pytest.approx(2 * (at(fit.estimate[0]) - at(0)))
    fall = [2 * (at(fit.estimate[0]) - at(limit[0])) for limit in (fit.conf_low, fit.conf_high)]
    np.testing.assert_allclose(fall, QUANTILE, rtol=1e-9)


@given(seeds)
@some
def test_firthmodels_agrees_on_random_small_designs(seed):
    outcome, design = random_data(seed)
    fit = fit_firth(outcome, design, names(design))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = FirthLogisticRegression(backend="numpy", gtol=1e-6, xtol=1e-6, max_iter=200)
        other.fit(design, outcome.astype(int)).lrt()
        limits = other.conf_int(method="pl", tol=1e-6, max_iter=25)
    constant_first = np.roll(np.arange(len(fit.terms)), 1)
    found = np.append(other.coef_, other.intercept_)[constant_first]
    np.testing.assert_allclose(fit.estimate, found, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(fit.std_error, other.bse_[constant_first], rtol=1e-5)
    # Where data are separated a restricted fit can have several maxima, and the library may stop
    # at a lower one: its p-values are then too small and its intervals too short.
    p_values = other.lrt_pvalues_[constant_first]
    assert (fit.p_value >= p_values * (1 - 1e-5)).all()
    low, high = limits[constant_first].T
    assert not (fit.conf_low > low + 1e-4 * (1 + abs(low))).any()
    assert not (fit.conf_high < high - 1e-4 * (1 + abs(high))).any()
    if not any(fit.separation):
        np.testing.assert_allclose(fit.p_value, p_values, rtol=1e-5)
        found = ~np.isnan(low)
        np.testing.assert_allclose(fit.conf_low[found], low[found], rtol=1e-4, atol=1e-4)
        found = ~np.isnan(high)
        np.testing.assert_allclose(fit.conf_high[found], high[found], rtol=1e-4, atol=1e-4)


@given(seeds)
@many
def test_every_small_design_gets_a_complete_and_coherent_answer(seed):
    outcome, design = random_data(seed)
    fit = fit_firth(outcome, design, names(design))
    assert fit.note == ("",) * len(fit.terms)
    assert (fit.conf_low < fit.estimate).all()
    assert (fit.estimate < fit.conf_high).all()
    excludes_zero = (fit.conf_low > 0) | (fit.conf_high < 0)
    np.testing.assert_array_equal(excludes_zero, fit.p_value < 0.05)
    held = np.eye(len(fit.terms), dtype=bool)
    for limits in (fit.conf_low, fit.conf_high):
        start = np.where(held, limits, fit.estimate)
        there = penalised.maximise(outcome, with_constant(design), start, ~held)
        fall = 2 * (fit.loglik - there.loglik)
        assert (fall > QUANTILE - 1e-6).all()
        if not any(fit.separation):
            np.testing.assert_allclose(fall, QUANTILE, atol=1e-6)


def test_limits_stand_on_the_highest_of_several_maxima():
    # Completely separated; a search outwards for the lower limit of the last term leaves the
    # highest maximum, and would stop at -10.0889.
    outcome, design = random_data(118)
    fit = fit_firth(outcome, design, names(design))
    assert fit.conf_low[4] < -10.1
    x = with_constant(design)
    rng = np.random.default_rng(0)
    for side in (fit.conf_low, fit.conf_high):
        for i, limit in enumerate(side):
            starts = rng.normal(scale=3, size=(15, x.shape[1]))
            starts[:, i] = limit
            free = np.tile(np.arange(x.shape[1]) != i, (15, 1))
            found = penalised.maximise(outcome, x, starts, free)
            highest = found.loglik[found.converged].max()
            assert 2 * (fit.loglik - highest) > QUANTILE - 1e-6


@given(seeds)
@some
def test_units_order_and_coding_do_not_matter(seed):
    outcome, design = random_data(seed)
    fit = fit_firth(outcome, design, names(design))
    scale = np.array([1000.0, 0.001, 1, 7])[: design.shape[1]]
    scaled = fit_firth(outcome, design * scale, names(design))
    np.testing.assert_allclose(scaled.estimate[1:] * scale, fit.estimate[1:], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(scaled.conf_high[1:] * scale, fit.conf_high[1:], rtol=1e-6)
    np.testing.assert_allclose(scaled.p_value, fit.p_value, rtol=1e-6)
    assert scaled.aicc == pytest.approx(fit.aicc, nan_ok=True)
    flipped = fit_firth(1 - outcome, design, names(design))
    np.testing.assert_allclose(flipped.conf_low, -fit.conf_high, rtol=1e-6, atol=1e-9)
    turned = fit_firth(outcome[::-1], design[::-1, ::-1], names(design))
    np.testing.assert_allclose(turned.p_value[1:], fit.p_value[:0:-1], rtol=1e-6)


@given(seeds)
@some
def test_columns_far_from_zero_and_far_from_one_give_the_same_answer(seed):
    outcome, design = random_data(seed)
    terms = names(design)
    fit = fit_firth(outcome, design, terms)
    shift = np.array([1e8, -3e7, 1e5, 0])[: design.shape[1]]
    scale = np.array([1, 1e-3, 1e6, 1e9])[: design.shape[1]]
    moved = fit_firth(outcome, (design + shift) * scale, terms)
    for field in ("estimate", "std_error", "conf_low", "conf_high"):
        found, expected = getattr(moved, field)[1:] * scale, getattr(fit, field)[1:]
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(moved.p_value[1:], fit.p_value[1:], rtol=1e-7, atol=1e-8)
    assert moved.loglik == pytest.approx(fit.loglik + np.log(scale).sum(), abs=1e-8)
    assert moved.separation[1:] == fit.separation[1:]
    # The constant is the index where all columns are zero, however far that is.
    far = fit_firth(outcome, design + shift, terms)
    np.testing.assert_allclose(
        far.estimate[0], fit.estimate[0] - shift @ fit.estimate[1:], rtol=1e-8, atol=1e-6
    )
    test = firth_joint_test(outcome, design + shift, [0])
    assert test.p_value == pytest.approx(fit.p_value[1], abs=1e-8)


def test_the_profile_of_the_constant_is_right_whatever_the_units_of_the_columns(endometrial):
    # The constant of a design moved by a whole unit is a sum of coefficients of the other; its
    # limits must be those of a search in the design itself.
    outcome, design = endometrial
    for shift in (0.0, 20.0, -2000.0):
        moved = design + shift * np.array([0.0, 1.0, 0.0])
        fit = fit_firth(outcome, moved, TERMS)
        x = with_constant(moved)
        free = np.array([[False, True, True, True]])
        for value, fall in ((fit.conf_low[0], QUANTILE), (fit.conf_high[0], QUANTILE),
                            (0.0, fit.statistic[0])):  # fmt: skip
            start = np.append(value, fit.estimate[1:])[None]
            start[0, 2] += (fit.estimate[0] - value) / (22.0 + shift)
            held = penalised.maximise(outcome, x, start, free)
            assert held.converged[0]
            assert 2 * (fit.loglik - held.loglik[0]) == pytest.approx(fall, rel=1e-6)


def test_a_calendar_year_as_a_term_does_no_harm():
    rng = np.random.default_rng(3)
    year = rng.integers(1989, 2025, 28).astype(float)
    outcome = (rng.random(28) < expit((year - 2006) / 10)).astype(float)
    raw = fit_firth(outcome, year[:, None], ("year",))
    centred = fit_firth(outcome, year[:, None] - 2006, ("year",))
    assert raw.note == ("", "")
    assert raw.estimate[1] == pytest.approx(centred.estimate[1], rel=1e-6)
    assert raw.conf_low[1] == pytest.approx(centred.conf_low[1], rel=1e-6)


@given(seeds)
@some
def test_gradient_and_curvature_are_derivatives_of_the_criterion(seed):
    outcome, design = random_data(seed)
    x = with_constant(design)
    beta = np.random.default_rng(seed).normal(size=x.shape[1])
    point = penalised.evaluate(outcome, x, beta[None])
    value = lambda b: penalised.evaluate(outcome, x, b[None]).loglik[0]  # noqa: E731
    slope = lambda b: penalised.evaluate(outcome, x, b[None]).score[0]  # noqa: E731
    numeric = approx_fprime(beta, value, 1e-6)
    np.testing.assert_allclose(point.score[0], numeric, rtol=1e-3, atol=1e-3)
    numeric = approx_fprime(beta, slope, 1e-7)
    np.testing.assert_allclose(-point.curvature[0], numeric, rtol=1e-3, atol=1e-3)


def test_a_joint_test_of_one_term_is_its_single_test(endometrial, fitted):
    test = firth_joint_test(*endometrial, [1])
    assert test.p_value == pytest.approx(0.3874822, rel=1e-6)
    assert test.statistic == pytest.approx(fitted.statistic[2], rel=1e-9)
    assert (test.df, test.note) == (1, "")


def test_a_joint_test_keeps_the_penalty_of_the_full_design(endometrial, fitted):
    outcome, design = endometrial
    x = with_constant(design)

    def criterion(free):
        index = x @ np.array([free[0], 0.0, free[1], 0.0])
        p = expit(index)
        log_root = np.linalg.slogdet((x.T * p * (1 - p)) @ x)[1] / 2
        return -(outcome * index - np.logaddexp(0, index)).sum() - log_root

    restricted = minimize(criterion, [0.0, 0.0], method="Nelder-Mead", tol=1e-12).fun
    test = firth_joint_test(outcome, design, [0, 2])
    assert test.statistic == pytest.approx(2 * (fitted.loglik + restricted), abs=1e-8)
    assert test.df == 2
    assert test.p_value == pytest.approx(np.exp(-test.statistic / 2))


def test_aicc_uses_the_likelihood_without_the_penalty(endometrial, fitted):
    p = expit(with_constant(endometrial[1]) @ fitted.estimate)
    plain = np.where(endometrial[0] == 1, np.log(p), np.log1p(-p)).sum()
    assert fitted.loglik_unpenalised == pytest.approx(plain)
    assert fitted.aicc == pytest.approx(-2 * plain + 8 + 2 * 4 * 5 / 74)


@given(seeds)
@many
def test_separation_agrees_with_the_usual_linear_programme(seed):
    outcome, design = random_data(seed)
    x = with_constant(design)
    ours = separation_sides(outcome, x)
    usual = detect_separation(x, outcome.astype(int), fit_intercept=False)
    assert any(ours) == usual.separation
    sides = {1: "+infinity", -1: "-infinity"}
    for side, direction in zip(ours, usual.directions, strict=True):
        # One vertex shows less than the whole cone: it may miss a term, never contradict one.
        assert direction == 0 or side in (sides[int(direction)], "either side")


def test_a_term_that_complete_separation_frees_both_ways_gets_no_side():
    x = with_constant(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]))
    outcome = np.array([0.0, 0, 1, 1])
    assert separation_sides(outcome, x) == ("-infinity", "+infinity", "either side")


@pytest.mark.parametrize(
    ("outcome", "design", "reason"),
    [
        ([1, 1, 1, 1], [[0, 1], [1, 0], [1, 1], [0, 0]], "the outcome is 1 in all 4 observations"),
        ([0, 1, 0, 1], [[2, 1], [2, 0], [2, 1], [2, 0]], "a is constant"),
        (
            [0, 1, 0, 1, 1],
            [[0, 1], [1, 0], [0, 1], [1, 0], [1, 0]],
            "b is a linear combination of a",
        ),
        ([0, 1], [[0, 1], [1, 0]], "2 observations are fewer than 3 terms"),
        ([], np.empty((0, 2)), "no observations"),
    ],
)
def test_what_has_no_answer_is_named(outcome, design, reason):
    outcome = np.array(outcome, dtype=float)
    fit = fit_firth(outcome, np.array(design, dtype=float), ("a", "b"))
    assert fit.note == (reason,) * 3
    assert np.isnan([fit.estimate, fit.p_value, fit.conf_low, fit.conf_high]).all()
    assert np.isnan(fit.covariance).all()
    assert not fit.converged
    test = firth_joint_test(outcome, np.array(design, dtype=float), [0, 1])
    assert np.isnan(test.p_value)
    assert test.note


def test_a_search_that_fails_is_a_reason_and_not_a_number(endometrial, monkeypatch):
    monkeypatch.setattr(profile_likelihood, "_ROOT_STEPS", 1)
    fit = fit_firth(*endometrial, TERMS)
    assert np.isnan(fit.conf_low).all()
    assert np.isfinite(fit.p_value).all()
    assert fit.note[0] == "the search for the lower limit and the upper limit did not converge"
    monkeypatch.setattr(penalised, "_MAX_STEPS", 1)
    fit = fit_firth(*endometrial, TERMS)
    assert np.isnan(fit.estimate).all()
    assert fit.note[0] == "the penalised likelihood did not converge"
    assert firth_joint_test(*endometrial, [0]).note == fit.note[0]


def test_wrong_arguments_are_refused():
    outcome, design = np.array([0.0, 1, 0, 1]), np.array([[0.0], [1], [1], [0]])
    with pytest.raises(ValueError, match="outcome has the value 2; allowed: 0 and 1"):
        fit_firth(outcome * 2, design, ("x",))
    with pytest.raises(ValueError, match="missing or infinite"):
        fit_firth(outcome, design * np.nan, ("x",))
    with pytest.raises(ValueError, match="one name a column"):
        fit_firth(outcome, design, ("x", "y"))
    with pytest.raises(ValueError, match="level is 95"):
        fit_firth(outcome, design, ("x",), level=95)
    with pytest.raises(ValueError, match="shape"):
        fit_firth(outcome[:3], design, ("x",))
    for columns in ([], [1], [0, 0], [-1]):
        with pytest.raises(ValueError, match="columns are"):
            firth_joint_test(outcome, design, columns)
