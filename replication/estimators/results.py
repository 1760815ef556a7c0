"""The common shape of what an estimator returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Estimates:
    """Per-term results of one fit.

    Attributes
    ----------
    terms : tuple of str, length k
        Names of the terms, the constant first as ``const`` where one is estimated.
    estimate, std_error, statistic, p_value, conf_low, conf_high : ndarray, shape (k,)
        NaN where the quantity does not exist for the method or could not be computed;
        ``note`` then says why. Interval limits may be infinite, which is an answer.
    nobs : int
        Observations used.
    n_events : int or None
        Observations with outcome 1; None for an outcome that is not binary.
    note : tuple of str, length k
        Empty where the row is sound, otherwise the reason in a few plain words.
    """

    terms: tuple[str, ...]
    estimate: np.ndarray
    std_error: np.ndarray
    statistic: np.ndarray
    p_value: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    nobs: int
    n_events: int | None
    note: tuple[str, ...]


def failed(terms: tuple[str, ...], nobs: int, n_events: int | None, reason: str) -> Estimates:
    """Estimates of a fit that does not exist: NaN throughout, the reason in every note."""
    blank = np.full(len(terms), np.nan)
    notes = (reason,) * len(terms)
    return Estimates(terms, blank, blank, blank, blank, blank, blank, nobs, n_events, notes)


def single(
    term: str, nobs: int, n_events: int | None, note: str, numbers: Mapping[str, float]
) -> Estimates:
    """Estimates of one term from single numbers; what is not given is NaN.

    Raises
    ------
    TypeError
        For a number that estimates do not have.
    """
    arrays: dict[str, Any] = {name: np.array([value]) for name, value in numbers.items()}
    sizes: dict[str, Any] = {"nobs": nobs, "n_events": n_events}
    return without(Estimates, np.array([np.nan]), terms=(term,), note=(note,), **sizes, **arrays)


def without(kind: type[_Made], blank: float | np.ndarray = np.nan, **known: Any) -> _Made:
    """Make a result in which every field is `blank` but those known, among them the note that says why.

    Raises
    ------
    TypeError
        When what is known is no field.
    """
    make: Any = kind
    result: _Made = make(**(dict.fromkeys([field.name for field in fields(make)], blank) | known))
    return result
