"""Firth's penalised logit: estimates, profile intervals, penalised likelihood-ratio tests.

Firth 1993, Biometrika 80: 27-38; profile intervals and tests as in Heinze and Schemper 2002,
Statistics in Medicine 21: 2409-2419. Checked against logistf 1.26.1 (R) and firthmodels 0.8.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri

from replication.estimators import arguments
from replication.estimators import profile_likelihood as profile
from replication.estimators.penalised import Points, loglik
from replication.estimators.profile_likelihood import Criterion, Maxima
from replication.estimators.results import Estimates, without
from replication.estimators.separation import sides_of_cone

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
    names = ("const", *terms)
    data, reason = _data(outcome, design, names)
    if data is None:
        return _failed(names, outcome, reason)
    best = profile.free_maximum(data)
    if not best.converged[0]:
        return _failed(names, outcome, _NOT_CONVERGED)
    return _inference(data, names, best, level)


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
    data, reason = _data(outcome, design, ("const", *names))
    if data is None:
        return JointTest(np.nan, len(columns), np.nan, reason)
    best = profile.free_maximum(data)
    if not best.converged[0]:
        return JointTest(np.nan, len(columns), np.nan, _NOT_CONVERGED)
    tested = np.isin(np.arange(len(data.unit)), np.array(columns) + 1)
    separated = any(_separation(data, best))
    null, converged = profile.joint_null(data, best, tested, separated=separated)
    statistic = float(_likelihood_ratios(best, np.array([null]), np.array([converged]))[0])
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


def _data(
    outcome: np.ndarray, design: np.ndarray, names: Sequence[str]
) -> tuple[Criterion | None, str]:
    """Count patterns to fit, or say why there is nothing to fit."""
    if len(outcome) == 0:
        return None, why_no_fit(outcome, design, names)
    data = profile.criterion(outcome, design)
    events = data.counts[1].sum()
    if data.sure and 0 < events < len(outcome):
        return data, ""
    inner = (design - data.middle[1:]) / data.unit[1:]
    reason = why_no_fit(outcome, arguments.with_constant(inner), names)
    return (None, reason) if reason else (data, "")


def _failed(names: tuple[str, ...], outcome: np.ndarray, reason: str) -> FirthEstimates:
    return without(
        FirthEstimates,
        np.full(len(names), np.nan),
        terms=names,
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
    data: Criterion, names: tuple[str, ...], best: Points, level: float
) -> FirthEstimates:
    separation = _separation(data, best)
    drop = chdtri(1, 1 - level) / 2
    ends, nulls = profile.profile_ends(data, best, drop=drop, separated=any(separation))
    statistic = _likelihood_ratios(best, nulls.loglik, nulls.converged)
    low, high = _limits(data, ends)
    covariance = data.outwards @ np.linalg.inv(best.information[0]) @ data.outwards.T
    n, events = data.counts
    plain = float(loglik(n, events, best.beta[0] @ data.designs[0]))
    nobs = int(n.sum())
    return FirthEstimates(
        terms=names,
        estimate=data.outwards @ best.beta[0],
        std_error=np.sqrt(covariance.diagonal()),
        statistic=statistic,
        p_value=chdtrc(1, statistic),
        conf_low=low,
        conf_high=high,
        nobs=nobs,
        n_events=int(events.sum()),
        note=tuple(map(_note, statistic.tolist(), low.tolist(), high.tolist())),
        # The determinant of the information in the units of the design as it was given.
        loglik=float(best.loglik[0] + np.log(data.unit).sum()),
        loglik_unpenalised=plain,
        aicc=_aicc(plain, nobs, len(names)),
        covariance=covariance,
        separation=separation,
        converged=True,
    )


def _separation(data: Criterion, best: Points) -> tuple[str, ...]:
    """Sides to which maximum likelihood lets the coefficients of the design as given go."""
    k = len(data.unit)
    if profile.overlapping(data, best):
        return ("",) * k
    n, events = data.counts
    patterns = data.designs[0].T
    rows = np.vstack([patterns[events > 0], -patterns[events < n]])
    units = np.append(1 / abs(data.constant_unit), data.unit[1:])
    return sides_of_cone(rows, data.outwards * units[:, None])


def _likelihood_ratios(best: Points, null: np.ndarray, converged: np.ndarray) -> np.ndarray:
    statistic = 2 * (best.loglik - null)
    # A restricted fit that is better than the free one shows that the latter is not the maximum.
    sound = converged & (statistic > -_ROUNDING)
    return np.where(sound, np.maximum(0.0, statistic), np.nan)


def _limits(data: Criterion, ends: Maxima) -> np.ndarray:
    """Lower and upper limits in the units of the design as it was given, shape (2, k)."""
    units = 1 / data.unit
    units[0] = data.constant_unit
    limits = np.where(ends.converged, ends.value, np.nan).reshape(2, -1) * units
    if data.constant_unit < 0:
        limits[:, 0] = limits[::-1, 0]
    return limits


def _note(statistic: float, low: float, high: float) -> str:
    missing = {"test": statistic, "lower limit": low, "upper limit": high}
    failed = [name for name, value in missing.items() if np.isnan(value)]
    return f"the search for the {' and the '.join(failed)} did not converge" if failed else ""


def _aicc(loglik: float, nobs: int, columns: int) -> float:
    spare = nobs - columns - 1
    return -2 * loglik + 2 * columns * (1 + (columns + 1) / spare) if spare > 0 else np.nan
