"""Least squares with HC3 and CR2 against R's sandwich and clubSandwich, statsmodels and algebra."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, stats

from replication.estimators.linear import (
    count_events,
    cr2_joint_test,
    fit_ols_cr2,
    fit_ols_hc3,
)
from replication.estimators.student import ZERO_ERROR, t_inference

TERMS = ("value", "capital")
ROUGH = "fewer than 4 degrees of freedom: the t approximation is rough"


@pytest.fixture(scope="module")
def grunfeld():
    table = sm.datasets.grunfeld.load_pandas().data
    return table["invest"].to_numpy(), table[list(TERMS)].to_numpy(), table["firm"].to_numpy()


def coded_data(seed):
    """Draw a binary outcome, coded regressors and uneven clusters, as the package meets them."""
    rng = np.random.default_rng(seed)
    n, n_clusters = rng.integers(18, 40), rng.integers(4, 9)
    design = np.column_stack([rng.integers(0, 4, n), rng.integers(0, 3, n), rng.normal(size=n)])
    clusters = np.concatenate([np.arange(n_clusters), rng.integers(0, n_clusters, n - n_clusters)])
    return (rng.random(n) < 0.5).astype(float), design, clusters


# R 4.2.2, clubSandwich 0.5.8: coef_test(lm(invest ~ value + capital), vcovCR(., firm, "CR2"))
def test_cr2_agrees_with_clubsandwich(grunfeld):
    outcome, design, firms = grunfeld
    result = fit_ols_cr2(outcome, design, firms, TERMS)
    assert result.terms == ("const", "value", "capital")
    np.testing.assert_allclose(
        result.std_error, [22.8688249089470, 0.0166669574213, 0.1107065532874], rtol=1e-11
    )
    np.testing.assert_allclose(
        result.dof, [7.22144500524, 2.35348435422, 2.88987154164], rtol=1e-11
    )
    np.testing.assert_allclose(
        result.p_value, [0.1356143410338, 0.0131615011498, 0.1355787718139], rtol=1e-10
    )
    np.testing.assert_allclose(result.conf_low, [-92.1519, 0.0522, -0.1325], atol=6e-5)
    np.testing.assert_allclose(result.conf_high, [15.332, 0.177, 0.588], atol=6e-4)
    assert result.note == ("", ROUGH, ROUGH)
    assert result.nobs == 220
    assert result.n_events is None


# The same with factor(firm) added: every block of I - H is singular, and the firms' own dummies
# rest on one cluster each. clubSandwich prints figures for these; here they do not exist.
def test_cr2_with_an_effect_for_each_cluster(grunfeld):
    outcome, design, firms = grunfeld
    names, index = np.unique(firms, return_inverse=True)
    dummies = np.eye(len(names))[index][:, 1:]
    result = fit_ols_cr2(
        outcome, np.hstack([design, dummies]), firms, (*TERMS, *map(str, names[1:]))
    )
    np.testing.assert_allclose(
        result.std_error[1:3], [0.0206283971907, 0.0826873597417], rtol=1e-10
    )
    np.testing.assert_allclose(result.dof[1:3], [1.81448340022, 1.80074469877], rtol=1e-9)
    np.testing.assert_allclose(result.p_value[1:3], [0.0409200846932, 0.0754835104562], rtol=1e-9)
    others = [0, *range(3, 13)]
    assert np.isnan(result.std_error[others]).all()
    assert np.isnan(result.p_value[others]).all()
    assert np.isnan(result.dof[others]).all()
    assert np.isfinite(result.estimate).all()
    assert {result.note[i] for i in others} == {
        "CR2 does not exist: the term rests on a single cluster"
    }


def dense_cr2(outcome, design, clusters):
    """CR2 and its degrees of freedom from full matrices and quadratic forms, term by term."""
    x = np.column_stack([np.ones(len(outcome)), design])
    inverse = np.linalg.inv(x.T @ x)
    annihilator = np.eye(len(x)) - x @ inverse @ x.T
    std_error, dof, expected = [], [], []
    for term in range(x.shape[1]):
        form = np.zeros((len(x), len(x)))
        for label in np.unique(clusters):
            select = np.eye(len(x))[clusters == label]
            root = np.real(
                linalg.sqrtm(np.linalg.pinv(select @ annihilator @ select.T, rcond=1e-9))
            )
            weights = inverse[term] @ x.T @ select.T @ root @ select @ annihilator
            form += np.outer(weights, weights)
        std_error.append(np.sqrt(outcome @ form @ outcome))
        dof.append(np.trace(form) ** 2 / np.trace(form @ form))
        expected.append(np.trace(form))
    return np.array(std_error), np.array(dof), np.array(expected), np.diag(inverse)


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_cr2_agrees_with_dense_matrices_and_is_unbiased_under_its_working_model(seed):
    outcome, design, clusters = coded_data(seed)
    result = fit_ols_cr2(outcome, design, clusters, ("a", "b", "c"))
    std_error, dof, expected, truth = dense_cr2(outcome, design, clusters)
    sound = ~np.isnan(result.std_error)
    np.testing.assert_allclose(result.std_error[sound], std_error[sound], rtol=1e-7)
    np.testing.assert_allclose(result.dof[sound], dof[sound], rtol=1e-6)
    np.testing.assert_allclose(expected[sound], truth[sound], rtol=1e-7)


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_cr2_of_single_rows_is_hc2(seed):
    outcome, design, _ = coded_data(seed)
    result = fit_ols_cr2(outcome, design, np.arange(len(outcome)), ("a", "b", "c"))
    reference = sm.OLS(outcome, sm.add_constant(design)).fit(cov_type="HC2")
    np.testing.assert_allclose(result.std_error, reference.bse, rtol=1e-9)


# For two groups, HC2 is Welch's error, and the degrees of freedom under equal variances have a
# closed form (Imbens and Kolesar 2016, Review of Economics and Statistics 98: 701-712).
def test_two_groups_have_closed_forms():
    first = np.array([2.0, 4.0, 4.5, 7.0])
    second = np.array([1.0, 0.0, 2.5, 3.0, 3.5, 8.0, 1.5])
    n, m = len(first), len(second)
    treated = np.repeat([1.0, 0.0], [n, m])[:, None]
    result = fit_ols_cr2(
        np.concatenate([first, second]), treated, np.arange(n + m), ("treated",), level=0.9
    )
    welch = stats.ttest_ind(first, second, equal_var=False)
    dof = (n + m) ** 2 * (n - 1) * (m - 1) / (n**2 * (n - 1) + m**2 * (m - 1))
    assert result.statistic[1] == pytest.approx(welch.statistic, rel=1e-12)
    assert result.dof[1] == pytest.approx(dof, rel=1e-12)
    quantile = stats.t.ppf(0.95, dof)
    assert result.conf_high[1] == pytest.approx(
        result.estimate[1] + quantile * result.std_error[1], rel=1e-12
    )


def test_a_treatment_found_in_one_cluster_has_no_cr2_error():
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(5), 4)
    treated = (clusters == 2).astype(float)
    control = rng.normal(size=20)
    result = fit_ols_cr2(
        rng.normal(size=20), np.column_stack([treated, control]), clusters, ("treated", "control")
    )
    assert result.note[1] == "CR2 does not exist: the term rests on a single cluster"
    assert np.isnan(result.std_error[1])
    assert np.isfinite(result.std_error[[0, 2]]).all()


# R 4.2.2, sandwich 3.0.2: vcovHC(., "HC3")
def test_hc3_agrees_with_sandwich_and_statsmodels(grunfeld):
    outcome, design, _ = grunfeld
    result = fit_ols_hc3(outcome, design, TERMS)
    np.testing.assert_allclose(
        result.std_error, [12.58009439371900, 0.00711115725569, 0.05827542569434], rtol=1e-12
    )
    reference = sm.OLS(outcome, sm.add_constant(design)).fit(cov_type="HC3", use_t=True)
    np.testing.assert_allclose(result.p_value, reference.pvalues, rtol=1e-9)
    np.testing.assert_allclose(
        np.column_stack([result.conf_low, result.conf_high]), reference.conf_int(), rtol=1e-9
    )
    np.testing.assert_array_equal(result.dof, 217)


def test_a_row_fitted_exactly_counts_for_its_own_dummy_only():
    outcome, design, _ = coded_data(3)
    own = np.eye(len(outcome))[4][:, None]
    result = fit_ols_hc3(outcome, np.hstack([design, own]), ("a", "b", "c", "own"))
    rest = np.arange(len(outcome)) != 4
    without = fit_ols_hc3(outcome[rest], design[rest], ("a", "b", "c"))
    for field in ("estimate", "std_error", "p_value", "dof"):
        np.testing.assert_allclose(getattr(result, field)[:4], getattr(without, field), rtol=1e-9)
    assert np.isnan([result.std_error[4], result.p_value[4], result.conf_low[4]]).all()
    assert result.note[4] == "HC3 does not exist: the term rests on an observation of leverage one"
    assert result.note[:4] == ("",) * 4


@given(st.integers(0, 10**6), st.floats(0.01, 100), st.floats(-50, 50))
@settings(max_examples=25, deadline=None)
def test_units_order_and_labels_do_not_matter(seed, unit, origin):
    outcome, design, clusters = coded_data(seed)
    order = np.random.default_rng(seed).permutation(len(outcome))
    scales = np.array([unit, 1.0, 1 / unit])
    names = np.array([f"administration {9 - c}" for c in clusters])
    first = fit_ols_cr2(outcome, design, clusters, ("a", "b", "c"))
    second = fit_ols_cr2(
        3 * outcome[order] + origin, (design * scales)[order], names[order], ("a", "b", "c")
    )
    np.testing.assert_allclose(second.statistic[1:], first.statistic[1:], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(second.estimate[1:] * scales, 3 * first.estimate[1:], atol=1e-8)
    np.testing.assert_allclose(second.dof[1:], first.dof[1:], rtol=1e-6)


def test_what_cannot_be_estimated_says_why():
    outcome, design, clusters = coded_data(1)
    twice = np.column_stack([design[:, 0], 2 * design[:, 0]])
    for result in (
        fit_ols_hc3(outcome, twice, ("a", "twice a")),
        fit_ols_cr2(outcome, twice, clusters, ("a", "twice a")),
    ):
        assert "twice a" in result.note[0]
        assert np.isnan(result.estimate).all()
        assert np.isnan(result.dof).all()
        assert result.n_events == outcome.sum()
    alone = fit_ols_cr2(outcome, design, np.zeros(len(outcome)), ("a", "b", "c"))
    assert alone.note == ("one cluster only: clustered errors need two",) * 4
    full = fit_ols_hc3(outcome[:3], np.array([[0.0, 1], [1, 0], [1, 1]]), ("a", "b"))
    assert full.note[0] == "3 observations leave no degree of freedom for 3 terms"


# The group with x = 0 never has an event: its mean is known without error, its slope is not.
def test_residuals_of_zero_give_no_error():
    outcome = np.array([0.0, 0, 0, 1, 0, 1])
    result = fit_ols_hc3(outcome, np.repeat([[0.0], [1.0]], 3, axis=0), ("x",))
    assert result.note == (ZERO_ERROR, ROUGH if result.dof[1] < 4 else "")
    assert np.isnan(result.p_value[0])
    assert result.p_value[1] > 0
    constant = fit_ols_hc3(np.ones(6), np.arange(6.0)[:, None], ("x",))
    assert constant.note == (ZERO_ERROR,) * 2
    np.testing.assert_allclose(constant.estimate, [1, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outcome": np.array([0.0, np.nan, 1, 1])}, "missing"),
        ({"clusters": np.arange(3)}, "clusters has shape"),
        ({"terms": ("a", "b")}, "terms"),
        ({"level": 95}, "level is 95"),
    ],
)
def test_bad_arguments_are_named(change, words):
    arguments = {
        "outcome": np.array([0.0, 1, 1, 0]),
        "design": np.arange(4.0)[:, None],
        "clusters": np.arange(4),
        "terms": ("a",),
    }
    with pytest.raises(ValueError, match=words):
        fit_ols_cr2(**(arguments | change))


def test_events_are_counted_for_binary_outcomes_only():
    assert count_events(np.array([0.0, 1, 1])) == 2
    assert count_events(np.array([0.0, 1, 3])) is None


def test_t_inference_inverts_itself():
    estimate, std_error = np.array([0.7, -2.0]), np.array([0.3, 0.9])
    _, p_value, low, high = t_inference(estimate, std_error, np.array([3.3, 12.0]), 0.95)
    for shift in (low, high):
        at_limit = t_inference(estimate - shift, std_error, np.array([3.3, 12.0]), 0.95)
        np.testing.assert_allclose(at_limit[1], 0.05, rtol=1e-12)
    np.testing.assert_allclose(p_value[1], 2 * stats.t.cdf(-2 / 0.9, 12), rtol=1e-12)


def test_pandas_strings_serve_as_clusters(grunfeld):
    outcome, design, firms = grunfeld
    as_series = fit_ols_cr2(outcome, design, pd.Series(firms, dtype="str"), TERMS)
    np.testing.assert_array_equal(
        as_series.std_error, fit_ols_cr2(outcome, design, firms, TERMS).std_error
    )


# R 4.2.2, clubSandwich 0.5.8: Wald_test(., constrain_zero(.), vcovCR(., firm, "CR2"), "HTZ") on
# plm's ten firms of Grunfeld's data, invest ~ value + capital + (year < 1945).
@pytest.mark.parametrize(
    ("tested", "statistic", "dof", "p_value"),
    [
        (("value",), 45.83002801203, 2.47381619844, 1.18112645522e-02),
        (("value", "capital"), 25.44539353929, 1.49797179739, 6.97854122558e-02),
        (("value", "capital", "war"), 14.57322010077, 1.829965793070, 7.65451762102e-02),
    ],
)
def test_the_joint_test_agrees_with_clubsandwich(tested, statistic, dof, p_value):
    table = sm.datasets.grunfeld.load_pandas().data
    table = table[table["firm"] != "American Steel"].assign(war=lambda t: 1.0 * (t["year"] < 1945))
    terms = ("value", "capital", "war")
    result = cr2_joint_test(
        table["invest"].to_numpy(),
        table[[*terms]].to_numpy(),
        table["firm"].to_numpy(),
        terms,
        tested,
    )
    assert result.statistic == pytest.approx(statistic, rel=1e-10)
    assert result.dof == pytest.approx(dof, rel=1e-10)
    assert result.p_value == pytest.approx(p_value, rel=1e-9)
    assert (result.df, result.n_clusters, result.note) == (len(tested), 10, ROUGH)


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_the_joint_test_of_one_term_is_its_t_test_and_knows_no_units(seed):
    outcome, design, clusters = coded_data(seed)
    terms = ("a", "b", "c")
    single = fit_ols_cr2(outcome, design, clusters, terms)
    for i, term in enumerate(terms):
        joint = cr2_joint_test(outcome, design, clusters, terms, (term,))
        assert joint.p_value == pytest.approx(single.p_value[i + 1], rel=1e-7, nan_ok=True)
        assert joint.dof == pytest.approx(single.dof[i + 1], rel=1e-7, nan_ok=True)
    plain = cr2_joint_test(outcome, design, clusters, terms, ("a", "c"))
    # Any basis of the space tested gives the same statistic.
    mixed = design @ np.array([[2.0, 0, 0.3], [0, 1, 0], [-1, 0, 5]])
    other = cr2_joint_test(3 * outcome + 7, mixed, clusters, terms, ("c", "a"))
    assert other.statistic == pytest.approx(plain.statistic, rel=1e-6, nan_ok=True)
    assert other.dof == pytest.approx(plain.dof, rel=1e-6, nan_ok=True)


def test_a_joint_test_that_does_not_exist_says_why():
    outcome, design, clusters = coded_data(8)
    terms = ("a", "b", "c")
    few = cr2_joint_test(outcome, design, clusters % 2, terms, terms)
    assert few.note == "too few clusters for a joint test of 3 terms"
    one = cr2_joint_test(outcome, design, clusters * 0, terms, terms)
    assert one.note == "one cluster only: clustered errors need two"
    alone = np.column_stack([design[:, 0], clusters == 1, design[:, 2]]).astype(float)
    rests = cr2_joint_test(outcome, alone, clusters, terms, ("b",))
    assert rests.note == "CR2 does not exist: the term rests on a single cluster"
    exact = cr2_joint_test(design @ [1.0, 2, 3], design, clusters, terms, ("a", "b"))
    assert exact.note == ZERO_ERROR
    for result in (few, one, rests, exact):
        assert np.isnan([result.statistic, result.dof, result.p_value]).all()
    for tested in ((), ("a", "a"), ("d",)):
        with pytest.raises(
            ValueError, match="allowed: const, a, b, c, at least one and none twice"
        ):
            cr2_joint_test(outcome, design, clusters, terms, tested)
