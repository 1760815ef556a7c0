"""Coefficients of agreement, for the data and for many resamples of the units at once.

Alpha's disagreements follow Krippendorff (2019, Content Analysis, 4th ed., chapter 12), Gwet's
coefficient Gwet (2014, Handbook of Inter-Rater Reliability, 4th ed.).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST_CODERS = 2


@dataclass(frozen=True)
class Coding:
    """Codes of n units on a scale of v steps, and how the steps differ.

    Attributes
    ----------
    counts : ndarray of int, shape (n, v)
        Coders who gave the unit the code.
    labels : sequence of str, length v
    distances : ndarray, shape (v, v), or None
        Alpha's difference function; None for the ordinal one, which depends on the codes.
    weights : ndarray, shape (v, v), or None
        How near two codes are, from 0 to 1, for Gwet's coefficient; None where there is none.
    """

    counts: np.ndarray
    labels: Sequence[str]
    distances: np.ndarray | None
    weights: np.ndarray | None


@dataclass(frozen=True)
class Measures:
    """The coefficients in each of d weightings of the units.

    Attributes
    ----------
    agreement, alpha, gwet, observed, expected : ndarray, shape (d,)
        Share of equal pairs, Krippendorff's alpha, Gwet's coefficient, and the observed and
        expected disagreement of alpha; NaN where one does not exist.
    """

    agreement: np.ndarray
    alpha: np.ndarray
    gwet: np.ndarray
    observed: np.ndarray
    expected: np.ndarray


def measures(coding: Coding, units: np.ndarray) -> Measures:
    """Compute the coefficients for each of d weightings of the units.

    Parameters
    ----------
    coding : Coding
        Every unit has at least one code.
    units : ndarray of int, shape (d, n)
        How often each unit counts: ones for the data, a row for each resample.
    """
    counts = coding.counts
    coders = counts.sum(axis=1)
    paired = coders >= FEWEST_CODERS
    pairs = np.where(paired, coders * (coders - 1), 1)
    equal = (counts * (counts - 1)).sum(axis=1) / pairs
    observed, expected = _disagreement(counts * paired[:, None], units, coding.distances)
    share = _divide(np.einsum("dn,n->d", units, equal * paired), units[:, paired].sum(axis=1))
    return Measures(
        agreement=share,
        alpha=1 - _divide(observed, expected),
        gwet=_gwet(counts, units, coding.weights),
        observed=observed,
        expected=expected,
    )


def _disagreement(
    counts: np.ndarray, units: np.ndarray, distances: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    totals = np.einsum("dn,nv->dv", units, counts)
    n = totals.sum(axis=1)
    if distances is None:
        together, apart = _ordinal_sums(counts, units, totals)
    else:
        # A unit's own disagreement does not vary by draw: sets have too many codes for less.
        own = np.einsum("nv,nv->n", counts @ distances, counts) / _others(counts)
        together = units @ own
        apart = np.einsum("dv,dv->d", totals @ distances, totals)
    return _divide(together, n), _divide(apart, n * (n - 1))


def _ordinal_sums(
    counts: np.ndarray, units: np.ndarray, totals: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    # Coincidences of a unit: its ordered pairs of codes, each pair sharing one code less one.
    ordered = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(counts.shape[1])
    together = np.einsum("dn,nvw->dvw", units, ordered / _others(counts)[:, None, None])
    # The ordinal distance counts the codes that lie between two steps, so it varies by draw.
    places = totals.cumsum(axis=1) - totals / 2
    distances = (places[:, :, None] - places[:, None, :]) ** 2
    apart = totals[:, :, None] * totals[:, None, :]
    return (together * distances).sum(axis=(1, 2)), (apart * distances).sum(axis=(1, 2))


def _others(counts: np.ndarray) -> np.ndarray:
    others: np.ndarray = np.maximum(counts.sum(axis=1) - 1, 1)
    return others


def _gwet(counts: np.ndarray, units: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    if weights is None:
        return np.full(len(units), np.nan)
    coders = counts.sum(axis=1)
    paired = coders >= FEWEST_CODERS
    pairs = np.where(paired, coders * (coders - 1), 1)
    near = (counts * (np.einsum("nv,vw->nw", counts, weights) - 1)).sum(axis=1) / pairs
    share = _divide(np.einsum("dn,n->d", units, near * paired), units[:, paired].sum(axis=1))
    used = np.einsum("dn,nv->dv", units, counts / coders[:, None]) / units.sum(axis=1)[:, None]
    q = len(weights)
    chance = weights.sum() / (q * (q - 1)) * (used * (1 - used)).sum(axis=1)
    corrected: np.ndarray = (share - chance) / (1 - chance)
    return corrected


def _divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    # Zero over zero is no number: nothing to agree on.
    whole = np.full(len(numerator), np.nan)
    shares: np.ndarray = np.divide(numerator, denominator, out=whole, where=denominator > 0)
    return shares
