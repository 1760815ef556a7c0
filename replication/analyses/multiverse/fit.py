"""Estimate every specification of one chunk, on the data and on every permutation of the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from replication.analyses.multiverse.data import SOUGHT, design_columns, formed, permuted_rows
from replication.analyses.multiverse.plan import SCALE, Chunk, Plan, specifications_of
from replication.estimators.batch import (
    FIRTH_REASONS,
    OLS_REASONS,
    fit_firth_batch,
    fit_ols_batch,
)
from replication.precision import ALPHA, below

# Statistics are kept as whole thousandths: medians to three digits, a sixth of the memory.
STEPS = 1000
NOT_ESTIMATED = np.iinfo(np.int16).min
_FURTHEST = 30.0


@dataclass(frozen=True)
class ChunkFit:
    """All specifications of a chunk.

    Attributes
    ----------
    table : DataFrame
        `specifications_of` the chunk with estimate, std_error, statistic (the signed root: normal
        under the null), p_value, nobs, n_events and reason (empty where estimated).
    statistics : ndarray of int16, shape (s, 1 + draws)
        Signed root in thousandths for the data as found and each permutation; NOT_ESTIMATED where
        a permutation leaves nothing to estimate.
    significant : ndarray of bool, shape (s, 1 + draws)
    """

    table: pd.DataFrame
    statistics: np.ndarray
    significant: np.ndarray


@dataclass(frozen=True)
class _Worlds:
    """The outcome as found and in every permutation.

    Attributes
    ----------
    known : ndarray of 0.0 and 1.0, shape (w, n)
    codes : mapping of str to ndarray, shape (w, n)
        One array a form of the outcome, 0 where it is not known.
    squares : mapping of str to ndarray, shape (w, n)
        The same squared; the same array for an outcome of 0 and 1.
    """

    known: np.ndarray
    codes: dict[str, np.ndarray]
    squares: dict[str, np.ndarray]


@dataclass(frozen=True)
class _ChunkFits:
    """One method on one design: j forms of the outcome in w worlds; NaN where not sound.

    Attributes
    ----------
    estimate, std_error : ndarray, shape (j,)
        On the data as found.
    root, p_value : ndarray, shape (j, w)
    reason : list of str, length j
        On the data as found, empty where sound.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    root: np.ndarray
    p_value: np.ndarray
    reason: list[str]


def fit_chunk(chunk: Chunk, plan: Plan, frame: pd.DataFrame) -> ChunkFit:
    """Estimate the chunk's specifications; `frame` is its `chunk_frame`."""
    rows = permuted_rows(frame, plan.draws)
    scale = frame[SOUGHT].to_numpy()[rows]
    known = ~np.isnan(scale)
    codes = {form: np.where(known, formed(scale, form), 0.0) for form in plan.outcomes}
    squares = {form: values**2 if form == SCALE else values for form, values in codes.items()}
    worlds = _Worlds(known.astype(float), codes, squares)
    table = specifications_of(chunk, plan)
    statistics = np.full((len(table), len(rows)), NOT_ESTIMATED, dtype=np.int16)
    significant = np.zeros(statistics.shape, dtype=bool)
    found: list[tuple[object, ...]] = []
    columns = {form: design_columns(frame, chunk, plan, form) for form in plan.forms}
    for form, controls in chunk.designs(plan):
        chosen = [0, *(1 + plan.controls.index(c) for c in controls)]
        for row, root, p_value in _fit_design(columns[form][:, chosen], worlds, plan):
            statistics[len(found)] = _thousandths(root)
            significant[len(found)] = below(p_value, ALPHA)
            found.append(row)
    names = ["estimate", "std_error", "statistic", "p_value", "nobs", "n_events", "reason"]
    table[names] = pd.DataFrame(found, columns=names, index=table.index)
    return ChunkFit(table, statistics, significant)


def _fit_design(
    columns: np.ndarray, worlds: _Worlds, plan: Plan
) -> list[tuple[tuple[object, ...], np.ndarray, np.ndarray]]:
    """Rows, signed roots and p-values of all outcomes and estimators on one design, in file order.

    All forms of the outcome go into one call of a method: they are known for the same cases.
    """
    patterns, member = _collapsed(columns)
    used = worlds.known[0] * member.any(axis=1)
    reasons = _why_not(patterns[(member.T @ used) > 0], used, worlds.codes)
    trials = worlds.known @ member
    pairs = [(form, how) for form, estimators in plan.outcomes.items() for how in estimators]
    sums = {form: values @ member for form, values in worlds.codes.items()}
    squares = {
        form: sums[form] if values is worlds.codes[form] else values @ member
        for form, values in worlds.squares.items()
    }
    fits: dict[tuple[str, str], tuple[_ChunkFits, int]] = {}
    for method, names in ((_firth, {"firth"}), (_least_squares, {"lpm_hc3", "ols_hc3"})):
        asked = [pair for pair in pairs if pair[1] in names and not reasons[pair[0]]]
        if asked:
            totals = ([of[form] for form, _ in asked] for of in (sums, squares))
            result = method(patterns, np.tile(trials, (len(asked), 1)), *totals)
            fits |= {pair: (result, number) for number, pair in enumerate(asked)}
    return [_row(pair, fits.get(pair), used, worlds, reasons) for pair in pairs]


def _collapsed(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct rows without a gap (p, k), and which of them each case has (n, p)."""
    complete = ~np.isnan(columns).any(axis=1)
    patterns, index = np.unique(columns[complete], axis=0, return_inverse=True)
    member = np.zeros((len(columns), len(patterns)))
    member[np.flatnonzero(complete), index.ravel()] = 1.0
    return patterns, member


def _why_not(
    patterns: np.ndarray, used: np.ndarray, codes: dict[str, np.ndarray]
) -> dict[str, str]:
    """Say for each outcome why the data as found hold nothing to estimate, before any fit."""
    coefficients = 1 + patterns.shape[1]
    if used.sum() < coefficients + 2:
        return dict.fromkeys(codes, "too few cases for the terms")
    if np.ptp(patterns[:, 0]) == 0:
        return dict.fromkeys(codes, "the treatment does not vary")
    full = np.column_stack([np.ones(len(patterns)), patterns])
    otherwise = "" if np.linalg.matrix_rank(full) == coefficients else "terms are collinear"
    constant = {form: np.ptp(values[0, used > 0]) == 0 for form, values in codes.items()}
    return {form: "the outcome does not vary" if constant[form] else otherwise for form in codes}


def _firth(
    patterns: np.ndarray,
    trials: np.ndarray,
    sums: Sequence[np.ndarray],
    squares: Sequence[np.ndarray],  # noqa: ARG001 - one call for both methods
) -> _ChunkFits:
    # Estimates are wanted on the data as found, of the permutations the test alone.
    exact = np.arange(len(trials)) % len(sums[0]) == 0
    fit = fit_firth_batch(patterns, trials, np.concatenate(sums), tested=0, exact=exact)
    root = np.sign(fit.estimate[:, 1]) * np.sqrt(fit.statistic)
    values = fit.estimate[:, 1], fit.std_error[:, 1], root, fit.p_value
    return _by_outcome(len(sums), fit.reason, FIRTH_REASONS, *values)


def _least_squares(
    patterns: np.ndarray,
    trials: np.ndarray,
    sums: Sequence[np.ndarray],
    squares: Sequence[np.ndarray],
) -> _ChunkFits:
    totals = np.concatenate(sums), np.concatenate(squares)
    fit = fit_ols_batch(patterns, trials, *totals, tested=0)
    # The normal deviate of the same sign and two-sided p-value as the t statistic.
    root = -np.sign(fit.statistic) * ndtri(np.maximum(fit.p_value / 2, 1e-200))
    values = fit.estimate[:, 1], fit.std_error, root, fit.p_value
    return _by_outcome(len(sums), fit.reason, OLS_REASONS, *values)


def _by_outcome(
    outcomes: int, reason: np.ndarray, words: Sequence[str], *values: np.ndarray
) -> _ChunkFits:
    """Cut a batch into outcomes and blank what is not sound."""
    estimate, std_error, root, p_value = (
        np.where(reason == 0, v, np.nan).reshape(outcomes, -1) for v in values
    )
    found = [("", *words[1:])[code] for code in reason.reshape(outcomes, -1)[:, 0]]
    return _ChunkFits(estimate[:, 0], std_error[:, 0], root, p_value, found)


def _row(
    pair: tuple[str, str],
    fit: tuple[_ChunkFits, int] | None,
    used: np.ndarray,
    worlds: _Worlds,
    reasons: dict[str, str],
) -> tuple[tuple[object, ...], np.ndarray, np.ndarray]:
    form, estimator = pair
    nobs = int(used.sum())
    events = None if estimator == "ols_hc3" else int(worlds.codes[form][0] @ used)
    if fit is None:
        blank = np.full(len(worlds.known), np.nan)
        return (*[np.nan] * 4, nobs, events, reasons[form]), blank, blank
    found, i = fit
    root, p_value = found.root[i], found.p_value[i]
    numbers = found.estimate[i], found.std_error[i], root[0], p_value[0]
    return (*numbers, nobs, events, found.reason[i]), root, p_value


def _thousandths(roots: np.ndarray) -> np.ndarray:
    known = ~np.isnan(roots)
    clipped = np.clip(np.where(known, roots, 0.0), -_FURTHEST, _FURTHEST)
    return np.where(known, np.rint(np.round(clipped * STEPS, 6)), NOT_ESTIMATED).astype(np.int16)
