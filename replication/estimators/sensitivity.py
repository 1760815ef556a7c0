"""How strong unmeasured confounding has to be, in partial R-squared, to undo a linear model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from replication.estimators.arguments import (
    CONSTANT,
    check_level,
    check_terms,
    check_whole,
    checked_arrays,
    checked_numbers,
    why_not_estimable,
    with_constant,
)
from replication.estimators.results import without
from replication.estimators.standardised import Standardised, standardised
from replication.estimators.ties import cleared

_FEWEST_DOF = 2
_NO_ERROR = "needs a positive standard error and two residual degrees of freedom"


@dataclass(frozen=True)
class Robustness:
    """Strength of confounding needed, in partial R-squared, from 0 to 1.

    Attributes
    ----------
    estimate, std_error, statistic : float
        The classical least-squares figures it was computed from.
    dof : int
        Residual degrees of freedom.
    partial_r2 : float
        Of the treatment with the outcome, given the other terms. A confounder that explains all
        that is left of the outcome has to explain at least this share of the treatment.
    robustness_value : float
        A confounder that explains this share of what is left of both treatment and outcome takes
        away the share `q` of the estimate.
    robustness_value_alpha : float
        The same, until the interval of the reduced estimate reaches the null; 0 where the estimate
        is not significant to begin with.
    note : str
        Why the figures are NaN; empty otherwise.
    """

    estimate: float
    std_error: float
    statistic: float
    dof: int
    partial_r2: float
    robustness_value: float
    robustness_value_alpha: float
    note: str


@dataclass(frozen=True)
class Benchmark:
    """Bounds for a confounder so many times as strong as an observed term; arrays of shape (m,).

    Attributes
    ----------
    term : str
        The observed term.
    multiple : ndarray
        How many times as strong.
    r2_treatment, r2_outcome : ndarray
        Greatest partial R-squared of such a confounder with treatment and outcome.
    estimate, std_error, statistic, conf_low, conf_high : ndarray
        What the treatment's row would be with it included, if it works against the estimate.
    note : tuple of str, length m
        Empty where the row is sound.
    """

    term: str
    multiple: np.ndarray
    r2_treatment: np.ndarray
    r2_outcome: np.ndarray
    estimate: np.ndarray
    std_error: np.ndarray
    statistic: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    note: tuple[str, ...]


def robustness(
    estimate: float, std_error: float, dof: int, *, q: float = 1.0, level: float = 0.95
) -> Robustness:
    """Partial R-squared and robustness values from the figures of a regression table.

    Cinelli and Hazlett 2020, Journal of the Royal Statistical Society B 82: 39-67, section 4.
    Where significance is very strong (``q |t| / sqrt(dof)`` above the inverse of the critical
    value over ``sqrt(dof - 1)``) the most damaging confounder explains less of the outcome than of
    the treatment, and the robustness value for the interval has another form.

    Parameters
    ----------
    estimate, std_error : float
        Of the treatment, least squares with the classical error: the theory has no other.
    dof : int
        Residual degrees of freedom.
    q : float
        Share of the estimate that would have to go.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Robustness

    Raises
    ------
    ValueError
        When `q` is not positive and finite or the level is not between 0 and 1.
    """
    check_level(level)
    if not 0 < q < np.inf:
        raise ValueError(f"q is {q}; allowed: above 0")
    reason = "" if np.isfinite(estimate) else "the estimate is missing or infinite"
    if not (0 < std_error < np.inf and dof >= _FEWEST_DOF):
        reason = _NO_ERROR
    if reason:
        return Robustness(estimate, std_error, np.nan, dof, np.nan, np.nan, np.nan, reason)
    statistic = estimate / std_error
    f = abs(statistic) / np.sqrt(dof)
    critical = stats.t.ppf((1 + level) / 2, dof - 1) / np.sqrt(dof - 1)
    return Robustness(
        estimate,
        std_error,
        statistic,
        dof,
        partial_r2=float(f**2 / (1 + f**2)),
        robustness_value=_robustness_value(q * f, 0.0),
        robustness_value_alpha=_robustness_value(q * f, critical),
        note="",
    )


def treatment_robustness(
    outcome: np.ndarray,
    design: np.ndarray,
    terms: Sequence[str],
    treatment: int,
    *,
    q: float = 1.0,
    level: float = 0.95,
) -> Robustness:
    """`robustness` of one column of a design, fitted by least squares.

    Takes as long as three factorisations of the design.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k - 1)
        Without a constant, which is added.
    terms : sequence of str, length k - 1
    treatment : int
        Column of `design`.
    q, level : float
        As in `robustness`.

    Raises
    ------
    ValueError
        When shapes disagree, a value is missing, or `treatment` is no column.
    """
    outcome, columns, _, reason = _checked(outcome, design, terms, [treatment])
    dof = len(outcome) - columns.x.shape[1]
    if reason:
        return Robustness(np.nan, np.nan, np.nan, dof, np.nan, np.nan, np.nan, reason)
    estimate, std_error = _classical(outcome, columns, treatment)
    return robustness(estimate, std_error, dof, q=q, level=level)


def benchmark(
    outcome: np.ndarray,
    design: np.ndarray,
    terms: Sequence[str],
    *,
    treatment: int,
    observed: int,
    multiples: Sequence[float] = (1, 2, 3),
    level: float = 0.95,
) -> Benchmark:
    """Bound the harm from a confounder in multiples of the strength of an observed term.

    Cinelli and Hazlett 2020, section 4.4: the confounder is at most `multiples` times as strongly
    related to treatment and to outcome as the observed term is, each measured by partial R-squared
    given the terms that are left.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k - 1)
        Without a constant, which is added.
    terms : sequence of str, length k - 1
    treatment, observed : int
        Columns of `design`.
    multiples : sequence of float, length m
    level : float

    Returns
    -------
    Benchmark
        A confounder that would have to explain more than everything is impossible: NaN with a note
        for the treatment; capped at 1 with a note for the outcome.

    Raises
    ------
    ValueError
        When shapes disagree, a value is missing, or `treatment` and `observed` are not two columns.
    """
    check_level(level)
    outcome, columns, names, reason = _checked(outcome, design, terms, [treatment, observed])
    k = checked_numbers("multiples", multiples)
    if not (k > 0).all():
        raise ValueError(f"multiples are {k.tolist()}; allowed: above 0")
    x = columns.x
    dof = len(outcome) - x.shape[1]
    figures = (np.nan, 0.0) if reason else _classical(outcome, columns, treatment)
    if not reason and (figures[1] == 0 or dof < _FEWEST_DOF):
        reason = _NO_ERROR
    if reason:
        blank = np.full(len(k), np.nan)
        note = (reason,) * len(k)
        return without(Benchmark, blank, term=names[observed], multiple=k, note=note)
    others = np.delete(x, treatment + 1, axis=1)
    position = observed + 1 - (observed > treatment)
    with_treatment = _partial_r2(x[:, treatment + 1], others, position)
    with_outcome = _partial_r2(outcome - outcome.mean(), x, observed + 1)
    r2_treatment, r2_outcome, note = bound_strength(with_treatment, with_outcome, k)
    return Benchmark(
        names[observed],
        k,
        r2_treatment,
        r2_outcome,
        *adjusted(*figures, dof, r2_treatment, r2_outcome, level=level),
        note=note,
    )


def bound_strength(
    with_treatment: float, with_outcome: float, multiples: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Greatest partial R-squared of a confounder `multiples` times as strong as an observed term.

    Parameters
    ----------
    with_treatment, with_outcome : float
        Partial R-squared of the observed term with treatment and with outcome.
    multiples : ndarray, shape (m,)

    Returns
    -------
    r2_treatment, r2_outcome : ndarray, shape (m,)
    note : tuple of str, length m

    Raises
    ------
    ValueError
        When a partial R-squared is not from 0 to below 1.
    """
    for name, share in (("with_treatment", with_treatment), ("with_outcome", with_outcome)):
        if not 0 <= share < 1:
            raise ValueError(f"{name} is {share}; allowed: from 0 to below 1")
    odds = with_treatment / (1 - with_treatment)
    r2_treatment = multiples * odds
    impossible = (r2_treatment >= 1) | (multiples * with_treatment >= 1)
    k = np.where(impossible, np.nan, multiples)
    shared = k * with_treatment * odds / (1 - k * with_treatment)
    impossible |= shared >= 1
    shared = np.where(impossible, np.nan, shared)
    strength = (np.sqrt(k) + np.sqrt(shared)) / np.sqrt(1 - shared)
    r2_outcome = strength**2 * with_outcome / (1 - with_outcome)
    over = r2_outcome > 1
    note = np.select(
        [impossible, over],
        ["impossible: more than all of the treatment", "capped: more than all of the outcome"],
        "",
    )
    return (
        np.where(impossible, np.nan, r2_treatment),
        np.where(over, 1.0, r2_outcome),
        tuple(str(text) for text in note),
    )


def adjusted(
    estimate: float,
    std_error: float,
    dof: int,
    r2_treatment: np.ndarray,
    r2_outcome: np.ndarray,
    *,
    level: float = 0.95,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Row of the treatment if a confounder of this strength, working against it, were included.

    Cinelli and Hazlett 2020, section 4. For a single confounder this is exact.

    Parameters
    ----------
    estimate, std_error : float
    dof : int
        Residual degrees of freedom without the confounder.
    r2_treatment, r2_outcome : ndarray, shape (m,)
        Its partial R-squared with treatment (below 1) and with outcome given the treatment.
    level : float

    Returns
    -------
    estimate, std_error, statistic, conf_low, conf_high : ndarray, shape (m,)
        The statistic is infinite or NaN where the confounder explains all of the outcome.

    Raises
    ------
    ValueError
        When degrees of freedom are below two or the level is not between 0 and 1.
    """
    check_level(level)
    check_whole("dof", dof, least=_FEWEST_DOF)
    left = 1 - r2_treatment
    bias = std_error * np.sqrt(dof * r2_outcome * r2_treatment / left)
    reduced = np.sign(estimate) * (abs(estimate) - bias)
    error = std_error * np.sqrt((1 - r2_outcome) / left * dof / (dof - 1))
    statistic = np.divide(reduced, error, out=np.full_like(error, np.nan), where=error > 0)
    half_width = stats.t.ppf((1 + level) / 2, dof - 1) * error
    return reduced, error, statistic, reduced - half_width, reduced + half_width


def _robustness_value(f: float, critical: float) -> float:
    """Least R-squared with both at which the interval reaches the null, on the scale of f."""
    if f <= critical:
        return 0.0
    if f * critical > 1:
        return float((f**2 - critical**2) / (1 + f**2))
    excess = (f - critical) ** 2
    return float(np.sqrt(excess**2 + 4 * excess) - excess) / 2


def _checked(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str], columns: Sequence[int]
) -> tuple[np.ndarray, Standardised, tuple[str, ...], str]:
    outcome, design = checked_arrays(outcome, design)
    names = check_terms(terms, design)
    if len(set(columns)) < len(columns) or not set(columns) <= set(range(design.shape[1])):
        raise ValueError(
            f"columns are {', '.join(map(str, columns))}; "
            f"allowed: different ones from 0 to {design.shape[1] - 1}"
        )
    reason = why_not_estimable(with_constant(design), (CONSTANT, *names))
    return outcome, standardised(design), names, reason


def _classical(outcome: np.ndarray, columns: Standardised, treatment: int) -> tuple[float, float]:
    """Estimate and classical standard error of one column; 0 the error of a perfect fit."""
    x, unit = columns.x, columns.unit[treatment]
    others = np.delete(x, treatment + 1, axis=1)
    deviations = outcome - outcome.mean()
    regressor, left = _residuals(x[:, treatment + 1], others), _residuals(deviations, others)
    total = regressor @ regressor
    estimate = regressor @ left / total
    residuals = cleared(left - estimate * regressor, deviations, outcome)
    dof = len(x) - x.shape[1]
    error = np.sqrt(residuals @ residuals / dof / total) if dof > 0 else 0.0
    return float(estimate / unit), float(error / unit)


def _partial_r2(outcome: np.ndarray, x: np.ndarray, column: int) -> float:
    full, reduced = _residuals(outcome, x), _residuals(outcome, np.delete(x, column, axis=1))
    return max(0.0, float(1 - (full @ full) / (reduced @ reduced)))


def _residuals(outcome: np.ndarray, x: np.ndarray) -> np.ndarray:
    q, _ = np.linalg.qr(x)
    left: np.ndarray = outcome - q @ (q.T @ outcome)
    return left
