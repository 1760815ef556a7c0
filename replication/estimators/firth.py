"""Firth's penalised logit: estimates, profile intervals, penalised likelihood-ratio tests.

Firth 1993, Biometrika 80: 27-38; profile intervals and tests as in Heinze and Schemper 2002,
Statistics in Medicine 21: 2409-2419. Checked against logistf 1.26.1 (R) and firthmodels 0.8.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri

from replication.estimators import arguments, penalised
from replication.estimators.penalised import Points
from replication.estimators.profile_likelihood import profile_ends, restricted_maxima
from replication.estimators.results import Estimates
from replication.estimators.separation import separation_sides

_ROUNDING = 1e-8
_NOT_CONVERGED = "the penalised likelihood did not converge"


@dataclass(frozen=True)
class FirthEstimates(Estimates):
    """One Firth logit; ``const`` is the first of the k terms.

    Beside the fields of `Estimates`, of which `std_error` is logistf's (see `fit_firth`),
    `statistic` the penalised likelihood-ratio chi-squared on one degree of freedom, `p_value` its
    p-value, and `conf_low` and `conf_high` the profile penalised-likelihood limits.

    Attributes
    ----------
    loglik : float
        Penalised log-likelihood at its maximum. It moves with the units of the design, so compare
        it only between hypotheses about one design.
    loglik_unpenalised : float
        Log-likelihood at the same estimates, free of units.
    aicc : float
        Small-sample information criterion from `loglik_unpenalised`; NaN when n <= k + 1.
    covariance : ndarray, shape (k, k)
        Its diagonal holds the squares of `std_error`.
    separation : tuple of str, length k
        Where the maximum-likelihood estimate of the term would go: ``""`` when finite, otherwise
        ``"+infinity"``, ``"-infinity"`` or ``"either side"``.
    converged : bool
    """

    loglik: float
    loglik_unpenalised: float
    aicc: float
    covariance: np.ndarray
    separation: tuple[str, ...]
    converged: bool


@dataclass(frozen=True)
class JointTest:
    """A test of several coefficients at once; NaN with a reason in `note` where it failed."""

    statistic: float
    df: int
    p_value: float
    note: str


def fit_firth(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str], level: float = 0.95
) -> FirthEstimates:
    """Fit a logit by Firth's penalised likelihood.

    Standard errors follow logistf and firthmodels: the information is taken with each row weighted
    by one plus its leverage. brglm2 leaves that weight out and prints errors up to a tenth larger.
    In samples this small neither is a basis for inference; intervals and p-values use the profile.

    AICc (Hurvich and Tsai 1989, Biometrika 76: 297-307) is computed from the log-likelihood without
    the penalty at the penalised estimates, as brglm2 computes AIC, because the penalty of one
    design is not comparable with that of another.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Zeros and ones.
    design : ndarray, shape (n, k - 1)
        Without a constant; no columns fits the constant alone.
    terms : sequence of str, length k - 1
    level : float
        Confidence level of the profile intervals.

    Returns
    -------
    FirthEstimates
        NaN throughout with the reason in `note` when the outcome is constant, the design has not
        full rank or the search does not converge. A limit that could not be found is NaN alone.

    Raises
    ------
    ValueError
        When an argument has a wrong shape, a missing value or a value off its scale.
    """
    outcome, design = _checked(outcome, design, terms)
    arguments.check_level(level)
    x = arguments.with_constant(design)
    names = ("const", *terms)
    reason = why_no_fit(outcome, x, names)
    if reason:
        return _failed(names, outcome, reason)
    best = penalised.maximum(outcome, x)
    if not best.converged[0]:
        return _failed(names, outcome, _NOT_CONVERGED)
    return _inference(outcome, x, names, best, level)


def firth_joint_test(outcome: np.ndarray, design: np.ndarray, columns: Sequence[int]) -> JointTest:
    """Penalised likelihood-ratio test that the coefficients of some columns are all zero.

    The restricted fit keeps the penalty of the full design (Heinze and Schemper 2002).

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Zeros and ones.
    design : ndarray, shape (n, k - 1)
        Without a constant.
    columns : sequence of int
        Positions in `design` of the coefficients tested.

    Raises
    ------
    ValueError
        As `fit_firth`, and when `columns` is empty, repeats itself or leaves the design.
    """
    names = tuple(f"column {i}" for i in range(np.shape(design)[-1]))
    outcome, design = _checked(outcome, design, names)
    distinct = set(columns)
    if not distinct or len(distinct) != len(columns) or not distinct <= set(range(len(names))):
        raise ValueError(
            f"columns are {list(columns)}; allowed: any of 0 to {len(names) - 1}, none twice"
        )
    x = arguments.with_constant(design)
    reason = why_no_fit(outcome, x, ("const", *names))
    if reason:
        return JointTest(np.nan, len(columns), np.nan, reason)
    best = penalised.maximum(outcome, x)
    if not best.converged[0]:
        return JointTest(np.nan, len(columns), np.nan, _NOT_CONVERGED)
    tested = np.isin(np.arange(x.shape[1]), np.array(columns) + 1)[None, :]
    starts = best.beta if any(separation_sides(outcome, x)) else best.beta[:0]
    statistic = float(_likelihood_ratios(outcome, x, best, tested, starts)[0])
    note = "" if np.isfinite(statistic) else _NOT_CONVERGED
    return JointTest(statistic, len(columns), float(chdtrc(len(columns), statistic)), note)


def why_no_fit(outcome: np.ndarray, x: np.ndarray, names: Sequence[str]) -> str:
    """Say in plain words why a logit on these data has no answer; empty where it has one.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    x : ndarray, shape (n, k)
        Design with its constant.
    names : sequence of str, length k
    """
    if len(outcome) == 0:
        return "no observations"
    if outcome.min() == outcome.max():
        return f"the outcome is {outcome[0]:g} in all {len(outcome)} observations"
    return arguments.why_not_estimable(x, names)


def _checked(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    outcome, design = arguments.checked_arrays(outcome, design)
    arguments.check_binary(outcome)
    arguments.check_terms(terms, design)
    return outcome, design


def _failed(names: tuple[str, ...], outcome: np.ndarray, reason: str) -> FirthEstimates:
    blank = np.full(len(names), np.nan)
    return FirthEstimates(
        terms=names,
        estimate=blank,
        std_error=blank,
        statistic=blank,
        p_value=blank,
        conf_low=blank,
        conf_high=blank,
        nobs=len(outcome),
        n_events=int(outcome.sum()),
        note=(reason,) * len(names),
        loglik=np.nan,
        loglik_unpenalised=np.nan,
        aicc=np.nan,
        covariance=np.full((len(names), len(names)), np.nan),
        separation=("",) * len(names),
        converged=False,
    )


def _inference(
    outcome: np.ndarray, x: np.ndarray, names: tuple[str, ...], best: Points, level: float
) -> FirthEstimates:
    separation = separation_sides(outcome, x)
    drop = chdtri(1, 1 - level) / 2
    ends = profile_ends(outcome, x, best, drop=drop, separated=any(separation))
    tested = np.eye(len(names), dtype=bool)
    starts = np.vstack([best.beta, ends.beta[ends.converged]]) if any(separation) else best.beta[:0]
    statistic = _likelihood_ratios(outcome, x, best, tested, starts)
    low, high = np.where(ends.converged.reshape(2, -1), _diagonals(ends.beta), np.nan)
    covariance = np.linalg.inv(best.information[0])
    plain = float(penalised.loglik(outcome, x @ best.beta[0]))
    return FirthEstimates(
        terms=names,
        estimate=best.beta[0],
        std_error=np.sqrt(np.diag(covariance)),
        statistic=statistic,
        p_value=chdtrc(1, statistic),
        conf_low=low,
        conf_high=high,
        nobs=len(outcome),
        n_events=int(outcome.sum()),
        note=tuple(_note(*parts) for parts in zip(statistic, low, high, strict=True)),
        loglik=float(best.loglik[0]),
        loglik_unpenalised=plain,
        aicc=_aicc(plain, *x.shape),
        covariance=covariance,
        separation=separation,
        converged=True,
    )


def _likelihood_ratios(
    outcome: np.ndarray, x: np.ndarray, best: Points, tested: np.ndarray, starts: np.ndarray
) -> np.ndarray:
    restricted = restricted_maxima(outcome, x, best, tested, starts)
    statistic = 2 * (best.loglik - restricted.loglik)
    # A restricted fit that is better than the free one shows that the latter is not the maximum.
    sound = restricted.converged & (statistic > -_ROUNDING)
    return np.where(sound, np.maximum(0.0, statistic), np.nan)


def _diagonals(beta: np.ndarray) -> np.ndarray:
    # Rows are the ends of k lower, then k upper profiles: each end's own coefficient.
    return beta.reshape(2, beta.shape[1], beta.shape[1]).diagonal(axis1=1, axis2=2)


def _note(statistic: float, low: float, high: float) -> str:
    missing = {"test": statistic, "lower limit": low, "upper limit": high}
    failed = [name for name, value in missing.items() if np.isnan(value)]
    return f"the search for the {' and the '.join(failed)} did not converge" if failed else ""


def _aicc(loglik: float, nobs: int, columns: int) -> float:
    spare = nobs - columns - 1
    return -2 * loglik + 2 * columns * (1 + (columns + 1) / spare) if spare > 0 else np.nan
