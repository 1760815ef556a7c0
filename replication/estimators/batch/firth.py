"""Firth's penalised logit for very many very small problems at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import erfc

from replication.estimators.batch.chunks import (
    centred_design,
    checked_column,
    checked_counts,
    checked_flags,
    floats,
    in_chunks,
    uncentre,
)
from replication.estimators.batch.firth_kernels import (
    IMPOSSIBLE,
    SOUND,
    UNTESTED,
    climb,
    finish,
    start,
)
from replication.estimators.batch.lanes import LANES

# In the order of the codes of `firth_kernels`.
FIRTH_REASONS = (
    "ok",
    "not converged",
    "rank deficient",
    "constant outcome",
    "too few observations",
    "test not converged",
)
# A restricted maximum above the free one by more than this shows that the latter is none.
_ROUNDING = 1e-8
# Squared distance from the maximum, in standard errors, at which a search ends: exactly, and where
# the log-likelihood alone is wanted, which is lower by half of it there.
_NEAR, _NEAR_ENOUGH = 1e-20, 1e-16


@dataclass(frozen=True)
class FirthBatch:
    """Firth logits of B problems with k coefficients, the constant first.

    Attributes
    ----------
    estimate, std_error : ndarray, shape (B, k)
        NaN where there is no fit.
    loglik : ndarray, shape (B,)
        Penalised log-likelihood at its maximum.
    statistic, p_value : ndarray, shape (B,)
        Penalised likelihood-ratio chi-squared on one degree of freedom of the coefficient tested
        and its p-value; NaN where it was not asked for or does not exist.
    reason : ndarray of int8, shape (B,)
        Position in `FIRTH_REASONS`: 0 where all is sound, 5 where the fit is but not its test.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    loglik: np.ndarray
    statistic: np.ndarray
    p_value: np.ndarray
    reason: np.ndarray

    @property
    def converged(self) -> np.ndarray:
        """Whether there is a fit, shape (B,)."""
        fitted: np.ndarray = (self.reason == SOUND) | (self.reason == UNTESTED)
        return fitted


def fit_firth_batch(
    patterns: np.ndarray,
    trials: np.ndarray,
    events: np.ndarray,
    tested: int | None = None,
    threads: int = 1,
    exact: np.ndarray | None = None,
) -> FirthBatch:
    """Fit the same logit to B sets of counts by Firth's penalised likelihood.

    The cases of a small study with integer covariates fall into few patterns. Permuted outcomes,
    samples without some cases, bootstrap samples, coding errors are then other counts of the same
    patterns. Method and conventions are those of `estimators.firth.fit_firth` (Firth 1993,
    Biometrika 80: 27-38; Heinze and Schemper 2002, Statistics in Medicine 21: 2409-2419), and so
    are the numbers, to 1e-8: standard errors as in logistf, from the information with each
    observation weighted by one plus its leverage; the restricted fit of the test keeps the penalty
    of the full design. p-values above 0.999 are good to 1e-6 only, since there the statistic is a
    difference of the size of rounding error.

    Every problem is computed on its own in a fixed order of operations: its results are the same
    bits whatever stands beside it, and whatever the number of threads. Memory beyond the results
    does not grow with B.

    With few observations a coefficient (below two or three) the criterion can have a second, lower
    maximum; this search and that of `fit_firth` both go uphill from zero but may then part.

    Parameters
    ----------
    patterns : ndarray, shape (P, k - 1)
        Distinct rows of the design without a constant. A pattern without trials drops out.
    trials : ndarray, shape (B, P) or (P,)
        Observations of each pattern, or their total weight.
    events : ndarray, shape (B, P)
        Observations with outcome 1, or their total weight.
    tested : int, optional
        Column of `patterns` whose coefficient is tested.
    threads : int
        Chunks of problems computed side by side.
    exact : ndarray of bool, shape (B,), optional
        Of the others only `statistic` and `p_value` are wanted. Their searches end at a distance of
        1e-8 standard errors, so that these are good to 1e-15, estimates and their standard errors
        to 1e-5. All are exact if not given.

    Returns
    -------
    FirthBatch
        NaN with a reason where the outcome is constant (as in `fit_firth`, although the criterion
        has a maximum there), trials are fewer than coefficients, columns are linearly dependent in
        the patterns that have trials, or the search does not end.

    Raises
    ------
    ValueError
        When shapes disagree, a pattern is not finite, or a count is not between 0 and its trials.
    """
    design, shift = centred_design(patterns)
    trials, events = checked_counts(patterns, trials, events=events)
    column = -1 if tested is None else checked_column(tested, design.shape[1] - 1)
    lanes, k = len(events), design.shape[1]
    exact = np.ones(lanes, dtype=bool) if exact is None else checked_flags(exact, lanes)
    fits = FirthBatch(
        np.zeros((lanes, k)),
        np.zeros((lanes, k)),
        np.zeros(lanes),
        np.full(lanes, np.nan),
        np.full(lanes, np.nan),
        np.zeros(lanes, np.int8),
    )

    def fit(chunk: slice) -> None:
        counts = floats(trials, chunk), floats(events, chunk)
        _fit_chunk(design, shift, *counts, column, exact[chunk], chunk, fits)

    in_chunks(fit, lanes, threads)
    return fits


def _fit_chunk(
    design: np.ndarray,
    shift: np.ndarray,
    trials: np.ndarray,
    events: np.ndarray,
    column: int,
    exact: np.ndarray,
    chunk: slice,
    fits: FirthBatch,
) -> None:
    beta, std_error, loglik = fits.estimate[chunk], fits.std_error[chunk], fits.loglik[chunk]
    reason = fits.reason[chunk]
    held_beta = np.zeros_like(beta)
    number = np.empty(LANES)
    bits = number.view(np.int64)
    counts = trials, events
    near = np.where(exact, _NEAR, _NEAR_ENOUGH)
    start(design, *counts, beta, reason)
    _refuse_impossible(trials, events, reason, chunk.start)
    climb(design, *counts, -1, near, beta, reason, number, bits)
    ends = column, loglik, std_error, held_beta
    finish(design, shift, *counts, beta, *ends, number, bits)
    uncentre(beta, shift)
    failed = reason != SOUND
    for values in (beta, std_error, loglik):
        values[failed] = np.nan
    if column < 0:
        return
    held_loglik = np.zeros_like(loglik)
    climb(design, *counts, column, near, held_beta, reason, number, bits)
    ends = -1, held_loglik, std_error[:0], std_error[:0]
    finish(design, shift, *counts, held_beta, *ends, number, bits)
    held_loglik[reason != SOUND] = np.nan
    statistic = 2 * (loglik - held_loglik)
    reason[~failed & ~(statistic > -_ROUNDING)] = UNTESTED
    fits.statistic[chunk] = np.where(reason == SOUND, np.maximum(statistic, 0.0), np.nan)
    # The chi-squared tail on one degree of freedom, forty times faster than by its own name.
    fits.p_value[chunk] = erfc(np.sqrt(fits.statistic[chunk] / 2))


def _refuse_impossible(
    trials: np.ndarray, events: np.ndarray, reason: np.ndarray, first: int
) -> None:
    for lane in np.flatnonzero(reason == IMPOSSIBLE)[:1]:
        possible = (events[lane] >= 0) & (events[lane] <= trials[lane]) & np.isfinite(trials[lane])
        pattern = np.flatnonzero(~possible)[0]
        raise ValueError(
            f"problem {first + lane}, pattern {pattern}: {events[lane, pattern]:g} events of "
            f"{trials[lane, pattern]:g} trials; allowed: 0 <= events <= trials, finite"
        )
