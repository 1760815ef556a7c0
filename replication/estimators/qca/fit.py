"""Parameters of fit between two sets, given as degrees of membership of shape (n,).

Ragin (2006, Political Analysis 14: 291-310) for consistency and coverage; Schneider and Wagemann
(2012: 242 for PRI, 236 for relevance). A ratio whose denominator is zero does not exist: NaN.
"""

from __future__ import annotations

import numpy as np

# Sums of degrees such as 1 - 0.95 leave rounding error behind, never a meaningful 1e-12.
_ZERO = 1e-12


def subset_share(part: np.ndarray, whole: np.ndarray) -> float:
    """Share of `part` that lies in `whole`.

    Read with a term first, it is the term's consistency as a sufficient condition (or its coverage
    as a necessary one); read with the outcome first, the term's coverage (or its consistency as a
    necessary condition).
    """
    return _ratio(np.minimum(part, whole).sum(), part.sum())


def proportional_reduction(term: np.ndarray, outcome: np.ndarray) -> float:
    """Proportional reduction in inconsistency (PRI).

    The consistency of the term for the outcome, without what is also consistent with its negation.
    """
    both = np.minimum(np.minimum(term, outcome), 1 - outcome).sum()
    return _ratio(np.minimum(term, outcome).sum() - both, term.sum() - both)


def relevance_of_necessity(term: np.ndarray, outcome: np.ndarray) -> float:
    """Relevance of necessity (RoN): near 0 where the term is close to a constant."""
    return _ratio((1 - term).sum(), (1 - np.minimum(term, outcome)).sum())


def unique_coverage(term: np.ndarray, others: np.ndarray, outcome: np.ndarray) -> float:
    """Share of the outcome that the term covers and the union of the `others` does not."""
    covered = np.minimum(term, outcome)
    return _ratio((covered - np.minimum(covered, others)).sum(), outcome.sum())


def _ratio(numerator: float, denominator: float) -> float:
    return float(numerator / denominator) if denominator > _ZERO else np.nan
