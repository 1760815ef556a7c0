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
    for size, (sums, share) in enumerate(by_size):
        listed = Counter(sum(subset) for subset in combinations(numbers, size))
        assert sums.tolist() == sorted(listed)
        expected = [listed[s] / comb(len(numbers), size) for s in sums]
        np.testing.assert_allclose(share, expected, rtol=1e-12)


def test_shares_add_up_whatever_the_size():
    by_size = sums_of_subsets(np.arange(45.0) / 2)
    for size in (0, 1, 20, 22, 45):
        assert by_size[size][1].sum() == pytest.approx(1, rel=1e-12)
    (sums, share) = sums_of_subsets(np.zeros(1200))[600]
    assert (sums.tolist(), share.tolist()) == ([0.0], [pytest.approx(1, rel=1e-12)])


# 0.1 + 0.2 is not 0.3 in floats; a lattice of a third has no decimals at all.
@pytest.mark.parametrize("unit", [1.0, 0.1, 1 / 3, 1e-10, 7e9])
@pytest.mark.parametrize("origin", [0.0, -3.0, 1e6])
def test_unit_and_origin_do_not_matter(unit, origin):
    whole = np.array([0.0, 1, 2, 3, 3, 7, 10, 4])
    for size, (sums, share) in enumerate(sums_of_subsets(unit * (whole + origin))):
        expected, of_each = sums_of_subsets(whole)[size]
        np.testing.assert_allclose(share, of_each, rtol=1e-12)
        np.testing.assert_allclose(sums / unit - size * origin, expected, atol=1e-8)


def test_listing_and_the_lattice_agree():
    whole = [np.array([0.0, k]) for k in (1, 2, 3, 3, 2, 1, 7)]
    sums, probability = sums_of_choices(whole)
    # Steps of a millionth beside the others are too many for a table.
    finer = [*whole, np.array([0.0, 1e-7])]
    listed, of_each = sums_of_choices(finer)
    near = np.abs(listed - np.rint(listed)) < 1e-8
    np.testing.assert_allclose(listed[near], sums, atol=1e-8)
    np.testing.assert_allclose(2 * of_each[near], probability, rtol=1e-12)


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
