"""Maximum likelihood of a logit with weights, and its profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

_MAX_STEPS = 100
_MAX_HALVINGS = 40
# Newton decrement, the squared distance from the maximum in standard errors: free of units. The step
# that follows squares it.
_DECREMENT = 1e-14
# Relative size below which a difference between two log-likelihoods is rounding error.
_ROUNDING = 1e-12
_MAX_DOUBLINGS = 60


class _NotFoundError(ArithmeticError):
    """A restricted maximum was not found."""


@dataclass(frozen=True)
class WeightedLogit:
    """A logit whose likelihood has a finite maximum, as with pseudo-rows of both outcomes.

    Attributes
    ----------
    outcome : ndarray, shape (n,)
        From 0 to 1; a value in between is a row of both outcomes, split in that ratio.
    x : ndarray, shape (n, k)
        Design with its constant, of full column rank.
    weights : ndarray, shape (n,)
        Not negative.
    """

    outcome: np.ndarray
    x: np.ndarray
    weights: np.ndarray

    def maximum(self) -> np.ndarray | None:
        """Coefficients, shape (k,), at the maximum; None where it was not found."""
        k = self.x.shape[1]
        return self._maximise(np.zeros(k), np.ones(k, dtype=bool))

    def std_error(self, beta: np.ndarray) -> np.ndarray:
        """Root of the diagonal of the inverse information at `beta`, shape (k,)."""
        return np.sqrt(np.diag(self._directions(beta)))

    def fall(self, best: np.ndarray, column: int, value: float) -> float:
        """Twice the fall of the log-likelihood when one coefficient is held; NaN where not found."""
        # Where the quadratic approximation has its restricted maximum: other coefficients move along.
        direction = self._directions(best)[:, column]
        start = best + direction * (value - best[column]) / direction[column]
        start[column] = value
        found = self._maximise(start, np.arange(len(best)) != column)
        if found is None:
            return np.nan
        return max(0.0, 2 * (self._loglik(best) - self._loglik(found)))

    def limit(self, best: np.ndarray, column: int, side: int, drop: float) -> float:
        """Where twice the fall of a coefficient's profile is `drop`; NaN where not found."""
        from scipy.optimize import brentq  # noqa: PLC0415 - slow, and most commands do not need it

        def excess(distance: float) -> float:
            fall = self.fall(best, column, best[column] + distance)
            if np.isnan(fall):
                raise _NotFoundError
            return fall - drop

        step = side * float(self.std_error(best)[column])
        try:
            for _ in range(_MAX_DOUBLINGS):
                if excess(step) >= 0:
                    found = brentq(excess, 0.0, step, xtol=1e-12 * abs(step))
                    return float(best[column] + found)
                step *= 2
        except _NotFoundError:
            pass
        return np.nan

    def _maximise(self, start: np.ndarray, free: np.ndarray) -> np.ndarray | None:
        beta, loglik = start, self._loglik(start)
        for _ in range(_MAX_STEPS):
            root = self._root(beta)[:, free]
            score = self.x[:, free].T @ (self.weights * (self.outcome - expit(self.x @ beta)))
            scale = np.linalg.norm(root, axis=0)
            if scale.min(initial=1.0) == 0:
                return None
            r = np.linalg.qr(root / scale)[1]
            half = np.linalg.solve(r.T, score / scale)
            step = np.zeros(len(beta))
            step[free] = np.linalg.solve(r, half) / scale
            if half @ half < _DECREMENT:
                return beta + step
            floor = loglik - _ROUNDING * max(1.0, abs(loglik))
            for _ in range(_MAX_HALVINGS):
                loglik = self._loglik(beta + step)
                if loglik >= floor:
                    break
                step = step / 2
            else:
                return None
            beta = beta + step
        return None

    def _directions(self, beta: np.ndarray) -> np.ndarray:
        """Inverse information, shape (k, k): a column says how all move with one coefficient."""
        root = self._root(beta)
        scale = np.linalg.norm(root, axis=0)
        inverse = np.linalg.inv(np.linalg.qr(root / scale)[1]) / scale[:, None]
        covariance: np.ndarray = inverse @ inverse.T
        return covariance

    def _loglik(self, beta: np.ndarray) -> float:
        index = self.x @ beta
        return float(self.weights @ (self.outcome * index - np.logaddexp(0.0, index)))

    def _root(self, beta: np.ndarray) -> np.ndarray:
        index = self.x @ beta
        root: np.ndarray = np.sqrt(self.weights * expit(index) * expit(-index))[:, None] * self.x
        return root
