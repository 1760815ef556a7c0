"""The likelihood of a cumulative logit, with or without slopes of their own at every cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

_MAX_STEPS = 100
_MAX_HALVINGS = 40
# Newton decrement, the squared distance from the maximum in standard errors: free of units.
_DECREMENT = 1e-20
# Relative size below which a difference between two log-likelihoods is rounding error.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class CutRows:
    """What the coefficients do to the cuts on either side of each observation.

    Attributes
    ----------
    upper, lower : ndarray, shape (n, p)
        Rows of the cut above and the cut below the observation's category; zero where there is none.
    has_upper, has_lower : ndarray of bool, shape (n,)
        False in the highest and in the lowest category.
    """

    upper: np.ndarray
    lower: np.ndarray
    has_upper: np.ndarray
    has_lower: np.ndarray


def one_slope(design: np.ndarray, cuts: int) -> np.ndarray:
    """Design of every cut with its threshold, less slopes shared by all.

    Parameters
    ----------
    design : ndarray, shape (n, k)
    cuts : int

    Returns
    -------
    ndarray, shape (n, cuts, cuts + k)
    """
    thresholds = np.broadcast_to(np.eye(cuts), (len(design), cuts, cuts))
    slopes = np.broadcast_to(-design[:, None, :], (len(design), cuts, design.shape[1]))
    return np.concatenate([thresholds, slopes], axis=2)


def own_slopes(design: np.ndarray, cuts: int) -> np.ndarray:
    """Design of every cut with its threshold, less slopes of its own.

    Parameters
    ----------
    design : ndarray, shape (n, k)
    cuts : int

    Returns
    -------
    ndarray, shape (n, cuts, cuts + cuts * k)
        The slopes of the first cut come first.
    """
    blocks = np.einsum("cd,nk->ncdk", np.eye(cuts), -design).reshape(len(design), cuts, -1)
    thresholds = np.broadcast_to(np.eye(cuts), (len(design), cuts, cuts))
    return np.concatenate([thresholds, blocks], axis=2)


def cut_rows(cuts: np.ndarray, category: np.ndarray) -> CutRows:
    """Pick the two cuts next to each observation.

    Parameters
    ----------
    cuts : ndarray, shape (n, c, p)
        Design of every cut.
    category : ndarray of int, shape (n,)
        From 0 to c.
    """
    padded = np.pad(cuts, ((0, 0), (1, 1), (0, 0)))
    rows = np.arange(len(category))
    return CutRows(
        upper=padded[rows, category + 1],
        lower=padded[rows, category],
        has_upper=category < cuts.shape[1],
        has_lower=category > 0,
    )


def evaluate(rows: CutRows, theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood at `theta`, shape (p,), its gradient and minus its second derivatives."""
    above = np.where(rows.has_upper, expit(rows.upper @ theta), 1.0)
    below = np.where(rows.has_lower, expit(rows.lower @ theta), 0.0)
    probability = above - below
    if probability.min() <= 0:
        return -np.inf, np.zeros(len(theta)), np.zeros((len(theta), len(theta)))
    up, down = above * (1 - above) / probability, below * (1 - below) / probability
    scores = up[:, None] * rows.upper - down[:, None] * rows.lower
    bend_up, bend_down = up * (1 - 2 * above), down * (1 - 2 * below)
    curvature = (
        scores.T @ scores
        - (rows.upper.T * bend_up) @ rows.upper
        + (rows.lower.T * bend_down) @ rows.lower
    )
    return float(np.log(probability).sum()), scores.sum(axis=0), curvature


def maximise(rows: CutRows, start: np.ndarray, free: np.ndarray) -> np.ndarray | None:
    """Maximise over the coefficients where `free` is true; the others stay.

    The log-likelihood is concave (Pratt 1981, Journal of the American Statistical Association 76:
    103-106), so Newton's method with halving finds its maximum; None where it did not.

    Parameters
    ----------
    start : ndarray, shape (p,)
    free : ndarray of bool, shape (p,)
    """
    theta = start
    loglik, score, curvature = evaluate(rows, theta)
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
            loglik, score, curvature = evaluate(rows, moved)
            if loglik >= floor:
                break
            step = step / 2
        else:
            return None
        theta = moved
    return None
