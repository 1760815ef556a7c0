"""Forecasts of left-out observations against plain refits and closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from replication.estimators import penalised
from replication.estimators.firth import fit_firth
from replication.estimators.prediction import leave_one_out

few = settings(max_examples=2, deadline=None, derandomize=True)


def coded(seed, n=24):
    rng = np.random.default_rng(seed)
    design = rng.integers(0, 4, (n, 2)).astype(float)
    return (rng.random(n) < expit(design[:, 0] - 1.5)).astype(float), design


@given(st.integers(0, 2**32 - 1))
@few
def test_each_forecast_is_that_of_a_refit_without_the_observation(seed):
    outcome, design = coded(seed)
    scores = leave_one_out(outcome, design, ("a", "b"))
    for i in range(24):
        rest = np.arange(24) != i
        fit = fit_firth(outcome[rest], design[rest], ("a", "b"))
        forecast = expit(fit.estimate[0] + design[i] @ fit.estimate[1:])
        assert scores.probability[i] == pytest.approx(forecast, rel=1e-8)
    p = scores.probability
    given_to_truth = np.where(outcome == 1, p, 1 - p)
    assert scores.log_score == pytest.approx(np.log(given_to_truth).mean())
    assert scores.brier_score == pytest.approx(((1 - given_to_truth) ** 2).mean())
    assert (scores.nobs, scores.note) == (24, "")


def test_the_constant_alone_forecasts_the_share_of_the_rest_plus_a_half():
    outcome = np.array([1.0, 0, 0, 1, 0, 0, 0])
    scores = leave_one_out(outcome, np.empty((7, 0)), ())
    expected = (outcome.sum() - outcome + 0.5) / 7
    np.testing.assert_allclose(scores.probability, expected, rtol=1e-9)


def test_groups_leave_together():
    outcome, design = coded(2)
    families = np.repeat(list("abcdefgh"), 3)
    scores = leave_one_out(outcome, design, ("a", "b"), families)
    for family in "ah":
        out = families == family
        fit = fit_firth(outcome[~out], design[~out], ("a", "b"))
        forecast = expit(fit.estimate[0] + design[out] @ fit.estimate[1:])
        np.testing.assert_allclose(scores.probability[out], forecast, rtol=1e-8)
    single = leave_one_out(outcome, design, ("a", "b"), np.arange(24))
    np.testing.assert_array_equal(
        single.probability, leave_one_out(outcome, design, ("a", "b")).probability
    )


def test_a_separated_design_has_finite_scores_and_beats_the_constant():
    design = np.repeat(np.arange(4.0), 6)[:, None]
    outcome = (design[:, 0] >= 2).astype(float)
    scores = leave_one_out(outcome, design, ("a",))
    alone = leave_one_out(outcome, np.empty((24, 0)), ())
    assert np.isfinite(scores.log_scores).all()
    assert scores.log_score > alone.log_score
    assert scores.brier_score < alone.brier_score


def test_the_only_event_is_forecast_from_a_rest_without_events():
    outcome = np.array([1.0, 0, 0, 0, 0, 0])
    design = np.array([[0.0], [0], [1], [1], [2], [2]])
    scores = leave_one_out(outcome, design, ("a",))
    assert scores.note == ""
    assert 0 < scores.probability[0] < 0.5


def test_a_rest_that_does_not_allow_the_fit_is_named():
    outcome = np.array([1.0, 0, 1, 0, 1, 0])
    design = np.array([[0.0, 1], [1, 0], [2, 0], [3, 0], [1, 0], [2, 0]])
    scores = leave_one_out(outcome, design, ("a", "b"))
    assert scores.note == "without 1: b is constant"
    assert np.isnan(scores.probability[0])
    assert np.isfinite(scores.probability[1:]).all()
    assert np.isnan([scores.log_score, scores.brier_score]).all()
    named = leave_one_out(outcome, design, ("a", "b"), ["Haiti", *"abcde"])
    assert named.note == "without Haiti: b is constant"


def test_what_has_no_answer_is_named(monkeypatch):
    outcome, design = coded(3)
    scores = leave_one_out(np.ones(24), design, ("a", "b"))
    assert scores.note == "the outcome is 1 in all 24 observations"
    assert np.isnan(scores.probability).all()
    assert leave_one_out(outcome[:0], design[:0], ("a", "b")).note == "no observations"
    monkeypatch.setattr(penalised, "_MAX_STEPS", 1)
    scores = leave_one_out(outcome, design, ("a", "b"))
    assert scores.note == "without 1: the penalised likelihood did not converge"


def test_wrong_arguments_are_refused():
    outcome, design = coded(3)
    with pytest.raises(ValueError, match="groups has shape"):
        leave_one_out(outcome, design, ("a", "b"), ["x", "y"])
    with pytest.raises(ValueError, match="allowed: 0 and 1"):
        leave_one_out(outcome * 3, design, ("a", "b"))
    with pytest.raises(ValueError, match="one name a column"):
        leave_one_out(outcome, design, ("a",))
