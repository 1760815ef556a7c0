"""Calibration: from measurements or codes to degrees of membership in a set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import expit

from replication.estimators.arguments import checked_numbers


def calibrate_direct(
    values: np.ndarray,
    *,
    non_member: float,
    crossover: float,
    full_member: float,
    log_odds: float = 3.0,
) -> np.ndarray:
    """Ragin's direct method (2008, Redesigning Social Inquiry, chapter 5).

    The log odds of membership rise in proportion to the distance from the crossover: to `log_odds`
    at the anchor of full members, to minus that at the anchor of non-members, with a slope of its
    own on either side.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Measurements, in the anchors' unit.
    non_member, crossover, full_member : float
        Anchors, rising or falling in this order.
    log_odds : float
        Log odds at the two outer anchors. Ragin's 3 means memberships of 0.953 and 0.047; the R
        package QCA uses log(19), that is 0.95 and 0.05.

    Returns
    -------
    ndarray, shape (n,)
        Degrees of membership strictly between 0 and 1, as far as rounding allows.

    Raises
    ------
    ValueError
        When a value is missing or infinite, the anchors are not in order, or `log_odds` is not
        positive.
    """
    values = checked_numbers("values", values)
    if not (non_member < crossover < full_member or non_member > crossover > full_member):
        raise ValueError(
            f"anchors are {non_member:g}, {crossover:g}, {full_member:g}; "
            "allowed: rising or falling from non-member to crossover to full member"
        )
    if not 0 < log_odds < np.inf:
        raise ValueError(f"log_odds is {log_odds}; allowed: above 0")
    above = (values - crossover) / (full_member - crossover)
    below = (values - crossover) / (crossover - non_member)
    return expit(log_odds * np.where(above > 0, above, below))


def calibrate_codes(codes: np.ndarray, degrees: Mapping[float, float]) -> np.ndarray:
    """Give each step of an ordinal scale its degree of membership.

    Parameters
    ----------
    codes : ndarray, shape (n,)
    degrees : mapping of code to degree of membership
        Degrees from 0 to 1; 0.5 would leave a case outside every row of the truth table.

    Raises
    ------
    ValueError
        When a code has no degree, or a degree is outside 0 to 1 or exactly 0.5.
    """
    for code, degree in degrees.items():
        if not 0 <= degree <= 1 or degree == 0.5:  # noqa: PLR2004
            raise ValueError(f"code {code:g} has the degree {degree}; allowed: 0 to 1 except 0.5")
    codes = checked_numbers("codes", codes, missing_allowed=True)
    unknown = [code for code in codes if code not in degrees]
    if unknown:
        allowed = ", ".join(f"{code:g}" for code in sorted(degrees))
        raise ValueError(f"code {unknown[0]:g} has no degree; allowed: {allowed}")
    return np.array([degrees[code] for code in codes], dtype=float)
