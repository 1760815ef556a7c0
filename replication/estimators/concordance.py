"""Agreement of one coding with another whose scale is coarser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from replication.estimators.agreement import (
    check_codes,
    check_resampling,
    confusion,
    percentile_limits,
)
from replication.estimators.arguments import checked_numbers
from replication.estimators.results import without

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Concordance:
    """Agreement of one coding with another on a coarser scale.

    Attributes
    ----------
    nobs : int
        Units that both codings have.
    agreement, agreement_low, agreement_high : float
        Share of equal codes with the exact interval of Clopper and Pearson (1934).
    kappa, kappa_low, kappa_high : float
        Cohen's kappa (1960) with percentile limits from resampled units.
    categories : tuple of float, length q
    table : ndarray of int, shape (q, q)
        Units by our code (rows, after the mapping) and the published one (columns).
    note : str
        Why something is missing; empty otherwise.
    """

    nobs: int
    agreement: float
    agreement_low: float
    agreement_high: float
    kappa: float
    kappa_low: float
    kappa_high: float
    categories: tuple[float, ...]
    table: np.ndarray
    note: str


def concordance(
    ours: np.ndarray,
    published: np.ndarray,
    mapping: Mapping[float, float],
    *,
    rng: np.random.Generator,
    draws: int = 2000,
    level: float = 0.95,
) -> Concordance:
    """Compare codes with published ones after a mapping from our scale to theirs.

    Parameters
    ----------
    ours, published : ndarray, shape (units,)
        NaN where a coding has no code; such units are left out.
    mapping : mapping of our code to the published scale's code
        Must hold every code of ours; its values are the codes the published coding may have.
    rng, draws, level
        As for `agreement`.

    Raises
    ------
    ValueError
        When shapes differ or a code is not in the mapping.
    """
    ours = checked_numbers("ours", ours, missing_allowed=True)
    published = checked_numbers("published", published, missing_allowed=True)
    if ours.shape != published.shape:
        raise ValueError(f"shapes are {ours.shape} and {published.shape}; allowed: (units,) twice")
    check_resampling(draws, level)
    check_codes(ours, sorted(mapping))
    categories = tuple(sorted(set(mapping.values())))
    mapped = np.array(
        [mapping[code] if np.isfinite(code) else np.nan for code in ours], dtype=float
    )
    table = confusion(mapped, published, categories)
    nobs = int(table.sum())
    if not nobs:
        note = "no unit has both codes"
        return without(Concordance, nobs=0, categories=categories, table=table, note=note)
    equal = int(np.trace(table))
    from scipy.stats import binomtest  # noqa: PLC0415 - as in ties: checking files must not wait

    exact = binomtest(equal, nobs).proportion_ci(level, method="exact")
    resampled = rng.multinomial(nobs, table.ravel() / nobs, draws).reshape(-1, *table.shape)
    kappa = float(_kappa(table))
    low, high, reason = percentile_limits("kappa", _kappa(resampled), kappa, level)
    note = reason if np.isfinite(kappa) else "all codes are equal: kappa does not exist"
    return Concordance(
        nobs, equal / nobs, float(exact.low), float(exact.high), kappa, low, high,
        categories, table, note,
    )  # fmt: skip


def _kappa(tables: np.ndarray) -> np.ndarray:
    # tables (..., q, q), all with the same number of units.
    shares = tables / tables.sum(axis=(-2, -1), keepdims=True)
    equal = np.trace(shares, axis1=-2, axis2=-1)
    chance = (shares.sum(axis=-1) * shares.sum(axis=-2)).sum(axis=-1)
    missing = np.full(np.shape(chance), np.nan)
    kappa: np.ndarray = np.divide(
        equal - chance, 1 - chance, out=missing, where=chance < 1 - _ROUNDING
    )
    return kappa
