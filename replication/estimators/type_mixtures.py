"""Mixtures of Dirichlet distributions: one share, and the difference of two shares, with moments and quantiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaln

# Terms of less weight than this change no digit that is written.
_NEGLIGIBLE = 1e-12
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(48)
_STEPS, _WIDTH = 80, 1e-11


@dataclass(frozen=True)
class ShareMixture:
    """Distribution of one share: Beta(a, size - a) with probability `weight`.

    Attributes
    ----------
    a, weight : ndarray, shape (m,)
    size : float
        Sum of all Dirichlet parameters.
    """

    a: np.ndarray
    weight: np.ndarray
    size: float

    @classmethod
    def of(cls, totals: np.ndarray, weight: np.ndarray, prior: float, size: float) -> ShareMixture:
        """Gather the terms with the same number of cases."""
        gathered = np.bincount(totals, weights=weight)
        kept = np.flatnonzero(gathered > _NEGLIGIBLE)
        return cls(prior + kept, gathered[kept], size)

    @property
    def mean(self) -> float:
        """Expected share."""
        return float(self.weight @ (self.a / self.size))

    @property
    def sd(self) -> float:
        """Standard deviation."""
        second = self.weight @ (self.a * (self.a + 1)) / (self.size * (self.size + 1))
        return float(np.sqrt(max(0.0, second - self.mean**2)))

    def cdf(self, value: float) -> float:
        """Probability of a share of at most `value`."""
        rest = self.size - self.a
        inner = (self.a > 0) & (rest > 0)
        below = np.where(self.a > 0, float(value >= 1), 1.0)
        below[inner] = betainc(self.a[inner], rest[inner], np.clip(value, 0, 1))
        return float(self.weight @ below)

    def quantile(self, level: float) -> float:
        """Share below which the probability is `level`."""
        return _root(self.cdf, level, 0.0, 1.0)


@dataclass(frozen=True)
class EffectMixture:
    """Distribution of the first share less the second: both from Dirichlet(a, b, rest) with probability `weight`.

    Attributes
    ----------
    a, b, weight : ndarray, shape (m,)
        `b` is 0 where the second share is ruled out, and so is `a` where both are.
    size : float
        Sum of all Dirichlet parameters.
    """

    a: np.ndarray
    b: np.ndarray
    weight: np.ndarray
    size: float

    @classmethod
    def of(
        cls, totals: np.ndarray, weight: np.ndarray, prior: np.ndarray, size: float
    ) -> EffectMixture:
        """Gather the terms with the same numbers of cases; totals of shape (m, 2)."""
        width = int(totals[:, 1].max(initial=0)) + 1
        gathered = np.bincount(totals[:, 0] * width + totals[:, 1], weights=weight)
        kept = np.flatnonzero(gathered > _NEGLIGIBLE)
        return cls(prior[0] + kept // width, prior[1] + kept % width, gathered[kept], size)

    @property
    def mean(self) -> float:
        """Expected effect."""
        return float(self.weight @ ((self.a - self.b) / self.size))

    @property
    def variance(self) -> float:
        """Variance."""
        squares = self.a * (self.a + 1) + self.b * (self.b + 1) - 2 * self.a * self.b
        second = self.weight @ squares / (self.size * (self.size + 1))
        return float(max(0.0, second - self.mean**2))

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return float(np.sqrt(self.variance))

    @property
    def positive(self) -> float:
        """Probability that the first share is the larger one."""
        chance = np.where(self.a > 0, 1.0, 0.0)
        both = self.b > 0
        # Which of two shares is the larger does not depend on what they add up to.
        chance[both] = betainc(self.b[both], self.a[both], 0.5)
        return float(self.weight @ chance)

    def cdf(self, value: float) -> float:
        """Probability of an effect of at most `value`."""
        if (self.a <= 0).all():
            return float(value >= 0)
        if (self.b <= 0).all():
            return ShareMixture(self.a, self.weight, self.size).cdf(value)
        if value >= 1:
            return 1.0
        if value < 0:
            return 1 - EffectMixture(self.b, self.a, self.weight, self.size).cdf(-value)
        return float(self.weight @ self._below(value))

    def _below(self, value: float) -> np.ndarray:
        """Probability, by term, of an effect of at most `value` from 0.

        Both shares add up to less than `value`, or to a sum s above it of which the first takes at most
        (1 + value / s) / 2: the part of the sum that it takes is independent of the sum.
        """
        sums, in_sum = np.unique(self.a + self.b, return_inverse=True)
        # Steps that go slowly at both ends, where a density may be steep.
        u = (_NODES + 1) / 2
        s = value + (1 - value) * u * u * (3 - 2 * u)
        slope = (1 - value) * 3 * u * (1 - u) * _NODE_WEIGHTS
        one, rest = sums[:, None], self.size - sums[:, None]
        log = (one - 1) * np.log(s) + (rest - 1) * np.log1p(-s) - betaln(one, rest)
        part = betainc(self.a[:, None], self.b[:, None], (1 + value / s) / 2)
        least = betainc(sums, self.size - sums, value)
        distances: np.ndarray = least[in_sum] + ((np.exp(log) * slope)[in_sum] * part).sum(axis=1)
        return distances

    def quantile(self, level: float) -> float:
        """Effect below which the probability is `level`."""
        return _root(self.cdf, level, -1.0 if (self.b > 0).any() else 0.0, 1.0)


def _root(cdf: Callable[[float], float], level: float, low: float, high: float) -> float:
    """Find where a distribution function reaches a level, by regula falsi that never leaves the bracket (Illinois)."""
    at_low, at_high = cdf(low) - level, cdf(high) - level
    if at_low >= 0:
        return low
    if at_high <= 0:
        return high
    side = 0
    middle = low
    for _ in range(_STEPS):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        value = cdf(middle) - level
        if abs(value) < _WIDTH or high - low < _WIDTH:
            break
        if value < 0:
            low, at_low = middle, value
            at_high = at_high / 2 if side < 0 else at_high
            side = -1
        else:
            high, at_high = middle, value
            at_low = at_low / 2 if side > 0 else at_low
            side = 1
    return float(middle)
