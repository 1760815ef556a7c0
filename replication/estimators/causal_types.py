"""Cases and numbers in one inference: causal types of a binary cause and outcome, and clues of their process (BIQQ).

After Humphreys and Jacobs (2015, American Political Science Review 109: 653-673; Integrated Inferences, 2023). Each
case is of one of four types: its outcome would be the opposite of the cause (adverse), would follow the cause
(beneficial), would be 0 either way (chronic) or 1 either way (destined). The shares of the types have a Dirichlet
prior.
The cause may come about with a probability of its own in each type (confounding), each with a Beta prior, or with the
same in all. A clue is found with a probability that depends on the type and the cause; it is held fixed or has a Beta
prior.

What the data leave open is only which of two types each case is of, so the posterior is a finite mixture of Dirichlet
distributions. It is summed here term by term: nothing is drawn unless there are too many terms, and nothing is
approximated but the ends of intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import betaln, gammaln, logsumexp

from replication.estimators.arguments import checked_numbers
from replication.estimators.type_cells import Beliefs, TypeCell, cell_of
from replication.estimators.type_mixtures import EffectMixture, ShareMixture

TYPES = ("adverse", "beneficial", "chronic", "destined")
ADVERSE, BENEFICIAL, CHRONIC, DESTINED = range(4)
# Cells by cause and outcome, and the first and second type that fits each.
CELLS = ((0, 0), (0, 1), (1, 0), (1, 1))
FITTING = ((BENEFICIAL, CHRONIC), (ADVERSE, DESTINED), (ADVERSE, CHRONIC), (BENEFICIAL, DESTINED))


@dataclass(frozen=True)
class TypeModel:
    """What is assumed before the data are seen.

    Attributes
    ----------
    shares : ndarray, shape (4,)
        Dirichlet parameters of the shares of `TYPES`; 0 rules a type out (monotonicity: no adverse cases).
    assignment : ndarray, shape (4, 2), or None
        Beta parameters of the probability that the cause is present, by type; None where it is the same in all types.
    clue_mean : ndarray, shape (c, 2, 4)
        Expected probability that each clue is found, by cause and type.
    clue_size : ndarray, shape (c, 2, 4)
        How many cases that expectation is worth; infinite where it is held fixed.
    """

    shares: np.ndarray
    assignment: np.ndarray | None
    clue_mean: np.ndarray
    clue_size: np.ndarray


def type_model(
    shares: np.ndarray,
    assignment: np.ndarray | None = None,
    clue_mean: np.ndarray | None = None,
    clue_size: np.ndarray | float = np.inf,
) -> TypeModel:
    """Check what is assumed, and bring it into shape.

    Parameters
    ----------
    shares : array, shape (4,)
        Zero or above: chronic or destined above zero, adverse only where beneficial is.
    assignment : array of two, or of shape (4, 2), or None
        One pair of Beta parameters for all types, or a pair each.
    clue_mean : array, shape (c, 2, 4), or None
        None where there are no clues.
    clue_size : float or array that broadcasts to the shape of `clue_mean`

    Raises
    ------
    ValueError
        Naming the argument, the value and what is allowed.
    """
    weights = checked_numbers("shares", shares)
    if weights.shape != (4,) or (weights < 0).any() or not _sound(weights):
        raise ValueError(
            f"shares is {weights.tolist()}; allowed: four numbers from 0, chronic or destined above 0, "
            "adverse only where beneficial is"
        )
    if assignment is not None:
        assignment = np.broadcast_to(np.asarray(assignment, dtype=float), (4, 2))
        if not (np.isfinite(assignment) & (assignment > 0)).all():
            raise ValueError(f"assignment is {assignment.tolist()}; allowed: numbers above 0")
    mean = np.empty((0, 2, 4)) if clue_mean is None else checked_numbers("clue_mean", clue_mean, 3)
    if mean.shape[1:] != (2, 4) or ((mean < 0) | (mean > 1)).any():
        raise ValueError(f"clue_mean has shape {mean.shape}; allowed: (c, 2, 4), from 0 to 1")
    size = np.broadcast_to(np.asarray(clue_size, dtype=float), mean.shape)
    learnt = np.isfinite(size)
    if np.isnan(size).any() or (size <= 0).any() or (learnt & ((mean <= 0) | (mean >= 1))).any():
        raise ValueError(
            "clue_size must be above 0, and finite only where clue_mean lies between 0 and 1"
        )
    return TypeModel(weights, assignment, mean, size)


def _sound(shares: np.ndarray) -> bool:
    some = shares[CHRONIC] + shares[DESTINED] > 0
    return bool(some and (shares[BENEFICIAL] > 0 or shares[ADVERSE] <= 0))


def fit_types(
    cause: np.ndarray, outcome: np.ndarray, clues: np.ndarray | None, model: TypeModel
) -> TypePosterior:
    """Give the posterior of the types.

    Parameters
    ----------
    cause, outcome : array, shape (n,)
        0 or 1.
    clues : array, shape (n, c), or None
        1 found, 0 looked for and not found, NaN not looked for; None where no clue is.

    Raises
    ------
    ValueError
        For other values, shapes that disagree, or data that no type left can bring about.
    """
    x, y = checked_numbers("cause", cause), checked_numbers("outcome", outcome)
    n_clues = len(model.clue_mean)
    seen = np.full((len(x), n_clues), np.nan) if clues is None else np.asarray(clues, dtype=float)
    if y.shape != x.shape or seen.shape != (len(x), n_clues):
        raise ValueError(
            f"cause has shape {x.shape}, outcome {y.shape}, clues {seen.shape}; allowed: (n,), (n,), (n, {n_clues})"
        )
    for name, values in (("cause", x), ("outcome", y), ("clues", seen[~np.isnan(seen)])):
        if other := np.setdiff1d(values, (0.0, 1.0)).tolist():
            raise ValueError(f"{name} has the value {other[0]:g}; allowed: 0 and 1")
    rows = [np.flatnonzero((x == a) & (y == b)) for a, b in CELLS]
    cells = [cell_of(seen[own], _beliefs(model, place)) for place, own in enumerate(rows)]
    counts = _counts(cells)
    log_terms = _log_terms(cells, counts, model)
    evidence = float(logsumexp(log_terms))
    if not np.isfinite(evidence):
        raise ValueError(
            "no type that is left can bring about these data; allowed: data with a probability"
        )
    return TypePosterior(
        model, tuple(rows), tuple(cells), counts, np.exp(log_terms - evidence), evidence
    )


def _beliefs(model: TypeModel, place: int) -> Beliefs:
    (x, _), types = CELLS[place], list(FITTING[place])
    return Beliefs(model.clue_mean[:, x, types].T, model.clue_size[:, x, types].T)


def _counts(cells: list[TypeCell]) -> np.ndarray:
    """Cases of each type without and with the cause, for every split of all cells, shape (m, 4, 2)."""
    splits = np.indices([cell.n + 1 for cell in cells]).reshape(len(cells), -1)
    counts = np.zeros((splits.shape[1], 4, 2), dtype=int)
    for place, (cell, (x, _), (first, second)) in enumerate(
        zip(cells, CELLS, FITTING, strict=True)
    ):
        counts[:, first, x] += splits[place]
        counts[:, second, x] += cell.n - splits[place]
    return counts


def _log_terms(cells: list[TypeCell], counts: np.ndarray, model: TypeModel) -> np.ndarray:
    """Log weight of every split of all cells: its own, that of the shares, that of the assignment."""
    splits = np.indices([cell.n + 1 for cell in cells]).reshape(len(cells), -1)
    log = np.zeros(splits.shape[1])
    for cell, split in zip(cells, splits, strict=True):
        log += cell.log_weight[split]
    totals = counts.sum(axis=2)
    held = model.shares > 0
    prior, whole = model.shares[held], model.shares.sum()
    log += (gammaln(prior + totals[:, held]) - gammaln(prior)).sum(axis=1)
    log -= gammaln(whole + totals[0].sum()) - gammaln(whole)
    log[totals[:, ~held].any(axis=1)] = -np.inf
    if model.assignment is not None:
        absent, present = counts[:, :, 0], counts[:, :, 1]
        a, b = model.assignment.T
        log += (betaln(a + present, b + absent) - betaln(a, b)).sum(axis=1)
    return log


@dataclass(frozen=True)
class TypePosterior:
    """The posterior as a mixture over how many cases of each type there are.

    Attributes
    ----------
    model : TypeModel
    rows : tuple of ndarray
        Cases of each of `CELLS`.
    cells : tuple of TypeCell
    counts : ndarray of int, shape (m, 4, 2)
        Cases of each type without and with the cause, by term of the mixture.
    weight : ndarray, shape (m,)
        Probability of each term.
    log_evidence : float
        Log probability of the data: of outcomes and clues given the causes, and of the causes too where the assignment
        depends on the type.
    """

    model: TypeModel
    rows: tuple[np.ndarray, ...]
    cells: tuple[TypeCell, ...]
    counts: np.ndarray
    weight: np.ndarray
    log_evidence: float

    @cached_property
    def effect(self) -> EffectMixture:
        """Distribution of the average effect, the share of beneficial less that of adverse cases."""
        totals = self._totals[:, [BENEFICIAL, ADVERSE]]
        prior = self.model.shares[[BENEFICIAL, ADVERSE]]
        return EffectMixture.of(totals, self.weight, prior, self._size)

    def share(self, kind: int) -> ShareMixture:
        """Distribution of the share of one type."""
        return ShareMixture.of(
            self._totals[:, kind], self.weight, self.model.shares[kind], self._size
        )

    @cached_property
    def case_probabilities(self) -> np.ndarray:
        """Probability that each case is of each type, shape (n, 4)."""
        out = np.zeros((sum(map(len, self.rows)), 4))
        for place, (cell, own) in enumerate(zip(self.cells, self.rows, strict=True)):
            if not cell.n:
                continue
            first, second = FITTING[place]
            chance = cell.first @ self._split_probabilities(place)
            out[own, first] = chance[cell.pattern]
            out[own, second] = 1 - chance[cell.pattern]
        return out

    @cached_property
    def assignment_mean(self) -> np.ndarray:
        """Posterior mean of the probability of the cause in each type, shape (4,); NaN where it is the same in all."""
        if self.model.assignment is None:
            return np.full(4, np.nan)
        a, b = self.model.assignment.T
        chance = (a + self.counts[:, :, 1]) / (a + b + self.counts.sum(axis=2))
        mean: np.ndarray = self.weight @ chance
        return mean

    def clue(self, number: int, x: int, kind: int) -> tuple[float, float]:
        """Posterior mean and standard deviation of the probability of a clue, for a cause and a type."""
        place = next(
            i
            for i, ((a, _), fit) in enumerate(zip(CELLS, FITTING, strict=True))
            if a == x and kind in fit
        )
        mean, size = self.model.clue_mean[number, x, kind], self.model.clue_size[number, x, kind]
        cell = self.cells[place]
        if np.isinf(size):
            return float(mean), 0.0
        if not len(cell.split):
            return float(mean), float(np.sqrt(mean * (1 - mean) / (size + 1)))
        # A number of cases that cannot be has no weight.
        log_weight = np.where(np.isfinite(cell.log_weight), cell.log_weight, 0.0)
        part = np.exp(cell.log_part - log_weight[cell.split])
        weight = part * self._split_probabilities(place)[cell.split]
        seen = cell.seen[:, FITTING[place].index(kind), number]
        a, whole = size * mean + seen[:, 1], size + seen.sum(axis=1)
        first = float(weight @ (a / whole))
        second = float(weight @ (a * (a + 1) / (whole * (whole + 1))))
        return first, float(np.sqrt(max(0.0, second - first**2)))

    def _split_probabilities(self, place: int) -> np.ndarray:
        """Posterior probability of each split of one cell, shape (n + 1,)."""
        sizes = [cell.n + 1 for cell in self.cells]
        axes = tuple(i for i in range(len(sizes)) if i != place)
        probability: np.ndarray = self.weight.reshape(sizes).sum(axis=axes)
        return probability

    @cached_property
    def _totals(self) -> np.ndarray:
        totals: np.ndarray = self.counts.sum(axis=2)
        return totals

    @property
    def _size(self) -> float:
        return float(self.model.shares.sum() + self._totals[0].sum())
