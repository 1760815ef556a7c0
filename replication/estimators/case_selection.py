"""Which cases to study closely, by the standard rules of case selection.

The rules are those of Seawright and Gerring (2008, Political Research Quarterly 61: 294-308) and
Lieberman (2005, American Political Science Review 99: 435-452) where no other source stands with
one. Every function ranks all cases, so that a case chosen on other grounds can be placed among
them. Residuals are outcome minus predicted probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, get_args

import numpy as np

from replication.estimators.arguments import checked_names, checked_numbers
from replication.estimators.ties import settled, slack, stored

Distance = Literal["mahalanobis", "gower"]

# Eigenvalues of the correlations below this share of the largest are zero up to rounding.
_COLLINEAR = 1e-10


@dataclass(frozen=True)
class Ranking:
    """Cases, or pairs of cases, in the order given, with their place under one rule.

    Attributes
    ----------
    rule : str
        What was ranked, in plain words.
    ids : tuple of str, or tuple of pairs of str, length m
    score : ndarray, shape (m,)
        What the rule ranks by.
    rank : ndarray of int, shape (m,)
        1 for the first choice; equal scores share the smaller rank; 0 where the rule excludes it.
    """

    rule: str
    ids: tuple[str, ...] | tuple[tuple[str, str], ...]
    score: np.ndarray
    rank: np.ndarray


def typical(ids: Sequence[str], outcome: np.ndarray, predicted: np.ndarray) -> Ranking:
    """Rank cases by how well the model predicts them: the best place to see its mechanism at work.

    Parameters
    ----------
    ids : sequence of str, length n
    outcome : ndarray, shape (n,)
    predicted : ndarray, shape (n,)
        Predicted values, for a binary outcome probabilities.

    Raises
    ------
    ValueError
        When lengths differ, an id occurs twice or a number is missing or infinite.
    """
    outcome, predicted = _checked(ids, outcome=outcome, predicted=predicted)
    rounding, residual = stored(np.concatenate([outcome, predicted])), np.abs(outcome - predicted)
    return _ranked("smallest residual", ids, residual, rounding, largest_first=False)


def deviant(ids: Sequence[str], outcome: np.ndarray, predicted: np.ndarray) -> Ranking:
    """Rank cases by how badly the model predicts them: the place to look for what it leaves out.

    Arguments and errors as for `typical`.
    """
    outcome, predicted = _checked(ids, outcome=outcome, predicted=predicted)
    rounding, residual = stored(np.concatenate([outcome, predicted])), np.abs(outcome - predicted)
    return _ranked("largest residual", ids, residual, rounding)


def extreme(ids: Sequence[str], values: np.ndarray) -> Ranking:
    """Rank cases by their distance from the mean of one variable, in standard deviations.

    The score is zero throughout for a variable that does not vary.

    Parameters
    ----------
    ids : sequence of str, length n
    values : ndarray, shape (n,)
    """
    (values,) = _checked(ids, values=values)
    score, rounding = np.zeros(len(values)), 0.0
    if len(values) and np.ptp(values) > stored(values):
        deviation = values.std(ddof=1)
        score, rounding = np.abs(values - values.mean()) / deviation, stored(values) / deviation
    return _ranked("farthest from the mean", ids, score, rounding)


def influential(ids: Sequence[str], change: np.ndarray) -> Ranking:
    """Rank cases by how far an estimate moves when the case is left out, either way.

    Parameters
    ----------
    ids : sequence of str, length n
    change : ndarray, shape (n,)
        Estimate without the case minus estimate with it.
    """
    (change,) = _checked(ids, change=change)
    return _ranked("largest change of the estimate without the case", ids, np.abs(change))


def pathway(
    ids: Sequence[str], outcome: np.ndarray, predicted: np.ndarray, predicted_without: np.ndarray
) -> Ranking:
    """Rank cases by how much the explanation of interest improves their prediction.

    The score is the absolute residual without the explanation minus that with it (Weller and Barnes
    2014, Finding Pathways). Cases it does not bring closer are excluded (Gerring 2007, Comparative
    Political Studies 40: 231-253).

    Parameters
    ----------
    ids : sequence of str, length n
    outcome : ndarray, shape (n,)
    predicted, predicted_without : ndarray, shape (n,)
        From the model with the explanation and from the same model without it.
    """
    outcome, full, reduced = _checked(
        ids, outcome=outcome, predicted=predicted, predicted_without=predicted_without
    )
    gain = np.abs(outcome - reduced) - np.abs(outcome - full)
    given = np.concatenate([outcome, reduced, full])
    gain = np.where(np.abs(gain) > slack(given), gain, 0.0)
    rule = "prediction gains most from the explanation"
    return _ranked(rule, ids, gain, stored(given), eligible=gain > 0)


def most_similar_pairs(
    ids: Sequence[str],
    treatment: np.ndarray,
    controls: np.ndarray,
    distance: Distance = "mahalanobis",
) -> Ranking:
    """Rank pairs of cases that differ in the explanation by how alike they are in all else.

    Matching for most-similar cases after Nielsen (2016, Sociological Methods and Research 45:
    569-597). Mahalanobis distance allows for correlated controls, also collinear ones; Gower's
    (1971, Biometrics 27: 857-871) is the mean difference as a share of each control's range. A
    control that does not vary counts for nothing.

    Parameters
    ----------
    ids : sequence of str, length n
    treatment : ndarray, shape (n,)
        Zeros and ones.
    controls : ndarray, shape (n, c)
    distance : {"mahalanobis", "gower"}

    Returns
    -------
    Ranking
        All pairs of a treated and an untreated case, the treated one first.

    Raises
    ------
    ValueError
        As for `typical`, or when the treatment is not binary or the distance unknown.
    """
    (treatment,) = _checked(ids, treatment=treatment)
    other = np.setdiff1d(treatment, (0.0, 1.0))
    if len(other):
        raise ValueError(f"treatment has the value {other[0]:g}; allowed: 0 and 1")
    controls = checked_numbers("controls", controls, np.ndim(controls))
    if controls.ndim != 2 or len(controls) != len(ids) or not controls.shape[1]:  # noqa: PLR2004
        raise ValueError(
            f"controls have shape {controls.shape}; allowed: ({len(ids)}, c) with a control or more"
        )
    pairs = [
        (i, j) if treatment[i] else (j, i)
        for i, j in combinations(range(len(ids)), 2)
        if treatment[i] != treatment[j]
    ]
    names = [(ids[i], ids[j]) for i, j in pairs]
    score, rounding = _distances(controls, pairs, distance)
    rule = "most alike but for the explanation"
    return _ranked(rule, names, score, rounding, largest_first=False)


def standing(values: np.ndarray) -> np.ndarray:
    """Place of each case on one variable, from 0 (lowest) to 1 (highest), shape (n,).

    The share of the other cases below it plus half of those level with it.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Two cases or more; NaN where a case has no value: its place is NaN and it counts for no
        other.
    """
    values = checked_numbers("values", values, missing_allowed=True)
    known = ~np.isnan(values)
    values[known] = settled(values[known])
    others = known.sum() - 1
    place = np.full(len(values), np.nan)
    if others > 0:
        below = (values[known][:, None] > values[known]).sum(axis=1)
        level = (values[known][:, None] == values[known]).sum(axis=1) - 1
        place[known] = (below + level / 2) / others
    return place


def _checked(ids: Sequence[str], **columns: np.ndarray) -> list[np.ndarray]:
    ids = checked_names("ids", ids)
    if len(set(ids)) != len(ids):
        twice = next(name for name in ids if list(ids).count(name) > 1)
        raise ValueError(f"the case {twice} occurs twice; allowed: each id once")
    arrays = []
    for name, column in columns.items():
        array = checked_numbers(name, column, np.ndim(column))
        if array.shape != (len(ids),):
            raise ValueError(f"{name} has shape {array.shape}; allowed: ({len(ids)},)")
        arrays.append(array)
    return arrays


def _ranked(
    rule: str,
    ids: Sequence[Any],
    score: np.ndarray,
    rounding: float = 0.0,
    *,
    largest_first: bool = True,
    eligible: np.ndarray | None = None,
) -> Ranking:
    keys = settled(-score if largest_first else score, rounding)
    taken = np.ones(len(keys), dtype=bool) if eligible is None else eligible
    rank = np.array([1 + (keys[taken] < key).sum() for key in keys], dtype=int)
    return Ranking(rule, tuple(ids), score, np.where(taken, rank, 0))


def _distances(
    controls: np.ndarray, pairs: Sequence[tuple[int, int]], distance: Distance
) -> tuple[np.ndarray, float]:
    """Distance of each pair, and how far rounding of the controls may move it."""
    if distance not in get_args(Distance):
        raise ValueError(f"distance is {distance}; allowed: {', '.join(get_args(Distance))}")
    spread = np.ptp(controls, axis=0) if len(controls) else np.zeros(controls.shape[1])
    varying = controls[:, [gap > stored(one) for gap, one in zip(spread, controls.T, strict=True)]]
    if not pairs or not varying.shape[1]:
        return np.zeros(len(pairs)), 0.0
    rounding = np.array([stored(one) for one in varying.T])
    varying = varying - varying.mean(axis=0)
    left, right = np.array(pairs).T
    if distance == "gower":
        ranges = np.ptp(varying, axis=0)
        shares = np.abs(varying[left] - varying[right]) / ranges
        return np.mean(shares, axis=1), float(np.mean(rounding / ranges))
    # In standard deviations, so that units do not decide which directions count as constant.
    deviations = varying.std(axis=0, ddof=1)
    scaled, rounding = varying / deviations, rounding / deviations
    correlation = np.atleast_2d(np.corrcoef(varying.T))
    inverse = np.linalg.pinv(correlation, rcond=_COLLINEAR, hermitian=True)
    gaps = scaled[left] - scaled[right]
    squares = np.einsum("pi,ij,pj->p", gaps, inverse, gaps)
    return np.sqrt(np.maximum(squares, 0.0)), float(np.sqrt(rounding @ np.abs(inverse) @ rounding))
