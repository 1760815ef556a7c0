"""What every method asks of its arguments, and why a design cannot be estimated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from replication.estimators.ties import STORED

# Name of the first term of a regression with a constant.
CONSTANT = "const"
Alternative = Literal["two-sided", "greater", "less"]

# Columns less their mean are scaled to a largest value of one before they are compared.
_RANK_TOLERANCE = 1e-9
_WEIGHT_TOLERANCE = 1e-6


def checked_numbers(
    name: str,
    values: Any,
    ndim: int = 1,
    *,
    missing_allowed: bool = False,
    infinite_allowed: bool = False,
) -> np.ndarray:
    """Return `values` as an array of floats with `ndim` axes.

    Whatever pandas takes for missing (NaN, None, NA) is NaN, and so are masked entries.

    Raises
    ------
    ValueError
        For another number of axes, a value that is no number, or one that is missing or infinite
        where that is not allowed.
    """
    numbers = _floats(name, values)
    if numbers.ndim != ndim:
        allowed = ", ".join("nk"[:ndim]) + ("," if ndim == 1 else "")
        raise ValueError(f"{name} has shape {numbers.shape}; allowed: ({allowed})")
    missing, infinite = np.isnan(numbers), np.isinf(numbers)
    wrong = missing & (not missing_allowed) | infinite & (not infinite_allowed)
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = f"row {at[0]}" + (f", column {at[1]}" if ndim > 1 else "")
        raise ValueError(
            f"{name} has a missing or infinite value ({numbers[at]} in {where}); "
            "allowed: finite numbers"
        )
    return numbers


def checked_arrays(outcome: np.ndarray, design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the arguments as float arrays of shapes (n,) and (n, k).

    Raises
    ------
    ValueError
        When shapes disagree or a value is missing, infinite or no number.
    """
    first, second = _floats("outcome", outcome), _floats("design", design)
    if first.ndim != 1 or second.ndim != 2 or len(second) != len(first):  # noqa: PLR2004
        raise ValueError(
            f"outcome has shape {first.shape} and design {second.shape}; allowed: (n,) and (n, k)"
        )
    return checked_numbers("outcome", first), checked_numbers("design", second, 2)


def checked_flags(name: str, values: Any, n: int) -> np.ndarray:
    """Return true and false (or 1 and 0) as an array of bool, shape (n,).

    Raises
    ------
    ValueError
        When there is not one for each of `n` rows, or one is missing or something else.
    """
    numbers = checked_numbers(name, values)
    _check_length(name, numbers, n)
    other = np.setdiff1d(numbers, (0.0, 1.0))
    if len(other):
        raise ValueError(f"{name} has the value {other[0]:g}; allowed: true and false")
    flags: np.ndarray = numbers == 1
    return flags


def checked_labels(name: str, labels: Any, n: int) -> tuple[list[Any], np.ndarray]:
    """Return the different labels in ascending order, and the place of each row among them.

    Parameters
    ----------
    name : str
        What the argument is called.
    labels : sequence of length n
        All numbers, all strings, or all of one kind that sorts.
    n : int
        Rows there are.

    Returns
    -------
    different : list, length m
    place : ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        When there is not one label for each row, a label is missing, or they are of two kinds.
    """
    cells = np.asarray(_unmasked(labels), dtype=object)
    _check_length(name, cells, n)
    made_text = isinstance(labels, np.ndarray) and labels.dtype.kind == "U"
    missing = pd.isna(cells) | (np.isin(cells, ["nan", "None", "<NA>"]) if made_text else False)
    if missing.any():
        row = int(np.flatnonzero(missing)[0])
        raise ValueError(
            f"{name} has no label in row {row} ({cells[row]!r}); allowed: a label for each row"
        )
    kinds = {_kind(cell): cell for cell in cells.tolist()}
    if len(kinds) > 1:
        examples = " and ".join(repr(cell) for cell in kinds.values())
        raise ValueError(f"{name} has the labels {examples}; allowed: labels of one kind")
    try:
        different = sorted(set(cells.tolist()))
    except TypeError as reason:
        raise ValueError(
            f"{name} has labels such as {cells[0]!r}; allowed: numbers, strings or others that sort"
        ) from reason
    places = {label: place for place, label in enumerate(different)}
    return different, np.array([places[cell] for cell in cells.tolist()], dtype=int)


def check_binary(outcome: np.ndarray) -> None:
    """Raise ValueError unless every value of `outcome` is 0 or 1."""
    if ((outcome != 0) & (outcome != 1)).any():
        other = np.setdiff1d(outcome, (0.0, 1.0))
        raise ValueError(f"outcome has the value {other[0]:g}; allowed: 0 and 1")


def check_terms(terms: Sequence[str], design: np.ndarray) -> tuple[str, ...]:
    """Return the names of the columns of `design` as a tuple.

    Raises
    ------
    ValueError
        Unless there is one name for each column, a string, none twice and none that of the
        constant.
    """
    names = checked_names("terms", terms)
    if len(names) != design.shape[1] or len(set(names)) != len(names):
        raise ValueError(
            f"terms are {', '.join(names) or 'empty'} for {design.shape[1]} columns; "
            "allowed: one name a column, none twice"
        )
    if CONSTANT in names:
        raise ValueError(f"a term is named {CONSTANT}; allowed: any name but that of the constant")
    return names


def checked_names(name: str, values: Iterable[str]) -> tuple[str, ...]:
    """Return names as a tuple of strings.

    Raises
    ------
    ValueError
        For a name that is no string.
    """
    names = tuple(values)
    other = [value for value in names if not isinstance(value, str)]
    if other:
        raise ValueError(f"{name} has {other[0]!r}; allowed: names as strings")
    return tuple(str(value) for value in names)


def check_level(level: float) -> None:
    """Raise ValueError unless `level` can be the confidence level of an interval."""
    if not isinstance(level, Real) or not 0 < level < 1:
        raise ValueError(f"level is {level}; allowed: between 0 and 1")


def check_alternative(alternative: str) -> None:
    """Raise ValueError unless `alternative` names the side of a test."""
    if alternative not in get_args(Alternative):
        allowed = ", ".join(get_args(Alternative))
        raise ValueError(f"alternative is {alternative!r}; allowed: {allowed}")


def check_whole(name: str, value: int, least: int = 1) -> None:
    """Raise ValueError unless `value` is a whole number and at least `least`."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {value}; allowed: {least} and more, a whole number")


def check_column(name: str, column: int, columns: int) -> None:
    """Raise ValueError unless `column` is the position of one of so many columns."""
    if not isinstance(column, Integral) or isinstance(column, bool) or not 0 <= column < columns:
        raise ValueError(f"{name} is {column}; allowed: a column, 0 to {columns - 1}")


def with_constant(design: np.ndarray) -> np.ndarray:
    """Put a column of ones before the design."""
    return np.column_stack([np.ones(len(design)), design])


def why_not_estimable(x: np.ndarray, terms: Sequence[str]) -> str:
    """Say in plain words why the columns of `x` do not determine their coefficients.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        Design with its constant as the first column. Origin and unit of the others do not matter.
    terms : sequence of str, length k
        Names of the columns of `x`.

    Returns
    -------
    str
        Empty where `x` has full column rank; otherwise names the columns at fault. One
        factorisation tells whether there are any; naming them takes one a column.
    """
    if len(x) < x.shape[1]:
        return f"{len(x)} observations are fewer than {x.shape[1]} terms"
    columns, rounding = _comparable(x)
    tolerance = np.sqrt(len(x)) * (_RANK_TOLERANCE + rounding + np.maximum.accumulate(rounding))
    if (np.abs(np.diag(np.linalg.qr(columns, mode="r"))) > tolerance).all():
        return ""
    faults = []
    kept: list[int] = []
    for column in range(x.shape[1]):
        weights = np.linalg.lstsq(columns[:, kept], columns[:, column], rcond=None)[0]
        residual = columns[:, column] - columns[:, kept] @ weights
        if np.linalg.norm(residual) > tolerance[column]:
            kept.append(column)
        else:
            sources = np.array(kept, dtype=int)[np.abs(weights) > _WEIGHT_TOLERANCE]
            faults.append(_dependence(terms, column, sources.tolist()))
    return "; ".join(faults)


def _floats(name: str, values: Any) -> np.ndarray:
    try:
        return np.asarray(_unmasked(values), dtype=float)
    except (TypeError, ValueError):
        pass
    try:
        cells = np.asarray(_unmasked(values), dtype=object)
        missing = np.asarray(pd.isna(cells), dtype=bool)
        return np.where(missing, np.nan, cells).astype(float)
    except (TypeError, ValueError) as reason:
        raise ValueError(f"{name} has a value that is no number ({reason})") from reason


def _unmasked(values: Any) -> Any:
    # NumPy drops a mask without a word and hands out what lies beneath.
    if isinstance(values, np.ma.MaskedArray):
        cells = values.data.astype(object)
        cells[np.ma.getmaskarray(values)] = None
        return cells
    return values


def _check_length(name: str, values: np.ndarray, n: int) -> None:
    if values.shape != (n,):
        raise ValueError(f"{name} has shape {values.shape}; allowed: ({n},), a value for each row")


def _kind(cell: Any) -> type:
    return next((kind for kind in (Real, str) if isinstance(cell, kind)), type(cell))


def _comparable(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns less their mean, the first aside, with a largest value of one, and their rounding."""
    columns = np.array(x, dtype=float)
    columns[:, 1:] -= columns[:, 1:].mean(axis=0)
    spread = np.abs(columns).max(axis=0)
    lost = STORED * np.abs(x).max(axis=0)
    flat = spread <= lost
    unit = np.where(flat, 1.0, spread)
    return np.where(flat, 0.0, columns / unit), np.where(flat, 0.0, lost / unit)


def _dependence(terms: Sequence[str], column: int, sources: list[int]) -> str:
    if sources in ([], [0]):
        return f"{terms[column]} is constant"
    others = " and ".join(terms[source] for source in sources if source)
    return f"{terms[column]} is a linear combination of {others}"
