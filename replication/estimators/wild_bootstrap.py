"""Wild cluster bootstrap of one coefficient, with its confidence set by exact inversion.

The bootstrap t statistic of one sign pattern is a ratio whose numerator is linear, and whose squared
denominator is quadratic, in the hypothesised value. With z the distance of that value from the
estimate, in units of the CR0 standard error, the pattern reaches the observed t statistic where

    N(z)^2 >= z^2 D(z),    N linear, D quadratic.

So the p-value is a step function of z, and its steps are the real roots of one quartic per pattern.
All roots are found at once; nothing is searched on a grid. (Roodman, MacKinnon, Nielsen and Webb
2019, Stata Journal 19: 4-60, section 5, give the algebra of numerator and denominator.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from replication.estimators.arguments import (
    check_level,
    check_terms,
    checked_arrays,
    why_not_estimable,
    with_constant,
)
from replication.estimators.linear import cluster_members, count_events
from replication.estimators.quartic import where_not_negative
from replication.estimators.results import Estimates

_MOST_ENUMERATED = 12
_FEWEST_CLUSTERS = 2
_FEW_CLUSTERS = 10
# Two values of |t| nearer than this, as a share, are one value: rounding must not decide a tie.
_TIE = 1e-8
# Scores below this share of the largest that the outcome could give are zero up to rounding.
_ZERO_SCORE = 1e-12
# Gaps of the confidence set narrower than this, in standard errors, come from rounding.
_ZERO_GAP = 1e-6
_WEBB = np.sqrt([0.5, 1.0, 1.5])


@dataclass(frozen=True)
class WildBootstrap(Estimates):
    """Result for one term: the arrays of `Estimates` have shape (1,).

    Attributes
    ----------
    n_clusters : int
    n_patterns : int
        Weight vectors behind the p-value, the one of all ones (the data themselves) among them.
    enumerated : bool
        Whether these are all sign vectors; otherwise Webb weights were drawn.
    resolution : float
        Step of the p-value and its least possible value. A sign vector and its negative give the
        same ``|t|``, so that this is two of the 2^G patterns where they are enumerated.
    monte_carlo_error : float
        Standard error of the p-value that comes from drawing; 0 where enumerated.
    """

    n_clusters: int
    n_patterns: int
    enumerated: bool
    resolution: float
    monte_carlo_error: float


def wild_cluster_bootstrap(
    outcome: np.ndarray,
    design: np.ndarray,
    clusters: np.ndarray,
    terms: Sequence[str],
    *,
    tested: int,
    rng: np.random.Generator,
    draws: int = 9999,
    level: float = 0.95,
) -> WildBootstrap:
    """Test one coefficient of a linear model by the restricted wild cluster bootstrap.

    The null is imposed, the statistic is the CR1 t (Cameron, Gelbach and Miller 2008, Review of
    Economics and Statistics 90: 414-427). Up to 12 clusters every Rademacher sign vector is used and
    the p-value has no simulation error; beyond, Webb's six-point weights are drawn (Webb 2023,
    Canadian Journal of Economics 56: 839-858) and the unweighted sample counts as one of them.
    Patterns whose ``|t|`` equals the observed one are counted, with a tolerance: the patterns of all
    plus and all minus always tie. So are patterns whose own error is zero.

    For a model with effects of groups nested in the clusters, give data demeaned within groups: the
    scores are the same as with one dummy a group.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k - 1)
        Without a constant, which is added.
    clusters : ndarray, shape (n,)
        Label of the cluster of each observation, numbers or strings.
    terms : sequence of str, length k - 1
    tested : int
        Column of `design` whose coefficient is tested.
    rng : numpy.random.Generator
        Used beyond 12 clusters only.
    draws : int
        Weight vectors drawn beyond 12 clusters.
    level : float

    Returns
    -------
    WildBootstrap
        The standard error is CR1, the statistic its t. The limits are the hull of all values whose
        p-value exceeds ``1 - level``; they may be infinite. The note says so where that set has
        gaps, and where few clusters make the test coarse.

    Raises
    ------
    ValueError
        When shapes disagree, a value is missing, `tested` is no column, or the level is not between
        0 and 1.
    """
    outcome, design = checked_arrays(outcome, design)
    check_terms(terms, design)
    check_level(level)
    if tested not in range(design.shape[1]):
        raise ValueError(f"tested is {tested}; allowed: 0 to {design.shape[1] - 1}, a column of design")
    members = cluster_members(clusters, len(outcome))
    x = with_constant(design)
    reason = why_not_estimable(x, ("const", *terms))
    if not reason and len(members) < _FEWEST_CLUSTERS:
        reason = "one cluster only: the bootstrap needs two"
    problem = None if reason else _reduce(outcome, x, members, tested + 1)
    if problem is not None and problem.variance <= problem.rounding:
        reason = "the clustered error is zero: the residuals of the term sum to zero in each cluster"
    if problem is None or reason:
        return _without_inference(terms[tested], outcome, len(members), reason)
    enumerated = len(members) <= _MOST_ENUMERATED
    weights = _sign_vectors(len(members)) if enumerated else _webb_vectors(len(members), draws, rng)
    numerator, denominator = _ratio(problem, weights)
    p_value = _p_value_at(-problem.estimate / problem.std_error_cr0, numerator, denominator)
    low, high, gaps = _confidence_set(numerator, denominator, 1 - level)
    resolution = 1 / len(weights)
    ...
