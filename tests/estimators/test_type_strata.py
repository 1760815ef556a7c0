"""Causal types within strata: one stratum, known sums, simulation from the prior, mirror images, a confounder."""

import numpy as np
import pytest
from scipy.stats import irwinhall

from replication.estimators.causal_types import (
    ADVERSE,
    BENEFICIAL,
    CELLS,
    FITTING,
    fit_types,
    type_model,
)
from replication.estimators.type_mixtures import ShareMixture
from replication.estimators.type_strata import STEP, WeightedSum, fit_strata

FLAT = [1.0, 1.0, 1.0, 1.0]
CLUE = np.full((1, 2, 4), 0.5)
CLUE[0, 1, 1], CLUE[0, 1, 3] = 0.8, 0.3


def cells(*counts):
    """Cases from counts in the order of `CELLS`."""
    pairs = [pair for pair, n in zip(CELLS, counts, strict=True) for _ in range(n)]
    return np.array(pairs, dtype=float).reshape(-1, 2).T


def strata(*groups):
    """Cause, outcome and stratum of several groups of counts."""
    parts = [cells(*group) for group in groups]
    return (*np.hstack(parts), np.repeat(np.arange(len(groups)), [p.shape[1] for p in parts]))


@pytest.mark.parametrize("assignment", [None, [1.0, 1.0]])
def test_one_stratum_is_the_posterior_without_strata(assignment):
    model = type_model(FLAT, assignment, CLUE)
    x, y = cells(4, 2, 3, 5)
    clues = np.where((x == 1) & (y == 1), np.arange(14.0) % 2, np.nan)[:, None]
    alone, within = fit_types(x, y, clues, model), fit_strata(x, y, clues, np.full(14, 7.0), model)
    for found, known in ((within.effect, alone.effect), (within.share(1), alone.share(1))):
        assert found.mean == pytest.approx(known.mean, abs=1e-14)
        assert found.sd == pytest.approx(known.sd, abs=1e-14)
        for level in (0.025, 0.5, 0.975):
            assert found.quantile(level) == known.quantile(level)
    assert within.effect.positive == pytest.approx(alone.effect.positive, abs=1e-9)
    assert within.case_probabilities == pytest.approx(alone.case_probabilities)


def test_no_case_leaves_the_prior():
    fit = fit_strata(np.empty(0), np.empty(0), None, np.empty(0), type_model(FLAT))
    assert fit.effect.mean == 0
    assert fit.effect.variance == pytest.approx(0.1)


@pytest.mark.parametrize("n", [2, 3])
def test_a_sum_of_uniform_quantities_has_its_known_distribution(n):
    uniform = ShareMixture(np.array([1.0]), np.array([1.0]), 2.0)
    mean = WeightedSum((uniform,) * n, np.full(n, 1 / n))
    known = irwinhall(n, scale=1 / n)
    assert (mean.mean, mean.variance) == pytest.approx((0.5, 1 / 12 / n))
    for value in np.linspace(0.01, 0.99, 37):
        assert mean.cdf(value) == pytest.approx(known.cdf(value), abs=2e-5)
    for level in (0.025, 0.3, 0.5, 0.975):
        assert mean.quantile(level) == pytest.approx(known.ppf(level), abs=2e-5)
    assert mean.positive == 1


def test_unequal_weights_give_a_trapezium():
    uniform = ShareMixture(np.array([1.0]), np.array([1.0]), 2.0)
    total = WeightedSum((uniform, uniform), np.array([0.3, 0.7]))
    # Below the smaller weight the region is a triangle; between the two the mean of the smaller one is taken off.
    assert total.cdf(0.2) == pytest.approx(0.2**2 / 2 / 0.3 / 0.7, abs=1e-5)
    assert total.cdf(0.6) == pytest.approx((0.6 - 0.15) / 0.7, abs=1e-5)


def drawn(counts, rng, n=400_000):
    """Effects drawn from the prior with the likelihood of the counts, each type with its own assignment."""
    shares, present = rng.dirichlet(FLAT, n), rng.random((n, 4))
    chances = []
    for (x, _), types in zip(CELLS, FITTING, strict=True):
        own = present if x else 1 - present
        chances.append(sum(shares[:, kind] * own[:, kind] for kind in types))
    weight = np.prod([c**k for c, k in zip(chances, counts, strict=True)], axis=0)
    kept = rng.choice(n, 100_000, p=weight / weight.sum())
    effect: np.ndarray = (shares[:, BENEFICIAL] - shares[:, ADVERSE])[kept]
    return effect


def test_draws_from_the_prior_weighed_by_the_data_agree():
    groups = (2, 0, 2, 2), (1, 1, 0, 4)
    x, y, group = strata(*groups)
    fit = fit_strata(x, y, None, group, type_model(FLAT, [1.0, 1.0]))
    rng = np.random.default_rng(5)
    both = sum(drawn(counts, rng) / 2 for counts in groups)
    assert fit.effect.mean == pytest.approx(both.mean(), abs=0.006)
    assert fit.effect.sd == pytest.approx(both.std(), abs=0.006)
    assert fit.effect.positive == pytest.approx((both > 0).mean(), abs=0.01)
    for level in (0.025, 0.5, 0.975):
        assert fit.effect.quantile(level) == pytest.approx(np.quantile(both, level), abs=0.015)


def test_mirror_images_cancel_and_twins_halve_the_variance():
    model = type_model(FLAT, [1.0, 1.0])
    mirror = fit_strata(*_with_no_clue(strata((4, 1, 2, 5), (1, 4, 5, 2))), model).effect
    assert mirror.mean == pytest.approx(0, abs=1e-12)
    assert mirror.positive == pytest.approx(0.5, abs=1e-9)
    assert mirror.quantile(0.025) == pytest.approx(-mirror.quantile(0.975), abs=1e-9)
    one = fit_types(*cells(4, 1, 2, 5), None, model).effect
    twins = fit_strata(*_with_no_clue(strata((4, 1, 2, 5), (4, 1, 2, 5))), model).effect
    assert twins.mean == pytest.approx(one.mean)
    assert twins.variance == pytest.approx(one.variance / 2)


def test_the_order_of_strata_and_cases_changes_nothing():
    model = type_model(FLAT, [1.0, 1.0])
    x, y, group = strata((3, 0, 3, 3), (2, 2, 1, 7))
    order = np.random.default_rng(1).permutation(len(x))
    first = fit_strata(x, y, None, group, model)
    again = fit_strata(x[order], y[order], None, 1 - group[order], model)
    assert again.effect.quantile(0.025) == pytest.approx(first.effect.quantile(0.025), abs=1e-9)
    assert again.effect.positive == pytest.approx(first.effect.positive, abs=1e-9)
    assert again.case_probabilities == pytest.approx(first.case_probabilities[order])


def test_an_association_that_a_confounder_makes_goes_away_within_its_strata():
    """Without the confounder few cases have cause or outcome, with it most have: the cause does nothing."""
    groups = (9, 1, 1, 0), (0, 1, 1, 9)
    x, y, group = strata(*groups)
    model = type_model(FLAT)
    pooled, within = fit_types(x, y, None, model), fit_strata(x, y, None, group, model)
    assert pooled.effect.quantile(0.025) > 0
    assert within.effect.mean < pooled.effect.mean / 2
    assert within.effect.quantile(0.025) < 0


def test_the_bound_of_the_error_holds_even_where_the_density_is_steep():
    steep = ShareMixture(np.array([0.5]), np.array([1.0]), 1.0)
    total = WeightedSum((steep, steep), np.array([0.5, 0.5]))
    rng = np.random.default_rng(3)
    draws = (rng.beta(0.5, 0.5, 1_000_000) + rng.beta(0.5, 0.5, 1_000_000)) / 2
    for level in (0.025, 0.3, 0.975):
        assert total.quantile(level) == pytest.approx(np.quantile(draws, level), abs=STEP)


@pytest.mark.parametrize("group", [[0.0, 1.0], [0.0, 1.0, np.nan]])
def test_strata_that_are_not_known_for_every_case_are_refused(group):
    with pytest.raises(ValueError, match="stratum"):
        fit_strata(np.array([0.0, 1, 1]), np.array([0.0, 1, 1]), None, group, type_model(FLAT))


def _with_no_clue(found):
    x, y, group = found
    return x, y, None, group
