"""Causal types: published figures, biqq's own sampler, enumeration of every assignment, conjugacy, calibration."""

import csv
from itertools import product

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.special import betaln, gammaln
from scipy.stats import beta, kstest

from replication import paths
from replication.estimators.causal_types import (
    BENEFICIAL,
    CELLS,
    DESTINED,
    FITTING,
    TYPES,
    fit_types,
    type_model,
)
from replication.estimators.type_mixtures import EffectMixture
from replication.precision import chances

FLAT = [1.0, 1.0, 1.0, 1.0]
HALF = np.full((1, 2, 4), 0.5)
# Means and standard deviations of the clue that biqq's documentation gives for its example.
STATED = np.array([[[0.1, 0.1, 0.05, 0.3], [0.95, 0.9, 0.475, 0.5]]])
NARROW = STATED * (1 - STATED) / 0.01**2 - 1


def rows(counts):
    """Cases from a mapping of (cause, outcome, clue) to how many."""
    table = np.array([key for key, n in counts.items() for _ in range(n)], dtype=float)
    return table[:, 0], table[:, 1], table[:, 2:]


def electoral_systems(seen=20):
    x, y, clue = rows(
        {(0, 0, 0): 3, (0, 0, 1): 1, (0, 1, 0): 4, (1, 0, 0): 1, (1, 1, 0): 7, (1, 1, 1): 4}
    )
    return x, y, clue if seen else np.full_like(clue, np.nan)


def biqq():
    ours = np.full((1, 2, 4), 0.5)
    ours[0, 1, [BENEFICIAL, DESTINED]] = 0.6, 0.35
    size = np.full((1, 2, 4), 2.0)
    size[0, 1, [BENEFICIAL, DESTINED]] = 10
    nan = np.nan
    some = rows(
        {(0, 0, nan): 2, (0, 1, nan): 3, (1, 0, nan): 1, (1, 1, nan): 6, (0, 0, 0): 1, (0, 0, 1): 1, (0, 1, 0): 1,
         (1, 1, 0): 2, (1, 1, 1): 3}
    )  # fmt: skip
    mine = rows(
        {(0, 0, nan): 7, (0, 1, nan): 3, (1, 0, nan): 4, (1, 1, nan): 6, (1, 1, 0): 2, (1, 1, 1): 2}
    )
    fits = {
        "es_clues": (electoral_systems(), STATED, NARROW),
        "es_flat_clues": (electoral_systems(), HALF, 2.0),
        "es_no_clues": (electoral_systems(0), HALF, 2.0),
        "es_some": (some, STATED, NARROW),
        "ours_condition": (mine, ours, size),
    }
    return {
        name: fit_types(*data, type_model(FLAT, [1, 1], mean, size))
        for name, (data, mean, size) in fits.items()
    }


def reference():
    with (paths.ROOT / "tests" / "reference" / "biqq.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return [
            (
                row["data"],
                row["parameter"],
                *(float(row[c]) for c in ("mean", "se_mean", "sd", "q025", "q975")),
            )
            for row in csv.DictReader(file)
        ]


def summary(fit, parameter):
    """Mean, standard deviation and ends of the interval of one parameter under biqq's name; NaN where not given."""
    if parameter == "effect":
        e = fit.effect
        return e.mean, e.sd, e.quantile(0.025), e.quantile(0.975)
    if parameter.startswith("abcd"):
        s = fit.share(int(parameter[5]) - 1)
        return s.mean, s.sd, s.quantile(0.025), s.quantile(0.975)
    kind = "abcd".index(parameter.split("_")[1][0])
    if parameter.startswith("pi"):
        return fit.assignment_mean[kind], np.nan, np.nan, np.nan
    return *fit.clue(0, int(parameter[-1]), kind), np.nan, np.nan


def test_biqqs_own_sampler_gives_the_same_within_its_error():
    fits = biqq()
    lines = reference()
    assert {line[0] for line in lines} == set(fits)
    for name, parameter, mean, error, sd, low, high in lines:
        found = summary(fits[name], parameter)
        where = f"{name} {parameter}"
        assert abs(found[0] - mean) < 4 * error, where
        if not np.isnan(found[1]):
            assert found[1] == pytest.approx(sd, rel=0.02), where
        if not np.isnan(found[2]):
            assert found[2:] == pytest.approx((low, high), abs=0.006), where


def test_the_figures_of_the_vignette_of_causalqueries():
    """Twenty cases in which cause and outcome agree: means and standard deviations as printed, to two digits."""
    x = np.tile([0.0, 1.0], 10)
    fit = fit_types(x, x, None, type_model(FLAT))
    printed = {
        "chronic": (0.08, 0.07),
        "adverse": (0.04, 0.04),
        "beneficial": (0.80, 0.11),
        "destined": (0.08, 0.07),
    }
    for kind, (mean, sd) in printed.items():
        share = fit.share(TYPES.index(kind))
        assert (share.mean, share.sd) == pytest.approx((mean, sd), abs=0.0051)
    own = fit.share(BENEFICIAL)
    # Ends of intervals from 4,000 draws: their error is about 0.01.
    assert (own.quantile(0.025), own.quantile(0.975)) == pytest.approx((0.54, 0.95), abs=0.01)
    prior = fit_types([], [], None, type_model(FLAT)).share(BENEFICIAL)
    assert (prior.mean, prior.sd) == pytest.approx((0.25, 0.20), abs=0.0075)
    assert (prior.quantile(0.025), prior.quantile(0.975)) == pytest.approx((0.01, 0.70), abs=0.01)


def enumerated(x, y, clues, model):
    """Go through every assignment of types to cases: the posterior by its definition."""
    options = [FITTING[CELLS.index((int(a), int(b)))] for a, b in zip(x, y, strict=True)]
    total, shares, by_case, squares = 0.0, np.zeros(4), np.zeros((len(x), 4)), 0.0
    for kinds in product(*options):
        n = np.bincount(kinds, minlength=4)
        held = model.shares > 0
        if n[~held].any():
            continue
        a = model.shares[held]
        log = (
            (gammaln(a + n[held]) - gammaln(a)).sum() + gammaln(a.sum()) - gammaln(a.sum() + len(x))
        )
        for kind in range(4):
            own = np.array(kinds) == kind
            if model.assignment is not None:
                one, two = model.assignment[kind]
                log += betaln(one + (x[own] == 1).sum(), two + (x[own] == 0).sum()) - betaln(
                    one, two
                )
            for cause, number in product((0, 1), range(clues.shape[1])):
                seen = clues[own & (x == cause), number]
                yes, no = np.nansum(seen == 1), np.nansum(seen == 0)
                mean, size = (
                    model.clue_mean[number, cause, kind],
                    model.clue_size[number, cause, kind],
                )
                if np.isinf(size):
                    log += yes * np.log(mean) + no * np.log(1 - mean)
                else:
                    one, two = size * mean, size * (1 - mean)
                    log += betaln(one + yes, two + no) - betaln(one, two)
        weight = np.exp(log)
        whole = model.shares + n
        total += weight
        shares += weight * whole / whole.sum()
        gap = (whole[1] * (whole[1] + 1) + whole[0] * (whole[0] + 1) - 2 * whole[0] * whole[1]) / (
            whole.sum() * (whole.sum() + 1)
        )
        squares += weight * gap
        by_case[np.arange(len(x)), list(kinds)] += weight
    mean = shares / total
    return np.log(total), mean, by_case / total, squares / total - (mean[1] - mean[0]) ** 2


@pytest.mark.parametrize("monotonic", [False, True])
@pytest.mark.parametrize("confounded", [False, True])
@pytest.mark.parametrize("size", ["fixed", "learnt", "mixed"])
def test_every_assignment_of_types_gone_through_gives_the_same(monotonic, confounded, size):
    rng = np.random.default_rng(11)
    x, y = rng.integers(0, 2, (2, 7)).astype(float)
    if monotonic:
        x[:2], y[:2] = (0, 1), (0, 1)
    clues = rng.integers(0, 2, (7, 2)).astype(float)
    clues[rng.random((7, 2)) < 0.3] = np.nan
    mean = rng.uniform(0.1, 0.9, (2, 2, 4))
    sizes = {"fixed": np.inf, "learnt": 6.0, "mixed": np.array([np.inf, 6.0])[:, None, None]}
    shares = [0.0 if monotonic else 0.7, 1.3, 1.0, 2.0]
    assignment = [[1, 2], [2, 1], [1, 1], [0.5, 0.5]] if confounded else None
    model = type_model(shares, assignment, mean, sizes[size])
    fit = fit_types(x, y, clues, model)
    evidence, means, by_case, variance = enumerated(x, y, clues, model)
    assert fit.log_evidence == pytest.approx(evidence, abs=1e-10)
    assert [fit.share(kind).mean for kind in range(4)] == pytest.approx(means, abs=1e-12)
    assert fit.case_probabilities == pytest.approx(by_case, abs=1e-12)
    assert fit.effect.variance == pytest.approx(variance, abs=1e-12)


def test_clues_that_tell_the_type_for_certain_leave_a_dirichlet_distribution():
    mean = np.zeros((1, 2, 4))
    mean[0, :, :2] = 1.0
    x, y, clues = rows({(0, 0, 1): 3, (0, 0, 0): 2, (1, 1, 1): 4, (1, 1, 0): 1, (0, 1, 1): 1})
    fit = fit_types(x, y, clues, type_model(FLAT, None, mean))
    # Adverse 1, beneficial 7, chronic 2, destined 1 case, with one each beforehand.
    assert [fit.share(k).mean for k in range(4)] == pytest.approx(np.array([2, 8, 3, 2]) / 15)
    for value in (0.2, 0.5, 0.8):
        assert fit.share(BENEFICIAL).cdf(value) == pytest.approx(beta.cdf(value, 8, 7), abs=1e-12)
    assert set(np.round(fit.case_probabilities.ravel(), 12)) == {0.0, 1.0}


def test_the_distribution_of_the_effect_by_integration_over_the_simplex():
    a, b, rest = 2.3, 1.6, 3.1
    mixture = EffectMixture(np.array([a]), np.array([b]), np.array([1.0]), a + b + rest)
    constant = np.exp(gammaln(a + b + rest) - gammaln([a, b, rest]).sum())

    def below(value):
        return dblquad(
            lambda p, q: constant * p ** (a - 1) * q ** (b - 1) * (1 - p - q) ** (rest - 1),
            0, 1, 0, lambda q: max(0.0, min(1 - q, q + value)), epsabs=1e-10,
        )[0]  # fmt: skip

    for value in (-0.4, 0.0, 0.15, 0.6):
        assert mixture.cdf(value) == pytest.approx(below(value), abs=1e-7)
    assert 1 - mixture.cdf(0.0) == pytest.approx(mixture.positive, abs=1e-9)
    for level in (0.025, 0.5, 0.975):
        assert mixture.cdf(mixture.quantile(level)) == pytest.approx(level, abs=1e-9)
    assert (mixture.cdf(-1.0), mixture.cdf(1.0)) == pytest.approx((0, 1), abs=1e-9)


def test_steep_densities_at_the_ends_are_integrated_too():
    small = EffectMixture(np.array([0.3]), np.array([0.2]), np.array([1.0]), 0.9)
    rng = np.random.default_rng(5)
    drawn = rng.dirichlet([0.3, 0.2, 0.4], 400_000)
    for value in (-0.5, 0.1, 0.7):
        share = (drawn[:, 0] - drawn[:, 1] <= value).mean()
        assert small.cdf(value) == pytest.approx(share, abs=0.004)


def test_what_must_not_matter_does_not():
    x, y, clues = electoral_systems()
    model = type_model(FLAT, [1, 1], STATED)
    fit = fit_types(x, y, clues, model)
    order = np.random.default_rng(3).permutation(len(x))
    other = fit_types(x[order], y[order], clues[order], model)
    assert other.effect.mean == pytest.approx(fit.effect.mean, abs=1e-13)
    assert other.case_probabilities == pytest.approx(fit.case_probabilities[order], abs=1e-13)
    # A clue as probable under either type teaches nothing of types, and a clue not looked for is none.
    bare = fit_types(x, y, None, type_model(FLAT, [1, 1]))
    level = fit_types(x, y, clues, type_model(FLAT, [1, 1], np.full((1, 2, 4), 0.3)))
    unseen = fit_types(x, y, np.full_like(clues, np.nan), model)
    for same in (level, unseen):
        assert same.effect.mean == pytest.approx(bare.effect.mean, abs=1e-13)
    # The other outcome turns adverse and beneficial, chronic and destined round.
    turned = fit_types(x, 1 - y, None, type_model(FLAT, [1, 1]))
    assert turned.effect.mean == pytest.approx(-bare.effect.mean, abs=1e-13)
    assert turned.effect.quantile(0.1) == pytest.approx(-bare.effect.quantile(0.9), abs=1e-8)


def test_the_probabilities_of_a_clue_found_and_not_found_add_up():
    x, y, clues = electoral_systems()
    for size in (np.inf, 8.0):
        model = type_model(FLAT, [1, 1], STATED, size)
        open_one = clues.copy()
        open_one[15] = np.nan
        before = fit_types(x, y, open_one, model)
        after = []
        for value in (0.0, 1.0):
            told = open_one.copy()
            told[15] = value
            after.append(fit_types(x, y, told, model))
        weights = np.exp([fit.log_evidence - before.log_evidence for fit in after])
        assert weights.sum() == pytest.approx(1, abs=1e-12)
        means = [fit.effect.mean for fit in after]
        assert weights @ means == pytest.approx(before.effect.mean, abs=1e-12)


def test_a_clue_worth_very_many_cases_is_a_fixed_one():
    x, y, clues = electoral_systems()
    fixed = fit_types(x, y, clues, type_model(FLAT, [1, 1], STATED))
    learnt = fit_types(x, y, clues, type_model(FLAT, [1, 1], STATED, 1e7))
    assert learnt.effect.mean == pytest.approx(fixed.effect.mean, abs=1e-5)
    assert learnt.case_probabilities == pytest.approx(fixed.case_probabilities, abs=1e-5)


def test_many_cases_and_clues_are_no_obstacle_where_probabilities_are_fixed():
    rng = np.random.default_rng(8)
    x, y = rng.integers(0, 2, (2, 60)).astype(float)
    clues = rng.integers(0, 2, (60, 9)).astype(float)
    model = type_model(FLAT, [1, 1], rng.uniform(0.2, 0.8, (9, 2, 4)))
    fit = fit_types(x, y, clues, model)
    assert fit.weight.sum() == pytest.approx(1)
    assert fit.case_probabilities.sum(axis=1) == pytest.approx(np.ones(60))


def test_without_adverse_cases_the_effect_is_the_share_of_beneficial_ones():
    x, y, _ = electoral_systems()
    fit = fit_types(x, y, None, type_model([0, 1, 1, 1], [1, 1]))
    assert fit.effect.mean == pytest.approx(fit.share(BENEFICIAL).mean)
    assert fit.effect.positive == pytest.approx(1, abs=1e-12)
    for level in (0.025, 0.5):
        assert fit.effect.quantile(level) == pytest.approx(
            fit.share(BENEFICIAL).quantile(level), abs=1e-9
        )


def test_no_cause_leaves_chronic_and_destined_alone():
    x, y, _ = electoral_systems()
    none = fit_types(x, y, None, type_model([0, 0, 1, 1]))
    # The outcomes are then a coin of unknown bias: a Beta function of the counts.
    assert none.log_evidence == pytest.approx(betaln(1 + y.sum(), 1 + (1 - y).sum()), abs=1e-12)
    assert none.effect.mean == 0
    assert (none.effect.cdf(-0.01), none.effect.cdf(0.0)) == (0, 1)


def test_truth_drawn_from_the_prior_lies_anywhere_in_the_posterior():
    rng = np.random.default_rng(1989)
    model = type_model([0.8, 1.2, 1.0, 1.0], [1, 1])
    places = []
    for _ in range(400):
        shares = rng.dirichlet(model.shares)
        kinds = rng.choice(4, 15, p=chances(shares) / chances(shares).sum())
        x = (rng.random(15) < rng.beta(1, 1, 4)[kinds]).astype(float)
        y = np.select([kinds == 0, kinds == 1, kinds == 2], [1 - x, x, 0 * x], 1.0)
        fit = fit_types(x, y, None, model)
        places.append((fit.share(1).cdf(shares[1]), fit.effect.cdf(shares[1] - shares[0])))
    for place in np.array(places).T:
        assert kstest(place, "uniform").pvalue > 0.005
        # Exact binomial limits at 400 draws.
        assert 0.92 <= ((place > 0.025) & (place < 0.975)).mean() <= 0.975


def test_the_stored_calibration_holds_what_it_should():
    with (paths.SIMULATED / "type_calibration.csv").open(encoding="utf-8", newline="") as file:
        stored = list(csv.DictReader(file))
    assert len(stored) == 16
    for row in stored:
        assert 0.93 <= float(row["covered"]) <= 0.97, row
        # Twelve different tests: none may fail at 0.05 over all of them.
        assert float(row["p_uniform"]) > 0.05 / 12, row


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([1, 1, 1], "four numbers from 0"),
        ([1, 1, 1, -1], "four numbers from 0"),
        ([1, 1, 0, 0], "chronic or destined above 0"),
        ([1, 0, 1, 1], "adverse only where beneficial is"),
        ([1, np.nan, 1, 1], "missing or infinite"),
    ],
)
def test_shares_that_are_none_are_refused(shares, words):
    with pytest.raises(ValueError, match=words):
        type_model(shares)


def test_other_arguments_that_are_none_are_refused():
    with pytest.raises(ValueError, match="assignment is"):
        type_model(FLAT, [0, 1])
    with pytest.raises(ValueError, match="from 0 to 1"):
        type_model(FLAT, None, np.full((1, 2, 4), 1.2))
    with pytest.raises(ValueError, match="clue_size must be above 0"):
        type_model(FLAT, None, HALF, 0.0)
    with pytest.raises(ValueError, match="finite only where"):
        type_model(FLAT, None, np.ones((1, 2, 4)), 5.0)
    with pytest.raises(ValueError, match="cause has the value 2"):
        fit_types([2], [1], None, type_model(FLAT))
    with pytest.raises(ValueError, match=r"clues has the value 0[.]5"):
        fit_types([1], [1], [[0.5]], type_model(FLAT, None, HALF))
    with pytest.raises(ValueError, match=r"outcome \(2,\)"):
        fit_types([1], [1, 0], None, type_model(FLAT))
    with pytest.raises(ValueError, match="no type that is left"):
        fit_types([1], [0], [[1.0]], type_model([0, 1, 1, 1], None, np.zeros((1, 2, 4))))
