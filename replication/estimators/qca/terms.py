"""Terms: conjunctions of conditions, such as ``DEV*~URB``.

A term is a tuple with one entry a condition: 1 present, 0 absent, ANY where it does not matter. A
row of the truth table is a term without ANY.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from replication.estimators.arguments import checked_names, checked_numbers

Conjunction = tuple[int, ...]

ANY = -1
CROSSOVER = 0.5

# More conditions than this leave most rows without cases, and pure noise then has thousands of
# equally small models, whose enumeration takes minutes.
_MOST_CONDITIONS = 6
_NO_CONDITION = "always"
_PLACE = {1: 0, 0: 1, ANY: 2}


def label(term: Conjunction, names: Sequence[str]) -> str:
    """Write a term as ``A*~B``; a term without conditions is ``always``."""
    used = [(name, value) for name, value in zip(names, term, strict=True) if value != ANY]
    parts = [name if value else f"~{name}" for name, value in used]
    return "*".join(parts) or _NO_CONDITION


def contains(wide: Conjunction, narrow: Conjunction) -> bool:
    """Whether every row that `narrow` covers is covered by `wide`."""
    return all(w in (ANY, v) for w, v in zip(wide, narrow, strict=True))


def in_order(terms: set[Conjunction] | frozenset[Conjunction]) -> tuple[Conjunction, ...]:
    """Terms in a fixed order: at the first condition that differs, present, absent, any."""
    return tuple(sorted(terms, key=lambda term: tuple(_PLACE[value] for value in term)))


def membership(term: Conjunction, conditions: np.ndarray) -> np.ndarray:
    """Degree to which each case is in the term, shape (n,): the smallest of its conditions.

    Parameters
    ----------
    conditions : ndarray, shape (n, c)
        Degrees of membership from 0 to 1.
    """
    used = [(conditions[:, i], value) for i, value in enumerate(term) if value != ANY]
    sides = [column if value else 1 - column for column, value in used]
    return np.min(sides, axis=0) if sides else np.ones(len(conditions))


def checked_sets(
    conditions: np.ndarray, outcome: np.ndarray, names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the arguments as float arrays of shapes (n, c) and (n,).

    Raises
    ------
    ValueError
        When shapes disagree, a degree of membership is missing or outside 0 to 1, names are not
        one a condition and all different, or there are too many conditions.
    """
    names = checked_names("names", names)
    conditions, outcome = (
        checked_numbers(name, values, np.ndim(values), missing_allowed=True, infinite_allowed=True)
        for name, values in (("conditions", conditions), ("outcome", outcome))
    )
    if conditions.ndim != 2 or outcome.shape != conditions.shape[:1] or len(outcome) == 0:  # noqa: PLR2004
        raise ValueError(
            f"conditions have shape {conditions.shape} and outcome {outcome.shape}; "
            "allowed: (n, c) and (n,) with at least one case"
        )
    count = conditions.shape[1]
    if not 1 <= count <= _MOST_CONDITIONS:
        raise ValueError(f"there are {count} conditions; allowed: 1 to {_MOST_CONDITIONS}")
    if len(names) != count or len(set(names)) != count:
        raise ValueError(
            f"names are {', '.join(names) or 'empty'} for {count} conditions; "
            "allowed: one name a condition, none twice"
        )
    reserved = [name for name in names if name == _NO_CONDITION or set(name) & set("~*+")]
    if reserved:
        raise ValueError(
            f"a condition is named {reserved[0]}; allowed: names without ~, * and +, "
            f"but not {_NO_CONDITION}"
        )
    for name, column in [*zip(names, conditions.T, strict=True), ("outcome", outcome)]:
        wrong = column[~((column >= 0) & (column <= 1))]
        if len(wrong):
            raise ValueError(f"{name} has the degree of membership {wrong[0]:g}; allowed: 0 to 1")
    return conditions, outcome
