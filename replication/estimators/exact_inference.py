"""What a counted null distribution says: p-values, and coefficients by tilting it.

Counts come in the order of the statistic and as Python integers, so that ties are ties.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np
from scipy.optimize import brentq


@dataclass(frozen=True)
class PValues:
    """One null distribution's p-values; the exact counts decide ties, so none is lost to rounding.

    Attributes
    ----------
    one_sided : float
        The smaller of P(T <= t) and P(T >= t).
    doubled : float
        Twice `one_sided`, at most 1.
    probability : float
        Total probability of the values that are no more probable than the observed one.
    mid : float
        `doubled` with half the observed value's probability taken off the tail (Lancaster 1961,
        JASA 56: 223-234).
    smallest_p : float
        Smallest `doubled` of any value of the statistic; see `smallest_p`.
    """

    one_sided: float
    doubled: float
    probability: float
    mid: float
    smallest_p: float


def p_values(counts: Sequence[int], at: int) -> PValues:
    """P-values of the value at position `at`; `counts` are in the order of the statistic."""
    total, here = sum(counts), counts[at]
    tail = min(sum(counts[: at + 1]), sum(counts[at:]))
    return PValues(
        one_sided=tail / total,
        doubled=min(1.0, 2 * tail / total),
        probability=sum(count for count in counts if count <= here) / total,
        mid=min(1.0, (2 * tail - here) / total),
        smallest_p=min(1.0, 2 * min(counts[0], counts[-1]) / total),
    )


@dataclass(frozen=True)
class TiltedDistribution:
    """The family P(t) proportional to c(t) exp(coefficient * t), seen from the observed value.

    Every coefficient wanted here puts a weighted sum above the observed value in a given ratio to
    one below it. The log of that ratio rises with the coefficient, so each has one root, and
    logarithms keep counts of any size within range.

    Attributes
    ----------
    distance : ndarray, shape (m,)
        Support less the observed value, divided by `width`; ascending.
    log_count : ndarray, shape (m,)
    width : float
        Range of the support in the units of the covariate, above 0.
    """

    distance: np.ndarray
    log_count: np.ndarray
    width: float

    @classmethod
    def of(cls, support: np.ndarray, counts: Sequence[int], at: int) -> TiltedDistribution:
        """Prepare a support of shape (m,), m > 1, with its counts; `at` is what was observed."""
        width = float(support[-1] - support[0])
        log_count = np.array([log(count) for count in counts])
        return cls((support - support[at]) / width, log_count, width)

    def with_mean_at_observed(self) -> float:
        """Conditional maximum likelihood estimate; infinite at an extreme of the support."""
        return self._balance(self.distance.clip(min=0), (-self.distance).clip(min=0), 0.0)

    def with_upper_tail(self, probability: float, share: float = 1.0) -> float:
        """Coefficient at which P(T > t) + share * P(T = t) is `probability`; share 1/2 is mid-p."""
        here = self.distance == 0
        above = (self.distance > 0) + share * here
        below = (self.distance < 0) + (1 - share) * here
        return self._balance(above, below, log(probability / (1 - probability)))

    def with_lower_tail(self, probability: float, share: float = 1.0) -> float:
        """Coefficient at which P(T < t) + share * P(T = t) is `probability`."""
        return self.with_upper_tail(1 - probability, 1 - share)

    def median_unbiased(self) -> float:
        """Middle of the coefficients with half the probability in the lower and in the upper tail.

        At an extreme of the support only one of them exists, and is the estimate.
        """
        sides = (self.with_upper_tail(0.5), self.with_lower_tail(0.5))
        return float(np.mean([side for side in sides if np.isfinite(side)]))

    def _balance(self, above: np.ndarray, below: np.ndarray, log_ratio: float) -> float:
        if not below.any():
            return -inf
        if not above.any():
            return inf
        up, down = above > 0, below > 0
        log_above = self.log_count[up] + np.log(above[up])
        log_below = self.log_count[down] + np.log(below[down])
        far_up, far_down = self.distance[up], self.distance[down]
        # Where both sums have the same outermost value, their ratio is bounded on that side.
        if far_up[0] == far_down[0] and log_ratio <= log_above[0] - log_below[0]:
            return -inf
        if far_up[-1] == far_down[-1] and log_ratio >= log_above[-1] - log_below[-1]:
            return inf

        def excess(coefficient: float) -> float:
            upper = np.logaddexp.reduce(log_above + coefficient * far_up)
            lower = np.logaddexp.reduce(log_below + coefficient * far_down)
            return float(upper - lower - log_ratio)

        return _root_of_rising(excess) / self.width


def _root_of_rising(function: Callable[[float], float]) -> float:
    low, high = -1.0, 1.0
    while function(low) > 0:
        low *= 2
    while function(high) < 0:
        high *= 2
    return float(brentq(function, low, high, xtol=1e-12, rtol=1e-14))
