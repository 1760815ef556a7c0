"""The smallest p-value that each exact test among the estimates can give, whatever the outcomes had been.

A test whose smallest p-value lies above the level cannot reject: that it did not reject says nothing. Each value is
counted from the test's own reference distribution, with the margins of the data held fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy import stats

from replication.analyses.effects.actors import differences
from replication.analyses.effects.payoff import payoff_groups
from replication.analyses.model_data import ModelData, model_data
from replication.estimators.arrangements import number_of_arrangements
from replication.estimators.exact_distribution import TooManyStatesError, conditional_distribution
from replication.estimators.exact_sums import share_as_extreme, sums_of_subsets
from replication.estimators.permutation_reference import (
    counted_sums,
    labels_of,
    listed,
    reduce_to_residuals,
)
from replication.specifications import Model, Sample

# Beyond so many arrangements the test samples them, see `permutation_test`.
_DRAWS = 9_999
# Correlations closer than this are ties.
_TIE = 1e-10
# Clusters up to which the wild bootstrap goes through every vector of signs.
_MOST_ENUMERATED = 12
_PAIRED = ("permutation", "sign_test", "signed_rank")


def with_smallest_p(
    estimates: pd.DataFrame,
    cases: pd.DataFrame,
    actors: pd.DataFrame,
    models: Mapping[str, Model],
    samples: dict[str, Sample],
) -> pd.DataFrame:
    """Add the column ``smallest_p`` to the estimates.

    It is missing for methods whose p-value can be as small as one likes (Firth's logit, the linear model's
    t tests), and for those that are not counted here (tests of cross tables, Freedman and Lane's permutations
    where these are sampled).

    Parameters
    ----------
    estimates : DataFrame
        Tidy estimates.
    cases, actors : DataFrame
        The derived data they were estimated from.
    """
    found = {}
    for row in estimates.to_dict("records"):
        key = tuple(row[name] for name in ("model", "sample", "estimator", "term"))
        if key not in found:
            found[key] = _smallest(key, cases, actors, models, samples)
    keys = estimates[["model", "sample", "estimator", "term"]].itertuples(index=False, name=None)
    return estimates.assign(smallest_p=[found[key] for key in keys])


def _smallest(
    key: tuple[str, str, str, str],
    cases: pd.DataFrame,
    actors: pd.DataFrame,
    models: Mapping[str, Model],
    samples: dict[str, Sample],
) -> float:
    name, sample, estimator, term = key
    if estimator == "rank_test":
        groups = payoff_groups(cases[cases["sample"].isin(samples[sample].values)])
        return smallest_of_ranks(groups["share"].to_numpy(float), int(groups["endorsed"].sum()))
    if name == "A1" and estimator in _PAIRED:
        chosen = actors[actors["sample"].isin(samples[sample].values)]
        return smallest_of_signs(int(np.count_nonzero(differences(chosen, term))))
    if name in models and sample == models[name].sample and estimator in _OF_MODELS:
        data = model_data(cases, models[name], samples)
        return _OF_MODELS[estimator](data, data.terms.index(term))
    return np.nan


def smallest_of_ranks(values: np.ndarray, size: int) -> float:
    """Smallest two-sided p-value of the rank test when `size` of the values form the first group."""
    if not 0 < size < len(values):
        return np.nan
    sums, count = sums_of_subsets(stats.rankdata(values))[size]
    return min(share_as_extreme(sums, count, end) for end in (sums[0], sums[-1]))


def smallest_of_signs(n_nonzero: int) -> float:
    """Smallest two-sided p-value of tests that change the signs of differences: all on one side."""
    return min(1.0, 2.0 ** (1 - n_nonzero)) if n_nonzero else 1.0


def smallest_of_exact(data: ModelData, column: int) -> float:
    """Smallest two-sided p-value of the exact conditional test: twice the lighter end of its support."""
    if not len(data.outcome):
        return np.nan
    try:
        counts = conditional_distribution(data.outcome, data.design, [column]).counts
    except TooManyStatesError:
        return np.nan
    return min(1.0, 2 * min(counts[0], counts[-1]) / sum(counts))


def smallest_of_arrangements(
    data: ModelData, column: int, blocks: np.ndarray | None = None
) -> float:
    """Share of the arrangements with the strongest correlation; missing where they are sampled."""
    if not len(data.outcome):
        return np.nan
    numbered = np.zeros(len(data.outcome), dtype=int)
    if blocks is not None:
        numbered = np.unique(blocks, return_inverse=True)[1]
    others = np.delete(data.design, column, axis=1)
    problem = reduce_to_residuals(data.outcome, data.design[:, column], others, numbered)
    if not (problem.treatment_left.any() and problem.outcome_left.any()):
        return 1.0
    reference = counted_sums(problem)
    if reference is None:
        if number_of_arrangements(labels_of(problem), numbered) > _DRAWS:
            return np.nan
        reference = listed(problem)
    size = np.abs(reference.correlations(problem, 0.0))
    return float(min(1.0, reference.weight[size >= size.max() - _TIE].sum()))


def _smallest_within_families(data: ModelData, column: int) -> float:
    return smallest_of_arrangements(data, column, data.cases["crisis_family"].to_numpy())


def _smallest_of_sign_vectors(data: ModelData, _column: int) -> float:
    """Every vector of signs and its opposite count alike; Webb's weights have no such floor."""
    clusters = data.cases["administration"].nunique()
    return 2.0 ** (1 - clusters) if 0 < clusters <= _MOST_ENUMERATED else np.nan


_OF_MODELS: Mapping[str, Callable[[ModelData, int], float]] = {
    "exact": smallest_of_exact,
    "permutation": smallest_of_arrangements,
    "permutation_blocked": _smallest_within_families,
    "wild_bootstrap": _smallest_of_sign_vectors,
}
