"""Counting cases by pattern, and the vectorised exponential and logarithm."""

import numba
import numpy as np
import pytest
from batch_data import codes

from replication.estimators.batch import collapse
from replication.estimators.batch.lanes import LANES, exponential, logarithm


def test_collapse_counts_like_a_dictionary():
    rng = np.random.default_rng(10)
    designs, outcomes = np.stack([codes(rng, 12, 3) for _ in range(5)]), rng.normal(size=12)
    weights = rng.integers(0, 3, (5, 12))
    counts = collapse(designs, outcomes, weights)
    expected = {}
    for i in range(5):
        for row, outcome, weight in zip(designs[i], outcomes, weights[i], strict=True):
            cell = expected.setdefault(tuple(row), np.zeros((2, 5)))
            cell[:, i] += weight, weight * outcome
    assert [tuple(pattern) for pattern in counts.patterns] == sorted(expected)
    for j, pattern in enumerate(counts.patterns):
        cell = expected[tuple(pattern)]
        assert counts.trials[:, j].tolist() == cell[0].tolist()
        assert counts.sums[:, j] == pytest.approx(cell[1], abs=1e-12)


def test_collapse_leaves_out_missing_outcomes_of_weight_zero_only():
    design, outcomes = np.array([[0.0], [1.0], [1.0]]), np.array([1.0, np.nan, 0.0])
    counts = collapse(design, outcomes, np.array([True, False, True]))
    assert counts.trials.tolist() == [[1, 1]]
    assert counts.sums.tolist() == [[1, 0]]
    with pytest.raises(ValueError, match="no finite outcome"):
        collapse(design, outcomes)


@pytest.mark.parametrize(("design", "outcomes", "weights"), [
    (np.zeros(3), np.zeros(3), None),
    (np.zeros((3, 1)), np.zeros(2), None),
    (np.zeros((2, 3, 1)), np.zeros((4, 3)), None),
    (np.full((3, 1), np.nan), np.zeros(3), None),
    (np.zeros((3, 1)), np.zeros(3), np.full(3, -1.0)),
    (np.zeros((3, 1)), np.zeros(3), np.full(3, np.nan)),
])  # fmt: skip
def test_collapse_refuses_what_it_cannot_count(design, outcomes, weights):
    with pytest.raises(ValueError, match="allowed"):
        collapse(design, outcomes, weights)


@numba.njit(error_model="numpy")
def elementary(values, number, bits, logs):
    exponential(values, number, bits)
    logarithm(values, number, bits, logs)


def test_exponential_and_logarithm_are_right_to_a_rounding_error_or_two():
    number = np.empty(LANES)
    rng = np.random.default_rng(11)
    for width in (1e-12, 1e-3, 1.0, 30.0, 690.0):
        argument = rng.uniform(-width, width, LANES)
        values, logs = argument.copy(), np.empty(LANES)
        elementary(values, number, number.view(np.int64), logs)
        truth = np.exp(argument)
        assert (np.abs(values - truth) <= 2 * np.spacing(truth)).all()
        assert logs == pytest.approx(np.log(values), rel=4e-16, abs=2e-16)
