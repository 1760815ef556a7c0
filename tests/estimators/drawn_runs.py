"""How each public estimator is run on a drawn data set, and which of its numbers unit, origin and order leave."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from drawn import Data, Quantities, as_drawn, by_term, regression
from scipy.special import expit

from replication.estimators import case_selection
from replication.estimators.agreement import agreement, agreement_of_sets
from replication.estimators.batch import collapse, fit_firth_batch, fit_ols_batch
from replication.estimators.chosen_sets import chosen_set_test
from replication.estimators.concordance import concordance
from replication.estimators.contingency import two_by_two
from replication.estimators.contingency_ordered import ordered_table
from replication.estimators.exact import fit_exact
from replication.estimators.firth import firth_joint_test, fit_firth
from replication.estimators.fractional import fit_fractional_logit
from replication.estimators.interval_ranks import earlier_test
from replication.estimators.linear import fit_ols_cr2, fit_ols_hc3
from replication.estimators.marginal_effects import (
    average_marginal_effects,
    predicted_probabilities,
)
from replication.estimators.multiple_testing import adjusted
from replication.estimators.ordinal import fit_ordered_logit
from replication.estimators.paired import paired_tests
from replication.estimators.panel import fit_panel
from replication.estimators.permutation import permutation_test
from replication.estimators.prediction import leave_one_out
from replication.estimators.proportional_odds import check_proportional_odds
from replication.estimators.qca.necessity import necessity
from replication.estimators.qca.truth_table import truth_table
from replication.estimators.rank import rank_test
from replication.estimators.sensitivity import benchmark, robustness, treatment_robustness
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap
from replication.estimators.within_groups import focal_test, within_permutation

DATA_SETS = 200
# Of the estimators that take tens of milliseconds; DRAWN_DATA_SETS=200 runs these too on as many as the others.
FEWER = int(os.environ.get("DRAWN_DATA_SETS", "40"))


def hc3(data):
    return regression(data, fit_ols_hc3(data.outcome, data.design, data.terms), of_outcome=True)


def cr2(data):
    fit = fit_ols_cr2(data.outcome, data.design, data.group, data.terms)
    return regression(data, fit, of_outcome=True)


def panel(data):
    fit = fit_panel(data.outcome, data.design, data.group, data.terms)
    return regression(data, fit, of_outcome=True)


def fractional(data):
    fit = fit_fractional_logit(data.share, data.design, data.terms)
    return regression(data, fit, of_outcome=False)


def ordered(data):
    fit = fit_ordered_logit(data.ordered, data.design, data.terms)
    return regression(data, fit, of_outcome=False)


def firth(data):
    return regression(data, fit_firth(data.binary, data.design, data.terms), of_outcome=False)


def exact(data):
    fit = fit_exact(data.binary, data.design, data.terms)
    result = regression(data, fit, of_outcome=False)
    return replace(result, same=np.append(result.same, by_term(data, fit.p_mid)))


def wild(data):
    test = wild_cluster_bootstrap(
        data.outcome, data.design, data.group, data.terms,
        tested=data.first, rng=np.random.default_rng(0),
    )  # fmt: skip
    scale = data.units[data.first] / data.unit
    found = [test.estimate[0] * scale, test.conf_low[0] * scale, test.conf_high[0] * scale]
    return Quantities(np.array([*found, test.p_value[0]]), np.array(found[:1]))


def odds(data):
    check = check_proportional_odds(data.ordered, data.design, data.terms)
    slopes = [by_term(data, row, per_unit=True, of_outcome=False) for row in check.slopes]
    return Quantities(np.concatenate([[check.statistic, check.p_value], *slopes]), np.zeros(0))


def permuted(data, covariates=None):
    test = permutation_test(
        data.outcome, data.a, "a",
        rng=np.random.default_rng(0), covariates=covariates, blocks=data.group, draws=1296,
    )  # fmt: skip
    scale = data.units[data.first] / data.unit
    found = np.array([test.estimate[0] * scale, test.p_value[0], test.p_higher, test.p_lower])
    limits = np.array([test.conf_low[0], test.conf_high[0]]) * scale
    return Quantities(np.append(found, limits), found[:1])


def permuted_given(data):
    return permuted(data, data.design[:, [1 - data.first]])


def positions(data):
    test = within_permutation(data.outcome, data.group, data.role, np.random.default_rng(0))
    return Quantities(np.array([test.statistic / data.unit**2, test.p_value]), np.zeros(0))


def focal(data):
    test = focal_test(data.outcome, data.group, data.role == "r0")
    found = np.array([test.difference / data.unit, test.p_value])
    return Quantities(found, np.zeros(0))


def chosen(data):
    test = chosen_set_test(data.outcome, data.treated, rng=np.random.default_rng(0), draws=99)
    mean = np.array([test.mean_chosen, test.mean_all]) / data.unit - data.origin
    return Quantities(np.array([*mean, test.p_value, test.p_higher, test.p_lower]), mean)


def ranks(data):
    test = rank_test(data.outcome[data.treated], data.outcome[~data.treated])
    found = np.array([test.superiority, test.p_value, test.p_greater, test.p_less])
    return Quantities(found, found[:1])


def earlier(data):
    late = data.outcome + 2 * data.unit * (data.share > 0.5)
    test = earlier_test(data.outcome, late, data.treated)
    found = np.array([test.share_earlier, test.p_value, test.p_earlier, test.p_later])
    return Quantities(found, found[:1])


def pairs(data):
    # Differences have a unit, but an origin only with what they are differences of.
    difference = data.unit * (as_drawn(data) - 3.0)
    test = paired_tests(difference)
    found = [test.mean_difference, test.hodges_lehmann, test.conf_low, test.conf_high]
    tests = [test.sign_p, test.permutation_p, test.signed_rank_p, test.signed_rank_statistic]
    return Quantities(
        np.array([*np.array(found) / data.unit, *tests]), np.array(found[:1]) / data.unit
    )


def confounded(data):
    found = treatment_robustness(data.outcome, data.design, data.terms, data.first)
    scale = data.units[data.first] / data.unit
    shares = [found.partial_r2, found.robustness_value, found.robustness_value_alpha]
    estimate = np.array([found.estimate * scale])
    return Quantities(np.array([*estimate, found.std_error * scale, *shares]), estimate)


def benchmarked(data):
    found = benchmark(
        data.outcome, data.design, data.terms, treatment=data.first, observed=1 - data.first
    )
    scale = data.units[data.first] / data.unit
    numbers = [found.r2_treatment, found.r2_outcome, found.estimate * scale, found.statistic]
    return Quantities(np.concatenate(numbers), np.zeros(0))


def of_table(data):
    found = robustness(data.outcome.max() - data.unit * data.origin, data.unit * 2.0, 20)
    return Quantities(np.array([found.partial_r2, found.robustness_value]), np.zeros(0))


def left_out(data):
    found = leave_one_out(data.binary, data.design, data.terms)
    groups = leave_one_out(data.binary, data.design, data.terms, data.group)
    scores = [found.log_score, found.brier_score, groups.log_score, groups.brier_score]
    return Quantities(np.array(scores), np.zeros(0))


def effects(data):
    fit = fit_firth(data.binary, data.design, data.terms)
    found = average_marginal_effects(fit, data.binary, data.design, data.terms)
    # A column with two values has an effect from one to the other, whatever its unit.
    two = np.array([len(np.unique(column)) == 2 for column in data.design.T])
    unit = np.where(two, 1.0, data.units)
    numbers = [found.estimate * unit, found.conf_low * unit, found.conf_high * unit, found.p_value]
    values = np.concatenate([by_term(data, number) for number in numbers])
    return Quantities(values, np.zeros(0))


def probabilities(data):
    fit = fit_firth(data.binary, data.design, data.terms)
    grid = data.units[data.first] * (np.array([0.0, 2.0]) + data.origins[data.first])
    found = predicted_probabilities(
        fit, data.binary, data.design, data.terms, term="a", grid=grid.tolist()
    )
    numbers = [*found.probability, *found.conf_low, *found.conf_high, found.change]
    return Quantities(np.array(numbers), np.zeros(0))


def firth_joint(data):
    test = firth_joint_test(data.binary, data.design, [0, 1])
    return Quantities(np.array([test.statistic, test.p_value]), np.zeros(0))


def firth_batch(data):
    counts = collapse(data.design, data.binary)
    found = fit_firth_batch(counts.patterns, counts.trials, counts.sums, data.first)
    slopes = by_term(data, found.estimate[0, 1:], per_unit=True, of_outcome=False)
    return Quantities(np.append(slopes, found.p_value), np.zeros(0))


def ols_batch(data):
    # The batch takes outcomes as sums and squares, which have no digits to spare for an origin.
    outcome = data.outcome / data.unit - data.origin
    counts = collapse(data.design, outcome)
    squares = collapse(data.design, outcome**2).sums
    found = fit_ols_batch(counts.patterns, counts.trials, counts.sums, squares, data.first)
    slopes = by_term(data, found.estimate[0, 1:], per_unit=True, of_outcome=False)
    return Quantities(np.append(slopes, found.p_value), slopes)


def crossed(data):
    table = np.zeros((2, 2), dtype=int)
    np.add.at(table, (data.treated.astype(int), (data.share > 0.5).astype(int)), 1)
    found = two_by_two(table)
    tests = [found.fisher.p_value, found.boschloo.p_value, found.barnard.p_value]
    # The median of the conditional distribution moves with its size; the order of rows does not.
    return Quantities(np.array([*tests, found.odds_ratio]), np.zeros(0))


def trend(data):
    table = np.zeros((2, 3), dtype=int)
    codes = np.rint(data.ordered / data.unit - data.origin).astype(int)
    np.add.at(table, (data.treated.astype(int), codes), 1)
    scores = [int(data.origin) + 2 * score for score in range(3)]
    found = ordered_table(table, column_scores=scores)
    return Quantities(np.array([found.p_freeman_halton, found.p_trend.doubled]), np.zeros(0))


def agreed(data):
    codes = np.array([data.ordered, np.where(data.share > 0.8, data.ordered, data.ordered.min())])
    scale = [data.unit * (data.origin + code) for code in range(3)]
    found = [
        agreement(codes, scale, kind, rng=np.random.default_rng(0), draws=20)
        for kind in ("nominal", "ordinal", "interval")
    ]
    share = np.array([found[0].agreement])
    same = np.concatenate([[one.alpha, one.gwet] for one in found])
    return Quantities(np.append(same, share), share)


def agreed_on_sets(data):
    codes = [[frozenset("ab"[: int(b) + 1]) for b in data.binary]] * 2
    codes[1] = [frozenset("a") if s > 0.5 else c for s, c in zip(data.share, codes[0], strict=True)]
    found = agreement_of_sets(codes, rng=np.random.default_rng(0), draws=20)
    return Quantities(np.array([found.alpha, found.agreement]), np.array([found.agreement]))


def matched(data):
    scale = {data.unit * (data.origin + code): float(code > 0) for code in range(3)}
    found = concordance(data.ordered, data.binary, scale, rng=np.random.default_rng(0), draws=20)
    both = np.array([found.agreement, found.kappa])
    return Quantities(both, both)


def several(data):
    found = adjusted(data.share, "holm"), adjusted(data.share, "fdr_bh")
    return Quantities(np.sort(np.concatenate(found)), np.zeros(0))


def cases(data):
    order = np.argsort(data.ids)
    predicted = data.unit * (data.origin + 6 * data.share)
    reduced = data.unit * (data.origin + 3.0 + np.zeros(len(predicted)))
    ids, outcome = data.ids, data.outcome
    found = [
        case_selection.typical(ids, outcome, predicted).rank,
        case_selection.deviant(ids, outcome, predicted).rank,
        case_selection.extreme(ids, outcome).rank,
        case_selection.influential(ids, data.unit * (as_drawn(data) - 3.0)).rank,
        case_selection.pathway(ids, outcome, predicted, reduced).rank,
        case_selection.standing(outcome),
    ]
    return Quantities(np.concatenate([rank[order] for rank in found]).astype(float), np.zeros(0))


def similar(data):
    both = [
        case_selection.most_similar_pairs(data.ids, data.binary, data.design, distance)
        for distance in ("mahalanobis", "gower")
    ]
    scores = [np.sort(one.score) for one in both]
    return Quantities(np.concatenate([*scores, *(np.sort(one.rank) for one in both)]), np.zeros(0))


def sets(data):
    a = np.round(data.a / data.units[data.first] - data.origins[data.first], 6)
    conditions = np.column_stack([calibrated(data), a / 3])
    names = [f"case {i}" for i in range(len(a))]
    table = truth_table(conditions, data.share, ["A", "B"], names, consistency_cut=0.8)
    needed = necessity(conditions, data.share, ["A", "B"])
    fits = [table.consistency, table.pri, needed.consistency, needed.coverage, needed.relevance]
    return Quantities(np.concatenate(fits), np.concatenate(fits))


def calibrated(data):
    return expit(as_drawn(data) - 4.1)


@dataclass(frozen=True)
class Estimator:
    """How to run it; `exact` where columns have to stay on a grid, `twice` with every row twice."""

    run: Callable[[Data], Quantities]
    exact: bool = False
    twice: bool = True
    tolerance: float = 1e-6
    data_sets: int = DATA_SETS


ESTIMATORS = {
    "fit_ols_hc3": Estimator(hc3),
    "fit_ols_cr2": Estimator(cr2),
    "wild_cluster_bootstrap": Estimator(wild),
    "fit_panel": Estimator(panel, data_sets=FEWER),
    "fit_fractional_logit": Estimator(fractional),
    "fit_ordered_logit": Estimator(ordered, data_sets=FEWER),
    "check_proportional_odds": Estimator(odds, twice=False, data_sets=FEWER),
    "fit_exact": Estimator(exact, exact=True, twice=False),
    # The digits that an origin of 1e8 costs blur where ties begin, and with them the limits.
    "permutation_test": Estimator(permuted, tolerance=1e-4),
    "permutation_test with covariates": Estimator(permuted_given, tolerance=1e-4),
    "within_permutation": Estimator(positions, twice=False),
    "focal_test": Estimator(focal, twice=False),
    "chosen_set_test": Estimator(chosen),
    "rank_test": Estimator(ranks),
    "earlier_test": Estimator(earlier),
    "paired_tests": Estimator(pairs),
    "treatment_robustness": Estimator(confounded),
    "benchmark": Estimator(benchmarked, twice=False),
    "robustness": Estimator(of_table, twice=False),
    "leave_one_out": Estimator(left_out, twice=False),
    "average_marginal_effects": Estimator(effects, twice=False, data_sets=FEWER),
    "predicted_probabilities": Estimator(probabilities, twice=False, data_sets=FEWER),
    "fit_firth": Estimator(firth, twice=False),
    "firth_joint_test": Estimator(firth_joint, twice=False),
    "fit_firth_batch": Estimator(firth_batch, twice=False),
    "fit_ols_batch": Estimator(ols_batch),
    "two_by_two": Estimator(crossed, twice=False, data_sets=FEWER),
    "ordered_table": Estimator(trend, exact=True, twice=False),
    "agreement": Estimator(agreed, data_sets=FEWER),
    "agreement_of_sets": Estimator(agreed_on_sets),
    "concordance": Estimator(matched),
    # Statsmodels collects garbage at every call.
    "adjusted": Estimator(several, twice=False, data_sets=10),
    "case selection": Estimator(cases, twice=False),
    "most_similar_pairs": Estimator(similar, twice=False),
    "qualitative comparative analysis": Estimator(sets),
}
