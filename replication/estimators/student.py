"""Tests and intervals from Student's t distribution."""

from __future__ import annotations

import numpy as np
from scipy import stats


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
