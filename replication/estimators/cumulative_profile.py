"""The profile likelihood of a cumulative logit along one slope or one threshold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from replication.estimators.cumulative_logit import CutRows, evaluate, maximise
from replication.estimators.standardised import turned_to


@dataclass(frozen=True)
class Profile:
    """How far the likelihood falls where one sum of the coefficients is held at a value.

    A slope of the data is a coefficient over its column's unit; a threshold of the data is one less the slopes
    times the centres of their columns. To hold such a sum the axes are turned to it.

    Attributes
    ----------
    rows : CutRows
    best : ndarray, shape (p,)
        The maximum.
    covariance : ndarray, shape (p, p)
        At the maximum.
    weights : ndarray, shape (p,)
        The sum is ``weights @ coefficients``.
    cuts : int
        How many of the coefficients are thresholds; they come first.
    """

    rows: CutRows
    best: np.ndarray
    covariance: np.ndarray
    weights: np.ndarray
    cuts: int

    @property
    def estimate(self) -> float:
        """The sum at the maximum."""
        return float(self.weights @ self.best)

    def fall(self, value: float) -> float:
        """Twice the fall of the log-likelihood where the sum is `value`; NaN where the search failed."""
        start = self._start(value - self.estimate)
        found = maximise(self._turned_rows, self._turn.T @ start, np.arange(len(start)) > 0)
        if found is None:
            return np.nan
        lost = evaluate(self.rows, self.best)[0] - evaluate(self._turned_rows, found)[0]
        return max(0.0, 2 * lost)

    def limits(self, fall: float) -> tuple[float, float]:
        """Values on either side at which the likelihood has fallen by `fall`; NaN where the search failed."""
        return self._limit(-1, fall), self._limit(1, fall)

    def _limit(self, side: int, fall: float) -> float:
        from scipy.optimize import brentq  # noqa: PLC0415 - slow, and most commands do not need it

        # In standard errors: free of units.
        unit = side * float(np.sqrt(self.weights @ self.covariance @ self.weights))

        def excess(steps: float) -> float:
            return self.fall(self.estimate + steps * unit) - fall

        outside = 1.0
        while excess(outside) < 0:
            outside *= 2
        if np.isnan(excess(outside)):
            return np.nan
        return self.estimate + unit * float(brentq(excess, 0.0, outside, xtol=1e-11))

    def _start(self, distance: float) -> np.ndarray:
        """Coefficients with the sum moved: along the ridge of the likelihood, or all thresholds alike."""
        ridge = self.covariance @ self.weights
        alike = (np.arange(len(self.best)) < self.cuts).astype(float)
        starts = [
            self.best + distance * way / (self.weights @ way)
            for way in (ridge, alike)
            if self.weights @ way
        ]
        return max(starts, key=lambda start: evaluate(self.rows, start)[0])

    @cached_property
    def _turn(self) -> np.ndarray:
        return turned_to(self.weights)

    @cached_property
    def _turned_rows(self) -> CutRows:
        return replace(
            self.rows, upper=self.rows.upper @ self._turn, lower=self.rows.lower @ self._turn
        )
