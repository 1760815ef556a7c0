"""Probabilities from Firth's logit that are right on average: FLIC and FLAC.

Firth's penalty pulls predicted probabilities towards one half: they exceed the events by the sum of
``h * (1/2 - p)`` over the rows, h their leverage, which is what his score equation for the constant
says. Where events are rare, or the rule, the average is off by much. The slopes are what the penalty
is for; these two corrections leave it out of the level (Puhr, Heinze, Nold, Lusa and Geroldinger 2017,
Statistics in Medicine 36: 2302-2317). The predictions of both add up to the events.

FLIC keeps Firth's slopes and takes the constant from maximum likelihood with them as an offset.

FLAC reads Firth's estimate as maximum likelihood on the data and, beside each row, two pseudo-rows
with both outcomes, weighted by half its leverage. An added covariate that marks the pseudo-rows takes
up their level. The slopes change a little; the authors prefer it for estimates and probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc, chdtri, expit

from replication.estimators import arguments
from replication.estimators.firth import fit_firth
from replication.estimators.results import Estimates, without
from replication.estimators.standardised import standardised, turned_to
from replication.estimators.weighted_logit import WeightedLogit

_NOT_CONVERGED = "the search for its test or interval did not converge"


@dataclass(frozen=True)
class CorrectedEstimates(Estimates):
    """A logit whose predicted probabilities average to the share of events.

    Attributes
    ----------
    probability : ndarray, shape (n,)
        Predicted probability of each observation; NaN without a fit.
    probability_firth : ndarray, shape (n,)
        That of the plain Firth fit, for comparison.
    """

    probability: np.ndarray
    probability_firth: np.ndarray


def fit_flic(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str], level: float = 0.95
) -> CorrectedEstimates:
    """Firth's logit with intercept correction.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Zeros and ones.
    design : ndarray, shape (n, k - 1)
        Without a constant, which is added as first term ``const``.
    terms : sequence of str, length k - 1
    level : float
        Confidence level of the intervals.

    Returns
    -------
    CorrectedEstimates
        The terms' rows are those of `firth.fit_firth`. The constant has the standard error of the
        information at the corrected probabilities, a Wald chi-squared for `statistic` and a Wald
        interval, as in the R package logistf. NaN with the reason where Firth's fit is.

    Raises
    ------
    ValueError
        As `firth.fit_firth`.
    """
    firth = fit_firth(outcome, design, terms, level)
    outcome, design = arguments.checked_arrays(outcome, design)
    if not firth.converged:
        return _failed(firth, len(outcome))
    columns = standardised(design)
    coefficients = columns.forth @ firth.estimate
    offset = columns.x[:, 1:] @ coefficients[1:]
    middle = _constant(outcome, offset)
    probability = expit(middle + offset)
    root = np.sqrt(probability * (1 - probability))[:, None] * columns.x
    weights = columns.back[0]
    constant = weights @ np.append(middle, coefficients[1:])
    std_error = float(np.linalg.norm(np.linalg.solve(np.linalg.qr(root)[1].T, weights)))
    half_width = np.sqrt(chdtri(1, 1 - level)) * std_error
    statistic = (constant / std_error) ** 2
    limits = constant - half_width, constant + half_width
    own = (constant, std_error, statistic, chdtrc(1, statistic), *limits)
    names = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
    values = {
        name: np.append(value, getattr(firth, name)[1:])
        for name, value in zip(names, own, strict=True)
    }
    return CorrectedEstimates(
        firth.terms,
        **values,
        nobs=firth.nobs,
        n_events=firth.n_events,
        note=("", *firth.note[1:]),
        probability=probability,
        probability_firth=expit(columns.x @ coefficients),
    )


def fit_flac(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str], level: float = 0.95
) -> CorrectedEstimates:
    """Firth's logit with an added covariate.

    Parameters
    ----------
    outcome, design, terms, level
        As for `fit_flic`.

    Returns
    -------
    CorrectedEstimates
        Of the augmented data: `std_error` from their information, `statistic` the likelihood-ratio
        chi-squared on one degree of freedom, `conf_low` and `conf_high` profile limits, as in the R
        package logistf. The added covariate is not a row. NaN with the reason where Firth's fit is.

    Raises
    ------
    ValueError
        As `firth.fit_firth`.
    """
    firth = fit_firth(outcome, design, terms, level)
    outcome, design = arguments.checked_arrays(outcome, design)
    if not firth.converged:
        return _failed(firth, len(outcome))
    columns = standardised(design)
    before = expit(columns.x @ (columns.forth @ firth.estimate))
    fit = _augmented(outcome, columns.x, _leverage(columns.x, before))
    best = fit.maximum()
    if best is None:
        return _failed(firth, len(outcome), "the likelihood of the augmented data did not converge")
    rows = [_row(fit, best, np.append(w, 0.0), chdtri(1, 1 - level)) for w in columns.back]
    estimate, std_error, statistic, low, high = np.array(rows).T
    sound = np.isfinite(np.array([statistic, low, high])).all(axis=0)
    return CorrectedEstimates(
        firth.terms,
        estimate=estimate,
        std_error=std_error,
        statistic=statistic,
        p_value=chdtrc(1, statistic),
        conf_low=low,
        conf_high=high,
        nobs=firth.nobs,
        n_events=firth.n_events,
        note=tuple("" if fine else _NOT_CONVERGED for fine in sound.tolist()),
        probability=expit(columns.x @ best[:-1]),
        probability_firth=before,
    )


def _augmented(outcome: np.ndarray, x: np.ndarray, leverage: np.ndarray) -> WeightedLogit:
    # Two pseudo-rows of half the leverage are one of all of it, half an event.
    return WeightedLogit(
        outcome=np.append(outcome, np.full(len(x), 0.5)),
        x=np.hstack([np.vstack([x, x]), np.repeat([0.0, 1.0], len(x))[:, None]]),
        weights=np.append(np.ones(len(x)), leverage),
    )


def _row(
    fit: WeightedLogit, best: np.ndarray, weights: np.ndarray, drop: float
) -> tuple[float, float, float, float, float]:
    """Estimate, standard error, test and limits of a sum of the coefficients: of one of the data's own."""
    axes, length = turned_to(weights), float(np.linalg.norm(weights))
    turned, at = replace(fit, x=fit.x @ axes), axes.T @ best
    low, high = (length * turned.limit(at, 0, side, drop) for side in (-1, 1))
    std_error = length * float(turned.std_error(at)[0])
    return length * float(at[0]), std_error, turned.fall(at, 0, 0.0), low, high


def _failed(firth: Estimates, nobs: int, reason: str = "") -> CorrectedEstimates:
    blank = np.full(len(firth.terms), np.nan)
    missing = np.full(nobs, np.nan)
    note = (reason,) * len(blank) if reason else firth.note
    predicted = {"probability": missing, "probability_firth": missing}
    known = {"terms": firth.terms, "nobs": nobs, "n_events": firth.n_events, "note": note}
    return without(CorrectedEstimates, blank, **known, **predicted)


def _constant(outcome: np.ndarray, offset: np.ndarray) -> float:
    """Constant at which the probabilities add up to the events."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow, and most commands do not need it

    events = outcome.mean()
    middle = np.log(events / (1 - events))
    # At these ends all probabilities lie on one side of the share of events.
    low, high = middle - offset.max() - 1, middle - offset.min() + 1
    return float(brentq(lambda c: expit(c + offset).mean() - events, low, high, xtol=1e-13))


def _leverage(x: np.ndarray, probability: np.ndarray) -> np.ndarray:
    root = np.sqrt(probability * (1 - probability))[:, None] * x
    q, _ = np.linalg.qr(root)
    leverage: np.ndarray = (q**2).sum(axis=1)
    return leverage
