"""How well a Firth logit predicts observations it has not seen.

Scores are proper (Gneiting and Raftery 2007, Journal of the American Statistical Association 102:
359-378): no forecast but the honest one does best on average. Firth's logit keeps forecasts off zero
and one, so that the log score stays finite under separation too.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from replication.estimators import arguments
from replication.estimators.firth import why_no_fit
from replication.estimators.penalised import maximum
from replication.estimators.standardised import standardised


@dataclass(frozen=True)
class PredictionScores:
    """Forecasts of every observation by the fit without it, and their scores.

    Attributes
    ----------
    probability : ndarray, shape (n,)
        Forecast that the outcome is 1.
    log_scores : ndarray, shape (n,)
        Log of the probability given to what happened; at most zero, higher is better.
    brier_scores : ndarray, shape (n,)
        Squared distance of forecast and outcome; lower is better.
    log_score, brier_score : float
        Their means.
    nobs : int
    note : str
        Why numbers are missing; empty where they are all there.
    """

    probability: np.ndarray
    log_scores: np.ndarray
    brier_scores: np.ndarray
    log_score: float
    brier_score: float
    nobs: int
    note: str


def leave_one_out(
    outcome: np.ndarray,
    design: np.ndarray,
    terms: Sequence[str],
    groups: Sequence[Hashable] | None = None,
) -> PredictionScores:
    """Forecast each observation from all others, or from all outside its group.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Zeros and ones.
    design : ndarray, shape (n, k)
        Without a constant; no columns forecasts the share of ones, which any model should beat.
    terms : sequence of str, length k
    groups : sequence of length n, optional
        Observations to leave out together. Any values that sort.

    Returns
    -------
    PredictionScores
        A fit that the rest does not allow gives NaN for what it leaves out and for the means, and
        a reason that says which.

    Raises
    ------
    ValueError
        When an argument has a wrong shape, a missing value or label, or a value off its scale.
    """
    outcome, design = arguments.checked_arrays(outcome, design)
    arguments.check_binary(outcome)
    names = (arguments.CONSTANT, *arguments.check_terms(terms, design))
    groups = range(1, len(outcome) + 1) if groups is None else groups
    labels, place = arguments.checked_labels("groups", groups, len(outcome))
    # The forecasts of a penalised fit do not depend on unit and origin of its columns.
    x = standardised(design).x
    index = np.full(len(outcome), np.nan)
    reason = why_no_fit(outcome, x, names)
    for number, group in enumerate([] if reason else labels):
        out = place == number
        index[out], fault = _index(outcome[~out], x[~out], x[out], names)
        reason = reason or (f"without {group}: {fault}" if fault else "")
    return _scores(outcome, index, reason)


def _index(
    outcome: np.ndarray, x: np.ndarray, x_out: np.ndarray, names: Sequence[str]
) -> tuple[np.ndarray, str]:
    # An outcome without ones or without zeros is no obstacle to the penalised fit.
    reason = arguments.why_not_estimable(x, names)
    if reason:
        return np.full(len(x_out), np.nan), reason
    fit = maximum(outcome, x)
    if not fit.converged[0]:
        return np.full(len(x_out), np.nan), "the penalised likelihood did not converge"
    return x_out @ fit.beta[0], ""


def _scores(outcome: np.ndarray, index: np.ndarray, reason: str) -> PredictionScores:
    probability = expit(index)
    log_scores = log_expit(np.where(outcome == 1, index, -index))
    brier_scores = (outcome - probability) ** 2
    return PredictionScores(
        probability=probability,
        log_scores=log_scores,
        brier_scores=brier_scores,
        log_score=float(log_scores.mean()) if len(outcome) else np.nan,
        brier_score=float(brier_scores.mean()) if len(outcome) else np.nan,
        nobs=len(outcome),
        note=reason,
    )
