"""Cumulative logit for an ordered outcome.

Proportional odds (McCullagh 1980, Journal of the Royal Statistical Society B 42: 109-142), by
maximum likelihood with profile intervals. statsmodels' OrderedModel fits the same model and is what
the tests hold this module against; it takes numerical derivatives, a tenth of a second for each of
the many restricted fits of a profile, and its Newton search runs off on some small designs.

The exact companion is `permutation.permutation_test` on the same outcome: with codes 0, 1, 2, ... its
statistic is that of the linear-by-linear association test for trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri, logit

from replication.estimators import arguments
from replication.estimators.cumulative_logit import (
    CutRows,
    cut_rows,
    evaluate,
    maximise,
    one_slope,
)
from replication.estimators.results import Estimates
from replication.estimators.separation import sides_of_cone
from replication.estimators.standardised import Standardised, standardised

_NOT_CONVERGED = "the likelihood did not converge"


@dataclass(frozen=True)
class OrderedEstimates(Estimates):
    """Slopes of one cumulative logit.

    A positive slope goes with higher categories. `std_error` from the observed information,
    `statistic` the likelihood-ratio chi-squared on one degree of freedom, `p_value` its p-value,
    `conf_low` and `conf_high` profile-likelihood limits. `n_events` is None.

    Attributes
    ----------
    categories : tuple of float, length c + 1
        Values of the outcome that occur, ascending; a value in between that does not is no fault.
    thresholds, threshold_std_errors : ndarray, shape (c,)
        Where the latent scale passes from one category to the next.
    loglik : float
    """

    categories: tuple[float, ...]
    thresholds: np.ndarray
    threshold_std_errors: np.ndarray
    loglik: float


def fit_ordered_logit(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str], level: float = 0.95
) -> OrderedEstimates:
    """Fit a cumulative logit with one slope a term.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Ordered codes.
    design : ndarray, shape (n, k)
        Without a constant, which the thresholds replace.
    terms : sequence of str, length k
    level : float
        Confidence level of the profile intervals.

    Returns
    -------
    OrderedEstimates
        NaN throughout with the reason in `note` when the outcome has one value only, the design has
        not full rank, the data are separated or the search does not converge.

    Raises
    ------
    ValueError
        When an argument has a wrong shape or a missing value.
    """
    outcome, design = arguments.checked_arrays(outcome, design)
    terms = arguments.check_terms(terms, design)
    arguments.check_level(level)
    values, category = np.unique(outcome, return_inverse=True)
    columns = standardised(design)
    rows = cut_rows(one_slope(columns.columns, max(len(values) - 1, 0)), category)
    reason = _why_no_fit(values, rows, design, columns, terms)
    if reason:
        return _failed(terms, values, len(outcome), reason)
    start = np.append(_shares(category), np.zeros(design.shape[1]))
    best = maximise(rows, start, np.ones(len(start), dtype=bool))
    if best is None:
        return _failed(terms, values, len(outcome), _NOT_CONVERGED)
    return _inference(rows, values, terms, best, level, columns)


def _why_no_fit(
    values: np.ndarray,
    rows: CutRows,
    design: np.ndarray,
    columns: Standardised,
    terms: Sequence[str],
) -> str:
    if len(values) == 0:
        return "no observations"
    if len(values) == 1:
        return f"the outcome is {values[0]:g} in all {len(rows.upper)} observations"
    x = arguments.with_constant(design)
    reason = arguments.why_not_estimable(x, (arguments.CONSTANT, *terms))
    if reason:
        return reason
    inequalities = np.vstack([rows.upper[rows.has_upper], -rows.lower[rows.has_lower]])
    sides = sides_of_cone(inequalities, _back(columns, len(values) - 1))
    names = [f"the threshold of {value:g}" for value in values[1:]] + list(terms)
    free = [f"{name} to {side}" for name, side in zip(names, sides, strict=True) if side]
    return f"separated: maximum likelihood takes {' and '.join(free)}" if free else ""


def _failed(terms: tuple[str, ...], values: np.ndarray, nobs: int, reason: str) -> OrderedEstimates:
    blank = np.full(len(terms), np.nan)
    no_threshold = np.full(max(len(values) - 1, 0), np.nan)
    return OrderedEstimates(
        terms=terms,
        estimate=blank,
        std_error=blank,
        statistic=blank,
        p_value=blank,
        conf_low=blank,
        conf_high=blank,
        nobs=nobs,
        n_events=None,
        note=(reason,) * len(terms),
        categories=tuple(values.tolist()),
        thresholds=no_threshold,
        threshold_std_errors=no_threshold,
        loglik=np.nan,
    )


def _inference(
    rows: CutRows,
    values: np.ndarray,
    terms: tuple[str, ...],
    best: np.ndarray,
    level: float,
    columns: Standardised,
) -> OrderedEstimates:
    loglik, _, curvature = evaluate(rows, best)
    covariance = np.linalg.inv(curvature)
    errors = np.sqrt(np.diag(covariance))
    slopes = range(len(values) - 1, len(best))
    statistic = np.array([_fall(rows, best, j, 0.0) for j in slopes])
    quantile = chdtri(1, 1 - level)
    low, high = (
        np.array([_limit(rows, best, j, side * errors[j], quantile) for j in slopes])
        for side in (-1, 1)
    )
    sound = np.isfinite(statistic) & np.isfinite(low) & np.isfinite(high)
    back = _back(columns, len(values) - 1)
    best, errors = back @ best, np.sqrt(np.diag(back @ covariance @ back.T))
    return OrderedEstimates(
        terms=terms,
        estimate=best[slopes],
        std_error=errors[slopes],
        statistic=statistic,
        p_value=chdtrc(1, statistic),
        conf_low=low / columns.unit,
        conf_high=high / columns.unit,
        nobs=len(rows.upper),
        n_events=None,
        note=tuple("" if fine else f"{_NOT_CONVERGED} for its test or interval" for fine in sound),
        categories=tuple(values.tolist()),
        thresholds=best[: slopes.start],
        threshold_std_errors=errors[: slopes.start],
        loglik=loglik,
    )


def _back(columns: Standardised, cuts: int) -> np.ndarray:
    """Matrix from thresholds and slopes of the standardised columns to those of the data."""
    matrix = np.diag(np.concatenate([np.ones(cuts), 1 / columns.unit]))
    matrix[:cuts, cuts:] = columns.centre / columns.unit
    return matrix


def _shares(category: np.ndarray) -> np.ndarray:
    return logit(np.cumsum(np.bincount(category))[:-1] / len(category))


def _fall(rows: CutRows, best: np.ndarray, term: int, value: float) -> float:
    # Twice the fall of the log-likelihood when one coefficient is held at a value.
    start = best.copy()
    start[term] = value
    found = maximise(rows, start, np.arange(len(best)) != term)
    if found is None:
        return np.nan
    return max(0.0, 2 * (evaluate(rows, best)[0] - evaluate(rows, found)[0]))


def _limit(rows: CutRows, best: np.ndarray, term: int, step: float, quantile: float) -> float:
    from scipy.optimize import brentq  # noqa: PLC0415 - slow, and most commands do not need it

    def excess(distance: float) -> float:
        return _fall(rows, best, term, best[term] + distance) - quantile

    while excess(step) < 0:
        step *= 2
    if np.isnan(excess(step)):
        return np.nan
    return float(best[term] + brentq(excess, 0.0, step, xtol=1e-11))
