"""Estimate every specification of one chunk, on the data and on every permutation of the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr

from replication.analyses.multiverse_data import SOUGHT, design_columns, formed, permuted_rows
from replication.analyses.multiverse_plan import Chunk, Plan, specifications_of
from replication.estimators.batch import (
    FIRTH_REASONS,
    OLS_REASONS,
    fit_firth_batch,
    fit_ols_batch,
)

# Statistics are kept as whole thousandths: medians to three digits, a sixth of the memory.
STEPS = 1000
NOT_ESTIMATED = np.iinfo(np.int16).min
_FURTHEST = 30.0
SIGNIFICANT = 0.05


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
class _Design:
    """Rows with a complete design, collapsed to distinct patterns.

    Attributes
    ----------
    patterns : ndarray, shape (p, k)
    member : ndarray of bool, shape (n, p)
        Which pattern each case has; no pattern where the design has a gap.
    """

    patterns: np.ndarray
    member: np.ndarray

    @cached_property
    def rows(self) -> np.ndarray:
        return self.member.any(axis=1)


@dataclass(frozen=True)
class _Outcome:
    """One form of the outcome in every world: codes with 0 for missing, and where it is known."""

    codes: np.ndarray
    known: np.ndarray


def fit_chunk(chunk: Chunk, plan: Plan, frame: pd.DataFrame) -> ChunkFit:
    """Estimate the chunk's specifications; `frame` is its `chunk_frame`."""
    worlds = permuted_rows(frame, plan.draws)
    scale = frame[SOUGHT].to_numpy()[worlds]
    outcomes = {form: _outcome(formed(scale, form)) for form in plan.outcomes}
    rows: list[tuple[object, ...]] = []
    roots: list[np.ndarray] = []
    p_values: list[np.ndarray] = []
    for form in plan.forms:
        columns = design_columns(frame, chunk, plan, form)
        for controls in plan.control_sets:
            chosen = [0, *(1 + plan.controls.index(c) for c in controls)]
            design = _collapsed(columns[:, chosen])
            for outcome, estimators in plan.outcomes.items():
                for estimator in estimators:
                    row, root, p_value = _fit(design, outcomes[outcome], estimator)
                    rows.append(row)
                    roots.append(root)
                    p_values.append(p_value)
    table = specifications_of(chunk, plan)
    names = ["estimate", "std_error", "statistic", "p_value", "nobs", "n_events", "reason"]
    table[names] = pd.DataFrame(rows, columns=names, index=table.index)
    statistics = np.array(roots).reshape(len(table), -1)
    significant = np.array(p_values).reshape(len(table), -1) < SIGNIFICANT
    return ChunkFit(table, _thousandths(statistics), significant)


def _outcome(values: np.ndarray) -> _Outcome:
    known = ~np.isnan(values)
    return _Outcome(np.where(known, values, 0.0), known.astype(float))


def _collapsed(columns: np.ndarray) -> _Design:
    complete = ~np.isnan(columns).any(axis=1)
    patterns, index = np.unique(columns[complete], axis=0, return_inverse=True)
    member = np.zeros((len(columns), len(patterns)))
    member[np.flatnonzero(complete), index.ravel()] = 1.0
    return _Design(patterns, member)


def _fit(
    design: _Design, outcome: _Outcome, estimator: str
) -> tuple[tuple[object, ...], np.ndarray, np.ndarray]:
    """One specification in every world: its row, the signed roots and the p-values."""
    used = outcome.known[0] * design.rows
    nobs, events = int(used.sum()), int((outcome.codes[0] * used).sum())
    binary = estimator != "ols_hc3"
    reason = _why_not(design, outcome, used)
    blank = np.full(len(outcome.codes), np.nan)
    if reason:
        return (*[np.nan] * 4, nobs, events if binary else None, reason), blank, blank
    trials, sums = outcome.known @ design.member, outcome.codes @ design.member
    if estimator == "firth":
        fit = fit_firth_batch(design.patterns, trials, sums, tested=0)
        root = np.sign(fit.estimate[:, 1]) * np.sqrt(np.maximum(fit.statistic, 0.0))
        std_error, reasons = fit.std_error[:, 1], FIRTH_REASONS
    else:
        squares = (outcome.codes**2) @ design.member
        fit = fit_ols_batch(design.patterns, trials, sums, squares, tested=0)
        root, std_error, reasons = _normal_root(fit.statistic, fit.dof), fit.std_error, OLS_REASONS
    sound = fit.reason == 0
    root, p_value = np.where(sound, root, np.nan), np.where(sound, fit.p_value, np.nan)
    row = (fit.estimate[0, 1], std_error[0], root[0], p_value[0]) if sound[0] else (np.nan,) * 4
    words = "" if sound[0] else reasons[fit.reason[0]]
    return (*row, nobs, events if binary else None, words), root, p_value


def _why_not(design: _Design, outcome: _Outcome, used: np.ndarray) -> str:
    """Say why the data as found hold nothing to estimate, before any estimator is asked."""
    present = design.member.T @ used > 0
    patterns = design.patterns[present]
    coefficients = design.patterns.shape[1] + 1
    values = outcome.codes[0][used > 0]
    if len(values) < coefficients + 2:
        return "too few cases for the terms"
    if np.ptp(patterns[:, 0]) == 0:
        return "the treatment does not vary"
    if np.ptp(values) == 0:
        return "the outcome does not vary"
    full = np.column_stack([np.ones(len(patterns)), patterns])
    if np.linalg.matrix_rank(full) < coefficients:
        return "terms are collinear"
    return ""


def _normal_root(statistic: np.ndarray, dof: np.ndarray) -> np.ndarray:
    """Turn a t statistic into the normal deviate of the same sign and two-sided p-value."""
    with np.errstate(invalid="ignore"):
        tail = stdtr(dof, -np.abs(statistic))
    return -np.sign(statistic) * ndtri(np.maximum(tail, 1e-200))


def _thousandths(roots: np.ndarray) -> np.ndarray:
    known = ~np.isnan(roots)
    clipped = np.clip(np.where(known, roots, 0.0), -_FURTHEST, _FURTHEST)
    return np.where(known, np.rint(clipped * STEPS), NOT_ESTIMATED).astype(np.int16)
