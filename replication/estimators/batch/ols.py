"""Least squares with HC3 errors for very many very small problems at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from replication.estimators.batch.chunks import (
    centred_design,
    checked_column,
    checked_counts,
    floats,
    in_chunks,
    uncentre,
)
from replication.estimators.batch.ols_kernels import IMPOSSIBLE, least_squares

# In the order of the codes of `ols_kernels`.
OLS_REASONS = (
    "ok",
    "rank deficient",
    "too few observations",
    "leverage of one",
    "no residual variation",
)


@dataclass(frozen=True)
class OlsBatch:
    """Least squares of B problems with k coefficients, the constant first.

    Attributes
    ----------
    estimate : ndarray, shape (B, k)
    std_error, statistic, p_value : ndarray, shape (B,)
        Of the coefficient tested: HC3 error, t, two-sided p-value.
    dof : ndarray, shape (B,)
        Observations less k.
    reason : ndarray of int8, shape (B,)
        Position in `OLS_REASONS`. All is NaN at 1 and 2; at 3 and 4 there are estimates.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    statistic: np.ndarray
    p_value: np.ndarray
    dof: np.ndarray
    reason: np.ndarray


def fit_ols_batch(
    patterns: np.ndarray,
    trials: np.ndarray,
    sums: np.ndarray,
    squares: np.ndarray,
    tested: int,
    threads: int = 1,
) -> OlsBatch:
    """Regress B outcomes on the same patterns by least squares and test one coefficient.

    Method and conventions are those of `estimators.linear.fit_ols_hc3`: HC3 (MacKinnon and White
    1985, Journal of Econometrics 29: 305-325), t distribution with n - k degrees of freedom,
    observations of leverage one left out where the coefficient does not rest on them. Observations
    of one pattern share leverage and fitted value, so that the sums of their outcomes suffice.
    Results do not depend on the other problems, nor on the number of threads.

    Parameters
    ----------
    patterns : ndarray, shape (P, k - 1)
        Distinct rows of the design without a constant.
    trials : ndarray, shape (B, P) or (P,)
        Observations of each pattern; a weight counts as so many observations.
    sums, squares : ndarray, shape (B, P)
        Sum of the outcomes and of their squares; the same array for an outcome of 0 and 1.
    tested : int
        Column of `patterns`.
    threads : int
        Chunks of problems computed side by side.

    Raises
    ------
    ValueError
        When shapes disagree, a number is not finite, or trials or squares are negative.
    """
    design, shift = centred_design(patterns)
    trials, sums, squares = checked_counts(patterns, trials, sums=sums, squares=squares)
    column = checked_column(tested, design.shape[1] - 1)
    lanes, k = len(sums), design.shape[1]
    fits = OlsBatch(
        estimate=np.full((lanes, k), np.nan),
        reason=np.zeros(lanes, np.int8),
        **{name: np.full(lanes, np.nan) for name in ("std_error", "dof", "statistic", "p_value")},
    )

    def fit(chunk: slice) -> None:
        counts = (floats(values, chunk) for values in (trials, sums, squares))
        reason = fits.reason[chunk]
        results = fits.estimate[chunk], fits.std_error[chunk], fits.dof[chunk], reason
        least_squares(design, *counts, column, *results)
        for lane in np.flatnonzero(reason == IMPOSSIBLE)[:1]:
            raise ValueError(
                f"problem {chunk.start + lane} has impossible counts; allowed: finite, trials and "
                "squares not negative, no sums where there are no trials"
            )
        uncentre(fits.estimate[chunk], shift)
        fits.statistic[chunk] = fits.estimate[chunk, column] / fits.std_error[chunk]
        fits.p_value[chunk] = 2 * stdtr(fits.dof[chunk], -np.abs(fits.statistic[chunk]))

    in_chunks(fit, lanes, threads)
    return fits
