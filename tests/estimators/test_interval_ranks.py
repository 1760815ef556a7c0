"""Gehan's scores: against the Mann-Whitney test where all is known, and by hand where it is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.estimators.interval_ranks import earlier_test
from replication.estimators.rank import rank_test

TIMES = st.lists(st.integers(-20, 20), min_size=2, max_size=9)


@given(TIMES, TIMES)
def test_known_times_give_the_mann_whitney_test(first, second):
    times = np.array([*first, *second], dtype=float)
    member = np.arange(len(times)) < len(first)
    ours = earlier_test(times, times, member)
    theirs = rank_test(-np.array(first, dtype=float), -np.array(second, dtype=float))
    if np.ptp(times) == 0:
        assert ours.note
        return
    assert ours.share_earlier == pytest.approx(theirs.superiority)
    assert ours.p_value == pytest.approx(theirs.p_value)
    assert ours.p_earlier == pytest.approx(theirs.p_greater)


def test_what_never_comes_is_later_than_all_that_came():
    low = np.array([-5.0, -3.0, np.inf, np.inf])
    test = earlier_test(low, low, np.array([True, True, False, False]))
    assert (test.statistic, test.n_pairs, test.n_undecided) == (4, 4, 0)
    assert test.p_earlier == pytest.approx(1 / 6)


def test_ranges_that_overlap_decide_nothing():
    low, high = np.array([-10.0, -8.0, 0.0]), np.array([-4.0, -2.0, 0.0])
    test = earlier_test(low, high, np.array([True, False, False]))
    assert (test.statistic, test.n_undecided) == (1, 1)
    assert test.share_earlier == pytest.approx(0.75)


def test_order_reversed_swaps_the_sides():
    low, high = np.array([-9.0, -7.0, -3.0, 1.0]), np.array([-9.0, -5.0, -3.0, 2.0])
    member = np.array([True, False, True, False])
    one, other = earlier_test(low, high, member), earlier_test(-high, -low, member)
    assert one.statistic == -other.statistic
    assert one.p_earlier == pytest.approx(other.p_later)


@pytest.mark.parametrize("times", [np.array([1.0, 1.0]), np.array([np.inf, np.inf])])
def test_says_why_there_is_no_order(times):
    assert "in order" in earlier_test(times, times, np.array([True, False])).note


def test_says_that_a_group_is_empty():
    assert earlier_test(np.zeros(0), np.zeros(0), np.zeros(0, bool)).note == "one group is empty"


def test_refuses_ranges_that_end_before_they_begin():
    with pytest.raises(ValueError, match="low <= high"):
        earlier_test(np.array([1.0]), np.array([0.0]), np.array([True]))
