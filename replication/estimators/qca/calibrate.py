"""Calibration: from codes to degrees of membership in a set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from replication.estimators.arguments import checked_numbers


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
