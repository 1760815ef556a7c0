"""Exact logistic regression against a published example, full enumeration and Fisher's test."""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import exp, inf

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from replication.estimators import exact_distribution
from replication.estimators.exact import ONE_POINT, fit_exact
from replication.estimators.exact_distribution import TooManyStatesError, conditional_distribution

TERMS = ("LI", "gender", "AOP")
# fmt: off
# Mehta and Patel 1995, Example 5.1: LI, gender, AOP: disease-free of n.
SARCOMA = {
    (0, 0, 0): (3, 3), (0, 0, 1): (2, 2), (0, 1, 0): (4, 4), (0, 1, 1): (1, 1),
    (1, 0, 0): (5, 5), (1, 0, 1): (3, 5), (1, 1, 0): (5, 9), (1, 1, 1): (6, 17),
}
PUBLISHED = {
    "LI": {
        "support": range(19, 27),
        "counts": (29445360, 147312480, 271271448, 231819344, 95325664, 17473144, 1204008, 19448),
        "observed": 19, "estimate": -inf, "estimate_mue": -1.8860073,
        "conf_low": -inf, "conf_high": 0.1614758,
        "p_one_sided": 0.0370908672, "p_doubled": 0.0741817345, "p_probability": 0.0606420518,
    },
    "gender": {
        "support": range(14, 24),
        "counts": (
            299880, 4898040, 29445360, 87836280, 144347000, 135419960, 72090200, 20663500, 2795650,
            121550,
        ),
        "observed": 16, "estimate": -1.5479181, "estimate_mue": -1.5231361,
        "conf_low": -4.0238417, "conf_high": 0.3627194,
        "p_one_sided": 0.0695763567, "p_doubled": 0.1391527133, "p_probability": 0.1169350130,
    },
    "AOP": {
        "support": range(8, 20),
        "counts": (
            1360, 64600, 1011160, 7401120, 29445360, 68686800, 97275360, 84307080, 44049720,
            13251160, 2059720, 123760,
        ),
        "observed": 12, "estimate": -1.1561359, "estimate_mue": -1.1449625,
        "conf_low": -2.9972377, "conf_high": 0.5113622,
        "p_one_sided": 0.1090770404, "p_doubled": 0.2181540809, "p_probability": 0.1534706331,
    },
}
# fmt: on


@pytest.fixture(scope="module")
def sarcoma():
    rows = [(*cell, int(i < events)) for cell, (events, n) in SARCOMA.items() for i in range(n)]
    values = np.array(rows, dtype=float)
    return values[:, 3], values[:, :3]


@st.composite
def small_data(draw, units=(Fraction(1),), min_columns=1):
    """Outcome and design small enough to enumerate; each column in steps of one of the units."""
    n, k = draw(st.integers(2, 9)), draw(st.integers(min_columns, 3))
    columns = []
    for _ in range(k):
        unit = draw(st.sampled_from(units))
        steps = draw(st.lists(st.integers(-1, 3), min_size=n, max_size=n))
        columns.append([float(step * unit) for step in steps])
    outcome = draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=n, max_size=n))
    return np.array(outcome), np.array(columns).T


def enumerated(outcome, design, tested):
    """Count, by tested sums, all outcome vectors with the observed conditioned sums."""
    rows = [[Fraction(value).limit_denominator(1000) for value in row] for row in design.tolist()]

    def sums(chosen):
        return [sum((rows[i][j] for i in chosen), Fraction(0)) for j in range(design.shape[1])]

    observed = sums(np.flatnonzero(outcome))
    held = [j for j in range(design.shape[1]) if j not in tested]
    counts = Counter()
    for chosen in combinations(range(len(rows)), int(outcome.sum())):
        total = sums(chosen)
        if all(total[j] == observed[j] for j in held):
            counts[tuple(total[j] for j in tested)] += 1
    return dict(sorted(counts.items())), tuple(observed[j] for j in tested)


def tail(distribution, coefficient, side):
    """P(T <= t), P(T >= t) or the mean of T - t, under a coefficient, summed plainly."""
    distance = distribution.support[:, 0] - distribution.support[distribution.at, 0]
    weight = np.array(
        [c * exp(coefficient * d) for c, d in zip(distribution.counts, distance, strict=True)]
    )
    chosen = {"low": distance <= 0, "high": distance >= 0, "here": distance == 0, "mean": distance}
    return float((weight * chosen[side]).sum() / weight.sum())


@pytest.mark.parametrize("term", TERMS)
def test_the_published_example_is_met_to_all_printed_digits(sarcoma, term):
    fit = fit_exact(*sarcoma, TERMS)
    i = TERMS.index(term)
    expected = dict(PUBLISHED[term])
    assert fit.distributions[i].support[:, 0].tolist() == list(expected.pop("support"))
    assert fit.distributions[i].counts == expected.pop("counts")
    for name, value in expected.items():
        digits = 5e-11 if name.startswith("p_") else 5e-8
        assert getattr(fit, name)[i] == pytest.approx(value, abs=digits, rel=0), name
    assert (fit.nobs, fit.n_events, fit.note[i]) == (46, 29, "")
    assert fit.p_value[i] == fit.p_doubled[i]
    assert np.isnan(fit.std_error[i])


@settings(deadline=None, max_examples=60)
@given(
    data=small_data(units=(Fraction(1), Fraction(1, 10), Fraction(1, 3), Fraction(10**15))),
    word_bits=st.sampled_from([62, 3]),
    cells=st.sampled_from([4_000_000, 5]),
    choice=st.randoms(use_true_random=False),
)
def test_counts_equal_enumeration_with_machine_words_and_with_big_integers(
    data, word_bits, cells, choice
):
    outcome, design = data
    k = design.shape[1]
    tested = choice.sample(range(k), choice.randint(1, k))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_distribution, "_WORD_BITS", word_bits)
        patch.setattr(exact_distribution, "_MAX_CELLS", cells)
        result = conditional_distribution(outcome, design, tested)
    counts, observed = enumerated(outcome, design, tested)
    expected = {tuple(map(float, sums)): count for sums, count in counts.items()}
    got = dict(zip(map(tuple, result.support.tolist()), result.counts, strict=True))
    assert got == expected
    assert tuple(result.support[result.at]) == tuple(map(float, observed))


@settings(deadline=None, max_examples=40)
@given(cells=st.tuples(*[st.integers(0, 9)] * 4))
def test_one_binary_covariate_is_fishers_test_with_the_conditional_odds_ratio(cells):
    table = np.array(cells).reshape(2, 2)
    assume(table.sum(axis=0).all() and table.sum(axis=1).all())
    outcome = np.repeat([1.0, 0.0, 1.0, 0.0], cells)
    exposed = np.repeat([1.0, 1.0, 0.0, 0.0], cells)
    fit = fit_exact(outcome, exposed[:, None], ["exposed"])
    sides = [stats.fisher_exact(table, side).pvalue for side in ("less", "greater", "two-sided")]
    assert fit.p_one_sided[0] == pytest.approx(min(sides[:2]), rel=1e-9)
    assert fit.p_probability[0] == pytest.approx(sides[2], rel=1e-9)
    ratio = stats.contingency.odds_ratio(table)
    interval = ratio.confidence_interval(0.95)
    for ours, theirs in (
        (fit.estimate, ratio.statistic),
        (fit.conf_low, interval.low),
        (fit.conf_high, interval.high),
    ):
        assert np.exp(ours[0]) == pytest.approx(theirs, rel=1e-6)


@settings(deadline=None, max_examples=50)
@given(data=small_data(), level=st.sampled_from([0.5, 0.9, 0.95]))
def test_estimates_and_limits_put_the_stated_probability_in_the_tails(data, level):
    outcome, design = data
    fit = fit_exact(outcome, design, tuple("abc"[: design.shape[1]]), level=level)
    alpha = 1 - level
    for i, distribution in enumerate(fit.distributions):
        last = len(distribution.counts) - 1
        if last == 0:
            assert fit.note[i] == ONE_POINT
            assert np.isnan(
                [fit.estimate[i], fit.p_value[i], fit.conf_low[i], fit.mid_high[i]]
            ).all()
            continue
        lowest, highest = distribution.at == 0, distribution.at == last
        assert (fit.conf_low[i] == -inf) == (fit.mid_low[i] == -inf) == lowest
        assert (fit.conf_high[i] == inf) == (fit.mid_high[i] == inf) == highest
        assert (fit.estimate[i] == -inf, fit.estimate[i] == inf) == (lowest, highest)
        if not lowest:
            assert tail(distribution, fit.conf_low[i], "high") == pytest.approx(alpha / 2)
            half = tail(distribution, fit.mid_low[i], "here") / 2
            assert tail(distribution, fit.mid_low[i], "high") - half == pytest.approx(alpha / 2)
        if not highest:
            assert tail(distribution, fit.conf_high[i], "low") == pytest.approx(alpha / 2)
            half = tail(distribution, fit.mid_high[i], "here") / 2
            assert tail(distribution, fit.mid_high[i], "low") - half == pytest.approx(alpha / 2)
        if lowest != highest:
            side = "low" if lowest else "high"
            assert tail(distribution, fit.estimate_mue[i], side) == pytest.approx(0.5)
        if not (lowest or highest):
            assert tail(distribution, fit.estimate[i], "mean") == pytest.approx(0, abs=1e-9)
        for p, low, high in (
            (fit.p_value[i], fit.conf_low[i], fit.conf_high[i]),
            (fit.p_mid[i], fit.mid_low[i], fit.mid_high[i]),
        ):
            assert p == pytest.approx(alpha) or (p < alpha) == (low > 0 or high < 0)


@settings(deadline=None, max_examples=30)
@given(data=small_data(), shift=st.integers(-5, 5), factor=st.sampled_from([2, -1, 0.5, 40]))
def test_what_must_not_matter_does_not(data, shift, factor):
    """Units, origins, order of rows, and mixing conditioned columns into the tested one."""
    outcome, design = data
    terms = tuple("abc"[: design.shape[1]])
    plain = fit_exact(outcome, design, terms, tested=["a"])
    moved = design[::-1].copy()
    moved[:, 1:] = 3 * moved[:, 1:] - 7
    moved[:, 0] = factor * moved[:, 0] + shift + moved[:, 1:].sum(axis=1)
    other = fit_exact(outcome[::-1], moved, terms, tested=["a"])
    low, high = (plain.conf_low, plain.conf_high)[:: 1 if factor > 0 else -1]
    for got, expected in (
        (other.estimate, plain.estimate / factor),
        (other.estimate_mue, plain.estimate_mue / factor),
        (other.conf_low, low / factor),
        (other.conf_high, high / factor),
        (other.p_doubled, plain.p_doubled),
        (other.p_probability, plain.p_probability),
        (other.p_mid, plain.p_mid),
        (other.statistic, plain.statistic * np.sign(factor)),
    ):
        np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-9)


def test_swapping_events_and_non_events_turns_the_sign(sarcoma):
    outcome, design = sarcoma
    plain, swapped = (fit_exact(y, design, TERMS) for y in (outcome, 1 - outcome))
    np.testing.assert_allclose(swapped.estimate, -plain.estimate, rtol=1e-9)
    np.testing.assert_allclose(swapped.estimate_mue, -plain.estimate_mue, rtol=1e-9)
    np.testing.assert_allclose(swapped.conf_low, -plain.conf_high, rtol=1e-9)
    np.testing.assert_array_equal(swapped.p_doubled, plain.p_doubled)


def test_what_is_tested_does_not_change_the_numbers(sarcoma):
    whole, part = fit_exact(*sarcoma, TERMS), fit_exact(*sarcoma, TERMS, tested=["AOP", "LI"])
    assert part.terms == ("AOP", "LI")
    for name in ("estimate", "conf_low", "conf_high", "p_value", "estimate_mue", "observed"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[[2, 0]])


def test_separated_data_have_an_infinite_estimate_and_a_one_sided_interval():
    x = np.array([0, 0, 0, 1, 1, 1])
    fit = fit_exact(x, x[:, None], ["x"])
    assert (fit.estimate[0], fit.conf_high[0], fit.note[0]) == (inf, inf, "")
    # One outcome vector in twenty: t = 3 of counts 1, 9, 9, 1.
    assert fit.distributions[0].counts == (1, 9, 9, 1)
    assert fit.p_one_sided[0] == 1 / 20
    assert fit.p_doubled[0] == fit.p_probability[0] == 1 / 10
    assert fit.p_mid[0] == 1 / 20
    assert np.isfinite([fit.estimate_mue[0], fit.conf_low[0]]).all()


@pytest.mark.parametrize(
    ("outcome", "design"),
    [
        ([0, 1, 0, 1, 1], [[1, 2], [2, 4], [0, 0], [1, 2], [3, 6]]),
        ([0, 1, 0, 1, 1], [[7, 0], [7, 0], [7, 0], [7, 0], [7, 0]]),
        ([1, 1, 1, 1, 1], [[1, 0], [2, 1], [3, 0], [4, 1], [5, 1]]),
        ([], np.empty((0, 2))),
    ],
    ids=["collinear", "constant", "no non-events", "no rows"],
)
def test_a_distribution_of_one_point_is_said_not_computed(outcome, design):
    fit = fit_exact(np.array(outcome), np.array(design), ["a", "b"])
    assert fit.note == (ONE_POINT, ONE_POINT)
    for name in ("estimate", "statistic", "p_value", "conf_low", "conf_high", "p_mid", "mid_low"):
        assert np.isnan(getattr(fit, name)).all(), name


WIDE = ("opposition", "burden", "interest", "democrat", "years")


def wide_design(n):
    """Random covariates with the ranges in use."""
    rng = np.random.default_rng(1)
    design = np.column_stack([rng.integers(0, top + 1, n) for top in (3, 3, 2, 1, 35)])
    return (rng.random(n) < 0.55).astype(float), design


def test_the_largest_design_in_use_is_within_the_stated_size():
    fit = fit_exact(*wide_design(45), WIDE, tested=["burden", "years"])
    assert fit.note == ("", "")
    assert np.isfinite(fit.p_value).all()


def test_a_term_beyond_the_stated_size_is_refused_and_the_others_are_not():
    outcome, design = wide_design(24)
    fit = fit_exact(outcome, design, WIDE, max_states=800)
    whole = fit_exact(outcome, design, WIDE)
    refused = np.array([note == "more than 800 states" for note in fit.note])
    assert refused.any()
    assert not refused.all()
    for name in ("estimate", "p_value", "conf_low", "mid_high", "observed"):
        expected = np.where(refused, np.nan, getattr(whole, name))
        np.testing.assert_array_equal(getattr(fit, name), expected)
    assert [d is None for d in fit.distributions] == refused.tolist()


def test_too_many_pairs_are_refused_as_well(monkeypatch):
    outcome, design = wide_design(24)
    monkeypatch.setattr(exact_distribution, "MAX_PAIRS", 50)
    with pytest.raises(TooManyStatesError, match="more than 50 pairs of states"):
        conditional_distribution(outcome, design, [0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": [0, 1, 2, 1]}, "outcome has the value 2; allowed: 0 and 1"),
        ({"outcome": [0, 1, np.nan, 1]}, "missing or infinite"),
        ({"design": [[1.0], [2.0], [np.nan], [0.0]]}, "missing or infinite"),
        ({"design": [[1.0], [2.0], [np.pi], [0.0]]}, "design has the value 3.14159"),
        ({"terms": ["x", "y"]}, "one name a column"),
        ({"tested": ["z"]}, "tested terms are z; allowed: x"),
        ({"tested": []}, "tested terms are none"),
        ({"level": 1.0}, "level is 1.0"),
    ],
)
def test_bad_arguments_are_named(change, message):
    arguments = {"outcome": [0, 1, 0, 1], "design": [[1], [2], [3], [0]], "terms": ["x"]} | change
    arguments |= {name: np.array(arguments[name], dtype=float) for name in ("outcome", "design")}
    with pytest.raises(ValueError, match=message):
        fit_exact(**arguments)
