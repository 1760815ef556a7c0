"""Exact tests of cross-tabulations against published numbers and full enumeration."""

from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from math import comb, factorial, inf, nan

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from replication.estimators.contingency import EMPTY_MARGIN, two_by_two
from replication.estimators.contingency_ordered import ordered_table
from replication.estimators.exact import fit_exact

# Printed as 0.0640: 4 to 7 of 15 vaccinated among the 19 of 30.
VACCINE_LESS = sum(comb(15, x) * comb(15, 19 - x) for x in range(4, 8)) / comb(30, 19)
# Tables as published, with the groups in columns; two_by_two takes them in rows.
# R's odds ratios stop at the tolerance of its root search: they are met to 2e-4.
FISHER = [
    ([[3, 1], [1, 3]], {"p_value": 34 / 70, "p_greater": 17 / 70}, None),
    ([[8, 2], [1, 5]], {"p_value": 0.034965034965034975}, None),
    ([[2, 7], [8, 2]], {"p_value": 0.02301413756522114}, 0.08586235135736206),
    ([[5, 1], [10, 10]], {"p_value": 0.1973244147157190}, 4.725646047336584),
    ([[5, 15], [20, 20]], {"p_value": 0.09580440012477637}, 0.3394396617440852),
    ([[5, 16], [20, 25]], {"p_value": 0.1725864953812994}, 0.3960558326183334),
    ([[10, 5], [10, 0]], {"p_value": 0.06126482213438734}, 0),
    ([[5, 0], [1, 4]], {"p_value": 0.04761904761904762}, inf),
    ([[7, 12], [8, 3]], {"p_less": VACCINE_LESS}, None),
]
# R's Exact maximises on a grid: rational arithmetic gives 0.00016155523 for the last table.
BOSCHLOO = [
    ([[74, 31], [43, 32]], {"p_greater": 0.0355641}),
    ([[2, 7], [8, 2]], {"p_less": 0.009886142, "p_greater": 0.9918327, "p_value": 0.01977228}),
    ([[5, 1], [10, 10]], {"p_value": 0.1801707}),
    ([[5, 16], [20, 25]], {"p_value": 0.116547}),
    ([[5, 0], [1, 4]], {"p_value": 0.01373073}),
    ([[7, 12], [8, 3]], {"p_value": 0.06821831}),
    ([[43, 40], [10, 39]], {"p_greater": 0.0001615562, "p_value": 0.0003231115}),
]

small_tables = st.tuples(*[st.integers(0, 6)] * 4).map(lambda cells: np.array(cells).reshape(2, 2))


@st.composite
def tables(draw):
    """Tables of two to seven observations, few enough to enumerate all arrangements."""
    rows, columns = draw(st.sampled_from([(2, 2), (3, 2), (2, 4), (3, 3)]))
    cell = st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1))
    table = np.zeros((rows, columns), dtype=int)
    np.add.at(table, tuple(np.transpose(draw(st.lists(cell, min_size=2, max_size=7)))), 1)
    return table


def greatest_by_grid(table, extreme):
    """Maximise the probability of the tables that `extreme` picks over a fine grid."""
    n1, n2 = table.sum(axis=1).tolist()
    ways = Counter()
    for x1, x2 in product(range(n1 + 1), range(n2 + 1)):
        if extreme(x1, x2):
            ways[x1 + x2] += comb(n1, x1) * comb(n2, x2)
    common = np.linspace(0, 1, 4001)
    return max(sum(w * common**s * (1 - common) ** (n1 + n2 - s) for s, w in ways.items()))


def sides(of, observed):
    """Pick the tables at least as extreme as the observed one: less, greater, by absolute value."""
    return {
        "p_less": lambda x1, x2: of(x1, x2) <= observed,
        "p_greater": lambda x1, x2: of(x1, x2) >= observed,
        "p_value": lambda x1, x2: abs(of(x1, x2)) >= abs(observed),
    }


def enumerated_arrangements(table):
    """Count, by table, the distinct ways to deal the column labels to the observations."""
    rows = np.repeat(np.arange(table.shape[0]), table.sum(axis=1))
    labels = np.repeat(np.arange(table.shape[1]), table.sum(axis=0)).tolist()
    counts = Counter()
    for dealt in set(permutations(labels)):
        other = np.zeros_like(table)
        np.add.at(other, (rows, list(dealt)), 1)
        counts[tuple(map(tuple, other.tolist()))] += 1
    return counts


@pytest.mark.parametrize(("table", "expected", "odds_ratio"), FISHER)
def test_fisher_meets_the_published_numbers(table, expected, odds_ratio):
    result = two_by_two(np.array(table).T)
    for name, value in expected.items():
        assert getattr(result.fisher, name) == pytest.approx(value, rel=1e-12)
    if odds_ratio is not None:
        assert result.odds_ratio == pytest.approx(odds_ratio, rel=2e-4)


@pytest.mark.parametrize(("table", "expected"), BOSCHLOO)
def test_boschloo_meets_the_published_numbers(table, expected):
    result = two_by_two(np.array(table).T)
    for name, value in expected.items():
        assert getattr(result.boschloo, name) == pytest.approx(value, rel=1e-5), name


def test_barnard_meets_the_published_vaccine_trial():
    assert two_by_two(np.array([[7, 12], [8, 3]]).T).barnard.p_less == pytest.approx(
        0.03407, abs=5e-5
    )


def test_barnard_counts_tables_that_are_exactly_as_extreme():
    # Rounding tells them apart in SciPy 1.17.1, which gives 0.7303.
    result = two_by_two(np.array([[3, 2], [3, 4]]).T)
    assert result.barnard.p_value == pytest.approx(793 / 1024, rel=1e-12)


@settings(deadline=None, max_examples=25)
@given(table=small_tables)
def test_unconditional_tests_equal_a_search_over_exactly_ordered_tables(table):
    assume(table.sum(axis=0).all() and table.sum(axis=1).all())
    n1, n2 = table.sum(axis=1).tolist()
    x1, x2 = table[:, 0].tolist()
    result = two_by_two(table)

    def score(a, b):
        spread = Fraction(a + b, n1 + n2) * (1 - Fraction(a + b, n1 + n2)) or 1
        difference = Fraction(a, n1) - Fraction(b, n2)
        return difference * abs(difference) / spread

    for name, extreme in sides(score, score(x1, x2)).items():
        found = greatest_by_grid(table, extreme)
        assert getattr(result.barnard, name) == pytest.approx(found, rel=1e-5), name

    def fisher(a, b, less):
        inside = [x for x in range(a + b + 1) if (x <= a if less else x >= a)]
        return Fraction(
            sum(comb(n1, x) * comb(n2, a + b - x) for x in inside), comb(n1 + n2, a + b)
        )

    for name, less in (("p_less", True), ("p_greater", False)):
        found = greatest_by_grid(
            table, lambda a, b, less=less: fisher(a, b, less) <= fisher(x1, x2, less)
        )
        assert getattr(result.boschloo, name) == pytest.approx(found, rel=1e-5), name
    one_sided = min(result.boschloo.p_less, result.boschloo.p_greater)
    assert result.boschloo.p_value == pytest.approx(min(1, 2 * one_sided))


@settings(deadline=None, max_examples=25)
@given(table=small_tables)
def test_two_by_two_agrees_with_exact_logistic_regression(table):
    assume(table.sum(axis=0).all() and table.sum(axis=1).all())
    group, outcome = np.indices((2, 2)).reshape(2, -1).repeat(table.ravel(), axis=1)
    # The first column against the second, in the first row against the second.
    fit = fit_exact(1.0 - outcome, 1.0 - group[:, None], ["group"], level=0.9)
    result = two_by_two(table, level=0.9)
    assert result.fisher.p_value == pytest.approx(fit.p_probability[0])
    assert result.odds_ratio == pytest.approx(np.exp(fit.estimate[0]), rel=1e-6)
    assert result.conf_low == pytest.approx(np.exp(fit.conf_low[0]), rel=1e-6)
    assert result.conf_high == pytest.approx(np.exp(fit.conf_high[0]), rel=1e-6)


def test_a_lopsided_group_is_a_group_whichever_way_the_table_is_read():
    # Conditioning on rows is not conditioning on columns: the unconditional tests tell them apart.
    table = np.array([[10, 5], [10, 0]])
    rows, columns = two_by_two(table), two_by_two(table.T)
    assert rows.fisher == columns.fisher
    assert rows.boschloo.p_value != pytest.approx(columns.boschloo.p_value, rel=1e-3)
    assert rows.barnard.p_value != pytest.approx(columns.barnard.p_value, rel=1e-3)


@settings(deadline=None, max_examples=40)
@given(table=tables())
def test_ordered_table_equals_enumeration_of_all_arrangements(table):
    result = ordered_table(table)
    arrangements = enumerated_arrangements(table)
    total = sum(arrangements.values())
    if len(arrangements) == 1:
        assert np.isnan(result.p_freeman_halton)
        return
    observed = arrangements[tuple(map(tuple, table.tolist()))]
    improbable = sum(count for count in arrangements.values() if count <= observed)
    assert result.p_freeman_halton == improbable / total
    score = np.multiply.outer(np.arange(table.shape[0]), np.arange(table.shape[1]))
    trend = (score * table).sum()
    below = sum(c for t, c in arrangements.items() if (score * np.array(t)).sum() <= trend)
    above = sum(c for t, c in arrangements.items() if (score * np.array(t)).sum() >= trend)
    assert result.trend == trend
    assert result.p_trend.one_sided == min(below, above) / total
    margins = (table.sum(axis=1) @ np.arange(len(table))) * (
        table.sum(axis=0) @ np.arange(table.shape[1])
    )
    assert result.trend_mean == pytest.approx(margins / table.sum())


@settings(deadline=None, max_examples=30)
@given(
    table=st.lists(st.integers(0, 9), min_size=8, max_size=8).map(lambda c: np.reshape(c, (4, 2)))
)
def test_trend_with_a_binary_column_is_exact_logistic_regression_on_the_row_score(table):
    assume((table.sum(axis=0) > 0).all() and (table.sum(axis=1) > 0).sum() > 1)
    row, outcome = np.indices((4, 2)).reshape(2, -1).repeat(table.ravel(), axis=1)
    scores = np.array([0, 1, 3, 7])
    fit = fit_exact(outcome.astype(float), scores[row][:, None], ["row"])
    result = ordered_table(table, row_scores=scores.tolist())
    assert result.trend == fit.observed[0]
    assert result.p_trend.one_sided == fit.p_one_sided[0]
    assert result.p_trend.doubled == fit.p_doubled[0]
    assert result.p_trend.probability == fit.p_probability[0]
    assert result.p_trend.mid == fit.p_mid[0]


@settings(deadline=None, max_examples=30)
@given(table=tables())
def test_turning_or_padding_a_table_changes_nothing_and_reversing_it_turns_the_trend(table):
    assume((table.sum(axis=0) > 0).sum() > 1 and (table.sum(axis=1) > 0).sum() > 1)
    plain = ordered_table(table)
    assert ordered_table(table.T) == plain
    padded = np.pad(table, ((0, 1), (0, 1)))
    assert ordered_table(padded) == plain
    backwards = ordered_table(table[::-1])
    assert backwards.p_freeman_halton == plain.p_freeman_halton
    assert backwards.p_trend.one_sided == plain.p_trend.one_sided
    rise = plain.trend - plain.trend_mean
    assert backwards.trend - backwards.trend_mean == pytest.approx(-rise, abs=1e-9)


def test_a_two_by_two_table_gets_fishers_p_value_from_either_function():
    table = np.array([[8, 2], [1, 5]])
    ordered = ordered_table(table)
    assert ordered.p_freeman_halton == pytest.approx(two_by_two(table).fisher.p_value, rel=1e-12)


def test_counts_beyond_machine_words_stay_exact():
    # A diagonal table of 120: the only table as improbable as itself among those of its trend.
    table = 30 * np.eye(4, dtype=int)[:, :2]
    table[2:] = [[30, 0], [0, 30]]
    total = factorial(120) // factorial(60) ** 2
    result = ordered_table(table)
    # Rows of 30 that are all one or all the other: 6 ways, each arranged in one way only.
    assert result.p_freeman_halton == 6 / total


@pytest.mark.parametrize(
    "table", [[[0, 0], [3, 4]], [[0, 2], [0, 5]], [[0, 0], [0, 0]]], ids=["row", "column", "all"]
)
def test_an_empty_margin_is_said_not_computed(table):
    result = two_by_two(np.array(table))
    assert result.note == EMPTY_MARGIN
    numbers = [result.odds_ratio, result.conf_low, result.fisher.p_value, result.barnard.p_less]
    assert np.isnan(numbers).all()
    ordered = ordered_table(table)
    assert ordered.note == "all observations are in one row or one column"
    assert np.isnan([ordered.p_freeman_halton, ordered.p_trend.doubled, ordered.trend]).all()


def test_too_large_a_table_is_refused():
    result = ordered_table(
        [[1, 2, 1, 0], [3, 3, 6, 1], [4, 4, 2, 9], [6, 1, 3, 4]], max_tables=1000
    )
    assert result.note == "more than 1,000 partial tables"
    assert np.isnan([result.p_freeman_halton, result.p_trend.mid]).all()


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (two_by_two, {"table": [[1, 2, 3], [4, 5, 6]]}, "shape .2, 3.; allowed: .2, 2."),
        (two_by_two, {"table": [[1, 2], [4, -5]]}, "entry -5; allowed: whole numbers from 0"),
        (two_by_two, {"table": [[1, 2], [4, nan]]}, "entry nan"),
        (two_by_two, {"table": [[1, 2], [4, 5]], "level": 95}, "level is 95"),
        (ordered_table, {"table": [[1, 2]]}, "at least two rows and two columns"),
        (ordered_table, {"table": [[1, 2.5], [4, 5]]}, "entry 2.5"),
        (ordered_table, {"table": [[1, 2], [4, 5]], "row_scores": [0, 0.5]}, "row scores are"),
        (ordered_table, {"table": [[1, 2], [4, 5]], "row_scores": [3, 3]}, "2 different whole"),
        (ordered_table, {"table": [[1, 2], [4, 5]], "column_scores": [0, 1, 2]}, "column scores"),
    ],
)
def test_bad_arguments_are_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(**arguments)


# Half of the probability at or below the observed count, and half at or above it, halfway on the log.
@pytest.mark.parametrize(
    "table", [[[3, 1], [1, 3]], [[5, 0], [1, 4]], [[0, 6], [4, 3]], [[7, 12], [8, 3]]]
)
def test_the_median_unbiased_odds_ratio(table):
    table = np.array(table)
    result = two_by_two(table)
    total, first, events = table.sum(), table[0].sum(), table[:, 0].sum()

    def tails(log_ratio):
        count = stats.nchypergeom_fisher(total, first, events, np.exp(log_ratio))
        return count.cdf(table[0, 0]), count.sf(table[0, 0] - 1)

    roots = []
    for side in (0, 1):
        gaps = [tails(end)[side] - 0.5 for end in (-12, 12)]
        if gaps[0] * gaps[1] < 0:
            roots.append(optimize.brentq(lambda log, side=side: tails(log)[side] - 0.5, -12, 12))
    assert np.log(result.odds_ratio_mue) == pytest.approx(np.mean(roots), abs=1e-8)
    assert np.isfinite(result.odds_ratio_mue)
    design = np.repeat([1.0, 0.0], table.sum(axis=1))[:, None]
    outcome = np.concatenate([np.repeat([1.0, 0.0], row) for row in table])
    exact = fit_exact(outcome, design, ("x",))
    assert np.log(result.odds_ratio_mue) == pytest.approx(exact.estimate_mue[0], abs=1e-9)
