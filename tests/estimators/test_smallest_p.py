"""The smallest p-value of each discrete test against a run of the test on every possible outcome."""

from itertools import combinations, permutations, product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replication.estimators.chosen_sets import chosen_set_test
from replication.estimators.contingency import two_by_two
from replication.estimators.contingency_ordered import ordered_table
from replication.estimators.exact import fit_exact
from replication.estimators.interval_ranks import earlier_test
from replication.estimators.paired import paired_tests
from replication.estimators.permutation import permutation_test
from replication.estimators.rank import rank_test
from replication.estimators.smallest_p import smallest_barnard, smallest_boschloo, smallest_share
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap
from replication.estimators.within_groups import focal_test, within_permutation

few = settings(max_examples=15, deadline=None, derandomize=True)
seeds = st.integers(0, 10**6)
sides = st.sampled_from(["two-sided", "greater", "less"])


def rng():
    return np.random.default_rng(0)


def tables_with(sizes):
    for x1, x2 in product(range(sizes[0] + 1), range(sizes[1] + 1)):
        table = np.array([[x1, sizes[0] - x1], [x2, sizes[1] - x2]])
        if table.sum(axis=0).min() > 0:
            yield table


@pytest.mark.parametrize("sizes", [(3, 3), (2, 5), (4, 3), (1, 6), (5, 5)])
def test_two_by_two(sizes):
    results = [(table, two_by_two(table)) for table in tables_with(sizes)]
    for name in ("barnard", "boschloo"):
        smallest = min(getattr(result, name).p_value for _, result in results)
        for _, result in results:
            assert getattr(result, name).smallest_p == pytest.approx(smallest, abs=2e-7)
    for table, result in results:
        same = [other for t, other in results if t[:, 0].sum() == table[:, 0].sum()]
        smallest = min(other.fisher.p_value for other in same)
        assert result.fisher.smallest_p == pytest.approx(smallest, rel=1e-12)


def test_two_by_two_by_hand():
    lady = two_by_two([[3, 1], [1, 3]])
    assert lady.fisher.smallest_p == pytest.approx(2 / 70)
    # With equal groups the likeliest common probability is one half.
    assert lady.barnard.smallest_p == pytest.approx(2 / 2**8)
    assert lady.boschloo.smallest_p == pytest.approx(2 / 2**8)
    assert smallest_boschloo(2, 1) == pytest.approx(2 * 4 / 27)
    assert smallest_barnard(1, 1) == pytest.approx(0.5)
    assert np.isnan(two_by_two([[3, 1], [0, 0]]).fisher.smallest_p)


def test_ordered_table():
    table = np.array([[2, 1, 0], [1, 0, 2]])
    results = []
    for cells in product(range(4), repeat=2):
        row = np.array([*cells, 3 - sum(cells)])
        other = np.array([row, table.sum(axis=0) - row])
        if other.min() >= 0:
            results.append(ordered_table(other))
    assert len(results) > 5
    for result in results:
        assert result.smallest_p == pytest.approx(min(r.p_freeman_halton for r in results))
        assert result.p_trend.smallest_p == pytest.approx(min(r.p_trend.doubled for r in results))


@given(seeds)
@few
def test_exact_logistic(seed):
    generator = np.random.default_rng(seed)
    design = np.column_stack([generator.integers(0, 3, 8), generator.integers(0, 2, 8)]).astype(
        float
    )
    outcome = generator.integers(0, 2, 8).astype(float)
    terms = ("a", "b")
    fit = fit_exact(outcome, design, terms)
    smallest = [2.0, 2.0]
    for events in combinations(range(8), int(outcome.sum())):
        other = np.zeros(8)
        other[list(events)] = 1
        for column in (0, 1):
            if other @ design[:, 1 - column] == outcome @ design[:, 1 - column]:
                p = fit_exact(other, design, terms, tested=terms[column : column + 1]).p_value[0]
                smallest[column] = np.fmin(smallest[column], p)
    for column in (0, 1):
        if not fit.note[column]:
            assert fit.smallest_p[column] == pytest.approx(smallest[column], rel=1e-12)
        else:
            assert np.isnan(fit.smallest_p[column])


@given(seeds, sides, st.booleans())
@few
def test_permutation(seed, alternative, halves):
    generator = np.random.default_rng(seed)
    outcome = generator.integers(0, 4, 6) / (2.5 if halves else 1)
    treatment = np.array([1.0, 1, 0, 0, 0, 1])
    blocks = np.array([0, 0, 0, 1, 1, 1])
    result = permutation_test(
        outcome, treatment, "x", rng=rng(), blocks=blocks, alternative=alternative
    )
    if result.note[0]:
        assert np.isnan(result.smallest_p)
        return
    found = [
        permutation_test(
            outcome[[*first, *second]], treatment, "x",
            rng=rng(), blocks=blocks, alternative=alternative,
        ).p_value[0]
        for first in permutations(range(3)) for second in permutations(range(3, 6))
    ]  # fmt: skip
    assert result.smallest_p == pytest.approx(min(found), rel=1e-12)
    assert result.p_value[0] >= result.smallest_p - 1e-12


def test_sampled_arrangements():
    generator = np.random.default_rng(3)
    outcome, treatment = generator.normal(size=40), generator.normal(size=40)
    result = permutation_test(outcome, treatment, "x", rng=rng(), draws=99)
    assert not result.exact
    assert result.smallest_p == pytest.approx(1 / 100)
    chosen = np.arange(40) < 20
    sampled = chosen_set_test(outcome, chosen, rng=rng(), most_sets=10, draws=49)
    assert sampled.smallest_p == pytest.approx(1 / 50)
    roles, groups = np.tile(np.arange(4), 10), np.repeat(np.arange(10), 4)
    drawn = within_permutation(outcome, groups, roles, rng(), draws=99)
    assert drawn.smallest_p == pytest.approx(1 / 100)


@given(seeds)
@few
def test_chosen_sets_and_ranks(seed):
    generator = np.random.default_rng(seed)
    scores = generator.integers(0, 5, 7) / 3
    sets, ranks, times = [], [], []
    high = np.where(generator.random(7) < 0.3, np.inf, scores)
    for members in combinations(range(7), 3):
        chosen = np.isin(np.arange(7), members)
        sets.append(chosen_set_test(scores, chosen, rng=rng()))
        ranks.append(rank_test(scores[chosen], scores[~chosen]))
        times.append(earlier_test(scores, high, chosen))
    for results in (sets, ranks, times):
        if results[0].note:
            assert np.isnan(results[0].smallest_p)
        else:
            smallest = min(result.p_value for result in results)
            assert results[0].smallest_p == pytest.approx(smallest, rel=1e-12)


def test_ranks_without_ties_by_hand():
    result = rank_test(np.array([1.0, 2, 7]), np.array([3.0, 4, 5, 6]))
    assert result.smallest_p == pytest.approx(2 / comb(7, 3))


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=7))
@few
def test_paired(values):
    size = np.abs(np.array(values, dtype=float))
    results = [paired_tests(size * signs) for signs in product([-1, 1], repeat=len(size))]
    for name in ("sign_p", "permutation_p", "signed_rank_p"):
        smallest = min(getattr(result, name) for result in results)
        assert results[0].smallest_p == pytest.approx(smallest, rel=1e-12)


@given(seeds, sides)
@few
def test_within_groups(seed, alternative):
    generator = np.random.default_rng(seed)
    outcome = generator.integers(0, 4, 6).astype(float)
    groups, roles = np.array([0, 0, 1, 1, 2, 2]), np.array([*"abbaab"])
    focal = roles == "b"
    within, focused = [], []
    for turned in product([False, True], repeat=3):
        order = np.concatenate([[2 * g + t, 2 * g + 1 - t] for g, t in enumerate(turned)])
        values = outcome[order]
        within.append(within_permutation(values, groups, roles, rng(), alternative=alternative))
        focused.append(focal_test(values, groups, focal, alternative=alternative))
    for one, other in zip(within, focused, strict=True):
        # With two roles the two tests are one.
        assert one.p_value == pytest.approx(other.p_value, rel=1e-12)
        assert one.smallest_p == pytest.approx(min(r.p_value for r in within), rel=1e-12)
        assert other.smallest_p == pytest.approx(min(r.p_value for r in focused), rel=1e-12)


def test_wild_bootstrap_reaches_its_smallest_p():
    generator = np.random.default_rng(1)
    clusters = np.repeat(np.arange(5), 4)
    x = generator.normal(size=(20, 1))
    found = [
        wild_cluster_bootstrap(
            effect * x[:, 0] + generator.normal(size=20), x, clusters, ("x",), tested=0, rng=rng()
        )
        for effect in (0.0, 1.0, 20.0)
    ]
    assert {result.smallest_p for result in found} == {2 / 2**5}
    assert min(result.p_value[0] for result in found) == pytest.approx(2 / 2**5)


def test_the_share_of_the_farthest():
    extremity, weight = np.array([1.0, 3.0, 3.0 - 1e-12, 2.0]), np.array([1.0, 2.0, 3.0, 4.0])
    assert smallest_share(extremity, weight, 1e-10) == pytest.approx(0.5)
    assert smallest_share(extremity, weight, 0.0) == pytest.approx(0.2)
    assert smallest_share(np.zeros(4), weight, 0.0) == 1
