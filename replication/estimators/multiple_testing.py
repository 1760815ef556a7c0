"""p-values adjusted for being one of several."""

from __future__ import annotations

import numpy as np
from statsmodels.stats.multitest import multipletests

from replication.estimators.arguments import checked_numbers


def adjusted(p_values: np.ndarray, method: str) -> np.ndarray:
    """Adjust p-values for the number of tests; missing ones count for nothing and stay missing.

    Holm 1979, Scandinavian Journal of Statistics 6: 65-70, keeps the chance of any false rejection;
    Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57: 289-300, the share
    of false ones among rejections. The adjustment is statsmodels'; it was held against the example
    of the latter paper.

    Parameters
    ----------
    p_values : ndarray, shape (k,)
        NaN where a test does not exist.
    method : str
        ``holm`` or ``fdr_bh``.

    Raises
    ------
    ValueError
        For another method, or a p-value outside 0 to 1.
    """
    if method not in ("holm", "fdr_bh"):
        raise ValueError(f"method is {method!r}; allowed: holm, fdr_bh")
    p_values = checked_numbers("p_values", p_values, missing_allowed=True, infinite_allowed=True)
    known = ~np.isnan(p_values)
    wrong = p_values[known & ~((p_values >= 0) & (p_values <= 1))]
    if len(wrong):
        raise ValueError(f"p-values {wrong.tolist()} are not allowed; allowed: 0 to 1, or NaN")
    found = np.full(p_values.shape, np.nan)
    if known.any():
        found[known] = multipletests(p_values[known], method=method)[1]
    return found
