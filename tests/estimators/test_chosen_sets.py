"""The mean of a chosen set against exact counts, a second implementation and its own sampling."""

import numpy as np
import pytest
from scipy import stats

from replication.estimators.chosen_sets import chosen_set_test


def rng():
    return np.random.default_rng(1)


def test_the_highest_four_of_six_are_one_of_fifteen_sets():
    test = chosen_set_test(np.arange(6.0), np.arange(6) >= 2, rng=rng())
    assert (test.n_sets, test.exact) == (15, True)
    assert test.p_higher == pytest.approx(1 / 15)
    assert test.p_value == pytest.approx(2 / 15)
    assert test.p_lower == 1.0


def test_agrees_with_scipys_permutation_test():
    scores = np.array([1.0, 0.5, 0.25, 1.0, -0.5, -1.0, 0.0, 0.25, 0.75, -0.25])
    chosen = np.array([1, 1, 0, 1, 0, 0, 0, 1, 0, 0], dtype=bool)
    ours = chosen_set_test(scores, chosen, rng=rng())
    theirs = stats.permutation_test(
        (scores[chosen], scores[~chosen]), lambda x, y: x.mean() - y.mean(), n_resamples=np.inf,
        alternative="greater", vectorized=False,
    )  # fmt: skip
    assert ours.p_higher == pytest.approx(theirs.pvalue)


def test_sampling_comes_near_to_counting():
    scores = np.sin(np.arange(14.0))
    chosen = scores > 0.6
    counted = chosen_set_test(scores, chosen, rng=rng())
    sampled = chosen_set_test(scores, chosen, rng=rng(), most_sets=10, draws=4_000)
    assert counted.exact
    assert not sampled.exact
    assert sampled.p_value == pytest.approx(counted.p_value, abs=0.03)


@pytest.mark.parametrize(
    ("scores", "chosen", "note"),
    [
        ([0.1, 0.2], [False, False], "no case is chosen"),
        ([0.1, 0.2], [True, True], "no other case"),
        ([0.5, 0.5, 0.5], [True, False, False], "do not vary"),
        ([], [], "no case is chosen"),
    ],
)
def test_says_why_there_is_no_test(scores, chosen, note):
    test = chosen_set_test(np.array(scores), np.array(chosen, dtype=bool), rng=rng())
    assert note in test.note
    assert np.isnan(test.p_value)


def test_refuses_missing_scores():
    with pytest.raises(ValueError, match="scores has a missing"):
        chosen_set_test(np.array([np.nan, 1.0]), np.array([True, False]), rng=rng())
