"""Cumulative logit for an ordered outcome, and whether one slope serves all its cuts.

Proportional odds (McCullagh 1980, Journal of the Royal Statistical Society B 42: 109-142), by
maximum likelihood with profile intervals. statsmodels' OrderedModel fits the same model and is what
the tests hold this module against; it takes numerical derivatives, a tenth of a second for each of
the many restricted fits of a profile, and has no check of the one-slope assumption.

The exact companion is `permutation.permutation_test` on the same outcome: with codes 0, 1, 2, ... its
statistic is that of the linear-by-linear association test for trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri, expit, logit

from replication.estimators import arguments
from replication.estimators.firth import fit_firth
from replication.estimators.results import Estimates
from replication.estimators.separation import sides_of_cone

_MAX_STEPS = 100
_MAX_HALVINGS = 40
_DECREMENT = 1e-20
_ROUNDING = 1e-12
_SINGULAR = 1e-10
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


@dataclass(frozen=True)
class ProportionalOdds:
    """The check that one slope serves all cuts.

    Attributes
    ----------
    statistic, p_value : float
        Score test of equal slopes; NaN with a reason in `note` where it does not exist.
    df : int
    note : str
    terms : tuple of str, length k
    cuts : tuple of float, length c
        The outcome is cut at this value and above.
    slopes, conf_low, conf_high : ndarray, shape (c, k)
        Firth's logit at each cut, with profile intervals.
    """

    statistic: float
    df: int
    p_value: float
    note: str
    terms: tuple[str, ...]
    cuts: tuple[float, ...]
    slopes: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray


@dataclass(frozen=True)
class _Data:
    # Rows of the cuts above and below each observation's category, shape (n, p), and where there
    # is one: the highest category has none above, the lowest none below.
    upper: np.ndarray
    lower: np.ndarray
    has_upper: np.ndarray
    has_lower: np.ndarray


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
    arguments.check_terms(terms, design)
    arguments.check_level(level)
    values, category = np.unique(outcome, return_inverse=True)
    reason = _why_no_fit(values, category, design, terms)
    if reason:
        return _failed(tuple(terms), values, len(outcome), reason)
    data = _data(_one_slope(design, len(values) - 1), category)
    start = np.append(_shares(category), np.zeros(design.shape[1]))
    best = _maximise(data, start, np.ones(len(start), dtype=bool))
    if best is None:
        return _failed(tuple(terms), values, len(outcome), _NOT_CONVERGED)
    return _inference(data, values, tuple(terms), best, level)


def check_proportional_odds(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str]
) -> ProportionalOdds:
    """Test whether slopes differ between cuts, and show them cut by cut.

    The score test (Peterson and Harrell 1990, Applied Statistics 39: 205-217) needs no fit of the
    model with separate slopes, which small samples seldom allow; Brant's test does. Its chi-squared
    distribution rejects too often where cells are thin, so the slopes beside it are the
    better guide: Firth's logit has them at every cut, also where it separates the data.

    Parameters
    ----------
    outcome, design, terms
        As for `fit_ordered_logit`.

    Raises
    ------
    ValueError
        As `fit_ordered_logit`.
    """
    fit = fit_ordered_logit(outcome, design, terms)
    outcome, design = arguments.checked_arrays(outcome, design)
    values, category = np.unique(outcome, return_inverse=True)
    df = design.shape[1] * max(len(values) - 2, 0)
    statistic, note = np.nan, fit.note[0] if fit.note else "no term to test"
    if not note:
        statistic, note = _score_test(design, category, fit)
    binary = [fit_firth((outcome >= cut).astype(float), design, terms) for cut in values[1:]]
    by_cut = [
        np.array([getattr(one, name)[1:] for one in binary]).reshape(-1, design.shape[1])
        for name in ("estimate", "conf_low", "conf_high")
    ]
    return ProportionalOdds(
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)) if df else np.nan,
        note=note,
        terms=tuple(terms),
        cuts=tuple(values[1:].tolist()),
        slopes=by_cut[0],
        conf_low=by_cut[1],
        conf_high=by_cut[2],
    )


def _why_no_fit(
    values: np.ndarray, category: np.ndarray, design: np.ndarray, terms: Sequence[str]
) -> str:
    if len(values) == 0:
        return "no observations"
    if len(values) == 1:
        return f"the outcome is {values[0]:g} in all {len(category)} observations"
    reason = arguments.why_not_estimable(arguments.with_constant(design), ("const", *terms))
    if reason:
        return reason
    data = _data(_one_slope(design, len(values) - 1), category)
    sides = sides_of_cone(np.vstack([data.upper[data.has_upper], -data.lower[data.has_lower]]))
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
    data: _Data,
    values: np.ndarray,
    terms: tuple[str, ...],
    best: np.ndarray,
    level: float,
) -> OrderedEstimates:
    loglik, _, curvature = _evaluate(data, best)
    errors = np.sqrt(np.diag(np.linalg.inv(curvature)))
    slopes = range(len(values) - 1, len(best))
    statistic = np.array([_fall(data, best, j, 0.0) for j in slopes])
    quantile = chdtri(1, 1 - level)
    low, high = (
        np.array([_limit(data, best, j, side * errors[j], quantile) for j in slopes])
        for side in (-1, 1)
    )
    sound = np.isfinite(statistic) & np.isfinite(low) & np.isfinite(high)
    return OrderedEstimates(
        terms=terms,
        estimate=best[slopes],
        std_error=errors[slopes],
        statistic=statistic,
        p_value=chdtrc(1, statistic),
        conf_low=low,
        conf_high=high,
        nobs=len(data.upper),
        n_events=None,
        note=tuple("" if fine else f"{_NOT_CONVERGED} for its test or interval" for fine in sound),
        categories=tuple(values.tolist()),
        thresholds=best[: slopes.start],
        threshold_std_errors=errors[: slopes.start],
        loglik=loglik,
    )


def _one_slope(design: np.ndarray, cuts: int) -> np.ndarray:
    # Shape (n, cuts, cuts + k): each cut its threshold, less the same slopes.
    thresholds = np.broadcast_to(np.eye(cuts), (len(design), cuts, cuts))
    slopes = np.broadcast_to(-design[:, None, :], (len(design), cuts, design.shape[1]))
    return np.concatenate([thresholds, slopes], axis=2)


def _own_slopes(design: np.ndarray, cuts: int) -> np.ndarray:
    # Shape (n, cuts, cuts + cuts * k): each cut its threshold, less its own slopes.
    blocks = np.einsum("cd,nk->ncdk", np.eye(cuts), -design).reshape(len(design), cuts, -1)
    return np.concatenate(
        [np.broadcast_to(np.eye(cuts), (len(design), cuts, cuts)), blocks], axis=2
    )


def _shares(category: np.ndarray) -> np.ndarray:
    return logit(np.cumsum(np.bincount(category))[:-1] / len(category))


def _data(cuts: np.ndarray, category: np.ndarray) -> _Data:
    padded = np.pad(cuts, ((0, 0), (1, 1), (0, 0)))
    rows = np.arange(len(category))
    return _Data(
        upper=padded[rows, category + 1],
        lower=padded[rows, category],
        has_upper=category < cuts.shape[1],
        has_lower=category > 0,
    )


def _evaluate(data: _Data, theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    # Log-likelihood, its gradient and minus its second derivatives.
    above = np.where(data.has_upper, expit(data.upper @ theta), 1.0)
    below = np.where(data.has_lower, expit(data.lower @ theta), 0.0)
    probability = above - below
    if probability.min() <= 0:
        return -np.inf, np.zeros(len(theta)), np.zeros((len(theta), len(theta)))
    up, down = above * (1 - above) / probability, below * (1 - below) / probability
    scores = up[:, None] * data.upper - down[:, None] * data.lower
    bend_up, bend_down = up * (1 - 2 * above), down * (1 - 2 * below)
    curvature = (
        scores.T @ scores
        - (data.upper.T * bend_up) @ data.upper
        + (data.lower.T * bend_down) @ data.lower
    )
    return float(np.log(probability).sum()), scores.sum(axis=0), curvature


def _maximise(data: _Data, start: np.ndarray, free: np.ndarray) -> np.ndarray | None:
    # The log-likelihood is concave (Pratt 1981, Journal of the American Statistical Association
    # 76: 103-106), so Newton's method with halving finds its maximum.
    theta = start
    loglik, score, curvature = _evaluate(data, theta)
    for _ in range(_MAX_STEPS):
        try:
            step = np.linalg.solve(curvature[np.ix_(free, free)], score[free])
        except np.linalg.LinAlgError:
            return None
        if score[free] @ step < _DECREMENT:
            return theta
        floor = loglik - _ROUNDING * max(1.0, abs(loglik))
        for _ in range(_MAX_HALVINGS):
            moved = theta.copy()
            moved[free] += step
            loglik, score, curvature = _evaluate(data, moved)
            if loglik >= floor:
                break
            step = step / 2
        else:
            return None
        theta = moved
    return None


def _fall(data: _Data, best: np.ndarray, term: int, value: float) -> float:
    # Twice the fall of the log-likelihood when one coefficient is held at a value.
    start = best.copy()
    start[term] = value
    found = _maximise(data, start, np.arange(len(best)) != term)
    if found is None:
        return np.nan
    return max(0.0, 2 * (_evaluate(data, best)[0] - _evaluate(data, found)[0]))


def _limit(data: _Data, best: np.ndarray, term: int, step: float, quantile: float) -> float:
    from scipy.optimize import brentq  # noqa: PLC0415 - slow, and most commands do not need it

    def excess(distance: float) -> float:
        return _fall(data, best, term, best[term] + distance) - quantile

    while excess(step) < 0:
        step *= 2
    if np.isnan(excess(step)):
        return np.nan
    return float(best[term] + brentq(excess, 0.0, step, xtol=1e-11))


def _score_test(
    design: np.ndarray, category: np.ndarray, fit: OrderedEstimates
) -> tuple[float, str]:
    last = len(fit.thresholds)
    if last == 1:
        return np.nan, "one cut only: the outcome has two values"
    cuts = _own_slopes(design, last)
    theta = np.concatenate([fit.thresholds, np.tile(fit.estimate, last)])
    _, score, _ = _evaluate(_data(cuts, category), theta)
    # Expected information: thin cells make the observed one erratic.
    share = expit(cuts @ theta)
    slopes = np.pad((share * (1 - share))[:, :, None] * cuts, ((0, 0), (1, 1), (0, 0)))
    gained = np.diff(slopes, axis=1)
    probability = np.diff(np.pad(share, ((0, 0), (1, 1)), constant_values=(0.0, 1.0)), axis=1)
    information = np.einsum("icp,icq->pq", gained / probability[:, :, None], gained)
    unit = 1 / np.sqrt(np.diag(information))
    scaled = information * np.outer(unit, unit)
    if np.linalg.eigvalsh(scaled)[0] < _SINGULAR:
        return np.nan, "separate slopes are not identified"
    return float((score * unit) @ np.linalg.solve(scaled, score * unit)), ""
