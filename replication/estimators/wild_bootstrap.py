"""Wild cluster bootstrap of one coefficient, with its confidence set by exact inversion.

The bootstrap t statistic of one sign pattern is a ratio: its numerator is linear and its squared
denominator quadratic in the hypothesised value. With z the distance of that value from the
estimate, in units of the CR0 standard error, the pattern reaches the observed t statistic where

    N(z)^2 >= z^2 D(z),    N linear, D quadratic.

So the p-value is a step function of z, and its steps are the real roots of one quartic per pattern.
All roots are found at once; nothing is searched on a grid. (Roodman, Nielsen, MacKinnon and Webb
2019, Stata Journal 19: 4-60, give the algebra of numerator and denominator.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from replication.estimators.arguments import (
    CONSTANT,
    check_column,
    check_level,
    check_terms,
    check_whole,
    checked_arrays,
    why_not_estimable,
    with_constant,
)
from replication.estimators.clusters import cluster_members, rests_on_one_cluster
from replication.estimators.linear import count_events
from replication.estimators.quartic import where_not_negative
from replication.estimators.results import Estimates, without
from replication.estimators.standardised import standardised
from replication.estimators.ties import cleared

_MOST_ENUMERATED = 12
_FEWEST_CLUSTERS = 2
_FEW_CLUSTERS = 10
# Two values of |t| nearer than this, as a share, are one value: rounding must not decide a tie.
_TIE = 1e-8
# Scores below this share of the largest that the outcome could give are zero up to rounding.
_ZERO_SCORE = 1e-12
# Gaps of the confidence set narrower than this, in standard errors, come from rounding.
_ZERO_GAP = 1e-6
# Limits farther from the estimate than this, in standard errors, are infinite.
_INFINITE = 1e6
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

    @property
    def smallest_p(self) -> float:
        """`resolution`, by the name that every discrete test's result has (see `smallest_p`)."""
        return self.resolution


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
    Economics and Statistics 90: 414-427). Up to 12 clusters every Rademacher sign vector is used
    and the p-value has no simulation error; beyond, Webb's six-point weights are drawn (Webb 2023,
    Canadian Journal of Economics 56: 839-858) and the unweighted sample counts as one of them.
    Patterns whose ``|t|`` equals the observed one count, with a tolerance: those of all plus and
    all minus always tie. Patterns whose own error is zero count too.

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
        When shapes disagree, a value or a label is missing, `tested` is no column, `draws` is below
        one, or the level is not between 0 and 1.
    """
    outcome, design = checked_arrays(outcome, design)
    names = check_terms(terms, design)
    check_level(level)
    check_column("tested", tested, design.shape[1])
    check_whole("draws", draws)
    members = cluster_members(clusters, len(outcome))
    x = with_constant(design)
    blank = _blank(names[tested], outcome, len(members))
    reason = why_not_estimable(x, (CONSTANT, *names))
    if not reason and len(members) < _FEWEST_CLUSTERS:
        reason = "one cluster only: the bootstrap needs two"
    if reason:
        return replace(blank, note=(reason,))
    scores = _scores(outcome, x, members, tested + 1)
    if scores.error == 0:
        reason = "the clustered error is zero"
        return replace(blank, estimate=np.array([scores.estimate]), note=(reason,))
    enumerated = len(members) <= _MOST_ENUMERATED
    weights = _sign_vectors(len(members)) if enumerated else _webb_vectors(len(members), draws, rng)
    quartics = _quartics(scores, weights)
    p_value = _share_reaching(quartics, -scores.estimate / scores.error)
    low, high, gaps = _confidence_set(quartics, 1 - level)
    std_error = scores.error * _cr1_root(len(members), *x.shape)
    notes = _notes(len(members), 1 / len(weights), 1 - level, (low, high))
    if gaps:
        notes.append("the confidence set has gaps, its hull is given")
    if rests_on_one_cluster(x, members)[tested + 1]:
        notes.append("the term rests on a single cluster: the test has next to no power")
    return replace(
        blank,
        estimate=np.array([scores.estimate]),
        std_error=np.array([std_error]),
        statistic=np.array([scores.estimate / std_error]),
        p_value=np.array([p_value]),
        conf_low=np.array([scores.estimate + low * scores.error]),
        conf_high=np.array([scores.estimate + high * scores.error]),
        note=("; ".join(notes),),
        n_patterns=2 * len(weights) if enumerated else len(weights),
        enumerated=enumerated,
        resolution=1 / len(weights),
        monte_carlo_error=0.0 if enumerated else float(np.sqrt(p_value * (1 - p_value) / draws)),
    )


@dataclass(frozen=True)
class _Scores:
    """What the bootstrap needs of the data, in units that make the observed scores a unit vector.

    `error` is the CR0 standard error. Weights w give, at the distance z (in errors) from the
    estimate, the numerator ``w @ observed - z * (w @ share)`` and the cluster scores
    ``own @ w - z * (slope @ w)``; the t statistic is the first over the length of the second.
    """

    estimate: float
    error: float
    observed: np.ndarray
    share: np.ndarray
    own: np.ndarray
    slope: np.ndarray


def _scores(outcome: np.ndarray, x: np.ndarray, members: list[np.ndarray], column: int) -> _Scores:
    columns = standardised(x[:, 1:])
    unit = columns.unit[column - 1]
    q, _ = np.linalg.qr(np.delete(columns.x, column, axis=1))
    deviations = outcome - outcome.mean()
    regressor = columns.x[:, column] - q @ (q.T @ columns.x[:, column])
    total = regressor @ regressor
    estimate = regressor @ deviations / total
    within = deviations - q @ (q.T @ deviations)
    residuals = cleared(within - estimate * regressor, deviations, outcome)
    basis = np.column_stack([q, regressor / np.sqrt(total)])
    products = [_products(regressor[rows], residuals[rows], basis[rows]) for rows in members]
    observed, share, loading, residual_loading = (
        np.array(part) for part in zip(*products, strict=True)
    )
    length = np.linalg.norm(observed)
    if length <= _ZERO_SCORE * np.sqrt(total) * np.linalg.norm(deviations):
        return _Scores(estimate / unit, 0.0, observed, share, loading, loading)
    own = np.diag(observed) - loading @ residual_loading.T
    slope = np.diag(share) - loading @ loading.T
    return _Scores(
        estimate / unit,
        length / total / unit,
        observed=observed / length,
        share=share / total,
        own=own / length,
        slope=slope / total,
    )


def _products(
    regressor: np.ndarray, residuals: np.ndarray, basis: np.ndarray
) -> tuple[float, float, np.ndarray, np.ndarray]:
    """Inner products within one cluster."""
    return (
        regressor @ residuals,
        regressor @ regressor,
        basis.T @ regressor,
        basis.T @ residuals,
    )


def _cr1_root(n_clusters: int, n: int, k: int) -> float:
    """Factor from the CR0 to the CR1 standard error."""
    return float(np.sqrt(n_clusters / (n_clusters - 1) * (n - 1) / (n - k)))


def _sign_vectors(n_clusters: int) -> np.ndarray:
    """Half of all sign vectors, first entry plus: the negative of each gives the same |t|."""
    bits = np.arange(2 ** (n_clusters - 1))[:, None] >> np.arange(n_clusters - 1) & 1
    return np.hstack([np.ones((len(bits), 1)), 1.0 - 2.0 * bits])


def _webb_vectors(n_clusters: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.choice(np.concatenate([-_WEBB, _WEBB]), size=(draws, n_clusters))
    return np.vstack([np.ones(n_clusters), drawn])


def _quartics(scores: _Scores, weights: np.ndarray) -> np.ndarray:
    """Coefficients, shape (patterns, 5), of N^2 - z^2 D: not negative where |t| is reached."""
    n0, n1 = weights @ scores.observed, weights @ scores.share
    own, slope = weights @ scores.own.T, weights @ scores.slope.T
    keep = (1 - _TIE) ** 2
    d0, d1, d2 = (keep * (a * b).sum(axis=1) for a, b in ((own, own), (own, slope), (slope, slope)))
    return np.column_stack([n0**2, -2 * n0 * n1, n1**2 - d0, 2 * d1, -d2])


def _share_reaching(quartics: np.ndarray, distance: float) -> float:
    if abs(distance) <= _TIE:  # the estimate is the hypothesised value: nothing is less extreme
        return 1.0
    powers = distance ** np.arange(quartics.shape[1])
    return float((quartics @ powers >= 0).mean())


def _confidence_set(quartics: np.ndarray, alpha: float) -> tuple[float, float, bool]:
    """Hull of the distances with p-value above alpha, in CR0 errors, and whether it has gaps."""
    breaks, holds = where_not_negative(quartics)
    change = np.diff(holds.astype(int), axis=1)
    order = np.argsort(breaks[change != 0], kind="stable")
    distance, change = np.tan(breaks[change != 0])[order], change[change != 0][order]
    count = holds[:, 0].sum() + np.concatenate([[0], np.cumsum(change)])
    near = np.abs(distance) < _INFINITE
    first, last = np.searchsorted(distance, [-_INFINITE, _INFINITE])
    edges = np.concatenate([[-np.inf], distance[near], [np.inf]])
    inside = count[first : last + 1] > (alpha + 1e-12) * len(quartics)
    low, high = edges[:-1][inside], edges[1:][inside]
    gaps = low[1:] - high[:-1]
    return float(low[0]), float(high[-1]), bool((gaps > _ZERO_GAP).any())


def _notes(
    n_clusters: int, resolution: float, alpha: float, limits: tuple[float, float]
) -> list[str]:
    parts = []
    if n_clusters < _FEW_CLUSTERS:
        parts.append(f"{n_clusters} clusters: the p-value moves in steps of {resolution:.2g}")
    if resolution > alpha:
        parts.append(f"no p-value below {alpha:.2g} is possible")
    if np.isinf(limits).any():
        parts.append("the confidence set is unbounded")
    return parts


def _blank(term: str, outcome: np.ndarray, n_clusters: int) -> WildBootstrap:
    """Make the result that inference is still to fill."""
    return without(
        WildBootstrap,
        np.array([np.nan]),
        terms=(term,),
        nobs=len(outcome),
        n_events=count_events(outcome),
        note=("",),
        n_clusters=n_clusters,
        n_patterns=0,
        enumerated=False,
        resolution=np.nan,
        monte_carlo_error=np.nan,
    )
