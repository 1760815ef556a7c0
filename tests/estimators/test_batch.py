"""Batched Firth fits against the single fits, second implementations, closed forms and themselves."""

import hashlib
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from batch_data import codes, draws, same_bits
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import chdtrc

from replication import paths
from replication.estimators.batch import (
    FIRTH_REASONS,
    collapse,
    fit_firth_batch,
)
from replication.estimators.firth import fit_firth


def separated(design):
    return (design[:, 0] + 0.5 * design[:, 1] > 2.2).astype(float)


def fit(design, outcomes, weights=None, tested=0, **options):
    counts = collapse(design, outcomes, weights)
    return fit_firth_batch(counts.patterns, counts.trials, counts.sums, tested, **options)


@pytest.mark.parametrize(("n", "k"), [(10, 1), (20, 2), (28, 3), (28, 5), (45, 7)])
def test_firth_agrees_with_the_single_fit(n, k):
    rng = np.random.default_rng(n + k)
    design = codes(rng, n, k)
    outcomes = draws(rng, 12, n)
    if k > 1:
        outcomes[0] = separated(design)
    batch = fit(design, outcomes, tested=k - 1)
    terms = tuple(f"x{j}" for j in range(k))
    for i, outcome in enumerate(outcomes):
        single = fit_firth(outcome, design, terms)
        assert batch.estimate[i] == pytest.approx(single.estimate, abs=1e-8, nan_ok=True)
        assert batch.std_error[i] == pytest.approx(single.std_error, rel=1e-8, nan_ok=True)
        assert batch.loglik[i] == pytest.approx(single.loglik, abs=1e-10, nan_ok=True)
        assert batch.statistic[i] == pytest.approx(single.statistic[k], abs=1e-10, nan_ok=True)
        if not batch.p_value[i] > 0.999:
            assert batch.p_value[i] == pytest.approx(single.p_value[k], abs=1e-8, nan_ok=True)


def test_firth_agrees_with_firthmodels():
    firthmodels = pytest.importorskip("firthmodels")
    rng = np.random.default_rng(1)
    design = codes(rng, 28, 3)
    outcomes = draws(rng, 15, 28)
    batch = fit(design, outcomes, tested=1)
    compared = 0
    for i, outcome in enumerate(outcomes):
        if batch.reason[i]:
            continue
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("warnings.warn", lambda *_, **__: None)
            model = firthmodels.FirthLogisticRegression(
                backend="numpy", gtol=1e-9, xtol=1e-9, max_iter=200
            )
            model.fit(design, outcome).lrt(1)
        if not model.converged_ or np.isnan(model.lrt_pvalues_[1]):
            continue
        compared += 1
        assert batch.estimate[i] == pytest.approx([model.intercept_, *model.coef_], abs=1e-8)
        assert batch.std_error[i] == pytest.approx(np.roll(model.bse_, 1), abs=1e-8)
        assert batch.p_value[i] == pytest.approx(model.lrt_pvalues_[1], abs=1e-7)
    assert compared >= 8


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.integers(1, 30)] * 2), st.data())
def test_two_patterns_gain_half_an_event_and_half_a_failure_each(trials, data):
    events = np.array([[data.draw(st.integers(0, n)) for n in trials]], dtype=float)
    fits = fit_firth_batch(np.array([[0.0], [1.0]]), np.array(trials), events, tested=0)
    if events.sum() in (0, sum(trials)):
        assert FIRTH_REASONS[fits.reason[0]] == "constant outcome"
        return
    logit = np.log((events[0] + 0.5) / (np.array(trials) - events[0] + 0.5))
    # To the digits that the estimator promises.
    assert fits.estimate[0] == pytest.approx([logit[0], logit[1] - logit[0]], abs=1e-8)


def test_published_toy_of_complete_separation():
    fits = fit(np.array([[0], [0], [0], [1], [1], [1]]), np.array([[0, 0, 0, 1, 1, 1]]))
    assert fits.estimate[0] == pytest.approx([-np.log(7), 2 * np.log(7)], abs=1e-10)


def test_the_restricted_fit_keeps_the_penalty_of_the_full_design():
    # Maximised on a fine grid, with nothing in common with the solver but the definition.
    rng = np.random.default_rng(2)
    design, outcome = codes(rng, 20, 1), draws(rng, 1, 20)[0]
    x = np.column_stack([np.ones(20), design])

    def criterion(constant, slope):
        p = 1 / (1 + np.exp(-(constant + slope * design[:, 0])))
        return (
            np.log(np.where(outcome == 1, p, 1 - p)).sum()
            + np.linalg.slogdet((x.T * (p * (1 - p))) @ x)[1] / 2
        )

    fits = fit(design, outcome[None])
    grid = np.linspace(-3, 3, 60001)
    restricted = max(criterion(constant, 0.0) for constant in grid)
    assert fits.loglik[0] == pytest.approx(criterion(*fits.estimate[0]), abs=1e-12)
    assert fits.statistic[0] == pytest.approx(2 * (fits.loglik[0] - restricted), abs=1e-7)
    assert fits.p_value[0] == pytest.approx(chdtrc(1, fits.statistic[0]), rel=1e-13)


def test_far_apart_scales_and_interactions_are_no_trouble():
    rng = np.random.default_rng(3)
    years = rng.integers(1989, 2025, 30).astype(float)
    design = np.column_stack([rng.integers(0, 4, 30), years, rng.normal(size=30) * 1e-3])
    for outcome in draws(rng, 4, 30):
        single = fit_firth(outcome, design, ("a", "b", "c"))
        batch = fit(design, outcome[None], tested=1)
        assert batch.estimate[0] == pytest.approx(single.estimate, rel=1e-6, abs=1e-8)
        assert batch.p_value[0] == pytest.approx(single.p_value[2], abs=1e-7)


def test_weights_count_as_repeated_observations():
    rng = np.random.default_rng(4)
    design, outcomes = codes(rng, 15, 2), draws(rng, 6, 15)
    weights = rng.integers(0, 4, (6, 15))
    batch = fit(design, outcomes, weights)
    for i in np.flatnonzero(batch.converged):
        repeated = np.repeat(np.arange(15), weights[i])
        single = fit_firth(outcomes[i][repeated], design[repeated], ("a", "b"))
        assert batch.estimate[i] == pytest.approx(single.estimate, abs=1e-8)
    assert batch.converged.sum() >= 4


def test_firth_results_are_the_same_bits_whatever_the_batch_and_the_threads():
    rng = np.random.default_rng(5)
    design = codes(rng, 28, 3)
    outcomes = draws(rng, 9000, 28)
    outcomes[::50] = separated(design)
    weights = (rng.random((9000, 28)) < 0.9).astype(float)
    counts = collapse(design, outcomes, weights)
    arguments = counts.trials, counts.sums
    whole = fit_firth_batch(counts.patterns, *arguments, tested=1)
    assert same_bits(whole, fit_firth_batch(counts.patterns, *arguments, tested=1, threads=2))
    order = rng.permutation(9000)
    shuffled = fit_firth_batch(counts.patterns, *(a[order] for a in arguments), tested=1)
    assert same_bits(whole, shuffled, order)
    for part in (slice(0, 1), slice(50, 51), slice(4000, 4777)):
        alone = fit_firth_batch(counts.patterns, *(a[part] for a in arguments), tested=1)
        assert same_bits(whole, alone, part)


PLAIN_PROCESSOR = """
import hashlib
import numpy as np
from replication.estimators.batch import fit_firth_batch
counts = np.load("{file}")
fits = fit_firth_batch(counts["patterns"], counts["trials"], counts["events"], tested=0)
print(hashlib.sha256(np.nan_to_num(fits.estimate).tobytes()
                     + np.nan_to_num(fits.p_value).tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_firth_results_are_the_same_bits_on_a_processor_without_vectors_or_fused_products(tmp_path):
    rng = np.random.default_rng(12)
    counts = collapse(codes(rng, 28, 3), draws(rng, 500, 28))
    fits = fit_firth_batch(counts.patterns, counts.trials, counts.sums, tested=0)
    here = np.nan_to_num(fits.estimate).tobytes() + np.nan_to_num(fits.p_value).tobytes()
    file = tmp_path / "counts.npz"
    np.savez(file, patterns=counts.patterns, trials=counts.trials, events=counts.sums)
    plain = {
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", PLAIN_PROCESSOR.format(file=file.as_posix())],
        env={**os.environ, **plain, "NUMBA_CACHE_DIR": str(tmp_path)},
        cwd=paths.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_memory_beyond_the_results_does_not_grow_with_the_batch():
    rng = np.random.default_rng(13)
    design = codes(rng, 28, 3)
    extra = []
    for samples in (10_000, 80_000):
        counts = collapse(design, draws(rng, samples, 28))
        trials, events = counts.trials[0], counts.sums.astype(np.int8)
        tracemalloc.start()
        fits = fit_firth_batch(counts.patterns, trials, events, tested=0)
        extra.append(
            tracemalloc.get_traced_memory()[1] - sum(a.nbytes for a in vars(fits).values())
        )
        tracemalloc.stop()
    assert extra[1] < 1.2 * extra[0]


def test_shared_trials_and_integer_counts_give_the_same():
    rng = np.random.default_rng(6)
    counts = collapse(codes(rng, 28, 3), draws(rng, 70, 28))
    full = fit_firth_batch(counts.patterns, counts.trials, counts.sums, tested=0)
    shared = fit_firth_batch(
        counts.patterns, counts.trials[0].astype(np.int8), counts.sums.astype(np.int8), tested=0
    )
    assert same_bits(full, shared)


def test_each_reason_is_given_and_leaves_no_number():
    patterns = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [1.0, 0.0]])
    trials = np.array([[4, 4, 4, 4], [4, 4, 4, 0], [4, 4, 4, 4], [1, 0, 0, 1]])
    events = np.array([[1, 2, 3, 1], [1, 2, 3, 0], [4, 4, 4, 4], [1, 0, 0, 0]])
    fits = fit_firth_batch(patterns, trials, events, tested=1)
    assert [FIRTH_REASONS[code] for code in fits.reason] == [
        "ok", "rank deficient", "constant outcome", "too few observations"
    ]  # fmt: skip
    assert fits.converged.tolist() == [True, False, False, False]
    for values in (fits.estimate, fits.std_error, fits.loglik, fits.statistic, fits.p_value):
        assert np.isfinite(values[0]).all()
        assert np.isnan(values[1:]).all()


def test_a_second_maximum_or_none_in_reach_is_said_or_found():
    # Twelve observations, eight coefficients: here the criterion has saddles.
    rng = np.random.default_rng(7)
    outcomes = draws(rng, 40, 12)
    designs = np.stack([codes(rng, 12, 7) for _ in range(40)])
    batch = fit(designs, outcomes)
    x = np.concatenate([np.ones((40, 12, 1)), designs], axis=2)
    for i in np.flatnonzero(batch.converged):
        p = 1 / (1 + np.exp(-x[i] @ batch.estimate[i]))
        root = np.linalg.qr(np.sqrt(p * (1 - p))[:, None] * x[i])[0]
        score = x[i].T @ (outcomes[i] - p + (root**2).sum(axis=1) * (0.5 - p))
        assert np.abs(score).max() < 1e-6
    assert batch.converged.sum() >= 20


@pytest.mark.parametrize("change", [
    {"patterns": np.zeros(3)},
    {"patterns": np.full((2, 1), np.nan)},
    {"events": np.ones((4, 3))},
    {"trials": np.ones((3, 2))},
    {"events": np.full((4, 2), 3.0)},
    {"events": np.full((4, 2), -1.0)},
    {"events": np.full((4, 2), np.nan)},
    {"tested": 1},
    {"tested": -1},
    {"threads": 0},
])  # fmt: skip
def test_impossible_arguments_are_refused(change):
    sound = {"patterns": np.array([[0.0], [1.0]]), "trials": np.full((4, 2), 2), "tested": 0}
    with pytest.raises(ValueError, match="allowed"):
        fit_firth_batch(**{**sound, "events": np.ones((4, 2)), **change})


def test_the_refused_problem_is_named_whatever_its_chunk():
    events = np.ones((5000, 2))
    events[4500, 1] = 7
    with pytest.raises(ValueError, match="problem 4500, pattern 1: 7 events of 2 trials"):
        fit_firth_batch(np.array([[0.0], [1.0]]), np.array([2, 2]), events, threads=2)


def test_problems_that_are_not_asked_exactly_have_the_same_test_and_leave_the_others_as_they_are():
    rng = np.random.default_rng(12)
    design, outcomes = codes(rng, 24, 4), draws(rng, 700, 24)
    counts = collapse(design, outcomes)
    arguments = counts.patterns, counts.trials, counts.sums
    whole = fit_firth_batch(*arguments, tested=0)
    exact = np.arange(700) % 7 == 0
    partly = fit_firth_batch(*arguments, tested=0, exact=exact)
    np.testing.assert_array_equal(partly.reason, whole.reason)
    np.testing.assert_allclose(partly.statistic, whole.statistic, rtol=0, atol=1e-10)
    np.testing.assert_allclose(partly.estimate, whole.estimate, rtol=0, atol=1e-3)
    for field in ("estimate", "std_error", "loglik", "statistic"):
        np.testing.assert_array_equal(getattr(partly, field)[exact], getattr(whole, field)[exact])
    with pytest.raises(ValueError, match="exact has shape"):
        fit_firth_batch(*arguments, tested=0, exact=exact[:5])


def test_problems_that_run_to_infinity_give_reasons_and_no_warning():
    rng = np.random.default_rng(5)
    counts = collapse(codes(rng, 9, 4), draws(rng, 2000, 9))
    fits = fit_firth_batch(counts.patterns, counts.trials, counts.sums, tested=0)
    assert (np.isnan(fits.statistic) == (fits.reason > 0)).all()


def test_columns_far_from_zero_have_the_same_slopes():
    rng = np.random.default_rng(6)
    design, outcomes = codes(rng, 28, 3), draws(rng, 200, 28)
    near, far = (
        fit_firth_batch(counts.patterns, counts.trials, counts.sums, tested=0)
        for counts in (
            collapse(design, outcomes),
            collapse(design + np.array([1e8, 0, -1e7]), outcomes),
        )
    )
    np.testing.assert_allclose(far.estimate[:, 1:], near.estimate[:, 1:], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(far.p_value, near.p_value, rtol=1e-7, atol=1e-8)


def test_kernels_are_compiled_once_and_found_by_the_next_process(tmp_path):
    store, lock = tmp_path / "store", tmp_path / "folder" / "lock"
    script = "from pathlib import Path; from replication.estimators.batch.compile import "
    script += f"compile_kernels; compile_kernels(Path({str(lock)!r}))"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(store), "PYTHONPATH": str(paths.ROOT)}
    command = [sys.executable, "-c", script]
    both = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    made = {file: file.stat().st_mtime_ns for file in store.rglob("*.nb?")}
    # One body for each entry and kind of argument: the second process compiled nothing.
    assert {file.name.split(".")[1].rsplit("_", 1)[0] for file in made} >= {
        "climb", "finish", "start", "least_squares", "search_each", "prepare",
    }  # fmt: skip
    assert all(file.name.endswith((".1.nbc", ".nbi")) for file in made)
    subprocess.run(command, env=environment, check=True)
    assert {file: file.stat().st_mtime_ns for file in store.rglob("*.nb?")} == made
