"""The reference distribution of a permutation test: counted, listed or sampled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from replication.estimators.arrangements import (
    MAX_WORK,
    count_by_sum,
    counting_work,
    drawn_arrangements,
    listed_arrangements,
)
from replication.estimators.clusters import within_clusters
from replication.estimators.ties import SHARE, cleared, from_least, settled, stored

# Singular values this small, relative to the largest, are rounding error.
_ZERO = 1e-9


@dataclass(frozen=True)
class PermutationProblem:
    """A treatment whose arrangements are in question.

    Attributes
    ----------
    outcome, treatment : ndarray, shape (n,)
    blocks : ndarray of int, shape (n,)
        Numbered from zero.
    basis : ndarray, shape (n, q)
        Orthonormal basis of constant, block means and covariates.
    outcome_left, treatment_left : ndarray, shape (n,)
        Residuals from the basis, exactly zero where they are rounding error.
    adjusted : bool
        Whether there are covariates beside the blocks.
    tie : float
        Correlations closer than this are equal.
    """

    outcome: np.ndarray
    treatment: np.ndarray
    blocks: np.ndarray
    basis: np.ndarray
    outcome_left: np.ndarray
    treatment_left: np.ndarray
    adjusted: bool
    tie: float

    @property
    def slope(self) -> float:
        """Least-squares slope of the outcome on the treatment, given the basis."""
        own = self.treatment_left @ self.treatment_left
        return float(self.treatment_left @ self.outcome_left / own)

    @property
    def is_perfect(self) -> bool:
        """Whether the treatment, given the basis, leaves nothing of the outcome but rounding."""
        left = self.outcome_left - self.slope * self.treatment_left
        return not cleared(left, self.outcome_left, self.outcome).any()

    def correlation(self, effect: float) -> float:
        """Partial correlation of treatment and outcome less `effect`; at infinity minus one."""
        if np.isinf(effect):
            return -1.0
        left = self.outcome_left - effect * self.treatment_left
        product = np.linalg.norm(left) * np.linalg.norm(self.treatment_left)
        return float(left @ self.treatment_left / product) if product > 0 else 0.0


@dataclass(frozen=True)
class ReferenceDistribution:
    """What every arrangement makes of the residuals, so that any additive effect can be tested.

    Attributes
    ----------
    cross, own : ndarray, shape (m,)
        Products of the arranged treatment with the residual outcome and the residual treatment.
    squares : tuple of three ndarray, shape (m,) or ()
        Square of the residual outcome, its product with the residual treatment, and square of the
        latter, after the basis is taken out of the arranged residuals.
    weight : ndarray, shape (m,)
        Shares of the arrangements; sum to one.
    complete : bool
        Whether no arrangement is left out.
    """

    cross: np.ndarray
    own: np.ndarray
    squares: tuple[np.ndarray, np.ndarray, np.ndarray]
    weight: np.ndarray
    complete: bool

    def correlations(self, problem: PermutationProblem, effect: float) -> np.ndarray:
        """Partial correlations under `effect`, shape (m,)."""
        outcome, mixed, treatment = self.squares
        if np.isinf(effect):
            product, square = -self.own, treatment
        else:
            product = self.cross - effect * self.own
            square = outcome - 2 * effect * mixed + effect**2 * treatment
        size = np.sqrt(np.maximum(square, 0.0)) * np.linalg.norm(problem.treatment_left)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(size > 0, product / size, 0.0)


def reduce_to_residuals(
    outcome: np.ndarray, treatment: np.ndarray, covariates: np.ndarray, blocks: np.ndarray
) -> PermutationProblem:
    """Take constant, block means and covariates, shape (n, q), out of outcome and treatment."""
    # Where arrangements tie, and so where the limits lie, is told to the digits that the values have.
    near_outcome, near_treatment = from_least(outcome), from_least(treatment)
    columns = [from_least(column) for column in covariates.T]
    covariates = np.column_stack([np.empty((len(outcome), 0)), *columns])
    means = (blocks[:, None] == np.unique(blocks)).astype(float)
    means /= np.sqrt(means.sum(axis=0))
    within = within_clusters(covariates, blocks)
    scale = np.abs(within).max(axis=0, initial=0.0)
    left, sizes, _ = np.linalg.svd(within / np.where(scale > 0, scale, 1.0), full_matrices=False)
    basis = np.column_stack([means, left[:, sizes > _ZERO * max(1.0, sizes.max(initial=0.0))]])
    outcome_left = _residuals(near_outcome, blocks, basis)
    treatment_left = _residuals(near_treatment, blocks, basis)
    return PermutationProblem(
        outcome=outcome,
        treatment=treatment,
        blocks=blocks,
        basis=basis,
        outcome_left=outcome_left,
        treatment_left=treatment_left,
        adjusted=covariates.shape[1] > 0,
        tie=SHARE + _lost(near_outcome, outcome_left) + _lost(near_treatment, treatment_left),
    )


def labels_of(problem: PermutationProblem) -> np.ndarray:
    """Give each unit the number of its treatment code, with covariates of its pair of residuals."""
    arranged = problem.treatment[:, None]
    if problem.adjusted:
        residuals = (problem.outcome_left, problem.treatment_left)
        arranged = np.column_stack([settled(left) for left in residuals])
    return np.unique(arranged, axis=0, return_inverse=True)[1].reshape(-1)


def counted_pairs(problem: PermutationProblem) -> ReferenceDistribution | None:
    """Count arrangements by both products; None where codes or their number do not allow it."""
    codes = _whole_numbers(problem)
    if codes is None:
        return None
    outcome, treatment, unit = codes
    # Both sums in one whole number: the second is always smaller than the width.
    width = int(treatment @ treatment) + 1
    brings = outcome * width + treatment
    counted = _counted(problem.blocks, treatment, brings)
    if counted is None:
        return None
    sums, weight = counted
    cross = sums // width - _expected(problem.blocks, outcome, treatment)
    own = sums % width - _expected(problem.blocks, treatment, treatment)
    return _unadjusted(problem, unit[0] * unit[1] * cross, unit[1] ** 2 * own, weight)


def counted_sums(problem: PermutationProblem) -> ReferenceDistribution | None:
    """Count arrangements by the first product alone, which tests no effect but zero."""
    codes = _whole_numbers(problem)
    if codes is None:
        return None
    outcome, treatment, unit = codes
    counted = _counted(problem.blocks, outcome, treatment)
    if counted is None:
        return None
    sums, weight = counted
    cross = unit[0] * unit[1] * (sums - _expected(problem.blocks, outcome, treatment))
    return _unadjusted(problem, cross, np.zeros(len(cross)), weight)


def listed(problem: PermutationProblem) -> ReferenceDistribution:
    """Go through all arrangements one by one."""
    rows = listed_arrangements(labels_of(problem), problem.blocks)
    return _from_rows(problem, rows, complete=True)


def drawn(
    problem: PermutationProblem, draws: int, rng: np.random.Generator
) -> ReferenceDistribution:
    """Sample arrangements; the observed one is added to them."""
    return _from_rows(problem, drawn_arrangements(problem.blocks, draws, rng), complete=False)


def _residuals(values: np.ndarray, blocks: np.ndarray, basis: np.ndarray) -> np.ndarray:
    deviations = within_clusters(values, blocks)
    left = deviations - basis @ (basis.T @ deviations)
    left -= basis @ (basis.T @ left)
    return cleared(left, deviations, values)


def _lost(values: np.ndarray, left: np.ndarray) -> float:
    """Bound what the rounding of the stored values can do to a correlation of their residuals."""
    length = np.linalg.norm(left)
    return float(stored(values) * np.sqrt(len(values)) / length) if length > 0 else 0.0


def _whole_numbers(
    problem: PermutationProblem,
) -> tuple[np.ndarray, np.ndarray, tuple[float, float]] | None:
    if problem.adjusted:
        return None
    columns = []
    units = []
    for values in (problem.outcome, problem.treatment):
        moved = values - values.min()
        if (moved != moved.round()).any() or moved.max() > MAX_WORK:
            return None
        unit = int(np.gcd.reduce(moved.astype(int)))
        columns.append(moved.astype(int) // unit)
        units.append(float(unit))
    return columns[0], columns[1], (units[0], units[1])


def _counted(
    blocks: np.ndarray, arranged: np.ndarray, brings: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    values = np.unique(arranged)
    parts = []
    for block in np.unique(blocks):
        own = blocks == block
        counts = [int((arranged[own] == value).sum()) for value in values]
        parts.append((counts, np.outer(brings[own], values)))
    if sum(counting_work(*part) for part in parts) > MAX_WORK:
        return None
    sums, weight = np.zeros(1, dtype=int), np.ones(1, dtype=float)
    for part in parts:
        ways = count_by_sum(*part)
        found = np.flatnonzero(ways)
        together = (sums[:, None] + found).ravel()
        sums, place = np.unique(together, return_inverse=True)
        share = ways[found] / ways.sum()
        weight = np.bincount(place, np.outer(weight, share).ravel())
    return sums, weight


def _expected(blocks: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    sizes = np.bincount(blocks)
    return float((np.bincount(blocks, first) * np.bincount(blocks, second) / sizes).sum())


def _unadjusted(
    problem: PermutationProblem, cross: np.ndarray, own: np.ndarray, weight: np.ndarray
) -> ReferenceDistribution:
    return ReferenceDistribution(
        cross, own, _squares(problem.outcome_left, problem.treatment_left), weight, complete=True
    )


def _squares(
    outcome: np.ndarray, treatment: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        np.vecdot(outcome, outcome),
        np.vecdot(outcome, treatment),
        np.vecdot(treatment, treatment),
    )


def _from_rows(
    problem: PermutationProblem, rows: np.ndarray, *, complete: bool
) -> ReferenceDistribution:
    weight = np.full(len(rows), 1 / len(rows))
    outcome, treatment = problem.outcome_left, problem.treatment_left
    if not problem.adjusted:
        arranged = treatment[rows]
        squares = _squares(outcome, treatment)
        return ReferenceDistribution(
            arranged @ outcome, arranged @ treatment, squares, weight, complete
        )
    arranged = outcome[rows], treatment[rows]
    explained = tuple(values @ problem.basis for values in arranged)
    squares = tuple(
        whole - part
        for whole, part in zip(_squares(outcome, treatment), _squares(*explained), strict=True)
    )
    return ReferenceDistribution(
        arranged[0] @ treatment, arranged[1] @ treatment, squares, weight, complete
    )
