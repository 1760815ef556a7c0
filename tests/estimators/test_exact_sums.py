"""Distributions of sums against listing every arrangement."""

from collections import Counter
from itertools import combinations, product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replication.estimators.exact_sums import (
    MOST_SUMS,
    TooManySumsError,
    share_as_extreme,
    share_at_least,
    sums_of_choices,
    sums_of_subsets,
)

WHOLE = st.integers(-5, 5)


@given(st.lists(st.lists(WHOLE, min_size=1, max_size=4), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_choices_agree_with_listing(sets):
    sums, probability = sums_of_choices([np.array(numbers, dtype=float) for numbers in sets])
    listed = Counter(sum(choice) for choice in product(*sets))
    assert sums.tolist() == sorted(listed)
    total = sum(listed.values())
    np.testing.assert_allclose(probability, [listed[s] / total for s in sums], rtol=1e-12)


@given(st.lists(WHOLE, min_size=1, max_size=9))
@settings(max_examples=60, deadline=None)
def test_subsets_agree_with_listing(numbers):
    by_size = sums_of_subsets(np.array(numbers, dtype=float))
    assert len(by_size) == len(numbers) + 1
    for size, (sums, count) in enumerate(by_size):
        listed = Counter(sum(subset) for subset in combinations(numbers, size))
        assert dict(zip(sums.tolist(), count.tolist(), strict=True)) == listed


def test_counts_are_whole_for_all_cases_of_the_package():
    by_size = sums_of_subsets(np.arange(45.0) / 2)
    for size in (1, 20, 22, 45):
        assert by_size[size][1].sum() == comb(45, size)


def test_rounding_does_not_split_equal_sums():
    tenths = [np.array([-k / 10, k / 10]) for k in (1, 2, 3, 3, 2, 1, 7)]
    sums, probability = sums_of_choices(tenths)
    wholes, expected = sums_of_choices([10 * numbers for numbers in tenths])
    np.testing.assert_allclose(10 * sums, wholes, atol=1e-12)
    np.testing.assert_allclose(probability, expected, rtol=1e-12)
    assert share_at_least(sums, probability, 0.1 + 0.2 + 0.3) == share_at_least(
        wholes, probability, 6
    )


def test_shares_count_ties():
    sums, weight = np.array([0.0, 1, 2, 3]), np.array([1.0, 3, 3, 1])
    assert share_as_extreme(sums, weight, 3) == 2 / 8
    assert share_as_extreme(sums, weight, 1) == 1
    assert share_at_least(sums, weight, 2) == 4 / 8


def test_too_many_sums_are_refused():
    irregular = np.sqrt(np.arange(2.0, 24))
    with pytest.raises(TooManySumsError, match=str(MOST_SUMS)):
        sums_of_subsets(irregular)
    with pytest.raises(TooManySumsError):
        sums_of_choices([np.array([-root, root]) for root in irregular])
