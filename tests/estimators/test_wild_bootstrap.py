"""Wild cluster bootstrap against published counts and against refitting every pattern."""

from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from replication.estimators.clusters import within_clusters
from replication.estimators.wild_bootstrap import _webb_vectors, wild_cluster_bootstrap

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def grunfeld():
    table = sm.datasets.grunfeld.load_pandas().data
    return (
        table["invest"].to_numpy(),
        table[["value", "capital"]].to_numpy(),
        table["firm"].to_numpy(),
    )


def coded_data(seed, n_clusters):
    rng = np.random.default_rng(seed)
    n = 30
    design = np.column_stack([rng.integers(0, 4, n), rng.integers(0, 3, n)]).astype(float)
    clusters = np.concatenate([np.arange(n_clusters), rng.integers(0, n_clusters, n - n_clusters)])
    effect = rng.choice([0.0, 0.2])
    outcome = (rng.random(n) < 0.3 + effect * design[:, 0]).astype(float)
    return outcome, design, clusters


def test_share_data_of_the_companion_implementation(grunfeld):
    outcome, design, firms = grunfeld
    published = {
        # reference numbers: estimate, CR1 error, t, patterns that reach it with ties
        0: (0.11453436, 0.0162004454, 7.069828015, 10),
        1: (0.22751413, 0.0854778169, 2.661674500, 46),
    }
    for tested, (estimate, std_error, statistic, reached) in published.items():
        result = wild_cluster_bootstrap(
            outcome, design, firms, ("value", "capital"), tested=tested, rng=RNG
        )
        assert result.estimate[0] == pytest.approx(estimate, abs=5e-9)
        assert result.std_error[0] == pytest.approx(std_error, rel=1e-8)
        assert result.statistic[0] == pytest.approx(statistic, rel=1e-9)
        assert result.p_value[0] == reached / 2048
        assert result.n_patterns == 2048
        assert result.n_clusters == 11
        assert result.resolution == 2 / 2048
        assert result.monte_carlo_error == 0
        assert result.enumerated


def refitted_p(outcome, x, column, clusters, hypothesised, patterns=None):
    """P-value from refitting the model to each bootstrap sample, all 2^G unless they are given."""
    labels = np.unique(clusters)
    patterns = list(product([1.0, -1.0], repeat=len(labels))) if patterns is None else patterns

    def t_statistic(response):
        inverse = np.linalg.inv(x.T @ x)
        coefficients = inverse @ x.T @ response
        residuals = response - x @ coefficients
        scores = np.array([x[clusters == g].T @ residuals[clusters == g] for g in labels])
        error = np.sqrt((inverse @ scores.T @ scores @ inverse)[column, column])
        return coefficients[column] - hypothesised, error

    others = np.delete(x, column, axis=1)
    shifted = outcome - hypothesised * x[:, column]
    fitted = others @ np.linalg.lstsq(others, shifted, rcond=None)[0]
    distance, error = t_statistic(outcome)
    reached = 0
    for pattern in patterns:
        weights = np.array(pattern)[np.searchsorted(labels, clusters)]
        response = hypothesised * x[:, column] + fitted + weights * (shifted - fitted)
        drawn, drawn_error = t_statistic(response)
        reached += abs(drawn) * error >= abs(distance) * drawn_error * (1 - 1e-8)
    return reached / len(patterns)


@pytest.mark.parametrize("seed", range(6))
def test_every_hypothesised_value_agrees_with_refitting(seed):
    n_clusters = 5 + seed % 3
    outcome, design, clusters = coded_data(seed, n_clusters)
    x = np.column_stack([np.ones(len(outcome)), design])
    level = 0.8
    result = wild_cluster_bootstrap(
        outcome, design, clusters, ("a", "b"), tested=0, rng=RNG, level=level
    )
    assert result.p_value[0] == refitted_p(outcome, x, 1, clusters, 0.0)
    low, high = result.conf_low[0], result.conf_high[0]
    step = 1e-5 * result.std_error[0]
    for limit, inward in ((low, step), (high, -step)):
        if np.isfinite(limit):
            assert refitted_p(outcome, x, 1, clusters, limit + inward) > 1 - level
            assert refitted_p(outcome, x, 1, clusters, limit - inward) <= 1 - level
    reach = 3 * result.std_error[0]
    for value in np.linspace(result.estimate[0] - reach, result.estimate[0] + reach, 14):
        p_value = refitted_p(outcome, x, 1, clusters, value)
        shifted = wild_cluster_bootstrap(
            outcome - value * design[:, 0], design, clusters, ("a", "b"), tested=0, rng=RNG
        )
        assert shifted.p_value[0] == p_value
        if p_value > 1 - level:
            assert low <= value <= high


def test_gaps_of_the_set_are_reported(grunfeld):
    outcome, design, firms = grunfeld
    result = wild_cluster_bootstrap(outcome, design, firms, ("value", "capital"), tested=1, rng=RNG)
    assert result.note == ("the confidence set has gaps, its hull is given",)
    grid = np.linspace(result.conf_low[0], result.conf_high[0], 80)[1:-1]
    inside = [
        wild_cluster_bootstrap(
            outcome - value * design[:, 1], design, firms, ("value", "capital"), tested=1, rng=RNG
        ).p_value[0]
        > 0.05
        for value in grid
    ]
    assert 0 < sum(inside) < len(grid)
    value = wild_cluster_bootstrap(outcome, design, firms, ("value", "capital"), tested=0, rng=RNG)
    assert value.note == ("",)


@given(st.integers(0, 10**6), st.integers(6, 12))
@settings(max_examples=40, deadline=None)
def test_a_value_that_is_not_rejected_lies_in_the_set(seed, n_clusters):
    outcome, design, clusters = coded_data(seed, n_clusters)
    result = wild_cluster_bootstrap(outcome, design, clusters, ("a", "b"), tested=1, rng=RNG)
    covers = result.conf_low[0] <= 0 <= result.conf_high[0]
    if result.p_value[0] > 0.05:
        assert covers
    elif "gaps" not in result.note[0]:
        assert not covers
    assert result.conf_low[0] <= result.estimate[0] <= result.conf_high[0]
    steps = result.p_value[0] / result.resolution
    assert steps == round(steps) >= 1


@given(st.integers(0, 10**6), st.floats(-3, 3), st.floats(0.1, 10))
@settings(max_examples=25, deadline=None)
def test_units_and_order_do_not_matter(seed, slope, unit):
    outcome, design, clusters = coded_data(seed, 7)
    order = np.random.default_rng(seed).permutation(len(outcome))
    first = wild_cluster_bootstrap(outcome, design, clusters, ("a", "b"), tested=0, rng=RNG)
    moved = unit * outcome + slope * design[:, 1] + 2
    second = wild_cluster_bootstrap(
        moved[order], design[order], clusters[order], ("a", "b"), tested=0, rng=RNG
    )
    assert second.p_value == first.p_value
    np.testing.assert_allclose(second.conf_low, unit * first.conf_low, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(second.conf_high, unit * first.conf_high, rtol=1e-6, atol=1e-7)


def test_five_clusters_cannot_reject_at_five_per_cent():
    outcome, design, clusters = coded_data(2, 5)
    strong = outcome + 10 * design[:, 0]
    result = wild_cluster_bootstrap(strong, design, clusters, ("a", "b"), tested=0, rng=RNG)
    assert result.p_value[0] == 2 / 32
    assert result.conf_low[0] == -np.inf
    assert result.conf_high[0] == np.inf
    assert result.note[0].split("; ") == [
        "5 clusters: the p-value moves in steps of 0.062",
        "no p-value below 0.05 is possible",
        "the confidence set is unbounded",
    ]


def test_demeaned_data_give_what_dummies_give():
    rng = np.random.default_rng(8)
    cases = np.repeat(np.arange(9), 4)
    outcome, design = rng.normal(size=36), rng.normal(size=(36, 2))
    dummies = np.eye(9)[cases][:, 1:]
    names = [f"case {i}" for i in range(1, 9)]
    full = wild_cluster_bootstrap(
        outcome, np.hstack([design, dummies]), cases, ("a", "b", *names), tested=1, rng=RNG
    )
    within = wild_cluster_bootstrap(
        within_clusters(outcome, cases),
        within_clusters(design, cases),
        cases,
        ("a", "b"),
        tested=1,
        rng=RNG,
    )
    assert within.p_value == full.p_value
    np.testing.assert_allclose(within.estimate, full.estimate, rtol=1e-10)
    np.testing.assert_allclose(within.conf_low, full.conf_low, rtol=1e-8)
    np.testing.assert_allclose(within.conf_high, full.conf_high, rtol=1e-8)


def test_beyond_twelve_clusters_webb_weights_are_drawn():
    outcome, design, clusters = coded_data(4, 14)
    arguments = (outcome, design, clusters, ("a", "b"))
    result = wild_cluster_bootstrap(*arguments, tested=0, rng=np.random.default_rng(1))
    again = wild_cluster_bootstrap(*arguments, tested=0, rng=np.random.default_rng(1))
    other = wild_cluster_bootstrap(*arguments, tested=0, rng=np.random.default_rng(2))
    assert result.p_value == again.p_value
    assert result.conf_low == again.conf_low
    assert result.n_patterns == 10_000
    assert not result.enumerated
    assert result.resolution == 1e-4
    assert 0 < result.monte_carlo_error < 0.0051
    assert abs(result.p_value[0] - other.p_value[0]) < 6 * result.monte_carlo_error
    x = np.column_stack([np.ones(len(outcome)), design])
    weights = _webb_vectors(14, 400, np.random.default_rng(5))
    few = wild_cluster_bootstrap(*arguments, tested=0, rng=np.random.default_rng(5), draws=400)
    assert few.p_value[0] == refitted_p(outcome, x, 1, clusters, 0.0, weights)


def test_the_sample_itself_always_counts():
    outcome, design, clusters = coded_data(4, 14)
    strong = outcome + 1000 * design[:, 0]
    result = wild_cluster_bootstrap(
        strong, design, clusters, ("a", "b"), tested=0, rng=np.random.default_rng(1), draws=99
    )
    assert result.p_value[0] == 0.01


def test_webb_weights_have_six_values_mean_zero_and_variance_one():
    weights = _webb_vectors(20, 4000, np.random.default_rng(3))
    np.testing.assert_array_equal(weights[0], 1)
    values, counts = np.unique(
        np.round(weights[1:] ** 2, 12) * np.sign(weights[1:]), return_counts=True
    )
    np.testing.assert_allclose(values, [-1.5, -1, -0.5, 0.5, 1, 1.5])
    np.testing.assert_allclose(counts / 80_000, 1 / 6, atol=0.006)


def test_what_cannot_be_tested_says_why():
    outcome, design, clusters = coded_data(1, 6)
    alone = wild_cluster_bootstrap(outcome, design, np.zeros(30), ("a", "b"), tested=0, rng=RNG)
    assert alone.note == ("one cluster only: the bootstrap needs two",)
    twice = wild_cluster_bootstrap(
        outcome, design[:, [0, 0]], clusters, ("a", "again"), tested=0, rng=RNG
    )
    assert "again" in twice.note[0]
    fitted = wild_cluster_bootstrap(design[:, 0], design, clusters, ("a", "b"), tested=0, rng=RNG)
    assert fitted.note == ("the clustered error is zero",)
    assert fitted.estimate[0] == pytest.approx(1)
    for result in (alone, twice, fitted):
        assert np.isnan([result.p_value[0], result.conf_low[0], result.std_error[0]]).all()
        assert result.n_patterns == 0
    with pytest.raises(ValueError, match="tested is 2; allowed: a column, 0 to 1"):
        wild_cluster_bootstrap(outcome, design, clusters, ("a", "b"), tested=2, rng=RNG)


# Rounding leaves an estimate of about 1e-16 here, and a pattern with a t statistic below even that.
def test_an_estimate_of_zero_has_p_one():
    outcome, design, clusters = coded_data(1105, 6)
    treated = np.column_stack([clusters > 3, design[:, 1] > 1]).astype(float)
    result = wild_cluster_bootstrap(outcome, treated, clusters, ("a", "b"), tested=0, rng=RNG)
    assert abs(result.estimate[0]) < 1e-14
    assert result.p_value[0] == 1


# One treated cluster: the bootstrap is known to fail (MacKinnon and Webb 2017, Journal of Applied
# Econometrics 32: 233-254). The result has to say so, whatever its p-value.
def test_a_single_treated_cluster_is_noted():
    outcome, design, clusters = coded_data(1, 9)
    one = np.column_stack([clusters == 2, design[:, 0]]).astype(float)
    result = wild_cluster_bootstrap(outcome, one, clusters, ("only", "a"), tested=0, rng=RNG)
    assert "rests on a single cluster" in result.note[0]
    other = wild_cluster_bootstrap(outcome, one, clusters, ("only", "a"), tested=1, rng=RNG)
    assert "single" not in other.note[0]
