"""Profile intervals of any smooth function of the coefficients of a penalised logit.

The profile penalised-likelihood interval of a function of the coefficients is the range of its
values over the region where the criterion lies within half a chi-squared quantile of its maximum.
For a single coefficient that is its usual profile interval. The ends of the range are found by
sequential quadratic programming, in coordinates in which the region is close to a ball.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from replication.estimators.penalised import Points, climb, own_patterns

# A function gives its value and its gradient, shape (k,), at coefficients of shape (k,).
Function = Callable[[np.ndarray], tuple[float, np.ndarray]]

_OUTSIDE = 1e-6
_OPTIONS = {"maxiter": 100, "ftol": 1e-10}
_ATTEMPTS = 3
# Decimals, in standard errors, that a search settles; the next ones depend on the machine.
_SETTLED = 7
# Lowest value shown to the search, which cannot use the minus infinity of an underflow.
_BOTTOM = -1e6


@dataclass(frozen=True)
class LikelihoodRegion:
    """The coefficients within `drop` of the maximum of the criterion.

    Attributes
    ----------
    outcome : ndarray, shape (n,)
    x : ndarray, shape (n, k)
        Design with its constant.
    best : Points, one row
        The maximum.
    ends : ndarray, shape (s, k)
        Coefficients at the ends of the profiles: points of the region's surface where the search
        starts, beside the one that the gradient points to.
    drop : float
        Fall in the penalised log-likelihood, half a chi-squared quantile.
    """

    outcome: np.ndarray
    x: np.ndarray
    best: Points
    ends: np.ndarray
    drop: float

    def extremes(self, function: Function) -> tuple[float, float]:
        """Smallest and largest value of `function` in the region; NaN where the search failed."""
        return -self._largest(lambda beta: _negated(function(beta))), self._largest(function)

    def likelihood_ratio_at_zero(self, function: Function) -> float:
        """Penalised likelihood-ratio chi-squared of the hypothesis that `function` is zero.

        NaN where the search failed.
        """
        value, gradient = function(self.best.beta[0])
        slope = gradient @ self._axes
        start = -value * slope / (slope @ slope)
        held = _remembered(lambda z: function(self._at(z)))
        constraint: dict[str, Any] = {"type": "eq", "fun": lambda z: held(z)[0]}
        constraint["jac"] = lambda z: held(z)[1] @ self._axes
        found = self._solve(lambda z: _negated(self._fall(z)), start, constraint)
        if not found.success or abs(constraint["fun"](found.x)) > _OUTSIDE * float(
            np.linalg.norm(slope)
        ):
            return np.nan
        return round(max(0.0, 2 * float(found.fun)), _SETTLED)

    @cached_property
    def _axes(self) -> np.ndarray:
        return np.linalg.cholesky(np.linalg.inv(self.best.information[0]))

    @cached_property
    def _patterns(self) -> tuple[np.ndarray, np.ndarray]:
        return own_patterns(self.outcome, self.x)

    def _largest(self, function: Function) -> float:
        gradient = function(self.best.beta[0])[1] @ self._axes
        steepest = np.sqrt(2 * self.drop) * gradient / np.linalg.norm(gradient)
        ends = np.linalg.solve(self._axes, (self.ends - self.best.beta[0]).T).T
        starts = sorted(ends, key=lambda z: -function(self._at(z))[0])[: _ATTEMPTS - 1]
        found = [self._climb(function, start) for start in (steepest, *starts)]
        return float(np.fmax.reduce(found))

    def _climb(self, function: Function, start: np.ndarray) -> float:
        axes = self._axes
        scale = float(np.linalg.norm(function(self.best.beta[0])[1] @ axes))

        def objective(z: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = function(self._at(z))
            return -value / scale, -(gradient @ axes) / scale

        fall = _remembered(self._fall)
        constraint: dict[str, Any] = {"type": "ineq", "fun": lambda z: self.drop + fall(z)[0]}
        constraint["jac"] = lambda z: fall(z)[1]
        found = self._solve(objective, start, constraint)
        inside = constraint["fun"](found.x) > -_OUTSIDE
        return round(-found.fun, _SETTLED) * scale if found.success and inside else np.nan

    def _solve(self, objective: Function, start: np.ndarray, constraint: dict[str, Any]) -> Any:
        from scipy.optimize import minimize  # noqa: PLC0415 - slow, and most commands do not need it

        return minimize(
            objective, start, jac=True, method="SLSQP", constraints=[constraint], options=_OPTIONS
        )

    def _at(self, z: np.ndarray) -> np.ndarray:
        beta: np.ndarray = self.best.beta[0] + self._axes @ z
        return beta

    def _fall(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        beta = self._at(z)[None]
        point = climb(*self._patterns, beta, np.ones(beta.shape, dtype=bool), steps=0)
        fall = max(point.loglik[0] - self.best.loglik[0], _BOTTOM)
        return fall, point.score[0] @ self._axes


def _remembered(function: Function) -> Function:
    """Keep the last answer: the search asks for the value and the gradient one after the other."""
    last: dict[bytes, tuple[float, np.ndarray]] = {}

    def asked(z: np.ndarray) -> tuple[float, np.ndarray]:
        place = z.tobytes()
        if place not in last:
            last.clear()
            last[place] = function(z)
        return last[place]

    return asked


def _negated(value: tuple[float, np.ndarray]) -> tuple[float, np.ndarray]:
    return -value[0], -value[1]
