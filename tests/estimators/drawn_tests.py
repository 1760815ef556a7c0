"""How tests, measures of agreement, selections of cases and comparisons of sets are run on a drawn data set."""

from __future__ import annotations

import numpy as np
from drawn import Quantities, as_drawn
from scipy.special import expit
from scipy.stats import rankdata

from replication.estimators import case_selection
from replication.estimators.agreement import agreement, agreement_of_sets
from replication.estimators.causal_types import fit_types, type_model
from replication.estimators.chosen_sets import chosen_set_test
from replication.estimators.concordance import concordance
from replication.estimators.contingency import two_by_two
from replication.estimators.contingency_ordered import ordered_table
from replication.estimators.interval_ranks import earlier_test
from replication.estimators.multiple_testing import adjusted
from replication.estimators.paired import paired_tests
from replication.estimators.permutation import permutation_test
from replication.estimators.qca.calibrate import calibrate_codes
from replication.estimators.qca.necessity import necessity
from replication.estimators.qca.solutions import solve
from replication.estimators.qca.truth_table import truth_table
from replication.estimators.rank import rank_test
from replication.estimators.type_strata import fit_strata
from replication.estimators.within_groups import focal_test, within_permutation


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
    found = np.array([test.statistic / data.unit**2, test.p_value])
    return Quantities(found, found[:1] / data.copies)


def focal(data):
    test = focal_test(data.outcome, data.group, data.role == "r0")
    found = np.array([test.difference / data.unit, test.p_value])
    return Quantities(found, found[:1])


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


def crossed(data):
    table = np.zeros((2, 2), dtype=int)
    np.add.at(table, (data.treated.astype(int), (data.share > 0.5).astype(int)), 1)
    found = two_by_two(table)
    tests = [found.fisher.p_value, found.boschloo.p_value, found.barnard.p_value]
    return Quantities(np.array([*tests, found.odds_ratio, found.odds_ratio_mue]))


def trend(data):
    table = np.zeros((2, 3), dtype=int)
    codes = np.rint(data.ordered / data.unit - data.origin).astype(int)
    np.add.at(table, (data.treated.astype(int), codes), 1)
    scores = [int(data.origin) + 2 * score for score in range(3)]
    found = ordered_table(table, column_scores=scores)
    above = np.array([found.trend - found.trend_mean]) / data.copies
    return Quantities(np.array([found.p_freeman_halton, found.p_trend.doubled]), above)


def agreed(data):
    codes = np.array([data.ordered, np.where(data.share > 0.8, data.ordered, data.ordered.min())])
    scale = [data.unit * (data.origin + code) for code in range(3)]
    found = [
        agreement(codes, scale, kind, rng=np.random.default_rng(0), draws=20)
        for kind in ("nominal", "ordinal", "interval")
    ]
    share = np.array([found[0].agreement])
    same = np.concatenate([[one.alpha, one.gwet] for one in found])
    return Quantities(np.append(same, share), np.append(share, [alpha_of_many(f) for f in found]))


def alpha_of_many(found):
    """Alpha without its correction for drawing pairs of codes without replacement."""
    return (1 - found.alpha) * found.n_codes / (found.n_codes - 1)


def agreed_on_sets(data):
    codes = [[frozenset("ab"[: int(b) + 1]) for b in data.binary]] * 2
    codes[1] = [frozenset("a") if s > 0.5 else c for s, c in zip(data.share, codes[0], strict=True)]
    found = agreement_of_sets(codes, rng=np.random.default_rng(0), draws=20)
    kept = np.array([found.agreement, alpha_of_many(found)])
    return Quantities(np.array([found.alpha, found.agreement]), kept)


def matched(data):
    scale = {data.unit * (data.origin + code): float(code > 0) for code in range(3)}
    found = concordance(data.ordered, data.binary, scale, rng=np.random.default_rng(0), draws=20)
    both = np.array([found.agreement, found.kappa])
    return Quantities(both, both)


def several(data):
    found = adjusted(data.share, "holm"), adjusted(data.share, "fdr_bh")
    # The rate of false discoveries is a share of the tests; Holm's correction grows with their number.
    return Quantities(np.sort(np.concatenate(found)), np.sort(found[1])[:: data.copies])


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
    same = np.concatenate([rank[order] for rank in found]).astype(float)
    # Of two copies neither is before the other, and no case comes between them.
    ranks = [rankdata(rank, "dense")[order][: len(order) // data.copies] for rank in found]
    return Quantities(same, np.concatenate(ranks))


def similar(data):
    both = [
        case_selection.most_similar_pairs(data.ids, data.binary, data.design, distance)
        for distance in ("mahalanobis", "gower")
    ]
    scores = [np.sort(one.score) for one in both]
    same = np.concatenate([*scores, *(np.sort(one.rank) for one in both)])
    return Quantities(same, np.unique(scores[1].round(9)))


def sets(data):
    a = np.rint(data.a / data.units[data.first] - data.origins[data.first])
    degrees = dict(enumerate((0.05, 0.35, 0.65, 0.95)))
    conditions = np.column_stack([expit(as_drawn(data) - 4.1), calibrate_codes(a, degrees)])
    names = [f"case {i}" for i in range(len(a))]
    table = truth_table(conditions, data.share, ["A", "B"], names, consistency_cut=0.8)
    needed = necessity(conditions, data.share, ["A", "B"])
    fits = [table.consistency, table.pri, needed.consistency, needed.coverage, needed.relevance]
    models = [
        [model.consistency, model.coverage, *np.sort(model.raw_coverage)]
        for model in solve(table, {}).parsimonious
    ]
    found = np.concatenate([*fits, *sorted(models)])
    return Quantities(found, found)


def types(data):
    cause = (data.share > 0.5).astype(float)
    found = fit_types(cause, data.binary, None, type_model(np.ones(4), (1.0, 2.0)))
    order = np.argsort(data.ids)
    return Quantities(np.append(found.log_evidence, found.case_probabilities[order]))


def strata(data):
    cause, group = (data.share > 0.5).astype(float), (data.share > 0.8).astype(float)
    found = fit_strata(cause, data.binary, None, group, type_model(np.ones(4), (1.0, 2.0)))
    return Quantities(np.append(found.weight, [fit.log_evidence for fit in found.fits]))
