"""Conservative, parsimonious and intermediate solutions with their fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import product

import numpy as np

from replication.estimators.qca.fit import proportional_reduction, subset_share, unique_coverage
from replication.estimators.qca.minimise import minimal_models
from replication.estimators.qca.terms import (
    ANY,
    CROSSOVER,
    Conjunction,
    contains,
    in_order,
    label,
    membership,
)
from replication.estimators.qca.truth_table import TruthTable, chosen


@dataclass(frozen=True)
class SetModel:
    """One union of k terms and how it fits.

    Attributes
    ----------
    terms : tuple of Conjunction, length k
    labels : tuple of str, length k
        The terms written as ``A*~B``.
    consistency, pri, coverage : float
        Of the union.
    term_consistency, term_pri, raw_coverage, unique_coverage : ndarray, shape (k,)
        Of each term. Unique coverage is the share of the outcome no other term covers.
    cases : tuple of tuple of str, length k
        Cases more in than out of each term.
    inconsistent : tuple of tuple of str, length k
        Those of them that are not more in than out of the outcome.
    uncovered : tuple of str
        Cases with the outcome that are in no term.
    assumptions : tuple of str
        Remainders that the model takes to be sufficient. Compare them with those of the negated
        outcome: what appears in both is a contradictory assumption.
    """

    terms: tuple[Conjunction, ...]
    labels: tuple[str, ...]
    consistency: float
    pri: float
    coverage: float
    term_consistency: np.ndarray
    term_pri: np.ndarray
    raw_coverage: np.ndarray
    unique_coverage: np.ndarray
    cases: tuple[tuple[str, ...], ...]
    inconsistent: tuple[tuple[str, ...], ...]
    uncovered: tuple[str, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class Solutions:
    """All minimal models of each kind.

    Attributes
    ----------
    conservative, parsimonious, intermediate : tuple of SetModel
        More than one where the data do not decide between equally simple models; empty where no
        row of the truth table is sufficient.
    note : str
        Why a solution says nothing; empty otherwise.
    """

    conservative: tuple[SetModel, ...]
    parsimonious: tuple[SetModel, ...]
    intermediate: tuple[SetModel, ...]
    note: str


def solve(table: TruthTable, expectations: Mapping[str, int]) -> Solutions:
    """Minimise a truth table with no, with all, and with easy counterfactuals only.

    The conservative (complex) solution uses rows with cases only; the parsimonious one may use any
    remainder; the intermediate one only remainders that the expectations support.

    Parameters
    ----------
    table : TruthTable
    expectations : mapping of str to {0, 1}
        For conditions on which theory takes a side: 1 if their presence, 0 if their absence should
        help to bring about *this* outcome. For the negated outcome turn them round.

    Raises
    ------
    ValueError
        When an expectation names no condition or is not 0 or 1.
    """
    expected = _as_term(expectations, table.names)
    positive, remainders = table.rows_with("1"), table.rows_with("?")
    if not positive:
        return Solutions((), (), (), "no row of the truth table reaches the cut-offs")
    conservative = minimal_models(positive, frozenset())
    parsimonious = minimal_models(positive, remainders)
    # Each pair of models has its own easy counterfactuals; many pairs agree in the end.
    intermediate: dict[tuple[Conjunction, ...], None] = {}
    for narrow, wide in product(conservative, parsimonious):
        easy = easy_counterfactuals(narrow, wide, remainders, expected)
        intermediate.update(dict.fromkeys(minimal_models(positive, easy)))
    return Solutions(
        conservative=tuple(_fitted(table, terms) for terms in conservative),
        parsimonious=tuple(_fitted(table, terms) for terms in parsimonious),
        intermediate=tuple(_fitted(table, terms) for terms in intermediate),
        note="" if table.rows_with("0") else "every row with cases is sufficient",
    )


def easy_counterfactuals(
    conservative: Sequence[Conjunction],
    parsimonious: Sequence[Conjunction],
    remainders: AbstractSet[Conjunction],
    expected: Conjunction,
) -> frozenset[Conjunction]:
    """Remainders that an intermediate solution may use.

    Ragin and Sonnett (2005); Ragin (2008, chapter 9); the same rule as in the R package QCA 3.25.
    A conservative term inside a parsimonious one may lose those of its conditions that the
    parsimonious term does without and that stand against expectation: had the condition been as
    expected, the outcome would be all the likelier. The remainders inside what is left are easy
    counterfactuals.

    Parameters
    ----------
    conservative, parsimonious : sequence of Conjunction
        The terms of one model each.
    remainders : set of Conjunction
        Rows without (enough) cases.
    expected : Conjunction
        Expected state of each condition, ANY where theory takes no side.
    """
    easy = set()
    for narrow in conservative:
        for wide in (term for term in parsimonious if contains(term, narrow)):
            relaxed = tuple(
                ANY if keep == ANY and ANY not in (value, hoped) and value != hoped else value
                for value, keep, hoped in zip(narrow, wide, expected, strict=True)
            )
            easy |= {row for row in remainders if contains(relaxed, row)}
    return frozenset(easy)


def _as_term(expectations: Mapping[str, int], names: Sequence[str]) -> Conjunction:
    for name, value in expectations.items():
        if name not in names or value not in (0, 1):
            allowed = ", ".join(names)
            raise ValueError(f"expectation {name}: {value}; allowed: 0 or 1 for one of {allowed}")
    return tuple(expectations.get(name, ANY) for name in names)


def _fitted(table: TruthTable, terms: tuple[Conjunction, ...]) -> SetModel:
    outcome, cases = table.outcome, table.case_names
    degrees = np.array([membership(term, table.conditions) for term in terms])
    union = degrees.max(axis=0)
    others = [np.delete(degrees, i, axis=0).max(axis=0, initial=0.0) for i in range(len(terms))]
    pairs = zip(degrees, others, strict=True)
    assumed = {row for row in table.rows_with("?") if any(contains(term, row) for term in terms)}
    inside, occurs = degrees > CROSSOVER, outcome > CROSSOVER
    return SetModel(
        terms=terms,
        labels=tuple(label(term, table.names) for term in terms),
        consistency=subset_share(union, outcome),
        pri=proportional_reduction(union, outcome),
        coverage=subset_share(outcome, union),
        term_consistency=np.array([subset_share(degree, outcome) for degree in degrees]),
        term_pri=np.array([proportional_reduction(degree, outcome) for degree in degrees]),
        raw_coverage=np.array([subset_share(outcome, degree) for degree in degrees]),
        unique_coverage=np.array([unique_coverage(term, rest, outcome) for term, rest in pairs]),
        cases=tuple(chosen(cases, row) for row in inside),
        inconsistent=tuple(chosen(cases, row & ~occurs) for row in inside),
        uncovered=chosen(cases, occurs & ~inside.any(axis=0)),
        assumptions=tuple(label(row, table.names) for row in in_order(assumed)),
    )
