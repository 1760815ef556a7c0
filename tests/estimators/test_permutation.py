"""Permutation tests against Fisher's exact test, brute enumeration and plain regressions."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from replication.estimators.arrangements import count_by_sum, number_of_arrangements
from replication.estimators.permutation import permutation_test
from replication.estimators.permutation_reference import ReferenceDistribution

some = settings(max_examples=15, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)


def run(outcome, treatment, **options):
    options.setdefault("rng", np.random.default_rng(1))
    return permutation_test(np.asarray(outcome), np.asarray(treatment), "x", **options)


def small(seed, n=7):
    """Draw an outcome of 0 and 1, a scale of 0 to 3 and two blocks, all of them varying."""
    rng = np.random.default_rng(seed)
    while True:
        outcome, scale = rng.integers(0, 2, n), rng.integers(0, 4, n)
        blocks = np.sort(rng.integers(0, 2, n))
        result = run(outcome, scale, blocks=blocks)
        if not result.note[0]:
            return outcome.astype(float), scale.astype(float), blocks


def orders(blocks):
    """List all orders of the units that keep them in their block, equal ones repeated."""
    blocks = np.asarray(blocks)
    for order in itertools.permutations(range(len(blocks))):
        if (blocks[list(order)] == blocks).all():
            yield list(order)


def within(values, blocks):
    means = np.bincount(blocks, values) / np.bincount(blocks)
    return values - means[blocks]


def brute_p_value(outcome, treatment, blocks):
    left = within(outcome, blocks)
    products = np.array([left @ treatment[order] for order in orders(blocks)])
    products -= products.mean()
    return np.mean(abs(products) >= abs(products[0]) - 1e-9)


@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
@some
def test_two_by_two_tables_give_fishers_exact_test(cells):
    a, b, c, d = cells
    if 0 in (a + b, c + d, a + c, b + d):
        return
    result = run(np.repeat([0, 1, 0, 1], cells), np.repeat([0, 0, 1, 1], cells))
    greater, less = (
        stats.fisher_exact([[a, b], [c, d]], alternative=side).pvalue
        for side in ("greater", "less")
    )
    assert result.p_higher == pytest.approx(greater)
    assert result.p_lower == pytest.approx(less)
    assert result.exact
    assert result.n_arrangements == math.comb(sum(cells), a + b)


def test_the_lady_tasting_tea():
    result = run([1, 1, 1, 0, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0])
    assert result.p_higher == pytest.approx(17 / 70)
    assert result.p_value[0] == pytest.approx(34 / 70)
    assert result.estimate[0] == pytest.approx(0.5)
    assert (result.nobs, result.n_events, result.n_informative) == (8, 4, 8)


@given(seeds)
@some
def test_counting_agrees_with_brute_enumeration(seed):
    outcome, scale, blocks = small(seed)
    for within_blocks in (blocks, np.zeros(len(blocks), dtype=int)):
        result = run(outcome, scale, blocks=within_blocks)
        expected = brute_p_value(outcome, scale, within_blocks)
        assert result.p_value[0] == pytest.approx(expected, abs=1e-12)
        distinct = {tuple(scale[order]) for order in orders(within_blocks)}
        assert result.n_arrangements == len(distinct)
        assert (result.exact, result.interval_exact, result.monte_carlo_error) == (True, True, 0)


@given(seeds)
@some
def test_an_outcome_of_several_steps_is_counted_too(seed):
    rng = np.random.default_rng(seed)
    outcome, scale = rng.integers(0, 4, 7).astype(float), rng.integers(0, 4, 7).astype(float)
    if len(set(outcome)) == 1 or len(set(scale)) == 1:
        return
    result = run(outcome, scale)
    expected = brute_p_value(outcome, scale, np.zeros(7, dtype=int))
    assert result.p_value[0] == pytest.approx(expected, abs=1e-12)


@given(seeds)
@some
def test_listing_agrees_with_counting(seed):
    outcome, scale, blocks = small(seed)
    # A tenth of a code is no whole number, so arrangements are listed instead.
    counted = run(outcome, scale, blocks=blocks)
    listed = run(outcome, scale / 10, blocks=blocks)
    assert listed.exact
    assert listed.n_arrangements == counted.n_arrangements
    for name in ("p_higher", "p_lower"):
        assert getattr(listed, name) == pytest.approx(getattr(counted, name), abs=1e-12)
    np.testing.assert_allclose(listed.p_value, counted.p_value, atol=1e-12)
    np.testing.assert_allclose(listed.estimate, counted.estimate * 10, atol=1e-12)
    np.testing.assert_allclose(listed.conf_low, counted.conf_low * 10, atol=1e-7)
    np.testing.assert_allclose(listed.conf_high, counted.conf_high * 10, atol=1e-7)


def test_scipy_agrees_on_values_of_any_kind():
    rng = np.random.default_rng(4)
    outcome, dose = rng.normal(size=7), rng.normal(size=7)
    other = stats.permutation_test(
        (dose,), lambda x: np.corrcoef(x, outcome)[0, 1], permutation_type="pairings",
        alternative="greater", n_resamples=np.inf,
    )  # fmt: skip
    result = run(outcome, dose)
    assert result.p_higher == pytest.approx(other.pvalue)
    assert result.statistic[0] == pytest.approx(other.statistic)
    assert result.n_events is None


@given(seeds)
@some
def test_the_interval_holds_the_effects_that_are_not_rejected(seed):
    outcome, scale, blocks = small(seed)
    result = run(outcome, scale, blocks=blocks, level=0.8)
    for limit, outward in ((result.conf_low[0], -1), (result.conf_high[0], 1)):
        if np.isinf(limit):
            assert brute_p_value(outcome - outward * 1e7 * scale, scale, blocks) > 0.2 + 1e-9
            continue
        inside, outside = limit - outward * 1e-6, limit + outward * 1e-6
        assert brute_p_value(outcome - inside * scale, scale, blocks) > 0.2 + 1e-9
        assert brute_p_value(outcome - outside * scale, scale, blocks) <= 0.2 + 1e-9


@given(seeds)
@some
def test_zero_is_in_the_interval_exactly_when_it_is_not_rejected(seed):
    rng = np.random.default_rng(seed)
    scale, blocks = rng.integers(0, 4, 24), rng.integers(0, 9, 24)
    outcome = rng.random(24) < 0.2 + 0.2 * scale
    for chosen in (None, blocks):
        result = run(outcome.astype(float), scale.astype(float), blocks=chosen)
        holds_zero = result.conf_low[0] <= 0 <= result.conf_high[0]
        assert holds_zero == (result.p_value[0] > 0.05)
        assert result.conf_low[0] < result.estimate[0] < result.conf_high[0]


def test_sampling_comes_close_to_counting_and_repeats_itself():
    rng = np.random.default_rng(9)
    scale = rng.integers(0, 4, 24).astype(float)
    outcome = (rng.random(24) < 0.2 + 0.15 * scale).astype(float)
    exact = run(outcome, scale)
    # A hair's breadth off a whole number and the arrangements are too many to list.
    sampled = [run(outcome, scale * 1.1, rng=np.random.default_rng(5)) for _ in range(2)]
    assert not sampled[0].exact
    assert sampled[0].p_value == sampled[1].p_value
    assert sampled[0].conf_high == sampled[1].conf_high
    error = sampled[0].monte_carlo_error
    assert error == pytest.approx(
        math.sqrt(exact.p_value[0] * (1 - exact.p_value[0]) / 9999), rel=0.1
    )
    assert abs(sampled[0].p_value - exact.p_value)[0] < 4 * error
    np.testing.assert_allclose(sampled[0].conf_low * 1.1, exact.conf_low, atol=0.03)
    np.testing.assert_allclose(sampled[0].conf_high * 1.1, exact.conf_high, atol=0.03)


def test_a_sampled_p_value_is_never_zero():
    scale = np.arange(30) + 0.5 * (np.arange(30) % 2)
    result = run((scale > 15).astype(float), scale, draws=99)
    assert result.p_value[0] == pytest.approx(1 / 100)


def test_many_codes_still_have_an_exact_p_value():
    rng = np.random.default_rng(2)
    years = rng.integers(0, 36, 28).astype(float)
    outcome = (rng.random(28) < 0.5).astype(float)
    result = run(outcome, years)
    assert (result.exact, result.interval_exact) == (True, False)
    sampled = run(outcome, years * 1.1, draws=40_000)
    assert abs(sampled.p_value - result.p_value)[0] < 4 * sampled.monte_carlo_error


@pytest.mark.parametrize("blocked", [False, True])
def test_covariates_are_taken_out_as_freedman_and_lane_do(blocked):
    rng = np.random.default_rng(8)
    n = 6
    covariate, dose, outcome = rng.normal(size=(3, n))
    blocks = np.array([0, 0, 0, 1, 1, 1]) if blocked else np.zeros(n, dtype=int)
    nuisance = np.column_stack([np.ones(n), blocks, covariate][:: 1 if blocked else 2])
    fitted = nuisance @ np.linalg.lstsq(nuisance, outcome, rcond=None)[0]

    def t_value(values):
        x = np.column_stack([dose, nuisance])
        slopes, squares = np.linalg.lstsq(x, values, rcond=None)[:2]
        return slopes[0] / np.sqrt(squares[0] * np.linalg.inv(x.T @ x)[0, 0]), slopes[0]

    observed, slope = t_value(outcome)
    arranged = [t_value(fitted + (outcome - fitted)[order])[0] for order in orders(blocks)]
    result = run(outcome, dose, covariates=covariate[:, None], blocks=blocks if blocked else None)
    assert result.estimate[0] == pytest.approx(slope)
    expected = np.mean(np.abs(arranged) >= abs(observed) - 1e-9)
    assert result.p_value[0] == pytest.approx(expected)
    assert result.p_higher == pytest.approx(np.mean(np.array(arranged) >= observed - 1e-9))
    assert result.n_arrangements == len(arranged)
    assert result.exact


def test_an_interval_with_covariates_reaches_to_where_the_test_rejects():
    rng = np.random.default_rng(12)
    covariates = rng.integers(0, 4, (24, 2)).astype(float)
    scale = rng.integers(0, 4, 24).astype(float)
    outcome = (rng.random(24) < 0.15 + 0.2 * scale).astype(float)
    result = run(outcome, scale, covariates=covariates)
    for limit, outward in ((result.conf_low[0], -1), (result.conf_high[0], 1)):
        for step, kept in ((-1e-3, True), (1e-3, False)):
            moved = outcome - (limit + outward * step) * scale
            again = run(moved, scale, covariates=covariates)
            assert bool(again.p_value[0] > 0.05) is kept


def test_empty_covariates_are_no_covariates():
    outcome, scale = np.array([0.0, 1, 0, 1, 1]), np.array([0.0, 1, 2, 3, 3])
    result = run(outcome, scale, covariates=np.empty((5, 0)))
    assert result.p_value == run(outcome, scale).p_value
    assert result.exact


def test_arrangements_are_counted_exactly_however_many():
    scale = np.repeat(np.arange(4), 6)
    ways = count_by_sum((6,) * 4, np.outer(np.arange(24) % 2, np.arange(4)))
    assert ways.sum() == number_of_arrangements(scale, np.zeros(24, dtype=int))
    assert number_of_arrangements(scale, np.zeros(24, dtype=int)) == (
        math.factorial(24) // math.factorial(6) ** 4
    )


@pytest.mark.parametrize(
    ("outcome", "treatment", "options", "reason"),
    [
        ([0, 1, 0], [2, 2, 2], {}, "the treatment does not vary"),
        ([1, 1, 1], [0, 1, 2], {}, "the outcome does not vary"),
        (
            [0, 1, 0], [0, 1, 2], {"blocks": ["a", "b", "c"]},
            "the treatment does not vary within any block",
        ),
        (
            [0, 1, 1, 1], [1, 1, 0, 2], {"blocks": [1, 1, 2, 2]},
            "no block has both outcome and treatment vary",
        ),
        (
            [0, 1, 0, 1], [0, 1, 2, 3], {"covariates": np.array([[1.0], [2], [3], [4]])},
            "the treatment does not vary beyond the covariates",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_tested_is_named(outcome, treatment, options, reason):
    result = run(outcome, treatment, **options)
    assert result.note == (reason,)
    assert np.isnan([result.p_value, result.conf_low, result.conf_high]).all()
    assert np.isnan([result.p_higher, result.p_lower, result.monte_carlo_error]).all()


def test_too_few_arrangements_reject_no_effect():
    result = run([0, 1, 0, 1], [0, 1, 0, 1], blocks=["a", "a", "b", "b"])
    assert result.p_value[0] == pytest.approx(0.5)
    assert (result.conf_low[0], result.conf_high[0]) == (-np.inf, np.inf)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="missing or infinite"):
        run([0, 1, np.nan], [0, 1, 2])
    with pytest.raises(ValueError, match="missing or infinite"):
        run([0, 1, 1], [0, 1, np.nan])
    with pytest.raises(ValueError, match=r"blocks has shape .*allowed: \(3,\)"):
        run([0, 1, 1], [0, 1, 2], blocks=[1, 2])
    with pytest.raises(ValueError, match="level is 0"):
        run([0, 1, 1], [0, 1, 2], level=0)
    with pytest.raises(ValueError, match="draws is 0"):
        run([0, 1, 1], [0, 1, 2], draws=0)


def arranged(outcome, treatment, blocks):
    """Slope of every arrangement of the outcome within blocks, from the definition."""
    places = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    slopes = []
    for orders in itertools.product(*(itertools.permutations(own) for own in places)):
        moved = outcome.copy()
        for own, order in zip(places, orders, strict=True):
            moved[own] = outcome[list(order)]
        x = np.column_stack([blocks[:, None] == np.unique(blocks), treatment])
        slopes.append(np.linalg.lstsq(x.astype(float), moved, rcond=None)[0][-1])
    return np.array(slopes)


@pytest.mark.parametrize("unit", [1.0, 0.37])
@pytest.mark.parametrize("seed", range(6))
def test_one_sided_p_values_are_shares_of_all_arrangements(seed, unit):
    generator = np.random.default_rng(seed)
    outcome = generator.integers(0, 5, 7) * unit
    treatment, blocks = generator.integers(0, 3, 7).astype(float), np.array([0, 0, 0, 0, 1, 1, 1])
    slopes = arranged(outcome, treatment, blocks)
    results = {
        side: permutation_test(
            outcome, treatment, "x", rng=generator, blocks=blocks, alternative=side
        )
        for side in ("two-sided", "greater", "less")
    }
    if results["greater"].note[0]:
        pytest.skip("nothing varies")
    observed = results["greater"].estimate[0]
    assert results["greater"].p_value[0] == pytest.approx((slopes >= observed - 1e-9).mean())
    assert results["less"].p_value[0] == pytest.approx((slopes <= observed + 1e-9).mean())
    assert results["two-sided"].p_value[0] == pytest.approx(
        (np.abs(slopes) >= abs(observed) - 1e-9).mean()
    )
    assert results["greater"].p_value[0] == results["two-sided"].p_higher
    assert results["less"].p_value[0] == results["two-sided"].p_lower


# Against one side, a limit is where the one-sided test of the shifted outcome begins to reject.
@pytest.mark.parametrize("side", ["greater", "less"])
def test_one_sided_limits_invert_the_test(side):
    outcome = np.array([3.0, 5, 4, 8, 9, 7, 12, 10])
    treatment = np.array([0.0, 0, 0, 0, 1, 1, 1, 1])
    result = permutation_test(
        outcome, treatment, "x", rng=np.random.default_rng(0), alternative=side, level=0.9
    )
    if side == "greater":
        assert result.conf_high[0] == np.inf
        limit, step = result.conf_low[0], -1e-6
    else:
        assert result.conf_low[0] == -np.inf
        limit, step = result.conf_high[0], 1e-6
    assert np.isfinite(limit)
    p_values = [
        permutation_test(
            outcome - effect * treatment, treatment, "x",
            rng=np.random.default_rng(0), alternative=side,
        ).p_value[0]
        for effect in (limit + step, limit - step)
    ]  # fmt: skip
    assert p_values[0] <= 0.1 < p_values[1]


def test_a_side_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="alternative is 'higher'; allowed: two-sided, greater"):
        permutation_test(
            np.arange(4.0), np.arange(4.0), "x", rng=np.random.default_rng(0), alternative="higher"
        )


def test_a_limit_is_sought_no_further_than_its_digits(monkeypatch):
    asked = []
    correlations = ReferenceDistribution.correlations
    monkeypatch.setattr(
        ReferenceDistribution,
        "correlations",
        lambda *given: asked.append(1) or correlations(*given),
    )
    rng = np.random.default_rng(5)
    outcome, treatment = rng.integers(0, 2, 24), rng.integers(0, 3, 24)
    covariate = rng.normal(size=(24, 1))
    found = permutation_test(outcome, treatment, "t", covariates=covariate, rng=rng, draws=199)
    assert np.isfinite([found.conf_low[0], found.conf_high[0]]).all()
    # Nine digits take some 34 halvings a limit; a fixed number of 60 for each would ask 120 times and more.
    assert len(asked) <= 90


# The covariates and the treatment give the outcome whole: beside the slope every effect is rejected,
# and a search for the end of the interval would find the rounding of square roots near zero.
def test_a_perfect_fit_has_an_interval_of_one_point():
    treatment = np.array([1.0, 2, 3, 1, 1, 3, 3])
    covariates = np.array([[3.0, 1], [2, 3], [2, 3], [2, 2], [1, 3], [0, 2], [2, 3]])
    outcome = np.array([1.0, -1, -0.5, -0.5, -2, -0.5, -0.5])
    found = permutation_test(
        outcome, treatment, "x", covariates=covariates, rng=np.random.default_rng(0)
    )
    assert found.exact
    assert (found.conf_low[0], found.conf_high[0]) == (0.5, 0.5)
