"""Ordinary least squares with errors that suit small samples: HC3, and CR2 for clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from replication.estimators.arguments import (
    CONSTANT,
    check_level,
    check_terms,
    checked_arrays,
    checked_names,
    why_not_estimable,
    with_constant,
)
from replication.estimators.clusters import ZERO_EIGENVALUE, cluster_members, rests_on_one_cluster
from replication.estimators.results import Estimates, without
from replication.estimators.standardised import standardised
from replication.estimators.student import ZERO_ERROR, is_zero_error, t_inference
from replication.estimators.ties import cleared

_FEWEST_CLUSTERS = 2
_ROUGH_DOF = 4
_ON_ONE_CLUSTER = "CR2 does not exist: the term rests on a single cluster"
_ROUGH = "fewer than 4 degrees of freedom: the t approximation is rough"


@dataclass(frozen=True)
class LinearEstimates(Estimates):
    """Results of one least-squares fit.

    Attributes
    ----------
    dof : ndarray, shape (k,)
        Degrees of freedom of each term's t distribution; NaN where inference failed.
    """

    dof: np.ndarray


@dataclass(frozen=True)
class ClusteredTest:
    """Test of several coefficients with clustered errors.

    Attributes
    ----------
    statistic : float
        F statistic.
    df : int
        Coefficients tested: degrees of freedom of the numerator.
    dof : float
        Those of the denominator, not necessarily whole.
    p_value : float
    terms : tuple of str, length df
    nobs, n_clusters : int
    note : str
        Empty, why numbers are NaN, or that the approximation is rough.
    """

    statistic: float
    df: int
    dof: float
    p_value: float
    terms: tuple[str, ...]
    nobs: int
    n_clusters: int
    note: str


@dataclass(frozen=True)
class _LeastSquares:
    """One fit: orthonormal basis q of the columns (n, k), influence (k, n), residuals (n,).

    `deviations` are those of the outcome from its mean.
    """

    q: np.ndarray
    influence: np.ndarray
    estimate: np.ndarray
    residuals: np.ndarray
    outcome: np.ndarray
    deviations: np.ndarray


def fit_ols_hc3(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str], level: float = 0.95
) -> LinearEstimates:
    """Least squares with HC3 errors, t distribution with n - k degrees of freedom.

    HC3 divides each residual by one minus its leverage, which makes it close to the jackknife
    (MacKinnon and White 1985, Journal of Econometrics 29: 305-325; Long and Ervin 2000, American
    Statistician 54: 217-224). k counts the constant.

    An observation of leverage one is fitted exactly and has no HC3 residual. Terms that depend on
    it get no inference and a note; for the others it carries no weight and is left out.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Any unit; 0 and 1 make this a linear probability model.
    design : ndarray, shape (n, k - 1)
        Without a constant, which is added as first term ``const``.
    terms : sequence of str, length k - 1
        Names of the columns of `design`.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    LinearEstimates
        NaN with the reason throughout when the design lacks full column rank or leaves no degree
        of freedom.

    Raises
    ------
    ValueError
        When shapes disagree, a value is missing, or the level is not between 0 and 1.
    """
    outcome, x, names = _checked(outcome, design, terms, level)
    n, k = x.shape
    reason = why_not_estimable(x, names)
    if not reason and n == k:
        reason = f"{n} observations leave no degree of freedom for {k} terms"
    if reason:
        return _without_inference(names, outcome, reason)
    fit = _least_squares(outcome, x)
    remainder = 1 - (fit.q**2).sum(axis=1)
    exact = remainder < ZERO_EIGENVALUE
    scores = np.where(exact, 0.0, fit.residuals / np.where(exact, 1.0, remainder))
    undefined = rests_on_one_cluster(x, [np.array([row]) for row in np.flatnonzero(exact)])
    why = "HC3 does not exist: the term rests on an observation of leverage one"
    std_error = np.sqrt(fit.influence**2 @ scores**2)
    dof = np.full(k, float(n - k))
    return _with_inference(fit, names, std_error, dof, undefined=undefined, why=why, level=level)


def fit_ols_cr2(
    outcome: np.ndarray,
    design: np.ndarray,
    clusters: np.ndarray,
    terms: Sequence[str],
    level: float = 0.95,
) -> LinearEstimates:
    """Least squares with CR2 clustered errors and Satterthwaite degrees of freedom for each term.

    CR2 (bias-reduced linearisation) premultiplies the residuals of each cluster by the symmetric
    root of the inverse of its block of I - H, so that the variance is unbiased where errors are
    independent with one variance, the working model (Bell and McCaffrey 2002, Survey Methodology
    28: 169-181). Under the same model the variance of each term is matched to a chi-square, which
    gives its degrees of freedom. Singular blocks take the Moore-Penrose inverse (Pustejovsky and
    Tipton 2018, Journal of Business & Economic Statistics 36: 672-683).

    A term that cannot be estimated once some cluster is left out has a part whose variance no
    residual shows, and CR2 would ignore that part. Such a term gets no inference and a note. (The R
    package clubSandwich prints a number there.) Below four degrees of freedom the t approximation
    is rough (Tipton 2015, Psychological Methods 20: 375-393); a note says so.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k - 1)
        Without a constant, which is added as first term ``const``.
    clusters : ndarray, shape (n,)
        Label of the cluster of each observation, numbers or strings.
    terms : sequence of str, length k - 1
    level : float

    Returns
    -------
    LinearEstimates
        NaN with the reason throughout when the design lacks full column rank or there is one
        cluster only.

    Raises
    ------
    ValueError
        When shapes disagree, a value is missing, or the level is not between 0 and 1.
    """
    outcome, x, names = _checked(outcome, design, terms, level)
    members = cluster_members(clusters, len(outcome))
    reason = why_not_estimable(x, names)
    if not reason and len(members) < _FEWEST_CLUSTERS:
        reason = "one cluster only: clustered errors need two"
    if reason:
        return _without_inference(names, outcome, reason)
    fit = _least_squares(outcome, x)
    adjusted = _adjusted(fit, members)
    scores = np.array([adjusted[:, rows] @ fit.residuals[rows] for rows in members])
    undefined = rests_on_one_cluster(x, members)
    std_error = np.sqrt((scores**2).sum(axis=0))
    dof = np.array([_satterthwaite(loading, fit.q, members) for loading in adjusted])
    return _with_inference(
        fit, names, std_error, dof, undefined=undefined, why=_ON_ONE_CLUSTER, level=level
    )


def cr2_joint_test(
    outcome: np.ndarray,
    design: np.ndarray,
    clusters: np.ndarray,
    terms: Sequence[str],
    tested: Sequence[str],
) -> ClusteredTest:
    """Test that the coefficients of several terms are all zero, with CR2 errors: AHT.

    The approximate Hotelling's T-squared test: the Wald statistic is referred to an F distribution
    whose denominator comes from matching the total variance of the CR2 covariance matrix, under the
    working model, to that of a Wishart matrix (Tipton and Pustejovsky 2015, Journal of Educational
    and Behavioral Statistics 40: 604-634; Pustejovsky and Tipton 2018, Journal of Business &
    Economic Statistics 36: 672-683). clubSandwich calls it ``Wald_test(test = "HTZ")``. For one
    term it is the t test of `fit_ols_cr2`, which clubSandwich calls `coef_test`.

    Parameters
    ----------
    outcome, design, clusters, terms
        As for `fit_ols_cr2`.
    tested : sequence of str, length q
        Some of `terms`, or ``const``.

    Returns
    -------
    ClusteredTest
        NaN with the reason where `fit_ols_cr2` has no inference for a tested term, or clusters are
        too few for so many terms.

    Raises
    ------
    ValueError
        As `fit_ols_cr2`, and when `tested` is empty, repeats itself or has a name not in `terms`.
    """
    outcome, x, names = _checked(outcome, design, terms, level=0.5)
    tested = checked_names("tested terms", tested)
    if not tested or len(set(tested)) < len(tested) or not set(tested) <= set(names):
        raise ValueError(
            f"tested terms are {', '.join(tested) or 'none'}; "
            f"allowed: {', '.join(names)}, at least one and none twice"
        )
    members = cluster_members(clusters, len(outcome))
    columns = [names.index(term) for term in tested]
    reason = why_not_estimable(x, names)
    if not reason and len(members) < _FEWEST_CLUSTERS:
        reason = "one cluster only: clustered errors need two"
    if not reason and rests_on_one_cluster(x, members)[columns].any():
        reason = _ON_ONE_CLUSTER
    size: dict[str, Any] = {
        "df": len(tested),
        "terms": tested,
        "nobs": len(outcome),
        "n_clusters": len(members),
    }
    if reason:
        return without(ClusteredTest, **size, note=reason)
    fit = _least_squares(outcome, x)
    adjusted = _adjusted(fit, members)[columns]
    scores = np.array([adjusted[:, rows] @ fit.residuals[rows] for rows in members])
    std_error = np.sqrt((scores**2).sum(axis=0))
    if is_zero_error(
        std_error, fit.influence[columns], float(np.linalg.norm(fit.deviations))
    ).any():
        return without(ClusteredTest, **size, note=ZERO_ERROR)
    forms = _forms(adjusted, fit.q, members)
    statistic, dof, reason = _hotelling(fit.estimate[columns], scores, forms)
    p_value = float(stats.f.sf(statistic, len(tested), dof))
    return without(
        ClusteredTest, **size, statistic=statistic, dof=dof, p_value=p_value, note=reason
    )


def count_events(outcome: np.ndarray) -> int | None:
    """Observations with outcome 1, or None where the outcome is not binary."""
    return int(outcome.sum()) if np.isin(outcome, (0.0, 1.0)).all() else None


def _checked(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str], level: float
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    outcome, design = checked_arrays(outcome, design)
    names = check_terms(terms, design)
    check_level(level)
    return outcome, with_constant(design), (CONSTANT, *names)


def _least_squares(outcome: np.ndarray, x: np.ndarray) -> _LeastSquares:
    columns = standardised(x[:, 1:])
    q, r = np.linalg.qr(columns.x)
    slopes = np.linalg.solve(r, q.T)
    mean = outcome.mean()
    deviations = outcome - mean
    on_columns = slopes @ deviations
    estimate = columns.back @ on_columns
    estimate[0] += mean
    residuals = cleared(deviations - columns.x @ on_columns, deviations, outcome)
    return _LeastSquares(q, columns.back @ slopes, estimate, residuals, outcome, deviations)


def _adjusted(fit: _LeastSquares, members: list[np.ndarray]) -> np.ndarray:
    """Influence on the adjusted residuals of each cluster, shape (k, n)."""
    adjusted = np.empty_like(fit.influence)
    for rows in members:
        root = _inverse_root(np.eye(len(rows)) - fit.q[rows] @ fit.q[rows].T)
        adjusted[:, rows] = fit.influence[:, rows] @ root
    return adjusted


def _inverse_root(block: np.ndarray) -> np.ndarray:
    """Symmetric root of the Moore-Penrose inverse."""
    values, vectors = np.linalg.eigh(block)
    vectors = vectors[:, values > ZERO_EIGENVALUE]
    values = values[values > ZERO_EIGENVALUE]
    root: np.ndarray = (vectors / np.sqrt(values)) @ vectors.T
    return root


def _satterthwaite(loading: np.ndarray, q: np.ndarray, members: list[np.ndarray]) -> float:
    """Degrees of freedom of one term; `loading`, shape (n,), weighs the residuals in its scores.

    The variance estimate of a term is a sum of squares of one linear form of the errors per
    cluster: its loading less what the columns explain of it. The products of these forms are those
    of the loadings, zero between clusters, less those of the explained parts. Independent errors
    of one variance are the working model.
    """
    own = np.array([loading[rows] @ loading[rows] for rows in members])
    explained = np.array([loading[rows] @ q[rows] for rows in members])
    gram = explained.T @ explained
    expected = own.sum() - np.trace(gram)
    spread = own @ (own - 2 * (explained**2).sum(axis=1)) + (gram**2).sum()
    return float(expected**2 / spread) if spread > 0 else np.nan


def _forms(adjusted: np.ndarray, q: np.ndarray, members: list[np.ndarray]) -> np.ndarray:
    """Scores of the clusters as linear forms of the errors, shape (clusters, terms, n)."""
    forms = np.zeros((len(members), *adjusted.shape))
    for g, rows in enumerate(members):
        forms[g, :, rows] = adjusted[:, rows].T
        forms[g] -= (adjusted[:, rows] @ q[rows]) @ q.T
    return forms


def _hotelling(
    estimate: np.ndarray, scores: np.ndarray, forms: np.ndarray
) -> tuple[float, float, str]:
    """F statistic and denominator of the test that q coefficients are zero, or why there is none."""
    q = len(estimate)
    expected = np.einsum("gsn,gtn->st", forms, forms)
    # In units in which the expected covariance is the identity.
    root = np.linalg.inv(np.linalg.cholesky(expected))
    estimate, scores = root @ estimate, scores @ root.T
    forms = np.einsum("st,gtn->gsn", root, forms)
    covariance = scores.T @ scores
    if np.linalg.matrix_rank(covariance, tol=ZERO_EIGENVALUE * np.trace(covariance)) < q:
        return np.nan, np.nan, f"too few clusters for a joint test of {q} terms"
    products = np.einsum("gsn,htn->ghst", forms, forms)
    spread = np.einsum("ghss->gh", products) ** 2 + np.einsum("ghst,ghts->gh", products, products)
    wishart = q * (q + 1) / spread.sum()
    dof = float(wishart - q + 1)
    if dof <= 0:
        return np.nan, np.nan, f"too few clusters for a joint test of {q} terms"
    statistic = float(estimate @ np.linalg.solve(covariance, estimate)) * dof / (wishart * q)
    return statistic, dof, _ROUGH if dof < _ROUGH_DOF else ""


def _with_inference(
    fit: _LeastSquares,
    names: tuple[str, ...],
    std_error: np.ndarray,
    dof: np.ndarray,
    *,
    undefined: np.ndarray,
    why: str,
    level: float,
) -> LinearEstimates:
    zero = is_zero_error(std_error, fit.influence, float(np.linalg.norm(fit.deviations)))
    std_error = np.where(undefined | zero, np.nan, std_error)
    dof = np.where(undefined | zero, np.nan, dof)
    note = np.select(
        [undefined, zero, dof < _ROUGH_DOF],
        [why, ZERO_ERROR, _ROUGH],
        "",
    )
    tests = t_inference(fit.estimate, std_error, dof, level)
    n, events = len(fit.outcome), count_events(fit.outcome)
    notes = tuple(str(reason) for reason in note)
    return LinearEstimates(names, fit.estimate, std_error, *tests, n, events, notes, dof)


def _without_inference(names: tuple[str, ...], outcome: np.ndarray, reason: str) -> LinearEstimates:
    blank = np.full(len(names), np.nan)
    size: dict[str, Any] = {"terms": names, "nobs": len(outcome), "n_events": count_events(outcome)}
    return without(LinearEstimates, blank, **size, note=(reason,) * len(names))
