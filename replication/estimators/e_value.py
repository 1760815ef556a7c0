"""How strong unmeasured confounding has to be to undo a ratio, on the scale of risk ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class EValue:
    """E-values of an estimate and of the limit of its interval that is nearer to no effect.

    Attributes
    ----------
    estimate, limit : float
        Least risk ratio that an unmeasured confounder needs with both treatment and outcome; 1
        where no confounding is needed, as for an interval that covers no effect.
    """

    estimate: float
    limit: float


def e_value(ratio: float, conf_low: float, conf_high: float) -> EValue:
    """Give the E-values of a risk ratio and of its interval.

    VanderWeele and Ding 2017, Annals of Internal Medicine 167: 268-274. For an odds ratio of an
    outcome that is not rare, convert estimate and limits by `risk_ratio_of_odds_ratio` first.

    Parameters
    ----------
    ratio, conf_low, conf_high : float
        Above or equal to 0; infinity is allowed, and NaN gives NaN.

    Raises
    ------
    ValueError
        When a ratio is negative or the estimate lies outside its interval.
    """
    if ratio < 0 or conf_low < 0 or conf_high < 0:
        raise ValueError(f"ratio and limits are {ratio}, {conf_low}, {conf_high}; allowed: from 0")
    if ratio < conf_low or ratio > conf_high:
        raise ValueError(f"the ratio {ratio} lies outside its interval {conf_low} to {conf_high}")
    nearest = conf_low if ratio >= 1 else conf_high
    crosses = conf_low <= 1 <= conf_high
    return EValue(_from_ratio(ratio), 1.0 if crosses else _from_ratio(nearest))


def risk_ratio_of_odds_ratio(odds_ratio: float) -> float:
    """Approximate risk ratio of an outcome that is not rare: the square root of its odds ratio.

    VanderWeele 2017, Epidemiology 28: e58-e60; used for E-values by VanderWeele and Ding 2017.

    Raises
    ------
    ValueError
        When the ratio is negative.
    """
    if odds_ratio < 0:
        raise ValueError(f"odds_ratio is {odds_ratio}; allowed: from 0")
    return float(np.sqrt(odds_ratio))


def _from_ratio(ratio: float) -> float:
    if ratio < 1:
        ratio = 1 / ratio if ratio > 0 else np.inf
    return float(ratio + np.sqrt(ratio * (ratio - 1)))
