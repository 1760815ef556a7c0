"""Regression within entities against R's plm and least squares by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from replication.estimators.clusters import cluster_members, rests_on_one_cluster, within_clusters
from replication.estimators.panel import fit_panel
from replication.estimators.student import ZERO_ERROR

TERMS = ("value", "capital")


# R 4.2.2, plm 2.6-2, clubSandwich 0.5.8: plm(model = "within"), vcovCR(., "CR1S")
def test_grunfeld_agrees_with_plm():
    table = sm.datasets.grunfeld.load_pandas().data
    result = fit_panel(
        table["invest"].to_numpy(), table[list(TERMS)].to_numpy(), table["firm"].to_numpy(), TERMS
    )
    np.testing.assert_allclose(result.estimate, [0.110129119026, 0.310033441875], rtol=1e-11)
    np.testing.assert_allclose(result.std_error, [0.0150735751801, 0.0523519165076], rtol=1e-11)
    np.testing.assert_allclose(result.p_value, 2 * stats.t.sf(result.statistic, 10), rtol=1e-12)
    assert (result.nobs, result.n_entities, result.n_singletons) == (220, 11, 0)


def actor_data(seed):
    """Draw positions of five actors in cases, some missing, with an unrelated control."""
    rng = np.random.default_rng(seed)
    n_cases = rng.integers(6, 20)
    cases, actors = np.divmod(np.arange(5 * n_cases), 5)
    known = rng.random(len(cases)) < 0.7
    known[:5] = True
    design = np.column_stack([np.eye(5)[actors][:, 1:], rng.integers(-2, 3, len(cases))])
    outcome = rng.integers(-2, 3, len(cases)).astype(float)
    return outcome[known], design[known], cases[known]


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_actors_agree_with_demeaned_least_squares(seed):
    outcome, design, cases = actor_data(seed)
    result = fit_panel(outcome, design, cases, tuple("abcde"))
    sizes = {case: int((cases == case).sum()) for case in cases.tolist()}
    singles = [case for case, size in sizes.items() if size == 1]
    assert result.n_singletons == len(singles)
    assert result.n_entities == len(sizes) - len(singles)
    kept = ~np.isin(cases, singles)
    assert result.nobs == kept.sum()
    y, x, groups = outcome[kept], design[kept], cases[kept]
    y = y - np.array([y[groups == g].mean() for g in groups])
    x = x - np.array([x[groups == g].mean(axis=0) for g in groups])
    bread = np.linalg.pinv(x.T @ x)
    estimate = bread @ x.T @ y
    scores = np.array(
        [x[groups == g].T @ (y - x @ estimate)[groups == g] for g in np.unique(groups)]
    )
    g, n, k = len(scores), len(y), x.shape[1]
    variance = bread @ scores.T @ scores @ bread * g / (g - 1) * (n - 1) / (n - k)
    np.testing.assert_allclose(result.estimate, estimate, atol=1e-9)
    np.testing.assert_allclose(result.std_error, np.sqrt(np.diag(variance)), rtol=1e-7)
    half = stats.t.ppf(0.975, g - 1) * result.std_error
    np.testing.assert_allclose(result.conf_high - result.estimate, half, rtol=1e-9)


def test_order_and_labels_do_not_matter():
    outcome, design, cases = actor_data(11)
    order = np.random.default_rng(1).permutation(len(outcome))
    names = np.array([f"case {c}" for c in cases])
    first = fit_panel(outcome, design, cases, tuple("abcde"))
    second = fit_panel(outcome[order], design[order], names[order], tuple("abcde"))
    np.testing.assert_allclose(second.std_error, first.std_error, rtol=1e-9)
    np.testing.assert_allclose(second.estimate, first.estimate, rtol=1e-9, atol=1e-12)


def test_what_cannot_be_estimated_says_why():
    outcome, design, cases = actor_data(4)
    flat = np.column_stack([design, cases])
    result = fit_panel(outcome, flat, cases, (*"abcde", "year"))
    assert set(result.note) == {"no variation within entities in year"}
    assert np.isnan(result.estimate).all()
    twice = fit_panel(outcome, np.column_stack([design, design[:, 0]]), cases, (*"abcde", "again"))
    assert "again" in twice.note[0]
    singles = fit_panel(outcome[:3], design[:3, -1:], np.arange(3), ("e",))
    assert singles.note == ("0 entities have two rows or more: two are needed",)
    assert (singles.nobs, singles.n_entities, singles.n_singletons) == (0, 0, 3)
    full = fit_panel(
        np.array([0.0, 1, 1, 0]), np.array([[0.0, 1], [1, 0], [2, 2], [0, 1]]), [0, 0, 1, 1], TERMS
    )
    assert full.note[0] == "4 rows leave no degree of freedom beside terms and effects"
    exact = fit_panel(design[:, 0] + cases, design, cases, tuple("abcde"))
    assert exact.note == (ZERO_ERROR,) * 5
    np.testing.assert_allclose(exact.estimate, [1, 0, 0, 0, 0], atol=1e-12)


def test_deviations_and_members():
    values = np.array([[1.0, 0], [3, 4], [5, 9]])
    within = within_clusters(values, np.array(["b", "a", "b"]))
    np.testing.assert_array_equal(within, [[-2, -4.5], [0, 0], [2, 4.5]])
    assert [rows.tolist() for rows in cluster_members(np.array(["b", "a", "b"]), 3)] == [
        [1],
        [0, 2],
    ]
    with pytest.raises(ValueError, match=r"allowed: \(4,\)"):
        cluster_members(np.arange(3), 4)


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_a_term_rests_on_one_cluster_where_leaving_it_out_loses_the_term(seed):
    rng = np.random.default_rng(seed)
    clusters = np.concatenate([np.arange(4), rng.integers(0, 4, 8)])
    x = np.column_stack([np.ones(12), rng.integers(0, 2, 12), rng.random(12) < 0.2, clusters == 1])
    x = x.astype(float)
    if np.linalg.matrix_rank(x) < 4:
        return
    expected = np.zeros(4, dtype=bool)
    for left_out in range(4):
        rest = x[clusters != left_out]
        for term in range(4):
            others = np.delete(rest, term, axis=1)
            expected[term] |= np.linalg.matrix_rank(others) == np.linalg.matrix_rank(rest)
    found = rests_on_one_cluster(x, cluster_members(clusters, 12))
    np.testing.assert_array_equal(found, expected)
    assert found[3]


@pytest.mark.filterwarnings("error")
def test_two_entities_leave_some_errors_zero_and_each_says_so():
    """Scores of two clusters sum to zero, so the errors lie on one line: a term across it has none."""
    seen = set()
    for seed in range(60):
        rng = np.random.default_rng(seed)
        rows = rng.integers(3, 6, 2)
        entity = np.repeat([0, 1], rows)
        design = np.eye(rows.max())[np.concatenate([np.arange(n) for n in rows])][:, 1:]
        outcome = rng.integers(-2, 3, len(entity)).astype(float)
        fit = fit_panel(outcome, design, entity, [f"x{i}" for i in range(design.shape[1])])
        for note, error, statistic in zip(fit.note, fit.std_error, fit.statistic, strict=True):
            assert np.isfinite(error) == (note == "")
            assert not abs(statistic) > 1e5
            seen.add(note)
    assert seen >= {"", ZERO_ERROR}
