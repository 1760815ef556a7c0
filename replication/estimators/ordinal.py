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
from replication.estimators.cumulative_profile import Profile
from replication.estimators.results import Estimates, without
from replication.estimators.separation import sides_of_cone
from replication.estimators.standardised import Standardised, standardised

_NOT_CONVERGED = "the likelihood did not converge"


@dataclass(frozen=True)
class OrderedEstimates(Estimates):
    """Slopes of one cumulative logit.

    A positive slope goes with higher categories. `std_error` from the observed information,
    `statistic` the likelihood-ratio chi-squared on one degree of freedom, `p_value` its p-value,
    `conf_low` and `conf_high` profile-likelihood limits. `n_events` is None.

    A sound threshold may have a note only on the slopes, and the other way round: where the search for
    a limit of a threshold fails, that limit is NaN and `threshold_note` says so.

    Attributes
    ----------
    categories : tuple of float, length c + 1
        Values of the outcome that occur, ascending; a value in between that does not is no fault.
    thresholds, threshold_std_errors : ndarray, shape (c,)
        Where the latent scale passes from one category to the next, all columns being zero.
    threshold_conf_low, threshold_conf_high : ndarray, shape (c,)
        Profile-likelihood limits of the thresholds.
    threshold_note : tuple of str, length c
    loglik : float
    """

    categories: tuple[float, ...]
    thresholds: np.ndarray
    threshold_std_errors: np.ndarray
    threshold_conf_low: np.ndarray
    threshold_conf_high: np.ndarray
    threshold_note: tuple[str, ...]
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
    found = ordered_maximum(outcome, design, terms)
    if isinstance(found, str):
        return _failed(terms, np.unique(outcome), len(outcome), found)
    return _inference(found, terms, level)


@dataclass(frozen=True)
class OrderedMaximum:
    """The maximum of the likelihood, in the units of the standardised columns.

    Attributes
    ----------
    values : ndarray, shape (c + 1,)
        Of the outcome.
    columns : Standardised
    rows : CutRows
    best : ndarray, shape (c + k,)
        Thresholds and slopes.
    """

    values: np.ndarray
    columns: Standardised
    rows: CutRows
    best: np.ndarray


def ordered_maximum(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str]
) -> OrderedMaximum | str:
    """Find the maximum alone, for checked arguments of `fit_ordered_logit`; the reason where there is none."""
    values, category = np.unique(outcome, return_inverse=True)
    columns = standardised(design)
    rows = cut_rows(one_slope(columns.columns, max(len(values) - 1, 0)), category)
    reason = _why_no_fit(values, rows, design, columns, terms)
    if reason:
        return reason
    start = np.append(_shares(category), np.zeros(design.shape[1]))
    best = maximise(rows, start, np.ones(len(start), dtype=bool))
    return _NOT_CONVERGED if best is None else OrderedMaximum(values, columns, rows, best)


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
    no_threshold = np.full(max(len(values) - 1, 0), np.nan)
    return without(
        OrderedEstimates,
        np.full(len(terms), np.nan),
        terms=terms,
        nobs=nobs,
        n_events=None,
        note=(reason,) * len(terms),
        categories=tuple(values.tolist()),
        thresholds=no_threshold,
        threshold_std_errors=no_threshold,
        threshold_conf_low=no_threshold,
        threshold_conf_high=no_threshold,
        threshold_note=(reason,) * len(no_threshold),
        loglik=np.nan,
    )


def _inference(maximum: OrderedMaximum, terms: tuple[str, ...], level: float) -> OrderedEstimates:
    rows, best, n_cuts = maximum.rows, maximum.best, len(maximum.values) - 1
    loglik, _, curvature = evaluate(rows, best)
    covariance = np.linalg.inv(curvature)
    back = _back(maximum.columns, n_cuts)
    profiles = [Profile(rows, best, covariance, weights, n_cuts) for weights in back]
    cuts, slopes = profiles[:n_cuts], profiles[n_cuts:]
    estimate, errors = back @ best, np.sqrt(np.diag(back @ covariance @ back.T))
    statistic = np.array([profile.fall(0.0) for profile in slopes])
    fall = chdtri(1, 1 - level)
    cuts_low, cuts_high = np.array([profile.limits(fall) for profile in cuts]).T
    low, high = np.array([profile.limits(fall) for profile in slopes]).reshape(-1, 2).T
    return OrderedEstimates(
        terms=terms,
        estimate=estimate[n_cuts:],
        std_error=errors[n_cuts:],
        statistic=statistic,
        p_value=chdtrc(1, statistic),
        conf_low=low,
        conf_high=high,
        nobs=len(rows.upper),
        n_events=None,
        note=_notes(f"{_NOT_CONVERGED} for its test or interval", statistic, low, high),
        categories=tuple(maximum.values.tolist()),
        thresholds=estimate[:n_cuts],
        threshold_std_errors=errors[:n_cuts],
        threshold_conf_low=cuts_low,
        threshold_conf_high=cuts_high,
        threshold_note=_notes(f"{_NOT_CONVERGED} for its interval", cuts_low, cuts_high),
        loglik=loglik,
    )


def _notes(reason: str, *numbers: np.ndarray) -> tuple[str, ...]:
    return tuple(
        "" if fine else reason for fine in np.isfinite(np.array(numbers)).all(axis=0).tolist()
    )


def _back(columns: Standardised, cuts: int) -> np.ndarray:
    """Matrix from thresholds and slopes of the standardised columns to those of the data."""
    matrix = np.diag(np.concatenate([np.ones(cuts), 1 / columns.unit]))
    matrix[:cuts, cuts:] = columns.centre / columns.unit
    return matrix


def _shares(category: np.ndarray) -> np.ndarray:
    cuts: np.ndarray = logit(np.cumsum(np.bincount(category))[:-1] / len(category))
    return cuts
