"""The common shape of what an estimator returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Estimates:
    """Per-term results of one fit.

    Attributes
    ----------
    terms : tuple of str, length k
        Names of the terms, the constant first as ``const`` where one is estimated.
    estimate, std_error, statistic, p_value, conf_low, conf_high : ndarray, shape (k,)
        NaN where the quantity does not exist for the method or could not be computed;
        ``note`` then says why. Interval limits may be infinite, which is an answer.
    nobs : int
        Observations used.
    n_events : int or None
        Observations with outcome 1; None for an outcome that is not binary.
    note : tuple of str, length k
        Empty where the row is sound, otherwise the reason in a few plain words.
    """

    terms: tuple[str, ...]
    estimate: np.ndarray
    std_error: np.ndarray
    statistic: np.ndarray
    p_value: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    nobs: int
    n_events: int | None
    note: tuple[str, ...]


def failed(terms: tuple[str, ...], nobs: int, n_events: int | None, reason: str) -> Estimates:
    """Estimates of a fit that does not exist: NaN throughout, the reason in every note."""
    blank = np.full(len(terms), np.nan)
    notes = (reason,) * len(terms)
    return Estimates(terms, blank, blank, blank, blank, blank, blank, nobs, n_events, notes)
