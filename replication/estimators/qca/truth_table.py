"""The truth table: every combination of the conditions, and what the cases in it show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from replication.estimators.qca.fit import proportional_reduction, subset_share
from replication.estimators.qca.terms import CROSSOVER, Conjunction, checked_sets, membership

# A cut-off of 0.8 is met by 4 of 5 cases whatever the rounding of a sum of degrees.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class TruthTable:
    """All 2**c combinations of c conditions, counted up from all absent.

    Attributes
    ----------
    names : tuple of str, length c
        Names of the conditions.
    case_names : tuple of str, length n
    conditions : ndarray, shape (n, c)
        Degrees of membership the table was built from.
    outcome : ndarray, shape (n,)
        Degrees of membership in the outcome.
    rows : tuple of Conjunction, length 2**c
        Zeros and ones.
    nobs : ndarray of int, shape (2**c,)
        Cases whose membership in the row is above 0.5.
    consistency, pri : ndarray, shape (2**c,)
        Of the row as a sufficient condition, over all cases; NaN for a row without cases.
    output : tuple of str, length 2**c
        "1" where the row counts as sufficient, "0" where it does not, "?" for a remainder: fewer
        cases than the cut-off.
    cases : tuple of tuple of str, length 2**c
        The cases counted in ``nobs``.
    cases_with_outcome : tuple of tuple of str, length 2**c
        Those of them whose membership in the outcome is above 0.5.
    contradictory : ndarray of bool, shape (2**c,)
        Whether the row holds cases with the outcome and cases without it.
    unplaced : tuple of str
        Cases in no row because a condition is exactly 0.5.
    """

    names: tuple[str, ...]
    case_names: tuple[str, ...]
    conditions: np.ndarray
    outcome: np.ndarray
    rows: tuple[Conjunction, ...]
    nobs: np.ndarray
    consistency: np.ndarray
    pri: np.ndarray
    output: tuple[str, ...]
    cases: tuple[tuple[str, ...], ...]
    cases_with_outcome: tuple[tuple[str, ...], ...]
    contradictory: np.ndarray
    unplaced: tuple[str, ...]

    def rows_with(self, output: str) -> frozenset[Conjunction]:
        """Rows whose output is "1", "0" or "?"."""
        pairs = zip(self.rows, self.output, strict=True)
        return frozenset(row for row, value in pairs if value == output)


def truth_table(
    conditions: np.ndarray,
    outcome: np.ndarray,
    names: Sequence[str],
    cases: Sequence[str],
    *,
    consistency_cut: float,
    n_cut: int = 1,
    pri_cut: float = 0.0,
) -> TruthTable:
    """Build the truth table (Ragin 2008, chapter 7).

    For the negated outcome pass ``1 - outcome``: the two tables are not each other's mirror.

    Parameters
    ----------
    conditions : ndarray, shape (n, c)
        Degrees of membership, 0 and 1 for crisp sets.
    outcome : ndarray, shape (n,)
        Degrees of membership in the outcome.
    names : sequence of str, length c
        Names of the conditions.
    cases : sequence of str, length n
        Names of the cases.
    consistency_cut, pri_cut : float
        Smallest consistency and PRI, from 0 to 1, at which a row counts as sufficient.
    n_cut : int
        Fewest cases a row needs; rows with fewer are remainders.

    Raises
    ------
    ValueError
        When the sets, the names or the cut-offs are not as described.
    """
    conditions, outcome = checked_sets(conditions, outcome, names)
    _check(cases, len(outcome))
    _check_cuts(consistency_cut, n_cut, pri_cut)
    rows = tuple(product((0, 1), repeat=conditions.shape[1]))
    degrees = np.array([membership(row, conditions) for row in rows])
    members = degrees > CROSSOVER
    nobs = members.sum(axis=1)
    fits = [(subset_share(row, outcome), proportional_reduction(row, outcome)) for row in degrees]
    consistency, pri = np.where(nobs > 0, np.transpose(fits), np.nan)
    sufficient = (consistency >= consistency_cut - _ROUNDING) & (pri >= pri_cut - _ROUNDING)
    with_outcome = members & (outcome > CROSSOVER)
    return TruthTable(
        names=tuple(names),
        case_names=tuple(cases),
        conditions=conditions,
        outcome=outcome,
        rows=rows,
        nobs=nobs,
        consistency=consistency,
        pri=pri,
        output=tuple(np.where(nobs < n_cut, "?", np.where(sufficient, "1", "0")).tolist()),
        cases=tuple(chosen(cases, row) for row in members),
        cases_with_outcome=tuple(chosen(cases, row) for row in with_outcome),
        contradictory=np.any(with_outcome, axis=1) & np.any(members & ~with_outcome, axis=1),
        unplaced=chosen(cases, ~np.any(members, axis=0)),
    )


def chosen(cases: Sequence[str], selected: np.ndarray) -> tuple[str, ...]:
    """Names of the cases where `selected`, shape (n,), is true."""
    return tuple(case for case, is_in in zip(cases, selected, strict=True) if is_in)


def _check(cases: Sequence[str], n: int) -> None:
    if len(cases) != n or len(set(cases)) != n:
        raise ValueError(
            f"there are {len(cases)} names, {len(set(cases))} of them different, for {n} cases; "
            "allowed: one a case, none twice"
        )


def _check_cuts(consistency_cut: float, n_cut: int, pri_cut: float) -> None:
    for name, cut in (("consistency_cut", consistency_cut), ("pri_cut", pri_cut)):
        if not 0 <= cut <= 1:
            raise ValueError(f"{name} is {cut}; allowed: 0 to 1")
    if n_cut < 1:
        raise ValueError(f"n_cut is {n_cut}; allowed: 1 or more cases")
