"""Case selection on examples worked by hand, and against the figures of an R package."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist

from replication.estimators.case_selection import (
    deviant,
    extreme,
    influential,
    most_similar_pairs,
    pathway,
    standing,
    typical,
)

IDS = ("a", "b", "c", "d")
OUTCOME = np.array([1, 1, 0, 0.0])
PREDICTED = np.array([0.9, 0.2, 0.1, 0.3])  # residuals 0.1, 0.8, -0.1, -0.3


def test_typical_and_deviant_are_each_other_turned_round():
    near, far = typical(IDS, OUTCOME, PREDICTED), deviant(IDS, OUTCOME, PREDICTED)
    np.testing.assert_allclose(near.score, [0.1, 0.8, 0.1, 0.3])
    assert near.rank.tolist() == [1, 4, 1, 3]  # a and c tie although 1 - 0.9 is not quite 0.1
    assert far.rank.tolist() == [3, 1, 3, 2]
    assert near.ids == IDS
    assert (near.rule, far.rule) == ("smallest residual", "largest residual")


def test_extreme_in_standard_deviations():
    # Mean 2, standard deviation 2.
    found = extreme(("a", "b", "c", "d", "e"), [0, 1, 1, 3, 5.0])
    np.testing.assert_allclose(found.score, [1, 0.5, 0.5, 0.5, 1.5])
    assert found.rank.tolist() == [2, 3, 3, 3, 1]


def test_extreme_on_a_constant_sets_nobody_apart():
    assert extreme(("a", "b"), [2, 2.0]).score.tolist() == [0, 0]
    assert extreme(("a",), [2.0]).rank.tolist() == [1]
    assert extreme((), []).ids == ()


def test_influential_counts_change_either_way():
    assert influential(IDS, [0.1, -0.5, 0.3, 0]).rank.tolist() == [3, 1, 2, 4]


def test_pathway_by_hand():
    # Gains: a 0.5 - 0.1 = 0.4; b 0.7 - 0.8 = -0.1; c 0.4 - 0.1 = 0.3; d 0.3 - 0.3 = 0.
    found = pathway(IDS, OUTCOME, PREDICTED, [0.5, 0.3, 0.4, 0.3])
    np.testing.assert_allclose(found.score, [0.4, -0.1, 0.3, 0], atol=1e-12)
    assert found.rank.tolist() == [1, 0, 2, 0]


def test_pathway_figures_of_the_r_package_mmrcaseselection():
    # Its vignette takes cars, mpg on disp and wt against mpg on wt alone, and prints the first five
    # gains; the residuals are those of R's lm, with two cars that gain.
    full = [-2.34543258, -1.49097212, -2.47236688, 1.78533343, 1.64719305, -2.31719966, 2.72879876]
    without = [-2.2826106, -0.9197704, -2.0859521, 1.2973499, -0.2001440, -3.9053627, 4.1637381]
    mpg = np.array([21, 21, 22.8, 21.4, 18.7, 14.3, 24.4])
    found = pathway(tuple("abcdefg"), mpg, mpg - full, mpg - without)
    printed = [-0.06282193, -0.57120172, -0.38641476, -0.48798349, -1.44704909]
    np.testing.assert_allclose(found.score[:5], printed, atol=1e-7)
    assert found.rank.tolist() == [0, 0, 0, 0, 0, 1, 2]


def test_gower_pairs_by_hand():
    # Ranges 4 and 2. a-b: (1/4 + 0)/2; a-c: (4/4 + 2/2)/2; d-b: (1/4 + 1/2)/2; d-c: (2/4 + 1/2)/2.
    controls = np.array([[0, 0], [1, 0], [4, 2], [2, 1.0]])
    found = most_similar_pairs(IDS, [1, 0, 0, 1], controls, "gower")
    assert found.ids == (("a", "b"), ("a", "c"), ("d", "b"), ("d", "c"))
    np.testing.assert_allclose(found.score, [0.125, 1, 0.375, 0.5])
    assert found.rank.tolist() == [1, 4, 2, 3]


def test_mahalanobis_pairs_against_scipy():
    rng = np.random.default_rng(4)
    controls = rng.normal(size=(12, 3)) @ np.array([[1, 0, 0], [0.8, 1, 0], [0, 0, 50]])
    treatment = np.arange(12) % 2
    ids = tuple("abcdefghijkl")
    found = most_similar_pairs(ids, treatment, controls)
    inverse = np.linalg.inv(np.cov(controls.T))
    between = cdist(controls, controls, "mahalanobis", VI=inverse)
    for (treated, untreated), score in zip(found.ids, found.score, strict=True):
        i, j = ids.index(treated), ids.index(untreated)
        assert (treatment[i], treatment[j]) == (1, 0)
        assert score == pytest.approx(between[i, j])
    assert len(found.ids) == 36


@pytest.mark.parametrize("distance", ["mahalanobis", "gower"])
def test_a_constant_control_counts_for_nothing_and_a_doubled_one_only_once(distance):
    controls = np.array([[0.0], [1], [3], [2]])
    alone = most_similar_pairs(IDS, [1, 0, 0, 1], controls, distance)
    padded = np.column_stack([controls, 2 * controls + 1, np.full(4, 7.0)])
    more = most_similar_pairs(IDS, [1, 0, 0, 1], padded, distance)
    np.testing.assert_allclose(more.score, alone.score)
    nothing = most_similar_pairs(IDS, [1, 0, 0, 1], np.full((4, 1), 7.0), distance)
    assert nothing.score.tolist() == [0] * 4


def test_no_pair_where_all_have_the_treatment():
    found = most_similar_pairs(("a", "b"), [1, 1], [[1.0], [2.0]])
    assert (found.ids, found.rank.tolist()) == ((), [])


def test_standing_by_hand():
    np.testing.assert_allclose(standing([1, 3, 3, 5]), [0, 0.5, 0.5, 1])
    np.testing.assert_allclose(standing([2, np.nan, 4]), [0, np.nan, 1])
    assert np.isnan(standing([2, np.nan])).all()


@given(arrays(float, st.integers(1, 12), elements=st.integers(-3, 3).map(float)))
def test_ranks_follow_scores_and_ties_share_a_rank(change):
    ids = tuple(f"c{i}" for i in range(len(change)))
    found = influential(ids, change)
    for i, rank in enumerate(found.rank):
        assert rank == 1 + sum(abs(other) > abs(change[i]) for other in change)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: typical(("a", "a"), [0, 1], [0, 1]), "the case a occurs twice"),
        (
            lambda: typical(IDS, OUTCOME[:3], PREDICTED),
            "outcome has shape (3,); allowed: (4,)",
        ),
        (lambda: deviant(IDS, OUTCOME, PREDICTED * np.nan), "predicted has a missing"),
        (lambda: pathway(IDS, OUTCOME, PREDICTED, [1]), "predicted_without has shape"),
        (lambda: most_similar_pairs(IDS, [0, 1, 2, 1], np.eye(4)), "treatment has the value 2"),
        (lambda: most_similar_pairs(IDS, [0, 1, 0, 1], np.eye(3)), "controls have shape"),
        (
            lambda: most_similar_pairs(IDS, [0, 1, 0, 1], np.full((4, 1), np.nan)),
            "controls has a miss",
        ),
        (lambda: most_similar_pairs(IDS, [0, 1, 0, 1], np.eye(4), "euclid"), "distance is euclid"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("rule", [typical, deviant])
def test_equal_residuals_share_a_rank_also_far_from_zero(rule):
    ids, outcome = list("abcd"), np.array([0.0, 2.0, 1.0, 3.0])
    predicted = np.array([1.0, 1.0, 1.5, 1.0])
    near = rule(ids, outcome, predicted)
    far = rule(ids, 0.1 * (1e8 + outcome), 0.1 * (1e8 + predicted))
    assert near.rank[0] == near.rank[1]
    np.testing.assert_array_equal(far.rank, near.rank)
