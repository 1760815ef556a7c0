"""Linear regression with a random effect for each entity, and Mundlak's bridge to the fixed ones.

Random effects use the variation between entities as well as within them, and pay with an assumption:
that an entity's effect is unrelated to its terms. Mundlak (1978, Econometrica 46: 69-85) adds the
mean of each term over the rows of the entity. The coefficients of the terms are then those of
`panel.fit_panel`, also with unequal numbers of rows (Wooldridge 2019, Journal of Econometrics 211:
137-150), and a test that the means do not matter is one of the assumption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np
from scipy import stats

from replication.estimators.arguments import (
    CONSTANT,
    check_level,
    check_terms,
    checked_arrays,
    why_not_estimable,
    with_constant,
)
from replication.estimators.clusters import cluster_members, within_clusters
from replication.estimators.linear import count_events
from replication.estimators.results import Estimates, without
from replication.estimators.student import ROOT_OF_ROUNDING, ZERO_ERROR, is_zero_error, t_inference
from replication.estimators.ties import STORED

Errors = Literal["clustered", "classical"]

_FEWEST_ENTITIES = 2
# A column whose deviations are below this share of its spread does not vary.
_NO_VARIATION = 1e-9
# Variances below this share of that of the outcome are rounding.
_ZERO_VARIANCE = 1e-18
_NO_BETWEEN = "the variance between entities is estimated at zero: the same as pooled least squares"


@dataclass(frozen=True)
class RandomEffectsEstimates(Estimates):
    """Results of one regression with a random effect for each entity.

    Attributes
    ----------
    n_entities : int
    variance_within : float
        Of the errors within entities, in the squared unit of the outcome.
    variance_between : float
        Of the entities' effects; zero where its estimate is negative.
    weights : ndarray, shape (n_entities,)
        Share of its mean that is taken out of each row of an entity, in the order of the labels: 0
        gives pooled least squares, 1 fixed effects. Often called theta.
    """

    n_entities: int
    variance_within: float
    variance_between: float
    weights: np.ndarray


@dataclass(frozen=True)
class MundlakEstimates(RandomEffectsEstimates):
    """Results with the entities' means among the terms, called ``mean of`` their term.

    Attributes
    ----------
    means_statistic : float
        F statistic of the hypothesis that all means have coefficients of zero.
    means_df : tuple of int
        Means tested, and degrees of freedom of the denominator.
    means_p_value : float
        Small where an entity's effect goes with its terms, so that random effects are biased.
    """

    means_statistic: float
    means_df: tuple[int, int]
    means_p_value: float


def fit_random_effects(
    outcome: np.ndarray,
    design: np.ndarray,
    entities: np.ndarray,
    terms: Sequence[str],
    *,
    errors: Errors = "clustered",
    level: float = 0.95,
) -> RandomEffectsEstimates:
    """Random-effects regression by feasible generalised least squares.

    The variances are those of Swamy and Arora (1972, Econometrica 40: 261-275); for unequal numbers
    of rows the one between entities takes the expectation of its sum of squares as it is (Baltagi
    and Chang 1994, Journal of Econometrics 62: 67-89), as R's plm does and linearmodels with
    ``small_sample=True``. Entities with one row enter: they tell of differences between entities.

    Clustered errors are multiplied by ``G / (G - 1) * (n - 1) / (n - k)``, k with the constant, and
    have G - 1 degrees of freedom, as in `panel.fit_panel`. Classical ones rest on the model of
    random effects and have n - k.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k - 1)
        Without a constant, which is added as first term ``const``. Terms may be constant within
        entities.
    entities : ndarray, shape (n,)
        Label of the entity of each row, numbers or strings.
    terms : sequence of str, length k - 1
    errors : {"clustered", "classical"}
    level : float

    Returns
    -------
    RandomEffectsEstimates
        NaN with the reason where a variance cannot be estimated or the terms depend on each other.

    Raises
    ------
    ValueError
        When shapes disagree, a value or a label is missing, or `errors` or `level` is not allowed.
    """
    outcome, design, terms = _checked(outcome, design, terms, errors, level)
    members = cluster_members(entities, len(outcome), "entities")
    centre, columns = _centred(design)
    return _fit(outcome, columns, centre, members, terms, errors, level)[0]


def fit_mundlak(
    outcome: np.ndarray,
    design: np.ndarray,
    entities: np.ndarray,
    terms: Sequence[str],
    *,
    errors: Errors = "clustered",
    level: float = 0.95,
) -> MundlakEstimates:
    """Random effects with the entities' means among the terms: correlated random effects.

    A term gets its mean where it varies both within entities and between them. The coefficients of
    such terms are those of fixed effects; those of the means say how an entity's effect goes with
    its terms, and are tested together: all zero is what random effects assume.

    Parameters
    ----------
    outcome, design, entities, terms, errors, level
        As for `fit_random_effects`.

    Returns
    -------
    MundlakEstimates
        The constant, the terms, then the means.

    Raises
    ------
    ValueError
        As `fit_random_effects`.
    """
    outcome, design, terms = _checked(outcome, design, terms, errors, level)
    members = cluster_members(entities, len(outcome), "entities")
    centre, columns = _centred(design)
    within = within_clusters(columns, entities)
    means = columns - within
    rounding = STORED * np.abs(design).max(axis=0, initial=0.0)
    both = np.flatnonzero(_varies(within, columns, rounding) & _varies(means, columns, rounding))
    names = (*terms, *(f"mean of {terms[column]}" for column in both))
    columns, centre = np.column_stack([columns, means[:, both]]), np.append(centre, centre[both])
    fit, covariance = _fit(outcome, columns, centre, members, names, errors, level)
    tested = np.arange(len(names) + 1) > len(terms)
    df = len(members) - 1 if errors == "clustered" else len(outcome) - len(names) - 1
    statistic = _wald(fit.estimate[tested], covariance[np.ix_(tested, tested)])
    return MundlakEstimates(
        **{field.name: getattr(fit, field.name) for field in fields(fit)},
        means_statistic=statistic,
        means_df=(len(both), df),
        means_p_value=float(stats.f.sf(statistic, len(both), df)) if len(both) else np.nan,
    )


def _checked(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str], errors: Errors, level: float
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    outcome, design = checked_arrays(outcome, design)
    terms = check_terms(terms, design)
    check_level(level)
    if errors not in get_args(Errors):
        raise ValueError(f"errors is {errors!r}; allowed: {', '.join(get_args(Errors))}")
    return outcome, design, terms


def _centred(design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of the columns, shape (k,), and deviations from them, shape (n, k)."""
    centre = design.mean(axis=0) if len(design) else np.zeros(design.shape[1])
    columns = design - centre
    # The mean of large numbers is rounded itself; what it missed is the mean of the deviations.
    missed = columns.mean(axis=0) if len(design) else 0.0
    return centre + missed, columns - missed


def _fit(
    outcome: np.ndarray,
    columns: np.ndarray,
    centre: np.ndarray,
    members: list[np.ndarray],
    terms: tuple[str, ...],
    errors: Errors,
    level: float,
) -> tuple[RandomEffectsEstimates, np.ndarray]:
    names = (CONSTANT, *terms)
    reason = _why_not(columns, centre, members, names)
    if reason:
        return _without_inference(names, outcome, len(members), reason)
    # Moved and scaled columns give the same fit, with fewer digits lost.
    spread = columns.std(axis=0)
    x = with_constant(columns / spread)
    level_of_outcome = outcome.mean()
    y = outcome - level_of_outcome
    variances = _variances(y, x, members)
    if isinstance(variances, str):
        return _without_inference(names, outcome, len(members), variances)
    within, between = variances
    weights = np.array([1 - np.sqrt(within / (within + len(rows) * between)) for rows in members])
    influence, coefficients, covariance = _least_squares(y, x, members, weights, errors)
    back = np.diag(np.append(1.0, 1 / spread))
    back[0, 1:] = -centre / spread
    estimate = back @ coefficients
    estimate[0] += level_of_outcome
    covariance = back @ covariance @ back.T
    std_error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    size = float(np.linalg.norm(y))
    zero = is_zero_error(std_error, back @ influence, size, ROOT_OF_ROUNDING)
    std_error = np.where(zero, np.nan, std_error)
    note = "" if between > 0 else _NO_BETWEEN
    dof = len(members) - 1 if errors == "clustered" else len(y) - len(names)
    fit = RandomEffectsEstimates(
        names,
        estimate,
        std_error,
        *t_inference(estimate, std_error, dof, level),
        nobs=len(y),
        n_events=count_events(outcome),
        note=tuple(ZERO_ERROR if is_zero else note for is_zero in zero),
        n_entities=len(members),
        variance_within=within,
        variance_between=between,
        weights=weights,
    )
    return fit, covariance


def _why_not(
    columns: np.ndarray, centre: np.ndarray, members: list[np.ndarray], names: tuple[str, ...]
) -> str:
    if len(members) < _FEWEST_ENTITIES:
        return f"{len(members)} entities: two are needed"
    flat = np.abs(columns).max(axis=0, initial=0.0) <= STORED * np.abs(centre)
    if flat.any():
        return f"{' and '.join(np.array(names[1:])[flat])} is constant"
    return why_not_estimable(with_constant(columns), names)


def _varies(part: np.ndarray, whole: np.ndarray, rounding: np.ndarray) -> np.ndarray:
    size = np.abs(whole).max(axis=0, initial=0.0)
    varies: np.ndarray = np.abs(part).max(axis=0, initial=0.0) > _NO_VARIATION * size + rounding
    return varies


def _variances(
    y: np.ndarray, x: np.ndarray, members: list[np.ndarray]
) -> tuple[float, float] | str:
    """Variance within and between entities, or why there is none."""
    mean_y, mean_x = _spread_means(y, members), _spread_means(x, members)
    left, rank = _squares_left(y - mean_y, x - mean_x)
    free = len(y) - len(members) - rank
    if free < 1:
        return f"{len(y)} rows leave no degree of freedom within entities"
    within = left / free
    left, rank = _squares_left(mean_y, mean_x)
    free = len(members) - rank
    if free < 1:
        return f"{len(members)} entities leave no degree of freedom between them for {rank} terms"
    if within <= _ZERO_VARIANCE * float(y @ y):
        return ZERO_ERROR
    sizes = np.array([len(rows) for rows in members])
    means = np.array([x[rows].mean(axis=0) for rows in members])
    inner = np.linalg.pinv((means.T * sizes) @ means, hermitian=True)
    expected = len(y) - float(np.trace(inner @ ((means.T * sizes**2) @ means)))
    return within, max(0.0, (left - free * within) / expected)


def _spread_means(values: np.ndarray, members: list[np.ndarray]) -> np.ndarray:
    """Mean of its entity in each row."""
    means = np.empty_like(values)
    for rows in members:
        means[rows] = values[rows].mean(axis=0)
    return means


def _squares_left(y: np.ndarray, x: np.ndarray) -> tuple[float, int]:
    """Residual sum of squares and rank of the columns."""
    left, sizes, _ = np.linalg.svd(x, full_matrices=False)
    basis = left[:, sizes > _NO_VARIATION * np.sqrt(len(y))]
    residuals = y - basis @ (basis.T @ y)
    return float(residuals @ residuals), basis.shape[1]


def _least_squares(
    y: np.ndarray, x: np.ndarray, members: list[np.ndarray], weights: np.ndarray, errors: Errors
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Influence (k, n), coefficients (k,) and their covariance (k, k), of the partly demeaned rows."""
    y, x = y.copy(), x.copy()
    for weight, rows in zip(weights, members, strict=True):
        y[rows] -= weight * y[rows].mean()
        x[rows] -= weight * x[rows].mean(axis=0)
    q, r = np.linalg.qr(x)
    influence = np.linalg.solve(r, q.T)
    coefficients = influence @ y
    residuals = y - x @ coefficients
    n, k = x.shape
    if errors == "classical":
        return influence, coefficients, influence @ influence.T * (residuals @ residuals) / (n - k)
    scores = np.array([influence[:, rows] @ residuals[rows] for rows in members])
    groups = len(members)
    factor = groups / (groups - 1) * (n - 1) / (n - k)
    return influence, coefficients, factor * scores.T @ scores


def _wald(estimate: np.ndarray, covariance: np.ndarray) -> float:
    if not len(estimate) or not np.isfinite(covariance).all():
        return np.nan
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.matrix_rank(correlation, tol=_NO_VARIATION, hermitian=True) < len(estimate):
        return np.nan
    standard = estimate / scale
    return float(standard @ np.linalg.solve(correlation, standard) / len(estimate))


def _without_inference(
    names: tuple[str, ...], outcome: np.ndarray, n_entities: int, reason: str
) -> tuple[RandomEffectsEstimates, np.ndarray]:
    blank = np.full(len(names), np.nan)
    fit = without(
        RandomEffectsEstimates,
        blank,
        terms=names,
        nobs=len(outcome),
        n_events=count_events(outcome),
        note=(reason,) * len(names),
        n_entities=n_entities,
        variance_within=np.nan,
        variance_between=np.nan,
        weights=np.full(n_entities, np.nan),
    )
    return fit, np.full((len(names), len(names)), np.nan)
