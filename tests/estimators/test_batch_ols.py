"""Batched least squares against the single fit, statsmodels and itself."""

import numpy as np
import pytest
from batch_data import codes, draws, same_bits

from replication.estimators.batch import OLS_REASONS, collapse, fit_ols_batch
from replication.estimators.linear import fit_ols_hc3


@pytest.mark.parametrize(("n", "k"), [(9, 1), (28, 3), (40, 6)])
def test_ols_agrees_with_the_single_fit(n, k):
    rng = np.random.default_rng(n)
    design = codes(rng, n, k)
    outcomes = np.vstack([draws(rng, 6, n), rng.normal(size=(6, n))])
    counts = collapse(design, outcomes)
    squares = collapse(design, outcomes**2).sums
    batch = fit_ols_batch(counts.patterns, counts.trials, counts.sums, squares, tested=k - 1)
    for i, outcome in enumerate(outcomes):
        single = fit_ols_hc3(outcome, design, tuple(f"x{j}" for j in range(k)))
        assert batch.estimate[i] == pytest.approx(single.estimate, abs=1e-10, nan_ok=True)
        for name in ("std_error", "statistic", "p_value"):
            value, expected = getattr(batch, name)[i], getattr(single, name)[k]
            assert value == pytest.approx(expected, rel=1e-8, abs=1e-12, nan_ok=True)


def test_ols_agrees_with_statsmodels():
    api = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(8)
    design, outcome = codes(rng, 30, 3), rng.normal(size=30)
    counts = collapse(design, outcome)
    squares = collapse(design, outcome**2).sums
    batch = fit_ols_batch(counts.patterns, counts.trials, counts.sums, squares, tested=2)
    reference = api.OLS(outcome, api.add_constant(design)).fit(cov_type="HC3", use_t=True)
    assert batch.estimate[0] == pytest.approx(reference.params, abs=1e-11)
    assert batch.std_error[0] == pytest.approx(reference.bse[3], abs=1e-11)
    assert batch.p_value[0] == pytest.approx(reference.pvalues[3], abs=1e-11)


def test_ols_says_why_there_is_no_error():
    patterns = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    trials = np.array([[3, 3, 3, 3], [3, 3, 3, 0], [1, 1, 1, 0], [3, 3, 3, 1], [3, 3, 3, 3]])
    sums = np.array([[1, 2, 2, 1], [1, 2, 2, 0], [1, 0, 1, 0], [1, 2, 1, 1], [0, 0, 0, 3]])
    fits = fit_ols_batch(patterns, trials, sums, sums, tested=1)
    assert [OLS_REASONS[code] for code in fits.reason] == [
        "ok", "rank deficient", "too few observations", "leverage of one", "no residual variation"
    ]  # fmt: skip
    assert np.isfinite(fits.p_value).tolist() == [True, False, False, False, False]
    assert np.isfinite(fits.estimate).all(axis=1).tolist() == [True, False, False, True, True]
    # The observation of leverage one says nothing about the other coefficient.
    other = fit_ols_batch(patterns, trials[3:4], sums[3:4], sums[3:4], tested=0)
    rows = np.repeat(patterns[:3], 3, axis=0)
    outcome = np.array([1, 0, 0, 1, 1, 0, 1, 0, 0])
    single = fit_ols_hc3(np.append(outcome, 1), np.vstack([rows, patterns[3]]), ("a", "b"))
    assert other.std_error[0] == pytest.approx(single.std_error[1], rel=1e-10)


def test_ols_results_are_the_same_bits_whatever_the_batch_and_the_threads():
    rng = np.random.default_rng(9)
    design, outcomes = codes(rng, 28, 3), rng.normal(size=(9000, 28))
    counts, squares = collapse(design, outcomes), collapse(design, outcomes**2).sums
    arguments = counts.trials, counts.sums, squares
    whole = fit_ols_batch(counts.patterns, *arguments, tested=1)
    assert same_bits(whole, fit_ols_batch(counts.patterns, *arguments, tested=1, threads=2))
    part = slice(4090, 4100)
    alone = fit_ols_batch(counts.patterns, *(a[part] for a in arguments), tested=1)
    assert same_bits(whole, alone, part)


@pytest.mark.parametrize("change", [
    {"trials": np.full((3, 2), -1.0)},
    {"sums": np.full((3, 2), np.inf)},
    {"squares": np.full((3, 2), np.nan)},
    {"squares": np.full((3, 2), -1.0)},
    {"trials": np.array([0.0, 5.0])},
])  # fmt: skip
def test_impossible_sums_are_refused(change):
    sound = {name: np.ones((3, 2)) for name in ("sums", "squares")}
    sound["trials"] = np.full((3, 2), 4.0)
    with pytest.raises(ValueError, match="problem 0 has impossible counts"):
        fit_ols_batch(np.array([[0.0], [1.0]]), **{**sound, **change}, tested=0)
