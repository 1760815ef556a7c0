"""The penalised log-likelihood of a logit model: its value and its maximum.

The criterion is the log-likelihood plus half the log determinant of the Fisher information
(Firth 1993, Biometrika 80: 27-38; Jeffreys' prior). Its maximum is finite whatever the data, also
under separation (Heinze and Schemper 2002, Statistics in Medicine 21: 2409-2419; Kosmidis and
Firth 2021, Biometrika 108: 71-82).

Everything is computed for m coefficient vectors at once, because profiles and tests maximise the
criterion of one data set under many restrictions.

firthmodels 0.8.2 fits the same model and is what the tests hold this module against. It is not
called here, because at a tolerance of 1e-8 its step-halving stops on rounding error (31 of 200
random small designs are flagged as not converged), at its default of 25 steps 6 % of its profile
limits are missing on such designs, and it offers no restricted maximum, which joint tests and
marginal effects need.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from replication.estimators.profile_kernels import search_each

_MAX_STEPS = 300


@dataclass(frozen=True)
class Points:
    """The criterion at m coefficient vectors.

    Attributes
    ----------
    beta : ndarray, shape (m, k)
    loglik : ndarray, shape (m,)
        Penalised log-likelihood; minus infinity where it underflows.
    score : ndarray, shape (m, k)
        Its gradient, Firth's modified score.
    information : ndarray, shape (m, k, k)
        Information with the weights p (1 - p) multiplied by 1 + leverage, as in logistf.
    curvature : ndarray, shape (m, k, k)
        Minus the second derivatives of the criterion; positive definite at the maximum, not
        everywhere.
    converged : ndarray of bool, shape (m,)
        Whether this is a maximum over the coefficients that were free.
    """

    beta: np.ndarray
    loglik: np.ndarray
    score: np.ndarray
    information: np.ndarray
    curvature: np.ndarray
    converged: np.ndarray


def evaluate(outcome: np.ndarray, x: np.ndarray, beta: np.ndarray) -> Points:
    """Value, gradient, information and curvature of the criterion.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Zeros and ones.
    x : ndarray, shape (n, k)
        Design with its constant; full column rank.
    beta : ndarray, shape (m, k)
    """
    start = np.array(beta, dtype=float, order="C")
    free = np.ones(start.shape, dtype=bool)
    return climb(*own_patterns(outcome, x), start, free, steps=0)


def loglik(trials: np.ndarray, events: np.ndarray, index: np.ndarray) -> float:
    """Log-likelihood without the penalty, given linear indices; all of shape (n,)."""
    return float((events * index - trials * np.logaddexp(0.0, index)).sum())


def maximise(outcome: np.ndarray, x: np.ndarray, start: np.ndarray, free: np.ndarray) -> Points:
    """Maximise the criterion over the coefficients where `free` is true; the others stay.

    The penalty remains that of all columns of `x`, which is what a penalised likelihood-ratio test
    requires: leaving the column out instead would compare two different criteria.

    Parameters
    ----------
    start : ndarray, shape (m, k)
    free : ndarray of bool, shape (m, k)
    """
    start = np.array(start, dtype=float, order="C")
    free = np.ascontiguousarray(np.broadcast_to(free, start.shape))
    return climb(*own_patterns(outcome, x), start, free)


def maximum(outcome: np.ndarray, x: np.ndarray) -> Points:
    """Maximise over all coefficients; the one row of the answer is the estimate."""
    shape = (1, x.shape[1])
    return maximise(outcome, x, np.zeros(shape), np.ones(shape, dtype=bool))


def climb(
    designs: np.ndarray,
    counts: np.ndarray,
    start: np.ndarray,
    free: np.ndarray,
    *,
    penalty: float = 1.0,
    steps: int | None = None,
) -> Points:
    """Climb from `start` on counts of patterns; no steps evaluate the criterion there.

    Parameters
    ----------
    designs : ndarray, shape (1 or 2, k, p)
        Patterns in columns; the first design is used.
    counts : ndarray, shape (2, p)
        Observations and events of each pattern.
    start : ndarray, shape (m, k)
        Becomes the `beta` of the answer.
    free : ndarray of bool, shape (m, k)
    penalty : float
        One for Firth's criterion, zero for the plain log-likelihood.
    steps : int, optional
        At most so many; `most_steps` if not given.
    """
    m, k = start.shape
    points = blank(start)
    none, nothing, along = np.zeros(m), np.zeros(k), False
    search_each(
        designs, counts, penalty, nothing, 0, 0.0, 0.0, 1, most_steps() if steps is None else steps,
        np.full(m, -1), none, along, none, none, start, free, start, np.zeros(m),
        *list(vars(points).values())[1:],
    )  # fmt: skip
    return points


def most_steps() -> int:
    """Give the number of steps after which a search gives up."""
    return _MAX_STEPS


def blank(beta: np.ndarray) -> Points:
    """Give points at `beta` (m, k), which they keep as it is, with nothing known about them yet."""
    m, k = beta.shape
    score, squares = np.zeros((m, k)), np.zeros((2, m, k, k))
    return Points(beta, np.zeros(m), score, squares[0], squares[1], np.zeros(m, dtype=bool))


def own_patterns(outcome: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each observation as a pattern of its own, in the shapes of `climb`."""
    columns = np.array(x.T, dtype=float, order="C")
    return columns[None], np.stack([np.ones(len(x)), np.asarray(outcome, dtype=float)])
