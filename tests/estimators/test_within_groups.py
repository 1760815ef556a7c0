"""Permutation within groups against Friedman's tables and listing."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replication.estimators.within_groups import focal_test, within_permutation

RNG = np.random.default_rng(0)


# Friedman's statistic for four rows of three ranks and its chance, from the published tables
# (Friedman 1937; Siegel 1956, table N): 8.0 0.0046; 6.5 0.042; 6.0 0.069; 3.5 0.273; 0.5 0.931.
@pytest.mark.parametrize(
    ("ranks", "statistic", "chance"),
    [
        ([[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]], 8.0, 0.0046),
        ([[1, 2, 3], [1, 2, 3], [1, 2, 3], [2, 1, 3]], 6.5, 0.042),
        ([[1, 2, 3], [1, 2, 3], [2, 1, 3], [2, 1, 3]], 6.0, 0.069),
        ([[1, 2, 3], [1, 2, 3], [1, 2, 3], [3, 1, 2]], 3.5, 0.273),
        ([[1, 2, 3], [1, 2, 3], [3, 2, 1], [2, 3, 1]], 0.5, 0.931),
    ],
)
def test_ranks_give_friedmans_test(ranks, statistic, chance):
    outcome = np.array(ranks, dtype=float).ravel()
    groups, roles = np.divmod(np.arange(12), 3)
    result = within_permutation(outcome, groups, roles, RNG)
    assert result.exact
    assert result.n_arrangements == 6**4
    assert result.statistic == pytest.approx(statistic)  # 12 / (k (k + 1)) is one for k = 3
    assert result.p_value == pytest.approx(chance, abs=6e-4)
    assert result.monte_carlo_error == 0


def uneven_data(seed):
    rng = np.random.default_rng(seed)
    groups, roles = np.divmod(np.arange(12), 3)
    known = rng.random(12) < 0.75
    known[:2] = True
    return rng.integers(-2, 3, 12)[known].astype(float), groups[known], roles[known]


def explained(outcome, groups, roles):
    """Sum of squares that the roles explain beyond the groups, by two regressions."""
    dummies = (groups[:, None] == np.unique(groups)).astype(float)
    both = np.hstack([dummies, roles[:, None] == np.unique(roles)])
    sums = []
    for x in (dummies, both):
        residuals = outcome - x @ np.linalg.lstsq(x, outcome, rcond=None)[0]
        sums.append(residuals @ residuals)
    return sums[0] - sums[1]


@given(st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_joint_test_agrees_with_listing(seed):
    outcome, groups, roles = uneven_data(seed)
    result = within_permutation(outcome, groups, roles, RNG)
    observed = explained(outcome, groups, roles)
    assert result.statistic == pytest.approx(observed, abs=1e-9)
    parts = [np.flatnonzero(groups == g) for g in np.unique(groups)]
    listed = [
        explained(outcome[np.concatenate(orders)], groups, roles)
        for orders in product(*(map(list, permutations(rows)) for rows in parts))
    ]
    assert result.n_arrangements == len(listed)
    assert result.p_value == pytest.approx(np.mean(np.array(listed) >= observed - 1e-9))


def test_drawn_arrangements_approach_the_exact_answer():
    groups, roles = np.divmod(np.arange(15), 3)
    outcome = np.random.default_rng(6).integers(-2, 3, 15).astype(float)
    exact = within_permutation(outcome, groups, roles, RNG)
    drawn = within_permutation(outcome, groups, roles, np.random.default_rng(1), draws=4000)
    again = within_permutation(outcome, groups, roles, np.random.default_rng(1), draws=4000)
    assert exact.exact
    assert not drawn.exact
    assert drawn == again
    assert abs(drawn.p_value - exact.p_value) < 4 * drawn.monte_carlo_error
    assert drawn.monte_carlo_error < 0.008
    split = np.tile([-2.0, 0, 2], 24)
    groups, roles = np.divmod(np.arange(72), 3)
    least = within_permutation(split, groups, roles, np.random.default_rng(1), draws=99)
    assert least.p_value == 0.01


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_focal_test_agrees_with_listing(seed):
    outcome, groups, roles = uneven_data(seed)
    result = focal_test(outcome, groups, roles == 0)
    per_group = []
    for g in np.unique(groups):
        positions, is_focal = outcome[groups == g], (roles == 0)[groups == g]
        if is_focal.any() and len(positions) > 1:
            differences = [
                positions[i] - np.delete(positions, i).mean() for i in range(len(positions))
            ]
            per_group.append((differences[int(is_focal.argmax())], differences))
    assert result.n_groups == len(per_group)
    if per_group:
        observed = sum(first for first, _ in per_group)
        listed = np.array([sum(c) for c in product(*(all_ for _, all_ in per_group))])
        assert result.difference == pytest.approx(observed / len(per_group))
        assert result.p_value == pytest.approx(np.mean(abs(listed) >= abs(observed) - 1e-9))


def test_focal_test_stays_exact_for_many_groups():
    groups, roles = np.divmod(np.arange(200), 5)
    outcome = np.where(roles == 2, 2.0, 0.0)
    result = focal_test(outcome, groups, roles == 2)
    assert result.p_value == pytest.approx(5.0**-40, rel=1e-9)
    assert result.difference == 2


def test_nothing_to_test_and_bad_arguments():
    alone = within_permutation(np.ones(3), np.arange(3), np.zeros(3), RNG)
    assert alone.note == "the roles do not vary within groups"
    assert np.isnan(alone.p_value)
    assert alone.n_groups == 0
    lone = focal_test(np.ones(3), np.arange(3), np.ones(3, dtype=bool))
    assert lone.note == "no group has the role and another one"
    assert np.isnan(lone.p_value)
    with pytest.raises(ValueError, match="roles a, a"):
        within_permutation(np.ones(2), np.zeros(2), np.array(["a", "a"]), RNG)
    with pytest.raises(ValueError, match="2 focal rows"):
        focal_test(np.ones(2), np.zeros(2), np.ones(2, dtype=bool))
    with pytest.raises(ValueError, match="missing"):
        focal_test(np.array([1.0, np.nan]), np.zeros(2), np.array([True, False]))


def test_more_than_two_roles_have_no_direction():
    outcome, groups = np.arange(6.0), np.repeat([0, 1], 3)
    with pytest.raises(ValueError, match="'greater' with the roles 0, 1, 2; allowed: two roles"):
        within_permutation(
            outcome,
            groups,
            np.tile(np.arange(3), 2),
            np.random.default_rng(0),
            alternative="greater",
        )
    with pytest.raises(ValueError, match="alternative is 'up'"):
        focal_test(outcome, groups, np.arange(6) % 3 == 0, alternative="up")


def test_one_sided_shares_of_all_arrangements():
    generator = np.random.default_rng(4)
    for _ in range(10):
        outcome = generator.integers(0, 3, 8).astype(float)
        groups, roles = np.repeat(np.arange(4), 2), np.tile(["first", "second"], 4)
        differences = outcome[1::2] - outcome[::2]
        sums = np.array([differences @ signs for signs in product([-1, 1], repeat=4)])
        for side, share in (
            ("greater", (sums >= differences.sum()).mean()),
            ("less", (sums <= differences.sum()).mean()),
        ):
            if not differences.any():
                continue
            result = within_permutation(outcome, groups, roles, generator, alternative=side)
            assert result.p_value == pytest.approx(share)
            focal = focal_test(outcome, groups, roles == "second", alternative=side)
            assert focal.p_value == pytest.approx(share)
