"""Tests and intervals from Student's t distribution, and errors too small to give any."""

from __future__ import annotations

import numpy as np
from scipy import stats

ZERO_ERROR = "the residuals behind its error are all zero"
_ROUNDING = 1e-10
# A variance of zero comes out of a library as a difference of larger numbers, right to some fifteen digits,
# and its root is then zero to half of them; so it does from columns that were stored far from zero.
ROOT_OF_ROUNDING = 1e-7


def is_zero_error(
    std_error: np.ndarray, influence: np.ndarray, size: float, rounding: float = _ROUNDING
) -> np.ndarray:
    """Tell which standard errors are zero up to rounding, as after a perfect fit.

    Parameters
    ----------
    std_error : ndarray, shape (k,)
    influence : ndarray, shape (k, n)
        Change of each estimate with each outcome.
    size : float
        Length of a vector of residuals that would not be small, such as that of the outcome.
    rounding : float
        Share of what an error could be below which it is rounding.

    Returns
    -------
    ndarray of bool, shape (k,)
    """
    is_zero: np.ndarray = std_error <= rounding * size * np.linalg.norm(influence, axis=1)
    return is_zero


def t_inference(
    estimate: np.ndarray, std_error: np.ndarray, dof: np.ndarray | float, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Turn estimates and standard errors into tests of zero and intervals.

    Parameters
    ----------
    estimate, std_error : ndarray, shape (k,)
        A standard error of NaN marks a term without inference.
    dof : float or ndarray, shape (k,)
        Degrees of freedom, not necessarily whole.
    level : float
        Confidence level, such as 0.95.

    Returns
    -------
    statistic, p_value, conf_low, conf_high : ndarray, shape (k,)
        Two-sided p-values; NaN where the standard error is NaN.
    """
    statistic = estimate / std_error
    p_value = 2 * stats.t.sf(np.abs(statistic), dof)
    half_width = stats.t.ppf((1 + level) / 2, dof) * std_error
    return statistic, p_value, estimate - half_width, estimate + half_width
