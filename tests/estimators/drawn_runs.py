"""How each public estimator is run on a drawn data set, and which of its numbers unit, origin and order leave."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import drawn_tests as tests
import numpy as np
from drawn import Data, Quantities, by_term, groups_twice, regression, rows_twice

from replication.estimators import sensitivity
from replication.estimators.batch import collapse, fit_firth_batch, fit_ols_batch
from replication.estimators.exact import fit_exact
from replication.estimators.firth import firth_joint_test, fit_firth
from replication.estimators.flic import fit_flac, fit_flic
from replication.estimators.fractional import fit_fractional_logit
from replication.estimators.linear import cr2_joint_test, fit_ols_cr2, fit_ols_hc3
from replication.estimators.marginal_effects import (
    average_marginal_effects,
    predicted_probabilities,
)
from replication.estimators.ordinal import fit_ordered_logit
from replication.estimators.panel import fit_panel
from replication.estimators.panel_random import fit_mundlak, fit_random_effects
from replication.estimators.prediction import leave_one_out
from replication.estimators.proportional_odds import check_proportional_odds
from replication.estimators.sensitivity import (
    benchmark,
    bound_strength,
    robustness,
    treatment_robustness,
)
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap

# More or fewer when asked for: all take a minute and a half of one processor on 200.
DATA_SETS = int(os.environ.get("DRAWN_DATA_SETS", "200"))
WHOLE = ("estimate", "conf_low", "conf_high", "p_value")


def hc3(data):
    return regression(data, fit_ols_hc3(data.outcome, data.design, data.terms), of_outcome=True)


def cr2(data):
    # Clusters are what is independent: all that they hold may be there twice.
    fit = fit_ols_cr2(data.outcome, data.design, data.group, data.terms)
    return regression(data, fit, of_outcome=True, twice=WHOLE)


def cr2_joint(data):
    test = cr2_joint_test(data.outcome, data.design, data.group, data.terms, data.terms)
    found = np.array([test.statistic, test.p_value, test.dof])
    return Quantities(found, found)


def panel(data):
    fit = fit_panel(data.outcome, data.design, data.group, data.terms)
    found = regression(data, fit, of_outcome=True)
    # Its small-sample factor is (n - 1) / (n - k), k without the absorbed effects.
    n, k = len(data.outcome), data.design.shape[1]
    plain = fit.std_error[-2:] * np.sqrt((n - k) / (n - 1))
    return replace(found, twice=np.append(found.twice, by_term(data, plain, per_unit=True)))


def random_effects(data):
    fit = fit_random_effects(data.outcome, data.design, data.group, data.terms)
    return regression(data, fit, of_outcome=True, twice=())


def mundlak(data):
    fit = fit_mundlak(data.outcome, data.design, data.group, data.terms)
    slopes = [by_term(data, getattr(fit, name)[1:3], per_unit=True) for name in WHOLE[:3]]
    tests = [by_term(data, fit.p_value[1:3]), [fit.means_statistic, fit.means_p_value]]
    return Quantities(np.concatenate([*slopes, *tests]), slopes[0])


def fractional(data):
    fit = fit_fractional_logit(data.share, data.design, data.terms)
    return regression(data, fit, of_outcome=False)


def ordered(data):
    fit = fit_ordered_logit(data.ordered, data.design, data.terms)
    found = regression(data, fit, of_outcome=False)
    errors = by_term(data, fit.std_error, per_unit=True, of_outcome=False) * np.sqrt(data.copies)
    statistic = by_term(data, fit.statistic) / data.copies
    return replace(found, twice=np.concatenate([found.twice, errors, statistic]))


def firth(data):
    fit = fit_firth(data.binary, data.design, data.terms)
    found = regression(data, fit, of_outcome=False)
    if data.copies == 1:
        return replace(found, twice=weighted_twice(data))
    return replace(found, twice=np.append(found.twice, fit.p_value[1 + data.first]))


def weighted_twice(data):
    """Firth's slopes and the test of one with every row counted twice: his penalty then weighs half as much."""
    counts = collapse(data.design, data.binary)
    factor = 2 // data.copies
    trials, sums = factor * counts.trials, factor * counts.sums
    found = fit_firth_batch(counts.patterns, trials, sums, data.first)
    slopes = by_term(data, found.estimate[0, 1:], per_unit=True, of_outcome=False)
    return np.append(slopes, found.p_value)


def flic(data):
    fit = fit_flic(data.binary, data.design, data.terms)
    return replace(
        regression(data, fit, of_outcome=False), twice=fit.probability.mean(keepdims=True)
    )


def flac(data):
    fit = fit_flac(data.binary, data.design, data.terms)
    return replace(
        regression(data, fit, of_outcome=False), twice=fit.probability.mean(keepdims=True)
    )


def exact(data):
    fit = fit_exact(data.binary, data.design, data.terms)
    result = regression(data, fit, of_outcome=False)
    # The conditional distribution has other shapes with more rows; the sums observed only grow.
    sums = (
        by_term(data, fit.observed, per_unit=False) / data.units - data.origins * data.binary.sum()
    )
    same = np.append(result.same, by_term(data, fit.p_mid))
    return Quantities(same, np.sort(sums) / data.copies)


def wild(data):
    test = wild_cluster_bootstrap(
        data.outcome, data.design, data.group, data.terms,
        tested=data.first, rng=np.random.default_rng(0),
    )  # fmt: skip
    scale = data.units[data.first] / data.unit
    found = [test.estimate[0] * scale, test.conf_low[0] * scale, test.conf_high[0] * scale]
    # As of CR2: clusters are what is independent.
    return Quantities(np.array([*found, test.p_value[0]]), np.array([*found, test.p_value[0]]))


def odds(data):
    check = check_proportional_odds(data.ordered, data.design, data.terms)
    slopes = [by_term(data, row, per_unit=True, of_outcome=False) for row in check.slopes]
    same = np.concatenate([[check.statistic, check.p_value], *slopes])
    return Quantities(same, np.array([check.statistic / data.copies]))


def confounded(data):
    found = treatment_robustness(data.outcome, data.design, data.terms, data.first)
    scale = data.units[data.first] / data.unit
    shares = [found.partial_r2, found.robustness_value, found.robustness_value_alpha]
    size = [found.estimate * scale, found.std_error * scale]
    # A classical error goes with the root of its degrees of freedom; shares of a variance stay.
    kept = [size[0], size[1] * np.sqrt(found.dof), found.partial_r2, found.robustness_value]
    return Quantities(np.array([*size, *shares]), np.array(kept))


def benchmarked(data):
    found = benchmark(
        data.outcome, data.design, data.terms, treatment=data.first, observed=1 - data.first
    )
    scale = data.units[data.first] / data.unit
    numbers = [found.r2_treatment, found.r2_outcome, found.estimate * scale, found.statistic]
    return Quantities(np.concatenate(numbers), np.concatenate(numbers[:3]))


def of_table(data):
    estimate, std_error = data.outcome.max() - data.unit * data.origin, data.unit * 2.0
    found = robustness(estimate, std_error, 20)
    bound = bound_strength(0.01 * data.share.sum(), 0.1, np.array([1.0, 2.0]))[:2]
    moved = sensitivity.adjusted(estimate, std_error, 20, *bound)[:2]
    shares = np.array([found.partial_r2, found.robustness_value, *np.concatenate(bound)])
    return Quantities(np.append(shares, np.concatenate(moved) / data.unit))


def left_out(data):
    found = leave_one_out(data.binary, data.design, data.terms)
    groups = leave_one_out(data.binary, data.design, data.terms, data.group)
    scores = [found.log_score, found.brier_score, groups.log_score, groups.brier_score]
    return Quantities(np.array(scores))


def effects(data):
    fit = fit_firth(data.binary, data.design, data.terms)
    found = average_marginal_effects(fit, data.binary, data.design, data.terms)
    # A column with two values has an effect from one to the other, whatever its unit.
    two = np.array([len(np.unique(column)) == 2 for column in data.design.T])
    unit = np.where(two, 1.0, data.units)
    numbers = [found.estimate * unit, found.conf_low * unit, found.conf_high * unit, found.p_value]
    values = np.concatenate([by_term(data, number) for number in numbers])
    return Quantities(values)


def probabilities(data):
    fit = fit_firth(data.binary, data.design, data.terms)
    grid = data.units[data.first] * (np.array([0.0, 2.0]) + data.origins[data.first])
    found = predicted_probabilities(
        fit, data.binary, data.design, data.terms, term="a", grid=grid.tolist()
    )
    numbers = [*found.probability, *found.conf_low, *found.conf_high, found.change]
    return Quantities(np.array(numbers))


def firth_joint(data):
    test = firth_joint_test(data.binary, data.design, [0, 1])
    return Quantities(np.array([test.statistic, test.p_value]))


def firth_batch(data):
    counts = collapse(data.design, data.binary)
    found = fit_firth_batch(counts.patterns, counts.trials, counts.sums, data.first)
    slopes = by_term(data, found.estimate[0, 1:], per_unit=True, of_outcome=False)
    return Quantities(np.append(slopes, found.p_value), weighted_twice(data))


def ols_batch(data):
    # The batch takes outcomes as sums and squares, which have no digits to spare for an origin.
    outcome = data.outcome / data.unit - data.origin
    counts = collapse(data.design, outcome)
    squares = collapse(data.design, outcome**2).sums
    found = fit_ols_batch(counts.patterns, counts.trials, counts.sums, squares, data.first)
    slopes = by_term(data, found.estimate[0, 1:], per_unit=True, of_outcome=False)
    return Quantities(np.append(slopes, found.p_value), slopes)


@dataclass(frozen=True)
class Estimator:
    """How to run it on drawn data.

    Attributes
    ----------
    exact : bool
        Columns have to stay on a grid.
    repeat : callable
        How everything comes to be there twice.
    no_twice : str
        Why twice the rows leave none of its numbers; empty where they do.
    """

    run: Callable[[Data], Quantities]
    exact: bool = False
    repeat: Callable[[Data], Data] = rows_twice
    no_twice: str = ""


_PENALTY = (
    "Firth's penalty weighs half as much against twice the rows, which the row fit_firth shows"
)
_PRIOR = "what is assumed beforehand weighs half as much against twice the rows"
_NO_ROWS = "takes the figures of a regression table, not rows"
_TABLES = "more rows make more tables possible with the same margins, so that the distribution has another shape"
_VARIANCES = "how much of the variance lies between groups depends on the rows within them"

ESTIMATORS = {
    "fit_ols_hc3": Estimator(hc3),
    "fit_ols_cr2": Estimator(cr2),
    "cr2_joint_test": Estimator(cr2_joint),
    "wild_cluster_bootstrap": Estimator(wild),
    "fit_panel": Estimator(panel),
    "fit_random_effects": Estimator(random_effects, no_twice=_VARIANCES),
    "fit_mundlak": Estimator(mundlak),
    "fit_fractional_logit": Estimator(fractional),
    "fit_ordered_logit": Estimator(ordered),
    "check_proportional_odds": Estimator(odds),
    "fit_exact": Estimator(exact, exact=True),
    "permutation_test": Estimator(tests.permuted),
    "permutation_test with covariates": Estimator(tests.permuted_given),
    "within_permutation": Estimator(tests.positions, repeat=groups_twice),
    "focal_test": Estimator(tests.focal, repeat=groups_twice),
    "chosen_set_test": Estimator(tests.chosen),
    "rank_test": Estimator(tests.ranks),
    "earlier_test": Estimator(tests.earlier),
    "paired_tests": Estimator(tests.pairs),
    "treatment_robustness": Estimator(confounded),
    "benchmark": Estimator(benchmarked),
    "robustness, bound_strength, adjusted": Estimator(of_table, no_twice=_NO_ROWS),
    "leave_one_out": Estimator(left_out, no_twice=_PENALTY),
    "average_marginal_effects": Estimator(effects, no_twice=_PENALTY),
    "predicted_probabilities": Estimator(probabilities, no_twice=_PENALTY),
    "fit_firth": Estimator(firth),
    "fit_flic": Estimator(flic),
    "fit_flac": Estimator(flac),
    "firth_joint_test": Estimator(firth_joint, no_twice=_PENALTY),
    "fit_firth_batch": Estimator(firth_batch),
    "fit_ols_batch": Estimator(ols_batch),
    "two_by_two": Estimator(tests.crossed, no_twice=_TABLES),
    "ordered_table": Estimator(tests.trend, exact=True),
    "agreement": Estimator(tests.agreed),
    "agreement_of_sets": Estimator(tests.agreed_on_sets),
    "concordance": Estimator(tests.matched),
    "adjusted for many tests": Estimator(tests.several),
    "case selection": Estimator(tests.cases, repeat=groups_twice),
    "most_similar_pairs": Estimator(tests.similar, repeat=groups_twice),
    "fit_types": Estimator(tests.types, no_twice=_PRIOR),
    "fit_strata": Estimator(tests.strata, no_twice=_PRIOR),
    "qualitative comparative analysis": Estimator(tests.sets),
}
